/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The accounts that are connected. */
#pragma once

#include "login.h"

#include <account.h>
#include <glib.h>

void xtls_logins_init (void);

/* Frees the table; all logins must have been removed. */
void xtls_logins_uninit (void);

/* Returns: (nullable) (transfer none): the account's login while it is
 * connected. */
XtlsLogin *xtls_logins_get (const PurpleAccount *account);

/**
 * xtls_logins_add:
 * @login: (transfer none): a login of an account that has none; it must be
 *   removed before it is freed
 *
 * Stanzas of the account's last connection that libpurple sends again will be
 * recognised as ours.
 */
void xtls_logins_add (XtlsLogin *login);

/* Call it when the account's login, whose sessions have been closed, is about
 * to be freed. */
void xtls_logins_remove (PurpleAccount *account);

/* Call it when the account is deleted: none of its stanzas will be sent
 * again. */
void xtls_logins_forget (PurpleAccount *account);

/* Returns: (element-type PurpleAccount) (transfer container): the accounts of
 * all logins. */
GList *xtls_logins_list (void);
