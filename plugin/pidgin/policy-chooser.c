/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A box to choose a policy from. */
#include "policy-chooser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const struct {
    const char *word;
    const char *name;
} policies[] = {
    {"never", N_ ("Never talk privately")},
    {"manual", N_ ("Talk privately when I start it")},
    {"automatic", N_ ("Start private conversations automatically")},
    {"required", N_ ("Never send anything unencrypted")},
};

static int
find (const char *policy)
{
    for (gsize i = 0; i < G_N_ELEMENTS (policies); i++)
        if (g_strcmp0 (policies[i].word, policy) == 0)
            return (int)i;
    return 1;
}

GtkWidget *
xtls_policy_chooser_new (void)
{
    GtkWidget *box = gtk_combo_box_new_text ();

    for (gsize i = 0; i < G_N_ELEMENTS (policies); i++)
        gtk_combo_box_append_text (GTK_COMBO_BOX (box), _ (policies[i].name));
    return box;
}

void
xtls_policy_chooser_set (GtkWidget *box, const char *policy)
{
    gtk_combo_box_set_active (GTK_COMBO_BOX (box), find (policy));
}

const char *
xtls_policy_chooser_get (GtkWidget *box)
{
    int active = gtk_combo_box_get_active (GTK_COMBO_BOX (box));

    return policies[active < 0 ? 1 : active].word;
}
