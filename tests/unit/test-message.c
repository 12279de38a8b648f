/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text and time of messages. */
#include "message.h"
#include "nodes.h"

#define NOW 1700000000 /* 2023-11-14T22:13:20Z */

static void
test_body (void)
{
    static const struct {
        const char *payload;
        const char *body;
    } cases[] = {
        {"<body>hi</body>", "hi"},
        {"<subject>s</subject><body>a&lt;b</body><body>second</body>", "a<b"},
        {"<body/><body>second</body>", "second"},
        {"<body xmlns='x'>no</body>", NULL},
        {"<body xmlns='x'>no</body><body>yes</body>", "yes"},
        {"<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
         "xmlns='http://www.w3.org/1999/xhtml'>f<b>orm</b></body></html>",
         "form"},
        {"<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
         "xmlns='http://www.w3.org/1999/xhtml'><img src='cid:a'/></body>"
         "</html>",
         "\xe2\x80\xa6"},
        {"<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
         "xmlns='http://www.w3.org/1999/xhtml'>form</body></html>"
         "<body>hi</body>",
         "hi"},
        {"<subject>s</subject>", "s"},
        {"<sent xmlns='urn:xmpp:carbons:2'><forwarded "
         "xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'>"
         "<body>no</body></message></forwarded></sent>",
         NULL},
        {"", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        xmlnode *node = nodes_printf (
            "<message xmlns='jabber:client'>%s</message>", cases[i].payload);
        char *body = xtls_message_get_text (node);

        g_assert_cmpstr (body, ==, cases[i].body);
        g_free (body);
        xmlnode_free (node);
    }
}

static void
test_body_without_namespace (void)
{
    xmlnode *node = xmlnode_new ("message");

    xmlnode_insert_data (xmlnode_new_child (node, "body"), "hi", -1);
    char *body = xtls_message_get_text (node);
    g_assert_cmpstr (body, ==, "hi");
    g_free (body);
    xmlnode_free (node);
}

#define DELAY(stamp) "<delay xmlns='urn:xmpp:delay' stamp='" stamp "'/>"
#define LEGACY(stamp) "<x xmlns='jabber:x:delay' stamp='" stamp "'/>"

static void
test_time (void)
{
    static const struct {
        const char *payload;
        gint64 when;
        gboolean kept;
    } cases[] = {
        {"", NOW, FALSE},
        {DELAY ("2023-11-14T22:13:19Z"), NOW - 1, TRUE},
        {DELAY ("2023-11-14T22:13:20Z"), NOW, TRUE},
        {DELAY ("2023-11-14T22:13:21Z"), NOW, FALSE},
        {DELAY ("2023-11-14T23:13:20.25+01:00"), NOW, TRUE},
        {DELAY ("2002-09-10T23:08:25Z"), 1031699305, TRUE},
        {LEGACY ("20020910T23:08:25"), 1031699305, TRUE},
        {DELAY ("1999-01-01T00:00:00Z"), 915148800, TRUE},
        {DELAY ("1998-12-31T23:59:59Z"), NOW, FALSE},
        {DELAY ("0001-01-01T00:00:00Z"), NOW, FALSE},
        {DELAY ("9999-12-31T23:59:59Z"), NOW, FALSE},
        {DELAY ("99999999999-12-31T23:59:59Z"), NOW, FALSE},
        {DELAY ("-2002-09-10T23:08:25Z"), NOW, FALSE},
        {DELAY (""), NOW, FALSE},
        {DELAY ("yesterday"), NOW, FALSE},
        {"<delay xmlns='urn:xmpp:delay'/>", NOW, FALSE},
        {DELAY ("nonsense") DELAY ("2002-09-10T23:08:25Z"), 1031699305, TRUE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        xmlnode *node = nodes_printf (
            "<message xmlns='jabber:client'>%s</message>", cases[i].payload);

        g_test_message ("%s", cases[i].payload);
        g_assert_cmpint (xtls_message_get_time (node, NOW), ==, cases[i].when);
        xtls_message_drop_odd_stamps (node, NOW);
        g_assert_cmpint (node->child && node->child->type == XMLNODE_TYPE_TAG,
                         ==,
                         cases[i].kept);
        g_assert_cmpint (xtls_message_get_time (node, NOW), ==, cases[i].when);
        xmlnode_free (node);
    }
}

/* Only stamps are dropped. */
static void
test_drop_others (void)
{
    xmlnode *node =
        nodes_parse ("<message xmlns='jabber:client'><body>hi</body>"
                     "<delay xmlns='x' stamp='no'/>" DELAY ("no") "</message>");

    xtls_message_drop_odd_stamps (node, NOW);
    nodes_assert (node,
                  "<message xmlns='jabber:client'><body>hi</body>"
                  "<delay xmlns='x' stamp='no'/></message>");
}

static void
test_drop_empty_bodies (void)
{
    xmlnode *node = nodes_parse (
        "<message xmlns='jabber:client'><body/><body><b>no</b></body>"
        "<body xmlns='x'/><body>hi</body><subject/></message>");

    xtls_message_drop_empty_bodies (node);
    nodes_assert (node,
                  "<message xmlns='jabber:client'><body xmlns='x'/>"
                  "<body>hi</body><subject/></message>");
}

static void
test_one_line (void)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"", ""},
        {"J\xc3\xbcrgen \xd7\xa9\xd7\x9c & <b>",
         "J\xc3\xbcrgen \xd7\xa9\xd7\x9c & <b>"},
        {"a\nb\rc\td", "a b c d"},
        {"a\xc2\x85z\xe2\x80\xa8y\xe2\x80\xa9x", "a z y x"},
        {"\xe2\x80\xaa"
         "a\xe2\x80\xae"
         "b\xe2\x81\xa6"
         "c\xe2\x81\xa9",
         "abc"},
        {"a\xff", "a\xef\xbf\xbd"},
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        char *line = xtls_message_one_line (cases[i].text);

        g_assert_cmpstr (line, ==, cases[i].line);
        g_free (line);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/message/body", test_body);
    g_test_add_func ("/message/body/without-namespace",
                     test_body_without_namespace);
    g_test_add_func ("/message/time", test_time);
    g_test_add_func ("/message/time/others-stay", test_drop_others);
    g_test_add_func ("/message/body/empty-ones-are-dropped",
                     test_drop_empty_bodies);
    g_test_add_func ("/message/one-line", test_one_line);
    return g_test_run ();
}
