/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A window that explains private conversations. */
#include "help.h"

#include "dialog.h"
#include "gui.h"
#include "icon.h"

#include <glib/gi18n-lib.h>

static void
response_cb (GtkDialog *window, int response, XtlsDialog *dialog)
{
    xtls_dialog_destroy (dialog);
}

static void
add_text (GtkWidget *box, const char *text)
{
    gtk_label_set_text (GTK_LABEL (xtls_dialog_label (box)), text);
}

static void
add_state (GtkWidget *box, XtlsState state)
{
    const char *word = xtls_gui_api ()->get_word (state);
    GtkWidget *row = gtk_hbox_new (FALSE, 12);
    GtkWidget *image =
        gtk_image_new_from_pixbuf (xtls_icon_get (state, XTLS_ICON_BUTTON));
    char *markup = g_markup_printf_escaped (
        "<b>%s</b>\n%s", word, xtls_gui_api ()->get_meaning (state));

    gtk_misc_set_alignment (GTK_MISC (image), 0.5, 0.0);
    atk_object_set_name (gtk_widget_get_accessible (image), word);
    gtk_box_pack_start (GTK_BOX (row), image, FALSE, FALSE, 0);
    gtk_label_set_markup (GTK_LABEL (xtls_dialog_label (row)), markup);
    gtk_box_pack_start (GTK_BOX (box), row, FALSE, FALSE, 0);
    g_free (markup);
}

void
xtls_help_show (void)
{
    XtlsDialog *dialog = xtls_dialog_find ("xtls-help", NULL, "");

    if (dialog == NULL) {
        dialog = xtls_dialog_new ("xtls-help",
                                  NULL,
                                  "",
                                  _ ("What is a private conversation?"),
                                  NULL,
                                  NULL);
        xtls_dialog_set_stock (
            dialog, GTK_STOCK_DIALOG_INFO, _ ("Information"));
        add_text (dialog->box,
                  _ ("A private conversation is encrypted from your client to "
                     "your contact’s client. The servers between you see that "
                     "you talk, when and how much, but not what you say."));
        add_text (dialog->box, _ ("The lock shows how a conversation stands:"));
        for (XtlsState state = XTLS_STATE_NOT_PRIVATE;
             state <= XTLS_STATE_FINISHED;
             state++)
            add_state (dialog->box, state);
        gtk_dialog_add_button (
            GTK_DIALOG (dialog->window), GTK_STOCK_CLOSE, GTK_RESPONSE_CLOSE);
        gtk_dialog_set_default_response (GTK_DIALOG (dialog->window),
                                         GTK_RESPONSE_CLOSE);
        g_signal_connect (
            dialog->window, "response", G_CALLBACK (response_cb), dialog);
    }
    xtls_dialog_show (dialog, TRUE);
}
