/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the other carrier (carrier.h) if a server refuses the one that a
 * session was to use, before anything has arrived: Jingle's transport-replace
 * (XEP-0166). The bytes of TLS are sent again as they are, so that whatever a
 * server has done with the first ones, TLS reads them once or fails.
 */
#pragma once

#include "session.h"

/* Opens the bytestream; with a hello, without waiting for the response. */
void xtls_detour_open (XtlsSession *session);

/**
 * xtls_detour_take:
 * @session: a session whose bytestream has failed
 *
 * Proposes the other carrier.
 *
 * Returns: %FALSE if that is not possible, and the session must end.
 */
gboolean xtls_detour_take (XtlsSession *session);

/**
 * xtls_detour_handle:
 * @iq: (transfer none): the stanza
 * @jingle: what it says: transport-replace, transport-accept or
 *   transport-reject
 *
 * Responds to @iq and does what it says.
 */
void xtls_detour_handle (XtlsSession *session,
                         xmlnode *iq,
                         const XtlsJingle *jingle);

/**
 * xtls_detour_handle_response:
 * @id: the id of a response
 * @is_error: whether it is an error
 *
 * Returns: %TRUE if it was the response to a proposal of this session or to its
 * acceptance; an error ends the session.
 */
gboolean xtls_detour_handle_response (XtlsSession *session,
                                      const char *id,
                                      gboolean is_error);

/* Returns: whether this side has proposed another carrier and waits for an
 * answer. */
gboolean xtls_detour_is_asked (XtlsSession *session);
