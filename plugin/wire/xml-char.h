/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Characters as XML 1.0 (fifth edition) sorts them, and strict UTF-8 decoded
 * byte by byte. */
#pragma once

#include <glib.h>

/**
 * XtlsXmlCharDecoder:
 * @wanted: how many bytes are missing; with 0 @character is complete
 *
 * All zero at the beginning.
 */
typedef struct {
    guint wanted;
    gunichar character;
    gunichar least; /* smaller ones are overlong */
} XtlsXmlCharDecoder;

/**
 * xtls_xml_char_decode:
 * @byte: the next byte, from 0x80 on when a character begins
 *
 * Surrogates and characters beyond U+10FFFF are decoded:
 * xtls_xml_char_is_valid() refuses them.
 *
 * Returns: %FALSE if the bytes are not UTF-8 or longer than need be.
 */
gboolean xtls_xml_char_decode (XtlsXmlCharDecoder *decoder, guint8 byte);

/* Whether @c is white space, production 3. */
gboolean xtls_xml_char_is_space (gunichar c);
/* Whether @c is a character, production 2. */
gboolean xtls_xml_char_is_valid (gunichar c);
/* Whether @c may begin or continue a name without a colon, productions 4 and
 * 4a. */
gboolean xtls_xml_char_is_name_start (gunichar c);
gboolean xtls_xml_char_is_name (gunichar c);
