/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One bytestream with one full JID, in both directions: an In-Band Bytestream
 * (XEP-0047), or the same blocks in another namespace (carrier.h).
 *
 * The bytestream has no main loop and no clock: time is an argument
 * (microseconds, monotonic), stanzas are sent through one callback, and
 * received bytes are collected until they are taken. That callback is the only
 * one, and it must not free the bytestream.
 *
 * Several blocks may be in flight before the first is acknowledged. window.h
 * says how many, so that a slow server is not flooded and a fast one is kept
 * busy.
 */
#pragma once

#include "ibb-requests.h"

#include <glib.h>
#include <xmlnode.h>

#define XTLS_IBB_BLOCK_SIZE_DEFAULT 16384
#define XTLS_IBB_BLOCK_SIZE_MAX 65535
/* The most queued bytes that have not been sent yet. */
#define XTLS_IBB_QUEUE_MAX (8 * 1024 * 1024)
/* If something is outstanding and there is no progress for this long, the peer
 * is dead. Microseconds. */
#define XTLS_IBB_DEAD_AFTER (30 * G_USEC_PER_SEC)

#define XTLS_IBB_ERROR (xtls_ibb_error_quark ())

typedef enum {
    XTLS_IBB_ERROR_QUEUE_FULL, /* more than XTLS_IBB_QUEUE_MAX unsent bytes */
    XTLS_IBB_ERROR_REFUSED,    /* <open/> was answered with an error */
    XTLS_IBB_ERROR_SEQUENCE,   /* a block came out of sequence */
    XTLS_IBB_ERROR_BAD_BLOCK,  /* a block was too long or not base64 */
    XTLS_IBB_ERROR_BOUNCED,    /* one of our blocks could not be delivered */
    XTLS_IBB_ERROR_DEAD        /* no progress for XTLS_IBB_DEAD_AFTER */
} XtlsIbbError;

typedef enum {
    XTLS_IBB_WAITING, /* for <open/>, or for the response to ours */
    XTLS_IBB_OPEN,
    XTLS_IBB_CLOSED /* closed by either side, or failed */
} XtlsIbbState;

typedef struct XtlsIbb XtlsIbb;

GQuark xtls_ibb_error_quark (void);

/**
 * xtls_ibb_new:
 * @carrier: what carries the blocks
 * @peer: full JID of the other side; stanzas from anybody else are ignored
 * @sid: the bytestream's id
 * @block_size: the largest block, in decoded bytes, 1 to
 *   %XTLS_IBB_BLOCK_SIZE_MAX
 * @send: sends the bytestream's stanzas
 *
 * Returns: (transfer full): a bytestream that either side may open.
 */
XtlsIbb *xtls_ibb_new (XtlsCarrier carrier,
                       const char *peer,
                       const char *sid,
                       guint block_size,
                       XtlsIbbSend send,
                       gpointer user_data);

void xtls_ibb_free (XtlsIbb *ibb);

/**
 * xtls_ibb_set_ours:
 *
 * Only this side opens the bytestream, and whatever replaces it: if the peer
 * asks to, it gets `<unexpected-request/>` and nothing changes. Nobody but the
 * Jingle initiator opens (XEP-0261 section 2.2).
 */
void xtls_ibb_set_ours (XtlsIbb *ibb);

/**
 * xtls_ibb_set_replaceable:
 *
 * Another bytestream takes the place of this one, by xtls_ibb_replace(), if it
 * fails before a block of either side has arrived: the peer is not told then
 * that it is closed.
 */
void xtls_ibb_set_replaceable (XtlsIbb *ibb);

/**
 * xtls_ibb_replace:
 * @carrier: another carrier than that of @ibb
 *
 * Makes another bytestream, of the same sid, for all the bytes that were
 * written to this one, and closes this one without telling the peer. It goes on
 * to answer its own late stanzas.
 *
 * Returns: (transfer full) (nullable): %NULL, and nothing has changed, if a
 * block of either side has arrived: the bytes must not be sent again then.
 */
XtlsIbb *xtls_ibb_replace (XtlsIbb *ibb, XtlsCarrier carrier);

/**
 * xtls_ibb_lower_block_size:
 * @block_size: the largest block, in decoded bytes, not larger than before
 *
 * Call it before the bytestream is open.
 */
void xtls_ibb_lower_block_size (XtlsIbb *ibb, guint block_size);

/**
 * xtls_ibb_make_closed:
 * @iq: (transfer none): a `<close/>` of either carrier
 *
 * Returns: (transfer full): the result that responds to it.
 */
xmlnode *xtls_ibb_make_closed (const xmlnode *iq);

/* Returns: what carries the blocks. */
XtlsCarrier xtls_ibb_get_carrier (XtlsIbb *ibb);

/**
 * xtls_ibb_open:
 *
 * Sends `<open/>` (XEP-0047 section 2.1) or `<start/>`. The Jingle initiator
 * calls it, once.
 */
void xtls_ibb_open (XtlsIbb *ibb, gint64 now);

