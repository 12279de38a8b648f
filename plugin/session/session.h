/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One end-to-end session with one full JID: Jingle negotiation, bytestream,
 * TLS and inner stream joined together, and the reason of its end.
 *
 * The session is a pump: whatever happens (a stanza came, a stanza is to be
 * sent, a timer ran out) it moves bytes from layer to layer until all rest.
 * Layers never call each other.
 *
 * Sessions are counted references. A callback may drop any reference, and may
 * close the session; it must not feed the session from inside `send`.
 */
#pragma once

#include "end.h"
#include "fingerprint.h"
#include "identity.h"
#include "jingle.h"
#include "sm.h"
#include "tls.h"

#include <glib.h>
#include <xmlnode.h>

/* Request to open session, seconds. */
#define XTLS_SESSION_SETUP_TIMEOUT 60
/* Our end tag to the other side's close_notify, seconds; longer while what
 * stands before our own end has not left, and while the other side goes on
 * sending what stands before its end, but not for ever. */
#define XTLS_SESSION_CLOSE_TIMEOUT 10
#define XTLS_SESSION_CLOSE_MAX 60
/* The longest time, in milliseconds, that a delivered stanza is not
 * acknowledged (XEP-0198): one acknowledgement for all of it, which travels
 * with our own next stanza if there is one before. */
#define XTLS_SESSION_ACK_DELAY 1000
/* What the bytestream says was taken is to be confirmed inside, seconds: then
 * the peer is asked, and if it is silent after that the session is dead. A peer
 * that talks may have much to say before it answers, but not for ever. */
#define XTLS_SESSION_ASK_AFTER 10
#define XTLS_SESSION_DEAD_AFTER 30
#define XTLS_SESSION_UNCONFIRMED_MAX 300
/* So many stanzas or bytes are acknowledged at once. */
#define XTLS_SESSION_ACK_STANZAS 50
#define XTLS_SESSION_ACK_BYTES (256 * 1024)
/* Bytes of answers that wait to be sent; more are dropped: the peer asks and
 * does not read. */
#define XTLS_SESSION_RESPONSES_MAX (1024 * 1024)
/* Bytes of stanzas that wait to be delivered; more ends the session. */
#define XTLS_SESSION_INBOX_MAX (8 * 1024 * 1024)

/* Forward only. XTLS_SESSION_OPEN is reached when the peer's header has been
 * checked, not when the handshake returns. */
typedef enum {
    XTLS_SESSION_IDLE,
    XTLS_SESSION_REQUESTED, /* session-initiate sent */
    XTLS_SESSION_ACCEPTED,  /* session-accept sent or received */
    XTLS_SESSION_HANDSHAKING,
    XTLS_SESSION_OPEN,
    XTLS_SESSION_CLOSING, /* one of the end tags was sent or received */
    XTLS_SESSION_CLOSED
} XtlsSessionState;

typedef struct XtlsSession XtlsSession;

/**
 * XtlsSessionOps:
 *
 * The outside of a session. @user_data is the one given with the table.
 */
typedef struct {
    /* (transfer full): a stanza for the account's connection. */
    void (*send) (xmlnode *stanza, gpointer user_data);

    /* Whether the user still allows the peer's key. Asked when the handshake
     * brings its certificate, when the peer's header has come, before stanzas
     * are delivered, before one is sent, and by xtls_session_check_key().
     * %FALSE ends the session at once as XTLS_END_KEY_REFUSED, and nothing that
     * waits is delivered. */
    gboolean (*allow) (XtlsSession *session,
                       const XtlsFingerprint *fingerprint,
                       gpointer user_data);

    /* The peer's header was right. Asked before the session becomes open;
     * %FALSE ends it as XTLS_END_NOT_ADMITTED, unseen. */
    gboolean (*admit) (XtlsSession *session, gpointer user_data);

    /* The state changed. In XTLS_SESSION_CLOSED the session is done. */
    void (*changed) (XtlsSession *session, gpointer user_data);

    /* After XTLS_SESSION_OPEN, once: it is known whether this session resumes
     * an earlier one (xtls_session_is_settled()). What was not acknowledged
     * there has been sent again. A peer that does not know XEP-0198 and is
     * silent may never come to it. */
    void (*settled) (XtlsSession *session, gpointer user_data);

    /* (nullable): what xtls_session_get_unacked() returns may have changed.
     * Nothing may be done with the session from there. */
    void (*unacked_changed) (XtlsSession *session, gpointer user_data);

    /* (transfer full): a stanza from inside, addressed with full JIDs. Called
     * from a timer, never from inside another call into the session, except
     * by xtls_session_abort() and xtls_session_close() at once. */
    void (*deliver) (XtlsSession *session, xmlnode *stanza, gpointer user_data);

    /* Looks for a stream that @session's peer may resume, see
     * #XtlsSmFind. */
    XtlsSm *(*find_sm) (XtlsSession *session,
                        const char *previd,
                        gpointer user_data);

    /* One-shot or repeating (while it returns %TRUE) timers, milliseconds. */
    guint (*timer_add) (guint ms, GSourceFunc function, gpointer data);
    void (*timer_remove) (guint timer);

    /* Monotonic microseconds. */
    gint64 (*now) (void);
} XtlsSessionOps;

