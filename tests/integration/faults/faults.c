/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a client to change the wall clock and to make the disk full
 * where the plugin writes. The file `faults` in the client's HOME contains two
 * numbers of 64 bits: the seconds to add to the clock, and whether the disk is
 * full.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct faults {
    int64_t seconds;
    int64_t disk_is_full;
};

static volatile struct faults *faults;

__attribute__ ((constructor)) static void
find_faults (void)
{
    const char *home = getenv ("HOME");
    char path[4096];
    int file;
    void *memory;

    if (!home ||
        snprintf (path, sizeof path, "%s/faults", home) >= (int)sizeof path)
        return;
    file = (int)syscall (SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (file < 0)
        return;
    memory = mmap (NULL,
                   sizeof (struct faults),
                   PROT_READ | PROT_WRITE,
                   MAP_SHARED,
                   file,
                   0);
    if (memory != MAP_FAILED)
        faults = memory;
    close (file);
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
    int result = (int)syscall (SYS_clock_gettime, clock, now);

    if (result == 0 && faults && clock == CLOCK_REALTIME)
        now->tv_sec += faults->seconds;
    return result;
}

time_t
time (time_t *where)
{
    struct timespec now = {0};

    clock_gettime (CLOCK_REALTIME, &now);
    if (where)
        *where = now.tv_sec;
    return now.tv_sec;
}

int
gettimeofday (struct timeval *restrict when,
              void *restrict zone __attribute__ ((unused)))
{
    struct timespec now = {0};

    clock_gettime (CLOCK_REALTIME, &now);
    when->tv_sec = now.tv_sec;
    when->tv_usec = now.tv_nsec / 1000;
    return 0;
}

static int
is_full (const char *path)
{
    return faults && faults->disk_is_full && strstr (path, "/xtls/") != NULL;
}

static int
open_at (int folder, const char *path, int flags, mode_t mode)
{
    if ((flags & O_CREAT) && is_full (path)) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall (SYS_openat, folder, path, flags, mode);
}

#define WITH_MODE(last)                                                        \
    va_list arguments;                                                         \
    mode_t mode;                                                               \
                                                                               \
    va_start (arguments, last);                                                \
    mode = (last) & (O_CREAT | O_TMPFILE) ? va_arg (arguments, mode_t) : 0;    \
    va_end (arguments)

int
open (const char *path, int flags, ...)
{
    WITH_MODE (flags);
    return open_at (AT_FDCWD, path, flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
    WITH_MODE (flags);
    return open_at (AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

/* What a program buffers is written, or not, when it closes the file. */
int
fclose (FILE *file)
{
    static int (*next) (FILE *);
    char link[64], path[4096];
    ssize_t len;

    if (!next)
        *(void **)&next = dlsym (RTLD_NEXT, "fclose");
    snprintf (link, sizeof link, "/proc/self/fd/%d", fileno (file));
    len = readlink (link, path, sizeof path - 1);
    path[len > 0 ? len : 0] = '\0';
    if (!is_full (path))
        return next (file);
    __fpurge (file);
    next (file);
    errno = ENOSPC;
    return EOF;
}

int
rename (const char *from, const char *to)
{
    if (is_full (to)) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall (SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}
