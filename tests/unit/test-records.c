/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/records.c, and of merging known peers and contact
 * preferences. */
#include "programs.h"

#include <poll.h>

static void
test_different_contacts (Programs *fixture, gconstpointer unused)
{
    const XtlsPeer *peer;

    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 5);
    xtls_peers_seen (fixture->two.peers, ROMEO, NURSE, &fixture->b, 6);
    xtls_contact_prefs_set_policy (
        fixture->one.prefs, ROMEO, JULIET, XTLS_POLICY_REQUIRED);
    xtls_contact_prefs_set_policy (
        fixture->two.prefs, ROMEO, NURSE, XTLS_POLICY_NEVER);
    xtls_contact_prefs_set_logging (
        fixture->two.prefs, ROMEO, JULIET, XTLS_LOGGING_OFF);
    programs_sync_both (fixture);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_VERIFIED);
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
test_trust (Programs *fixture, gconstpointer unused)
{
    char *names[2 * G_N_ELEMENTS (trust_cases)];

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        names[i] = g_strdup_printf ("case%u@x", i);
        programs_set_trust_of (
            &fixture->one, names[i], &fixture->a, trust_cases[i / 2].before, 1);
    }
    programs_sync_both (fixture);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        const TrustCase *test = &trust_cases[i / 2];

        g_assert_cmpint (
            programs_get_trust_of (&fixture->two, names[i], &fixture->a),
            ==,
            test->before);
        programs_set_trust_of (i % 2 ? &fixture->two : &fixture->one,
                               names[i],
                               &fixture->a,
                               test->one,
                               100);
        programs_set_trust_of (i % 2 ? &fixture->one : &fixture->two,
                               names[i],
                               &fixture->a,
                               test->two,
                               200);
    }
    programs_sync_both (fixture);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        g_test_message ("case %u", i / 2);
        g_assert_cmpint (
            programs_get_trust_of (&fixture->one, names[i], &fixture->a),
            ==,
            trust_cases[i / 2].after);
        g_assert_cmpint (
            programs_get_trust_of (&fixture->two, names[i], &fixture->a),
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
test_policy (Programs *fixture, gconstpointer unused)
{
    for (guint i = 0; i < 2 * G_N_ELEMENTS (policy_cases); i++) {
        const PolicyCase *test = &policy_cases[i / 2];
        Program *one = i % 2 ? &fixture->two : &fixture->one;
        Program *two = i % 2 ? &fixture->one : &fixture->two;

        programs_set_policy (one, test->before);
        programs_sync_both (fixture);
        programs_assert_policy (fixture, test->before);
        programs_set_policy (one, test->one);
        programs_set_policy (two, test->two);
        programs_sync_both (fixture);
        programs_assert_policy (fixture, test->after);
    }
}

static void
test_other_settings (Programs *fixture, gconstpointer unused)
{
    xtls_contact_prefs_set_logging (
        fixture->one.prefs, ROMEO, JULIET, XTLS_LOGGING_ON);
    xtls_contact_prefs_set_logging (
        fixture->two.prefs, ROMEO, JULIET, XTLS_LOGGING_OFF);
    xtls_contact_prefs_set_was_open (fixture->one.prefs, ROMEO, JULIET);
    programs_sync_both (fixture);
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
test_verifying_forgets_what_the_other_saw (Programs *fixture,
                                           gconstpointer unused)
{
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 1);
    programs_sync_both (fixture);
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 2);
    programs_set_trust (&fixture->two, &fixture->b, XTLS_TRUST_KNOWN, 2);
    programs_sync_both (fixture);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_VERIFIED);
    programs_assert_trust (fixture, &fixture->b, XTLS_TRUST_NEW);
    /* Keys that are seen afterwards stay. */
    programs_set_trust (&fixture->two, &fixture->b, XTLS_TRUST_KNOWN, 3);
    programs_sync_both (fixture);
    programs_assert_trust (fixture, &fixture->b, XTLS_TRUST_KNOWN);
}

