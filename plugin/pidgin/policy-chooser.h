/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A box to choose a policy from. */
#pragma once

#include <gtk/gtk.h>

GtkWidget *xtls_policy_chooser_new (void);
void xtls_policy_chooser_set (GtkWidget *box, const char *policy);

/* (transfer none): one of the words in api.h, never %NULL. */
const char *xtls_policy_chooser_get (GtkWidget *box);
