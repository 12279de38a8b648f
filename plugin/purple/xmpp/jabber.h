/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that touches libpurple's XMPP protocol plugin: its functions
 * (found by name in its module), its features and its connections.
 */
#pragma once

#include "carrier.h"

#include <account.h>
#include <connection.h>
#include <glib.h>
#include <plugin.h>
#include <xmlnode.h>

/**
 * xtls_jabber_init:
 *
 * Finds `prpl-jabber` and the functions that we need.
 *
 * Returns: %FALSE if one is missing: the plugin cannot work with this
 * libpurple.
 */
gboolean xtls_jabber_init (void);

/* Returns: (transfer none): the protocol plugin, whose handle emits the
 * signals. */
PurplePlugin *xtls_jabber_get_plugin (void);

/* Returns: whether @account is an XMPP account, and has not been deleted. */
gboolean xtls_jabber_is (const PurpleAccount *account);

/**
 * xtls_jabber_get_account_jid:
 *
 * Returns: (transfer full): the account's bare JID, normalised. It is empty if
 * the account has been deleted.
 */
char *xtls_jabber_get_account_jid (const PurpleAccount *account);

/**
 * xtls_jabber_get_own:
 *
 * Returns: (nullable) (transfer none): our full JID on a connected connection.
 */
const char *xtls_jabber_get_own (PurpleConnection *gc);

/**
 * xtls_jabber_normalize:
 * @who: a JID, bare or full
 *
 * Returns: (nullable) (transfer full): the bare JID in the form in which
 * addresses are compared and stored (see xtls_jid_canonical_bare()), or %NULL
 * if @who is not a JID.
 */
char *xtls_jabber_normalize (const PurpleAccount *account, const char *who);

/* Returns: whether libpurple accepts @who, bare or full, as a JID. It shows
 * messages even from an invalid one, in a window of their own. */
gboolean xtls_jabber_is_jid (const PurpleAccount *account, const char *who);

/**
 * xtls_jabber_is_occupant:
 *
 * Returns: %TRUE if @who is an occupant of a room that the account is in.
 */
gboolean xtls_jabber_is_occupant (const PurpleAccount *account,
                                  const char *who);

/* Returns: whether the status text in @presence is the one that the account
 * currently shows to everybody. */
gboolean xtls_jabber_is_own_status (const PurpleAccount *account,
                                    const xmlnode *presence);

/**
 * xtls_jabber_send:
 * @stanza: (transfer full): a stanza of our own
 *
 * Sends it over the account's connection, through `jabber-sending-xmlnode`.
 */
void xtls_jabber_send (PurpleConnection *gc, xmlnode *stanza);

/**
 * xtls_jabber_is_own:
 *
 * Returns: %TRUE if @stanza is one that xtls_jabber_send() is sending right
 * now.
 */
gboolean xtls_jabber_is_own (const xmlnode *stanza);

/**
 * xtls_jabber_inject:
 * @stanza: (transfer full): a `<message/>` or `<iq/>` with full addresses
 *
 * Passes it to libpurple as if the connection had brought it. This emits the
 * receiving signals, too: see xtls_jabber_is_injected(). Missing namespaces are
 * inherited; the root's is `jabber:client`.
 */
void xtls_jabber_inject (PurpleConnection *gc, xmlnode *stanza);

/* Returns: whether xtls_jabber_inject() is on the stack. */
gboolean xtls_jabber_is_injecting (void);

/**
 * xtls_jabber_is_injected:
 *
 * Returns: %TRUE if @stanza is one that xtls_jabber_inject() is passing on
 * right now.
 */
gboolean xtls_jabber_is_injected (const xmlnode *stanza);

/**
 * xtls_jabber_has_jingle_session:
 *
 * Returns: %TRUE if libpurple has a Jingle session (voice or video) of its own
 * with this id.
 */
gboolean xtls_jabber_has_jingle_session (PurpleConnection *gc, const char *sid);

/**
 * xtls_jabber_drop_jingle_session:
 *
 * Frees that session, if there is one and the other side requested it, because
 * libpurple's own sids can be guessed. When libpurple frees such sessions
 * itself on disconnecting, it logs a CRITICAL.
 */
void xtls_jabber_drop_jingle_session (PurpleConnection *gc, const char *sid);

/**
 * xtls_jabber_advertise:
 * @on: whether to add our features or to remove them
 *
 * They are all announced at once, because several announcements would make
 * peers lose them.
 */
void xtls_jabber_advertise (gboolean on);

/**
 * xtls_jabber_is_capable:
 * @full_jid: a resource that is online
 *
 * Returns: %TRUE if the resource is known to advertise this protocol.
 */
gboolean xtls_jabber_is_capable (PurpleAccount *account, const char *full_jid);

/**
 * xtls_jabber_takes_hello:
 * @full_jid: a resource that is online
 *
 * Returns: %TRUE if the resource is known to support the start of TLS in Jingle
 * (`urn:xmpp:xtls:hello:0`).
 */
gboolean xtls_jabber_takes_hello (PurpleAccount *account, const char *full_jid);

/**
 * xtls_jabber_takes_carrier:
 * @account: our account
 * @full_jid: a resource that is online
 * @carrier: what may carry a bytestream
 *
 * Returns: %TRUE if the resource is known to support @carrier.
 */
gboolean xtls_jabber_takes_carrier (PurpleAccount *account,
                                    const char *full_jid,
                                    XtlsCarrier carrier);

/**
 * xtls_jabber_has_caps:
 * @full_jid: of a resource
 *
 * Returns: %TRUE if the resource is known to have a feature that practically
 * every client advertises, so that the absence of ours is meaningful. A client
 * that advertises none counts as unknown.
 */
gboolean xtls_jabber_has_caps (PurpleAccount *account, const char *full_jid);

/**
 * xtls_jabber_set_failed:
 * @gc: (nullable): the connection on which we must not send anything more, or
 *   %NULL once libpurple has processed its failure
 */
void xtls_jabber_set_failed (PurpleConnection *gc);