static void
test_when_it_was_seen (Programs *fixture, gconstpointer unused)
{
    const XtlsPeer *peer;

    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 500);
    programs_set_trust (&fixture->two, &fixture->a, XTLS_TRUST_KNOWN, 300);
    programs_sync_both (fixture);
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 800);
    programs_set_trust (&fixture->two, &fixture->a, XTLS_TRUST_KNOWN, 700);
    programs_sync_both (fixture);
    peer = xtls_peers_lookup (fixture->two.peers, ROMEO, JULIET, &fixture->a);
    g_assert_cmpint (peer->first_seen, ==, 300);
    g_assert_cmpint (peer->last_seen, ==, 800);
}

/* After the worker has merged, but before the main thread has taken the result,
 * the user decides once more. */
static void
test_changed_meanwhile (Programs *fixture, gconstpointer unused)
{
    struct pollfd fd = {xtls_writer_get_fd (fixture->one.writer), POLLIN, 0};

    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 1);
    programs_sync_both (fixture);
    programs_set_trust (&fixture->two, &fixture->a, XTLS_TRUST_KNOWN, 200000);
    xtls_writer_flush (fixture->two.writer);
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 2);
    g_assert_cmpint (poll (&fd, 1, 20000), ==, 1);
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_KNOWN, 3);
    g_assert_cmpint (
        programs_get_trust (&fixture->one, &fixture->a), ==, XTLS_TRUST_KNOWN);
    programs_sync_both (fixture);
    programs_assert_trust (fixture, &fixture->a, XTLS_TRUST_KNOWN);
}

static void
test_noticed (Programs *fixture, gconstpointer unused)
{
    programs_set_trust (&fixture->one, &fixture->a, XTLS_TRUST_VERIFIED, 1);
    xtls_writer_flush (fixture->one.writer);
    programs_wait_changed (&fixture->two);
    g_assert_cmpstr (fixture->two.changed->str, ==, JULIET ",");
    g_assert_cmpint (programs_get_trust (&fixture->two, &fixture->a),
                     ==,
                     XTLS_TRUST_VERIFIED);
    programs_set_policy (&fixture->two, XTLS_POLICY_REQUIRED);
    xtls_writer_flush (fixture->two.writer);
    programs_wait_changed (&fixture->one);
    g_assert_cmpstr (fixture->one.changed->str, ==, JULIET ",");
    programs_assert_policy (fixture, XTLS_POLICY_REQUIRED);
    g_assert_cmpuint (fixture->one.failures + fixture->two.failures, ==, 0);
}

/* README promises two seconds. All changes but the first are made right after
 * the other program has looked, so that each waits for a whole period. A busy
 * machine may delay one of them. */
static void
test_noticed_soon (Programs *fixture, gconstpointer unused)
{
    static const XtlsPolicy policies[] = {
        XTLS_POLICY_REQUIRED,
        XTLS_POLICY_MANUAL,
        XTLS_POLICY_AUTOMATIC,
        XTLS_POLICY_NEVER,
    };
    gint64 least = G_MAXINT64;

    for (gsize i = 0; i < G_N_ELEMENTS (policies); i++) {
        gint64 since;

        programs_set_policy (&fixture->one, policies[i]);
        xtls_writer_flush (fixture->one.writer);
        since = g_get_monotonic_time ();
        programs_wait_changed (&fixture->two);
        if (i > 0)
            least = MIN (least, g_get_monotonic_time () - since);
    }
    g_assert_cmpint (least, <, 2 * G_TIME_SPAN_SECOND);
}

#define add(path, function)                                                    \
    g_test_add (                                                               \
        path, Programs, NULL, programs_set_up, function, programs_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    add ("/records/merge/different-contacts", test_different_contacts);
    add ("/records/merge/trust", test_trust);
    add ("/records/merge/policy", test_policy);
    add ("/records/merge/other-settings", test_other_settings);
    add ("/records/merge/verifying-forgets",
         test_verifying_forgets_what_the_other_saw);
    add ("/records/merge/when-it-was-seen", test_when_it_was_seen);
    add ("/records/merge/changed-meanwhile", test_changed_meanwhile);
    add ("/records/noticed", test_noticed);
    add ("/records/noticed-soon", test_noticed_soon);
    return g_test_run ();
}
