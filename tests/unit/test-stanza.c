/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building blocks of stanzas. */
#include "iq.h"
#include "node.h"
#include "nodes.h"
#include "ns.h"
#include "stanza.h"

#include <string.h>

#define STANZAS "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"

static void
test_random_id (void)
{
    GHashTable *seen =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    char low[64] = {0}, high[64] = {0};

    for (int i = 0; i < 1000; i++) {
        char *id = xtls_stanza_random_id ();

        g_assert_cmpuint (strlen (id), ==, 33);
        g_assert_true (g_ascii_isalpha (id[0]));
        for (gsize c = 0; id[c]; c++) {
            g_assert_true (g_ascii_islower (id[c]) || g_ascii_isdigit (id[c]));
            low[c] = i ? MIN (low[c], id[c]) : id[c];
            high[c] = MAX (high[c], id[c]);
        }
        g_assert_true (g_hash_table_add (seen, id));
    }
    /* Each position uses the whole alphabet. */
    for (int c = 1; c < 33; c++) {
        g_assert_cmpint (low[c], ==, '2');
        g_assert_cmpint (high[c], ==, 'z');
    }
    g_hash_table_unref (seen);
}

static void
test_iq_new (void)
{
    xmlnode *iq = xtls_iq_new ("set", "a@b/c", NULL);

    g_assert_cmpuint (strlen (xtls_node_attrib (iq, "id")), ==, 33);
    xmlnode_free (iq);
    nodes_assert (xtls_iq_new ("get", "a@b/<'c", "i&1"),
                  "<iq xmlns='jabber:client' type='get' to='a@b/&lt;&apos;c' "
                  "id='i&amp;1'/>");
}

static void
test_result (void)
{
    xmlnode *iq = nodes_parse ("<iq xmlns='jabber:client' type='set' id='7' "
                               "from='a@b/c' to='d@e/f'><x xmlns='y'/></iq>");
    xmlnode *bare = nodes_parse ("<iq xmlns='jabber:client' type='set'/>");

    nodes_assert (
        xtls_iq_result (iq),
        "<iq xmlns='jabber:client' type='result' to='a@b/c' id='7'/>");
    nodes_assert (xtls_iq_result (bare),
                  "<iq xmlns='jabber:client' type='result'/>");
    xmlnode_free (iq);
    xmlnode_free (bare);
}

static void
test_error (void)
{
    static const struct {
        XtlsIqError error;
        const char *name, *type;
    } all[] = {
        {XTLS_IQ_ERROR_BAD_REQUEST, "bad-request", "cancel"},
        {XTLS_IQ_ERROR_CONFLICT, "conflict", "cancel"},
        {XTLS_IQ_ERROR_FEATURE_NOT_IMPLEMENTED,
         "feature-not-implemented",
         "modify"},
        {XTLS_IQ_ERROR_ITEM_NOT_FOUND, "item-not-found", "cancel"},
        {XTLS_IQ_ERROR_NOT_ACCEPTABLE, "not-acceptable", "cancel"},
        {XTLS_IQ_ERROR_RESOURCE_CONSTRAINT, "resource-constraint", "wait"},
        {XTLS_IQ_ERROR_SERVICE_UNAVAILABLE, "service-unavailable", "cancel"},
        {XTLS_IQ_ERROR_UNEXPECTED_REQUEST, "unexpected-request", "cancel"},
    };
    xmlnode *iq = nodes_parse ("<iq xmlns='jabber:client' type='set' id='7' "
                               "from='a@b/c'><secret xmlns='y'/></iq>");

    for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
        char *xml = g_strdup_printf (
            "<iq xmlns='jabber:client' type='error' to='a@b/c' id='7'>"
            "<error type='%s'><%s " STANZAS "/></error></iq>",
            all[i].type,
            all[i].name);
        xmlnode *reply = xtls_iq_error (iq, all[i].error);
        gboolean wait;

        g_assert_cmpstr (
            xtls_iq_error_condition (reply, &wait), ==, all[i].name);
        g_assert_cmpint (wait, ==, strcmp (all[i].type, "wait") == 0);
        nodes_assert (reply, xml);
        g_free (xml);
    }
    xmlnode_free (iq);
}

static void
test_error_add (void)
{
    xmlnode *iq =
        nodes_parse ("<iq xmlns='jabber:client' type='set' id='7' from='a'/>");
    xmlnode *reply = xtls_iq_error (iq, XTLS_IQ_ERROR_CONFLICT);

    xtls_iq_error_add (reply, "tie-break", XTLS_NS_JINGLE_ERRORS);
    nodes_assert (reply,
                  "<iq xmlns='jabber:client' type='error' to='a' id='7'>"
                  "<error type='cancel'><conflict " STANZAS "/>"
                  "<tie-break xmlns='urn:xmpp:jingle:errors:1'/></error></iq>");
    xmlnode_free (iq);
}

static void
assert_condition (const char *payload, const char *condition, gboolean wait)
{
    xmlnode *iq = nodes_printf ("<iq xmlns='jabber:client' type='error'>"
                                "%s</iq>",
                                payload);
    gboolean got;

    g_assert_cmpstr (xtls_iq_error_condition (iq, &got), ==, condition);
    g_assert_cmpint (got, ==, wait);
    g_assert_cmpstr (xtls_iq_error_condition (iq, NULL), ==, condition);
    xmlnode_free (iq);
}

