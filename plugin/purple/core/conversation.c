/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines in conversations. */
#include "conversation.h"

#include "message.h"

#include <blist.h>
#include <time.h>

PurpleConversation *
xtls_conversation_find (PurpleAccount *account, const char *who)
{
    /* The windows of an account that is being deleted go with it. */
    return g_list_find (purple_accounts_get_all (), account)
               ? purple_find_conversation_with_account (
                     PURPLE_CONV_TYPE_IM, who, account)
               : NULL;
}

gboolean
xtls_conversation_line (PurpleAccount *account,
                        const char *who,
                        const char *text,
                        gboolean private)
{
    PurpleConversation *conv = xtls_conversation_find (account, who);
    g_autofree char *line = NULL;
    g_autofree char *html = NULL;

    if (!conv)
        return FALSE;
    /* Names in it are of others; what is quoted was typed here. */
    line = private ? g_strdup (text) : xtls_message_one_line (text);
    html = g_markup_escape_text (line, -1);
    /* A JID is no address to send mail to. */
    purple_conversation_write (conv,
                               NULL,
                               html,
                               PURPLE_MESSAGE_SYSTEM |
                                   PURPLE_MESSAGE_NO_LINKIFY |
                                   (private ? PURPLE_MESSAGE_NO_LOG : 0),
                               time (NULL));
    return TRUE;
}

char *
xtls_conversation_name (PurpleAccount *account, const char *who)
{
    PurpleBuddy *buddy = purple_find_buddy (account, who);
    g_autofree char *name =
        xtls_message_one_line (buddy ? purple_buddy_get_alias (buddy) : who);
    g_autofree char *beginning = NULL;

    if (g_utf8_strlen (name, -1) <= XTLS_CONVERSATION_NAME_MAX)
        return g_steal_pointer (&name);
    beginning = g_utf8_substring (name, 0, XTLS_CONVERSATION_NAME_MAX);
    return g_strconcat (beginning, "…", NULL);
}
