/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of one account's connection: their register, and the way of
 * incoming stanzas to them. */
#include "endpoint.h"

#include "endpoint-private.h"
#include "iq.h"
#include "jid.h"
#include "jingle.h"
#include "node.h"
#include "ns.h"

#include <string.h>

/* --- what sessions call ----------------------------------------------------*/

static void
send_cb (xmlnode *stanza, gpointer data)
{
    xtls_endpoint_send (data, stanza);
}

static gboolean
judge_cb (XtlsSession *session,
          const XtlsFingerprint *fingerprint,
          gpointer data)
{
    XtlsEndpoint *endpoint = data;

    return endpoint->ops.session.judge (
        session, fingerprint, endpoint->user_data);
}

static gboolean
admit_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;
    XtlsEntry *entry = g_hash_table_lookup (endpoint->entries, session);

    if (entry && xtls_succession_get_heir (endpoint, entry)) {
        xtls_session_set_replaced (session);
        return FALSE;
    }
    return endpoint->ops.session.admit (session, endpoint->user_data);
}

static gboolean
release_cb (gpointer data)
{
    XtlsEndpoint *endpoint = data;

    endpoint->release_timer = 0;
    g_ptr_array_set_size (endpoint->ended, 0);
    return FALSE;
}

static void
no_request (XtlsEndpoint *endpoint, XtlsEntry *entry)
{
    if (entry->is_request)
        endpoint->requests--;
    entry->is_request = FALSE;
}

static void
forget_live (GHashTable *table, const char *sid, XtlsSession *session)
{
    if (g_hash_table_lookup (table, sid) == session)
        g_hash_table_remove (table, sid);
}

static void
learn_blocks (XtlsEndpoint *endpoint, XtlsSession *session)
{
    gsize taken, waiting;
    char *contact;

    if (!session->ibb)
        return;
    contact = xtls_jid_bare (session->peer);
    xtls_ibb_get_largest (session->ibb, &taken, &waiting);
    xtls_blocks_learn (xtls_sids_get_blocks (endpoint->sids),
                       contact,
                       session->end,
                       (guint)taken,
                       (guint)waiting);
    g_free (contact);
}

static void
bury (XtlsEndpoint *endpoint, XtlsEntry *entry)
{
    XtlsSession *session = entry->session;
    GPtrArray *entries = xtls_endpoint_get_entries (endpoint, session->peer);

    no_request (endpoint, entry);
    learn_blocks (endpoint, session);
    xtls_sids_add (
        endpoint->sids, XTLS_SIDS_JINGLE, session->sid, session->peer);
    xtls_sids_add (
        endpoint->sids, XTLS_SIDS_IBB, session->transport_sid, session->peer);
    forget_live (endpoint->jingle, session->sid, session);
    forget_live (endpoint->ibb, session->transport_sid, session);
    g_ptr_array_remove_fast (entries, entry);
    if (entries->len == 0)
        g_hash_table_remove (endpoint->peers, session->peer);

    g_ptr_array_add (endpoint->ended, session);
    if (!endpoint->release_timer)
        endpoint->release_timer =
            endpoint->ops.session.timer_add (0, release_cb, endpoint);
    g_hash_table_remove (endpoint->entries, session);
}

static void
changed_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;
    XtlsEntry *entry = g_hash_table_lookup (endpoint->entries, session);
    XtlsSessionState state = session->state;

    if (entry && state == XTLS_SESSION_OPEN) {
        no_request (endpoint, entry);
        entry->opened = ++endpoint->clock;
    } else if (entry && state == XTLS_SESSION_CLOSED) {
        bury (endpoint, entry);
    }
    endpoint->ops.session.changed (session, endpoint->user_data);
    if (session->state == XTLS_SESSION_CLOSING)
        xtls_succession_limit (endpoint, session);

    /* The person hears of the new session before the old one goes. */
    if (state != XTLS_SESSION_OPEN)
        return;
    entry = g_hash_table_lookup (endpoint->entries, session);
    if (entry && session->state == XTLS_SESSION_OPEN)
        xtls_succession_settle (endpoint, entry);
}

static void
settled_cb (XtlsSession *session, gpointer data)
{
    XtlsEndpoint *endpoint = data;

    endpoint->ops.session.settled (session, endpoint->user_data);
}

