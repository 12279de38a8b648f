/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page with the user's own keys. */
#pragma once

#include <gtk/gtk.h>

GtkWidget *xtls_ownkeys_page (void);

/* Updates the page, if it is open. */
void xtls_ownkeys_refresh (void);
