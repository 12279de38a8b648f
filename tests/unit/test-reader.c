/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stream reader: the elements that it makes of text, and the errors that it
 * reports. */
#include "chunks.h"
#include "memory.h"
#include "nodes.h"
#include "reader.h"

#include <string.h>

#define ROOT                                                                   \
    "<s:s xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client'>"
#define XHTML "http://www.w3.org/1999/xhtml"

#define NO_ERROR (-1)

/* Feeds @text, appends each element that can be taken, followed by `|`, to
 * @out, and returns the error's code. */
static int
read_text (const char *text, gsize len, gsize size, GString *out)
{
    XtlsReader *reader = xtls_reader_new ();
    GError *error = NULL;
    xmlnode *node;
    int code = NO_ERROR;
    gsize n;

    for (gsize i = 0; i < len && error == NULL; i += n) {
        n = MIN (size, len - i);
        g_assert_true (xtls_reader_feed (reader, text + i, n, &error) ==
                       (error == NULL));
    }
    while ((node = xtls_reader_take (reader)) != NULL) {
        char *str = xmlnode_to_str (node, NULL);

        g_string_append_printf (out, "%s|", str);
        g_free (str);
        xmlnode_free (node);
    }
    if (error != NULL) {
        g_assert_true (error->domain == XTLS_READER_ERROR);
        code = error->code;
        g_clear_error (&error);
        g_assert_false (xtls_reader_feed (reader, " ", 1, &error));
        g_assert_nonnull (error);
        g_clear_error (&error);
    }
    xtls_reader_free (reader);
    return code;
}

static void
assert_read_len (const char *text, gsize len, int code, const char *wanted)
{
    for (gsize i = 0; i < G_N_ELEMENTS (chunk_sizes); i++) {
        GString *out = g_string_new (NULL);
        int got = read_text (text, len, chunk_sizes[i], out);

        if (got != code || (wanted != NULL && strcmp (out->str, wanted) != 0))
            g_error ("'%.500s' in chunks of %" G_GSIZE_FORMAT ": %d, '%.500s'",
                     text,
                     chunk_sizes[i],
                     got,
                     out->str);
        g_string_free (out, TRUE);
    }
}

static void
assert_read (const char *text, int code, const char *wanted)
{
    assert_read_len (text, strlen (text), code, wanted);
}

static void
test_children (void)
{
    assert_read ("<?xml version='1.0'?>" ROOT "<message id='1'><body>a&lt;b"
                 "</body></message>  \n<iq/><message/></s:s>\n",
                 NO_ERROR,
                 "<message xmlns='jabber:client' id='1'><body>a&lt;b</body>"
                 "</message>|<iq xmlns='jabber:client'/>|"
                 "<message xmlns='jabber:client'/>|");
    assert_read (ROOT "<message><body>unfinished", NO_ERROR, "");
    assert_read (ROOT "<s:s/><s:s></s:s>",
                 NO_ERROR,
                 "<s xmlns='http://etherx.jabber.org/streams'/>|"
                 "<s xmlns='http://etherx.jabber.org/streams'/>|");
}

static void
test_text (void)
{
    XtlsReader *reader = xtls_reader_new ();
    const char *text = ROOT "<a b='1\t2&#9;&amp;'>x<![CDATA[]]><![CDATA[<&>]]>"
                            "&#x263A;\xE2\x98\xBA <c/> z</a>";
    xmlnode *node;
    char *data;

    g_assert_true (xtls_reader_feed (reader, text, strlen (text), NULL));
    node = xtls_reader_take (reader);
    data = xmlnode_get_data (node);
    g_assert_cmpstr (data, ==, "x<&>\xE2\x98\xBA\xE2\x98\xBA  z");
    g_assert_cmpstr (xmlnode_get_attrib (node, "b"), ==, "1 2\t&");
    g_free (data);
    xmlnode_free (node);
    xtls_reader_free (reader);
}

