/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writer: whatever libpurple builds becomes text that the strict reader
 * accepts and reads with the same meaning. */
#include "nodes.h"
#include "reader.h"
#include "xml-write.h"

#include <string.h>

#define CLIENT "jabber:client"
#define ROOT "<s:s xmlns:s='s' xmlns='" CLIENT "'>"

static char *
write_node (xmlnode *node)
{
    GString *out = g_string_new (NULL);

    g_assert_cmpint (xtls_xml_write (out, node, CLIENT, TRUE, XTLS_STANZA_MAX),
                     ==,
                     XTLS_XML_WRITTEN);
    return g_string_free (out, FALSE);
}

/* Returns: the element that the reader makes of @text. */
static xmlnode *
read_back (const char *text)
{
    XtlsReader *reader = xtls_reader_new ();
    GError *error = NULL;
    xmlnode *node;

    xtls_reader_feed (reader, ROOT, strlen (ROOT), NULL);
    xtls_reader_feed (reader, text, strlen (text), &error);
    if (error != NULL)
        g_error ("%s: %s", text, error->message);
    node = xtls_reader_take (reader);
    g_assert_nonnull (node);
    g_assert_null (xtls_reader_take (reader));
    xtls_reader_free (reader);
    return node;
}

/* Takes ownership of @node. */
static void
assert_written (xmlnode *node, const char *wanted)
{
    char *text = write_node (node);

    g_assert_cmpstr (text, ==, wanted);
    xmlnode_free (read_back (text));
    g_free (text);
    xmlnode_free (node);
}

static void
test_escape (void)
{
    GString *out = g_string_new (NULL);

    xtls_xml_write_escaped (out, "a&<>\"'\t\n\r\xC3\xA4z", 12);
    g_assert_cmpstr (
        out->str, ==, "a&amp;&lt;&gt;&quot;&#39;&#9;&#10;&#13;\xC3\xA4z");
    g_string_free (out, TRUE);
}

static void
test_text (void)
{
    xmlnode *node = xmlnode_new ("a");

    xmlnode_insert_data (node, "\t'\"\n\r&<>]]>", -1);
    xmlnode_insert_data (node, "\xE2\x98\xBA", -1);
    xmlnode_set_attrib (node, "b", "'\"\t\n\r&<>");
    assert_written (node,
                    "<a b='&#39;&quot;&#9;&#10;&#13;&amp;&lt;&gt;'>\t'\"\n"
                    "&#13;&amp;&lt;&gt;]]&gt;\xE2\x98\xBA</a>");
}

/* Every byte and many broken sequences, in text and in values, can be read
 * again; what XML does not allow becomes U+FFFD. */
static void
test_invalid (void)
{
    static const char *const texts[] = {
        "\xFF",
        "\xC3",
        "\xC3(",
        "\xE2\x98",
        "\xED\xA0\x80",
        "\xC0\x80",
        "\xEF\xBF\xBE",
        "\xF4\x90\x80\x80",
        "\xF0\x9F\x98",
        "\xEF\xBF\xBF",
        "\x01\x02",
        "\x80\x80",
    };
    char byte[2] = "";

    for (guint i = 1; i < 256 + G_N_ELEMENTS (texts); i++) {
        xmlnode *node = xmlnode_new ("a");
        const char *given = i < 256 ? byte : texts[i - 256];
        char *text, *data;
        xmlnode *back;

        byte[0] = (char)(i < 256 ? i : 1);
        xmlnode_set_attrib (node, "b", given);
        xmlnode_insert_data (node, given, -1);
        text = write_node (node);
        back = read_back (text);
        data = xmlnode_get_data (back);
        g_assert_cmpstr (xmlnode_get_attrib (back, "b"), ==, data);
        if (i < 128 && (i >= 32 || strchr ("\t\n\r", (int)i) != NULL))
            g_assert_cmpstr (data, ==, given);
        else
            g_assert_true (g_str_has_prefix (data, "\xEF\xBF\xBD"));
        g_free (data);
        g_free (text);
        xmlnode_free (back);
        xmlnode_free (node);
    }
}

