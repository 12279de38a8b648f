/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLS engine: bytes in, bytes out, GnuTLS between. TLS 1.3 only, a
 * certificate from both sides, no tickets, no resumption, no early data, no
 * SNI. It opens no socket and owns no timer.
 */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>

/* The most bytes that either side may send before the handshake is done. */
#define XTLS_TLS_HANDSHAKE_MAX (64 * 1024)
/* Records are padded to the next multiple of this … */
#define XTLS_TLS_PADDING_STEP 256
/* … up to this many bytes of plaintext; larger ones are not padded. */
#define XTLS_TLS_PADDING_MAX 4096

#define XTLS_TLS_ERROR (xtls_tls_error_quark ())

typedef enum {
    XTLS_TLS_ERROR_HANDSHAKE,   /* versions, groups or messages do not fit */
    XTLS_TLS_ERROR_CERTIFICATE, /* we refused the peer's certificate */
    XTLS_TLS_ERROR_REFUSED,     /* the peer refused ours, by an alert */
    XTLS_TLS_ERROR_ALERT,       /* any other fatal alert from the peer */
    XTLS_TLS_ERROR_RECORD,      /* a record was damaged or malformed */
    XTLS_TLS_ERROR_TOO_LONG     /* over XTLS_TLS_HANDSHAKE_MAX */
} XtlsTlsError;

typedef enum { XTLS_TLS_CLIENT, XTLS_TLS_SERVER } XtlsTlsRole;

typedef struct XtlsTls XtlsTls;

/**
 * XtlsTlsVerify:
 * @der: (transfer none): the peer's own certificate, DER
 * @error: why it is refused
 *
 * Called once, inside the handshake; must not free the engine.
 *
 * Returns: %TRUE to go on. On %FALSE the peer is sent the alert
 * `bad_certificate`.
 */
typedef gboolean (*XtlsTlsVerify) (const gnutls_datum_t *der,
                                   gpointer user_data,
                                   GError **error);

GQuark xtls_tls_error_quark (void);

/**
 * xtls_tls_new:
 * @role: the Jingle initiator is client
 * @credentials: (transfer none): own certificate and key; must outlive the
 *   engine
 * @padding: whether own records hide the length of what is in them
 *
 * Returns: (transfer full): an engine that has not begun its handshake.
 */
XtlsTls *xtls_tls_new (XtlsTlsRole role,
                       gnutls_certificate_credentials_t credentials,
                       gboolean padding,
                       XtlsTlsVerify verify,
                       gpointer user_data);

void xtls_tls_free (XtlsTls *tls);

/* For records from now on, as @padding of xtls_tls_new(). */
void xtls_tls_set_padding (XtlsTls *tls, gboolean padding);

/**
 * xtls_tls_feed:
 * @data: bytes of the peer, split anyhow; at most a few MiB at a time
 *
 * Takes bytes in, without looking at them. Call xtls_tls_step() next.
 */
void xtls_tls_feed (XtlsTls *tls, const guint8 *data, gsize len);

/**
 * xtls_tls_step:
 * @plain: decrypted bytes are appended here
 *
 * Goes as far as the bytes fed allow: handshake, alerts, records. The first
 * call of a client produces its hello. After a failure the alert that tells the
 * peer is in the output.
 *
 * Returns: %FALSE with an #XtlsTlsError when the connection has failed.
 * Once failed it stays failed.
 */
gboolean xtls_tls_step (XtlsTls *tls, GByteArray *plain, GError **error);

/**
 * xtls_tls_write:
 * @data: (array length=len): plaintext; the handshake must be done
 *
 * Encrypts; the records are in the output.
 */
gboolean
xtls_tls_write (XtlsTls *tls, const guint8 *data, gsize len, GError **error);

/**
 * xtls_tls_bye:
 *
 * Puts `close_notify` in the output. Once; nothing can be written after it.
 * Before the end of the handshake it does nothing.
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
 * Returns: %TRUE once the handshake function is done. A TLS 1.3 client is ready
 * before the server has judged its certificate.
 */
gboolean xtls_tls_is_ready (XtlsTls *tls);

/**
 * xtls_tls_has_ended:
 *
 * Returns: %TRUE once the peer's `close_notify` was read.
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
 *   channel binding of RFC 9266, equal at both ends. Once ready.
 */
gboolean xtls_tls_get_binding (XtlsTls *tls, guint8 binding[32]);
