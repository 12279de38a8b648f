/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/records.c: files that are damaged, lost, or cannot be written,
 * and programs that are killed. */
#include "keystore.h"
#include "programs.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- damage --------------------------------------------------------------- */

/* A file that has disappeared or was truncated while the programs ran does not
 * mean that the records were removed. */
static void
test_gone (Programs *fixture, gconstpointer unused)
{
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_REFUSED, 1);
    programs_set_policy (&fixture->one, XTLS_POLICY_REQUIRED);
    programs_sync_both (fixture);
    g_remove (fixture->peers);
    g_remove (fixture->contacts);
    programs_sync_both (fixture);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
    programs_assert_policy (fixture, XTLS_POLICY_REQUIRED);
    g_assert_false (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->two.peers)));
}

static void
assert_damaged (Programs *fixture, gboolean damaged)
{
    g_assert_cmpint (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->one.peers)),
        ==,
        damaged);
    g_assert_cmpint (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->two.peers)),
        ==,
        damaged);
}

static void
test_damaged_meanwhile (Programs *fixture, gconstpointer unused)
{
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_REFUSED, 1);
    programs_sync_both (fixture);
    test_write (fixture->peers, "rubbish");
    programs_wait_changed (&fixture->one);
    g_assert_nonnull (strstr (fixture->one.changed->str, "everybody,"));
    programs_sync_both (fixture);
    assert_damaged (fixture, TRUE);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
    xtls_records_clear_damaged (xtls_peers_get_records (fixture->two.peers));
    programs_wait_changed (&fixture->one);
    programs_sync_both (fixture);
    assert_damaged (fixture, FALSE);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
}

/* Another program has started, found the file damaged, and written the part
 * that it could read. */
static void
test_damaged_for_the_other (Programs *fixture, gconstpointer unused)
{
    gboolean writable;
    static const char *const keys[] = {"x", NULL};

    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 1);
    programs_set_policy (&fixture->one, XTLS_POLICY_REQUIRED);
    programs_sync_both (fixture);
    test_write (fixture->peers, "rubbish");
    g_assert_false (
        xtls_keystore_load (fixture->peers, keys, NULL, NULL, &writable));
    test_write (fixture->peers, "[xtls]\nversion=1\n");
    programs_sync_both (fixture);
    assert_damaged (fixture, TRUE);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_VERIFIED);
}

/* --- faults --------------------------------------------------------------- */

/* Allows at most @bytes in a file, as if the disk were full. */
static void
limit_files (rlim_t bytes)
{
    struct rlimit limit;

    g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    limit.rlim_cur = MIN (bytes, limit.rlim_max);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_disk_full (Programs *fixture, gconstpointer unused)
{
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 1);
    programs_sync_both (fixture);
    limit_files (20);
    programs_set_trust (&fixture->two, &fixture->a, XTLS_TRUST_REFUSED, 2);
    for (guint i = 0; i < 5; i++)
        programs_sync (fixture, &fixture->two);
    xtls_writer_dispatch (fixture->two.writer);
    limit_files (RLIM_INFINITY);
    /* It is reported once, however often writing fails. */
    g_assert_cmpuint (fixture->two.failures, ==, 1);
    g_assert_cmpint (programs_get_trust (&fixture->one, &fixture->a),
                     ==,
                     XTLS_TRUST_VERIFIED);
    /* Changes by the other program in the meantime are merged, too. */
    programs_set_policy (&fixture->one, XTLS_POLICY_REQUIRED);
    programs_sync_both (fixture);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
    programs_assert_policy (fixture, XTLS_POLICY_REQUIRED);
}

/* The other program's changes arrive even where nothing can be written. */
static void
test_disk_full_for_the_reader (Programs *fixture, gconstpointer unused)
{
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 1);
    programs_sync_both (fixture);
    programs_set_trust (&fixture->two, &fixture->a, XTLS_TRUST_REFUSED, 2);
    xtls_writer_flush (fixture->two.writer);
    limit_files (20);
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 3);
    xtls_writer_flush (fixture->one.writer);
    limit_files (RLIM_INFINITY);
    g_assert_cmpint (programs_get_trust (&fixture->one, &fixture->a),
                     ==,
                     XTLS_TRUST_REFUSED);
    programs_sync_both (fixture);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
}

/* Writes without pause until it is killed. */
static void
run_until_killed (Programs *fixture, int ready)
{
    Program program;
    guint i = 0;

    programs_start (fixture, &program);
    for (;;) {
        i++;
        programs_set_trust (&program,
                            i % 2 ? &fixture->a : &fixture->b,
                            XTLS_TRUST_VERIFIED,
                            i * 100000);
        programs_sync (fixture, &program);
        if (i == 1 && write (ready, "x", 1) != 1)
            _exit (1);
    }
}

/* This runs before any thread is started, so that it may fork. */
static void
test_killed (void)
{
    g_autofree char *dir = test_dir_new ();
    Programs fixture = {.dir = dir};
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);

    fixture.peers = g_build_filename (dir, "known-peers", NULL);
    fixture.contacts = g_build_filename (dir, "contacts", NULL);
    xtls_fingerprint_of ((const guint8 *)"a", 1, &fixture.a);
    xtls_fingerprint_of ((const guint8 *)"b", 1, &fixture.b);
    for (guint i = 0; i < 20; i++) {
        Program survivor;
        int ready[2];
        char byte;
        pid_t child;

        g_assert_cmpint (pipe (ready), ==, 0);
        child = fork ();
        if (child == 0)
            run_until_killed (&fixture, ready[1]);
        g_assert_cmpint (child, >, 0);
        g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
        g_usleep ((gulong)g_rand_int_range (rand, 0, 20000));
        g_assert_cmpint (kill (child, SIGKILL), ==, 0);
        g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
        close (ready[0]);
        close (ready[1]);
        programs_start (&fixture, &survivor);
        g_assert_false (
            xtls_records_is_damaged (xtls_peers_get_records (survivor.peers)));
        g_assert_false (xtls_records_is_damaged (
            xtls_contact_prefs_get_records (survivor.prefs)));
        g_assert_cmpint (programs_get_trust (&survivor, &fixture.a),
                         ==,
                         XTLS_TRUST_VERIFIED);
        /* The lock was released when its holder was killed. */
        programs_sync (&fixture, &survivor);
        g_assert_cmpuint (survivor.failures, ==, 0);
        programs_end (&survivor);
    }
    g_free (fixture.peers);
    g_free (fixture.contacts);
    test_dir_free (g_steal_pointer (&dir));
}

#define add(path, function)                                                    \
    g_test_add (                                                               \
        path, Programs, NULL, programs_set_up, function, programs_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    signal (SIGXFSZ, SIG_IGN);
    g_test_add_func ("/records/killed", test_killed);
    add ("/records/gone", test_gone);
    add ("/records/damaged/meanwhile", test_damaged_meanwhile);
    add ("/records/damaged/for-the-other", test_damaged_for_the_other);
    add ("/records/disk-full", test_disk_full);
    add ("/records/disk-full/reader", test_disk_full_for_the_reader);
    return g_test_run ();
}
