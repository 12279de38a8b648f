/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a stanza: who sent it, to whom, and what it carries. */
#include "envelope.h"

#include "element.h"
#include "jid.h"
#include "ns.h"
#include "payload.h"

#include <string.h>

/* Like xmlnode_to_str(): on the wire an attribute has a namespace only if it
 * has a prefix. */
static const char *
attribute (const xmlnode *node, const char *name, gboolean *twice)
{
    const char *value = NULL;

    for (const xmlnode *child = node->child; child; child = child->next) {
        if (child->type != XMLNODE_TYPE_ATTRIB || child->prefix ||
            g_strcmp0 (child->name, name) != 0)
            continue;
        if (value)
            *twice = TRUE;
        else
            value = child->data ? child->data : "";
    }
    return value;
}

static void
read_address (XtlsAddress *address, const char *raw)
{
    const char *slash;

    address->raw = raw;
    address->full = xtls_jid_canonical (raw);
    address->bare = address->full ? xtls_jid_bare (address->full) : NULL;
    slash = address->full ? strchr (address->full, '/') : NULL;
    address->resource = slash ? slash + 1 : NULL;
}

static XtlsEnvelopeKind
kind_of (const xmlnode *stanza, const char *type)
{
    const char *name = xtls_element_local_name (stanza);

    if (g_str_equal (name, "message"))
        return XTLS_ENVELOPE_MESSAGE;
    if (g_str_equal (name, "presence"))
        return XTLS_ENVELOPE_PRESENCE;
    if (!g_str_equal (name, "iq"))
        return XTLS_ENVELOPE_OTHER;
    return g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0
               ? XTLS_ENVELOPE_RESPONSE
               : XTLS_ENVELOPE_REQUEST;
}

static void
read_payload (XtlsEnvelope *envelope)
{
    const xmlnode *stanza = envelope->stanza;

    switch (envelope->kind) {
    case XTLS_ENVELOPE_MESSAGE:
        envelope->payload = xtls_payload_of_message (stanza);
        break;
    case XTLS_ENVELOPE_PRESENCE:
        envelope->payload = xtls_payload_of_presence (stanza);
        break;
    case XTLS_ENVELOPE_REQUEST:
        envelope->payload = xtls_payload_of_request (stanza, envelope->is_get);
        break;
    case XTLS_ENVELOPE_RESPONSE:
        envelope->payload = xtls_payload_of_response (stanza);
        break;
    case XTLS_ENVELOPE_OTHER:
        envelope->payload = XTLS_PAYLOAD_OTHER;
        break;
    }
}

static XtlsBlock
block_of (const xmlnode *child)
{
    const char *name = xtls_element_local_name (child);

    if (g_strcmp0 (xtls_element_namespace (child), XTLS_NS_IBB) != 0)
        return XTLS_BLOCK_NONE;
    if (g_str_equal (name, "open"))
        return XTLS_BLOCK_OPEN;
    if (g_str_equal (name, "data"))
        return XTLS_BLOCK_DATA;
    return g_str_equal (name, "close") ? XTLS_BLOCK_CLOSE : XTLS_BLOCK_NONE;
}

static void
read_file (XtlsEnvelope *envelope, gboolean *twice)
{
    const xmlnode *file =
        xtls_element_find (envelope->child, "file", XTLS_NS_FILE);

    envelope->sid = attribute (envelope->child, "id", twice);
    envelope->size = file ? attribute (file, "size", twice) : NULL;
}

static void
read_child (XtlsEnvelope *envelope, gboolean *twice)
{
    const xmlnode *child = envelope->child;
    const char *xmlns;

    if (!child || envelope->kind == XTLS_ENVELOPE_OTHER)
        return;
    xmlns = xtls_element_namespace (child);
    envelope->block = block_of (child);
    if (g_str_equal (xmlns, XTLS_NS_SI))
        read_file (envelope, twice);
    else
        envelope->sid = attribute (child, "sid", twice);
    envelope->is_initiate =
        g_strcmp0 (attribute (child, "action", twice), "session-initiate") == 0;
}

