/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stanza, read once: at the gate, when the connection brings it, or when it
 * comes out of a session. Every decision about a stanza is made from its
 * envelope. Few files look at attributes after these three places, and only at
 * those of what they rewrite or handle themselves: tests/check-attributes lists
 * them.
 *
 * A stanza is read as the server reads it. An attribute with a prefix is a
 * different attribute; the one without is the stanza's, whichever libpurple's
 * xmlnode_get_attrib() would find first. An element counts by its local name:
 * whatever a server makes of `<message/>` in a foreign namespace, it has been
 * sent by then.
 */
#pragma once

#include "payload.h"

#include <glib.h>
#include <xmlnode.h>

typedef enum {
    XTLS_ENVELOPE_MESSAGE,
    XTLS_ENVELOPE_PRESENCE,
    XTLS_ENVELOPE_REQUEST,  /* an `<iq/>` of any type that is not a response */
    XTLS_ENVELOPE_RESPONSE, /* an `<iq/>` of type `result` or `error` */
    XTLS_ENVELOPE_OTHER     /* not a stanza */
} XtlsEnvelopeKind;

/* The elements of an in-band bytestream. */
typedef enum {
    XTLS_BLOCK_NONE,
    XTLS_BLOCK_OPEN,
    XTLS_BLOCK_DATA,
    XTLS_BLOCK_CLOSE
} XtlsBlock;

typedef struct {
    const char *raw; /* (nullable): as written; NULL if there is none */
    char *bare; /* (nullable): canonical; NULL if there is none or it is not
                   valid */
    char *full; /* (nullable): canonical, with the resource if any */
    const char *resource; /* (nullable): canonical, in full */
} XtlsAddress;

typedef struct {
    xmlnode *stanza; /* borrowed; everything `const` below is valid as long */

    XtlsEnvelopeKind kind;
    XtlsAddress from;
    XtlsAddress to;
    const char *id;        /* (nullable) */
    gboolean is_get;       /* a request of type `get` */
    gboolean is_error;     /* of type `error` */
    gboolean is_result;    /* a response of type `result` */
    gboolean is_groupchat; /* a message to a room or from one */
    gboolean is_gone;      /* presence of type `unavailable` */
    gboolean is_available; /* presence without a type */
    gboolean is_malformed; /* servers would read it differently */

    XtlsPayload payload;
    xmlnode *child;   /* (nullable): the first child that is an element */
    const char *sid;  /* (nullable): the id of a file transfer, bytestream or
                         Jingle session */
    const char *size; /* (nullable): the size of the offered file */
    XtlsBlock block;  /* with XTLS_PAYLOAD_BLOCK */
    gboolean is_initiate; /* a Jingle request that begins a session */

    const char *room;   /* (nullable): with XTLS_PAYLOAD_INVITATION; NULL if it
                           is not valid */
    const char *reason; /* (nullable): likewise */

    /* (nullable) (element-type utf8): the canonical bare JIDs to whom a third
     * party is to pass the text on. A received stanza has none: strangers could
     * name so many that reading them takes too long. */
    GPtrArray *through;
} XtlsEnvelope;

/**
 * xtls_envelope_read:
 * @envelope: (out caller-allocates): clear it with xtls_envelope_clear()
 * @stanza: (transfer none): it outlives @envelope and is not changed meanwhile
 * @own: (nullable): for a stanza that is being sent, the account's bare JID,
 *   which is the addressee of a message without one (RFC 6120 10.3.1)
 */
void
xtls_envelope_read (XtlsEnvelope *envelope, xmlnode *stanza, const char *own);

void xtls_envelope_clear (XtlsEnvelope *envelope);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (XtlsEnvelope, xtls_envelope_clear)

/**
 * xtls_envelope_unify_sender:
 * @stanza: a stanza from the connection; changed in place
 *
 * Writes the sender in canonical form, so that libpurple treats one account as
 * one contact, too. Responses are left alone: they must come from the address
 * of the request, as libpurple wrote it.
 */
void xtls_envelope_unify_sender (xmlnode *stanza);

/**
 * xtls_envelope_is_ambiguous:
 * @stanza: the result of xmlnode_from_str()
 *
 * xmlnode_from_str() keeps one attribute of each name, whatever its prefix: the
 * text may have contained another `to`, which a server would read.
 *
 * Returns: %TRUE if the text cannot be known from @stanza.
 */
gboolean xtls_envelope_is_ambiguous (const xmlnode *stanza);

/* Returns: whether the element is a message, presence or iq. */
gboolean xtls_envelope_is_stanza (const xmlnode *node);

/**
 * xtls_envelope_is_transport:
 *
 * Returns: %TRUE for a Jingle or bytestream request, ours or not. After a new
 * login it can only belong to a session that has ended.
 */
gboolean xtls_envelope_is_transport (const XtlsEnvelope *envelope);
