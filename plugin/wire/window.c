/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Computes how much may be in flight from the measured rate. */
#include "window.h"

/* The queueing delay on the path that is accepted, microseconds. */
#define QUEUE (G_USEC_PER_SEC / 10)
/* The shortest time over which a rate is measured. It is longer if no block
 * that was sent in it has been acknowledged by then. */
#define PERIOD G_USEC_PER_SEC
/* If acknowledgements take longer than this even with nothing else in flight,
 * that cannot be told from a queue. */
#define USUAL_MAX (10 * G_USEC_PER_SEC)
/* A block has the size that the path carries in this fraction of a second. */
#define BLOCKS_PER_SECOND 2
/* At least this many blocks fit into the window. */
#define BLOCKS_AT_LEAST 2
/* An acknowledgement is late if it takes longer than usual by this many times
 * the jitter. */
#define JITTERS 4
/* The factor by which the window grows in a period as long as no queue has
 * built up. */
#define GROW 4
/* Growth is tried only while the queueing delay is at most this,
 * microseconds. */
#define TRY G_USEC_PER_SEC

typedef struct {
    guint id;
    gsize size;
    gsize load; /* bytes in flight when it was sent, with itself and overhead */
    gint64 sent;
} Block;

struct XtlsWindow {
    guint block_size;
    gsize size;
    GQueue blocks; /* in the order in which they were sent */
    gsize bytes;   /* the bytes of those */
    gsize largest_taken;
    gboolean refused; /* something had to wait since the last one arrived */

    /* What is known of the path. */
    guint64 rate;  /* bytes a second with overhead; 0: unknown */
    gint64 usual;  /* time to an acknowledgement without a queue; 0: unknown */
    gint64 jitter; /* by how much such a time is shorter, on average; a longer
                      one might be due to a queue */
    gboolean filled; /* a queue has built up on it */

    /* The current measurement: since `start`, something has always been in
     * flight or waiting to be sent. */
    struct {
        gboolean running;
        gint64 start;
        guint64 taken;   /* bytes acknowledged, with overhead */
        gint64 shortest; /* the shortest time to an acknowledgement, of what was
                            sent in it … */
        gint64 longest;  /* … and the longest */
        gboolean idle;   /* at some time nothing was waiting */
    } period;
};

XtlsWindow *
xtls_window_new (guint block_size)
{
    XtlsWindow *window = g_new0 (XtlsWindow, 1);

    window->block_size = block_size;
    window->size =
        MIN (XTLS_WINDOW_FIRST,
             XTLS_WINDOW_FIRST_BLOCKS * (block_size + XTLS_WINDOW_OVERHEAD));
    g_queue_init (&window->blocks);
    return window;
}

void
xtls_window_free (XtlsWindow *window)
{
    if (!window)
        return;
    g_queue_clear_full (&window->blocks, g_free);
    g_free (window);
}

/* Acknowledgements usually arrive in order, so the search ends at the first
 * block. */
static GList *
find (XtlsWindow *window, guint id)
{
    GList *link = window->blocks.head;

    while (link && ((const Block *)link->data)->id != id)
        link = link->next;
    return link;
}

static gsize
get_cost (const XtlsWindow *window)
{
    return window->bytes + (gsize)window->blocks.length * XTLS_WINDOW_OVERHEAD;
}

gboolean
xtls_window_has_room (XtlsWindow *window, gsize unsent)
{
    gsize under_way = get_cost (window) + unsent;
    gboolean room = window->rate ? under_way < window->size : under_way == 0;

    window->refused = window->refused || !room;
    return room;
}

gboolean
xtls_window_fits (XtlsWindow *window, gsize size)
{
    gboolean fits =
        window->blocks.length == 0 ||
        (get_cost (window) + size + XTLS_WINDOW_OVERHEAD <= window->size &&
         window->blocks.length < XTLS_WINDOW_BLOCKS_MAX);

    window->refused = window->refused || !fits;
    return fits;
}

gsize
xtls_window_get_block (XtlsWindow *window)
{
    guint64 block = window->rate / BLOCKS_PER_SECOND;

    if (window->rate == 0)
        return window->block_size;
    block = MAX (block, XTLS_WINDOW_BLOCK_MIN + XTLS_WINDOW_OVERHEAD);
    return MIN (block - XTLS_WINDOW_OVERHEAD, window->block_size);
}

static void
begin_period (XtlsWindow *window, gint64 now)
{
    window->period.running = TRUE;
    window->period.start = now;
    window->period.taken = 0;
    window->period.shortest = G_MAXINT64;
    window->period.longest = 0;
    window->period.idle = FALSE;
}

void
xtls_window_sent (XtlsWindow *window, guint id, gsize size, gint64 now)
{
    Block *block = g_new (Block, 1);

    if (!window->period.running)
        begin_period (window, now);
    window->bytes += size;
    block->id = id;
    block->size = size;
    block->sent = now;
    g_queue_push_tail (&window->blocks, block);
    block->load = get_cost (window);
}

