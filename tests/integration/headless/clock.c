/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A monotonic clock that a test can put forward, for what takes hours. The
 * program's own function comes before the one of the C library and of a
 * preloaded one (faults/faults.c), for all libraries too. */
#define _GNU_SOURCE

#include "headless.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static volatile gint64 skipped; /* seconds */

__attribute__ ((visibility ("default"))) int
clock_gettime (clockid_t clock, struct timespec *now)
{
    static int (*next) (clockid_t, struct timespec *);
    int result;

    if (!next)
        next = dlsym (RTLD_NEXT, "clock_gettime");
    result = next (clock, now);
    if (result == 0 && clock == CLOCK_MONOTONIC)
        now->tv_sec += skipped;
    return result;
}

/* skip SECONDS */
static gboolean
skip (char **args, GString *answer)
{
    gint64 before = g_get_monotonic_time ();
    gint64 seconds = atoi (args[0]);

    skipped += seconds;
    return g_get_monotonic_time () - before >= seconds * G_USEC_PER_SEC
               ? TRUE
               : fail (answer, "the clock has not changed");
}

const Command clock_commands[] = {{"skip", 1, skip}, {NULL, 0, NULL}};
