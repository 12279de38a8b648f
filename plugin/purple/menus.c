/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries in Conversation ▸ More and in the contact's context menu.
 *
 * libpurple gives an entry one pointer and no end: what is shown is found again
 * from the conversation or buddy when the entry is used.
 */
#include "menus.h"

#include "actions.h"
#include "hub.h"
#include "jabber.h"

#include <blist.h>
#include <conversation.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <signals.h>
#include <util.h>

static void
tell (char *why)
{
    if (why)
        purple_notify_error (
            xtls_hub_get_plugin (), _ ("Private conversation"), why, NULL);
    g_free (why);
}

static void
start (PurpleAccount *account, const char *who)
{
    char *why = NULL;

    xtls_action_start (account, who, &why);
    tell (why);
}

static void
end (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_hub_get_contact (account, who, FALSE);
    char *why = NULL;

    if (contact)
        xtls_contact_end (contact, &why);
    tell (why);
}

static void
conversation_start_cb (PurpleConversation *conv, gpointer data)
{
    start (purple_conversation_get_account (conv),
           purple_conversation_get_name (conv));
}

static void
conversation_end_cb (PurpleConversation *conv, gpointer data)
{
    end (purple_conversation_get_account (conv),
         purple_conversation_get_name (conv));
}

static void
conversation_verify_cb (PurpleConversation *conv, gpointer data)
{
    xtls_action_verify (purple_conversation_get_account (conv),
                        purple_conversation_get_name (conv));
}

static void
buddy_start_cb (PurpleBlistNode *node, gpointer data)
{
    start (purple_buddy_get_account ((PurpleBuddy *)node),
           purple_buddy_get_name ((PurpleBuddy *)node));
}

static void
buddy_end_cb (PurpleBlistNode *node, gpointer data)
{
    end (purple_buddy_get_account ((PurpleBuddy *)node),
         purple_buddy_get_name ((PurpleBuddy *)node));
}

static void
buddy_verify_cb (PurpleBlistNode *node, gpointer data)
{
    xtls_action_verify (purple_buddy_get_account ((PurpleBuddy *)node),
                        purple_buddy_get_name ((PurpleBuddy *)node));
}

/* Entries that cannot work now have no callback: clients show them
 * insensitive. */
static void
add (GList **menu,
     PurpleAccount *account,
     const char *who,
     PurpleCallback start_cb,
     PurpleCallback end_cb,
     PurpleCallback verify_cb)
{
    XtlsContact *contact = xtls_hub_get_contact (account, who, FALSE);
    XtlsState state =
        contact ? xtls_contact_get_state (contact) : XTLS_STATE_NOT_PRIVATE;
    gboolean open =
        state == XTLS_STATE_UNVERIFIED || state == XTLS_STATE_PRIVATE;
    GList *entries = NULL;

    entries = g_list_append (
        entries,
        purple_menu_action_new (
            state == XTLS_STATE_FINISHED ? _ ("_Restart private conversation")
                                         : _ ("_Start private conversation"),
            open || state == XTLS_STATE_STARTING ? NULL : start_cb,
            NULL,
            NULL));
    entries = g_list_append (
        entries,
        purple_menu_action_new (_ ("_End private conversation"),
                                state == XTLS_STATE_NOT_PRIVATE ? NULL : end_cb,
                                NULL,
                                NULL));
    entries = g_list_append (
        entries,
        purple_menu_action_new (
            _ ("_Verify…"), open ? verify_cb : NULL, NULL, NULL));
    *menu = g_list_append (
        *menu, purple_menu_action_new (_ ("XTLS"), NULL, NULL, entries));
}

static void
conversation_menu_cb (PurpleConversation *conv, GList **menu, gpointer data)
{
    PurpleAccount *account = purple_conversation_get_account (conv);

    if (purple_conversation_get_type (conv) == PURPLE_CONV_TYPE_IM &&
        xtls_jabber_is (account))
        add (menu,
             account,
             purple_conversation_get_name (conv),
             PURPLE_CALLBACK (conversation_start_cb),
             PURPLE_CALLBACK (conversation_end_cb),
             PURPLE_CALLBACK (conversation_verify_cb));
}

static void
buddy_menu_cb (PurpleBlistNode *node, GList **menu, gpointer data)
{
    PurpleBuddy *buddy = (PurpleBuddy *)node;

    if (PURPLE_BLIST_NODE_IS_BUDDY (node) &&
        xtls_jabber_is (purple_buddy_get_account (buddy)))
        add (menu,
             purple_buddy_get_account (buddy),
             purple_buddy_get_name (buddy),
             PURPLE_CALLBACK (buddy_start_cb),
             PURPLE_CALLBACK (buddy_end_cb),
             PURPLE_CALLBACK (buddy_verify_cb));
}

void
xtls_menus_init (void)
{
    PurplePlugin *plugin = xtls_hub_get_plugin ();

    purple_signal_connect (purple_conversations_get_handle (),
                           "conversation-extended-menu",
                           plugin,
                           PURPLE_CALLBACK (conversation_menu_cb),
                           NULL);
    purple_signal_connect (purple_blist_get_handle (),
                           "blist-node-extended-menu",
                           plugin,
                           PURPLE_CALLBACK (buddy_menu_cb),
                           NULL);
}
