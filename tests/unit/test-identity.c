/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/identity.c. */
#include "certificate.h"
#include "identity.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define ROMEO "romeo@montague.lit"

typedef struct {
    char *dir, *file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
    char *base = test_dir_new ();

    fixture->dir = g_build_filename (base, "deep", "xtls", NULL);
    fixture->file = g_build_filename (fixture->dir, "keys", ROMEO ".pem", NULL);
    g_free (base);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    char *deep = g_path_get_dirname (fixture->dir);

    test_dir_free (g_path_get_dirname (deep));
    g_free (deep);
    g_free (fixture->dir);
    g_free (fixture->file);
}

static XtlsIdentity *
load (Fixture *fixture, const char *jid, char **set_aside)
{
    GError *error = NULL;
    XtlsIdentity *identity =
        xtls_identity_load (fixture->dir, jid, set_aside, &error);

    g_assert_no_error (error);
    g_assert_nonnull (identity);
    g_assert_nonnull (xtls_identity_get_credentials (identity));
    return identity;
}

/* Loads and frees an identity. Returns: its fingerprint. */
static XtlsFingerprint
fingerprint_of (Fixture *fixture, const char *jid)
{
    char *set_aside = NULL;
    XtlsIdentity *identity = load (fixture, jid, &set_aside);
    XtlsFingerprint fingerprint = *xtls_identity_get_fingerprint (identity);

    g_assert_null (set_aside);
    xtls_identity_unref (identity);
    return fingerprint;
}

static void
test_first (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *keys = g_build_filename (fixture->dir, "keys", NULL);
    XtlsFingerprint a = fingerprint_of (fixture, ROMEO), b;

    g_assert_cmpuint (test_mode (fixture->file), ==, 0600);
    g_assert_cmpuint (test_mode (keys), ==, 0700);
    g_assert_cmpuint (test_mode (fixture->dir), ==, 0700);
    b = fingerprint_of (fixture, ROMEO);
    g_assert_true (xtls_fingerprint_equal (&a, &b));
    b = fingerprint_of (fixture, "juliet@capulet.lit");
    g_assert_false (xtls_fingerprint_equal (&a, &b));
}

/* The stored certificate is the one that is presented, and names the JID. */
static void
test_presented (Fixture *fixture, gconstpointer unused)
{
    XtlsIdentity *identity = load (fixture, ROMEO, NULL);
    XtlsFingerprint fingerprint, nobody = {{0}};
    gnutls_datum_t der;

    g_assert_cmpint (gnutls_certificate_get_crt_raw (
                         xtls_identity_get_credentials (identity), 0, 0, &der),
                     ==,
                     0);
    g_assert_true (
        xtls_certificate_check (&der, ROMEO, &nobody, &fingerprint, NULL));
    g_assert_true (xtls_fingerprint_equal (
        &fingerprint, xtls_identity_get_fingerprint (identity)));
    g_assert_false (
        xtls_certificate_check (&der, "a@b", &nobody, &fingerprint, NULL));
    xtls_identity_unref (identity);
}

static void
test_open_directory (Fixture *fixture, gconstpointer unused)
{
    g_assert_cmpint (g_mkdir_with_parents (fixture->dir, 0755), ==, 0);
    g_chmod (fixture->dir, 0755);
    fingerprint_of (fixture, ROMEO);
    g_assert_cmpuint (test_mode (fixture->dir), ==, 0700);
}

static void
test_renew (Fixture *fixture, gconstpointer unused)
{
    GError *error = NULL;
    XtlsIdentity *old = load (fixture, ROMEO, NULL), *new;
    XtlsFingerprint again;

    new = xtls_identity_renew (fixture->dir, ROMEO, &error);
    g_assert_no_error (error);
    g_assert_false (
        xtls_fingerprint_equal (xtls_identity_get_fingerprint (old),
                                xtls_identity_get_fingerprint (new)));
    again = fingerprint_of (fixture, ROMEO);
    g_assert_true (
        xtls_fingerprint_equal (&again, xtls_identity_get_fingerprint (new)));
    g_assert_true (xtls_identity_ref (old) == old);
    xtls_identity_unref (old);
    g_assert_nonnull (xtls_identity_get_credentials (old));
    xtls_identity_unref (old);
    xtls_identity_unref (new);
}

