/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marks text that reaches a private conversation without its session. */
#include "foreign-text.h"

#include "contact-start.h"
#include "contact.h"
#include "jabber.h"
#include "message.h"
#include "origin.h"
#include "otr.h"
#include "protected.h"
#include "texts.h"

#include <conversation.h>
#include <eventloop.h>
#include <signals.h>
#include <util.h>

static int handle;
static guint echo_timer;
static const char *marked; /* what is being written; only compared */

/* --- echoes of what the user typed ---------------------------------------- */

static gboolean
echo_cb (gpointer data)
{
    echo_timer = 0;
    xtls_origin_forget_echoes ();
    return FALSE;
}

/* The echo of a text follows at once or not at all. */
void
xtls_foreign_text_expect_echo (XtlsContact *contact)
{
    xtls_origin_expect_echo (xtls_contact_get_account (contact),
                             xtls_contact_get_who (contact));
    if (!echo_timer)
        echo_timer = purple_timeout_add (0, echo_cb, NULL);
}

static void
receiving_cb (PurpleConnection *gc, xmlnode **stanza, gpointer data)
{
    xtls_origin_forget_echoes ();
}

/* --- marking -------------------------------------------------------------- */

/* Some protocols and plugins write what the user has typed on another
 * device. */
static gboolean
is_own (PurpleMessageFlags flags)
{
    return (flags & (PURPLE_MESSAGE_SEND | PURPLE_MESSAGE_REMOTE_SEND)) != 0;
}

/* What the client answers to a command, for example that there is no such
 * command, is nobody's message, and clients show it as such. */
static gboolean
is_answer (PurpleMessageFlags flags)
{
    return flags == PURPLE_MESSAGE_NO_LOG;
}

static gboolean
is_ours (XtlsContact *contact, PurpleMessageFlags flags)
{
    PurpleAccount *account = xtls_contact_get_account (contact);
    const char *who = xtls_contact_get_who (contact);

    if (flags & (PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_ERROR))
        return TRUE;
    return is_own (flags) ? xtls_origin_take_echo (account, who)
                          : xtls_origin_is_known (account, who);
}

/* The mark precedes all of the text, which must not be able to imitate a second
 * line. */
static char *
mark (const char *html, PurpleMessageFlags flags)
{
    g_autofree char *text = purple_markup_strip_html (html);
    g_autofree char *line = xtls_message_one_line (text);
    g_autofree char *escaped = g_markup_escape_text (line, -1);

    return g_strdup_printf (
        "<b>%s</b> %s", xtls_texts_unencrypted (is_own (flags)), escaped);
}

/* An answer may contain a name that others have chosen, which must not be able
 * to imitate a message by its markup. Line breaks are kept, because an answer
 * may be a list. */
static char *
make_plain (const char *html)
{
    g_autofree char *text = purple_markup_strip_html (html);
    g_autofree char *escaped = g_markup_escape_text (text, -1);

    return purple_strdup_withhtml (escaped);
}

/* Returns: (nullable): the contact, if text of its conversation that does not
 * come from its session is marked. What OTR has decrypted is not. */
static XtlsContact *
find_contact (PurpleConversation *conv)
{
    PurpleAccount *account = purple_conversation_get_account (conv);
    XtlsContact *contact = xtls_protected_find (
        account, purple_conversation_get_name (conv), XTLS_MATTER_OTHER);

    return contact && (xtls_contact_is_private (contact) ||
                       !xtls_otr_is_running (account,
                                             xtls_contact_get_who (contact)))
               ? contact
               : NULL;
}

static gboolean
writing_cb (PurpleAccount *account,
            const char *who,
            char **html,
            PurpleConversation *conv,
            PurpleMessageFlags flags,
            gpointer data)
{
    XtlsContact *contact = find_contact (conv);
    char *line;

    if (!contact || !html || !*html || is_ours (contact, flags))
        return FALSE;
    line = is_answer (flags) ? make_plain (*html) : mark (*html, flags);
    g_free (*html);
    *html = line;
    marked = line;
    return FALSE;
}

/* libpurple remembers the text that was to be written, not the text that was
 * written; Pidgin shows it again when a closed window is reopened. */
static void
wrote_cb (PurpleAccount *account,
          const char *who,
          const char *html,
          PurpleConversation *conv,
          PurpleMessageFlags flags,
          gpointer data)
{
    GList *history = purple_conversation_get_message_history (conv);

    if (marked && html == marked && history) {
        PurpleConvMessage *last = history->data;

        g_free (last->what);
        last->what = g_strdup (html);
        marked = NULL;
    }
}

void
xtls_foreign_text_init (void)
{
    void *conversations = purple_conversations_get_handle ();

    /* After all other handlers, so that none can remove the mark. */
    purple_signal_connect_priority (conversations,
                                    "writing-im-msg",
                                    &handle,
                                    PURPLE_CALLBACK (writing_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    purple_signal_connect_priority (conversations,
                                    "wrote-im-msg",
                                    &handle,
                                    PURPLE_CALLBACK (wrote_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect_priority (xtls_jabber_get_plugin (),
                                    "jabber-receiving-xmlnode",
                                    &handle,
                                    PURPLE_CALLBACK (receiving_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_LOWEST);
}

void
xtls_foreign_text_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    if (echo_timer)
        purple_timeout_remove (echo_timer);
    echo_timer = 0;
    marked = NULL;
    xtls_origin_forget_echoes ();
}
