/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversations: what is written in them, and what a user does there. */
#include "headless.h"

#include <cmds.h>
#include <prpl.h>
#include <server.h>
#include <signals.h>
#include <smiley.h>
#include <util.h>

static int handle;

static const struct {
    PurpleMessageFlags flag;
    const char *name;
} flag_names[] = {{PURPLE_MESSAGE_SEND, "send"},
                  {PURPLE_MESSAGE_RECV, "recv"},
                  {PURPLE_MESSAGE_SYSTEM, "system"},
                  {PURPLE_MESSAGE_AUTO_RESP, "auto-resp"},
                  {PURPLE_MESSAGE_ACTIVE_ONLY, "active-only"},
                  {PURPLE_MESSAGE_NICK, "nick"},
                  {PURPLE_MESSAGE_NO_LOG, "no-log"},
                  {PURPLE_MESSAGE_WHISPER, "whisper"},
                  {PURPLE_MESSAGE_ERROR, "error"},
                  {PURPLE_MESSAGE_DELAYED, "delayed"},
                  {PURPLE_MESSAGE_RAW, "raw"},
                  {PURPLE_MESSAGE_IMAGES, "images"},
                  {PURPLE_MESSAGE_NOTIFY, "notify"},
                  {PURPLE_MESSAGE_NO_LINKIFY, "no-linkify"},
                  {PURPLE_MESSAGE_INVISIBLE, "invisible"},
                  {PURPLE_MESSAGE_REMOTE_SEND, "remote-send"}};

static const char *const typing_names[] = {"not", "typing", "typed"};

static const char *
type_name (PurpleConversation *conv)
{
    return purple_conversation_get_type (conv) == PURPLE_CONV_TYPE_CHAT ? "chat"
                                                                        : "im";
}

static void
json_conversation (GString *json, PurpleConversation *conv)
{
    json_account (json, purple_conversation_get_account (conv));
    json_string (json, "conv", purple_conversation_get_name (conv));
    json_string (json, "type", type_name (conv));
}

static void
conversation_event (const char *name, PurpleConversation *conv)
{
    GString *event = json_event (name);

    json_conversation (event, conv);
    json_send (event);
}

static void
created (PurpleConversation *conv)
{
    conversation_event ("conversation-created", conv);
}

static void
destroyed (PurpleConversation *conv)
{
    conversation_event ("conversation-closed", conv);
}

static void
written (PurpleConversation *conv,
         const char *name,
         const char *alias,
         const char *message,
         PurpleMessageFlags flags,
         time_t mtime)
{
    GString *event = json_event ("message");
    g_autofree char *text = purple_markup_strip_html (message);

    json_conversation (event, conv);
    json_string (event, "who", name);
    json_string (event, "alias", alias);
    json_string (event, "html", message);
    json_string (event, "text", text);
    json_open (event, "flags", '[');
    for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
        if (flags & flag_names[i].flag)
            json_string (event, NULL, flag_names[i].name);
    json_close (event, ']');
    json_bool (
        event, "logged", conv->logging && !(flags & PURPLE_MESSAGE_NO_LOG));
    json_int (event, "time", mtime);
    json_send (event);
}

/* Treats every picture as new, so that it is requested, received and
 * complete. */
static gboolean
smiley_add (PurpleConversation *conv, const char *shortcut, gboolean remote)
{
    return TRUE;
}

static void
smiley_write (PurpleConversation *conv,
              const char *shortcut,
              const guchar *data,
              gsize size)
{
    GString *event = json_event ("smiley");
    g_autofree char *digest =
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);

    json_conversation (event, conv);
    json_string (event, "shortcut", shortcut);
    json_string (event, "sha256", digest);
    json_send (event);
}

static void
smiley_close (PurpleConversation *conv, const char *shortcut)
{
}

/* Every conversation counts as having the focus. */
static gboolean
has_focus (PurpleConversation *conv)
{
    return TRUE;
}

static PurpleConversationUiOps conversation_ops = {
    .create_conversation = created,
    .destroy_conversation = destroyed,
    .write_conv = written,
    .has_focus = has_focus,
    .custom_smiley_add = smiley_add,
    .custom_smiley_write = smiley_write,
    .custom_smiley_close = smiley_close};

static PurpleConversation *
find_conversation (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);

    if (!account)
        return NULL;
    return purple_find_conversation_with_account (
        PURPLE_CONV_TYPE_ANY, args[1], account);
}

PurpleConversation *
conversation_arg (char **args, GString *answer)
{
    PurpleConversation *conv = find_conversation (args, answer);

    if (!conv)
        fail (answer, "no such conversation");
    return conv;
}

