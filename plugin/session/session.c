/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The public functions of a session. */
#include "session.h"

#include "closing.h"
#include "delivery.h"
#include "iq.h"
#include "negotiate.h"
#include "node.h"
#include "ns.h"
#include "pump.h"
#include "session-private.h"
#include "session-state.h"
#include "stanza.h"

/* The space in the bytestream's queue that the largest stanza and its records
 * may take. It is kept free, because encrypted data cannot be taken back. */
#define QUEUE_RESERVE (XTLS_STANZA_MAX + XTLS_STANZA_MAX / 4)
/* Stanzas sent within this time after others may belong to the same burst,
 * microseconds. */
#define GATHER 2000
/* Bytes of text after which a burst leaves without waiting for more: with its
 * records it has nearly filled a block, so that the peer can read it while more
 * is being written. */
#define GATHER_MAX (XTLS_IBB_BLOCK_SIZE_DEFAULT - 1024)

/* Text that leaves behind the header, without waiting for the other side's: it
 * goes with the last bytes of the handshake, in one block. */
#define FIRST_WORDS_MAX 4096

#define FILE_KEY_LABEL "EXPERIMENTAL " XTLS_NS_S5B

static XtlsSession *
new_session (const char *own,
             const char *peer,
             XtlsIdentity *identity,
             gboolean padding,
             const XtlsSessionOps *ops,
             gpointer user_data)
{
    XtlsSession *session = g_new0 (XtlsSession, 1);

    session->refs = 1;
    session->own = g_strdup (own);
    session->peer = g_strdup (peer);
    session->identity = xtls_identity_ref (identity);
    session->padding = padding;
    session->ops = *ops;
    session->user_data = user_data;
    session->block_max = XTLS_IBB_BLOCK_SIZE_DEFAULT;
    session->inbox = xtls_inbox_new (XTLS_SESSION_INBOX_MAX);
    session->closing.peer_end = XTLS_END_PEER;
    return session;
}

XtlsSession *
xtls_session_new_outgoing (const char *own,
                           const char *peer,
                           XtlsIdentity *identity,
                           gboolean padding,
                           const XtlsSessionOps *ops,
                           gpointer user_data)
{
    XtlsSession *session =
        new_session (own, peer, identity, padding, ops, user_data);

    session->outgoing = TRUE;
    session->sid = xtls_stanza_random_id ();
    session->transport_sid = xtls_stanza_random_id ();
    return session;
}

XtlsSession *
xtls_session_new_incoming (const char *own,
                           const char *peer,
                           XtlsJingle *initiate,
                           XtlsIdentity *identity,
                           gboolean padding,
                           const XtlsSessionOps *ops,
                           gpointer user_data)
{
    XtlsSession *session =
        new_session (own, peer, identity, padding, ops, user_data);

    session->offer = initiate;
    session->sid = g_strdup (initiate->sid);
    session->carrier = initiate->carrier;
    session->transport_sid = g_strdup (initiate->transport_sid);
    return session;
}

XtlsSession *
xtls_session_ref (XtlsSession *session)
{
    session->refs++;
    return session;
}

void
xtls_session_unref (XtlsSession *session)
{
    if (!session || --session->refs > 0)
        return;

    xtls_session_state_stop_timers (session);
    xtls_stream_free (session->stream);
    xtls_tls_free (session->tls);
    xtls_ibb_free (session->ibb);
    xtls_ibb_free (session->refused);
    xtls_sm_free (session->sm);
    xtls_inbox_free (session->inbox);
    xtls_jingle_free (session->offer);
    xtls_identity_unref (session->identity);
    g_free (session->request_id);
    g_free (session->detour.id);
    g_free (session->detail);
    g_free (session->own);
    g_free (session->peer);
    g_free (session->sid);
    g_free (session->transport_sid);
    g_free (session);
}

void
xtls_session_resume_with (XtlsSession *session, XtlsSm *sm)
{
    xtls_sm_free (session->sm);
    session->sm = sm;
}

void
xtls_session_set_block_max (XtlsSession *session, guint max)
{
    session->block_max = max;
}

void
xtls_session_set_carrier (XtlsSession *session,
                          XtlsCarrier carrier,
                          gboolean other_possible)
{
    session->carrier = carrier;
    session->detour.possible = other_possible;
}

void
xtls_session_use_hello (XtlsSession *session)
{
    session->hello.wanted = session->outgoing;
}

void
xtls_session_start (XtlsSession *session)
{
    if (session->state != XTLS_SESSION_IDLE)
        return;
    xtls_session_ref (session);
    xtls_negotiate_start (session);
    xtls_session_unref (session);
}

