/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Learns how large the blocks sent to a contact may be. Servers reject stanzas
 * that are too large for them, often by closing the sender's connection, and do
 * not say what their limit is. It is learnt from sessions that end while a
 * block is unacknowledged that is larger than any acknowledged one.
 */
#pragma once

#include "end.h"

#include <glib.h>

/* The first size to try after a rejection: whatever wraps it, such a block fits
 * into the 10,000 bytes that every server must accept (RFC 6120 4.9.3.14). */
#define XTLS_BLOCK_SIZE_SAFE 4096
/* Blocks are not made smaller than this. */
#define XTLS_BLOCK_SIZE_MIN 512

typedef struct XtlsBlockSize XtlsBlockSize;

XtlsBlockSize *xtls_block_size_new (void);
void xtls_block_size_free (XtlsBlockSize *blocks);

/**
 * xtls_block_size_get:
 * @contact: bare JID
 *
 * Returns: the largest block size to offer and accept, at most
 * %XTLS_IBB_BLOCK_SIZE_DEFAULT.
 */
guint xtls_block_size_get (XtlsBlockSize *blocks, const char *contact);

/**
 * xtls_block_size_learn:
 * @contact: bare JID
 * @end: how a session with the contact ended
 * @taken: the largest block that was acknowledged in it, 0 for none
 * @waiting: the largest block that was not
 */
void xtls_block_size_learn (XtlsBlockSize *blocks,
                            const char *contact,
                            XtlsEnd end,
                            guint taken,
                            guint waiting);
