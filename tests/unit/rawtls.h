/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TLS peer made only of GnuTLS, which can do what our engine never does. */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>

typedef struct {
    gnutls_session_t session;
    GByteArray *in, *out;
    GByteArray *plain; /* the decrypted data */
    gboolean ready;
    gboolean ended; /* the peer's close_notify has arrived */
    int error;      /* GnuTLS code, once it has failed */
    int alert;      /* the alert received, -1 for none */
} RawTls;

/**
 * raw_tls_new:
 * @flags: GNUTLS_CLIENT or GNUTLS_SERVER, and others
 * @priority: GnuTLS priority string
 * @credentials: (nullable): none presents no certificate
 */
RawTls *raw_tls_new (unsigned int flags,
                     const char *priority,
                     gnutls_certificate_credentials_t credentials);
void raw_tls_free (RawTls *raw);

/* Processes as much as the input allows. */
void raw_tls_step (RawTls *raw);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawTls, raw_tls_free)
