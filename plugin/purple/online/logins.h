/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The accounts that are connected. */
#pragma once

#include "login.h"

#include <account.h>
#include <glib.h>

void xtls_logins_init (void);

/* All logins have been removed. */
void xtls_logins_uninit (void);

/* (nullable) (transfer none): while the account is connected. */
XtlsLogin *xtls_logins_get (const PurpleAccount *account);

/**
 * xtls_logins_add:
 * @login: (transfer none): of an account that has none; removed before it is
 *   freed
 *
 * What libpurple sends again of the account's last login is known as ours.
 */
void xtls_logins_add (XtlsLogin *login);

/* The account's login, whose sessions have been closed, is about to be freed.
 */
void xtls_logins_remove (PurpleAccount *account);

/* The account is deleted: nothing of it is sent again. */
void xtls_logins_forget (PurpleAccount *account);

/* (element-type PurpleAccount) (transfer container): of all logins. */
GList *xtls_logins_list (void);
