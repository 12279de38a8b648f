/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wakes a thread that watches a descriptor; see wakeup.h. */
#include "wakeup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

void
xtls_wakeup_open (XtlsWakeup *wakeup)
{
    int fds[2] = {-1, -1};

    if (g_unix_open_pipe (fds, FD_CLOEXEC, NULL)) {
        g_unix_set_fd_nonblocking (fds[0], TRUE, NULL);
        g_unix_set_fd_nonblocking (fds[1], TRUE, NULL);
    }
    wakeup->read_fd = fds[0];
    wakeup->write_fd = fds[1];
}

void
xtls_wakeup_close (XtlsWakeup *wakeup)
{
    if (wakeup->read_fd < 0)
        return;
    close (wakeup->read_fd);
    close (wakeup->write_fd);
    wakeup->read_fd = wakeup->write_fd = -1;
}

void
xtls_wakeup_wake (XtlsWakeup *wakeup)
{
    /* If the pipe is full, its reader wakes up anyway. */
    while (wakeup->write_fd >= 0 && write (wakeup->write_fd, "", 1) < 0 &&
           errno == EINTR)
        ;
}

void
xtls_wakeup_drain (XtlsWakeup *wakeup)
{
    char drain[64];

    while (wakeup->read_fd >= 0 &&
           read (wakeup->read_fd, drain, sizeof drain) > 0)
        ;
}
