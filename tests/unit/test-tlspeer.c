/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of wire/tls.c against peers that do what our engine never does. */
#include "certs.h"
#include "rawtls.h"
#include "tls.h"

#include <string.h>

#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3:%DISABLE_TLS13_COMPAT_MODE"
#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"

/* The engine under test against a raw peer. */
typedef struct {
    XtlsTls *tls;
    RawTls *raw;
    GByteArray *plain;
    GError *error;
    guint asked;
} Duel;

static TestCert *romeo, *juliet, *rsa, *ed25519;

static gboolean
verify_cb (const gnutls_datum_t *der, gpointer user_data, GError **error)
{
    Duel *duel = user_data;

    duel->asked++;
    return TRUE;
}

/* @flags are the raw peer's. */
static Duel *
duel_new (unsigned int flags, const char *priority, TestCert *cert)
{
    static gnutls_certificate_credentials_t nothing;
    Duel *duel = g_new0 (Duel, 1);

    if (nothing == NULL)
        gnutls_certificate_allocate_credentials (&nothing);
    duel->plain = g_byte_array_new ();
    duel->raw = raw_tls_new (
        flags, priority, cert != NULL ? cert->credentials : nothing);
    duel->tls = xtls_tls_new ((flags & GNUTLS_SERVER) ? XTLS_TLS_CLIENT
                                                      : XTLS_TLS_SERVER,
                              romeo->credentials,
                              TRUE,
                              verify_cb,
                              duel);
    return duel;
}

static void
duel_free (Duel *duel)
{
    xtls_tls_free (duel->tls);
    raw_tls_free (duel->raw);
    g_byte_array_unref (duel->plain);
    g_clear_error (&duel->error);
    g_free (duel);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Duel, duel_free)

static void
duel_step (Duel *duel)
{
    GError *error = NULL;

    xtls_tls_step (duel->tls, duel->plain, &error);
    if (duel->error == NULL)
        duel->error = error;
    else
        g_clear_error (&error);
}

static void
duel_pump (Duel *duel)
{
    GByteArray *out = xtls_tls_get_output (duel->tls);

    do {
        xtls_tls_feed (duel->tls, duel->raw->out->data, duel->raw->out->len);
        g_byte_array_set_size (duel->raw->out, 0);
        duel_step (duel);
        g_byte_array_append (duel->raw->in, out->data, out->len);
        g_byte_array_set_size (out, 0);
        raw_tls_step (duel->raw);
    } while (duel->raw->out->len > 0);
}

static Duel *
duel_joined (unsigned int flags)
{
    Duel *duel = duel_new (flags, TLS13, juliet);

    duel_pump (duel);
    g_assert_no_error (duel->error);
    g_assert_true (duel->raw->ready);
    g_assert_true (xtls_tls_is_ready (duel->tls));
    g_assert_cmpuint (duel->asked, ==, 1);
    return duel;
}

static void
assert_talks (Duel *duel)
{
    GError *error = NULL;

    g_byte_array_set_size (duel->plain, 0);
    g_byte_array_set_size (duel->raw->plain, 0);
    g_assert_cmpint (gnutls_record_send (duel->raw->session, "ping", 4), ==, 4);
    xtls_tls_write (duel->tls, (const guint8 *)"pong", 4, &error);
    g_assert_no_error (error);
    duel_pump (duel);
    g_assert_no_error (duel->error);
    g_assert_cmpmem (duel->plain->data, duel->plain->len, "ping", 4);
    g_assert_cmpmem (duel->raw->plain->data, duel->raw->plain->len, "pong", 4);
}

static void
test_old_version (void)
{
    g_autoptr (Duel) client = duel_new (GNUTLS_CLIENT, TLS12, juliet);
    g_autoptr (Duel) server = duel_new (GNUTLS_SERVER, TLS12, juliet);

    duel_pump (client);
    g_assert_error (client->error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_INCOMPATIBLE);
    g_assert_cmpint (client->raw->alert, >, 0);
    duel_pump (server);
    g_assert_error (server->error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_INCOMPATIBLE);
    g_assert_cmpuint (client->asked + server->asked, ==, 0);
}

