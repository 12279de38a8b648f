/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/certificate.c. */
#define _GNU_SOURCE /* memmem */

#include "certificate.h"
#include "certs.h"

#include <string.h>

#define ROMEO "romeo@montague.lit"

static const XtlsFingerprint other_own = {{0}};

/* Checks a certificate for @peer; -1 for accepted, else the error code. */
static int
check (const gnutls_datum_t *der, const char *peer)
{
    XtlsFingerprint fingerprint, want;
    GError *error = NULL;
    int code = -1;

    memset (&fingerprint, 0x5a, sizeof fingerprint);
    want = fingerprint;
    if (xtls_certificate_check (der, peer, &other_own, &fingerprint, &error)) {
        g_assert_no_error (error);
        xtls_fingerprint_of (der->data, der->size, &want);
    } else {
        g_assert_true (error->domain == XTLS_CERTIFICATE_ERROR);
        code = error->code;
        g_error_free (error);
    }
    g_assert_true (xtls_fingerprint_equal (&fingerprint, &want));
    return code;
}

static TestCert *
make_own (const char *jid)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    GError *error = NULL;

    g_assert_true (xtls_certificate_make (jid, &key, &crt, &error));
    g_assert_no_error (error);
    return test_cert_wrap (key, crt);
}

static void
test_make (void)
{
    g_autoptr (TestCert) cert = make_own (ROMEO);
    g_autoptr (TestCert) second = make_own (ROMEO);
    guint8 serial[32], serial2[32];
    size_t len = sizeof serial, len2 = sizeof serial2;
    gnutls_ecc_curve_t curve;

    g_assert_cmpint (gnutls_x509_crt_get_version (cert->crt), ==, 3);
    g_assert_cmpint (gnutls_x509_crt_get_signature_algorithm (cert->crt),
                     ==,
                     GNUTLS_SIGN_ECDSA_SHA256);
    g_assert_cmpint (
        gnutls_x509_crt_get_pk_ecc_raw (cert->crt, &curve, NULL, NULL), ==, 0);
    g_assert_cmpint (curve, ==, GNUTLS_ECC_CURVE_SECP256R1);
    g_assert_true (gnutls_x509_crt_check_issuer (cert->crt, cert->crt));
    g_assert_nonnull (
        memmem (cert->der.data, cert->der.size, "99991231235959Z", 15));
    gnutls_x509_crt_get_serial (cert->crt, serial, &len);
    gnutls_x509_crt_get_serial (second->crt, serial2, &len2);
    g_assert_cmpuint (len, ==, 16);
    g_assert_cmpuint (serial[0] & 0x80, ==, 0);
    g_assert_true (memcmp (serial, serial2, 16) != 0);
    g_assert_cmpint (check (&cert->der, ROMEO), ==, -1);
    g_assert_cmpint (check (&cert->der, "juliet@capulet.lit"),
                     ==,
                     XTLS_CERTIFICATE_ERROR_JID);
}

static void
test_make_unicode (void)
{
    g_autofree char *local = g_strnfill (900, 'a');
    g_autofree char *jid = g_strconcat (local, "@фото.example", NULL);
    g_autoptr (TestCert) cert = make_own (jid);

    g_assert_cmpint (check (&cert->der, jid), ==, -1);
    g_assert_cmpint (
        check (&cert->der, "фото.example"), ==, XTLS_CERTIFICATE_ERROR_JID);
}

static void
test_own (void)
{
    g_autoptr (TestCert) cert = test_cert_new_for (ROMEO);
    XtlsFingerprint own, fingerprint;
    GError *error = NULL;

    xtls_fingerprint_of (cert->der.data, cert->der.size, &own);
    g_assert_false (
        xtls_certificate_check (&cert->der, ROMEO, &own, &fingerprint, &error));
    g_assert_error (error, XTLS_CERTIFICATE_ERROR, XTLS_CERTIFICATE_ERROR_OWN);
    g_error_free (error);
}

static void
test_jid (void)
{
    static const struct {
        const char *jids[4];
        int code;
    } cases[] = {
        {{NULL}, -1},
        {{ROMEO}, -1},
        {{"a@b", "c@d", ROMEO}, -1},
        {{ROMEO, "a@b"}, -1},
        {{"a@b", "c@d"}, XTLS_CERTIFICATE_ERROR_JID},
        {{"Romeo@montague.lit"}, XTLS_CERTIFICATE_ERROR_JID},
        {{ROMEO "/orchard"}, XTLS_CERTIFICATE_ERROR_JID},
        {{"romeo@montague.li"}, XTLS_CERTIFICATE_ERROR_JID},
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (TestCert) cert =
            test_cert_new (GNUTLS_PK_ECDSA,
                           GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1),
                           cases[i].jids);

        g_assert_cmpint (check (&cert->der, ROMEO), ==, cases[i].code);
    }
}

/* A NUL inside must not end the comparison early. */
static void
test_jid_nul (void)
{
    g_autoptr (TestCert) cert = test_cert_new_for (ROMEO "Xevil.example");
    guint8 *place =
        memmem (cert->der.data, cert->der.size, ROMEO "X", strlen (ROMEO) + 1);

    g_assert_nonnull (place);
    place[strlen (ROMEO)] = '\0';
    g_assert_cmpint (check (&cert->der, ROMEO), >=, 0);
}

