/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sending half of a bytestream: queues bytes, sends
 * them in blocks as far as the window allows (window.h), and sends a block
 * again that the peer could not take.
 *
 * Blocks are named by the numbers of their requests (ibb-requests.h). Times are
 * monotonic, in microseconds.
 */
#pragma once

#include "ibb-requests.h"
#include "window.h"

#include <glib.h>

typedef struct XtlsIbbSender XtlsIbbSender;

/**
 * xtls_ibb_sender_new:
 * @requests: (transfer none): must outlive the sender
 * @block_size: the largest block, in decoded bytes
 * @queue_max: the most queued bytes that have not been sent yet
 *
 * Returns: (transfer full): a sender that only queues until
 * xtls_ibb_sender_set_open() is called.
 */
XtlsIbbSender *xtls_ibb_sender_new (XtlsIbbRequests *requests,
                                    guint block_size,
                                    gsize queue_max);
void xtls_ibb_sender_free (XtlsIbbSender *sender);

/**
 * xtls_ibb_sender_set_block_size:
 * @block_size: the largest block, in decoded bytes
 *
 * Call it before anything was sent.
 */
void xtls_ibb_sender_set_block_size (XtlsIbbSender *sender, guint block_size);

/**
 * xtls_ibb_sender_set_open:
 * @open: whether blocks may be sent
 */
void xtls_ibb_sender_set_open (XtlsIbbSender *sender, gboolean open);

/**
 * xtls_ibb_sender_write:
 * @data: (array length=len): bytes to queue
 *
 * Returns: %FALSE if they do not fit; nothing was queued then.
 */
gboolean
xtls_ibb_sender_write (XtlsIbbSender *sender, const guint8 *data, gsize len);

/**
 * xtls_ibb_sender_flush:
 * @beyond: how many blocks may be sent beyond what the window allows
 *
 * Sends blocks; see xtls_ibb_flush().
 */
void xtls_ibb_sender_flush (XtlsIbbSender *sender, guint beyond, gint64 now);

/**
 * xtls_ibb_sender_has:
 * @number: the number of a request
 *
 * Returns: %TRUE if it is that of a block in flight.
 */
gboolean xtls_ibb_sender_has (XtlsIbbSender *sender, guint number);

/**
 * xtls_ibb_sender_taken:
 * @number: the number of a block in flight, which has been acknowledged
 */
void xtls_ibb_sender_taken (XtlsIbbSender *sender, guint number, gint64 now);

/**
 * xtls_ibb_sender_retry:
 * @number: the number of a block in flight, which the peer could not take
 *
 * Returns: %TRUE if the block will be sent again. Only the last block can be,
 * because others may have followed an earlier one.
 */
gboolean
xtls_ibb_sender_retry (XtlsIbbSender *sender, guint number, gint64 now);

/**
 * xtls_ibb_sender_is_unproved:
 *
 * Returns: whether no block has been acknowledged, so that everything can be
 * taken back.
 */
gboolean xtls_ibb_sender_is_unproved (XtlsIbbSender *sender);

/**
 * xtls_ibb_sender_take_back:
 *
 * Returns: (transfer full) (nullable): everything that was written, sent or
 * not, and nothing is queued any more; %NULL if a block has been acknowledged.
 */
GByteArray *xtls_ibb_sender_take_back (XtlsIbbSender *sender);

/**
 * xtls_ibb_sender_get_retry_at:
 *
 * Returns: when a block must be sent again, or 0.
 */
gint64 xtls_ibb_sender_get_retry_at (XtlsIbbSender *sender);

/* Sends the block again for which the time has come. */
void xtls_ibb_sender_send_again (XtlsIbbSender *sender, gint64 now);

/* Returns: whether no block is in flight. */
gboolean xtls_ibb_sender_is_idle (XtlsIbbSender *sender);

/* Returns: how many queued bytes have not been sent in a block. */
gsize xtls_ibb_sender_get_unsent (XtlsIbbSender *sender);

/* Returns: (transfer none): what is in flight. */
XtlsWindow *xtls_ibb_sender_get_window (XtlsIbbSender *sender);
