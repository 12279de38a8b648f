/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page with the known keys. */
#pragma once

#include <account.h>
#include <gtk/gtk.h>

GtkWidget *xtls_keys_page (void);

/* Update the page, if it is open. The keys are read again only after
 * xtls_keys_changed(); otherwise only their states, one contact at a time. */
void xtls_keys_refresh (void);
void xtls_keys_changed (void);
void xtls_keys_set_state (PurpleAccount *account, const char *who);
