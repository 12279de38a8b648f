/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One In-Band Bytestream (XEP-0047) with one full JID, in both directions.
 *
 * The bytestream has no main loop and no clock: time comes in as an argument
 * (microseconds, monotonic), stanzas leave through one callback, received bytes
 * are collected until they are taken. Nothing here calls back but that one
 * function, and it must not free the bytestream.
 *
 * Blocks may be in flight before earlier ones are answered, as window.h says,
 * so that a slow server is not flooded and a fast one is kept busy.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

#define XTLS_IBB_BLOCK_SIZE_DEFAULT 16384
#define XTLS_IBB_BLOCK_SIZE_MAX 65535
/* Queued bytes that were not sent yet. */
#define XTLS_IBB_QUEUE_MAX (8 * 1024 * 1024)
/* Without progress for so long while something is outstanding, the peer is
 * dead. Microseconds. */
#define XTLS_IBB_DEAD_AFTER (30 * G_USEC_PER_SEC)

#define XTLS_IBB_ERROR (xtls_ibb_error_quark ())

typedef enum {
    XTLS_IBB_ERROR_QUEUE_FULL, /* more than XTLS_IBB_QUEUE_MAX unsent bytes */
    XTLS_IBB_ERROR_REFUSED,    /* the peer refused to open the bytestream */
    XTLS_IBB_ERROR_SEQUENCE,   /* a block came out of sequence */
    XTLS_IBB_ERROR_BAD_BLOCK,  /* a block was too long or not base64 */
    XTLS_IBB_ERROR_BOUNCED,    /* a block of ours could not be delivered */
    XTLS_IBB_ERROR_DEAD        /* no progress for XTLS_IBB_DEAD_AFTER */
} XtlsIbbError;

typedef enum {
    XTLS_IBB_WAITING, /* for open, or for the answer to open */
    XTLS_IBB_OPEN,
    XTLS_IBB_CLOSED /* by close from either side, or failed */
} XtlsIbbState;

typedef struct XtlsIbb XtlsIbb;

/**
 * XtlsIbbSend:
 * @stanza: (transfer full): an `<iq/>` for the peer, over the account's
 *   connection
 */
typedef void (*XtlsIbbSend) (xmlnode *stanza, gpointer user_data);

GQuark xtls_ibb_error_quark (void);

/**
 * xtls_ibb_new:
 * @peer: full JID of the other side; stanzas of others are not ours
 * @sid: the bytestream's id
 * @block_size: largest block in decoded bytes, 1 to %XTLS_IBB_BLOCK_SIZE_MAX
 * @send: takes the stanzas that leave
 *
 * Returns: (transfer full): a bytestream that waits to be opened from either
 * side.
 */
XtlsIbb *xtls_ibb_new (const char *peer,
                       const char *sid,
                       guint block_size,
                       XtlsIbbSend send,
                       gpointer user_data);

void xtls_ibb_free (XtlsIbb *ibb);

/**
 * xtls_ibb_open:
 *
 * Sends `<open/>` (XEP-0047 section 2.1). Once; only the Jingle initiator does.
 */
void xtls_ibb_open (XtlsIbb *ibb, gint64 now);

/**
 * xtls_ibb_handle:
 * @iq: (transfer none): an `<iq/>` of any type from anybody
 * @now: the time
 *
 * Takes a stanza that belongs to this bytestream: `<open/>`, `<data/>` and
 * `<close/>` with its sid from its peer, and the answers to its own stanzas,
 * matched by id and sender. Answers with a result or the XEP's error. A block
 * that is wrong closes the bytestream, `<close/>` included: see
 * xtls_ibb_get_error(). What comes before it is open or after it is closed is
 * answered `<item-not-found/>` and ends nothing.
 *
 * When an answer opens the window, queued bytes are sent on at once.
 *
 * Returns: %TRUE if the stanza was this bytestream's and was dealt with.
 */
gboolean xtls_ibb_handle (XtlsIbb *ibb, xmlnode *iq, gint64 now);

/**
 * xtls_ibb_write:
 *
 * Queues @len bytes; xtls_ibb_flush() sends them in blocks. Whole or not at
 * all.
 *
 * Returns: %FALSE with %XTLS_IBB_ERROR_QUEUE_FULL if they do not fit.
 */
gboolean
xtls_ibb_write (XtlsIbb *ibb, const guint8 *data, gsize len, GError **error);

/**
 * xtls_ibb_flush:
 * @beyond: how many blocks may leave that the window does not admit (before
 *   closing)
 *
 * Sends as many blocks as the window admits, and none behind a block that has
 * bounced and is to be sent again.
 */
void xtls_ibb_flush (XtlsIbb *ibb, guint beyond, gint64 now);

/**
 * xtls_ibb_take:
 * @into: where the bytes that were received since the last call are appended
 *
 * Bytes received before a close or failure can still be taken after it.
 */
void xtls_ibb_take (XtlsIbb *ibb, GByteArray *into);

/**
 * xtls_ibb_close:
 *
 * Closes; sends `<close/>` if the bytestream was open. What is still queued is
 * not sent: xtls_ibb_flush() it before.
 */
void xtls_ibb_close (XtlsIbb *ibb);

/**
 * xtls_ibb_check:
 *
 * Looks at the clock: a bounced block (`wait`) that may be sent again is, and a
 * peer that made no progress for %XTLS_IBB_DEAD_AFTER is declared dead. To be
 * called at the time that xtls_ibb_get_deadline() names.
 */
void xtls_ibb_check (XtlsIbb *ibb, gint64 now);

/**
 * xtls_ibb_get_deadline:
 *
 * Returns: the next time at which xtls_ibb_check() has something to do, or -1
 * if there is nothing outstanding.
 */
gint64 xtls_ibb_get_deadline (XtlsIbb *ibb);

/* What the bytestream can do now. */
XtlsIbbState xtls_ibb_get_state (XtlsIbb *ibb);

/**
 * xtls_ibb_get_error:
 *
 * Returns: (nullable) (transfer none): why the bytestream failed; %NULL while
 * it is up, and after a proper `<close/>`.
 */
const GError *xtls_ibb_get_error (XtlsIbb *ibb);

/**
 * xtls_ibb_get_unsent:
 *
 * Returns: how many queued bytes have not left in a block.
 */
gsize xtls_ibb_get_unsent (XtlsIbb *ibb);

/**
 * xtls_ibb_get_in_flight:
 *
 * Returns: how many bytes left in blocks that were not answered.
 */
gsize xtls_ibb_get_in_flight (XtlsIbb *ibb);

/**
 * xtls_ibb_has_room:
 * @unsent: bytes that wait to be written, and those that were not sent
 *
 * Returns: %TRUE if what comes behind them hardly waits.
 */
gboolean xtls_ibb_has_room (XtlsIbb *ibb, gsize unsent);

/**
 * xtls_ibb_note_progress:
 *
 * What only the peer can have said has arrived: it is alive, however late its
 * answers are.
 */
void xtls_ibb_note_progress (XtlsIbb *ibb, gint64 now);

/**
 * xtls_ibb_get_largest:
 * @taken: (out): the size of the largest block that was taken
 * @waiting: (out): of the largest that was not answered, or bounced other than
 *   because nobody was there
 */
void xtls_ibb_get_largest (XtlsIbb *ibb, gsize *taken, gsize *waiting);

/**
 * xtls_ibb_get_sid:
 * @iq: (transfer none): any `<iq/>`
 *
 * Returns: (nullable) (transfer none): the sid, if @iq carries a stanza of a
 * bytestream, anybody's.
 */
const char *xtls_ibb_get_sid (const xmlnode *iq);
