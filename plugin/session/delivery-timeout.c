/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detects that what was sent does not arrive. An acknowledgement of a block
 * proves nothing: a server could accept every block, acknowledge it in the
 * peer's name and drop it. Only what the peer acknowledges inside the session
 * has arrived.
 */
#include "delivery-timeout.h"

#include "closing.h"
#include "pump.h"
#include "session-private.h"
#include "session-state.h"

static void arm (XtlsSession *session);

static gboolean
is_owed (XtlsSession *session)
{
    return session->state == XTLS_SESSION_OPEN && !session->closing.stopped &&
           xtls_stream_is_waiting (session->stream);
}

/* While blocks are unacknowledged, the bytestream's own deadline applies. */
static gboolean
is_taken (XtlsSession *session)
{
    return xtls_ibb_get_unsent (session->ibb) == 0 &&
           xtls_ibb_get_in_flight (session->ibb) == 0;
}

static void
ask (XtlsSession *session)
{
    xtls_stream_ask (session->stream);
    xtls_pump_run (session);
    if (session->state != XTLS_SESSION_CLOSED)
        arm (session);
}

/* The peer has been silent, or has sent only other stanzas. */
static gboolean
is_dead (XtlsSession *session, gint64 now)
{
    gint64 silent = now - MAX (session->heard, session->unconfirmed_since);

    return silent >= XTLS_SESSION_DEAD_AFTER * G_USEC_PER_SEC ||
           now - session->unconfirmed_since >=
               (gint64)XTLS_SESSION_UNCONFIRMED_MAX * G_USEC_PER_SEC;
}

static gboolean
timeout_cb (gpointer data)
{
    XtlsSession *session = data;
    gint64 now = session->ops.now ();

    session->timers.unconfirmed = 0;
    if (!is_owed (session) || !session->unconfirmed_since)
        return FALSE;
    xtls_session_ref (session);
    if (is_dead (session, now))
        xtls_closing_stop (
            session, XTLS_END_DEAD, "what was taken is not confirmed inside");
    else if (now - session->unconfirmed_since >=
             XTLS_SESSION_ASK_AFTER * G_USEC_PER_SEC)
        ask (session);
    else
        arm (session);
    xtls_session_unref (session);
    return FALSE;
}

/* The timer is not moved when the deadline is: firing too early costs nothing.
 * It never waits longer than for asking, because by then the peer may have
 * answered and owe something else. */
static void
arm (XtlsSession *session)
{
    gint64 now = session->ops.now ();
    gint64 next =
        session->unconfirmed_since + XTLS_SESSION_ASK_AFTER * G_USEC_PER_SEC;

    if (session->timers.unconfirmed)
        return;
    if (now >= next)
        next = MIN (MAX (session->heard, session->unconfirmed_since) +
                        XTLS_SESSION_DEAD_AFTER * G_USEC_PER_SEC,
                    now + XTLS_SESSION_ASK_AFTER * G_USEC_PER_SEC);
    xtls_session_state_set_timer (session,
                                  &session->timers.unconfirmed,
                                  (guint)(MAX (next - now, 0) / 1000 + 1),
                                  timeout_cb);
}

/* Stanzas that are sent meanwhile do not extend the deadline. */
void
xtls_delivery_timeout_update (XtlsSession *session)
{
    guint progress;

    if (!is_owed (session)) {
        session->unconfirmed_since = 0;
        return;
    }
    progress = xtls_stream_get_progress (session->stream);
    if (progress != session->unconfirmed_progress)
        session->unconfirmed_since = 0;
    session->unconfirmed_progress = progress;
    if (session->unconfirmed_since || !is_taken (session))
        return;
    session->unconfirmed_since = session->ops.now ();
    arm (session);
}
