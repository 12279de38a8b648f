/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends a session, from either side. */
#pragma once

#include "session.h"

/**
 * xtls_closing_stop:
 * @detail: (nullable): a technical reason for the debug log
 *
 * Stops reading. When everything has been delivered, xtls_closing_conclude()
 * ends the session. A second call changes nothing.
 */
void xtls_closing_stop (XtlsSession *session, XtlsEnd end, const char *detail);

/* Like xtls_closing_stop(), for the error of a layer. */
void xtls_closing_fail (XtlsSession *session, const GError *error);

/* Ends the session, or answers the peer's end, once nothing moves and nothing
 * waits to be delivered. */
void xtls_closing_conclude (XtlsSession *session);

/* Ends the session immediately. */
void xtls_closing_finish (XtlsSession *session, XtlsEnd end);

/* Implement xtls_session_close() and xtls_session_abort(); call them when no
 * layer is on the stack. @at_once: whether not to wait for the peer's end. */
void xtls_closing_close (XtlsSession *session, gboolean at_once);
void xtls_closing_abort (XtlsSession *session, XtlsEnd end);

/* Implements xtls_session_replace(). @by_us: as there */
void xtls_closing_replace (XtlsSession *session, gboolean by_us);
