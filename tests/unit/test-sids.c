/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "memory.h"
#include "sids.h"

static void
test_bounded (void)
{
    XtlsSids *sids = xtls_sids_new ();

    xtls_sids_add (sids, XTLS_SIDS_IBB, "first", "a@b/c");
    for (guint i = 1; i < XTLS_SIDS_MAX; i++)
        xtls_sids_add (sids, XTLS_SIDS_IBB, "x", "a@b/c");
    g_assert_true (xtls_sids_has (sids, XTLS_SIDS_IBB, "first", NULL));
    g_assert_true (xtls_sids_has (sids, XTLS_SIDS_IBB, "first", "a@b/c"));
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_IBB, "first", "a@b/d"));
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_JINGLE, "first", NULL));
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_IBB, NULL, NULL));
    xtls_sids_add (sids, XTLS_SIDS_IBB, "x", "a@b/c");
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_IBB, "first", NULL));
    xtls_sids_free (sids);
}

/* However often the ring goes round, it has the newest entries and no other,
 * and without entries hardly any memory is taken. */
static void
test_newest (void)
{
    gsize before = memory_used ();
    XtlsSids *sids = xtls_sids_new ();
    char sid[16];

    g_assert_cmpuint (memory_used () - before, <, 2048);
    for (guint i = 0; i < 3 * XTLS_SIDS_MAX + 7; i++) {
        g_snprintf (sid, sizeof sid, "%u", i);
        xtls_sids_add (sids, XTLS_SIDS_JINGLE, sid, "a@b/c");
    }
    for (guint i = 0; i < 3 * XTLS_SIDS_MAX + 7; i++) {
        g_snprintf (sid, sizeof sid, "%u", i);
        g_assert_true (xtls_sids_has (sids, XTLS_SIDS_JINGLE, sid, NULL) ==
                       (i >= 2 * XTLS_SIDS_MAX + 7));
    }
    xtls_sids_free (sids);
}

static void
test_long (void)
{
    XtlsSids *sids = xtls_sids_new ();
    char *id = g_strnfill (200000, 'x');
    gsize before = memory_used ();

    for (guint i = 0; i < XTLS_SIDS_MAX; i++) {
        id[0] = (char)('a' + i % 26);
        xtls_sids_add (sids, XTLS_SIDS_RESPONSE, id, "a@b/c");
    }
    g_assert_cmpuint (memory_used () - before, <, 1024 * 1024);
    g_assert_true (xtls_sids_has (sids, XTLS_SIDS_RESPONSE, id, "a@b/c"));
    id[0] = 'z';
    g_assert_true (xtls_sids_has (sids, XTLS_SIDS_RESPONSE, id, NULL));
    id[199999] = 'y';
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_RESPONSE, id, NULL));
    g_free (id);
    xtls_sids_free (sids);
}

/* Once it is full, nothing is allocated or freed any more, however long an id
 * or a peer's address is. */
static void
test_full (void)
{
    XtlsSids *sids = xtls_sids_new ();
    char *sid = g_strnfill (1000, 's'), *peer = g_strnfill (1000, 'p');
    gsize before = 0;

    for (guint i = 0; i < 3 * XTLS_SIDS_MAX; i++) {
        if (i == XTLS_SIDS_MAX)
            before = memory_used ();
        xtls_sids_add (sids, XTLS_SIDS_RESPONSE, sid + i % 999, peer + i % 998);
    }
    g_assert_cmpuint (memory_used (), ==, before);
    g_assert_true (
        xtls_sids_has (sids, XTLS_SIDS_RESPONSE, sid + 767, peer + 767));
    g_assert_false (
        xtls_sids_has (sids, XTLS_SIDS_RESPONSE, sid + 767, peer + 766));
    g_free (sid);
    g_free (peer);
    xtls_sids_free (sids);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/sids/bounded", test_bounded);
    g_test_add_func ("/sids/newest", test_newest);
    g_test_add_func ("/sids/long", test_long);
    g_test_add_func ("/sids/full", test_full);
    return g_test_run ();
}
