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
#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <signals.h>

static char shown_key[] = "xtls-title";
static guint timer; /* runs while private mode starts in a conversation */

/* (nullable) */
static XtlsContact *
get_contact (PurpleConversation *conv)
{
    return xtls_contact_list_get (purple_conversation_get_account (conv),
                                  purple_conversation_get_name (conv),
                                  FALSE);
}

static XtlsState
get_state (PurpleConversation *conv)
{
    PurpleAccount *account = purple_conversation_get_account (conv);
    XtlsContact *contact = get_contact (conv);
    g_autofree char *who = NULL;

    if (contact)
        return xtls_contact_get_state (contact);
    who = xtls_jabber_normalize (account, purple_conversation_get_name (conv));
    return who ? xtls_contact_state_get_idle (account, who)
               : XTLS_STATE_NOT_PRIVATE;
}

/* (transfer full) */
static char *
describe (PurpleConversation *conv)
{
    const char *word = xtls_texts_state (get_state (conv));
    XtlsContact *contact = get_contact (conv);
    guint seconds = contact ? xtls_contact_state_get_seconds (contact) : 0;

    if (seconds == 0)
        return g_strdup (word);
    /* Translators: the word “Starting…”, and for how many seconds. */
    return g_strdup_printf (_ ("%s %u s"), word, seconds);
}

/* Let libpurple set its own title first, which has the contact's current
 * name. */
static void
set_title (PurpleConversation *conv, gboolean with_state)
{
    g_autofree char *state = NULL;
    g_autofree char *text = NULL;

    if (purple_conversation_get_type (conv) != PURPLE_CONV_TYPE_IM ||
        !xtls_jabber_is (purple_conversation_get_account (conv)))
        return;
    purple_conversation_set_data (conv, shown_key, shown_key);
    purple_conversation_autoset_title (conv);
    if (with_state) {
        state = describe (conv);
        text = g_strdup_printf (
            /* Translators: the title of a window: the word for the state, and
             * the contact's name. */
            _ ("[%s] %s"),
            state,
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

/* Other plugins see both calls, and may close conversations. */
static void
show (PurpleConversation *conv, gboolean with_state)
{
    set_title (conv, with_state);
    if (g_list_find (purple_get_ims (), conv))
        redraw (conv);
}

static gboolean
tick_cb (gpointer data)
{
    gboolean any = FALSE;
    g_autoptr (GList) convs = g_list_copy (purple_get_ims ());

    for (GList *l = convs; l; l = l->next) {
        if (!g_list_find (purple_get_ims (), l->data) ||
            get_state (l->data) != XTLS_STATE_STARTING)
            continue;
        any = TRUE;
        show (l->data, TRUE);
    }
    if (!any)
        timer = 0;
    return any;
}

static void
note_start (PurpleConversation *conv)
{
    if (!timer && get_state (conv) == XTLS_STATE_STARTING)
        timer = purple_timeout_add_seconds (1, tick_cb, NULL);
}

static void
created_cb (PurpleConversation *conv, gpointer data)
{
    note_start (conv);
    set_title (conv, TRUE);
}

/* Another plugin has changed the title, so leave it alone. */
static void
updated_cb (PurpleConversation *conv, PurpleConvUpdateType type, gpointer data)
{
    if (type == PURPLE_CONV_UPDATE_TITLE &&
        !purple_conversation_get_data (conv, shown_key))
        show (conv, TRUE);
}

static void
state_cb (PurpleAccount *account, const char *who, gpointer data)
{
    PurpleConversation *conv = xtls_conversation_find (account, who);

    if (conv) {
        note_start (conv);
        show (conv, TRUE);
    }
}

static void
for_each (gboolean with_state)
{
    g_autoptr (GList) convs = g_list_copy (purple_get_ims ());

    for (GList *l = convs; l; l = l->next)
        if (g_list_find (purple_get_ims (), l->data))
            show (l->data, with_state);
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
    if (timer)
        purple_timeout_remove (timer);
    timer = 0;
    for_each (FALSE);
}
