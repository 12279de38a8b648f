/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All sessions of one connected account: finds the session that a stanza
 * belongs to, answers stanzas of ours that belong to none, accepts or refuses
 * requests, and resolves simultaneous ones.
 *
 * An endpoint lives as long as the account's connection and has one full JID.
 */
#pragma once

#include "registry.h"

/* What may be done with a request from a full JID. */
typedef enum {
    XTLS_CALLER_WELCOME,
    XTLS_CALLER_STRANGER /* or unwanted: left to other code */
} XtlsCaller;

typedef struct {
    XtlsSessionOps session; /* Used for every session of this endpoint. */

    /* Decides about a caller. Called for every request, and for every stanza of
     * ours that belongs to no session. */
    XtlsCaller (*caller) (const char *peer, gpointer user_data);

    /* (nullable): whether @peer is known to support a hello in the request, see
     * xtls_session_use_hello(). */
    gboolean (*takes_hello) (const char *peer, gpointer user_data);

    /* (nullable): whether @peer is known to support @carrier. */
    gboolean (*takes_carrier) (const char *peer,
                               XtlsCarrier carrier,
                               gpointer user_data);

    /* A request of ours lost against the peer's simultaneous request: whatever
     * waited for @outgoing now waits for @incoming. Called before @outgoing
     * ends as XTLS_END_TIE_BREAK. */
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
 * @user_data is passed to every function of @ops, including those of sessions.
 */
XtlsEndpoint *xtls_endpoint_new (const char *own,
                                 XtlsIdentity *identity,
                                 const XtlsEndpointOps *ops,
                                 gpointer user_data);

/**
 * xtls_endpoint_free:
 *
 * Every session must have ended (xtls_endpoint_close(),
 * xtls_endpoint_leave() or xtls_endpoint_abort()).
 */
void xtls_endpoint_free (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_set_identity:
 *
 * Applies to sessions from now on. Open ones keep their key; those that are not
 * open yet end as %XTLS_END_KEY_RENEWED, so that none opens with a key that was
 * replaced.
 */
void xtls_endpoint_set_identity (XtlsEndpoint *endpoint,
                                 XtlsIdentity *identity);

/* Returns: (transfer none): the identity that new sessions present. */
XtlsIdentity *xtls_endpoint_get_identity (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_check_keys:
 * @jid: (nullable): a contact's bare JID, or %NULL for everybody's sessions
 *
 * Calls xtls_session_check_key() for every session, open or not. Call it when
 * the trust of a key has changed.
 */
void xtls_endpoint_check_keys (XtlsEndpoint *endpoint, const char *jid);

/**
 * xtls_endpoint_list:
 * @jid: a contact's bare JID
 *
 * Returns: (transfer full) (element-type XtlsSession): references to all
 * sessions with the contact that have not ended.
 */
GPtrArray *xtls_endpoint_list (XtlsEndpoint *endpoint, const char *jid);

/**
 * xtls_endpoint_set_padding:
 * @padding: whether to hide the length of everything that is sent from now on
 */
void xtls_endpoint_set_padding (XtlsEndpoint *endpoint, gboolean padding);

/**
 * xtls_endpoint_call:
 * @peer: a full JID
 * @sm: (nullable) (transfer full): the state of an earlier session to resume
 *
 * Starts a session; or waits for the one that the peer has just requested, if
 * there is nothing to be resumed and the peer takes a hello.
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
 * Returns: %TRUE if the stanza was ours and has been handled; nothing else may
 * see it then.
 */
gboolean xtls_endpoint_handle (XtlsEndpoint *endpoint, xmlnode *iq);

/**
 * xtls_endpoint_peer_gone:
 *
 * Call it when @peer has gone offline: its sessions end as %XTLS_END_GONE after
 * delivering what they have received.
 */
void xtls_endpoint_peer_gone (XtlsEndpoint *endpoint, const char *peer);

/**
 * xtls_endpoint_owns:
 * @stanza: a stanza that is about to leave
 *
 * Returns: %TRUE if it is the stanza that this endpoint is sending right now,
 * or a replacement with the same `id`, `to` and `type`.
 */
gboolean xtls_endpoint_owns (XtlsEndpoint *endpoint, const xmlnode *stanza);

/**
 * xtls_endpoint_owns_ended:
 * @stanza: a stanza that is about to leave and that xtls_endpoint_owns() does
 *   not know
 *
 * Returns: %TRUE if it belongs to the Jingle session or bytestream of a session
 * that has ended, or repeats a response of this endpoint: libpurple's stream
 * management sends such stanzas again, and they must be dropped. As the peer
 * may have chosen the sid, a file transfer of libpurple to the same peer may
 * have it, too.
 */
gboolean xtls_endpoint_owns_ended (XtlsEndpoint *endpoint,
                                   const xmlnode *stanza);

/**
 * xtls_endpoint_take_sids:
 *
 * Returns: (transfer full): the sids of ended sessions, for the endpoint of the
 * account's next connection. Call it after all sessions have ended.
 */
XtlsSids *xtls_endpoint_take_sids (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_give_sids:
 * @sids: (transfer full): from the endpoint of the account's previous
 *   connection
 */
void xtls_endpoint_give_sids (XtlsEndpoint *endpoint, XtlsSids *sids);

/* Returns: (transfer none): the registry, for tests that check its
 * consistency. */
XtlsRegistry *xtls_endpoint_get_registry (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_close:
 *
 * Closes every session properly, without waiting for the peer's end.
 */
void xtls_endpoint_close (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_leave:
 *
 * Closes every session as xtls_session_leave() does: this client goes offline.
 */
void xtls_endpoint_leave (XtlsEndpoint *endpoint);

/**
 * xtls_endpoint_abort:
 *
 * Ends every session without sending anything.
 */
void xtls_endpoint_abort (XtlsEndpoint *endpoint, XtlsEnd end);
