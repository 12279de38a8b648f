/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parses Jingle stanzas (XEP-0166) of an end-to-end XML stream (XEP-0247) over
 * In-Band Bytestreams (XEP-0261), or over the same blocks in another namespace
 * (carrier.h), with the XTLS security element. jingle-make.h
 * makes them; the session decides what an action means.
 */
#pragma once

#include "carrier.h"

#include <glib.h>
#include <xmlnode.h>

/* The name of the content in our own session-initiate. */
#define XTLS_JINGLE_CONTENT_NAME "xmlstream"

#define XTLS_JINGLE_ERROR (xtls_jingle_error_quark ())

/* xtls_jingle_make_error() says how each is answered. */
typedef enum {
    XTLS_JINGLE_ERROR_BAD_REQUEST, /* malformed or contradictory */
    /* A session-initiate with neither the XTLS description nor XTLS security.
     * It belongs to another application and was not examined further. */
    XTLS_JINGLE_ERROR_NOT_OURS,
    XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION, /* XTLS security, another
                                                  application */
    XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT,   /* our application, but over
                                                  neither carrier */
    XTLS_JINGLE_ERROR_NO_SECURITY /* our application without its `<security/>`
                                   */
} XtlsJingleError;

typedef enum {
    XTLS_JINGLE_SESSION_INITIATE,
    XTLS_JINGLE_SESSION_ACCEPT,
    XTLS_JINGLE_SESSION_INFO,
    XTLS_JINGLE_SESSION_TERMINATE,
    XTLS_JINGLE_SECURITY_INFO,
    XTLS_JINGLE_TRANSPORT_REPLACE,
    XTLS_JINGLE_TRANSPORT_ACCEPT,
    XTLS_JINGLE_TRANSPORT_REJECT,
    XTLS_JINGLE_OTHER_ACTION /* defined in XEP-0166, not used here */
} XtlsJingleAction;

typedef enum {
    XTLS_JINGLE_REASON_SUCCESS,
    XTLS_JINGLE_REASON_DECLINE,
    XTLS_JINGLE_REASON_SECURITY_ERROR,
    XTLS_JINGLE_REASON_FAILED_TRANSPORT,
    XTLS_JINGLE_REASON_TIMEOUT,
    XTLS_JINGLE_REASON_GONE,
    XTLS_JINGLE_REASON_ALTERNATIVE_SESSION,
    XTLS_JINGLE_REASON_INCOMPATIBLE,
    XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS,
    XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS,
    XTLS_JINGLE_REASON_OTHER
} XtlsJingleReason;

/* The most bytes of TLS that a `<hello/>` may carry. */
#define XTLS_JINGLE_HELLO_MAX 8192

/* A parsed `<jingle/>`. It owns its strings; those that an action does not
 * carry are %NULL. */
typedef struct {
    XtlsJingleAction action;
    char *sid;
    char *content_creator; /* `initiator`: only the initiator may create one */
    char *content_name;    /* the name, echoed as received */
    XtlsCarrier carrier;   /* that of the transport */
    char *transport_sid;
    guint block_size;        /* 1 to 65535 decoded bytes */
    char *fingerprint;       /* SHA-256 as the peer wrote it, not checked */
    GByteArray *hello;       /* the first bytes of the peer's TLS stream */
    gboolean first_words;    /* stanzas may follow our header at once */
    XtlsJingleReason reason; /* also `OTHER` if unknown or missing */
} XtlsJingle;

GQuark xtls_jingle_error_quark (void);

/**
 * xtls_jingle_is:
 *
 * Returns: %TRUE if @iq is an `<iq type='set'/>` whose payload is a Jingle
 * element in `urn:xmpp:jingle:1`.
 */
gboolean xtls_jingle_is (const xmlnode *iq);

/**
 * xtls_jingle_is_ours:
 *
 * Returns: %TRUE if a content of @iq, for which xtls_jingle_is() holds, names
 * our application or our security. Voice and video calls do not.
 */
gboolean xtls_jingle_is_ours (const xmlnode *iq);

/**
 * xtls_jingle_get_sid:
 *
 * Returns: (nullable) (transfer none): the Jingle session id in @iq, for which
 * xtls_jingle_is() holds, whatever else is wrong with it.
 */
const char *xtls_jingle_get_sid (const xmlnode *iq);

/**
 * xtls_jingle_parse:
 * @iq: (transfer none): an incoming stanza for which xtls_jingle_is() holds
 * @own: our full JID
 *
 * `initiator` and `responder` are checked against the stanza's `from` and @own,
 * the sid must be an NMTOKEN of at most 256 bytes, and the block-size a decimal
 * number from 1 to 65535; there must be only one SHA-256 fingerprint, of at
 * most 128 bytes, and only one hello, strict base64 of 1 to
 * %XTLS_JINGLE_HELLO_MAX bytes. `session-initiate`, `session-accept`,
 * `transport-replace` and `transport-accept` have one content, whose creator is
 * the initiator, with one transport; of the last two only that is read. The
 * contents of other actions and unknown elements are ignored.
 *
 * Returns: (transfer full) (nullable): the parsed stanza, or %NULL with an
 * #XtlsJingleError.
 */
XtlsJingle *xtls_jingle_parse (xmlnode *iq, const char *own, GError **error);

void xtls_jingle_free (XtlsJingle *jingle);
