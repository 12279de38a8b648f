/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DESIGN's two tables of what goes where while a contact is private. */
#include "route.h"

#include "jid.h"
#include "message.h"
#include "node.h"
#include "ns.h"

#include <string.h>

#define NS_SOCKS5 "http://jabber.org/protocol/bytestreams"
#define NS_OOB "jabber:iq:oob"
#define NS_BOB "urn:xmpp:bob"

/* What a question carries that could go around a private conversation. */
typedef enum {
    LOAD_NONE,
    LOAD_OFFER,  /* a file, by a method to be chosen (XEP-0095) */
    LOAD_AROUND, /* a file, by a way of its own */
    LOAD_BLOCK,  /* an in-band bytestream */
    LOAD_BITS,   /* what a message shows, a smiley say (XEP-0231) */
    LOAD_VOICE,
    LOAD_JINGLE /* whatever else is negotiated by Jingle */
} Load;

/* Questions that are about the client, not the person: withholding them would
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

/* Some plugins set the namespace of what they send as an attribute. */
static const char *
namespace_of (const xmlnode *node)
{
    const char *xmlns = node->xmlns;

    if (!xmlns)
        xmlns = xmlnode_get_attrib (node, "xmlns");
    return xmlns ? xmlns : "";
}

static gboolean
is_stanza (const xmlnode *node, const char *name)
{
    const char *xmlns = namespace_of (node);

    return g_str_equal (node->name, name) &&
           (!*xmlns || g_str_equal (xmlns, XTLS_NS_CLIENT));
}

static gboolean
has_type (const xmlnode *stanza, const char *a, const char *b)
{
    const char *type = xmlnode_get_attrib (stanza, "type");

    return type && (g_str_equal (type, a) || g_str_equal (type, b));
}

static gboolean
is_answer (const xmlnode *iq)
{
    return has_type (iq, "result", "error");
}

static Load
load_of_description (const char *xmlns)
{
    if (strstr (xmlns, ":rtp:") || strstr (xmlns, "audio") ||
        strstr (xmlns, "video"))
        return LOAD_VOICE;
    if (strstr (xmlns, ":file-transfer"))
        return LOAD_AROUND;
    return LOAD_JINGLE;
}

static Load
load_of_jingle (const xmlnode *jingle)
{
    for (const xmlnode *content = jingle->child; content;
         content = content->next)
        for (const xmlnode *node = content->child; node; node = node->next)
            if (node->type == XMLNODE_TYPE_TAG &&
                g_str_equal (node->name, "description"))
                return load_of_description (namespace_of (node));
    return LOAD_JINGLE;
}

static Load
load_of_child (const xmlnode *child)
{
    const char *xmlns = namespace_of (child);

    if (g_str_equal (xmlns, XTLS_NS_SI))
        return LOAD_OFFER;
    if (g_str_equal (xmlns, NS_SOCKS5) || g_str_equal (xmlns, NS_OOB))
        return LOAD_AROUND;
    if (g_str_equal (xmlns, XTLS_NS_IBB))
        return LOAD_BLOCK;
    if (g_str_equal (xmlns, NS_BOB))
        return LOAD_BITS;
    /* Google's voice and video, and Jingle by the name that it had before. */
    if (g_str_has_prefix (xmlns, "http://www.google.com/session") ||
        g_str_has_prefix (xmlns, "http://www.google.com/xmpp/protocol/") ||
        g_str_has_prefix (xmlns, "http://jabber.org/protocol/jingle"))
        return LOAD_VOICE;
    if (g_str_has_prefix (xmlns, "urn:xmpp:jingle:") ||
        g_str_has_prefix (xmlns, "urn:xmpp:tmp:jingle"))
        return load_of_jingle (child);
    return LOAD_NONE;
}

static Load
load_of (const xmlnode *iq)
{
    for (const xmlnode *child = iq->child; child; child = child->next) {
        Load load = LOAD_NONE;

        if (child->type == XMLNODE_TYPE_TAG)
            load = load_of_child (child);
        if (load != LOAD_NONE)
            return load;
    }
    return LOAD_NONE;
}

