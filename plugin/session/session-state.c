/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of states and the timers. */
#include "session-state.h"

#include "session-private.h"

#define BIT(state) (1u << (state))

/* Which state may follow which. None leads back. */
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
xtls_session_state_set (XtlsSession *session, XtlsSessionState state)
{
    if (!(allowed[session->state] & BIT (state)))
        return FALSE;
    session->state = state;
    if (state == XTLS_SESSION_OPEN) {
        session->opened = TRUE;
        session->since = session->ops.now ();
    }
    session->ops.changed (session, session->user_data);
    return TRUE;
}

void
xtls_session_state_set_timer (XtlsSession *session,
                              guint *timer,
                              guint ms,
                              GSourceFunc function)
{
    xtls_session_state_stop_timer (session, timer);
    *timer = session->ops.timer_add (ms, function, session);
}

void
xtls_session_state_stop_timer (XtlsSession *session, guint *timer)
{
    if (*timer)
        session->ops.timer_remove (*timer);
    *timer = 0;
}

void
xtls_session_state_stop_timers (XtlsSession *session)
{
    xtls_session_state_stop_timer (session, &session->timers.setup);
    xtls_session_state_stop_timer (session, &session->timers.close);
    xtls_session_state_stop_timer (session, &session->timers.ibb);
    xtls_session_state_stop_timer (session, &session->timers.delivery);
    xtls_session_state_stop_timer (session, &session->timers.ack);
    xtls_session_state_stop_timer (session, &session->timers.gather);
    xtls_session_state_stop_timer (session, &session->timers.unconfirmed);
}
