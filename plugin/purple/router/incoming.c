/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes, from outside and from inside: judged by the tables in route.c,
 * carried out here. */
#include "iq.h"
#include "jabber.h"
#include "jid.h"
#include "jingle-make.h"
#include "login-private.h"
#include "message.h"
#include "node.h"
#include "ns.h"
#include "people.h"
#include "route.h"
#include "transfers.h"

#include <blist.h>
#include <debug.h>
#include <eventloop.h>
#include <time.h>

#define NS_DISCO_INFO "http://jabber.org/protocol/disco#info"
#define NS_RTP "urn:xmpp:jingle:apps:rtp:" /* of any version */

static gboolean
has_type (const xmlnode *iq, const char *a, const char *b)
{
    const char *type = xmlnode_get_attrib (iq, "type");

    return g_strcmp0 (type, a) == 0 || g_strcmp0 (type, b) == 0;
}

/* (nullable): the contact that sent it, while private with it. */
static XtlsContact *
private_contact (PurpleAccount *account, const char *from)
{
    XtlsContact *contact = from ? xtls_people_get (account, from, FALSE) : NULL;

    return contact && xtls_contact_is_private (contact) ? contact : NULL;
}

static void
tell_refused (XtlsContact *contact, XtlsIncoming what)
{
    if (what == XTLS_IN_REFUSE_FILE)
        xtls_contact_refused_file (contact, FALSE);
    else if (what == XTLS_IN_REFUSE_VOICE)
        xtls_contact_refused_voice (contact, FALSE);
}

/* --- from outside --- */

/* libpurple may know more of a resource once it has seen this. */
static void
watch_capabilities (XtlsLogin *login, const xmlnode *iq, const char *from)
{
    if (from && has_type (iq, "result", "result") &&
        xtls_node_is (xtls_node_first_child (iq), "query", NS_DISCO_INFO))
        xtls_login_capabilities_changed (login, from);
}

/* Also after the end of private mode, as long as it is remembered. libpurple
 * may take a resource that is written otherwise for the one that it asked. */
static gboolean
answers_inside (XtlsLogin *login, const xmlnode *iq, const char *from)
{
    gboolean inside;
    char *who;

    if (!from || !has_type (iq, "result", "error"))
        return FALSE;
    who = xtls_jabber_normalize (login->account, from);
    inside = who && xtls_iq_tracker_has_of_any (login->tracker,
                                                XTLS_IQ_FROM_US,
                                                who,
                                                xmlnode_get_attrib (iq, "id"));
    g_free (who);
    return inside;
}

/* The answers to two questions with one id could not be told apart, and that to
 * the one from inside would leave in clear. */
static gboolean
asks_twice (XtlsLogin *login, const xmlnode *iq, const char *from)
{
    return has_type (iq, "get", "set") &&
           xtls_iq_tracker_has (login->tracker,
                                XTLS_IQ_FROM_INSIDE,
                                from,
                                xmlnode_get_attrib (iq, "id"));
}

static gboolean
is_initiate (const xmlnode *jingle_iq)
{
    const char *action =
        xtls_node_attrib (xtls_node_first_child (jingle_iq), "action");

    return g_strcmp0 (action, "session-initiate") == 0;
}

/* libpurple is silent about a Jingle session that nobody knows; to a stranger
 * so are we. */
static gboolean
answer_unknown_session (XtlsLogin *login, const xmlnode *iq, const char *from)
{
    const char *sid;

    if (!xtls_jingle_is (iq) || !from || is_initiate (iq))
        return FALSE;
    sid = xtls_jingle_get_sid (iq);
    if ((sid && xtls_jabber_has_jingle_session (login->gc, sid)) ||
        xtls_login_get_caller (login, from) != XTLS_CALLER_WELCOME)
        return FALSE;
    xtls_jabber_send (login->gc, xtls_jingle_make_error (iq, NULL));
    return TRUE;
}

