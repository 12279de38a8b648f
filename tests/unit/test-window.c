/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much may be in flight. */
#include "path.h"

/* A message. */
#define WORD 300
/* How often a busy machine is tried. */
#define BUSY_RUNS 5
/* At how many moments a server becomes slower. */
#define MOMENTS 30

static void
test_first (void)
{
    XtlsWindow *window = xtls_window_new (100);
    guint id = 0;

    g_assert_true (xtls_window_has_room (window, 0));
    g_assert_false (xtls_window_has_room (window, 1));
    g_assert_cmpuint (xtls_window_get_block (window), ==, 100);
    g_assert_true (xtls_window_is_empty (window));
    while (xtls_window_fits (window, 100)) {
        xtls_window_sent (window, ++id, 100, 0);
        g_assert_cmpuint (xtls_window_get_bytes (window), ==, id * 100);
    }
    g_assert_cmpuint (id, ==, XTLS_WINDOW_FIRST_BLOCKS);
    g_assert_false (xtls_window_has_room (window, 0));
    g_assert_false (xtls_window_is_empty (window));
    g_assert_true (xtls_window_has (window, 4));
    g_assert_false (xtls_window_has (window, id + 1));
    g_assert_false (xtls_window_has (window, 0));

    /* Out of order: only the block that is named is removed. */
    xtls_window_taken (window, 3, SECOND);
    g_assert_false (xtls_window_has (window, 3));
    g_assert_true (xtls_window_has (window, 1));
    g_assert_cmpuint (xtls_window_get_bytes (window), ==, (id - 1) * 100);
    xtls_window_free (window);
    xtls_window_free (NULL);
}

/* Before anything has been measured, two pieces of a file may be in flight, if
 * nothing was acknowledged just before. */
static void
test_first_pieces (void)
{
    XtlsWindow *window = xtls_window_new (BLOCK);

    g_assert_true (xtls_window_has_room (window, XTLS_WINDOW_PIECE));
    g_assert_false (xtls_window_has_room (window, XTLS_WINDOW_PIECE + 1));
    xtls_window_sent (window, 1, PIECE, 0);
    g_assert_true (xtls_window_has_room (window, 0));
    xtls_window_taken (window, 1, SECOND / 10);
    g_assert_true (xtls_window_has_room (window, 0));
    g_assert_false (xtls_window_has_room (window, XTLS_WINDOW_PIECE));
    xtls_window_free (window);
}

/* One block may always be in flight, however large it is and however slow the
 * path. */
static void
test_at_least_one (void)
{
    XtlsWindow *window = xtls_window_new (BLOCK);

    g_assert_true (xtls_window_fits (window, 2 * XTLS_WINDOW_FIRST));
    xtls_window_sent (window, 1, 2 * XTLS_WINDOW_FIRST, 0);
    g_assert_false (xtls_window_fits (window, 0));
    for (guint id = 1; id <= 20; id++) {
        xtls_window_taken (window, id, id * 100 * SECOND);
        xtls_window_sent (window, id + 1, 1, id * 100 * SECOND);
    }
    g_assert_cmpuint (
        xtls_window_get_block (window), ==, XTLS_WINDOW_BLOCK_MIN);
    g_assert_true (xtls_window_fits (window, XTLS_WINDOW_BLOCK_MIN));
    xtls_window_free (window);
}

static void
test_blocks_max (void)
{
    Path *path = path_new (100 * 1000 * 1000, 10 * MS);
    guint id = 0;

    path_run (path, 5 * SECOND);
    path_drain (path);
    while (xtls_window_fits (path->window, 1) && id < 1000)
        xtls_window_sent (path->window, path->sent + ++id, 1, path->now);
    g_assert_cmpuint (id, ==, XTLS_WINDOW_BLOCKS_MAX);
    path_free (path);
}

/* Data that is sent next waits at most 34 ms in addition to the path's own
 * delay and an eighth of it, and the path is kept busy. */