/* Other acceptable choices of the peer. */
static void
test_choices (void)
{
    static const struct {
        const char *priority, *cipher;
    } good[] = {
        {TLS13 ":-GROUP-ALL:+GROUP-SECP256R1", "AES-256-GCM"},
        {TLS13 ":-GROUP-ALL:+GROUP-SECP256R1:+GROUP-X25519", "AES-256-GCM"},
        {TLS13 ":-CIPHER-ALL:+AES-128-GCM", "AES-128-GCM"},
        {TLS13 ":-CIPHER-ALL:+CHACHA20-POLY1305", "CHACHA20-POLY1305"},
        {"NORMAL", "AES-256-GCM"},
    };

    for (guint i = 0; i < G_N_ELEMENTS (good); i++)
        for (guint role = GNUTLS_SERVER; role <= GNUTLS_CLIENT; role++) {
            g_autoptr (Duel) duel = duel_new (role, good[i].priority, juliet);
            g_autofree char *text = NULL;

            duel_pump (duel);
            g_assert_no_error (duel->error);
            assert_talks (duel);
            text = xtls_tls_describe (duel->tls);
            g_assert_nonnull (strstr (text, good[i].cipher));
        }
}

static guint retries;

static int
retry_cb (gnutls_session_t session,
          unsigned int type,
          unsigned int when,
          unsigned int incoming,
          const gnutls_datum_t *message)
{
    retries++;
    return 0;
}

/* A retry would cost a round trip. No peer needs one here, not even clients
 * that send a single key share. */
static void
test_no_retry (void)
{
    static const struct {
        unsigned int flags;
        const char *groups, *expected;
    } peers[] = {
        {GNUTLS_SERVER, "+GROUP-X25519:+GROUP-SECP256R1", "SECP256R1"},
        {GNUTLS_SERVER, "+GROUP-SECP256R1:+GROUP-X25519", "SECP256R1"},
        {GNUTLS_SERVER, "+GROUP-ALL", "SECP256R1"},
        {GNUTLS_SERVER, "+GROUP-SECP256R1", "SECP256R1"},
        {GNUTLS_CLIENT, "+GROUP-X25519:+GROUP-SECP256R1", "X25519"},
        {GNUTLS_CLIENT, "+GROUP-SECP256R1:+GROUP-X25519", "SECP256R1"},
        {GNUTLS_CLIENT, "+GROUP-X25519", "X25519"},
    };

    for (guint i = 0; i < G_N_ELEMENTS (peers); i++) {
        g_autofree char *priority =
            g_strconcat (TLS13 ":-GROUP-ALL:", peers[i].groups, NULL);
        unsigned int share =
            peers[i].flags == GNUTLS_CLIENT ? GNUTLS_KEY_SHARE_TOP : 0;
        g_autoptr (Duel) duel =
            duel_new (peers[i].flags | share, priority, juliet);
        g_autofree char *text = NULL;

        retries = 0;
        gnutls_handshake_set_hook_function (
            duel->raw->session,
            GNUTLS_HANDSHAKE_HELLO_RETRY_REQUEST,
            GNUTLS_HOOK_BOTH,
            retry_cb);
        duel_pump (duel);
        g_assert_no_error (duel->error);
        assert_talks (duel);
        g_assert_cmpuint (retries, ==, 0);
        text = xtls_tls_describe (duel->tls);
        g_assert_true (g_str_has_suffix (text, "MLKEM768") ||
                       g_str_has_suffix (text, peers[i].expected));
    }
}

static void
test_bad_choices (void)
{
    static const char *const bad[] = {
        TLS13 ":-GROUP-ALL:+GROUP-FFDHE2048",
        TLS13 ":-GROUP-ALL:+GROUP-SECP521R1",
        TLS13 ":-CIPHER-ALL:+AES-128-CCM",
    };

    for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
        for (guint role = GNUTLS_SERVER; role <= GNUTLS_CLIENT; role++) {
            g_autoptr (Duel) duel = duel_new (role, bad[i], juliet);

            duel_pump (duel);
            g_assert_nonnull (duel->error);
            g_assert_false (xtls_tls_is_ready (duel->tls));
            g_assert_cmpuint (duel->asked, ==, 0);
        }
}

