/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file that knows how to reach libpurple's XMPP plugin. */
#include "jabber.h"

#include "jid.h"
#include "ns.h"

#include <debug.h>
#include <gmodule.h>
#include <prpl.h>
#include <signals.h>
#include <status.h>
#include <string.h>
#include <util.h>

#define PRPL "prpl-jabber"

/* The first argument is a JabberStream, whose layout is not ours to know. */
typedef void (*Parse) (gpointer stream, xmlnode *stanza);

/* Nodes in a call that is on the stack, newest first. */
typedef struct Passing {
    const xmlnode *node;
    struct Passing *outer;
} Passing;

static PurplePlugin *prpl;
static Parse message_parse;
static Parse iq_parse;
static void (*add_feature) (const char *xmlns, gpointer is_enabled);
static void (*remove_feature) (const char *xmlns);
static void (*broadcast_caps) (void);
static gpointer (*find_jingle_session) (gpointer stream, const char *sid);
static gboolean (*is_jingle_initiator) (gpointer session);
static void (*object_unref) (gpointer object); /* of GObject */

static Passing *sending;
static Passing *injecting;

static const char *const features[] = {
    XTLS_NS_JINGLE,
    XTLS_NS_JINGLE_XMLSTREAM,
    XTLS_NS_JINGLE_IBB,
    XTLS_NS_JINGLE_DATA,
    XTLS_NS_JINGLE_XTLS,
    XTLS_NS_HELLO,
    NULL,
};

static gboolean
find_symbol (const char *name, gpointer *symbol)
{
    if (g_module_symbol (prpl->handle, name, symbol) && *symbol)
        return TRUE;
    purple_debug_error ("xtls", "%s has no function %s\n", PRPL, name);
    return FALSE;
}

gboolean
xtls_jabber_init (void)
{
    prpl = purple_find_prpl (PRPL);
    if (!prpl || !prpl->handle)
        return FALSE;
    return find_symbol ("jabber_message_parse", (gpointer *)&message_parse) &&
           find_symbol ("jabber_iq_parse", (gpointer *)&iq_parse) &&
           find_symbol ("jabber_add_feature", (gpointer *)&add_feature) &&
           find_symbol ("jabber_remove_feature", (gpointer *)&remove_feature) &&
           find_symbol ("jabber_caps_broadcast_change",
                        (gpointer *)&broadcast_caps) &&
           find_symbol ("jingle_session_find_by_sid",
                        (gpointer *)&find_jingle_session) &&
           find_symbol ("jingle_session_is_initiator",
                        (gpointer *)&is_jingle_initiator) &&
           find_symbol ("g_object_unref", (gpointer *)&object_unref);
}

gboolean
xtls_jabber_has_jingle_session (PurpleConnection *gc, const char *sid)
{
    return find_jingle_session (purple_connection_get_protocol_data (gc),
                                sid) != NULL;
}

void
xtls_jabber_drop_jingle_session (PurpleConnection *gc, const char *sid)
{
    gpointer stream = purple_connection_get_protocol_data (gc);
    gpointer session = stream ? find_jingle_session (stream, sid) : NULL;

    if (session && !is_jingle_initiator (session))
        object_unref (session);
}

PurplePlugin *
xtls_jabber_get_plugin (void)
{
    return prpl;
}

/* An account may be deleted by another plugin, in the middle of what is done
 * for it. It is only compared, then. Some clients connect accounts that they do
 * not add to libpurple's list. */
static gboolean
exists (const PurpleAccount *account)
{
    if (!account || g_list_find (purple_accounts_get_all (), account))
        return account != NULL;
    for (GList *l = purple_connections_get_all (); l; l = l->next)
        if (purple_connection_get_account (l->data) == account)
            return TRUE;
    return FALSE;
}

gboolean
xtls_jabber_is (const PurpleAccount *account)
{
    return exists (account) &&
           g_strcmp0 (purple_account_get_protocol_id (account), PRPL) == 0;
}

/* purple_normalize() would return anything that is not a JID unchanged. */
static const char *
normalize (const PurpleAccount *account, const char *who)
{
    if (!xtls_jabber_is (account) || !who || !*who)
        return NULL;
    return PURPLE_PLUGIN_PROTOCOL_INFO (prpl)->normalize (account, who);
}

/* libpurple's normalisation, applied to our canonical form; it leaves a plain
 * address as it is. An address that libpurple rejects gets the canonical form,
 * because the server may still deliver it. */
char *
xtls_jabber_normalize (const PurpleAccount *account, const char *who)
{
    g_autofree char *bare = xtls_jid_canonical_bare (who);
    const char *jid;
    char *canonical;

    if (bare && xtls_jid_is_plain (bare))
        return g_steal_pointer (&bare);
    jid = bare ? normalize (account, bare) : NULL;
    canonical = jid && *jid ? xtls_jid_canonical_bare (jid) : NULL;
    return canonical ? canonical : g_steal_pointer (&bare);
}

gboolean
xtls_jabber_is_jid (const PurpleAccount *account, const char *who)
{
    return normalize (account, who) != NULL;
}

gboolean
xtls_jabber_is_occupant (const PurpleAccount *account, const char *who)
{
    const char *jid = normalize (account, who);

    return jid && xtls_jid_resource (jid);
}

