/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The protocols that libpurple and its plugins speak, sorted by what they mean
 * for a private conversation. */
#include "payload.h"

#include "jid.h"
#include "ns.h"

#include <string.h>

#define NS_PUBSUB "http://jabber.org/protocol/pubsub"
#define NS_EVENT NS_PUBSUB "#event"
#define NS_MUC_ADMIN "http://jabber.org/protocol/muc#admin"
#define NS_ADDRESS "http://jabber.org/protocol/address"

/* The longest value of an attribute that a lookup or presence has, bytes. */
#define VALUE_MAX 256

/* Lookups that are about the client, not the person: withholding them would
 * starve discovery. */
static const char *const discovery[] = {
    "http://jabber.org/protocol/disco#info",
    "http://jabber.org/protocol/disco#items",
    "urn:xmpp:ping",
    "jabber:iq:version",
    "jabber:iq:last",
    "urn:xmpp:time",
    "jabber:iq:time",
    NULL,
};

/* What a contact shows to everybody. */
static const char *const public_lookups[] = {
    "vcard-temp",
    "urn:ietf:params:xml:ns:vcard-4.0",
    NS_PUBSUB,
    NULL,
};

static const char *const public_nodes[] = {
    "urn:xmpp:avatar:metadata",
    "urn:xmpp:avatar:data",
    "http://jabber.org/protocol/mood",
    "http://jabber.org/protocol/activity",
    "http://jabber.org/protocol/tune",
    "http://jabber.org/protocol/geoloc",
    "http://jabber.org/protocol/nick",
    NULL,
};

static const char *const typing[] = {
    "http://jabber.org/protocol/chatstates",
    "jabber:x:event",
    NULL,
};

/* Made by clients, not by persons. */
static const char *const states[] = {
    "urn:xmpp:receipts",
    "urn:xmpp:chat-markers:0",
    "urn:xmpp:hints",
    "urn:xmpp:delay",
    "jabber:x:delay",
    "urn:xmpp:sid:0",
    NULL,
};

static const char *const state_names[] = {"thread", "error", NULL};

/* What presence says to everybody; `<show/>` and `<priority/>` aside. */
static const char *const presence_extensions[] = {
    "http://jabber.org/protocol/caps",
    "http://jabber.org/protocol/muc",
    "vcard-temp:x:update",
    "urn:xmpp:idle:1",
    "urn:xmpp:delay",
    "jabber:x:delay",
    NULL,
};

static const char *const lookup_attributes[] = {
    "xmlns", "type", "id", "to", "from", "node", "max_items", NULL};

const char *
xtls_payload_local_name (const xmlnode *node)
{
    const char *colon = strrchr (node->name, ':');

    return colon ? colon + 1 : node->name;
}

static gboolean
is_attribute (const xmlnode *node, const char *name)
{
    return node->type == XMLNODE_TYPE_ATTRIB && !node->prefix &&
           g_strcmp0 (node->name, name) == 0;
}

static const char *
get_attribute (const xmlnode *node, const char *name)
{
    for (const xmlnode *child = node->child; child; child = child->next)
        if (is_attribute (child, name))
            return child->data;
    return NULL;
}

/* Some plugins set the namespace of what they send as an attribute. */
const char *
xtls_payload_namespace (const xmlnode *node)
{
    const char *xmlns = node->xmlns;

    if (!xmlns)
        xmlns = get_attribute (node, "xmlns");
    return xmlns ? xmlns : "";
}

static xmlnode *
skip_to_element (xmlnode *node)
{
    while (node && node->type != XMLNODE_TYPE_TAG)
        node = node->next;
    return node;
}

xmlnode *
xtls_payload_first (const xmlnode *node)
{
    return skip_to_element (node->child);
}

static gboolean
is_element (const xmlnode *node, const char *name, const char *xmlns)
{
    return g_str_equal (xtls_payload_local_name (node), name) &&
           g_str_equal (xtls_payload_namespace (node), xmlns);
}

xmlnode *
xtls_payload_find (const xmlnode *node, const char *name, const char *xmlns)
{
    xmlnode *child = xtls_payload_first (node);

    while (child && !is_element (child, name, xmlns))
        child = skip_to_element (child->next);
    return child;
}

/* libpurple does not set the namespace of what it builds itself. */
static gboolean
is_of_client (const xmlnode *node)
{
    const char *xmlns = xtls_payload_namespace (node);

    return !*xmlns || g_str_equal (xmlns, XTLS_NS_CLIENT);
}

