/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who gets our presence (RFC 6121 2.1.2.5): libpurple does not say, so the
 * roster is asked for and its pushes are read along. Until it is known,
 * everybody is a stranger.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* Contacts that are remembered; a server that sends more sends strangers. */
#define XTLS_ROSTER_MAX 50000

typedef struct XtlsRoster XtlsRoster;

/**
 * xtls_roster_new:
 * @own: our full JID
 */
XtlsRoster *xtls_roster_new (const char *own);
void xtls_roster_free (XtlsRoster *roster);

/**
 * xtls_roster_ask:
 *
 * Returns: (transfer full): the question to the server. Only the answer to the
 * last one counts.
 */
xmlnode *xtls_roster_ask (XtlsRoster *roster);

/**
 * xtls_roster_handle:
 * @iq: any incoming `<iq/>`
 *
 * Reads answers to the own question, and pushes. Both count only from our own
 * bare JID or without `from` (RFC 6121 2.1.6); libpurple answers pushes.
 *
 * Returns: %TRUE if nobody else needs to see it (the answer to our question).
 */
gboolean xtls_roster_handle (XtlsRoster *roster, xmlnode *iq);

/* Whether the answer to the last question is still to come. */
gboolean xtls_roster_is_waiting (XtlsRoster *roster);

/**
 * xtls_roster_is_contact:
 * @jid: a JID, bare or full
 *
 * Returns: %TRUE if @jid gets our presence: subscription `from` or `both`, or
 * our own other resources.
 */
gboolean xtls_roster_is_contact (XtlsRoster *roster, const char *jid);
