/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A simulated path between two clients, with a fake clock, for the tests of
 * what may be in flight. Times are in microseconds, rates in bytes a second.
 */
#pragma once

#include "window.h"

#define MS (G_USEC_PER_SEC / 1000)
#define SECOND ((gint64)G_USEC_PER_SEC)
#define BLOCK 16384
/* A piece of a file, in bytes, without the overhead of its blocks. */
#define PIECE 5000
/* On a busy machine one in so many answers waits, see `pause`. */
#define PAUSES 40

/* A path that passes the first @bucket bytes at once and then @rate bytes a
 * second, and acknowledges each block @delay later. */
typedef struct {
    XtlsWindow *window;
    gint64 now;
    guint64 rate;
    guint64 bucket;
    gint64 delay;
    gint64 pause;  /* the longest pause of this machine, 0 if it is not busy */
    gint64 jitter; /* each answer is late by up to this; none overtakes */
    gint64 tick;   /* answers come together, once in this time */
    gsize word;    /* the size of a message behind each piece of a file, or 0 */
    gsize unsent;  /* of the last piece of a file */
    guint sent, answered;
    gint64 busy_until;
    gint64 last;        /* the last answer, with jitter */
    gint64 due[100000]; /* answers */
    gint64 sent_at[100000];
    gsize size[100000];
    guint64 taken;
    gint64 longest;      /* the time until a response arrived */
    gint64 longest_wait; /* for something behind a piece of a file */
} Path;

/* Returns: (transfer full): a path without a bucket, pauses or jitter. */
Path *path_new (guint64 rate, gint64 delay);
void path_free (Path *path);

/* Sends a block of @size bytes, whether it fits or not. */
void path_send (Path *path, gsize size);
/* Waits for the next answer. */
void path_answer (Path *path);
/* Waits for all answers. */
void path_drain (Path *path);
/* Sends as much as fits, without a limit, or like a file transfer, a piece
 * whenever there is room. */
void path_fill (Path *path, gboolean file);

/* Notes in `longest_wait` how long something that is sent next waits until it
 * is answered, on the path and for the blocks before it. */
void path_note_wait (Path *path);

/* From now on @rate bytes a second pass, also of what is under way to the
 * server, which is half the delay away. */
void path_slow_down (Path *path, guint64 rate);

/* Sends without pause for @time, as path_fill() does. Returns: the used
 * percentage of the path's rate. */
guint64 path_run_as (Path *path, gint64 time, gboolean file);
/* The same without a limit. */
guint64 path_run (Path *path, gint64 time);
