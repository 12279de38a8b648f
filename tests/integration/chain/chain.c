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
 * ACTS: what it does, once, and when, such as `end keys`. A face may not do
 * that inside a signal of XTLS, and another plugin does it nevertheless. Or
 * `signing-off`, which is no signal of XTLS.
 */
#define PURPLE_PLUGINS

#include "api.h"

#include <account.h>
#include <connection.h>
#include <conversation.h>
#include <debug.h>
#include <ft.h>
#include <glib.h>
#include <plugin.h>
#include <prpl.h>
#include <server.h>
#include <signals.h>
#include <string.h>
#include <version.h>

#define LEAVES "/plugins/core/" NAME "/leaves"
#define AT_NODE "/plugins/core/" NAME "/at-node"
#define AT_TEXT "/plugins/core/" NAME "/at-text"
#define MIRRORS "/plugins/core/" NAME "/mirrors"
#define REPLACES "/plugins/core/" NAME "/replaces"
#define KEEPS "/plugins/core/" NAME "/keeps"
#define CLOSES "/plugins/core/" NAME "/closes"
#define DELETES "/plugins/core/" NAME "/deletes"
#define ACTS "/plugins/core/" NAME "/acts"
#define IBB "http://jabber.org/protocol/ibb"

static PurplePluginProtocolInfo found;
static gboolean loaded;
static const XtlsApi *api;

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

/* Sends a message once more, over the connection of another account. */
static void
mirror_once (PurpleConnection *gc, const char *text)
{
    PurpleAccount *account =
        purple_accounts_find (purple_prefs_get_string (MIRRORS), "prpl-jabber");

    if (!account || account == purple_connection_get_account (gc) ||
        !strstr (text, "<body"))
        return;
    purple_prefs_set_string (MIRRORS, "");
    found.send_raw (
        purple_account_get_connection (account), text, (int)strlen (text));
}

static void
text_cb (PurpleConnection *gc, char **text, gpointer data)
{
    if (*text)
        mirror_once (gc, *text);
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

/* --- what ACTS names ------------------------------------------------------ */

/* @key: (nullable): a known key of the contact */
typedef void (*Act) (PurpleAccount *account, const char *who, const char *key);

static void
act_start (PurpleAccount *account, const char *who, const char *key)
{
    api->start (account, who, NULL);
}

static void
act_end (PurpleAccount *account, const char *who, const char *key)
{
    api->end (account, who, NULL);
}

static void
act_verify (PurpleAccount *account, const char *who, const char *key)
{
    api->set_verified (account, who, key, TRUE, NULL);
}

static void
act_forget (PurpleAccount *account, const char *who, const char *key)
{
    g_autofree char *own =
        api->normalize (account, purple_account_get_username (account));

    api->forget_key (own, who, key, NULL);
}

static void
act_renew (PurpleAccount *account, const char *who, const char *key)
{
    api->renew_own_key (account, NULL);
}

static void
act_accept (PurpleAccount *account, const char *who, const char *key)
{
    api->decide_key (account, who, key, XTLS_ACCEPT_KEY, NULL);
}

static void
act_refuse (PurpleAccount *account, const char *who, const char *key)
{
    api->decide_key (account, who, key, XTLS_REFUSE_KEY, NULL);
}

static void
act_send (PurpleAccount *account, const char *who, const char *key)
{
    api->choose (account, who, XTLS_CHOOSE_SEND, NULL);
}

static void
act_discard (PurpleAccount *account, const char *who, const char *key)
{
    api->choose (account, who, XTLS_CHOOSE_DISCARD, NULL);
}

static void
act_say (PurpleAccount *account, const char *who, const char *key)
{
    serv_send_im (purple_account_get_connection (account),
                  who,
                  "from a handler",
                  PURPLE_MESSAGE_SEND);
}

static void
act_stanza (PurpleAccount *account, const char *who, const char *key)
{
    g_autofree char *stanza = g_strdup_printf (
        "<message to='%s'><body>from a handler</body></message>", who);

    found.send_raw (
        purple_account_get_connection (account), stanza, (int)strlen (stanza));
}

static void
act_close (PurpleAccount *account, const char *who, const char *key)
{
    PurpleConversation *conv = purple_find_conversation_with_account (
        PURPLE_CONV_TYPE_IM, who, account);

    if (conv)
        purple_conversation_destroy (conv);
}

static const struct {
    const char *name;
    Act act;
} acts[] = {
    {"start", act_start},
    {"end", act_end},
    {"verify", act_verify},
    {"forget", act_forget},
    {"renew", act_renew},
    {"accept", act_accept},
    {"refuse", act_refuse},
    {"send", act_send},
    {"discard", act_discard},
    {"say", act_say},
    {"stanza", act_stanza},
    {"close", act_close},
};

static char *
find_key (PurpleAccount *account, const char *who)
{
    g_autoptr (GPtrArray) keys = api->list_keys ();

    for (guint i = 0; i < keys->len; i++) {
        const XtlsKey *key = keys->pdata[i];

        if (key->account == account && g_str_equal (key->who, who))
            return g_strdup (key->fingerprint);
    }
    return NULL;
}

/* @who: a bare or a full JID */
static void
act_at (PurpleAccount *account, const char *who, const char *when)
{
    g_auto (GStrv) wanted = g_strsplit (purple_prefs_get_string (ACTS), " ", 2);
    g_autofree char *jid = NULL;
    g_autofree char *key = NULL;
    XtlsStatus *status;

    if (!wanted[0] || g_strcmp0 (wanted[1], when) != 0)
        return;
    purple_prefs_set_string (ACTS, "");
    called (wanted[0]);
    jid = api->normalize (account, who);
    status = api->get_status (account, jid);
    key = status->fingerprint ? g_strdup (status->fingerprint)
                              : find_key (account, jid);
    api->free_status (status);
    for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
        if (g_str_equal (acts[i].name, wanted[0]))
            acts[i].act (account, jid, key);
}

static void
act_at_state (PurpleAccount *account, const char *who)
{
    static const char *const names[] = {
        [XTLS_STATE_NOT_PRIVATE] = "not-private",
        [XTLS_STATE_STARTING] = "starting",
        [XTLS_STATE_WAITING] = "waiting",
        [XTLS_STATE_NEW_KEY] = "new-key",
        [XTLS_STATE_UNVERIFIED] = "unverified",
        [XTLS_STATE_PRIVATE] = "private",
        [XTLS_STATE_FINISHED] = "finished",
    };

    act_at (account, who, names[api->get_state (account, who)]);
}

static void
keys_cb (gpointer data)
{
    GList *convs = purple_get_ims ();

    if (convs)
        act_at (purple_conversation_get_account (convs->data),
                purple_conversation_get_name (convs->data),
                "keys");
}

static void
signing_off_cb (PurpleConnection *gc, gpointer data)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    GList *convs = purple_get_ims ();

    if (api && convs)
        act_at (
            account, purple_conversation_get_name (convs->data), "signing-off");
}

