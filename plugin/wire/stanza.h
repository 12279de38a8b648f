/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all kinds of stanzas have in common. */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_stanza_random_id:
 *
 * Returns: (transfer full): an NMTOKEN with 160 bits from GnuTLS's random
 * generator, fit for stanza ids, Jingle sids and bytestream sids.
 */
char *xtls_stanza_random_id (void);

/**
 * xtls_stanza_drop_shadows:
 *
 * Removes attributes of other namespaces called `from`, `to`, `id` or `type`
 * from @stanza, which libpurple would mistake for the real ones. Servers pass
 * them on, in any order.
 */
void xtls_stanza_drop_shadows (xmlnode *stanza);
