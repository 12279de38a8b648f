/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jabber identifiers. */
#include "jid.h"

static void
test_full_accepts (void)
{
    static const char *const good[] = {
        "romeo@montague.lit/orchard",
        "montague.lit/orchard",
        "a@b/c",
        "room@conference.capulet.lit/Nurse & Maid",
        "romeo@montague.lit/or/chard",
        "romeo@montague.lit/at@home",
        "montague.lit/at@home",
        "jos\xc3\xa9@ex\xc3\xa4mple.lit/\xe2\x99\xa5",
        "romeo@[::1]/x",
        "romeo@montague.lit/\xc2\xa0\xe0\xa0\x80",
    };

    g_assert_true (xtls_jid_is_full (good[0]));
    for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
        if (!xtls_jid_is_full (good[i]))
            g_error ("refused: %s", good[i]);
}

static void
test_full_refuses (void)
{
    static const char *const bad[] = {
        "",
        "/",
        "romeo@montague.lit",
        "montague.lit",
        "romeo@montague.lit/",
        "@montague.lit/orchard",
        "romeo@/orchard",
        "/orchard",
        "@/x",
        "romeo@montague@lit/orchard",
        "romeo@montague.lit/or\nchard",
        "ro\x01meo@montague.lit/orchard",
        "romeo@montague.lit/\x7f",
        "romeo@montague.lit/\xc2\x80",
        "romeo@montague.lit/\xc2\x9f",
        "romeo@montague.lit/\xff",
        "romeo@montague.lit/\xed\xa0\x80", /* a surrogate */
        "rom\xc3@montague.lit/x",
    };

    g_assert_false (xtls_jid_is_full (NULL));
    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
        if (xtls_jid_is_full (bad[i]))
            g_error ("accepted: %s", bad[i]);
}

static gboolean
full_of_lengths (gsize local, gsize domain, gsize resource)
{
    char *l = g_strnfill (local, 'l'), *d = g_strnfill (domain, 'd');
    char *r = g_strnfill (resource, 'r');
    char *jid = g_strdup_printf ("%s@%s/%s", l, d, r);
    gboolean full = xtls_jid_is_full (jid);

    g_free (l);
    g_free (d);
    g_free (r);
    g_free (jid);
    return full;
}

static void
test_full_limits (void)
{
    g_assert_true (full_of_lengths (1023, 1023, 1023));
    g_assert_false (full_of_lengths (1024, 1, 1));
    g_assert_false (full_of_lengths (1, 1024, 1));
    g_assert_false (full_of_lengths (1, 1, 1024));
    g_assert_false (full_of_lengths (0, 1, 1));
    g_assert_false (full_of_lengths (1, 0, 1));
    g_assert_false (full_of_lengths (1, 1, 0));
}

static void
assert_bare (const char *jid, const char *bare)
{
    char *got = xtls_jid_bare (jid);

    g_assert_cmpstr (got, ==, bare);
    g_free (got);
}

static void
test_bare (void)
{
    assert_bare ("romeo@montague.lit/orchard", "romeo@montague.lit");
    assert_bare ("romeo@montague.lit/a/b", "romeo@montague.lit");
    assert_bare ("romeo@montague.lit", "romeo@montague.lit");
    assert_bare ("", "");
    assert_bare ("/x", "");
}

static void
test_resource (void)
{
    g_assert_cmpstr (xtls_jid_resource ("a@b/c"), ==, "c");
    g_assert_cmpstr (xtls_jid_resource ("a@b/c/d"), ==, "c/d");
    g_assert_cmpstr (xtls_jid_resource ("a@b/"), ==, "");
    g_assert_null (xtls_jid_resource ("a@b"));
}

static void
test_same_bare (void)
{
    g_assert_true (xtls_jid_same_bare ("a@b/c", "a@b/d"));
    g_assert_true (xtls_jid_same_bare ("a@b/c", "a@b"));
    g_assert_true (xtls_jid_same_bare ("a@b", "a@b"));
    g_assert_false (xtls_jid_same_bare ("a@b/c", "a@bb/c"));
    g_assert_false (xtls_jid_same_bare ("a@bb", "a@b/b"));
    g_assert_false (xtls_jid_same_bare ("a@b/c", "A@b/c"));
    g_assert_false (xtls_jid_same_bare ("a@b/c", ""));
}

