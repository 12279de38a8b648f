/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building blocks of XMPP stanzas that travel outside, over the account's
 * ordinary connection (RFC 6120 section 8). They carry `to` and `id`, never
 * `from`: the server writes that.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* The stanza errors of RFC 6120 8.3.3 that this project sends. The error type
 * that goes with each is in one table in stanza.c. */
typedef enum {
    XTLS_STANZA_ERROR_BAD_REQUEST,
    XTLS_STANZA_ERROR_CONFLICT,
    XTLS_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED,
    XTLS_STANZA_ERROR_ITEM_NOT_FOUND,
    XTLS_STANZA_ERROR_NOT_ACCEPTABLE,
    XTLS_STANZA_ERROR_RESOURCE_CONSTRAINT,
    XTLS_STANZA_ERROR_SERVICE_UNAVAILABLE,
    XTLS_STANZA_ERROR_UNEXPECTED_REQUEST
} XtlsStanzaError;

/**
 * xtls_random_id:
 *
 * Returns: (transfer full): an NMTOKEN with 128 bits from GnuTLS's random
 * generator, fit for stanza ids, Jingle sids and bytestream sids.
 */
char *xtls_random_id (void);

/**
 * xtls_iq_new:
 * @type: `set` or `get`
 * @to: the addressee's full JID
 * @id: (nullable): the id, or %NULL for a random one
 *
 * Returns: (transfer full): an `<iq/>` in `jabber:client`.
 */
xmlnode *xtls_iq_new (const char *type, const char *to, const char *id);

/**
 * xtls_iq_result:
 * @iq: an incoming `<iq/>` of type `set` or `get`
 *
 * Returns: (transfer full): the empty result that answers @iq.
 */
xmlnode *xtls_iq_result (const xmlnode *iq);

/**
 * xtls_iq_error:
 * @iq: an incoming `<iq/>` of type `set` or `get`
 * @error: the condition
 *
 * Returns: (transfer full): the error that answers @iq, RFC 6120 8.3. The
 * request's payload is not repeated.
 */
xmlnode *xtls_iq_error (const xmlnode *iq, XtlsStanzaError error);

/**
 * xtls_iq_error_add:
 * @iq_error: what xtls_iq_error() returned
 * @name: name of an application-specific condition
 * @xmlns: its namespace
 *
 * Adds an application-specific condition (RFC 6120 8.3.4), as Jingle's
 * `<tie-break/>`.
 */
void xtls_iq_error_add (xmlnode *iq_error, const char *name, const char *xmlns);

/**
 * xtls_iq_error_condition:
 * @iq: an incoming `<iq/>` of type `error`
 * @wait: (out) (optional): whether its error type is `wait`
 *
 * Returns: (nullable) (transfer none): the name of the defined condition that
 * @iq carries, or %NULL if there is none in the right namespace.
 */
const char *xtls_iq_error_condition (const xmlnode *iq, gboolean *wait);

/**
 * xtls_iq_is_answer:
 *
 * Returns: %TRUE if @stanza is an `<iq/>` of type `result` or `error`.
 */
gboolean xtls_iq_is_answer (const xmlnode *stanza);

/**
 * xtls_node_is:
 *
 * Returns: %TRUE if @node (nullable) is an element called @name whose own
 * namespace is @xmlns.
 */
gboolean
xtls_node_is (const xmlnode *node, const char *name, const char *xmlns);

/**
 * xtls_node_first_child:
 *
 * Returns: (nullable) (transfer none): the first child of @node that is an
 * element.
 */
xmlnode *xtls_node_first_child (const xmlnode *node);

/**
 * xtls_node_attrib:
 *
 * libpurple's xmlnode_get_attrib() takes an attribute of any namespace for the
 * one that is asked for: with it a peer could write `x:from` before `from`.
 *
 * Returns: (nullable) (transfer none): the attribute @name in no namespace.
 */
const char *xtls_node_attrib (const xmlnode *node, const char *name);

/**
 * xtls_node_size:
 *
 * Returns: about how many bytes of memory @node takes, children included. For
 * small stanzas that is ten times their text.
 */
gsize xtls_node_size (const xmlnode *node);

/**
 * xtls_stanza_drop_shadows:
 *
 * Takes the attributes out of @stanza that libpurple would take for `from`,
 * `to`, `id` or `type` and that are not: those of other namespaces. Servers
 * pass them on, in any order.
 */
void xtls_stanza_drop_shadows (xmlnode *stanza);

/**
 * xtls_parse_decimal:
 * @text: (nullable): an attribute's value
 * @max: the largest number that is right
 *
 * Returns: %TRUE and @value if @text is a decimal from 0 to @max and nothing
 * else: no sign, no white space, no leading zero.
 */
gboolean xtls_parse_decimal (const char *text, guint max, guint *value);
