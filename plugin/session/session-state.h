/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of a session, and its timers. */
#pragma once

#include "session.h"

/**
 * xtls_session_state_set:
 *
 * Sets the state and calls `changed`, which may end the session.
 *
 * Returns: %FALSE if @state may not follow the current one.
 */
gboolean xtls_session_state_set (XtlsSession *session, XtlsSessionState state);

/* Sets @timer, a field of @session, to call @function once after @ms
 * milliseconds. */
void xtls_session_state_set_timer (XtlsSession *session,
                                   guint *timer,
                                   guint ms,
                                   GSourceFunc function);
void xtls_session_state_stop_timer (XtlsSession *session, guint *timer);
void xtls_session_state_stop_timers (XtlsSession *session);
