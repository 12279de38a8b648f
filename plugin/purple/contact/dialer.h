/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting a session with a contact: finds a resource that can, waits a little
 * for capabilities that are not known yet, calls, and says how it went.
 */
#pragma once

#include "session.h"

#include <account.h>
#include <glib.h>

/* How long unknown capabilities are waited for, seconds. */
#define XTLS_DIALER_WAIT 5

typedef struct XtlsDialer XtlsDialer;

/**
 * XtlsDialerFailed:
 * @why: a translated sentence
 *
 * The dialer is at rest again; it may be started again from here.
 */
typedef void (*XtlsDialerFailed) (const char *why, gpointer user_data);

/* Calls @failed when a start has failed; @account and @who outlive the dialer.
 */
XtlsDialer *xtls_dialer_new (PurpleAccount *account,
                             const char *who,
                             XtlsDialerFailed failed,
                             gpointer user_data);

/* Calls off what is under way. */
void xtls_dialer_free (XtlsDialer *dialer);

/**
 * xtls_dialer_start:
 * @insist: call a resource whose capabilities are still not known after
 *   %XTLS_DIALER_WAIT; otherwise that is a failure
 * @sm: (nullable) (transfer full): state of a cut session, to be resumed
 *
 * May fail before it returns.
 */
void xtls_dialer_start (XtlsDialer *dialer, gboolean insist, XtlsSm *sm);

/* Calls off what is under way, without a word. */
void xtls_dialer_stop (XtlsDialer *dialer);

/* Whether it waits for something. */
gboolean xtls_dialer_is_active (XtlsDialer *dialer);

/**
 * xtls_dialer_take_sm:
 *
 * Returns: (transfer full) (nullable): the state that was not used, because
 * nobody was called.
 */
XtlsSm *xtls_dialer_take_sm (XtlsDialer *dialer);

/* (nullable) (transfer none): what that state keeps and was not acknowledged.
 */
const GQueue *xtls_dialer_get_unacked (XtlsDialer *dialer);

/* Capabilities or presence of the contact changed. */
void xtls_dialer_update (XtlsDialer *dialer);

/* Our session lost against the contact's own: wait for that one. @outgoing: the
 * one that lost. @incoming: the contact's. */
void xtls_dialer_tie_break (XtlsDialer *dialer,
                            XtlsSession *outgoing,
                            XtlsSession *incoming);

/**
 * xtls_dialer_session_changed:
 *
 * Returns: %TRUE if @session was the one waited for: it is open and the dialer
 * at rest, or it has ended and the failure was told.
 */
gboolean xtls_dialer_session_changed (XtlsDialer *dialer, XtlsSession *session);
