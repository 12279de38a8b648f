/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of trust/records.c, and of merging known peers and contact preferences:
 * two programs use one folder, each with its own writer and its own copy in
 * memory.
 */
#include "records.h"

#include "contact-prefs.h"
#include "keystore.h"
#include "peers.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROMEO "romeo@montague.lit"
#define JULIET "juliet@capulet.lit"
#define NURSE "nurse@capulet.lit"

typedef struct {
    XtlsWriter *writer;
    XtlsPeers *peers;
    XtlsContactPrefs *prefs;
    GString *changed; /* the contacts that another program has changed */
    guint failures;   /* changes reported for known-peers */
} Program;

typedef struct {
    char *dir, *peers, *contacts;
    Program one, two;
    XtlsFingerprint a, b;
    guint dummies;
} Fixture;

static void
failed_cb (const char *path, const char *message, gpointer user_data)
{
    if (g_str_has_suffix (path, "known-peers"))
        ((Program *)user_data)->failures++;
}

static void
changed_cb (const char *account, const char *jid, gpointer user_data)
{
    g_assert_true ((account == NULL) == (jid == NULL));
    g_string_append_printf (((Program *)user_data)->changed,
                            "%s,",
                            jid != NULL ? jid : "everybody");
}

static void
start (Fixture *fixture, Program *program)
{
    program->writer = xtls_writer_new (failed_cb, program);
    program->peers = xtls_peers_load (fixture->peers, program->writer);
    program->prefs =
        xtls_contact_prefs_load (fixture->contacts, program->writer);
    program->changed = g_string_new (NULL);
    program->failures = 0;
    xtls_records_set_changed_func (
        xtls_peers_get_records (program->peers), changed_cb, program);
    xtls_records_set_changed_func (
        xtls_contact_prefs_get_records (program->prefs), changed_cb, program);
}

static void
end (Program *program)
{
    xtls_peers_free (program->peers);
    xtls_contact_prefs_free (program->prefs);
    xtls_writer_free (program->writer);
    g_string_free (program->changed, TRUE);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
    fixture->dir = test_dir_new ();
    fixture->peers = g_build_filename (fixture->dir, "known-peers", NULL);
    fixture->contacts = g_build_filename (fixture->dir, "contacts", NULL);
    xtls_fingerprint_of ((const guint8 *)"a", 1, &fixture->a);
    xtls_fingerprint_of ((const guint8 *)"b", 1, &fixture->b);
    start (fixture, &fixture->one);
    start (fixture, &fixture->two);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    end (&fixture->one);
    end (&fixture->two);
    test_dir_free (fixture->dir);
    g_free (fixture->peers);
    g_free (fixture->contacts);
}

/* Makes a program read its files again at once, by a change that does not
 * matter.
 */
static void
sync_program (Fixture *fixture, Program *program)
{
    g_autofree char *name = g_strdup_printf ("dummy%u@x", ++fixture->dummies);

    xtls_peers_seen (program->peers, ROMEO, name, &fixture->b, 1000);
    xtls_contact_prefs_set_was_open (program->prefs, ROMEO, name);
    xtls_writer_flush (program->writer);
}

static void
sync_both (Fixture *fixture)
{
    sync_program (fixture, &fixture->one);
    sync_program (fixture, &fixture->two);
    sync_program (fixture, &fixture->one);
}

/* Waits until another program's change has been noticed by itself. */
static void
wait_changed (Program *program)
{
    gint64 until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

    g_string_truncate (program->changed, 0);
    while (program->changed->len == 0) {
        struct pollfd fd = {xtls_writer_get_fd (program->writer), POLLIN, 0};

        g_assert_cmpint (g_get_monotonic_time (), <, until);
        (void)poll (&fd, 1, 1000);
        xtls_writer_dispatch (program->writer);
    }
}

static XtlsTrust
get_trust_of (Program *program,
              const char *who,
              const XtlsFingerprint *fingerprint)
{
    const XtlsPeer *peer =
        xtls_peers_lookup (program->peers, ROMEO, who, fingerprint);

    return peer != NULL ? peer->trust : XTLS_TRUST_NEW;
}

static XtlsTrust
get_trust (Program *program, const XtlsFingerprint *fingerprint)
{
    return get_trust_of (program, JULIET, fingerprint);
}

