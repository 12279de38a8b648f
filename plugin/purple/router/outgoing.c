/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libpurple is about to send: judged by the table in route.c, carried out
 * here. */
#include "outgoing.h"

#include "deferred.h"
#include "iq.h"
#include "jabber.h"
#include "jid.h"
#include "message.h"
#include "ns.h"
#include "otr.h"
#include "people.h"
#include "policy.h"
#include "route.h"
#include "router-private.h"
#include "texts.h"
#include "transfers.h"

#include <blist.h>
#include <debug.h>
#include <string.h>

#define NS_CHAT_STATES "http://jabber.org/protocol/chatstates"
#define NS_MESSAGE_EVENTS "jabber:x:event"

static gboolean
has_text (const xmlnode *stanza)
{
    char *body = NULL;

    if (g_str_equal (stanza->name, "message"))
        body = xtls_message_get_body (stanza);
    g_free (body);
    return body != NULL;
}

static gboolean
has_type (const xmlnode *stanza, const char *type)
{
    return g_strcmp0 (xmlnode_get_attrib (stanza, "type"), type) == 0;
}

static gboolean
is_question (const xmlnode *stanza)
{
    return g_str_equal (stanza->name, "iq") && !has_type (stanza, "result") &&
           !has_type (stanza, "error");
}

/* Whoever owns the server can play a room that is called like a contact. */
static gboolean
is_occupant (PurpleAccount *account, const char *to, const char *who)
{
    return xtls_jabber_is_occupant (account, to) &&
           !xtls_policy_is_settled (account, who) &&
           !purple_find_buddy (account, who);
}

/* To somebody that the policy may have a say about: not to a room, an occupant
 * of one, a server, or ourselves. An answer follows its question. */
static gboolean
is_for_contact (PurpleAccount *account, const xmlnode *stanza, const char *to)
{
    g_autofree char *own = NULL;
    g_autofree char *who = NULL;

    if (has_type (stanza, "groupchat") || has_type (stanza, "result") ||
        has_type (stanza, "error"))
        return FALSE;
    own = xtls_jabber_get_account_jid (account);
    who = xtls_jabber_normalize (account, to);
    return who && strchr (who, '@') && !g_str_equal (who, own) &&
           !is_occupant (account, to, who);
}

static gboolean
is_typing (const xmlnode *message)
{
    for (const xmlnode *child = message->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_TAG &&
            (g_strcmp0 (child->xmlns, NS_CHAT_STATES) == 0 ||
             g_strcmp0 (child->xmlns, NS_MESSAGE_EVENTS) == 0))
            return TRUE;
    return FALSE;
}

/* Not words of the user's: what the OTR plugin sends to reach its like. */
static gboolean
is_otr (const xmlnode *message)
{
    g_autofree char *body = xtls_message_get_body (message);

    return body && xtls_otr_is_protocol (body);
}

static XtlsMatter
matter_of (const xmlnode *stanza, XtlsWay way)
{
    switch (way) {
    case XTLS_WAY_HOLD:
        return is_otr (stanza) ? XTLS_MATTER_OTHER : XTLS_MATTER_CONTENT;
    case XTLS_WAY_REFUSE_FILE:
        return XTLS_MATTER_CONTENT;
    case XTLS_WAY_DROP:
        return is_typing (stanza) ? XTLS_MATTER_TYPING : XTLS_MATTER_OTHER;
    default:
        return XTLS_MATTER_OTHER;
    }
}

/* The contact, if this stanza may not leave in clear: while private, from here
 * on, or because its policy says so. */
static XtlsContact *
private_contact (PurpleAccount *account, const xmlnode *stanza, const char *to)
{
    static const XtlsRouteOut nothing;
    XtlsContact *contact = xtls_people_get (account, to, FALSE);
    XtlsWay way;

    if (contact && xtls_contact_is_private (contact))
        return contact;
    way = xtls_route_outgoing (stanza, &nothing);
    if (way == XTLS_WAY_OUTSIDE || !is_for_contact (account, stanza, to))
        return NULL;
    contact = xtls_people_get (account, to, TRUE);
    return contact && xtls_contact_will_send (contact, matter_of (stanza, way))
               ? contact
               : NULL;
}

/* Words for a contact that a room is to pass on (XEP-0045 7.8.2) go around the
 * private conversation. */