static void
test_rate (void)
{
    static const guint64 rates[] = {100000, 200000, 1000000, 4000000};
    static const gint64 delays[] = {1, 10 * MS, 50 * MS, 150 * MS, 200 * MS};

    for (gsize i = 0; i < G_N_ELEMENTS (rates) * G_N_ELEMENTS (delays); i++) {
        guint64 rate = rates[i / G_N_ELEMENTS (delays)];
        gint64 delay = delays[i % G_N_ELEMENTS (delays)];
        Path *path = path_new (rate, delay);
        gint64 block = (gint64)(BLOCK * SECOND / rate);

        path_run (path, 15 * SECOND);
        g_assert_cmpuint (path_run (path, 10 * SECOND), >=, 95);
        g_assert_cmpint (
            path->longest, <=, delay * 9 / 8 + 34 * MS + 3 * block);
        path_free (path);
    }
}

/* Servers with a token bucket: Debian's ejabberd passes 20 kB and then 3,000
 * bytes a second, Prosody 10 kB a second. The burst is not mistaken for the
 * rate, and a message behind a file waits hardly longer than for the piece that
 * was already sent, which alone takes 2.5 s. */
static void
test_bucket (void)
{
    static const guint64 rates[] = {2250, 7500};
    static const gint64 trips[] = {1, 50 * MS, 200 * MS};

    for (gsize i = 0; i < 2 * G_N_ELEMENTS (rates) * G_N_ELEMENTS (trips);
         i++) {
        guint64 rate = rates[i / 2 / G_N_ELEMENTS (trips)];
        gint64 trip = trips[i / 2 % G_N_ELEMENTS (trips)];
        Path *path = path_new (rate, trip);

        path->bucket = 15000;
        path->word = i % 2 ? WORD : 0;
        path_run_as (path, 20 * SECOND, TRUE);
        g_assert_cmpint (path->longest_wait, <=, trip + 2800 * MS);
        g_assert_cmpuint (path_run_as (path, 60 * SECOND, TRUE),
                          >=,
                          trip > 100 * MS ? 90 : 95);
        g_assert_cmpint (path->longest_wait, <=, trip + 2800 * MS);
        g_assert_cmpuint (xtls_window_get_block (path->window), <=, rate / 2);
        path_free (path);
    }
}

/* The same servers far away: a message waits for as much as a burst at most. */
static void
test_bucket_distant (void)
{
    static const guint64 rates[] = {2250, 7500};
    static const gint64 trips[] = {SECOND, 2 * SECOND};

    for (gsize i = 0; i < 2 * G_N_ELEMENTS (rates) * G_N_ELEMENTS (trips);
         i++) {
        guint64 rate = rates[i / 2 / G_N_ELEMENTS (trips)];
        gint64 trip = trips[i / 2 % G_N_ELEMENTS (trips)];
        Path *path = path_new (rate, trip);

        path->bucket = 15000;
        path->word = i % 2 ? WORD : 0;
        path->tick = MS;
        path_run_as (path, 20 * SECOND, TRUE);
        g_assert_cmpint (path->longest_wait, <=, trip + 8 * SECOND);
        g_assert_cmpuint (path_run_as (path, 60 * SECOND, TRUE), >=, 60);
        g_assert_cmpint (path->longest_wait, <=, trip + 8 * SECOND);
        path_free (path);
    }
}

/* A file uses the path from its start, whatever the distance: with nothing, 50
 * and 200 ms of round trip, each 16 MiB take at most ten sevenths of what the
 * path needs for them, and no message would come later than a round trip and
 * 125 ms. (Half a round trip of `longest_wait` is the acknowledgement's.) */
