/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of a session, which one unit shares: session.c, session-state.c,
 * negotiate.c (Jingle), hello.c, detour.c, pump.c (bytes from layer to layer),
 * delivery.c (stanzas to the user), delivery-timeout.c and closing.c.
 */
#pragma once

#include "ibb.h"
#include "inbox.h"
#include "session.h"
#include "stream.h"

struct XtlsSession {
    guint refs;
    guint block_max;  /* decoded bytes, as this side wants them */
    guint block_size; /* the smaller of both sides */
    XtlsSessionState state;
    XtlsEnd end; /* once set, only the rest of the end is done */
    char *detail;

    gboolean outgoing;
    gboolean padding;
    char *own;
    char *peer;
    char *sid;
    XtlsCarrier carrier; /* of `ibb` */
    char *transport_sid;
    XtlsIdentity *identity;
    /* Copied, because the last reference may outlive the endpoint. */
    XtlsSessionOps ops;
    gpointer user_data;

    /* The start of TLS in Jingle (hello.h). */
    struct {
        gboolean wanted;      /* the peer has announced that it supports this */
        gboolean offered;     /* we sent our first flight in session-initiate */
        gboolean taken;       /* session-accept has the responder's answer */
        gboolean first_words; /* and it takes first words */
        gboolean fed; /* TLS got bytes that the pump has not processed */
    } hello;

    /* Another carrier for the bytestream (detour.h). */
    struct {
        gboolean possible; /* the peer has announced the other one, too */
        gboolean asked;    /* we proposed it and wait for an answer */
        char *id;          /* of our proposal, or of our acceptance */
    } detour;

    XtlsJingle *offer; /* only in an incoming session */
    char *request_id;  /* of our session-initiate or session-accept */

    /* The peer's key, as announced by Jingle and as presented in the handshake;
     * if both are there they must be equal. */
    gboolean hinted;
    XtlsFingerprint hint;
    gboolean authenticated;
    XtlsFingerprint fingerprint;
    XtlsEnd refusal; /* the error of the certificate callback */
    gboolean asking; /* `allow` is on the stack */

    /* Created when they are needed, from top to bottom, and freed with the
     * session, so that no layer goes while one of its callbacks runs. */
    XtlsIbb *ibb;
    XtlsIbb *refused; /* what `ibb` has replaced */
    XtlsTls *tls;
    XtlsStream *stream;
    XtlsSm *sm; /* to be resumed; the stream owns it once there is one */

    /* 0: not running */
    struct {
        guint setup;
        guint close;
        guint ibb;
        guint delivery;
        guint ack;
        guint unconfirmed;
        guint gather;
    } timers;
    gint64 ibb_deadline; /* the deadline of timers.ibb */

    /* Incoming data. Decrypted bytes wait in the inbox until the stream reads
     * them, which it does only when it has no stanza left. */
    XtlsInbox *inbox;
    gboolean pending; /* something may wait in the inbox or the stream: no end
                         is final before this is FALSE */
    gint64 heard;     /* when the peer last sent anything inside */
    gboolean feeding; /* xtls_stream_feed() is on the stack */
    guint unacked;    /* stanzas delivered since the last acknowledgement … */
    gsize unacked_bytes; /* … and bytes read */

    /* Outgoing data. It is gathered while somebody holds the cork and, if
     * something has just been sent, until it fills a block, or the next turn of
     * the main loop. */
    gboolean in_first_words; /* `first_words` is on the stack */
    /* The responder's header waits for what it has to say to the stanzas that
     * came with the initiator's, to leave with it. */
    gboolean header_waits;
    guint corks;
    gboolean corked;          /* something waits for the last uncork */
    gint64 left;              /* when something was last sent */
    gsize responses;          /* responses, in bytes, among what is not sent
                                 (approximate) */
    gint64 unconfirmed_since; /* since when the peer owes a count; 0: none is
                                 due */
    guint
        unconfirmed_progress; /* the stream's progress when it was last read */

    guint
        told_unacked; /* the number of stanzas at the last unacked_changed() */

    gboolean opened;  /* it has been in XTLS_SESSION_OPEN */
    gint64 since;     /* when it opened */
    guint stanzas;    /* sent and delivered with these keys */
    gboolean settled; /* `settled` has been called */

    /* The pump may be entered from inside one of its callbacks. What such a
     * callback asks for is done when no layer is on the stack. */
    gboolean pumping;
    gboolean again; /* the pump was called while pumping */
    struct {
        gboolean close;
        gboolean at_once;
        XtlsEnd abort;
    } deferred;

    gboolean failed_tls;
    gboolean failed_stream;

    /* How the session ends. Either `stopped` is set, meaning that no more bytes
     * are read, with the reason in `outcome`; or both sides end properly, each
     * with its end tag and close_notify, which takes precedence even if it is
     * found after `stopped`. In both cases xtls_closing_conclude() ends the
     * session once nothing is `pending`: as XTLS_END_LOCAL if we closed it
     * (`by_us`), as XTLS_END_REPLACED if `replaced`, whatever else happened.
     * A peer that has ended properly says why in its session-terminate, which
     * is waited for. */
    struct {
        gboolean stopped;
        XtlsEnd outcome;
        gboolean by_us;
        gboolean at_once;      /* do not wait for the peer */
        gboolean leaving;      /* by us, because this client goes offline */
        gboolean elsewhere;    /* by us, for a session with another client */
        gboolean reason_known; /* whether `peer_end` is final */
        XtlsEnd peer_end;      /* the end, if the peer ends properly */
        gboolean peer_left;    /* the peer has said `gone` */
        gboolean replaced;     /* by a newer session */
        gboolean end_tag_sent; /* ours */
        gboolean close_notify_sent; /* ours */
        gboolean
            terminated;  /* the peer knows that the Jingle session has ended */
        gboolean silent; /* send nothing at the end */
        gint64 since;    /* since when our end tag is sent */
    } closing;
};
