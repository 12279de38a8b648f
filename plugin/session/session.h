/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One end-to-end session with one full JID: joins Jingle negotiation,
 * bytestream, TLS and inner stream, and records why it ended.
 *
 * The session is a pump: on each event (a stanza arrived or is to be sent, a
 * timer expired) it moves bytes from layer to layer until nothing is left to
 * move. Layers never call each other.
 *
 * Sessions are reference-counted. A callback may drop any reference and close
 * the session; `send` must not feed stanzas to it.
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

/* From request to open session, seconds. */
#define XTLS_SESSION_SETUP_TIMEOUT 60
/* From our end tag to the peer's close_notify, seconds. It is longer while data
 * before our own end has not been sent, and while the peer is still sending
 * data before its end, but not unlimited. */
#define XTLS_SESSION_CLOSE_TIMEOUT 10
#define XTLS_SESSION_CLOSE_MAX 60
/* The longest time before a delivered stanza is acknowledged (XEP-0198),
 * milliseconds. One acknowledgement covers all of them; it is sent earlier with
 * our next stanza. */
#define XTLS_SESSION_ACK_DELAY 1000
/* How long the peer may take to acknowledge inside what the bytestream has
 * acknowledged, seconds. Then it is asked, and if it stays silent the session
 * is dead. A peer that is sending may have much to send before its answer, but
 * it does not get unlimited time. */
#define XTLS_SESSION_ASK_AFTER 10
#define XTLS_SESSION_DEAD_AFTER 30
#define XTLS_SESSION_UNCONFIRMED_MAX 300
/* An acknowledgement is sent at once after this many stanzas or bytes. */
#define XTLS_SESSION_ACK_STANZAS 50
#define XTLS_SESSION_ACK_BYTES (256 * 1024)
/* After how long a session should be replaced by one with fresh keys, seconds,
 * and after how many stanzas in both directions. The side that was called gives
 * the other one some time to do it first. */
#define XTLS_SESSION_KEYS_SECONDS (24 * 60 * 60)
#define XTLS_SESSION_KEYS_STANZAS (1 << 20)
#define XTLS_SESSION_KEYS_MORE_SECONDS (60 * 60)
#define XTLS_SESSION_KEYS_MORE_STANZAS (1 << 16)
/* After how long without anything from the peer a session is quiet, seconds. */
#define XTLS_SESSION_QUIET_AFTER 2
/* The most bytes of responses that wait to be sent. More are dropped: the peer
 * sends requests and does not read. */
#define XTLS_SESSION_RESPONSES_MAX (1024 * 1024)
/* The most bytes of stanzas that wait to be delivered. More end the session. */
#define XTLS_SESSION_INBOX_MAX (8 * 1024 * 1024)

/* States only move forward. XTLS_SESSION_OPEN is reached when the peer's header
 * has been checked, not when the handshake returns. */
typedef enum {
    XTLS_SESSION_IDLE,
    XTLS_SESSION_REQUESTED, /* session-initiate sent */
    XTLS_SESSION_ACCEPTED,  /* session-accept sent or received */
    XTLS_SESSION_HANDSHAKING,
    XTLS_SESSION_OPEN,
    XTLS_SESSION_CLOSING, /* one side has sent its end tag */
    XTLS_SESSION_CLOSED
} XtlsSessionState;

typedef struct XtlsSession XtlsSession;

/**
 * XtlsSessionOps:
 *
 * What a session calls. @user_data is the one given with the table.
 */
