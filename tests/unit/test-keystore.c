/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/keystore.c. */
#include "keystore.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const keys[] = {"name", "when", NULL};

typedef struct {
    char *dir, *file;
    GString *read; /* names of the entries that were read */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
    fixture->dir = test_dir_new ();
    fixture->file = g_build_filename (fixture->dir, "file", NULL);
    fixture->read = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    test_dir_free (fixture->dir);
    g_free (fixture->file);
    g_string_free (fixture->read, TRUE);
}

static gboolean
read_cb (GKeyFile *file, const char *group, gpointer user_data)
{
    Fixture *fixture = user_data;
    g_autofree char *name = xtls_keystore_get_text (file, group, "name");

    if (name == NULL || xtls_keystore_get_time (file, group, "when") < 0)
        return FALSE;
    g_string_append_printf (fixture->read, "%s,", name);
    return TRUE;
}

/* Returns: (nullable): where the file was moved. */
static char *
load (Fixture *fixture)
{
    gboolean writable = FALSE, good;
    char *set_aside;

    g_string_truncate (fixture->read, 0);
    good =
        xtls_keystore_load (fixture->file, keys, read_cb, fixture, &writable);
    g_assert_true (writable);
    set_aside = xtls_keystore_get_mark (fixture->file);
    g_assert_true (xtls_keystore_is_marked (fixture->file) ==
                   (set_aside != NULL));
    g_assert_true (good == (set_aside == NULL));
    xtls_keystore_remove_mark (fixture->file);
    return set_aside;
}

static void
test_good (Fixture *fixture, gconstpointer unused)
{
    g_assert_null (load (fixture));
    test_write (
        fixture->file,
        "# a person's note\n[xtls]\nversion=1\n\n"
        "[entry-0]\nname=a\nwhen=0\n[x]\nwhen=253402300799\nname=b\\s c\n");
    g_assert_null (load (fixture));
    g_assert_cmpstr (fixture->read->str, ==, "a,b  c,");
    test_write (fixture->file, "[xtls]\nversion=1\n");
    g_assert_null (load (fixture));
    g_assert_cmpstr (fixture->read->str, ==, "");
}

static void
check_bad (Fixture *fixture, const char *text, const char *honoured)
{
    g_autofree char *set_aside = NULL, *kept = NULL;

    test_write (fixture->file, text);
    set_aside = load (fixture);
    g_assert_nonnull (set_aside);
    g_assert_cmpstr (fixture->read->str, ==, honoured);
    g_assert_false (g_file_test (fixture->file, G_FILE_TEST_EXISTS));
    kept = test_read (set_aside);
    g_assert_cmpstr (kept, ==, text);
}

#define HEAD "[xtls]\nversion=1\n"
#define GOOD "[g]\nname=g\nwhen=1\n"

static void
test_bad (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *longest = g_strnfill (XTLS_KEYSTORE_TEXT_MAX, 'x');
    g_autofree char *fits =
        g_strconcat (HEAD "[e]\nwhen=1\nname=", longest, "\n", NULL);
    g_autofree char *over =
        g_strconcat (HEAD "[e]\nwhen=1\nname=x", longest, "\n" GOOD, NULL);

    check_bad (fixture, "", "");
    check_bad (fixture, "\n\n", "");
    check_bad (fixture, "noise", "");
    check_bad (fixture, GOOD, "");
    check_bad (fixture, "[xtls]\n" GOOD, "");
    check_bad (fixture, "[xtls]\nversion=2\n" GOOD, "");
    check_bad (fixture, "[xtls]\nversion=1x\n" GOOD, "");
    check_bad (fixture, HEAD GOOD "[cut", "");
    check_bad (fixture, HEAD "[e]\nname=a\n" GOOD, "g,");
    check_bad (fixture, HEAD GOOD "[e]\nname=a\nwhen=1\nmore=1\n", "g,");
    check_bad (fixture, HEAD GOOD "[e]\nname=\nwhen=1\n", "g,");
    check_bad (fixture, HEAD GOOD "[e]\nname=\xff\nwhen=1\n", "g,");
    check_bad (fixture, HEAD GOOD "[e]\nname=a\nwhen=-1\n", "g,");
    check_bad (fixture, HEAD GOOD "[e]\nname=a\nwhen=soon\n", "g,");
    check_bad (fixture, HEAD GOOD "[e]\nname=a\nwhen=253402300800\n", "g,");
    check_bad (
        fixture, HEAD GOOD "[e]\nname=a\nwhen=9223372036854775808\n", "g,");
    check_bad (fixture, over, "g,");
    test_write (fixture->file, fits);
    g_assert_null (load (fixture));
}

