/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/writer.c. */
#define _GNU_SOURCE /* RTLD_NEXT */

#include "folder-lock.h"
#include "scratch.h"
#include "writer.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>

static GThread *main_thread;

/* As newer versions of GLib do it: the file keeps its mode. */
gboolean
g_file_set_contents_full (const char *path,
                          const char *text,
                          gssize len,
                          GFileSetContentsFlags flags,
                          int mode,
                          GError **error)
{
    gboolean (*real) (const char *,
                      const char *,
                      gssize,
                      GFileSetContentsFlags,
                      int,
                      GError **) = dlsym (RTLD_NEXT, __func__);
    GStatBuf info;

    if (g_stat (path, &info) == 0)
        mode = (int)info.st_mode & 0777;
    return real (path, text, len, flags, mode, error) &&
           g_chmod (path, (mode_t)mode) == 0;
}

typedef struct {
    XtlsWriter *writer;
    char *dir, *file;
    GPtrArray *failures;
} Fixture;

/* A file whose content is one text. */
typedef struct {
    char *path;
    GMutex lock;
    char *text;
    gint syncs, polls, reports, freed; /* atomic */
    gboolean with_reports;
    gint is_changed; /* atomic */
} Text;

static gboolean
sync_cb (gpointer data, gboolean *report, GError **error)
{
    Text *text = data;
    g_autofree char *copy = NULL;

    g_assert_true (g_thread_self () != main_thread);
    g_atomic_int_inc (&text->syncs);
    *report = text->with_reports;
    g_mutex_lock (&text->lock);
    copy = g_strdup (text->text);
    g_mutex_unlock (&text->lock);
    return xtls_writer_save (text->path, copy, strlen (copy), error);
}

static gboolean
is_changed_cb (gpointer data)
{
    Text *text = data;

    g_assert_true (g_thread_self () != main_thread);
    g_atomic_int_inc (&text->polls);
    return g_atomic_int_get (&text->is_changed);
}

static void
report_cb (gpointer data)
{
    g_assert_true (g_thread_self () == main_thread);
    g_atomic_int_inc (&((Text *)data)->reports);
}

static void
free_cb (gpointer data)
{
    g_atomic_int_inc (&((Text *)data)->freed);
}

static const XtlsWriterOps writes = {
    .sync = sync_cb, .report = report_cb, .free = free_cb};
static const XtlsWriterOps shared = {.sync = sync_cb,
                                     .is_changed = is_changed_cb,
                                     .report = report_cb,
                                     .free = free_cb};
static const XtlsWriterOps watches = {
    .is_changed = is_changed_cb, .report = report_cb, .free = free_cb};

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

/* Clear it after the writer has been freed. */
static XtlsWriterFile *
add_text (Fixture *fixture,
          Text *text,
          const char *path,
          const XtlsWriterOps *ops)
{
    memset (text, 0, sizeof *text);
    g_mutex_init (&text->lock);
    text->path = g_strdup (path);
    text->text = g_strdup ("");
    return xtls_writer_add (fixture->writer, path, ops, text);
}

static void
free_writer (Fixture *fixture)
{
    xtls_writer_free (fixture->writer);
    fixture->writer = NULL;
}

static void
clear_text (Fixture *fixture, Text *text)
{
    if (fixture->writer != NULL)
        free_writer (fixture);
    g_assert_cmpint (g_atomic_int_get (&text->freed), ==, 1);
    g_mutex_clear (&text->lock);
    g_free (text->path);
    g_free (text->text);
}

