/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a session ends. */
#include "closing.h"

#include "delivery.h"
#include "end.h"
#include "jingle-make.h"
#include "pump.h"
#include "session-private.h"
#include "session-state.h"

/* How many blocks may be sent at the end although the window does not allow
 * them: for the stream error, and for everything that waits before quitting.
 * The peer may have made the blocks as small as it likes. */
#define BEYOND_LAST_WORD 64
#define BEYOND_AT_ONCE 1024

/* Returns: whether the peer has sent its end tag and close_notify, which nobody
 * else can forge. */
static gboolean
ended_properly (XtlsSession *session)
{
    return session->state >= XTLS_SESSION_OPEN && session->stream &&
           xtls_stream_has_ended (session->stream) &&
           xtls_tls_has_ended (session->tls);
}

static gboolean
can_write (XtlsSession *session)
{
    return session->ibb && xtls_ibb_get_state (session->ibb) == XTLS_IBB_OPEN;
}

static gboolean
has_unsent (XtlsSession *session)
{
    return can_write (session) && xtls_ibb_get_unsent (session->ibb) > 0;
}

/* A side that closes the stream acknowledges what it has received first. */
static void
close_stream (XtlsSession *session)
{
    xtls_delivery_ack (session);
    session->closing.end_tag_sent = TRUE;
    session->closing.since = session->ops.now ();
    xtls_stream_close (session->stream);
}

/* Tells the peer inside the session that it ends: sends the error that a layer
 * has put into its output, and our own end if the end is @intended. */
static void
close_layers (XtlsSession *session, gboolean intended, guint beyond)
{
    session->header_waits = FALSE;
    if (intended && session->stream && !session->closing.end_tag_sent)
        close_stream (session);
    /* This text must precede close_notify. */
    xtls_pump_push (session, 0);
    /* Before the session is open, Jingle's reason says more than the end of
     * TLS, and the peer should read it first. */
    if (session->tls && !session->failed_tls &&
        !session->closing.close_notify_sent &&
        session->state >= XTLS_SESSION_OPEN) {
        session->closing.close_notify_sent = TRUE;
        xtls_tls_bye (session->tls);
    }
    xtls_pump_push (session, beyond);
}

/* Returns: whether the peer cannot be reached, or must not be told. */
static gboolean
is_silent (XtlsSession *session, XtlsEnd end)
{
    return session->closing.silent || session->state == XTLS_SESSION_IDLE ||
           end == XTLS_END_GONE || end == XTLS_END_OFFLINE;
}

static gboolean
is_by_peer (XtlsSession *session, XtlsEnd end)
{
    return end == XTLS_END_PEER || end == XTLS_END_QUIT ||
           (end == XTLS_END_ELSEWHERE && session->state >= XTLS_SESSION_OPEN);
}

/* Returns: whether @end is that of an open session that one side closed. */
static gboolean
is_intended (XtlsSession *session, XtlsEnd end)
{
    return session->state >= XTLS_SESSION_OPEN &&
           (end == XTLS_END_LOCAL || end == XTLS_END_REPLACED ||
            is_by_peer (session, end));
}

static void
terminate (XtlsSession *session, XtlsEnd end)
{
    XtlsJingleReason reason;

    if (session->closing.terminated || !xtls_end_to_reason (end, &reason))
        return;
    if (end == XTLS_END_LOCAL && session->closing.leaving)
        reason = XTLS_JINGLE_REASON_GONE;
    else if (end == XTLS_END_LOCAL && session->closing.elsewhere)
        reason = XTLS_JINGLE_REASON_ALTERNATIVE_SESSION;
    else if (end == XTLS_END_LOCAL && session->state < XTLS_SESSION_OPEN)
        reason = XTLS_JINGLE_REASON_DECLINE;
    session->ops.send (
        xtls_jingle_make_terminate (session->peer, session->sid, reason),
        session->user_data);
}

static void
hang_up (XtlsSession *session, XtlsEnd end)
{
    gboolean intended = is_intended (session, end);

    if (is_silent (session, end))
        return;
    if (can_write (session))
        close_layers (session,
                      intended,
                      session->closing.at_once ? BEYOND_AT_ONCE
                                               : BEYOND_LAST_WORD);
    /* The side that closes first also closes the bytestream. After an error,
     * session-terminate has the reason and must come first. */
    if (is_by_peer (session, end))
        return;
    if (intended && session->ibb && !session->closing.terminated)
        xtls_ibb_close (session->ibb);
    terminate (session, end);
}

