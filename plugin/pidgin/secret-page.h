/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of the verify dialog for questions and shared secrets. */
#pragma once

#include <account.h>
#include <gtk/gtk.h>

/* @account lives as long as the page. */
GtkWidget *xtls_secret_page_new (PurpleAccount *account, const char *who);

/* @possible: there is a session whose key is verified by it. */
void xtls_secret_page_refresh (GtkWidget *page, gboolean possible);

gboolean xtls_secret_page_is_usable (GtkWidget *page);

/* Lets the person type at once. */
void xtls_secret_page_grab_focus (GtkWidget *page);

/* Makes the page's own button the default of its window. */
void xtls_secret_page_grab_default (GtkWidget *page);

/* Aborts what is under way. */
void xtls_secret_page_stop (GtkWidget *page);
