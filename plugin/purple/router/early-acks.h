/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Speeds up files that libpurple sends inside, block by block (XEP-0047):
 * libpurple sends a block only when the one before has been acknowledged.
 * Through a server that uses Nagle's algorithm, each round trip waits for a
 * delayed acknowledgement of TCP in both directions: 80 ms for 3 KiB. XEP-0047
 * allows several blocks in flight. So all but the last block of a file may be
 * acknowledged here, before the peer does it, as long as little is in flight;
 * and so may the opening of its bytestream, which the peer has accepted with
 * the file. The peer's own responses are checked when they arrive, and an error
 * among them is passed on as the response to the block that libpurple waits
 * for. Only the peer decides whether the file has arrived.
 */
#pragma once

#include "envelope.h"

#include <glib.h>

/* The most files that are watched. If there are more, the oldest are sent block
 * by block. */
#define XTLS_EARLY_ACKS_FILES_MAX 64
/* The most blocks of a file that the peer has not acknowledged. Beyond that,
 * libpurple waits for the peer. */
#define XTLS_EARLY_ACKS_BLOCKS_MAX 1024

typedef struct XtlsEarlyAcks XtlsEarlyAcks;

typedef enum {
    XTLS_EARLY_ACKS_NOTHING,  /* for libpurple */
    XTLS_EARLY_ACKS_ANSWERED, /* libpurple already has a response */
    XTLS_EARLY_ACKS_FAILED /* the same, and the transfer of the file has failed
                            */
} XtlsEarlyAcksNews;

XtlsEarlyAcks *xtls_early_acks_new (void);
void xtls_early_acks_free (XtlsEarlyAcks *acks);

/**
 * xtls_early_acks_sent:
 * @iq: (transfer none): a request of libpurple that went inside
 */
void xtls_early_acks_sent (XtlsEarlyAcks *acks, const XtlsEnvelope *iq);

/**
 * xtls_early_acks_next:
 * @peer: a canonical full JID
 *
 * Returns: (nullable) (transfer full): the id of a block, or of what opens the
 * bytestream, that libpurple waits for and that may be acknowledged now.
 */
char *xtls_early_acks_next (XtlsEarlyAcks *acks, const char *peer);

/* Returns: whether xtls_early_acks_next() would return an id. */
gboolean xtls_early_acks_has_next (XtlsEarlyAcks *acks, const char *peer);

/**
 * xtls_early_acks_list_peers:
 *
 * Returns: (transfer full) (element-type utf8): the canonical full JIDs to
 * which files are being sent.
 */
GPtrArray *xtls_early_acks_list_peers (XtlsEarlyAcks *acks);

/**
 * xtls_early_acks_came:
 * @iq: (transfer none): an `<iq/>` that came inside, with its sender as `from`
 * @waiting: (out) (transfer full) (nullable): with %XTLS_EARLY_ACKS_FAILED, the
 *   id of the block that libpurple waits for
 *
 * A peer that closes before it has acknowledged all blocks that were
 * acknowledged here has cancelled the transfer; libpurple might take that for
 * the end of the file.
 */
XtlsEarlyAcksNews xtls_early_acks_came (XtlsEarlyAcks *acks,
                                        const XtlsEnvelope *iq,
                                        char **waiting);

/* There is no longer a session with @peer (a canonical full JID). */
void xtls_early_acks_forget (XtlsEarlyAcks *acks, const char *peer);
