/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading stanzas: the fields, and rules for all stanzas. The last tests make
 * random stanzas of all kinds, with all spellings of addresses and namespaces;
 * `--seed` with the printed seed repeats them.
 */
#include "element.h"
#include "envelope.h"
#include "jid.h"
#include "nodes.h"
#include "route.h"

#include <string.h>

#define OWN "romeo@montague.lit"
#define JULIET "juliet@capulet.lit"
#define SECRET "meet me"
#define TOO_LONG 300 /* longer than what clients exchange */
#define ROUNDS 20000

static XtlsEnvelope
read_xml (xmlnode **node, const char *xml)
{
    XtlsEnvelope envelope;

    *node = nodes_parse (xml);
    xtls_envelope_read (&envelope, *node, OWN);
    return envelope;
}

static void
drop (XtlsEnvelope *envelope, xmlnode *node)
{
    xtls_envelope_clear (envelope);
    xmlnode_free (node);
}

/* The second carrier of our own bytestream has nothing to do with files. */
static void
test_data (void)
{
    xmlnode *node;
    XtlsEnvelope envelope = read_xml (
        &node,
        "<iq xmlns='jabber:client' type='set' id='i' to='juliet@capulet.lit/b' "
        "from='romeo@montague.lit/orchard'><data xmlns='urn:xmpp:xtls:0' "
        "sid='s' seq='0'>AAAA</data></iq>");

    g_assert_cmpint (envelope.payload, ==, XTLS_PAYLOAD_BLOCK);
    g_assert_cmpint (envelope.block, ==, XTLS_BLOCK_NONE);
    g_assert_cmpstr (envelope.sid, ==, "s");
    g_assert_true (xtls_envelope_is_transport (&envelope));
    drop (&envelope, node);
}

static void
test_fields (void)
{
    xmlnode *node;
    XtlsEnvelope envelope = read_xml (
        &node,
        "<iq xmlns='jabber:client' type='set' id='i' to='Juliet@capulet.lit./"
        "Balcony' from='romeo@montague.lit/orchard'><open "
        "xmlns='http://jabber.org/protocol/ibb' sid='s'/></iq>");

    g_assert_cmpint (envelope.kind, ==, XTLS_ENVELOPE_REQUEST);
    g_assert_cmpint (envelope.payload, ==, XTLS_PAYLOAD_BLOCK);
    g_assert_cmpint (envelope.block, ==, XTLS_BLOCK_OPEN);
    g_assert_cmpstr (envelope.id, ==, "i");
    g_assert_cmpstr (envelope.sid, ==, "s");
    g_assert_cmpstr (envelope.to.raw, ==, "Juliet@capulet.lit./Balcony");
    g_assert_cmpstr (envelope.to.bare, ==, JULIET);
    g_assert_cmpstr (envelope.to.full, ==, JULIET "/Balcony");
    g_assert_cmpstr (envelope.to.resource, ==, "Balcony");
    g_assert_cmpstr (envelope.from.bare, ==, OWN);
    g_assert_false (envelope.is_get);
    g_assert_false (envelope.is_malformed);
    g_assert_true (xtls_envelope_is_transport (&envelope));
    drop (&envelope, node);
}

static void
test_file (void)
{
    xmlnode *node;
    XtlsEnvelope envelope = read_xml (
        &node,
        "<iq xmlns='jabber:client' type='set' xmlns:x='f'>"
        "<si xmlns='http://jabber.org/protocol/si' x:id='no' id='s'><file "
        "xmlns='http://jabber.org/protocol/si/profile/file-transfer' "
        "x:size='1' size='7'/></si></iq>");

    g_assert_cmpint (envelope.payload, ==, XTLS_PAYLOAD_OFFER);
    g_assert_cmpstr (envelope.sid, ==, "s");
    g_assert_cmpstr (envelope.size, ==, "7");
    drop (&envelope, node);
}

static void
test_shadows (void)
{
    xmlnode *node;
    XtlsEnvelope envelope = read_xml (
        &node,
        "<message xmlns='jabber:client' xmlns:x='f' x:to='nobody@a.lit' "
        "x:type='groupchat' x:id='no' to='" JULIET "' id='i' type='chat'>"
        "<body>hi</body></message>");

    g_assert_cmpstr (envelope.to.bare, ==, JULIET);
    g_assert_cmpstr (envelope.id, ==, "i");
    g_assert_false (envelope.is_groupchat);
    drop (&envelope, node);
}