void
xtls_closing_finish (XtlsSession *session, XtlsEnd end)
{
    if (session->end != XTLS_END_NONE)
        return;
    if (session->closing.replaced && end != XTLS_END_KEY_REFUSED)
        end = XTLS_END_REPLACED;

    session->end = end;
    session->closing.stopped = TRUE;
    hang_up (session, end);
    xtls_session_state_stop_timers (session);
    session->pending = FALSE;
    xtls_session_state_set (session, XTLS_SESSION_CLOSED);
}

static void wait_for_end (XtlsSession *session);

/* On a slow path our own end may not have been sent yet; the bytestream's timer
 * covers that, and waiting for the peer's end begins at the next check. Or the
 * stanzas before the peer's end are still arriving. */
static gboolean
is_moving (XtlsSession *session)
{
    const gint64 period = XTLS_SESSION_CLOSE_TIMEOUT * G_USEC_PER_SEC;
    gint64 now = session->ops.now ();

    if (has_unsent (session)) {
        session->closing.since = now + period;
        return TRUE;
    }
    return now - MAX (session->heard, session->closing.since) < period &&
           now - session->closing.since <
               XTLS_SESSION_CLOSE_MAX * G_USEC_PER_SEC;
}

static gboolean
close_timeout_cb (gpointer data)
{
    XtlsSession *session = data;

    session->timers.close = 0;
    xtls_session_ref (session);
    if (is_moving (session)) {
        wait_for_end (session);
    } else {
        session->closing.reason_known = TRUE;
        xtls_closing_stop (
            session, XTLS_END_CUT, "no answer to the end of the stream");
        /* If it had stopped already, only the peer's reason was missing. */
        xtls_closing_conclude (session);
    }
    xtls_session_unref (session);
    return FALSE;
}

static void
wait_for_end (XtlsSession *session)
{
    xtls_session_state_set_timer (session,
                                  &session->timers.close,
                                  XTLS_SESSION_CLOSE_TIMEOUT * 1000,
                                  close_timeout_cb);
}

/* Sends our half of the end and waits for the peer's. */
static void
begin_closing (XtlsSession *session)
{
    close_stream (session);
    wait_for_end (session);
    xtls_session_state_set (session, XTLS_SESSION_CLOSING);
}

/* The peer's end tag has been read. If both sides closed at the same time, only
 * close_notify is left to send. */
static void
answer_end (XtlsSession *session)
{
    if (session->state < XTLS_SESSION_OPEN) {
        xtls_closing_stop (
            session, XTLS_END_CUT, "the stream ended before it was open");
        return;
    }
    if (!session->closing.end_tag_sent)
        begin_closing (session);
    if (session->state == XTLS_SESSION_CLOSING &&
        !session->closing.close_notify_sent) {
        close_layers (session, FALSE, 0);
        xtls_pump_run (session);
    }
}

/* Only one half of a proper end has arrived. TLS's without the stream's is
 * never proper; the stream's is answered. */
static void
conclude_half (XtlsSession *session)
{
    if (session->tls && xtls_tls_has_ended (session->tls))
        xtls_closing_stop (
            session, XTLS_END_CUT, "TLS ended without the end of the stream");
    else if (session->stream && xtls_stream_has_ended (session->stream))
        answer_end (session);
}

/* The peer has ended properly, and only its session-terminate tells whether it
 * did so to go offline. */
static gboolean
awaits_reason (XtlsSession *session)
{
    return !session->closing.by_us && !session->closing.reason_known;
}

static void
await_reason (XtlsSession *session)
{
    if (!session->closing.end_tag_sent)
        close_stream (session);
    if (!session->closing.close_notify_sent)
        close_layers (session, FALSE, BEYOND_LAST_WORD);
    /* In a session that was replaced the timer may wait for something else. */
    if (!session->timers.close || session->state == XTLS_SESSION_OPEN)
        wait_for_end (session);
    xtls_session_state_set (session, XTLS_SESSION_CLOSING);
}

void
xtls_closing_conclude (XtlsSession *session)
{
    gboolean stopped = session->closing.stopped;
    XtlsEnd outcome = session->closing.outcome;

    if (session->state == XTLS_SESSION_CLOSED || session->pending)
        return;
    if (ended_properly (session)) {
        if (awaits_reason (session)) {
            await_reason (session);
            return;
        }
        outcome = session->closing.peer_end;
        /* Our own half may not have been sent yet. */
        stopped = stopped || !has_unsent (session);
    } else if (!stopped) {
        conclude_half (session);
        return;
    }
    if (stopped)
        xtls_closing_finish (session,
                             session->closing.by_us ? XTLS_END_LOCAL : outcome);
}

