/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Jingle side of a session (XEP-0166): how it is requested, accepted and
 * terminated. */
#pragma once

#include "session.h"

/* Sends session-initiate or session-accept. */
void xtls_negotiate_start (XtlsSession *session);

/**
 * xtls_negotiate_handle:
 * @iq: (transfer none): an `<iq/>` from the session's peer
 *
 * Returns: %TRUE if it was Jingle of this session and was answered.
 */
gboolean xtls_negotiate_handle (XtlsSession *session, xmlnode *iq);
