/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the stream hosts that a contact names are used. */
#include "streamhosts.h"

#include "nodes.h"

#define SENDER "romeo@montague.lit/orchard"
#define QUERY(inner) "<query xmlns='x' sid='s'>" inner "</query>"
#define HOST(jid, host, port)                                                  \
    "<streamhost jid='" jid "' host='" host "' port='" port "'/>"

static void
assert_kept (const char *host, const XtlsStreamhostsRules *rules, gboolean kept)
{
    static const char *const jids[] = {SENDER, "proxy.montague.lit"};
    gboolean any = FALSE;

    for (gsize i = 0; i < G_N_ELEMENTS (jids); i++) {
        xmlnode *query = nodes_printf (
            QUERY ("<streamhost jid='%s' host='%s' port='5000'/>"),
            jids[i],
            host);
        GPtrArray *left = xtls_streamhosts_filter (query, rules);

        any |= left->len > 0;
        g_ptr_array_unref (left);
        xmlnode_free (query);
    }
    if (any != kept)
        g_error ("%s: %d", host, any);
}

static void
test_hosts (void)
{
    static const char *const good[] = {"192.0.2.1",
                                       "10.0.0.7",
                                       "192.168.1.1",
                                       "2001:db8::1",
                                       "fd00::1",
                                       "::ffff:192.0.2.1",
                                       "proxy.montague.lit",
                                       "proxy-2.montague.lit"};
    static const char *const local[] = {"127.0.0.1",
                                        "127.8.8.8",
                                        "::1",
                                        "::ffff:127.0.0.1",
                                        "localhost",
                                        "LocalHost",
                                        "x.localhost"};
    static const char *const bad[] = {"",
                                      "0.0.0.0",
                                      "0.1.2.3",
                                      "255.255.255.255",
                                      "224.0.0.1",
                                      "239.1.1.1",
                                      "240.0.0.1",
                                      "169.254.1.1",
                                      "::",
                                      "::7f00:1",
                                      "::ffff:0.0.0.0",
                                      "::ffff:224.0.0.1",
                                      "fe80::1",
                                      "ff02::1",
                                      "127.1",
                                      "2130706433",
                                      "0x7f000001",
                                      "0x7f.1",
                                      "a.0x7f",
                                      "host.",
                                      "a b",
                                      "a/b",
                                      "b\xc3\xbc.example"};
    XtlsStreamhostsRules rules = {.sender = SENDER, .allows_direct = TRUE};

    for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
        assert_kept (good[i], &rules, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
        assert_kept (bad[i], &rules, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS (local); i++) {
        assert_kept (local[i], &rules, FALSE);
        g_assert_true (xtls_streamhosts_is_local (local[i]));
    }
    g_assert_false (xtls_streamhosts_is_local ("montague.lit"));
    rules.is_local = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS (local); i++)
        assert_kept (local[i], &rules, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
        assert_kept (bad[i], &rules, FALSE);
}

static void
assert_filtered (const XtlsStreamhostsRules *rules,
                 const char *before,
                 const char *after,
                 guint number)
{
    xmlnode *query = nodes_parse (before);
    GPtrArray *left = xtls_streamhosts_filter (query, rules);

    g_assert_cmpuint (left->len, ==, number);
    g_ptr_array_unref (left);
    nodes_assert (query, after);
}

/* Ports, and what else an element may contain. */
static void
test_elements (void)
{
    static const char *const bad[] = {
        HOST (SENDER, "192.0.2.1", "0"),
        HOST (SENDER, "192.0.2.1", "25"),
        HOST (SENDER, "192.0.2.1", "1023"),
        HOST (SENDER, "192.0.2.1", "65536"),
        HOST (SENDER, "192.0.2.1", "-5000"),
        HOST (SENDER, "192.0.2.1", "5000x"),
        HOST (SENDER, "192.0.2.1", ""),
        HOST ("@", "192.0.2.1", "5000"),
        HOST (SENDER, "proxy.montague.lit", "5000"),
        "<streamhost host='192.0.2.1' port='5000'/>",
        "<streamhost jid='a@b/c' port='5000'/>",
        "<streamhost jid='a@b/c' host='192.0.2.1'/>",
        "<streamhost jid='a@b/c' zeroconf='_jabber.bytestreams'/>",
        "<other jid='a@b/c' host='192.0.2.1' port='5000'/>",
    };
    const XtlsStreamhostsRules rules = {.sender = SENDER,
                                        .allows_direct = TRUE};

    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autofree char *before = g_strdup_printf (QUERY ("%s"), bad[i]);

        assert_filtered (&rules, before, QUERY (""), 0);
    }
    assert_filtered (&rules,
                     QUERY ("text<streamhost jid='p.lit' host='192.0.2.1' "
                            "port='1024' zeroconf='z'>x<y/></streamhost>"),
                     QUERY (HOST ("p.lit", "192.0.2.1", "1024")),
                     1);
}

