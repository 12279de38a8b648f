/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of the verify dialog for questions and shared secrets. */
#pragma once

#include <account.h>
#include <gtk/gtk.h>

/* @account lives as long as the page. */
GtkWidget *xtls_secret_page_new (PurpleAccount *account, const char *who);

/* @possible: there is a session whose key is verified by it. */
void xtls_secret_page_refresh (GtkWidget *page, gboolean possible);

/* Whether the page can begin or answer now. */
gboolean xtls_secret_page_is_usable (GtkWidget *page);

/**
 * xtls_secret_page_grab_focus:
 *
 * Lets the user type at once.
 */
void xtls_secret_page_grab_focus (GtkWidget *page);

/**
 * xtls_secret_page_take_keys:
 *
 * Makes the page's own button the default of its window, and puts the focus
 * where something is to be typed if it is nowhere: GTK takes both away from
 * what is hidden for a while. For a page that is shown.
 */
void xtls_secret_page_take_keys (GtkWidget *page);

/* Aborts what is under way. */
void xtls_secret_page_stop (GtkWidget *page);