static void
test_distance (void)
{
    static const guint64 rates[] = {700000, 1500000, 4000000};
    static const gint64 trips[] = {1, 50 * MS, 200 * MS};
    const guint64 size = 16 * 1024 * 1024;

    for (gsize i = 0; i < G_N_ELEMENTS (rates) * G_N_ELEMENTS (trips); i++) {
        guint64 rate = rates[i / G_N_ELEMENTS (trips)];
        gint64 trip = trips[i % G_N_ELEMENTS (trips)];
        Path *path = path_new (rate, trip);
        gint64 needs = (gint64)(size * SECOND / rate) + trip;
        gint64 start = path->now;

        while (path->taken < size) {
            path_fill (path, TRUE);
            path_answer (path);
        }
        g_assert_cmpint (path->now - start, <=, needs * 10 / 7);
        g_assert_cmpint (path->longest_wait, <=, trip * 3 / 2 + 125 * MS);
        path_free (path);
    }
}

/* A path on which every answer is late by up to 40 ms, as TCP makes it, is not
 * taken for one with a queue: 16 MiB use so many percent of it from their start
 * on, after a few small blocks, and no message would come later than a round
 * trip and 125 ms. */
static void
test_jitter (void)
{
    static const guint64 rates[] = {1500000, 4000000, 8000000};
    static const gint64 trips[] = {1, 50 * MS, 200 * MS};
    static const guint64 least[] = {95, 92, 84, 90, 80, 63, 76, 46, 31};
    const guint64 size = 16 * 1024 * 1024;

    for (gsize i = 0; i < G_N_ELEMENTS (least); i++) {
        guint64 rate = rates[i / G_N_ELEMENTS (trips)];
        gint64 trip = trips[i % G_N_ELEMENTS (trips)];
        Path *path = path_new (rate, trip);
        gint64 start;

        path->jitter = 40 * MS;
        for (int j = 0; j < 6; j++) {
            path_send (path, WORD);
            path_answer (path);
            path->now += SECOND / 4;
        }
        start = path->now;
        path->taken = 0;
        while (path->taken < size) {
            path_fill (path, TRUE);
            path_answer (path);
        }
        g_assert_cmpuint (size * SECOND * 100 / (guint64)(path->now - start) /
                              rate,
                          >=,
                          least[i]);
        g_assert_cmpint (path->longest_wait, <=, trip * 3 / 2 + 125 * MS);
        path_free (path);
    }
}

/* A server passes a fifth of what it did from one moment to the next; Prosody
 * does the like. However much is under way then, a message comes at most 150 ms
 * later than after a round trip, if that takes no more than 100 ms. */
static void
test_suddenly_slower (void)
{
    static const gint64 trips[] = {1, 25 * MS, 50 * MS, 100 * MS};

    for (gsize i = 0; i < G_N_ELEMENTS (trips) * MOMENTS; i++) {
        gint64 trip = trips[i / MOMENTS];
        gint64 most = trip + 150 * MS;
        Path *path = path_new (13000000, trip);

        path_run_as (path, SECOND + (gint64)(i % MOMENTS) * 23 * MS, TRUE);
        path_slow_down (path, 2600000);
        path->longest_wait = 0;
        path_note_wait (path);
        g_assert_cmpint (path->longest_wait - trip / 2, <=, most);
        path_run_as (path, SECOND, TRUE);
        g_assert_cmpint (path->longest_wait - trip / 2, <=, most);
        g_assert_cmpuint (path_run_as (path, SECOND, TRUE), >=, 95);
        path_free (path);
    }
}

/* A path that has become shorter holds less at once, although nothing but
 * messages has been sent since. */
static void
test_gets_shorter (void)
{
    Path *path = path_new (13000000, 200 * MS);

    path_run_as (path, 5 * SECOND, TRUE);
    path_drain (path);
    path->delay = 1;
    for (guint i = 0; i < 40; i++) {
        path->now += SECOND;
        path_send (path, WORD);
        path_drain (path);
    }
    path_fill (path, TRUE);
    g_assert_cmpuint (xtls_window_get_bytes (path->window), <, 300000);
    path_free (path);
}

