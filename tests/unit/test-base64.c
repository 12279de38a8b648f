/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict base64: RFC 4648 section 4, and nothing more lenient. */
#include "base64.h"

#include <string.h>

static gboolean
decodes (const char *text, gsize len, gsize max, GByteArray *out)
{
    /* A copy of the exact size, so that the sanitizer notices a read past the
     * end. */
    char *copy = g_malloc (len);
    gboolean ok;

    if (len > 0)
        memcpy (copy, text, len);
    ok = xtls_base64_decode (copy, len, max, out);
    g_free (copy);
    return ok;
}

static void
test_vectors (void)
{
    /* RFC 4648 section 10. */
    static const char *const vectors[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++) {
        const char *plain = vectors[i][0], *text = vectors[i][1];
        GByteArray *out = g_byte_array_new ();
        char *encoded =
            xtls_base64_encode ((const guint8 *)plain, strlen (plain));

        g_assert_cmpstr (encoded, ==, text);
        g_assert_true (decodes (text, strlen (text), 100, out));
        g_assert_cmpmem (out->data, out->len, plain, strlen (plain));
        g_free (encoded);
        g_byte_array_unref (out);
    }
}

static void
test_every_length (void)
{
    guint8 data[256 + 7];

    for (gsize i = 0; i < sizeof data; i++)
        data[i] = (guint8)(i * 167 + 13);
    for (gsize len = 0; len <= sizeof data; len++) {
        char *text = xtls_base64_encode (data, len);
        char *glib = g_base64_encode (data, len);
        GByteArray *out = g_byte_array_new ();

        g_assert_cmpstr (text, ==, glib);
        g_assert_true (decodes (text, strlen (text), len, out));
        g_assert_cmpmem (out->data, out->len, data, len);
        g_free (text);
        g_free (glib);
        g_byte_array_unref (out);
    }
}

static void
test_refuses (void)
{
    static const char *const bad[] = {
        "Z",
        "Zg",
        "Zg=",
        "Zm9",
        "Zm9vY",
        "=",
        "==",
        "===",
        "====",
        "Z===",
        "=Zg=",
        "=AAA",
        "A=AA",
        "AA=A",
        "BBBB=CCC",
        "Zg==Zg==",
        "Zm8=Zm8=",
        "Zg===",
        "Zm9v====",
        "Zm9 ",
        " Zm9",
        "Zm9v\n",
        "Zm\n9v",
        "Zm9v\r\n  ",
        "Zm9-",
        "Zm9_",
        "Zm9.",
        "Zm9,",
        "Zm9\x7f",
        "Zm9\xc3",
        "\xff\xff\xff\xff",
        "Zm9@",
        "Zm9[",
        "Zm9`",
        "Zm9{",
        "Zm9:",
        "Zm9*",
        "@@==",
        "Z @=",
        /* Bits set after the last byte. */
        "Zh==",
        "Zv==",
        "ZG/=",
        "Zm9=",
        "//==",
        "///=",
    };
    GByteArray *out = g_byte_array_new ();

    g_byte_array_append (out, (const guint8 *)"kept", 4);
    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
        if (decodes (bad[i], strlen (bad[i]), 1000, out))
            g_error ("accepted: %s", bad[i]);
        g_assert_cmpmem (out->data, out->len, "kept", 4);
    }
    g_assert_false (decodes ("AA\0A", 4, 1000, out));
    g_byte_array_unref (out);
}

/* At each place of a group, whole or padded, only the alphabet is accepted. */
static void
test_alphabet (void)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    GByteArray *out = g_byte_array_new ();
    guint accepted = 0;

    for (guint c = 1; c < 256; c++) {
        for (guint at = 0; at < 4; at++) {
            char text[] = "AAAAAAAA";
            gboolean good =
                strchr (alphabet, (int)c) != NULL || (c == '=' && at == 3);

            text[4 + at] = (char)c;
            g_byte_array_set_size (out, 0);
            g_assert_cmpint (decodes (text, 8, 100, out), ==, good);
            g_assert_cmpuint (out->len, ==, !good ? 0 : c == '=' ? 5 : 6);
            accepted += good;
        }
    }
    g_assert_cmpuint (accepted, ==, 64 * 4 + 1);
    g_byte_array_unref (out);
}

static void
test_limit (void)
{
    GByteArray *out = g_byte_array_new ();

    g_assert_true (decodes ("Zm9v", 4, 3, out));
    g_assert_false (decodes ("Zm9v", 4, 2, out));
    g_assert_true (decodes ("Zm8=", 4, 2, out));
    g_assert_false (decodes ("Zm8=", 4, 1, out));
    g_assert_true (decodes ("Zg==", 4, 1, out));
    g_assert_false (decodes ("Zg==", 4, 0, out));
    g_assert_true (decodes ("", 0, 0, out));
    g_assert_true (xtls_base64_decode (NULL, 0, 0, out));
    g_assert_cmpmem (out->data, out->len, "foofof", 6);
    g_byte_array_unref (out);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/base64/vectors", test_vectors);
    g_test_add_func ("/base64/every-length", test_every_length);
    g_test_add_func ("/base64/refuses", test_refuses);
    g_test_add_func ("/base64/alphabet", test_alphabet);
    g_test_add_func ("/base64/limit", test_limit);
    return g_test_run ();
}
