/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jabber identifiers (RFC 7622).
 *
 * One account has one address for us, however it is written: JIDs that come
 * from different places are compared in their canonical form. What a server has
 * stamped is in one form already.
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

/**
 * xtls_jid_canonical_bare:
 * @jid: (nullable): any text, hostile text included; bare or full
 *
 * The form in which addresses of one account are equal: what servers deliver to
 * one account has one such form. Local part and domain are folded (NFKC, case,
 * characters that do not show); the domain loses its final dot and is written
 * in Unicode (RFC 7622 3.2). XEP-0106 escapes stay: servers do not undo them.
 * GLib has neither PRECIS nor stringprep; where this differs from them, more
 * addresses are equal here, not fewer.
 *
 * Returns: (nullable) (transfer full): %NULL if @jid is no address: empty or
 * over-long parts, more than one at sign, characters that are not allowed.
 */
char *xtls_jid_canonical_bare (const char *jid);

/**
 * xtls_jid_canonical:
 * @jid: (nullable): any text, hostile text included; bare or full
 *
 * As xtls_jid_canonical_bare(), with the resource if there is one. For
 * comparing only: a resource in this form may not be the one that the server
 * knows.
 *
 * Returns: (nullable) (transfer full)
 */
char *xtls_jid_canonical (const char *jid);
