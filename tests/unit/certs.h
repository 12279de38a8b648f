/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates for tests: acceptable ones, and those that must be rejected. */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

typedef struct {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    gnutls_datum_t der;
    gnutls_certificate_credentials_t credentials;
} TestCert;

/**
 * test_cert_new:
 * @bits: as for gnutls_x509_privkey_generate()
 * @jids: (array zero-terminated=1) (nullable): id-on-xmppAddr names
 *
 * Makes a self-signed certificate that has expired, to show that validity dates
 * are ignored.
 */
TestCert *
test_cert_new (gnutls_pk_algorithm_t pk, guint bits, const char *const *jids);

/* P-256, with one JID. */
TestCert *test_cert_new_for (const char *jid);

/* Takes ownership of both. */
TestCert *test_cert_wrap (gnutls_x509_privkey_t key, gnutls_x509_crt_t crt);

void test_cert_free (TestCert *cert);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestCert, test_cert_free)
