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

/* The part after the sentence, which a user who has a link does not need. */
static const char *
skip_command (const char *rest)
{
    static const char command[] = " " XTLS_TEXT_VERIFY_COMMAND;

    return g_str_has_prefix (rest, command) ? rest + strlen (command) : rest;
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

/* --- removing the links --------------------------------------------------- */

static void
find_ours (GtkTextTag *tag, gpointer found)
{
    const char *url = g_object_get_data (G_OBJECT (tag), "link_url");

    if (url != NULL && g_str_has_prefix (url, PROTOCOL))
        g_ptr_array_add (found, tag);
}

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
