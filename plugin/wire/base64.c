/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict base64. Bulk data passes through here, so it uses tables. */
#include "base64.h"

/* A bit that is set in no value of the alphabet. */
#define BAD 64

#define BAD16                                                                  \
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, \
        BAD

/* clang-format off */
static const guint8 values[256] = {
    BAD16, BAD16,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, 62, BAD, BAD, BAD, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, BAD, BAD, BAD, BAD, BAD,
    BAD, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, BAD, BAD, BAD, BAD, BAD,
    BAD16, BAD16, BAD16, BAD16, BAD16, BAD16, BAD16, BAD16,
};
/* clang-format on */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Decodes whole groups without padding. Validity is checked once at the end: a
 * branch for each group would cost more than decoding the rest of an invalid
 * block. */
static gboolean
decode_groups (const guint8 *in, gsize groups, guint8 *to)
{
    guint seen = 0;

    for (; groups > 0; groups--, in += 4, to += 3) {
        guint a = values[in[0]], b = values[in[1]];
        guint c = values[in[2]], d = values[in[3]];

        seen |= a | b | c | d;
        to[0] = (guint8)(a << 2 | b >> 4);
        to[1] = (guint8)(b << 4 | c >> 2);
        to[2] = (guint8)(c << 6 | d);
    }
    return !(seen & BAD);
}

/* The last group, with one or two `=`. */
static gboolean
decode_padded (const guint8 *in, guint pad, guint8 *to)
{
    guint a = values[in[0]], b = values[in[1]];
    guint c = pad == 1 ? values[in[2]] : 0;

    if ((a | b | c) & BAD)
        return FALSE;
    to[0] = (guint8)(a << 2 | b >> 4);
    if (pad == 2)
        return (b & 15) == 0;
    to[1] = (guint8)(b << 4 | c >> 2);
    return (c & 3) == 0;
}

gboolean
xtls_base64_decode (const char *text, gsize len, gsize max, GByteArray *out)
{
    const guint8 *in = (const guint8 *)text;
    guint before = out->len, pad = 0;
    gsize groups = len / 4, size;
    guint8 *to;
    gboolean ok;

    if (len % 4 != 0)
        return FALSE;
    if (len == 0)
        return TRUE;
    if (in[len - 1] == '=')
        pad = in[len - 2] == '=' ? 2 : 1;
    size = groups * 3 - pad;
    if (size > max || size > G_MAXUINT - before)
        return FALSE;

    g_byte_array_set_size (out, before + (guint)size);
    to = out->data + before;
    if (pad)
        groups--;
    ok = decode_groups (in, groups, to) &&
         (!pad || decode_padded (in + groups * 4, pad, to + groups * 3));
    if (!ok)
        g_byte_array_set_size (out, before);
    return ok;
}

char *
xtls_base64_encode (const guint8 *data, gsize len)
{
    char *text = g_malloc ((len + 2) / 3 * 4 + 1), *to = text;

    for (; len >= 3; len -= 3, data += 3, to += 4) {
        guint group = (guint)data[0] << 16 | (guint)data[1] << 8 | data[2];

        to[0] = alphabet[group >> 18];
        to[1] = alphabet[group >> 12 & 63];
        to[2] = alphabet[group >> 6 & 63];
        to[3] = alphabet[group & 63];
    }
    if (len > 0) {
        guint group = (guint)data[0] << 16;

        if (len == 2)
            group |= (guint)data[1] << 8;
        to[0] = alphabet[group >> 18];
        to[1] = alphabet[group >> 12 & 63];
        to[2] = (char)(len == 2 ? alphabet[group >> 6 & 63] : '=');
        to[3] = '=';
        to += 4;
    }
    *to = '\0';
    return text;
}