char *
xtls_jabber_get_account_jid (const PurpleAccount *account)
{
    const char *username;
    char *jid;

    if (!exists (account))
        return g_strdup ("");
    username = purple_account_get_username (account);
    jid = xtls_jabber_normalize (account, username);
    return jid ? jid : xtls_jid_bare (username);
}

const char *
xtls_jabber_get_own (PurpleConnection *gc)
{
    /* libpurple sets it to the server's response to `<bind/>`. */
    const char *name = purple_connection_get_display_name (gc);

    return xtls_jid_is_full (name) ? name : NULL;
}

gboolean
xtls_jabber_is_own_status (const PurpleAccount *account,
                           const xmlnode *presence)
{
    PurpleStatus *status = purple_account_get_active_status (account);
    const char *message = purple_status_get_attr_string (status, "message");
    g_autofree char *own = message ? purple_markup_strip_html (message) : NULL;
    const xmlnode *node = xmlnode_get_child (presence, "status");
    g_autofree char *text = node ? xmlnode_get_data (node) : NULL;

    return own && g_strcmp0 (own, text) == 0;
}

static gboolean
is_passing (const Passing *passing, const xmlnode *node)
{
    for (; passing; passing = passing->outer)
        if (passing->node == node)
            return TRUE;
    return FALSE;
}

/* Set while libpurple reports that a connection has failed: if a write failed
 * then, libpurple would disconnect twice, which is a CRITICAL. */
static PurpleConnection *failed;

void
xtls_jabber_set_failed (PurpleConnection *gc)
{
    failed = gc;
}

void
xtls_jabber_send (PurpleConnection *gc, xmlnode *stanza)
{
    Passing passing = {stanza, sending};
    /* Handlers may put another node there, but the one that we made stays ours
     * to free. */
    xmlnode *packet = stanza;

    if (gc == failed) {
        xmlnode_free (stanza);
        return;
    }
    sending = &passing;
    purple_signal_emit (prpl, "jabber-sending-xmlnode", gc, &packet);
    sending = passing.outer;
    xmlnode_free (stanza);
}

gboolean
xtls_jabber_is_own (const xmlnode *stanza)
{
    return is_passing (sending, stanza);
}

/* With a namespace only on the root, `<body/>` would be ignored. */
static void
inherit_namespaces (xmlnode *node, const char *xmlns)
{
    if (!node->xmlns)
        xmlnode_set_namespace (node, xmlns);
    for (xmlnode *child = node->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_TAG)
            inherit_namespaces (child, node->xmlns);
}

void
xtls_jabber_inject (PurpleConnection *gc, xmlnode *stanza)
{
    gpointer stream = purple_connection_get_protocol_data (gc);
    Passing passing = {stanza, injecting};

    if (stream) {
        inherit_namespaces (stanza, XTLS_NS_CLIENT);
        injecting = &passing;
        if (g_str_equal (stanza->name, "message"))
            message_parse (stream, stanza);
        else if (g_str_equal (stanza->name, "iq"))
            iq_parse (stream, stanza);
        injecting = passing.outer;
    }
    xmlnode_free (stanza);
}

gboolean
xtls_jabber_is_injecting (void)
{
    return injecting != NULL;
}

gboolean
xtls_jabber_is_injected (const xmlnode *stanza)
{
    return is_passing (injecting, stanza);
}

void
xtls_jabber_advertise (gboolean on)
{
    for (const char *const *xmlns = features; *xmlns; xmlns++) {
        /* Voice and video advertise Jingle as well, and libpurple keeps one
         * entry. */
        if (on)
            add_feature (*xmlns, NULL);
        else if (!g_str_equal (*xmlns, XTLS_NS_JINGLE))
            remove_feature (*xmlns);
    }
    broadcast_caps ();
}

static gboolean
has_feature (PurpleAccount *account, const char *full_jid, const char *xmlns)
{
    gboolean ok = FALSE;
    gpointer has = purple_plugin_ipc_call (
        prpl, "contact_has_feature", &ok, account, full_jid, xmlns);

    return ok && GPOINTER_TO_INT (has);
}

gboolean
xtls_jabber_is_capable (PurpleAccount *account, const char *full_jid)
{
    return has_feature (account, full_jid, XTLS_NS_JINGLE_XMLSTREAM) &&
           has_feature (account, full_jid, XTLS_NS_JINGLE_XTLS);
}

gboolean
xtls_jabber_takes_hello (PurpleAccount *account, const char *full_jid)
{
    return has_feature (account, full_jid, XTLS_NS_HELLO);
}

gboolean
xtls_jabber_takes_carrier (PurpleAccount *account,
                           const char *full_jid,
                           XtlsCarrier carrier)
{
    return has_feature (
        account, full_jid, xtls_carrier_get_transport (carrier));
}

gboolean
xtls_jabber_has_caps (PurpleAccount *account, const char *full_jid)
{
    /* libpurple does not say whether it knows the features of a resource. Every
     * client that advertises any features advertises these (XEP-0030 3.1,
     * XEP-0115 4). */
    static const char *const common[] = {
        "http://jabber.org/protocol/disco#info",
        "http://jabber.org/protocol/caps",
        "urn:xmpp:ping",
        "jabber:iq:version",
    };

    for (guint i = 0; i < G_N_ELEMENTS (common); i++)
        if (has_feature (account, full_jid, common[i]))
            return TRUE;
    return xtls_jabber_is_capable (account, full_jid);
}
