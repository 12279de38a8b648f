/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Windows about one contact. */
#include "dialog.h"

#include "gui.h"
#include "icon.h"
#include "names.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { BORDER = 12, SPACING = 12 };

/* Of a text: in average characters, at most in percent of the screen, and at
 * least in pixels. */
enum { TEXT_CHARS = 60, TEXT_PART = 75, TEXT_WIDTH = 440 };

/* Of a text that has something beside it. */
enum { HALF_CHARS = 40, HALF_PART = 50 };

enum { GROUPS_A_LINE = 4 }; /* of a fingerprint */

static GList *dialogs; /* (element-type XtlsDialog); their windows own them */

static void
free_cb (gpointer data)
{
    XtlsDialog *dialog = data;

    dialogs = g_list_remove (dialogs, dialog);
    g_free (dialog->who);
    g_free (dialog->data);
    g_free (dialog);
}

XtlsDialog *
xtls_dialog_find (const char *kind, PurpleAccount *account, const char *who)
{
    for (GList *l = dialogs; l != NULL; l = l->next) {
        XtlsDialog *dialog = l->data;

        if (strcmp (dialog->kind, kind) == 0 && dialog->account == account &&
            strcmp (dialog->who, who) == 0)
            return dialog;
    }
    return NULL;
}

static void
destroyed_cb (GtkWidget *window, XtlsDialog *dialog)
{
    free_cb (dialog);
}

XtlsDialog *
xtls_dialog_new (const char *kind,
                 PurpleAccount *account,
                 const char *who,
                 const char *title,
                 XtlsDialogRefresh refresh,
                 gpointer data)
{
    XtlsDialog *dialog = g_new0 (XtlsDialog, 1);
    GtkWidget *hbox = gtk_hbox_new (FALSE, SPACING);

    dialog->kind = kind;
    dialog->account = account;
    dialog->who = g_strdup (who);
    dialog->refresh = refresh;
    dialog->data = data;
    dialog->window = gtk_dialog_new ();
    dialog->image = gtk_image_new ();
    dialog->box = gtk_vbox_new (FALSE, SPACING);

    gtk_window_set_title (GTK_WINDOW (dialog->window), title);
    gtk_window_set_role (GTK_WINDOW (dialog->window), kind);
    gtk_window_set_resizable (GTK_WINDOW (dialog->window), FALSE);
    gtk_dialog_set_has_separator (GTK_DIALOG (dialog->window), FALSE);
    gtk_container_set_border_width (GTK_CONTAINER (hbox), BORDER);
    gtk_misc_set_alignment (GTK_MISC (dialog->image), 0.5, 0.0);
    gtk_box_pack_start (GTK_BOX (hbox), dialog->image, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (hbox), dialog->box, TRUE, TRUE, 0);
    gtk_container_add (GTK_CONTAINER (gtk_dialog_get_content_area (
                           GTK_DIALOG (dialog->window))),
                       hbox);
    g_signal_connect (
        dialog->window, "destroy", G_CALLBACK (destroyed_cb), dialog);
    dialogs = g_list_prepend (dialogs, dialog);
    return dialog;
}

static gboolean
noticed_cb (GtkWidget *window, GdkEventFocus *event, gpointer data)
{
    gtk_window_set_urgency_hint (GTK_WINDOW (window), FALSE);
    return FALSE;
}

void
xtls_dialog_show (XtlsDialog *dialog, gboolean asked)
{
    GtkWindow *window = GTK_WINDOW (dialog->window);

    if (!asked && !gtk_widget_get_visible (dialog->window)) {
        gtk_window_set_focus_on_map (window, FALSE);
        gtk_window_set_urgency_hint (window, TRUE);
        g_signal_connect (
            window, "focus-in-event", G_CALLBACK (noticed_cb), NULL);
    }
    /* Only once: later, whatever is hidden is hidden for a reason. */
    if (!gtk_widget_get_visible (dialog->window)) {
        gtk_widget_show_all (dialog->window);
        if (dialog->refresh != NULL)
            dialog->refresh (dialog);
    } else if (asked) {
        gtk_window_present (window);
    }
}

static void
outlive_cb (GtkWidget *button, gpointer data)
{
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE,
                     G_SOURCE_FUNC (gtk_false),
                     g_object_ref (button),
                     g_object_unref);
}

void
xtls_dialog_destroy (XtlsDialog *dialog)
{
    GtkWidget *buttons =
        gtk_dialog_get_action_area (GTK_DIALOG (dialog->window));

    /* When assistive technology presses a button, GAIL writes to it after the
     * click. */
    gtk_container_foreach (GTK_CONTAINER (buttons), outlive_cb, NULL);
    gtk_widget_destroy (dialog->window);
}

