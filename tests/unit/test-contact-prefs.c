/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/contact-prefs.c. */
#include "contact-prefs.h"
#include "records-file.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <string.h>

#define ROMEO "romeo@montague.lit"
#define JULIET "juliet@capulet.lit"

typedef struct {
    char *dir, *file;
    XtlsWriter *writer;
    XtlsContactPrefs *prefs;
} Fixture;

static void
failed_cb (const char *path, const char *message, gpointer user_data)
{
    g_assert_not_reached ();
}

static char *
load (Fixture *fixture)
{
    fixture->prefs = xtls_contact_prefs_load (fixture->file, fixture->writer);
    return xtls_records_get_set_aside (
        xtls_contact_prefs_get_records (fixture->prefs));
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
    fixture->dir = test_dir_new ();
    fixture->file = g_build_filename (fixture->dir, "contacts", NULL);
    fixture->writer = xtls_writer_new (failed_cb, NULL);
    g_assert_null (load (fixture));
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    xtls_contact_prefs_free (fixture->prefs);
    xtls_writer_dispatch (fixture->writer);
    xtls_writer_free (fixture->writer);
    test_dir_free (fixture->dir);
    g_free (fixture->file);
}

/* The client is started again. */
static char *
reload (Fixture *fixture)
{
    xtls_contact_prefs_free (fixture->prefs);
    xtls_writer_flush (fixture->writer);
    return load (fixture);
}

static void
assert_contact (Fixture *fixture,
                const char *jid,
                XtlsPolicy policy,
                XtlsLogging logging,
                gboolean was_open)
{
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (fixture->prefs, ROMEO, jid), ==, policy);
    g_assert_cmpint (
        xtls_contact_prefs_get_logging (fixture->prefs, ROMEO, jid),
        ==,
        logging);
    g_assert_cmpint (
        xtls_contact_prefs_was_open (fixture->prefs, ROMEO, jid), ==, was_open);
}

static void
test_values (Fixture *fixture, gconstpointer unused)
{
    assert_contact (
        fixture, JULIET, XTLS_POLICY_DEFAULT, XTLS_LOGGING_DEFAULT, FALSE);
    xtls_contact_prefs_set_policy (
        fixture->prefs, ROMEO, JULIET, XTLS_POLICY_REQUIRED);
    xtls_contact_prefs_set_logging (
        fixture->prefs, ROMEO, "nurse@x", XTLS_LOGGING_ON);
    xtls_contact_prefs_set_was_open (fixture->prefs, ROMEO, "ж]@[\n");
    g_assert_null (reload (fixture));
    g_assert_cmpuint (test_mode (fixture->file), ==, 0600);
    assert_contact (
        fixture, JULIET, XTLS_POLICY_REQUIRED, XTLS_LOGGING_DEFAULT, FALSE);
    assert_contact (
        fixture, "nurse@x", XTLS_POLICY_DEFAULT, XTLS_LOGGING_ON, FALSE);
    assert_contact (
        fixture, "ж]@[\n", XTLS_POLICY_DEFAULT, XTLS_LOGGING_DEFAULT, TRUE);
    assert_contact (
        fixture, "other", XTLS_POLICY_DEFAULT, XTLS_LOGGING_DEFAULT, FALSE);
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (fixture->prefs, JULIET, ROMEO),
        ==,
        XTLS_POLICY_DEFAULT);

    /* All values for one contact, and back to the defaults. */
    xtls_contact_prefs_set_logging (
        fixture->prefs, ROMEO, JULIET, XTLS_LOGGING_OFF);
    xtls_contact_prefs_set_was_open (fixture->prefs, ROMEO, JULIET);
    xtls_contact_prefs_set_policy (
        fixture->prefs, ROMEO, JULIET, XTLS_POLICY_DEFAULT);
    g_assert_null (reload (fixture));
    assert_contact (
        fixture, JULIET, XTLS_POLICY_DEFAULT, XTLS_LOGGING_OFF, TRUE);
}

/* Only changes are written. */
static void
test_no_change (Fixture *fixture, gconstpointer unused)
{
    xtls_contact_prefs_set_policy (
        fixture->prefs, ROMEO, JULIET, XTLS_POLICY_DEFAULT);
    xtls_contact_prefs_set_logging (
        fixture->prefs, ROMEO, JULIET, XTLS_LOGGING_DEFAULT);
    xtls_writer_flush (fixture->writer);
    g_assert_false (g_file_test (fixture->file, G_FILE_TEST_EXISTS));
    xtls_contact_prefs_set_was_open (fixture->prefs, ROMEO, JULIET);
    xtls_writer_flush (fixture->writer);
    g_remove (fixture->file);
    xtls_contact_prefs_set_was_open (fixture->prefs, ROMEO, JULIET);
    xtls_writer_flush (fixture->writer);
    g_assert_false (g_file_test (fixture->file, G_FILE_TEST_EXISTS));
}

static void
test_unstorable (Fixture *fixture, gconstpointer unused)
{
    static const char *const names[] = {"", "\xff"};

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        xtls_contact_prefs_set_policy (
            fixture->prefs, ROMEO, names[i], XTLS_POLICY_NEVER);
        xtls_contact_prefs_set_logging (
            fixture->prefs, ROMEO, names[i], XTLS_LOGGING_ON);
        xtls_contact_prefs_set_was_open (fixture->prefs, ROMEO, names[i]);
    }
    g_assert_null (reload (fixture));
}

