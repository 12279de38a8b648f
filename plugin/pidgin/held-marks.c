/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks held messages in the conversation.
 *
 * Pidgin writes a typed message into the conversation right after the core has
 * signalled that it is held. What is written between the signal and the next
 * turn of the main loop is therefore the message. Marks of the text buffer keep
 * its place, which may move.
 */
#include "held-marks.h"

#include "gui.h"
#include "names.h"

#include <glib/gi18n-lib.h>
#include <gtkconv.h>
#include <signals.h>
#include <string.h>

#define TAG "xtls-held"

/* The part of the text colour in the grey, which is readable on light and dark
 * backgrounds. */
#define INK 0.6

typedef struct {
    PurpleAccount *account; /* only compared */
    char *who;
    guint number;
    GtkTextBuffer *buffer; /* a reference; NULL until the message is shown */
    GtkTextMark *begin;    /* of the message */
    GtkTextMark *word;     /* of the word after the message */
    GtkTextMark *end;
} Held;

static GList *marks;    /* (element-type Held), the latest first */
static guint forgetter; /* ends the turn in which the message is shown */

static void
free_held (Held *held)
{
    if (held->buffer != NULL) {
        if (held->begin != NULL)
            gtk_text_buffer_delete_mark (held->buffer, held->begin);
        if (held->word != NULL)
            gtk_text_buffer_delete_mark (held->buffer, held->word);
        if (held->end != NULL)
            gtk_text_buffer_delete_mark (held->buffer, held->end);
        g_object_unref (held->buffer);
    }
    g_free (held->who);
    g_free (held);
}

static void
drop (GList *link)
{
    free_held (link->data);
    marks = g_list_delete_link (marks, link);
}

/* --- colours and words --- */

static GdkColor
mix (const GdkColor *ink, const GdkColor *paper)
{
    GdkColor color = {0};

    color.red = (guint16)(ink->red * INK + paper->red * (1 - INK));
    color.green = (guint16)(ink->green * INK + paper->green * (1 - INK));
    color.blue = (guint16)(ink->blue * INK + paper->blue * (1 - INK));
    return color;
}

/* The tag's priority is above those of the message's own tags. */
static GtkTextTag *
get_tag (GtkTextBuffer *buffer, const GtkStyle *style)
{
    GtkTextTagTable *table = gtk_text_buffer_get_tag_table (buffer);
    GtkTextTag *tag = gtk_text_tag_table_lookup (table, TAG);
    GdkColor grey =
        mix (&style->text[GTK_STATE_NORMAL], &style->base[GTK_STATE_NORMAL]);

    if (tag == NULL)
        tag = gtk_text_buffer_create_tag (buffer, TAG, NULL);
    g_object_set (tag, "foreground-gdk", &grey, NULL);
    gtk_text_tag_set_priority (tag, gtk_text_tag_table_get_size (table) - 1);
    return tag;
}

static GtkTextMark *
mark_end (GtkTextBuffer *buffer)
{
    GtkTextIter end;

    gtk_text_buffer_get_end_iter (buffer, &end);
    return gtk_text_buffer_create_mark (buffer, NULL, &end, TRUE);
}

static void
set_word (Held *held, const char *word)
{
    GtkTextIter begin;
    GtkTextIter end;
    GtkTextTag *tag = gtk_text_tag_table_lookup (
        gtk_text_buffer_get_tag_table (held->buffer), TAG);

    gtk_text_buffer_get_iter_at_mark (held->buffer, &begin, held->word);
    gtk_text_buffer_get_iter_at_mark (held->buffer, &end, held->end);
    gtk_text_buffer_delete (held->buffer, &begin, &end);
    if (word == NULL) {
        gtk_text_buffer_get_iter_at_mark (held->buffer, &begin, held->begin);
        gtk_text_buffer_get_iter_at_mark (held->buffer, &end, held->word);
        gtk_text_buffer_remove_tag (held->buffer, tag, &begin, &end);
        return;
    }
    gtk_text_buffer_insert_with_tags (
        held->buffer, &begin, word, -1, tag, NULL);
    /* Text that is inserted next is not part of the word. */
    gtk_text_buffer_move_mark (held->buffer, held->end, &begin);
}

/* --- a message is shown --- */

/* Returns: (nullable): the message that is being shown, which can only be the
 * latest. */
static Held *
find_shown (PurpleConversation *conv, PurpleMessageFlags flags)
{
    Held *held = marks == NULL ? NULL : marks->data;
    PurpleAccount *account = NULL;
    char *who = NULL;
    gboolean same;

    if (held == NULL || held->end != NULL || forgetter == 0 ||
        (flags & PURPLE_MESSAGE_SEND) == 0 || conv == NULL ||
        !PIDGIN_IS_PIDGIN_CONVERSATION (conv) ||
        PIDGIN_CONVERSATION (conv) == NULL ||
        !xtls_names_contact (conv, &account, &who))
        return NULL;
    same = held->account == account && g_strcmp0 (held->who, who) == 0;
    g_free (who);
    return same ? held : NULL;
}