/* The window grows quickly also when many answers come at once, and where the
 * first pieces, which go one by one, are slow because of the distance alone. */
static void
test_start (void)
{
    static const guint64 rates[] = {700000, 1500000, 4000000};
    static const guint64 at_once[] = {40, 40, 35};
    static const guint64 distant[] = {30, 28, 13};

    for (gsize i = 0; i < G_N_ELEMENTS (rates); i++) {
        Path *path = path_new (rates[i], 200 * MS);

        path->tick = 20 * MS;
        g_assert_cmpuint (path_run_as (path, 4 * SECOND, TRUE), >=, at_once[i]);
        g_assert_cmpuint (path_run_as (path, 4 * SECOND, TRUE), >=, 95);
        path_free (path);

        path = path_new (rates[i], 600 * MS);
        g_assert_cmpuint (path_run_as (path, 8 * SECOND, TRUE), >=, distant[i]);
        path_free (path);
    }
}

/* So does the longest path: within a dozen round trips of up to two seconds a
 * file uses most of it, also with a message behind each piece, and when answers
 * come together. */
static void
test_long_trips (void)
{
    static const guint64 rates[] = {50000, 100000, 400000};
    static const gint64 trips[] = {500 * MS, SECOND, 2 * SECOND};
    static const gsize words[] = {0, WORD};
    static const gint64 ticks[] = {MS, 50 * MS};

    for (gsize i = 0; i < 4 * G_N_ELEMENTS (rates) * G_N_ELEMENTS (trips);
         i++) {
        gint64 trip = trips[i / 4 % G_N_ELEMENTS (trips)];
        Path *path = path_new (rates[i / 4 / G_N_ELEMENTS (trips)], trip);

        path->word = words[i % 2];
        path->tick = ticks[i / 2 % 2];
        path_run_as (path, 12 * trip, TRUE);
        g_assert_cmpint (path->longest_wait, <=, 4 * trip);
        g_assert_cmpuint (path_run_as (path, 8 * trip, TRUE), >=, 90);
        g_assert_cmpint (path->longest_wait, <=, 4 * trip);
        path_free (path);
    }
}

/* A machine that is busy now and then is not taken for a slow path. Its pauses
 * are random, so several runs count together. */
static void
test_busy_machine (void)
{
    static const guint64 rates[] = {700000, 1500000, 4000000};
    static const gint64 trips[] = {1, 50 * MS, 200 * MS};

    for (gsize i = 0; i < G_N_ELEMENTS (rates) * G_N_ELEMENTS (trips); i++) {
        guint64 rate = rates[i / G_N_ELEMENTS (trips)];
        gint64 trip = trips[i % G_N_ELEMENTS (trips)];
        guint used = 0;

        for (guint run = 0; run < BUSY_RUNS; run++) {
            Path *path = path_new (rate, trip);

            path->pause = 100 * MS;
            path_run_as (path, 3 * SECOND, TRUE);
            used += path_run_as (path, 60 * SECOND, TRUE);
            path_free (path);
        }
        g_assert_cmpuint (used / BUSY_RUNS, >=, 60);
    }
}

/* A small first window does not keep a fast path slow. */
static void
test_grows (void)
{
    Path *path = path_new (4 * 1000 * 1000, 200 * MS);

    g_assert_cmpuint (path_run (path, 6 * SECOND), >=, 30);
    g_assert_cmpuint (path_run (path, 2 * SECOND), >=, 90);
    path_free (path);

    path = path_new (200 * 1000 * 1000, MS);
    path_run (path, 2 * SECOND);
    g_assert_cmpuint (path_run (path, SECOND), >=, 95);
    path_free (path);
}

/* Responses at the same instant, and a clock that goes backwards. */
static void
test_no_time (void)
{
    XtlsWindow *window = xtls_window_new (BLOCK);

    for (guint id = 1; id < 100; id++) {
        xtls_window_sent (window, id, BLOCK, 1000);
        xtls_window_taken (window, id, id % 2 ? 1000 : 0);
    }
    g_assert_true (xtls_window_fits (window, BLOCK));
    xtls_window_free (window);
}

