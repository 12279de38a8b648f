/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which version of TLS, ciphers, groups and signatures are used, and in which
 * order they are preferred. */
#pragma once

#include <gnutls/gnutls.h>

/**
 * xtls_tls_priority_get:
 *
 * Returns: (transfer none) (nullable): the priorities of all sessions, or %NULL
 *   if GnuTLS, or the system's cryptographic policy, does not allow what they
 *   need.
 */
gnutls_priority_t xtls_tls_priority_get (void);

/**
 * xtls_tls_priority_get_key_shares:
 *
 * Returns: how many key shares a client sends, as a flag of gnutls_init().
 */
unsigned int xtls_tls_priority_get_key_shares (void);
