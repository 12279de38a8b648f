/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a path carries, from blocks that were sent together. */
#include "train.h"

#define MS (G_USEC_PER_SEC / 1000)
#define BLOCK 10000
#define TRIP (100 * MS)
#define RATE 1000000
/* What the path needs for a block. */
#define TIME ((gint64)G_USEC_PER_SEC * BLOCK / RATE)
#define COUNT 20

/* Sends @count blocks with @pause between two, at @now, which are acknowledged
 * @late too late. */
static void
run (XtlsTrain *train, guint count, gint64 now, gint64 pause, gint64 late)
{
    XtlsTrainPlace places[COUNT];
    gint64 done = now;

    for (guint i = 0; i < count; i++)
        places[i] = xtls_train_sent (train, BLOCK, now + i * pause);
    for (guint i = 0; i < count; i++) {
        gint64 sent = now + i * pause;

        done = MAX (done, sent) + TIME;
        xtls_train_taken (train, &places[i], done + TRIP + late - sent);
    }
}

/* One block alone shows nothing, nor do several if none was ever alone: they
 * may all have waited for the path. */
static void
test_alone (void)
{
    XtlsTrain train = {0};

    for (gint64 i = 0; i < 10; i++)
        run (&train, 1, i * G_USEC_PER_SEC, 0, 0);
    g_assert_cmpuint (train.rate, ==, 0);
}

/* The more are sent together, the closer the estimate is, from below. */
static void
test_together (void)
{
    XtlsTrain train = {0};
    guint64 before = 0;

    run (&train, 1, 0, 0, 0);
    for (guint count = 2; count <= COUNT; count++) {
        run (&train, count, count * G_USEC_PER_SEC, 0, 0);
        g_assert_cmpuint (train.rate, >, before);
        g_assert_cmpuint (train.rate, <=, RATE);
        before = train.rate;
    }
    g_assert_cmpuint (train.rate, >, RATE * 8 / 10);
}

/* With pauses as long as the path needs for a block, nothing is late, but more
 * than was sent in the time is not estimated. */
static void
test_spread (void)
{
    XtlsTrain train = {0};

    run (&train, 1, 0, 0, 0);
    run (&train, 5, G_USEC_PER_SEC, 4 * MS, 0);
    g_assert_cmpuint (train.rate, >, 0);
    g_assert_cmpuint (train.rate, <=, RATE);

    train = (XtlsTrain){0};
    run (&train, 1, 0, 0, 0);
    run (&train, COUNT, G_USEC_PER_SEC, TIME, 0);
    g_assert_cmpuint (train.rate, ==, 0);
}

/* What is late by chance neither raises nor lowers the estimate. */
static void
test_late (void)
{
    XtlsTrain train = {0};
    guint64 before;

    run (&train, 1, 0, 0, 0);
    run (&train, COUNT, G_USEC_PER_SEC, 0, 0);
    before = train.rate;
    for (gint64 i = 2; i < 10; i++)
        run (&train, COUNT, i * G_USEC_PER_SEC, 0, i * 20 * MS);
    g_assert_cmpuint (train.rate, ==, before);
}

/* Nothing is known of a block that was sent again. */
static void
test_unknown (void)
{
    static const XtlsTrainPlace unknown = {0};
    XtlsTrain train = {0};

    run (&train, 1, 0, 0, 0);
    xtls_train_taken (&train, &unknown, 1);
    g_assert_cmpint (train.shortest, ==, TRIP + TIME);
    g_assert_cmpuint (train.rate, ==, 0);
}

/* A clock that goes backwards begins another train. */
static void
test_backwards (void)
{
    XtlsTrain train = {0};
    XtlsTrainPlace place;

    xtls_train_sent (&train, BLOCK, G_USEC_PER_SEC);
    place = xtls_train_sent (&train, BLOCK, 0);
    g_assert_cmpuint (place.size, ==, BLOCK);
    g_assert_cmpint (place.spread, ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/train/alone", test_alone);
    g_test_add_func ("/train/together", test_together);
    g_test_add_func ("/train/spread", test_spread);
    g_test_add_func ("/train/late", test_late);
    g_test_add_func ("/train/unknown", test_unknown);
    g_test_add_func ("/train/backwards", test_backwards);
    return g_test_run ();
}
