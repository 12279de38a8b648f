/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of wire/psk.c. */
#include "psk.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const guint8 key[XTLS_PSK_KEY_LEN] = {1, 2, 3};
static const guint8 wrong_key[XTLS_PSK_KEY_LEN] = {1, 2, 4};

/* Moves what @from has to say, @limit bytes at a time. */
static gsize
carry (XtlsPsk *from, XtlsPsk *to, gsize limit)
{
    GByteArray *out = xtls_psk_get_output (from);
    gsize room;
    guint8 *data = xtls_psk_reserve (to, &room);
    gsize len = MIN (MIN (out->len, limit), room);

    memcpy (data, out->data, len);
    xtls_psk_received (to, len);
    g_byte_array_remove_range (out, 0, (guint)len);
    return len;
}

/* Returns: whether both are ready. */
static gboolean
shake_hands (XtlsPsk *client, XtlsPsk *server, gsize limit)
{
    XtlsPskResult up, down;
    gsize moved;

    do {
        up = xtls_psk_handshake (client);
        moved = carry (client, server, limit);
        down = xtls_psk_handshake (server);
        moved += carry (server, client, limit);
    } while (moved > 0);
    return up == XTLS_PSK_DONE && down == XTLS_PSK_DONE;
}

static void
test_both_ways (void)
{
    const gsize limits[] = {1, 7, XTLS_PSK_CHUNK};
    guint8 *sent = g_malloc (XTLS_PSK_CHUNK);
    guint8 *came = g_malloc (XTLS_PSK_CHUNK);

    for (gsize i = 0; i < XTLS_PSK_CHUNK; i++)
        sent[i] = (guint8)(i * 7 + i / 256);
    for (gsize i = 0; i < G_N_ELEMENTS (limits); i++) {
        XtlsPsk *client = xtls_psk_new (XTLS_TLS_CLIENT, key);
        XtlsPsk *server = xtls_psk_new (XTLS_TLS_SERVER, key);
        gsize all = 0, got, len = limits[i] == 1 ? 5000 : XTLS_PSK_CHUNK;
        XtlsPskResult result;

        g_assert_true (shake_hands (client, server, limits[i]));
        g_assert_true (xtls_psk_write (client, sent, len));
        xtls_psk_bye (client);
        do {
            carry (client, server, limits[i]);
            result = xtls_psk_read (server, came + all, len - all + 1, &got);
            all += got;
        } while (result == XTLS_PSK_DONE || result == XTLS_PSK_AGAIN);
        g_assert_cmpint (result, ==, XTLS_PSK_ENDED);
        g_assert_cmpmem (came, all, sent, len);
        g_assert_false (xtls_psk_has_unread (server));
        xtls_psk_free (client);
        xtls_psk_free (server);
    }
    g_free (sent);
    g_free (came);
}

static void
test_wrong_key (void)
{
    XtlsPsk *client = xtls_psk_new (XTLS_TLS_CLIENT, wrong_key);
    XtlsPsk *server = xtls_psk_new (XTLS_TLS_SERVER, key);

    g_assert_false (shake_hands (client, server, XTLS_PSK_CHUNK));
    g_assert_cmpint (xtls_psk_handshake (server), ==, XTLS_PSK_FAILED);
    g_assert_nonnull (xtls_psk_get_detail (server));
    g_assert_cmpint (xtls_psk_handshake (client), ==, XTLS_PSK_FAILED);
    xtls_psk_free (client);
    xtls_psk_free (server);
}

/* Whoever has no key, or another idea of what TLS is. */
static void
try_client (const char *priority, gboolean knows_key)
{
    XtlsPsk *server = xtls_psk_new (XTLS_TLS_SERVER, key);
    gnutls_session_t session;
    gnutls_psk_client_credentials_t psk;
    gnutls_certificate_credentials_t certificates;
    gnutls_datum_t datum = {(guint8 *)(knows_key ? key : wrong_key),
                            XTLS_PSK_KEY_LEN};
    guint8 *room;
    gsize len;
    ssize_t got;
    int pair[2];

    g_assert_cmpint (
        socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), ==, 0);
    gnutls_init (&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
    g_assert_cmpint (
        gnutls_priority_set_direct (session, priority, NULL), >=, 0);
    gnutls_psk_allocate_client_credentials (&psk);
    gnutls_psk_set_client_credentials (psk, "xtls", &datum, GNUTLS_PSK_KEY_RAW);
    gnutls_certificate_allocate_credentials (&certificates);
    gnutls_credentials_set (session, GNUTLS_CRD_PSK, psk);
    gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, certificates);
    gnutls_transport_set_int (session, pair[0]);
    for (guint i = 0; i < 4; i++) {
        GByteArray *out = xtls_psk_get_output (server);

        (void)gnutls_handshake (session);
        room = xtls_psk_reserve (server, &len);
        got = recv (pair[1], room, len, 0);
        xtls_psk_received (server, got > 0 ? (gsize)got : 0);
        g_assert_cmpint (xtls_psk_handshake (server), !=, XTLS_PSK_DONE);
        (void)!write (pair[1], out->data, out->len);
        g_byte_array_set_size (out, 0);
    }
    g_assert_cmpint (xtls_psk_handshake (server), ==, XTLS_PSK_FAILED);
    gnutls_deinit (session);
    gnutls_psk_free_client_credentials (psk);
    gnutls_certificate_free_credentials (certificates);
    close (pair[0]);
    close (pair[1]);
    xtls_psk_free (server);
}

static void
test_other_ways (void)
{
    /* The right key without Diffie-Hellman. */
    try_client ("NONE:+VERS-TLS1.3:+AES-128-GCM:+AEAD:+PSK:+GROUP-X25519:"
                "+SIGN-ALL",
                TRUE);
    try_client ("NORMAL", FALSE);
    try_client ("NORMAL:-VERS-TLS1.3", FALSE);
    try_client ("NORMAL:-VERS-TLS1.3:-KX-ALL:+ECDHE-PSK:+DHE-PSK", TRUE);
}

/* Any bit of a record, and nothing of what is in it comes out. */
static void
test_flipped (void)
{
    guint8 data[100], came[200];
    gsize got;

    memset (data, 'x', sizeof data);
    for (guint at = 0; at < 5 + sizeof data + 17; at += 3) {
        XtlsPsk *client = xtls_psk_new (XTLS_TLS_CLIENT, key);
        XtlsPsk *server = xtls_psk_new (XTLS_TLS_SERVER, key);
        XtlsPskResult result;

        g_assert_true (shake_hands (client, server, XTLS_PSK_CHUNK));
        g_assert_true (xtls_psk_write (client, data, sizeof data));
        xtls_psk_get_output (client)->data[at] ^= 1 << (at % 8);
        carry (client, server, XTLS_PSK_CHUNK);
        result = xtls_psk_read (server, came, sizeof came, &got);
        /* What stands before a record is not what is in it. */
        if (at < 5 && got > 0)
            g_assert_cmpmem (came, got, data, sizeof data);
        else
            g_assert_cmpuint (got, ==, 0);
        /* A length that has grown is waited for. */
        if (result == XTLS_PSK_AGAIN)
            g_assert_true (at == 3 || at == 4);
        else if (got == 0)
            g_assert_cmpint (result, ==, XTLS_PSK_FAILED);
        xtls_psk_free (client);
        xtls_psk_free (server);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/psk/both-ways", test_both_ways);
    g_test_add_func ("/psk/wrong-key", test_wrong_key);
    g_test_add_func ("/psk/other-ways", test_other_ways);
    g_test_add_func ("/psk/flipped", test_flipped);
    return g_test_run ();
}
