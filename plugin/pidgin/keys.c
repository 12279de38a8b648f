/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page with the known keys: buttons below a list. */
#include "keys.h"

#include "dialog.h"
#include "gui.h"
#include "help.h"
#include "keylist.h"
#include "menu.h"
#include "names.h"
#include "verify.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The page, while it is open; only one window has it. */
static struct {
    GtkWidget *tree;
    GtkWidget *start;
    GtkWidget *end;
    GtkWidget *verify;
    GtkWidget *forget;
    gboolean changed; /* the list must be read again */
} page;

static const XtlsKey *
selected (void)
{
    return xtls_keylist_selected (page.tree);
}

/* @why_not: (nullable): a sentence that says why it cannot be done now. */
static void
set_button (GtkWidget *button, const char *why_not)
{
    gtk_widget_set_sensitive (button, why_not == NULL);
    gtk_widget_set_tooltip_text (button, why_not);
}

static void
sensitise (void)
{
    const XtlsKey *key = selected ();
    const char *none = key == NULL ? _ ("Choose a key first.") : NULL;
    const char *absent =
        key != NULL && key->account == NULL
            ? _ ("The account that has seen this key is not here.")
            : none;

    set_button (page.start, absent);
    set_button (page.end, absent);
    set_button (page.verify, absent);
    set_button (page.forget, none);
    if (key != NULL && key->account != NULL) {
        XtlsStatus *status =
            xtls_gui_api ()->get_status (key->account, key->who);

        set_button (page.start, xtls_menu_why_not (status));
        set_button (page.end, xtls_menu_why_not_end (status));
        xtls_gui_api ()->free_status (status);
    }
}

static void
selection_cb (GtkTreeSelection *selection, gpointer data)
{
    sensitise ();
}

static void
start_cb (GtkWidget *button, gpointer data)
{
    const XtlsKey *key = selected ();

    if (key != NULL && key->account != NULL)
        xtls_menu_start (key->account, key->who);
}

static void
end_cb (GtkWidget *button, gpointer data)
{
    const XtlsKey *key = selected ();
    char *why = NULL;

    if (key != NULL && key->account != NULL &&
        !xtls_gui_api ()->end (key->account, key->who, &why))
        xtls_gui_tell (_ ("The private conversation could not be ended."), why);
}

static void
verify_cb (GtkWidget *button, gpointer data)
{
    const XtlsKey *key = selected ();

    if (key != NULL && key->account != NULL)
        xtls_verify_show (key->account, key->who, key->fingerprint);
}

static void
activated_cb (GtkTreeView *tree,
              GtkTreePath *path,
              GtkTreeViewColumn *column,
              gpointer data)
{
    verify_cb (NULL, NULL);
}

/* --- forgetting ----------------------------------------------------------- */

typedef struct {
    char *account_name;
    char *fingerprint;
    char text[];
} Forget;

/* One piece of memory, so that g_free() frees all of it. */
static Forget *
new_forget (const XtlsKey *key)
{
    gsize name = strlen (key->account_name) + 1;
    gsize print = strlen (key->fingerprint) + 1;
    Forget *forget = g_malloc (sizeof (Forget) + name + print);

    forget->account_name = memcpy (forget->text, key->account_name, name);
    forget->fingerprint = memcpy (forget->text + name, key->fingerprint, print);
    return forget;
}

static void
forget_done_cb (PurpleAccount *account, const char *who, gpointer data)
{
    Forget *forget = data;
    char *why = NULL;

    if (!xtls_gui_api ()->forget_key (
            forget->account_name, who, forget->fingerprint, &why))
        xtls_gui_tell (_ ("The key was not forgotten."), why);
}

