/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jabber identifiers (RFC 7622).
 *
 * JIDs from different sources are compared in their canonical form, so that an
 * account has one address however it is written. An address that a server has
 * added always has the same form.
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
 * Returns: (nullable) (transfer none): the part of @jid after the first slash,
 * or %NULL for a bare JID. It lives as long as @jid.
 */
const char *xtls_jid_resource (const char *jid);

/**
 * xtls_jid_same_bare:
 *
 * Returns: %TRUE if @a and @b are equal up to their resources.
 */
gboolean xtls_jid_same_bare (const char *a, const char *b);

/**
 * xtls_jid_is_plain:
 * @jid: any text; bare or full
 *
 * Most addresses are plain, and every stanza has some, so these need no further
 * work.
 *
 * Returns: whether the bare JID consists of lower-case ASCII letters, digits,
 * hyphens and full stops alone, and is canonical: nobody writes it in another
 * form. The resource is not looked at.
 */
gboolean xtls_jid_is_plain (const char *jid);

/**
 * xtls_jid_canonical_bare:
 * @jid: (nullable): any text, hostile text included; bare or full
 *
 * The form in which all spellings of an address are equal that servers deliver
 * to the same account. Local part and domain are folded (NFKC, case, invisible
 * characters); the domain loses its final dot and is written in Unicode (RFC
 * 7622 3.2). XEP-0106 escapes stay, because servers do not undo them. GLib has
 * neither PRECIS nor stringprep; where this differs from them, more addresses
 * are equal here, not fewer.
 *
 * Returns: (nullable) (transfer full): %NULL if @jid is not a valid address:
 * empty parts, parts longer than 1023 bytes, or longer than twice that as they
 * are written, more than one at sign, or characters that are not allowed.
 */
char *xtls_jid_canonical_bare (const char *jid);

/**
 * xtls_jid_canonical:
 * @jid: (nullable): any text, hostile text included; bare or full
 *
 * Like xtls_jid_canonical_bare(), with the resource if there is one. Use the
 * result only to compare: the server may know the resource in another form.
 *
 * Returns: (nullable) (transfer full)
 */
char *xtls_jid_canonical (const char *jid);
