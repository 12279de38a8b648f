/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jabber identifiers as the server writes them (RFC 7622). Servers normalise
 * the JIDs they stamp, so JIDs are compared by octets here.
 */
#pragma once

#include <glib.h>

/**
 * xtls_jid_is_full:
 * @jid: (nullable): any text, hostile text included
 *
 * Returns: %TRUE for `local@domain/resource` or `domain/resource` in valid
 * UTF-8, each part 1 to 1023 bytes, without control characters.
 */
gboolean xtls_jid_is_full (const char *jid);

/**
 * xtls_jid_bare:
 * @jid: a JID, bare or full
 *
 * Returns: (transfer full): @jid up to its first slash.
 */
char *xtls_jid_bare (const char *jid);

/**
 * xtls_jid_resource:
 * @jid: a JID, bare or full
 *
 * Returns: (nullable) (transfer none): the part of @jid behind the first
 * slash, or %NULL for a bare JID. It lives as long as @jid.
 */
const char *xtls_jid_resource (const char *jid);

/**
 * xtls_jid_same_bare:
 *
 * Returns: %TRUE if @a and @b are equal up to their resources.
 */
gboolean xtls_jid_same_bare (const char *a, const char *b);