static void
deliver_cb (XtlsSession *session, xmlnode *stanza, gpointer data)
{
    XtlsEndpoint *endpoint = data;

    endpoint->ops.session.deliver (session, stanza, endpoint->user_data);
}

static XtlsSm *
find_sm_cb (XtlsSession *session, const char *previd, gpointer data)
{
    XtlsEndpoint *endpoint = data;

    return endpoint->ops.session.find_sm (session, previd, endpoint->user_data);
}

XtlsSessionOps
xtls_endpoint_session_ops (XtlsEndpoint *endpoint)
{
    XtlsSessionOps ops = {
        .send = send_cb,
        .judge = judge_cb,
        .admit = admit_cb,
        .changed = changed_cb,
        .settled = settled_cb,
        .deliver = deliver_cb,
        .find_sm = find_sm_cb,
        .timer_add = endpoint->ops.session.timer_add,
        .timer_remove = endpoint->ops.session.timer_remove,
        .now = endpoint->ops.session.now,
    };

    return ops;
}

/* --- register --------------------------------------------------------------*/

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
    endpoint->entries = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    endpoint->peers = g_hash_table_new_full (
        g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    endpoint->jingle = g_hash_table_new (g_str_hash, g_str_equal);
    endpoint->ibb = g_hash_table_new (g_str_hash, g_str_equal);
    endpoint->ended =
        g_ptr_array_new_with_free_func ((GDestroyNotify)xtls_session_unref);
    endpoint->sids = xtls_sids_new ();
    return endpoint;
}

void
xtls_endpoint_free (XtlsEndpoint *endpoint)
{
    if (!endpoint)
        return;
    g_return_if_fail (g_hash_table_size (endpoint->entries) == 0);

    if (endpoint->release_timer)
        endpoint->ops.session.timer_remove (endpoint->release_timer);
    g_ptr_array_unref (endpoint->ended);
    g_hash_table_unref (endpoint->jingle);
    g_hash_table_unref (endpoint->ibb);
    g_hash_table_unref (endpoint->peers);
    g_hash_table_unref (endpoint->entries);
    xtls_sids_free (endpoint->sids);
    xtls_identity_unref (endpoint->identity);
    g_free (endpoint->own);
    g_free (endpoint);
}

void
xtls_endpoint_set_identity (XtlsEndpoint *endpoint, XtlsIdentity *identity)
{
    xtls_identity_ref (identity);
    xtls_identity_unref (endpoint->identity);
    endpoint->identity = identity;
}

void
xtls_endpoint_set_padding (XtlsEndpoint *endpoint, gboolean padding)
{
    GHashTableIter iter;
    gpointer session;

    endpoint->padding = padding;
    g_hash_table_iter_init (&iter, endpoint->entries);
    while (g_hash_table_iter_next (&iter, &session, NULL))
        xtls_session_set_padding (session, padding);
}

GPtrArray *
xtls_endpoint_get_entries (XtlsEndpoint *endpoint, const char *peer)
{
    return g_hash_table_lookup (endpoint->peers, peer);
}

XtlsEntry *
xtls_endpoint_add (XtlsEndpoint *endpoint, XtlsSession *session)
{
    XtlsEntry *entry = g_new0 (XtlsEntry, 1);
    GPtrArray *entries = xtls_endpoint_get_entries (endpoint, session->peer);
    char *contact = xtls_jid_bare (session->peer);

    xtls_session_set_block_max (
        session,
        xtls_blocks_get (xtls_sids_get_blocks (endpoint->sids), contact));
    g_free (contact);
    entry->session = session;
    entry->born = ++endpoint->clock;
    entry->is_request = !session->outgoing;
    if (entry->is_request)
        endpoint->requests++;

    if (!entries) {
        entries = g_ptr_array_new ();
        g_hash_table_insert (
            endpoint->peers, g_strdup (session->peer), entries);
    }
    g_ptr_array_add (entries, entry);
    g_hash_table_insert (endpoint->entries, session, entry);
    g_hash_table_replace (endpoint->jingle, session->sid, session);
    g_hash_table_replace (endpoint->ibb, session->transport_sid, session);
    return entry;
}

XtlsSession *
xtls_endpoint_call (XtlsEndpoint *endpoint, const char *peer, XtlsSm *sm)
{
    XtlsSessionOps ops = xtls_endpoint_session_ops (endpoint);
    XtlsSession *session = xtls_session_new_outgoing (endpoint->own,
                                                      peer,
                                                      endpoint->identity,
                                                      endpoint->padding,
                                                      &ops,
                                                      endpoint);

    if (sm)
        xtls_session_resume_with (session, sm);
    xtls_endpoint_add (endpoint, session);
    xtls_session_start (session);
    return session;
}

