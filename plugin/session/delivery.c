/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Delivers stanzas to the session's user in slices. Parsing is part of a slice:
 * decrypted bytes wait in the inbox, and the stream reads more of them only
 * when it has no stanza left. A stanza counts as received when it is taken from
 * the stream, which is when it is delivered.
 */
#include "delivery.h"

#include "closing.h"
#include "pump.h"
#include "session-private.h"
#include "session-state.h"

/* After this time a slice ends with the stanza that it delivers, microseconds:
 * the main loop is to have a turn within 5 ms. */
#define SLICE 2000
/* The stream is fed in pieces that take much less than a slice. */
#define CHUNK 4096

static void slice (XtlsSession *session);

static gboolean
delivery_cb (gpointer data)
{
    XtlsSession *session = data;

    session->timers.delivery = 0;
    xtls_session_ref (session);
    slice (session);
    xtls_session_unref (session);
    return FALSE;
}

void
xtls_delivery_schedule (XtlsSession *session)
{
    if (session->state == XTLS_SESSION_CLOSED)
        return;
    session->pending = TRUE;
    if (!session->timers.delivery)
        xtls_session_state_set_timer (
            session, &session->timers.delivery, 0, delivery_cb);
}

void
xtls_delivery_add (XtlsSession *session, const guint8 *data, gsize len)
{
    if (!xtls_inbox_add (session->inbox, data, len)) {
        xtls_closing_stop (
            session, XTLS_END_PROTOCOL, "too much at once to be delivered");
        return;
    }
    xtls_delivery_schedule (session);
}

/* Returns: %FALSE if there was nothing to read. */
static gboolean
read_some (XtlsSession *session)
{
    gsize len;
    const guint8 *data = xtls_inbox_peek (session->inbox, &len);
    GError *error = NULL;
    gboolean ok;

    if (len == 0)
        return FALSE;

    len = MIN (len, CHUNK);
    session->feeding = TRUE;
    ok = xtls_stream_feed (session->stream, data, len, &error);
    session->feeding = FALSE;
    session->unacked_bytes += len;
    xtls_inbox_skip (session->inbox, len);
    if (ok)
        return TRUE;

    /* The rest cannot be used; what was complete is still delivered. */
    xtls_inbox_peek (session->inbox, &len);
    xtls_inbox_skip (session->inbox, len);
    session->failed_stream = TRUE;
    xtls_closing_fail (session, error);
    g_error_free (error);
    return TRUE;
}

static gboolean
is_alive (XtlsSession *session)
{
    return session->state == XTLS_SESSION_OPEN ||
           session->state == XTLS_SESSION_CLOSING;
}

void
xtls_delivery_ack (XtlsSession *session)
{
    /* What cannot be acknowledged yet is owed until it can. */
    if (!session->closing.end_tag_sent && !xtls_stream_ack (session->stream))
        return;
    xtls_session_state_stop_timer (session, &session->timers.ack);
    session->unacked = 0;
    session->unacked_bytes = 0;
}

static gboolean
ack_cb (gpointer data)
{
    XtlsSession *session = data;

    session->timers.ack = 0;
    xtls_session_ref (session);
    xtls_delivery_ack (session);
    xtls_pump_run (session);
    xtls_session_unref (session);
    return FALSE;
}

static void
ack_soon (XtlsSession *session)
{
    if (session->closing.stopped || session->closing.end_tag_sent ||
        session->unacked == 0)
        return;
    if (session->unacked >= XTLS_SESSION_ACK_STANZAS ||
        session->unacked_bytes >= XTLS_SESSION_ACK_BYTES)
        xtls_delivery_ack (session);
    else if (!session->timers.ack)
        xtls_session_state_set_timer (
            session, &session->timers.ack, XTLS_SESSION_ACK_DELAY, ack_cb);
}

void
xtls_delivery_tell_unacked (XtlsSession *session)
{
    const GQueue *unacked = xtls_session_get_unacked (session);
    guint n = unacked ? unacked->length : 0;

    /* Even if as many are unacknowledged as before, they may be different
     * ones. */
    if (n == 0 && session->told_unacked == 0)
        return;
    session->told_unacked = n;
    if (session->ops.unacked_changed)
        session->ops.unacked_changed (session, session->user_data);
}

static void
report_settled (XtlsSession *session)
{
    if (session->settled || session->state != XTLS_SESSION_OPEN ||
        !xtls_stream_is_settled (session->stream))
        return;
    session->settled = TRUE;
    session->ops.settled (session, session->user_data);
}

/* What arrived in a session that this one replaces is delivered first. */
static gboolean
is_behind (XtlsSession *session)
{
    return session->ops.is_behind &&
           session->ops.is_behind (session, session->user_data);
}

static void
slice (XtlsSession *session)
{
    gint64 until = session->ops.now () + SLICE;
    gboolean more = FALSE;

    session->header_waits = FALSE;
    if (!xtls_session_check_key (session))
        return;
    if (is_behind (session)) {
        xtls_delivery_schedule (session);
        xtls_pump_run (session);
        return;
    }
    /* Responses to what is delivered are sent together. */
    xtls_session_cork (session);
    while (is_alive (session) && !more) {
        xmlnode *stanza = xtls_stream_take (session->stream);

        if (stanza) {
            session->unacked++;
            session->stanzas++;
            session->ops.deliver (session, stanza, session->user_data);
        } else if (!read_some (session)) {
            break;
        }
        more = session->ops.now () >= until;
    }
    xtls_session_uncork (session);
    if (!is_alive (session))
        return;

    if (more)
        xtls_delivery_schedule (session);
    else
        session->pending = FALSE;
    report_settled (session);
    xtls_delivery_tell_unacked (session);
    ack_soon (session);
    xtls_pump_run (session);
    xtls_closing_conclude (session);
}

/* Returns: whether nothing can be delivered now: this is also called from
 * inside find_sm(), while the stream is busy, and from inside `allow`, before
 * it has decided. It is delivered later then. */
static gboolean
is_busy (XtlsSession *session)
{
    return session->feeding || session->asking;
}

void
xtls_delivery_run (XtlsSession *session)
{
    if (is_busy (session) || !is_alive (session))
        return;
    xtls_session_ref (session);
    xtls_session_state_stop_timer (session, &session->timers.delivery);
    slice (session);
    xtls_session_unref (session);
}

void
xtls_delivery_finish (XtlsSession *session)
{
    gsize len;

    xtls_delivery_run (session);
    if (is_busy (session) || !is_alive (session))
        return;
    xtls_session_state_stop_timer (session, &session->timers.delivery);
    session->pending = FALSE;
    xtls_inbox_peek (session->inbox, &len);
    xtls_inbox_skip (session->inbox, len);
}
