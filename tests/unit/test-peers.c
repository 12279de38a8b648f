/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/peers.c. */
#include "peers.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <string.h>

#define ROMEO "romeo@montague.lit"
#define JULIET "juliet@capulet.lit"
#define DAY 86400

typedef struct {
    char *dir, *file;
    XtlsWriter *writer;
    XtlsPeers *peers;
    XtlsFingerprint a, b;
} Fixture;

static void
failed_cb (const char *path, const char *message, gpointer user_data)
{
    g_assert_not_reached ();
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
    fixture->dir = test_dir_new ();
    fixture->file = g_build_filename (fixture->dir, "known-peers", NULL);
    fixture->writer = xtls_writer_new (failed_cb, NULL);
    fixture->peers = xtls_peers_load (fixture->file, fixture->writer);
    g_assert_false (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->peers)));
    xtls_fingerprint_of ((const guint8 *)"a", 1, &fixture->a);
    xtls_fingerprint_of ((const guint8 *)"b", 1, &fixture->b);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    xtls_peers_free (fixture->peers);
    xtls_writer_dispatch (fixture->writer);
    xtls_writer_free (fixture->writer);
    test_dir_free (fixture->dir);
    g_free (fixture->file);
}

/* The client is started again. */
static char *
reload (Fixture *fixture)
{
    xtls_peers_free (fixture->peers);
    xtls_writer_flush (fixture->writer);
    fixture->peers = xtls_peers_load (fixture->file, fixture->writer);
    return xtls_records_get_set_aside (xtls_peers_get_records (fixture->peers));
}

static guint
count (Fixture *fixture, const char *account, const char *jid)
{
    g_autoptr (GPtrArray) list = xtls_peers_list (fixture->peers, account, jid);

    return list->len;
}

static const XtlsPeer *
lookup (Fixture *fixture, const XtlsFingerprint *fingerprint)
{
    return xtls_peers_lookup (fixture->peers, ROMEO, JULIET, fingerprint);
}

static XtlsTrust
seen (Fixture *fixture, const XtlsFingerprint *fingerprint, gint64 now)
{
    return xtls_peers_seen (fixture->peers, ROMEO, JULIET, fingerprint, now);
}

static void
assert_peer (Fixture *fixture,
             const XtlsFingerprint *fingerprint,
             XtlsTrust trust,
             XtlsVerifiedBy how,
             gint64 verified_at,
             gint64 first_seen,
             gint64 last_seen)
{
    const XtlsPeer *peer = lookup (fixture, fingerprint);

    g_assert_nonnull (peer);
    g_assert_cmpstr (peer->account, ==, ROMEO);
    g_assert_cmpstr (peer->jid, ==, JULIET);
    g_assert_true (xtls_fingerprint_equal (&peer->fingerprint, fingerprint));
    g_assert_cmpint (peer->trust, ==, trust);
    g_assert_cmpint (peer->how, ==, how);
    g_assert_cmpint (peer->verified_at, ==, verified_at);
    g_assert_cmpint (peer->first_seen, ==, first_seen);
    g_assert_cmpint (peer->last_seen, ==, last_seen);
}

static void
test_seen (Fixture *fixture, gconstpointer unused)
{
    g_assert_null (lookup (fixture, &fixture->a));
    g_assert_cmpint (seen (fixture, &fixture->a, 1000), ==, XTLS_TRUST_NEW);
    g_assert_cmpint (seen (fixture, &fixture->a, 1001), ==, XTLS_TRUST_KNOWN);
    g_assert_cmpint (seen (fixture, &fixture->b, 1002), ==, XTLS_TRUST_NEW);
    assert_peer (fixture,
                 &fixture->a,
                 XTLS_TRUST_KNOWN,
                 XTLS_VERIFIED_BY_NOTHING,
                 0,
                 1000,
                 1001);
    g_assert_null (reload (fixture));
    g_assert_false (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->peers)));
    g_assert_cmpuint (test_mode (fixture->file), ==, 0600);
    g_assert_nonnull (lookup (fixture, &fixture->a));
    g_assert_nonnull (lookup (fixture, &fixture->b));
    g_assert_null (
        xtls_peers_lookup (fixture->peers, JULIET, ROMEO, &fixture->a));
    g_assert_null (xtls_peers_lookup (
        fixture->peers, ROMEO, "juliet@capulet.li", &fixture->a));
}

