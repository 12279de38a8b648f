/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saves round trips by starting TLS in Jingle (`urn:xmpp:xtls:hello:0`): the
 * initiator, which is the TLS client, sends its first flight in
 * session-initiate, and the responder sends the first bytes of its answer in
 * session-accept. In each direction the bytestream continues after these bytes.
 */
#pragma once

#include "session.h"

/**
 * xtls_hello_make:
 *
 * Starts TLS in an outgoing session whose peer supports a hello.
 *
 * Returns: (nullable) (transfer none): the client's first flight, or %NULL if
 * there is to be no hello or it is too large. The bytes also stay in the output
 * of TLS: if the peer ignores the hello, the bytestream starts with them.
 */
const GByteArray *xtls_hello_make (XtlsSession *session);

/**
 * xtls_hello_answer:
 *
 * Starts TLS in an incoming session whose request carries a hello.
 *
 * Returns: (nullable) (transfer full): the first bytes of the server's answer,
 * or %NULL if there is no hello or it is incomplete. Bytes that do not fit into
 * the session-accept stay in the output of TLS. If the hello is invalid, the
 * answer is an alert, and xtls_pump_run() finds the error.
 */
GByteArray *xtls_hello_answer (XtlsSession *session);

/**
 * xtls_hello_answered:
 * @answer: the bytes in the peer's session-accept
 *
 * Gives the peer's answer to the TLS of an outgoing session that has sent a
 * hello. Call xtls_pump_run() afterwards.
 */
void xtls_hello_answered (XtlsSession *session, const GByteArray *answer);