static void
test_root (void)
{
    XtlsReader *reader = xtls_reader_new ();
    const char *text = " <s:s xmlns:s='S' xmlns='D' from='x' xml:lang='en'>"
                       "<a xmlns='other'>";
    xmlnode *root;

    g_assert_true (xtls_reader_feed (reader, text, 40, NULL));
    g_assert_null (xtls_reader_get_root (reader));
    g_assert_true (
        xtls_reader_feed (reader, text + 40, strlen (text) - 40, NULL));
    root = xtls_reader_get_root (reader);
    g_assert_cmpstr (root->name, ==, "s");
    g_assert_cmpstr (root->xmlns, ==, "S");
    g_assert_cmpstr (xmlnode_get_attrib (root, "from"), ==, "x");
    g_assert_cmpstr (xtls_reader_get_default_namespace (reader), ==, "D");
    xtls_reader_free (reader);

    reader = xtls_reader_new ();
    g_assert_true (xtls_reader_feed (reader, "<s>", 3, NULL));
    g_assert_null (xtls_reader_get_default_namespace (reader));
    g_assert_null (xtls_reader_get_root (reader)->xmlns);
    xtls_reader_free (reader);

    /* An invalid root does not count as read. */
    reader = xtls_reader_new ();
    g_assert_false (xtls_reader_feed (reader, "<s a='' a=''>", 13, NULL));
    g_assert_null (xtls_reader_get_root (reader));
    xtls_reader_free (reader);
}

/* The rest of the stream is read as before. */
static void
test_root_dropped (void)
{
    XtlsReader *reader = xtls_reader_new ();
    xmlnode *node;

    g_assert_true (xtls_reader_feed (reader, ROOT, strlen (ROOT), NULL));
    g_assert_nonnull (xtls_reader_get_root (reader));
    xtls_reader_drop_root (reader);
    g_assert_null (xtls_reader_get_root (reader));
    g_assert_null (xtls_reader_get_default_namespace (reader));
    g_assert_true (xtls_reader_feed (reader, "<iq><a/></iq>", 13, NULL));
    node = xtls_reader_take (reader);
    g_assert_cmpstr (node->xmlns, ==, "jabber:client");
    g_assert_nonnull (xmlnode_get_child (node, "a"));
    xmlnode_free (node);
    g_assert_false (xtls_reader_has_ended (reader));
    g_assert_true (xtls_reader_feed (reader, "</s:s>", 6, NULL));
    g_assert_true (xtls_reader_has_ended (reader));
    g_assert_null (xtls_reader_get_root (reader));
    xtls_reader_free (reader);
}

static void
test_end (void)
{
    XtlsReader *reader = xtls_reader_new ();

    g_assert_false (xtls_reader_has_ended (reader));
    g_assert_true (xtls_reader_feed (reader, "<s><a/>", 7, NULL));
    g_assert_false (xtls_reader_has_ended (reader));
    g_assert_true (xtls_reader_feed (reader, "</s>", 4, NULL));
    g_assert_false (xtls_reader_has_ended (reader));
    xmlnode_free (xtls_reader_take (reader));
    g_assert_true (xtls_reader_has_ended (reader));
    g_assert_null (xtls_reader_take (reader));
    g_assert_true (xtls_reader_feed (reader, " \n", 2, NULL));
    g_assert_false (xtls_reader_feed (reader, "<a/>", 4, NULL));
    xtls_reader_free (reader);

    reader = xtls_reader_new ();
    g_assert_true (xtls_reader_feed (reader, "<s/>", 4, NULL));
    g_assert_true (xtls_reader_has_ended (reader));
    xtls_reader_free (reader);
}

/* The root's end tag must have its name, however long that is. */
static void
test_root_name (void)
{
    static const gsize lengths[] = {1, 63, 64, 65, 1000};

    for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++) {
        char *name = g_strnfill (lengths[i], 'n');
        char *text = g_strdup_printf ("<%s><a/><b/></%s>", name, name);

        assert_read (text, NO_ERROR, "<a/>|<b/>|");
        text[strlen (text) - 2] = 'm';
        assert_read (text, XTLS_READER_ERROR_NOT_WELL_FORMED, "<a/>|<b/>|");
        g_free (text);
        g_free (name);
    }
}

