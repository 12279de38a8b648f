/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dialog in which the user verifies a contact's key. It is about one key
 * for as long as it is open: the user confirms the fingerprint that was shown,
 * never one that arrived meanwhile.
 */
#include "verify.h"

#include "dialog.h"
#include "gui.h"
#include "help.h"
#include "names.h"
#include "qr.h"
#include "secret-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KIND "xtls-verify"
/* Of the text above the QR code, in characters: about as wide as the code. */
#define CODE_LABEL_WIDTH 18

enum { PAGE_SECRET, PAGE_FINGERPRINTS };

typedef struct {
    GtkWidget *heading;
    GtkWidget *note;
    GtkWidget *notebook;
    GtkWidget *secret;
    GtkWidget *own;
    GtkWidget *theirs;
    GtkWidget *code; /* of the own fingerprint */
    GtkWidget *not_verified;
    GtkWidget *verified;
    /* The two buttons show this until the user presses one of them; only then
     * does OK change anything. */
    XtlsTrust trust;
    gboolean pressed;
} Verify;

static const char *
shown (XtlsDialog *dialog)
{
    return g_object_get_data (G_OBJECT (dialog->window), "fingerprint");
}

/* Returns: whether the key is the session's; finds its trust without reading
 * all known keys. */
static gboolean
is_in_use (XtlsDialog *dialog, XtlsTrust *trust)
{
    XtlsStatus *status =
        xtls_gui_api ()->get_status (dialog->account, dialog->who);
    gboolean is = g_strcmp0 (status->fingerprint, shown (dialog)) == 0;

    *trust = status->trust;
    xtls_gui_api ()->free_status (status);
    return is;
}

/* Finds the key among the known ones. Returns: %FALSE if it is not there. */
static gboolean
find_key (XtlsDialog *dialog, XtlsTrust *trust)
{
    GPtrArray *keys;
    gboolean found = FALSE;

    if (is_in_use (dialog, trust))
        return *trust != XTLS_TRUST_NEW;
    keys = xtls_gui_api ()->list_keys ();

    for (guint i = 0; i < keys->len && !found; i++) {
        const XtlsKey *key = keys->pdata[i];

        found = key->account == dialog->account &&
                strcmp (key->who, dialog->who) == 0 &&
                g_strcmp0 (key->fingerprint, shown (dialog)) == 0;
        if (found)
            *trust = key->trust;
    }
    g_ptr_array_unref (keys);
    return found;
}

static const char *
note (XtlsDialog *dialog, const XtlsStatus *status)
{
    if (status->fingerprint == NULL)
        return _ ("There is no private conversation at the moment.");
    if (strcmp (status->fingerprint, shown (dialog)) != 0)
        return _ ("The private conversation uses another key than the one "
                  "that is shown here.");
    return NULL;
}

/* (transfer full) */
static char *
make_heading (XtlsTrust trust, const char *name)
{
    switch (trust) {
    case XTLS_TRUST_VERIFIED:
        /* Translators: %s is a contact, address and name. */
        return g_strdup_printf (_ ("This is %s."), name);
    case XTLS_TRUST_REFUSED:
        /* Translators: %s is a contact, address and name. */
        return g_strdup_printf (_ ("You refused this key of %s."), name);
    case XTLS_TRUST_NEW:
    case XTLS_TRUST_KNOWN:
        break;
    }
    /* Translators: %s is a contact, address and name. */
    return g_strdup_printf (_ ("Is this really %s?"), name);
}

/* @own: (nullable): the own fingerprint */
static void
set_code (XtlsDialog *dialog, const char *own)
{
    Verify *verify = dialog->data;
    char *jid = xtls_gui_api ()->normalize (
        dialog->account, purple_account_get_username (dialog->account));
    char *text = own == NULL ? NULL : xtls_qr_get_text (jid, own);

    xtls_qr_set (verify->code, text);
    gtk_widget_set_visible (gtk_widget_get_parent (verify->code), text != NULL);
    g_free (text);
    g_free (jid);
}

static void
set_texts (XtlsDialog *dialog, const XtlsStatus *status)
{
    Verify *verify = dialog->data;
    char *name = xtls_names_show (dialog->account, dialog->who);
    char *heading = make_heading (verify->trust, name);
    char *theirs = g_strdup_printf (_ ("The fingerprint of %s:"), name);
    char *own = xtls_gui_api ()->get_own_fingerprint (dialog->account);
    const char *warning = note (dialog, status);

    xtls_dialog_set_heading (verify->heading, heading);
    xtls_dialog_set_fingerprint (verify->own, _ ("Your own fingerprint:"), own);
    xtls_dialog_set_fingerprint (verify->theirs, theirs, shown (dialog));
    set_code (dialog, own);
    gtk_label_set_text (GTK_LABEL (verify->note),
                        warning == NULL ? "" : warning);
    gtk_widget_set_visible (verify->note, warning != NULL);
    xtls_dialog_set_state (dialog, status->state);
    g_free (own);
    g_free (theirs);
    g_free (heading);
    g_free (name);
}

