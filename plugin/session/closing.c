/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of a session and how it ends. */
#include "jingle-make.h"
#include "session-private.h"

/* Blocks that leave at the end although the window does not admit them: for
 * the word that tells what went wrong, and for everything, before quitting. A
 * peer may have made them as small as it likes. */
#define BEYOND_LAST_WORD 64
#define BEYOND_AT_ONCE 1024

#define BIT(state) (1u << (state))

/* What may follow what. There is no way back. */
static const guint allowed[] = {
    [XTLS_SESSION_IDLE] = BIT (XTLS_SESSION_REQUESTED) |
                          BIT (XTLS_SESSION_ACCEPTED) |
                          BIT (XTLS_SESSION_CLOSED),
    [XTLS_SESSION_REQUESTED] =
        BIT (XTLS_SESSION_ACCEPTED) | BIT (XTLS_SESSION_CLOSED),
    [XTLS_SESSION_ACCEPTED] =
        BIT (XTLS_SESSION_HANDSHAKING) | BIT (XTLS_SESSION_CLOSED),
    [XTLS_SESSION_HANDSHAKING] =
        BIT (XTLS_SESSION_OPEN) | BIT (XTLS_SESSION_CLOSED),
    [XTLS_SESSION_OPEN] =
        BIT (XTLS_SESSION_CLOSING) | BIT (XTLS_SESSION_CLOSED),
    [XTLS_SESSION_CLOSING] = BIT (XTLS_SESSION_CLOSED),
    [XTLS_SESSION_CLOSED] = 0,
};

gboolean
xtls_session_set_state (XtlsSession *session, XtlsSessionState state)
{
    if (!(allowed[session->state] & BIT (state)))
        return FALSE;
    session->state = state;
    session->opened = session->opened || state == XTLS_SESSION_OPEN;
    session->ops.changed (session, session->user_data);
    return TRUE;
}

void
xtls_session_set_timer (XtlsSession *session,
                        guint *timer,
                        guint ms,
                        GSourceFunc function)
{
    xtls_session_clear_timer (session, timer);
    *timer = session->ops.timer_add (ms, function, session);
}

void
xtls_session_clear_timer (XtlsSession *session, guint *timer)
{
    if (*timer)
        session->ops.timer_remove (*timer);
    *timer = 0;
}

void
xtls_session_clear_timers (XtlsSession *session)
{
    xtls_session_clear_timer (session, &session->setup_timer);
    xtls_session_clear_timer (session, &session->close_timer);
    xtls_session_clear_timer (session, &session->ibb_timer);
    xtls_session_clear_timer (session, &session->delivery_timer);
    xtls_session_clear_timer (session, &session->ack_timer);
    xtls_session_clear_timer (session, &session->proof_timer);
}

/* The peer's own end tag and close_notify: what nobody can forge. */
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

/* Whoever ends says what arrived. */
static void
say_end (XtlsSession *session)
{
    xtls_delivery_ack (session);
    session->tag_sent = TRUE;
    xtls_stream_close (session->stream);
}

/* Tells the other side inside: why, if a layer put that into its output, and
 * our end if it is one that was meant. */
static void
say_goodbye (XtlsSession *session, gboolean meant, guint beyond)
{
    if (meant && session->stream && !session->tag_sent)
        say_end (session);
    /* Its text goes before close_notify. */
    xtls_pump_push (session, 0);
    /* Before it is open, the reason that Jingle gives tells more than the end
     * of TLS, and is to be read first. */
    if (session->tls && !session->failed_tls && !session->bye_sent &&
        session->state >= XTLS_SESSION_OPEN) {
        session->bye_sent = TRUE;
        xtls_tls_bye (session->tls);
    }
    xtls_pump_push (session, beyond);
}

static void
hang_up (XtlsSession *session, XtlsEnd end)
{
    gboolean meant = end == XTLS_END_LOCAL || end == XTLS_END_PEER ||
                     end == XTLS_END_REPLACED;
    XtlsJingleReason reason;

    if (session->mute || session->state == XTLS_SESSION_IDLE ||
        end == XTLS_END_GONE || end == XTLS_END_OFFLINE)
        return;

    meant = meant && session->state >= XTLS_SESSION_OPEN;
    if (can_write (session))
        say_goodbye (session,
                     meant,
                     session->at_once ? BEYOND_AT_ONCE : BEYOND_LAST_WORD);
    /* The one who closed first closes what is below. Where something went
     * wrong, session-terminate says it all, and says it first. */
    if (end == XTLS_END_PEER)
        return;
    if (meant && session->ibb && !session->terminated)
        xtls_ibb_close (session->ibb);

    if (session->terminated || !xtls_end_to_reason (end, &reason))
        return;
    if (end == XTLS_END_LOCAL && session->state < XTLS_SESSION_OPEN)
        reason = XTLS_JINGLE_REASON_DECLINE;
    session->ops.send (
        xtls_jingle_make_terminate (session->peer, session->sid, reason),
        session->user_data);
}