static void
test_condition (void)
{
    assert_condition ("", NULL, FALSE);
    assert_condition ("<error/>", NULL, FALSE);
    assert_condition ("<error type='wait'/>", NULL, TRUE);
    assert_condition (
        "<error type='waiting'><a " STANZAS "/></error>", "a", FALSE);
    assert_condition ("<query xmlns='q'/><error type='wait'> <x xmlns='y'/>"
                      "<text " STANZAS ">no</text> "
                      "<recipient-unavailable " STANZAS "/></error>",
                      "recipient-unavailable",
                      TRUE);
    assert_condition (
        "<error xmlns='z' type='wait'><a " STANZAS "/></error>", NULL, FALSE);
    assert_condition ("<error><a/><b xmlns='y'/></error>", NULL, FALSE);
}

static void
test_node_is (void)
{
    xmlnode *node = nodes_parse ("<a xmlns='x' b='1'><c/><d xmlns='y'/></a>");

    g_assert_true (xtls_node_is (node, "a", "x"));
    g_assert_false (xtls_node_is (node, "a", "y"));
    g_assert_false (xtls_node_is (node, "b", "x"));
    g_assert_false (xtls_node_is (NULL, "a", "x"));
    g_assert_false (xtls_node_is (node->child, "b", NULL));
    g_assert_true (xtls_node_is (xtls_node_first_child (node), "c", "x"));
    xmlnode_free (node);
}

static void
test_first_child (void)
{
    xmlnode *node = nodes_parse ("<a b='1'>text<c/><d/></a>");
    xmlnode *empty = nodes_parse ("<a b='1'>text</a>");

    g_assert_cmpstr (xtls_node_first_child (node)->name, ==, "c");
    g_assert_null (xtls_node_first_child (empty));
    xmlnode_free (node);
    xmlnode_free (empty);
}

static void
test_attrib (void)
{
    xmlnode *node = nodes_parse ("<a xmlns:x='urn:x' x:from='mallory' "
                                 "from='juliet' x:id='1'/>");
    xmlnode *made = xmlnode_new ("a");

    g_assert_cmpstr (xtls_node_attrib (node, "from"), ==, "juliet");
    g_assert_null (xtls_node_attrib (node, "id"));
    g_assert_null (xtls_node_attrib (NULL, "from"));
    g_assert_null (xtls_node_attrib (node, "fro"));
    /* With a namespace and no prefix, as the reader makes it. */
    xmlnode_set_attrib_full (made, "from", "urn:x", NULL, "mallory");
    g_assert_null (xtls_node_attrib (made, "from"));
    xmlnode_free (node);
    xmlnode_free (made);
}

static void
test_drop_shadows (void)
{
    static const char *const names[] = {"from", "to", "id", "type", "other"};
    xmlnode *node = xmlnode_new ("iq");
    xmlnode *child = xmlnode_new_child (node, "a");

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        xmlnode_set_attrib_full (node, names[i], "urn:x", "x", "foreign");
    xmlnode_set_attrib_full (child, "from", "urn:x", "x", "foreign");
    xmlnode_set_attrib (node, "type", "get");
    xmlnode_set_attrib_full (node, "from", NULL, NULL, "juliet");
    g_assert_cmpstr (xmlnode_get_attrib (node, "from"), ==, "foreign");

    xtls_stanza_drop_shadows (node);
    g_assert_cmpstr (xmlnode_get_attrib (node, "from"), ==, "juliet");
    g_assert_cmpstr (xmlnode_get_attrib (node, "type"), ==, "get");
    g_assert_null (xmlnode_get_attrib (node, "to"));
    g_assert_null (xmlnode_get_attrib (node, "id"));
    g_assert_cmpstr (xmlnode_get_attrib (node, "other"), ==, "foreign");
    g_assert_cmpstr (xmlnode_get_attrib (child, "from"), ==, "foreign");
    xmlnode_free (node);

    node = xmlnode_new ("iq");
    xtls_stanza_drop_shadows (node);
    xmlnode_free (node);
}

static void
test_decimal (void)
{
    static const char *const bad[] = {
        "",
        "-1",
        "+1",
        "01",
        "00",
        " 1",
        "1 ",
        "1\n",
        "0x1",
        "1e3",
        "1.",
        "1,0",
        "65536",
        "4294967296",
        "a",
        "1a",
        "\xd9\xa1",
        "18446744073709551617",
        "99999999999999999999999999999999999999999999999999",
    };
    guint value = 77;

    g_assert_false (xtls_node_parse_decimal (NULL, 65535, &value));
    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
        if (xtls_node_parse_decimal (bad[i], 65535, &value))
            g_error ("accepted: %s", bad[i]);
    g_assert_cmpuint (value, ==, 77);
    g_assert_true (xtls_node_parse_decimal ("0", 65535, &value));
    g_assert_cmpuint (value, ==, 0);
    g_assert_true (xtls_node_parse_decimal ("65535", 65535, &value));
    g_assert_cmpuint (value, ==, 65535);
    g_assert_true (xtls_node_parse_decimal ("4294967295", G_MAXUINT, &value));
    g_assert_cmpuint (value, ==, G_MAXUINT);
    g_assert_false (xtls_node_parse_decimal ("4294967296", G_MAXUINT, &value));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/stanza/random-id", test_random_id);
    g_test_add_func ("/stanza/iq-new", test_iq_new);
    g_test_add_func ("/stanza/result", test_result);
    g_test_add_func ("/stanza/error", test_error);
    g_test_add_func ("/stanza/error-add", test_error_add);
    g_test_add_func ("/stanza/condition", test_condition);
    g_test_add_func ("/stanza/node-is", test_node_is);
    g_test_add_func ("/stanza/first-child", test_first_child);
    g_test_add_func ("/stanza/attrib", test_attrib);
    g_test_add_func ("/stanza/drop-shadows", test_drop_shadows);
    g_test_add_func ("/stanza/decimal", test_decimal);
    return g_test_run ();
}
