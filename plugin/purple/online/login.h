/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One XMPP account while it is connected: its endpoint, roster and resources,
 * and the way of every stanza between libpurple, the contacts and the sessions
 * (the router: DESIGN's two tables, applied).
 */
#pragma once

#include "endpoint.h"
#include "identity.h"

#include <account.h>
#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

typedef struct XtlsLogin XtlsLogin;

/**
 * xtls_login_new:
 * @gc: a connected connection of an XMPP account
 * @identity: (transfer none): a reference is taken
 * @padding: whether to hide message lengths
 */
XtlsLogin *
xtls_login_new (PurpleConnection *gc, XtlsIdentity *identity, gboolean padding);

/**
 * xtls_login_close:
 *
 * Ends all sessions because the plugin goes: what libpurple would be told later
 * of questions and files that went inside, it is told now. It may lead to
 * anything, the end of @login included.
 */
void xtls_login_close (XtlsLogin *login);

/* The sessions have been closed or aborted through the endpoint. */
void xtls_login_free (XtlsLogin *login);

PurpleAccount *xtls_login_get_account (XtlsLogin *login);
XtlsEndpoint *xtls_login_get_endpoint (XtlsLogin *login);

/* (transfer none): the account's bare JID, normalised, as trust files name it.
 */
const char *xtls_login_get_jid (XtlsLogin *login);

gboolean xtls_login_is_contact (XtlsLogin *login, const char *who);

/**
 * xtls_login_is_stranger:
 *
 * Returns: %TRUE if @who is known not to be a contact: never for a bare JID
 * before the roster has come.
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
 * Asks the server for the contact's presence again: resources that were online
 * before the plugin was enabled become known.
 */
void xtls_login_probe (XtlsLogin *login, const char *who);

/* --- what signals bring; TRUE: nobody else may see the stanza --- */

/* About to leave: XtlsGateOps.judge. */
gboolean xtls_login_sending (XtlsLogin *login, xmlnode *stanza);

/**
 * xtls_login_sending_without:
 * @gc: a connection without an #XtlsLogin: while it is being set up, when
 *   libpurple's stream management sends again what was not acknowledged before
 *   a cut, while it is being closed, and of an account that has no key
 *
 * As xtls_login_sending().
 */
gboolean xtls_login_sending_without (PurpleConnection *gc, xmlnode *stanza);

gboolean xtls_login_receiving_iq (XtlsLogin *login, xmlnode *iq);
gboolean xtls_login_receiving_message (XtlsLogin *login, xmlnode *message);
/* On a connection without an #XtlsLogin. */
gboolean xtls_login_receiving_without (PurpleAccount *account,
                                       xmlnode *message);
void xtls_login_receiving_presence (XtlsLogin *login, xmlnode *presence);
