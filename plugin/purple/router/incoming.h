/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the connection brings, before libpurple sees it. The functions that
 * return %TRUE have dealt with the stanza: nobody else may see it.
 */
#pragma once

#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

/* What libpurple's signals bring: @iq, @message, @presence. %TRUE: libpurple
 * may not see it. */
gboolean xtls_incoming_iq (PurpleConnection *gc, xmlnode *iq);
gboolean xtls_incoming_message (PurpleConnection *gc, xmlnode *message);
void xtls_incoming_presence (PurpleConnection *gc, xmlnode *presence);

/* @gc is signed on, and has a router if the account has a key: what came before
 * is dealt with now. */
void xtls_incoming_signed_on (PurpleConnection *gc);

/* @gc is about to be closed. */
void xtls_incoming_forget (PurpleConnection *gc);
