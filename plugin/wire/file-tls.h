/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS for a file that is sent beside the stream: TLS 1.3 with a pre-shared key
 * and (EC)DHE, without certificates, on a connected socket. The one who sends
 * the file is the TLS client. It never blocks and has no timer.
 */
#pragma once

#include <glib.h>

/* The size of the key, in bytes. */
#define XTLS_FILE_TLS_KEY 32
/* The largest record, in bytes: what one call reads at most. */
#define XTLS_FILE_TLS_RECORD (16 * 1024)

typedef enum {
    XTLS_FILE_TLS_OK,
    XTLS_FILE_TLS_AGAIN, /* when the socket is ready */
    XTLS_FILE_TLS_ENDED, /* only of reading: by the peer's close_notify */
    XTLS_FILE_TLS_FAILED /* for good */
} XtlsFileTlsResult;

typedef struct XtlsFileTls XtlsFileTls;

/**
 * xtls_file_tls_new:
 * @sends: whether this side sends the file
 * @key: (array fixed-size=32): the same at both ends
 * @fd: (transfer none): a connected socket that does not block; it outlives the
 *   result
 *
 * Returns: (transfer full) (nullable): %NULL if GnuTLS, or the system's
 * cryptographic policy, does not allow what it needs.
 */
XtlsFileTls *xtls_file_tls_new (gboolean sends, const guint8 *key, int fd);

/* @tls: (nullable). The socket stays open. */
void xtls_file_tls_free (XtlsFileTls *tls);

/* Returns: %XTLS_FILE_TLS_OK when the peer has proved that it has the key. Call
 * it again after %XTLS_FILE_TLS_AGAIN. @tls: the connection. */
XtlsFileTlsResult xtls_file_tls_handshake (XtlsFileTls *tls);

/* Returns: whether the last call needs the socket to be writable, rather than
 * readable. @tls: the connection. */
gboolean xtls_file_tls_wants_write (XtlsFileTls *tls);

/**
 * xtls_file_tls_read:
 * @tls: after the handshake
 * @buffer: (array length=len): with room for %XTLS_FILE_TLS_RECORD bytes, or
 *   the rest of a record may wait although the socket is not readable
 * @got: (out): how many bytes were read, with %XTLS_FILE_TLS_OK
 *
 * Returns: %XTLS_FILE_TLS_FAILED also if the connection has ended without
 * close_notify.
 */
XtlsFileTlsResult
xtls_file_tls_read (XtlsFileTls *tls, guint8 *buffer, gsize len, gsize *got);

/**
 * xtls_file_tls_write:
 * @tls: after the handshake
 * @data: (array length=len): after %XTLS_FILE_TLS_AGAIN, the same again
 * @taken: (out): how many bytes were taken, with %XTLS_FILE_TLS_OK
 */
XtlsFileTlsResult xtls_file_tls_write (XtlsFileTls *tls,
                                       const guint8 *data,
                                       gsize len,
                                       gsize *taken);

/* Sends close_notify. Returns: as xtls_file_tls_handshake(). @tls: after the
 * handshake. */
XtlsFileTlsResult xtls_file_tls_bye (XtlsFileTls *tls);