static void
put (Fixture *fixture, XtlsWriterFile *file, Text *text, const char *value)
{
    g_mutex_lock (&text->lock);
    g_free (text->text);
    text->text = g_strdup (value);
    g_mutex_unlock (&text->lock);
    xtls_writer_change (fixture->writer, file);
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

/* Somebody may have given others the right to read what it held before. */
static void
test_private (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *path = g_build_filename (fixture->dir, "b", NULL);
    static const int modes[] = {0600, 0644, 0666, 0660, 0400};

    for (gsize i = 0; i < G_N_ELEMENTS (modes); i++) {
        if (i > 0)
            g_assert_cmpint (g_chmod (path, modes[i]), ==, 0);
        g_assert_true (xtls_writer_save (path, "new", 3, NULL));
        g_assert_cmpuint (test_mode (path), ==, 0600);
    }
}

static void
test_flush (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *path = g_build_filename (fixture->dir, "b", NULL);
    g_autofree char *new = g_path_get_dirname (fixture->file);
    Text one, two;
    XtlsWriterFile *first = add_text (fixture, &one, fixture->file, &writes);
    XtlsWriterFile *second = add_text (fixture, &two, path, &writes);

    xtls_writer_flush (fixture->writer);
    g_assert_cmpint (one.syncs, ==, 0);
    put (fixture, first, &one, "one");
    put (fixture, second, &two, "two");
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "one");
    assert_content (path, "two");
    g_assert_cmpuint (test_mode (new), ==, 0700);
    put (fixture, first, &one, "");
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "");
    g_assert_cmpint (two.syncs, ==, 1);
    g_assert_false (is_readable (fixture, 0));
    xtls_writer_dispatch (fixture->writer);
    g_assert_cmpuint (fixture->failures->len, ==, 0);
    clear_text (fixture, &one);
    clear_text (fixture, &two);
}

static void
test_coalesce (Fixture *fixture, gconstpointer unused)
{
    Text text;
    XtlsWriterFile *file = add_text (fixture, &text, fixture->file, &writes);

    for (guint i = 0; i < 1000; i++) {
        g_autofree char *value = g_strdup_printf ("%u", i);

        put (fixture, file, &text, value);
    }
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "999");
    /* Two writes are possible if the machine paused for a while. */
    g_assert_cmpint (text.syncs, <=, 2);
    clear_text (fixture, &text);
}

/* It is written without a flush, too, however often it changes meanwhile. */
static void
test_delay (Fixture *fixture, gconstpointer unused)
{
    gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
    Text text;
    XtlsWriterFile *file = add_text (fixture, &text, fixture->file, &writes);

    while (!g_file_test (fixture->file, G_FILE_TEST_EXISTS)) {
        g_assert_cmpint (g_get_monotonic_time (), <, end);
        put (fixture, file, &text, "late");
        g_usleep (5000);
    }
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "late");
    clear_text (fixture, &text);
}

static void
test_free_writes (Fixture *fixture, gconstpointer unused)
{
    Text text;

    put (fixture,
         add_text (fixture, &text, fixture->file, &writes),
         &text,
         "last words");
    free_writer (fixture);
    assert_content (fixture->file, "last words");
    clear_text (fixture, &text);
}

static void
test_remove_writes (Fixture *fixture, gconstpointer unused)
{
    Text text;
    XtlsWriterFile *file = add_text (fixture, &text, fixture->file, &writes);

    text.with_reports = TRUE;
    put (fixture, file, &text, "last words");
    xtls_writer_remove (fixture->writer, file);
    xtls_writer_flush (fixture->writer);
    xtls_writer_dispatch (fixture->writer);
    assert_content (fixture->file, "last words");
    g_assert_cmpint (text.reports, ==, 0);
    clear_text (fixture, &text);
}

/* A file with a pending report is left alone until the report was made. */
static void
test_report (Fixture *fixture, gconstpointer unused)
{
    Text text;
    XtlsWriterFile *file = add_text (fixture, &text, fixture->file, &writes);

    text.with_reports = TRUE;
    put (fixture, file, &text, "one");
    g_assert_true (is_readable (fixture, 20000));
    put (fixture, file, &text, "two");
    /* Longer than a change waits before it is written. */
    g_usleep (400 * 1000);
    g_assert_cmpint (g_atomic_int_get (&text.syncs), ==, 1);
    assert_content (fixture->file, "one");
    xtls_writer_dispatch (fixture->writer);
    g_assert_cmpint (text.reports, ==, 1);
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "two");
    g_assert_cmpint (text.reports, ==, 2);
    clear_text (fixture, &text);
}

