/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What TLS may use, and prefers; see tls-priority.h. */
#include "tls-priority.h"

#include <glib.h>

/* TLS 1.3 alone, and its AEAD suites. */
#define PRIORITY_BASE                                                          \
    "NONE:+VERS-TLS1.3:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:+AEAD:"    \
    "+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SECP384R1-SHA384:"               \
    "+SIGN-ECDSA-SECP521R1-SHA512:+CTYPE-X509"
/* A GnuTLS server takes the first group of the client's list that it supports.
 * If the client has sent no key share for it, the server asks for one, which
 * costs a round trip. Our client sends a share for P-256, and one for the
 * hybrid if GnuTLS has it (xtls_tls_priority_get_key_shares()). Therefore P-256
 * comes before X25519, although it takes a tenth more of the processor time of
 * a set-up: every peer has it, so nobody asks again. GnuTLS chooses the hybrid
 * only if a finite field group is offered as well. That one comes last, where
 * it is taken only by a peer that supports no other. */
#define PRIORITY_CURVES ":+GROUP-SECP256R1:+GROUP-X25519"
#define PRIORITY_HYBRID                                                        \
    ":+GROUP-X25519-MLKEM768" PRIORITY_CURVES ":+GROUP-FFDHE2048"

static gboolean
has_value (const unsigned int *list, int count, unsigned int value)
{
    for (int i = 0; i < count; i++)
        if (list[i] == value)
            return TRUE;
    return FALSE;
}

static gboolean
has_curve (gnutls_ecc_curve_t wanted)
{
    const gnutls_ecc_curve_t *list = gnutls_ecc_curve_list ();

    while (*list && *list != wanted)
        list++;
    return *list != 0;
}

/* The system's cryptographic policy silently removes what it forbids from the
 * priorities, which may be TLS 1.3, or the curve of all our keys. */
static gboolean
is_sufficient (gnutls_priority_t priority)
{
    const unsigned int *list;
    int count = gnutls_priority_protocol_list (priority, &list);

    if (!has_value (list, count, GNUTLS_TLS1_3))
        return FALSE;
    count = gnutls_priority_sign_list (priority, &list);
    if (!has_value (list, count, GNUTLS_SIGN_ECDSA_SECP256R1_SHA256) &&
        !has_value (list, count, GNUTLS_SIGN_ECDSA_SHA256))
        return FALSE;
    return gnutls_priority_group_list (priority, &list) > 0 &&
           gnutls_priority_cipher_list (priority, &list) > 0 &&
           has_curve (GNUTLS_ECC_CURVE_SECP256R1);
}

/* Parsing the priority string costs as much as a tenth of a handshake, so it
 * is done once. A GnuTLS without ML-KEM does not know the hybrid. */
static gpointer
make_priority (gpointer unused)
{
    gnutls_priority_t priority;
    int ret =
        gnutls_priority_init (&priority, PRIORITY_BASE PRIORITY_HYBRID, NULL);

    if (ret < 0)
        ret = gnutls_priority_init (
            &priority, PRIORITY_BASE PRIORITY_CURVES, NULL);
    if (ret < 0)
        return NULL;
    if (!is_sufficient (priority))
        g_clear_pointer (&priority, gnutls_priority_deinit);
    return priority;
}

gnutls_priority_t
xtls_tls_priority_get (void)
{
    static GOnce once = G_ONCE_INIT;

    return g_once (&once, make_priority, NULL);
}

/* A second key share serves peers without ML-KEM when the first is the
 * hybrid's. With elliptic curves only it would never be used, because every
 * peer supports the first group. */
unsigned int
xtls_tls_priority_get_key_shares (void)
{
    return gnutls_group_get_id ("X25519-MLKEM768") != GNUTLS_GROUP_INVALID
               ? GNUTLS_KEY_SHARE_TOP2
               : GNUTLS_KEY_SHARE_TOP;
}
