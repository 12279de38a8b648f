/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least cost of the engine's work: the same work done by the libraries
 * alone, without a session, a window, limits or checks. Two GnuTLS sessions
 * with the engine's priorities are joined in memory; stanzas are built and
 * written as libpurple does it, parsed with GMarkup, and their bytes go through
 * GLib's base64.
 */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>
#include <xmlnode.h>

typedef struct Floor Floor;

/**
 * floor_new:
 * @client: (transfer none): of the one that sends
 * @server: (transfer none): of the one that reads
 *
 * Does the complete handshake of TLS 1.3 with certificates on both sides.
 *
 * Returns: (transfer full): free with floor_free().
 */
Floor *floor_new (gnutls_certificate_credentials_t client,
                  gnutls_certificate_credentials_t server);
void floor_free (Floor *floor);

/**
 * floor_message:
 * @stanza: (transfer full): what is sent
 * @outer: whether outer stanzas become text and nodes again
 *
 * Writes the stanza as XML, encrypts it, puts it into blocks of in-band
 * bytestreams, takes them apart at the other end, and makes a stanza of the
 * result, with the addresses that libpurple needs. Every block is answered.
 * Aborts if the stanza does not arrive.
 */
void floor_message (Floor *floor, xmlnode *stanza, gboolean outer);

/**
 * floor_outer:
 * @stanzas: (element-type utf8): outer stanzas as text
 *
 * Parses each and writes it again, which is what the clients do with outer
 * stanzas.
 */
void floor_outer (const GPtrArray *stanzas);