static void
test_gets_slower_and_faster (void)
{
    Path *path = path_new (10 * 1000 * 1000, 20 * MS);

    path_run (path, 5 * SECOND);
    path->rate = 100 * 1000;
    path_run (path, 30 * SECOND);
    g_assert_cmpuint (path_run (path, 5 * SECOND), >=, 90);
    g_assert_cmpint (path->longest, <, 600 * MS);
    path->rate = 2 * 1000 * 1000;
    path_run (path, 10 * SECOND);
    g_assert_cmpuint (path_run (path, 5 * SECOND), >=, 95);
    path_free (path);
}

/* The client moves to another network. */
static void
test_gets_longer (void)
{
    Path *path = path_new (1000 * 1000, 20 * MS);

    path_run (path, 5 * SECOND);
    path->delay = 500 * MS;
    path_run (path, 30 * SECOND);
    g_assert_cmpuint (path_run (path, 10 * SECOND), >=, 80);
    path_free (path);
}

/* To one on which everything takes seconds: that is not taken for a slow one,
 * and no message waits longer than on a path that was so from its start. */
static void
test_gets_distant (void)
{
    static const guint64 rates[] = {50000, 100000, 400000};
    static const gint64 before[] = {20 * MS, 200 * MS};
    static const gsize words[] = {0, WORD};

    for (gsize i = 0; i < 4 * G_N_ELEMENTS (rates); i++) {
        Path *path = path_new (rates[i / 4], before[i / 2 % 2]);

        path->tick = MS;
        path->word = words[i % 2];
        path_run_as (path, 20 * SECOND, TRUE);
        g_assert_cmpuint (path_run_as (path, 10 * SECOND, TRUE), >=, 95);
        path->delay = 2 * SECOND;
        path_run_as (path, 10 * SECOND, TRUE);
        path_run_as (path, 30 * SECOND, TRUE);
        g_assert_cmpint (path->longest_wait, <=, 8 * SECOND);
        g_assert_cmpuint (path_run_as (path, 20 * SECOND, TRUE), >=, 80);
        g_assert_cmpint (path->longest_wait, <=, 8 * SECOND);
        path_free (path);
    }
}

/* The client moves to a slow network, however distant: the longer way is no
 * reason to have more under way than a slow server lets pass at once. */
static void
test_gets_slow_and_distant (void)
{
    static const guint64 rates[] = {2250, 5000, 10000, 30000};
    static const gint64 trips[] = {50 * MS, SECOND, 2 * SECOND};
    static const gsize words[] = {0, WORD};

    for (gsize i = 0; i < 2 * G_N_ELEMENTS (rates) * G_N_ELEMENTS (trips);
         i++) {
        gint64 trip = trips[i / 2 % G_N_ELEMENTS (trips)];
        Path *path = path_new (400000, 20 * MS);

        path->tick = MS;
        path->word = words[i % 2];
        path_run_as (path, 20 * SECOND, TRUE);
        path->rate = rates[i / 2 / G_N_ELEMENTS (trips)];
        path->delay = trip;
        path_run_as (path, 60 * SECOND, TRUE);
        for (int j = 0; j < 6; j++) {
            path_run_as (path, 10 * SECOND, TRUE);
            g_assert_cmpint (path->longest_wait, <=, trip + 8 * SECOND);
        }
        g_assert_cmpuint (path_run_as (path, 60 * SECOND, TRUE), >=, 60);
        path_free (path);
    }
}

/* Occasional small messages are no measurement of the path. */
static void
test_little_to_send (void)
{
    Path *path = path_new (1000 * 1000, 50 * MS);

    path_run (path, 5 * SECOND);
    path_drain (path);
    for (int i = 0; i < 100; i++) {
        path_send (path, 100);
        path_answer (path);
        path->now += SECOND;
    }
    g_assert_true (xtls_window_has_room (path->window, 110000));
    g_assert_cmpuint (xtls_window_get_block (path->window), ==, BLOCK);
    path_free (path);
}

