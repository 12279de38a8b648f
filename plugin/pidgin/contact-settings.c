/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings for one contact. */
#include "contact-settings.h"

#include "dialog.h"
#include "gui.h"
#include "help.h"
#include "names.h"
#include "policy-chooser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KIND "xtls-contact"

enum { INDENT = 24 };

typedef struct {
    GtkWidget *heading;
    GtkWidget *default_policy;
    GtkWidget *policy;
    GtkWidget *in_force;
    GtkWidget *default_logging;
    GtkWidget *logging;
    /* What is stored, as far as the dialog has shown it. */
    const char *stored_policy;
    int stored_logging;
} Contact;

static gboolean
is_checked (GtkWidget *box)
{
    return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (box));
}

static void
check (GtkWidget *box, gboolean checked)
{
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (box), checked);
}

/* While the default is selected, the widget shows its value. */
static void
show_defaults (Contact *contact)
{
    gboolean policy = is_checked (contact->default_policy);
    gboolean logging = is_checked (contact->default_logging);

    gtk_widget_set_sensitive (contact->policy, !policy);
    gtk_widget_set_sensitive (contact->logging, !logging);
    if (policy)
        xtls_policy_chooser_set (contact->policy,
                                 purple_prefs_get_string (XTLS_PREF_POLICY));
    if (logging)
        check (contact->logging, !purple_prefs_get_bool (XTLS_PREF_NO_LOG));
}

static void
toggled_cb (GtkToggleButton *button, Contact *contact)
{
    show_defaults (contact);
}

static const char *
get_policy (Contact *contact)
{
    return is_checked (contact->default_policy)
               ? "default"
               : xtls_policy_chooser_get (contact->policy);
}

static int
get_logging (Contact *contact)
{
    return is_checked (contact->default_logging)
               ? -1
               : is_checked (contact->logging);
}

static gboolean
is_policy_changed (Contact *contact)
{
    return g_strcmp0 (get_policy (contact), contact->stored_policy) != 0;
}

static gboolean
is_logging_changed (Contact *contact)
{
    return get_logging (contact) != contact->stored_logging;
}

/* What the user has not changed here may have been changed elsewhere. */
static void
apply (XtlsDialog *dialog)
{
    Contact *contact = dialog->data;
    const XtlsApi *api = xtls_gui_api ();
    char *why = NULL;

    if (is_logging_changed (contact))
        api->set_logging (dialog->account, dialog->who, get_logging (contact));
    if (is_policy_changed (contact) &&
        !api->set_policy (
            dialog->account, dialog->who, get_policy (contact), &why))
        xtls_gui_tell (_ ("The setting was not changed."), why);
}

static void
response_cb (GtkDialog *window, int response, XtlsDialog *dialog)
{
    if (response == GTK_RESPONSE_OK)
        apply (dialog);
    xtls_dialog_destroy (dialog);
}

static GtkWidget *
add (GtkWidget *box, GtkWidget *widget)
{
    gtk_box_pack_start (GTK_BOX (box), widget, FALSE, FALSE, 0);
    return widget;
}

/* What the box above enables and disables. */
static GtkWidget *
add_below (GtkWidget *box, GtkWidget *widget)
{
    GtkWidget *indented = gtk_alignment_new (0.0, 0.5, 1.0, 1.0);

    gtk_alignment_set_padding (GTK_ALIGNMENT (indented), 0, 6, INDENT, 0);
    gtk_container_add (GTK_CONTAINER (indented), widget);
    add (box, indented);
    return widget;
}

static void
fill (XtlsDialog *dialog)
{
    Contact *contact = dialog->data;
    const XtlsApi *api = xtls_gui_api ();
    const char *policy = api->get_policy (dialog->account, dialog->who);
    int logging = api->get_logging (dialog->account, dialog->who);

    xtls_policy_chooser_set (contact->policy, policy);
    check (contact->logging, logging == 1);
    check (contact->default_policy, g_strcmp0 (policy, "default") == 0);
    check (contact->default_logging, logging < 0);
    show_defaults (contact);
    contact->stored_policy = g_intern_string (policy);
    contact->stored_logging = logging;
}

static void
refresh (XtlsDialog *dialog)
{
    Contact *contact = dialog->data;
    char *name = xtls_names_show (dialog->account, dialog->who);
    /* Translators: %s is a contact, address and name. */
    char *heading = g_strdup_printf (_ ("Private conversations with %s"), name);
    char *in_force = g_strdup_printf (
        /* Translators: a sentence that says which policy is in force, and why.
         */
        _ ("In force now: %s"),
        xtls_gui_api ()->describe_policy (dialog->account, dialog->who));

    xtls_dialog_set_heading (contact->heading, heading);
    gtk_label_set_text (GTK_LABEL (contact->in_force), in_force);
    if (is_policy_changed (contact) || is_logging_changed (contact))
        show_defaults (contact);
    else
        fill (dialog);
    xtls_dialog_set_state (
        dialog, xtls_gui_api ()->get_state (dialog->account, dialog->who));
    g_free (in_force);
    g_free (heading);
    g_free (name);
}

static XtlsDialog *
new_dialog (PurpleAccount *account, const char *who)
{
    Contact *contact = g_new0 (Contact, 1);
    XtlsDialog *dialog = xtls_dialog_new (
        KIND, account, who, _ ("This contact’s settings"), refresh, contact);
    GtkDialog *window = GTK_DIALOG (dialog->window);

    contact->heading = xtls_dialog_label (dialog->box);
    contact->default_policy = add (
        dialog->box,
        gtk_check_button_new_with_mnemonic (_ ("Use the _default policy")));
    contact->policy = add_below (dialog->box, xtls_policy_chooser_new ());
    atk_object_set_name (gtk_widget_get_accessible (
                             xtls_policy_chooser_get_box (contact->policy)),
                         _ ("Policy"));
    contact->in_force = xtls_dialog_label (dialog->box);
    contact->default_logging = add (dialog->box,
                                    gtk_check_button_new_with_mnemonic (
                                        _ ("_Use the default for logging")));
    contact->logging = add_below (
        dialog->box,
        gtk_check_button_new_with_mnemonic (_ ("_Log private conversations")));
    fill (dialog);
    g_signal_connect (
        contact->default_policy, "toggled", G_CALLBACK (toggled_cb), contact);
    g_signal_connect (
        contact->default_logging, "toggled", G_CALLBACK (toggled_cb), contact);
    gtk_dialog_add_buttons (window,
                            GTK_STOCK_CANCEL,
                            GTK_RESPONSE_CANCEL,
                            GTK_STOCK_OK,
                            GTK_RESPONSE_OK,
                            NULL);
    gtk_dialog_set_default_response (window, GTK_RESPONSE_OK);
    g_signal_connect (window, "response", G_CALLBACK (response_cb), dialog);
    xtls_help_add_button (dialog->window, "policies");
    return dialog;
}

void
xtls_contact_settings_show (PurpleAccount *account, const char *who)
{
    XtlsDialog *dialog = xtls_dialog_find (KIND, account, who);

    if (dialog == NULL)
        dialog = new_dialog (account, who);
    xtls_dialog_show (dialog, TRUE);
}