/* However prefixes were used, each element has the same meaning on its own. */
static void
test_namespaces (void)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"<a xmlns='x'><b/><c xmlns='y'><d/></c><b/></a>",
         "<a xmlns='x'><b/><c xmlns='y'><d/></c><b/></a>|"},
        {"<p:a xmlns:p='x'><b/><p:b/></p:a>",
         "<a xmlns='x'><b xmlns='jabber:client'/><b/></a>|"},
        {"<a><p:b xmlns:p='x'/><p:b xmlns:p='y'><p:c xmlns:p='z'/><p:d/>"
         "</p:b></a>",
         "<a xmlns='jabber:client'><b xmlns='x'/><b xmlns='y'>"
         "<c xmlns='z'/><d/></b></a>|"},
        {"<a xmlns=''><b><c xmlns='x'/></b></a>",
         "<a><b><c xmlns='x'/></b></a>|"},
        {"<a><b xmlns=''><c/><d xmlns='jabber:client'/></b></a>",
         "<a xmlns='jabber:client'><b xmlns=''><c/>"
         "<d xmlns='jabber:client'/></b></a>|"},
        {"<a xml:lang='de' lang='en'/>",
         "<a xmlns='jabber:client' xml:lang='de' lang='en'/>|"},
        {"<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
         "<a xmlns='jabber:client'/>|"},
        {"<message><html xmlns='http://jabber.org/protocol/xhtml-im'>"
         "<h:body xmlns:h='" XHTML "'><h:p style='a'>x<h:br/></h:p></h:body>"
         "</html></message>",
         "<message xmlns='jabber:client'>"
         "<html xmlns='http://jabber.org/protocol/xhtml-im'>"
         "<body xmlns='" XHTML "'><p style='a'>x<br/></p></body>"
         "</html></message>|"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        char *text = g_strconcat (ROOT, cases[i].text, NULL);

        assert_read (text, NO_ERROR, cases[i].wanted);
        g_free (text);
    }
}

static void
test_attribute_namespaces (void)
{
    XtlsReader *reader = xtls_reader_new ();
    const char *text = ROOT "<a p:b='1' b='2' q:b='3' xmlns:p='x' xmlns:q='y' "
                            "xml:b='4'/>";
    char *str, *again;
    xmlnode *node, *copy;

    g_assert_true (xtls_reader_feed (reader, text, strlen (text), NULL));
    node = xtls_reader_take (reader);
    g_assert_cmpstr (
        xmlnode_get_attrib_with_namespace (node, "b", "x"), ==, "1");
    g_assert_cmpstr (
        xmlnode_get_attrib_with_namespace (node, "b", NULL), ==, "2");
    g_assert_cmpstr (
        xmlnode_get_attrib_with_namespace (node, "b", "y"), ==, "3");
    g_assert_cmpstr (xmlnode_get_attrib_with_namespace (
                         node, "b", "http://www.w3.org/XML/1998/namespace"),
                     ==,
                     "4");
    g_assert_cmpstr (node->xmlns, ==, "jabber:client");
    /* The text made of it can be read again. */
    str = xmlnode_to_str (node, NULL);
    copy = xmlnode_from_str (str, -1);
    g_assert_nonnull (copy);
    g_assert_cmpstr (copy->xmlns, ==, "jabber:client");
    again = g_strconcat (ROOT, str, NULL);
    assert_read (again, NO_ERROR, NULL);
    g_free (again);
    g_free (str);
    xmlnode_free (copy);
    xmlnode_free (node);
    xtls_reader_free (reader);
}

