/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `<iq/>` stanzas sent outside the session, over the account's ordinary
 * connection (RFC 6120 section 8). They carry `to` and `id`, never `from`: the
 * server adds that.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* The stanza errors of RFC 6120 8.3.3 that we send. A table in iq.c has the
 * error type of each. */
typedef enum {
    XTLS_IQ_ERROR_BAD_REQUEST,
    XTLS_IQ_ERROR_CONFLICT,
    XTLS_IQ_ERROR_FEATURE_NOT_IMPLEMENTED,
    XTLS_IQ_ERROR_ITEM_NOT_FOUND,
    XTLS_IQ_ERROR_NOT_ACCEPTABLE,
    XTLS_IQ_ERROR_RESOURCE_CONSTRAINT,
    XTLS_IQ_ERROR_SERVICE_UNAVAILABLE,
    XTLS_IQ_ERROR_UNEXPECTED_REQUEST
} XtlsIqError;

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
 * Returns: (transfer full): the empty result that responds to @iq.
 */
xmlnode *xtls_iq_result (const xmlnode *iq);

/**
 * xtls_iq_error:
 * @iq: an incoming `<iq/>` of type `set` or `get`
 * @error: the condition
 *
 * Returns: (transfer full): the error that responds to @iq (RFC 6120 8.3),
 * without the request's payload.
 */
xmlnode *xtls_iq_error (const xmlnode *iq, XtlsIqError error);

/**
 * xtls_iq_error_add:
 * @iq_error: what xtls_iq_error() returned
 * @name: name of an application-specific condition
 * @xmlns: its namespace
 *
 * Adds an application-specific condition (RFC 6120 8.3.4), such as Jingle's
 * `<tie-break/>`.
 */
void xtls_iq_error_add (xmlnode *iq_error, const char *name, const char *xmlns);

/**
 * xtls_iq_error_condition:
 * @iq: an incoming `<iq/>` of type `error`
 * @wait: (out) (optional): whether its error type is `wait`
 *
 * Returns: (nullable) (transfer none): the name of the defined condition in
 * @iq, or %NULL if there is none in the right namespace.
 */
const char *xtls_iq_error_condition (const xmlnode *iq, gboolean *wait);

/**
 * xtls_iq_is_response:
 *
 * Returns: %TRUE if @stanza is an `<iq/>` of type `result` or `error`.
 */
gboolean xtls_iq_is_response (const xmlnode *stanza);
