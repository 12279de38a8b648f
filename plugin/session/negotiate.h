/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Jingle part of a session (XEP-0166): requesting, accepting and
 * terminating it. */
#pragma once

#include "session.h"

/* Sends session-initiate or session-accept. */
void xtls_negotiate_start (XtlsSession *session);

/**
 * xtls_negotiate_handle:
 * @iq: (transfer none): an `<iq/>` from the session's peer
 *
 * Returns: %TRUE if it was a Jingle stanza of this session and was handled.
 */
gboolean xtls_negotiate_handle (XtlsSession *session, xmlnode *iq);