/* open ACCOUNT WHO */
static gboolean
open_conversation (char **args, GString *answer)
{
    PurpleConversation *conv = find_conversation (args, answer);
    PurpleAccount *account = account_arg (args[0], answer);

    if (!account)
        return FALSE;
    if (!conv) {
        /* libpurple logs a CRITICAL otherwise. */
        if (!purple_account_is_connected (account))
            return fail (answer, "not connected");
        conv = purple_conversation_new (PURPLE_CONV_TYPE_IM, account, args[1]);
    }
    json_string (answer, "conv", purple_conversation_get_name (conv));
    return TRUE;
}

/* close ACCOUNT WHO */
static gboolean
close_conversation (char **args, GString *answer)
{
    PurpleConversation *conv = conversation_arg (args, answer);

    if (!conv)
        return FALSE;
    purple_conversation_destroy (conv);
    return TRUE;
}

/* say ACCOUNT WHO HTML */
static gboolean
say (char **args, GString *answer)
{
    PurpleConversation *conv = conversation_arg (args, answer);

    if (!conv)
        return FALSE;
    /* As in Pidgin; otherwise libpurple logs a CRITICAL. */
    if (!purple_conversation_get_gc (conv))
        return fail (answer, "not connected");
    if (purple_conversation_get_type (conv) == PURPLE_CONV_TYPE_CHAT)
        purple_conv_chat_send (PURPLE_CONV_CHAT (conv), args[2]);
    else
        purple_conv_im_send (PURPLE_CONV_IM (conv), args[2]);
    return TRUE;
}

/* send-im ACCOUNT WHO HTML: as a plugin that sends by itself */
static gboolean
send_im (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);

    if (!gc)
        return FALSE;
    json_int (answer, "result", serv_send_im (gc, args[1], args[2], 0));
    return TRUE;
}

/* write ACCOUNT WHO FLAG[+FLAG...]|none HTML: as a plugin that writes by
 * itself */
static gboolean
write_line (char **args, GString *answer)
{
    PurpleConversation *conv = conversation_arg (args, answer);
    g_auto (GStrv) names = g_strsplit (args[2], "+", 0);
    PurpleMessageFlags flags = 0;

    if (!conv)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
        if (g_strv_contains ((const char *const *)names, flag_names[i].name))
            flags |= flag_names[i].flag;
    purple_conversation_write (conv, NULL, args[3], flags, time (NULL));
    return TRUE;
}

/* otr ACCOUNT WHO: as the OTR plugin when its own conversation begins */
static gboolean
begin_otr (char **args, GString *answer)
{
    PurpleConversation *conv = conversation_arg (args, answer);

    if (conv)
        purple_conversation_set_data (conv, "otr-private", conv);
    return conv != NULL;
}

/* history ACCOUNT WHO: what libpurple remembers, newest first */
static gboolean
history (char **args, GString *answer)
{
    PurpleConversation *conv = conversation_arg (args, answer);

    if (!conv)
        return FALSE;
    json_open (answer, "history", '[');
    for (GList *l = purple_conversation_get_message_history (conv); l;
         l = l->next)
        json_string (
            answer, NULL, purple_conversation_message_get_message (l->data));
    json_close (answer, ']');
    return TRUE;
}

/* typing ACCOUNT WHO not|typing|typed */
static gboolean
typing (char **args, GString *answer)
{
    PurpleConversation *conv = conversation_arg (args, answer);
    PurpleConnection *gc = connection_arg (args[0], answer);

    if (!conv || !gc)
        return FALSE;
    for (int i = 0; i < (int)G_N_ELEMENTS (typing_names); i++) {
        if (!g_str_equal (args[2], typing_names[i]))
            continue;
        serv_send_typing (
            gc, purple_conversation_get_name (conv), (PurpleTypingState)i);
        return TRUE;
    }
    return fail (answer, "not, typing or typed?");
}

/* attention ACCOUNT WHO [TYPE] */
static gboolean
attention (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);

    if (!gc)
        return FALSE;
    purple_prpl_send_attention (gc, args[1], args[2] ? atoi (args[2]) : 0);
    return TRUE;
}

/* smiley-add SHORTCUT PATH: a picture of one's own */
static gboolean
add_smiley (char **args, GString *answer)
{
    return purple_smiley_new_from_file (args[0], args[1])
               ? TRUE
               : fail (answer, "not a picture");
}

static const char *
command_failure (PurpleCmdStatus status)
{
    static const char *const names[] = {"ok",
                                        "failed",
                                        "not found",
                                        "wrong arguments",
                                        "wrong protocol",
                                        "wrong type"};

    return names[status];
}

/* cmd ACCOUNT WHO LINE: the line without its slash */
static gboolean
do_command (char **args, GString *answer)
{
    PurpleConversation *conv = conversation_arg (args, answer);
    g_autofree char *markup = g_markup_escape_text (args[2], -1);
    g_autofree char *error = NULL;
    PurpleCmdStatus status;

    if (!conv)
        return FALSE;
    status = purple_cmd_do_command (conv, args[2], markup, &error);
    json_string (answer, "error", error);
    return status == PURPLE_CMD_STATUS_OK
               ? TRUE
               : fail (answer, command_failure (status));
}

