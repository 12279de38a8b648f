/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A box to choose a policy, with an explanation of the choice below it. */
#include "policy-chooser.h"

#include "dialog.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { SPACING = 4, MANUAL = 1 };

static const struct {
    const char *word;
    const char *name;
    const char *meaning;
} policies[] = {
    {"never",
     N_ ("Never talk privately"),
     N_ ("Private conversations are neither started nor accepted. Messages are "
         "sent unencrypted.")},
    {"manual",
     N_ ("Talk privately when I start it"),
     N_ ("A private conversation starts when you click on the lock, or when "
         "your contact starts one. Until then, messages are sent "
         "unencrypted.")},
    {"automatic",
     N_ ("Start private conversations automatically"),
     N_ ("A private conversation starts when you open a conversation with a "
         "contact whose client has XTLS, or with the first message, which "
         "waits for it. To a client without XTLS, messages are sent "
         "unencrypted.")},
    {"required",
     N_ ("Never send anything unencrypted"),
     N_ ("Messages wait until a private conversation is open, for as long as "
         "that takes. Without one, nothing is sent.")},
};

static int
find (const char *policy)
{
    for (gsize i = 0; i < G_N_ELEMENTS (policies); i++)
        if (g_strcmp0 (policies[i].word, policy) == 0)
            return (int)i;
    return MANUAL;
}

static int
get_active (GtkWidget *box)
{
    int active = gtk_combo_box_get_active (GTK_COMBO_BOX (box));

    return active < 0 ? MANUAL : active;
}

static void
changed_cb (GtkWidget *box, GtkWidget *meaning)
{
    const char *text = _ (policies[get_active (box)].meaning);

    gtk_label_set_text (GTK_LABEL (meaning), text);
    atk_object_set_description (gtk_widget_get_accessible (box), text);
}

GtkWidget *
xtls_policy_chooser_new (void)
{
    GtkWidget *chooser = gtk_vbox_new (FALSE, SPACING);
    GtkWidget *box = gtk_combo_box_new_text ();
    GtkWidget *meaning;

    for (gsize i = 0; i < G_N_ELEMENTS (policies); i++)
        gtk_combo_box_append_text (GTK_COMBO_BOX (box), _ (policies[i].name));
    gtk_box_pack_start (GTK_BOX (chooser), box, FALSE, FALSE, 0);
    meaning = xtls_dialog_label (chooser);
    g_signal_connect (box, "changed", G_CALLBACK (changed_cb), meaning);
    g_object_set_data (G_OBJECT (chooser), "box", box);
    return chooser;
}

GtkWidget *
xtls_policy_chooser_get_box (GtkWidget *chooser)
{
    return g_object_get_data (G_OBJECT (chooser), "box");
}

void
xtls_policy_chooser_set (GtkWidget *chooser, const char *policy)
{
    gtk_combo_box_set_active (
        GTK_COMBO_BOX (xtls_policy_chooser_get_box (chooser)), find (policy));
}

const char *
xtls_policy_chooser_get (GtkWidget *chooser)
{
    return policies[get_active (xtls_policy_chooser_get_box (chooser))].word;
}
