/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves bytes between the layers: bytestream, TLS and stream. */
#include "pump.h"

#include "certificate.h"
#include "closing.h"
#include "delivery-timeout.h"
#include "delivery.h"
#include "detour.h"
#include "jid.h"
#include "session-private.h"
#include "session-state.h"

#include <string.h>

/* Until the stream is open it is fed up to the end of a tag, or so many bytes,
 * so that nothing behind the header is read before the session is admitted. */
#define HEADER_CHUNK 512

static gboolean
refuse (XtlsSession *session, XtlsEnd end, const char *why, GError **error)
{
    session->refusal = end;
    g_set_error_literal (
        error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_CERTIFICATE, why);
    return FALSE;
}

static gboolean
verify_cb (const gnutls_datum_t *der, gpointer data, GError **error)
{
    XtlsSession *session = data;
    char *bare = xtls_jid_bare (session->peer);
    gboolean ok = xtls_certificate_check (
        der,
        bare,
        xtls_identity_get_fingerprint (session->identity),
        &session->fingerprint,
        error);

    g_free (bare);
    if (!ok) {
        session->refusal = XTLS_END_CERTIFICATE;
        return FALSE;
    }
    session->authenticated = TRUE;
    if (session->hinted &&
        !xtls_fingerprint_equal (&session->hint, &session->fingerprint))
        return refuse (session,
                       XTLS_END_SECURITY,
                       "certificate differs from the announced fingerprint",
                       error);
    if (!session->ops.allow (
            session, &session->fingerprint, session->user_data))
        return refuse (
            session, XTLS_END_KEY_REFUSED, "key refused before", error);
    return TRUE;
}

static XtlsSm *
find_sm_cb (const char *previd, gpointer data)
{
    XtlsSession *session = data;

    return session->ops.find_sm (session, previd, session->user_data);
}

void
xtls_pump_begin_tls (XtlsSession *session)
{
    session->tls =
        xtls_tls_new (session->outgoing ? XTLS_TLS_CLIENT : XTLS_TLS_SERVER,
                      xtls_identity_get_credentials (session->identity),
                      session->padding,
                      verify_cb,
                      session);
}

/* What was to be resumed with another key is told first. */
static void
begin_early (XtlsSession *session)
{
    xtls_stream_begin_early (session->stream);
    if (!session->ops.first_words || session->sm ||
        !xtls_stream_takes_first_words (session->stream))
        return;
    session->in_first_words = TRUE;
    session->ops.first_words (session, session->user_data);
    session->in_first_words = FALSE;
}

static void
start_stream (XtlsSession *session)
{
    session->stream = xtls_stream_new (
        session->outgoing, session->own, session->peer, find_sm_cb, session);
    /* A session with another key on either side does not resume: the
     * unacknowledged stanzas are for the peer that had the old key. */
    if (session->sm &&
        xtls_sm_is_bound_to (
            session->sm,
            xtls_identity_get_fingerprint (session->identity)->bytes,
            session->fingerprint.bytes))
        xtls_stream_resume_with (session->stream,
                                 g_steal_pointer (&session->sm));
    xtls_stream_start (session->stream);
    if (session->hello.first_words)
        begin_early (session);
}

/* Returns: the end that a callback of this round has asked for, or
 * %XTLS_END_NONE. */
static XtlsEnd
get_deferred_end (XtlsSession *session)
{
    if (session->deferred.abort != XTLS_END_NONE)
        return session->deferred.abort;
    return session->deferred.close ? XTLS_END_LOCAL : XTLS_END_NONE;
}

static void
become_open (XtlsSession *session)
{
    XtlsEnd end;

    if (!xtls_session_check_key (session))
        return;
    end = session->ops.admit (session, session->user_data);
    if (end == XTLS_END_NONE)
        end = get_deferred_end (session);
    if (end != XTLS_END_NONE) {
        xtls_closing_stop (session, end, NULL);
        return;
    }
    xtls_session_state_stop_timer (session, &session->timers.setup);
    /* Stanzas may have arrived together with the header, and ours may wait for
     * them: this timer comes before that of the session which this one
     * replaces, see xtls_closing_replace(). */
    xtls_delivery_schedule (session);
    xtls_session_state_set (session, XTLS_SESSION_OPEN);
}

