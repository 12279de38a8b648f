/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/writer.c. */
#include "scratch.h"
#include "writer.h"

#include <poll.h>
#include <string.h>

static gint serialised, freed; /* atomic */
static GThread *main_thread;

typedef struct {
    XtlsWriter *writer;
    char *dir, *file;
    GPtrArray *failures;
} Fixture;

static char *
serialise_cb (gpointer snapshot, gsize *len)
{
    g_assert_true (g_thread_self () != main_thread);
    g_atomic_int_inc (&serialised);
    *len = strlen (snapshot);
    return g_strdup (snapshot);
}

static void
free_cb (gpointer snapshot)
{
    g_assert_true (g_thread_self () != main_thread);
    g_atomic_int_inc (&freed);
    g_free (snapshot);
}

static void
failed_cb (const char *path, const char *message, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_assert_true (g_thread_self () == main_thread);
    g_assert_true (strlen (message) > 0);
    g_ptr_array_add (fixture->failures, g_strdup (path));
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
    g_atomic_int_set (&serialised, 0);
    g_atomic_int_set (&freed, 0);
    fixture->dir = test_dir_new ();
    fixture->file = g_build_filename (fixture->dir, "new", "file", NULL);
    fixture->failures = g_ptr_array_new_with_free_func (g_free);
    fixture->writer = xtls_writer_new (failed_cb, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    xtls_writer_free (fixture->writer);
    g_ptr_array_unref (fixture->failures);
    test_dir_free (fixture->dir);
    g_free (fixture->file);
}

static void
put (Fixture *fixture, const char *path, const char *text)
{
    xtls_writer_put (
        fixture->writer, path, g_strdup (text), serialise_cb, free_cb);
}

static void
assert_content (const char *path, const char *want)
{
    g_autofree char *text = test_read (path);

    g_assert_cmpstr (text, ==, want);
    g_assert_cmpuint (test_mode (path), ==, 0600);
}

static gboolean
is_readable (Fixture *fixture, int timeout)
{
    struct pollfd fd = {xtls_writer_get_fd (fixture->writer), POLLIN, 0};

    return poll (&fd, 1, timeout) == 1;
}

static void
test_flush (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *second = g_build_filename (fixture->dir, "b", NULL);
    g_autofree char *new = g_path_get_dirname (fixture->file);

    xtls_writer_flush (fixture->writer);
    put (fixture, fixture->file, "one");
    put (fixture, second, "two");
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "one");
    assert_content (second, "two");
    g_assert_cmpuint (test_mode (new), ==, 0700);
    put (fixture, fixture->file, "");
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "");
    g_assert_false (is_readable (fixture, 0));
    xtls_writer_dispatch (fixture->writer);
    g_assert_cmpuint (fixture->failures->len, ==, 0);
}

static void
test_coalesce (Fixture *fixture, gconstpointer unused)
{
    for (guint i = 0; i < 1000; i++) {
        g_autofree char *text = g_strdup_printf ("%u", i);

        put (fixture, fixture->file, text);
    }
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "999");
    /* Two if the machine was asleep for a while. */
    g_assert_cmpint (g_atomic_int_get (&serialised), <=, 2);
    xtls_writer_free (fixture->writer);
    g_assert_cmpint (g_atomic_int_get (&freed), ==, 1000);
    fixture->writer = xtls_writer_new (failed_cb, fixture);
}

/* Without being asked, too, however often the file changes meanwhile. */
static void
test_delay (Fixture *fixture, gconstpointer unused)
{
    gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

    while (!g_file_test (fixture->file, G_FILE_TEST_EXISTS)) {
        g_assert_cmpint (g_get_monotonic_time (), <, end);
        put (fixture, fixture->file, "late");
        g_usleep (5000);
    }
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "late");
}

static void
test_free_writes (Fixture *fixture, gconstpointer unused)
{
    put (fixture, fixture->file, "last words");
    xtls_writer_free (fixture->writer);
    fixture->writer = NULL;
    assert_content (fixture->file, "last words");
    g_assert_cmpint (g_atomic_int_get (&freed), ==, 1);
}

static void
test_failure (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *wall = g_build_filename (fixture->dir, "wall", NULL);
    g_autofree char *behind = g_build_filename (wall, "file", NULL);

    test_write (wall, "");
    put (fixture, behind, "x");
    put (fixture, fixture->file, "y");
    g_assert_true (is_readable (fixture, 20000));
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "y");
    g_assert_cmpuint (fixture->failures->len, ==, 0);
    xtls_writer_dispatch (fixture->writer);
    g_assert_cmpuint (fixture->failures->len, ==, 1);
    g_assert_cmpstr (fixture->failures->pdata[0], ==, behind);
    g_assert_false (is_readable (fixture, 0));

    /* A failure may never be asked for. */
    put (fixture, behind, "z");
    xtls_writer_flush (fixture->writer);
    g_assert_true (is_readable (fixture, 0));
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    main_thread = g_thread_self ();
    add ("/writer/flush", test_flush);
    add ("/writer/coalesce", test_coalesce);
    add ("/writer/delay", test_delay);
    add ("/writer/free", test_free_writes);
    add ("/writer/failure", test_failure);
    return g_test_run ();
}