/* Certificates with other kinds of keys are rejected before the verifier is
 * called. */
static void
test_wrong_kind (void)
{
    TestCert *certs[] = {rsa, ed25519};

    for (guint i = 0; i < G_N_ELEMENTS (certs); i++)
        for (guint role = GNUTLS_SERVER; role <= GNUTLS_CLIENT; role++) {
            g_autoptr (Duel) duel = duel_new (role, TLS13, certs[i]);

            duel_pump (duel);
            g_assert_nonnull (duel->error);
            g_assert_false (xtls_tls_is_ready (duel->tls));
            g_assert_cmpuint (duel->asked, ==, 0);
        }
}

static void
test_no_certificate (void)
{
    g_autoptr (Duel) duel = duel_new (GNUTLS_CLIENT, TLS13, NULL);

    duel_pump (duel);
    g_assert_error (duel->error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_CERTIFICATE);
    g_assert_true (duel->raw->ready);
    g_assert_cmpint (duel->raw->alert, ==, GNUTLS_A_CERTIFICATE_REQUIRED);
    g_assert_cmpuint (duel->asked, ==, 0);
}

/* A server that does not request our certificate is rejected. */
static void
test_not_asked (void)
{
    g_autoptr (Duel) duel = duel_new (GNUTLS_SERVER, TLS13, juliet);

    gnutls_certificate_server_set_request (duel->raw->session,
                                           GNUTLS_CERT_IGNORE);
    duel_pump (duel);
    g_assert_error (duel->error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_HANDSHAKE);
    g_assert_false (xtls_tls_is_ready (duel->tls));
    g_assert_cmpint (duel->raw->alert, ==, GNUTLS_A_INSUFFICIENT_SECURITY);
}

/* Our certificate is sent whatever authorities the server names. */
static void
test_named_authorities (void)
{
    g_autoptr (TestCert) picky = test_cert_new_for ("juliet@capulet.lit");
    g_autoptr (Duel) duel = NULL;
    gnutls_x509_crt_t authority = rsa->crt;
    unsigned int count = 0;

    g_assert_cmpint (
        gnutls_certificate_set_x509_trust (picky->credentials, &authority, 1),
        ==,
        1);
    duel = duel_new (GNUTLS_SERVER, TLS13, picky);
    duel_pump (duel);
    g_assert_no_error (duel->error);
    g_assert_true (duel->raw->ready);
    g_assert_nonnull (
        gnutls_certificate_get_peers (duel->raw->session, &count));
    g_assert_cmpuint (count, ==, 1);
}