#define HEAD "[xtls]\nversion=1\n"
#define ENTRY(jid, policy, logging, open)                                      \
    "[" jid "]\naccount=" ROMEO "\njid=" jid "\npolicy=" policy                \
    "\nlogging=" logging "\nwas-open=" open "\n"

static void
check_damaged (Fixture *fixture, const char *text, XtlsPolicy honoured)
{
    g_autofree char *set_aside = NULL, *kept = NULL;

    g_remove (fixture->file);
    test_write (fixture->file, text);
    set_aside = reload (fixture);
    g_assert_nonnull (set_aside);
    kept = test_read (set_aside);
    g_assert_cmpstr (kept, ==, text);
    g_assert_true (xtls_records_is_damaged (
        xtls_contact_prefs_get_records (fixture->prefs)));
    assert_contact (fixture, "x@y", honoured, XTLS_LOGGING_DEFAULT, FALSE);
    g_free (set_aside);
    set_aside = reload (fixture);
    g_assert_nonnull (set_aside);
    g_assert_true (xtls_records_is_damaged (
        xtls_contact_prefs_get_records (fixture->prefs)));
    xtls_records_clear_damaged (
        xtls_contact_prefs_get_records (fixture->prefs));
    g_assert_false (xtls_records_is_damaged (
        xtls_contact_prefs_get_records (fixture->prefs)));
    g_assert_null (reload (fixture));
    g_assert_false (xtls_records_is_damaged (
        xtls_contact_prefs_get_records (fixture->prefs)));
    assert_contact (fixture, "x@y", honoured, XTLS_LOGGING_DEFAULT, FALSE);
}

#define GOOD ENTRY ("x@y", "required", "default", "no")

static void
test_damaged (Fixture *fixture, gconstpointer unused)
{
    check_damaged (fixture, "", XTLS_POLICY_DEFAULT);
    check_damaged (fixture, "[xtls]\nversion=0\n" GOOD, XTLS_POLICY_DEFAULT);
    check_damaged (fixture,
                   HEAD GOOD ENTRY ("z@z", "maybe", "default", "no"),
                   XTLS_POLICY_REQUIRED);
    check_damaged (fixture,
                   HEAD GOOD ENTRY ("z@z", "never", "loud", "no"),
                   XTLS_POLICY_REQUIRED);
    check_damaged (fixture,
                   HEAD ENTRY ("z@z", "never", "on", "1") GOOD,
                   XTLS_POLICY_REQUIRED);
    check_damaged (fixture,
                   HEAD GOOD "[two]\naccount=" ROMEO
                             "\njid=x@y\npolicy=never\nlogging=on\n"
                             "was-open=no\n",
                   XTLS_POLICY_REQUIRED);
}

static void
test_policy_names (void)
{
    for (int i = XTLS_POLICY_DEFAULT; i <= XTLS_POLICY_REQUIRED; i++) {
        XtlsPolicy policy = XTLS_POLICY_DEFAULT;

        g_assert_true (xtls_contact_prefs_parse_policy (
            xtls_contact_prefs_policy_to_string ((XtlsPolicy)i), &policy));
        g_assert_cmpint (policy, ==, i);
    }
    g_assert_cmpstr (xtls_contact_prefs_policy_to_string (XTLS_POLICY_REQUIRED),
                     ==,
                     "required");
    g_assert_false (xtls_contact_prefs_parse_policy ("Required", NULL));
    g_assert_false (xtls_contact_prefs_parse_policy ("", NULL));
    g_assert_false (xtls_contact_prefs_parse_policy (NULL, NULL));
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

static char *
lower_case (const char *jid)
{
    return g_ascii_strdown (jid, -1);
}

/* An older version wrote one contact under three names. */
static void
test_names (Fixture *fixture, gconstpointer unused)
{
    xtls_contact_prefs_set_policy (
        fixture->prefs, ROMEO, "JULIET@x", XTLS_POLICY_REQUIRED);
    xtls_contact_prefs_set_policy (
        fixture->prefs, ROMEO, "Juliet@x", XTLS_POLICY_NEVER);
    xtls_contact_prefs_set_logging (
        fixture->prefs, ROMEO, "juliet@x", XTLS_LOGGING_OFF);
    xtls_contact_prefs_set_policy (
        fixture->prefs, ROMEO, "NURSE@x", XTLS_POLICY_AUTOMATIC);
    xtls_records_file_set_name_func (lower_case);
    g_assert_null (reload (fixture));
    assert_contact (
        fixture, "juliet@x", XTLS_POLICY_REQUIRED, XTLS_LOGGING_OFF, FALSE);
    assert_contact (
        fixture, "nurse@x", XTLS_POLICY_AUTOMATIC, XTLS_LOGGING_DEFAULT, FALSE);
    xtls_records_file_set_name_func (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    add ("/contact-prefs/values", test_values);
    add ("/contact-prefs/no-change", test_no_change);
    add ("/contact-prefs/unstorable", test_unstorable);
    add ("/contact-prefs/damaged", test_damaged);
    g_test_add_func ("/contact-prefs/policy-names", test_policy_names);
    g_test_add (
        "/contact-prefs/names", Fixture, NULL, set_up, test_names, tear_down);
    return g_test_run ();
}
