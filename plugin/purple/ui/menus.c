/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries in the menus of conversations and contacts.
 *
 * libpurple gives an entry one pointer and does not say when the entry goes:
 * its contact is found again from the conversation or buddy when the entry is
 * used.
 */
#include "menus.h"

#include "actions.h"
#include "contact-list.h"
#include "contact-name.h"
#include "contact-outbox.h"
#include "contact.h"
#include "conversation.h"
#include "core.h"
#include "finch.h"
#include "jabber.h"
#include "labels.h"
#include "message.h"
#include "requests.h"
#include "status.h"

#include <blist.h>
#include <conversation.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <signals.h>
#include <util.h>

/* The longest name, resource or sentence in a menu. */
enum { TEXT_MAX = 100 };

typedef enum {
    START,
    END,
    RESEND,
    VERIFY,
    DECIDE,
    HELD,
    SETTINGS,
    HELP
} Action;

static void
tell (char *why)
{
    g_autofree char *text = xtls_finch_wrap (why);

    if (text)
        purple_notify_error (
            xtls_core_get_plugin (), _ ("Private conversation"), text, NULL);
    g_free (why);
}

/* Opens the conversation: without it the user would see no effect. */
static void
start (PurpleAccount *account, const char *who)
{
    char *why = NULL;

    if (!xtls_actions_start (account, who, &why))
        tell (why);
    else if (!xtls_conversation_find (account, who))
        purple_conversation_present (
            purple_conversation_new (PURPLE_CONV_TYPE_IM, account, who));
}

static void
end (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, FALSE);
    char *why = NULL;

    if (contact)
        xtls_contact_end (contact, &why);
    tell (why);
}

static void
resend (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, FALSE);
    char *why = NULL;

    if (contact)
        xtls_contact_outbox_resend (contact, &why);
    tell (why);
}

static void
ask_held (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, FALSE);
    char *why = NULL;

    if (contact)
        xtls_contact_ask_choice (contact, &why);
    tell (why);
}

static void
perform (PurpleAccount *account, const char *who, Action action)
{
    switch (action) {
    case START:
        start (account, who);
        break;
    case END:
        end (account, who);
        break;
    case RESEND:
        resend (account, who);
        break;
    case VERIFY:
        xtls_requests_verify (account, who);
        break;
    case DECIDE:
        xtls_requests_decide (account, who);
        break;
    case HELD:
        ask_held (account, who);
        break;
    case SETTINGS:
        xtls_requests_settings (account, who);
        break;
    case HELP:
        xtls_requests_help ("overview");
        break;
    }
}

static void
conversation_cb (PurpleConversation *conv, gpointer data)
{
    perform (purple_conversation_get_account (conv),
             purple_conversation_get_name (conv),
             (Action)GPOINTER_TO_INT (data));
}

/* Returns: (nullable): whom the menu of @node is about. Finch has one menu for
 * a contact with all of its buddies. */
static PurpleBuddy *
get_buddy (PurpleBlistNode *node)
{
    if (PURPLE_BLIST_NODE_IS_BUDDY (node))
        return (PurpleBuddy *)node;
    if (PURPLE_BLIST_NODE_IS_CONTACT (node) && xtls_finch_is_client ())
        return purple_contact_get_priority_buddy ((PurpleContact *)node);
    return NULL;
}

static void
buddy_cb (PurpleBlistNode *node, gpointer data)
{
    PurpleBuddy *buddy = get_buddy (node);

    if (!buddy)
        return;
    perform (purple_buddy_get_account (buddy),
             purple_buddy_get_name (buddy),
             (Action)GPOINTER_TO_INT (data));
}

/* Returns: (transfer full): a label without mnemonics. */
static char *
plain (const char *text)
{
    g_autofree char *line = xtls_message_one_line (text);
    GString *label = g_string_new (NULL);
    int count = 0;

    for (const char *p = line; *p; p = g_utf8_next_char (p)) {
        if (count++ == TEXT_MAX) {
            g_string_append (label, "…");
            break;
        }
        if (*p == '_' && xtls_labels_have_mnemonics ())
            g_string_append_c (label, '_');
        g_string_append_unichar (label, g_utf8_get_char (p));
    }
    return g_string_free (label, FALSE);
}

