/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock of a folder that several programs share; see folder-lock.h. */
#include "folder-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* The interval at which a lock held by another program is tried again,
 * microseconds. */
#define RETRY (5 * G_TIME_SPAN_MILLISECOND)

static int
open_file (const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename (dir, name, NULL);

    return open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

int
xtls_folder_lock_take (const char *dir, gint64 wait)
{
    gint64 end = g_get_monotonic_time () + wait;
    int fd = open_file (dir, "lock");

    if (fd < 0)
        return -1;
    while (flock (fd, LOCK_EX | LOCK_NB) != 0) {
        gboolean busy = errno == EWOULDBLOCK;

        if (errno == EINTR)
            continue;
        if (!busy || g_get_monotonic_time () >= end) {
            (void)close (fd);
            return busy ? XTLS_FOLDER_LOCK_BUSY : -1;
        }
        g_usleep (RETRY);
    }
    return fd;
}

/* Closing alone is not enough: libpurple forks processes for DNS look-ups that
 * live for minutes and would keep an inherited lock. */
void
xtls_folder_lock_release (int fd)
{
    if (fd < 0)
        return;
    (void)flock (fd, LOCK_UN);
    (void)close (fd);
}

/* This kind of lock belongs to the process and is not inherited. */
int
xtls_folder_lock_keep (const char *dir, const char *name)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open_file (dir, name);
    gboolean busy;

    if (fd < 0 || fcntl (fd, F_SETLK, &lock) == 0)
        return fd;
    busy = errno == EACCES || errno == EAGAIN;
    (void)close (fd);
    return busy ? XTLS_FOLDER_LOCK_BUSY : -1;
}