static void
set_trust_of (Program *program,
              const char *who,
              const XtlsFingerprint *fingerprint,
              XtlsTrust trust,
              gint64 now)
{
    if (trust == XTLS_TRUST_NEW) {
        (void)xtls_peers_forget (program->peers, ROMEO, who, fingerprint);
        return;
    }
    xtls_peers_seen (program->peers, ROMEO, who, fingerprint, now);
    if (get_trust_of (program, who, fingerprint) != trust)
        xtls_peers_set_trust (program->peers,
                              ROMEO,
                              who,
                              fingerprint,
                              trust,
                              trust == XTLS_TRUST_VERIFIED
                                  ? XTLS_VERIFIED_BY_SECRET
                                  : XTLS_VERIFIED_BY_NOTHING,
                              now);
}

static void
set_trust (Program *program,
           const XtlsFingerprint *fingerprint,
           XtlsTrust trust,
           gint64 now)
{
    set_trust_of (program, JULIET, fingerprint, trust, now);
}

static void
assert_trust (Fixture *fixture,
              const XtlsFingerprint *fingerprint,
              XtlsTrust trust)
{
    Program third;

    g_assert_cmpint (get_trust (&fixture->one, fingerprint), ==, trust);
    g_assert_cmpint (get_trust (&fixture->two, fingerprint), ==, trust);
    start (fixture, &third);
    g_assert_cmpint (get_trust (&third, fingerprint), ==, trust);
    end (&third);
}

/* --- what is merged ------------------------------------------------------- */

static void
test_different_contacts (Fixture *fixture, gconstpointer unused)
{
    const XtlsPeer *peer;

    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 5);
    xtls_peers_seen (fixture->two.peers, ROMEO, NURSE, &fixture->b, 6);
    xtls_contact_prefs_set_policy (
        fixture->one.prefs, ROMEO, JULIET, XTLS_POLICY_REQUIRED);
    xtls_contact_prefs_set_policy (
        fixture->two.prefs, ROMEO, NURSE, XTLS_POLICY_NEVER);
    xtls_contact_prefs_set_logging (
        fixture->two.prefs, ROMEO, JULIET, XTLS_LOGGING_OFF);
    sync_both (fixture);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_VERIFIED);
    peer = xtls_peers_lookup (fixture->one.peers, ROMEO, NURSE, &fixture->b);
    g_assert_nonnull (peer);
    g_assert_cmpstr (peer->account, ==, ROMEO);
    g_assert_cmpstr (peer->jid, ==, NURSE);
    g_assert_cmpint (peer->first_seen, ==, 6);
    /* Different changes to one contact. */
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (fixture->two.prefs, ROMEO, JULIET),
        ==,
        XTLS_POLICY_REQUIRED);
    g_assert_cmpint (
        xtls_contact_prefs_get_logging (fixture->one.prefs, ROMEO, JULIET),
        ==,
        XTLS_LOGGING_OFF);
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (fixture->one.prefs, ROMEO, NURSE),
        ==,
        XTLS_POLICY_NEVER);
}

typedef struct {
    XtlsTrust before, one, two, after;
} TrustCase;

#define N XTLS_TRUST_NEW
#define K XTLS_TRUST_KNOWN
#define V XTLS_TRUST_VERIFIED
#define R XTLS_TRUST_REFUSED

static const TrustCase trust_cases[] = {
    /* Only one side has changed it. */
    {N, N, K, K},
    {N, N, V, V},
    {N, N, R, R},
    {K, K, N, N},
    {K, K, V, V},
    {K, K, R, R},
    {V, V, N, N},
    {V, V, K, K},
    {V, V, R, R},
    {R, R, N, N},
    {R, R, K, K},
    {R, R, V, V},
    /* Both sides have changed it, so the safer decision counts. Having been
     * seen is not a decision. */
    {N, K, V, V},
    {N, K, R, R},
    {N, V, R, R},
    {K, N, V, N},
    {K, N, R, R},
    {K, V, R, R},
    {V, N, K, N},
    {V, N, R, R},
    {V, K, R, R},
    {R, N, K, N},
    {R, N, V, N},
    {R, K, V, K},
    {K, V, V, V},
    {K, R, R, R},
    {V, N, N, N},
};

