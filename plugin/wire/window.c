/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Computes how much may be in flight from the measured rate. */
#include "window.h"

#include "train.h"

/* The queueing delay on the path that is accepted, microseconds; on a fast path
 * a part of the path's own delay in addition. What is accepted is also what
 * lets the window grow when the path gets faster. */
#define QUEUE (G_USEC_PER_SEC / 10)
#define QUEUE_FAST (G_USEC_PER_SEC / 30)
#define QUEUE_PART 8
/* However much a path carries, no more is in flight than this rate, bytes a
 * second, carries in the path's own delay and this time, microseconds: the next
 * moment it may carry less. Prosody 0.12 reads 4,096 bytes of a client at a
 * time; if more had arrived by then, it reads on a millisecond later. So a
 * client that is read as quickly as it sends can send several times as much as
 * one whose bytes wait. */
#define RATE_MAX (3200 * 1000)
#define QUEUE_MAX (80 * 1000)
/* At the start the window grows by half in a round trip as long as
 * acknowledgements take longer than the shortest one by at most this part of
 * QUEUE or, on a long path, of the path's own delay. As long as it is smaller
 * than what the path holds by the blocks that were sent together, it grows by
 * so many times what is acknowledged. */
#define START_PART 5
#define START_TIMES 3
/* The shortest time over which a rate is measured on a fast path, and on any
 * other, where a burst may pass first. It is longer if no block that was sent
 * in it has been acknowledged by then. */
#define PERIOD_FAST (G_USEC_PER_SEC / 10)
#define PERIOD G_USEC_PER_SEC
/* A path has proved to be fast when BURST bytes have been acknowledged, with
 * overhead, beyond BURST_RATE bytes a second: more than slow servers let
 * through. Debian's ejabberd passes 15,000 bytes (20,000 in base64), and then
 * 2,250 a second. */
#define BURST (20 * 1024)
#define BURST_RATE 3000
/* So much, with overhead, may be in flight before anything has been measured …
 */
#define FIRST (2 * XTLS_WINDOW_PIECE)
/* … with what was acknowledged just before: ejabberd has passed all or most of
 * it when a piece follows, after a login, too. */
#define FIRST_BURST 15000
/* Nor is a path fast on which less than this was measured, bytes a second. */
#define FAST 15000
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
/* On a path that is not fast, the factor by which the window grows in a period
 * until something is late, and the queueing delay up to which that is tried,
 * microseconds. */
#define GROW 4
#define TRY G_USEC_PER_SEC
/* On a fast one the window grows quickly until it could not in so many periods:
 * one may be due to a busy machine. */
#define FILLED 2
/* Acknowledgements that come together, within this time, microseconds, do not
 * mean that nothing is waiting: it is sent after them. */
#define TOGETHER (G_USEC_PER_SEC / 50)
/* A path is a distant one if no acknowledgement ever took less than this,
 * microseconds. On a slow server some do, if the block is small. */
#define DISTANT (3 * G_USEC_PER_SEC / 4)
/* Occasional blocks that take longer than usual by this, microseconds, mean
 * that there is a queue. Less may be due to a busy machine. */
#define STALL G_USEC_PER_SEC

/* A path may have become longer, and only seem to be slow, if it carries less
 * than this part of what it once did, and nothing was about as quick as the
 * shortest acknowledgement for so long, microseconds. It once did carry so
 * much, bytes a second: more than a slow server lets pass in its first second.
 */
#define COLLAPSE 4
#define AGE (10 * G_USEC_PER_SEC)
#define ONCE (2 * FAST)
/* About as quick means: later by at most QUEUE or, on a long path, this part of
 * the shortest time. */
#define NEAR_PART 4

typedef struct {
    guint id;
    gsize size;
    gsize load; /* bytes in flight when it was sent, with itself and overhead */
    gint64 sent;
    XtlsTrainPlace place;
} Block;

struct XtlsWindow {
    guint block_size;
    gsize size;
    GQueue blocks; /* in the order in which they were sent */
    gsize bytes;   /* the bytes of those */
    gsize largest_taken;
    gboolean refused; /* something had to wait since the last one arrived … */
    gint64 refused_at; /* … or, at this time, had to until one arrived */