/* A session every minute must not write the file every minute. */
static void
test_last_seen (Fixture *fixture, gconstpointer unused)
{
    seen (fixture, &fixture->a, 1000);
    xtls_writer_flush (fixture->writer);
    g_remove (fixture->file);
    seen (fixture, &fixture->a, 1000 + DAY / 2);
    seen (fixture, &fixture->a, 1000 + DAY - 1);
    xtls_writer_flush (fixture->writer);
    g_assert_false (g_file_test (fixture->file, G_FILE_TEST_EXISTS));
    g_assert_cmpint (
        lookup (fixture, &fixture->a)->last_seen, ==, 1000 + DAY - 1);
    seen (fixture, &fixture->a, 1000 + DAY);
    g_assert_null (reload (fixture));
    assert_peer (fixture,
                 &fixture->a,
                 XTLS_TRUST_KNOWN,
                 XTLS_VERIFIED_BY_NOTHING,
                 0,
                 1000,
                 1000 + DAY);
}

static void
test_trust (Fixture *fixture, gconstpointer unused)
{
    g_assert_false (xtls_peers_set_trust (fixture->peers,
                                          ROMEO,
                                          JULIET,
                                          &fixture->a,
                                          XTLS_TRUST_REFUSED,
                                          XTLS_VERIFIED_BY_NOTHING,
                                          1));
    seen (fixture, &fixture->a, 1);
    seen (fixture, &fixture->b, 2);
    g_assert_true (xtls_peers_set_trust (fixture->peers,
                                         ROMEO,
                                         JULIET,
                                         &fixture->b,
                                         XTLS_TRUST_REFUSED,
                                         XTLS_VERIFIED_BY_NOTHING,
                                         3));
    g_assert_true (xtls_peers_set_trust (fixture->peers,
                                         ROMEO,
                                         JULIET,
                                         &fixture->a,
                                         XTLS_TRUST_VERIFIED,
                                         XTLS_VERIFIED_BY_SECRET,
                                         4));
    g_assert_null (reload (fixture));
    assert_peer (fixture,
                 &fixture->a,
                 XTLS_TRUST_VERIFIED,
                 XTLS_VERIFIED_BY_SECRET,
                 4,
                 1,
                 1);
    assert_peer (fixture,
                 &fixture->b,
                 XTLS_TRUST_REFUSED,
                 XTLS_VERIFIED_BY_NOTHING,
                 0,
                 2,
                 2);
    g_assert_cmpint (seen (fixture, &fixture->a, 5), ==, XTLS_TRUST_VERIFIED);
    g_assert_cmpint (seen (fixture, &fixture->b, 5), ==, XTLS_TRUST_REFUSED);

    /* Taking back the verification also removes its time. */
    g_assert_true (xtls_peers_set_trust (fixture->peers,
                                         ROMEO,
                                         JULIET,
                                         &fixture->a,
                                         XTLS_TRUST_KNOWN,
                                         XTLS_VERIFIED_BY_NOTHING,
                                         6));
    assert_peer (fixture,
                 &fixture->a,
                 XTLS_TRUST_KNOWN,
                 XTLS_VERIFIED_BY_NOTHING,
                 0,
                 1,
                 5);
}

static void
set_trust (Fixture *fixture,
           const XtlsFingerprint *fingerprint,
           XtlsTrust trust)
{
    g_assert_true (xtls_peers_set_trust (fixture->peers,
                                         ROMEO,
                                         JULIET,
                                         fingerprint,
                                         trust,
                                         trust == XTLS_TRUST_VERIFIED
                                             ? XTLS_VERIFIED_BY_SECRET
                                             : XTLS_VERIFIED_BY_NOTHING,
                                         9));
}

/* Only keys that were seen before are forgotten, and only this contact's. */
static void
test_seen_before_verified (Fixture *fixture, gconstpointer unused)
{
    XtlsFingerprint refused = {{3}};

    seen (fixture, &fixture->a, 1);
    seen (fixture, &fixture->b, 2);
    seen (fixture, &refused, 3);
    xtls_peers_seen (fixture->peers, ROMEO, "nurse@capulet.lit", &refused, 4);
    set_trust (fixture, &refused, XTLS_TRUST_REFUSED);
    set_trust (fixture, &fixture->a, XTLS_TRUST_VERIFIED);
    g_assert_null (lookup (fixture, &fixture->b));
    g_assert_cmpint (lookup (fixture, &refused)->trust, ==, XTLS_TRUST_REFUSED);
    g_assert_nonnull (xtls_peers_lookup (
        fixture->peers, ROMEO, "nurse@capulet.lit", &refused));

    /* The user has decided about the other key. */
    seen (fixture, &fixture->b, 5);
    set_trust (fixture, &fixture->a, XTLS_TRUST_VERIFIED);
    g_assert_null (reload (fixture));
    g_assert_cmpint (
        lookup (fixture, &fixture->b)->trust, ==, XTLS_TRUST_KNOWN);
}

