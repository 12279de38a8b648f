/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An account's connection: what it has, and what its sessions need of it. */
#include "api.h"
#include "core.h"
#include "iq.h"
#include "jabber.h"
#include "jid.h"
#include "login-private.h"
#include "logins.h"
#include "ns.h"
#include "people.h"
#include "transfers.h"

#include <debug.h>
#include <eventloop.h>

/* --- later, from the main loop --- */

static gboolean
refuse_cb (gpointer data)
{
    XtlsLogin *login = data;
    xmlnode *answer = g_queue_pop_head (&login->refusals);
    gboolean more = !g_queue_is_empty (&login->refusals);

    if (!more)
        login->refusal_timer = 0;
    /* The last use of login: the answer may end the connection. */
    xtls_jabber_inject (login->gc, answer);
    return more;
}

/* Returns: %FALSE if @login is gone. */
static gboolean
refuse_now (XtlsLogin *login)
{
    PurpleAccount *account = login->account;
    xmlnode *answer;

    while (xtls_logins_get (account) == login &&
           (answer = g_queue_pop_head (&login->refusals)))
        xtls_jabber_inject (login->gc, answer);
    return xtls_logins_get (account) == login;
}

void
xtls_login_close (XtlsLogin *login)
{
    xtls_endpoint_close (login->endpoint);
    if (refuse_now (login))
        xtls_transfers_settle (login);
}

void
xtls_login_refuse_later (XtlsLogin *login,
                         const char *to,
                         const char *id,
                         XtlsIqError error)
{
    if (!to || !id)
        return;

    xmlnode *question = xtls_iq_new ("get", to, id);
    xmlnode *answer = xtls_iq_error (question, error);

    xmlnode_free (question);
    xmlnode_set_attrib (answer, "from", to);
    xmlnode_set_attrib (answer, "to", login->own);
    g_queue_push_tail (&login->refusals, answer);
    if (!login->refusal_timer)
        login->refusal_timer = purple_timeout_add (0, refuse_cb, login);
}

static gboolean
changed_cb (gpointer data)
{
    XtlsLogin *login = data;
    PurpleAccount *account = login->account;
    GHashTable *changed = login->changed;
    GHashTableIter iter;
    gpointer who;

    /* A contact that is told may start a session, whatever comes of it. */
    login->changed =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    login->changed_timer = 0;
    g_hash_table_iter_init (&iter, changed);
    while (g_hash_table_iter_next (&iter, &who, NULL)) {
        XtlsContact *contact = xtls_people_get (account, who, FALSE);

        if (contact)
            xtls_contact_presence_changed (contact);
        xtls_core_emit (XTLS_SIGNAL_CAPABILITY, account, who);
    }
    g_hash_table_destroy (changed);
    return FALSE;
}

void
xtls_login_capabilities_changed (XtlsLogin *login, const char *jid)
{
    char *who = xtls_jabber_normalize (login->account, jid);

    if (!who || g_str_equal (jid, login->own)) {
        g_free (who);
        return;
    }
    g_hash_table_add (login->changed, who);
    if (!login->changed_timer)
        login->changed_timer = purple_timeout_add (0, changed_cb, login);
}

/* --- what the endpoint and its sessions ask --- */

static XtlsContact *
contact_of (XtlsLogin *login, XtlsSession *session)
{
    return xtls_people_get (
        login->account, xtls_session_get_peer (session), TRUE);
}

static void
send_cb (xmlnode *stanza, gpointer data)
{
    XtlsLogin *login = data;

    xtls_jabber_send (login->gc, stanza);
}

static gboolean
judge_cb (XtlsSession *session,
          const XtlsFingerprint *fingerprint,
          gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    return contact && xtls_contact_judge (contact, fingerprint);
}

static gboolean
admit_cb (XtlsSession *session, gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    return contact && xtls_contact_admit (contact, session);
}

char *
xtls_login_asked (XtlsLogin *login, const char *jid)
{
    g_autofree char *who = xtls_jabber_normalize (login->account, jid);
    const char *resource = xtls_jid_resource (jid);

    return who ? g_strconcat (who, "/", resource ? resource : "", NULL) : NULL;
}

