/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of wire/tls.c: two engines joined in memory. test-tlspeer.c tests other
 * peers. */
#include "certs.h"
#include "tls.h"

#include <string.h>

#define HELLO "hello, world"
#define WHOLE G_MAXSIZE

typedef struct {
    XtlsTls *tls;
    GByteArray *plain;
    GByteArray *seen; /* DER of the peer's certificate */
    GError *error;
    guint asked;
    gboolean refuse;
    gsize sent; /* bytes that came out of this engine */
} Side;

typedef struct {
    Side client, server;
    gsize chunk;
} Pair;

static TestCert *romeo, *juliet;

static gboolean
verify_cb (const gnutls_datum_t *der, gpointer user_data, GError **error)
{
    Side *side = user_data;

    side->asked++;
    g_byte_array_append (side->seen, der->data, der->size);
    if (side->refuse)
        g_set_error_literal (
            error, g_quark_from_static_string ("test"), 1, "not you");
    return !side->refuse;
}

static void
side_init (Side *side, XtlsTlsRole role, TestCert *cert, gboolean padding)
{
    side->plain = g_byte_array_new ();
    side->seen = g_byte_array_new ();
    side->tls =
        xtls_tls_new (role, cert->credentials, padding, verify_cb, side);
}

static void
side_clear (Side *side)
{
    xtls_tls_free (side->tls);
    g_byte_array_unref (side->plain);
    g_byte_array_unref (side->seen);
    g_clear_error (&side->error);
}

static Pair *
pair_new (gboolean padding, gsize chunk)
{
    Pair *pair = g_new0 (Pair, 1);

    pair->chunk = chunk;
    side_init (&pair->client, XTLS_TLS_CLIENT, romeo, padding);
    side_init (&pair->server, XTLS_TLS_SERVER, juliet, padding);
    return pair;
}

static void
pair_free (Pair *pair)
{
    side_clear (&pair->client);
    side_clear (&pair->server);
    g_free (pair);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pair, pair_free)

/* Steps @side. An error is kept and must stay the same. */
static void
side_step (Side *side)
{
    GError *error = NULL;
    gboolean good = xtls_tls_step (side->tls, side->plain, &error);

    g_assert_true (good == (error == NULL));
    if (side->error != NULL) {
        g_assert_error (error, side->error->domain, side->error->code);
        g_error_free (error);
    } else {
        side->error = error;
    }
}

static gboolean
carry (Side *from, Side *to, gsize chunk)
{
    GByteArray *out = xtls_tls_get_output (from->tls);
    gsize done = 0;

    if (out->len == 0)
        return FALSE;
    from->sent += out->len;
    while (done < out->len) {
        gsize len = MIN (chunk, out->len - done);

        xtls_tls_feed (to->tls, out->data + done, len);
        side_step (to);
        done += len;
    }
    g_byte_array_set_size (out, 0);
    return TRUE;
}

static void
pump (Pair *pair)
{
    gboolean moved;

    do {
        side_step (&pair->client);
        side_step (&pair->server);
        moved = carry (&pair->client, &pair->server, pair->chunk);
        moved |= carry (&pair->server, &pair->client, pair->chunk);
    } while (moved);
}

static void
say (Side *side, const void *data, gsize len)
{
    GError *error = NULL;

    g_assert_true (xtls_tls_write (side->tls, data, len, &error));
    g_assert_no_error (error);
}

static void
assert_plain (Side *side, const char *want)
{
    g_assert_cmpmem (side->plain->data, side->plain->len, want, strlen (want));
    g_byte_array_set_size (side->plain, 0);
}

static Pair *
pair_joined (gboolean padding)
{
    Pair *pair = pair_new (padding, WHOLE);

    pump (pair);
    g_assert_no_error (pair->client.error);
    g_assert_no_error (pair->server.error);
    g_assert_true (xtls_tls_is_ready (pair->client.tls));
    g_assert_true (xtls_tls_is_ready (pair->server.tls));
    return pair;
}