    /* What is known of the path. */
    guint64 rate;      /* bytes a second with overhead; 0: unknown */
    guint64 last_rate; /* as measured last */
    gboolean late;     /* something was late */
    guint queues;      /* periods in which the window could not grow, one after
                          the other, if nothing was late before; from FILLED on
                          it stays */
    gboolean proved;   /* it is faster than a server that lets a burst pass */
    gint64 burst;      /* what was acknowledged beyond BURST_RATE … */
    gint64 burst_at;   /* … until this time */
    gint64 usual;  /* time to an acknowledgement without a queue; 0: unknown */
    gint64 jitter; /* by how much such a time is shorter, on average; a longer
                      one might be due to a queue */
    gint64 shortest; /* the shortest time to an acknowledgement; 0: unknown */
    gint64 shortest_at; /* when the last one came that took hardly longer */
    guint64 best;       /* the highest rate since it was looked at */
    gboolean probes;    /* a small block is to go alone, to look at it */
    XtlsTrain train;
    gsize clear; /* bytes in flight, with overhead, that hardly took longer
                    than that; 0: they did the last time */

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
    if (window->probes)
        return MIN (XTLS_WINDOW_BLOCK_MIN, window->block_size);
    block = MAX (block, XTLS_WINDOW_BLOCK_MIN + XTLS_WINDOW_OVERHEAD);
    return MIN (block - XTLS_WINDOW_OVERHEAD, window->block_size);
}

