/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles what the connection brings, before libpurple sees it. Functions that
 * return %TRUE have handled the stanza, and nothing else may see it.
 */
#pragma once

#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

/* Called for libpurple's signals, with @iq, @message or @presence. Returns:
 * %TRUE if libpurple must not see the stanza. */
gboolean xtls_incoming_iq (PurpleConnection *gc, xmlnode *iq);
gboolean xtls_incoming_message (PurpleConnection *gc, xmlnode *message);
void xtls_incoming_presence (PurpleConnection *gc, xmlnode *presence);

/* @gc is signed on, and has a router if the account has a key: stanzas that
 * have waited are handled now. */
void xtls_incoming_signed_on (PurpleConnection *gc);

/* @gc is about to be closed. */
void xtls_incoming_forget (PurpleConnection *gc);
