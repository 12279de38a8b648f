/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server of SOCKS5 bytestreams takes the one address that it has. */
#include "socks5.h"

#include <string.h>

#define HASH "0123456789abcdef0123456789abcdef01234567"
#define ASKED "\x05\x01\x00\x03\x28" HASH "\x00\x00"
#define ANSWER "\x05\x00\x00\x03\x28" HASH "\x00\x00"

static void
test_hash (void)
{
    /* printf 'sida@b/cd@e/f' | sha1sum */
    g_autofree char *hash = xtls_socks5_hash ("sid", "a@b/c", "d@e/f");
    g_autofree char *expected =
        g_compute_checksum_for_string (G_CHECKSUM_SHA1, "sida@b/cd@e/f", -1);

    g_assert_cmpstr (hash, ==, expected);
    g_assert_cmpuint (strlen (hash), ==, 40);
}

/* Feeds what is wanted, in pieces of at most @piece bytes. Returns: the last
 * result. */
static XtlsSocks5Result
feed (const char *data, gsize len, gsize piece, GByteArray *reply, gsize *used)
{
    XtlsSocks5 *socks5 = xtls_socks5_new (HASH);
    XtlsSocks5Result result = XTLS_SOCKS5_MORE;

    *used = 0;
    while (result == XTLS_SOCKS5_MORE && *used < len) {
        gsize step = MIN (MIN (piece, xtls_socks5_wants (socks5)), len - *used);

        g_assert_cmpuint (step, >, 0);
        result = xtls_socks5_feed (
            socks5, (const guint8 *)data + *used, step, reply);
        *used += step;
    }
    xtls_socks5_free (socks5);
    return result;
}

/* What follows is not read. */
static void
test_good (void)
{
    static const char all[] = "\x05\x02\x02\x00" ASKED "follows";
    static const char replies[] = "\x05\x00" ANSWER;

    for (gsize piece = 1; piece < 100; piece++) {
        g_autoptr (GByteArray) reply = g_byte_array_new ();
        gsize used;

        g_assert_cmpint (feed (all, sizeof all - 1, piece, reply, &used),
                         ==,
                         XTLS_SOCKS5_DONE);
        g_assert_cmpuint (used, ==, 4 + 47);
        g_assert_cmpmem (reply->data, reply->len, replies, sizeof replies - 1);
    }
}

static void
test_bad (void)
{
#define CASE(text)                                                             \
    {                                                                          \
        text, sizeof text - 1                                                  \
    }
    static const struct {
        const char *data;
        gsize len;
    } cases[] = {
        CASE ("\x04\x01\x00"),
        CASE ("\x05\x00"),
        CASE ("\x05\x01\x02"),
        CASE ("GET / HTTP/1.1\r\n\r\n012345678901234567890123456789012345678901"
              "234567890123456789012345678901234567890"),
        CASE ("\x05\x01\x00\x05\x02\x00\x03\x28" HASH "\x00\x00"),
        CASE ("\x05\x01\x00\x05\x01\x00\x03\x28" HASH "\x00\x01"),
        CASE ("\x05\x01\x00\x05\x01\x00\x01\x28" HASH "\x00\x00"),
        CASE ("\x05\x01\x00\x05\x01\x00\x03\x28"
              "1123456789abcdef0123456789abcdef01234567"
              "\x00\x00"),
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GByteArray) reply = g_byte_array_new ();
        gsize used;

        g_assert_cmpint (feed (cases[i].data, cases[i].len, 300, reply, &used),
                         ==,
                         XTLS_SOCKS5_FAILED);
        g_assert_cmpuint (reply->len, <=, 2);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/socks5/hash", test_hash);
    g_test_add_func ("/socks5/good", test_good);
    g_test_add_func ("/socks5/bad", test_bad);
    return g_test_run ();
}
