/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an endpoint remembers of sessions that ended, and of what it answered:
 * late stanzas of theirs are neither libpurple's nor a new session's, and
 * libpurple's own stream management sends them again at the next login. Hence
 * the memory may be handed from one endpoint of an account to the next; with it
 * goes what was learnt of the ways to the contacts.
 *
 * The oldest entry makes room for the newest.
 */
#pragma once

#include "blocks.h"

#include <glib.h>

/* Entries of each kind. */
#define XTLS_SIDS_MAX 256
/* Bytes of an id that are kept; a longer one is known by its digest. */
#define XTLS_SIDS_LENGTH_MAX 256

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
 * @sid: (nullable): what a stanza says
 * @peer: (nullable): only of this peer; %NULL for anybody's
 */
gboolean xtls_sids_has (XtlsSids *sids,
                        XtlsSidsKind kind,
                        const char *sid,
                        const char *peer);

/* (transfer none) */
XtlsBlocks *xtls_sids_get_blocks (XtlsSids *sids);