/* Each case has a contact of its own, and is tried with both orders. */
static void
test_trust (Fixture *fixture, gconstpointer unused)
{
    char *names[2 * G_N_ELEMENTS (trust_cases)];

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        names[i] = g_strdup_printf ("case%u@x", i);
        set_trust_of (
            &fixture->one, names[i], &fixture->a, trust_cases[i / 2].before, 1);
    }
    sync_both (fixture);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        const TrustCase *test = &trust_cases[i / 2];

        g_assert_cmpint (get_trust_of (&fixture->two, names[i], &fixture->a),
                         ==,
                         test->before);
        set_trust_of (i % 2 ? &fixture->two : &fixture->one,
                      names[i],
                      &fixture->a,
                      test->one,
                      100);
        set_trust_of (i % 2 ? &fixture->one : &fixture->two,
                      names[i],
                      &fixture->a,
                      test->two,
                      200);
    }
    sync_both (fixture);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        g_test_message ("case %u", i / 2);
        g_assert_cmpint (get_trust_of (&fixture->one, names[i], &fixture->a),
                         ==,
                         trust_cases[i / 2].after);
        g_assert_cmpint (get_trust_of (&fixture->two, names[i], &fixture->a),
                         ==,
                         trust_cases[i / 2].after);
        g_free (names[i]);
    }
}

#undef N
#undef K
#undef V
#undef R

typedef struct {
    XtlsPolicy before, one, two, after;
} PolicyCase;

static const PolicyCase policy_cases[] = {
    {XTLS_POLICY_DEFAULT,
     XTLS_POLICY_DEFAULT,
     XTLS_POLICY_NEVER,
     XTLS_POLICY_NEVER},
    {XTLS_POLICY_REQUIRED,
     XTLS_POLICY_REQUIRED,
     XTLS_POLICY_MANUAL,
     XTLS_POLICY_MANUAL},
    {XTLS_POLICY_DEFAULT,
     XTLS_POLICY_REQUIRED,
     XTLS_POLICY_NEVER,
     XTLS_POLICY_REQUIRED},
    {XTLS_POLICY_DEFAULT,
     XTLS_POLICY_MANUAL,
     XTLS_POLICY_AUTOMATIC,
     XTLS_POLICY_AUTOMATIC},
    {XTLS_POLICY_MANUAL,
     XTLS_POLICY_REQUIRED,
     XTLS_POLICY_AUTOMATIC,
     XTLS_POLICY_REQUIRED},
    {XTLS_POLICY_AUTOMATIC,
     XTLS_POLICY_NEVER,
     XTLS_POLICY_MANUAL,
     XTLS_POLICY_MANUAL},
    /* For a verified contact, the default means `required`. */
    {XTLS_POLICY_NEVER,
     XTLS_POLICY_DEFAULT,
     XTLS_POLICY_AUTOMATIC,
     XTLS_POLICY_DEFAULT},
};

static void
set_policy (Program *program, XtlsPolicy policy)
{
    xtls_contact_prefs_set_policy (program->prefs, ROMEO, JULIET, policy);
}

static void
assert_policy (Fixture *fixture, XtlsPolicy policy)
{
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (fixture->one.prefs, ROMEO, JULIET),
        ==,
        policy);
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (fixture->two.prefs, ROMEO, JULIET),
        ==,
        policy);
}

static void
test_policy (Fixture *fixture, gconstpointer unused)
{
    for (guint i = 0; i < 2 * G_N_ELEMENTS (policy_cases); i++) {
        const PolicyCase *test = &policy_cases[i / 2];
        Program *one = i % 2 ? &fixture->two : &fixture->one;
        Program *two = i % 2 ? &fixture->one : &fixture->two;

        set_policy (one, test->before);
        sync_both (fixture);
        assert_policy (fixture, test->before);
        set_policy (one, test->one);
        set_policy (two, test->two);
        sync_both (fixture);
        assert_policy (fixture, test->after);
    }
}

static void
test_other_settings (Fixture *fixture, gconstpointer unused)
{
    xtls_contact_prefs_set_logging (
        fixture->one.prefs, ROMEO, JULIET, XTLS_LOGGING_ON);
    xtls_contact_prefs_set_logging (
        fixture->two.prefs, ROMEO, JULIET, XTLS_LOGGING_OFF);
    xtls_contact_prefs_set_was_open (fixture->one.prefs, ROMEO, JULIET);
    sync_both (fixture);
    g_assert_cmpint (
        xtls_contact_prefs_get_logging (fixture->one.prefs, ROMEO, JULIET),
        ==,
        XTLS_LOGGING_OFF);
    g_assert_true (
        xtls_contact_prefs_was_open (fixture->two.prefs, ROMEO, JULIET));
}

/* An attacker in the middle, from before the right key was verified, could
 * otherwise return with a key that only the other program has seen. */
