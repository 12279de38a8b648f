/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of the known keys, sortable and searchable, fast for thousands. */
#pragma once

#include "api.h"

#include <gtk/gtk.h>

GtkWidget *xtls_keylist_new (void);

/* Reads the keys again and keeps the selection. */
void xtls_keylist_refresh (GtkWidget *tree);

/* Reads the state of only one contact: thousands of keys take a moment. */
void xtls_keylist_set_state (GtkWidget *tree,
                             PurpleAccount *account,
                             const char *who);

/* Returns: (nullable) (transfer none): the selected key, valid until the next
 * refresh. */
const XtlsKey *xtls_keylist_selected (GtkWidget *tree);