static gboolean
is_discovery (const xmlnode *iq)
{
    const xmlnode *child = xtls_node_first_child (iq);

    if (!has_type (iq, "get", "get") || !child)
        return FALSE;
    for (const xmlnode *more = child->next; more; more = more->next)
        if (more->type == XMLNODE_TYPE_TAG)
            return FALSE;
    return g_strv_contains (discovery, namespace_of (child));
}

static gboolean
can_be_stripped (const xmlnode *offer)
{
    xmlnode *copy = xmlnode_copy (offer);
    gboolean left = xtls_route_strip_offer (copy);

    xmlnode_free (copy);
    return left;
}

/* The bare JIDs are the contact's, both; libpurple may write them otherwise
 * than the server. */
static gboolean
is_for_session (const xmlnode *iq, const XtlsRouteOut *facts)
{
    const char *to = xmlnode_get_attrib (iq, "to");
    const char *resource = to ? xtls_jid_resource (to) : NULL;

    return facts->open && facts->peer && resource &&
           g_strcmp0 (resource, xtls_jid_resource (facts->peer)) == 0;
}

static XtlsWay
route_question (const xmlnode *iq, const XtlsRouteOut *facts)
{
    const char *to = xmlnode_get_attrib (iq, "to");
    gboolean inside = is_for_session (iq, facts);

    switch (load_of (iq)) {
    case LOAD_VOICE:
        return XTLS_WAY_REFUSE_VOICE;
    case LOAD_JINGLE:
        return XTLS_WAY_REFUSE;
    case LOAD_AROUND:
        return XTLS_WAY_REFUSE_FILE;
    case LOAD_OFFER:
        return inside && can_be_stripped (iq) ? XTLS_WAY_INSIDE
                                              : XTLS_WAY_REFUSE_FILE;
    case LOAD_BLOCK:
    case LOAD_BITS:
        return inside ? XTLS_WAY_INSIDE : XTLS_WAY_REFUSE;
    case LOAD_NONE:
        break;
    }
    if (is_discovery (iq) || !to || !xtls_jid_resource (to))
        return XTLS_WAY_OUTSIDE;
    return inside ? XTLS_WAY_INSIDE : XTLS_WAY_REFUSE;
}

static XtlsWay
route_message (const xmlnode *message, const XtlsRouteOut *facts)
{
    if (facts->open)
        return XTLS_WAY_INSIDE;
    char *body = xtls_message_get_body (message);
    g_free (body);
    return body ? XTLS_WAY_HOLD : XTLS_WAY_DROP;
}

XtlsWay
xtls_route_outgoing (const xmlnode *stanza, const XtlsRouteOut *facts)
{
    if (facts->own)
        return XTLS_WAY_OUTSIDE;
    if (facts->own_dead)
        return XTLS_WAY_SWALLOW;
    /* By name alone: with a namespace of its own it leaves, too, whatever the
     * server makes of it. */
    if (g_str_equal (stanza->name, "message"))
        return route_message (stanza, facts);
    if (g_str_equal (stanza->name, "presence"))
        return XTLS_WAY_OUTSIDE;
    if (!g_str_equal (stanza->name, "iq"))
        return XTLS_WAY_DROP;
    if (!is_answer (stanza))
        return route_question (stanza, facts);
    if (facts->answers_outside)
        return XTLS_WAY_OUTSIDE;
    return is_for_session (stanza, facts) ? XTLS_WAY_INSIDE : XTLS_WAY_DROP;
}

