/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks what to do with held messages: send them unencrypted, keep waiting, or
 * discard them. */
#include "held-dialog.h"

#include "dialog.h"
#include "gui.h"
#include "help.h"
#include "names.h"

#include <glib/gi18n-lib.h>

#define KIND "xtls-choice"

enum { RESPONSE_SEND = 1, RESPONSE_DISCARD, RESPONSE_WAIT };

typedef struct {
    GtkWidget *heading;
    GtkWidget *text;
} Choice;

static void
set_heading (Choice *choice, const char *name, guint held)
{
    char *heading = g_strdup_printf (
        dngettext (GETTEXT_PACKAGE,
                   /* Translators: %u is a number of messages, %s a contact. */
                   "%u message to %s is held, because the conversation is not "
                   "private.",
                   "%u messages to %s are held, because the conversation is "
                   "not private.",
                   held),
        held,
        name);

    xtls_dialog_set_heading (choice->heading, heading);
    g_free (heading);
}

/* @can_send_clear: whether the policy allows sending unencrypted */
static void
set_clear (XtlsDialog *dialog, gboolean can_send_clear)
{
    Choice *choice = dialog->data;
    GtkWidget *send = gtk_dialog_get_widget_for_response (
        GTK_DIALOG (dialog->window), RESPONSE_SEND);

    gtk_widget_set_visible (send, can_send_clear);
    gtk_label_set_text (
        GTK_LABEL (choice->text),
        can_send_clear
            ? _ ("What is sent unencrypted can be read by the servers between "
                 "you and your contact. If you keep waiting, it is sent as "
                 "soon as the conversation is private.")
            : _ ("Nothing may be sent unencrypted to this contact. If you keep "
                 "waiting, it is sent as soon as the conversation is "
                 "private."));
}

static void
refresh (XtlsDialog *dialog)
{
    Choice *choice = dialog->data;
    XtlsStatus *status =
        xtls_gui_api ()->get_status (dialog->account, dialog->who);
    gboolean over = !status->choice_waits;

    if (!over) {
        char *name = xtls_names_show (dialog->account, dialog->who);

        set_heading (choice, name, status->held);
        set_clear (dialog, status->can_send_clear);
        xtls_dialog_set_state (dialog, status->state);
        g_free (name);
    }
    xtls_gui_api ()->free_status (status);
    if (over)
        xtls_dialog_destroy (dialog);
}

static void
response_cb (GtkDialog *window, int response, XtlsDialog *dialog)
{
    PurpleAccount *account = dialog->account;
    char *who = g_strdup (dialog->who);
    XtlsChoice choice = response == RESPONSE_SEND      ? XTLS_CHOOSE_SEND
                        : response == RESPONSE_DISCARD ? XTLS_CHOOSE_DISCARD
                                                       : XTLS_CHOOSE_WAIT;
    char *why = NULL;

    /* First, because the choice may open the dialog again. */
    xtls_dialog_destroy (dialog);
    if (!xtls_gui_api ()->choose (account, who, choice, &why))
        xtls_gui_tell (_ ("Nothing was done with the held messages."), why);
    g_free (who);
}

static XtlsDialog *
new_dialog (PurpleAccount *account, const char *who)
{
    Choice *choice = g_new0 (Choice, 1);
    XtlsDialog *dialog = xtls_dialog_new (
        KIND, account, who, _ ("Messages are held"), refresh, choice);
    GtkDialog *window = GTK_DIALOG (dialog->window);

    choice->heading = xtls_dialog_label (dialog->box);
    choice->text = xtls_dialog_label (dialog->box);
    gtk_dialog_add_button (window, _ ("Send _unencrypted"), RESPONSE_SEND);
    gtk_dialog_add_button (window, _ ("_Discard"), RESPONSE_DISCARD);
    gtk_dialog_add_button (window, _ ("Keep _waiting"), RESPONSE_WAIT);
    gtk_dialog_set_default_response (window, RESPONSE_WAIT);
    g_signal_connect (window, "response", G_CALLBACK (response_cb), dialog);
    xtls_help_add_button (dialog->window, "held");
    gtk_widget_grab_focus (
        gtk_dialog_get_widget_for_response (window, RESPONSE_WAIT));
    return dialog;
}

void
xtls_held_dialog_show (PurpleAccount *account, const char *who)
{
    XtlsDialog *dialog = xtls_dialog_find (KIND, account, who);

    if (dialog == NULL)
        dialog = new_dialog (account, who);
    xtls_dialog_show (dialog, FALSE);
}