void
xtls_session_finish (XtlsSession *session, XtlsEnd end)
{
    if (session->end != XTLS_END_NONE)
        return;
    if (session->replaced)
        end = XTLS_END_REPLACED;

    session->end = end;
    session->over = TRUE;
    hang_up (session, end);
    xtls_session_clear_timers (session);
    session->pending = FALSE;
    xtls_session_set_state (session, XTLS_SESSION_CLOSED);
}

static void wait_for_end (XtlsSession *session);

static gboolean
close_timeout_cb (gpointer data)
{
    XtlsSession *session = data;

    session->close_timer = 0;
    xtls_session_ref (session);
    /* On a slow way our own end may not have left: the bytestream knows whether
     * anything moves. */
    if (has_unsent (session))
        wait_for_end (session);
    else
        xtls_session_stop (
            session, XTLS_END_CUT, "no answer to the end of the stream");
    xtls_session_unref (session);
    return FALSE;
}

static void
wait_for_end (XtlsSession *session)
{
    xtls_session_set_timer (session,
                            &session->close_timer,
                            XTLS_SESSION_CLOSE_TIMEOUT * 1000,
                            close_timeout_cb);
}

/* Our half of the end; the peer's is waited for. */
static void
begin_closing (XtlsSession *session)
{
    say_end (session);
    wait_for_end (session);
    xtls_session_set_state (session, XTLS_SESSION_CLOSING);
}

/* The peer's end tag was read. Where both closed at the same time, only
 * close_notify is left to be said. */
static void
answer_end (XtlsSession *session)
{
    if (session->state < XTLS_SESSION_OPEN) {
        xtls_session_stop (
            session, XTLS_END_CUT, "the stream ended before it was open");
        return;
    }
    if (!session->tag_sent)
        begin_closing (session);
    if (session->state == XTLS_SESSION_CLOSING && !session->bye_sent) {
        say_goodbye (session, FALSE, 0);
        xtls_pump_run (session);
    }
}

void
xtls_session_rest (XtlsSession *session)
{
    if (session->state == XTLS_SESSION_CLOSED || session->pending)
        return;

    if (ended_properly (session)) {
        /* Our own half may still be on its way. */
        if (session->over || !has_unsent (session))
            xtls_session_finish (
                session, session->local ? XTLS_END_LOCAL : XTLS_END_PEER);
    } else if (session->over) {
        xtls_session_finish (
            session, session->local ? XTLS_END_LOCAL : session->outcome);
    } else if (session->tls && xtls_tls_has_ended (session->tls)) {
        xtls_session_stop (
            session, XTLS_END_CUT, "TLS ended without the end of the stream");
    } else if (session->stream && xtls_stream_has_ended (session->stream)) {
        answer_end (session);
    }
}

void
xtls_session_stop (XtlsSession *session, XtlsEnd end, const char *detail)
{
    if (session->over || session->state == XTLS_SESSION_CLOSED)
        return;

    session->over = TRUE;
    session->outcome = end;
    session->detail = g_strdup (detail);
    if (session->pending && session->state == XTLS_SESSION_OPEN)
        xtls_session_set_state (session, XTLS_SESSION_CLOSING);
    if (!session->pumping)
        xtls_session_rest (session);
}

void
xtls_session_fail (XtlsSession *session, const GError *error)
{
    xtls_session_stop (session, xtls_end_from_error (error), error->message);
}

void
xtls_session_close_now (XtlsSession *session, gboolean at_once)
{
    if (at_once && session->state >= XTLS_SESSION_OPEN)
        xtls_delivery_drain (session);

    if (session->state == XTLS_SESSION_CLOSED)
        return;
    session->local = TRUE;
    session->at_once = at_once;
    if (session->state < XTLS_SESSION_OPEN || at_once) {
        xtls_session_finish (session, XTLS_END_LOCAL);
    } else if (session->state == XTLS_SESSION_OPEN) {
        begin_closing (session);
        xtls_pump_run (session);
    }
}

void
xtls_session_abort_now (XtlsSession *session, XtlsEnd end)
{
    if (session->state >= XTLS_SESSION_OPEN)
        xtls_delivery_drain (session);
    xtls_session_stop (session, end, NULL);
    /* If an end was already on its way, what it waited for was delivered. */
    xtls_session_rest (session);
}

static gboolean
replace_cb (gpointer data)
{
    XtlsSession *session = data;

    session->close_timer = 0;
    xtls_session_ref (session);
    xtls_session_close_now (session, TRUE);
    xtls_session_unref (session);
    return FALSE;
}

void
xtls_session_set_replaced (XtlsSession *session)
{
    if (session->state == XTLS_SESSION_CLOSED)
        return;
    session->replaced = TRUE;
    /* From a timer, so that the newer session's header leaves first: the peer
     * then sees a replacement, too, and not an end. */
    xtls_session_set_timer (session, &session->close_timer, 0, replace_cb);
}

void
xtls_session_set_mute (XtlsSession *session)
{
    session->mute = TRUE;
}
