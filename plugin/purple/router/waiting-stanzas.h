/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps stanzas that a connection brings before they can be handled. A contact
 * may see this client before libpurple has signed on: with stream management
 * its last presence is sent again right after binding. Between signing on and
 * the arrival of the roster there is a round trip to the server, during which a
 * contact must not be taken for a stranger.
 *
 * The number is bounded. Stanzas are kept until the connection is closed.
 */
#pragma once

#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

/* The most stanzas of all kinds that are kept for a connection. */
#define XTLS_WAITING_STANZAS_MAX 1024
/* The most requests among them. */
#define XTLS_WAITING_STANZAS_REQUESTS_MAX 16

/**
 * xtls_waiting_stanzas_keep:
 * @stanza: (transfer none): copied
 *
 * Returns: %FALSE if there are too many.
 */
gboolean xtls_waiting_stanzas_keep (PurpleConnection *gc,
                                    const xmlnode *stanza);

/* Returns: whether nothing is kept. */
gboolean xtls_waiting_stanzas_is_empty (PurpleConnection *gc);

/* Returns: (nullable) (transfer none): the oldest stanza. */
const xmlnode *xtls_waiting_stanzas_peek (PurpleConnection *gc);

/* Returns: (nullable) (transfer full): the oldest stanza, which is removed. */
xmlnode *xtls_waiting_stanzas_pop (PurpleConnection *gc);

/* Removes the stanzas of a connection that is closed. */
void xtls_waiting_stanzas_forget (PurpleConnection *gc);
