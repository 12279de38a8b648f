/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help, in a window: one page of a notebook for each of the core's. */
#include "help.h"

#include "dialog.h"
#include "gui.h"
#include "icon.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { BORDER = 12, SPACING = 12, WIDTH = 760, HEIGHT = 520 };

/* Beside the titles; with a large font, too, since the page scrolls. */
enum { TEXT_WIDTH = 440 };

static void
response_cb (GtkDialog *window, int response, XtlsDialog *dialog)
{
    xtls_dialog_destroy (dialog);
}

static GtkWidget *
new_label (GtkWidget *box)
{
    GtkWidget *label = xtls_dialog_label (box);

    gtk_widget_set_size_request (label, TEXT_WIDTH, -1);
    return label;
}

static void
add_paragraph (GtkWidget *box, const char *text)
{
    gtk_label_set_text (GTK_LABEL (new_label (box)), _ (text));
}

/* (nullable): the picture of a state that has this word. */
static GtkWidget *
new_picture (const char *term)
{
    for (XtlsState state = XTLS_STATE_NOT_PRIVATE; state <= XTLS_STATE_FINISHED;
         state++) {
        const char *word = xtls_gui_api ()->get_word (state);
        GtkWidget *image;

        if (strcmp (word, _ (term)) != 0)
            continue;
        image =
            gtk_image_new_from_pixbuf (xtls_icon_get (state, XTLS_ICON_BUTTON));
        gtk_misc_set_alignment (GTK_MISC (image), 0.5, 0.0);
        atk_object_set_name (gtk_widget_get_accessible (image), word);
        return image;
    }
    return NULL;
}

static void
add_entry (GtkWidget *box, const XtlsHelpPart *part)
{
    GtkWidget *row = gtk_hbox_new (FALSE, SPACING);
    GtkWidget *image = new_picture (part->term);
    char *markup = g_markup_printf_escaped (
        "<b>%s</b>\n%s", _ (part->term), _ (part->text));

    if (image != NULL)
        gtk_box_pack_start (GTK_BOX (row), image, FALSE, FALSE, 0);
    gtk_label_set_markup (GTK_LABEL (new_label (row)), markup);
    gtk_box_pack_start (GTK_BOX (box), row, FALSE, FALSE, 0);
    g_free (markup);
}

static GtkWidget *
new_page (const XtlsHelpPage *page)
{
    GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL);
    GtkWidget *box = gtk_vbox_new (FALSE, SPACING);

    gtk_container_set_border_width (GTK_CONTAINER (box), BORDER);
    xtls_dialog_set_heading (new_label (box), _ (page->title));
    for (guint i = 0; i < page->n_parts; i++) {
        if (page->parts[i].term == NULL)
            add_paragraph (box, page->parts[i].text);
        else
            add_entry (box, &page->parts[i]);
    }
    gtk_scrolled_window_set_policy (
        GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_add_with_viewport (GTK_SCROLLED_WINDOW (scrolled), box);
    return scrolled;
}

static GtkWidget *
new_pages (void)
{
    GtkWidget *notebook = gtk_notebook_new ();
    guint n_pages;
    const XtlsHelpPage *pages = xtls_gui_api ()->list_help (&n_pages);

    gtk_notebook_set_tab_pos (GTK_NOTEBOOK (notebook), GTK_POS_LEFT);
    gtk_notebook_set_scrollable (GTK_NOTEBOOK (notebook), TRUE);
    for (guint i = 0; i < n_pages; i++) {
        GtkWidget *label = gtk_label_new (_ (pages[i].title));

        gtk_misc_set_alignment (GTK_MISC (label), 0.0, 0.5);
        gtk_notebook_append_page (
            GTK_NOTEBOOK (notebook), new_page (&pages[i]), label);
    }
    gtk_widget_show_all (notebook);
    return notebook;
}

static void
turn_to (GtkWidget *notebook, const char *page)
{
    guint n_pages;
    const XtlsHelpPage *pages = xtls_gui_api ()->list_help (&n_pages);

    for (guint i = 0; i < n_pages; i++)
        if (strcmp (pages[i].id, page) == 0)
            gtk_notebook_set_current_page (GTK_NOTEBOOK (notebook), (int)i);
}

static XtlsDialog *
new_window (void)
{
    XtlsDialog *dialog = xtls_dialog_new (
        "xtls-help", NULL, "", _ ("Help: private conversations"), NULL, NULL);
    GtkWidget *notebook = new_pages ();

    xtls_dialog_set_stock (dialog, GTK_STOCK_DIALOG_INFO, _ ("Information"));
    gtk_window_set_resizable (GTK_WINDOW (dialog->window), TRUE);
    gtk_window_set_default_size (GTK_WINDOW (dialog->window), WIDTH, HEIGHT);
    gtk_box_pack_start (GTK_BOX (dialog->box), notebook, TRUE, TRUE, 0);
    g_object_set_data (G_OBJECT (dialog->window), "pages", notebook);
    gtk_dialog_add_button (
        GTK_DIALOG (dialog->window), GTK_STOCK_CLOSE, GTK_RESPONSE_CLOSE);
    gtk_dialog_set_default_response (GTK_DIALOG (dialog->window),
                                     GTK_RESPONSE_CLOSE);
    g_signal_connect (
        dialog->window, "response", G_CALLBACK (response_cb), dialog);
    return dialog;
}

void
xtls_help_show (const char *page)
{
    XtlsDialog *dialog = xtls_dialog_find ("xtls-help", NULL, "");

    if (dialog == NULL)
        dialog = new_window ();
    turn_to (g_object_get_data (G_OBJECT (dialog->window), "pages"), page);
    xtls_dialog_show (dialog, TRUE);
}

static void
clicked_cb (GtkWidget *button, gpointer page)
{
    xtls_help_show (page);
}

GtkWidget *
xtls_help_button_new (const char *page)
{
    GtkWidget *button = gtk_button_new_with_mnemonic (_ ("What’s _this?"));

    g_signal_connect (
        button, "clicked", G_CALLBACK (clicked_cb), (gpointer)page);
    return button;
}

/* All buttons of a row are as wide as the widest. With a large font, a row may
 * be wider than a small screen. */
static gboolean
is_too_wide (GtkWidget *row)
{
    GtkRequisition needs;

    gtk_widget_size_request (row, &needs);
    return needs.width >
           gdk_screen_get_width (gtk_widget_get_screen (row)) * 3 / 4;
}

void
xtls_help_add_button (GtkWidget *window, const char *page)
{
    GtkWidget *area = gtk_dialog_get_action_area (GTK_DIALOG (window));
    GtkWidget *button = g_object_ref_sink (xtls_help_button_new (page));

    gtk_box_pack_start (GTK_BOX (area), button, FALSE, FALSE, 0);
    gtk_button_box_set_child_secondary (GTK_BUTTON_BOX (area), button, TRUE);
    gtk_widget_show (button);
    if (is_too_wide (area)) {
        GtkWidget *row = gtk_hbox_new (FALSE, 0);

        gtk_container_remove (GTK_CONTAINER (area), button);
        gtk_box_pack_start (GTK_BOX (row), button, FALSE, FALSE, SPACING);
        gtk_box_pack_end (
            GTK_BOX (gtk_dialog_get_content_area (GTK_DIALOG (window))),
            row,
            FALSE,
            FALSE,
            0);
        gtk_widget_show_all (row);
    }
    g_object_unref (button);
}
