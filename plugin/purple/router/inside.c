/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles what comes from inside: routed by the table in route.c. */
#include "inside.h"

#include "beside.h"
#include "contact-list.h"
#include "contact.h"
#include "iq.h"
#include "jabber.h"
#include "message.h"
#include "route.h"
#include "router-private.h"
#include "stanza.h"
#include "transfers.h"

#include <time.h>

static void
tell_refused (XtlsContact *contact, XtlsIncoming what)
{
    if (what == XTLS_IN_REFUSE_FILE)
        xtls_contact_refused_file (contact, FALSE);
    else if (what == XTLS_IN_REFUSE_VOICE)
        xtls_contact_refused_voice (contact, FALSE);
}

/* Sends the response the same way, without libpurple and the gate. */
static void
respond_inside (XtlsSession *session, const xmlnode *iq)
{
    xmlnode *response = xtls_iq_error (iq, XTLS_IQ_ERROR_NOT_ACCEPTABLE);

    if (!xtls_session_send (session, response, NULL))
        xmlnode_free (response);
}

/* If a request with the same id also came from outside, both responses go
 * inside. */
static void
remember (XtlsRouter *router, const XtlsEnvelope *envelope)
{
    xtls_iq_tracker_take (router->tracker,
                          XTLS_IQ_FROM_OUTSIDE,
                          envelope->from.full,
                          envelope->id);
    xtls_iq_tracker_remember (router->tracker,
                              XTLS_IQ_FROM_INSIDE,
                              envelope->from.full,
                              envelope->id);
}

/* A file that was offered before a newer session opened does not continue in
 * it: the sender has given it up. */
static gboolean
is_late_offer (XtlsSession *session, const XtlsEnvelope *envelope)
{
    return envelope->payload == XTLS_PAYLOAD_OFFER &&
           xtls_session_is_replaced (session);
}

/* Like filter(), for what the table lets pass. */
static gboolean
filter_request (XtlsRouter *router,
                XtlsSession *session,
                const XtlsEnvelope *envelope)
{
    if (is_late_offer (session, envelope) ||
        !xtls_file_limit_came (router->file_limit, envelope) ||
        !xtls_beside_receive (router, session, envelope)) {
        respond_inside (session, envelope->stanza);
        return FALSE;
    }
    remember (router, envelope);
    return TRUE;
}

/* Returns: whether libpurple may see it. */
static gboolean
filter (XtlsRouter *router,
        XtlsContact *contact,
        XtlsSession *session,
        const XtlsEnvelope *envelope)
{
    gboolean ours = envelope->kind == XTLS_ENVELOPE_RESPONSE &&
                    xtls_iq_tracker_take (router->tracker,
                                          XTLS_IQ_FROM_US,
                                          envelope->from.full,
                                          envelope->id);
    XtlsIncoming what = xtls_route_inside (
        envelope, ours, xtls_beside_expects (router, envelope));

    if (envelope->kind != XTLS_ENVELOPE_MESSAGE &&
        !xtls_transfers_filter (router, envelope))
        return FALSE;
    if (what == XTLS_IN_IGNORE)
        return FALSE;
    if (what != XTLS_IN_PASS) {
        tell_refused (contact, what);
        respond_inside (session, envelope->stanza);
        return FALSE;
    }
    if (envelope->kind == XTLS_ENVELOPE_REQUEST)
        return filter_request (router, session, envelope);
    if (envelope->kind == XTLS_ENVELOPE_MESSAGE) {
        xtls_message_drop_odd_stamps (envelope->stanza, time (NULL));
        xtls_message_drop_empty_bodies (envelope->stanza);
        return TRUE;
    }
    return xtls_beside_receive (router, session, envelope);
}

static gboolean
is_for_libpurple (XtlsRouter *router,
                  XtlsContact *contact,
                  XtlsSession *session,
                  xmlnode *stanza)
{
    g_auto (XtlsEnvelope) envelope = {0};

    xtls_stanza_drop_shadows (stanza);
    xtls_envelope_read (&envelope, stanza, NULL);
    return filter (router, contact, session, &envelope);
}

void
xtls_inside_deliver (XtlsRouter *router, XtlsSession *session, xmlnode *stanza)
{
    XtlsContact *contact = xtls_contact_list_get (
        router->account, xtls_session_get_peer (session), FALSE);

    if (contact && xtls_contact_may_show (contact, session) &&
        xtls_router_is_alive (router, router->account) &&
        purple_connection_get_state (router->gc) == PURPLE_CONNECTED &&
        !xtls_contact_take_inside (contact, session, stanza) &&
        is_for_libpurple (router, contact, session, stanza)) {
        xtls_contact_before_delivery (contact);
        xtls_jabber_inject (router->gc, stanza);
        xtls_beside_received ();
        xtls_contact_after_delivery (contact);
    } else {
        xmlnode_free (stanza);
    }
}