static void
test_not_well_formed (void)
{
    static const char *const texts[] = {
        "<a></b>",
        "</s:x>",
        "</s>",
        "<a></p:a>",
        "<a b='' b=''/>",
        "<a xmlns='' xmlns=''/>",
        "<a xmlns:p='x' xmlns:p='y'/>",
        "<a p:b='' q:b='' xmlns:p='x' xmlns:q='x'/>",
        "<a xml:b='' xml:b=''/>",
        "<p:a/>",
        "<a p:b=''/>",
        "<a><b xmlns:p='x'/><p:c/></a>",
        "<xmlns:a/>",
        "<a xmlns:p=''/>",
        "<a xmlns:xmlns='x'/>",
        "<a xmlns:xml='x'/>",
        "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
        "<a:b:c xmlns:a='x'/>",
        "<a b='<'/>",
        "<a>]]></a>",
        "<a>\x01</a>",
        "<a b='1'c='2'/>",
        "<a>\xFF</a>",
        "<a>&#0;</a>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
        char *text = g_strconcat (ROOT, "<ok/>", texts[i], NULL);

        assert_read (text,
                     XTLS_READER_ERROR_NOT_WELL_FORMED,
                     "<ok xmlns='jabber:client'/>|");
        g_free (text);
    }
    assert_read ("x", XTLS_READER_ERROR_NOT_WELL_FORMED, "");
    assert_read (ROOT "</s:s>x", XTLS_READER_ERROR_NOT_WELL_FORMED, "");
    assert_read (ROOT "</s:s><a/>", XTLS_READER_ERROR_NOT_WELL_FORMED, "");
}

static void
test_restricted (void)
{
    static const char *const texts[] = {
        "<!-- -->",
        "<a><!-- --></a>",
        "<?p?>",
        "<?xml version='1.0'?>",
        "<a>&nbsp;</a>",
        "<!DOCTYPE a>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
        char *text = g_strconcat (ROOT, texts[i], NULL);

        assert_read (text, XTLS_READER_ERROR_RESTRICTED_XML, "");
        g_free (text);
    }
    assert_read ("<!DOCTYPE s [<!ENTITY x 'y'>]>" ROOT,
                 XTLS_READER_ERROR_RESTRICTED_XML,
                 "");
    assert_read (ROOT "</s:s><!-- -->", XTLS_READER_ERROR_RESTRICTED_XML, "");
}

static void
test_between (void)
{
    static const char *const texts[] = {
        "x",
        " x",
        "&lt;",
        "&#32;",
        "<![CDATA[x]]>",
        "<![CDATA[ ]]>",
        "]]>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
        char *text = g_strconcat (ROOT, "<a/>", texts[i], "<b/>", NULL);

        assert_read (
            text, XTLS_READER_ERROR_BAD_FORMAT, "<a xmlns='jabber:client'/>|");
        g_free (text);
    }
}

/* --- limits ----------------------------------------------------------------
 */

static void
append_times (GString *text, const char *what, guint times)
{
    for (guint i = 0; i < times; i++)
        g_string_append (text, what);
}

static void
assert_depth (guint depth, int code)
{
    GString *text = g_string_new (ROOT);

    append_times (text, "<a>", depth);
    append_times (text, "</a>", depth);
    g_string_append (text, "<b/>");
    assert_read (text->str, code, NULL);
    g_string_free (text, TRUE);
}

static void
test_depth (void)
{
    assert_depth (XTLS_READER_DEPTH_MAX, NO_ERROR);
    assert_depth (XTLS_READER_DEPTH_MAX + 1,
                  XTLS_READER_ERROR_POLICY_VIOLATION);
}

/* @parts elements below the stanza, and @nodes inside the last of them. */
static void
assert_parts (guint parts, guint nodes, const char *node, int code)
{
    GString *text = g_string_new (ROOT "<m>");

    append_times (text, "<p/>", parts - 1);
    g_string_append (text, "<p>");
    append_times (text, node, nodes);
    g_string_append (text, "</p></m><b/>");
    assert_read (text->str, code, NULL);
    g_string_free (text, TRUE);
}

