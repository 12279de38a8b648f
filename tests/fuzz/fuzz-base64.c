/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Base64: the first byte is the limit; the rest is decoded as text and encoded
 * as data. */
#include "base64.h"
#include "fuzz.h"

#include <string.h>

static void
check_text (const guint8 *data, gsize size, gsize max)
{
    static const char before[] = "before";
    GByteArray *out = g_byte_array_new ();
    char *again;

    g_byte_array_append (out, (const guint8 *)before, sizeof before);
    if (xtls_base64_decode ((const char *)data, size, max, out)) {
        gsize len = out->len - sizeof before;

        g_assert_cmpuint (len, <=, max);
        again = xtls_base64_encode (out->data + sizeof before, len);
        g_assert_cmpmem (again, strlen (again), data, size);
        g_free (again);
    } else {
        g_assert_cmpuint (out->len, ==, sizeof before);
    }
    g_assert_cmpmem (out->data, sizeof before, before, sizeof before);
    g_byte_array_unref (out);
}

static void
check_data (const guint8 *data, gsize size)
{
    GByteArray *out = g_byte_array_new ();
    char *text = xtls_base64_encode (data, size);

    g_assert_true (xtls_base64_decode (text, strlen (text), size, out));
    g_assert_cmpmem (out->data, out->len, data, size);
    g_assert_true (size == 0 ||
                   !xtls_base64_decode (text, strlen (text), size - 1, out));
    g_free (text);
    g_byte_array_unref (out);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    if (size == 0)
        return 0;
    check_text (data + 1, size - 1, data[0]);
    check_data (data + 1, size - 1);
    return 0;
}