static void
test_verifying_forgets_what_the_other_saw (Fixture *fixture,
                                           gconstpointer unused)
{
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 1);
    sync_both (fixture);
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 2);
    set_trust (&fixture->two, &fixture->b, XTLS_TRUST_KNOWN, 2);
    sync_both (fixture);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_VERIFIED);
    assert_trust (fixture, &fixture->b, XTLS_TRUST_NEW);
    /* Keys that are seen afterwards stay. */
    set_trust (&fixture->two, &fixture->b, XTLS_TRUST_KNOWN, 3);
    sync_both (fixture);
    assert_trust (fixture, &fixture->b, XTLS_TRUST_KNOWN);
}

static void
test_when_it_was_seen (Fixture *fixture, gconstpointer unused)
{
    const XtlsPeer *peer;

    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 500);
    set_trust (&fixture->two, &fixture->a, XTLS_TRUST_KNOWN, 300);
    sync_both (fixture);
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 800);
    set_trust (&fixture->two, &fixture->a, XTLS_TRUST_KNOWN, 700);
    sync_both (fixture);
    peer = xtls_peers_lookup (fixture->two.peers, ROMEO, JULIET, &fixture->a);
    g_assert_cmpint (peer->first_seen, ==, 300);
    g_assert_cmpint (peer->last_seen, ==, 800);
}

/* After the worker has merged, but before the main thread has taken the result,
 * the user decides once more. */
static void
test_changed_meanwhile (Fixture *fixture, gconstpointer unused)
{
    struct pollfd fd = {xtls_writer_get_fd (fixture->one.writer), POLLIN, 0};

    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 1);
    sync_both (fixture);
    set_trust (&fixture->two, &fixture->a, XTLS_TRUST_KNOWN, 200000);
    xtls_writer_flush (fixture->two.writer);
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 2);
    g_assert_cmpint (poll (&fd, 1, 20000), ==, 1);
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 3);
    g_assert_cmpint (
        get_trust (&fixture->one, &fixture->a), ==, XTLS_TRUST_KNOWN);
    sync_both (fixture);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_KNOWN);
}

static void
test_noticed (Fixture *fixture, gconstpointer unused)
{
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 1);
    xtls_writer_flush (fixture->one.writer);
    wait_changed (&fixture->two);
    g_assert_cmpstr (fixture->two.changed->str, ==, JULIET ",");
    g_assert_cmpint (
        get_trust (&fixture->two, &fixture->a), ==, XTLS_TRUST_VERIFIED);
    set_policy (&fixture->two, XTLS_POLICY_REQUIRED);
    xtls_writer_flush (fixture->two.writer);
    wait_changed (&fixture->one);
    g_assert_cmpstr (fixture->one.changed->str, ==, JULIET ",");
    assert_policy (fixture, XTLS_POLICY_REQUIRED);
    g_assert_cmpuint (fixture->one.failures + fixture->two.failures, ==, 0);
}

/* --- damage --------------------------------------------------------------- */

/* A file that has disappeared or was truncated while the programs ran does not
 * mean that the records were removed. */
static void
test_gone (Fixture *fixture, gconstpointer unused)
{
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_REFUSED, 1);
    set_policy (&fixture->one, XTLS_POLICY_REQUIRED);
    sync_both (fixture);
    g_remove (fixture->peers);
    g_remove (fixture->contacts);
    sync_both (fixture);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
    assert_policy (fixture, XTLS_POLICY_REQUIRED);
    g_assert_false (
        xtls_records_is_damaged (xtls_peers_get_records (fixture->two.peers)));
}

static void
assert_damaged (Fixture *fixture, gboolean damaged)
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
test_damaged_meanwhile (Fixture *fixture, gconstpointer unused)
{
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_REFUSED, 1);
    sync_both (fixture);
    test_write (fixture->peers, "rubbish");
    wait_changed (&fixture->one);
    g_assert_nonnull (strstr (fixture->one.changed->str, "everybody,"));
    sync_both (fixture);
    assert_damaged (fixture, TRUE);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
    xtls_records_clear_damaged (xtls_peers_get_records (fixture->two.peers));
    wait_changed (&fixture->one);
    sync_both (fixture);
    assert_damaged (fixture, FALSE);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
}

/* Another program has started, found the file damaged, and written the part
 * that it could read. */