/**
 * xtls_ibb_open_at_once:
 *
 * Like xtls_ibb_open(), without waiting for the response, for a peer that is
 * known to accept blocks right behind `<open/>`. If it refuses the bytestream
 * nevertheless, the bytestream fails.
 */
void xtls_ibb_open_at_once (XtlsIbb *ibb, gint64 now);

/**
 * xtls_ibb_handle:
 * @iq: (transfer none): any incoming `<iq/>`
 * @now: the time
 *
 * Handles a stanza that belongs to this bytestream: `<open/>`, `<data/>` and
 * `<close/>` with its sid from its peer, and the responses to its own stanzas,
 * matched by id and sender. Responds with a result or the XEP's error. An
 * invalid block closes the bytestream and sends `<close/>`: see
 * xtls_ibb_get_error(). A request that arrives before the bytestream is open or
 * after it is closed is answered with `<item-not-found/>` and changes nothing.
 *
 * When a response opens the window, more queued bytes are sent at once.
 *
 * Returns: %TRUE if the stanza belonged to this bytestream and was handled.
 */
gboolean xtls_ibb_handle (XtlsIbb *ibb, xmlnode *iq, gint64 now);

/**
 * xtls_ibb_write:
 *
 * Queues all @len bytes or none; xtls_ibb_flush() sends them in blocks.
 *
 * Returns: %FALSE with %XTLS_IBB_ERROR_QUEUE_FULL if they do not fit.
 */
gboolean
xtls_ibb_write (XtlsIbb *ibb, const guint8 *data, gsize len, GError **error);

/**
 * xtls_ibb_flush:
 * @beyond: how many blocks may be sent beyond what the window allows (before
 *   closing)
 *
 * Sends as many blocks as the window allows, but none after a block that has
 * bounced and is to be sent again.
 */
void xtls_ibb_flush (XtlsIbb *ibb, guint beyond, gint64 now);

/**
 * xtls_ibb_take:
 *
 * Bytes received before the bytestream closed or failed can still be taken.
 *
 * Returns: (nullable) (transfer full): the bytes received since the last call,
 * or %NULL if there are none.
 */
GByteArray *xtls_ibb_take (XtlsIbb *ibb);

/**
 * xtls_ibb_close:
 *
 * Closes the bytestream and sends `<close/>` if it was open. Queued bytes are
 * not sent: call xtls_ibb_flush() first.
 */
void xtls_ibb_close (XtlsIbb *ibb);

/**
 * xtls_ibb_check:
 *
 * Sends a bounced block (`wait`) again when its time has come, and declares a
 * peer dead that has made no progress for %XTLS_IBB_DEAD_AFTER. Call it at the
 * time that xtls_ibb_get_deadline() returns.
 */
void xtls_ibb_check (XtlsIbb *ibb, gint64 now);

/**
 * xtls_ibb_get_deadline:
 *
 * Returns: when xtls_ibb_check() must be called next, or -1 if nothing is
 * outstanding.
 */
gint64 xtls_ibb_get_deadline (XtlsIbb *ibb);

/* Returns: the state of the bytestream. */
XtlsIbbState xtls_ibb_get_state (XtlsIbb *ibb);

/**
 * xtls_ibb_get_error:
 *
 * Returns: (nullable) (transfer none): why the bytestream failed; %NULL while
 * it is working, and after a proper `<close/>`.
 */
const GError *xtls_ibb_get_error (XtlsIbb *ibb);

/**
 * xtls_ibb_get_unsent:
 *
 * Returns: how many queued bytes have not been sent in a block.
 */
gsize xtls_ibb_get_unsent (XtlsIbb *ibb);

/**
 * xtls_ibb_get_in_flight:
 *
 * Returns: how many bytes are in blocks that were sent and not acknowledged.
 */
gsize xtls_ibb_get_in_flight (XtlsIbb *ibb);

/**
 * xtls_ibb_has_room:
 * @unsent: bytes that wait to be written or sent
 *
 * Returns: %TRUE if anything queued after them would hardly have to wait.
 */
gboolean xtls_ibb_has_room (XtlsIbb *ibb, gsize unsent);

/**
 * xtls_ibb_note_progress:
 *
 * Something has arrived that only the peer can have sent, so it is alive,
 * however late its responses are.
 */
void xtls_ibb_note_progress (XtlsIbb *ibb, gint64 now);

/**
 * xtls_ibb_get_largest:
 * @taken: (out): the size of the largest block that was acknowledged
 * @waiting: (out): the size of the largest block that was not, leaving out
 *   those that bounced because the peer was not available, and those of a
 *   bytestream that could not be opened
 */
void xtls_ibb_get_largest (XtlsIbb *ibb, gsize *taken, gsize *waiting);

/**
 * xtls_ibb_get_sid:
 * @iq: (transfer none): any `<iq/>`
 *
 * Returns: (nullable) (transfer none): the sid, if @iq belongs to a bytestream
 * of either carrier, whether ours or not.
 */
const char *xtls_ibb_get_sid (const xmlnode *iq);