static void
test_nul (void)
{
    xmlnode *node = xmlnode_new ("a");

    xmlnode_insert_data (node, "x\0y", 3);
    assert_written (node, "<a>x\xEF\xBF\xBDy</a>");
}

static void
test_namespaces (void)
{
    static const struct {
        const char *given, *wanted;
    } cases[] = {
        {"<message xmlns='jabber:client'><body>x</body></message>",
         "<message><body>x</body></message>"},
        {"<message><body/></message>", "<message><body/></message>"},
        {"<iq><query xmlns='x'><item/><y xmlns='jabber:client'/></query></iq>",
         "<iq><query xmlns='x'><item/><y xmlns='jabber:client'/></query>"
         "</iq>"},
        {"<p:a xmlns:p='x' p:b='1'><p:c/></p:a>",
         "<a xmlns='x' xmlns:p='x' p:b='1'><c/></a>"},
        {"<m><p:a xmlns:p='x'><b/></p:a></m>",
         "<m><a xmlns='x'><b xmlns='jabber:client'/></a></m>"},
        {"<a xmlns:p='x'><b><c p:d='1' e='2' p:f='3'/></b></a>",
         "<a><b><c xmlns:p='x' p:d='1' e='2' p:f='3'/></b></a>"},
        {"<a xml:lang='de'/>", "<a xml:lang='de'/>"},
        {"<a xmlns='x'><b xmlns=''><c/></b></a>",
         "<a xmlns='x'><b xmlns=''><c/></b></a>"},
        {"<html xmlns='http://jabber.org/protocol/xhtml-im'>"
         "<body xmlns='http://www.w3.org/1999/xhtml'>"
         "<span style='color: red'>a<br/>b</span></body></html>",
         "<html xmlns='http://jabber.org/protocol/xhtml-im'>"
         "<body xmlns='http://www.w3.org/1999/xhtml'>"
         "<span style='color: red'>a<br/>b</span></body></html>"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        assert_written (nodes_parse (cases[i].given), cases[i].wanted);
}

/* The ways in which plugins write namespaces by hand. */
static void
test_by_hand (void)
{
    xmlnode *node = xmlnode_new ("a");
    xmlnode *child = xmlnode_new_child (node, "q:c");

    xmlnode_set_attrib (node, "xmlns", "x");
    xmlnode_set_attrib (node, "xmlns:q", "y");
    xmlnode_set_attrib (node, "xml:lang", "de");
    xmlnode_set_attrib (node, "q:b", "1");
    xmlnode_set_attrib (child, "q:d", "2");
    assert_written (node,
                    "<a xmlns='x' xml:lang='de' xmlns:q='y' q:b='1'>"
                    "<c xmlns='y' xmlns:q='y' q:d='2'/></a>");

    node = xmlnode_new ("a");
    xmlnode_set_attrib_full (node, "b", "x", "p", "1");
    xmlnode_set_attrib_full (node, "b", NULL, NULL, "2");
    assert_written (node, "<a xmlns:p='x' p:b='1' b='2'/>");
}

/* Attributes that a strict reader would reject are left out. */
static void
test_leaves_out (void)
{
    xmlnode *node = xmlnode_new ("a");

    xmlnode_set_attrib_full (node, "b", NULL, "unbound", "1");
    xmlnode_set_attrib_full (node, "c", "x", "p", "2");
    xmlnode_set_attrib_full (node, "c", "x2", "p", "3");
    xmlnode_set_attrib_full (node, "d", "x", "p", "4");
    xmlnode_set_attrib_full (node, "d", NULL, "p", "5");
    xmlnode_set_attrib_full (node, "e", "y", NULL, "6");
    xmlnode_set_attrib_full (node, "e", NULL, NULL, "7");
    xmlnode_set_attrib_full (
        node, "f", "http://www.w3.org/2000/xmlns/", "g", "8");
    xmlnode_set_attrib_full (
        node, "f", "http://www.w3.org/XML/1998/namespace", "g", "9");
    xmlnode_set_prefix (xmlnode_new_child (node, "h"), "unbound");
    assert_written (node, "<a xmlns:p='x' p:c='2' p:d='4' e='6'><h/></a>");
}

static void
assert_refused (xmlnode *node, XtlsXmlWritten wanted)
{
    GString *out = g_string_new ("before");

    g_assert_cmpint (
        xtls_xml_write (out, node, CLIENT, TRUE, XTLS_STANZA_MAX), ==, wanted);
    g_assert_cmpstr (out->str, ==, "before");
    g_string_free (out, TRUE);
    xmlnode_free (node);
}

static void
test_invalid_names (void)
{
    static const char *const names[] = {
        "1",
        "-a",
        "a b",
        "a>",
        "a/b",
        "p:",
        ":",
        ":a:b",
        "a:b:c",
        "\xC3\xA4",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
        xmlnode *node = xmlnode_new ("a");

        xmlnode_new_child (node, names[i]);
        assert_refused (node, XTLS_XML_INVALID);
    }
    for (gsize i = 0; i < 5; i++) {
        xmlnode *node = xmlnode_new ("a");

        xmlnode_set_attrib (node, names[i], "x");
        assert_refused (node, XTLS_XML_INVALID);
    }
}

static xmlnode *
nested (guint depth)
{
    xmlnode *top = xmlnode_new ("a");
    xmlnode *node = top;

    for (guint i = 1; i < depth; i++)
        node = xmlnode_new_child (node, "a");
    return top;
}

static xmlnode *
with_attributes (guint n, const char *xmlns)
{
    xmlnode *node = xmlnode_new ("a");

    xmlnode_set_namespace (node, xmlns);
    for (guint i = 0; i < n; i++) {
        char name[16];

        g_snprintf (name, sizeof name, "b%u", i);
        xmlnode_set_attrib (node, name, "");
    }
    return node;
}

static xmlnode *
with_children (guint parts, guint children)
{
    xmlnode *node = xmlnode_new ("a");
    xmlnode *part = NULL;

    for (guint i = 0; i < parts; i++)
        part = xmlnode_new_child (node, "b");
    for (guint i = 0; i < children; i++)
        xmlnode_new_child (part, "c");
    return node;
}

static void
assert_accepted (xmlnode *node)
{
    char *text = write_node (node);

    xmlnode_free (read_back (text));
    g_free (text);
    xmlnode_free (node);
}

/* The writer and the reader have the same limits. */
static void
test_limits (void)
{
    guint max = XTLS_READER_ATTRIBUTES_MAX;
    xmlnode *node;

    assert_accepted (nested (XTLS_READER_DEPTH_MAX));
    assert_refused (nested (XTLS_READER_DEPTH_MAX + 1), XTLS_XML_TOO_COMPLEX);
    assert_accepted (with_children (XTLS_READER_PARTS_MAX, 0));
    assert_refused (with_children (XTLS_READER_PARTS_MAX + 1, 0),
                    XTLS_XML_TOO_COMPLEX);
    assert_accepted (with_children (1, XTLS_READER_NODES_MAX - 2));
    assert_refused (with_children (1, XTLS_READER_NODES_MAX - 1),
                    XTLS_XML_TOO_COMPLEX);
    assert_accepted (with_attributes (max, NULL));
    assert_refused (with_attributes (max + 1, NULL), XTLS_XML_TOO_COMPLEX);
    assert_accepted (with_attributes (max - 1, "x"));
    assert_refused (with_attributes (max, "x"), XTLS_XML_TOO_COMPLEX);
    /* A prefixed attribute counts twice. */
    node = with_attributes (max - 2, NULL);
    xmlnode_set_attrib_full (node, "c", "x", "p", "");
    assert_accepted (node);
    node = with_attributes (max - 1, NULL);
    xmlnode_set_attrib_full (node, "c", "x", "p", "");
    assert_refused (node, XTLS_XML_TOO_COMPLEX);
}

static void
add_prefixes (xmlnode *node, const char *form, guint n)
{
    for (guint i = 0; i < n; i++) {
        char *name = g_strdup_printf ("%s%u", form, i);

        xmlnode_set_attrib_full (node, name, "x", name, "");
        g_free (name);
    }
}

/* 31 nested elements, each in a namespace of its own, and @prefixes more
 * declarations in the last. */
static void
add_namespaces (xmlnode *node, guint prefixes)
{
    for (guint i = 0; i < 31; i++) {
        char *uri = g_strdup_printf ("u%u", i);

        node = xmlnode_new_child (node, "a");
        xmlnode_set_namespace (node, uri);
        g_free (uri);
    }
    add_prefixes (node, "c", prefixes);
}

static xmlnode *
with_namespaces (guint n)
{
    xmlnode *node = xmlnode_new ("a");

    add_prefixes (node, "b", 10);
    add_namespaces (node, n - 10 - 31);
    return node;
}

static xmlnode *
with_namespace_sized (gsize size, gboolean of_attribute)
{
    xmlnode *node = xmlnode_new ("a");
    char *uri = g_strnfill (size, 'u');

    if (of_attribute)
        xmlnode_set_attrib_full (node, "b", uri, "p", "");
    else
        xmlnode_set_namespace (node, uri);
    g_free (uri);
    return node;
}

static void
test_namespace_limits (void)
{
    /* The root has two. */
    guint max = XTLS_READER_NAMESPACES_MAX - 2;
    gsize size = XTLS_READER_NAMESPACE_MAX;
    xmlnode *node;

    assert_accepted (with_namespaces (max));
    assert_refused (with_namespaces (max + 1), XTLS_XML_TOO_COMPLEX);
    /* Declarations count only while they are in force. */
    node = with_namespaces (max);
    add_namespaces (node, 1);
    assert_accepted (node);
    for (gboolean i = FALSE; i <= TRUE; i++) {
        assert_accepted (with_namespace_sized (size, i));
        assert_refused (with_namespace_sized (size + 1, i),
                        XTLS_XML_TOO_COMPLEX);
    }
}

static xmlnode *
sized (gsize size)
{
    xmlnode *node = xmlnode_new ("a");
    char *text = g_strnfill (size - strlen ("<a></a>"), 'x');

    xmlnode_insert_data (node, text, -1);
    g_free (text);
    return node;
}

static void
test_size (void)
{
    xmlnode *node = xmlnode_new ("a");
    char *text = g_strnfill (XTLS_STANZA_MAX, 'x');

    assert_accepted (sized (XTLS_STANZA_MAX));
    assert_refused (sized (XTLS_STANZA_MAX + 1), XTLS_XML_TOO_BIG);
    assert_refused (sized (8 * XTLS_STANZA_MAX), XTLS_XML_TOO_BIG);
    xmlnode_set_attrib (node, "b", text);
    assert_refused (node, XTLS_XML_TOO_BIG);
    g_free (text);
}

static void
test_addresses (void)
{
    xmlnode *node = nodes_parse ("<iq from='a' id='1' to='b'>"
                                 "<item from='c' to='d'/></iq>");
    GString *out = g_string_new (NULL);

    xtls_xml_write (out, node, CLIENT, FALSE, XTLS_STANZA_MAX);
    g_assert_cmpstr (out->str, ==, "<iq id='1'><item from='c' to='d'/></iq>");
    /* The node itself is not changed. */
    g_assert_cmpstr (xmlnode_get_attrib (node, "from"), ==, "a");
    g_string_free (out, TRUE);
    xmlnode_free (node);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/xml-write/escape", test_escape);
    g_test_add_func ("/xml-write/text", test_text);
    g_test_add_func ("/xml-write/invalid-characters", test_invalid);
    g_test_add_func ("/xml-write/nul", test_nul);
    g_test_add_func ("/xml-write/namespaces", test_namespaces);
    g_test_add_func ("/xml-write/namespaces/by-hand", test_by_hand);
    g_test_add_func ("/xml-write/leaves-out", test_leaves_out);
    g_test_add_func ("/xml-write/invalid-names", test_invalid_names);
    g_test_add_func ("/xml-write/limits", test_limits);
    g_test_add_func ("/xml-write/limits/namespaces", test_namespace_limits);
    g_test_add_func ("/xml-write/size", test_size);
    g_test_add_func ("/xml-write/addresses", test_addresses);
    return g_test_run ();
}
