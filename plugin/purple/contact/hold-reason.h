/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why messages are held now. */
#pragma once

#include "permission.h"
#include "session.h"
#include "transitions.h"

#include <glib.h>

typedef enum {
    XTLS_HOLD_NOTHING,  /* not held: sent inside, or in clear if not private */
    XTLS_HOLD_STARTING, /* a session is being opened */
    XTLS_HOLD_FINISHED, /* there is no session, until somebody restarts */
    XTLS_HOLD_OFFLINE,  /* there is no session, until the contact is online */
    XTLS_HOLD_RETRY, /* there is no session, until the next attempt succeeds */
    XTLS_HOLD_KEY,   /* until the user has decided about the session's key */
    XTLS_HOLD_CLOSING,  /* the session is closing */
    XTLS_HOLD_UNSETTLED /* the contact has not said yet what it received of an
                           earlier session */
} XtlsHoldReason;

/**
 * XtlsRestart:
 * @XTLS_RESTART_BY_USER: either user has to restart it
 * @XTLS_RESTART_WHEN_ONLINE: it restarts by itself once the contact is online
 * @XTLS_RESTART_SOON: it restarts by itself
 *
 * What restarts a private conversation that is not open.
 */
typedef enum {
    XTLS_RESTART_BY_USER,
    XTLS_RESTART_WHEN_ONLINE,
    XTLS_RESTART_SOON
} XtlsRestart;

/**
 * xtls_hold_reason_get:
 * @restart: what restarts it; matters only in %XTLS_CONTACT_FINISHED
 * @permission: what the session in question may be used for
 * @session: the state of that session
 * @settled: whether it is known what the contact got of an earlier session
 *
 * The last three matter only in %XTLS_CONTACT_OPEN.
 */
XtlsHoldReason xtls_hold_reason_get (XtlsContactState state,
                                     XtlsRestart restart,
                                     XtlsPermission permission,
                                     XtlsSessionState session,
                                     gboolean settled);

/**
 * xtls_hold_reason_to_text:
 * @n: how many messages are held
 *
 * Returns: (transfer none) (nullable): what happens to the held messages, as a
 * translated sentence; %NULL for %XTLS_HOLD_NOTHING.
 */
const char *xtls_hold_reason_to_text (XtlsHoldReason reason, guint n);

/**
 * xtls_hold_reason_to_outlook:
 *
 * Returns: (transfer none) (nullable): what happens to messages typed from now
 * on, as a translated sentence. It follows the sentence that says how a private
 * conversation ended or why it could not be started. %NULL if there is nothing
 * to say.
 */
const char *xtls_hold_reason_to_outlook (XtlsHoldReason reason);