static void
test_parts (void)
{
    guint max = XTLS_READER_NODES_MAX;

    assert_parts (XTLS_READER_PARTS_MAX, 0, "", NO_ERROR);
    assert_parts (
        XTLS_READER_PARTS_MAX + 1, 0, "", XTLS_READER_ERROR_POLICY_VIOLATION);
    /* <m> and <p> count as well. */
    assert_parts (1, max - 2, "<x/>", NO_ERROR);
    assert_parts (1, max - 1, "<x/>", XTLS_READER_ERROR_POLICY_VIOLATION);
    assert_parts (1, max / 2 - 1, "<x/>.", NO_ERROR);
    assert_parts (1, max / 2, "<x/>.", XTLS_READER_ERROR_POLICY_VIOLATION);
    assert_parts (1, max / 4 - 1, "<x a='' b='' c=''/>", NO_ERROR);
    assert_parts (
        1, max / 4, "<x a='' b='' c=''/>", XTLS_READER_ERROR_POLICY_VIOLATION);
}

static void
assert_attributes (const char *before, guint n, const char *form, int code)
{
    GString *text = g_string_new (before);

    g_string_append (text, "<a");
    for (guint i = 0; i < n; i++) {
        g_string_append_c (text, ' ');
        g_string_append_printf (text, "%s%u='x'", form, i);
    }
    g_string_append (text, "/>");
    assert_read (text->str, code, NULL);
    g_string_free (text, TRUE);
}

static void
test_attributes (void)
{
    guint max = XTLS_READER_ATTRIBUTES_MAX;

    assert_attributes (ROOT, max, "b", NO_ERROR);
    assert_attributes (ROOT, max + 1, "b", XTLS_READER_ERROR_POLICY_VIOLATION);
    assert_attributes ("", max, "b", NO_ERROR);
    assert_attributes ("", max + 1, "b", XTLS_READER_ERROR_POLICY_VIOLATION);
}

static void
test_declarations (void)
{
    guint max = XTLS_READER_NAMESPACES_MAX;

    /* The root has two. */
    assert_attributes (ROOT, max - 2, "xmlns:p", NO_ERROR);
    assert_attributes (
        ROOT, max - 1, "xmlns:p", XTLS_READER_ERROR_POLICY_VIOLATION);
    /* Declarations count only while they are in force. */
    assert_attributes (
        ROOT "<a xmlns='x' xmlns:q='y'/>", max - 2, "xmlns:p", NO_ERROR);
}

static void
assert_namespace (const char *form, gsize size, int code)
{
    char *uri = g_strnfill (size, 'u');
    char *text = g_strdup_printf (ROOT "<a %s='%s'/>", form, uri);

    assert_read (text, code, NULL);
    g_free (text);
    g_free (uri);
}

/* A long namespace is copied for each of many small elements. */
static void
test_namespace_size (void)
{
    static const char *const forms[] = {"xmlns", "xmlns:p"};

    for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
        assert_namespace (forms[i], XTLS_READER_NAMESPACE_MAX, NO_ERROR);
        assert_namespace (forms[i],
                          XTLS_READER_NAMESPACE_MAX + 1,
                          XTLS_READER_ERROR_POLICY_VIOLATION);
    }
}

static void
assert_size (const char *before, gsize size, int code)
{
    GString *text = g_string_new (before);
    gsize start = text->len;

    g_string_append (text, "<a b='");
    append_times (text, "x", 1000);
    g_string_append (text, "'>");
    append_times (text, "y", (guint)(size - (text->len - start) - 4));
    g_string_append (text, "</a>");
    g_assert_cmpuint (text->len - start, ==, size);
    assert_read (text->str, code, NULL);
    g_string_free (text, TRUE);
}

