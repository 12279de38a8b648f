/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page of the verify dialog for questions and shared secrets. It shows the
 * step that the core has reached.
 */
#include "secret-page.h"

#include "gui.h"
#include "names.h"

#include "dialog.h"

#include <glib/gi18n-lib.h>

enum { QUESTION_MAX = 400 };

/* Owned by its widget. */
typedef struct {
    PurpleAccount *account;
    char *who;
    XtlsSecretStep step;
    gboolean possible;
    GtkWidget *says;
    GtkWidget *form;
    GtkWidget *question_label;
    GtkWidget *question;
    GtkWidget *secret;
    GtkWidget *attempts;
    GtkWidget *go;
    GtkWidget *stop;
} Page;

static void
free_cb (gpointer data)
{
    Page *page = data;

    g_free (page->who);
    g_free (page);
}

static Page *
page_of (GtkWidget *widget)
{
    return g_object_get_data (G_OBJECT (widget), "xtls-page");
}

static gboolean
is_running (const Page *page)
{
    return page->step == XTLS_SECRET_ASKED || page->step == XTLS_SECRET_WAITING;
}

/* --- actions -------------------------------------------------------------- */

static void
go_cb (GtkWidget *button, Page *page)
{
    const char *question = gtk_entry_get_text (GTK_ENTRY (page->question));
    const char *secret = gtk_entry_get_text (GTK_ENTRY (page->secret));
    char *why = NULL;
    gboolean ok;

    if (page->step == XTLS_SECRET_ASKED)
        ok = xtls_gui_api ()->answer_secret (
            page->account, page->who, secret, &why);
    else
        ok = xtls_gui_api ()->start_secret (page->account,
                                            page->who,
                                            *question == '\0' ? NULL : question,
                                            secret,
                                            &why);
    if (!ok) {
        xtls_gui_tell (_ ("The secret could not be compared."), why);
        return;
    }
    gtk_entry_set_text (GTK_ENTRY (page->secret), "");
    xtls_gui_refresh ();
}

static void
stop_cb (GtkWidget *button, Page *page)
{
    xtls_gui_api ()->abort_secret (page->account, page->who);
    xtls_gui_refresh ();
}

static void
typed_cb (GtkEditable *entry, Page *page)
{
    char *text =
        g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (page->secret))));

    gtk_widget_set_sensitive (page->go, *text != '\0');
    g_free (text);
}

/* --- texts ---------------------------------------------------------------- */

static char *
says (const Page *page, const char *name, const XtlsSecret *secret)
{
    switch (page->step) {
    case XTLS_SECRET_ASKED:
        if (secret->question == NULL)
            return g_strdup_printf (
                /* Translators: %s is a contact, address and name. */
                _ ("%s wants to know whether you are really you. Type the "
                   "secret that the two of you share. It must be exactly the "
                   "same on both sides: capital letters matter."),
                name);
        return g_strdup_printf (
            /* Translators: %s is a contact, address and name. */
            _ ("%s wants to know whether you are really you. Type the answer "
               "to the question below. It must be exactly the same on both "
               "sides: capital letters matter."),
            name);
    case XTLS_SECRET_WAITING:
        /* Translators: %s is a contact, address and name. */
        return g_strdup_printf (_ ("Waiting for %s."), name);
    case XTLS_SECRET_SAME:
        return g_strdup_printf (
            /* Translators: %s is a contact, address and name. */
            _ ("Both of you typed the same: this is really %s. The key is "
               "verified."),
            name);
    case XTLS_SECRET_ANSWERED:
        return g_strdup_printf (
            /* Translators: %s is a contact, address and name. */
            _ ("Your answer was right: %s knows now that it is you. To verify "
               "this contact, ask a question of your own."),
            name);
    case XTLS_SECRET_DIFFERENT:
        return g_strdup (
            _ ("The two of you did not type the same. It may be a typing "
               "mistake, for capital letters matter; or it is somebody who "
               "pretends to be your contact."));
    case XTLS_SECRET_ABORTED:
        return g_strdup (_ ("The comparison was cancelled. Nothing became "
                            "known of what you typed."));
    case XTLS_SECRET_UNSUPPORTED:
        return g_strdup_printf (
            /* Translators: %s is a contact, address and name. */
            _ ("The client of %s cannot compare secrets. Compare the "
               "fingerprints instead."),
            name);
    case XTLS_SECRET_NONE:
        break;
    }
    return g_strdup_printf (
        /* Translators: %s is a contact, address and name. */
        _ ("Type something that only %s and you know: a secret that you have "
           "agreed upon, or the answer to a question. Your contact types it "
           "too. It is compared without being sent. It must be exactly the "
           "same on both sides: capital letters matter."),
        name);
}

static void
refresh_question (Page *page, const XtlsSecret *secret)
{
    gboolean asked = page->step == XTLS_SECRET_ASKED;

    gtk_widget_set_visible (page->question_label,
                            !asked || secret->question != NULL);
    gtk_widget_set_visible (page->question, !asked);
    if (!asked) {
        gtk_label_set_text_with_mnemonic (
            GTK_LABEL (page->question_label),
            _ ("Question that your contact is asked (_optional):"));
    } else if (secret->question != NULL) {
        char *question = xtls_names_clean (secret->question, QUESTION_MAX);

        /* Without a mnemonic: it is a stranger's text. */
        gtk_label_set_text (GTK_LABEL (page->question_label), question);
        g_free (question);
    }
}

