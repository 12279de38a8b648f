/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Jingle side of a session (XEP-0166, XEP-0247, XEP-0261). */
#include "negotiate.h"

#include "closing.h"
#include "detour.h"
#include "end.h"
#include "hello.h"
#include "iq.h"
#include "jingle-make.h"
#include "node.h"
#include "ns.h"
#include "pump.h"
#include "session-private.h"
#include "session-state.h"

static void
send_out (XtlsSession *session, xmlnode *stanza)
{
    session->ops.send (stanza, session->user_data);
}

static void
ibb_send_cb (xmlnode *stanza, gpointer data)
{
    send_out (data, stanza);
}

static void
make_ibb (XtlsSession *session)
{
    session->ibb = xtls_ibb_new (session->carrier,
                                 session->peer,
                                 session->transport_sid,
                                 session->block_size,
                                 ibb_send_cb,
                                 session);
    if (session->outgoing)
        xtls_ibb_set_ours (session->ibb);
    if (session->outgoing && session->detour.possible)
        xtls_ibb_set_replaceable (session->ibb);
}

static void
note_hint (XtlsSession *session, const char *fingerprint)
{
    session->hinted = xtls_fingerprint_parse (fingerprint, &session->hint);
}

static gboolean
setup_timeout_cb (gpointer data)
{
    XtlsSession *session = data;

    session->timers.setup = 0;
    xtls_session_ref (session);
    xtls_closing_stop (session, XTLS_END_TIMEOUT, NULL);
    xtls_session_unref (session);
    return FALSE;
}

/* Servers learn which key talks only where TLS does not begin in Jingle: TLS
 * itself encrypts certificates. */
static xmlnode *
make_initiate (XtlsSession *session)
{
    g_autofree char *fingerprint = xtls_fingerprint_to_string (
        xtls_identity_get_fingerprint (session->identity));
    const GByteArray *hello;

    session->block_size = session->block_max;
    hello = xtls_hello_make (session);
    return xtls_jingle_make_initiate (session->own,
                                      session->peer,
                                      session->sid,
                                      session->carrier,
                                      session->transport_sid,
                                      session->block_size,
                                      hello ? NULL : fingerprint,
                                      hello);
}

static xmlnode *
make_accept (XtlsSession *session)
{
    g_autofree char *fingerprint = xtls_fingerprint_to_string (
        xtls_identity_get_fingerprint (session->identity));
    g_autoptr (GByteArray) hello = NULL;

    session->block_size = MIN (session->offer->block_size, session->block_max);
    note_hint (session, session->offer->fingerprint);
    make_ibb (session);
    hello = xtls_hello_answer (session);
    return xtls_jingle_make_accept (session->own,
                                    session->peer,
                                    session->offer,
                                    session->block_size,
                                    hello ? NULL : fingerprint,
                                    hello);
}

void
xtls_negotiate_start (XtlsSession *session)
{
    xmlnode *iq =
        session->outgoing ? make_initiate (session) : make_accept (session);

    session->request_id = g_strdup (xtls_node_attrib (iq, "id"));
    xtls_session_state_set_timer (session,
                                  &session->timers.setup,
                                  XTLS_SESSION_SETUP_TIMEOUT * 1000,
                                  setup_timeout_cb);
    if (xtls_session_state_set (session,
                                session->outgoing ? XTLS_SESSION_REQUESTED
                                                  : XTLS_SESSION_ACCEPTED) &&
        session->state != XTLS_SESSION_CLOSED)
        send_out (session, iq);
    else
        xmlnode_free (iq);
    if (session->hello.taken)
        xtls_pump_run (session);
}

/* Handles the response to session-initiate or session-accept. */
static void
handle_response (XtlsSession *session, xmlnode *iq, gboolean is_error)
{
    const char *detail;
    XtlsEnd end;

    if (!is_error || session->state >= XTLS_SESSION_OPEN)
        return;
    end = xtls_end_from_condition (xtls_iq_error_condition (iq, NULL), &detail);
    session->closing.terminated = TRUE;
    xtls_closing_stop (session, end, detail);
}