/* libpurple's media go on using the session of a call, without a reference. */
static gboolean
is_call (const xmlnode *jingle)
{
    for (const xmlnode *content = jingle->child; content;
         content = content->next)
        for (const xmlnode *node = content->child; node; node = node->next)
            if (node->type == XMLNODE_TYPE_TAG && node->xmlns &&
                g_str_has_prefix (node->xmlns, NS_RTP))
                return TRUE;
    return FALSE;
}

static void
forget_left_over (XtlsLogin *login, const char *sid)
{
    GList *link = g_queue_find_custom (
        &login->left_over, sid, (GCompareFunc)(void *)g_strcmp0);

    if (!link)
        return;
    g_free (link->data);
    g_queue_delete_link (&login->left_over, link);
}

/* A stranger's request goes to libpurple, which keeps a session for it. */
static void
note_left_over (XtlsLogin *login, const xmlnode *iq, const char *from)
{
    const char *sid = xtls_jingle_is (iq) ? xtls_jingle_get_sid (iq) : NULL;

    if (!sid || !from || !is_initiate (iq) ||
        xtls_jabber_has_jingle_session (login->gc, sid))
        return;
    /* The request that had this sid before has ended. */
    forget_left_over (login, sid);
    if (is_call (xtls_node_first_child (iq)) ||
        xtls_login_get_caller (login, from) == XTLS_CALLER_WELCOME)
        return;
    g_queue_push_tail (&login->left_over, g_strdup (sid));
    if (login->left_over.length > XTLS_LOGIN_LEFT_OVER_MAX) {
        char *oldest = g_queue_pop_head (&login->left_over);

        xtls_jabber_drop_jingle_session (login->gc, oldest);
        g_free (oldest);
    }
}

static gboolean
handle_iq (XtlsLogin *login, xmlnode *iq)
{
    const char *from = xmlnode_get_attrib (iq, "from");
    gboolean inside = FALSE;
    XtlsContact *contact;
    XtlsIncoming what;

    if (xtls_endpoint_handle (login->endpoint, iq))
        return TRUE;
    if (answer_unknown_session (login, iq, from))
        return TRUE;
    note_left_over (login, iq, from);
    watch_capabilities (login, iq, from);
    inside = answers_inside (login, iq, from);
    contact = private_contact (login->account, from);
    if (!contact)
        return inside;
    what = xtls_route_incoming (iq, inside);
    if (what == XTLS_IN_PASS && asks_twice (login, iq, from))
        what = XTLS_IN_REFUSE;
    if (what == XTLS_IN_PASS) {
        if (has_type (iq, "get", "set"))
            xtls_iq_tracker_remember (login->tracker,
                                      XTLS_IQ_FROM_OUTSIDE,
                                      from,
                                      xmlnode_get_attrib (iq, "id"));
        return FALSE;
    }
    purple_debug_info ("xtls", "incoming iq: kept away (%d)\n", what);
    if (what != XTLS_IN_IGNORE) {
        xtls_jabber_send (login->gc,
                          xtls_iq_error (iq, XTLS_IQ_ERROR_NOT_ACCEPTABLE));
        tell_refused (contact, what);
    }
    return TRUE;
}

static gboolean
early_cb (gpointer data)
{
    XtlsLogin *login = data;
    xmlnode *iq = g_queue_pop_head (&login->early);
    gboolean more = !g_queue_is_empty (&login->early);

    if (!more)
        login->early_timer = 0;
    if (handle_iq (login, iq))
        xmlnode_free (iq);
    else
        xtls_jabber_inject (login->gc, iq);
    return more;
}

/* Between login and the roster's arrival lies a round trip to the server; a
 * contact that saw our presence may call already. */
static gboolean
comes_early (XtlsLogin *login, const xmlnode *iq)
{
    if (!xtls_roster_is_waiting (login->roster) &&
        g_queue_is_empty (&login->early))
        return FALSE;
    if (!xtls_route_is_transport (iq) ||
        login->early.length >= XTLS_LOGIN_EARLY_MAX)
        return FALSE;
    g_queue_push_tail (&login->early, xmlnode_copy (iq));
    return TRUE;
}

