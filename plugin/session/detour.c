/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replaces the bytestream by one with the other carrier. */
#include "detour.h"

#include "closing.h"
#include "iq.h"
#include "jingle-make.h"
#include "node.h"
#include "ns.h"
#include "pump.h"
#include "session-private.h"

static void
send_out (XtlsSession *session, xmlnode *stanza)
{
    session->ops.send (stanza, session->user_data);
}

static const char *
content_name (XtlsSession *session)
{
    return session->offer ? session->offer->content_name
                          : XTLS_JINGLE_CONTENT_NAME;
}

static xmlnode *
make (XtlsSession *session, XtlsJingleAction action, XtlsCarrier carrier)
{
    return xtls_jingle_make_transport (session->peer,
                                       session->sid,
                                       action,
                                       content_name (session),
                                       carrier,
                                       session->transport_sid,
                                       session->block_size);
}

/* The response is recognised by its id. */
static void
send_noted (XtlsSession *session, xmlnode *iq)
{
    g_free (session->detour.id);
    session->detour.id = g_strdup (xtls_node_attrib (iq, "id"));
    send_out (session, iq);
}

void
xtls_detour_open (XtlsSession *session)
{
    if (session->hello.taken)
        xtls_ibb_open_at_once (session->ibb, session->ops.now ());
    else
        xtls_ibb_open (session->ibb, session->ops.now ());
}

/* Returns: %FALSE, and nothing has changed, if the bytes must not be sent
 * again. */
static gboolean
change (XtlsSession *session, XtlsCarrier carrier)
{
    XtlsIbb *ibb;

    if (session->refused || session->state >= XTLS_SESSION_OPEN ||
        !session->ibb || carrier == session->carrier)
        return FALSE;
    ibb = xtls_ibb_replace (session->ibb, carrier);
    if (!ibb)
        return FALSE;
    session->refused = session->ibb;
    session->ibb = ibb;
    session->carrier = carrier;
    return TRUE;
}

/* Returns: whether a server may have refused or dropped what carried the
 * bytestream. */
static gboolean
was_refused (XtlsSession *session)
{
    const GError *error = xtls_ibb_get_error (session->ibb);

    return error && (error->code == XTLS_IBB_ERROR_REFUSED ||
                     error->code == XTLS_IBB_ERROR_BOUNCED ||
                     error->code == XTLS_IBB_ERROR_DEAD);
}

gboolean
xtls_detour_take (XtlsSession *session)
{
    XtlsCarrier other = xtls_carrier_get_other (session->carrier);

    if (!session->outgoing || !session->detour.possible ||
        !was_refused (session) || !change (session, other))
        return FALSE;
    session->detour.asked = TRUE;
    send_noted (session, make (session, XTLS_JINGLE_TRANSPORT_REPLACE, other));
    return TRUE;
}

gboolean
xtls_detour_is_asked (XtlsSession *session)
{
    return session->detour.asked;
}

/* Ends a session whose proposal came to nothing. */
static void
fail (XtlsSession *session)
{
    session->detour.asked = FALSE;
    xtls_closing_fail (session, xtls_ibb_get_error (session->refused));
}

static void
out_of_order (XtlsSession *session, const xmlnode *iq)
{
    xmlnode *error = xtls_iq_error (iq, XTLS_IQ_ERROR_UNEXPECTED_REQUEST);

    xtls_iq_error_add (error, "out-of-order", XTLS_NS_JINGLE_ERRORS);
    send_out (session, error);
}

static gboolean
is_same (XtlsSession *session, const XtlsJingle *jingle)
{
    return g_strcmp0 (jingle->transport_sid, session->transport_sid) == 0 &&
           g_strcmp0 (jingle->content_name, content_name (session)) == 0;
}

/* XEP-0166: whoever proposes is acknowledged first and answered then. */
static void
handle_replace (XtlsSession *session,
                const xmlnode *iq,
                const XtlsJingle *replace)
{
    send_out (session, xtls_iq_result (iq));
    if (session->outgoing || !is_same (session, replace) ||
        !change (session, replace->carrier)) {
        send_out (
            session,
            make (session, XTLS_JINGLE_TRANSPORT_REJECT, replace->carrier));
        return;
    }
    session->block_size = MIN (session->block_size, replace->block_size);
    xtls_ibb_lower_block_size (session->ibb, session->block_size);
    send_noted (session,
                make (session, XTLS_JINGLE_TRANSPORT_ACCEPT, replace->carrier));
}

static void
handle_accept (XtlsSession *session,
               const xmlnode *iq,
               const XtlsJingle *accept)
{
    if (!session->detour.asked) {
        out_of_order (session, iq);
        return;
    }
    if (!is_same (session, accept) || accept->carrier != session->carrier ||
        accept->block_size > session->block_size) {
        send_out (session, xtls_iq_error (iq, XTLS_IQ_ERROR_BAD_REQUEST));
        xtls_closing_stop (
            session, XTLS_END_PROTOCOL, "accepted what was not offered");
        return;
    }
    send_out (session, xtls_iq_result (iq));
    session->detour.asked = FALSE;
    session->block_size = accept->block_size;
    xtls_ibb_lower_block_size (session->ibb, session->block_size);
    xtls_detour_open (session);
    xtls_pump_run (session);
}

static void
handle_reject (XtlsSession *session, const xmlnode *iq)
{
    if (!session->detour.asked) {
        out_of_order (session, iq);
        return;
    }
    send_out (session, xtls_iq_result (iq));
    fail (session);
}

void
xtls_detour_handle (XtlsSession *session, xmlnode *iq, const XtlsJingle *jingle)
{
    if (jingle->action == XTLS_JINGLE_TRANSPORT_REPLACE)
        handle_replace (session, iq, jingle);
    else if (jingle->action == XTLS_JINGLE_TRANSPORT_ACCEPT)
        handle_accept (session, iq, jingle);
    else
        handle_reject (session, iq);
}

gboolean
xtls_detour_handle_response (XtlsSession *session,
                             const char *id,
                             gboolean is_error)
{
    if (!session->detour.id || g_strcmp0 (id, session->detour.id) != 0)
        return FALSE;
    if (is_error && session->detour.asked)
        fail (session);
    else if (is_error && session->state < XTLS_SESSION_OPEN)
        xtls_closing_stop (
            session, XTLS_END_CUT, "the other transport was refused");
    return TRUE;
}
