/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes from outside: routed by the table in route.c. */
#include "incoming.h"

#include "deferred.h"
#include "iq.h"
#include "jabber.h"
#include "jid.h"
#include "jingle-make.h"
#include "message.h"
#include "node.h"
#include "ns.h"
#include "people.h"
#include "route.h"
#include "router-private.h"

#include <blist.h>
#include <debug.h>
#include <eventloop.h>
#include <time.h>

/* Requests that wait for the roster; more are answered as a stranger's. */
#define EARLY_MAX 16

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

/* libpurple may know more of a resource once it has seen this. */
static void
watch_capabilities (XtlsRouter *router, const xmlnode *iq, const char *from)
{
    if (from && has_type (iq, "result", "result") &&
        xtls_node_is (xtls_node_first_child (iq), "query", NS_DISCO_INFO))
        xtls_deferred_capabilities_changed (router, from);
}

/* Also after the end of private mode, as long as it is remembered. libpurple
 * may take a resource that is written otherwise for the one that it asked. */
static gboolean
answers_inside (XtlsRouter *router, const xmlnode *iq, const char *from)
{
    gboolean inside;
    char *who;

    if (!from || !has_type (iq, "result", "error"))
        return FALSE;
    who = xtls_jabber_normalize (router->account, from);
    inside = who && xtls_iq_tracker_has_of_any (router->tracker,
                                                XTLS_IQ_FROM_US,
                                                who,
                                                xmlnode_get_attrib (iq, "id"));
    g_free (who);
    return inside;
}

/* The answers to two questions with one id could not be told apart, and that to
 * the one from inside would leave in clear. */
static gboolean
asks_twice (XtlsRouter *router, const xmlnode *iq, const char *from)
{
    return has_type (iq, "get", "set") &&
           xtls_iq_tracker_has (router->tracker,
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
answer_unknown_session (XtlsRouter *router, const xmlnode *iq, const char *from)
{
    const char *sid;

    if (!xtls_jingle_is (iq) || !from || is_initiate (iq))
        return FALSE;
    sid = xtls_jingle_get_sid (iq);
    if ((sid && xtls_jabber_has_jingle_session (router->gc, sid)) ||
        xtls_router_get_caller (router, from) != XTLS_CALLER_WELCOME)
        return FALSE;
    xtls_jabber_send (router->gc, xtls_jingle_make_error (iq, NULL));
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

/* A stranger's request goes to libpurple, which keeps a session for it. */
static void
note_leftover (XtlsRouter *router, const xmlnode *iq, const char *from)
{
    const char *sid = xtls_jingle_is (iq) ? xtls_jingle_get_sid (iq) : NULL;

    if (!sid || !from || !is_initiate (iq) ||
        xtls_jabber_has_jingle_session (router->gc, sid))
        return;
    /* The request that had this sid before has ended. */
    xtls_leftovers_forget (router->leftovers, sid);
    if (is_call (xtls_node_first_child (iq)) ||
        xtls_router_get_caller (router, from) == XTLS_CALLER_WELCOME)
        return;
    xtls_leftovers_add (router->leftovers, sid);
}

static gboolean
handle_iq (XtlsRouter *router, xmlnode *iq)
{
    const char *from = xmlnode_get_attrib (iq, "from");
    gboolean inside = FALSE;
    XtlsContact *contact;
    XtlsIncoming what;

    if (xtls_endpoint_handle (xtls_login_get_endpoint (router->login), iq))
        return TRUE;
    if (answer_unknown_session (router, iq, from))
        return TRUE;
    note_leftover (router, iq, from);
    watch_capabilities (router, iq, from);
    inside = answers_inside (router, iq, from);
    contact = private_contact (router->account, from);
    if (!contact)
        return inside;
    what = xtls_route_incoming (iq, inside);
    if (what == XTLS_IN_PASS && asks_twice (router, iq, from))
        what = XTLS_IN_REFUSE;
    if (what == XTLS_IN_PASS) {
        if (has_type (iq, "get", "set"))
            xtls_iq_tracker_remember (router->tracker,
                                      XTLS_IQ_FROM_OUTSIDE,
                                      from,
                                      xmlnode_get_attrib (iq, "id"));
        return FALSE;
    }
    purple_debug_info ("xtls", "incoming iq: kept away (%d)\n", what);
    if (what != XTLS_IN_IGNORE) {
        xtls_jabber_send (router->gc,
                          xtls_iq_error (iq, XTLS_IQ_ERROR_NOT_ACCEPTABLE));
        tell_refused (contact, what);
    }
    return TRUE;
}

static gboolean
early_cb (gpointer data)
{
    XtlsRouter *router = data;
    xmlnode *iq = g_queue_pop_head (&router->early);
    gboolean more = !g_queue_is_empty (&router->early);

    if (!more)
        router->early_timer = 0;
    if (handle_iq (router, iq))
        xmlnode_free (iq);
    else
        xtls_jabber_inject (router->gc, iq);
    return more;
}

/* Between login and the roster's arrival lies a round trip to the server; a
 * contact that saw our presence may call already. */
static gboolean
comes_early (XtlsRouter *router, const xmlnode *iq)
{
    if (!xtls_roster_is_waiting (xtls_login_get_roster (router->login)) &&
        g_queue_is_empty (&router->early))
        return FALSE;
    if (!xtls_route_is_transport (iq) || router->early.length >= EARLY_MAX)
        return FALSE;
    g_queue_push_tail (&router->early, xmlnode_copy (iq));
    return TRUE;
}

gboolean
xtls_incoming_iq (PurpleConnection *gc, xmlnode *iq)
{
    XtlsRouter *router = xtls_router_get (purple_connection_get_account (gc));

    if (!router || xtls_jabber_is_injected (iq))
        return FALSE;
    if (xtls_roster_handle (xtls_login_get_roster (router->login), iq)) {
        if (!g_queue_is_empty (&router->early) && !router->early_timer)
            router->early_timer = purple_timeout_add (0, early_cb, router);
        return TRUE;
    }
    return comes_early (router, iq) || handle_iq (router, iq);
}

static gboolean
filter_message (PurpleAccount *account, xmlnode *message)
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

gboolean
xtls_incoming_message (PurpleConnection *gc, xmlnode *message)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    XtlsRouter *router = xtls_router_get (account);
    const char *from = xmlnode_get_attrib (message, "from");

    if (router && from)
        xtls_resources_active (xtls_login_get_resources (router->login), from);
    return !xtls_jabber_is_injected (message) &&
           filter_message (account, message);
}

void
xtls_incoming_presence (PurpleConnection *gc, xmlnode *presence)
{
    XtlsRouter *router = xtls_router_get (purple_connection_get_account (gc));
    const char *from = xmlnode_get_attrib (presence, "from");
    g_autofree char *who = NULL;
    g_autofree char *gone = NULL;

    if (!router || !from ||
        g_strcmp0 (from, xtls_login_get_own (router->login)) == 0)
        return;
    who = xtls_jabber_normalize (router->account, from);
    gone = xtls_resources_presence (
        xtls_login_get_resources (router->login),
        presence,
        who && purple_find_buddy (router->account, who));
    if (gone)
        xtls_endpoint_peer_gone (xtls_login_get_endpoint (router->login), gone);
    xtls_deferred_capabilities_changed (router, from);
}