static void
test_size (void)
{
    char *spaces = g_strnfill (2 * XTLS_STANZA_MAX, ' ');
    char *before = g_strconcat (ROOT, "<x/>", spaces, NULL);

    assert_size (ROOT, XTLS_STANZA_MAX, NO_ERROR);
    assert_size (ROOT, XTLS_STANZA_MAX + 1, XTLS_READER_ERROR_POLICY_VIOLATION);
    /* White space does not count between stanzas, but it does before the
     * root. */
    assert_size (before, XTLS_STANZA_MAX, NO_ERROR);
    assert_size (
        before, XTLS_STANZA_MAX + 1, XTLS_READER_ERROR_POLICY_VIOLATION);
    assert_read (spaces, XTLS_READER_ERROR_POLICY_VIOLATION, "");
    g_free (before);
    g_free (spaces);
}

/* A start tag, a value, a name and CDATA that never end. */
static void
test_endless (void)
{
    static const char *const starts[] = {
        "<s a='",
        "<s",
        ROOT "<a b='",
        ROOT "<a",
        ROOT "<a><b",
        ROOT "<a><![CDATA[",
        ROOT "<a>&amp",
        ROOT "</s:s",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (starts); i++) {
        GString *text = g_string_new (starts[i]);

        append_times (text, "x", XTLS_STANZA_MAX);
        assert_read (text->str, XTLS_READER_ERROR_POLICY_VIOLATION, "");
        g_string_free (text, TRUE);
    }
}

/* A peer may send white space for ever, because none is kept. */
static void
test_keepalive (void)
{
    XtlsReader *reader = xtls_reader_new ();
    char *spaces = g_strnfill (64 * 1024, '\n');

    g_assert_true (xtls_reader_feed (reader, ROOT, strlen (ROOT), NULL));
    for (guint i = 0; i < 1000; i++)
        g_assert_true (xtls_reader_feed (reader, spaces, 64 * 1024, NULL));
    g_assert_true (xtls_reader_feed (reader, "<a/>", 4, NULL));
    xmlnode_free (xtls_reader_take (reader));
    g_free (spaces);
    xtls_reader_free (reader);
}

/* Most streams are idle, and a program may have many. */
static void
test_idle (void)
{
    static const char text[] = ROOT "<a b='c' d='e'><f g='h'/></a>";
    XtlsReader *readers[100];
    gsize before = memory_used ();

    for (guint i = 0; i < G_N_ELEMENTS (readers); i++) {
        readers[i] = xtls_reader_new ();
        g_assert_true (
            xtls_reader_feed (readers[i], text, sizeof text - 1, NULL));
        xmlnode_free (xtls_reader_take (readers[i]));
        xtls_reader_drop_root (readers[i]);
    }
    g_assert_cmpuint (
        memory_used () - before, <, G_N_ELEMENTS (readers) * 2048);
    for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
        xtls_reader_free (readers[i]);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/reader/children", test_children);
    g_test_add_func ("/reader/text", test_text);
    g_test_add_func ("/reader/root", test_root);
    g_test_add_func ("/reader/root/dropped", test_root_dropped);
    g_test_add_func ("/reader/end", test_end);
    g_test_add_func ("/reader/root/name", test_root_name);
    g_test_add_func ("/reader/namespaces/elements", test_namespaces);
    g_test_add_func ("/reader/namespaces/attributes",
                     test_attribute_namespaces);
    g_test_add_func ("/reader/refuses/not-well-formed", test_not_well_formed);
    g_test_add_func ("/reader/refuses/restricted", test_restricted);
    g_test_add_func ("/reader/refuses/text-between", test_between);
    g_test_add_func ("/reader/limits/depth", test_depth);
    g_test_add_func ("/reader/limits/parts", test_parts);
    g_test_add_func ("/reader/limits/attributes", test_attributes);
    g_test_add_func ("/reader/limits/declarations", test_declarations);
    g_test_add_func ("/reader/limits/namespace-size", test_namespace_size);
    g_test_add_func ("/reader/limits/size", test_size);
    g_test_add_func ("/reader/limits/endless", test_endless);
    g_test_add_func ("/reader/limits/keepalive", test_keepalive);
    g_test_add_func ("/reader/limits/idle", test_idle);
    return g_test_run ();
}
