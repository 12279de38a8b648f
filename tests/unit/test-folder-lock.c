/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/folder-lock.c. */
#include "folder-lock.h"
#include "scratch.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    char *dir;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
    fixture->dir = test_dir_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    test_dir_free (fixture->dir);
}

/* Starts a process that takes a lock, reports that, and waits to be killed.
 * With @child it has a child process that survives it. */
static pid_t
start_holder (Fixture *fixture, gboolean keep, gboolean child)
{
    int ready[2];
    char byte;
    pid_t holder;

    g_assert_cmpint (pipe (ready), ==, 0);
    holder = fork ();
    g_assert_cmpint (holder, >=, 0);
    if (holder == 0) {
        int fd = keep ? xtls_folder_lock_keep (fixture->dir, "kept")
                      : xtls_folder_lock_take (fixture->dir, 0);

        /* The child ends by itself, long after the test. */
        if (fd >= 0 && child && fork () == 0) {
            close (ready[0]);
            alarm (30);
            pause ();
            _exit (0);
        }
        _exit (fd >= 0 && write (ready[1], "x", 1) == 1 ? pause () : 1);
    }
    g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
    close (ready[0]);
    close (ready[1]);
    return holder;
}

static void
end_holder (pid_t holder)
{
    g_assert_cmpint (kill (holder, SIGKILL), ==, 0);
    g_assert_cmpint (waitpid (holder, NULL, 0), ==, holder);
}

static void
test_take (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *file = g_build_filename (fixture->dir, "lock", NULL);
    int fd = xtls_folder_lock_take (fixture->dir, 0);

    g_assert_cmpint (fd, >=, 0);
    g_assert_cmpuint (test_mode (file), ==, 0600);
    /* The lock also excludes other threads of the same program. */
    g_assert_cmpint (
        xtls_folder_lock_take (fixture->dir, 20000), ==, XTLS_FOLDER_LOCK_BUSY);
    xtls_folder_lock_release (fd);
    fd = xtls_folder_lock_take (fixture->dir, 0);
    g_assert_cmpint (fd, >=, 0);
    xtls_folder_lock_release (fd);
    xtls_folder_lock_release (-1);
    xtls_folder_lock_release (XTLS_FOLDER_LOCK_BUSY);
}

static void
test_killed (Fixture *fixture, gconstpointer unused)
{
    pid_t holder = start_holder (fixture, FALSE, FALSE);
    int fd;

    g_assert_cmpint (
        xtls_folder_lock_take (fixture->dir, 0), ==, XTLS_FOLDER_LOCK_BUSY);
    end_holder (holder);
    fd = xtls_folder_lock_take (fixture->dir, 0);
    g_assert_cmpint (fd, >=, 0);
    xtls_folder_lock_release (fd);
}

static gpointer
release_cb (gpointer data)
{
    g_usleep (50000);
    xtls_folder_lock_release (GPOINTER_TO_INT (data));
    return NULL;
}

static void
test_wait (Fixture *fixture, gconstpointer unused)
{
    int fd = xtls_folder_lock_take (fixture->dir, 0);
    GThread *thread =
        g_thread_new ("release", release_cb, GINT_TO_POINTER (fd));

    fd = xtls_folder_lock_take (fixture->dir, 20 * G_TIME_SPAN_SECOND);
    g_assert_cmpint (fd, >=, 0);
    g_thread_join (thread);
    xtls_folder_lock_release (fd);
}

/* A child that was forked while the lock was held does not keep it. */
static void
test_inherited (Fixture *fixture, gconstpointer unused)
{
    int fd = xtls_folder_lock_take (fixture->dir, 0);
    pid_t child = fork ();

    if (child == 0)
        _exit (pause ());
    xtls_folder_lock_release (fd);
    fd = xtls_folder_lock_take (fixture->dir, 0);
    g_assert_cmpint (fd, >=, 0);
    xtls_folder_lock_release (fd);
    end_holder (child);
}

/* A child that outlives a killed program does not keep the lock either. */
static void
test_keep (Fixture *fixture, gconstpointer unused)
{
    pid_t holder = start_holder (fixture, TRUE, TRUE);
    int fd;

    g_assert_cmpint (xtls_folder_lock_keep (fixture->dir, "kept"),
                     ==,
                     XTLS_FOLDER_LOCK_BUSY);
    fd = xtls_folder_lock_keep (fixture->dir, "other");
    g_assert_cmpint (fd, >=, 0);
    xtls_folder_lock_release (fd);
    end_holder (holder);
    fd = xtls_folder_lock_keep (fixture->dir, "kept");
    g_assert_cmpint (fd, >=, 0);
    xtls_folder_lock_release (fd);
}

static void
test_impossible (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *none = g_build_filename (fixture->dir, "none", NULL);
    g_autofree char *file = g_build_filename (fixture->dir, "lock", NULL);

    g_assert_cmpint (xtls_folder_lock_take (none, 0), ==, -1);
    g_assert_cmpint (xtls_folder_lock_keep (none, "x"), ==, -1);
    g_assert_cmpint (symlink ("elsewhere", file), ==, 0);
    g_assert_cmpint (xtls_folder_lock_take (fixture->dir, 0), ==, -1);
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    add ("/folder-lock/take", test_take);
    add ("/folder-lock/killed", test_killed);
    add ("/folder-lock/inherited", test_inherited);
    add ("/folder-lock/keep", test_keep);
    add ("/folder-lock/impossible", test_impossible);
    add ("/folder-lock/wait", test_wait);
    return g_test_run ();
}
