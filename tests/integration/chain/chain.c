/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin that replaces functions of the XMPP protocol, as some upload and
 * encryption plugins do. Each function writes to the debug log and calls the
 * one that it has replaced. Built twice, as chain-a and chain-b, so that one
 * can replace the other's functions.
 *
 * LEAVES: it does not restore the protocol's functions when it is unloaded.
 * AT_NODE, AT_TEXT: what it sends as text, once, while a block of a bytestream
 * is being sent: before libpurple writes the block, and as it does.
 * REPLACES: the body that it gives every message that it sees, like the OMEMO
 * plugin.
 * KEEPS: it keeps all text that is received.
 * CLOSES: when it closes a conversation: when a system message is `written`
 * into it, or when a message is `sent`.
 * DELETES: when it deletes an account, once: with `line` and a part of it, when
 * that system message is written; with `held` and the number of a fate, when
 * XTLS tells that fate of a message; with `state`, when XTLS tells of a change.
 */
#define PURPLE_PLUGINS

#include <account.h>
#include <conversation.h>
#include <debug.h>
#include <ft.h>
#include <glib.h>
#include <plugin.h>
#include <prpl.h>
#include <signals.h>
#include <string.h>
#include <version.h>

#define LEAVES "/plugins/core/" NAME "/leaves"
#define AT_NODE "/plugins/core/" NAME "/at-node"
#define AT_TEXT "/plugins/core/" NAME "/at-text"
#define REPLACES "/plugins/core/" NAME "/replaces"
#define KEEPS "/plugins/core/" NAME "/keeps"
#define CLOSES "/plugins/core/" NAME "/closes"
#define DELETES "/plugins/core/" NAME "/deletes"
#define IBB "http://jabber.org/protocol/ibb"

static PurplePluginProtocolInfo found;
static gboolean loaded;

/* A call after the plugin was unloaded would crash. */
static void
called (const char *what)
{
    if (!loaded)
        g_error ("%s: %s was called after it was unloaded", NAME, what);
    purple_debug_info (NAME, "called: %s\n", what);
}

static int
send_im (PurpleConnection *gc,
         const char *who,
         const char *text,
         PurpleMessageFlags flags)
{
    called ("send_im");
    return found.send_im (gc, who, text, flags);
}

static unsigned int
send_typing (PurpleConnection *gc, const char *who, PurpleTypingState state)
{
    called ("send_typing");
    return found.send_typing (gc, who, state);
}

static void
send_file (PurpleConnection *gc, const char *who, const char *path)
{
    called ("send_file");
    found.send_file (gc, who, path);
}

static PurpleXfer *
new_xfer (PurpleConnection *gc, const char *who)
{
    called ("new_xfer");
    return found.new_xfer (gc, who);
}

static gboolean
send_attention (PurpleConnection *gc, const char *who, guint type)
{
    called ("send_attention");
    return found.send_attention (gc, who, type);
}

static int
send_raw (PurpleConnection *gc, const char *text, int length)
{
    called ("send_raw");
    return found.send_raw (gc, text, length);
}

static void
chat_invite (PurpleConnection *gc, int room, const char *text, const char *who)
{
    called ("chat_invite");
    found.chat_invite (gc, room, text, who);
}

/* The protocol has no such function. */
static void
chat_whisper (PurpleConnection *gc, int room, const char *who, const char *text)
{
    called ("chat_whisper");
}

/* The text that it receives and could change. */
static void
typed_cb (PurpleAccount *account, const char *who, char **text, gpointer data)
{
    if (*text)
        called ("typed");
}

static gboolean
received_cb (PurpleAccount *account,
             char **who,
             char **text,
             PurpleConversation *conv,
             PurpleMessageFlags *flags,
             gpointer data)
{
    if (*text)
        called ("received");
    return purple_prefs_get_bool (KEEPS);
}

static void
stanza_cb (PurpleConnection *gc, xmlnode **stanza, gpointer data)
{
    const char *instead = purple_prefs_get_string (REPLACES);
    xmlnode *body = *stanza ? xmlnode_get_child (*stanza, "body") : NULL;

    if (!body)
        return;
    called ("stanza");
    if (!instead || !*instead)
        return;
    xmlnode_free (body);
    xmlnode_insert_data (xmlnode_new_child (*stanza, "body"), instead, -1);
}

static void
send_once (PurpleConnection *gc, const char *pref)
{
    g_autofree char *text = g_strdup (purple_prefs_get_string (pref));

    if (!text || !*text)
        return;
    purple_prefs_set_string (pref, "");
    found.send_raw (gc, text, (int)strlen (text));
}

static void
node_cb (PurpleConnection *gc, xmlnode **stanza, gpointer data)
{
    if (*stanza && xmlnode_get_child_with_namespace (*stanza, "data", IBB))
        send_once (gc, AT_NODE);
}

static void
text_cb (PurpleConnection *gc, char **text, gpointer data)
{
    if (*text && strstr (*text, "<data") && strstr (*text, IBB))
        send_once (gc, AT_TEXT);
}

static gboolean
closes (const char *when)
{
    return g_strcmp0 (purple_prefs_get_string (CLOSES), when) == 0;
}

static void
wrote_cb (PurpleAccount *account,
          const char *who,
          const char *html,
          PurpleConversation *conv,
          PurpleMessageFlags flags,
          gpointer data)
{
    if (!(flags & PURPLE_MESSAGE_SYSTEM) || !closes ("written"))
        return;
    called ("close");
    purple_conversation_destroy (conv);
}

