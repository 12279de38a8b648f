/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who gets our presence (RFC 6121 2.1.2.5): libpurple does not say, so the
 * roster is asked for and its pushes are read along. Until it is known,
 * everybody is a stranger.
 */
#pragma once

#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

typedef struct XtlsRoster XtlsRoster;

/* Asks the server for the roster of @gc. */
XtlsRoster *xtls_roster_new (PurpleConnection *gc);
void xtls_roster_free (XtlsRoster *roster);

/**
 * xtls_roster_handle:
 * @iq: any incoming `<iq/>`
 *
 * Reads answers to the own question, and pushes, which count only from our own
 * bare JID or without `from` (RFC 6121 2.1.6).
 *
 * Returns: %TRUE if nobody else needs to see it (the answer to our question).
 */
gboolean xtls_roster_handle (XtlsRoster *roster, xmlnode *iq);

/**
 * xtls_roster_is_contact:
 * @jid: a bare JID
 *
 * Returns: %TRUE if @jid gets our presence: subscription `from` or `both`.
 */
gboolean xtls_roster_is_contact (XtlsRoster *roster, const char *jid);

/* Whether the roster has arrived. */
gboolean xtls_roster_is_known (XtlsRoster *roster);