/* Questions that went inside are not answered any more once the contact's
 * client has no session: whoever waits for the answers, a file transfer say, is
 * told. */
static void
refuse_unanswered (XtlsLogin *login, const char *peer)
{
    char *asked = xtls_login_asked (login, peer);

    if (!asked)
        return;
    GPtrArray *ids =
        xtls_iq_tracker_take_all (login->tracker, XTLS_IQ_FROM_US, asked);

    for (guint i = 0; i < ids->len; i++)
        xtls_login_refuse_later (login,
                                 peer,
                                 g_ptr_array_index (ids, i),
                                 XTLS_IQ_ERROR_SERVICE_UNAVAILABLE);
    g_ptr_array_unref (ids);
    g_free (asked);
    xtls_early_acks_forget (login->early_acks, peer);
    xtls_file_limit_forget (login->file_limit, peer);
}

/* Whether another session with the same resource goes on. */
static gboolean
has_session_with (XtlsContact *contact, XtlsSession *ended)
{
    XtlsSession *session = xtls_contact_get_open_session (contact);

    return session && session != ended &&
           g_strcmp0 (xtls_session_get_peer (session),
                      xtls_session_get_peer (ended)) == 0;
}

static void
changed_state_cb (XtlsSession *session, gpointer data)
{
    XtlsLogin *login = data;
    XtlsContact *contact = contact_of (login, session);
    XtlsSessionState state = xtls_session_get_state (session);
    const char *detail = xtls_session_get_detail (session);
    gboolean goes_on;

    purple_debug_info ("xtls",
                       "session %s: state %d, end %s (%s)\n",
                       xtls_session_get_sid (session),
                       state,
                       xtls_end_to_string (xtls_session_get_end (session)),
                       detail ? detail : "");
    if (!contact)
        return;
    xtls_contact_session_changed (contact, session);
    if (state != XTLS_SESSION_CLOSED)
        return;
    goes_on = has_session_with (contact, session);
    if (!goes_on)
        xtls_transfers_call_off (login, xtls_session_get_peer (session));
    if (!goes_on || !xtls_contact_get_session (contact))
        refuse_unanswered (login, xtls_session_get_peer (session));
}

static void
settled_cb (XtlsSession *session, gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    if (contact)
        xtls_contact_session_settled (contact, session);
}

static void
deliver_cb (XtlsSession *session, xmlnode *stanza, gpointer data)
{
    xtls_login_deliver (data, session, stanza);
}