typedef struct {
    /* (transfer full): sends a stanza over the account's connection. */
    void (*send) (xmlnode *stanza, gpointer user_data);

    /* Returns: whether the user allows the peer's key. Called when the
     * handshake brings the certificate, when the peer's header arrives, before
     * stanzas are delivered, before one is sent, and by
     * xtls_session_check_key(). %FALSE ends the session at once as
     * XTLS_END_KEY_REFUSED, and nothing that waits is delivered. */
    gboolean (*allow) (XtlsSession *session,
                       const XtlsFingerprint *fingerprint,
                       gpointer user_data);

    /* The peer's header is valid. Called before the session becomes open.
     * Returns: %XTLS_END_NONE, or why it does not become open: it ends so
     * before the user sees it. */
    XtlsEnd (*admit) (XtlsSession *session, gpointer user_data);

    /* The state has changed. XTLS_SESSION_CLOSED is the last one. */
    void (*changed) (XtlsSession *session, gpointer user_data);

    /* Called once after XTLS_SESSION_OPEN, when it is known whether this
     * session resumes an earlier one (xtls_session_is_settled()).
     * Unacknowledged stanzas of that one have been sent again. It may never be
     * called with a silent peer that does not support XEP-0198. */
    void (*settled) (XtlsSession *session, gpointer user_data);

    /* (nullable): the result of xtls_session_get_unacked() may have changed.
     * Must not act on the session. */
    void (*unacked_changed) (XtlsSession *session, gpointer user_data);

    /* (transfer full): delivers a stanza from inside, addressed with full JIDs.
     * Called from a timer, never from inside another call into the session,
     * except by xtls_session_abort() and xtls_session_close() with @at_once. */
    void (*deliver) (XtlsSession *session, xmlnode *stanza, gpointer user_data);

    /* (nullable): Returns: whether another session's stanzas are to be
     * delivered before this one's. */
    gboolean (*is_behind) (XtlsSession *session, gpointer user_data);

    /* (nullable): the handshake is done, and the peer takes stanzas before its
     * header has come: while this is on the stack,
     * xtls_session_takes_first_words() tells whether one more may be sent.
     * Whoever sends has made sure that the peer's key may be sent to. What is
     * sent so counts as unacknowledged, whatever becomes of the session. Called
     * once, of an outgoing session that resumes nothing; the session must not
     * be closed from here. */
    void (*first_words) (XtlsSession *session, gpointer user_data);

    /* Finds a stream that the peer of @session may resume, see #XtlsSmFind. */
    XtlsSm *(*find_sm) (XtlsSession *session,
                        const char *previd,
                        gpointer user_data);

    /* One-shot or repeating (while @function returns %TRUE) timers,
     * milliseconds. */
    guint (*timer_add) (guint ms, GSourceFunc function, gpointer data);
    void (*timer_remove) (guint timer);

    /* Returns: monotonic time in microseconds. */
    gint64 (*now) (void);
} XtlsSessionOps;

/**
 * xtls_session_new_outgoing:
 * @own: our full JID
 * @peer: the full JID that is called
 * @identity: (transfer none): the key that we present; a reference is taken
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
 * Returns: (transfer full): a session in %XTLS_SESSION_IDLE. The caller must
 * acknowledge the request before xtls_session_start().
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
 * Call it before xtls_session_start() of an outgoing session.
 */
void xtls_session_resume_with (XtlsSession *session, XtlsSm *sm);

/**
 * xtls_session_set_block_max:
 * @max: the largest block, in bytes
 *
 * Call it before xtls_session_start(). The default is
 * %XTLS_IBB_BLOCK_SIZE_DEFAULT.
 */
void xtls_session_set_block_max (XtlsSession *session, guint max);

/**
 * xtls_session_set_carrier:
 * @carrier: what is to carry the bytestream
 * @other_possible: whether the peer has announced the other one, too, which is
 *   used if a server refuses @carrier
 *
 * For an outgoing session, before xtls_session_start().
 */
void xtls_session_set_carrier (XtlsSession *session,
                               XtlsCarrier carrier,
                               gboolean other_possible);

/**
 * xtls_session_use_hello:
 *
 * Starts TLS in the request, because the peer has announced that it supports
 * this (`urn:xmpp:xtls:hello:0`). For an outgoing session, before
 * xtls_session_start().
 */
void xtls_session_use_hello (XtlsSession *session);

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
 * Returns: %TRUE if it belonged to this session (Jingle and bytestream by sid,
 * responses by id) and was handled, including the response.
 */
gboolean xtls_session_handle (XtlsSession *session, xmlnode *iq);

/**
 * xtls_session_send:
 * @stanza: (transfer full): a `<message/>` or `<iq/>` for the peer
 *
 * Sends @stanza inside the session, which must be open.
 *
 * Returns: %FALSE with an #XtlsStreamError or #XtlsIbbError (queue full) if it
 * was not sent; @stanza still belongs to the caller then.
 */
gboolean
xtls_session_send (XtlsSession *session, xmlnode *stanza, GError **error);

/**
 * xtls_session_takes_first_words:
 *
 * Returns: %TRUE if xtls_session_send() may be called although the session is
 * not open, see `first_words` in #XtlsSessionOps.
 */
gboolean xtls_session_takes_first_words (XtlsSession *session);

/**
 * xtls_session_cork:
 *
 * Gathers what is sent, so that it needs as few blocks as possible, until
 * xtls_session_uncork() has been called as often.
 */