static void
test_forget (Fixture *fixture, gconstpointer unused)
{
    const XtlsPeer *peer;

    seen (fixture, &fixture->a, 1);
    seen (fixture, &fixture->b, 1);
    peer = lookup (fixture, &fixture->a);
    /* The arguments may be the entry's own strings. */
    g_assert_true (xtls_peers_forget (
        fixture->peers, peer->account, peer->jid, &peer->fingerprint));
    g_assert_false (
        xtls_peers_forget (fixture->peers, ROMEO, JULIET, &fixture->a));
    g_assert_null (reload (fixture));
    g_assert_null (lookup (fixture, &fixture->a));
    peer = lookup (fixture, &fixture->b);
    g_assert_true (xtls_peers_forget (
        fixture->peers, peer->account, peer->jid, &peer->fingerprint));
    g_assert_null (reload (fixture));
    g_assert_cmpuint (count (fixture, NULL, NULL), ==, 0);
}

static void
test_list (Fixture *fixture, gconstpointer unused)
{
    seen (fixture, &fixture->a, 1);
    seen (fixture, &fixture->b, 1);
    xtls_peers_seen (
        fixture->peers, ROMEO, "nurse@capulet.lit", &fixture->a, 1);
    xtls_peers_seen (fixture->peers, "other@x", JULIET, &fixture->a, 1);
    g_assert_cmpuint (count (fixture, NULL, NULL), ==, 4);
    g_assert_cmpuint (count (fixture, ROMEO, NULL), ==, 3);
    g_assert_cmpuint (count (fixture, ROMEO, JULIET), ==, 2);
    g_assert_cmpuint (count (fixture, NULL, JULIET), ==, 3);
    g_assert_cmpuint (count (fixture, JULIET, ROMEO), ==, 0);
    g_assert_cmpuint (count (fixture, "x", NULL), ==, 0);
}

/* JIDs with characters that are special in the file format. */
static void
test_strange_names (Fixture *fixture, gconstpointer unused)
{
    static const char *const names[] = {
        "a]b[c@d",
        " @ ",
        "#x@y",
        "a=b;c@d",
        "a\nb",
        "\\n\\s",
        "ж@日本.jp",
        "[xtls]\n",
        "'\"&<>",
        "%s%n@x",
    };
    g_autofree char *huge = g_strnfill (5000, 'x');

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        xtls_peers_seen (fixture->peers, ROMEO, names[i], &fixture->a, 1);
    /* They cannot be stored, and nothing crashes. */
    xtls_peers_seen (fixture->peers, ROMEO, "\xff", &fixture->a, 1);
    xtls_peers_seen (fixture->peers, ROMEO, "", &fixture->a, 1);
    xtls_peers_seen (fixture->peers, ROMEO, huge, &fixture->a, 1);
    g_assert_null (reload (fixture));
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        g_assert_nonnull (
            xtls_peers_lookup (fixture->peers, ROMEO, names[i], &fixture->a));
    g_assert_cmpuint (count (fixture, NULL, NULL), ==, G_N_ELEMENTS (names));
}

/* A contact that shows a new key every time cannot fill the disk, nor push
 * out what the user decided. */
static void
test_many_keys (Fixture *fixture, gconstpointer unused)
{
    seen (fixture, &fixture->a, 1);
    xtls_peers_set_trust (fixture->peers,
                          ROMEO,
                          JULIET,
                          &fixture->a,
                          XTLS_TRUST_REFUSED,
                          XTLS_VERIFIED_BY_NOTHING,
                          1);
    seen (fixture, &fixture->b, 2);
    for (gint64 i = 0; i < 62; i++) {
        XtlsFingerprint key;

        xtls_fingerprint_of ((const guint8 *)&i, sizeof i, &key);
        seen (fixture, &key, 10 + i);
    }
    g_assert_cmpuint (count (fixture, ROMEO, JULIET), ==, 64);
    g_assert_nonnull (lookup (fixture, &fixture->b));
    for (gint64 i = 100; i < 300; i++) {
        XtlsFingerprint key;

        xtls_fingerprint_of ((const guint8 *)&i, sizeof i, &key);
        seen (fixture, &key, 10 + i);
        g_assert_nonnull (lookup (fixture, &key));
    }
    g_assert_cmpuint (count (fixture, ROMEO, JULIET), ==, 64);
    g_assert_null (lookup (fixture, &fixture->b));
    g_assert_nonnull (lookup (fixture, &fixture->a));
}

#define FP64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ENTRY(name, how, trust, fp)                                            \
    "[" name "]\naccount=" ROMEO "\njid=" JULIET "\nfingerprint=" fp           \
    "\ntrust=" trust "\nverified-by=" how                                      \
    "\nverified-at=1\nfirst-seen=1\nlast-seen=1\n"
#define HEAD "[xtls]\nversion=1\n"
#define GOOD ENTRY ("g", "fingerprint", "verified", FP64)

