/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All sessions of one connected account: finds the session that a stanza
 * belongs to, answers what belongs to none, admits or refuses requests,
 * settles simultaneous starts.
 *
 * An endpoint lives as long as the account's connection: it has one full JID.
 */
#pragma once

#include "registry.h"

/* What becomes of a request from a full JID. */
typedef enum {
    XTLS_CALLER_WELCOME,
    XTLS_CALLER_STRANGER /* or unwanted: left to who answers without us */
} XtlsCaller;

typedef struct {
    XtlsSessionOps session; /* for every session of this endpoint */

    /* Who is calling? Asked for every request, and for every stanza of ours
     * that belongs to no session. */
    XtlsCaller (*caller) (const char *peer, gpointer user_data);

    /* A session of ours lost against the peer's simultaneous request, which is
     * @incoming: who waits for @outgoing waits for @incoming now. Called
     * before @outgoing ends with XTLS_END_TIE_BREAK. */
    void (*tie_break) (XtlsSession *outgoing,
                       XtlsSession *incoming,
                       gpointer user_data);
} XtlsEndpointOps;

typedef struct XtlsEndpoint XtlsEndpoint;

/**
 * xtls_endpoint_new:
 * @own: our full JID on this connection
 * @identity: (transfer none): a reference is taken
 *
 * @user_data is given to every function of @ops, those of sessions included.
 */
XtlsEndpoint *xtls_endpoint_new (const char *own,
                                 XtlsIdentity *identity,
                                 const XtlsEndpointOps *ops,
                                 gpointer user_data);

/**
 * xtls_endpoint_free:
 *
 * Every session must have ended (xtls_endpoint_close() or
 * xtls_endpoint_abort()).
 */
void xtls_endpoint_free (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_set_identity:
 *
 * For sessions from now on. Open ones keep theirs; those that are not open yet
 * end as %XTLS_END_KEY_RENEWED, so that none opens with a key that was
 * replaced.
 */
void xtls_endpoint_set_identity (XtlsEndpoint *endpoint,
                                 XtlsIdentity *identity);

/* (transfer none): what new sessions present. */
XtlsIdentity *xtls_endpoint_get_identity (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_check_keys:
 * @jid: (nullable): a contact's bare JID, or %NULL for everybody's sessions
 *
 * To be called when the trust of a key has changed: xtls_session_check_key()
 * for every session, open or not.
 */
void xtls_endpoint_check_keys (XtlsEndpoint *endpoint, const char *jid);

/**
 * xtls_endpoint_list:
 * @jid: a contact's bare JID
 *
 * Returns: (transfer full) (element-type XtlsSession): references of all
 * sessions with the contact that have not ended.
 */
GPtrArray *xtls_endpoint_list (XtlsEndpoint *endpoint, const char *jid);

/**
 * xtls_endpoint_set_padding:
 * @padding: whether to hide the length of all that is sent from now on
 */
void xtls_endpoint_set_padding (XtlsEndpoint *endpoint, gboolean padding);

/**
 * xtls_endpoint_call:
 * @peer: a full JID
 * @sm: (nullable) (transfer full): state of an earlier session to be resumed
 *
 * Starts a session.
 *
 * Returns: (transfer none): the session; the endpoint holds a reference until
 * it has ended.
 */
XtlsSession *
xtls_endpoint_call (XtlsEndpoint *endpoint, const char *peer, XtlsSm *sm);

/**
 * xtls_endpoint_handle:
 * @iq: (transfer none): any incoming `<iq/>` from outside
 *
 * Returns: %TRUE if the stanza was ours and was answered as it deserves;
 * nobody else may see it then.
 */
gboolean xtls_endpoint_handle (XtlsEndpoint *endpoint, xmlnode *iq);

/**
 * xtls_endpoint_peer_gone:
 *
 * The full JID went offline: its sessions end as %XTLS_END_GONE after
 * what they received was delivered.
 */
void xtls_endpoint_peer_gone (XtlsEndpoint *endpoint, const char *peer);

/**
 * xtls_endpoint_owns:
 * @stanza: a stanza that is about to leave
 *
 * Returns: %TRUE if it is one of this project's own on the outside: the stanza
 * that this endpoint is sending right now, or what somebody put in its place
 * with the same `id`, `to` and `type`.
 */
gboolean xtls_endpoint_owns (XtlsEndpoint *endpoint, const xmlnode *stanza);

/**
 * xtls_endpoint_owns_dead:
 * @stanza: a stanza that is about to leave and that xtls_endpoint_owns() does
 *   not know
 *
 * Returns: %TRUE if it is Jingle or bytestream of a session that has ended, or
 * an answer that this endpoint gave before: libpurple's stream management sends
 * such stanzas again. Nobody wants them. The peer may have chosen the sid: a
 * file of libpurple's to the same peer can have it, too.
 */
gboolean xtls_endpoint_owns_dead (XtlsEndpoint *endpoint,
                                  const xmlnode *stanza);

/**
 * xtls_endpoint_take_sids:
 *
 * Returns: (transfer full): what this endpoint remembers of its dead sessions,
 * for the endpoint of the account's next connection. After all sessions have
 * ended.
 */
XtlsSids *xtls_endpoint_take_sids (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_give_sids:
 * @sids: (transfer full): of the account's connection before this one
 */
void xtls_endpoint_give_sids (XtlsEndpoint *endpoint, XtlsSids *sids);

/* (transfer none): for tests, which look whether it is in order. */
XtlsRegistry *xtls_endpoint_get_registry (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_close:
 *
 * Closes every session at once, properly.
 */
void xtls_endpoint_close (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_abort:
 *
 * Ends every session without sending anything.
 */
void xtls_endpoint_abort (XtlsEndpoint *endpoint, XtlsEnd end);
