/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

Path *
path_new (guint64 rate, gint64 delay)
{
    Path *path = g_new0 (Path, 1);

    path->window = xtls_window_new (BLOCK);
    path->now = 1000 * SECOND;
    path->rate = rate;
    path->delay = delay;
    return path;
}

void
path_free (Path *path)
{
    xtls_window_free (path->window);
    g_free (path);
}

void
path_send (Path *path, gsize size)
{
    guint64 cost = size + XTLS_WINDOW_OVERHEAD;
    guint64 free = MIN (cost, path->bucket);
    guint number = path->sent++ % G_N_ELEMENTS (path->due);

    path->bucket -= free;
    path->busy_until = MAX (path->busy_until, path->now) +
                       (gint64)((cost - free) * SECOND / path->rate);
    path->due[number] = path->busy_until + path->delay;
    if (path->jitter) {
        path->last = MAX (path->last,
                          path->due[number] +
                              g_test_rand_int_range (0, (gint32)path->jitter));
        path->due[number] = path->last;
    }
    if (path->tick)
        path->due[number] += path->tick - path->due[number] % path->tick;
    path->size[number] = size;
    path->sent_at[number] = path->now;
    path->longest = MAX (path->longest, path->due[number] - path->now);
    xtls_window_sent (path->window, path->sent, size, path->now);
}

void
path_answer (Path *path)
{
    guint number = path->answered++ % G_N_ELEMENTS (path->due);

    path->now = MAX (path->now, path->due[number]);
    if (path->pause && g_test_rand_int_range (0, PAUSES) == 0)
        path->now += g_test_rand_int_range (0, (gint32)path->pause);
    path->taken += path->size[number] + XTLS_WINDOW_OVERHEAD;
    xtls_window_taken (path->window, path->answered, path->now);
}

static gboolean
is_next_here (const Path *path)
{
    return path->answered < path->sent &&
           path->due[path->answered % G_N_ELEMENTS (path->due)] <= path->now;
}

void
path_drain (Path *path)
{
    while (path->answered < path->sent)
        path_answer (path);
}

/* Sends what there is of a file. */
static void
path_flush (Path *path)
{
    gsize size = MIN (path->unsent, xtls_window_get_block (path->window));

    while (size > 0 && xtls_window_fits (path->window, size)) {
        path_send (path, size);
        path->unsent -= size;
        size = MIN (path->unsent, size);
    }
}

void
path_note_wait (Path *path)
{
    gsize block = xtls_window_get_block (path->window) + XTLS_WINDOW_OVERHEAD;
    gsize unsent = path->unsent + (path->unsent / block) * XTLS_WINDOW_OVERHEAD;
    gint64 busy = MAX (path->busy_until - path->now, 0);
    gint64 wait = busy + (gint64)(unsent * SECOND / path->rate) + path->delay;

    path->longest_wait = MAX (path->longest_wait, wait);
}

void
path_slow_down (Path *path, guint64 rate)
{
    gint64 busy = path->now - path->delay / 2;

    path->rate = rate;
    for (guint i = path->answered; i < path->sent; i++) {
        guint number = i % G_N_ELEMENTS (path->due);
        guint64 cost = path->size[number] + XTLS_WINDOW_OVERHEAD;

        if (path->due[number] <= path->now + path->delay / 2)
            continue;
        busy = MAX (busy, path->sent_at[number]) +
               (gint64)(cost * SECOND / path->rate);
        path->due[number] = busy + path->delay;
    }
    path->busy_until = MAX (path->busy_until, busy);
}

void
path_fill (Path *path, gboolean file)
{
    gsize size = xtls_window_get_block (path->window);

    if (!file)
        while (xtls_window_fits (path->window, size))
            path_send (path, size);
    path_flush (path);
    while (file && xtls_window_has_room (path->window, path->unsent)) {
        path->unsent += PIECE;
        path_flush (path);
        path_note_wait (path);
        path->unsent += path->word;
        path_flush (path);
    }
}

guint64
path_run_as (Path *path, gint64 time, gboolean file)
{
    gint64 start = path->now;

    path->longest = path->longest_wait = 0;
    path->taken = 0;
    while (path->now < start + time) {
        path_fill (path, file);
        path_answer (path);
        while (path->tick && is_next_here (path))
            path_answer (path);
    }
    return path->taken * SECOND * 100 / (guint64)(path->now - start) /
           path->rate;
}

guint64
path_run (Path *path, gint64 time)
{
    return path_run_as (path, time, FALSE);
}
