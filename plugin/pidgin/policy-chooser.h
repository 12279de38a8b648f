/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A box to choose a policy, with an explanation of the choice below it. */
#pragma once

#include <gtk/gtk.h>

/**
 * xtls_policy_chooser_new:
 *
 * Returns: a widget for the functions below
 */
GtkWidget *xtls_policy_chooser_new (void);

/**
 * xtls_policy_chooser_get_box:
 *
 * Returns: (transfer none): the combo box in it, for its signal “changed” and
 * for a label
 */
GtkWidget *xtls_policy_chooser_get_box (GtkWidget *chooser);

/**
 * xtls_policy_chooser_set:
 * @policy: one of the names in api.h; any other text selects `manual`
 */
void xtls_policy_chooser_set (GtkWidget *chooser, const char *policy);

/**
 * xtls_policy_chooser_get:
 *
 * Returns: (transfer none): one of the names in api.h, never %NULL
 */
const char *xtls_policy_chooser_get (GtkWidget *chooser);