static void
show_trust (Verify *verify)
{
    GtkWidget *button = verify->trust == XTLS_TRUST_VERIFIED
                            ? verify->verified
                            : verify->not_verified;

    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
    verify->pressed = FALSE;
}

/* The key may have become verified, or lost that, in another way than on this
 * page. */
static void
follow_trust (XtlsDialog *dialog)
{
    Verify *verify = dialog->data;
    XtlsTrust trust = XTLS_TRUST_NEW;

    if (!find_key (dialog, &trust))
        trust = XTLS_TRUST_NEW;
    if (trust == verify->trust)
        return;
    verify->trust = trust;
    show_trust (verify);
}

static gboolean
shows_secret (Verify *verify)
{
    return gtk_notebook_get_current_page (GTK_NOTEBOOK (verify->notebook)) ==
           PAGE_SECRET;
}

static void
refresh (XtlsDialog *dialog)
{
    Verify *verify = dialog->data;
    XtlsStatus *status =
        xtls_gui_api ()->get_status (dialog->account, dialog->who);
    gboolean same = g_strcmp0 (status->fingerprint, shown (dialog)) == 0;

    follow_trust (dialog);
    set_texts (dialog, status);
    xtls_secret_page_refresh (verify->secret, same && status->can_verify);
    if (shows_secret (verify))
        xtls_secret_page_take_keys (verify->secret);
    xtls_gui_api ()->free_status (status);
}

static void
apply (XtlsDialog *dialog)
{
    Verify *verify = dialog->data;
    gboolean yes =
        gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (verify->verified));
    char *why = NULL;

    if (!verify->pressed || yes == (verify->trust == XTLS_TRUST_VERIFIED))
        return;
    if (!xtls_gui_api ()->set_verified (
            dialog->account, dialog->who, shown (dialog), yes, &why))
        xtls_gui_tell (_ ("Nothing was changed."), why);
}

static void
pressed_cb (GtkToggleButton *button, Verify *verify)
{
    verify->pressed = TRUE;
}

static void
response_cb (GtkDialog *window, int response, XtlsDialog *dialog)
{
    Verify *verify = dialog->data;

    if (response == GTK_RESPONSE_OK)
        apply (dialog);
    xtls_secret_page_stop (verify->secret);
    xtls_dialog_destroy (dialog);
}

/* OK belongs to the page with the fingerprints; on the other page its own
 * button is the default. */
static void
page_cb (GtkNotebook *notebook, gpointer unused, guint page, XtlsDialog *dialog)
{
    Verify *verify = dialog->data;
    GtkWidget *ok = gtk_dialog_get_widget_for_response (
        GTK_DIALOG (dialog->window), GTK_RESPONSE_OK);

    gtk_widget_set_visible (ok, page == PAGE_FINGERPRINTS);
    if (page == PAGE_FINGERPRINTS)
        gtk_widget_grab_default (ok);
    else
        xtls_secret_page_take_keys (verify->secret);
}

/* For those who meet: the contact reads it with a telephone. */
static GtkWidget *
own_code (Verify *verify)
{
    GtkWidget *box = gtk_vbox_new (FALSE, 4);
    GtkWidget *label = xtls_dialog_label (box);

    gtk_label_set_text (GTK_LABEL (label),
                        _ ("Your own, to be scanned with a telephone:"));
    gtk_widget_set_size_request (
        label, xtls_dialog_chars (label, CODE_LABEL_WIDTH), -1);
    verify->code = gtk_image_new ();
    atk_object_set_name (gtk_widget_get_accessible (verify->code),
                         _ ("QR code of your own fingerprint"));
    gtk_box_pack_start (GTK_BOX (box), verify->code, FALSE, FALSE, 0);
    return box;
}

static GtkWidget *
fingerprints_page (Verify *verify)
{
    GtkWidget *box = gtk_vbox_new (FALSE, 12);
    GtkWidget *beside = gtk_hbox_new (FALSE, 24);
    GtkWidget *both = gtk_vbox_new (FALSE, 12);

    gtk_container_set_border_width (GTK_CONTAINER (box), 12);
    gtk_label_set_text (
        GTK_LABEL (xtls_dialog_label (box)),
        _ ("Read the fingerprints to each other in another way in which you "
           "recognise your contact, for example by telephone or when you "
           "meet. Do not send them here: if somebody sits in between, they "
           "would be changed."));
    verify->own = xtls_dialog_fingerprint (both, _ ("Co_py"));
    verify->theirs = xtls_dialog_fingerprint (both, _ ("Cop_y"));
    gtk_box_pack_start (GTK_BOX (beside), both, TRUE, TRUE, 0);
    gtk_box_pack_start (GTK_BOX (beside), own_code (verify), FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (box), beside, FALSE, FALSE, 0);
    verify->not_verified = gtk_radio_button_new_with_mnemonic (
        NULL, _ ("I have _not verified that this is the correct fingerprint."));
    verify->verified = gtk_radio_button_new_with_mnemonic_from_widget (
        GTK_RADIO_BUTTON (verify->not_verified),
        _ ("I _have verified that this is the correct fingerprint."));
    gtk_box_pack_start (GTK_BOX (box), verify->not_verified, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (box), verify->verified, FALSE, FALSE, 0);
    return box;
}

