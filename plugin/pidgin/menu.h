/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The menu for one contact, in the menu bar of a conversation window and under
 * the lock.
 */
#pragma once

#include "api.h"

#include <account.h>
#include <gtk/gtk.h>

/* A menu without a contact: xtls_menu_set() gives it one. */
GtkWidget *xtls_menu_new (void);

/* Shows the contact's state. The menu refers to @account as long as it shows
 * it: call this again with %NULL when the account may disappear. */
void xtls_menu_set (GtkWidget *menu, PurpleAccount *account, const char *who);

/* Returns: (nullable): a sentence that says why nothing can be started now. */
const char *xtls_menu_why_not (const XtlsStatus *status);
/* Returns: (nullable): a sentence that says why nothing can be ended now. */
const char *xtls_menu_why_not_end (const XtlsStatus *status);

/* Starts or restarts and opens the conversation, or tells the user why that is
 * impossible. */
void xtls_menu_start (PurpleAccount *account, const char *who);