static gboolean
withhold_invitation (PurpleAccount *account, const xmlnode *stanza)
{
    xmlnode *x =
        xmlnode_get_child_with_namespace (stanza, "x", XTLS_NS_MUC_USER);
    xmlnode *invite = x ? xmlnode_get_child (x, "invite") : NULL;

    for (; invite; invite = xmlnode_get_next_twin (invite)) {
        const char *to = xmlnode_get_attrib (invite, "to");
        XtlsContact *contact = NULL;

        if (to && xmlnode_get_child (invite, "reason"))
            contact = xtls_people_get (account, to, TRUE);
        if (contact && (xtls_contact_is_private (contact) ||
                        xtls_contact_will_send (contact, XTLS_MATTER_OTHER))) {
            xtls_contact_refused_invitation (contact);
            return TRUE;
        }
    }
    return FALSE;
}

static void
could_not_send (XtlsRouter *router,
                XtlsContact *contact,
                const xmlnode *stanza,
                const GError *error)
{
    if (has_text (stanza))
        xtls_contact_not_sent (contact, stanza, xtls_texts_not_sent (error));
    else if (is_question (stanza))
        xtls_deferred_refuse (router,
                              xmlnode_get_attrib (stanza, "to"),
                              xmlnode_get_attrib (stanza, "id"),
                              XTLS_IQ_ERROR_NOT_ACCEPTABLE);
}

static void
send_inside (XtlsRouter *router, XtlsContact *contact, const xmlnode *stanza)
{
    XtlsSession *session = xtls_contact_get_session (contact);
    g_autofree char *asked =
        xtls_router_normalize (router, xtls_session_get_peer (session));
    const char *id = xmlnode_get_attrib (stanza, "id");
    GError *error = NULL;
    xmlnode *copy = xmlnode_copy (stanza);

    /* A contact who offered before private mode, and only a way around it,
     * gets no answer that chooses that way. */
    if (!has_type (stanza, "error") && !xtls_route_strip_offer (copy)) {
        xtls_contact_refused_file (contact, TRUE);
        xmlnode_free (copy);
        return;
    }
    /* Before it is sent: the answer may be here when that returns. */
    if (is_question (stanza))
        xtls_iq_tracker_remember (router->tracker, XTLS_IQ_FROM_US, asked, id);
    if (xtls_session_send (session, copy, &error)) {
        if (is_question (stanza))
            xtls_transfers_sent (router, stanza);
        return;
    }
    xtls_iq_tracker_take (router->tracker, XTLS_IQ_FROM_US, asked, id);
    could_not_send (router, contact, stanza, error);
    xmlnode_free (copy);
    g_error_free (error);
}

static void
refuse (XtlsRouter *router, XtlsContact *contact, XtlsWay way, xmlnode *stanza)
{
    if (way == XTLS_WAY_REFUSE_FILE)
        xtls_contact_refused_file (contact, TRUE);
    else if (way == XTLS_WAY_REFUSE_VOICE)
        xtls_contact_refused_voice (contact, TRUE);
    xtls_deferred_refuse (router,
                          xmlnode_get_attrib (stanza, "to"),
                          xmlnode_get_attrib (stanza, "id"),
                          XTLS_IQ_ERROR_NOT_ACCEPTABLE);
}

/* An answer is taken for one to a question from outside only if there is none
 * from inside with the same id: a server may have guessed it. */
static gboolean
answers_outside (XtlsRouter *router, const xmlnode *stanza, const char *to)
{
    const char *id = xmlnode_get_attrib (stanza, "id");
    gboolean outside, inside;

    if (!g_str_equal (stanza->name, "iq") || is_question (stanza))
        return FALSE;
    inside =
        xtls_iq_tracker_take (router->tracker, XTLS_IQ_FROM_INSIDE, to, id);
    if (inside)
        return FALSE;
    outside =
        xtls_iq_tracker_take (router->tracker, XTLS_IQ_FROM_OUTSIDE, to, id);
    return outside;
}