/* logging ACCOUNT WHO on|off */
static gboolean
logging (char **args, GString *answer)
{
    PurpleConversation *conv = conversation_arg (args, answer);
    gboolean on;

    if (!conv || !flag_arg (args[2], &on, answer))
        return FALSE;
    purple_conversation_set_logging (conv, on);
    return TRUE;
}

/* join ACCOUNT ROOM NICK: ROOM as name@service */
static gboolean
join (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);
    g_auto (GStrv) parts = g_strsplit (args[1], "@", 2);
    GHashTable *components;

    if (!gc)
        return FALSE;
    if (g_strv_length (parts) != 2)
        return fail (answer, "not a room");
    components =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert (components, g_strdup ("room"), g_strdup (parts[0]));
    g_hash_table_insert (components, g_strdup ("server"), g_strdup (parts[1]));
    g_hash_table_insert (components, g_strdup ("handle"), g_strdup (args[2]));
    serv_join_chat (gc, components);
    g_hash_table_destroy (components);
    return TRUE;
}

/* invite ACCOUNT ROOM WHO [WORDS] */
static gboolean
invite (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);
    PurpleConversation *room;

    if (!account)
        return FALSE;
    room = purple_find_conversation_with_account (
        PURPLE_CONV_TYPE_CHAT, args[1], account);
    if (!room)
        return fail (answer, "not in that room");
    serv_chat_invite (purple_account_get_connection (account),
                      purple_conv_chat_get_id (PURPLE_CONV_CHAT (room)),
                      args[3],
                      args[2]);
    return TRUE;
}

static void
json_chat (GString *json, PurpleConvChat *chat)
{
    json_open (json, "users", '[');
    for (GList *l = purple_conv_chat_get_users (chat); l; l = l->next)
        json_string (json, NULL, purple_conv_chat_cb_get_name (l->data));
    json_close (json, ']');
}

static gboolean
list (char **args, GString *answer)
{
    json_open (answer, "conversations", '[');
    for (GList *l = purple_get_conversations (); l; l = l->next) {
        PurpleConversation *conv = l->data;

        json_open (answer, NULL, '{');
        json_conversation (answer, conv);
        json_string (answer, "title", purple_conversation_get_title (conv));
        json_bool (answer, "logging", conv->logging);
        if (purple_conversation_get_type (conv) == PURPLE_CONV_TYPE_CHAT)
            json_chat (answer, PURPLE_CONV_CHAT (conv));
        else
            json_string (answer,
                         "typing",
                         typing_names[purple_conv_im_get_typing_state (
                             PURPLE_CONV_IM (conv))]);
        json_close (answer, '}');
    }
    json_close (answer, ']');
    return TRUE;
}

const Command conversation_commands[] = {{"open", 2, open_conversation},
                                         {"close", 2, close_conversation},
                                         {"say", 3, say},
                                         {"send-im", 3, send_im},
                                         {"write", 4, write_line},
                                         {"otr", 2, begin_otr},
                                         {"history", 2, history},
                                         {"typing", 3, typing},
                                         {"attention", 2, attention},
                                         {"smiley-add", 2, add_smiley},
                                         {"cmd", 3, do_command},
                                         {"logging", 3, logging},
                                         {"join", 3, join},
                                         {"invite", 3, invite},
                                         {"conversations", 0, list},
                                         {NULL, 0, NULL}};

static void
typing_cb (PurpleAccount *account, const char *who, gpointer state)
{
    GString *event = json_event ("typing");

    json_account (event, account);
    json_string (event, "who", who);
    json_string (event, "state", typing_names[GPOINTER_TO_INT (state)]);
    json_send (event);
}

static void
attention_cb (PurpleAccount *account,
              const char *who,
              PurpleConversation *conv,
              guint type,
              gpointer user_data)
{
    GString *event = json_event ("attention");

    json_account (event, account);
    json_string (event, "who", who);
    json_int (event, "type", type);
    json_send (event);
}

static void
connect_typing (const char *signal, PurpleTypingState state)
{
    purple_signal_connect (purple_conversations_get_handle (),
                           signal,
                           &handle,
                           PURPLE_CALLBACK (typing_cb),
                           GINT_TO_POINTER (state));
}

void
conversation_init (void)
{
    purple_conversations_set_ui_ops (&conversation_ops);
    connect_typing ("buddy-typing-stopped", PURPLE_NOT_TYPING);
    connect_typing ("buddy-typing", PURPLE_TYPING);
    connect_typing ("buddy-typed", PURPLE_TYPED);
    purple_signal_connect (purple_conversations_get_handle (),
                           "got-attention",
                           &handle,
                           PURPLE_CALLBACK (attention_cb),
                           NULL);
}
