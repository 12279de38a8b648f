/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits how much may be in flight: which blocks of a bytestream were sent and
 * not acknowledged, and at which rate acknowledgements arrive.
 *
 * The window is what the path carries at the measured rate, plus 33 ms and an
 * eighth of the path's own delay, so that whatever is sent next waits hardly
 * longer than that; on a slow path, plus 100 ms. This allowance is also what
 * lets the window grow when the path gets faster. However fast the path is, the
 * window is at most what 3.2 MB/s carry in the path's own delay and 80 ms, so
 * that little waits when the path suddenly carries less.
 *
 * A rate counts only if there was always something to send while it was
 * measured. Servers let a burst pass before they slow a client down, so it is
 * measured over at least a second until the path has passed more than such
 * servers do, and on a slow path; on a fast one over a round trip, or 100 ms if
 * that is more. A fast path is filled quickly: how late blocks are that were
 * sent together shows what it carries (train.h), and up to that the window
 * becomes four times as large in each round trip; beyond that it grows by half
 * until there is a queue. On a slow path blocks are made smaller, and the
 * window holds two of them, about a second's worth. A distant path, where it
 * only takes long until anything is acknowledged, is not taken for a slow one:
 * nor is one that becomes distant later, as in another network. When a path
 * carries only a part of what it once did, and nothing was as quick as before
 * for ten seconds, one small block goes alone, to measure it again.
 */
#pragma once

#include <glib.h>

/* The window before anything has been measured, in bytes. Servers with a token
 * bucket let about this much pass at once. */
#define XTLS_WINDOW_FIRST (20 * 1024)
/* The same in blocks, if they are small. */
#define XTLS_WINDOW_FIRST_BLOCKS 4
/* The largest window, in bytes and, however small they are, in blocks. */
#define XTLS_WINDOW_MAX (1024 * 1024)
#define XTLS_WINDOW_BLOCKS_MAX 256
/* What a block takes on the wire beside its bytes, in bytes. */
#define XTLS_WINDOW_OVERHEAD 200
/* What a piece of bulk data takes, in bytes with overhead: libpurple sends
 * 3,070 bytes of a file at a time, in base64. */
#define XTLS_WINDOW_PIECE 5500
/* However slow the path, blocks are not made smaller than this. */
#define XTLS_WINDOW_BLOCK_MIN 1024

typedef struct XtlsWindow XtlsWindow;

/**
 * xtls_window_new:
 * @block_size: the size of a full block in bytes
 */
XtlsWindow *xtls_window_new (guint block_size);
void xtls_window_free (XtlsWindow *window);

/**
 * xtls_window_fits:
 *
 * Returns: %TRUE if a block of @size bytes may be sent now. One block may
 * always be in flight.
 */
gboolean xtls_window_fits (XtlsWindow *window, gsize size);

/**
 * xtls_window_get_block:
 *
 * Returns: how large the next block may be: what the path carries in about half
 * a second.
 */
gsize xtls_window_get_block (XtlsWindow *window);

/**
 * xtls_window_sent:
 * @id: the block's number, not used before
 * @size: its size in bytes
 * @now: the time in microseconds, monotonic
 *
 * A block has been sent, whether it fitted or not.
 */
void xtls_window_sent (XtlsWindow *window, guint id, gsize size, gint64 now);

/**
 * xtls_window_sent_again:
 *
 * The block @id has been sent again, as @new_id.
 */
void
xtls_window_sent_again (XtlsWindow *window, guint id, guint new_id, gint64 now);

/**
 * xtls_window_has:
 *
 * Returns: %TRUE if the block @id is in flight.
 */
gboolean xtls_window_has (XtlsWindow *window, guint id);

/**
 * xtls_window_taken:
 *
 * The block @id, which is in flight, has been acknowledged. The rate is
 * measured from this.
 */
void xtls_window_taken (XtlsWindow *window, guint id, gint64 now);

/**
 * xtls_window_get_bytes:
 *
 * Returns: how many bytes are in flight.
 */
gsize xtls_window_get_bytes (XtlsWindow *window);

/**
 * xtls_window_get_largest:
 *
 * Returns: the size of the largest block in flight, 0 if there is none.
 */
gsize xtls_window_get_largest (XtlsWindow *window);

/**
 * xtls_window_get_largest_taken:
 *
 * Returns: the size of the largest block that was ever acknowledged.
 */
gsize xtls_window_get_largest_taken (XtlsWindow *window);

/**
 * xtls_window_is_empty:
 *
 * Returns: %TRUE if no block is in flight. (A block in flight may be empty.)
 */
gboolean xtls_window_is_empty (XtlsWindow *window);

/**
 * xtls_window_has_room:
 * @unsent: bytes that already wait to be sent
 *
 * Returns: %TRUE if the window also has room for a piece of bulk data
 * (%XTLS_WINDOW_PIECE), so that anything queued after it would hardly have to
 * wait; before anything has been measured, only for two pieces in all, and on a
 * path that is so slow that a piece alone is more than the window, %TRUE only
 * if nothing is in flight. A
 * sender of bulk data that checks this before each piece leaves room for urgent
 * stanzas.
 */
gboolean xtls_window_has_room (XtlsWindow *window, gsize unsent);