/* Whatever the file contains, a new key is made and the old file is kept. */
static void
check_damaged (Fixture *fixture, const char *text)
{
    char *set_aside = NULL;
    g_autofree char *kept = NULL;
    XtlsFingerprint now, later;
    XtlsIdentity *identity;

    test_write (fixture->file, text);
    identity = load (fixture, ROMEO, &set_aside);
    now = *xtls_identity_get_fingerprint (identity);
    xtls_identity_unref (identity);
    g_assert_nonnull (set_aside);
    g_assert_true (g_str_has_prefix (set_aside, fixture->file));
    kept = test_read (set_aside);
    g_assert_cmpstr (kept, ==, text);
    g_assert_cmpuint (test_mode (fixture->file), ==, 0600);
    /* It is told until it is known. */
    for (guint i = 0; i < 2; i++) {
        g_autofree char *again = NULL;

        xtls_identity_unref (load (fixture, ROMEO, &again));
        g_assert_cmpstr (again, ==, set_aside);
    }
    xtls_identity_forget_damage (fixture->dir, ROMEO);
    g_free (set_aside);
    later = fingerprint_of (fixture, ROMEO);
    g_assert_true (xtls_fingerprint_equal (&now, &later));
}

static void
test_damaged (Fixture *fixture, gconstpointer unused)
{
    XtlsFingerprint a = fingerprint_of (fixture, ROMEO), b;
    g_autofree char *good = test_read (fixture->file);
    g_autofree char *filler = g_strnfill (64 * 1024 - strlen (good), '\n');
    g_autofree char *first = NULL, *second = NULL;
    g_autofree char *longest = g_strconcat (good, filler, NULL);
    g_autofree char *too_long = g_strconcat (longest, "\n", NULL);
    char *crt = strstr (good, "-----BEGIN CERTIFICATE");

    check_damaged (fixture, "");
    check_damaged (fixture, "hello");
    check_damaged (fixture, crt);
    for (gsize cut = 10; cut < strlen (good); cut += 97) {
        g_autofree char *part = g_strndup (good, cut);

        check_damaged (fixture, part);
    }
    check_damaged (fixture, too_long);

    /* The last name is used, and there are no further ones. */
    test_write (fixture->file, longest);
    b = fingerprint_of (fixture, ROMEO);
    g_assert_true (xtls_fingerprint_equal (&a, &b));
    test_write (fixture->file, good);
    b = fingerprint_of (fixture, ROMEO);
    g_assert_true (xtls_fingerprint_equal (&a, &b));
    first = g_strconcat (fixture->file, ".unreadable-1", NULL);
    second = test_read (first);
    g_assert_cmpstr (second, ==, "");
}

static void
test_foreign (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *juliet =
        g_build_filename (fixture->dir, "keys", "juliet@capulet.lit.pem", NULL);
    g_autofree char *mine = NULL, *hers = NULL, *mixed = NULL;
    char *crt;

    fingerprint_of (fixture, ROMEO);
    fingerprint_of (fixture, "juliet@capulet.lit");
    mine = test_read (fixture->file);
    hers = test_read (juliet);
    /* Another contact's key and certificate under our name. */
    check_damaged (fixture, hers);
    /* Another contact's key with our certificate. */
    crt = strstr (mine, "-----BEGIN CERTIFICATE");
    mixed = g_strndup (hers, (gsize)(strstr (hers, "-----BEGIN CERT") - hers));
    hers = (g_free (hers), g_strconcat (mixed, crt, NULL));
    check_damaged (fixture, hers);
}

static void
test_not_a_file (Fixture *fixture, gconstpointer unused)
{
    char *set_aside = NULL;
    g_autofree char *inside = g_build_filename (fixture->file, "x", NULL);

    g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
    xtls_identity_unref (load (fixture, ROMEO, &set_aside));
    g_assert_true (g_file_test (set_aside, G_FILE_TEST_IS_DIR));
    g_free (set_aside);

    /* A link that leads nowhere is not an absent file. */
    g_remove (fixture->file);
    g_assert_cmpint (symlink ("/nonexistent/x", fixture->file), ==, 0);
    xtls_identity_unref (load (fixture, ROMEO, &set_aside));
    g_assert_true (g_str_has_suffix (set_aside, ".unreadable-2"));
    g_assert_true (g_file_test (set_aside, G_FILE_TEST_IS_SYMLINK));
    g_free (set_aside);
}

