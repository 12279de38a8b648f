/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connects the sessions of one account's connection to the outside, and passes
 * stanzas to them. */
#include "endpoint.h"

#include "incoming-request.h"
#include "iq.h"
#include "jingle.h"
#include "node.h"
#include "refusals.h"
#include "replacement.h"
#include "unmatched.h"

#include <string.h>

struct XtlsEndpoint {
    char *own;
    XtlsIdentity *identity;
    gboolean padding;
    XtlsEndpointOps ops;
    gpointer user_data;

    XtlsRegistry *registry;
    XtlsRefusals *refusals;
    const xmlnode *sending; /* the stanza that is being sent right now */
};

/* --- callbacks of the sessions -------------------------------------------- */

static void
remember (XtlsEndpoint *endpoint, const xmlnode *stanza)
{
    XtlsSids *sids = xtls_registry_get_sids (endpoint->registry);
    const char *id = xtls_node_attrib (stanza, "id");
    const char *to = xtls_node_attrib (stanza, "to");

    if (!id || !to)
        return;
    if (xtls_iq_is_response (stanza))
        xtls_sids_add (sids, XTLS_SIDS_RESPONSE, id, to);
    else if (xtls_jingle_is (stanza))
        xtls_sids_add (sids, XTLS_SIDS_REQUEST, id, to);
}

static void
send_cb (xmlnode *stanza, gpointer data)
{
    XtlsEndpoint *endpoint = data;
    const xmlnode *outer = endpoint->sending;

    remember (endpoint, stanza);
    endpoint->sending = stanza;
    endpoint->ops.session.send (stanza, endpoint->user_data);
    endpoint->sending = outer;
}

static gboolean
allow_cb (XtlsSession *session,
          const XtlsFingerprint *fingerprint,
          gpointer data)
{
    XtlsEndpoint *endpoint = data;

    return endpoint->ops.session.allow (
        session, fingerprint, endpoint->user_data);
}

static XtlsEnd
admit_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;
    XtlsRegistryEntry *entry = xtls_registry_find (endpoint->registry, session);

    if (entry && xtls_replacement_find_survivor (endpoint->registry, entry)) {
        xtls_session_replace (session, TRUE);
        return XTLS_END_REPLACED;
    }
    return endpoint->ops.session.admit (session, endpoint->user_data);
}

/* The handshake cost us something, and whoever called with a key that was
 * refused may call again. */
static void
note_refusal (XtlsEndpoint *endpoint,
              const XtlsRegistryEntry *entry,
              XtlsSession *session)
{
    if (!entry->opened && !xtls_session_is_outgoing (session) &&
        xtls_session_get_end (session) == XTLS_END_KEY_REFUSED)
        xtls_refusals_note (endpoint->refusals,
                            xtls_session_get_peer (session),
                            endpoint->ops.session.now ());
}

static void
changed_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;
    XtlsRegistry *registry = endpoint->registry;
    XtlsRegistryEntry *entry = xtls_registry_find (registry, session);
    XtlsSessionState state = xtls_session_get_state (session);

    if (entry && state == XTLS_SESSION_OPEN) {
        xtls_registry_opened (registry, entry);
    } else if (entry && state == XTLS_SESSION_CLOSED) {
        note_refusal (endpoint, entry, session);
        xtls_registry_retire (registry, entry);
    }
    endpoint->ops.session.changed (session, endpoint->user_data);
    if (xtls_session_get_state (session) == XTLS_SESSION_CLOSING)
        xtls_replacement_limit_ending (registry, session);

    /* The user is told of the new session before the old one goes. */
    if (state != XTLS_SESSION_OPEN)
        return;
    entry = xtls_registry_find (registry, session);
    if (entry && xtls_session_get_state (session) == XTLS_SESSION_OPEN)
        xtls_replacement_settle (registry, entry);
}

static void
settled_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;

    endpoint->ops.session.settled (session, endpoint->user_data);
}

static void
first_words_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;

    if (endpoint->ops.session.first_words)
        endpoint->ops.session.first_words (session, endpoint->user_data);
}

static void
unacked_changed_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;

    if (endpoint->ops.session.unacked_changed)
        endpoint->ops.session.unacked_changed (session, endpoint->user_data);
}

static void
deliver_cb (XtlsSession *session, xmlnode *stanza, gpointer data)
{
    XtlsEndpoint *endpoint = data;

    endpoint->ops.session.deliver (session, stanza, endpoint->user_data);
}

static gboolean
is_behind_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;
    XtlsRegistryEntry *entry = xtls_registry_find (endpoint->registry, session);

    return entry && xtls_replacement_is_behind (endpoint->registry, entry);
}