/* Returns: how much of @data the stream read before it was open. */
static gsize
read_header (XtlsSession *session, const guint8 *data, gsize len)
{
    gsize done = 0;

    while (done < len && !session->closing.stopped &&
           !xtls_stream_is_open (session->stream)) {
        gsize most = MIN (len - done, HEADER_CHUNK);
        const guint8 *end = memchr (data + done, '>', most);
        gsize chunk = end ? (gsize)(end - (data + done)) + 1 : most;
        GError *error = NULL;
        gboolean ok;

        session->feeding = TRUE;
        ok = xtls_stream_feed (session->stream, data + done, chunk, &error);
        session->feeding = FALSE;
        done += chunk;
        if (!ok) {
            session->failed_stream = TRUE;
            xtls_closing_fail (session, error);
            g_error_free (error);
        }
    }
    return done;
}

static void
read_plain (XtlsSession *session, const guint8 *data, gsize len)
{
    gsize done = 0;

    if (session->state == XTLS_SESSION_HANDSHAKING) {
        done = read_header (session, data, len);
        session->header_waits = !session->outgoing && done < len;
        if (!session->closing.stopped && xtls_stream_is_open (session->stream))
            become_open (session);
    }
    if (done < len && !session->closing.stopped)
        xtls_delivery_add (session, data + done, len - done);
}

/* Nobody else on the way can produce these bytes: the peer is alive, however
 * late it acknowledges our blocks. */
static void
note_heard (XtlsSession *session)
{
    session->heard = session->ops.now ();
    xtls_ibb_note_progress (session->ibb, session->heard);
}

static void
fail_tls (XtlsSession *session, const GError *error)
{
    session->failed_tls = TRUE;
    if (session->refusal != XTLS_END_NONE)
        xtls_closing_stop (session, session->refusal, error->message);
    else
        xtls_closing_fail (session, error);
}

/* TLS has started with a hello, or starts with the bytestream. Returns: %FALSE
 * if it has still to wait. */
static gboolean
begin_handshake (XtlsSession *session)
{
    if (session->state != XTLS_SESSION_ACCEPTED)
        return session->tls != NULL;
    if (!session->hello.taken &&
        xtls_ibb_get_state (session->ibb) != XTLS_IBB_OPEN)
        return FALSE;
    if (!session->tls)
        xtls_pump_begin_tls (session);
    session->hello.fed = TRUE;
    xtls_session_state_set (session, XTLS_SESSION_HANDSHAKING);
    return TRUE;
}

/* Returns: whether TLS has work to do. */
static gboolean
take_in (XtlsSession *session)
{
    gboolean fresh;
    GByteArray *bytes;

    if (!begin_handshake (session))
        return FALSE;
    fresh = session->hello.fed;
    session->hello.fed = FALSE;

    bytes = xtls_ibb_take (session->ibb);
    if (!bytes)
        return fresh;
    xtls_tls_feed (session->tls, bytes->data, bytes->len);
    g_byte_array_unref (bytes);
    return TRUE;
}

static void
pump_in (XtlsSession *session)
{
    GByteArray *plain;
    GError *error = NULL;
    gboolean ok;

    if (!take_in (session))
        return;

    /* Not kept between calls, because it may be large. */
    plain = g_byte_array_new ();
    ok = xtls_tls_step (session->tls, plain, &error);
    if (!session->stream && xtls_tls_is_ready (session->tls))
        start_stream (session);
    /* Bytes that were decrypted before a failure have arrived. */
    if (plain->len) {
        note_heard (session);
        read_plain (session, plain->data, plain->len);
    }
    g_byte_array_unref (plain);

    if (!ok) {
        fail_tls (session, error);
        g_error_free (error);
    }
}

/* Anything after the end is ignored. */
static void
discard_in (XtlsSession *session)
{
    GByteArray *bytes = xtls_ibb_take (session->ibb);

    g_clear_pointer (&bytes, g_byte_array_unref);
}

