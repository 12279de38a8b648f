/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks that a test can put forward, for what takes hours. The program's own
 * functions come before those of the C library and of a preloaded one
 * (faults/faults.c), for all libraries too. */
#define _GNU_SOURCE

#include "headless.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

/* Seconds. */
static volatile gint64 skipped;
static volatile gint64 wall_skipped;

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
    if (result == 0 && clock == CLOCK_REALTIME)
        now->tv_sec += wall_skipped;
    return result;
}

__attribute__ ((visibility ("default"))) time_t
time (time_t *where)
{
    struct timespec now = {0};

    clock_gettime (CLOCK_REALTIME, &now);
    if (where)
        *where = now.tv_sec;
    return now.tv_sec;
}

/* skip SECONDS: of the monotonic clock */
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

/* skip-wall SECONDS → now: of the wall clock */
static gboolean
skip_wall (char **args, GString *answer)
{
    time_t before = time (NULL);
    gint64 seconds = atoi (args[0]);

    wall_skipped += seconds;
    json_int (answer, "now", time (NULL));
    return time (NULL) - before >= seconds
               ? TRUE
               : fail (answer, "the clock has not changed");
}

const Command clock_commands[] = {
    {"skip", 1, skip}, {"skip-wall", 1, skip_wall}, {NULL, 0, NULL}};
