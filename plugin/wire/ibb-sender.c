/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sending half of a bytestream. */
#include "ibb-sender.h"

#include "base64.h"

/* A block that the peer could not take (`wait`) is sent again after this time,
 * then after twice that … */
#define RETRY_FIRST G_USEC_PER_SEC
#define RETRY_MAX (8 * G_USEC_PER_SEC)

struct XtlsIbbSender {
    XtlsIbbRequests *requests; /* borrowed */
    gsize queue_max;
    gboolean open;

    guint16 seq_out;   /* sequence number of the next block */
    GByteArray *queue; /* bytes before queue_start have been sent */
    gsize queue_start;
    /* What has been sent, until the first block is acknowledged. */
    GByteArray *unproved;
    XtlsWindow *window;
    /* A block's response may arrive while it is being sent. */
    gboolean flushing;

    /* The block sent last, as base64, until it is acknowledged. Only this one
     * may be sent again. */
    guint last_block;
    char *last_text;
    gint64 retry_after;
    gint64 retry_at; /* 0: it has not bounced */
};

XtlsIbbSender *
xtls_ibb_sender_new (XtlsIbbRequests *requests,
                     guint block_size,
                     gsize queue_max)
{
    XtlsIbbSender *sender = g_new0 (XtlsIbbSender, 1);

    sender->requests = requests;
    sender->queue_max = queue_max;
    sender->queue = g_byte_array_new ();
    sender->unproved = g_byte_array_new ();
    sender->window = xtls_window_new (block_size);
    return sender;
}

void
xtls_ibb_sender_free (XtlsIbbSender *sender)
{
    if (!sender)
        return;
    g_byte_array_unref (sender->queue);
    g_clear_pointer (&sender->unproved, g_byte_array_unref);
    xtls_window_free (sender->window);
    g_free (sender->last_text);
    g_free (sender);
}

void
xtls_ibb_sender_set_block_size (XtlsIbbSender *sender, guint block_size)
{
    xtls_window_free (sender->window);
    sender->window = xtls_window_new (block_size);
}

void
xtls_ibb_sender_set_open (XtlsIbbSender *sender, gboolean open)
{
    sender->open = open;
}

/* Makes the stanza for block number @id from the text that is kept. */
static xmlnode *
block_stanza (XtlsIbbSender *sender, guint id, guint16 seq)
{
    xmlnode *data, *iq;
    char text[16];

    iq = xtls_ibb_requests_make (sender->requests, "data", id, &data);
    g_snprintf (text, sizeof text, "%u", seq);
    xmlnode_set_attrib (data, "seq", text);
    xmlnode_insert_data (data, sender->last_text, -1);
    return iq;
}

/* Drops the first @len queued bytes. The rest is moved only if it is the
 * smaller part, so that on average each byte is moved less than once. An empty
 * queue needs no memory. */
static void
queue_drop (XtlsIbbSender *sender, gsize len)
{
    gsize left;

    sender->queue_start += len;
    left = sender->queue->len - sender->queue_start;
    if (left > sender->queue_start)
        return;
    if (left == 0)
        g_free (g_byte_array_steal (sender->queue, NULL));
    else
        g_byte_array_remove_range (
            sender->queue, 0, (guint)sender->queue_start);
    sender->queue_start = 0;
}

static void
send_block (XtlsIbbSender *sender, gsize size, gint64 now)
{
    g_free (sender->last_text);
    sender->last_text =
        xtls_base64_encode (sender->queue->data + sender->queue_start, size);
    if (sender->unproved)
        g_byte_array_append (sender->unproved,
                             sender->queue->data + sender->queue_start,
                             (guint)size);
    queue_drop (sender, size);
    sender->last_block = xtls_ibb_requests_next (sender->requests);
    sender->retry_after = RETRY_FIRST;
    xtls_window_sent (sender->window, sender->last_block, size, now);
    /* The number wraps from 65535 to 0. The response may arrive before this
     * returns. */
    xtls_ibb_requests_send (
        sender->requests,
        block_stanza (sender, sender->last_block, sender->seq_out++));
}

