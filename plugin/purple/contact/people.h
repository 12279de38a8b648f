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

/* Frees the account's contacts. */
void xtls_people_forget (PurpleAccount *account);