/* `make check-pq` requires a hybrid group. */
static const char *
best_group (void)
{
    static const char *const hybrid = "X25519-MLKEM768";
    gnutls_priority_t priority;
    gboolean has =
        gnutls_priority_init (
            &priority, "NORMAL:-GROUP-ALL:+GROUP-X25519-MLKEM768", NULL) >= 0;

    if (has)
        gnutls_priority_deinit (priority);
    g_assert_true (has || !g_getenv ("XTLS_PQ"));
    return has ? hybrid : "SECP256R1";
}

static void
check_conversation (Pair *pair)
{
    guint8 a[32], b[32], zero[32] = {0};
    g_autofree char *text = NULL;
    g_autofree char *expected =
        g_strconcat ("TLS 1.3, AES-256-GCM, ", best_group (), NULL);

    g_assert_false (xtls_tls_is_ready (pair->client.tls));
    xtls_tls_bye (pair->client.tls);
    g_assert_cmpuint (xtls_tls_get_output (pair->client.tls)->len, ==, 0);
    pump (pair);
    g_assert_true (xtls_tls_is_ready (pair->client.tls));
    g_assert_true (xtls_tls_is_ready (pair->server.tls));
    g_assert_cmpuint (pair->client.asked, ==, 1);
    g_assert_cmpuint (pair->server.asked, ==, 1);
    g_assert_cmpmem (pair->client.seen->data,
                     pair->client.seen->len,
                     juliet->der.data,
                     juliet->der.size);
    g_assert_cmpmem (pair->server.seen->data,
                     pair->server.seen->len,
                     romeo->der.data,
                     romeo->der.size);
    g_assert_true (xtls_tls_get_binding (pair->client.tls, a));
    g_assert_true (xtls_tls_get_binding (pair->server.tls, b));
    g_assert_cmpmem (a, 32, b, 32);
    g_assert_true (memcmp (a, zero, 32) != 0);
    text = xtls_tls_describe (pair->client.tls);
    g_assert_cmpstr (text, ==, expected);

    say (&pair->client, HELLO, strlen (HELLO));
    say (&pair->server, "hi", 2);
    pump (pair);
    assert_plain (&pair->server, HELLO);
    assert_plain (&pair->client, "hi");

    xtls_tls_bye (pair->client.tls);
    xtls_tls_bye (pair->client.tls);
    pump (pair);
    g_assert_true (xtls_tls_has_ended (pair->server.tls));
    g_assert_false (xtls_tls_has_ended (pair->client.tls));
    /* The other direction is still open. */
    say (&pair->server, "bye", 3);
    xtls_tls_bye (pair->server.tls);
    pump (pair);
    assert_plain (&pair->client, "bye");
    g_assert_true (xtls_tls_has_ended (pair->client.tls));
    g_assert_no_error (pair->client.error);
    g_assert_no_error (pair->server.error);
}

static void
test_chunks (void)
{
    static const gsize chunks[] = {1, 2, 5, 12, 1024, WHOLE};

    for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
        for (guint padding = 0; padding < 2; padding++) {
            g_autoptr (Pair) pair = pair_new (padding != 0, chunks[i]);

            check_conversation (pair);
        }
}

/* Two sessions with the same certificates have different bindings. */
static void
test_binding (void)
{
    g_autoptr (Pair) first = pair_joined (FALSE);
    g_autoptr (Pair) second = pair_joined (FALSE);
    guint8 a[32], b[32];

    g_assert_true (xtls_tls_get_binding (first->client.tls, a));
    g_assert_true (xtls_tls_get_binding (second->client.tls, b));
    g_assert_true (memcmp (a, b, 32) != 0);
}

static void
test_refused_client (void)
{
    g_autoptr (Pair) pair = pair_new (TRUE, WHOLE);

    pair->server.refuse = TRUE;
    /* A client is ready and can write before the server has checked it. */
    side_step (&pair->client);
    carry (&pair->client, &pair->server, WHOLE);
    carry (&pair->server, &pair->client, WHOLE);
    g_assert_true (xtls_tls_is_ready (pair->client.tls));
    say (&pair->client, HELLO, strlen (HELLO));
    pump (pair);
    g_assert_error (
        pair->server.error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_CERTIFICATE);
    g_assert_cmpstr (pair->server.error->message, ==, "not you");
    g_assert_error (pair->client.error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_REFUSED);
    g_assert_cmpuint (pair->server.asked, ==, 1);
    g_assert_cmpuint (pair->server.plain->len, ==, 0);
    g_assert_false (xtls_tls_is_ready (pair->server.tls));
}

