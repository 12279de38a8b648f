/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries for one contact, in the menubar of a conversation window and
 * under the lock.
 */
#pragma once

#include "api.h"

#include <account.h>
#include <gtk/gtk.h>

/* A menu without a contact: xtls_menu_set() gives it one. */
GtkWidget *xtls_menu_new (void);

/* Shows the contact's state. The menu keeps @account only as long as it is
 * shown for it: set it again, with %NULL, when the account may go. */
void xtls_menu_set (GtkWidget *menu, PurpleAccount *account, const char *who);

/* (nullable): why nothing can be started now, as a sentence. */
const char *xtls_menu_why_not (const XtlsStatus *status);
/* (nullable): why nothing can be ended now, as a sentence. */
const char *xtls_menu_why_not_end (const XtlsStatus *status);

/* Starts or restarts, in a conversation that is open from then on, or tells why
 * that cannot be. */
void xtls_menu_start (PurpleAccount *account, const char *who);
