/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of the known keys, sortable and searchable, fast for thousands. */
#pragma once

#include "api.h"

#include <gtk/gtk.h>

GtkWidget *xtls_keylist_new (void);

/* Asks the core again; what is selected stays so. */
void xtls_keylist_refresh (GtkWidget *tree);

/* Asks for the state of one contact only: thousands of keys take a moment. */
void xtls_keylist_set_state (GtkWidget *tree,
                             PurpleAccount *account,
                             const char *who);

/* (nullable) (transfer none): until the next refresh. */
const XtlsKey *xtls_keylist_selected (GtkWidget *tree);
