/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stanza, read once: at the gate, when the connection brings it, and when it
 * comes out of a session. Behind these three places nobody looks at attributes
 * again; what is decided about a stanza is decided from this.
 *
 * Read as the server reads it. An attribute with a prefix is another one; the
 * one without is the stanza's, whatever libpurple's xmlnode_get_attrib() would
 * find first. An element counts by its local name: whatever a server makes of
 * `<message/>` in a foreign namespace, it has left by then.
 */
#pragma once

#include "payload.h"

#include <glib.h>
#include <xmlnode.h>

typedef enum {
    XTLS_ENVELOPE_MESSAGE,
    XTLS_ENVELOPE_PRESENCE,
    XTLS_ENVELOPE_REQUEST,  /* an `<iq/>` that is no response, of any type */
    XTLS_ENVELOPE_RESPONSE, /* `result` and `error` */
    XTLS_ENVELOPE_OTHER     /* no stanza */
} XtlsEnvelopeKind;

/* The elements of an in-band bytestream. */
typedef enum {
    XTLS_BLOCK_NONE,
    XTLS_BLOCK_OPEN,
    XTLS_BLOCK_DATA,
    XTLS_BLOCK_CLOSE
} XtlsBlock;

typedef struct {
    const char *raw; /* (nullable): as it is written; NULL: there is none */
    char *bare;      /* (nullable): canonical; NULL: there is none, or it is no
                        address */
    char *full;      /* (nullable): canonical, with the resource if any */
    const char *resource; /* (nullable): canonical, in full */
} XtlsAddress;

typedef struct {
    xmlnode *stanza; /* borrowed; everything `const` below lives as long */

    XtlsEnvelopeKind kind;
    XtlsAddress from;
    XtlsAddress to;
    const char *id;        /* (nullable) */
    gboolean is_get;       /* a request of type `get` */
    gboolean is_error;     /* of type `error` */
    gboolean is_result;    /* a response of type `result` */
    gboolean is_groupchat; /* a message to a room, or from one */
    gboolean is_gone;      /* presence of type `unavailable` */
    gboolean is_available; /* presence without a type */
    gboolean is_malformed; /* no server reads it as we do */

    XtlsPayload payload;
    xmlnode *child;       /* (nullable): the first child that is an element */
    const char *sid;      /* (nullable): of a file, a bytestream or Jingle */
    const char *size;     /* (nullable): of the file that is offered */
    XtlsBlock block;      /* with XTLS_PAYLOAD_BLOCK */
    gboolean is_initiate; /* a Jingle request that begins a session */

    const char *room;   /* (nullable): with XTLS_PAYLOAD_INVITATION */
    const char *reason; /* (nullable): the same */

    /* (element-type utf8): canonical bare JIDs of those to whom a third party
     * is to pass the words on. */
    GPtrArray *through;
} XtlsEnvelope;

/**
 * xtls_envelope_read:
 * @envelope: (out caller-allocates): clear it with xtls_envelope_clear()
 * @stanza: (transfer none): it outlives @envelope and is not changed meanwhile
 * @own: (nullable): the account's bare JID: a message without an addressee is
 *   addressed to it (RFC 6120 10.3.1)
 */
void
xtls_envelope_read (XtlsEnvelope *envelope, xmlnode *stanza, const char *own);

void xtls_envelope_clear (XtlsEnvelope *envelope);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (XtlsEnvelope, xtls_envelope_clear)

/**
 * xtls_envelope_unify_sender:
 * @stanza: what the connection has brought; changed in place
 *
 * Writes the sender of anything but a response in the canonical form, so that
 * libpurple, too, takes one account for one contact. A response has to come
 * from where the request went, as libpurple wrote it.
 */
void xtls_envelope_unify_sender (xmlnode *stanza);

/**
 * xtls_envelope_is_ambiguous:
 * @stanza: what xmlnode_from_str() has made of text
 *
 * xmlnode_from_str() keeps one attribute of each name, whatever its prefix: in
 * the text there may have been another `to`, which a server reads.
 *
 * Returns: %TRUE if nobody can say what the text was.
 */
gboolean xtls_envelope_is_ambiguous (const xmlnode *stanza);

/* Whether it is named as a message, presence or iq is. */
gboolean xtls_envelope_is_stanza (const xmlnode *node);

/**
 * xtls_envelope_is_transport:
 *
 * Returns: %TRUE for a Jingle or bytestream request, ours or not: after a new
 * login it can only belong to a session that is dead.
 */
gboolean xtls_envelope_is_transport (const XtlsEnvelope *envelope);
