/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of the verify dialog for questions and shared secrets. */
#pragma once

#include <account.h>
#include <gtk/gtk.h>

/* @account must live as long as the page. */
GtkWidget *xtls_secret_page_new (PurpleAccount *account, const char *who);

/* @possible: whether there is a session whose key this can verify. */
void xtls_secret_page_refresh (GtkWidget *page, gboolean possible);

/* Returns: whether the page can begin or answer now. */
gboolean xtls_secret_page_is_usable (GtkWidget *page);

/**
 * xtls_secret_page_grab_focus:
 *
 * Puts the focus where the user can type at once.
 */
void xtls_secret_page_grab_focus (GtkWidget *page);

/**
 * xtls_secret_page_take_keys:
 *
 * Makes the page's own button the default of its window and, if nothing has the
 * focus, puts it where something must be typed: GTK removes both from a page
 * while it is hidden. Call it for the visible page.
 */
void xtls_secret_page_take_keys (GtkWidget *page);

/* Aborts the verification that is under way. */
void xtls_secret_page_stop (GtkWidget *page);