/* --- stanzas ---------------------------------------------------------------*/

static void
remember (XtlsEndpoint *endpoint, const xmlnode *stanza)
{
    const char *id = xtls_node_attrib (stanza, "id");
    const char *to = xtls_node_attrib (stanza, "to");

    if (!id || !to)
        return;
    if (xtls_iq_is_response (stanza))
        xtls_sids_add (endpoint->sids, XTLS_SIDS_ANSWER, id, to);
    else if (xtls_jingle_is (stanza))
        xtls_sids_add (endpoint->sids, XTLS_SIDS_QUESTION, id, to);
}

void
xtls_endpoint_send (XtlsEndpoint *endpoint, xmlnode *stanza)
{
    const xmlnode *outer = endpoint->sending;

    remember (endpoint, stanza);
    endpoint->sending = stanza;
    endpoint->ops.session.send (stanza, endpoint->user_data);
    endpoint->sending = outer;
}

/* A copy with references: what is done with one may end the others. */
static GPtrArray *
copy_sessions (XtlsEndpoint *endpoint, const char *peer)
{
    GPtrArray *sessions =
        g_ptr_array_new_with_free_func ((GDestroyNotify)xtls_session_unref);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, endpoint->entries);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        XtlsSession *session = key;

        if (!peer || strcmp (session->peer, peer) == 0)
            g_ptr_array_add (sessions, xtls_session_ref (session));
    }
    return sessions;
}

static gboolean
offer_to_sessions (XtlsEndpoint *endpoint, const char *from, xmlnode *iq)
{
    GPtrArray *entries = xtls_endpoint_get_entries (endpoint, from);

    for (guint i = 0; entries && i < entries->len; i++) {
        XtlsEntry *entry = g_ptr_array_index (entries, i);

        /* The list may change in the call, but only if it was taken. */
        if (xtls_session_handle (entry->session, iq))
            return TRUE;
    }
    return FALSE;
}

gboolean
xtls_endpoint_handle (XtlsEndpoint *endpoint, xmlnode *iq)
{
    const char *from = xtls_node_attrib (iq, "from");
    xmlnode *payload;

    /* Without a sender it is the server's. */
    if (!from)
        return FALSE;
    if (offer_to_sessions (endpoint, from, iq))
        return TRUE;

    payload = xtls_jingle_is (iq) ? xtls_node_first_child (iq) : NULL;
    if (payload && g_strcmp0 (xtls_node_attrib (payload, "action"),
                              "session-initiate") == 0)
        return xtls_reception_handle (endpoint, iq);
    return xtls_stray_handle (endpoint, iq);
}

void
xtls_endpoint_peer_gone (XtlsEndpoint *endpoint, const char *peer)
{
    GPtrArray *sessions = copy_sessions (endpoint, peer);

    for (guint i = 0; i < sessions->len; i++)
        xtls_session_abort (g_ptr_array_index (sessions, i), XTLS_END_GONE);
    g_ptr_array_unref (sessions);
}

void
xtls_endpoint_close (XtlsEndpoint *endpoint)
{
    GPtrArray *sessions = copy_sessions (endpoint, NULL);

    for (guint i = 0; i < sessions->len; i++)
        xtls_session_close (g_ptr_array_index (sessions, i), TRUE);
    g_ptr_array_unref (sessions);
}

void
xtls_endpoint_abort (XtlsEndpoint *endpoint, XtlsEnd end)
{
    GPtrArray *sessions = copy_sessions (endpoint, NULL);

    for (guint i = 0; i < sessions->len; i++) {
        xtls_session_set_mute (g_ptr_array_index (sessions, i));
        xtls_session_abort (g_ptr_array_index (sessions, i), end);
    }
    g_ptr_array_unref (sessions);
}

XtlsSids *
xtls_endpoint_take_sids (XtlsEndpoint *endpoint)
{
    XtlsSids *sids = endpoint->sids;

    endpoint->sids = xtls_sids_new ();
    return sids;
}

void
xtls_endpoint_give_sids (XtlsEndpoint *endpoint, XtlsSids *sids)
{
    xtls_sids_free (endpoint->sids);
    endpoint->sids = sids;
}