static XtlsDialog *
new_dialog (PurpleAccount *account, const char *who, const char *fingerprint)
{
    Verify *verify = g_new0 (Verify, 1);
    XtlsDialog *dialog =
        xtls_dialog_new (KIND, account, who, _ ("Verify"), refresh, verify);
    GtkDialog *window = GTK_DIALOG (dialog->window);

    g_object_set_data_full (
        G_OBJECT (window), "fingerprint", g_strdup (fingerprint), g_free);
    verify->heading = xtls_dialog_label (dialog->box);
    verify->note = xtls_dialog_label (dialog->box);
    verify->notebook = gtk_notebook_new ();
    verify->secret = xtls_secret_page_new (account, who);
    gtk_notebook_append_page (
        GTK_NOTEBOOK (verify->notebook),
        verify->secret,
        gtk_label_new_with_mnemonic (_ ("_Question or shared secret")));
    gtk_notebook_append_page (
        GTK_NOTEBOOK (verify->notebook),
        fingerprints_page (verify),
        gtk_label_new_with_mnemonic (_ ("_Fingerprints")));
    gtk_box_pack_start (GTK_BOX (dialog->box), verify->notebook, TRUE, TRUE, 0);
    gtk_dialog_add_buttons (window,
                            GTK_STOCK_CLOSE,
                            GTK_RESPONSE_CLOSE,
                            GTK_STOCK_OK,
                            GTK_RESPONSE_OK,
                            NULL);
    g_signal_connect (window, "response", G_CALLBACK (response_cb), dialog);
    xtls_help_add_button (dialog->window, "verifying");
    g_signal_connect_after (
        verify->notebook, "switch-page", G_CALLBACK (page_cb), dialog);
    if (!find_key (dialog, &verify->trust))
        verify->trust = XTLS_TRUST_NEW;
    show_trust (verify);
    g_signal_connect (
        verify->verified, "toggled", G_CALLBACK (pressed_cb), verify);
    return dialog;
}

static void
choose_page (XtlsDialog *dialog)
{
    Verify *verify = dialog->data;
    gboolean usable = xtls_secret_page_is_usable (verify->secret);
    guint page = usable ? PAGE_SECRET : PAGE_FINGERPRINTS;

    gtk_notebook_set_current_page (GTK_NOTEBOOK (verify->notebook), (int)page);
    page_cb (GTK_NOTEBOOK (verify->notebook), NULL, page, dialog);
    if (usable)
        xtls_secret_page_grab_focus (verify->secret);
    else
        gtk_widget_grab_focus (verify->not_verified);
}

static void
show (PurpleAccount *account,
      const char *who,
      const char *fingerprint,
      gboolean asked)
{
    XtlsDialog *dialog = xtls_dialog_find (KIND, account, who);
    gboolean fresh;

    /* There is one dialog for a contact; for another key it is replaced. */
    if (dialog != NULL && strcmp (shown (dialog), fingerprint) != 0) {
        xtls_dialog_destroy (dialog);
        dialog = NULL;
    }
    fresh = dialog == NULL;
    if (fresh)
        dialog = new_dialog (account, who, fingerprint);
    xtls_dialog_show (dialog, asked);
    if (fresh)
        choose_page (dialog);
}

void
xtls_verify_show (PurpleAccount *account,
                  const char *who,
                  const char *fingerprint)
{
    XtlsStatus *status = xtls_gui_api ()->get_status (account, who);

    if (fingerprint == NULL)
        fingerprint = status->fingerprint;
    if (fingerprint == NULL)
        xtls_gui_tell (
            _ ("There is no key to verify yet."),
            g_strdup (_ ("The key of this contact is not known yet: start a "
                         "private conversation first.")));
    else
        show (account, who, fingerprint, TRUE);
    xtls_gui_api ()->free_status (status);
}

void
xtls_verify_secret (PurpleAccount *account, const char *who)
{
    XtlsStatus *status = xtls_gui_api ()->get_status (account, who);
    XtlsSecret *secret = xtls_gui_api ()->get_secret (account, who);
    XtlsDialog *dialog;

    if (status->fingerprint != NULL && secret->step == XTLS_SECRET_ASKED) {
        show (account, who, status->fingerprint, FALSE);
        dialog = xtls_dialog_find (KIND, account, who);
        if (dialog != NULL)
            gtk_notebook_set_current_page (
                GTK_NOTEBOOK (((Verify *)dialog->data)->notebook), PAGE_SECRET);
    }
    xtls_gui_api ()->free_secret (secret);
    xtls_gui_api ()->free_status (status);
}
