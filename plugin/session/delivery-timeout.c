/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what was sent has arrived. An answer to a block is anybody's on the
 * way: a server could take every block, answer it in the peer's name and drop
 * it. Only what the peer acknowledges inside has arrived.
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

/* While blocks wait for answers, the bytestream's own deadline runs. */
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

static gboolean
proof_cb (gpointer data)
{
    XtlsSession *session = data;
    gint64 waited;

    session->timers.unconfirmed = 0;
    if (!is_owed (session) || !session->unconfirmed_since)
        return FALSE;
    waited = session->ops.now () - session->unconfirmed_since;
    xtls_session_ref (session);
    if (waited >= XTLS_SESSION_DEAD_AFTER * G_USEC_PER_SEC)
        xtls_closing_stop (
            session, XTLS_END_DEAD, "what was taken is not confirmed inside");
    else if (waited >= XTLS_SESSION_ASK_AFTER * G_USEC_PER_SEC)
        ask (session);
    else
        arm (session);
    xtls_session_unref (session);
    return FALSE;
}

/* Not moved when the deadline is: firing too early costs nothing. */
static void
arm (XtlsSession *session)
{
    gint64 waited = session->ops.now () - session->unconfirmed_since;
    gint64 next = XTLS_SESSION_ASK_AFTER * G_USEC_PER_SEC;

    if (session->timers.unconfirmed)
        return;
    if (waited >= next)
        next = XTLS_SESSION_DEAD_AFTER * G_USEC_PER_SEC;
    xtls_session_state_set_timer (session,
                                  &session->timers.unconfirmed,
                                  (guint)(MAX (next - waited, 0) / 1000 + 1),
                                  proof_cb);
}

/* What is sent meanwhile does not put the deadline off. */
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