static void
test_alerts (void)
{
    static const struct {
        gnutls_alert_level_t level;
        gnutls_alert_description_t alert;
        int code;
    } cases[] = {
        {GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE, XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_WARNING, GNUTLS_A_BAD_CERTIFICATE, XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_FATAL,
         GNUTLS_A_UNSUPPORTED_CERTIFICATE,
         XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_FATAL, GNUTLS_A_CERTIFICATE_REVOKED, XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_FATAL, GNUTLS_A_CERTIFICATE_EXPIRED, XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_FATAL, GNUTLS_A_CERTIFICATE_UNKNOWN, XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_FATAL,
         GNUTLS_A_CERTIFICATE_REQUIRED,
         XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_FATAL, GNUTLS_A_UNKNOWN_CA, XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_FATAL, GNUTLS_A_ACCESS_DENIED, XTLS_TLS_ERROR_REFUSED},
        {GNUTLS_AL_FATAL, GNUTLS_A_DECRYPT_ERROR, XTLS_TLS_ERROR_ALERT},
        {GNUTLS_AL_FATAL, GNUTLS_A_INTERNAL_ERROR, XTLS_TLS_ERROR_ALERT},
        {GNUTLS_AL_FATAL, 250, XTLS_TLS_ERROR_ALERT},
        {GNUTLS_AL_WARNING, 250, XTLS_TLS_ERROR_ALERT},
        {GNUTLS_AL_WARNING, GNUTLS_A_USER_CANCELED, XTLS_TLS_ERROR_ALERT},
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        for (guint role = GNUTLS_SERVER; role <= GNUTLS_CLIENT; role++) {
            g_autoptr (Duel) duel = duel_joined (role);

            gnutls_alert_send (
                duel->raw->session, cases[i].level, cases[i].alert);
            duel_pump (duel);
            g_assert_error (duel->error, XTLS_TLS_ERROR, cases[i].code);
            g_assert_false (xtls_tls_has_ended (duel->tls));
            g_assert_cmpuint (xtls_tls_get_output (duel->tls)->len, ==, 0);
        }
}

static void
test_key_update (void)
{
    for (guint role = GNUTLS_SERVER; role <= GNUTLS_CLIENT; role++) {
        g_autoptr (Duel) duel = duel_joined (role);

        for (guint i = 0; i < 4; i++) {
            g_assert_cmpint (
                gnutls_session_key_update (duel->raw->session,
                                           i % 2 ? GNUTLS_KU_PEER : 0),
                ==,
                0);
            /* Data in the same flight as the update. */
            assert_talks (duel);
        }
    }
}

/* A flood of key updates ends the session instead of using processor time. */
static void
test_key_update_flood (void)
{
    g_autoptr (Duel) duel = duel_joined (GNUTLS_CLIENT);

    for (guint i = 0; i < 100; i++)
        gnutls_session_key_update (duel->raw->session, 0);
    duel_pump (duel);
    g_assert_error (duel->error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_RECORD);
}

/* Records that contain only padding do not end the stream. */
static void
test_empty_records (void)
{
    g_autoptr (Duel) duel = duel_joined (GNUTLS_SERVER);

    g_assert_cmpint (
        gnutls_record_send2 (duel->raw->session, "", 0, 300, 0), ==, 0);
    duel_pump (duel);
    g_assert_false (xtls_tls_has_ended (duel->tls));
    assert_talks (duel);
}

/* A peer may ask for small records, and padding stays within that size. */
static void
check_small_records (Duel *duel, gsize limit)
{
    g_autofree guint8 *data = g_malloc0 (100000);

    duel_pump (duel);
    g_assert_no_error (duel->error);
    for (gsize len = 1; len < 100000; len = len * 2 + 1) {
        g_byte_array_set_size (duel->raw->plain, 0);
        g_assert_true (xtls_tls_write (duel->tls, data, len, NULL));
        g_assert_true (len > limit ||
                       xtls_tls_get_output (duel->tls)->len ==
                           22 + MIN (limit, (len + 255) / 256 * 256));
        duel_pump (duel);
        g_assert_no_error (duel->error);
        g_assert_cmpint (duel->raw->error, ==, 0);
        g_assert_cmpuint (duel->raw->plain->len, ==, len);
    }
}

static void
test_small_records (void)
{
    static const guint limits[] = {512, 513, 700, 4095, 5000};

    for (guint role = GNUTLS_SERVER; role <= GNUTLS_CLIENT; role++)
        for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
            guint limit = limits[i];
            g_autoptr (Duel) duel = duel_new (role, TLS13, juliet);

            g_assert_cmpint (
                gnutls_record_set_max_recv_size (duel->raw->session, limit),
                ==,
                0);
            check_small_records (duel, limit);
        }
}

/* The older extension for the same, which only a client sends. */
static void
test_small_fragments (void)
{
    for (guint limit = 512; limit <= 4096; limit *= 2) {
        g_autoptr (Duel) duel = duel_new (GNUTLS_CLIENT, TLS13, juliet);

        g_assert_cmpint (
            (int)gnutls_record_set_max_size (duel->raw->session, limit), ==, 0);
        check_small_records (duel, limit);
    }
}

