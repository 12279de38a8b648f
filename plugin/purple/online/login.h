/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One XMPP account while it is connected: its connection, its endpoint, and
 * what is known of its roster and of its contacts' resources.
 */
#pragma once

#include "endpoint.h"
#include "identity.h"
#include "resources.h"
#include "roster.h"

#include <account.h>
#include <connection.h>
#include <glib.h>

typedef struct XtlsLogin XtlsLogin;

/**
 * xtls_login_new:
 * @gc: a connected connection of an XMPP account
 * @identity: (transfer none): a reference is taken
 * @padding: whether to hide message lengths
 * @ops: (transfer none): for the endpoint; static
 * @user_data: passed to every function of @ops
 *
 * Asks the server for the roster.
 *
 * Returns: (transfer full) (nullable): %NULL if the connection has no full JID.
 */
XtlsLogin *xtls_login_new (PurpleConnection *gc,
                           XtlsIdentity *identity,
                           gboolean padding,
                           const XtlsEndpointOps *ops,
                           gpointer user_data);

/* Frees the login; its sessions must have been closed or aborted through the
 * endpoint. */
void xtls_login_free (XtlsLogin *login);

/* (transfer none) */
PurpleConnection *xtls_login_get_connection (XtlsLogin *login);
PurpleAccount *xtls_login_get_account (XtlsLogin *login);
XtlsEndpoint *xtls_login_get_endpoint (XtlsLogin *login);
XtlsRoster *xtls_login_get_roster (XtlsLogin *login);
XtlsResources *xtls_login_get_resources (XtlsLogin *login);

/* Returns: (transfer none): the account's bare JID, normalised, as in the trust
 * files. */
const char *xtls_login_get_jid (XtlsLogin *login);

/* Returns: (transfer none): our full JID on this connection. */
const char *xtls_login_get_own (XtlsLogin *login);

/* Returns: whether @who gets our presence according to the roster. */
gboolean xtls_login_is_contact (XtlsLogin *login, const char *who);

/**
 * xtls_login_is_stranger:
 *
 * Returns: %TRUE if @who is known not to be a contact; never for a bare JID
 * before the roster has arrived.
 */
gboolean xtls_login_is_stranger (XtlsLogin *login, const char *who);

/**
 * xtls_login_list_resources:
 *
 * Returns: as xtls_resources_list().
 */
GPtrArray *xtls_login_list_resources (XtlsLogin *login, const char *who);

/**
 * xtls_login_probe:
 *
 * Requests the contact's presence again, to learn of resources that were online
 * before the plugin was enabled.
 */
void xtls_login_probe (XtlsLogin *login, const char *who);
