/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who calls, and may they? Requests for a session, from the first stanza to
 * the session that is started for it. */
#include "endpoint-private.h"
#include "iq.h"
#include "jingle-make.h"
#include "node.h"
#include "ns.h"

#include <string.h>

gboolean
xtls_reception_is_ours (const xmlnode *iq)
{
    const xmlnode *jingle = xtls_node_first_child (iq);
    const xmlnode *content, *part;

    for (content = jingle->child; content; content = content->next) {
        if (!xtls_node_is (content, "content", XTLS_NS_JINGLE))
            continue;
        for (part = content->child; part; part = part->next) {
            if (xtls_node_is (part, "description", XTLS_NS_JINGLE_XMLSTREAM) ||
                xtls_node_is (part, "security", XTLS_NS_JINGLE_XTLS))
                return TRUE;
        }
    }
    return FALSE;
}

static void
terminate (XtlsEndpoint *endpoint, xmlnode *iq, XtlsJingleReason reason)
{
    xtls_endpoint_send (
        endpoint,
        xtls_jingle_make_terminate (
            xtls_node_attrib (iq, "from"), xtls_jingle_get_sid (iq), reason));
}

static void
acknowledge (XtlsEndpoint *endpoint, xmlnode *iq)
{
    xtls_endpoint_send (endpoint, xtls_iq_result (iq));
}

/* XEP-0166 6.3: what cannot be used is acknowledged and then terminated; what
 * makes no sense is an error. */
static void
answer_unusable (XtlsEndpoint *endpoint, xmlnode *iq, const GError *error)
{
    static const XtlsJingleReason reasons[] = {
        [XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION] =
            XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS,
        [XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT] =
            XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS,
        [XTLS_JINGLE_ERROR_NO_SECURITY] = XTLS_JINGLE_REASON_SECURITY_ERROR,
    };

    switch (error->code) {
    case XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION:
    case XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT:
    case XTLS_JINGLE_ERROR_NO_SECURITY:
        acknowledge (endpoint, iq);
        terminate (endpoint, iq, reasons[error->code]);
        break;
    default:
        xtls_endpoint_send (endpoint, xtls_jingle_make_error (iq, error));
    }
}

/* (nullable): our own request to @peer that has not been accepted. */
static XtlsSession *
find_own_request (XtlsEndpoint *endpoint, const char *peer)
{
    GPtrArray *entries = xtls_endpoint_get_entries (endpoint, peer);

    for (guint i = 0; entries && i < entries->len; i++) {
        XtlsEntry *entry = g_ptr_array_index (entries, i);

        if (entry->session->state == XTLS_SESSION_REQUESTED)
            return entry->session;
    }
    return NULL;
}

static gboolean
has_room (XtlsEndpoint *endpoint, const char *peer)
{
    GPtrArray *entries = xtls_endpoint_get_entries (endpoint, peer);
    guint requests = 0;

    for (guint i = 0; entries && i < entries->len; i++) {
        XtlsEntry *entry = g_ptr_array_index (entries, i);

        if (entry->is_request)
            requests++;
    }
    return requests < XTLS_ENDPOINT_REQUESTS_PER_PEER &&
           endpoint->requests < XTLS_ENDPOINT_REQUESTS;
}

/* XEP-0166 7.2.16: the lower sid wins; JIDs decide between equal ones. */
static gboolean
own_wins (XtlsEndpoint *endpoint, XtlsSession *own, const XtlsJingle *theirs)
{
    int order = strcmp (own->sid, theirs->sid);

    if (order == 0)
        order = strcmp (endpoint->own, own->peer);
    return order < 0;
}

/* A sid names one session, whoever made the request: a second one would get
 * the stanzas of the first. The session that is @beaten makes way. */
static gboolean
is_taken (GHashTable *sessions, const char *sid, const XtlsSession *beaten)
{
    const XtlsSession *session = g_hash_table_lookup (sessions, sid);

    return session && session != beaten;
}

static void
let_in (XtlsEndpoint *endpoint,
        xmlnode *iq,
        XtlsJingle *initiate,
        XtlsSession *beaten)
{
    XtlsSessionOps session_ops = xtls_endpoint_session_ops (endpoint);
    XtlsSession *session =
        xtls_session_new_incoming (endpoint->own,
                                   xtls_node_attrib (iq, "from"),
                                   initiate,
                                   endpoint->identity,
                                   endpoint->padding,
                                   &session_ops,
                                   endpoint);

    xtls_endpoint_add (endpoint, session);
    xtls_session_ref (session);
    acknowledge (endpoint, iq);
    if (beaten) {
        xtls_session_ref (beaten);
        endpoint->ops.tie_break (beaten, session, endpoint->user_data);
        xtls_session_abort (beaten, XTLS_END_TIE_BREAK);
        xtls_session_unref (beaten);
    }
    xtls_session_start (session);
    xtls_session_unref (session);
}

static void
consider (XtlsEndpoint *endpoint, xmlnode *iq, XtlsJingle *initiate)
{
    const char *from = xtls_node_attrib (iq, "from");
    XtlsSession *own = find_own_request (endpoint, from);

    if (own && own_wins (endpoint, own, initiate)) {
        xtls_endpoint_send (endpoint, xtls_jingle_make_tie_break (iq));
    } else if (is_taken (endpoint->jingle, initiate->sid, own) ||
               is_taken (endpoint->ibb, initiate->transport_sid, own)) {
        xtls_endpoint_send (endpoint,
                            xtls_iq_error (iq, XTLS_IQ_ERROR_CONFLICT));
    } else if (!has_room (endpoint, from)) {
        xtls_endpoint_send (
            endpoint, xtls_iq_error (iq, XTLS_IQ_ERROR_RESOURCE_CONSTRAINT));
    } else {
        let_in (endpoint, iq, initiate, own);
        return;
    }
    xtls_jingle_free (initiate);
}

gboolean
xtls_reception_handle (XtlsEndpoint *endpoint, xmlnode *iq)
{
    const char *from = xtls_node_attrib (iq, "from");
    XtlsJingle *initiate;
    GError *error = NULL;

    /* Voice shares the namespace and is libpurple's. */
    if (!xtls_reception_is_ours (iq))
        return FALSE;

    if (endpoint->ops.caller (from, endpoint->user_data) ==
        XTLS_CALLER_STRANGER)
        return FALSE;
    initiate = xtls_jingle_parse (iq, endpoint->own, &error);
    if (!initiate) {
        answer_unusable (endpoint, iq, error);
        g_error_free (error);
    } else {
        consider (endpoint, iq, initiate);
    }
    return TRUE;
}