gboolean
xtls_session_handle (XtlsSession *session, xmlnode *iq)
{
    const char *from = xtls_node_attrib (iq, "from");
    gboolean ours;

    if (g_strcmp0 (from, session->peer) != 0 ||
        session->state == XTLS_SESSION_CLOSED)
        return FALSE;

    xtls_session_ref (session);
    ours = xtls_negotiate_handle (session, iq);
    if (!ours && session->ibb) {
        ours = xtls_ibb_handle (session->ibb, iq, session->ops.now ());
        if (ours)
            xtls_pump_run (session);
    }
    if (!ours && session->refused)
        ours = xtls_ibb_handle (session->refused, iq, session->ops.now ());
    xtls_session_unref (session);
    return ours;
}

/* Waiting stanzas are sent in order, so there are never more responses among
 * them than there are waiting stanzas. */
static gboolean
has_room (XtlsSession *session, gboolean is_response)
{
    gsize unsent = xtls_session_get_unsent (session);

    session->responses = MIN (session->responses, unsent);
    return unsent <= XTLS_IBB_QUEUE_MAX - QUEUE_RESERVE &&
           (!is_response || session->responses <= XTLS_SESSION_RESPONSES_MAX);
}

static void
push (XtlsSession *session)
{
    session->corked = FALSE;
    session->left = session->ops.now ();
    xtls_delivery_ack (session);
    xtls_pump_run (session);
}

/* In a burst the first stanza is sent alone; the others are sent together when
 * they fill a block, or on the next turn of the main loop. */
static gboolean
has_just_left (XtlsSession *session)
{
    return session->timers.gather ||
           session->ops.now () - session->left < GATHER;
}

static gboolean
gather_cb (gpointer data)
{
    XtlsSession *session = data;

    session->timers.gather = 0;
    if (session->corks > 0 || !session->corked ||
        session->state != XTLS_SESSION_OPEN || session->closing.stopped)
        return FALSE;
    xtls_session_ref (session);
    push (session);
    xtls_session_unref (session);
    return FALSE;
}

static gboolean
has_gathered_enough (XtlsSession *session)
{
    return xtls_stream_get_output (session->stream)->len >= GATHER_MAX;
}

static void
gather (XtlsSession *session)
{
    session->corked = TRUE;
    if (!session->timers.gather)
        xtls_session_state_set_timer (
            session, &session->timers.gather, 0, gather_cb);
}

gboolean
xtls_session_takes_first_words (XtlsSession *session)
{
    return session->in_first_words && !session->closing.stopped &&
           xtls_stream_takes_first_words (session->stream) &&
           xtls_stream_get_output (session->stream)->len < FIRST_WORDS_MAX;
}

static gboolean
may_send (XtlsSession *session)
{
    return xtls_session_takes_first_words (session) ||
           (session->state == XTLS_SESSION_OPEN && !session->closing.stopped);
}

gboolean
xtls_session_send (XtlsSession *session, xmlnode *stanza, GError **error)
{
    gboolean is_response = xtls_iq_is_response (stanza);
    gsize before;

    if (!xtls_session_check_key (session) || !may_send (session)) {
        g_set_error_literal (error,
                             XTLS_STREAM_ERROR,
                             XTLS_STREAM_ERROR_CLOSED,
                             "the session is not open");
        return FALSE;
    }
    if (!has_room (session, is_response)) {
        g_set_error_literal (error,
                             XTLS_IBB_ERROR,
                             XTLS_IBB_ERROR_QUEUE_FULL,
                             "too much waits to be sent");
        return FALSE;
    }
    before = xtls_stream_get_output (session->stream)->len;
    if (!xtls_stream_write (session->stream, stanza, error))
        return FALSE;
    session->stanzas++;
    xtls_delivery_tell_unacked (session);
    if (is_response)
        session->responses += xtls_stream_get_output (session->stream)->len -
                              before + XTLS_TLS_PADDING_STEP;
    if (session->in_first_words)
        return TRUE; /* it leaves with the header */
    if (session->corks > 0)
        session->corked = TRUE;
    else if (has_just_left (session) && !has_gathered_enough (session))
        gather (session);
    else
        push (session);
    return TRUE;
}

void
xtls_session_cork (XtlsSession *session)
{
    session->corks++;
}

