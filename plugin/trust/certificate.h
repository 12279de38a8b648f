/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the peer's certificate (doc/PROTOCOL.md, "TLS") and makes our own. */
#pragma once

#include "fingerprint.h"

#include <glib.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define XTLS_CERTIFICATE_ERROR (xtls_certificate_error_quark ())

typedef enum {
    XTLS_CERTIFICATE_ERROR_MALFORMED,
    XTLS_CERTIFICATE_ERROR_WEAK, /* not ECDSA over P-256 or better */
    XTLS_CERTIFICATE_ERROR_JID,  /* its JID is not that of the peer */
    XTLS_CERTIFICATE_ERROR_OWN   /* it is our own */
} XtlsCertificateError;

GQuark xtls_certificate_error_quark (void);

/**
 * xtls_certificate_check:
 * @der: the certificate
 * @peer: the peer's bare JID
 * @own: the fingerprint of the certificate that this side presents
 * @fingerprint: (out caller-allocates): the certificate's fingerprint, on
 *   success
 *
 * Validity dates and issuers are ignored: a self-signed certificate is
 * identified only by its fingerprint. A certificate without a JID is accepted;
 * one that names JIDs (id-on-xmppAddr, RFC 6120 13.7.1.4) must name @peer.
 *
 * Returns: %TRUE if @peer may use the certificate.
 */
gboolean xtls_certificate_check (const gnutls_datum_t *der,
                                 const char *peer,
                                 const XtlsFingerprint *own,
                                 XtlsFingerprint *fingerprint,
                                 GError **error);

/**
 * xtls_certificate_get_jid:
 * @crt: a certificate
 *
 * Returns: (transfer full) (nullable): the first JID that the certificate
 * names; %NULL if it names none, or is malformed.
 */
char *xtls_certificate_get_jid (gnutls_x509_crt_t crt);

/**
 * xtls_certificate_make:
 * @jid: the bare JID for subjectAltName
 * @key: (out): (transfer full): a new ECDSA P-256 key
 * @crt: (out): (transfer full): its self-signed certificate, valid until
 *   99991231235959Z
 */
gboolean xtls_certificate_make (const char *jid,
                                gnutls_x509_privkey_t *key,
                                gnutls_x509_crt_t *crt,
                                GError **error);
