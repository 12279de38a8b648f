/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas: sent as the XMPP Console or as another plugin would, and those that
 * reach the protocol plugin. */
#include "headless.h"

#include <prpl.h>
#include <signals.h>
#include <string.h>
#include <xmlnode.h>

/* The prefix of the ids of the requests of `sync`. */
#define SYNC "sync-"

static int handle;

static PurplePlugin *
prpl (void)
{
    return purple_find_prpl ("prpl-jabber");
}

/* raw ACCOUNT XML: as the XMPP Console does it */
static gboolean
send_raw (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);

    if (!gc)
        return FALSE;
    PURPLE_PLUGIN_PROTOCOL_INFO (prpl ())->send_raw (
        gc, args[1], (int)strlen (args[1]));
    return TRUE;
}

/* stanza ACCOUNT XML: as another plugin does it, lurch for one: the signal is
 * emitted and what is found afterwards is freed */
static gboolean
send_stanza (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);
    xmlnode *stanza;

    if (!gc)
        return FALSE;
    stanza = xmlnode_from_str (args[1], -1);
    if (!stanza)
        return fail (answer, "not XML");
    purple_signal_emit (prpl (), "jabber-sending-xmlnode", gc, &stanza);
    if (stanza)
        xmlnode_free (stanza);
    return TRUE;
}

/* has-feature ACCOUNT FULL_JID NAMESPACE */
static gboolean
has_feature (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);
    gboolean known;

    if (!account)
        return FALSE;
    json_bool (answer,
               "feature",
               purple_plugin_ipc_call (prpl (),
                                       "contact_has_feature",
                                       &known,
                                       account,
                                       args[1],
                                       args[2]) != NULL);
    return TRUE;
}

static void
report (PurpleConnection *gc, xmlnode *stanza)
{
    GString *event = json_event ("stanza");
    g_autofree char *xml = xmlnode_to_str (stanza, NULL);

    json_account (event, purple_connection_get_account (gc));
    json_string (event, "name", stanza->name);
    json_string (event, "type", xmlnode_get_attrib (stanza, "type"));
    json_string (event, "id", xmlnode_get_attrib (stanza, "id"));
    json_string (event, "from", xmlnode_get_attrib (stanza, "from"));
    json_string (event, "xml", xml);
    json_send (event);
}

static gboolean
message_cb (PurpleConnection *gc,
            const char *type,
            const char *id,
            const char *from,
            const char *to,
            xmlnode *message,
            gpointer user_data)
{
    report (gc, message);
    return FALSE;
}

static gboolean
iq_cb (PurpleConnection *gc,
       const char *type,
       const char *id,
       const char *from,
       xmlnode *iq,
       gpointer user_data)
{
    report (gc, iq);
    return FALSE;
}

/* watch on|off: last in line, so that what others took is not seen */
static gboolean
watch (char **args, GString *answer)
{
    gboolean on;

    if (!flag_arg (args[0], &on, answer))
        return FALSE;
    purple_signals_disconnect_by_handle (&handle);
    if (!on)
        return TRUE;
    purple_signal_connect_priority (prpl (),
                                    "jabber-receiving-message",
                                    &handle,
                                    PURPLE_CALLBACK (message_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    purple_signal_connect_priority (prpl (),
                                    "jabber-receiving-iq",
                                    &handle,
                                    PURPLE_CALLBACK (iq_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    return TRUE;
}

/* sync ACCOUNT: a question to the server, whose answer is the event `synced` */
static gboolean
ask_server (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);
    static guint last_id;
    g_autofree char *server = NULL;
    g_autofree char *id = NULL;
    g_autofree char *iq = NULL;

    if (!gc)
        return FALSE;
    server = g_strdup (strchr (args[0], '@') + 1);
    server[strcspn (server, "/")] = '\0';
    id = g_strdup_printf (SYNC "%u", ++last_id);
    iq = g_strdup_printf ("<iq type='get' id='%s' to='%s'>"
                          "<ping xmlns='urn:xmpp:ping'/></iq>",
                          id,
                          server);
    json_string (answer, "question", id);
    PURPLE_PLUGIN_PROTOCOL_INFO (prpl ())->send_raw (gc, iq, (int)strlen (iq));
    return TRUE;
}

static gboolean
answer_cb (PurpleConnection *gc,
           const char *type,
           const char *id,
           const char *from,
           xmlnode *iq,
           gpointer user_data)
{
    GString *event;

    if (!id || !g_str_has_prefix (id, SYNC))
        return FALSE;
    event = json_event ("synced");
    json_string (event, "question", id);
    json_send (event);
    return FALSE;
}

void
stanza_init (void)
{
    static int always;

    purple_signal_connect (prpl (),
                           "jabber-receiving-iq",
                           &always,
                           PURPLE_CALLBACK (answer_cb),
                           NULL);
}

const Command stanza_commands[] = {{"raw", 2, send_raw},
                                   {"sync", 1, ask_server},
                                   {"stanza", 2, send_stanza},
                                   {"has-feature", 3, has_feature},
                                   {"watch", 1, watch},
                                   {NULL, 0, NULL}};
