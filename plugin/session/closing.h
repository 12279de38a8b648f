/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a session ends, from either side. */
#pragma once

#include "session.h"

/**
 * xtls_closing_stop:
 * @detail: (nullable): a technical word for the debug log
 *
 * Reads nothing any more. The end is told when everything was delivered, by
 * xtls_closing_conclude(). The first outcome stays.
 */
void xtls_closing_stop (XtlsSession *session, XtlsEnd end, const char *detail);

/* The same for what a layer said. */
void xtls_closing_fail (XtlsSession *session, const GError *error);

/* Draws the conclusions when nothing moves and nothing waits. */
void xtls_closing_conclude (XtlsSession *session);

/* Ends now. */
void xtls_closing_finish (XtlsSession *session, XtlsEnd end);

/* What xtls_session_close() and xtls_session_abort() do when no layer is on
 * the stack. @at_once: without waiting for the end of the other side. */
void xtls_closing_close (XtlsSession *session, gboolean at_once);
void xtls_closing_abort (XtlsSession *session, XtlsEnd end);

/* A newer session took its place: it ends soon, and quietly. */
void xtls_closing_replace (XtlsSession *session);
