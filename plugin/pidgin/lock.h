/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock: a button with picture and text, and a picture in the tray. */
#pragma once

#include <account.h>
#include <gtk/gtk.h>

/* Returns: a button for a toolbar, without a contact yet. */
GtkWidget *xtls_lock_new_button (void);

/* Returns: a picture for the tray of a menu bar, without a contact yet. */
GtkWidget *xtls_lock_new_icon (void);

/* Shows the state of a contact in a GtkImage. */
void
xtls_lock_set_image (GtkWidget *image, PurpleAccount *account, const char *who);

/* Shows a contact's state in a button or picture. Pass %NULL as @account when
 * the account may disappear. */
void xtls_lock_set (GtkWidget *lock, PurpleAccount *account, const char *who);
