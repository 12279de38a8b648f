/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All contacts: found by account and JID. */
#pragma once

#include "contact.h"

#include <account.h>
#include <glib.h>

void xtls_contact_list_init (void);
void xtls_contact_list_uninit (void);

/**
 * xtls_contact_list_get:
 * @who: a JID, bare or full
 * @make: whether to create the contact if there is none
 *
 * Returns: (nullable) (transfer none): %NULL if @account is not an XMPP
 * account, @who is not a JID, or there is none and @make is %FALSE.
 */
XtlsContact *
xtls_contact_list_get (PurpleAccount *account, const char *who, gboolean make);

/**
 * xtls_contact_list_find:
 * @who: what xtls_contact_get_who() of the contact returns
 *
 * Returns: (nullable) (transfer none): the contact, also while its account is
 * being deleted.
 */
XtlsContact *xtls_contact_list_find (PurpleAccount *account, const char *who);

/* Returns: (element-type XtlsContact) (transfer container): all contacts of the
 * account. */
GList *xtls_contact_list_all (PurpleAccount *account);

/* Returns: whether any contact of the account is private. */
gboolean xtls_contact_list_has_private (PurpleAccount *account);

/**
 * xtls_contact_list_forget:
 *
 * Closes the dialogs of the account's contacts. They are not found any more,
 * and are freed in the next turn of the main loop, because another plugin may
 * have deleted the account in the middle of what one of them is doing.
 */
void xtls_contact_list_forget (PurpleAccount *account);

/**
 * xtls_contact_list_refresh:
 * @account: (nullable): %NULL: all accounts
 * @who: (nullable): the contact's JID; %NULL: all contacts
 *
 * Calls xtls_contact_refresh(), also for contacts that are only known from a
 * session that is not open yet. Its type is #XtlsTrustChanged.
 */
void xtls_contact_list_refresh (PurpleAccount *account, const char *who);
