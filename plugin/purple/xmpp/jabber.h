/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that touches libpurple's XMPP protocol plugin: its exported
 * functions (found by name in its module), its features, its connections.
 */
#pragma once

#include <account.h>
#include <connection.h>
#include <glib.h>
#include <plugin.h>
#include <xmlnode.h>

/**
 * xtls_jabber_init:
 *
 * Finds `prpl-jabber` and the functions needed of it.
 *
 * Returns: %FALSE if one is missing: the plugin cannot work with this
 * libpurple.
 */
gboolean xtls_jabber_init (void);

/* (transfer none): the protocol plugin, whose handle emits the signals. */
PurplePlugin *xtls_jabber_get_plugin (void);

/* Whether @account is an XMPP account. */
gboolean xtls_jabber_is (const PurpleAccount *account);

/**
 * xtls_jabber_get_account_jid:
 *
 * Returns: (transfer full): the account's bare JID, normalised.
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
 * Returns: (nullable) (transfer full): the bare JID in the one form in which
 * addresses are compared, kept and looked up (see xtls_jid_canonical_bare()),
 * or %NULL if @who is no JID.
 */
char *xtls_jabber_normalize (const PurpleAccount *account, const char *who);

/* Whether @who, bare or full, is a JID to libpurple: it shows messages even
 * from what is none, in a window of their own. */
gboolean xtls_jabber_is_jid (const PurpleAccount *account, const char *who);

/**
 * xtls_jabber_is_occupant:
 *
 * Returns: %TRUE if @who is somebody in a room that the account is in.
 */
gboolean xtls_jabber_is_occupant (const PurpleAccount *account,
                                  const char *who);

/* Whether @presence says, as its status text, what the account tells everybody
 * at the moment. */
gboolean xtls_jabber_is_own_status (const PurpleAccount *account,
                                    const xmlnode *presence);

/**
 * xtls_jabber_send:
 * @stanza: (transfer full): a stanza of our own
 *
 * Sends it over the account's connection, by way of `jabber-sending-xmlnode`.
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
 * Hands it to libpurple as if the connection had brought it. The receiving
 * signals are emitted for it, too: see xtls_jabber_is_injected(). Missing
 * namespaces are inherited, and `jabber:client` at the root.
 */
void xtls_jabber_inject (PurpleConnection *gc, xmlnode *stanza);

/* Whether xtls_jabber_inject() is on the stack. */
gboolean xtls_jabber_is_injecting (void);

/**
 * xtls_jabber_is_injected:
 *
 * Returns: %TRUE if @stanza is one that xtls_jabber_inject() is handing over
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
 * Frees that session, if there is one and the other side asked for it:
 * libpurple's own sids can be guessed. libpurple logs a CRITICAL when it frees
 * them itself at disconnect.
 */
void xtls_jabber_drop_jingle_session (PurpleConnection *gc, const char *sid);

/**
 * xtls_jabber_advertise:
 * @on: add our features, or take them back
 *
 * All at once, with one announcement: several would lose them at the peers.
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
 * xtls_jabber_has_caps:
 * @full_jid: of a resource
 *
 * Returns: %TRUE if a capability is known that practically every client
 * advertises, so that the absence of ours means something. A client that
 * advertises none of them counts as unknown.
 */
gboolean xtls_jabber_has_caps (PurpleAccount *account, const char *full_jid);

/**
 * xtls_jabber_set_failed:
 * @gc: (nullable): the connection on which nothing of ours is sent any more;
 *   %NULL when libpurple has been told of its failure
 */
void xtls_jabber_set_failed (PurpleConnection *gc);
