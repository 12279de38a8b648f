/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help, in a window. */
#pragma once

#include <gtk/gtk.h>

/* Shows the help window, or raises it. @page: the id of a page of the core's
 * help (api.h); another word shows the first one. */
void xtls_help_show (const char *page);

/**
 * xtls_help_button_new:
 * @page: the id of the page that it shows, static
 *
 * Returns: (transfer floating): a button "What's this?".
 */
GtkWidget *xtls_help_button_new (const char *page);

/* Adds a button "What's this?" to a window. @window: a GtkDialog. @page: the id
 * of the page that it shows, static. */
void xtls_help_add_button (GtkWidget *window, const char *page);