static XtlsSm *
find_sm_cb (XtlsSession *session, const char *previd, gpointer data)
{
    XtlsEndpoint *endpoint = data;

    return endpoint->ops.session.find_sm (session, previd, endpoint->user_data);
}

static XtlsSessionOps
make_session_ops (const XtlsEndpoint *endpoint)
{
    XtlsSessionOps ops = {
        .send = send_cb,
        .allow = allow_cb,
        .admit = admit_cb,
        .changed = changed_cb,
        .settled = settled_cb,
        .unacked_changed = unacked_changed_cb,
        .deliver = deliver_cb,
        .is_behind = is_behind_cb,
        .first_words = first_words_cb,
        .find_sm = find_sm_cb,
        .timer_add = endpoint->ops.session.timer_add,
        .timer_remove = endpoint->ops.session.timer_remove,
        .now = endpoint->ops.session.now,
    };

    return ops;
}

/* --- the endpoint --------------------------------------------------------- */

XtlsEndpoint *
xtls_endpoint_new (const char *own,
                   XtlsIdentity *identity,
                   const XtlsEndpointOps *ops,
                   gpointer user_data)
{
    XtlsEndpoint *endpoint = g_new0 (XtlsEndpoint, 1);

    endpoint->own = g_strdup (own);
    endpoint->identity = xtls_identity_ref (identity);
    endpoint->ops = *ops;
    endpoint->user_data = user_data;
    endpoint->registry =
        xtls_registry_new (ops->session.timer_add, ops->session.timer_remove);
    endpoint->refusals = xtls_refusals_new ();
    return endpoint;
}

void
xtls_endpoint_free (XtlsEndpoint *endpoint)
{
    if (!endpoint)
        return;
    xtls_registry_free (endpoint->registry);
    xtls_refusals_free (endpoint->refusals);
    xtls_identity_unref (endpoint->identity);
    g_free (endpoint->own);
    g_free (endpoint);
}

void
xtls_endpoint_set_identity (XtlsEndpoint *endpoint, XtlsIdentity *identity)
{
    GPtrArray *sessions = xtls_registry_list (endpoint->registry, NULL);

    xtls_identity_ref (identity);
    xtls_identity_unref (endpoint->identity);
    endpoint->identity = identity;
    for (guint i = 0; i < sessions->len; i++) {
        XtlsSession *session = g_ptr_array_index (sessions, i);

        if (xtls_session_get_state (session) < XTLS_SESSION_OPEN)
            xtls_session_abort (session, XTLS_END_KEY_RENEWED);
    }
    g_ptr_array_unref (sessions);
}

GPtrArray *
xtls_endpoint_list (XtlsEndpoint *endpoint, const char *jid)
{
    return xtls_registry_list (endpoint->registry, jid);
}

void
xtls_endpoint_check_keys (XtlsEndpoint *endpoint, const char *jid)
{
    GPtrArray *sessions = xtls_registry_list (endpoint->registry, jid);

    for (guint i = 0; i < sessions->len; i++)
        xtls_session_check_key (g_ptr_array_index (sessions, i));
    g_ptr_array_unref (sessions);
    xtls_refusals_forget (endpoint->refusals, jid);
}

XtlsIdentity *
xtls_endpoint_get_identity (XtlsEndpoint *endpoint)
{
    return endpoint->identity;
}

void
xtls_endpoint_set_padding (XtlsEndpoint *endpoint, gboolean padding)
{
    GPtrArray *sessions = xtls_registry_list (endpoint->registry, NULL);

    endpoint->padding = padding;
    for (guint i = 0; i < sessions->len; i++)
        xtls_session_set_padding (g_ptr_array_index (sessions, i), padding);
    g_ptr_array_unref (sessions);
}

static gboolean
takes_hello (XtlsEndpoint *endpoint, const char *peer)
{
    return endpoint->ops.takes_hello &&
           endpoint->ops.takes_hello (peer, endpoint->user_data);
}

static gboolean
takes_carrier (XtlsEndpoint *endpoint, const char *peer, XtlsCarrier carrier)
{
    return endpoint->ops.takes_carrier &&
           endpoint->ops.takes_carrier (peer, carrier, endpoint->user_data);
}

/* In-Band Bytestreams, unless they did not work the last time or are not
 * announced, and the peer has the other carrier. */