void
xtls_window_sent_again (XtlsWindow *window, guint id, guint new_id, gint64 now)
{
    GList *link = find (window, id);
    Block *block;

    g_return_if_fail (link);
    block = link->data;
    block->id = new_id;
    block->sent = now;
}

gboolean
xtls_window_has (XtlsWindow *window, guint id)
{
    return find (window, id) != NULL;
}

/* Two blocks, so that one can travel while the other is being acknowledged. */
static gsize
get_floor (XtlsWindow *window)
{
    return BLOCKS_AT_LEAST *
           (xtls_window_get_block (window) + XTLS_WINDOW_OVERHEAD);
}

/* How long an acknowledgement normally takes at most without a queue. */
static gint64
get_normal (const XtlsWindow *window)
{
    return window->usual + QUEUE / 2 + JITTERS * window->jitter;
}

/* Every acknowledgement of the period took longer than the path alone needs. */
static gboolean
has_queue (const XtlsWindow *window)
{
    return window->period.shortest > get_normal (window);
}

/* An acknowledgement of the period was late. */
static gboolean
was_late (const XtlsWindow *window)
{
    return window->period.longest > get_normal (window);
}

/* The accepted delay lets the window grow when the path gets faster. On a long
 * path, and in steps of whole blocks, that is too little. */
static guint64
grow (XtlsWindow *window)
{
    guint64 most =
        window->rate * (guint64)(window->usual + TRY) / G_USEC_PER_SEC;

    if (!window->filled)
        return MIN (GROW * (guint64)window->size, most);
    return was_late (window)
               ? 0
               : window->size +
                     MAX (window->size / 4, xtls_window_get_block (window));
}

static gsize
get_target (XtlsWindow *window)
{
    guint64 target =
        window->rate * (guint64)(window->usual + QUEUE) / G_USEC_PER_SEC;

    if (!window->period.idle)
        target = MAX (target, grow (window));
    return (gsize)MIN (target, XTLS_WINDOW_MAX);
}

/* A period with little to send says nothing about the path, unless a queue
 * built up nevertheless or more was acknowledged than before. */
static void
end_period (XtlsWindow *window, gint64 now)
{
    guint64 rate = window->period.taken * G_USEC_PER_SEC /
                   (guint64)(now - window->period.start);
    gboolean queue = has_queue (window);

    if (window->period.idle && !queue && rate <= window->rate) {
        begin_period (window, now);
        return;
    }
    window->rate = MAX (rate, 1);
    window->filled = window->filled || was_late (window);
    window->size = MAX (get_target (window), get_floor (window));
    begin_period (window, now);
}

/* With hardly anything in flight before it, a block takes the path's own
 * time, which varies. A shorter time is always informative, whatever was in
 * flight. */
static void
note_time (XtlsWindow *window, const Block *block, gint64 took)
{
    gboolean alone = block->load <= get_floor (window);

    if (window->usual == 0)
        window->usual = took;
    else if (alone)
        window->jitter =
            (3 * window->jitter + MAX (window->usual - took, 0)) / 4;
    if (took < window->usual || alone)
        window->usual = (3 * window->usual + took) / 4;
    window->usual = CLAMP (window->usual, 1, USUAL_MAX);

    if (block->sent < window->period.start)
        return;
    window->period.shortest = MIN (window->period.shortest, took);
    window->period.longest = MAX (window->period.longest, took);
}

void
xtls_window_taken (XtlsWindow *window, guint id, gint64 now)
{
    GList *link = find (window, id);
    Block *block;
    gint64 took;

    g_return_if_fail (link);
    block = link->data;
    g_queue_delete_link (&window->blocks, link);
    window->bytes -= block->size;
    window->largest_taken = MAX (window->largest_taken, block->size);

    took = MAX (now - block->sent, 1);
    note_time (window, block, took);
    window->period.taken += block->size + XTLS_WINDOW_OVERHEAD;
    window->period.idle = window->period.idle || !window->refused;
    if (now - window->period.start >= PERIOD &&
        window->period.shortest < G_MAXINT64)
        end_period (window, now);
    if (window->blocks.length == 0 && !window->refused)
        window->period.running = FALSE;
    window->refused = FALSE;
    g_free (block);
}

gsize
xtls_window_get_bytes (XtlsWindow *window)
{
    return window->bytes;
}

gsize
xtls_window_get_largest (XtlsWindow *window)
{
    gsize largest = 0;

    for (const GList *l = window->blocks.head; l; l = l->next)
        largest = MAX (largest, ((const Block *)l->data)->size);
    return largest;
}

gsize
xtls_window_get_largest_taken (XtlsWindow *window)
{
    return window->largest_taken;
}

gboolean
xtls_window_is_empty (XtlsWindow *window)
{
    return window->blocks.length == 0;
}
