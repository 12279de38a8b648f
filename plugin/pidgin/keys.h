/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page with the known keys. */
#pragma once

#include <account.h>
#include <gtk/gtk.h>

GtkWidget *xtls_keys_page (void);

/* Brings the page, if it is open, up to date. */
void xtls_keys_refresh (void);