static void
choose_carrier (XtlsEndpoint *endpoint, XtlsSession *session)
{
    const char *peer = xtls_session_get_peer (session);
    gboolean other = takes_carrier (endpoint, peer, XTLS_CARRIER_XTLS);
    gboolean ibb = takes_carrier (endpoint, peer, XTLS_CARRIER_IBB);

    if (other && (!ibb || xtls_registry_get_carrier (
                              endpoint->registry, peer) == XTLS_CARRIER_XTLS))
        xtls_session_set_carrier (session, XTLS_CARRIER_XTLS, ibb);
    else
        xtls_session_set_carrier (session, XTLS_CARRIER_IBB, other);
}

/* Returns: (nullable): a request of @peer that is accepted and not open yet. */
static XtlsSession *
find_incoming (XtlsEndpoint *endpoint, const char *peer)
{
    GPtrArray *entries = xtls_registry_get_peer (endpoint->registry, peer);

    for (guint i = 0; entries && i < entries->len; i++) {
        const XtlsRegistryEntry *entry = g_ptr_array_index (entries, i);

        if (entry->is_request)
            return entry->session;
    }
    return NULL;
}

XtlsSession *
xtls_endpoint_call (XtlsEndpoint *endpoint, const char *peer, XtlsSm *sm)
{
    XtlsSessionOps ops = make_session_ops (endpoint);
    gboolean hello = takes_hello (endpoint, peer);
    XtlsSession *session = hello && !sm ? find_incoming (endpoint, peer) : NULL;

    /* Its first words may be on their way: a second session would only get in
     * the way of the first. */
    if (session)
        return session;
    session = xtls_session_new_outgoing (endpoint->own,
                                         peer,
                                         endpoint->identity,
                                         endpoint->padding,
                                         &ops,
                                         endpoint);
    if (sm)
        xtls_session_resume_with (session, sm);
    choose_carrier (endpoint, session);
    if (hello)
        xtls_session_use_hello (session);
    xtls_registry_add (endpoint->registry, session);
    xtls_session_start (session);
    return session;
}

/* --- requests ------------------------------------------------------------- */

static void
make_way (XtlsEndpoint *endpoint, XtlsSession *beaten, XtlsSession *session)
{
    xtls_session_ref (beaten);
    endpoint->ops.tie_break (beaten, session, endpoint->user_data);
    xtls_session_abort (beaten, XTLS_END_TIE_BREAK);
    xtls_session_unref (beaten);
}

static void
accept_request (XtlsEndpoint *endpoint,
                const char *from,
                const XtlsIncomingRequest *request)
{
    XtlsSessionOps ops = make_session_ops (endpoint);
    XtlsSession *session = xtls_session_new_incoming (endpoint->own,
                                                      from,
                                                      request->accepted,
                                                      endpoint->identity,
                                                      endpoint->padding,
                                                      &ops,
                                                      endpoint);

    xtls_registry_add (endpoint->registry, session);
    xtls_session_ref (session);
    send_cb (request->response, endpoint);
    if (request->beaten)
        make_way (endpoint, request->beaten, session);
    xtls_session_start (session);
    xtls_session_unref (session);
}

static gboolean
is_stranger (XtlsEndpoint *endpoint, const char *from)
{
    return endpoint->ops.caller (from, endpoint->user_data) ==
           XTLS_CALLER_STRANGER;
}

static gboolean
handle_request (XtlsEndpoint *endpoint, const char *from, xmlnode *iq)
{
    XtlsIncomingRequest request;

    /* Voice calls share the namespace and are left to libpurple. */
    if (!xtls_jingle_is_ours (iq) || is_stranger (endpoint, from))
        return FALSE;
    xtls_incoming_request_decide (
        endpoint->registry,
        endpoint->own,
        iq,
        xtls_refusals_has (
            endpoint->refusals, from, endpoint->ops.session.now ()),
        &request);
    if (request.accepted) {
        accept_request (endpoint, from, &request);
        return TRUE;
    }
    send_cb (request.response, endpoint);
    if (request.terminate)
        send_cb (request.terminate, endpoint);
    return TRUE;
}

/* --- stanzas -------------------------------------------------------------- */

static gboolean
offer_to_sessions (XtlsEndpoint *endpoint, const char *from, xmlnode *iq)
{
    GPtrArray *entries = xtls_registry_get_peer (endpoint->registry, from);

    for (guint i = 0; entries && i < entries->len; i++) {
        const XtlsRegistryEntry *entry = g_ptr_array_index (entries, i);

        /* The list may change during the call, but only if the call returns
         * TRUE. */
        if (xtls_session_handle (entry->session, iq))
            return TRUE;
    }
    return FALSE;
}