static void
test_canonical (void)
{
    static const struct {
        const char *jid;
        const char *canonical;
    } cases[] = {
        {"juliet@capulet.lit", "juliet@capulet.lit"},
        {"juliet@capulet.lit/Balcony", "juliet@capulet.lit/Balcony"},
        {"JULIET@Capulet.LIT/Balcony", "juliet@capulet.lit/Balcony"},
        {"juliet@capulet.lit.", "juliet@capulet.lit"},
        {"juliet@capulet.lit./balcony", "juliet@capulet.lit/balcony"},
        {"juliet@capulet.lit/", "juliet@capulet.lit"},
        {"juliet@capulet.lit/a.", "juliet@capulet.lit/a."},
        {"juliet@capulet.lit/a@b/c", "juliet@capulet.lit/a@b/c"},
        {"juliet@capulet\xe3\x80\x82lit", "juliet@capulet.lit"},
        {"juliet@capulet.lit\xef\xbc\x8e", "juliet@capulet.lit"},
        {"jul\xc2\xadiet@capulet.lit\xe2\x80\x8b.", "juliet@capulet.lit"},
        {"juliet@capulet.lit.\xc2\xad", "juliet@capulet.lit"},
        {"\xef\xbd\x8auliet@capulet.lit", "juliet@capulet.lit"},
        {"juliet@xn--bcher-kva.lit",
         "juliet@b\xc3\xbc"
         "cher.lit"},
        {"juliet@B\xc3\x9c"
         "CHER.lit",
         "juliet@b\xc3\xbc"
         "cher.lit"},
        {"juliet@bu\xcc\x88"
         "cher.lit",
         "juliet@b\xc3\xbc"
         "cher.lit"},
        {"juliet\\40capulet@lit", "juliet\\40capulet@lit"},
        {"capulet.lit", "capulet.lit"},
        {"capulet.lit./x", "capulet.lit/x"},
        {"juliet@my_host", "juliet@my_host"},
        {"juliet@[::1]", "juliet@[::1]"},
        {"", NULL},
        {"/x", NULL},
        {"@capulet.lit", NULL},
        {"juliet@", NULL},
        {"juliet@/x", NULL},
        {"juliet@.", NULL},
        {"juliet@a@b", NULL},
        {"jul iet@capulet.lit", NULL},
        {" juliet@capulet.lit", NULL},
        {"juliet@capulet.lit ", NULL},
        {"juliet@capu\nlet.lit", NULL},
        {"juliet@\xff", NULL},
        {NULL, NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *canonical = xtls_jid_canonical (cases[i].jid);
        g_autofree char *again = xtls_jid_canonical (canonical);

        g_assert_cmpstr (canonical, ==, cases[i].canonical);
        g_assert_cmpstr (again, ==, canonical);
    }
}

static void
test_canonical_limits (void)
{
    g_autofree char *longest = g_strnfill (1023, 'a');
    g_autofree char *longer = g_strnfill (1024, 'a');
    g_autofree char *good =
        g_strconcat (longest, "@", longest, "/", longest, NULL);
    g_autofree char *local = g_strconcat (longer, "@b", NULL);
    g_autofree char *domain = g_strconcat ("a@", longer, NULL);
    g_autofree char *resource = g_strconcat ("a@b/", longer, NULL);
    g_autofree char *canonical = xtls_jid_canonical (good);

    g_assert_cmpstr (canonical, ==, good);
    g_assert_null (xtls_jid_canonical (local));
    g_assert_null (xtls_jid_canonical (domain));
    g_assert_null (xtls_jid_canonical (resource));
}

static char *
repeat (const char *text, guint times)
{
    GString *all = g_string_new (NULL);

    for (guint i = 0; i < times; i++)
        g_string_append (all, text);
    return g_string_free (all, FALSE);
}

/* What is invisible makes a part no shorter, and putting so many accents in
 * order would take minutes. */
static void
test_canonical_long (void)
{
    g_autofree char *hyphens = repeat ("\xc2\xad", 1023);
    g_autofree char *above = repeat ("\xcc\x81", 60000);
    g_autofree char *below = repeat ("\xcc\xa3", 60000);
    g_autofree char *accents = g_strconcat ("a", above, below, NULL);
    const char *const parts[] = {hyphens, accents};

    for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
        g_autofree char *first = g_strconcat ("a", parts[i], "@b/c", NULL);
        g_autofree char *second = g_strconcat ("a@b", parts[i], "/c", NULL);
        g_autofree char *alone = g_strconcat ("b", parts[i], NULL);
        g_autofree char *third = g_strconcat ("a@b/c", parts[i], NULL);

        g_assert_null (xtls_jid_canonical (first));
        g_assert_null (xtls_jid_canonical (second));
        g_assert_null (xtls_jid_canonical (alone));
        g_assert_null (xtls_jid_canonical (third));
    }
}

