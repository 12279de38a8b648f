/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a session may be used for, by the trust of its key now: the one place
 * that decides it. Whoever admits, sends, shows, or holds asks here, at that
 * moment.
 */
#pragma once

#include "api.h"
#include "session.h"

#include <account.h>
#include <glib.h>

typedef enum {
    XTLS_PERMISSION_NONE, /* it is closed at once; nothing more is shown */
    XTLS_PERMISSION_SHOW, /* what comes is shown, what is typed is held until
                             the user has decided about the key */
    XTLS_PERMISSION_ALL
} XtlsPermission;

/**
 * xtls_permission_for:
 * @trust: of the session's key
 * @own_key: whether the session uses the account's own key of now, or is
 *   closing with the one before
 */
XtlsPermission xtls_permission_for (XtlsTrust trust, gboolean own_key);

/**
 * xtls_permission_get:
 * @who: the contact's bare JID, normalised
 * @session: (nullable): a session with the contact, finished or not: before its
 *   handshake has brought a key, only our own counts
 *
 * Returns: %XTLS_PERMISSION_NONE without a session.
 */
XtlsPermission xtls_permission_get (PurpleAccount *account,
                                    const char *who,
                                    XtlsSession *session);
