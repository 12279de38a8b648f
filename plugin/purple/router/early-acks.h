/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that libpurple sends inside, block by block (XEP-0047): it sends the
 * next one when the one before was answered. Through a server that uses Nagle's
 * algorithm, every such turn waits for a delayed acknowledgement of TCP, there
 * and back: 80 ms for 3 KiB. XEP-0047 lets blocks be under way together. So all
 * but the last block of a file may be answered here, ahead of the peer, as long
 * as what is under way is little; the peer's own answers are looked at when
 * they come, and an error among them is given to the block that libpurple waits
 * for. Whether the file has arrived is always the peer's word.
 */
#pragma once

#include "envelope.h"

#include <glib.h>

/* Files that are watched; of more, the oldest go block by block. */
#define XTLS_EARLY_ACKS_FILES_MAX 64
/* Blocks of a file that the peer has not answered; libpurple waits for the next
 * answer then. */
#define XTLS_EARLY_ACKS_BLOCKS_MAX 1024

typedef struct XtlsEarlyAcks XtlsEarlyAcks;

typedef enum {
    XTLS_EARLY_ACKS_NOTHING,  /* for libpurple */
    XTLS_EARLY_ACKS_ANSWERED, /* libpurple has its answer already */
    XTLS_EARLY_ACKS_FAILED    /* the same, and the file's transfer has failed */
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
 * Returns: (nullable) (transfer full): the id of a block that libpurple waits
 * for and that is to be answered now.
 */
char *xtls_early_acks_next (XtlsEarlyAcks *acks, const char *peer);

/* Whether xtls_early_acks_next() has one. */
gboolean xtls_early_acks_has_next (XtlsEarlyAcks *acks, const char *peer);

/**
 * xtls_early_acks_list_peers:
 *
 * Returns: (transfer full) (element-type utf8): canonical full JIDs of those
 * who are sent files.
 */
GPtrArray *xtls_early_acks_list_peers (XtlsEarlyAcks *acks);

/**
 * xtls_early_acks_came:
 * @iq: (transfer none): what came inside, with its sender as `from`
 * @waiting: (out) (transfer full) (nullable): with %XTLS_EARLY_ACKS_FAILED, the
 * id of the block that libpurple waits for
 *
 * A peer that closes before it has answered all that was answered ahead has
 * cancelled; libpurple could take that for the end of the file.
 */
XtlsEarlyAcksNews xtls_early_acks_came (XtlsEarlyAcks *acks,
                                        const XtlsEnvelope *iq,
                                        char **waiting);

/* There is no session with @peer (a canonical full JID) any more. */
void xtls_early_acks_forget (XtlsEarlyAcks *acks, const char *peer);
