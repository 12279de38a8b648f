/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS that begins in Jingle (`urn:xmpp:xtls:hello:0`): the client's first
 * flight travels in session-initiate, the first bytes of the server's answer in
 * session-accept. They are the first bytes of the TLS stream in their
 * direction, which the bytestream goes on with.
 */
#pragma once

#include "session.h"

/**
 * xtls_hello_make:
 *
 * Of an outgoing session: begins TLS, if the peer wants a hello and it fits.
 *
 * Returns: (nullable) (transfer none): the client's first flight, which stays
 * in the output of TLS: with a peer that ignores it, it is the beginning of the
 * bytestream.
 */
const GByteArray *xtls_hello_make (XtlsSession *session);

/**
 * xtls_hello_answer:
 *
 * Of an incoming session: begins TLS, if there is a hello in the request.
 *
 * Returns: (nullable) (transfer full): the first bytes of the answer. What does
 * not fit stays in the output of TLS. If the hello is no good they are an
 * alert, and xtls_pump_run() finds the error; one that is not whole is ignored.
 */
GByteArray *xtls_hello_answer (XtlsSession *session);

/**
 * xtls_hello_answered:
 * @answer: what came with the accept
 *
 * Of an outgoing session that has sent a hello: xtls_pump_run() goes on with
 * it.
 */
void xtls_hello_answered (XtlsSession *session, const GByteArray *answer);
