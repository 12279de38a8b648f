/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict base64 (RFC 4648 section 4), as XEP-0047 requires for its blocks. */
#pragma once

#include <glib.h>

/**
 * xtls_base64_decode:
 * @text: base64 text, not necessarily terminated
 * @len: its length in bytes
 * @max: the largest result to accept, in decoded bytes
 * @out: where the bytes are appended
 *
 * Accepts the alphabet and correct padding only: no white space, no missing or
 * misplaced `=`, no bits set after the last byte. Empty text decodes to no
 * bytes.
 *
 * Returns: %TRUE if @text was valid and not longer than @max decoded bytes;
 * otherwise @out is unchanged.
 */
gboolean
xtls_base64_decode (const char *text, gsize len, gsize max, GByteArray *out);

/**
 * xtls_base64_encode:
 * @data: (array length=len): the bytes
 *
 * Returns: (transfer full): the text, without line breaks.
 */
char *xtls_base64_encode (const guint8 *data, gsize len);