static void
forget_cb (GtkWidget *button, gpointer data)
{
    const XtlsKey *key = selected ();
    char *name;
    char *question;

    if (key == NULL)
        return;
    name = xtls_names_show (key->account, key->who);
    /* Translators: %s is a contact, address and name. */
    question = g_strdup_printf (_ ("Forget this key of %s?"), name);
    xtls_dialog_ask ("xtls-forget",
                     key->account,
                     key->who,
                     question,
                     _ ("If it comes again, it is a new key to you, and is not "
                        "verified."),
                     _ ("_Forget"),
                     forget_done_cb,
                     new_forget (key));
    g_free (question);
    g_free (name);
}

/* --- the page ------------------------------------------------------------- */

static GtkWidget *
add_button (GtkWidget *box, const char *label, GCallback clicked)
{
    GtkWidget *button = gtk_button_new_with_mnemonic (label);

    g_signal_connect (button, "clicked", clicked, NULL);
    gtk_container_add (GTK_CONTAINER (box), button);
    return button;
}

static GtkWidget *
search_row (void)
{
    GtkWidget *row = gtk_hbox_new (FALSE, 6);
    GtkWidget *label = gtk_label_new_with_mnemonic (_ ("Fi_nd:"));
    GtkWidget *entry = gtk_entry_new ();

    gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
    gtk_tree_view_set_search_entry (GTK_TREE_VIEW (page.tree),
                                    GTK_ENTRY (entry));
    gtk_box_pack_start (GTK_BOX (row), label, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (row), entry, TRUE, TRUE, 0);
    return row;
}

static GtkWidget *
button_row (void)
{
    GtkWidget *row = gtk_hbox_new (FALSE, 6);
    GtkWidget *box = gtk_hbutton_box_new ();

    gtk_box_pack_start (
        GTK_BOX (row), xtls_help_button_new ("known"), FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (row), box, TRUE, TRUE, 0);
    gtk_button_box_set_layout (GTK_BUTTON_BOX (box), GTK_BUTTONBOX_END);
    gtk_box_set_spacing (GTK_BOX (box), 6);
    page.start = add_button (box, _ ("St_art"), G_CALLBACK (start_cb));
    page.end = add_button (box, _ ("En_d"), G_CALLBACK (end_cb));
    page.verify = add_button (box, _ ("_Verify…"), G_CALLBACK (verify_cb));
    page.forget = add_button (box, _ ("_Forget…"), G_CALLBACK (forget_cb));
    return row;
}

GtkWidget *
xtls_keys_page (void)
{
    GtkWidget *box = gtk_vbox_new (FALSE, 6);
    GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL);

    page.tree = xtls_keylist_new ();
    page.changed = FALSE;
    g_signal_connect (
        page.tree, "destroy", G_CALLBACK (gtk_widget_destroyed), &page.tree);
    g_signal_connect (
        page.tree, "row-activated", G_CALLBACK (activated_cb), NULL);
    gtk_container_set_border_width (GTK_CONTAINER (box), 12);
    gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled),
                                    GTK_POLICY_AUTOMATIC,
                                    GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (scrolled),
                                         GTK_SHADOW_IN);
    gtk_widget_set_size_request (scrolled, 560, 240);
    gtk_container_add (GTK_CONTAINER (scrolled), page.tree);
    gtk_box_pack_start (GTK_BOX (box), search_row (), FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (box), scrolled, TRUE, TRUE, 0);
    gtk_box_pack_start (GTK_BOX (box), button_row (), FALSE, FALSE, 0);
    g_signal_connect (gtk_tree_view_get_selection (GTK_TREE_VIEW (page.tree)),
                      "changed",
                      G_CALLBACK (selection_cb),
                      NULL);
    sensitise ();
    return box;
}

void
xtls_keys_refresh (void)
{
    if (page.tree == NULL)
        return;
    if (page.changed)
        xtls_keylist_refresh (page.tree);
    page.changed = FALSE;
    sensitise ();
}

void
xtls_keys_changed (void)
{
    page.changed = TRUE;
}

void
xtls_keys_set_state (PurpleAccount *account, const char *who)
{
    if (page.tree != NULL && !page.changed)
        xtls_keylist_set_state (page.tree, account, who);
}
