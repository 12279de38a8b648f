/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "programs.h"

#include "scratch.h"

#include <poll.h>

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

void
programs_start (Programs *fixture, Program *program)
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

void
programs_end (Program *program)
{
    xtls_peers_free (program->peers);
    xtls_contact_prefs_free (program->prefs);
    xtls_writer_free (program->writer);
    g_string_free (program->changed, TRUE);
}

void
programs_set_up (Programs *fixture, gconstpointer unused)
{
    fixture->dir = test_dir_new ();
    fixture->peers = g_build_filename (fixture->dir, "known-peers", NULL);
    fixture->contacts = g_build_filename (fixture->dir, "contacts", NULL);
    xtls_fingerprint_of ((const guint8 *)"a", 1, &fixture->a);
    xtls_fingerprint_of ((const guint8 *)"b", 1, &fixture->b);
    programs_start (fixture, &fixture->one);
    programs_start (fixture, &fixture->two);
}

void
programs_tear_down (Programs *fixture, gconstpointer unused)
{
    programs_end (&fixture->one);
    programs_end (&fixture->two);
    test_dir_free (fixture->dir);
    g_free (fixture->peers);
    g_free (fixture->contacts);
}

void
programs_sync (Programs *fixture, Program *program)
{
    g_autofree char *name = g_strdup_printf ("dummy%u@x", ++fixture->dummies);

    xtls_peers_seen (program->peers, ROMEO, name, &fixture->b, 1000);
    xtls_contact_prefs_set_was_open (program->prefs, ROMEO, name);
    xtls_writer_flush (program->writer);
}

void
programs_sync_both (Programs *fixture)
{
    programs_sync (fixture, &fixture->one);
    programs_sync (fixture, &fixture->two);
    programs_sync (fixture, &fixture->one);
}

void
programs_wait_changed (Program *program)
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

XtlsTrust
programs_get_trust_of (Program *program,
                       const char *who,
                       const XtlsFingerprint *fingerprint)
{
    const XtlsPeer *peer =
        xtls_peers_lookup (program->peers, ROMEO, who, fingerprint);

    return peer != NULL ? peer->trust : XTLS_TRUST_NEW;
}

XtlsTrust
programs_get_trust (Program *program, const XtlsFingerprint *fingerprint)
{
    return programs_get_trust_of (program, JULIET, fingerprint);
}

void
programs_set_trust_of (Program *program,
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
    if (programs_get_trust_of (program, who, fingerprint) != trust)
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

void
programs_set_trust (Program *program,
                    const XtlsFingerprint *fingerprint,
                    XtlsTrust trust,
                    gint64 now)
{
    programs_set_trust_of (program, JULIET, fingerprint, trust, now);
}

void
programs_assert_trust (Programs *fixture,
                       const XtlsFingerprint *fingerprint,
                       XtlsTrust trust)
{
    Program third;

    g_assert_cmpint (
        programs_get_trust (&fixture->one, fingerprint), ==, trust);
    g_assert_cmpint (
        programs_get_trust (&fixture->two, fingerprint), ==, trust);
    programs_start (fixture, &third);
    g_assert_cmpint (programs_get_trust (&third, fingerprint), ==, trust);
    programs_end (&third);
}

void
programs_set_policy (Program *program, XtlsPolicy policy)
{
    xtls_contact_prefs_set_policy (program->prefs, ROMEO, JULIET, policy);
}

void
programs_assert_policy (Programs *fixture, XtlsPolicy policy)
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