/* ASCII takes a shorter way, which a character that is mapped to nothing
 * closes: both lead to the same form. */
static void
test_canonical_ascii (void)
{
    for (char c = 0x20; c < 0x7f; c++)
        for (guint place = 0; place < 3; place++) {
            char parts[3][6] = {"aBc", "dEf.G", "hIj"};
            g_autofree char *ascii = NULL, *mixed = NULL;
            g_autofree char *short_way = NULL, *long_way = NULL;

            parts[place][1] = c;
            ascii = g_strdup_printf ("%s@%s/%s", parts[0], parts[1], parts[2]);
            mixed = g_strdup_printf ("%s\xc2\xad@\xc2\xad%s/%s\xc2\xad",
                                     parts[0],
                                     parts[1],
                                     parts[2]);
            short_way = xtls_jid_canonical (ascii);
            long_way = xtls_jid_canonical (mixed);
            g_assert_cmpstr (short_way, ==, long_way);
        }
}

static void
test_plain (void)
{
    static const char *const plain[] = {"juliet@capulet.lit",
                                        "capulet.lit",
                                        "a-1.b@c-2.d/Balcony \xff",
                                        ".@a",
                                        "a@b/",
                                        NULL};
    static const char *const other[] = {"",
                                        "/a",
                                        "@",
                                        "@a",
                                        "a@",
                                        "a@/b",
                                        "a@.",
                                        "a@b.",
                                        "a@b./c",
                                        "A@b",
                                        "a@B",
                                        "a_b@c",
                                        "a@b@c",
                                        "a b@c",
                                        "a@b c",
                                        "\xc2\xad"
                                        "a@b",
                                        "a@xn--bcher-kva.lit",
                                        NULL};
    g_autofree char *longer = g_strnfill (1024, 'a');
    g_autofree char *local = g_strconcat (longer, "@b", NULL);

    for (gsize i = 0; plain[i]; i++)
        g_assert_true (xtls_jid_is_plain (plain[i]));
    for (gsize i = 0; other[i]; i++)
        g_assert_false (xtls_jid_is_plain (other[i]));
    g_assert_false (xtls_jid_is_plain (longer));
    g_assert_false (xtls_jid_is_plain (local));
    /* What follows the slash may still be no address. */
    g_assert_null (xtls_jid_canonical_bare ("a@b/\xff"));
    g_assert_null (xtls_jid_canonical_bare ("a@b/\n"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/jid/full/accepts", test_full_accepts);
    g_test_add_func ("/jid/full/refuses", test_full_refuses);
    g_test_add_func ("/jid/full/limits", test_full_limits);
    g_test_add_func ("/jid/bare", test_bare);
    g_test_add_func ("/jid/resource", test_resource);
    g_test_add_func ("/jid/same-bare", test_same_bare);
    g_test_add_func ("/jid/plain", test_plain);
    g_test_add_func ("/jid/canonical/forms", test_canonical);
    g_test_add_func ("/jid/canonical/ascii", test_canonical_ascii);
    g_test_add_func ("/jid/canonical/limits", test_canonical_limits);
    g_test_add_func ("/jid/canonical/long", test_canonical_long);
    return g_test_run ();
}