/* Something has been waiting until now. */
static gboolean
is_busy (const XtlsWindow *window, gint64 now)
{
    return now - window->refused_at < TOGETHER;
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

/* Nothing was sent for a while before this moment, although nothing had to
 * wait. */
static gboolean
was_idle (const XtlsWindow *window, gint64 now)
{
    const Block *newest =
        window->blocks.tail ? window->blocks.tail->data : NULL;

    return newest && now - newest->sent > TOGETHER && !window->refused &&
           !is_busy (window, now) && get_cost (window) < window->size / 2;
}

void
xtls_window_sent (XtlsWindow *window, guint id, gsize size, gint64 now)
{
    Block *block = g_new (Block, 1);

    window->period.idle = window->period.idle || was_idle (window, now);
    if (!window->period.running ||
        (window->blocks.length == 0 && !is_busy (window, now)))
        begin_period (window, now);
    window->bytes += size;
    block->id = id;
    block->size = size;
    block->sent = now;
    block->place =
        xtls_train_sent (&window->train, size + XTLS_WINDOW_OVERHEAD, now);
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
    block->place = (XtlsTrainPlace){0};
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

/* It took much longer than that. */
static gboolean
has_long_queue (const XtlsWindow *window)
{
    return window->period.shortest > get_normal (window) + QUEUE;
}

/* An acknowledgement of the period was late. */
static gboolean
was_late (const XtlsWindow *window)
{
    return window->period.longest > get_normal (window);
}

static gboolean
is_fast (const XtlsWindow *window)
{
    return window->proved && (window->rate == 0 || window->rate >= FAST);
}

/* Blocks do not take longer because of what else is in flight: the path is slow
 * only because little is. */
static gboolean
is_distant (const XtlsWindow *window)
{
    return window->clear > 0 && window->shortest >= DISTANT;
}

/* Returns: whether @after bytes in flight are no more than what servers let
 * pass at once. On a distant path such a server has time to recover between two
 * round trips, and one piece more shows whether it is there at all. */
static gboolean
is_within_burst (const XtlsWindow *window, gsize after)
{
    gint64 most = BURST;

    if (is_distant (window))
        most +=
            window->shortest * BURST_RATE / G_USEC_PER_SEC + XTLS_WINDOW_PIECE;
    return window->burst + (gint64)after <= most;
}

/* On a path that is not fast, a piece takes long, however large the window; and
 * before the path has proved anything, a piece may be more than a server lets
 * pass at once. */
static gboolean
has_room_for_piece (const XtlsWindow *window, gsize under_way)
{
    gsize after = under_way + XTLS_WINDOW_PIECE;
    gint64 delay = window->usual + MAX (TRY, window->usual);

    if (window->rate == 0)
        return after <= MIN (window->size, FIRST) &&
               window->burst + (gint64)after <= FIRST_BURST;
    if (is_fast (window))
        return under_way < window->size;
    return after <= window->size &&
           (is_distant (window) ||
            after <= window->rate * (guint64)delay / G_USEC_PER_SEC) &&
           (window->proved || is_within_burst (window, after));
}

gboolean
xtls_window_has_room (XtlsWindow *window, gsize unsent)
{
    gsize under_way = get_cost (window) + unsent;
    gboolean room = under_way == 0 ||
                    (!window->probes && has_room_for_piece (window, under_way));

    window->refused = window->refused || !room;
    return room;
}

/* How much longer than the shortest time an acknowledgement may take for the
 * window to grow at the start. */
static gint64
get_start_queue (const XtlsWindow *window)
{
    return MAX (QUEUE, window->usual) / START_PART;
}

/* @faster: the rate is much higher than before: the window was not what limits
 * it, however late acknowledgements are */
static void
note_queue (XtlsWindow *window, gboolean faster)
{
    gint64 over = window->period.shortest - window->shortest;

    if (window->queues >= FILLED || faster)
        return;
    if (over > get_start_queue (window))
        window->queues++;
    else if (!window->late)
        window->queues = 0;
}

static gboolean
is_starting (const XtlsWindow *window)
{
    return is_fast (window) && window->rate > 0 && window->queues < FILLED;
}

/* Returns: how many bytes were in flight when the newest block was sent that is
 * in flight, or else @block. Many acknowledgements may arrive at once, so that
 * what is in flight between them says nothing about the sender. */
static gsize
get_load (const XtlsWindow *window, const Block *block)
{
    const Block *newest =
        window->blocks.tail ? window->blocks.tail->data : NULL;

    return newest ? newest->load : block->load;
}

/* What the path holds, with the accepted delay. On a slow path the usual time
 * is mostly that of the blocks themselves. */
static guint64
get_measured (const XtlsWindow *window)
{
    gint64 queue =
        is_fast (window) ? QUEUE_FAST + window->usual / QUEUE_PART : QUEUE;

    return window->rate * (guint64)(window->usual + queue) / G_USEC_PER_SEC;
}

static gsize
get_limit (const XtlsWindow *window)
{
    gint64 limit = RATE_MAX * (window->usual + QUEUE_MAX) / G_USEC_PER_SEC;

    return (gsize)MIN (limit, XTLS_WINDOW_MAX);
}

/* At the start, as long as the window is used, it grows quickly up to what the
 * path holds by the blocks that were sent together, which is less than it
 * really holds; beyond that it grows as long as there is no queue. */
static void
grow (XtlsWindow *window, const Block *block, gsize taken, gint64 took)
{
    guint64 known =
        window->train.rate * (guint64)window->usual / G_USEC_PER_SEC;

    if (!is_starting (window) || get_load (window, block) < window->size / 2)
        return;
    if (window->size < known)
        window->size += MIN (known - window->size, START_TIMES * taken);
    else if (took - window->shortest <= get_start_queue (window))
        window->size += taken / 2;
    window->size = MIN (window->size, get_limit (window));
}

/* The accepted delay lets the window grow when the path gets faster. On a long
 * path, and in steps of whole blocks, that is too little. */
static guint64
get_growth (XtlsWindow *window)
{
    guint64 most =
        window->rate * (guint64)(window->usual + TRY) / G_USEC_PER_SEC;
    gsize block = xtls_window_get_block (window);

    if (window->period.idle || was_late (window))
        return 0;
    if (is_fast (window))
        return get_measured (window) + block + XTLS_WINDOW_OVERHEAD;
    return window->late ? window->size + MAX (window->size / 4, block)
                        : MIN (GROW * (guint64)window->size, most);
}

static gsize
get_target (XtlsWindow *window)
{
    guint64 target = MAX (get_measured (window), get_growth (window));

    if (is_distant (window))
        target = MAX (target, 2 * (guint64)window->clear + XTLS_WINDOW_PIECE);

    return (gsize)MIN (target, get_limit (window));
}

/* At the start the first queue makes the window smaller, but it does not end
 * the start. */
static gsize
get_next (XtlsWindow *window, gboolean faster)
{
    gsize target = get_target (window);

    if (!is_starting (window))
        return target;
    return has_queue (window) && !faster ? MIN (window->size, target)
                                         : MAX (window->size, target);
}

/* A period with little to send says nothing about the path, unless blocks were
 * stuck nevertheless or more was acknowledged than before. */
static gboolean
is_measurement (const XtlsWindow *window, guint64 rate)
{
    return !window->period.idle || rate > window->rate ||
           window->period.shortest > get_normal (window) + STALL;
}

/* On a fast path the better one of two periods counts, unless a long queue has
 * built up, because the machine may have been busy in the other. */
static void
end_period (XtlsWindow *window, gint64 now)
{
    guint64 rate = window->period.taken * G_USEC_PER_SEC /
                   (guint64)(now - window->period.start);
    guint64 better = MAX (rate, window->last_rate);
    gboolean faster = rate > window->rate + window->rate / 4;

    if (is_measurement (window, rate)) {
        window->rate =
            is_fast (window) && !has_long_queue (window) ? better : rate;
        window->rate = MAX (window->rate, 1);
        window->best = MAX (window->best, window->rate);
        window->late = window->late || was_late (window);
        note_queue (window, faster);
        window->last_rate = rate;
        window->size = MAX (get_next (window, faster), get_floor (window));
    }
    begin_period (window, now);
}

static void
note_burst (XtlsWindow *window, gsize taken, gint64 now)
{
    gint64 drained =
        MAX (now - window->burst_at, 0) * BURST_RATE / G_USEC_PER_SEC;

    window->burst = MAX (window->burst - drained, 0) + (gint64)taken;
    window->burst_at = now;
    window->proved = window->proved || window->burst > BURST;
}

/* What seems to be a slow path may be a distant one on which too little was in
 * flight. As long as it is, nothing is late. */
static gboolean
is_period_over (const XtlsWindow *window, gint64 now)
{
    gboolean quick = is_fast (window) || (window->proved && !window->late);
    gint64 least = quick ? PERIOD_FAST : PERIOD;

    return now - window->period.start >= least &&
           window->period.shortest < G_MAXINT64;
}

/* What a block takes that is small and has no other one before it is the path's
 * own time. */
static gboolean
is_probe (const XtlsWindow *window, const Block *block)
{
    return window->probes && block->size <= XTLS_WINDOW_BLOCK_MIN &&
           block->load == block->size + XTLS_WINDOW_OVERHEAD;
}

static gboolean
seems_longer (const XtlsWindow *window, gint64 now)
{
    return window->best >= ONCE && window->rate < window->best / COLLAPSE &&
           now - window->shortest_at > AGE;
}

static void
note_shortest (XtlsWindow *window, const Block *block, gint64 took, gint64 now)
{
    gint64 margin = MAX (QUEUE, window->shortest / NEAR_PART);
    gboolean is_near =
        window->shortest > 0 && took <= window->shortest + margin;
    gboolean shows = is_probe (window, block);

    window->clear = is_near ? MAX (window->clear, block->load) : 0;
    if (shows || window->shortest == 0 || took < window->shortest)
        window->shortest = took;
    if (shows)
        window->best = window->rate;
    if (shows || is_near || window->shortest_at == 0)
        window->shortest_at = now;
    window->probes = seems_longer (window, now);
}

/* With hardly anything in flight before it, a block takes the path's own
 * time, which varies. A shorter time is always informative, whatever was in
 * flight. */
static void
note_time (XtlsWindow *window, const Block *block, gint64 took, gint64 now)
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
    window->size = MIN (window->size, get_limit (window));
    note_shortest (window, block, took, now);

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
    gsize cost;
    gint64 took;

    g_return_if_fail (link);
    block = link->data;
    cost = block->size + XTLS_WINDOW_OVERHEAD;
    g_queue_delete_link (&window->blocks, link);
    window->bytes -= block->size;
    window->largest_taken = MAX (window->largest_taken, block->size);

    took = MAX (now - block->sent, 1);
    note_time (window, block, took, now);
    xtls_train_taken (&window->train, &block->place, took);
    window->period.taken += cost;
    if (window->refused)
        window->refused_at = now;
    window->period.idle =
        window->period.idle ||
        (!is_busy (window, now) && get_cost (window) < window->size / 2);
    note_burst (window, cost, now);
    grow (window, block, cost, took);
    if (is_period_over (window, now))
        end_period (window, now);
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