/* A certificate with an extension of @len bytes. */
static TestCert *
fat_cert (gsize len)
{
    g_autofree guint8 *filler = g_malloc0 (len);
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;

    gnutls_x509_privkey_init (&key);
    gnutls_x509_privkey_generate (
        key,
        GNUTLS_PK_ECDSA,
        GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1),
        0);
    gnutls_x509_crt_init (&crt);
    gnutls_x509_crt_set_version (crt, 3);
    gnutls_x509_crt_set_serial (crt, "\x01", 1);
    gnutls_x509_crt_set_activation_time (crt, 0);
    gnutls_x509_crt_set_expiration_time (crt, 1);
    gnutls_x509_crt_set_key (crt, key);
    gnutls_x509_crt_set_extension_by_oid (crt, "1.2.3.4", filler, len, 0);
    g_assert_cmpint (
        gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0), ==, 0);
    return test_cert_wrap (key, crt);
}

static gboolean
fits (gsize total)
{
    g_autoptr (TestCert) cert = fat_cert (total);
    g_autoptr (Duel) duel = duel_new (GNUTLS_CLIENT, TLS13, cert);

    duel_pump (duel);
    if (xtls_tls_is_ready (duel->tls))
        return TRUE;
    g_assert_error (duel->error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_TOO_LONG);
    g_assert_cmpuint (duel->asked, ==, 0);
    return FALSE;
}

static void
test_limit (void)
{
    g_assert_true (fits (XTLS_TLS_HANDSHAKE_MAX - 2000));
    g_assert_false (fits (XTLS_TLS_HANDSHAKE_MAX));
}

/* Our own handshake stays within the limit, whatever the certificate. */
static void
test_own_limit (void)
{
    g_autoptr (TestCert) cert = fat_cert (XTLS_TLS_HANDSHAKE_MAX);
    RawTls *raw = raw_tls_new (GNUTLS_CLIENT, TLS13, juliet->credentials);
    Duel duel = {.plain = g_byte_array_new (), .raw = raw};

    duel.tls = xtls_tls_new (
        XTLS_TLS_SERVER, cert->credentials, TRUE, verify_cb, &duel);
    raw_tls_step (raw);
    xtls_tls_feed (duel.tls, raw->out->data, raw->out->len);
    duel_step (&duel);
    g_assert_error (duel.error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_TOO_LONG);
    g_error_free (duel.error);
    xtls_tls_free (duel.tls);
    g_byte_array_unref (duel.plain);
    raw_tls_free (raw);
}

static void
append_record (GByteArray *out, guint8 type, const guint8 *data, guint16 len)
{
    guint8 header[] = {type, 3, 3, (guint8)(len >> 8), (guint8)len};

    g_byte_array_append (out, header, sizeof header);
    g_byte_array_append (out, data, len);
}

/* Whatever arrives instead of a handshake causes an error, at once or at the
 * limit, and memory stays bounded. */
static void
check_garbage (XtlsTlsRole role, const guint8 *data, gsize len)
{
    Duel duel = {.plain = g_byte_array_new ()};
    GError *error = NULL;
    gsize done;

    duel.tls = xtls_tls_new (role, romeo->credentials, FALSE, verify_cb, &duel);
    xtls_tls_step (duel.tls, duel.plain, NULL);
    for (done = 0; done < len; done += 1000) {
        xtls_tls_feed (duel.tls, data + done, MIN (1000, len - done));
        if (!xtls_tls_step (duel.tls, duel.plain, &error))
            break;
    }
    g_assert_nonnull (error);
    g_assert_true (error->domain == XTLS_TLS_ERROR);
    g_assert_cmpuint (done, <=, XTLS_TLS_HANDSHAKE_MAX);
    g_assert_cmpuint (duel.plain->len, ==, 0);
    g_assert_cmpuint (duel.asked, ==, 0);
    g_assert_false (xtls_tls_is_ready (duel.tls));
    g_error_free (error);
    xtls_tls_free (duel.tls);
    g_byte_array_unref (duel.plain);
}

