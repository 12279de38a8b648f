/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page with the person's own keys. */
#pragma once

#include <gtk/gtk.h>

GtkWidget *xtls_ownkeys_page (void);

/* Brings the page, if it is open, up to date. */
void xtls_ownkeys_refresh (void);
