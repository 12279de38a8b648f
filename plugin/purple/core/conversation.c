/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes system messages into conversations. */
#include "conversation.h"

#include "jabber.h"
#include "message.h"

#include <time.h>

/* Finds a window that libpurple does not find under @who, but that sends to
 * @who. */
static PurpleConversation *
find_by_other_name (PurpleAccount *account, const char *who)
{
    for (GList *l = purple_get_ims (); l; l = l->next) {
        g_autofree char *name = NULL;

        if (purple_conversation_get_account (l->data) != account)
            continue;
        name = xtls_jabber_normalize (account,
                                      purple_conversation_get_name (l->data));
        if (g_strcmp0 (name, who) == 0)
            return l->data;
    }
    return NULL;
}

PurpleConversation *
xtls_conversation_find (PurpleAccount *account, const char *who)
{
    PurpleConversation *conv;

    /* The windows of an account that is being deleted go with it. */
    if (!g_list_find (purple_accounts_get_all (), account))
        return NULL;
    conv = purple_find_conversation_with_account (
        PURPLE_CONV_TYPE_IM, who, account);
    return conv ? conv : find_by_other_name (account, who);
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
    /* Names in it come from others; what it quotes was typed here. */
    line = private ? g_strdup (text) : xtls_message_one_line (text);
    html = g_markup_escape_text (line, -1);
    /* Otherwise a JID would become a mailto link. */
    purple_conversation_write (conv,
                               NULL,
                               html,
                               PURPLE_MESSAGE_SYSTEM |
                                   PURPLE_MESSAGE_NO_LINKIFY |
                                   (private ? PURPLE_MESSAGE_NO_LOG : 0),
                               time (NULL));
    return TRUE;
}