static void
out_of_order (XtlsSession *session, xmlnode *iq)
{
    xmlnode *error = xtls_iq_error (iq, XTLS_IQ_ERROR_UNEXPECTED_REQUEST);

    xtls_iq_error_add (error, "out-of-order", XTLS_NS_JINGLE_ERRORS);
    send_out (session, error);
}

static void
handle_accept (XtlsSession *session, xmlnode *iq, const XtlsJingle *accept)
{
    if (session->state != XTLS_SESSION_REQUESTED) {
        out_of_order (session, iq);
        return;
    }
    if ((accept->hello && !session->hello.offered) ||
        accept->block_size > session->block_size ||
        accept->carrier != session->carrier ||
        g_strcmp0 (accept->content_name, XTLS_JINGLE_CONTENT_NAME) != 0 ||
        g_strcmp0 (accept->transport_sid, session->transport_sid) != 0) {
        send_out (session, xtls_iq_error (iq, XTLS_IQ_ERROR_BAD_REQUEST));
        xtls_closing_stop (
            session, XTLS_END_PROTOCOL, "accepted what was not offered");
        return;
    }

    send_out (session, xtls_iq_result (iq));
    session->block_size = accept->block_size;
    note_hint (session, accept->fingerprint);
    make_ibb (session);
    if (!xtls_session_state_set (session, XTLS_SESSION_ACCEPTED) ||
        session->state != XTLS_SESSION_ACCEPTED)
        return;
    if (accept->hello) {
        session->hello.first_words = accept->first_words;
        xtls_hello_answered (session, accept->hello);
    }
    xtls_detour_open (session);
    xtls_pump_run (session);
}

static void
handle_info (XtlsSession *session, xmlnode *iq)
{
    xmlnode *error;

    /* A session-info without payload is a ping (XEP-0166 6.8). */
    if (!xtls_node_first_child (xtls_node_first_child (iq))) {
        send_out (session, xtls_iq_result (iq));
        return;
    }
    error = xtls_iq_error (iq, XTLS_IQ_ERROR_FEATURE_NOT_IMPLEMENTED);
    xtls_iq_error_add (error, "unsupported-info", XTLS_NS_JINGLE_ERRORS);
    send_out (session, error);
}

static const char *
reason_name (XtlsJingleReason reason)
{
    static const char *const names[] = {
        [XTLS_JINGLE_REASON_SUCCESS] = "terminated: success",
        [XTLS_JINGLE_REASON_DECLINE] = "terminated: decline",
        [XTLS_JINGLE_REASON_SECURITY_ERROR] = "terminated: security-error",
        [XTLS_JINGLE_REASON_FAILED_TRANSPORT] = "terminated: failed-transport",
        [XTLS_JINGLE_REASON_TIMEOUT] = "terminated: timeout",
        [XTLS_JINGLE_REASON_GONE] = "terminated: gone",
        [XTLS_JINGLE_REASON_ALTERNATIVE_SESSION] =
            "terminated: alternative-session",
        [XTLS_JINGLE_REASON_INCOMPATIBLE] =
            "terminated: incompatible-parameters",
        [XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS] =
            "terminated: unsupported-applications",
        [XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS] =
            "terminated: unsupported-transports",
        [XTLS_JINGLE_REASON_OTHER] = "terminated: another reason",
    };

    return names[reason];
}

/* Returns: the end of an open session that the peer has ended inside, and for
 * this reason. */
static XtlsEnd
proper_end (XtlsJingleReason reason)
{
    switch (reason) {
    case XTLS_JINGLE_REASON_GONE:
        return XTLS_END_QUIT;
    case XTLS_JINGLE_REASON_ALTERNATIVE_SESSION:
        return XTLS_END_ELSEWHERE;
    default:
        return XTLS_END_PEER;
    }
}

