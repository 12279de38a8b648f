/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of a session, which one unit shares: session.c, session-state.c,
 * negotiate.c (Jingle), pump.c (bytes from layer to layer), delivery.c (stanzas
 * to the user), delivery-timeout.c and closing.c.
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
    char *request_id;  /* of our session-initiate or session-accept */

    /* The peer's key: what its Jingle said, and what the handshake brought,
     * which must be the same if both are there. */
    gboolean hinted;
    XtlsFingerprint hint;
    gboolean authenticated;
    XtlsFingerprint fingerprint;
    XtlsEnd refusal; /* why the certificate callback refused it */
    gboolean asking; /* `allow` is on the stack */

    /* Made when they are needed, top to bottom; freed with the session, so
     * that no layer goes while a callback of its runs. */
    XtlsIbb *ibb;
    XtlsTls *tls;
    XtlsStream *stream;
    XtlsSm *sm; /* to be resumed; the stream's once there is one */

    /* 0: not running. */
    struct {
        guint setup;
        guint close;
        guint ibb;
        guint delivery;
        guint ack;
        guint unconfirmed;
        guint gather;
    } timers;
    gint64 ibb_deadline; /* of timers.ibb */

    /* What comes in. Decrypted bytes wait in the inbox until the stream reads
     * them; it reads them only when it has no stanza left. */
    XtlsInbox *inbox;
    gboolean pending; /* something may wait in the inbox or in the stream: no
                       * end is final before this is FALSE */
    gint64 heard;     /* when the peer said something inside last */
    gboolean feeding; /* xtls_stream_feed() is on the stack */
    guint unacked;    /* stanzas delivered since the last acknowledgement … */
    gsize unacked_bytes; /* … and bytes read */

    /* What goes out. While anybody holds the cork, and until the main loop's
     * next turn if something has just left, what is sent is gathered. */
    guint corks;
    gboolean corked;            /* something waits for the last uncork */
    gint64 left;                /* when something was sent last */
    gsize responses;            /* of what is not sent, about so many bytes */
    gint64 unconfirmed_since;   /* the peer owes a count since; 0: none */
    guint unconfirmed_progress; /* of the stream, when it was looked at */

    guint told_unacked; /* how many there were at the last unacked_changed() */

    gboolean opened;  /* it was XTLS_SESSION_OPEN */
    gboolean settled; /* `settled` was called */

    /* The pump may be entered from inside a callback of its own. What such a
     * callback asks for is done when no layer is on the stack. */
    gboolean pumping;
    gboolean again; /* pumped while pumping */
    struct {
        gboolean close;
        gboolean at_once;
        XtlsEnd abort;
    } deferred;

    gboolean failed_tls;
    gboolean failed_stream;

    /* How it ends. Two things lead there: `stopped` says that no byte is read
     * any more, and `outcome` why; or both sides end properly, each with its
     * end tag and close_notify, which counts more even if it is found only
     * after `stopped`. In either case xtls_closing_conclude() tells the end
     * once nothing is `pending`: as XTLS_END_LOCAL if we closed (`by_us`), as
     * XTLS_END_REPLACED if `replaced`, whatever else happened. */
    struct {
        gboolean stopped;
        XtlsEnd outcome;
        gboolean by_us;
        gboolean at_once;           /* the other side is not waited for */
        gboolean replaced;          /* by a newer session */
        gboolean end_tag_sent;      /* ours */
        gboolean close_notify_sent; /* ours */
        gboolean
            terminated;  /* the peer knows that the Jingle session is over */
        gboolean silent; /* nothing is to be sent at the end */
        gint64 since;    /* our end tag has left by then */
    } closing;
};
