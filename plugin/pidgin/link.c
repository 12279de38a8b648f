/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link in the conversation that opens the verify dialog. The core writes a
 * plain sentence, which becomes a link here when it is displayed; logs and
 * other clients see the sentence. Anybody can send a link to `xtls:`, so
 * nothing in it is used, only the conversation in which it was clicked.
 */
#include "link.h"

#include "gui.h"
#include "names.h"
#include "verify.h"

#include <glib/gi18n-lib.h>
#include <gtkconv.h>
#include <gtkimhtml.h>
#include <string.h>

#define PROTOCOL "xtls:"
#define TAG "xtls-link"
#define LEFT_TO_RIGHT_MARK "\xe2\x80\x8e"

/* How much brighter than the background a text must be, or darker, to be
 * readable; of 255 (Techniques for Accessibility Evaluation, W3C, 2.2). */
enum { READABLE = 125 };

static gboolean is_new; /* a link has just been written */

/* The part after the sentence, which a user who has a link does not need. In a
 * language that is written from right to left, a mark stands before it. */
static const char *
skip_command (const char *rest)
{
    static const char *const commands[] = {
        " " XTLS_TEXT_VERIFY_COMMAND,
        " " LEFT_TO_RIGHT_MARK XTLS_TEXT_VERIFY_COMMAND,
    };

    for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
        if (g_str_has_prefix (rest, commands[i]))
            return rest + strlen (commands[i]);
    return rest;
}

static gboolean
displaying_cb (PurpleAccount *account,
               const char *who,
               char **message,
               PurpleConversation *conv,
               PurpleMessageFlags flags,
               gpointer data)
{
    char *sentence;
    char *at;

    if ((flags & PURPLE_MESSAGE_SYSTEM) == 0 || *message == NULL)
        return FALSE;
    sentence = g_markup_escape_text (_ (XTLS_TEXT_VERIFY), -1);
    at = strstr (*message, sentence);
    if (at != NULL) {
        char *linked =
            g_strdup_printf ("%.*s<A HREF=\"" PROTOCOL "verify\">%s</A>%s",
                             (int)(at - *message),
                             *message,
                             sentence,
                             skip_command (at + strlen (sentence)));

        g_free (*message);
        *message = linked;
        is_new = TRUE;
    }
    g_free (sentence);
    return FALSE;
}

static PurpleConversation *
find_conversation (GtkIMHtml *imhtml)
{
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) {
        PurpleConversation *conv = l->data;

        if (PIDGIN_IS_PIDGIN_CONVERSATION (conv) &&
            PIDGIN_CONVERSATION (conv) != NULL &&
            PIDGIN_CONVERSATION (conv)->imhtml == GTK_WIDGET (imhtml))
            return PIDGIN_CONVERSATION (conv)->active_conv;
    }
    return NULL;
}

static gboolean
activate_cb (GtkIMHtml *imhtml, GtkIMHtmlLink *link)
{
    PurpleConversation *conv = find_conversation (imhtml);
    PurpleAccount *account = NULL;
    char *who = NULL;

    if (conv == NULL || !xtls_names_contact (conv, &account, &who))
        return FALSE;
    xtls_verify_show (account, who, NULL);
    g_free (who);
    return TRUE;
}

static gboolean
context_menu_cb (GtkIMHtml *imhtml, GtkIMHtmlLink *link, GtkWidget *menu)
{
    return TRUE;
}

static void
find_ours (GtkTextTag *tag, gpointer found)
{
    const char *url = g_object_get_data (G_OBJECT (tag), "link_url");

    if (url != NULL && g_str_has_prefix (url, PROTOCOL))
        g_ptr_array_add (found, tag);
}

/* --- links on a dark background ------------------------------------------- */

/* Of 255 */
static int
brightness (const GdkColor *color)
{
    return (299 * (color->red >> 8) + 587 * (color->green >> 8) +
            114 * (color->blue >> 8)) /
           1000;
}

static gboolean
is_readable (GtkTextTag *link, const GtkStyle *style)
{
    GdkColor *color = NULL;
    int difference;

    g_object_get (link, "foreground-gdk", &color, NULL);
    if (color == NULL)
        return TRUE;
    difference =
        brightness (color) - brightness (&style->base[GTK_STATE_NORMAL]);
    gdk_color_free (color);
    return ABS (difference) >= READABLE;
}