static void
unknown_cb (PurpleAccount *account, const char *who, gpointer data)
{
    act_at (account, who, "unknown");
}

static void
choice_cb (PurpleAccount *account, const char *who, gpointer data)
{
    act_at (account, who, "choice");
}

static void
shown_cb (PurpleAccount *account,
          const char *who,
          const char *html,
          PurpleConversation *conv,
          PurpleMessageFlags flags,
          gpointer data)
{
    act_at (account, who, "received");
}

/* --- what DELETES names --------------------------------------------------- */

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
    if (!(flags & PURPLE_MESSAGE_SYSTEM))
        return;
    act_at (account, who, "line");
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
    act_at_state (account, who);
    delete_at (account, "state", "");
}

static void
connect_xtls (PurplePlugin *plugin)
{
    PurplePlugin *xtls = purple_plugins_find_with_id ("core-xtls");

    if (!xtls || !purple_plugin_is_loaded (xtls))
        return;
    api = purple_plugin_ipc_call (
        xtls, XTLS_API_IPC, NULL, GUINT_TO_POINTER (XTLS_API_VERSION));
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
    purple_signal_connect (
        xtls, XTLS_SIGNAL_KEYS, plugin, PURPLE_CALLBACK (keys_cb), NULL);
    purple_signal_connect (xtls,
                           XTLS_SIGNAL_KEY_UNKNOWN,
                           plugin,
                           PURPLE_CALLBACK (unknown_cb),
                           NULL);
    purple_signal_connect (
        xtls, XTLS_SIGNAL_CHOICE, plugin, PURPLE_CALLBACK (choice_cb), NULL);
}

static void
connect_signals (PurplePlugin *plugin)
{
    void *conversations = purple_conversations_get_handle ();
    PurplePlugin *prpl = purple_find_prpl ("prpl-jabber");

    /* After XTLS. */
    purple_signal_connect_priority (purple_connections_get_handle (),
                                    "signing-off",
                                    plugin,
                                    PURPLE_CALLBACK (signing_off_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
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
                           "received-im-msg",
                           plugin,
                           PURPLE_CALLBACK (shown_cb),
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
    purple_prefs_add_string (MIRRORS, "");
    purple_prefs_add_string (REPLACES, "");
    purple_prefs_add_bool (KEEPS, FALSE);
    purple_prefs_add_string (CLOSES, "");
    purple_prefs_add_string (DELETES, "");
    purple_prefs_add_string (ACTS, "");
}

PURPLE_INIT_PLUGIN (chain, init_plugin, info)
