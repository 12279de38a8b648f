/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Estimates what a path carries from trains: blocks that were sent together,
 * without a pause.
 *
 * The last block of a train is acknowledged later than a block alone by what
 * the path needs for the others. Other delays, as those of TCP and of a busy
 * machine, only make the estimate smaller, so that the highest one counts, and
 * the path carries at least that much. A server with a token bucket carries it
 * only until the bucket is empty.
 */
#pragma once

#include <glib.h>

typedef struct {
    gsize size; /* bytes sent together until now … */
    gint64 start;
    gint64 last;     /* … between these times */
    gint64 shortest; /* the shortest time to an acknowledgement … */
    gsize alone;     /* … and the bytes sent together until that block */
    guint64 rate;    /* the estimate, bytes a second; 0: unknown */
} XtlsTrain;

/* Where in a train a block was sent. All zero if that is unknown. */
typedef struct {
    gsize size;    /* the bytes of the train up to this block, with it */
    gint64 spread; /* how long ago the train began */
} XtlsTrainPlace;

/**
 * xtls_train_sent:
 * @train: all zero at the beginning
 * @cost: the size of a block, in bytes
 * @now: the time in microseconds, monotonic
 *
 * A block has been sent.
 *
 * Returns: its place.
 */
XtlsTrainPlace xtls_train_sent (XtlsTrain *train, gsize cost, gint64 now);

/**
 * xtls_train_taken:
 * @place: where the block was
 * @took: the time to its acknowledgement, microseconds
 *
 * A block has been acknowledged.
 */
void
xtls_train_taken (XtlsTrain *train, const XtlsTrainPlace *place, gint64 took);