/* Calls @each for the dialogs that are open now; it may close any of them. */
static void
for_each (void (*each) (XtlsDialog *dialog, gpointer data), gpointer data)
{
    GList *now = g_list_copy (dialogs);

    for (GList *l = now; l != NULL; l = l->next)
        if (g_list_find (dialogs, l->data) != NULL)
            each (l->data, data);
    g_list_free (now);
}

static void
refresh_each (XtlsDialog *dialog, gpointer data)
{
    if (dialog->refresh != NULL)
        dialog->refresh (dialog);
}

void
xtls_dialog_refresh (void)
{
    for_each (refresh_each, NULL);
}

static void
close_each (XtlsDialog *dialog, gpointer data)
{
    if (data == NULL || dialog->account == data)
        xtls_dialog_destroy (dialog);
}

void
xtls_dialog_close_all (PurpleAccount *account)
{
    for_each (close_each, account);
}

/* --- parts ---------------------------------------------------------------- */

void
xtls_dialog_set_state (XtlsDialog *dialog, XtlsState state)
{
    gtk_image_set_from_pixbuf (GTK_IMAGE (dialog->image),
                               xtls_icon_get (state, XTLS_ICON_DIALOG));
    atk_object_set_name (gtk_widget_get_accessible (dialog->image),
                         xtls_gui_api ()->get_word (state));
}

void
xtls_dialog_set_stock (XtlsDialog *dialog, const char *stock, const char *name)
{
    gtk_image_set_from_stock (
        GTK_IMAGE (dialog->image), stock, GTK_ICON_SIZE_DIALOG);
    atk_object_set_name (gtk_widget_get_accessible (dialog->image), name);
}

int
xtls_dialog_chars (GtkWidget *widget, int count)
{
    PangoContext *context = gtk_widget_get_pango_context (widget);
    PangoFontMetrics *metrics =
        pango_context_get_metrics (context,
                                   gtk_widget_get_style (widget)->font_desc,
                                   pango_context_get_language (context));
    int width = pango_font_metrics_get_approximate_char_width (metrics);

    pango_font_metrics_unref (metrics);
    return PANGO_PIXELS (count * width);
}

/* Lines are not too short with a large font, and fit on a small screen.
 * @part: of the screen's width, in percent */
static int
text_width (GtkWidget *label, int chars, int part)
{
    int most =
        gdk_screen_get_width (gtk_widget_get_screen (label)) * part / 100;

    return MAX (TEXT_WIDTH, MIN (xtls_dialog_chars (label, chars), most));
}

GtkWidget *
xtls_dialog_label (GtkWidget *box)
{
    GtkWidget *label = gtk_label_new (NULL);

    gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
    /* An address or an alias may be one long word. */
    gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    gtk_misc_set_alignment (GTK_MISC (label), 0.0, 0.0);
    /* Any width will do, since the next one counts. Without it, GTK would align
     * a short line to the left in a language written from right to left. */
    gtk_label_set_width_chars (GTK_LABEL (label), 1);
    gtk_widget_set_size_request (
        label, text_width (label, TEXT_CHARS, TEXT_PART), -1);
    gtk_box_pack_start (GTK_BOX (box), label, FALSE, FALSE, 0);
    return label;
}

void
xtls_dialog_set_heading (GtkWidget *label, const char *text)
{
    char *markup = g_markup_printf_escaped (
        "<span weight=\"bold\" size=\"larger\">%s</span>", text);

    gtk_label_set_markup (GTK_LABEL (label), markup);
    g_free (markup);
}

static void
copy_cb (GtkWidget *button, GtkWidget *frame)
{
    const char *text = g_object_get_data (G_OBJECT (frame), "text");

    if (text != NULL)
        gtk_clipboard_set_text (
            gtk_widget_get_clipboard (button, GDK_SELECTION_CLIPBOARD),
            text,
            -1);
}

/* GTK selects all of a label that gets the keyboard focus. */
static void
came_cb (GtkWidget *label, gpointer data)
{
    gtk_label_select_region (GTK_LABEL (label), 0, 0);
}

GtkWidget *
xtls_dialog_fingerprint (GtkWidget *box, const char *copy_label)
{
    GtkWidget *frame = gtk_vbox_new (FALSE, 4);
    GtkWidget *row = gtk_hbox_new (FALSE, SPACING);
    GtkWidget *heading = xtls_dialog_label (frame);
    GtkWidget *text = gtk_label_new (NULL);
    GtkWidget *copy = gtk_button_new_with_mnemonic (copy_label);
    GtkWidget *side = gtk_vbox_new (FALSE, 0);

    gtk_widget_set_size_request (
        heading, text_width (heading, HALF_CHARS, HALF_PART), -1);
    /* A line that happens to have only digits would else begin at its end in a
     * language that is written from right to left. */
    gtk_widget_set_direction (text, GTK_TEXT_DIR_LTR);
    gtk_misc_set_alignment (GTK_MISC (text), 0.0, 0.0);
    gtk_label_set_selectable (GTK_LABEL (text), TRUE);
    g_signal_connect_after (text, "grab-focus", G_CALLBACK (came_cb), NULL);
    gtk_box_pack_start (GTK_BOX (row), text, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (side), copy, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (row), side, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (frame), row, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (box), frame, FALSE, FALSE, 0);
    g_object_set_data (G_OBJECT (frame), "heading-label", heading);
    g_object_set_data (G_OBJECT (frame), "text-label", text);
    g_object_set_data (G_OBJECT (frame), "copy-button", copy);
    g_signal_connect (copy, "clicked", G_CALLBACK (copy_cb), frame);
    return frame;
}