static XtlsSm *
find_sm_cb (XtlsSession *session, const char *previd, gpointer data)
{
    XtlsContact *contact = contact_of (data, session);

    return contact ? xtls_contact_find_sm (contact, session, previd) : NULL;
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

/* Whom the contact refuses by policy, and who gets no presence, cannot tell
 * this client from one without the plugin. */
XtlsCaller
xtls_login_get_caller (XtlsLogin *login, const char *peer)
{
    if (!xtls_login_is_contact (login, peer))
        return XTLS_CALLER_STRANGER;

    XtlsContact *contact = xtls_people_get (login->account, peer, TRUE);

    return contact && xtls_contact_may_call (contact) ? XTLS_CALLER_WELCOME
                                                      : XTLS_CALLER_STRANGER;
}

static XtlsCaller
caller_cb (const char *peer, gpointer data)
{
    return xtls_login_get_caller (data, peer);
}

static void
tie_break_cb (XtlsSession *outgoing, XtlsSession *incoming, gpointer data)
{
    XtlsContact *contact = contact_of (data, incoming);

    if (contact)
        xtls_contact_tie_break (contact, outgoing, incoming);
}

static const XtlsEndpointOps ops = {
    .session =
        {
            .send = send_cb,
            .judge = judge_cb,
            .admit = admit_cb,
            .changed = changed_state_cb,
            .settled = settled_cb,
            .deliver = deliver_cb,
            .find_sm = find_sm_cb,
            .timer_add = timer_add,
            .timer_remove = timer_remove,
            .now = g_get_monotonic_time,
        },
    .caller = caller_cb,
    .tie_break = tie_break_cb,
};

/* --- life --- */

XtlsLogin *
xtls_login_new (PurpleConnection *gc, XtlsIdentity *identity, gboolean padding)
{
    const char *own = xtls_jabber_get_own (gc);

    if (!own)
        return NULL;

    XtlsLogin *login = g_new0 (XtlsLogin, 1);

    login->gc = gc;
    login->account = purple_connection_get_account (gc);
    login->jid = xtls_jabber_get_account_jid (login->account);
    login->own = g_strdup (own);
    login->endpoint = xtls_endpoint_new (own, identity, &ops, login);
    xtls_endpoint_set_padding (login->endpoint, padding);
    login->roster = xtls_roster_new (own);
    login->resources = xtls_resources_new ();
    login->tracker = xtls_iq_tracker_new ();
    login->early_acks = xtls_early_acks_new ();
    login->file_limit = xtls_file_limit_new ();
    g_queue_init (&login->refusals);
    g_queue_init (&login->early);
    g_queue_init (&login->left_over);
    login->changed =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    xtls_jabber_send (gc, xtls_roster_ask (login->roster));
    return login;
}

static void
drop_left_over (XtlsLogin *login)
{
    char *sid;

    while ((sid = g_queue_pop_head (&login->left_over))) {
        xtls_jabber_drop_jingle_session (login->gc, sid);
        g_free (sid);
    }
}

void
xtls_login_free (XtlsLogin *login)
{
    drop_left_over (login);
    if (login->refusal_timer)
        purple_timeout_remove (login->refusal_timer);
    if (login->call_off_timer)
        purple_timeout_remove (login->call_off_timer);
    if (login->early_acks_timer)
        purple_timeout_remove (login->early_acks_timer);
    if (login->early_timer)
        purple_timeout_remove (login->early_timer);
    if (login->changed_timer)
        purple_timeout_remove (login->changed_timer);
    xtls_endpoint_free (login->endpoint);
    xtls_roster_free (login->roster);
    xtls_resources_free (login->resources);
    xtls_iq_tracker_free (login->tracker);
    xtls_early_acks_free (login->early_acks);
    xtls_file_limit_free (login->file_limit);
    g_slist_free (login->offers);
    g_slist_free (login->called_off);
    g_queue_clear_full (&login->refusals, (GDestroyNotify)xmlnode_free);
    g_queue_clear_full (&login->early, (GDestroyNotify)xmlnode_free);
    g_hash_table_destroy (login->changed);
    g_free (login->own);
    g_free (login->jid);
    g_free (login);
}

PurpleAccount *
xtls_login_get_account (XtlsLogin *login)
{
    return login->account;
}

XtlsEndpoint *
xtls_login_get_endpoint (XtlsLogin *login)
{
    return login->endpoint;
}

const char *
xtls_login_get_jid (XtlsLogin *login)
{
    return login->jid;
}

gboolean
xtls_login_is_contact (XtlsLogin *login, const char *who)
{
    gboolean is;
    char *bare;

    if (xtls_jabber_is_occupant (login->account, who))
        return FALSE;
    bare = xtls_jid_bare (who);
    is = xtls_roster_is_contact (login->roster, bare);
    g_free (bare);
    return is;
}

gboolean
xtls_login_is_stranger (XtlsLogin *login, const char *who)
{
    return !xtls_login_is_contact (login, who) &&
           (xtls_jabber_is_occupant (login->account, who) ||
            !xtls_roster_is_waiting (login->roster));
}

GPtrArray *
xtls_login_list_resources (XtlsLogin *login, const char *who)
{
    char *bare = xtls_jid_bare (who);
    GPtrArray *list = xtls_resources_list (login->resources, bare);

    g_free (bare);
    return list;
}

void
xtls_login_probe (XtlsLogin *login, const char *who)
{
    xmlnode *presence = xmlnode_new ("presence");
    char *bare = xtls_jid_bare (who);

    xmlnode_set_namespace (presence, XTLS_NS_CLIENT);
    xmlnode_set_attrib (presence, "type", "probe");
    xmlnode_set_attrib (presence, "to", bare);
    g_free (bare);
    xtls_jabber_send (login->gc, presence);
}