static void
refresh_attempts (Page *page, const XtlsSecret *secret)
{
    guint under_way = is_running (page) ? 1 : 0;
    guint made = secret->attempts - MIN (secret->attempts, under_way);
    char *text = g_strdup_printf (
        dngettext (GETTEXT_PACKAGE,
                   /* Translators: %u is a number of attempts. */
                   "%u attempt was made so far.",
                   "%u attempts were made so far.",
                   made),
        made);

    gtk_label_set_text (GTK_LABEL (page->attempts), text);
    gtk_widget_set_visible (page->attempts, made > 0);
    g_free (text);
}

void
xtls_secret_page_refresh (GtkWidget *widget, gboolean possible)
{
    Page *page = page_of (widget);
    XtlsSecret *secret = xtls_gui_api ()->get_secret (page->account, page->who);
    char *name = xtls_names_show (page->account, page->who);
    char *text;

    page->step = secret->step;
    page->possible = possible;
    text = possible || page->step == XTLS_SECRET_SAME
               ? says (page, name, secret)
               : g_strdup (_ ("This needs a private conversation that is up, "
                              "with the key that is to be verified."));
    gtk_label_set_text (GTK_LABEL (page->says), text);
    g_free (text);
    refresh_question (page, secret);
    gtk_widget_set_visible (page->form, page->step != XTLS_SECRET_WAITING);
    gtk_widget_set_sensitive (page->form, possible);
    gtk_widget_set_visible (page->go, page->step != XTLS_SECRET_WAITING);
    gtk_button_set_label (GTK_BUTTON (page->go),
                          page->step == XTLS_SECRET_ASKED ? _ ("_Answer")
                                                          : _ ("_Ask"));
    gtk_widget_set_visible (page->stop, is_running (page));
    refresh_attempts (page, secret);
    g_free (name);
    xtls_gui_api ()->free_secret (secret);
}

gboolean
xtls_secret_page_is_usable (GtkWidget *widget)
{
    return page_of (widget)->possible;
}

void
xtls_secret_page_grab_focus (GtkWidget *widget)
{
    Page *page = page_of (widget);

    gtk_widget_grab_focus (page->step == XTLS_SECRET_ASKED ? page->secret
                                                           : page->question);
}

void
xtls_secret_page_take_keys (GtkWidget *widget)
{
    Page *page = page_of (widget);
    GtkWidget *window = gtk_widget_get_toplevel (widget);

    if (!gtk_widget_get_visible (page->go) || !GTK_IS_WINDOW (window))
        return;
    gtk_widget_grab_default (page->go);
    if (gtk_window_get_focus (GTK_WINDOW (window)) == NULL)
        gtk_widget_grab_focus (page->secret);
}

void
xtls_secret_page_stop (GtkWidget *widget)
{
    Page *page = page_of (widget);

    if (is_running (page))
        xtls_gui_api ()->abort_secret (page->account, page->who);
}

/* --- making it ------------------------------------------------------------ */

static GtkWidget *
add_entry (GtkWidget *box, const char *label, GtkWidget **label_out)
{
    GtkWidget *text = xtls_dialog_label (box);
    GtkWidget *entry = gtk_entry_new ();

    gtk_label_set_text_with_mnemonic (GTK_LABEL (text), label);
    gtk_label_set_mnemonic_widget (GTK_LABEL (text), entry);
    gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
    gtk_box_pack_start (GTK_BOX (box), entry, FALSE, FALSE, 0);
    if (label_out != NULL)
        *label_out = text;
    return entry;
}

GtkWidget *
xtls_secret_page_new (PurpleAccount *account, const char *who)
{
    GtkWidget *box = gtk_vbox_new (FALSE, 12);
    GtkWidget *buttons = gtk_hbutton_box_new ();
    Page *page = g_new0 (Page, 1);

    page->account = account;
    page->who = g_strdup (who);
    gtk_container_set_border_width (GTK_CONTAINER (box), 12);
    page->says = xtls_dialog_label (box);
    page->form = gtk_vbox_new (FALSE, 6);
    page->question = add_entry (page->form, "", &page->question_label);
    page->secret = add_entry (
        page->form, _ ("_Secret or answer, the same on both sides:"), NULL);
    gtk_box_pack_start (GTK_BOX (box), page->form, FALSE, FALSE, 0);
    page->attempts = xtls_dialog_label (box);
    gtk_button_box_set_layout (GTK_BUTTON_BOX (buttons), GTK_BUTTONBOX_END);
    gtk_box_set_spacing (GTK_BOX (buttons), 6);
    page->stop = gtk_button_new_with_mnemonic (_ ("Sto_p comparing"));
    page->go = gtk_button_new_with_mnemonic (_ ("_Ask"));
    gtk_widget_set_can_default (page->go, TRUE);
    gtk_widget_set_sensitive (page->go, FALSE);
    gtk_container_add (GTK_CONTAINER (buttons), page->stop);
    gtk_container_add (GTK_CONTAINER (buttons), page->go);
    gtk_box_pack_start (GTK_BOX (box), buttons, FALSE, FALSE, 0);
    g_signal_connect (page->go, "clicked", G_CALLBACK (go_cb), page);
    g_signal_connect (page->stop, "clicked", G_CALLBACK (stop_cb), page);
    g_signal_connect (page->secret, "changed", G_CALLBACK (typed_cb), page);
    g_object_set_data_full (G_OBJECT (box), "xtls-page", page, free_cb);
    return box;
}