void
xtls_closing_stop (XtlsSession *session, XtlsEnd end, const char *detail)
{
    if (session->closing.stopped || session->state == XTLS_SESSION_CLOSED)
        return;

    session->closing.stopped = TRUE;
    session->closing.outcome = end;
    session->detail = g_strdup (detail);
    if (session->pending && session->state == XTLS_SESSION_OPEN)
        xtls_session_state_set (session, XTLS_SESSION_CLOSING);
    if (!session->pumping)
        xtls_closing_conclude (session);
}

void
xtls_closing_fail (XtlsSession *session, const GError *error)
{
    xtls_closing_stop (session, xtls_end_from_error (error), error->message);
}

void
xtls_closing_close (XtlsSession *session, gboolean at_once)
{
    if (at_once && session->state >= XTLS_SESSION_OPEN)
        xtls_delivery_finish (session);

    if (session->state == XTLS_SESSION_CLOSED)
        return;
    session->closing.by_us = TRUE;
    session->closing.at_once = at_once;
    if (session->state < XTLS_SESSION_OPEN || at_once) {
        xtls_closing_finish (session, XTLS_END_LOCAL);
    } else if (session->state == XTLS_SESSION_OPEN) {
        begin_closing (session);
        xtls_pump_run (session);
    }
}

void
xtls_closing_abort (XtlsSession *session, XtlsEnd end)
{
    /* Nothing more is shown from a key that was refused. */
    if (end == XTLS_END_KEY_REFUSED) {
        xtls_closing_finish (session, end);
        return;
    }
    /* A peer that has gone can send nothing again, so all of it is delivered,
     * and the end waits for that. */
    if (session->state >= XTLS_SESSION_OPEN && end == XTLS_END_GONE)
        xtls_delivery_run (session);
    else if (session->state >= XTLS_SESSION_OPEN)
        xtls_delivery_finish (session);
    if (!session->closing.reason_known)
        session->closing.peer_end =
            end == XTLS_END_GONE ? XTLS_END_QUIT : XTLS_END_PEER;
    session->closing.reason_known = TRUE;
    xtls_closing_stop (session, end, NULL);
    /* If the session was already ending, what it waited for may have been
     * delivered. */
    xtls_closing_conclude (session);
}

/* The peer has not ended it, or sends without an end. */
static gboolean
replace_timeout_cb (gpointer data)
{
    XtlsSession *session = data;

    session->timers.close = 0;
    session->closing.by_us = TRUE;
    session->closing.at_once = TRUE;
    xtls_session_ref (session);
    xtls_delivery_run (session);
    /* The rest is delivered before the end. */
    xtls_closing_stop (session, XTLS_END_LOCAL, NULL);
    xtls_closing_conclude (session);
    xtls_session_unref (session);
    return FALSE;
}

/* What has arrived is delivered before, so that our end acknowledges it. */
static gboolean
replace_cb (gpointer data)
{
    XtlsSession *session = data;

    session->timers.close = 0;
    if (session->state != XTLS_SESSION_OPEN || !session->pending) {
        xtls_session_ref (session);
        xtls_closing_close (session, FALSE);
        xtls_session_unref (session);
        return FALSE;
    }
    if (session->ops.now () - session->closing.since >=
        XTLS_SESSION_CLOSE_TIMEOUT * G_USEC_PER_SEC)
        return replace_timeout_cb (session);
    xtls_session_state_set_timer (
        session, &session->timers.close, 0, replace_cb);
    return FALSE;
}

/* Only one side begins, and it does so when both use the newer session: then
 * what the other one had sent in this one has arrived before, and is
 * acknowledged, like what was sent from here by the other side's end. */
void
xtls_closing_replace (XtlsSession *session, gboolean by_us)
{
    if (session->state == XTLS_SESSION_CLOSED)
        return;
    session->closing.replaced = TRUE;
    if (session->state == XTLS_SESSION_CLOSING)
        return;
    session->closing.since = session->ops.now ();
    /* By us, it ends from a timer, so that the newer session's header is sent
     * first and the peer sees a replacement too, rather than an end. */
    xtls_session_state_set_timer (session,
                                  &session->timers.close,
                                  by_us ? 0 : XTLS_SESSION_CLOSE_TIMEOUT * 1000,
                                  by_us ? replace_cb : replace_timeout_cb);
}
