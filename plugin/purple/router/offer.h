/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File offers and the responses to them (XEP-0095, XEP-0096). */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_offer_strip:
 * @stanza: a stanza, changed in place if it is a file offer or the response to
 *   one
 * @also: (nullable): a method that is not removed
 *
 * Removes every stream method but in-band bytestreams and @also, because the
 * others would bypass the private conversation.
 *
 * Returns: %FALSE if it is an offer or acceptance and no method is left.
 */
gboolean xtls_offer_strip (xmlnode *stanza, const char *also);

/**
 * xtls_offer_translate:
 * @stanza: a stanza, changed in place if it is a file offer or the response to
 *   one
 * @from: a method
 * @to: the method to name in its place
 *
 * Returns: whether @from was named.
 */
gboolean
xtls_offer_translate (xmlnode *stanza, const char *from, const char *to);

/* Returns: whether in-band bytestreams are named, if any methods must be. */
gboolean xtls_offer_can_strip (const xmlnode *stanza);