static void
test_damaged_for_the_other (Fixture *fixture, gconstpointer unused)
{
    gboolean writable;
    static const char *const keys[] = {"x", NULL};

    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 1);
    set_policy (&fixture->one, XTLS_POLICY_REQUIRED);
    sync_both (fixture);
    test_write (fixture->peers, "rubbish");
    g_assert_false (
        xtls_keystore_load (fixture->peers, keys, NULL, NULL, &writable));
    test_write (fixture->peers, "[xtls]\nversion=1\n");
    sync_both (fixture);
    assert_damaged (fixture, TRUE);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_VERIFIED);
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
test_disk_full (Fixture *fixture, gconstpointer unused)
{
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 1);
    sync_both (fixture);
    limit_files (20);
    set_trust (&fixture->two, &fixture->a, XTLS_TRUST_REFUSED, 2);
    for (guint i = 0; i < 5; i++)
        sync_program (fixture, &fixture->two);
    xtls_writer_dispatch (fixture->two.writer);
    limit_files (RLIM_INFINITY);
    /* It is reported once, however often writing fails. */
    g_assert_cmpuint (fixture->two.failures, ==, 1);
    g_assert_cmpint (
        get_trust (&fixture->one, &fixture->a), ==, XTLS_TRUST_VERIFIED);
    /* Changes by the other program in the meantime are merged, too. */
    set_policy (&fixture->one, XTLS_POLICY_REQUIRED);
    sync_both (fixture);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
    assert_policy (fixture, XTLS_POLICY_REQUIRED);
}

/* The other program's changes arrive even where nothing can be written. */
static void
test_disk_full_for_the_reader (Fixture *fixture, gconstpointer unused)
{
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 1);
    sync_both (fixture);
    set_trust (&fixture->two, &fixture->a, XTLS_TRUST_REFUSED, 2);
    xtls_writer_flush (fixture->two.writer);
    limit_files (20);
    set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 3);
    xtls_writer_flush (fixture->one.writer);
    limit_files (RLIM_INFINITY);
    g_assert_cmpint (
        get_trust (&fixture->one, &fixture->a), ==, XTLS_TRUST_REFUSED);
    sync_both (fixture);
    assert_trust (fixture, &fixture->a, XTLS_TRUST_REFUSED);
}

/* Writes without pause until it is killed. */
static void
run_until_killed (Fixture *fixture, int ready)
{
    Program program;
    guint i = 0;

    start (fixture, &program);
    for (;;) {
        i++;
        set_trust (&program,
                   i % 2 ? &fixture->a : &fixture->b,
                   XTLS_TRUST_VERIFIED,
                   i * 100000);
        sync_program (fixture, &program);
        if (i == 1 && write (ready, "x", 1) != 1)
            _exit (1);
    }
}

/* This runs before any thread is started, so that it may fork. */
static void
test_killed (void)
{
    g_autofree char *dir = test_dir_new ();
    Fixture fixture = {.dir = dir};
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
        start (&fixture, &survivor);
        g_assert_false (
            xtls_records_is_damaged (xtls_peers_get_records (survivor.peers)));
        g_assert_false (xtls_records_is_damaged (
            xtls_contact_prefs_get_records (survivor.prefs)));
        g_assert_cmpint (
            get_trust (&survivor, &fixture.a), ==, XTLS_TRUST_VERIFIED);
        /* The lock was released when its holder was killed. */
        sync_program (&fixture, &survivor);
        g_assert_cmpuint (survivor.failures, ==, 0);
        end (&survivor);
    }
    g_free (fixture.peers);
    g_free (fixture.contacts);
    test_dir_free (g_steal_pointer (&dir));
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    signal (SIGXFSZ, SIG_IGN);
    g_test_add_func ("/records/killed", test_killed);
    add ("/records/merge/different-contacts", test_different_contacts);
    add ("/records/merge/trust", test_trust);
    add ("/records/merge/policy", test_policy);
    add ("/records/merge/other-settings", test_other_settings);
    add ("/records/merge/verifying-forgets",
         test_verifying_forgets_what_the_other_saw);
    add ("/records/merge/when-it-was-seen", test_when_it_was_seen);
    add ("/records/merge/changed-meanwhile", test_changed_meanwhile);
    add ("/records/noticed", test_noticed);
    add ("/records/gone", test_gone);
    add ("/records/damaged/meanwhile", test_damaged_meanwhile);
    add ("/records/damaged/for-the-other", test_damaged_for_the_other);
    add ("/records/disk-full", test_disk_full);
    add ("/records/disk-full/reader", test_disk_full_for_the_reader);
    return g_test_run ();
}
