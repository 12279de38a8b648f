/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passes what an endpoint and its sessions ask and report to the contact
 * concerned. */
#include "attach.h"

#include "beside.h"
#include "contact-list.h"
#include "contact-sessions.h"
#include "contact-state.h"
#include "contact.h"
#include "deferred.h"
#include "inside.h"
#include "iq.h"
#include "jabber.h"
#include "jid.h"
#include "router-private.h"
#include "transfers.h"

#include <debug.h>
#include <eventloop.h>

static XtlsContact *
contact_of (XtlsRouter *router, XtlsSession *session)
{
    return xtls_contact_list_get (
        router->account, xtls_session_get_peer (session), TRUE);
}

static void
send_cb (xmlnode *stanza, gpointer data)
{
    XtlsRouter *router = data;

    if (xtls_router_is_alive (router, router->account))
        xtls_jabber_send (router->gc, stanza);
    else
        xmlnode_free (stanza);
}

static gboolean
allow_cb (XtlsSession *session,
          const XtlsFingerprint *fingerprint,
          gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    return contact &&
           xtls_contact_sessions_allow_key (contact, session, fingerprint);
}

static XtlsEnd
admit_cb (XtlsSession *session, gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    return contact ? xtls_contact_sessions_admit (contact, session)
                   : XTLS_END_NOT_ADMITTED;
}

/* Once the contact's client has no session, requests that went inside will get
 * no response: whatever waits for one, such as a file transfer, is given an
 * error. */
static void
refuse_unanswered (XtlsRouter *router, const char *jid)
{
    g_autofree char *peer = xtls_jid_canonical (jid);
    GPtrArray *ids =
        xtls_iq_tracker_take_all (router->tracker, XTLS_IQ_FROM_US, peer);

    for (guint i = 0; i < ids->len; i++)
        xtls_deferred_refuse (router,
                              jid,
                              g_ptr_array_index (ids, i),
                              XTLS_IQ_ERROR_SERVICE_UNAVAILABLE);
    g_ptr_array_unref (ids);
    xtls_early_acks_forget (router->early_acks, peer);
    xtls_file_limit_forget (router->file_limit, peer);
    xtls_beside_forget (router, peer);
}

/* Returns: whether another session with the same resource continues. */
static gboolean
has_session_with (XtlsContact *contact, XtlsSession *ended)
{
    XtlsSession *session = xtls_contact_get_open_session (contact);

    return session && session != ended &&
           g_strcmp0 (xtls_session_get_peer (session),
                      xtls_session_get_peer (ended)) == 0;
}

static void
drop_unfinished (XtlsRouter *router, XtlsSession *session)
{
    const char *peer = xtls_session_get_peer (session);

    xtls_transfers_call_off (router, peer);
    refuse_unanswered (router, peer);
}

static void
changed_state_cb (XtlsSession *session, gpointer data)
{
    XtlsRouter *router = data;
    XtlsContact *contact = contact_of (router, session);
    XtlsSessionState state = xtls_session_get_state (session);
    const char *detail = xtls_session_get_detail (session);

    purple_debug_info ("xtls",
                       "session %s: state %d, end %s (%s)\n",
                       xtls_session_get_sid (session),
                       state,
                       xtls_end_to_string (xtls_session_get_end (session)),
                       detail ? detail : "");
    if (!contact)
        return;
    /* What was under way in an earlier session with this client is not in a
     * new one. */
    if (state == XTLS_SESSION_OPEN)
        drop_unfinished (router, session);
    xtls_contact_sessions_changed (contact, session);
    if (state == XTLS_SESSION_CLOSED &&
        xtls_router_is_alive (router, router->account) &&
        !has_session_with (contact, session))
        drop_unfinished (router, session);
}

static void
settled_cb (XtlsSession *session, gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    if (contact)
        xtls_contact_sessions_settled (contact, session);
}

static void
first_words_cb (XtlsSession *session, gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    if (contact)
        xtls_contact_sessions_first_words (contact, session);
}

static void
unacked_changed_cb (XtlsSession *session, gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    if (contact)
        xtls_contact_state_count_soon (contact);
}

static void
deliver_cb (XtlsSession *session, xmlnode *stanza, gpointer data)
{
    xtls_inside_deliver (data, session, stanza);
}

static XtlsSm *
find_sm_cb (XtlsSession *session, const char *previd, gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    return contact ? xtls_contact_sessions_find_sm (contact, session, previd)
                   : NULL;
}

static guint
timer_add (guint ms, GSourceFunc function, gpointer data)
{
    return purple_timeout_add (ms, function, data);
}

static void
timer_remove (guint timer)
{
    purple_timeout_remove (timer);
}

static XtlsCaller
caller_cb (const char *peer, gpointer data)
{
    return xtls_router_get_caller (data, peer);
}

static gboolean
takes_hello_cb (const char *peer, gpointer data)
{
    XtlsRouter *router = data;

    return xtls_jabber_takes_hello (router->account, peer);
}

static gboolean
takes_carrier_cb (const char *peer, XtlsCarrier carrier, gpointer data)
{
    XtlsRouter *router = data;

    return xtls_jabber_takes_carrier (router->account, peer, carrier);
}

static void
tie_break_cb (XtlsSession *outgoing, XtlsSession *incoming, gpointer data)
{
    XtlsContact *contact = contact_of (data, incoming);

    if (contact)
        xtls_contact_sessions_tie_break (contact, outgoing, incoming);
}

static const XtlsEndpointOps ops = {
    .session =
        {
            .send = send_cb,
            .allow = allow_cb,
            .admit = admit_cb,
            .changed = changed_state_cb,
            .settled = settled_cb,
            .unacked_changed = unacked_changed_cb,
            .deliver = deliver_cb,
            .first_words = first_words_cb,
            .find_sm = find_sm_cb,
            .timer_add = timer_add,
            .timer_remove = timer_remove,
            .now = g_get_monotonic_time,
        },
    .caller = caller_cb,
    .takes_hello = takes_hello_cb,
    .takes_carrier = takes_carrier_cb,
    .tie_break = tie_break_cb,
};

XtlsRouter *
xtls_attach_open (PurpleConnection *gc,
                  XtlsIdentity *identity,
                  gboolean padding)
{
    return xtls_router_new (gc, identity, padding, &ops);
}

void
xtls_attach_close (XtlsRouter *router)
{
    xtls_endpoint_leave (xtls_login_get_endpoint (router->login));
    if (xtls_deferred_settle (router))
        xtls_transfers_settle (router);
}