/* A namespace without a prefix is not written, so that the server reads
 * `to`. */
static void
test_attribute_without_prefix (void)
{
    xmlnode *node = xmlnode_new ("message");
    XtlsEnvelope envelope;

    xmlnode_set_attrib_with_namespace (node, "to", "f", JULIET);
    xtls_envelope_read (&envelope, node, OWN);
    g_assert_cmpstr (envelope.to.bare, ==, JULIET);
    drop (&envelope, node);
}

static void
test_twice (void)
{
    xmlnode *node = xmlnode_new ("message");
    XtlsEnvelope envelope;

    xmlnode_set_attrib (node, "to", "nobody@a.lit");
    xmlnode_set_attrib_with_namespace (node, "to", "f", JULIET);
    xtls_envelope_read (&envelope, node, OWN);
    g_assert_true (envelope.is_malformed);
    drop (&envelope, node);
}

static void
test_without_addressee (void)
{
    xmlnode *node;
    XtlsEnvelope envelope =
        read_xml (&node, "<message xmlns='jabber:client'/>");

    g_assert_cmpstr (envelope.to.bare, ==, OWN);
    drop (&envelope, node);
    envelope = read_xml (&node, "<iq xmlns='jabber:client' type='get'/>");
    g_assert_null (envelope.to.bare);
    g_assert_false (envelope.is_malformed);
    drop (&envelope, node);
    envelope = read_xml (&node, "<message xmlns='jabber:client' to='a@b@c'/>");
    g_assert_null (envelope.to.bare);
    g_assert_true (envelope.is_malformed);
    drop (&envelope, node);
}

static void
test_prefixed_stanza (void)
{
    xmlnode *node = xmlnode_new ("c:message");
    XtlsEnvelope envelope;

    xmlnode_insert_data (xmlnode_new_child (node, "c:body"), "hi", -1);
    xtls_envelope_read (&envelope, node, OWN);
    g_assert_cmpint (envelope.kind, ==, XTLS_ENVELOPE_MESSAGE);
    g_assert_cmpint (envelope.payload, ==, XTLS_PAYLOAD_TEXT);
    drop (&envelope, node);
}

