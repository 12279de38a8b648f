/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says in a window which address its messages go to. */
#include "addressee.h"

#include "gui.h"
#include "names.h"

#include <glib/gi18n-lib.h>
#include <gtkconv.h>
#include <string.h>

/* In a window's widget: the conversation that it showed last. The pointer is
 * only compared, because that conversation may be gone. */
#define SHOWN "xtls-shown"

enum { ADDRESS_MAX = 200 };

/* Returns: (nullable): %NULL if the conversation is shown elsewhere or
 * nowhere. */
static PidginConversation *
window_of (PurpleConversation *conv)
{
    return PIDGIN_IS_PIDGIN_CONVERSATION (conv) ? PIDGIN_CONVERSATION (conv)
                                                : NULL;
}

static XtlsState
state_of (PurpleConversation *conv)
{
    PurpleAccount *account = NULL;
    char *who = NULL;
    XtlsState state = XTLS_STATE_NOT_PRIVATE;

    if (xtls_names_contact (conv, &account, &who))
        state = xtls_gui_api ()->get_state (account, who);
    g_free (who);
    return state;
}

/* Returns: whether private mode is on. */
static gboolean
is_private (PurpleConversation *conv)
{
    PurpleAccount *account = NULL;
    char *who = NULL;
    XtlsStatus *status = NULL;
    gboolean private = FALSE;

    if (xtls_names_contact (conv, &account, &who)) {
        status = xtls_gui_api ()->get_status (account, who);
        private = status->can_end;
        xtls_gui_api ()->free_status (status);
    }
    g_free (who);
    return private;
}

/* Returns: whether what is typed there never leaves in clear: private mode is
 * on, or encryption is required. */
static gboolean
is_protected (PurpleConversation *conv)
{
    return state_of (conv) != XTLS_STATE_NOT_PRIVATE;
}

/* Returns: whether the OTR plugin encrypts what private mode does not. */
static gboolean
is_otr_running (PurpleConversation *conv)
{
    PurpleAccount *account = NULL;
    char *who = NULL;
    gboolean running = xtls_names_contact (conv, &account, &who) &&
                       xtls_gui_api ()->is_otr_running (account, who);

    g_free (who);
    return running;
}

/* Returns: whether one of the addresses is protected. */
static gboolean
is_about_privacy (const PidginConversation *window)
{
    for (const GList *l = window->convs; l != NULL; l = l->next)
        if (is_protected (l->data))
            return TRUE;
    return FALSE;
}

/* (transfer full) */
static char *
address_of (PurpleConversation *conv)
{
    PurpleAccount *account = NULL;
    char *who = NULL;
    char *address = xtls_names_clean (xtls_names_contact (conv, &account, &who)
                                          ? who
                                          : purple_conversation_get_name (conv),
                                      ADDRESS_MAX);

    g_free (who);
    return address;
}

static void
tell (PurpleConversation *conv)
{
    const char *word = xtls_gui_api ()->get_word (state_of (conv));
    char *address = address_of (conv);
    char *text = g_strdup_printf (
        /* Translators: an address, and the word for a state as the lock says
         * it. */
        _ ("Your messages go to %s now. State: %s."),
        address,
        word);
    char *html = g_markup_escape_text (text, -1);

    /* Otherwise the address would become a mailto link. */
    purple_conversation_write (conv,
                               NULL,
                               html,
                               PURPLE_MESSAGE_SYSTEM |
                                   PURPLE_MESSAGE_NO_LINKIFY,
                               time (NULL));
    g_free (html);
    g_free (text);
    g_free (address);
}

/* Pidgin gives a conversation that comes to the front the previous one's
 * setting for logging. */
static void
restore_logging (PurpleConversation *conv)
{
    PurpleAccount *account = NULL;
    char *who = NULL;

    if (is_private (conv) && xtls_names_contact (conv, &account, &who))
        purple_conversation_set_logging (
            conv, xtls_gui_api ()->is_logged (account, who));
    g_free (who);
}

/* Pidgin also emits this when another tab comes to the front. */
static void
switched_cb (PurpleConversation *conv, gpointer data)
{
    PidginConversation *window = window_of (conv);
    gpointer before;

    if (window == NULL || window->active_conv != conv ||
        purple_conversation_get_type (conv) != PURPLE_CONV_TYPE_IM)
        return;
    before = g_object_get_data (G_OBJECT (window->tab_cont), SHOWN);
    g_object_set_data (G_OBJECT (window->tab_cont), SHOWN, conv);
    if (before == NULL || before == conv)
        return;
    restore_logging (conv);
    if (is_about_privacy (window))
        tell (conv);
}

static void
created_cb (PurpleConversation *conv, gpointer data)
{
    PidginConversation *window = window_of (conv);

    if (window != NULL)
        g_object_set_data (
            G_OBJECT (window->tab_cont), SHOWN, window->active_conv);
}

static gboolean
displaying_cb (PurpleAccount *account,
               const char *who,
               char **message,
               PurpleConversation *conv,
               PurpleMessageFlags flags,
               gpointer data)
{
    PidginConversation *window = window_of (conv);
    char *marked;

    if ((flags & (PURPLE_MESSAGE_SEND | PURPLE_MESSAGE_RECV)) == 0 ||
        *message == NULL || window == NULL || is_protected (conv) ||
        is_otr_running (conv) || !is_about_privacy (window))
        return FALSE;
    marked = g_strdup_printf (
        "<b>%s</b> %s", _ ("This message was not encrypted:"), *message);
    g_free (*message);
    *message = marked;
    return FALSE;
}

/* Records the windows that are already open and what they show. */
static void
for_each (void (*each) (PurpleConversation *conv, gpointer data))
{
    for (GList *l = purple_get_ims (); l != NULL; l = l->next)
        each (l->data, NULL);
}

void
xtls_addressee_init (void)
{
    void *windows = pidgin_conversations_get_handle ();

    for_each (created_cb);
    purple_signal_connect (windows,
                           "conversation-switched",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (switched_cb),
                           NULL);
    purple_signal_connect (windows,
                           "displaying-im-msg",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (displaying_cb),
                           NULL);
    purple_signal_connect (purple_conversations_get_handle (),
                           "conversation-created",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (created_cb),
                           NULL);
}

static void
forget_cb (PurpleConversation *conv, gpointer data)
{
    PidginConversation *window = window_of (conv);

    if (window != NULL)
        g_object_set_data (G_OBJECT (window->tab_cont), SHOWN, NULL);
}

void
xtls_addressee_uninit (void)
{
    for_each (forget_cb);
}
