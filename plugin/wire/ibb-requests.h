/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The requests of one bytestream: makes them, numbers them, and
 * recognises the ids of their responses.
 */
#pragma once

#include "carrier.h"

#include <glib.h>
#include <xmlnode.h>

typedef struct XtlsIbbRequests XtlsIbbRequests;

/**
 * XtlsIbbSend:
 * @stanza: (transfer full): an `<iq/>` for the peer, over the account's
 *   connection
 */
typedef void (*XtlsIbbSend) (xmlnode *stanza, gpointer user_data);

/**
 * xtls_ibb_requests_new:
 * @carrier: what carries the bytestream
 * @peer: full JID of the other side
 * @sid: the bytestream's id
 * @send: sends the bytestream's stanzas
 *
 * Returns: (transfer full): requests whose ids cannot be guessed.
 */
XtlsIbbRequests *xtls_ibb_requests_new (XtlsCarrier carrier,
                                        const char *peer,
                                        const char *sid,
                                        XtlsIbbSend send,
                                        gpointer user_data);
void xtls_ibb_requests_free (XtlsIbbRequests *requests);

/* Returns: what carries the bytestream. */
XtlsCarrier xtls_ibb_requests_get_carrier (XtlsIbbRequests *requests);

/* Returns: (transfer none): the full JID of the other side. */
const char *xtls_ibb_requests_get_peer (XtlsIbbRequests *requests);

/* Returns: (transfer none): the bytestream's id. */
const char *xtls_ibb_requests_get_sid (XtlsIbbRequests *requests);

/**
 * xtls_ibb_requests_next:
 *
 * Returns: the number for a new request, never 0.
 */
guint xtls_ibb_requests_next (XtlsIbbRequests *requests);

/**
 * xtls_ibb_requests_make:
 * @name: the name of the element: `open` or `start`, `data`, `close`
 * @number: the number of the request
 * @payload: (out) (transfer none): the element
 *
 * Returns: (transfer full): an `<iq/>` of type set for this bytestream.
 */
xmlnode *xtls_ibb_requests_make (XtlsIbbRequests *requests,
                                 const char *name,
                                 guint number,
                                 xmlnode **payload);

/**
 * xtls_ibb_requests_send:
 * @stanza: (transfer full): a request, or a response to the peer
 *
 * Sends it. The response to a request may arrive before this returns.
 */
void xtls_ibb_requests_send (XtlsIbbRequests *requests, xmlnode *stanza);

/**
 * xtls_ibb_requests_parse:
 * @id: (nullable): the id of a response
 * @number: (out): the number of the request, possibly one that was never sent
 *
 * Returns: %TRUE if the id is one of this bytestream's.
 */
gboolean xtls_ibb_requests_parse (XtlsIbbRequests *requests,
                                  const char *id,
                                  guint *number);
