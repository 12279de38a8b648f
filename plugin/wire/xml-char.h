/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Character classes of XML 1.0 (fifth edition), and a strict UTF-8 decoder that
 * takes one byte at a time. */
#pragma once

#include <glib.h>

/**
 * XtlsXmlCharDecoder:
 * @wanted: how many bytes are missing; @character is complete at 0
 *
 * Must be all zero at first.
 */
typedef struct {
    guint wanted;
    gunichar character;
    gunichar least; /* smaller values are overlong */
} XtlsXmlCharDecoder;

/**
 * xtls_xml_char_decode:
 * @byte: the next byte; at the beginning of a character it is 0x80 or more
 *
 * Surrogates and characters beyond U+10FFFF are decoded:
 * xtls_xml_char_is_valid() refuses them.
 *
 * Returns: %FALSE if the bytes are not UTF-8, or an overlong form of it.
 */
gboolean xtls_xml_char_decode (XtlsXmlCharDecoder *decoder, guint8 byte);

/* Returns: whether @c is white space (production 3). */
gboolean xtls_xml_char_is_space (gunichar c);
/* Returns: whether @c is a character (production 2). */
gboolean xtls_xml_char_is_valid (gunichar c);
/* Returns: whether @c may begin or continue a name without a colon (productions
 * 4 and 4a). */
gboolean xtls_xml_char_is_name_start (gunichar c);
gboolean xtls_xml_char_is_name (gunichar c);