void
xtls_ibb_sender_send_again (XtlsIbbSender *sender, gint64 now)
{
    guint id = xtls_ibb_requests_next (sender->requests);

    /* The id is new, so that a late response to the first attempt is not taken
     * for one to this. */
    xtls_window_sent_again (sender->window, sender->last_block, id, now);
    sender->last_block = id;
    sender->retry_at = 0;
    xtls_ibb_requests_send (
        sender->requests,
        block_stanza (sender, id, (guint16)(sender->seq_out - 1)));
}

void
xtls_ibb_sender_flush (XtlsIbbSender *sender, guint beyond, gint64 now)
{
    if (sender->flushing)
        return;
    sender->flushing = TRUE;
    while (sender->open && !sender->retry_at &&
           xtls_ibb_sender_get_unsent (sender) > 0) {
        gsize size = MIN (xtls_ibb_sender_get_unsent (sender),
                          xtls_window_get_block (sender->window));

        if (!xtls_window_fits (sender->window, size) && beyond-- == 0)
            break;
        send_block (sender, size, now);
    }
    sender->flushing = FALSE;
}

gboolean
xtls_ibb_sender_write (XtlsIbbSender *sender, const guint8 *data, gsize len)
{
    if (len > sender->queue_max - xtls_ibb_sender_get_unsent (sender))
        return FALSE;
    /* Sent bytes are usually still in the array, which stays bounded as
     * well. */
    if (sender->queue->len + len > sender->queue_max) {
        g_byte_array_remove_range (
            sender->queue, 0, (guint)sender->queue_start);
        sender->queue_start = 0;
    }
    g_byte_array_append (sender->queue, data, (guint)len);
    return TRUE;
}

gboolean
xtls_ibb_sender_has (XtlsIbbSender *sender, guint number)
{
    return xtls_window_has (sender->window, number);
}

void
xtls_ibb_sender_taken (XtlsIbbSender *sender, guint number, gint64 now)
{
    if (number == sender->last_block) {
        g_clear_pointer (&sender->last_text, g_free);
        sender->retry_at = 0;
    }
    g_clear_pointer (&sender->unproved, g_byte_array_unref);
    xtls_window_taken (sender->window, number, now);
}

gboolean
xtls_ibb_sender_retry (XtlsIbbSender *sender, guint number, gint64 now)
{
    if (number != sender->last_block)
        return FALSE;
    if (!sender->retry_at) {
        sender->retry_at = now + sender->retry_after;
        sender->retry_after = MIN (sender->retry_after * 2, RETRY_MAX);
    }
    return TRUE;
}

gboolean
xtls_ibb_sender_is_unproved (XtlsIbbSender *sender)
{
    return sender->unproved != NULL;
}

GByteArray *
xtls_ibb_sender_take_back (XtlsIbbSender *sender)
{
    GByteArray *all = g_steal_pointer (&sender->unproved);
    gsize unsent = xtls_ibb_sender_get_unsent (sender);

    if (!all)
        return NULL;
    if (unsent > 0)
        g_byte_array_append (
            all, sender->queue->data + sender->queue_start, (guint)unsent);
    g_byte_array_set_size (sender->queue, 0);
    sender->queue_start = 0;
    return all;
}

gint64
xtls_ibb_sender_get_retry_at (XtlsIbbSender *sender)
{
    return sender->retry_at;
}

gboolean
xtls_ibb_sender_is_idle (XtlsIbbSender *sender)
{
    return xtls_window_is_empty (sender->window);
}

gsize
xtls_ibb_sender_get_unsent (XtlsIbbSender *sender)
{
    return sender->queue->len - sender->queue_start;
}

XtlsWindow *
xtls_ibb_sender_get_window (XtlsIbbSender *sender)
{
    return sender->window;
}
