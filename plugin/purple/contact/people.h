/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All contacts: found by account and JID. */
#pragma once

#include "contact.h"

#include <account.h>
#include <glib.h>

void xtls_people_init (void);
void xtls_people_uninit (void);

/**
 * xtls_people_get:
 * @who: a JID, bare or full
 * @make: make it if there is none
 *
 * Returns: (nullable) (transfer none): %NULL if @account is no XMPP account,
 * @who is no JID, or there is none and @make is %FALSE.
 */
XtlsContact *
xtls_people_get (PurpleAccount *account, const char *who, gboolean make);

/* (element-type XtlsContact) (transfer container) */
GList *xtls_people_list (PurpleAccount *account);

/* Closes the dialogs of the account's contacts and frees them. */
void xtls_people_forget (PurpleAccount *account);

/**
 * xtls_people_refresh:
 * @account: (nullable): %NULL: all accounts
 * @who: (nullable): the contact's JID; %NULL: all contacts
 *
 * As xtls_contact_refresh(), also for who is known by an unfinished session
 * only. It fits #XtlsTrustChanged.
 */
void xtls_people_refresh (PurpleAccount *account, const char *who);