static void
test_garbage (void)
{
    static const char http[] = "GET / HTTP/1.1\r\nHost: example\r\n\r\n";
    g_autofree guint8 *zero = g_malloc0 (200000);
    GByteArray *flood = g_byte_array_new ();

    for (guint role = XTLS_TLS_CLIENT; role <= XTLS_TLS_SERVER; role++) {
        check_garbage (role, (const guint8 *)http, sizeof http - 1);
        check_garbage (role, zero, 200000);

        /* Warnings without end, then change_cipher_spec without end. */
        g_byte_array_set_size (flood, 0);
        for (guint i = 0; i < 20000; i++)
            append_record (flood, 21, (const guint8 *)"\x01\x5a", 2);
        check_garbage (role, flood->data, flood->len);
        g_byte_array_set_size (flood, 0);
        for (guint i = 0; i < 20000; i++)
            append_record (flood, 20, (const guint8 *)"\x01", 1);
        check_garbage (role, flood->data, flood->len);

        /* A hello whose announced length exceeds the limit. */
        g_byte_array_set_size (flood, 0);
        memcpy (zero, role == XTLS_TLS_SERVER ? "\1\1\0\1" : "\2\1\0\1", 4);
        for (guint i = 0; i < 10; i++)
            append_record (flood, 22, zero, 16384);
        check_garbage (role, flood->data, flood->len);
        memset (zero, 0, 4);
    }
    g_byte_array_unref (flood);
}

static void
test_noise (void)
{
    guint8 noise[400];

    for (guint round = 0; round < 200; round++) {
        g_autoptr (Duel) duel =
            duel_joined (round % 2 ? GNUTLS_CLIENT : GNUTLS_SERVER);

        for (guint i = 0; i < sizeof noise; i++)
            noise[i] = (guint8)g_test_rand_int_range (0, 256);
        /* With well-formed headers the data gets further. */
        noise[0] = (guint8)g_test_rand_int_range (20, 25);
        memcpy (noise + 1, "\x03\x03\x00", 3);
        xtls_tls_feed (duel->tls, noise, sizeof noise);
        duel_step (duel);
        g_assert_error (duel->error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_RECORD);
        g_assert_cmpuint (duel->plain->len, ==, 0);
    }
}

int
main (int argc, char **argv)
{
    int ret;

    g_test_init (&argc, &argv, NULL);
    romeo = test_cert_new_for ("romeo@montague.lit");
    juliet = test_cert_new_for ("juliet@capulet.lit");
    rsa = test_cert_new (GNUTLS_PK_RSA, 2048, NULL);
    ed25519 = test_cert_new (GNUTLS_PK_EDDSA_ED25519, 256, NULL);
    g_test_add_func ("/tlspeer/version", test_old_version);
    g_test_add_func ("/tlspeer/choices", test_choices);
    g_test_add_func ("/tlspeer/choices/retry", test_no_retry);
    g_test_add_func ("/tlspeer/choices/bad", test_bad_choices);
    g_test_add_func ("/tlspeer/certificate/kind", test_wrong_kind);
    g_test_add_func ("/tlspeer/certificate/none", test_no_certificate);
    g_test_add_func ("/tlspeer/certificate/not-asked", test_not_asked);
    g_test_add_func ("/tlspeer/certificate/authorities",
                     test_named_authorities);
    g_test_add_func ("/tlspeer/alerts", test_alerts);
    g_test_add_func ("/tlspeer/key-update", test_key_update);
    g_test_add_func ("/tlspeer/key-update/flood", test_key_update_flood);
    g_test_add_func ("/tlspeer/records/empty", test_empty_records);
    g_test_add_func ("/tlspeer/records/small", test_small_records);
    g_test_add_func ("/tlspeer/records/small-fragments", test_small_fragments);
    g_test_add_func ("/tlspeer/limit", test_limit);
    g_test_add_func ("/tlspeer/limit/own", test_own_limit);
    g_test_add_func ("/tlspeer/garbage", test_garbage);
    g_test_add_func ("/tlspeer/noise", test_noise);
    ret = g_test_run ();
    test_cert_free (romeo);
    test_cert_free (juliet);
    test_cert_free (rsa);
    test_cert_free (ed25519);
    return ret;
}