static gboolean
is_space (const char *data, gsize len)
{
    for (gsize i = 0; i < len; i++)
        if (!g_ascii_isspace (data[i]))
            return FALSE;
    return TRUE;
}

/* At any depth. */
static gboolean
has_text (const xmlnode *node)
{
    for (const xmlnode *child = node->child; child; child = child->next)
        if ((child->type == XMLNODE_TYPE_DATA &&
             !is_space (child->data, child->data_sz)) ||
            (child->type == XMLNODE_TYPE_TAG && has_text (child)))
            return TRUE;
    return FALSE;
}

/* White space is words, too, where it was typed. */
static gboolean
has_data (const xmlnode *node)
{
    for (const xmlnode *child = node->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_DATA && child->data_sz > 0)
            return TRUE;
    return FALSE;
}

/* --- messages --- */

static gboolean
is_public_event (const xmlnode *event)
{
    const xmlnode *child = xtls_payload_first (event);

    for (; child; child = skip_to_element (child->next)) {
        const char *node = get_attribute (child, "node");

        if (!node || !g_strv_contains (public_nodes, node))
            return FALSE;
    }
    return TRUE;
}

static XtlsPayload
part_of_client (const xmlnode *child)
{
    const char *name = xtls_payload_local_name (child);

    if (g_str_equal (name, "body") || g_str_equal (name, "subject"))
        return has_data (child) ? XTLS_PAYLOAD_WORDS : XTLS_PAYLOAD_STATE;
    return g_strv_contains (state_names, name) ? XTLS_PAYLOAD_STATE
                                               : XTLS_PAYLOAD_OTHER;
}

static XtlsPayload
part_of_message (const xmlnode *child)
{
    const char *xmlns = xtls_payload_namespace (child);

    if (is_of_client (child))
        return part_of_client (child);
    if (g_str_equal (xmlns, "http://jabber.org/protocol/xhtml-im"))
        return XTLS_PAYLOAD_WORDS;
    if (g_str_equal (xmlns, "jabber:x:conference"))
        return XTLS_PAYLOAD_INVITATION;
    if (g_str_equal (xmlns, "urn:xmpp:attention:0"))
        return XTLS_PAYLOAD_ATTENTION;
    if (g_str_equal (xmlns, NS_EVENT))
        return is_public_event (child) ? XTLS_PAYLOAD_EVENT
                                       : XTLS_PAYLOAD_OTHER;
    if (g_strv_contains (typing, xmlns))
        return XTLS_PAYLOAD_TYPING;
    return g_strv_contains (states, xmlns) ? XTLS_PAYLOAD_STATE
                                           : XTLS_PAYLOAD_OTHER;
}

XtlsPayload
xtls_payload_of_message (const xmlnode *message)
{
    XtlsPayload payload = XTLS_PAYLOAD_NONE;
    const xmlnode *child = xtls_payload_first (message);

    for (; child; child = skip_to_element (child->next))
        payload = MIN (payload, part_of_message (child));
    return payload;
}

/* --- presence --- */

static XtlsPayload
part_of_presence (const xmlnode *child)
{
    const char *name = xtls_payload_local_name (child);

    if (!is_of_client (child))
        return g_strv_contains (presence_extensions,
                                xtls_payload_namespace (child))
                   ? XTLS_PAYLOAD_NONE
                   : XTLS_PAYLOAD_OTHER;
    if (g_str_equal (name, "status"))
        return has_text (child) ? XTLS_PAYLOAD_WORDS : XTLS_PAYLOAD_NONE;
    return g_str_equal (name, "show") || g_str_equal (name, "priority") ||
                   g_str_equal (name, "error")
               ? XTLS_PAYLOAD_NONE
               : XTLS_PAYLOAD_OTHER;
}

static gboolean
is_token (const char *data, gsize len)
{
    for (gsize i = 0; i < len; i++)
        if (g_ascii_isspace (data[i]))
            return FALSE;
    return len <= VALUE_MAX;
}

/* `ext` of XEP-0115 1.3: "voice-v1 camera-v1". */
static gboolean
is_list_of_versions (const char *list)
{
    g_auto (GStrv) words = g_strsplit (list, " ", -1);

    for (char **word = words; *word; word++)
        if (**word && !g_ascii_isdigit ((*word)[strlen (*word) - 1]))
            return FALSE;
    return TRUE;
}

static gboolean
is_terse_attribute (const xmlnode *node)
{
    const char *data = node->data ? node->data : "";

    if (g_str_equal (node->name, "to") || g_str_equal (node->name, "from"))
        return TRUE;
    return g_str_equal (node->name, "ext") ? is_list_of_versions (data)
                                           : is_token (data, strlen (data));
}