static void
test_number (void)
{
    const XtlsStreamhostsRules rules = {.sender = SENDER,
                                        .allows_direct = TRUE};
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *before = NULL;
    xmlnode *query;
    GPtrArray *left;

    for (int i = 0; i < 100; i++)
        g_string_append (text, HOST (SENDER, "192.0.2.1", "5000"));
    before = g_strdup_printf (QUERY ("%s"), text->str);
    query = nodes_parse (before);
    left = xtls_streamhosts_filter (query, &rules);
    g_assert_cmpuint (left->len, ==, XTLS_STREAMHOSTS_MAX);
    g_ptr_array_unref (left);
    left = xtls_streamhosts_filter (query, &rules);
    g_assert_cmpuint (left->len, ==, XTLS_STREAMHOSTS_MAX);
    g_ptr_array_unref (left);
    xmlnode_free (query);
}

/* A machine may have more addresses than are used; proxies are named behind
 * them. */
static void
test_proxies_have_places (void)
{
    const XtlsStreamhostsRules rules = {.sender = SENDER,
                                        .allows_direct = TRUE};

    for (guint proxies = 0; proxies < 12; proxies++) {
        g_autoptr (GString) text = g_string_new (NULL);
        g_autofree char *before = NULL;
        guint kept = 0;
        xmlnode *query;
        GPtrArray *left;

        for (int i = 0; i < 10; i++)
            g_string_append (text, HOST (SENDER, "192.0.2.1", "5000"));
        for (guint i = 0; i < proxies; i++)
            g_string_append (text, HOST ("p.lit", "192.0.2.2", "5000"));
        before = g_strdup_printf (QUERY ("%s"), text->str);
        query = nodes_parse (before);
        left = xtls_streamhosts_filter (query, &rules);
        g_assert_cmpuint (left->len, ==, XTLS_STREAMHOSTS_MAX);
        for (guint i = 0; i < left->len; i++)
            kept += g_str_equal (left->pdata[i], "p.lit");
        g_assert_cmpuint (kept, ==, MIN (proxies, 2));
        g_ptr_array_unref (left);
        xmlnode_free (query);
    }
}

/* What a contact names behind so many others is not even read. */
static void
test_only_the_first_are_read (void)
{
    const XtlsStreamhostsRules rules = {.sender = SENDER,
                                        .allows_direct = TRUE};

    for (guint bad = 31; bad <= 32; bad++) {
        g_autoptr (GString) text = g_string_new (NULL);
        g_autofree char *before = NULL;
        xmlnode *query;
        GPtrArray *left;

        for (guint i = 0; i < bad; i++)
            g_string_append (text, HOST ("@", "192.0.2.1", "5000"));
        g_string_append (text, HOST (SENDER, "192.0.2.1", "5000"));
        before = g_strdup_printf (QUERY ("%s"), text->str);
        query = nodes_parse (before);
        left = xtls_streamhosts_filter (query, &rules);
        g_assert_cmpuint (left->len, ==, bad < 32 ? 1 : 0);
        g_ptr_array_unref (left);
        xmlnode_free (query);
    }
}

/* Without direct connections, only proxies of one's own server, whatever
 * another one is called. */
static void
test_only_proxies (void)
{
    g_autoptr (GPtrArray) proxies = g_ptr_array_new ();
    const XtlsStreamhostsRules any = {.sender = SENDER};
    const XtlsStreamhostsRules own = {.sender = SENDER, .proxies = proxies};
    const char *text = QUERY (HOST (SENDER, "192.0.2.1", "5000") HOST (
        "p.lit", "192.0.2.1", "5000") HOST ("p.lit", "192.0.2.2", "5000"));

    g_ptr_array_add (proxies, (gpointer) "p.lit\n192.0.2.2\n5000");
    assert_filtered (&any,
                     text,
                     QUERY (HOST ("p.lit", "192.0.2.1", "5000")
                                HOST ("p.lit", "192.0.2.2", "5000")),
                     2);
    assert_filtered (
        &own, text, QUERY (HOST ("p.lit", "192.0.2.2", "5000")), 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/streamhosts/hosts", test_hosts);
    g_test_add_func ("/streamhosts/elements", test_elements);
    g_test_add_func ("/streamhosts/number", test_number);
    g_test_add_func ("/streamhosts/proxies-have-places",
                     test_proxies_have_places);
    g_test_add_func ("/streamhosts/first", test_only_the_first_are_read);
    g_test_add_func ("/streamhosts/only-proxies", test_only_proxies);
    return g_test_run ();
}
