/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a stranger sends to the port on which a file is waited for: the first
 * byte is the length of the pieces in which the rest arrives.
 */
#include "fuzz.h"
#include "socks5.h"

#include <string.h>

#define HASH "0123456789abcdef0123456789abcdef01234567"
#define ASKED "\x05\x01\x00\x03\x28" HASH "\x00\x00"
#define GREETED "\x05\x00"
#define ANSWERED "\x05\x00\x00\x03\x28" HASH "\x00\x00"

#define ASKED_LENGTH (sizeof ASKED - 1)

/* What RFC 1928 and XEP-0065 say of these bytes. @used: how many of them belong
 * to SOCKS5. */
static XtlsSocks5Result
judge (const guint8 *data, gsize size, gsize *used)
{
    gsize greeting = size < 2 ? 2 : 2 + (gsize)data[1];

    *used = MIN (size, greeting);
    if (size < greeting)
        return XTLS_SOCKS5_MORE;
    if (data[0] != 5 || !memchr (data + 2, 0, data[1]))
        return XTLS_SOCKS5_FAILED;
    *used = MIN (size, greeting + ASKED_LENGTH);
    if (size < greeting + ASKED_LENGTH)
        return XTLS_SOCKS5_MORE;
    return memcmp (data + greeting, ASKED, ASKED_LENGTH) == 0
               ? XTLS_SOCKS5_DONE
               : XTLS_SOCKS5_FAILED;
}

static XtlsSocks5Result
feed (
    const guint8 *data, gsize size, gsize piece, GByteArray *reply, gsize *used)
{
    XtlsSocks5 *socks5 = xtls_socks5_new (HASH);
    XtlsSocks5Result result = XTLS_SOCKS5_MORE;

    *used = 0;
    while (result == XTLS_SOCKS5_MORE && *used < size) {
        gsize step =
            MIN (MIN (piece, xtls_socks5_wants (socks5)), size - *used);
        guint8 *exact;

        g_assert_cmpuint (step, >, 0);
        /* A copy, so that a sanitizer notices reads beyond the end. */
        exact = g_malloc (step);
        memcpy (exact, data + *used, step);
        result = xtls_socks5_feed (socks5, exact, step, reply);
        g_free (exact);
        *used += step;
    }
    xtls_socks5_free (socks5);
    return result;
}

static void
check (const guint8 *data, gsize size, gsize piece)
{
    GByteArray *reply = g_byte_array_new ();
    gsize used, wanted;
    XtlsSocks5Result result = judge (data, size, &wanted);

    g_assert_cmpint (feed (data, size, piece, reply, &used), ==, result);
    g_assert_cmpuint (used, ==, wanted);
    if (result == XTLS_SOCKS5_DONE)
        g_assert_cmpmem (reply->data,
                         reply->len,
                         GREETED ANSWERED,
                         sizeof GREETED ANSWERED - 1);
    else if (reply->len > 0)
        g_assert_cmpmem (reply->data, reply->len, GREETED, sizeof GREETED - 1);
    g_byte_array_unref (reply);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    if (size == 0)
        return 0;
    check (data + 1, size - 1, MAX (data[0], 1));
    check (data + 1, size - 1, size);
    return 0;
}
