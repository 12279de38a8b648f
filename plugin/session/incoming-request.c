/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules for accepting or refusing a request for a session. */
#include "incoming-request.h"

#include "iq.h"
#include "jid.h"
#include "jingle-make.h"
#include "node.h"

#include <string.h>

/* XEP-0166 6.3: a request that cannot be used is acknowledged and then
 * terminated; an invalid one is answered with an error. */
static void
refuse_unusable (XtlsIncomingRequest *request,
                 const xmlnode *iq,
                 const GError *error)
{
    XtlsJingleReason reason;

    switch (error->code) {
    case XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION:
        reason = XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS;
        break;
    case XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT:
        reason = XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS;
        break;
    case XTLS_JINGLE_ERROR_NO_SECURITY:
        reason = XTLS_JINGLE_REASON_SECURITY_ERROR;
        break;
    default:
        request->response = xtls_jingle_make_error (iq, error);
        return;
    }
    request->response = xtls_iq_result (iq);
    request->terminate = xtls_jingle_make_terminate (
        xtls_node_attrib (iq, "from"), xtls_jingle_get_sid (iq), reason);
}

/* Returns: (nullable): our own request to @peer that has not been accepted
 * yet. */
static XtlsSession *
find_own_request (XtlsRegistry *registry, const char *peer)
{
    GPtrArray *entries = xtls_registry_get_peer (registry, peer);

    for (guint i = 0; entries && i < entries->len; i++) {
        XtlsRegistryEntry *entry = g_ptr_array_index (entries, i);

        if (xtls_session_get_state (entry->session) == XTLS_SESSION_REQUESTED)
            return entry->session;
    }
    return NULL;
}

/* XEP-0166 7.2.16: the lower sid wins; the JIDs decide if they are equal. */
static gboolean
own_wins (const char *own, XtlsSession *session, const XtlsJingle *theirs)
{
    int order = strcmp (xtls_session_get_sid (session), theirs->sid);

    if (order == 0)
        order = strcmp (own, xtls_session_get_peer (session));
    return order < 0;
}

/* A sid names one session, whoever requested it: a second session would get the
 * stanzas of the first. @beaten is the session that gives way, if any. */
static gboolean
is_sid_taken (XtlsRegistry *registry,
              const XtlsJingle *initiate,
              const XtlsSession *beaten)
{
    const XtlsSession *jingle =
        xtls_registry_find_jingle (registry, initiate->sid);
    const XtlsSession *ibb =
        xtls_registry_find_ibb (registry, initiate->transport_sid);

    return (jingle && jingle != beaten) || (ibb && ibb != beaten);
}

/* No contact may use up the places of all others. */
static gboolean
has_room (XtlsRegistry *registry, const char *peer)
{
    g_autofree char *contact = xtls_jid_bare (peer);

    return xtls_registry_count_requests (registry, peer) <
               XTLS_INCOMING_REQUEST_PER_PEER &&
           xtls_registry_count_requests (registry, contact) <
               XTLS_INCOMING_REQUEST_PER_CONTACT &&
           xtls_registry_count_requests (registry, NULL) <
               XTLS_INCOMING_REQUEST_MAX;
}

/* Returns: (nullable): the error that refuses a well-formed request. */
static xmlnode *
refuse (XtlsRegistry *registry,
        const char *own,
        const xmlnode *iq,
        const XtlsJingle *initiate,
        gboolean calm_down,
        XtlsSession *own_request)
{
    if (own_request && own_wins (own, own_request, initiate))
        return xtls_jingle_make_tie_break (iq);
    if (is_sid_taken (registry, initiate, own_request))
        return xtls_iq_error (iq, XTLS_IQ_ERROR_CONFLICT);
    if (calm_down || !has_room (registry, xtls_node_attrib (iq, "from")))
        return xtls_iq_error (iq, XTLS_IQ_ERROR_RESOURCE_CONSTRAINT);
    return NULL;
}

void
xtls_incoming_request_decide (XtlsRegistry *registry,
                              const char *own,
                              xmlnode *iq,
                              gboolean calm_down,
                              XtlsIncomingRequest *request)
{
    XtlsSession *own_request =
        find_own_request (registry, xtls_node_attrib (iq, "from"));
    GError *error = NULL;
    XtlsJingle *initiate = xtls_jingle_parse (iq, own, &error);

    memset (request, 0, sizeof *request);
    if (!initiate) {
        refuse_unusable (request, iq, error);
        g_error_free (error);
        return;
    }
    request->response =
        refuse (registry, own, iq, initiate, calm_down, own_request);
    if (request->response) {
        xtls_jingle_free (initiate);
        return;
    }
    request->response = xtls_iq_result (iq);
    request->accepted = initiate;
    request->beaten = own_request;
}
