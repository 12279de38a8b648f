/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock: a button with picture and word, and a picture in a tray. */
#pragma once

#include <account.h>
#include <gtk/gtk.h>

/* A button for a toolbar, without a contact yet. */
GtkWidget *xtls_lock_new_button (void);

/* A picture for the tray of a menubar, without a contact yet. */
GtkWidget *xtls_lock_new_icon (void);

/* Shows the state of a contact in a button or a picture. Give it %NULL as
 * @account when the account may go. */
void xtls_lock_set (GtkWidget *lock, PurpleAccount *account, const char *who);
