/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes from inside: routed by the table in route.c. */
#include "inside.h"

#include "iq.h"
#include "jabber.h"
#include "message.h"
#include "people.h"
#include "route.h"
#include "router-private.h"
#include "transfers.h"

#include <time.h>

static gboolean
has_type (const xmlnode *iq, const char *a, const char *b)
{
    const char *type = xmlnode_get_attrib (iq, "type");

    return g_strcmp0 (type, a) == 0 || g_strcmp0 (type, b) == 0;
}

static void
tell_refused (XtlsContact *contact, XtlsIncoming what)
{
    if (what == XTLS_IN_REFUSE_FILE)
        xtls_contact_refused_file (contact, FALSE);
    else if (what == XTLS_IN_REFUSE_VOICE)
        xtls_contact_refused_voice (contact, FALSE);
}

/* The answer goes the same way, past libpurple and the gate. */
static void
answer_inside (XtlsSession *session, const xmlnode *iq)
{
    xmlnode *answer = xtls_iq_error (iq, XTLS_IQ_ERROR_NOT_ACCEPTABLE);

    if (!xtls_session_send (session, answer, NULL))
        xmlnode_free (answer);
}

/* If the same id was asked outside, both answers go inside. */
static void
remember_inside (XtlsRouter *router, const char *peer, const char *id)
{
    xtls_iq_tracker_take (router->tracker, XTLS_IQ_FROM_OUTSIDE, peer, id);
    xtls_iq_tracker_remember (router->tracker, XTLS_IQ_FROM_INSIDE, peer, id);
}

/* Whether libpurple may see it. */
static gboolean
filter (XtlsRouter *router,
        XtlsContact *contact,
        XtlsSession *session,
        xmlnode *stanza)
{
    const char *id = xmlnode_get_attrib (stanza, "id");
    gboolean answer = has_type (stanza, "result", "error") &&
                      g_str_equal (stanza->name, "iq");
    g_autofree char *asked =
        xtls_router_normalize (router, xtls_session_get_peer (session));
    gboolean ours = answer && xtls_iq_tracker_take (
                                  router->tracker, XTLS_IQ_FROM_US, asked, id);
    XtlsIncoming what = xtls_route_inside (stanza, ours);

    if (g_str_equal (stanza->name, "iq") &&
        !xtls_transfers_filter (router, stanza))
        return FALSE;
    if (what == XTLS_IN_IGNORE)
        return FALSE;
    if (what != XTLS_IN_PASS) {
        tell_refused (contact, what);
        answer_inside (session, stanza);
        return FALSE;
    }
    if (g_str_equal (stanza->name, "message")) {
        xtls_message_drop_odd_stamps (stanza, time (NULL));
        return TRUE;
    }
    if (!answer && !xtls_file_limit_came (router->file_limit, stanza)) {
        answer_inside (session, stanza);
        return FALSE;
    }
    /* With no method left in an answer, libpurple calls the transfer off. */
    (void)xtls_route_strip_offer (stanza);
    if (!answer)
        remember_inside (router, xtls_session_get_peer (session), id);
    return TRUE;
}

void
xtls_inside_deliver (XtlsRouter *router, XtlsSession *session, xmlnode *stanza)
{
    XtlsContact *contact = xtls_people_get (
        router->account, xtls_session_get_peer (session), FALSE);

    if (contact &&
        purple_connection_get_state (router->gc) == PURPLE_CONNECTED &&
        !xtls_contact_take_inside (contact, session, stanza) &&
        filter (router, contact, session, stanza)) {
        xtls_contact_before_delivery (contact);
        xtls_jabber_inject (router->gc, stanza);
        xtls_contact_after_delivery (contact);
    } else {
        xmlnode_free (stanza);
    }
}