XtlsIncoming
xtls_route_incoming (const xmlnode *stanza, gboolean answers_inside)
{
    if (is_stanza (stanza, "message")) {
        char *body = xtls_message_get_body (stanza);
        g_free (body);
        return body ? XTLS_IN_MARK : XTLS_IN_IGNORE;
    }
    if (!is_stanza (stanza, "iq"))
        return XTLS_IN_PASS;
    if (is_answer (stanza))
        return answers_inside ? XTLS_IN_IGNORE : XTLS_IN_PASS;
    switch (load_of (stanza)) {
    case LOAD_OFFER:
    case LOAD_AROUND:
        return XTLS_IN_REFUSE_FILE;
    case LOAD_VOICE:
        return XTLS_IN_REFUSE_VOICE;
    case LOAD_BLOCK:
    case LOAD_BITS:
    case LOAD_JINGLE:
        return XTLS_IN_REFUSE;
    case LOAD_NONE:
        break;
    }
    return XTLS_IN_PASS;
}

/* libpurple decodes what is not there: a CRITICAL. */
static gboolean
is_empty_block (const xmlnode *iq)
{
    const xmlnode *child = xtls_node_first_child (iq);

    if (!xtls_node_is (child, "data", XTLS_NS_IBB))
        return FALSE;
    char *data = xmlnode_get_data (child);
    g_free (data);
    return data == NULL;
}

XtlsIncoming
xtls_route_inside (const xmlnode *stanza, gboolean answers_inside)
{
    if (!is_stanza (stanza, "iq"))
        return XTLS_IN_PASS;
    if (is_answer (stanza))
        return answers_inside ? XTLS_IN_PASS : XTLS_IN_IGNORE;
    switch (load_of (stanza)) {
    case LOAD_OFFER:
        return can_be_stripped (stanza) ? XTLS_IN_PASS : XTLS_IN_REFUSE_FILE;
    case LOAD_AROUND:
        return XTLS_IN_REFUSE_FILE;
    case LOAD_VOICE:
        return XTLS_IN_REFUSE_VOICE;
    case LOAD_JINGLE:
        return XTLS_IN_REFUSE;
    case LOAD_BLOCK:
        return is_empty_block (stanza) ? XTLS_IN_REFUSE : XTLS_IN_PASS;
    case LOAD_BITS:
    case LOAD_NONE:
        break;
    }
    return XTLS_IN_PASS;
}

gboolean
xtls_route_is_transport (const xmlnode *stanza)
{
    if (!is_stanza (stanza, "iq") || is_answer (stanza))
        return FALSE;
    Load load = load_of (stanza);
    return load == LOAD_BLOCK || load == LOAD_JINGLE;
}

static gboolean
is_in_band (const xmlnode *value)
{
    char *method = xmlnode_get_data (value);
    gboolean in_band = g_strcmp0 (method, XTLS_NS_IBB) == 0;

    g_free (method);
    return in_band;
}

/* Takes wrong values out of a field or an option; an option without a value
 * goes, too. Returns how many good values are left. */
static guint
strip_values (xmlnode *field)
{
    guint left = 0;
    xmlnode *next;

    for (xmlnode *node = field->child; node; node = next) {
        guint here = 0;

        next = node->next;
        if (node->type != XMLNODE_TYPE_TAG)
            continue;
        if (g_str_equal (node->name, "option"))
            here = strip_values (node);
        else if (g_str_equal (node->name, "value"))
            here = is_in_band (node);
        if (here == 0)
            xmlnode_free (node);
        left += here;
    }
    return left;
}

/* Wherever the fields are: libpurple does not look at every level either. */
static guint
strip_fields (xmlnode *node)
{
    guint left = 0;

    for (xmlnode *child = node->child; child; child = child->next) {
        if (child->type != XMLNODE_TYPE_TAG)
            continue;
        if (g_str_equal (child->name, "field") &&
            g_strcmp0 (xmlnode_get_attrib (child, "var"), "stream-method") == 0)
            left += strip_values (child);
        else
            left += strip_fields (child);
    }
    return left;
}

gboolean
xtls_route_strip_offer (xmlnode *stanza)
{
    guint offers = 0, left = 0;

    for (xmlnode *child = stanza->child; child; child = child->next) {
        if (child->type != XMLNODE_TYPE_TAG ||
            !g_str_equal (namespace_of (child), XTLS_NS_SI))
            continue;
        offers++;
        left += strip_fields (child);
    }
    return offers == 0 || left > 0;
}
