/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How large blocks may be on the way to a contact. Servers refuse stanzas that
 * are too large for them, often by ending the connection of who sends them, and
 * none says how large is too large: it is learnt from sessions that end with a
 * block unanswered which is larger than any that was taken.
 */
#pragma once

#include "end.h"

#include <glib.h>

/* A block that fits into the 10,000 bytes that every server takes (RFC 6120
 * 4.9.3.14), whatever it is wrapped in: the first one to be tried after a
 * refusal. */
#define XTLS_BLOCKS_SAFE 4096
/* No block is made smaller than this. */
#define XTLS_BLOCKS_MIN 512

typedef struct XtlsBlocks XtlsBlocks;

XtlsBlocks *xtls_blocks_new (void);
void xtls_blocks_free (XtlsBlocks *blocks);

/**
 * xtls_blocks_get:
 * @contact: bare JID
 *
 * Returns: the largest block that should be offered and accepted, at most
 * %XTLS_IBB_BLOCK_SIZE_DEFAULT.
 */
guint xtls_blocks_get (XtlsBlocks *blocks, const char *contact);

/**
 * xtls_blocks_learn:
 * @contact: bare JID
 * @end: how a session with the contact ended
 * @taken: the largest block that was answered in it, 0 for none
 * @waiting: the largest one that was not
 */
void xtls_blocks_learn (XtlsBlocks *blocks,
                        const char *contact,
                        XtlsEnd end,
                        guint taken,
                        guint waiting);
