/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File offers and the responses to them (XEP-0095, XEP-0096). */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_offer_strip:
 * @stanza: a stanza, changed in place if it is a file offer or the response to
 *   one
 *
 * Removes every stream method but in-band bytestreams, because the others would
 * bypass the private conversation.
 *
 * Returns: %FALSE if it is an offer or acceptance and no method is left.
 */
gboolean xtls_offer_strip (xmlnode *stanza);

/* Returns: the result of xtls_offer_strip(), without changing @stanza. */
gboolean xtls_offer_can_strip (const xmlnode *stanza);
