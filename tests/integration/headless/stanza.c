/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas: sent as the XMPP Console or as another plugin would, and those that
 * reach the protocol plugin. */
#include "headless.h"

#include <prpl.h>
#include <signals.h>
#include <string.h>
#include <xmlnode.h>

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

const Command stanza_commands[] = {{"raw", 2, send_raw},
                                   {"stanza", 2, send_stanza},
                                   {"has-feature", 3, has_feature},
                                   {"watch", 1, watch},
                                   {NULL, 0, NULL}};
