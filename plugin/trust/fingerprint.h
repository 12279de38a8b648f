/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-256 fingerprints of certificates, and their forms for users. */
#pragma once

#include <glib.h>

#define XTLS_FINGERPRINT_LEN 32

typedef struct {
    guint8 bytes[XTLS_FINGERPRINT_LEN];
} XtlsFingerprint;

/**
 * xtls_fingerprint_of:
 * @der: (array length=len): a certificate
 * @fingerprint: (out caller-allocates): SHA-256 over @der
 */
void xtls_fingerprint_of (const guint8 *der,
                          gsize len,
                          XtlsFingerprint *fingerprint);

/**
 * xtls_fingerprint_parse:
 * @text: (nullable): 64 hexadecimal digits; colons, spaces and case are ignored
 *
 * Returns: %TRUE if @text is a fingerprint.
 */
gboolean xtls_fingerprint_parse (const char *text,
                                 XtlsFingerprint *fingerprint);

/**
 * xtls_fingerprint_to_string:
 *
 * Returns: (transfer full): upper-case pairs with colons, as
 * `openssl x509 -fingerprint -sha256` prints it.
 */
char *xtls_fingerprint_to_string (const XtlsFingerprint *fingerprint);

/**
 * xtls_fingerprint_to_groups:
 *
 * Returns: (transfer full): eight groups of eight digits, for reading aloud.
 */
char *xtls_fingerprint_to_groups (const XtlsFingerprint *fingerprint);

/**
 * xtls_fingerprint_to_lines:
 *
 * Returns: (transfer full): as xtls_fingerprint_to_string(), on two lines of
 * four groups of four pairs, for narrow windows.
 */
char *xtls_fingerprint_to_lines (const XtlsFingerprint *fingerprint);

/* Returns: whether @a and @b are the same fingerprint. */
gboolean xtls_fingerprint_equal (const XtlsFingerprint *a,
                                 const XtlsFingerprint *b);
