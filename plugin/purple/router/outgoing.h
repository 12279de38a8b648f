/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles what libpurple is about to send. */
#pragma once

#include <connection.h>
#include <xmlnode.h>

/**
 * xtls_outgoing_filter:
 * @gc: a connection of an XMPP account. It has no router while it is being set
 *   up (when libpurple's stream management sends again what was not
 *   acknowledged), while it is being closed, and if the account has no key
 * @stanza: (transfer none): the stanza that is about to be sent
 *
 * Returns: %TRUE to withhold it.
 */
gboolean xtls_outgoing_filter (PurpleConnection *gc, xmlnode *stanza);
