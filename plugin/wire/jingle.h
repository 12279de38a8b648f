/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jingle stanzas (XEP-0166) of an end-to-end XML stream (XEP-0247) over
 * In-Band Bytestreams (XEP-0261) with the XTLS security element, as they are
 * parsed. Building them is for jingle-make.h; what an action means is the
 * session's business.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* Of the content in our own session-initiate. */
#define XTLS_JINGLE_CONTENT_NAME "xmlstream"

#define XTLS_JINGLE_ERROR (xtls_jingle_error_quark ())

/* What answers each is said at xtls_jingle_make_error(). */
typedef enum {
    XTLS_JINGLE_ERROR_BAD_REQUEST, /* malformed or contradicting */
    /* A session-initiate with no XTLS description and no XTLS security. Nothing
     * else was looked at: it is another application's. */
    XTLS_JINGLE_ERROR_NOT_OURS,
    XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION, /* XTLS security, other app */
    XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT,   /* ours, but not over IBB */
    XTLS_JINGLE_ERROR_NO_SECURITY /* without `<security/>` of ours */
} XtlsJingleError;

typedef enum {
    XTLS_JINGLE_SESSION_INITIATE,
    XTLS_JINGLE_SESSION_ACCEPT,
    XTLS_JINGLE_SESSION_INFO,
    XTLS_JINGLE_SESSION_TERMINATE,
    XTLS_JINGLE_SECURITY_INFO,
    XTLS_JINGLE_OTHER_ACTION /* known to XEP-0166, of no use here */
} XtlsJingleAction;

typedef enum {
    XTLS_JINGLE_REASON_SUCCESS,
    XTLS_JINGLE_REASON_DECLINE,
    XTLS_JINGLE_REASON_SECURITY_ERROR,
    XTLS_JINGLE_REASON_FAILED_TRANSPORT,
    XTLS_JINGLE_REASON_TIMEOUT,
    XTLS_JINGLE_REASON_GONE,
    XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS,
    XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS,
    XTLS_JINGLE_REASON_OTHER
} XtlsJingleReason;

/* A parsed `<jingle/>`. Strings are owned by it; those that an action does not
 * carry are %NULL. */
typedef struct {
    XtlsJingleAction action;
    char *sid;
    char *content_creator; /* `initiator`: nobody else makes one */
    char *content_name;    /* echoed as it came */
    char *transport_sid;
    guint block_size;        /* 1 … 65535 decoded bytes */
    char *fingerprint;       /* SHA-256 as written by the peer, unchecked */
    XtlsJingleReason reason; /* `OTHER` too if unknown or not given */
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
 * our application or our security: voice and video are somebody else's.
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
 * `initiator` and `responder` are checked against the stanza's `from` and
 * @own, the sid must be an NMTOKEN of at most 256 bytes, block-size a decimal
 * from 1 to 65535, a SHA-256 fingerprint at most 128 bytes and only one.
 * `session-initiate` and `session-accept` have one content, whose creator is
 * the initiator; contents of other actions are not looked at. Elements that are
 * not known are ignored.
 *
 * Returns: (transfer full) (nullable): what the stanza says; %NULL with an
 * #XtlsJingleError otherwise.
 */
XtlsJingle *xtls_jingle_parse (xmlnode *iq, const char *own, GError **error);

void xtls_jingle_free (XtlsJingle *jingle);