static gboolean
displaying_cb (PurpleAccount *account,
               const char *name,
               char **message,
               PurpleConversation *conv,
               PurpleMessageFlags flags,
               gpointer data)
{
    Held *held = find_shown (conv, flags);

    if (held != NULL && held->buffer == NULL) {
        held->buffer = g_object_ref (gtk_text_view_get_buffer (
            GTK_TEXT_VIEW (PIDGIN_CONVERSATION (conv)->imhtml)));
        held->begin = mark_end (held->buffer);
    }
    return FALSE;
}

static void
displayed_cb (PurpleAccount *account,
              const char *name,
              const char *message,
              PurpleConversation *conv,
              PurpleMessageFlags flags,
              gpointer data)
{
    Held *held = find_shown (conv, flags);
    GtkTextIter begin;
    GtkTextIter end;
    GtkTextTag *tag;
    char *word;

    if (held == NULL || held->buffer == NULL)
        return;
    tag = get_tag (held->buffer,
                   gtk_widget_get_style (PIDGIN_CONVERSATION (conv)->imhtml));
    gtk_text_buffer_get_iter_at_mark (held->buffer, &begin, held->begin);
    gtk_text_buffer_get_end_iter (held->buffer, &end);
    gtk_text_buffer_apply_tag (held->buffer, tag, &begin, &end);
    held->word = mark_end (held->buffer);
    held->end = mark_end (held->buffer);
    /* Translators: stands behind a message that waits to be sent. */
    word = g_strdup_printf (" (%s)", _ ("held"));
    set_word (held, word);
    g_free (word);
}

/* --- what the core tells --- */

/* A message that was not shown in this turn never is, because another plugin
 * has withheld it. */
static gboolean
forget_cb (gpointer data)
{
    GList *next;

    forgetter = 0;
    for (GList *l = marks; l != NULL; l = next) {
        next = l->next;
        if (((const Held *)l->data)->end == NULL)
            drop (l);
    }
    return FALSE;
}

static void
add (PurpleAccount *account, const char *who, guint number)
{
    Held *held = g_new0 (Held, 1);

    held->account = account;
    held->who = g_strdup (who);
    held->number = number;
    marks = g_list_prepend (marks, held);
    if (forgetter == 0)
        forgetter = g_idle_add_full (G_PRIORITY_HIGH, forget_cb, NULL, NULL);
}

static void
held_cb (PurpleAccount *account,
         const char *who,
         guint number,
         guint fate,
         gpointer data)
{
    GList *next;
    char *word;

    if (fate == XTLS_FATE_HELD) {
        add (account, who, number);
        return;
    }
    word = fate == XTLS_FATE_NOT_SENT
               /* Translators: stands behind a message that was not sent. */
               ? g_strdup_printf (" (%s)", _ ("not sent"))
               : NULL;
    for (GList *l = marks; l != NULL; l = next) {
        Held *held = l->data;

        next = l->next;
        if (held->account != account || held->number != number ||
            strcmp (held->who, who) != 0)
            continue;
        if (held->end != NULL)
            set_word (held, word);
        drop (l);
    }
    g_free (word);
}

/* The text is destroyed with its window. */
static void
deleting_cb (PurpleConversation *conv, gpointer data)
{
    PidginConversation *window = PIDGIN_IS_PIDGIN_CONVERSATION (conv)
                                     ? PIDGIN_CONVERSATION (conv)
                                     : NULL;
    const GtkTextBuffer *buffer;
    GList *next;

    if (window == NULL || window->convs == NULL || window->convs->next != NULL)
        return;
    buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (window->imhtml));
    for (GList *l = marks; l != NULL; l = next) {
        next = l->next;
        if (((const Held *)l->data)->buffer == buffer)
            drop (l);
    }
}

void
xtls_held_marks_init (void)
{
    void *windows = pidgin_conversations_get_handle ();

    purple_signal_connect (windows,
                           "displaying-im-msg",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (displaying_cb),
                           NULL);
    purple_signal_connect (windows,
                           "displayed-im-msg",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (displayed_cb),
                           NULL);
    purple_signal_connect (purple_conversations_get_handle (),
                           "deleting-conversation",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (deleting_cb),
                           NULL);
    purple_signal_connect (purple_plugins_find_with_id (XTLS_CORE_ID),
                           XTLS_SIGNAL_HELD,
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (held_cb),
                           NULL);
}

void
xtls_held_marks_uninit (void)
{
    if (forgetter != 0)
        g_source_remove (forgetter);
    forgetter = 0;
    while (marks != NULL) {
        Held *held = marks->data;

        if (held->end != NULL)
            set_word (held, NULL);
        drop (marks);
    }
}