static void
test_refused_server (void)
{
    g_autoptr (Pair) pair = pair_new (TRUE, 7);

    pair->client.refuse = TRUE;
    pump (pair);
    g_assert_error (
        pair->client.error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_CERTIFICATE);
    g_assert_error (pair->server.error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_REFUSED);
    g_assert_cmpuint (pair->server.asked, ==, 0);
}

/* A stream that stops without close_notify has not ended properly. */
static void
test_truncated (void)
{
    g_autoptr (Pair) pair = pair_joined (FALSE);
    GByteArray *out = xtls_tls_get_output (pair->client.tls);

    say (&pair->client, HELLO, strlen (HELLO));
    g_byte_array_set_size (out, out->len - 1);
    pump (pair);
    g_assert_cmpuint (pair->server.plain->len, ==, 0);
    g_assert_no_error (pair->server.error);
    g_assert_false (xtls_tls_has_ended (pair->server.tls));
}

static void
test_corrupted_record (void)
{
    g_autoptr (Pair) pair = pair_joined (FALSE);
    GByteArray *out = xtls_tls_get_output (pair->client.tls);

    say (&pair->client, HELLO, strlen (HELLO));
    out->data[out->len - 1] ^= 1;
    pump (pair);
    g_assert_error (pair->server.error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_RECORD);
    g_assert_error (pair->client.error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_ALERT);
    g_assert_cmpuint (pair->server.plain->len, ==, 0);

    /* A failed engine stays failed: it produces nothing and accepts nothing. */
    g_assert_false (
        xtls_tls_write (pair->server.tls, (const guint8 *)HELLO, 5, NULL));
    g_assert_false (xtls_tls_step (pair->server.tls, out, NULL));
    xtls_tls_feed (pair->server.tls, (const guint8 *)HELLO, 5);
    xtls_tls_bye (pair->server.tls);
    g_assert_cmpuint (xtls_tls_get_output (pair->server.tls)->len, ==, 0);
    g_assert_false (xtls_tls_has_ended (pair->server.tls));
}

/* A replayed or dropped record is noticed. */
static void
test_replayed_record (void)
{
    g_autoptr (Pair) pair = pair_joined (FALSE);
    GByteArray *out = xtls_tls_get_output (pair->client.tls);
    guint8 copy[64];
    guint len;

    say (&pair->client, HELLO, strlen (HELLO));
    len = out->len;
    g_assert_cmpuint (len, <=, sizeof copy);
    memcpy (copy, out->data, len);
    g_byte_array_append (out, copy, len);
    pump (pair);
    assert_plain (&pair->server, HELLO);
    g_assert_error (pair->server.error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_RECORD);
}

/* Flips one bit of a flight. Returns: whether the handshake failed. */
static gboolean
corrupt_flight (guint flight, guint at)
{
    g_autoptr (Pair) pair = pair_new (FALSE, WHOLE);
    Side *sides[] = {&pair->client, &pair->server, &pair->client};
    guint8 a[32], b[32];
    GByteArray *out;

    side_step (&pair->client);
    for (guint i = 0; i < flight; i++)
        carry (sides[i], sides[i + 1], WHOLE);
    out = xtls_tls_get_output (sides[flight]->tls);
    out->data[at % out->len] ^= (guint8)(1 << g_test_rand_int_range (0, 8));
    pump (pair);
    if (pair->client.error != NULL || pair->server.error != NULL ||
        !xtls_tls_is_ready (pair->server.tls))
        return TRUE;
    g_assert_true (xtls_tls_get_binding (pair->client.tls, a));
    g_assert_true (xtls_tls_get_binding (pair->server.tls, b));
    g_assert_cmpmem (a, 32, b, 32);
    return FALSE;
}

/* Only the version in the header of a first record is ignored (RFC 8446 5.1);
 * any other changed bit must be noticed. */
static void
test_corrupted_handshake (void)
{
    guint unnoticed = 0;

    for (guint flight = 0; flight < 3; flight++)
        for (guint at = 0; at < 700; at += 7)
            if (!corrupt_flight (flight, at) && ++unnoticed > 3)
                g_assert_not_reached ();
}