static void
test_poll (Fixture *fixture, gconstpointer unused)
{
    Text text, watched;
    g_autofree char *path = g_build_filename (fixture->dir, "w", NULL);

    add_text (fixture, &text, fixture->file, &shared);
    add_text (fixture, &watched, path, &watches);
    g_assert_false (is_readable (fixture, 1500));
    g_assert_cmpint (g_atomic_int_get (&text.polls), >, 0);
    g_assert_cmpint (g_atomic_int_get (&text.syncs), ==, 0);
    g_atomic_int_set (&text.is_changed, 1);
    g_atomic_int_set (&watched.is_changed, 1);
    /* Two seconds are promised; a busy machine may take longer. */
    g_assert_true (is_readable (fixture, 20000));
    xtls_writer_dispatch (fixture->writer);
    g_assert_cmpint (watched.reports, ==, 1);
    while (g_atomic_int_get (&text.syncs) == 0)
        g_usleep (10000);
    clear_text (fixture, &text);
    clear_text (fixture, &watched);
}

static void
test_failure (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *wall = g_build_filename (fixture->dir, "wall", NULL);
    g_autofree char *behind = g_build_filename (wall, "file", NULL);
    Text bad, good;
    XtlsWriterFile *first = add_text (fixture, &bad, behind, &writes);
    XtlsWriterFile *second = add_text (fixture, &good, fixture->file, &writes);

    test_write (wall, "");
    put (fixture, first, &bad, "x");
    put (fixture, second, &good, "y");
    g_assert_true (is_readable (fixture, 20000));
    xtls_writer_flush (fixture->writer);
    assert_content (fixture->file, "y");
    g_assert_cmpuint (fixture->failures->len, ==, 0);
    xtls_writer_dispatch (fixture->writer);
    g_assert_cmpuint (fixture->failures->len, ==, 1);
    g_assert_cmpstr (fixture->failures->pdata[0], ==, behind);
    g_assert_false (is_readable (fixture, 0));

    /* The failure is reported once, however often writing fails. */
    for (guint i = 0; i < 5; i++) {
        put (fixture, first, &bad, "z");
        xtls_writer_flush (fixture->writer);
    }
    xtls_writer_dispatch (fixture->writer);
    g_assert_cmpuint (fixture->failures->len, ==, 1);

    /* It is written as soon as that is possible, without another change, and a
     * later failure is reported again. */
    g_remove (wall);
    xtls_writer_flush (fixture->writer);
    assert_content (behind, "z");
    g_remove (behind);
    g_assert_cmpint (g_mkdir (behind, 0700), ==, 0);
    put (fixture, first, &bad, "a");
    /* The report may never be fetched. */
    xtls_writer_flush (fixture->writer);
    g_assert_true (is_readable (fixture, 0));
    clear_text (fixture, &bad);
    clear_text (fixture, &good);
}

/* A stopped program that holds the lock cannot prevent this one from saving
 * when it ends. */
static void
test_locked (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *path = g_build_filename (fixture->dir, "b", NULL);
    Text text;
    XtlsWriterFile *file = add_text (fixture, &text, path, &writes);
    int lock = xtls_folder_lock_take (fixture->dir, 0);

    g_assert_cmpint (lock, >=, 0);
    put (fixture, file, &text, "x");
    g_assert_true (is_readable (fixture, 20000));
    xtls_writer_dispatch (fixture->writer);
    g_assert_cmpuint (fixture->failures->len, ==, 1);
    g_assert_cmpint (text.syncs, ==, 0);
    free_writer (fixture);
    assert_content (path, "x");
    xtls_folder_lock_release (lock);
    clear_text (fixture, &text);
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    main_thread = g_thread_self ();
    add ("/writer/private", test_private);
    add ("/writer/flush", test_flush);
    add ("/writer/coalesce", test_coalesce);
    add ("/writer/delay", test_delay);
    add ("/writer/free", test_free_writes);
    add ("/writer/remove", test_remove_writes);
    add ("/writer/report", test_report);
    add ("/writer/poll", test_poll);
    add ("/writer/failure", test_failure);
    add ("/writer/locked", test_locked);
    return g_test_run ();
}
