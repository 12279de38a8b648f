/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libpurple is about to send, and which way it goes. */
#pragma once

#include <connection.h>
#include <xmlnode.h>

/**
 * xtls_outgoing_filter:
 * @gc: a connection of an XMPP account; perhaps without a router: while it is
 *   being set up, when libpurple's stream management sends again what was not
 *   acknowledged before a cut, while it is being closed, and for an account
 *   that has no key
 * @stanza: (transfer none): what is about to leave
 *
 * Returns: %TRUE to withhold it.
 */
gboolean xtls_outgoing_filter (PurpleConnection *gc, xmlnode *stanza);