void xtls_session_cork (XtlsSession *session);
void xtls_session_uncork (XtlsSession *session);

/**
 * xtls_session_has_headroom:
 *
 * Returns: %TRUE if so little is waiting or in flight that whatever is sent
 * next waits no more than about 100 ms.
 */
gboolean xtls_session_has_headroom (XtlsSession *session);

/**
 * xtls_session_close:
 * @at_once: whether not to wait for the peer: everything
 *   is sent, unless the peer made the blocks very small, and the session is
 *   closed when the call returns
 *
 * Ends properly: end tag, close_notify, `<close/>`, session-terminate. A
 * session that is not open yet is cancelled with session-terminate. The end is
 * %XTLS_END_LOCAL. Whatever arrives before the peer's end is delivered; with
 * @at_once, as much of what has arrived as takes a few milliseconds. The rest
 * is not acknowledged.
 *
 * Called from inside `allow`, `admit`, `changed` or `find_sm`, it may take
 * effect when that callback has returned; the same goes for
 * xtls_session_abort().
 */
void xtls_session_close (XtlsSession *session, gboolean at_once);

/**
 * xtls_session_leave:
 *
 * As xtls_session_close() at once, and tells the other side that this client
 * goes offline (it quits, signs off, or unloads the plugin), and that its user
 * has not ended anything: session-terminate says `gone`. It does not if the end
 * tag has been sent already: what was delivered after it is in no count, and
 * the other side would take it for lost and send it again.
 */
void xtls_session_leave (XtlsSession *session);

/**
 * xtls_session_peer_has_left:
 *
 * Returns: %TRUE if the peer has said `gone`: it has delivered nothing that its
 * last count does not include.
 */
gboolean xtls_session_peer_has_left (XtlsSession *session);

/**
 * xtls_session_hand_over:
 *
 * As xtls_session_close(), not at once, and tells the other side that the
 * private conversation goes on with another client of its account:
 * session-terminate says `alternative-session`.
 */
void xtls_session_hand_over (XtlsSession *session);

/**
 * xtls_session_abort:
 * @end: %XTLS_END_GONE, %XTLS_END_OFFLINE, %XTLS_END_TIE_BREAK …
 *
 * Ends the session without closing the stream. What has arrived is delivered
 * first, and after %XTLS_END_GONE the session ends when that is done, perhaps
 * after this call. For the other ends as much is delivered as takes a few
 * milliseconds, and the rest is not acknowledged; for %XTLS_END_KEY_REFUSED,
 * nothing. A session-terminate is sent unless nobody would receive it.
 */
void xtls_session_abort (XtlsSession *session, XtlsEnd end);

/**
 * xtls_session_check_key:
 *
 * Call it when the trust of a key has changed. Calls `allow` again, if the
 * handshake has brought the peer's key, and ends a session that is not allowed.
 *
 * Returns: %FALSE if it is not.
 */
gboolean xtls_session_check_key (XtlsSession *session);

/**
 * xtls_session_has_undelivered:
 *
 * Returns: whether stanzas have arrived, or may have, that are still to be
 * delivered.
 */
gboolean xtls_session_has_undelivered (XtlsSession *session);

/**
 * xtls_session_replace:
 * @by_us: whether this side ends the session now, because it has requested the
 *   newer one, or is to wait until the peer does so, for a few seconds
 *
 * A newer session has replaced this one, which ends as %XTLS_END_REPLACED when
 * what has arrived is delivered.
 */
void xtls_session_replace (XtlsSession *session, gboolean by_us);
gboolean xtls_session_is_replaced (XtlsSession *session);

/**
 * xtls_session_has_old_keys:
 *
 * Returns: %TRUE if the session is open and has used its keys for so long, or
 * for so many stanzas, that this side should replace it by a new session.
 */
gboolean xtls_session_has_old_keys (XtlsSession *session);

/**
 * xtls_session_is_quiet:
 *
 * Returns: %TRUE if the session is open and nothing is under way in it: what
 * was sent has been acknowledged, by both sides, what has arrived has been
 * delivered, and nothing has come for %XTLS_SESSION_QUIET_AFTER seconds, so
 * that no stanza is half here.
 */
gboolean xtls_session_is_quiet (XtlsSession *session);

/* Makes the session send nothing when it ends. */
void xtls_session_set_silent (XtlsSession *session);

