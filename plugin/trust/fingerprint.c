/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-256 fingerprints of certificates; see fingerprint.h. */
#include "fingerprint.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

void
xtls_fingerprint_of (const guint8 *der, gsize len, XtlsFingerprint *fingerprint)
{
    int ret =
        gnutls_hash_fast (GNUTLS_DIG_SHA256, der, len, fingerprint->bytes);

    /* Even a library without SHA-256 must not leave a fingerprint undefined:
     * two certificates could compare equal. */
    if (ret < 0)
        g_error ("SHA-256: %s", gnutls_strerror (ret));
}

gboolean
xtls_fingerprint_parse (const char *text, XtlsFingerprint *fingerprint)
{
    XtlsFingerprint parsed;
    guint digits = 0;

    if (text == NULL)
        return FALSE;
    for (; *text != '\0'; text++) {
        int digit = g_ascii_xdigit_value (*text);

        if (*text == ':' || *text == ' ')
            continue;
        if (digit < 0 || digits == 2 * XTLS_FINGERPRINT_LEN)
            return FALSE;
        if (digits % 2 == 0)
            parsed.bytes[digits / 2] = (guint8)(digit << 4);
        else
            parsed.bytes[digits / 2] |= (guint8)digit;
        digits++;
    }
    if (digits != 2 * XTLS_FINGERPRINT_LEN)
        return FALSE;
    *fingerprint = parsed;
    return TRUE;
}

/* A fingerprint is written for every session and every line of a list. */
static void
append_byte (GString *text, guint8 byte)
{
    static const char digits[] = "0123456789ABCDEF";

    g_string_append_c (text, digits[byte >> 4]);
    g_string_append_c (text, digits[byte & 0xf]);
}

char *
xtls_fingerprint_to_string (const XtlsFingerprint *fingerprint)
{
    GString *text = g_string_sized_new (3 * XTLS_FINGERPRINT_LEN);

    for (guint i = 0; i < XTLS_FINGERPRINT_LEN; i++) {
        if (i != 0)
            g_string_append_c (text, ':');
        append_byte (text, fingerprint->bytes[i]);
    }
    return g_string_free (text, FALSE);
}

char *
xtls_fingerprint_to_groups (const XtlsFingerprint *fingerprint)
{
    GString *text = g_string_sized_new (3 * XTLS_FINGERPRINT_LEN);

    for (guint i = 0; i < XTLS_FINGERPRINT_LEN; i++) {
        if (i % 4 == 0 && i != 0)
            g_string_append_c (text, ' ');
        append_byte (text, fingerprint->bytes[i]);
    }
    return g_string_free (text, FALSE);
}

char *
xtls_fingerprint_to_lines (const XtlsFingerprint *fingerprint)
{
    char *text = xtls_fingerprint_to_string (fingerprint);

    for (guint i = 4; i < XTLS_FINGERPRINT_LEN; i += 4)
        text[3 * i - 1] = i == XTLS_FINGERPRINT_LEN / 2 ? '\n' : ' ';
    return text;
}

gboolean
xtls_fingerprint_equal (const XtlsFingerprint *a, const XtlsFingerprint *b)
{
    return memcmp (a->bytes, b->bytes, XTLS_FINGERPRINT_LEN) == 0;
}
