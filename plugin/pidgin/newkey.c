/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks about a key that waits for a decision, because the contact was verified
 * with another one or because messages are held: accept, verify, refuse? */
#include "newkey.h"

#include "dialog.h"
#include "gui.h"
#include "help.h"
#include "names.h"
#include "verify.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KIND "xtls-new-key"

enum { RESPONSE_ACCEPT = 1, RESPONSE_VERIFY, RESPONSE_REFUSE };

typedef struct {
    GtkWidget *heading;
    GtkWidget *old_key;
    GtkWidget *new_key;
} NewKey;

/* The user decides about the key that is shown. */
static const char *
shown (XtlsDialog *dialog)
{
    return g_object_get_data (G_OBJECT (dialog->window), "fingerprint");
}

static void
set_texts (XtlsDialog *dialog, const XtlsStatus *status)
{
    NewKey *newkey = dialog->data;
    char *name = xtls_names_show (dialog->account, dialog->who);
    /* Translators: %s is a contact, address and name. */
    char *heading = g_strdup_printf (_ ("%s has a new key."), name);

    xtls_dialog_set_heading (newkey->heading, heading);
    xtls_dialog_set_fingerprint (newkey->old_key,
                                 _ ("The key that you verified before:"),
                                 status->old_fingerprint);
    gtk_widget_set_visible (newkey->old_key, status->old_fingerprint != NULL);
    xtls_dialog_set_fingerprint (
        newkey->new_key, _ ("The new key:"), status->fingerprint);
    g_object_set_data_full (G_OBJECT (dialog->window),
                            "fingerprint",
                            g_strdup (status->fingerprint),
                            g_free);
    g_free (heading);
    g_free (name);
}

static void
refresh (XtlsDialog *dialog)
{
    XtlsStatus *status =
        xtls_gui_api ()->get_status (dialog->account, dialog->who);
    /* Another key needs a new decision: it comes with its own signal. */
    gboolean over = !status->key_waits || status->fingerprint == NULL ||
                    (shown (dialog) != NULL &&
                     strcmp (shown (dialog), status->fingerprint) != 0);

    if (!over)
        set_texts (dialog, status);
    xtls_gui_api ()->free_status (status);
    if (over)
        xtls_dialog_destroy (dialog);
}

static void
response_cb (GtkDialog *window, int response, XtlsDialog *dialog)
{
    PurpleAccount *account = dialog->account;
    char *who;
    char *fingerprint;
    char *why = NULL;
    XtlsKeyDecision decision =
        response == RESPONSE_ACCEPT ? XTLS_ACCEPT_KEY : XTLS_REFUSE_KEY;

    if (response == RESPONSE_VERIFY) {
        /* This dialog stays open until verifying has succeeded. */
        xtls_verify_show (account, dialog->who, shown (dialog));
        return;
    }
    who = g_strdup (dialog->who);
    fingerprint = g_strdup (shown (dialog));
    xtls_dialog_destroy (dialog);
    if ((response == RESPONSE_ACCEPT || response == RESPONSE_REFUSE) &&
        !xtls_gui_api ()->decide_key (
            account, who, fingerprint, decision, &why))
        xtls_gui_tell (_ ("Nothing was decided about the new key."), why);
    g_free (fingerprint);
    g_free (who);
}

static XtlsDialog *
new_dialog (PurpleAccount *account, const char *who)
{
    NewKey *newkey = g_new0 (NewKey, 1);
    XtlsDialog *dialog =
        xtls_dialog_new (KIND, account, who, _ ("New key"), refresh, newkey);
    GtkDialog *window = GTK_DIALOG (dialog->window);

    xtls_dialog_set_stock (dialog, GTK_STOCK_DIALOG_WARNING, _ ("Warning"));
    newkey->heading = xtls_dialog_label (dialog->box);
    gtk_label_set_text (
        GTK_LABEL (xtls_dialog_label (dialog->box)),
        _ ("It may be that your contact uses another computer or has installed "
           "the client anew. It may also be that somebody else pretends to be "
           "your contact. Nothing is sent until you have decided. Ask your "
           "contact in another way, for example by telephone, before you "
           "accept the new key."));
    newkey->old_key = xtls_dialog_fingerprint (dialog->box, _ ("_Copy"));
    newkey->new_key = xtls_dialog_fingerprint (dialog->box, _ ("Cop_y"));
    gtk_dialog_add_button (window, _ ("_Refuse"), RESPONSE_REFUSE);
    gtk_dialog_add_button (window, _ ("_Accept"), RESPONSE_ACCEPT);
    gtk_dialog_add_button (window, _ ("_Verify…"), RESPONSE_VERIFY);
    gtk_dialog_set_default_response (window, RESPONSE_VERIFY);
    g_signal_connect (window, "response", G_CALLBACK (response_cb), dialog);
    xtls_help_add_button (dialog->window, "newkey");
    gtk_widget_grab_focus (
        gtk_dialog_get_widget_for_response (window, RESPONSE_VERIFY));
    return dialog;
}

static void
show (PurpleAccount *account, const char *who, gboolean asked)
{
    XtlsDialog *dialog = xtls_dialog_find (KIND, account, who);

    if (dialog != NULL && !asked) {
        xtls_dialog_destroy (dialog);
        dialog = NULL;
    }
    if (dialog == NULL)
        dialog = new_dialog (account, who);
    xtls_dialog_show (dialog, asked);
}

void
xtls_newkey_show (PurpleAccount *account, const char *who)
{
    show (account, who, FALSE);
}

void
xtls_newkey_ask (PurpleAccount *account, const char *who)
{
    show (account, who, TRUE);
}
