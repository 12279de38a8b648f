/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Estimates what a path carries from blocks that were sent together. */
#include "train.h"

/* A longer pause between two blocks begins a new train, microseconds. */
#define PAUSE (G_USEC_PER_SEC / 200)
/* Shorter differences between times to acknowledgements are due to chance,
 * microseconds. */
#define SAME (G_USEC_PER_SEC / 200)
/* Added to what a train took, so that a short one proves little,
 * microseconds. */
#define MARGIN (G_USEC_PER_SEC / 50)

XtlsTrainPlace
xtls_train_sent (XtlsTrain *train, gsize cost, gint64 now)
{
    XtlsTrainPlace place;

    if (now < train->last || now - train->last > PAUSE) {
        train->start = now;
        train->size = 0;
    }
    train->last = now;
    train->size += cost;
    place.size = train->size;
    place.spread = now - train->start;
    return place;
}

/* The shortest time includes that which the path needed for the block. */
static void
note_shortest (XtlsTrain *train, gsize size, gint64 took)
{
    if (train->shortest == 0 || took < train->shortest - SAME)
        train->alone = size;
    else if (took <= train->shortest + SAME)
        train->alone = MIN (train->alone, size);
    if (train->shortest == 0 || took < train->shortest)
        train->shortest = took;
}

void
xtls_train_taken (XtlsTrain *train, const XtlsTrainPlace *place, gint64 took)
{
    gint64 needed;

    if (place->size == 0)
        return;
    note_shortest (train, place->size, took);
    if (place->size <= train->alone)
        return;
    needed = took - train->shortest + place->spread + MARGIN;
    train->rate = MAX (train->rate,
                       (guint64)(place->size - train->alone) * G_USEC_PER_SEC /
                           (guint64)needed);
}
