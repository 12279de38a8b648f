/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a session with a contact: finds a resource that supports it, waits a
 * little for unknown capabilities, calls it, and reports the outcome.
 */
#pragma once

#include "session.h"

#include <account.h>
#include <glib.h>

/* How long to wait for unknown capabilities, seconds. */
#define XTLS_DIALER_WAIT 5

typedef struct XtlsDialer XtlsDialer;

/**
 * XtlsDialerFailed:
 * @why: a translated sentence
 *
 * The dialer is idle again, and may be started again from here.
 */
typedef void (*XtlsDialerFailed) (const char *why, gpointer user_data);

/* Calls @failed when a start has failed; @account and @who must outlive the
 * dialer. */
XtlsDialer *xtls_dialer_new (PurpleAccount *account,
                             const char *who,
                             XtlsDialerFailed failed,
                             gpointer user_data);

/* Cancels what is under way. */
void xtls_dialer_free (XtlsDialer *dialer);

/**
 * xtls_dialer_start:
 * @insist: whether to call a resource whose capabilities are still unknown
 *   after %XTLS_DIALER_WAIT, instead of failing
 * @sm: (nullable) (transfer full): the state of a cut session to resume
 *
 * May fail before it returns.
 */
void xtls_dialer_start (XtlsDialer *dialer, gboolean insist, XtlsSm *sm);

/**
 * xtls_dialer_stop:
 * @instead: (nullable): the contact's session that is open now, which another
 *   client of the contact is told of
 *
 * Cancels what is under way, silently.
 */
void xtls_dialer_stop (XtlsDialer *dialer, XtlsSession *instead);

/* Returns: whether it waits for something. */
gboolean xtls_dialer_is_active (XtlsDialer *dialer);

/**
 * xtls_dialer_take_sm:
 *
 * Returns: (transfer full) (nullable): the state, if it was not used because
 * nobody was called.
 */
XtlsSm *xtls_dialer_take_sm (XtlsDialer *dialer);

/* Returns: (nullable) (transfer none): the stanzas in that state that were not
 * acknowledged. */
const GQueue *xtls_dialer_get_unacked (XtlsDialer *dialer);

/* Capabilities or presence of the contact have changed. */
void xtls_dialer_update (XtlsDialer *dialer);

/* Our session lost against the contact's own, which the dialer now waits for.
 * @outgoing: the one that lost. @incoming: the contact's. */
void xtls_dialer_tie_break (XtlsDialer *dialer,
                            XtlsSession *outgoing,
                            XtlsSession *incoming);

/**
 * xtls_dialer_session_changed:
 *
 * Returns: %TRUE if the dialer waited for @session: now it is open and the
 * dialer idle, or it has ended and the failure was reported.
 */
gboolean xtls_dialer_session_changed (XtlsDialer *dialer, XtlsSession *session);
