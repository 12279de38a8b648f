/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of an endpoint, shared by the modules that make it up: reception
 * (requests), stray (stanzas of no living session) and succession (which of
 * two open sessions with one full JID stays).
 */
#pragma once

#include "endpoint.h"
#include "session-private.h"
#include "sids.h"

/* A living session of an endpoint. */
typedef struct {
    XtlsSession *session; /* owned */
    /* Times of the endpoint's own clock, which counts births and openings. */
    guint born;
    guint opened;        /* 0: not yet */
    gboolean is_request; /* counts as an unfinished incoming request */
} XtlsEntry;

struct XtlsEndpoint {
    char *own;
    XtlsIdentity *identity;
    gboolean padding;
    XtlsEndpointOps ops;
    gpointer user_data;

    GHashTable *entries; /* XtlsSession → XtlsEntry, owned */
    GHashTable *peers;   /* full JID → GPtrArray of XtlsEntry, borrowed */
    GHashTable *jingle;  /* sid → XtlsSession, both borrowed; for stanzas */
    GHashTable *ibb;     /* … that name a living sid under another name */
    guint requests;      /* unfinished incoming ones */
    guint clock;

    GPtrArray
        *ended; /* released from a timer: their callbacks may be running */
    guint release_timer;

    XtlsSids *sids;
    const xmlnode *sending; /* what is being sent right now */
};

/* Sends a stanza and remembers what it asks or answers. */
void xtls_endpoint_send (XtlsEndpoint *endpoint, xmlnode *stanza);

/* Takes a new session over, the reference, too. */
XtlsEntry *xtls_endpoint_add (XtlsEndpoint *endpoint, XtlsSession *session);

/* (nullable) (transfer none): the entries of a full JID. */
GPtrArray *xtls_endpoint_get_entries (XtlsEndpoint *endpoint, const char *peer);

/* What is given to the sessions of @endpoint. */
XtlsSessionOps xtls_endpoint_session_ops (XtlsEndpoint *endpoint);

/* --- reception.c -----------------------------------------------------------*/

/* A session-initiate that belongs to no session. Returns: as
 * xtls_endpoint_handle(). */
gboolean xtls_reception_handle (XtlsEndpoint *endpoint, xmlnode *iq);

/* Whether a Jingle stanza names our application or our security. */
gboolean xtls_reception_is_ours (const xmlnode *iq);

/* --- stray.c ---------------------------------------------------------------*/

/* Anything else that belongs to no session. Returns: as
 * xtls_endpoint_handle(). */
gboolean xtls_stray_handle (XtlsEndpoint *endpoint, xmlnode *iq);

/* (nullable) (transfer none): the sid of a bytestream stanza. */
const char *xtls_stray_get_ibb_sid (const xmlnode *iq);

/* --- succession.c ----------------------------------------------------------*/

/* (nullable) (transfer none): an open session of the same peer with the same
 * certificate that stays although @entry is about to be open. */
XtlsEntry *xtls_succession_get_heir (XtlsEndpoint *endpoint,
                                     const XtlsEntry *entry);

/* @entry is open: ends those that it replaces. */
void xtls_succession_settle (XtlsEndpoint *endpoint, const XtlsEntry *entry);

/* Ends the oldest of too many sessions with the contact of @session that wait
 * for the other side's end. */
void xtls_succession_limit (XtlsEndpoint *endpoint, const XtlsSession *session);