/* What clients tell each other is short and has no spaces: a hash, a number,
 * one of a few words. */
static gboolean
is_terse (const xmlnode *node)
{
    for (const xmlnode *child = node->child; child; child = child->next) {
        if (child->type == XMLNODE_TYPE_TAG && !is_terse (child))
            return FALSE;
        if (child->type == XMLNODE_TYPE_ATTRIB && !is_terse_attribute (child))
            return FALSE;
        if (child->type == XMLNODE_TYPE_DATA &&
            !is_space (child->data, child->data_sz) &&
            !is_token (child->data, child->data_sz))
            return FALSE;
    }
    return TRUE;
}

XtlsPayload
xtls_payload_of_presence (const xmlnode *presence)
{
    const xmlnode *child = xtls_payload_first (presence);
    XtlsPayload payload = XTLS_PAYLOAD_NONE;

    for (; child; child = skip_to_element (child->next))
        payload = MIN (payload, part_of_presence (child));
    return payload == XTLS_PAYLOAD_NONE &&
                   (!is_of_client (presence) || !is_terse (presence))
               ? XTLS_PAYLOAD_OTHER
               : payload;
}

/* --- requests and responses --- */

static XtlsPayload
payload_of_description (const char *xmlns)
{
    if (strstr (xmlns, ":rtp:") || strstr (xmlns, "audio") ||
        strstr (xmlns, "video"))
        return XTLS_PAYLOAD_VOICE;
    if (strstr (xmlns, ":file-transfer"))
        return XTLS_PAYLOAD_AROUND;
    return XTLS_PAYLOAD_JINGLE;
}

static XtlsPayload
payload_of_content (const xmlnode *content)
{
    const xmlnode *node = xtls_payload_first (content);
    XtlsPayload payload = XTLS_PAYLOAD_JINGLE;

    for (; node; node = skip_to_element (node->next))
        if (g_str_equal (xtls_payload_local_name (node), "description"))
            payload =
                MIN (payload,
                     payload_of_description (xtls_payload_namespace (node)));
    return payload;
}

static XtlsPayload
payload_of_jingle (const xmlnode *jingle)
{
    const xmlnode *content = xtls_payload_first (jingle);
    XtlsPayload payload = XTLS_PAYLOAD_JINGLE;

    for (; content; content = skip_to_element (content->next))
        payload = MIN (payload, payload_of_content (content));
    return payload;
}

static XtlsPayload
part_of_iq (const xmlnode *child)
{
    const char *xmlns = xtls_payload_namespace (child);

    if (g_str_equal (xmlns, XTLS_NS_SI))
        return XTLS_PAYLOAD_OFFER;
    if (g_str_equal (xmlns, "http://jabber.org/protocol/bytestreams") ||
        g_str_equal (xmlns, "jabber:iq:oob"))
        return XTLS_PAYLOAD_AROUND;
    if (g_str_equal (xmlns, XTLS_NS_IBB))
        return XTLS_PAYLOAD_BLOCK;
    if (g_str_equal (xmlns, "urn:xmpp:bob"))
        return XTLS_PAYLOAD_BITS;
    /* Google's voice and video, and Jingle by the name that it had before. */
    if (g_str_has_prefix (xmlns, "http://www.google.com/session") ||
        g_str_has_prefix (xmlns, "http://www.google.com/xmpp/protocol/") ||
        g_str_has_prefix (xmlns, "http://jabber.org/protocol/jingle"))
        return XTLS_PAYLOAD_VOICE;
    if (g_str_has_prefix (xmlns, "urn:xmpp:jingle:") ||
        g_str_has_prefix (xmlns, "urn:xmpp:tmp:jingle"))
        return payload_of_jingle (child);
    return XTLS_PAYLOAD_OTHER;
}

/* The first part that is listed counts: libpurple looks at more than the first
 * one, too. */
static XtlsPayload
payload_of_iq (const xmlnode *iq)
{
    const xmlnode *child = xtls_payload_first (iq);
    XtlsPayload payload = child ? XTLS_PAYLOAD_OTHER : XTLS_PAYLOAD_NONE;

    for (; child && payload == XTLS_PAYLOAD_OTHER;
         child = skip_to_element (child->next))
        payload = part_of_iq (child);
    return payload;
}

