/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The character classes of XML 1.0 (fifth edition) sections 2.2 and 2.3. */
#include "xml-char.h"

gboolean
xtls_xml_char_is_space (gunichar c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

gboolean
xtls_xml_char_is_valid (gunichar c)
{
    if (c < 0x20)
        return xtls_xml_char_is_space (c);
    return c <= 0xD7FF || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

typedef struct {
    gunichar first, last;
} Range;

static gboolean
in_ranges (gunichar c, const Range *ranges, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return TRUE;
    return FALSE;
}

gboolean
xtls_xml_char_is_name_start (gunichar c)
{
    static const Range ranges[] = {
        {0xC0, 0xD6},
        {0xD8, 0xF6},
        {0xF8, 0x2FF},
        {0x370, 0x37D},
        {0x37F, 0x1FFF},
        {0x200C, 0x200D},
        {0x2070, 0x218F},
        {0x2C00, 0x2FEF},
        {0x3001, 0xD7FF},
        {0xF900, 0xFDCF},
        {0xFDF0, 0xFFFD},
        {0x10000, 0xEFFFF},
    };

    if (c < 0x80)
        return g_ascii_isalpha ((char)c) || c == '_';
    return in_ranges (c, ranges, G_N_ELEMENTS (ranges));
}

gboolean
xtls_xml_char_is_name (gunichar c)
{
    static const Range ranges[] = {
        {0xB7, 0xB7},
        {0x300, 0x36F},
        {0x203F, 0x2040},
    };

    if (c < 0x80)
        return g_ascii_isalnum ((char)c) || c == '_' || c == '-' || c == '.';
    return xtls_xml_char_is_name_start (c) ||
           in_ranges (c, ranges, G_N_ELEMENTS (ranges));
}

gboolean
xtls_xml_char_decode (XtlsXmlCharDecoder *decoder, guint8 byte)
{
    if (decoder->wanted > 0) {
        if ((byte & 0xC0) != 0x80)
            return FALSE;
        decoder->character = decoder->character << 6 | (byte & 0x3F);
        decoder->wanted--;
        return decoder->wanted > 0 || decoder->character >= decoder->least;
    }
    if (byte >= 0xC2 && byte <= 0xDF)
        decoder->wanted = 1;
    else if ((byte & 0xF0) == 0xE0)
        decoder->wanted = 2;
    else if (byte >= 0xF0 && byte <= 0xF4)
        decoder->wanted = 3;
    else
        return FALSE;
    decoder->character = byte & (0x3Fu >> decoder->wanted);
    decoder->least = decoder->wanted == 1   ? 0x80
                     : decoder->wanted == 2 ? 0x800
                                            : 0x10000;
    return TRUE;
}
