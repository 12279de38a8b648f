/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much may be in flight, under a clock of the test's own. */
#include "window.h"

#define MS (G_USEC_PER_SEC / 1000)
#define BLOCK 16384

/* A path that takes @rate bytes a second one after the other and answers each
 * block @delay later. */
typedef struct {
    XtlsWindow *window;
    gint64 now;
    guint64 rate;
    gint64 delay;
    guint sent, answered;
    gint64 busy_until;
    gint64 due[100000]; /* answers */
    gsize most;
} Path;

static Path *
path_new (guint block_size, guint64 rate, gint64 delay)
{
    Path *path = g_new0 (Path, 1);

    path->window = xtls_window_new (block_size);
    path->now = 1000 * G_USEC_PER_SEC;
    path->rate = rate;
    path->delay = delay;
    return path;
}

static void
path_free (Path *path)
{
    xtls_window_free (path->window);
    g_free (path);
}

static void
path_send (Path *path, gsize size)
{
    path->busy_until = MAX (path->busy_until, path->now) +
                       (gint64)(size * G_USEC_PER_SEC / path->rate);
    path->due[path->sent++] = path->busy_until + path->delay;
    xtls_window_sent (path->window, path->sent, size, path->now);
    path->most = MAX (path->most, xtls_window_get_bytes (path->window));
}

static void
path_answer (Path *path)
{
    path->now = MAX (path->now, path->due[path->answered]);
    xtls_window_taken (path->window, ++path->answered, path->now);
}

/* Sends without pause for @time; returns bytes a second. */
static guint64
path_run (Path *path, gsize size, gint64 time)
{
    gint64 start = path->now, end = start + time;
    guint answered = path->answered;

    path->most = 0;
    while (path->now < end) {
        while (xtls_window_fits (path->window, size))
            path_send (path, size);
        path_answer (path);
    }
    return (path->answered - answered) * size * G_USEC_PER_SEC /
           (guint64)(path->now - start);
}

static void
test_first (void)
{
    XtlsWindow *window = xtls_window_new (100);

    g_assert_cmpuint (xtls_window_get_size (window), ==, 400);
    g_assert_true (xtls_window_is_empty (window));
    for (guint id = 1; id <= 4; id++) {
        g_assert_true (xtls_window_fits (window, 100));
        xtls_window_sent (window, id, 100, 0);
        g_assert_cmpuint (xtls_window_get_bytes (window), ==, id * 100);
    }
    g_assert_false (xtls_window_is_empty (window));
    g_assert_false (xtls_window_fits (window, 1));
    g_assert_true (xtls_window_fits (window, 0));
    g_assert_true (xtls_window_has (window, 4));
    g_assert_false (xtls_window_has (window, 5));
    g_assert_false (xtls_window_has (window, 0));

    /* Not in order: only the one that is named goes. */
    xtls_window_taken (window, 3, G_USEC_PER_SEC);
    g_assert_false (xtls_window_has (window, 3));
    g_assert_true (xtls_window_has (window, 1));
    g_assert_cmpuint (xtls_window_get_bytes (window), ==, 300);
    xtls_window_free (window);
    xtls_window_free (NULL);
}

/* One block may always be in flight, however large. */
static void
test_at_least_one (void)
{
    XtlsWindow *window = xtls_window_new (100);

    g_assert_true (xtls_window_fits (window, 401));
    xtls_window_sent (window, 1, 401, 0);
    g_assert_false (xtls_window_fits (window, 0));
    for (guint id = 1; id <= 20; id++) {
        xtls_window_taken (window, id, id * 100 * G_USEC_PER_SEC);
        xtls_window_sent (window, id + 1, 1, id * 100 * G_USEC_PER_SEC);
    }
    g_assert_cmpuint (xtls_window_get_size (window), ==, 100);
    xtls_window_free (window);
}

static void
test_blocks_max (void)
{
    XtlsWindow *window = xtls_window_new (1000);

    for (guint id = 1; id <= XTLS_WINDOW_BLOCKS_MAX; id++) {
        g_assert_true (xtls_window_fits (window, 1));
        xtls_window_sent (window, id, 1, 0);
    }
    g_assert_false (xtls_window_fits (window, 1));
    xtls_window_free (window);
}

/* 10 kB/s on the wire are 7.5 kB/s of bytes: two seconds a block. */
static void
test_slow (void)
{
    Path *path = path_new (BLOCK, 7500, 50 * MS);
    guint64 rate;

    path_run (path, BLOCK, 20 * G_USEC_PER_SEC);
    g_assert_cmpuint (
        xtls_window_get_size (path->window), <, BLOCK + BLOCK / 2);
    rate = path_run (path, BLOCK, 60 * G_USEC_PER_SEC);
    g_assert_cmpuint (path->most, ==, BLOCK);
    g_assert_cmpuint (rate, >, 7000);
    g_assert_cmpuint (xtls_window_get_size (path->window), >=, BLOCK);
    path_free (path);
}

/* A second's worth, whatever the block size and the way there. */
static void
test_middling (void)
{
    static const gint64 delays[] = {
        0, 10 * MS, 100 * MS, 400 * MS, 900 * MS, 2000 * MS};

    for (gsize i = 0; i < G_N_ELEMENTS (delays); i++) {
        Path *path = path_new (4096, 200000, delays[i]);
        guint64 rate;

        path_run (path, 4096, 20 * G_USEC_PER_SEC);
        rate = path_run (path, 4096, 10 * G_USEC_PER_SEC);
        g_assert_cmpuint (rate, >, 150000);
        /* A second's worth, and what is on the way. */
        g_assert_cmpuint (path->most, >, 180000);
        g_assert_cmpuint (path->most,
                          <,
                          230000 +
                              (guint64)delays[i] * 200000 / G_USEC_PER_SEC);
        path_free (path);
    }
}