/* A certificate whose subjectAltName is the given DER. */
static int
check_with_extension (const guint8 *der, gsize len, const char *peer)
{
    g_autoptr (TestCert) cert = test_cert_new_for ("x@y");
    gnutls_datum_t out = {NULL, 0};
    int code;

    g_assert_cmpint (gnutls_x509_crt_set_extension_by_oid (
                         cert->crt, "2.5.29.17", der, len, 0),
                     >=,
                     0);
    g_assert_cmpint (gnutls_x509_crt_sign2 (
                         cert->crt, cert->crt, cert->key, GNUTLS_DIG_SHA256, 0),
                     >=,
                     0);
    g_assert_cmpint (
        gnutls_x509_crt_export2 (cert->crt, GNUTLS_X509_FMT_DER, &out), >=, 0);
    code = check (&out, peer);
    gnutls_free (out.data);
    return code;
}

#define check_extension(literal, peer)                                         \
    check_with_extension ((const guint8 *)(literal), sizeof (literal) - 1, peer)

static void
test_jid_malformed (void)
{
    /* otherName id-on-xmppAddr, [0] UTF8String "a@b": the good form. */
    g_assert_cmpint (check_extension ("\x30\x13\xa0\x11\x06\x08"
                                      "\x2b\x06\x01\x05\x05\x07\x08\x05"
                                      "\xa0\x05\x0c\x03"
                                      "a@b",
                                      "a@b"),
                     ==,
                     -1);
    /* A NUL inside the name. */
    g_assert_cmpint (check_extension ("\x30\x15\xa0\x13\x06\x08"
                                      "\x2b\x06\x01\x05\x05\x07\x08\x05"
                                      "\xa0\x07\x0c\x05"
                                      "a@b\0c",
                                      "a@b"),
                     >=,
                     0);
    /* An INTEGER where the UTF8String should be. */
    g_assert_cmpint (check_extension ("\x30\x13\xa0\x11\x06\x08"
                                      "\x2b\x06\x01\x05\x05\x07\x08\x05"
                                      "\xa0\x05\x02\x03"
                                      "a@b",
                                      "a@b"),
                     ==,
                     XTLS_CERTIFICATE_ERROR_MALFORMED);
    /* No SEQUENCE at all, and an overlong length. */
    g_assert_cmpint (
        check_extension ("xyz", "a@b"), ==, XTLS_CERTIFICATE_ERROR_MALFORMED);
    g_assert_cmpint (check_extension ("\x30\x7f\xa0\x7d\x06\x08", "a@b"),
                     ==,
                     XTLS_CERTIFICATE_ERROR_MALFORMED);
}

static void
test_weak (void)
{
    static const struct {
        gnutls_pk_algorithm_t pk;
        guint bits;
        int code;
    } cases[] = {
        {GNUTLS_PK_RSA, 3072, XTLS_CERTIFICATE_ERROR_WEAK},
        {GNUTLS_PK_EDDSA_ED25519, 256, XTLS_CERTIFICATE_ERROR_WEAK},
        {GNUTLS_PK_ECDSA,
         GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP224R1),
         XTLS_CERTIFICATE_ERROR_WEAK},
        {GNUTLS_PK_ECDSA,
         GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1),
         -1},
        {GNUTLS_PK_ECDSA,
         GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1),
         -1},
        {GNUTLS_PK_ECDSA,
         GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP521R1),
         -1},
    };
    const char *jids[] = {ROMEO, NULL};

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (TestCert) cert =
            test_cert_new (cases[i].pk, cases[i].bits, jids);

        g_assert_cmpint (check (&cert->der, ROMEO), ==, cases[i].code);
    }
}

static void
test_malformed (void)
{
    g_autoptr (TestCert) cert = test_cert_new_for (ROMEO);
    gnutls_datum_t part = {cert->der.data, 0};
    g_autofree guint8 *noise = g_malloc (cert->der.size);

    for (; part.size < cert->der.size; part.size++)
        g_assert_cmpint (
            check (&part, ROMEO), ==, XTLS_CERTIFICATE_ERROR_MALFORMED);

    /* With any single byte changed, any result is allowed, but no crash. */
    for (guint i = 0; i < cert->der.size; i++) {
        gnutls_datum_t changed = {noise, cert->der.size};

        memcpy (noise, cert->der.data, cert->der.size);
        noise[i] ^= (guint8)g_test_rand_int_range (1, 256);
        check (&changed, ROMEO);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/certificate/make", test_make);
    g_test_add_func ("/certificate/make/unicode", test_make_unicode);
    g_test_add_func ("/certificate/own", test_own);
    g_test_add_func ("/certificate/jid", test_jid);
    g_test_add_func ("/certificate/jid/nul", test_jid_nul);
    g_test_add_func ("/certificate/jid/malformed", test_jid_malformed);
    g_test_add_func ("/certificate/weak", test_weak);
    g_test_add_func ("/certificate/malformed", test_malformed);
    return g_test_run ();
}