static void
sent_cb (PurpleAccount *account,
         const char *who,
         const char *text,
         gpointer data)
{
    PurpleConversation *conv = purple_find_conversation_with_account (
        PURPLE_CONV_TYPE_IM, who, account);

    if (!conv || !closes ("sent"))
        return;
    called ("close");
    purple_conversation_destroy (conv);
}

/* @event: as in the comment at the top. @text: of a line. */
static void
delete_at (PurpleAccount *account, const char *event, const char *text)
{
    const char *wanted = purple_prefs_get_string (DELETES);

    if (!wanted || !g_str_has_prefix (wanted, event) ||
        !strstr (text, wanted + strlen (event)))
        return;
    purple_prefs_set_string (DELETES, "");
    called ("delete");
    purple_accounts_delete (account);
}

static void
line_cb (PurpleAccount *account,
         const char *who,
         const char *html,
         PurpleConversation *conv,
         PurpleMessageFlags flags,
         gpointer data)
{
    if (flags & PURPLE_MESSAGE_SYSTEM)
        delete_at (account, "line ", html);
}

static void
held_cb (PurpleAccount *account,
         const char *who,
         guint number,
         guint fate,
         gpointer data)
{
    g_autofree char *text = g_strdup_printf ("%u", fate);

    delete_at (account, "held ", text);
}

static void
state_cb (PurpleAccount *account, const char *who, gpointer data)
{
    delete_at (account, "state", "");
}

static void
connect_xtls (PurplePlugin *plugin)
{
    PurplePlugin *xtls = purple_plugins_find_with_id ("core-xtls");

    if (!xtls || !purple_plugin_is_loaded (xtls))
        return;
    /* After all others, which must not get an account that is gone. */
    purple_signal_connect_priority (xtls,
                                    "xtls-held",
                                    plugin,
                                    PURPLE_CALLBACK (held_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    purple_signal_connect_priority (xtls,
                                    "xtls-state-changed",
                                    plugin,
                                    PURPLE_CALLBACK (state_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
}

static void
connect_signals (PurplePlugin *plugin)
{
    void *conversations = purple_conversations_get_handle ();
    PurplePlugin *prpl = purple_find_prpl ("prpl-jabber");

    purple_signal_connect (conversations,
                           "sending-im-msg",
                           plugin,
                           PURPLE_CALLBACK (typed_cb),
                           NULL);
    purple_signal_connect (conversations,
                           "receiving-im-msg",
                           plugin,
                           PURPLE_CALLBACK (received_cb),
                           NULL);
    purple_signal_connect (conversations,
                           "wrote-im-msg",
                           plugin,
                           PURPLE_CALLBACK (wrote_cb),
                           NULL);
    purple_signal_connect (
        conversations, "wrote-im-msg", plugin, PURPLE_CALLBACK (line_cb), NULL);
    purple_signal_connect (
        conversations, "sent-im-msg", plugin, PURPLE_CALLBACK (sent_cb), NULL);
    /* Like the OMEMO plugin. */
    purple_signal_connect_priority (prpl,
                                    "jabber-sending-xmlnode",
                                    plugin,
                                    PURPLE_CALLBACK (stanza_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST - 100);
    /* After every other plugin, and before libpurple. */
    purple_signal_connect_priority (prpl,
                                    "jabber-sending-xmlnode",
                                    plugin,
                                    PURPLE_CALLBACK (node_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    purple_signal_connect (
        prpl, "jabber-sending-text", plugin, PURPLE_CALLBACK (text_cb), NULL);
}

static PurplePluginProtocolInfo *
protocol (void)
{
    return PURPLE_PLUGIN_PROTOCOL_INFO (purple_find_prpl ("prpl-jabber"));
}

static gboolean
load (PurplePlugin *plugin)
{
    PurplePluginProtocolInfo *info = protocol ();

    found = *info;
    loaded = TRUE;
    info->send_im = send_im;
    info->send_typing = send_typing;
    info->send_file = send_file;
    info->new_xfer = new_xfer;
    info->send_attention = send_attention;
    info->send_raw = send_raw;
    info->chat_invite = chat_invite;
    info->chat_whisper = chat_whisper;
    connect_signals (plugin);
    connect_xtls (plugin);
    return TRUE;
}

static gboolean
unload (PurplePlugin *plugin)
{
    PurplePluginProtocolInfo *info = protocol ();

    loaded = FALSE;
    if (purple_prefs_get_bool (LEAVES))
        return TRUE;
    info->send_im = found.send_im;
    info->send_typing = found.send_typing;
    info->send_file = found.send_file;
    info->new_xfer = found.new_xfer;
    info->send_attention = found.send_attention;
    info->send_raw = found.send_raw;
    info->chat_invite = found.chat_invite;
    info->chat_whisper = found.chat_whisper;
    return TRUE;
}

static PurplePluginInfo info = {
    .magic = PURPLE_PLUGIN_MAGIC,
    .major_version = PURPLE_MAJOR_VERSION,
    .minor_version = PURPLE_MINOR_VERSION,
    .type = PURPLE_PLUGIN_STANDARD,
    .id = (char[]){NAME},
    .name = (char[]){NAME},
    .load = load,
    .unload = unload,
};

static void
init_plugin (PurplePlugin *plugin)
{
    purple_prefs_add_none ("/plugins/core/" NAME);
    purple_prefs_add_bool (LEAVES, FALSE);
    purple_prefs_add_string (AT_NODE, "");
    purple_prefs_add_string (AT_TEXT, "");
    purple_prefs_add_string (REPLACES, "");
    purple_prefs_add_bool (KEEPS, FALSE);
    purple_prefs_add_string (CLOSES, "");
    purple_prefs_add_string (DELETES, "");
}

PURPLE_INIT_PLUGIN (chain, init_plugin, info)