/* Without a callback it cannot be chosen, and clients show it insensitive. */
static void
add (GList **entries, const char *label, PurpleCallback callback, Action action)
{
    *entries =
        g_list_append (*entries,
                       purple_menu_action_new (
                           label, callback, GINT_TO_POINTER (action), NULL));
}

static void
add_entry (GList **entries,
           const char *label,
           PurpleCallback callback,
           Action action)
{
    add (entries, xtls_labels_get (label), callback, action);
}

static void
add_about (GList **entries,
           PurpleAccount *account,
           const char *who,
           const XtlsStatus *status)
{
    g_autofree char *long_name = xtls_contact_name_get (account, who);
    g_autofree char *name = plain (long_name);
    g_autofree char *resource =
        status->resource ? plain (status->resource) : NULL;
    g_autofree char *text =
        resource
            /* Translators: a contact, the word for the state, a resource. */
            ? g_strdup_printf (_ ("%s: %s (%s)"), name, status->word, resource)
            /* Translators: a contact and the word for the state. */
            : g_strdup_printf (_ ("%s: %s"), name, status->word);

    add (entries, text, NULL, HELP);
    /* There are no tooltips here. */
    if (status->why_not) {
        g_autofree char *why_not = plain (status->why_not);

        add (entries, why_not, NULL, HELP);
    }
}

static GList *
make_entries (PurpleAccount *account, const char *who, PurpleCallback callback)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, TRUE);
    XtlsStatus *status = contact ? xtls_contact_get_status (contact) : NULL;
    gboolean again;
    gboolean can_start;
    GList *entries = NULL;

    if (!status)
        return NULL;
    again = status->can_end && (status->state == XTLS_STATE_WAITING ||
                                status->state == XTLS_STATE_FINISHED);
    can_start = !status->why_not && (again || !status->can_end);
    add_entry (&entries,
               again ? _ ("Re_start private "
                          "conversation")
                     : _ ("_Start private "
                          "conversation"),
               can_start ? callback : NULL,
               START);
    add_entry (&entries,
               status->state == XTLS_STATE_STARTING ? _ ("Cance_l the start")
                                                    : _ ("_End private "
                                                         "conversation"),
               status->can_end ? callback : NULL,
               END);
    if (status->unconfirmed > 0)
        add_entry (&entries,
                   _ ("Send _again what was not confirmed"),
                   callback,
                   RESEND);
    add_entry (
        &entries, _ ("_Verify…"), status->can_verify ? callback : NULL, VERIFY);
    if (status->key_waits)
        add_entry (
            &entries, _ ("_Decide about the new key…"), callback, DECIDE);
    if (status->held > 0) {
        g_autofree char *label =
            g_strdup_printf (_ ("_Held messages (%u)…"), status->held);

        add_entry (&entries, label, callback, HELD);
    }
    add_about (&entries, account, who, status);
    add_entry (&entries, _ ("This _contact’s settings…"), callback, SETTINGS);
    add_entry (&entries, _ ("_What’s this?"), callback, HELP);
    xtls_status_free (status);
    return entries;
}

static void
extend (GList **menu,
        PurpleAccount *account,
        const char *who,
        PurpleCallback callback)
{
    GList *entries = make_entries (account, who, callback);

    if (entries)
        *menu = g_list_append (
            *menu, purple_menu_action_new (_ ("XTLS"), NULL, NULL, entries));
}

static void
conversation_menu_cb (PurpleConversation *conv, GList **menu, gpointer data)
{
    PurpleAccount *account = purple_conversation_get_account (conv);

    if (purple_conversation_get_type (conv) == PURPLE_CONV_TYPE_IM &&
        xtls_jabber_is (account) &&
        !(xtls_core_get_claims () & XTLS_CLAIM_MENUS))
        extend (menu,
                account,
                purple_conversation_get_name (conv),
                PURPLE_CALLBACK (conversation_cb));
}

static void
buddy_menu_cb (PurpleBlistNode *node, GList **menu, gpointer data)
{
    PurpleBuddy *buddy = get_buddy (node);

    if (buddy && xtls_jabber_is (purple_buddy_get_account (buddy)))
        extend (menu,
                purple_buddy_get_account (buddy),
                purple_buddy_get_name (buddy),
                PURPLE_CALLBACK (buddy_cb));
}

void
xtls_menus_init (void)
{
    PurplePlugin *plugin = xtls_core_get_plugin ();

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