static gboolean
act (XtlsRouter *router, XtlsContact *contact, XtlsWay way, xmlnode *stanza)
{
    switch (way) {
    case XTLS_WAY_OUTSIDE:
        return FALSE;
    case XTLS_WAY_INSIDE:
        send_inside (router, contact, stanza);
        break;
    case XTLS_WAY_HOLD:
        xtls_contact_hold (contact, xmlnode_copy (stanza));
        break;
    case XTLS_WAY_DROP:
    case XTLS_WAY_SWALLOW:
        break;
    case XTLS_WAY_REFUSE:
    case XTLS_WAY_REFUSE_FILE:
    case XTLS_WAY_REFUSE_VOICE:
        refuse (router, contact, way, stanza);
        break;
    }
    purple_debug_info ("xtls", "outgoing %s: way %d\n", stanza->name, way);
    return TRUE;
}

/* What began inside does not go on outside when private mode has ended, or the
 * plugin goes: the rest of a file, an answer. */
static gboolean
withhold_rest (XtlsRouter *router, const xmlnode *stanza, const char *to)
{
    const char *id = xmlnode_get_attrib (stanza, "id");

    if (!g_str_equal (stanza->name, "iq"))
        return FALSE;
    if (!is_question (stanza))
        return xtls_iq_tracker_take (
            router->tracker, XTLS_IQ_FROM_INSIDE, to, id);
    if (!xtls_transfers_is_inside (router, stanza))
        return FALSE;
    xtls_deferred_refuse (router, to, id, XTLS_IQ_ERROR_NOT_ACCEPTABLE);
    return TRUE;
}

static gboolean
filter_online (XtlsRouter *router, xmlnode *stanza)
{
    const char *to = xmlnode_get_attrib (stanza, "to");
    XtlsContact *contact;
    XtlsSession *session;
    XtlsRouteOut facts = {0};

    if (!to || xtls_jabber_is_own (stanza))
        return FALSE;
    if (withhold_invitation (router->account, stanza))
        return TRUE;
    contact = private_contact (router->account, stanza, to);
    if (!contact)
        return withhold_rest (router, stanza, to);
    session = xtls_contact_get_session (contact);
    facts.own =
        xtls_endpoint_owns (xtls_login_get_endpoint (router->login), stanza);
    facts.own_dead = !facts.own &&
                     xtls_endpoint_owns_dead (
                         xtls_login_get_endpoint (router->login), stanza) &&
                     !xtls_transfers_is_inside (router, stanza);
    facts.open = session != NULL;
    facts.peer = session ? xtls_session_get_peer (session) : NULL;
    facts.answers_outside = answers_outside (router, stanza, to);
    return act (router, contact, xtls_route_outgoing (stanza, &facts), stanza);
}

/* Nothing waits for the answer of a question here: it is withheld and no more.
 */
static gboolean
withhold_without (XtlsContact *contact, xmlnode *stanza, gboolean again)
{
    static const XtlsRouteOut nothing;
    XtlsWay way = xtls_route_outgoing (stanza, &nothing);

    if (way == XTLS_WAY_HOLD && again)
        /* Written in clear and shown before private mode began; whether it
         * arrived nobody knows. */
        xtls_contact_not_sent (contact, stanza, NULL);
    else if (way == XTLS_WAY_HOLD)
        xtls_contact_hold (contact, xmlnode_copy (stanza));
    return way != XTLS_WAY_OUTSIDE;
}

static gboolean
filter_offline (PurpleConnection *gc, xmlnode *stanza)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    const char *to = xmlnode_get_attrib (stanza, "to");
    gboolean again = purple_connection_get_state (gc) == PURPLE_CONNECTING;
    XtlsContact *contact;

    if (!to || xtls_jabber_is_own (stanza))
        return FALSE;
    if (withhold_invitation (account, stanza))
        return TRUE;
    if (!again) {
        contact = private_contact (account, stanza, to);
        return contact && withhold_without (contact, stanza, FALSE);
    }
    if (xtls_route_is_transport (stanza))
        return TRUE;
    contact = xtls_people_get (account, to, FALSE);
    return contact && xtls_contact_is_private (contact) &&
           withhold_without (contact, stanza, TRUE);
}

gboolean
xtls_outgoing_filter (PurpleConnection *gc, xmlnode *stanza)
{
    XtlsRouter *router = xtls_router_get (purple_connection_get_account (gc));

    return router ? filter_online (router, stanza)
                  : filter_offline (gc, stanza);
}