void
xtls_session_uncork (XtlsSession *session)
{
    if (--session->corks > 0 || !session->corked)
        return;
    if (session->state != XTLS_SESSION_OPEN || session->closing.stopped)
        return;
    xtls_session_ref (session);
    push (session);
    xtls_session_unref (session);
}

gboolean
xtls_session_has_headroom (XtlsSession *session)
{
    return session->state == XTLS_SESSION_OPEN &&
           xtls_ibb_has_room (session->ibb, xtls_session_get_unsent (session));
}

void
xtls_session_close (XtlsSession *session, gboolean at_once)
{
    if (session->pumping) {
        session->deferred.close = TRUE;
        session->deferred.at_once = session->deferred.at_once || at_once;
        return;
    }
    xtls_session_ref (session);
    xtls_closing_close (session, at_once);
    xtls_session_unref (session);
}

void
xtls_session_leave (XtlsSession *session)
{
    session->closing.leaving = !session->closing.end_tag_sent;
    xtls_session_close (session, TRUE);
}

gboolean
xtls_session_peer_has_left (XtlsSession *session)
{
    return session->closing.peer_left;
}

void
xtls_session_hand_over (XtlsSession *session)
{
    session->closing.elsewhere = TRUE;
    xtls_session_close (session, FALSE);
}

void
xtls_session_abort (XtlsSession *session, XtlsEnd end)
{
    if (session->pumping) {
        session->deferred.abort = end;
        return;
    }
    xtls_session_ref (session);
    xtls_closing_abort (session, end);
    xtls_session_unref (session);
}

gboolean
xtls_session_check_key (XtlsSession *session)
{
    gboolean allowed;

    if (session->state == XTLS_SESSION_CLOSED || !session->authenticated)
        return TRUE;
    /* A callback that closes the session from inside `allow` has not returned
     * its decision yet. */
    if (session->asking)
        return FALSE;
    session->asking = TRUE;
    allowed =
        session->ops.allow (session, &session->fingerprint, session->user_data);
    session->asking = FALSE;
    if (!allowed)
        xtls_session_abort (session, XTLS_END_KEY_REFUSED);
    return allowed;
}

void
xtls_session_replace (XtlsSession *session, gboolean by_us)
{
    xtls_closing_replace (session, by_us);
}

gboolean
xtls_session_has_undelivered (XtlsSession *session)
{
    return session->pending && session->state != XTLS_SESSION_CLOSED;
}

gboolean
xtls_session_is_replaced (XtlsSession *session)
{
    return session->closing.replaced;
}

gboolean
xtls_session_has_old_keys (XtlsSession *session)
{
    gint64 seconds = XTLS_SESSION_KEYS_SECONDS;
    guint stanzas = XTLS_SESSION_KEYS_STANZAS;

    if (!session->outgoing) {
        seconds += XTLS_SESSION_KEYS_MORE_SECONDS;
        stanzas += XTLS_SESSION_KEYS_MORE_STANZAS;
    }
    return session->state == XTLS_SESSION_OPEN &&
           (session->stanzas >= stanzas ||
            session->ops.now () - session->since >= seconds * G_USEC_PER_SEC);
}

gboolean
xtls_session_is_quiet (XtlsSession *session)
{
    const GQueue *unacked = xtls_session_get_unacked (session);

    return session->state == XTLS_SESSION_OPEN && !session->pending &&
           !session->closing.stopped && session->unacked == 0 &&
           (!unacked || unacked->length == 0) &&
           xtls_session_get_unsent (session) == 0 &&
           session->ops.now () - session->heard >=
               XTLS_SESSION_QUIET_AFTER * G_USEC_PER_SEC;
}

void
xtls_session_set_silent (XtlsSession *session)
{
    session->closing.silent = TRUE;
}

XtlsSm *
xtls_session_take_sm (XtlsSession *session)
{
    XtlsSm *sm = session->stream ? xtls_stream_take_sm (session->stream) : NULL;

    if (sm)
        xtls_sm_bind (sm,
                      xtls_identity_get_fingerprint (session->identity)->bytes,
                      session->fingerprint.bytes);
    return sm;
}

/* If the session never opened, the peer did not answer the request to resume,
 * or its answer had no effect: this side still has the state. */
static XtlsSm *
take_undecided (XtlsSession *session)
{
    gboolean undecided =
        session->state == XTLS_SESSION_CLOSED ||
        (session->stream && xtls_stream_is_undecided (session->stream));

    return undecided && !session->opened && xtls_session_get_sm_id (session)
               ? xtls_session_take_sm (session)
               : NULL;
}

