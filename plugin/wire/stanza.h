/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every kind of stanza has in common. */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_stanza_random_id:
 *
 * Returns: (transfer full): an NMTOKEN with 128 bits from GnuTLS's random
 * generator, fit for stanza ids, Jingle sids and bytestream sids.
 */
char *xtls_stanza_random_id (void);

/**
 * xtls_stanza_drop_shadows:
 *
 * Takes the attributes out of @stanza that libpurple would take for `from`,
 * `to`, `id` or `type` and that are not: those of other namespaces. Servers
 * pass them on, in any order.
 */
void xtls_stanza_drop_shadows (xmlnode *stanza);
