/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page with the user's own keys, one for each account. */
#include "ownkeys.h"

#include "dialog.h"
#include "gui.h"
#include "help.h"
#include "names.h"

#include <glib/gi18n-lib.h>

static GtkWidget *page_box; /* (nullable) while the page is open */
static char *page_says;     /* what the page was made from */

static void
renew_cb (PurpleAccount *account, const char *who, gpointer data)
{
    char *why = NULL;

    if (!xtls_gui_api ()->renew_own_key (account, &why))
        xtls_gui_tell (_ ("No new key was made."), why);
    xtls_gui_refresh ();
}

static void
ask_cb (GtkWidget *button, PurpleAccount *account)
{
    char *name =
        xtls_names_clean (purple_account_get_username (account), XTLS_NAME_MAX);
    /* Translators: %s is the address of the user's own account. */
    char *question = g_strdup_printf (_ ("Make a new key for %s?"), name);

    xtls_dialog_ask (
        "xtls-renew",
        account,
        "",
        question,
        _ ("The old key is gone then. Private conversations of this account "
           "end. Everybody who has verified you is warned of the new key and "
           "has to verify you again."),
        _ ("_Make a new key"),
        renew_cb,
        NULL);
    g_free (question);
    g_free (name);
}

static void
export_cb (GtkWidget *button, PurpleAccount *account)
{
    char *why = NULL;

    if (!xtls_gui_api ()->export_key (account, &why))
        xtls_gui_tell (_ ("The key was not exported."), why);
}

static void
import_cb (GtkWidget *button, PurpleAccount *account)
{
    char *why = NULL;

    if (!xtls_gui_api ()->import_key (account, &why))
        xtls_gui_tell (_ ("Nothing was imported."), why);
}

/* @accessible: (transfer full): its name for those who do not see which
 * account it belongs to. */
static void
add_button (GtkWidget *row,
            PurpleAccount *account,
            const char *label,
            char *accessible,
            GCallback callback)
{
    GtkWidget *button = gtk_button_new_with_mnemonic (label);

    atk_object_set_name (gtk_widget_get_accessible (button), accessible);
    g_signal_connect (button, "clicked", callback, account);
    gtk_box_pack_start (GTK_BOX (row), button, FALSE, FALSE, 0);
    g_free (accessible);
}

static void
add_account (PurpleAccount *account)
{
    char *name =
        xtls_names_clean (purple_account_get_username (account), XTLS_NAME_MAX);
    /* Translators: %s is the address of a contact, or of the user's own
     * account. */
    char *heading = g_strdup_printf (_ ("The fingerprint of %s:"), name);
    char *own = xtls_gui_api ()->get_own_fingerprint (account);
    GtkWidget *fingerprint = xtls_dialog_fingerprint (page_box, _ ("Cop_y"));
    GtkWidget *row = gtk_hbox_new (FALSE, 6);

    xtls_dialog_set_fingerprint (fingerprint, heading, own);
    add_button (row,
                account,
                _ ("Make a _new key…"),
                /* Translators: %s is the address of the user's own account. */
                g_strdup_printf (_ ("Make a new key for %s…"), name),
                G_CALLBACK (ask_cb));
    add_button (row,
                account,
                _ ("E_xport…"),
                /* Translators: %s is the address of the user's own account. */
                g_strdup_printf (_ ("Export the key of %s…"), name),
                G_CALLBACK (export_cb));
    add_button (row,
                account,
                _ ("_Import…"),
                /* Translators: %s is the address of the user's own account. */
                g_strdup_printf (_ ("Import the key of %s…"), name),
                G_CALLBACK (import_cb));
    gtk_box_pack_start (GTK_BOX (page_box), row, FALSE, FALSE, 0);
    g_free (own);
    g_free (heading);
    g_free (name);
}

/* Accounts and fingerprints. The page is rebuilt only when they change, so that
 * whatever the user has selected or is about to click stays. */
static char *
summary (void)
{
    GString *text = g_string_new (NULL);

    for (GList *l = purple_accounts_get_all (); l != NULL; l = l->next)
        if (xtls_gui_api ()->is_supported (l->data)) {
            char *own = xtls_gui_api ()->get_own_fingerprint (l->data);

            g_string_append_printf (text,
                                    "%p %s %s\n",
                                    l->data,
                                    purple_account_get_username (l->data),
                                    own == NULL ? "" : own);
            g_free (own);
        }
    return g_string_free (text, FALSE);
}

static void
remove_cb (GtkWidget *widget, gpointer data)
{
    gtk_widget_destroy (widget);
}

static void
fill (void)
{
    gboolean any = FALSE;

    gtk_container_foreach (GTK_CONTAINER (page_box), remove_cb, NULL);
    for (GList *l = purple_accounts_get_all (); l != NULL; l = l->next)
        if (xtls_gui_api ()->is_supported (l->data)) {
            add_account (l->data);
            any = TRUE;
        }
    if (!any)
        gtk_label_set_text (
            GTK_LABEL (xtls_dialog_label (page_box)),
            _ ("There is no account here that can talk privately."));
    gtk_widget_show_all (page_box);
}

void
xtls_ownkeys_refresh (void)
{
    char *says;

    if (page_box == NULL)
        return;
    says = summary ();
    if (g_strcmp0 (says, page_says) != 0) {
        fill ();
        g_free (page_says);
        page_says = says;
    } else {
        g_free (says);
    }
}

static void
destroyed_cb (GtkWidget *widget, gpointer data)
{
    page_box = NULL;
    g_clear_pointer (&page_says, g_free);
}

GtkWidget *
xtls_ownkeys_page (void)
{
    GtkWidget *page = gtk_vbox_new (FALSE, 0);
    GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL);
    GtkWidget *row = gtk_hbox_new (FALSE, 0);

    page_box = gtk_vbox_new (FALSE, 12);
    g_signal_connect (page_box, "destroy", G_CALLBACK (destroyed_cb), NULL);
    gtk_container_set_border_width (GTK_CONTAINER (page_box), 12);
    gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled),
                                    GTK_POLICY_AUTOMATIC,
                                    GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_add_with_viewport (GTK_SCROLLED_WINDOW (scrolled),
                                           page_box);
    gtk_box_pack_start (GTK_BOX (page), scrolled, TRUE, TRUE, 0);
    gtk_container_set_border_width (GTK_CONTAINER (row), 12);
    gtk_box_pack_start (
        GTK_BOX (row), xtls_help_button_new ("moving"), FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (page), row, FALSE, FALSE, 0);
    xtls_ownkeys_refresh ();
    return page;
}