static void
test_fast (void)
{
    Path *path = path_new (BLOCK, 200 * 1000 * 1000, MS);

    path_run (path, BLOCK, G_USEC_PER_SEC / 10);
    g_assert_cmpuint (
        path_run (path, BLOCK, G_USEC_PER_SEC / 10), >, 190000000);
    g_assert_cmpuint (path->most, <=, XTLS_WINDOW_MAX);
    g_assert_cmpuint (path->most, >, XTLS_WINDOW_MAX / 2);
    path_free (path);
}

/* Answers in the same instant, and a clock that goes backwards. */
static void
test_no_time (void)
{
    XtlsWindow *window = xtls_window_new (BLOCK);

    for (guint id = 1; id < 100; id++) {
        xtls_window_sent (window, id, BLOCK, 1000);
        xtls_window_taken (window, id, id % 2 ? 1000 : 0);
    }
    g_assert_cmpuint (xtls_window_get_size (window), <=, XTLS_WINDOW_MAX);
    g_assert_cmpuint (xtls_window_get_size (window), >, XTLS_WINDOW_MAX / 2);
    xtls_window_free (window);
}

static void
test_gets_slower_and_faster (void)
{
    Path *path = path_new (BLOCK, 10 * 1000 * 1000, 20 * MS);

    path_run (path, BLOCK, 2 * G_USEC_PER_SEC);
    g_assert_cmpuint (xtls_window_get_size (path->window), >, 900000);
    path->rate = 100 * 1000;
    path_run (path, BLOCK, 30 * G_USEC_PER_SEC);
    g_assert_cmpuint (xtls_window_get_size (path->window), <, 150000);
    path->rate = 10 * 1000 * 1000;
    path_run (path, BLOCK, 2 * G_USEC_PER_SEC);
    g_assert_cmpuint (xtls_window_get_size (path->window), >, 900000);
    path_free (path);
}

/* Small messages now and then say nothing about the path. */
static void
test_little_to_send (void)
{
    Path *path = path_new (BLOCK, 1000 * 1000, 50 * MS);
    gsize before;

    path_run (path, BLOCK, 5 * G_USEC_PER_SEC);
    while (path->answered < path->sent)
        path_answer (path);
    before = xtls_window_get_size (path->window);
    g_assert_cmpuint (before, >, 500000);
    for (int i = 0; i < 100; i++) {
        path_send (path, 100);
        path_answer (path);
        path->now += G_USEC_PER_SEC;
    }
    g_assert_cmpuint (xtls_window_get_size (path->window), ==, before);
    path_free (path);
}

/* Unless even little takes long: then there is a queue on the way. */
static void
test_little_takes_long (void)
{
    XtlsWindow *window = xtls_window_new (100);

    xtls_window_sent (window, 1, 10, 0);
    xtls_window_taken (window, 1, 100 * MS);
    g_assert_cmpuint (xtls_window_get_size (window), ==, 400);
    xtls_window_sent (window, 2, 10, 0);
    xtls_window_taken (window, 2, 1100 * MS);
    g_assert_cmpuint (xtls_window_get_size (window), ==, 400);
    xtls_window_sent (window, 3, 10, 0);
    xtls_window_taken (window, 3, 1101 * MS);
    g_assert_cmpuint (xtls_window_get_size (window), ==, (400 + 9) / 2);
    xtls_window_free (window);
}

/* What the path seems to hold by itself counts for 3 s at most. */
static void
test_very_long_way (void)
{
    XtlsWindow *window = xtls_window_new (100);

    xtls_window_sent (window, 1, 100, 0);
    xtls_window_taken (window, 1, 10 * G_USEC_PER_SEC);
    /* 100 bytes in 10 s: 40 in the 4 s. */
    g_assert_cmpuint (xtls_window_get_size (window), ==, (400 + 40) / 2);
    xtls_window_free (window);
}

static void
test_sent_again (void)
{
    XtlsWindow *window = xtls_window_new (100);

    xtls_window_sent (window, 1, 100, 0);
    xtls_window_sent (window, 2, 50, 0);
    xtls_window_sent_again (window, 2, 3, 100 * G_USEC_PER_SEC);
    g_assert_false (xtls_window_has (window, 2));
    g_assert_true (xtls_window_has (window, 3));
    g_assert_cmpuint (xtls_window_get_bytes (window), ==, 150);
    /* The rate is that of the second attempt: 150 bytes in 0.1 s, and so much
     * that 1.1 s are full. */
    xtls_window_taken (window, 3, 100 * G_USEC_PER_SEC + 100 * MS);
    g_assert_cmpuint (xtls_window_get_size (window), ==, (400 + 1650) / 2);
    xtls_window_free (window);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/window/first", test_first);
    g_test_add_func ("/window/at-least-one", test_at_least_one);
    g_test_add_func ("/window/blocks-max", test_blocks_max);
    g_test_add_func ("/window/rate/slow", test_slow);
    g_test_add_func ("/window/rate/middling", test_middling);
    g_test_add_func ("/window/rate/fast", test_fast);
    g_test_add_func ("/window/rate/no-time", test_no_time);
    g_test_add_func ("/window/rate/slower-and-faster",
                     test_gets_slower_and_faster);
    g_test_add_func ("/window/rate/little-to-send", test_little_to_send);
    g_test_add_func ("/window/rate/little-takes-long", test_little_takes_long);
    g_test_add_func ("/window/rate/very-long-way", test_very_long_way);
    g_test_add_func ("/window/sent-again", test_sent_again);
    return g_test_run ();
}