static void
check_damaged (Fixture *fixture, const char *text, guint honoured)
{
    g_autofree char *set_aside = NULL, *kept = NULL;

    g_remove (fixture->file);
    test_write (fixture->file, text);
    set_aside = reload (fixture);
    g_assert_nonnull (set_aside);
    kept = test_read (set_aside);
    g_assert_cmpstr (kept, ==, text);
    g_assert_true (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->peers)));
    g_assert_cmpuint (count (fixture, NULL, NULL), ==, honoured);
    /* However often the program ends before the user has been told. */
    g_free (set_aside);
    set_aside = reload (fixture);
    g_assert_nonnull (set_aside);
    g_assert_true (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->peers)));
    xtls_records_clear_damaged (xtls_peers_get_records (fixture->peers));
    g_assert_false (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->peers)));

    /* The entries that could be read are still there after the next start. */
    g_assert_null (reload (fixture));
    g_assert_false (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->peers)));
    g_assert_cmpuint (count (fixture, NULL, NULL), ==, honoured);
}

static void
test_damaged (Fixture *fixture, gconstpointer unused)
{
    check_damaged (fixture, "", 0);
    check_damaged (fixture, "[xtls]\nversion=2\n" GOOD, 0);
    check_damaged (fixture, HEAD GOOD GOOD "x", 0);
    check_damaged (fixture, HEAD GOOD ENTRY ("h", "none", "known", "12:34"), 1);
    check_damaged (fixture, HEAD GOOD ENTRY ("h", "none", "new", "ff" FP64), 1);
    check_damaged (fixture, HEAD GOOD ENTRY ("h", "none", "trusted", FP64), 1);
    check_damaged (fixture, HEAD ENTRY ("h", "none", "verified", FP64), 0);
    check_damaged (fixture, HEAD ENTRY ("h", "secret", "refused", FP64), 0);
    /* If a key is there twice, the first entry counts. */
    check_damaged (fixture, HEAD GOOD ENTRY ("h", "none", "refused", FP64), 1);
}

static void
stuck_cb (const char *path, const char *message, gpointer user_data)
{
    ++*(guint *)user_data;
}

/* A file that cannot be set aside is not written either, and the user is told
 * that nothing is saved. */
static void
test_stuck (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *behind = g_build_filename (fixture->file, "x", NULL);
    g_autofree char *text = NULL;
    guint failures = 0;
    XtlsWriter *writer = xtls_writer_new (stuck_cb, &failures);
    XtlsPeers *peers;

    test_write (fixture->file, "wall");
    peers = xtls_peers_load (behind, writer);
    g_assert_true (xtls_records_is_damaged (xtls_peers_get_records (peers)));
    g_assert_null (xtls_records_get_set_aside (xtls_peers_get_records (peers)));
    xtls_peers_seen (peers, ROMEO, JULIET, &fixture->a, 1);
    xtls_writer_flush (writer);
    xtls_writer_dispatch (writer);
    g_assert_cmpuint (failures, ==, 1);
    xtls_peers_free (peers);
    xtls_writer_free (writer);
    text = test_read (fixture->file);
    g_assert_cmpstr (text, ==, "wall");
}

static void
test_ten_thousand (Fixture *fixture, gconstpointer unused)
{
    gint64 begin;

    for (guint i = 0; i < 10000; i++) {
        g_autofree char *jid = g_strdup_printf ("peer%u@example", i);

        xtls_peers_seen (fixture->peers, ROMEO, jid, &fixture->a, 1);
    }
    begin = g_get_monotonic_time ();
    xtls_peers_seen (fixture->peers, ROMEO, JULIET, &fixture->a, 1);
    g_test_message ("one change of 10,000: %" G_GINT64_FORMAT " µs",
                    g_get_monotonic_time () - begin);
    begin = g_get_monotonic_time ();
    g_assert_cmpuint (count (fixture, NULL, NULL), ==, 10001);
    g_test_message ("list: %" G_GINT64_FORMAT " µs",
                    g_get_monotonic_time () - begin);
    xtls_writer_flush (fixture->writer);
    begin = g_get_monotonic_time ();
    g_assert_null (reload (fixture));
    g_test_message ("load: %" G_GINT64_FORMAT " µs",
                    g_get_monotonic_time () - begin);
    g_assert_cmpuint (count (fixture, NULL, NULL), ==, 10001);
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    add ("/peers/seen", test_seen);
    add ("/peers/last-seen", test_last_seen);
    add ("/peers/trust", test_trust);
    add ("/peers/seen-before-verified", test_seen_before_verified);
    add ("/peers/forget", test_forget);
    add ("/peers/list", test_list);
    add ("/peers/strange-names", test_strange_names);
    add ("/peers/many-keys", test_many_keys);
    add ("/peers/damaged", test_damaged);
    add ("/peers/stuck", test_stuck);
    add ("/peers/ten-thousand", test_ten_thousand);
    return g_test_run ();
}
