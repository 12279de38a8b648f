/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File offers and what answers them (XEP-0095, XEP-0096). */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_offer_strip:
 * @stanza: a stanza, changed in place if it is a file offer or the answer to
 *   one
 *
 * Takes every stream method but in-band bytestreams out of it: they would go
 * around the private conversation.
 *
 * Returns: %FALSE if it is an offer or acceptance and no method is left.
 */
gboolean xtls_offer_strip (xmlnode *stanza);

/* What xtls_offer_strip() would return; @stanza stays as it is. */
gboolean xtls_offer_can_strip (const xmlnode *stanza);
