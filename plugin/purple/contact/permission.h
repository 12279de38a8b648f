/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a session may be used for, given the trust of its key now: the only
 * place that decides this. Admitting, sending, showing and holding all ask here
 * when they need to know. Whether its own key is still the account's is no
 * question here: who replaces that closes the open sessions first, and
 * xtls_endpoint_set_identity() ends the others.
 */
#pragma once

#include "api.h"
#include "session.h"

#include <account.h>
#include <glib.h>

typedef enum {
    XTLS_PERMISSION_NONE, /* it is closed at once; nothing more is shown */
    XTLS_PERMISSION_SHOW, /* received messages are shown and sent ones held
                             until the user has decided about the key */
    XTLS_PERMISSION_ALL
} XtlsPermission;

/**
 * xtls_permission_for:
 * @trust: of the session's key
 */
XtlsPermission xtls_permission_for (XtlsTrust trust);

/**
 * xtls_permission_get:
 * @who: the contact's bare JID, normalised
 * @session: (nullable): a session with the contact, open or not; its key
 *   counts as new before the handshake has brought it
 *
 * Returns: %XTLS_PERMISSION_NONE without a session.
 */
XtlsPermission xtls_permission_get (PurpleAccount *account,
                                    const char *who,
                                    XtlsSession *session);