/**
 * xtls_session_take_sm:
 *
 * Returns: (transfer full) (nullable): the stanzas of a closed session that
 * were not acknowledged, and the id under which they can be resumed; %NULL if
 * the peer does not acknowledge.
 */
XtlsSm *xtls_session_take_sm (XtlsSession *session);

/**
 * xtls_session_take_sm_failed:
 *
 * Returns: (transfer full) (nullable): the state that the peer refused to
 * resume, or that a closed session was to resume if it never opened.
 */
XtlsSm *xtls_session_take_sm_failed (XtlsSession *session);

/**
 * xtls_session_get_sm_id:
 *
 * Returns: (nullable) (transfer none): the id under which this session can be
 * resumed once it is cut.
 */
const char *xtls_session_get_sm_id (XtlsSession *session);

/* Returns: whether the session resumed an earlier one that was cut. */
gboolean xtls_session_was_resumed (XtlsSession *session);

/* Returns: whether `settled` has been called, see #XtlsSessionOps. */
gboolean xtls_session_is_settled (XtlsSession *session);

/**
 * xtls_session_get_unacked:
 *
 * Returns: (nullable) (transfer none) (element-type xmlnode): the stanzas that
 * were sent, or are to be sent again, and that the peer has not acknowledged;
 * %NULL once the peer is known not to acknowledge.
 */
const GQueue *xtls_session_get_unacked (XtlsSession *session);

/* @padding: whether to hide the length of what is sent from now on */
void xtls_session_set_padding (XtlsSession *session, gboolean padding);

/* Return the state, how the session ended (%XTLS_END_NONE until it is closed),
 * whether this side requested it, the peer's full JID, and the Jingle sid
 * (transfer none). */
XtlsSessionState xtls_session_get_state (XtlsSession *session);
XtlsEnd xtls_session_get_end (XtlsSession *session);
gboolean xtls_session_is_outgoing (XtlsSession *session);
const char *xtls_session_get_peer (XtlsSession *session);
const char *xtls_session_get_sid (XtlsSession *session);
/* Returns: (transfer none): the sid of the bytestream. */
const char *xtls_session_get_transport_sid (XtlsSession *session);
/* Returns: what carries the bytestream, or was last tried. */
XtlsCarrier xtls_session_get_carrier (XtlsSession *session);

/**
 * xtls_session_has_changed_carrier:
 *
 * Returns: whether another carrier than that of the request was to be used,
 * because the bytestream was refused or dropped, whatever came of it.
 */
gboolean xtls_session_has_changed_carrier (XtlsSession *session);

/* Returns: whether the request was accepted, so that there is a bytestream. */
gboolean xtls_session_has_bytestream (XtlsSession *session);

/**
 * xtls_session_get_detail:
 *
 * Returns: (nullable) (transfer none): the technical reason of the end for the
 * debug log, untranslated and without stanza content.
 */
const char *xtls_session_get_detail (XtlsSession *session);

/**
 * xtls_session_get_fingerprint:
 *
 * Returns: (nullable) (transfer none): the fingerprint of the peer's key, once
 * the handshake has brought it.
 */
const XtlsFingerprint *xtls_session_get_fingerprint (XtlsSession *session);
const XtlsFingerprint *xtls_session_get_own_fingerprint (XtlsSession *session);

/**
 * xtls_session_describe:
 *
 * Returns: (transfer full) (nullable): version, cipher and group of the key
 * exchange, and what carries the bytestream, once open.
 */
char *xtls_session_describe (XtlsSession *session);

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
 * xtls_session_get_file_key:
 * @sid: of the file's bytestream
 * @sends: whether this side sends the file
 * @key: (out caller-allocates) (array fixed-size=32): a key for that file
 *   alone, the same at both ends
 *
 * Returns: %TRUE once the session is open, as long as it has its keys.
 */
gboolean xtls_session_get_file_key (XtlsSession *session,
                                    const char *sid,
                                    gboolean sends,
                                    guint8 key[32]);

/**
 * xtls_session_get_largest_blocks:
 *
 * Returns: %FALSE if there was no bytestream; else @taken and @waiting as
 * xtls_ibb_get_largest(), of the bytestream and of one that it has replaced.
 */
gboolean xtls_session_get_largest_blocks (XtlsSession *session,
                                          gsize *taken,
                                          gsize *waiting);

/**
 * xtls_session_get_unsent:
 *
 * Returns: how many bytes wait to be sent in the bytestream.
 */
gsize xtls_session_get_unsent (XtlsSession *session);
