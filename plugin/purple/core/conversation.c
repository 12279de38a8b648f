/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines in conversations. */
#include "conversation.h"

#include "message.h"

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
