/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an endpoint remembers of sessions that ended and of requests that it
 * answered. Late stanzas of those belong neither to libpurple nor to a new
 * session, and libpurple's own stream management sends them again after the
 * next login. The memory can therefore be passed from one endpoint of an
 * account to the next, together with the block sizes that were learnt.
 *
 * A new entry replaces the oldest one.
 */
#pragma once

#include "block-size.h"

#include <glib.h>

/* How many entries of each kind are kept. */
#define XTLS_SIDS_MAX 256

typedef enum {
    XTLS_SIDS_JINGLE,   /* sid of a Jingle session */
    XTLS_SIDS_IBB,      /* sid of a bytestream */
    XTLS_SIDS_REQUEST,  /* id of an `<iq/>` that we sent */
    XTLS_SIDS_RESPONSE, /* id of an `<iq/>` that we answered */
    XTLS_SIDS_KINDS
} XtlsSidsKind;

typedef struct XtlsSids XtlsSids;

XtlsSids *xtls_sids_new (void);
void xtls_sids_free (XtlsSids *sids);

/**
 * xtls_sids_add:
 * @peer: full JID of the other side
 */
void xtls_sids_add (XtlsSids *sids,
                    XtlsSidsKind kind,
                    const char *sid,
                    const char *peer);

/**
 * xtls_sids_has:
 * @sid: (nullable): the id in a stanza
 * @peer: (nullable): only if it was with this peer; %NULL for any peer
 */
gboolean xtls_sids_has (XtlsSids *sids,
                        XtlsSidsKind kind,
                        const char *sid,
                        const char *peer);

/* Returns: (transfer none): the block sizes that were learnt. */
XtlsBlockSize *xtls_sids_get_block_size (XtlsSids *sids);