static void
test_not_a_file (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *dir = NULL, *pipe = NULL, *link = NULL;

    g_assert_cmpint (g_mkdir (fixture->file, 0700), ==, 0);
    dir = load (fixture);
    g_assert_true (g_str_has_suffix (dir, "/file.unreadable-1"));
    g_assert_cmpint (mkfifo (fixture->file, 0600), ==, 0);
    pipe = load (fixture);
    g_assert_true (g_str_has_suffix (pipe, "/file.unreadable-2"));
    g_assert_cmpint (symlink ("/nonexistent/x", fixture->file), ==, 0);
    link = load (fixture);
    g_assert_true (g_str_has_suffix (link, "/file.unreadable-3"));
    g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
}

static void
test_stuck (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *behind = g_build_filename (fixture->file, "x", NULL);
    gboolean writable = TRUE;

    test_write (fixture->file, HEAD);
    g_assert_false (
        xtls_keystore_load (behind, keys, read_cb, fixture, &writable));
    g_assert_false (writable);
    g_assert_null (xtls_keystore_get_mark (behind));
    g_assert_false (xtls_keystore_set_aside (behind));
}

/* The mark stays whatever happens to the file or to the mark's content. */
static void
test_mark (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *mark = g_strconcat (fixture->file, ".damaged", NULL);
    g_autofree char *first = NULL, *still = NULL, *second = NULL;
    g_autofree char *fallback = NULL;
    gboolean writable;

    test_write (fixture->file, "rubbish");
    g_assert_false (
        xtls_keystore_load (fixture->file, keys, read_cb, fixture, &writable));
    first = xtls_keystore_get_mark (fixture->file);
    g_assert_true (g_str_has_suffix (first, "/file.unreadable-1"));
    test_write (fixture->file, HEAD GOOD);
    g_assert_true (
        xtls_keystore_load (fixture->file, keys, read_cb, fixture, &writable));
    still = xtls_keystore_get_mark (fixture->file);
    g_assert_cmpstr (still, ==, first);
    test_write (fixture->file, "rubbish");
    g_assert_false (
        xtls_keystore_load (fixture->file, keys, read_cb, fixture, &writable));
    second = xtls_keystore_get_mark (fixture->file);
    g_assert_true (g_str_has_suffix (second, "/file.unreadable-2"));
    test_write (mark, "");
    fallback = xtls_keystore_get_mark (fixture->file);
    g_assert_nonnull (fallback);
    xtls_keystore_remove_mark (fixture->file);
    g_assert_false (xtls_keystore_is_marked (fixture->file));
    xtls_keystore_remove_mark (fixture->file);
}

/* If no mark can be written, the damaged file is not moved, because it would be
 * forgotten. */
static void
test_mark_that_cannot_be_made (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *mark = g_strconcat (fixture->file, ".damaged", NULL);
    g_autofree char *in_the_way = g_build_filename (mark, "x", NULL);
    g_autofree char *text = NULL;
    gboolean writable;

    test_write (fixture->file, "rubbish");
    g_assert_cmpint (g_mkdir (mark, 0700), ==, 0);
    g_assert_cmpint (g_mkdir (in_the_way, 0700), ==, 0);
    g_assert_false (
        xtls_keystore_load (fixture->file, keys, read_cb, fixture, &writable));
    g_assert_false (writable);
    text = test_read (fixture->file);
    g_assert_cmpstr (text, ==, "rubbish");
}

/* Reads the damaged file while another program finds the damage, too, and is
 * first to mark it and to move it. */
static gboolean
move_cb (GKeyFile *file, const char *group, gpointer user_data)
{
    Fixture *fixture = user_data;
    gboolean writable = FALSE;

    if (g_file_test (fixture->file, G_FILE_TEST_EXISTS))
        g_assert_false (xtls_keystore_load (
            fixture->file, keys, read_cb, fixture, &writable));
    return FALSE;
}

