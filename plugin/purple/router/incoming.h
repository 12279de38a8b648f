/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the connection brings, before libpurple sees it. The functions that
 * return %TRUE have dealt with the stanza: nobody else may see it.
 */
#pragma once

#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

gboolean xtls_incoming_iq (PurpleConnection *gc, xmlnode *iq);
gboolean xtls_incoming_message (PurpleConnection *gc, xmlnode *message);
void xtls_incoming_presence (PurpleConnection *gc, xmlnode *presence);