static void
read_invitation (XtlsEnvelope *envelope, gboolean *twice)
{
    const xmlnode *x =
        xtls_element_find (envelope->stanza, "x", XTLS_NS_CONFERENCE);
    g_autofree char *room = NULL;

    if (envelope->payload != XTLS_PAYLOAD_INVITATION || !x)
        return;
    envelope->room = attribute (x, "jid", twice);
    room = xtls_jid_canonical (envelope->room);
    if (!room)
        envelope->room = NULL;
    envelope->reason = attribute (x, "reason", twice);
}

void
xtls_envelope_read (XtlsEnvelope *envelope, xmlnode *stanza, const char *own)
{
    gboolean twice = FALSE;
    const char *type = attribute (stanza, "type", &twice);
    const char *to = attribute (stanza, "to", &twice);

    memset (envelope, 0, sizeof *envelope);
    envelope->stanza = stanza;
    envelope->kind = kind_of (stanza, type);
    if (!to && envelope->kind == XTLS_ENVELOPE_MESSAGE)
        to = own;
    read_address (&envelope->to, to);
    read_address (&envelope->from, attribute (stanza, "from", &twice));
    envelope->id = attribute (stanza, "id", &twice);
    envelope->is_get = g_strcmp0 (type, "get") == 0;
    envelope->is_error = g_strcmp0 (type, "error") == 0;
    envelope->is_result = g_strcmp0 (type, "result") == 0;
    envelope->is_groupchat = g_strcmp0 (type, "groupchat") == 0;
    envelope->is_gone = g_strcmp0 (type, "unavailable") == 0;
    envelope->is_available = type == NULL;
    envelope->child = xtls_element_first (stanza);
    read_payload (envelope);
    read_child (envelope, &twice);
    read_invitation (envelope, &twice);
    if (own)
        envelope->through = xtls_payload_list_through (stanza);
    envelope->is_malformed = twice || (to && !envelope->to.bare);
}

void
xtls_envelope_clear (XtlsEnvelope *envelope)
{
    g_clear_pointer (&envelope->from.bare, g_free);
    g_clear_pointer (&envelope->from.full, g_free);
    g_clear_pointer (&envelope->to.bare, g_free);
    g_clear_pointer (&envelope->to.full, g_free);
    g_clear_pointer (&envelope->through, g_ptr_array_unref);
}

void
xtls_envelope_unify_sender (xmlnode *stanza)
{
    gboolean twice = FALSE;
    const char *type = attribute (stanza, "type", &twice);
    const char *from = attribute (stanza, "from", &twice);
    g_autofree char *canonical = xtls_jid_canonical_bare (from);
    g_autofree char *unified = NULL;

    if (!canonical || xtls_jid_same_bare (from, canonical) ||
        kind_of (stanza, type) > XTLS_ENVELOPE_REQUEST)
        return;
    unified = g_strconcat (canonical, from + strcspn (from, "/"), NULL);
    xmlnode_set_attrib (stanza, "from", unified);
}

gboolean
xtls_envelope_is_ambiguous (const xmlnode *stanza)
{
    static const char *const addressing[] = {"to", "from", "type", "id", NULL};

    for (const xmlnode *child = stanza->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_ATTRIB && child->prefix &&
            g_strv_contains (addressing, child->name))
            return TRUE;
    return FALSE;
}

gboolean
xtls_envelope_is_stanza (const xmlnode *node)
{
    return kind_of (node, NULL) != XTLS_ENVELOPE_OTHER;
}

gboolean
xtls_envelope_is_transport (const XtlsEnvelope *envelope)
{
    return envelope->kind == XTLS_ENVELOPE_REQUEST &&
           (envelope->payload == XTLS_PAYLOAD_BLOCK ||
            envelope->payload == XTLS_PAYLOAD_JINGLE);
}