gboolean
xtls_login_receiving_iq (XtlsLogin *login, xmlnode *iq)
{
    if (xtls_jabber_is_injected (iq))
        return FALSE;
    if (xtls_roster_handle (login->roster, iq)) {
        if (!g_queue_is_empty (&login->early) && !login->early_timer)
            login->early_timer = purple_timeout_add (0, early_cb, login);
        return TRUE;
    }
    return comes_early (login, iq) || handle_iq (login, iq);
}

gboolean
xtls_login_receiving_message (XtlsLogin *login, xmlnode *message)
{
    const char *from = xmlnode_get_attrib (message, "from");

    if (from)
        xtls_resources_active (login->resources, from);
    return !xtls_jabber_is_injected (message) &&
           xtls_login_receiving_without (login->account, message);
}

gboolean
xtls_login_receiving_without (PurpleAccount *account, xmlnode *message)
{
    const char *from = xmlnode_get_attrib (message, "from");
    XtlsContact *contact = private_contact (account, from);

    if (!contact)
        return FALSE;
    if (xtls_route_incoming (message, FALSE) == XTLS_IN_MARK) {
        char *text = xtls_message_get_body (message);
        char *line = xtls_message_one_line (text);

        /* The mark is to be before all of it. */
        xtls_contact_show_clear (
            contact, from, line, xtls_message_get_time (message, time (NULL)));
        g_free (line);
        g_free (text);
    }
    return TRUE;
}

void
xtls_login_receiving_presence (XtlsLogin *login, xmlnode *presence)
{
    const char *from = xmlnode_get_attrib (presence, "from");
    g_autofree char *who = NULL;
    g_autofree char *gone = NULL;

    if (!from || g_strcmp0 (from, login->own) == 0)
        return;
    who = xtls_jabber_normalize (login->account, from);
    gone = xtls_resources_presence (
        login->resources,
        presence,
        who && purple_find_buddy (login->account, who));
    if (gone)
        xtls_endpoint_peer_gone (login->endpoint, gone);
    xtls_login_capabilities_changed (login, from);
}

/* --- from inside --- */

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
remember_inside (XtlsLogin *login, const char *peer, const char *id)
{
    xtls_iq_tracker_take (login->tracker, XTLS_IQ_FROM_OUTSIDE, peer, id);
    xtls_iq_tracker_remember (login->tracker, XTLS_IQ_FROM_INSIDE, peer, id);
}

/* Whether libpurple may see it. */
static gboolean
judge_inside (XtlsLogin *login,
              XtlsContact *contact,
              XtlsSession *session,
              xmlnode *stanza)
{
    const char *id = xmlnode_get_attrib (stanza, "id");
    gboolean answer = has_type (stanza, "result", "error") &&
                      g_str_equal (stanza->name, "iq");
    g_autofree char *asked =
        xtls_login_asked (login, xtls_session_get_peer (session));
    gboolean ours = answer && xtls_iq_tracker_take (
                                  login->tracker, XTLS_IQ_FROM_US, asked, id);
    XtlsIncoming what = xtls_route_inside (stanza, ours);

    if (g_str_equal (stanza->name, "iq") &&
        !xtls_transfers_judge (login, stanza))
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
    if (!answer && !xtls_file_limit_came (login->file_limit, stanza)) {
        answer_inside (session, stanza);
        return FALSE;
    }
    /* With no method left in an answer, libpurple calls the transfer off. */
    (void)xtls_route_strip_offer (stanza);
    if (!answer)
        remember_inside (login, xtls_session_get_peer (session), id);
    return TRUE;
}

void
xtls_login_deliver (XtlsLogin *login, XtlsSession *session, xmlnode *stanza)
{
    XtlsContact *contact = xtls_people_get (
        login->account, xtls_session_get_peer (session), FALSE);

    if (contact &&
        purple_connection_get_state (login->gc) == PURPLE_CONNECTED &&
        !xtls_contact_take_inside (contact, session, stanza) &&
        judge_inside (login, contact, session, stanza)) {
        xtls_contact_before_delivery (contact);
        xtls_jabber_inject (login->gc, stanza);
        xtls_contact_after_delivery (contact);
    } else {
        xmlnode_free (stanza);
    }
}