static int
set_groups (GtkLabel *label, const char *fingerprint, int a_line)
{
    char *groups = xtls_names_group (fingerprint, a_line);
    char *markup = g_markup_printf_escaped ("<tt>%s</tt>", groups);
    int width;

    gtk_label_set_markup (label, markup);
    pango_layout_get_pixel_size (gtk_label_get_layout (label), &width, NULL);
    g_free (markup);
    g_free (groups);
    return width;
}

/* With a large font the lines are half as long. */
static void
show_fingerprint (GtkLabel *label, const char *fingerprint)
{
    GdkScreen *screen = gtk_widget_get_screen (GTK_WIDGET (label));

    if (set_groups (label, fingerprint, GROUPS_A_LINE) >
        gdk_screen_get_width (screen) / 2)
        set_groups (label, fingerprint, GROUPS_A_LINE / 2);
}

void
xtls_dialog_set_fingerprint (GtkWidget *fingerprint,
                             const char *heading,
                             const char *text)
{
    GObject *frame = G_OBJECT (fingerprint);
    GtkWidget *copy = g_object_get_data (frame, "copy-button");
    GtkWidget *label = g_object_get_data (frame, "text-label");
    const char *old = g_object_get_data (frame, "text");
    /* Translators: %s says what is copied, as “The fingerprint of … :”. */
    char *accessible = g_strdup_printf (_ ("Copy: %s"), heading);

    gtk_label_set_text (GTK_LABEL (g_object_get_data (frame, "heading-label")),
                        heading);
    atk_object_set_name (gtk_widget_get_accessible (copy), accessible);
    g_free (accessible);
    gtk_widget_set_sensitive (copy, text != NULL);
    /* If nothing changed, the user's selection stays. */
    if (old != NULL && g_strcmp0 (old, text) == 0)
        return;
    if (text == NULL) {
        /* Translators: stands where a fingerprint would stand. */
        gtk_label_set_text (GTK_LABEL (label), _ ("There is none yet."));
    } else {
        show_fingerprint (GTK_LABEL (label), text);
    }
    g_object_set_data_full (frame, "text", g_strdup (text), g_free);
}

/* --- asking the user ------------------------------------------------------ */

typedef struct {
    XtlsDialogDone done;
    gpointer data;
} Question;

static void
answer_cb (GtkDialog *window, int response, XtlsDialog *dialog)
{
    Question *question = dialog->data;

    if (response == GTK_RESPONSE_YES)
        question->done (dialog->account, dialog->who, question->data);
    xtls_dialog_destroy (dialog);
}

void
xtls_dialog_ask (const char *kind,
                 PurpleAccount *account,
                 const char *who,
                 const char *question,
                 const char *meaning,
                 const char *button,
                 XtlsDialogDone done,
                 gpointer data)
{
    XtlsDialog *dialog = xtls_dialog_find (kind, account, who);
    Question *state;

    if (dialog != NULL)
        xtls_dialog_destroy (dialog);
    state = g_new0 (Question, 1);
    state->done = done;
    state->data = data;
    dialog = xtls_dialog_new (
        kind, account, who, _ ("Private conversations"), NULL, state);
    g_object_set_data_full (G_OBJECT (dialog->window), "data", data, g_free);
    xtls_dialog_set_stock (dialog, GTK_STOCK_DIALOG_QUESTION, _ ("Question"));
    xtls_dialog_set_heading (xtls_dialog_label (dialog->box), question);
    gtk_label_set_text (GTK_LABEL (xtls_dialog_label (dialog->box)), meaning);
    gtk_dialog_add_buttons (GTK_DIALOG (dialog->window),
                            GTK_STOCK_CANCEL,
                            GTK_RESPONSE_CANCEL,
                            button,
                            GTK_RESPONSE_YES,
                            NULL);
    gtk_dialog_set_default_response (GTK_DIALOG (dialog->window),
                                     GTK_RESPONSE_CANCEL);
    g_signal_connect (
        dialog->window, "response", G_CALLBACK (answer_cb), dialog);
    xtls_dialog_show (dialog, TRUE);
}
