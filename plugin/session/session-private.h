/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of a session, shared by the modules that make it up: negotiate
 * (Jingle), pump (bytes from layer to layer), delivery (stanzas to the outside)
 * and ending (states and ends).
 */
#pragma once

#include "ibb.h"
#include "inbox.h"
#include "session.h"
#include "stream.h"

struct XtlsSession {
    guint refs;
    guint block_max;  /* decoded bytes, as this side wants it */
    guint block_size; /* the lower of both sides */
    XtlsSessionState state;
    XtlsEnd end; /* once set, only what is left of the end is done */
    char *detail;

    gboolean outgoing;
    gboolean padding;
    char *own;
    char *peer;
    char *sid;
    char *transport_sid;
    XtlsIdentity *identity;
    /* A copy: whoever holds the last reference may outlive the endpoint. */
    XtlsSessionOps ops;
    gpointer user_data;

    XtlsJingle *offer; /* of an incoming session */
    char *question;    /* id of our session-initiate or session-accept */
    gboolean promised; /* whether the peer's Jingle named a fingerprint … */
    XtlsFingerprint promise; /* … this one */
    gboolean known;          /* whether the handshake brought … */
    XtlsFingerprint fingerprint;

    /* Made when they are needed, top to bottom; freed with the session, so
     * that no layer goes while a callback of its runs. */
    XtlsIbb *ibb;
    XtlsTls *tls;
    XtlsStream *stream;
    XtlsSm *sm; /* to be resumed; the stream's once there is one */

    gsize answers; /* of what is not sent, about so many bytes at most */

    XtlsInbox *inbox; /* decrypted, not yet read by the stream */

    guint setup_timer;
    guint close_timer;
    guint ibb_timer;
    gint64 ibb_deadline; /* of ibb_timer */
    guint delivery_timer;
    guint ack_timer;
    guint proof_timer;
    gint64 proof_since;   /* since when a proof of arrival is owed; 0: none */
    guint proof_progress; /* of the stream, when that was looked at last */
    guint unacked; /* stanzas delivered since the last acknowledgement … */
    gsize unacked_bytes; /* … and bytes read */

    /* Something may wait in the inbox or in the stream: no end is final
     * before this is FALSE. */
    gboolean pending;
    gboolean opened;  /* it was XTLS_SESSION_OPEN */
    gboolean settled; /* `settled` was called */
    guint corks;      /* what is sent waits for these … */
    gboolean spoke;   /* … and something does */
    gboolean feeding; /* xtls_stream_feed() is on the stack */
    gboolean pumping;
    gboolean again; /* pumped while pumping */
    gboolean failed_tls;
    gboolean failed_stream;
    XtlsEnd refusal; /* why the certificate callback refused */

    gboolean local;    /* we closed: the end is XTLS_END_LOCAL */
    gboolean at_once;  /* … and nothing is waited for */
    gboolean tag_sent; /* our end tag */
    gboolean bye_sent; /* our close_notify */
    gboolean over;     /* no byte is read any more, `outcome` says why; an end
                        * that turns out to be proper still counts more */
    XtlsEnd outcome;
    gboolean terminated; /* the peer knows that the Jingle session is over */
    gboolean replaced;   /* whatever end comes is XTLS_END_REPLACED */
    gboolean mute;       /* nothing is to be sent at the end */

    /* Asked for from inside a callback of the pump. */
    gboolean want_close;
    gboolean want_at_once;
    XtlsEnd want_abort;
};

/* --- negotiate.c: Jingle ---------------------------------------------------*/

void xtls_negotiate_start (XtlsSession *session);
gboolean xtls_negotiate_handle (XtlsSession *session, xmlnode *iq);

/* --- pump.c: bytes from layer to layer -------------------------------------*/

void xtls_pump_run (XtlsSession *session);

/* Sends what the layers hold, as far as the window admits it and @beyond blocks
 * farther. */
void xtls_pump_push (XtlsSession *session, guint beyond);

/* --- proof.c: whether what was sent has arrived ----------------------------*/

/* To be called when the pump rests. */
void xtls_proof_look (XtlsSession *session);

/* --- delivery.c: stanzas to the outside ------------------------------------*/

/* Decrypted bytes of an open session. */
void xtls_delivery_add (XtlsSession *session, const guint8 *data, gsize len);

/* From a timer, soon. */
void xtls_delivery_schedule (XtlsSession *session);

/* Everything, now. */
void xtls_delivery_drain (XtlsSession *session);

/* What was delivered is acknowledged with the next bytes that leave. */
void xtls_delivery_ack (XtlsSession *session);

/* --- ending.c: states and ends ---------------------------------------------*/

gboolean xtls_session_set_state (XtlsSession *session, XtlsSessionState state);

/* Reads nothing any more. The end is told when everything was delivered, by
 * xtls_session_rest(). The first outcome stays. */
void xtls_session_stop (XtlsSession *session, XtlsEnd end, const char *detail);

/* The same for what a layer said. */
void xtls_session_fail (XtlsSession *session, const GError *error);

/* Draws the conclusions when nothing moves and nothing waits. */
void xtls_session_rest (XtlsSession *session);

/* Ends now. */
void xtls_session_finish (XtlsSession *session, XtlsEnd end);

void xtls_session_set_timer (XtlsSession *session,
                             guint *timer,
                             guint ms,
                             GSourceFunc function);
void xtls_session_clear_timer (XtlsSession *session, guint *timer);
void xtls_session_clear_timers (XtlsSession *session);

/* For what was asked from inside a callback of the pump. */
void xtls_session_close_now (XtlsSession *session, gboolean at_once);
void xtls_session_abort_now (XtlsSession *session, XtlsEnd end);

/* A newer session took its place: it ends soon, and quietly. */
void xtls_session_set_replaced (XtlsSession *session);

/* Nothing is sent when it ends. */
void xtls_session_set_mute (XtlsSession *session);

/* --- end.c: what ends mean -------------------------------------------------*/

XtlsEnd xtls_end_from_error (const GError *error);
XtlsEnd xtls_end_from_reason (XtlsJingleReason reason);

/* What a stanza error to our session-initiate or session-accept means. */
XtlsEnd xtls_end_from_condition (const char *condition, const char **detail);

/* Returns: %FALSE if no session-terminate goes with @end. */
gboolean xtls_end_to_reason (XtlsEnd end, XtlsJingleReason *reason);
