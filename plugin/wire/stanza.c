/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building blocks of XMPP stanzas that travel outside. */
#include "stanza.h"

#include "ns.h"

#include <gnutls/crypto.h>
#include <string.h>

/* 160 bits: a multiple of what one character of the alphabet holds. */
#define RANDOM_BYTES 20

/* RFC 6120 leaves a choice of types for most conditions: these are the ones in
 * the examples of XEP-0047 and XEP-0166. */
static const struct {
    const char *name;
    const char *type;
} conditions[] = {
    [XTLS_STANZA_ERROR_BAD_REQUEST] = {"bad-request", "cancel"},
    [XTLS_STANZA_ERROR_CONFLICT] = {"conflict", "cancel"},
    [XTLS_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED] = {"feature-not-implemented",
                                                   "modify"},
    [XTLS_STANZA_ERROR_ITEM_NOT_FOUND] = {"item-not-found", "cancel"},
    [XTLS_STANZA_ERROR_NOT_ACCEPTABLE] = {"not-acceptable", "cancel"},
    [XTLS_STANZA_ERROR_RESOURCE_CONSTRAINT] = {"resource-constraint", "wait"},
    [XTLS_STANZA_ERROR_SERVICE_UNAVAILABLE] = {"service-unavailable", "cancel"},
    [XTLS_STANZA_ERROR_UNEXPECTED_REQUEST] = {"unexpected-request", "cancel"},
};

char *
xtls_random_id (void)
{
    /* 32 characters, five bits each. */
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    guint8 bytes[RANDOM_BYTES];
    GString *id = g_string_sized_new (1 + RANDOM_BYTES * 8 / 5);
    guint bits = 0, held = 0;

    /* Ids that can be guessed let a stranger answer in the peer's place: there
     * is no going on without random numbers. */
    if (gnutls_rnd (GNUTLS_RND_KEY, bytes, sizeof bytes) != 0)
        g_error ("GnuTLS has no random numbers");

    /* A digit in front would not be an xs:ID. */
    g_string_append_c (id, 'x');
    for (gsize i = 0; i < sizeof bytes; i++) {
        held = held << 8 | bytes[i];
        for (bits += 8; bits >= 5; bits -= 5)
            g_string_append_c (id, alphabet[held >> (bits - 5) & 31]);
    }
    return g_string_free (id, FALSE);
}

static xmlnode *
iq_new (const char *type, const char *to, const char *id)
{
    xmlnode *iq = xmlnode_new ("iq");

    xmlnode_set_namespace (iq, XTLS_NS_CLIENT);
    xmlnode_set_attrib (iq, "type", type);
    if (to)
        xmlnode_set_attrib (iq, "to", to);
    if (id)
        xmlnode_set_attrib (iq, "id", id);
    return iq;
}

static xmlnode *
add_child (xmlnode *parent, const char *name, const char *xmlns)
{
    xmlnode *child = xmlnode_new_child (parent, name);

    xmlnode_set_namespace (child, xmlns);
    return child;
}

xmlnode *
xtls_iq_new (const char *type, const char *to, const char *id)
{
    char *random = id ? NULL : xtls_random_id ();
    xmlnode *iq = iq_new (type, to, id ? id : random);

    g_free (random);
    return iq;
}

xmlnode *
xtls_iq_result (const xmlnode *iq)
{
    return iq_new (
        "result", xtls_node_attrib (iq, "from"), xtls_node_attrib (iq, "id"));
}

xmlnode *
xtls_iq_error (const xmlnode *iq, XtlsStanzaError error)
{
    xmlnode *reply = iq_new (
        "error", xtls_node_attrib (iq, "from"), xtls_node_attrib (iq, "id"));
    xmlnode *node = add_child (reply, "error", XTLS_NS_CLIENT);

    xmlnode_set_attrib (node, "type", conditions[error].type);
    add_child (node, conditions[error].name, XTLS_NS_STANZA_ERRORS);
    return reply;
}

