/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states that a session goes through, and its timers. */
#pragma once

#include "session.h"

/**
 * xtls_session_state_set:
 *
 * Calls `changed`, which may end the session.
 *
 * Returns: %FALSE if @state may not follow the present one.
 */
gboolean xtls_session_state_set (XtlsSession *session, XtlsSessionState state);

/* Sets @timer, a field of @session, to call @function once after @ms. */
void xtls_session_state_set_timer (XtlsSession *session,
                                   guint *timer,
                                   guint ms,
                                   GSourceFunc function);
void xtls_session_state_stop_timer (XtlsSession *session, guint *timer);
void xtls_session_state_stop_timers (XtlsSession *session);
