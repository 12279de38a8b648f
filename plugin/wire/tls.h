/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLS engine: bytes in, bytes out, with GnuTLS in between. TLS 1.3 only,
 * with certificates from both sides, and without tickets, resumption, early
 * data or SNI. It opens no socket and has no timer.
 */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>

/* The most bytes that either side may send before the handshake is done. */
#define XTLS_TLS_HANDSHAKE_MAX (64 * 1024)
/* Records are padded to the next multiple of this … */
#define XTLS_TLS_PADDING_STEP 256
/* … up to this many bytes of plaintext; larger records are not padded. */
#define XTLS_TLS_PADDING_MAX 4096

#define XTLS_TLS_ERROR (xtls_tls_error_quark ())

typedef enum {
    XTLS_TLS_ERROR_HANDSHAKE,    /* no common version, group or message */
    XTLS_TLS_ERROR_CERTIFICATE,  /* we rejected the peer's certificate */
    XTLS_TLS_ERROR_REFUSED,      /* the peer rejected ours, by an alert */
    XTLS_TLS_ERROR_ALERT,        /* any other fatal alert from the peer */
    XTLS_TLS_ERROR_RECORD,       /* a record was damaged or malformed */
    XTLS_TLS_ERROR_UNABLE,       /* the system's rules forbid what is needed */
    XTLS_TLS_ERROR_INCOMPATIBLE, /* nothing in common with the peer */
    XTLS_TLS_ERROR_TOO_LONG      /* over XTLS_TLS_HANDSHAKE_MAX */
} XtlsTlsError;

typedef enum { XTLS_TLS_CLIENT, XTLS_TLS_SERVER } XtlsTlsRole;

typedef struct XtlsTls XtlsTls;

/**
 * XtlsTlsVerify:
 * @der: (transfer none): the peer's own certificate, DER
 * @error: why it is rejected
 *
 * Called once, during the handshake. It must not free the engine.
 *
 * Returns: %TRUE to continue; on %FALSE the alert `bad_certificate` is sent to
 * the peer.
 */
typedef gboolean (*XtlsTlsVerify) (const gnutls_datum_t *der,
                                   gpointer user_data,
                                   GError **error);

GQuark xtls_tls_error_quark (void);

/**
 * xtls_tls_new:
 * @role: the Jingle initiator is the client
 * @credentials: (transfer none): own certificate and key; must outlive the
 *   engine
 * @padding: whether our records hide the length of their content
 *
 * Returns: (transfer full): an engine that has not begun its handshake.
 */
XtlsTls *xtls_tls_new (XtlsTlsRole role,
                       gnutls_certificate_credentials_t credentials,
                       gboolean padding,
                       XtlsTlsVerify verify,
                       gpointer user_data);

void xtls_tls_free (XtlsTls *tls);

/* Applies to records from now on, like @padding of xtls_tls_new(). */
void xtls_tls_set_padding (XtlsTls *tls, gboolean padding);

/**
 * xtls_tls_feed:
 * @data: bytes of the peer, however they are split; at most a few MiB at a time
 *
 * Stores bytes without processing them. Call xtls_tls_step() next.
 */
void xtls_tls_feed (XtlsTls *tls, const guint8 *data, gsize len);

/**
 * xtls_tls_step:
 * @plain: decrypted bytes are appended to it
 *
 * Processes handshake, alerts and records as far as the bytes allow. A client's
 * first call produces its hello. After a failure the alert for the peer is in
 * the output.
 *
 * Returns: %FALSE with an #XtlsTlsError if the connection has failed, which is
 * final.
 */
gboolean xtls_tls_step (XtlsTls *tls, GByteArray *plain, GError **error);

/**
 * xtls_tls_write:
 * @data: (array length=len): plaintext; the handshake must be done
 *
 * Encrypts @data; the records are put into the output.
 */
gboolean
xtls_tls_write (XtlsTls *tls, const guint8 *data, gsize len, GError **error);

/**
 * xtls_tls_bye:
 *
 * Puts `close_notify` into the output, once; nothing can be written after it.
 * Before the handshake is done it does nothing.
 */
void xtls_tls_bye (XtlsTls *tls);

/**
 * xtls_tls_get_output:
 *
 * Returns: (transfer none): the bytes for the peer. The caller sends them and
 * empties the array.
 */
GByteArray *xtls_tls_get_output (XtlsTls *tls);

/**
 * xtls_tls_is_ready:
 *
 * Returns: %TRUE once the handshake function has returned. A TLS 1.3 client is
 * ready before the server has checked its certificate.
 */
gboolean xtls_tls_is_ready (XtlsTls *tls);

/**
 * xtls_tls_has_ended:
 *
 * Returns: %TRUE once the peer's `close_notify` has been read.
 */
gboolean xtls_tls_has_ended (XtlsTls *tls);

/**
 * xtls_tls_describe:
 *
 * Returns: (transfer full): version, cipher and group of the key exchange, as
 * `TLS 1.3, AES-256-GCM, X25519-MLKEM768`, for people. Once ready.
 */
char *xtls_tls_describe (XtlsTls *tls);

/**
 * xtls_tls_get_binding:
 * @binding: (out caller-allocates) (array fixed-size=32): the tls-exporter
 *   channel binding of RFC 9266, which is the same on both sides. Only when
 *   ready.
 */
gboolean xtls_tls_get_binding (XtlsTls *tls, guint8 binding[32]);

/**
 * xtls_tls_export:
 * @label: the name of the use
 * @context: tells apart the keys of one use
 * @key: (out caller-allocates) (array fixed-size=32): a key that is the same on
 *   both sides (RFC 8446 7.5). Only when ready.
 */
gboolean xtls_tls_export (XtlsTls *tls,
                          const char *label,
                          const char *context,
                          guint8 key[32]);