/* Text that a third party is to pass on. */
static void
test_through (void)
{
    static const struct {
        const char *xml;
        const char *who;
    } cases[] = {
        {"<message><x xmlns='http://jabber.org/protocol/muc#user'><invite "
         "to='Juliet@capulet.lit./a'><reason>hi</reason></invite></x>"
         "</message>",
         JULIET},
        {"<message><x xmlns='http://jabber.org/protocol/muc#user'><decline "
         "to='" JULIET "'><reason>hi</reason></decline></x></message>",
         JULIET},
        {"<message><x xmlns='http://jabber.org/protocol/muc#user'><invite "
         "to='" JULIET "'/></x></message>",
         NULL},
        {"<iq><query xmlns='http://jabber.org/protocol/muc#admin'><item "
         "jid='" JULIET "' affiliation='none'><reason>hi</reason></item>"
         "</query></iq>",
         JULIET},
        {"<iq><query xmlns='http://jabber.org/protocol/muc#admin'><item "
         "jid='" JULIET "' affiliation='none'/></query></iq>",
         NULL},
        {"<message><addresses xmlns='http://jabber.org/protocol/address'>"
         "<address type='to' jid='" JULIET "'/></addresses><body>hi</body>"
         "</message>",
         JULIET},
        {"<iq><query xmlns='jabber:iq:roster'><item jid='" JULIET "'><group>"
         "hi</group></item></query></iq>",
         NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        xmlnode *node;
        XtlsEnvelope envelope = read_xml (&node, cases[i].xml);

        g_assert_cmpint (envelope.through != NULL, ==, cases[i].who != NULL);
        if (cases[i].who)
            g_assert_cmpstr (
                g_ptr_array_index (envelope.through, 0), ==, cases[i].who);
        xtls_envelope_clear (&envelope);
        /* The same as if it had been received. */
        xtls_envelope_read (&envelope, node, NULL);
        g_assert_null (envelope.through);
        drop (&envelope, node);
    }
}

static void
assert_sender (const char *type, const char *from, const char *unified)
{
    xmlnode *node = nodes_printf (
        "<iq xmlns='jabber:client' type='%s' from='%s'/>", type, from);

    xtls_envelope_unify_sender (node);
    g_assert_cmpstr (xmlnode_get_attrib (node, "from"), ==, unified);
    xmlnode_free (node);
}

static void
test_unify_sender (void)
{
    assert_sender ("set", JULIET "./balcony", JULIET "/balcony");
    assert_sender ("set", JULIET "/Balcony.", JULIET "/Balcony.");
    assert_sender ("set", "a@b@c/d", "a@b@c/d");
    assert_sender ("result", JULIET "./balcony", JULIET "./balcony");
}

/* --- what holds for every stanza --- */

#define ONE_OF(list) ((list)[g_test_rand_int_range (0, G_N_ELEMENTS (list))])

static gboolean
chance (int in)
{
    return g_test_rand_int_range (0, in) == 0;
}

/* A server delivers all of these to one account. */
static char *
write_address (const char *bare)
{
    GString *out = g_string_new (NULL);

    for (const char *c = bare; *c; c++) {
        if (chance (12))
            g_string_append (out, chance (2) ? "\xc2\xad" : "\xe2\x80\x8b");
        if (g_ascii_islower (*c) && chance (4))
            g_string_append_c (out, g_ascii_toupper (*c));
        else if (g_ascii_islower (*c) && chance (8))
            g_string_append_unichar (out, 0xff41 + (gunichar)(*c - 'a'));
        else
            g_string_append_c (out, *c);
    }
    if (chance (4))
        g_string_append (out, chance (2) ? "." : "\xe3\x80\x82");
    if (chance (3))
        g_string_append (out, "/balcony");
    else if (chance (6))
        g_string_append (out, "/");
    return g_string_free (out, FALSE);
}

static void
test_any_address (void)
{
    for (int i = 0; i < ROUNDS; i++) {
        g_autofree char *address = write_address (JULIET);
        g_autofree char *bare = xtls_jid_canonical_bare (address);
        g_autofree char *full = xtls_jid_canonical (address);
        g_autofree char *again = xtls_jid_canonical (full);

        g_assert_cmpstr (bare, ==, JULIET);
        g_assert_cmpstr (full, ==, again);
    }
}

static const char *const names[] = {
    "message", "presence", "iq", "iq", "x:message", "words"};
static const char *const types[] = {NULL,
                                    "chat",
                                    "normal",
                                    "headline",
                                    "groupchat",
                                    "error",
                                    "get",
                                    "set",
                                    "result",
                                    "subscribe",
                                    "unavailable",
                                    "made-up"};
static const char *const elements[] = {
    "body",  "subject", "html",      "status", "show",   "query", "pubsub",
    "items", "item",    "vCard",     "ping",   "x",      "field", "value",
    "si",    "file",    "composing", "event",  "reason", "words"};
static const char *const namespaces[] = {
    NULL,
    "jabber:client",
    "f",
    "http://jabber.org/protocol/disco#info",
    "http://jabber.org/protocol/disco#items",
    "jabber:iq:version",
    "urn:xmpp:ping",
    "urn:xmpp:time",
    "jabber:iq:last",
    "vcard-temp",
    "http://jabber.org/protocol/pubsub",
    "http://jabber.org/protocol/pubsub#event",
    "http://jabber.org/protocol/caps",
    "http://jabber.org/protocol/chatstates",
    "http://jabber.org/protocol/xhtml-im",
    "http://jabber.org/protocol/si",
    "http://jabber.org/protocol/ibb",
    "http://jabber.org/protocol/bytestreams",
    "jabber:x:conference",
    "jabber:x:data",
    "urn:xmpp:receipts",
    "urn:xmpp:attention:0",
    "urn:xmpp:bob",
    "urn:xmpp:jingle:1",
    "vcard-temp:x:update"};
static const char *const attributes[] = {
    "name", "node", "reason", "jid", "var", "desc", "hash", "ver", "xml:lang"};
/* Those that say where a stanza goes; nothing of the kind in an element of
 * it. */
static const char *const addressing[] = {"to", "from", "id", "type"};

static void
add_attribute (xmlnode *node, const char *value)
{
    if (chance (8))
        xmlnode_set_attrib_with_prefix (node, "lang", "xml", value);
    else if (node->parent && chance (8))
        xmlnode_set_attrib_with_prefix (node, ONE_OF (addressing), "x", value);
    else if (node->parent && chance (3))
        xmlnode_set_attrib (node, ONE_OF (addressing), value);
    else
        xmlnode_set_attrib (node, ONE_OF (attributes), value);
}

/* As the parser leaves it: the namespaces that an element declares. */
static void
declare (xmlnode *node, const char *prefix, const char *xmlns)
{
    if (!node->namespace_map)
        node->namespace_map =
            g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert (
        node->namespace_map, g_strdup (prefix), g_strdup (xmlns));
}

/* Where nobody would look for it. */
static void
add_to_namespaces (xmlnode *node)
{
    if (node->parent && chance (2)) {
        xmlnode_set_namespace (node, SECRET);
        return;
    }
    if (node->xmlns)
        declare (node, "", node->xmlns);
    declare (node, "y", SECRET);
}

static void
add_text (xmlnode *node, gboolean *has)
{
    if (chance (3)) {
        xmlnode_insert_data (node, chance (2) ? SECRET : "tomb", -1);
        *has = TRUE;
    }
    if (chance (3)) {
        gboolean words = chance (2);
        g_autofree char *value = g_strdup (words ? SECRET : "urn:x");

        if (words && chance (4)) {
            g_free (value);
            value = g_strnfill (TOO_LONG, 'z');
        }
        add_attribute (node, value);
        *has |= words;
    }
    if (chance (16)) {
        add_to_namespaces (node);
        *has = TRUE;
    }
}

static void
add_children (xmlnode *parent, int depth, gboolean *has)
{
    int n = g_test_rand_int_range (0, depth == 3 ? 3 : 2);

    for (int i = 0; i < n; i++) {
        xmlnode *child = xmlnode_new_child (parent, ONE_OF (elements));
        const char *xmlns = ONE_OF (namespaces);

        if (xmlns && chance (8))
            xmlnode_set_attrib (child, "xmlns", xmlns);
        else if (xmlns)
            xmlnode_set_namespace (child, xmlns);
        add_text (child, has);
        if (depth > 0)
            add_children (child, depth - 1, has);
    }
}

static xmlnode *
make_stanza (gboolean *has)
{
    xmlnode *node = xmlnode_new (ONE_OF (names));
    g_autofree char *to = write_address (JULIET);
    const char *type = ONE_OF (types);

    if (chance (3))
        xmlnode_set_namespace (node, ONE_OF (namespaces));
    if (chance (4))
        xmlnode_set_attrib_with_prefix (node, "to", "x", "nobody@a.lit");
    if (chance (4))
        xmlnode_set_attrib_with_prefix (node, "type", "x", ONE_OF (types + 1));
    xmlnode_set_attrib (node, "to", to);
    xmlnode_set_attrib (node, "id", "i");
    if (type)
        xmlnode_set_attrib (node, "type", type);
    if (chance (6))
        add_text (node, has);
    add_children (node, 3, has);
    return node;
}

static void
show (const xmlnode *node)
{
    g_autofree char *text = xmlnode_to_str (node, NULL);

    g_test_message ("%s", text);
}

/* Text for the contact never passes, whether a session is open or not. A stanza
 * that contains only presence passes. */
static void
test_no_text_passes (void)
{
    static const XtlsRouteFacts facts[] = {
        {.peer = NULL}, {.peer = JULIET "/balcony"}, {.peer = JULIET "/tomb"}};
    guint passed = 0, withheld = 0;

    for (int i = 0; i < ROUNDS; i++) {
        gboolean has_text = FALSE;
        xmlnode *node = make_stanza (&has_text);
        XtlsEnvelope envelope;

        xtls_envelope_read (&envelope, node, OWN);
        g_assert_cmpstr (envelope.to.bare, ==, JULIET);
        for (gsize f = 0; f < G_N_ELEMENTS (facts); f++) {
            XtlsWay way = xtls_route_outgoing (&envelope, &facts[f]);

            if (way == XTLS_WAY_OUTSIDE && has_text)
                show (node);
            g_assert_false (way == XTLS_WAY_OUTSIDE && has_text);
            passed += way == XTLS_WAY_OUTSIDE;
            withheld += way != XTLS_WAY_OUTSIDE;
        }
        drop (&envelope, node);
    }
    /* The random stanzas cover enough cases. */
    g_assert_cmpuint (passed, >, ROUNDS / 200);
    g_assert_cmpuint (withheld, >, ROUNDS);
}

/* While private, text in clear is shown with a mark or not at all. */
static void
test_no_text_comes_unmarked (void)
{
    for (int i = 0; i < ROUNDS; i++) {
        gboolean has_text = FALSE;
        xmlnode *node = make_stanza (&has_text);
        XtlsEnvelope envelope;
        XtlsIncoming way;

        xtls_envelope_read (&envelope, node, OWN);
        way = xtls_route_incoming (&envelope, FALSE);
        if (envelope.kind == XTLS_ENVELOPE_MESSAGE &&
            envelope.payload == XTLS_PAYLOAD_TEXT)
            g_assert_cmpint (way, ==, XTLS_IN_MARK);
        if (envelope.kind == XTLS_ENVELOPE_REQUEST)
            g_assert_false (way == XTLS_IN_PASS && has_text);
        if (way == XTLS_IN_PASS)
            g_assert_true (envelope.kind == XTLS_ENVELOPE_PRESENCE ||
                           envelope.kind == XTLS_ENVELOPE_RESPONSE ||
                           envelope.payload == XTLS_PAYLOAD_EVENT ||
                           envelope.payload == XTLS_PAYLOAD_DISCOVERY);
        drop (&envelope, node);
    }
}

/* A stanza that passes would also pass in the form in which the server reads
 * it. */
static void
test_as_the_server_reads_it (void)
{
    static const XtlsRouteFacts open = {.peer = JULIET "/balcony"};
    guint same = 0;

    for (int i = 0; i < ROUNDS; i++) {
        gboolean has_text = FALSE;
        xmlnode *node = make_stanza (&has_text);
        g_autofree char *text = xmlnode_to_str (node, NULL);
        g_autofree char *whole =
            g_strconcat ("<s xmlns='jabber:client' xmlns:x='jabber:client'>",
                         text,
                         "</s>",
                         NULL);
        xmlnode *stream = xmlnode_from_str (whole, -1);
        xmlnode *parsed = stream ? xtls_element_first (stream) : NULL;
        XtlsEnvelope one, other;
        gboolean passes;

        if (parsed) {
            xtls_envelope_read (&one, node, OWN);
            xtls_envelope_read (&other, parsed, OWN);
            g_assert_cmpint (one.kind, ==, other.kind);
            g_assert_cmpstr (one.to.full, ==, other.to.full);
            g_assert_cmpstr (one.id, ==, other.id);
            passes = xtls_route_outgoing (&one, &open) == XTLS_WAY_OUTSIDE;
            if (passes &&
                xtls_route_outgoing (&other, &open) != XTLS_WAY_OUTSIDE) {
                show (node);
                g_test_fail ();
            }
            xtls_envelope_clear (&one);
            xtls_envelope_clear (&other);
            same++;
        }
        if (stream)
            xmlnode_free (stream);
        xmlnode_free (node);
    }
    g_assert_cmpuint (same, >, ROUNDS / 2);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/envelope/fields", test_fields);
    g_test_add_func ("/envelope/data", test_data);
    g_test_add_func ("/envelope/file", test_file);
    g_test_add_func ("/envelope/shadows", test_shadows);
    g_test_add_func ("/envelope/attribute-without-prefix",
                     test_attribute_without_prefix);
    g_test_add_func ("/envelope/twice", test_twice);
    g_test_add_func ("/envelope/without-addressee", test_without_addressee);
    g_test_add_func ("/envelope/prefixed-stanza", test_prefixed_stanza);
    g_test_add_func ("/envelope/through", test_through);
    g_test_add_func ("/envelope/unify-sender", test_unify_sender);
    g_test_add_func ("/envelope/any/address", test_any_address);
    g_test_add_func ("/envelope/any/no-text-passes", test_no_text_passes);
    g_test_add_func ("/envelope/any/no-text-comes-unmarked",
                     test_no_text_comes_unmarked);
    g_test_add_func ("/envelope/any/as-the-server-reads-it",
                     test_as_the_server_reads_it);
    return g_test_run ();
}