/**
 * xtls_session_new_outgoing:
 * @own: our full JID
 * @peer: the full JID that is called
 * @identity: (transfer none): what we present; a reference is taken
 * @padding: whether to hide message lengths
 *
 * Returns: (transfer full): a session in %XTLS_SESSION_IDLE.
 */
XtlsSession *xtls_session_new_outgoing (const char *own,
                                        const char *peer,
                                        XtlsIdentity *identity,
                                        gboolean padding,
                                        const XtlsSessionOps *ops,
                                        gpointer user_data);

/**
 * xtls_session_new_incoming:
 * @initiate: (transfer full): the parsed session-initiate
 * @padding: whether to hide message lengths
 *
 * Returns: (transfer full): a session in %XTLS_SESSION_IDLE. The request's
 * result is the caller's to send before xtls_session_start().
 */
XtlsSession *xtls_session_new_incoming (const char *own,
                                        const char *peer,
                                        XtlsJingle *initiate,
                                        XtlsIdentity *identity,
                                        gboolean padding,
                                        const XtlsSessionOps *ops,
                                        gpointer user_data);

XtlsSession *xtls_session_ref (XtlsSession *session);
void xtls_session_unref (XtlsSession *session);

/**
 * xtls_session_resume_with:
 * @sm: (transfer full): the state of a session that was cut
 *
 * Before xtls_session_start() of an outgoing session.
 */
void xtls_session_resume_with (XtlsSession *session, XtlsSm *sm);

/**
 * xtls_session_set_block_max:
 * @max: no block is larger than this, in bytes
 *
 * Before xtls_session_start(); %XTLS_IBB_BLOCK_SIZE_DEFAULT otherwise.
 */
void xtls_session_set_block_max (XtlsSession *session, guint max);

/**
 * xtls_session_start:
 *
 * Sends session-initiate, or session-accept.
 */
void xtls_session_start (XtlsSession *session);

/**
 * xtls_session_handle:
 * @iq: (transfer none): an `<iq/>` from the peer's full JID
 *
 * Returns: %TRUE if it belonged to this session (Jingle by sid, bytestream by
 * sid, answers by id) and was dealt with, its answer included.
 */
gboolean xtls_session_handle (XtlsSession *session, xmlnode *iq);

/**
 * xtls_session_send:
 * @stanza: (transfer full): a `<message/>` or `<iq/>` for the peer
 *
 * Sends inside. The session must be open.
 *
 * Returns: %FALSE with an #XtlsStreamError or #XtlsIbbError (queue full) if it
 * was not sent; @stanza still belongs to the caller then.
 */
gboolean
xtls_session_send (XtlsSession *session, xmlnode *stanza, GError **error);

/**
 * xtls_session_cork:
 *
 * Until as many calls of xtls_session_uncork() what is sent is gathered, to
 * leave in as few blocks as possible.
 */
void xtls_session_cork (XtlsSession *session);
void xtls_session_uncork (XtlsSession *session);

/**
 * xtls_session_has_headroom:
 *
 * Returns: %TRUE if so little is under way that what is sent next, by whomever,
 * hardly waits for it: about 100 ms.
 */
gboolean xtls_session_has_headroom (XtlsSession *session);

/**
 * xtls_session_close:
 * @at_once: do not wait for the other side (quitting, unloading): everything
 *   is sent, unless the other side made the blocks very small, and the session
 *   is closed when the call returns
 *
 * Ends properly: end tag, close_notify, `<close/>`, session-terminate. A
 * session that is not open yet is called off with session-terminate. The end
 * is %XTLS_END_LOCAL. What arrived before is delivered, also while the other
 * side is waited for.
 *
 * Called from inside `allow`, `admit`, `changed` or `find_sm`, it may take
 * effect when that callback has returned; the same goes for
 * xtls_session_abort().
 */
void xtls_session_close (XtlsSession *session, gboolean at_once);

