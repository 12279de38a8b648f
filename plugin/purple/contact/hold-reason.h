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
    XTLS_HOLD_FINISHED, /* there is no session until the user restarts */
    XTLS_HOLD_KEY,      /* until the user has decided about the session's key */
    XTLS_HOLD_CLOSING,  /* the session is closing */
    XTLS_HOLD_UNSETTLED /* the contact has not said yet what it had received */
} XtlsHoldReason;

/**
 * xtls_hold_reason_get:
 * @permission: what the session in question may be used for
 * @session: the state of that session
 * @settled: whether it is known what the contact got of an earlier session
 *
 * The last three count in %XTLS_CONTACT_OPEN only.
 */
XtlsHoldReason xtls_hold_reason_get (XtlsContactState state,
                                     XtlsPermission permission,
                                     XtlsSessionState session,
                                     gboolean settled);

/**
 * xtls_hold_reason_to_text:
 *
 * Returns: (transfer none) (nullable): what becomes of a held message, a
 * translated sentence; %NULL for %XTLS_HOLD_NOTHING.
 */
const char *xtls_hold_reason_to_text (XtlsHoldReason reason);