static void
check_bytestream (XtlsSession *session)
{
    const GError *error = xtls_ibb_get_error (session->ibb);

    if (xtls_ibb_get_state (session->ibb) != XTLS_IBB_CLOSED ||
        xtls_detour_take (session))
        return;
    if (error)
        xtls_closing_fail (session, error);
    else
        xtls_closing_stop (session, XTLS_END_CUT, "bytestream closed");
}

/* A responder's header waits until the initiator's has been found valid: the
 * peer must not show a session as open that is not admitted here. */
static gboolean
may_send (XtlsSession *session)
{
    return session->stream && !session->failed_tls &&
           !session->closing.close_notify_sent &&
           (session->outgoing || session->failed_stream ||
            (session->state >= XTLS_SESSION_OPEN && !session->header_waits));
}

static gboolean
pump_out (XtlsSession *session, guint beyond, GError **error)
{
    gboolean ok = TRUE;
    GString *text;
    GByteArray *records;

    if (may_send (session)) {
        text = xtls_stream_get_output (session->stream);
        if (text->len) {
            ok = xtls_tls_write (
                session->tls, (const guint8 *)text->str, text->len, error);
            xtls_stream_clear_output (session->stream);
        }
    }
    if (session->tls) {
        records = xtls_tls_get_output (session->tls);
        if (records->len && ok)
            ok = xtls_ibb_write (
                session->ibb, records->data, records->len, error);
        if (records->len)
            g_free (g_byte_array_steal (records, NULL));
    }
    xtls_ibb_flush (session->ibb, beyond, session->ops.now ());
    return ok;
}

void
xtls_pump_push (XtlsSession *session, guint beyond)
{
    if (xtls_ibb_get_state (session->ibb) == XTLS_IBB_OPEN)
        pump_out (session, beyond, NULL);
}

static gboolean
ibb_cb (gpointer data)
{
    XtlsSession *session = data;

    session->timers.ibb = 0;
    xtls_session_ref (session);
    xtls_ibb_check (session->ibb, session->ops.now ());
    xtls_pump_run (session);
    xtls_session_unref (session);
    return FALSE;
}

/* A timer that fires too early costs nothing, so it is not moved each time that
 * progress extends the deadline. */
static void
arm_ibb_timer (XtlsSession *session)
{
    gint64 deadline = xtls_ibb_get_deadline (session->ibb);
    gint64 wait;

    if (deadline < 0 ||
        (session->timers.ibb && session->ibb_deadline <= deadline))
        return;
    wait = MAX (deadline - session->ops.now (), 0);
    session->ibb_deadline = deadline;
    xtls_session_state_set_timer (
        session, &session->timers.ibb, (guint)(wait / 1000 + 1), ibb_cb);
}

/* Runs deferred calls last in a round, when no layer is on the stack. */
static void
run_deferred (XtlsSession *session)
{
    XtlsEnd abort = session->deferred.abort;

    session->deferred.abort = XTLS_END_NONE;
    if (session->deferred.close && abort != XTLS_END_KEY_REFUSED) {
        session->deferred.close = FALSE;
        xtls_closing_close (session, session->deferred.at_once);
    } else if (abort != XTLS_END_NONE) {
        xtls_closing_abort (session, abort);
    }
}

static void
pump_once (XtlsSession *session)
{
    GError *error = NULL;

    if (session->closing.stopped) {
        discard_in (session);
        return;
    }
    pump_in (session);
    if (!session->closing.stopped)
        check_bytestream (session);
    if (!session->closing.stopped && !pump_out (session, 0, &error)) {
        xtls_closing_fail (session, error);
        g_error_free (error);
    }
}

void
xtls_pump_run (XtlsSession *session)
{
    if (session->pumping) {
        session->again = TRUE;
        return;
    }
    if (!session->ibb || session->state == XTLS_SESSION_CLOSED)
        return;

    xtls_session_ref (session);
    do {
        session->again = FALSE;
        session->pumping = TRUE;
        pump_once (session);
        session->pumping = FALSE;
        run_deferred (session);
        xtls_closing_conclude (session);
    } while (session->again && session->state != XTLS_SESSION_CLOSED);
    if (session->state != XTLS_SESSION_CLOSED) {
        arm_ibb_timer (session);
        xtls_delivery_timeout_update (session);
    }
    xtls_session_unref (session);
}
