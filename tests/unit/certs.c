/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates for tests, see certs.h. */
#include "certs.h"

#include <string.h>
#include <time.h>

#define ok(call) g_assert_cmpint (call, >=, 0)

TestCert *
test_cert_wrap (gnutls_x509_privkey_t key, gnutls_x509_crt_t crt)
{
    TestCert *cert = g_new0 (TestCert, 1);

    cert->key = key;
    cert->crt = crt;
    ok (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &cert->der));
    ok (gnutls_certificate_allocate_credentials (&cert->credentials));
    ok (gnutls_certificate_set_x509_key (cert->credentials, &crt, 1, key));
    return cert;
}

TestCert *
test_cert_new (gnutls_pk_algorithm_t pk, guint bits, const char *const *jids)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    gnutls_digest_algorithm_t digest =
        pk == GNUTLS_PK_EDDSA_ED25519 ? GNUTLS_DIG_SHA512 : GNUTLS_DIG_SHA256;

    ok (gnutls_x509_privkey_init (&key));
    ok (gnutls_x509_privkey_generate (key, pk, bits, 0));
    ok (gnutls_x509_crt_init (&crt));
    ok (gnutls_x509_crt_set_version (crt, 3));
    ok (gnutls_x509_crt_set_serial (crt, "\x01", 1));
    ok (gnutls_x509_crt_set_activation_time (crt, time (NULL) - 172800));
    ok (gnutls_x509_crt_set_expiration_time (crt, time (NULL) - 86400));
    ok (gnutls_x509_crt_set_key (crt, key));
    for (; jids != NULL && *jids != NULL; jids++)
        ok (gnutls_x509_crt_set_subject_alt_othername (
            crt,
            "1.3.6.1.5.5.7.8.5",
            *jids,
            (unsigned int)strlen (*jids),
            GNUTLS_FSAN_APPEND | GNUTLS_FSAN_ENCODE_UTF8_STRING));
    ok (gnutls_x509_crt_sign2 (crt, crt, key, digest, 0));
    return test_cert_wrap (key, crt);
}

TestCert *
test_cert_new_for (const char *jid)
{
    const char *jids[] = {jid, NULL};

    return test_cert_new (GNUTLS_PK_ECDSA,
                          GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1),
                          jids);
}

void
test_cert_free (TestCert *cert)
{
    gnutls_certificate_free_credentials (cert->credentials);
    gnutls_x509_crt_deinit (cert->crt);
    gnutls_x509_privkey_deinit (cert->key);
    gnutls_free (cert->der.data);
    g_free (cert);
}