XtlsSm *
xtls_session_take_sm_failed (XtlsSession *session)
{
    XtlsSm *refused;

    if (!session->stream || session->sm)
        return g_steal_pointer (
            &session->sm); /* the peer was never asked to resume */
    refused = xtls_stream_take_sm_failed (session->stream);
    return refused ? refused : take_undecided (session);
}

const char *
xtls_session_get_sm_id (XtlsSession *session)
{
    return session->stream ? xtls_stream_get_sm_id (session->stream) : NULL;
}

const GQueue *
xtls_session_get_unacked (XtlsSession *session)
{
    if (session->sm)
        return xtls_sm_get_unacked (session->sm);
    return session->stream ? xtls_stream_get_unacked (session->stream) : NULL;
}

gboolean
xtls_session_is_settled (XtlsSession *session)
{
    return session->settled;
}

gboolean
xtls_session_was_resumed (XtlsSession *session)
{
    return session->stream && xtls_stream_was_resumed (session->stream);
}

XtlsSessionState
xtls_session_get_state (XtlsSession *session)
{
    return session->state;
}

XtlsEnd
xtls_session_get_end (XtlsSession *session)
{
    return session->end;
}

void
xtls_session_set_padding (XtlsSession *session, gboolean padding)
{
    session->padding = padding;
    if (session->tls)
        xtls_tls_set_padding (session->tls, padding);
}

gboolean
xtls_session_is_outgoing (XtlsSession *session)
{
    return session->outgoing;
}

const char *
xtls_session_get_peer (XtlsSession *session)
{
    return session->peer;
}

const char *
xtls_session_get_sid (XtlsSession *session)
{
    return session->sid;
}

const char *
xtls_session_get_transport_sid (XtlsSession *session)
{
    return session->transport_sid;
}

XtlsCarrier
xtls_session_get_carrier (XtlsSession *session)
{
    return session->carrier;
}

gboolean
xtls_session_has_changed_carrier (XtlsSession *session)
{
    return session->refused != NULL;
}

gboolean
xtls_session_has_bytestream (XtlsSession *session)
{
    return session->ibb != NULL;
}

const char *
xtls_session_get_detail (XtlsSession *session)
{
    return session->detail;
}

const XtlsFingerprint *
xtls_session_get_fingerprint (XtlsSession *session)
{
    return session->authenticated ? &session->fingerprint : NULL;
}

const XtlsFingerprint *
xtls_session_get_own_fingerprint (XtlsSession *session)
{
    return xtls_identity_get_fingerprint (session->identity);
}

char *
xtls_session_describe (XtlsSession *session)
{
    g_autofree char *tls = NULL;

    if (session->state < XTLS_SESSION_OPEN || !session->tls ||
        !xtls_tls_is_ready (session->tls))
        return NULL;
    tls = xtls_tls_describe (session->tls);
    return g_strdup_printf (
        "%s, %s", tls, xtls_carrier_get_name (session->carrier));
}

gboolean
xtls_session_get_binding (XtlsSession *session, guint8 binding[32])
{
    return session->state >= XTLS_SESSION_OPEN && session->tls &&
           xtls_tls_is_ready (session->tls) &&
           xtls_tls_get_binding (session->tls, binding);
}

gboolean
xtls_session_get_file_key (XtlsSession *session,
                           const char *sid,
                           gboolean sends,
                           guint8 key[32])
{
    gboolean by_initiator = sends == xtls_session_is_outgoing (session);
    g_autofree char *context =
        g_strconcat (by_initiator ? "initiator:" : "responder:", sid, NULL);

    return session->state >= XTLS_SESSION_OPEN && session->tls &&
           xtls_tls_is_ready (session->tls) &&
           xtls_tls_export (session->tls, FILE_KEY_LABEL, context, key);
}

gboolean
xtls_session_get_largest_blocks (XtlsSession *session,
                                 gsize *taken,
                                 gsize *waiting)
{
    gsize taken_before, waiting_before;

    if (!session->ibb)
        return FALSE;
    xtls_ibb_get_largest (session->ibb, taken, waiting);
    if (session->refused) {
        xtls_ibb_get_largest (session->refused, &taken_before, &waiting_before);
        *taken = MAX (*taken, taken_before);
        *waiting = MAX (*waiting, waiting_before);
    }
    return TRUE;
}

gsize
xtls_session_get_unsent (XtlsSession *session)
{
    gsize unsent = session->ibb ? xtls_ibb_get_unsent (session->ibb) : 0;

    if (session->stream)
        unsent += xtls_stream_get_output (session->stream)->len;
    return unsent;
}