void
xtls_iq_error_add (xmlnode *iq_error, const char *name, const char *xmlns)
{
    add_child (xmlnode_get_child (iq_error, "error"), name, xmlns);
}

const char *
xtls_iq_error_condition (const xmlnode *iq, gboolean *wait)
{
    const xmlnode *error = iq->child, *node;

    if (wait)
        *wait = FALSE;
    while (error && !xtls_node_is (error, "error", XTLS_NS_CLIENT))
        error = error->next;
    if (!error)
        return NULL;
    if (wait)
        *wait = g_strcmp0 (xtls_node_attrib (error, "type"), "wait") == 0;
    for (node = error->child; node; node = node->next)
        if (xtls_node_is (node, node->name, XTLS_NS_STANZA_ERRORS) &&
            strcmp (node->name, "text") != 0)
            return node->name;
    return NULL;
}

gboolean
xtls_iq_is_answer (const xmlnode *stanza)
{
    const char *type = xtls_node_attrib (stanza, "type");

    return strcmp (stanza->name, "iq") == 0 &&
           (g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0);
}

gboolean
xtls_node_is (const xmlnode *node, const char *name, const char *xmlns)
{
    return node && node->type == XMLNODE_TYPE_TAG &&
           g_strcmp0 (node->name, name) == 0 &&
           g_strcmp0 (node->xmlns, xmlns) == 0;
}

xmlnode *
xtls_node_first_child (const xmlnode *node)
{
    xmlnode *child = node->child;

    while (child && child->type != XMLNODE_TYPE_TAG)
        child = child->next;
    return child;
}

/* What the allocator adds to every piece, and the smallest that it has. */
#define PIECE 16
#define PIECE_MIN 32
/* A table of prefixes, which few elements have. */
#define MAP 640
/* libpurple also keeps every node in two tables, for D-Bus. */
#define REGISTERED 80

static gsize
data_size (gsize len)
{
    return MAX (len + 1 + PIECE, PIECE_MIN);
}

static gsize
string_size (const char *text)
{
    return text ? data_size (strlen (text)) : 0;
}

gsize
xtls_node_size (const xmlnode *node)
{
    gsize size = sizeof *node + PIECE + REGISTERED + string_size (node->name) +
                 string_size (node->xmlns) + string_size (node->prefix);

    if (node->data)
        size += data_size (node->data_sz);
    if (node->namespace_map)
        size += MAP;
    for (const xmlnode *child = node->child; child; child = child->next)
        size += xtls_node_size (child);
    return size;
}

const char *
xtls_node_attrib (const xmlnode *node, const char *name)
{
    for (const xmlnode *child = node->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_ATTRIB && !child->xmlns &&
            !child->prefix && g_strcmp0 (child->name, name) == 0)
            return child->data;
    return NULL;
}

static gboolean
is_shadow (const xmlnode *node)
{
    static const char *const names[] = {"from", "to", "id", "type", NULL};

    return node->type == XMLNODE_TYPE_ATTRIB && (node->xmlns || node->prefix) &&
           g_strv_contains (names, node->name);
}

void
xtls_stanza_drop_shadows (xmlnode *stanza)
{
    xmlnode *next;

    for (xmlnode *child = stanza->child; child; child = next) {
        next = child->next;
        if (is_shadow (child))
            xmlnode_free (child);
    }
}

gboolean
xtls_parse_decimal (const char *text, guint max, guint *value)
{
    guint64 sum = 0;

    if (!text || !*text || (text[0] == '0' && text[1]))
        return FALSE;
    for (; *text; text++) {
        if (!g_ascii_isdigit (*text))
            return FALSE;
        sum = sum * 10 + (guint)g_ascii_digit_value (*text);
        if (sum > max)
            return FALSE;
    }
    *value = (guint)sum;
    return TRUE;
}