/**
 * xtls_session_abort:
 * @end: %XTLS_END_GONE, %XTLS_END_OFFLINE, %XTLS_END_TIE_BREAK …
 *
 * Ends without a word inside: what has arrived is delivered first, except for
 * %XTLS_END_KEY_REFUSED; the peer is sent a session-terminate unless nobody
 * would get it.
 */
void xtls_session_abort (XtlsSession *session, XtlsEnd end);

/**
 * xtls_session_check_key:
 *
 * To be called when the trust of a key has changed: asks `allow` again, if the
 * handshake has brought the peer's key, and ends a session that is not allowed.
 *
 * Returns: %FALSE if it is not.
 */
gboolean xtls_session_check_key (XtlsSession *session);

/**
 * xtls_session_replace:
 *
 * A newer session has taken the place of this one, which ends soon and quietly
 * as %XTLS_END_REPLACED.
 */
void xtls_session_replace (XtlsSession *session);
gboolean xtls_session_is_replaced (XtlsSession *session);

/* Nothing is sent when it ends. */
void xtls_session_set_silent (XtlsSession *session);

/**
 * xtls_session_take_sm:
 *
 * Returns: (transfer full) (nullable): of a closed session, what was sent and
 * not acknowledged, and by what it can be resumed; %NULL if the peer does not
 * acknowledge.
 */
XtlsSm *xtls_session_take_sm (XtlsSession *session);

/**
 * xtls_session_take_sm_failed:
 *
 * Returns: (transfer full) (nullable): the state that the peer refused to
 * resume; of a closed session that never was open, what it was to resume.
 */
XtlsSm *xtls_session_take_sm_failed (XtlsSession *session);

/**
 * xtls_session_get_sm_id:
 *
 * Returns: (nullable) (transfer none): by what this session can be resumed
 * once it is cut.
 */
const char *xtls_session_get_sm_id (XtlsSession *session);

/* Whether it goes on where a session before it was cut. */
gboolean xtls_session_was_resumed (XtlsSession *session);

/* Whether `settled` was called, see #XtlsSessionOps. */
gboolean xtls_session_is_settled (XtlsSession *session);

/**
 * xtls_session_get_unacked:
 *
 * Returns: (nullable) (transfer none) (element-type xmlnode): the stanzas that
 * were sent, or are to be sent again, and that the peer has not acknowledged;
 * %NULL once it is known not to acknowledge.
 */
const GQueue *xtls_session_get_unacked (XtlsSession *session);

/* @padding: whether what is sent from now on hides its length */
void xtls_session_set_padding (XtlsSession *session, gboolean padding);

/* The state, how it ended (%XTLS_END_NONE until it is closed), whether this
 * side began it, the other side's full JID and the Jingle sid (transfer none).
 */
XtlsSessionState xtls_session_get_state (XtlsSession *session);
XtlsEnd xtls_session_get_end (XtlsSession *session);
gboolean xtls_session_is_outgoing (XtlsSession *session);
const char *xtls_session_get_peer (XtlsSession *session);
const char *xtls_session_get_sid (XtlsSession *session);
/* For tests: of the bytestream. */
const char *xtls_session_get_transport_sid (XtlsSession *session);

/**
 * xtls_session_get_detail:
 *
 * Returns: (nullable) (transfer none): a technical word on the end,
 * untranslated, free of stanza content, for the debug log.
 */
const char *xtls_session_get_detail (XtlsSession *session);

/**
 * xtls_session_get_fingerprint:
 *
 * Returns: (nullable) (transfer none): the peer's, once the handshake brought
 * it.
 */
const XtlsFingerprint *xtls_session_get_fingerprint (XtlsSession *session);
const XtlsFingerprint *xtls_session_get_own_fingerprint (XtlsSession *session);

/**
 * xtls_session_describe_tls:
 *
 * Returns: (transfer full) (nullable): version, cipher and group of the key
 * exchange, once open.
 */
char *xtls_session_describe_tls (XtlsSession *session);

/**
 * xtls_session_get_binding:
 *
 * @binding: (out caller-allocates): the channel binding (RFC 9266,
 *   tls-exporter)
 *
 * Returns: %TRUE once the session is open.
 */
gboolean xtls_session_get_binding (XtlsSession *session, guint8 binding[32]);

/**
 * xtls_session_get_largest_blocks:
 *
 * Returns: %FALSE if there was no bytestream; else @taken and @waiting as
 * xtls_ibb_get_largest().
 */
gboolean xtls_session_get_largest_blocks (XtlsSession *session,
                                          gsize *taken,
                                          gsize *waiting);

/**
 * xtls_session_get_unsent:
 *
 * Returns: bytes that wait for the bytestream.
 */
gsize xtls_session_get_unsent (XtlsSession *session);