static gboolean
handle_unmatched (XtlsEndpoint *endpoint, const char *from, const xmlnode *iq)
{
    xmlnode *response;
    XtlsUnmatched what =
        xtls_unmatched_handle (endpoint->registry, iq, &response);

    if (what == XTLS_UNMATCHED_FOREIGN)
        return FALSE;
    if (what == XTLS_UNMATCHED_IF_KNOWN && is_stranger (endpoint, from)) {
        xmlnode_free (response);
        return FALSE;
    }
    if (response)
        send_cb (response, endpoint);
    return TRUE;
}

static gboolean
is_initiate (const xmlnode *iq)
{
    return xtls_jingle_is (iq) &&
           g_strcmp0 (xtls_node_attrib (xtls_node_first_child (iq), "action"),
                      "session-initiate") == 0;
}

gboolean
xtls_endpoint_handle (XtlsEndpoint *endpoint, xmlnode *iq)
{
    const char *from = xtls_node_attrib (iq, "from");

    /* A stanza without a sender comes from the server. */
    if (!from)
        return FALSE;
    if (offer_to_sessions (endpoint, from, iq))
        return TRUE;
    return is_initiate (iq) ? handle_request (endpoint, from, iq)
                            : handle_unmatched (endpoint, from, iq);
}

void
xtls_endpoint_peer_gone (XtlsEndpoint *endpoint, const char *peer)
{
    GPtrArray *sessions = xtls_registry_list (endpoint->registry, peer);

    for (guint i = 0; i < sessions->len; i++)
        xtls_session_abort (g_ptr_array_index (sessions, i), XTLS_END_GONE);
    g_ptr_array_unref (sessions);
}

void
xtls_endpoint_close (XtlsEndpoint *endpoint)
{
    GPtrArray *sessions = xtls_registry_list (endpoint->registry, NULL);

    for (guint i = 0; i < sessions->len; i++)
        xtls_session_close (g_ptr_array_index (sessions, i), TRUE);
    g_ptr_array_unref (sessions);
}

void
xtls_endpoint_leave (XtlsEndpoint *endpoint)
{
    GPtrArray *sessions = xtls_registry_list (endpoint->registry, NULL);

    for (guint i = 0; i < sessions->len; i++)
        xtls_session_leave (g_ptr_array_index (sessions, i));
    g_ptr_array_unref (sessions);
}

void
xtls_endpoint_abort (XtlsEndpoint *endpoint, XtlsEnd end)
{
    GPtrArray *sessions = xtls_registry_list (endpoint->registry, NULL);

    for (guint i = 0; i < sessions->len; i++) {
        xtls_session_set_silent (g_ptr_array_index (sessions, i));
        xtls_session_abort (g_ptr_array_index (sessions, i), end);
    }
    g_ptr_array_unref (sessions);
}

XtlsSids *
xtls_endpoint_take_sids (XtlsEndpoint *endpoint)
{
    return xtls_registry_replace_sids (endpoint->registry, xtls_sids_new ());
}

void
xtls_endpoint_give_sids (XtlsEndpoint *endpoint, XtlsSids *sids)
{
    xtls_sids_free (xtls_registry_replace_sids (endpoint->registry, sids));
}

XtlsRegistry *
xtls_endpoint_get_registry (XtlsEndpoint *endpoint)
{
    return endpoint->registry;
}

/* A response to a request without an id has none, either. */
static gboolean
is_same_text (const xmlnode *one, const xmlnode *other)
{
    g_autofree char *text = xmlnode_to_str (one, NULL);
    g_autofree char *same = xmlnode_to_str (other, NULL);

    return strcmp (text, same) == 0;
}

/* Not by sid: the peer, or a server on the way, chooses the sid of an incoming
 * session. It could choose the one that libpurple gives to the next file
 * transfer, whose blocks would then leave in clear. */
gboolean
xtls_endpoint_owns (XtlsEndpoint *endpoint, const xmlnode *stanza)
{
    static const char *const names[] = {"id", "to", "type"};

    if (!endpoint->sending)
        return FALSE;
    if (stanza == endpoint->sending)
        return TRUE;
    if (strcmp (stanza->name, endpoint->sending->name) != 0)
        return FALSE;
    if (!xtls_node_attrib (endpoint->sending, "id"))
        return is_same_text (stanza, endpoint->sending);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        const char *value = xtls_node_attrib (endpoint->sending, names[i]);

        if (!value ||
            g_strcmp0 (value, xtls_node_attrib (stanza, names[i])) != 0)
            return FALSE;
    }
    return TRUE;
}

gboolean
xtls_endpoint_owns_ended (XtlsEndpoint *endpoint, const xmlnode *stanza)
{
    return stanza != endpoint->sending && strcmp (stanza->name, "iq") == 0 &&
           xtls_unmatched_is_left_over (endpoint->registry, stanza);
}
