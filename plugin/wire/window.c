/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much may be in flight, by the measured rate. */
#include "window.h"

/* An answer that takes longer even when nothing else is on the way is not told
 * from a queue. Microseconds. */
#define SHORTEST_MAX (3 * G_USEC_PER_SEC)

typedef struct {
    guint id;
    gsize size;
    gsize load;    /* bytes in flight when it left, its own included */
    gboolean full; /* no further block would have fitted */
    gint64 sent;
} Block;

struct XtlsWindow {
    guint block_size;
    gsize size;
    GQueue blocks; /* in the order in which they were sent */
    gsize bytes;
    gsize largest_taken;
    guint64 shortest; /* time that an answer took; 0: none came */
};

XtlsWindow *
xtls_window_new (guint block_size)
{
    XtlsWindow *window = g_new0 (XtlsWindow, 1);

    window->block_size = block_size;
    window->size = (gsize)block_size * XTLS_WINDOW_FIRST_BLOCKS;
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

/* Answers come in order, as a rule: the search ends at the first block. */
static GList *
find (XtlsWindow *window, guint id)
{
    GList *link = window->blocks.head;

    while (link && ((const Block *)link->data)->id != id)
        link = link->next;
    return link;
}

gboolean
xtls_window_fits (XtlsWindow *window, gsize size)
{
    return window->blocks.length == 0 ||
           (window->bytes + size <= window->size &&
            window->blocks.length < XTLS_WINDOW_BLOCKS_MAX);
}

void
xtls_window_sent (XtlsWindow *window, guint id, gsize size, gint64 now)
{
    Block *block = g_new (Block, 1);

    window->bytes += size;
    block->id = id;
    block->size = size;
    block->load = window->bytes;
    block->sent = now;
    g_queue_push_tail (&window->blocks, block);
    block->full = !xtls_window_fits (window, window->block_size);
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

/* A block's load was answered between its leaving and its answer: that is a
 * rate. It is the path's if the window was full, or if even so little stood in
 * a queue for more than a second; otherwise it may be low because there was
 * little to send. What the path holds without any queue comes on top of the
 * second, or a long way would never be filled. */
static void
measure (XtlsWindow *window, const Block *block, gint64 now)
{
    guint64 took = (guint64)MAX (now - block->sent, 1);
    guint64 time, size;

    window->shortest = window->shortest ? MIN (window->shortest, took) : took;
    time = G_USEC_PER_SEC + MIN (window->shortest, SHORTEST_MAX);
    size = MIN (block->load * time / took, XTLS_WINDOW_MAX);
    if (size < window->size && !block->full && took <= time)
        return;
    window->size = (window->size + (gsize)size) / 2;
    window->size = MAX (window->size, window->block_size);
}

void
xtls_window_taken (XtlsWindow *window, guint id, gint64 now)
{
    GList *link = find (window, id);
    Block *block;

    g_return_if_fail (link);
    block = link->data;
    g_queue_delete_link (&window->blocks, link);
    window->bytes -= block->size;
    window->largest_taken = MAX (window->largest_taken, block->size);
    measure (window, block, now);
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

gsize
xtls_window_get_size (XtlsWindow *window)
{
    return window->size;
}