/* What protects the user stays, and says where the file is now. */
static void
test_mark_by_another (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *name = NULL;
    gboolean writable = FALSE;

    test_write (fixture->file, HEAD "[e]\nname=a\nwhen=soon\n");
    g_assert_false (
        xtls_keystore_load (fixture->file, keys, move_cb, fixture, &writable));
    g_assert_true (writable);
    name = xtls_keystore_get_mark (fixture->file);
    g_assert_nonnull (name);
    g_assert_true (g_str_has_suffix (name, "/file.unreadable-1"));
    g_assert_true (g_file_test (name, G_FILE_TEST_EXISTS));
}

/* A file that was set aside before is never overwritten. */
static void
test_set_aside (Fixture *fixture, gconstpointer unused)
{
    for (guint i = 1; i <= 20; i++) {
        g_autofree char *text = g_strdup_printf ("%u", i);
        g_autofree char *want =
            g_strdup_printf ("%s.unreadable-%u", fixture->file, i);
        g_autofree char *name = NULL;

        test_write (fixture->file, text);
        g_assert_true (xtls_keystore_set_aside (fixture->file));
        name = xtls_keystore_get_mark (fixture->file);
        g_assert_cmpstr (name, ==, want);
    }
    for (guint i = 1; i <= 20; i++) {
        g_autofree char *name =
            g_strdup_printf ("%s.unreadable-%u", fixture->file, i);
        g_autofree char *text = test_read (name);

        g_assert_cmpint (atoi (text), ==, i);
    }
}

/* The number of such names is limited. */
static void
test_set_aside_often (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *name = NULL, *kept = NULL;

    for (guint i = 1; i < 9999; i++) {
        g_autofree char *used =
            g_strdup_printf ("%s.unreadable-%u", fixture->file, i);

        g_assert_cmpint (symlink ("nowhere", used), ==, 0);
    }
    test_write (fixture->file, "one");
    g_assert_true (xtls_keystore_set_aside (fixture->file));
    name = xtls_keystore_get_mark (fixture->file);
    g_assert_true (g_str_has_suffix (name, ".unreadable-9999"));
    test_write (fixture->file, "two");
    g_assert_false (xtls_keystore_set_aside (fixture->file));
    kept = test_read (name);
    g_assert_cmpstr (kept, ==, "one");
}

/* A comment makes the file that large. */
static void
test_size (Fixture *fixture, gconstpointer unused)
{
    gsize max = 64 * 1024 * 1024;
    g_autofree char *text = g_strnfill (max + 1, '#');
    g_autofree char *set_aside = NULL;

    memcpy (text, HEAD GOOD, strlen (HEAD GOOD));
    text[max - 1] = '\n';
    text[max] = '\0';
    test_write (fixture->file, text);
    g_assert_null (load (fixture));
    g_assert_cmpstr (fixture->read->str, ==, "g,");
    text[max] = '\n';
    test_write (fixture->file, text);
    set_aside = load (fixture);
    g_assert_nonnull (set_aside);
    g_assert_cmpstr (fixture->read->str, ==, "");
}

static void
test_values (Fixture *fixture, gconstpointer unused)
{
    static const char *const words[] = {"one", "two"};
    g_autoptr (GKeyFile) file = xtls_keystore_new ();
    g_autofree char *group = xtls_keystore_group (7);

    g_key_file_set_string (file, group, "k", "two");
    g_assert_cmpint (
        xtls_keystore_get_word (file, group, "k", words, 2), ==, 1);
    g_assert_cmpint (
        xtls_keystore_get_word (file, group, "k", words, 1), ==, -1);
    g_assert_cmpint (
        xtls_keystore_get_word (file, group, "l", words, 2), ==, -1);
    g_key_file_set_string (file, group, "k", "tw");
    g_assert_cmpint (
        xtls_keystore_get_word (file, group, "k", words, 2), ==, -1);
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    add ("/keystore/good", test_good);
    add ("/keystore/bad", test_bad);
    add ("/keystore/not-a-file", test_not_a_file);
    add ("/keystore/stuck", test_stuck);
    add ("/keystore/mark", test_mark);
    add ("/keystore/mark/cannot-be-made", test_mark_that_cannot_be_made);
    add ("/keystore/mark/by-another", test_mark_by_another);
    add ("/keystore/set-aside", test_set_aside);
    add ("/keystore/set-aside/often", test_set_aside_often);
    add ("/keystore/size", test_size);
    add ("/keystore/values", test_values);
    return g_test_run ();
}