/* Nodes are named by URIs. */
static gboolean
is_plain_value (const char *name, const char *value)
{
    return !strpbrk (value, " \t\r\n") &&
           (!g_str_equal (name, "node") || strchr (value, ':'));
}

static gboolean
is_plain_attribute (const xmlnode *node)
{
    if (g_strcmp0 (node->prefix, "xml") == 0)
        return g_str_equal (node->name, "lang") && node->data_sz <= VALUE_MAX;
    return !node->prefix && node->data && node->data_sz <= VALUE_MAX &&
           g_strv_contains (lookup_attributes, node->name) &&
           is_plain_value (node->name, node->data);
}

/* Nothing but elements and the attributes that a lookup needs: no words. */
static gboolean
is_plain (const xmlnode *node, guint depth)
{
    for (const xmlnode *child = node->child; child; child = child->next) {
        if (child->type == XMLNODE_TYPE_DATA &&
            !is_space (child->data, child->data_sz))
            return FALSE;
        if (child->type == XMLNODE_TYPE_ATTRIB && !is_plain_attribute (child))
            return FALSE;
        if (child->type == XMLNODE_TYPE_TAG &&
            (depth == 0 || !is_plain (child, depth - 1)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_single (const xmlnode *child)
{
    return child && !skip_to_element (child->next);
}

static gboolean
is_plain_items (const xmlnode *pubsub)
{
    const xmlnode *items = xtls_payload_first (pubsub);

    return is_single (items) &&
           g_str_equal (xtls_payload_local_name (items), "items");
}

static XtlsPayload
lookup_of (const xmlnode *iq)
{
    const xmlnode *child = xtls_payload_first (iq);
    const char *xmlns = child ? xtls_payload_namespace (child) : "";

    if (!is_single (child))
        return XTLS_PAYLOAD_OTHER;
    if (g_strv_contains (discovery, xmlns) && is_plain (iq, 1))
        return XTLS_PAYLOAD_DISCOVERY;
    /* `<pubsub><items><item/></items></pubsub>` */
    if (g_str_equal (xmlns, NS_PUBSUB))
        return is_plain_items (child) && is_plain (iq, 3) ? XTLS_PAYLOAD_PUBLIC
                                                          : XTLS_PAYLOAD_OTHER;
    return g_strv_contains (public_lookups, xmlns) && is_plain (iq, 1)
               ? XTLS_PAYLOAD_PUBLIC
               : XTLS_PAYLOAD_OTHER;
}

XtlsPayload
xtls_payload_of_request (const xmlnode *iq, gboolean is_get)
{
    XtlsPayload payload = payload_of_iq (iq);

    return payload == XTLS_PAYLOAD_OTHER && is_get ? lookup_of (iq) : payload;
}

XtlsPayload
xtls_payload_of_response (const xmlnode *iq)
{
    XtlsPayload payload = payload_of_iq (iq);
    const xmlnode *child = xtls_payload_first (iq);
    const char *xmlns = child ? xtls_payload_namespace (child) : "";

    if (payload != XTLS_PAYLOAD_OTHER || !is_single (child))
        return payload;
    if (g_strv_contains (discovery, xmlns))
        return XTLS_PAYLOAD_DISCOVERY;
    return g_strv_contains (public_lookups, xmlns) ? XTLS_PAYLOAD_PUBLIC
                                                   : XTLS_PAYLOAD_OTHER;
}

/* --- words that somebody else passes on --- */

static void
add_address (GPtrArray **list, const char *jid)
{
    char *bare = xtls_jid_canonical_bare (jid);

    if (!bare)
        return;
    if (!*list)
        *list = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (*list, bare);
}

static void
look_for_addresses (GPtrArray **list, const xmlnode *part)
{
    const char *xmlns = xtls_payload_namespace (part);
    gboolean multicast = g_str_equal (xmlns, NS_ADDRESS);
    const xmlnode *child = xtls_payload_first (part);

    if (!multicast && !g_str_equal (xmlns, XTLS_NS_MUC_USER) &&
        !g_str_equal (xmlns, NS_MUC_ADMIN))
        return;
    for (; child; child = skip_to_element (child->next)) {
        if (!multicast && !has_text (child))
            continue;
        add_address (list, get_attribute (child, "to"));
        add_address (list, get_attribute (child, "jid"));
    }
}

GPtrArray *
xtls_payload_list_through (const xmlnode *stanza)
{
    GPtrArray *list = NULL;
    const xmlnode *part = xtls_payload_first (stanza);

    for (; part; part = skip_to_element (part->next))
        look_for_addresses (&list, part);
    return list;
}