/* A tag of its own, because Pidgin changes the colour of the link's as the
 * pointer passes. Its priority is above that of every link. */
static GtkTextTag *
get_tag (GtkTextBuffer *buffer, const GtkStyle *style)
{
    GtkTextTagTable *table = gtk_text_buffer_get_tag_table (buffer);
    GtkTextTag *tag = gtk_text_tag_table_lookup (table, TAG);

    if (tag == NULL)
        tag = gtk_text_buffer_create_tag (buffer, TAG, NULL);
    g_object_set (tag, "foreground-gdk", &style->text[GTK_STATE_NORMAL], NULL);
    gtk_text_tag_set_priority (tag, gtk_text_tag_table_get_size (table) - 1);
    return tag;
}

/* Gives the last link the colour of the text, if Pidgin's is as dark as the
 * background. It remains underlined. */
static void
make_readable (GtkWidget *imhtml)
{
    GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (imhtml));
    const GtkStyle *style = gtk_widget_get_style (imhtml);
    GPtrArray *found = g_ptr_array_new ();

    gtk_text_tag_table_foreach (
        gtk_text_buffer_get_tag_table (buffer), find_ours, found);
    for (guint i = 0; i < found->len; i++) {
        GtkTextIter begin;
        GtkTextIter end;

        gtk_text_buffer_get_end_iter (buffer, &end);
        if (is_readable (found->pdata[i], style) ||
            !gtk_text_iter_backward_to_tag_toggle (&end, found->pdata[i]))
            continue;
        begin = end;
        gtk_text_iter_backward_to_tag_toggle (&begin, found->pdata[i]);
        gtk_text_buffer_apply_tag (
            buffer, get_tag (buffer, style), &begin, &end);
    }
    g_ptr_array_free (found, TRUE);
}

static void
displayed_cb (PurpleAccount *account,
              const char *who,
              const char *message,
              PurpleConversation *conv,
              PurpleMessageFlags flags,
              gpointer data)
{
    if (is_new && PIDGIN_IS_PIDGIN_CONVERSATION (conv) &&
        PIDGIN_CONVERSATION (conv) != NULL)
        make_readable (PIDGIN_CONVERSATION (conv)->imhtml);
    is_new = FALSE;
}

/* --- removing the links --------------------------------------------------- */

/* A link that can no longer be followed becomes text. */
static void
unlink_all (GtkTextBuffer *buffer)
{
    GPtrArray *found = g_ptr_array_new ();
    GtkTextIter start;
    GtkTextIter end;

    gtk_text_tag_table_foreach (
        gtk_text_buffer_get_tag_table (buffer), find_ours, found);
    gtk_text_buffer_get_bounds (buffer, &start, &end);
    for (guint i = 0; i < found->len; i++)
        gtk_text_buffer_remove_tag (buffer, found->pdata[i], &start, &end);
    if (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer),
                                   TAG) != NULL)
        gtk_text_buffer_remove_tag_by_name (buffer, TAG, &start, &end);
    g_ptr_array_free (found, TRUE);
}

void
xtls_link_init (void)
{
    gtk_imhtml_class_register_protocol (PROTOCOL, activate_cb, context_menu_cb);
    purple_signal_connect (pidgin_conversations_get_handle (),
                           "displaying-im-msg",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (displaying_cb),
                           NULL);
    purple_signal_connect (pidgin_conversations_get_handle (),
                           "displayed-im-msg",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (displayed_cb),
                           NULL);
}

void
xtls_link_uninit (void)
{
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) {
        PurpleConversation *conv = l->data;

        if (PIDGIN_IS_PIDGIN_CONVERSATION (conv) &&
            PIDGIN_CONVERSATION (conv) != NULL)
            unlink_all (gtk_text_view_get_buffer (
                GTK_TEXT_VIEW (PIDGIN_CONVERSATION (conv)->imhtml)));
    }
    gtk_imhtml_class_register_protocol (PROTOCOL, NULL, NULL);
}
