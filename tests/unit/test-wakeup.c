/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/wakeup.c. */
#include "wakeup.h"

#include <fcntl.h>
#include <poll.h>

static gboolean
is_readable (const XtlsWakeup *wakeup, int timeout)
{
    struct pollfd fd = {wakeup->read_fd, POLLIN, 0};

    return poll (&fd, 1, timeout) == 1;
}

static gpointer
wake_cb (gpointer wakeup)
{
    /* More often than a pipe can hold bytes, and it must not block. */
    for (guint i = 0; i < 200000; i++)
        xtls_wakeup_wake (wakeup);
    return NULL;
}

static void
test_wake (void)
{
    XtlsWakeup wakeup;
    GThread *thread;

    xtls_wakeup_open (&wakeup);
    g_assert_cmpint (fcntl (wakeup.read_fd, F_GETFD) & FD_CLOEXEC, !=, 0);
    g_assert_cmpint (fcntl (wakeup.write_fd, F_GETFD) & FD_CLOEXEC, !=, 0);
    g_assert_false (is_readable (&wakeup, 0));
    xtls_wakeup_drain (&wakeup);
    thread = g_thread_new ("wake", wake_cb, &wakeup);
    g_assert_true (is_readable (&wakeup, 20000));
    g_thread_join (thread);
    xtls_wakeup_drain (&wakeup);
    g_assert_false (is_readable (&wakeup, 0));
    xtls_wakeup_close (&wakeup);
    xtls_wakeup_close (&wakeup);
}

/* If the system has no descriptors left. */
static void
test_none (void)
{
    XtlsWakeup wakeup = {-1, -1};

    xtls_wakeup_wake (&wakeup);
    xtls_wakeup_drain (&wakeup);
    xtls_wakeup_close (&wakeup);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/wakeup/wake", test_wake);
    g_test_add_func ("/wakeup/none", test_none);
    return g_test_run ();
}
