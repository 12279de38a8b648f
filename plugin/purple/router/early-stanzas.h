/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stanzas that a connection brings before they can be dealt with. A contact may
 * see this client before libpurple has signed on: with stream management its
 * last presence goes out again right after binding. Between signing on and the
 * roster's arrival lies a round trip to the server, in which a contact is not
 * to be taken for a stranger.
 *
 * Bounded; kept for a connection until it is closed.
 */
#pragma once

#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

/* Stanzas of all kinds that are kept for a connection. */
#define XTLS_EARLY_STANZAS_MAX 1024
/* Requests among them. */
#define XTLS_EARLY_STANZAS_REQUESTS_MAX 16

/**
 * xtls_early_stanzas_keep:
 * @stanza: (transfer none): copied
 *
 * Returns: %FALSE if there are too many.
 */
gboolean xtls_early_stanzas_keep (PurpleConnection *gc, const xmlnode *stanza);

/* Whether nothing is kept. */
gboolean xtls_early_stanzas_is_empty (PurpleConnection *gc);

/* (nullable) (transfer none): the oldest. */
const xmlnode *xtls_early_stanzas_peek (PurpleConnection *gc);

/* (nullable) (transfer full): the oldest, kept no longer. */
xmlnode *xtls_early_stanzas_pop (PurpleConnection *gc);

/* The connection is closed. */
void xtls_early_stanzas_forget (PurpleConnection *gc);
