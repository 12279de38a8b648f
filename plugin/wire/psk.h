/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS 1.3 for a file beside the stream: both sides have the same key
 * beforehand, and add a Diffie-Hellman exchange (psk_dhe_ke). Made for much
 * data: buffers of fixed size, and nothing is padded. Bytes in, bytes out: it
 * opens no socket and owns no timer.
 */
#pragma once

#include "tls.h"

#include <glib.h>

#define XTLS_PSK_KEY_LEN 32
/* The most that is taken in, and that is written, at once. */
#define XTLS_PSK_CHUNK (64 * 1024)

typedef enum {
    XTLS_PSK_AGAIN, /* more of the peer's bytes are needed */
    XTLS_PSK_DONE,
    XTLS_PSK_ENDED, /* the peer's `close_notify` was read */
    XTLS_PSK_FAILED
} XtlsPskResult;

typedef struct XtlsPsk XtlsPsk;

/**
 * xtls_psk_new:
 * @role: who sends the file is the client
 * @key: copied
 *
 * Returns: (transfer full): an engine that has not begun its handshake.
 */
XtlsPsk *xtls_psk_new (XtlsTlsRole role, const guint8 key[XTLS_PSK_KEY_LEN]);
void xtls_psk_free (XtlsPsk *psk);

/**
 * xtls_psk_reserve:
 * @len: (out): how many bytes fit; 0: read first what is there
 *
 * Returns: (transfer none): where the peer's next bytes are to be written; tell
 * with xtls_psk_received() how many they were.
 */
guint8 *xtls_psk_reserve (XtlsPsk *psk, gsize *len);
void xtls_psk_received (XtlsPsk *psk, gsize len);

/**
 * xtls_psk_handshake:
 *
 * Goes on as far as the bytes received allow. %XTLS_PSK_DONE means that the
 * peer has proved that it has the key.
 */
XtlsPskResult xtls_psk_handshake (XtlsPsk *psk);

/**
 * xtls_psk_read:
 * @data: (out caller-allocates) (array length=len): decrypted bytes
 * @got: (out): how many
 *
 * The handshake is done. %XTLS_PSK_DONE comes with at least one byte; there may
 * be more.
 */
XtlsPskResult xtls_psk_read (XtlsPsk *psk, guint8 *data, gsize len, gsize *got);

/* Whether bytes that were received have not been looked at by
 * xtls_psk_read(). */
gboolean xtls_psk_has_unread (XtlsPsk *psk);

/**
 * xtls_psk_write:
 * @data: (array length=len): at most %XTLS_PSK_CHUNK bytes
 *
 * Encrypts; the handshake is done. The records are in the output.
 *
 * Returns: %FALSE if it has failed.
 */
gboolean xtls_psk_write (XtlsPsk *psk, const guint8 *data, gsize len);

/* Puts `close_notify` in the output; nothing can be written after it. */
void xtls_psk_bye (XtlsPsk *psk);

/**
 * xtls_psk_get_output:
 *
 * Returns: (transfer none): the bytes for the peer. The caller sends them and
 * empties the array.
 */
GByteArray *xtls_psk_get_output (XtlsPsk *psk);

/**
 * xtls_psk_get_detail:
 *
 * Returns: (nullable) (transfer none): why it has failed, a technical word for
 * the debug log.
 */
const char *xtls_psk_get_detail (XtlsPsk *psk);