static void
assert_save_fails (Fixture *fixture)
{
    GError *error = NULL;
    char *set_aside = NULL;

    g_assert_null (
        xtls_identity_load (fixture->dir, ROMEO, &set_aside, &error));
    g_assert_error (error, XTLS_IDENTITY_ERROR, XTLS_IDENTITY_ERROR_SAVE);
    g_assert_null (set_aside);
    g_clear_error (&error);
    g_assert_null (xtls_identity_renew (fixture->dir, ROMEO, &error));
    g_assert_error (error, XTLS_IDENTITY_ERROR, XTLS_IDENTITY_ERROR_SAVE);
    g_error_free (error);
}

static void
test_no_directory (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *keys = g_build_filename (fixture->dir, "keys", NULL);

    g_assert_cmpint (g_mkdir_with_parents (fixture->dir, 0700), ==, 0);
    test_write (keys, "in the way");
    assert_save_fails (fixture);
}

/* A key that can neither be read nor renamed is left alone. Permissions do not
 * apply to root, so the test becomes another user for a moment. */
static void
test_no_permission (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *keys = g_build_filename (fixture->dir, "keys", NULL);
    g_autofree char *deep = g_path_get_dirname (fixture->dir);
    g_autofree char *base = g_path_get_dirname (deep);
    g_autofree char *text = NULL;
    gboolean root = geteuid () == 0;

    g_assert_cmpint (g_mkdir_with_parents (keys, 0700), ==, 0);
    test_write (fixture->file, "damaged");
    if (root) {
        g_chmod (base, 0755);
        g_chmod (deep, 0755);
        g_chmod (fixture->dir, 0755);
        g_chmod (keys, 0755);
        g_assert_cmpint (seteuid (65534), ==, 0);
    } else {
        g_chmod (keys, 0500);
    }
    assert_save_fails (fixture);
    if (root)
        g_assert_cmpint (seteuid (0), ==, 0);
    else
        g_chmod (keys, 0700);
    prctl (PR_SET_DUMPABLE, 1);
    text = test_read (fixture->file);
    g_assert_cmpstr (text, ==, "damaged");
}

static void
test_names (Fixture *fixture, gconstpointer unused)
{
    static const struct {
        const char *jid, *name;
    } cases[] = {
        {"a.b_c-1@d", "a.b_c-1@d.pem"},
        {"Romeo@d", "%52omeo@d.pem"},
        {"a%2fb@d", "a%252fb@d.pem"},
        {"../../x", "..%2F..%2Fx.pem"},
        {"é@d", "%C3%A9@d.pem"},
    };
    g_autofree char *many = g_strnfill (1000, 'x');
    g_autofree char *a = g_strconcat (many, "@a", NULL);
    g_autofree char *b = g_strconcat (many, "@b", NULL);
    XtlsFingerprint first, second;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *path =
            g_build_filename (fixture->dir, "keys", cases[i].name, NULL);

        fingerprint_of (fixture, cases[i].jid);
        g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
    first = fingerprint_of (fixture, a);
    second = fingerprint_of (fixture, b);
    g_assert_false (xtls_fingerprint_equal (&first, &second));
    second = fingerprint_of (fixture, a);
    g_assert_true (xtls_fingerprint_equal (&first, &second));
}

/* The longest name that is used as it is, and one that is longer. */
static void
test_long_names (Fixture *fixture, gconstpointer unused)
{
    for (gsize over = 0; over < 2; over++) {
        g_autofree char *jid = g_strnfill (200 + over, 'x');
        g_autofree char *name = g_strconcat (jid, ".pem", NULL);
        g_autofree char *path =
            g_build_filename (fixture->dir, "keys", name, NULL);

        fingerprint_of (fixture, jid);
        g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS) == !over);
    }
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    add ("/identity/first", test_first);
    add ("/identity/presented", test_presented);
    add ("/identity/open-directory", test_open_directory);
    add ("/identity/renew", test_renew);
    add ("/identity/damaged", test_damaged);
    add ("/identity/foreign", test_foreign);
    add ("/identity/not-a-file", test_not_a_file);
    add ("/identity/no-directory", test_no_directory);
    add ("/identity/no-permission", test_no_permission);
    add ("/identity/names", test_names);
    add ("/identity/names/long", test_long_names);
    return g_test_run ();
}
