/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows who gets our presence (RFC 6121 2.1.2.5). libpurple does not say, so
 * the roster is requested and its pushes are read. Until it has arrived, nobody
 * else is known as a contact.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* The most contacts that are remembered; any further ones are strangers. */
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
 * Returns: (transfer full): the request to the server. Only the response to the
 * last one counts.
 */
xmlnode *xtls_roster_ask (XtlsRoster *roster);

/**
 * xtls_roster_handle:
 * @iq: any incoming `<iq/>`
 *
 * Reads responses to our request, and pushes. Both count only from our own bare
 * JID or without `from` (RFC 6121 2.1.6). libpurple responds to pushes.
 *
 * Returns: %TRUE if libpurple need not see it (the response to our request).
 */
gboolean xtls_roster_handle (XtlsRoster *roster, xmlnode *iq);

/* Returns: whether the response to the last request is still missing. */
gboolean xtls_roster_is_waiting (XtlsRoster *roster);

/**
 * xtls_roster_is_contact:
 * @jid: a JID, bare or full
 *
 * Returns: %TRUE if @jid gets our presence: subscription `from` or `both`, or
 * our own other resources.
 */
gboolean xtls_roster_is_contact (XtlsRoster *roster, const char *jid);