static void
handle_terminate (XtlsSession *session, xmlnode *iq, XtlsJingleReason reason)
{
    send_out (session, xtls_iq_result (iq));
    session->closing.terminated = TRUE;
    session->closing.reason_known = TRUE;
    session->closing.peer_end = proper_end (reason);
    session->closing.peer_left = reason == XTLS_JINGLE_REASON_GONE;
    /* Any server on the way can forge this stanza: an open session ends
     * properly only inside, otherwise it was cut. */
    xtls_closing_stop (
        session,
        session->state >= XTLS_SESSION_OPEN
            ? XTLS_END_CUT
            : xtls_end_from_reason (reason, session->authenticated),
        reason_name (reason));
    /* If it had stopped already, only this was missing. */
    xtls_closing_conclude (session);
}

static gboolean
has_action (const xmlnode *iq, const char *action)
{
    return g_strcmp0 (xtls_node_attrib (xtls_node_first_child (iq), "action"),
                      action) == 0;
}

/* The peer considers its session-initiate, or the other transport, accepted:
 * nothing else will come of it. */
static void
handle_malformed (XtlsSession *session, xmlnode *iq, const GError *error)
{
    send_out (session, xtls_jingle_make_error (iq, error));
    if (xtls_detour_is_asked (session) && has_action (iq, "transport-accept"))
        xtls_closing_stop (
            session, XTLS_END_PROTOCOL, "malformed transport-accept");
    if (session->state != XTLS_SESSION_REQUESTED ||
        !has_action (iq, "session-accept"))
        return;
    if (g_error_matches (
            error, XTLS_JINGLE_ERROR, XTLS_JINGLE_ERROR_NO_SECURITY))
        xtls_closing_stop (
            session, XTLS_END_SECURITY, "accepted without security");
    else
        xtls_closing_stop (session, XTLS_END_PROTOCOL, "malformed accept");
}

static void
handle_jingle (XtlsSession *session, xmlnode *iq)
{
    GError *error = NULL;
    XtlsJingle *jingle = xtls_jingle_parse (iq, session->own, &error);

    if (!jingle) {
        handle_malformed (session, iq, error);
        g_error_free (error);
        return;
    }
    switch (jingle->action) {
    case XTLS_JINGLE_SESSION_INITIATE:
        out_of_order (session, iq);
        break;
    case XTLS_JINGLE_SESSION_ACCEPT:
        handle_accept (session, iq, jingle);
        break;
    case XTLS_JINGLE_SESSION_INFO:
        handle_info (session, iq);
        break;
    case XTLS_JINGLE_SESSION_TERMINATE:
        handle_terminate (session, iq, jingle->reason);
        break;
    case XTLS_JINGLE_SECURITY_INFO:
        send_out (session, xtls_iq_result (iq));
        break;
    case XTLS_JINGLE_TRANSPORT_REPLACE:
    case XTLS_JINGLE_TRANSPORT_ACCEPT:
    case XTLS_JINGLE_TRANSPORT_REJECT:
        xtls_detour_handle (session, iq, jingle);
        break;
    case XTLS_JINGLE_OTHER_ACTION:
        send_out (session,
                  xtls_iq_error (iq, XTLS_IQ_ERROR_FEATURE_NOT_IMPLEMENTED));
        break;
    }
    xtls_jingle_free (jingle);
}

/* The peer called at the same time under the same sid: the endpoint handles
 * that. */
static gboolean
is_glare (XtlsSession *session, const xmlnode *iq)
{
    return session->state == XTLS_SESSION_REQUESTED &&
           has_action (iq, "session-initiate");
}

gboolean
xtls_negotiate_handle (XtlsSession *session, xmlnode *iq)
{
    const char *type = xtls_node_attrib (iq, "type");
    const char *id = xtls_node_attrib (iq, "id");
    gboolean is_error = g_strcmp0 (type, "error") == 0;

    if (is_error || g_strcmp0 (type, "result") == 0) {
        if (xtls_detour_handle_response (session, id, is_error))
            return TRUE;
        if (!id || g_strcmp0 (id, session->request_id) != 0)
            return FALSE;
        handle_response (session, iq, is_error);
        return TRUE;
    }
    if (!xtls_jingle_is (iq) ||
        g_strcmp0 (xtls_jingle_get_sid (iq), session->sid) != 0 ||
        is_glare (session, iq))
        return FALSE;
    handle_jingle (session, iq);
    return TRUE;
}
