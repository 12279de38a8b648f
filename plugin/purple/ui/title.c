/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state in the titles of conversations. */
#include "title.h"

#include "api.h"
#include "contact-list.h"
#include "contact-state.h"
#include "contact.h"
#include "conversation.h"
#include "finch.h"
#include "jabber.h"
#include "texts.h"

#include <conversation.h>
#include <glib/gi18n-lib.h>
#include <signals.h>

static char shown_key[] = "xtls-title";

static XtlsState
get_state (PurpleConversation *conv)
{
    PurpleAccount *account = purple_conversation_get_account (conv);
    const char *name = purple_conversation_get_name (conv);
    XtlsContact *contact = xtls_contact_list_get (account, name, FALSE);
    g_autofree char *who = NULL;

    if (contact)
        return xtls_contact_get_state (contact);
    who = xtls_jabber_normalize (account, name);
    return who ? xtls_contact_state_get_idle (account, who)
               : XTLS_STATE_NOT_PRIVATE;
}

/* Let libpurple set its own title first, which has the contact's current
 * name. */
static void
set_title (PurpleConversation *conv, gboolean with_state)
{
    g_autofree char *text = NULL;

    if (purple_conversation_get_type (conv) != PURPLE_CONV_TYPE_IM ||
        !xtls_jabber_is (purple_conversation_get_account (conv)))
        return;
    purple_conversation_set_data (conv, shown_key, shown_key);
    purple_conversation_autoset_title (conv);
    if (with_state) {
        text = g_strdup_printf (
            /* Translators: the title of a window: the word for the state, and
             * the contact's name. */
            _ ("[%s] %s"),
            xtls_texts_state (get_state (conv)),
            purple_conversation_get_title (conv));
        purple_conversation_set_title (conv, text);
    }
    purple_conversation_set_data (conv, shown_key, NULL);
}

/* Finch redraws the title of a window only when it is told that the contact has
 * begun or stopped typing. It then looks up which of the two is true. */
static void
redraw (PurpleConversation *conv)
{
    if (conv->ui_data)
        purple_signal_emit (purple_conversations_get_handle (),
                            "buddy-typing-stopped",
                            purple_conversation_get_account (conv),
                            purple_conversation_get_name (conv));
}

static void
created_cb (PurpleConversation *conv, gpointer data)
{
    set_title (conv, TRUE);
}

/* Another plugin has changed the title, so leave it alone. */
static void
updated_cb (PurpleConversation *conv, PurpleConvUpdateType type, gpointer data)
{
    if (type == PURPLE_CONV_UPDATE_TITLE &&
        !purple_conversation_get_data (conv, shown_key)) {
        set_title (conv, TRUE);
        redraw (conv);
    }
}

static void
state_cb (PurpleAccount *account, const char *who, gpointer data)
{
    PurpleConversation *conv = xtls_conversation_find (account, who);

    if (conv) {
        set_title (conv, TRUE);
        redraw (conv);
    }
}

static void
for_each (gboolean with_state)
{
    for (GList *l = purple_get_ims (); l; l = l->next) {
        set_title (l->data, with_state);
        redraw (l->data);
    }
}

void
xtls_title_init (PurplePlugin *plugin)
{
    void *conversations = purple_conversations_get_handle ();

    if (!xtls_finch_is_client ())
        return;
    purple_signal_connect (conversations,
                           "conversation-created",
                           plugin,
                           PURPLE_CALLBACK (created_cb),
                           NULL);
    purple_signal_connect (conversations,
                           "conversation-updated",
                           plugin,
                           PURPLE_CALLBACK (updated_cb),
                           NULL);
    purple_signal_connect (
        plugin, XTLS_SIGNAL_STATE, plugin, PURPLE_CALLBACK (state_cb), NULL);
    for_each (TRUE);
}

void
xtls_title_uninit (PurplePlugin *plugin)
{
    void *conversations = purple_conversations_get_handle ();

    if (!xtls_finch_is_client ())
        return;
    purple_signal_disconnect (conversations,
                              "conversation-created",
                              plugin,
                              PURPLE_CALLBACK (created_cb));
    purple_signal_disconnect (conversations,
                              "conversation-updated",
                              plugin,
                              PURPLE_CALLBACK (updated_cb));
    purple_signal_disconnect (
        plugin, XTLS_SIGNAL_STATE, plugin, PURPLE_CALLBACK (state_cb));
    for_each (FALSE);
}
