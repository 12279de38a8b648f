/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of wire/socks5.c. */
#include "socks5.h"

#include <string.h>

#define ADDRESS "0123456789abcdef0123456789abcdef01234567"
#define OTHER "1123456789abcdef0123456789abcdef01234567"

/* Gives @socks bytes, each on its own, as far as it wants any. */
static XtlsSocks5Result
feed (XtlsSocks5 *socks, const void *bytes, gsize len, GByteArray *out)
{
    const guint8 *data = bytes;
    XtlsSocks5Result result = XTLS_SOCKS5_MORE;

    for (gsize i = 0; i < len && result == XTLS_SOCKS5_MORE; i++) {
        g_assert_cmpuint (xtls_socks5_wanted (socks), >, 0);
        result = xtls_socks5_step (socks, data + i, 1, out);
    }
    return result;
}

static XtlsSocks5 *
begin (XtlsSocks5Role role, GByteArray *out)
{
    XtlsSocks5 *socks = xtls_socks5_new (role, ADDRESS);

    g_assert_cmpint (
        xtls_socks5_step (socks, NULL, 0, out), ==, XTLS_SOCKS5_MORE);
    return socks;
}

/* Both sides against each other, and what they wanted was all that there
 * was. */
static void
test_pair (void)
{
    g_autoptr (GByteArray) up = g_byte_array_new ();
    g_autoptr (GByteArray) down = g_byte_array_new ();
    XtlsSocks5 *client = begin (XTLS_SOCKS5_CONNECT, up);
    XtlsSocks5 *server = begin (XTLS_SOCKS5_ACCEPT, down);

    g_assert_cmpint (
        feed (server, up->data, up->len, down), ==, XTLS_SOCKS5_MORE);
    g_byte_array_set_size (up, 0);
    g_assert_cmpint (
        feed (client, down->data, down->len, up), ==, XTLS_SOCKS5_MORE);
    g_byte_array_set_size (down, 0);
    g_assert_cmpint (
        feed (server, up->data, up->len, down), ==, XTLS_SOCKS5_DONE);
    g_assert_cmpint (
        feed (client, down->data, down->len, up), ==, XTLS_SOCKS5_DONE);
    g_assert_cmpuint (xtls_socks5_wanted (client), ==, 0);
    g_assert_cmpuint (xtls_socks5_wanted (server), ==, 0);
    xtls_socks5_free (client);
    xtls_socks5_free (server);
}

/* The bytes that RFC 1928 and XEP-0065 say. */
static void
test_bytes (void)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    XtlsSocks5 *client = begin (XTLS_SOCKS5_CONNECT, out);

    g_assert_cmpmem (out->data, out->len, "\5\1\0", 3);
    g_byte_array_set_size (out, 0);
    feed (client, "\5\0", 2, out);
    g_assert_cmpmem (out->data, out->len, "\5\1\0\3\50" ADDRESS "\0\0", 47);
    /* A proxy may name itself by an address of any type. */
    g_assert_cmpint (feed (client, "\5\0\0\1\177\0\0\1\4\322", 10, out),
                     ==,
                     XTLS_SOCKS5_DONE);
    xtls_socks5_free (client);
    client = begin (XTLS_SOCKS5_CONNECT, out);
    feed (client, "\5\0", 2, out);
    g_assert_cmpint (
        feed (
            client, "\5\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\4\322", 22, out),
        ==,
        XTLS_SOCKS5_DONE);
    xtls_socks5_free (client);
}

static const struct {
    const char *bytes;
    gsize len;
} lies_to_client[] =
    {
        {"\4\0", 2},           /* another version */
        {"\5\377", 2},         /* no method */
        {"\5\2", 2},           /* a password */
        {"\5\0\5\1\0\1\0", 7}, /* refused */
        {"\5\0\4\0\0\1\0", 7}, /* a reply of another version */
        {"\5\0\5\0\0\2\0", 7}, /* no type of address */
        {"HTTP/1.1 400 Bad Request", 24},
},
  lies_to_server[] = {
      {"\4\1", 2},
      {"\5\0", 2},               /* no method at all */
      {"\5\1\2", 3},             /* none that is known */
      {"\5\1\0\5\2\0\3\50", 8},  /* BIND */
      {"\5\1\0\5\1\0\1\177", 8}, /* a host */
      {"\5\1\0\5\1\0\3\51", 8},  /* longer than any address */
      {"\5\1\0\4\1\0\3\50", 8},
      {"\5\1\0\5\1\0\3\50" OTHER "\0\0", 50},
      {"\5\1\0\5\1\0\3\50" ADDRESS "\0\1", 50},
      {"GET / HTTP/1.1\r\n", 16},
      {"\26\3\1\0", 4}, /* TLS */
};

static void
test_lies (void)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();

    for (gsize i = 0; i < G_N_ELEMENTS (lies_to_client); i++) {
        XtlsSocks5 *client = begin (XTLS_SOCKS5_CONNECT, out);

        g_assert_cmpint (
            feed (client, lies_to_client[i].bytes, lies_to_client[i].len, out),
            ==,
            XTLS_SOCKS5_FAILED);
        g_assert_cmpuint (xtls_socks5_wanted (client), ==, 0);
        xtls_socks5_free (client);
    }
    for (gsize i = 0; i < G_N_ELEMENTS (lies_to_server); i++) {
        XtlsSocks5 *server = begin (XTLS_SOCKS5_ACCEPT, out);

        g_assert_cmpint (
            feed (server, lies_to_server[i].bytes, lies_to_server[i].len, out),
            ==,
            XTLS_SOCKS5_FAILED);
        g_assert_cmpuint (xtls_socks5_wanted (server), ==, 0);
        xtls_socks5_free (server);
    }
}

/* `printf %s streama@b/cd@e/f | sha1sum` */
static void
test_address (void)
{
    g_autofree char *address = xtls_socks5_address ("stream", "a@b/c", "d@e/f");

    g_assert_cmpuint (strlen (address), ==, XTLS_SOCKS5_ADDRESS_LEN);
    g_assert_cmpstr (address, ==, "5590da74141e859007dc36cb0e0f976d3ce46733");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/socks5/pair", test_pair);
    g_test_add_func ("/socks5/bytes", test_bytes);
    g_test_add_func ("/socks5/lies", test_lies);
    g_test_add_func ("/socks5/address", test_address);
    return g_test_run ();
}