static gsize
record_size (Pair *pair, gsize len)
{
    g_autofree guint8 *data = g_malloc0 (len);
    gsize before = pair->client.sent;

    say (&pair->client, data, len);
    pump (pair);
    g_assert_cmpuint (pair->server.plain->len, ==, len);
    g_byte_array_set_size (pair->server.plain, 0);
    return pair->client.sent - before;
}

static void
test_padding_on (void)
{
    g_autoptr (Pair) pair = pair_joined (TRUE);
    gsize overhead =
        record_size (pair, XTLS_TLS_PADDING_STEP) - XTLS_TLS_PADDING_STEP;

    g_assert_cmpuint (overhead, ==, 22);
    for (gsize len = 1; len <= XTLS_TLS_PADDING_MAX;
         len += len % 256 < 2 || len % 256 > 253 ? 1 : 50) {
        gsize step = XTLS_TLS_PADDING_STEP;

        g_assert_cmpuint (record_size (pair, len),
                          ==,
                          (len + step - 1) / step * step + overhead);
    }
    g_assert_cmpuint (record_size (pair, XTLS_TLS_PADDING_MAX + 1),
                      ==,
                      XTLS_TLS_PADDING_MAX + 1 + overhead);
}

static void
test_padding_off (void)
{
    g_autoptr (Pair) pair = pair_joined (FALSE);

    g_assert_cmpuint (record_size (pair, 1), ==, 23);
    g_assert_cmpuint (record_size (pair, 255), ==, 277);
}

static void
test_big (void)
{
    g_autoptr (Pair) pair = pair_joined (TRUE);
    const gsize len = 10 * 1024 * 1024 + 1;
    g_autofree guint8 *data = g_malloc (len);

    for (gsize i = 0; i < len; i++)
        data[i] = (guint8)(i * 7 + i / 251);
    say (&pair->client, data, len);
    say (&pair->server, data, 16384);
    pair->chunk = 16384;
    pump (pair);
    g_assert_cmpmem (
        pair->server.plain->data, pair->server.plain->len, data, len);
    g_assert_cmpmem (
        pair->client.plain->data, pair->client.plain->len, data, 16384);
    say (&pair->client, data, 0);
    g_assert_cmpuint (xtls_tls_get_output (pair->client.tls)->len, ==, 0);
}

/* Bytes that are fed before the first step, and after the end. */
static void
test_ended_is_deaf (void)
{
    g_autoptr (Pair) pair = pair_joined (FALSE);
    GByteArray *out = xtls_tls_get_output (pair->client.tls);

    say (&pair->client, "a", 1);
    xtls_tls_bye (pair->client.tls);
    g_byte_array_append (out, (const guint8 *)"garbage", 7);
    pump (pair);
    assert_plain (&pair->server, "a");
    g_assert_true (xtls_tls_has_ended (pair->server.tls));
    xtls_tls_feed (pair->server.tls, (const guint8 *)"garbage", 7);
    side_step (&pair->server);
    g_assert_no_error (pair->server.error);
}

int
main (int argc, char **argv)
{
    int ret;

    g_test_init (&argc, &argv, NULL);
    romeo = test_cert_new_for ("romeo@montague.lit");
    juliet = test_cert_new_for ("juliet@capulet.lit");
    g_test_add_func ("/tls/handshake/chunks", test_chunks);
    g_test_add_func ("/tls/handshake/corrupted", test_corrupted_handshake);
    g_test_add_func ("/tls/binding", test_binding);
    g_test_add_func ("/tls/refused/client", test_refused_client);
    g_test_add_func ("/tls/refused/server", test_refused_server);
    g_test_add_func ("/tls/end/truncated", test_truncated);
    g_test_add_func ("/tls/end/deaf", test_ended_is_deaf);
    g_test_add_func ("/tls/record/corrupted", test_corrupted_record);
    g_test_add_func ("/tls/record/replayed", test_replayed_record);
    g_test_add_func ("/tls/padding/on", test_padding_on);
    g_test_add_func ("/tls/padding/off", test_padding_off);
    g_test_add_func ("/tls/big", test_big);
    ret = g_test_run ();
    test_cert_free (romeo);
    test_cert_free (juliet);
    return ret;
}
