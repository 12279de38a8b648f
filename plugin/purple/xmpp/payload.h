/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a stanza carries: the part of reading an envelope that knows the
 * protocols. */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* What a stanza carries: of several things, the one that is named first here.
 */
typedef enum {
    /* Words for the person: a body, a subject, formatted text. */
    XTLS_PAYLOAD_WORDS,
    XTLS_PAYLOAD_INVITATION, /* to a room, directly (XEP-0249) */
    XTLS_PAYLOAD_ATTENTION,  /* XEP-0224 */
    XTLS_PAYLOAD_VOICE,      /* voice or video */
    XTLS_PAYLOAD_OFFER,      /* a file, by a method to be chosen (XEP-0095) */
    XTLS_PAYLOAD_AROUND,     /* a file, by a way of its own */
    XTLS_PAYLOAD_BLOCK,      /* an in-band bytestream (XEP-0047) */
    XTLS_PAYLOAD_BITS,       /* what a message shows (XEP-0231) */
    XTLS_PAYLOAD_JINGLE,     /* whatever else is negotiated by Jingle */
    XTLS_PAYLOAD_OTHER,      /* what is not listed here */
    /* A lookup about the client, without a word in it; or the response. */
    XTLS_PAYLOAD_DISCOVERY,
    /* A lookup of what the contact shows to everybody (vCard, PEP), without a
     * word in it; or the response. */
    XTLS_PAYLOAD_PUBLIC,
    XTLS_PAYLOAD_EVENT,  /* news of such (XEP-0163): a picture, a mood */
    XTLS_PAYLOAD_TYPING, /* typing notices */
    XTLS_PAYLOAD_STATE,  /* made by clients: receipts, markers, ids */
    XTLS_PAYLOAD_NONE
} XtlsPayload;

/* (transfer none): the name of an element without its prefix. */
const char *xtls_payload_local_name (const xmlnode *node);

/* (transfer none): the namespace of an element, also one that its sender set as
 * an attribute; empty if it has none of its own. */
const char *xtls_payload_namespace (const xmlnode *node);

/* (nullable) (transfer none): the first child that is an element. */
xmlnode *xtls_payload_first (const xmlnode *node);

/* (nullable) (transfer none): the first such child of @node. @name: of the
 * element. @xmlns: its namespace. */
xmlnode *
xtls_payload_find (const xmlnode *node, const char *name, const char *xmlns);

/* What a stanza carries. */
XtlsPayload xtls_payload_of_message (const xmlnode *message);
/* %XTLS_PAYLOAD_NONE if it says no more than every presence does. */
XtlsPayload xtls_payload_of_presence (const xmlnode *presence);
/* @is_get: whether the request is of type `get`. */
XtlsPayload xtls_payload_of_request (const xmlnode *iq, gboolean is_get);
XtlsPayload xtls_payload_of_response (const xmlnode *iq);

/**
 * xtls_payload_list_through:
 *
 * Looks for words that whoever gets @stanza is to pass on: the reason of an
 * invitation or of its refusal (XEP-0045 7.8.2), of an affiliation (XEP-0045
 * 9), and anything with more addressees in it (XEP-0033).
 *
 * Returns: (nullable) (transfer full) (element-type utf8): the canonical bare
 * JIDs of those for whom they are.
 */
GPtrArray *xtls_payload_list_through (const xmlnode *stanza);