/* Nor is a burst that follows a small message before that was answered. */
static void
test_little_before_a_burst (void)
{
    Path *path = path_new (1000 * 1000, 50 * MS);

    path_run (path, 5 * SECOND);
    path_drain (path);
    for (int i = 0; i < 10; i++) {
        path->now += SECOND;
        path_send (path, 100);
        path->now += 45 * MS;
        for (int k = 0; k < 5; k++)
            path_send (path, BLOCK);
        path_drain (path);
    }
    g_assert_true (xtls_window_has_room (path->window, 110000));
    path_free (path);
}

/* Unless even small messages take long, which means that there is a queue on
 * the path. */
static void
test_little_takes_long (void)
{
    XtlsWindow *window = xtls_window_new (BLOCK);

    xtls_window_sent (window, 1, 100, 0);
    xtls_window_taken (window, 1, 100 * MS);
    g_assert_cmpuint (xtls_window_get_block (window), ==, BLOCK);
    xtls_window_sent (window, 2, 100, SECOND);
    xtls_window_taken (window, 2, 3 * SECOND);
    g_assert_cmpuint (
        xtls_window_get_block (window), ==, XTLS_WINDOW_BLOCK_MIN);
    xtls_window_free (window);
}

static void
test_sent_again (void)
{
    XtlsWindow *window = xtls_window_new (100);

    xtls_window_sent (window, 1, 100, 0);
    xtls_window_sent (window, 2, 50, 0);
    xtls_window_sent_again (window, 2, 3, 100 * SECOND);
    g_assert_false (xtls_window_has (window, 2));
    g_assert_true (xtls_window_has (window, 3));
    g_assert_cmpuint (xtls_window_get_bytes (window), ==, 150);
    xtls_window_taken (window, 3, 100 * SECOND + 100 * MS);
    g_assert_cmpuint (xtls_window_get_bytes (window), ==, 100);
    xtls_window_free (window);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/window/first", test_first);
    g_test_add_func ("/window/first-pieces", test_first_pieces);
    g_test_add_func ("/window/at-least-one", test_at_least_one);
    g_test_add_func ("/window/blocks-max", test_blocks_max);
    g_test_add_func ("/window/rate/kept", test_rate);
    g_test_add_func ("/window/rate/bucket", test_bucket);
    g_test_add_func ("/window/rate/bucket-distant", test_bucket_distant);
    g_test_add_func ("/window/rate/distance", test_distance);
    g_test_add_func ("/window/rate/jitter", test_jitter);
    g_test_add_func ("/window/rate/suddenly-slower", test_suddenly_slower);
    g_test_add_func ("/window/rate/shorter", test_gets_shorter);
    g_test_add_func ("/window/rate/start", test_start);
    g_test_add_func ("/window/rate/long-trips", test_long_trips);
    g_test_add_func ("/window/rate/busy-machine", test_busy_machine);
    g_test_add_func ("/window/rate/grows", test_grows);
    g_test_add_func ("/window/rate/no-time", test_no_time);
    g_test_add_func ("/window/rate/slower-and-faster",
                     test_gets_slower_and_faster);
    g_test_add_func ("/window/rate/longer", test_gets_longer);
    g_test_add_func ("/window/rate/distant", test_gets_distant);
    g_test_add_func ("/window/rate/slow-and-distant",
                     test_gets_slow_and_distant);
    g_test_add_func ("/window/rate/little-to-send", test_little_to_send);
    g_test_add_func ("/window/rate/little-before-a-burst",
                     test_little_before_a_burst);
    g_test_add_func ("/window/rate/little-takes-long", test_little_takes_long);
    g_test_add_func ("/window/sent-again", test_sent_again);
    return g_test_run ();
}
