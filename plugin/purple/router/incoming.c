/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles what comes from outside: read once, routed by the table in
 * route.c. */
#include "incoming.h"

#include "beside-rules.h"
#include "contact.h"
#include "deferred.h"
#include "element.h"
#include "iq.h"
#include "jabber.h"
#include "jingle-make.h"
#include "message.h"
#include "ns.h"
#include "otr.h"
#include "policy.h"
#include "protected.h"
#include "route.h"
#include "router-private.h"
#include "transfers.h"
#include "waiting-stanzas.h"

#include <blist.h>
#include <debug.h>
#include <eventloop.h>
#include <time.h>

/* --- requests and responses of our transport, and what libpurple keeps ---- */

/* libpurple does not answer stanzas of a Jingle session that does not exist;
 * towards strangers neither do we. */
static gboolean
respond_to_unknown_session (XtlsRouter *router, const XtlsEnvelope *iq)
{
    if (!xtls_jingle_is (iq->stanza) || !iq->from.raw || iq->is_initiate)
        return FALSE;
    if ((iq->sid && xtls_jabber_has_jingle_session (router->gc, iq->sid)) ||
        xtls_router_get_caller (router, iq->from.raw) != XTLS_CALLER_WELCOME)
        return FALSE;
    xtls_jabber_send (router->gc, xtls_jingle_make_error (iq->stanza, NULL));
    return TRUE;
}

/* A stranger's request goes to libpurple, which keeps a session for it.
 * libpurple's media code goes on using a call's session without a reference. */
static void
note_leftover (XtlsRouter *router, const XtlsEnvelope *iq)
{
    if (!xtls_jingle_is (iq->stanza) || !iq->sid || !iq->from.raw ||
        !iq->is_initiate ||
        xtls_jabber_has_jingle_session (router->gc, iq->sid))
        return;
    /* The earlier request with this sid has ended. */
    xtls_jingle_limit_forget (router->jingle_limit, iq->sid);
    if (iq->payload != XTLS_PAYLOAD_VOICE &&
        xtls_router_get_caller (router, iq->from.raw) != XTLS_CALLER_WELCOME)
        xtls_jingle_limit_add (router->jingle_limit, iq->sid);
}

/* libpurple may know more about a resource after it has seen this. */
static void
watch_capabilities (XtlsRouter *router, const XtlsEnvelope *iq)
{
    if (iq->from.raw && iq->is_result && iq->payload == XTLS_PAYLOAD_DISCOVERY)
        xtls_deferred_capabilities_changed (router, iq->from.raw);
}

/* --- requests and responses of a private contact -------------------------- */

/* This also applies after the end of private mode, as long as the request is
 * remembered. libpurple may take a resource that is spelt differently for the
 * one that it asked. */
static gboolean
responds_inside (XtlsRouter *router, const XtlsEnvelope *iq)
{
    return iq->kind == XTLS_ENVELOPE_RESPONSE && iq->from.bare &&
           xtls_iq_tracker_has_of_any (
               router->tracker, XTLS_IQ_FROM_US, iq->from.bare, iq->id);
}

/* The responses to two requests with one id could not be told apart, and the
 * one to the request from inside would be sent in clear. */
static gboolean
asks_twice (XtlsRouter *router, const XtlsEnvelope *iq)
{
    return iq->kind == XTLS_ENVELOPE_REQUEST &&
           xtls_iq_tracker_has (
               router->tracker, XTLS_IQ_FROM_INSIDE, iq->from.full, iq->id);
}

static void
refuse (XtlsRouter *router,
        XtlsContact *contact,
        const XtlsEnvelope *iq,
        XtlsIncoming what)
{
    xtls_jabber_send (router->gc,
                      xtls_iq_error (iq->stanza, XTLS_IQ_ERROR_NOT_ACCEPTABLE));
    if (what == XTLS_IN_REFUSE_FILE)
        xtls_contact_refused_file (contact, FALSE);
    else if (what == XTLS_IN_REFUSE_VOICE)
        xtls_contact_refused_voice (contact, FALSE);
}

static gboolean
filter_private (XtlsRouter *router,
                XtlsContact *contact,
                const XtlsEnvelope *iq)
{
    XtlsIncoming what = xtls_route_incoming (iq, responds_inside (router, iq));

    if (what == XTLS_IN_PASS && asks_twice (router, iq))
        what = XTLS_IN_REFUSE;
    if (what == XTLS_IN_PASS)
        return FALSE;
    purple_debug_info ("xtls", "incoming iq: kept away (%d)\n", what);
    if (what != XTLS_IN_IGNORE)
        refuse (router, contact, iq, what);
    return TRUE;
}

/* The account's own server answers for it. */
static gboolean
is_from_own_server (XtlsRouter *router, const XtlsEnvelope *iq)
{
    return !iq->from.resource &&
           g_strcmp0 (iq->from.bare, xtls_login_get_jid (router->login)) == 0;
}

/* This also applies to contacts that are not private: the policy may change to
 * one that lets only the response pass. */
static void
remember (XtlsRouter *router, const XtlsEnvelope *iq)
{
    if (iq->kind == XTLS_ENVELOPE_REQUEST)
        xtls_iq_tracker_remember (
            router->tracker, XTLS_IQ_FROM_OUTSIDE, iq->from.full, iq->id);
}

static gboolean
handle_session (XtlsRouter *router, xmlnode *stanza)
{
    PurpleAccount *account = router->account;

    if (!xtls_endpoint_handle (xtls_login_get_endpoint (router->login), stanza))
        return FALSE;
    if (xtls_router_is_alive (router, account))
        xtls_transfers_acknowledged (router);
    return TRUE;
}

static gboolean
handle_iq (XtlsRouter *router, xmlnode *stanza)
{
    XtlsContact *contact;
    g_auto (XtlsEnvelope) iq = {0};

    if (handle_session (router, stanza))
        return TRUE;
    xtls_envelope_read (&iq, stanza, NULL);
    if (respond_to_unknown_session (router, &iq))
        return TRUE;
    note_leftover (router, &iq);
    watch_capabilities (router, &iq);
    xtls_beside_rules_note_proxy (router, &iq);
    if (is_from_own_server (router, &iq))
        return FALSE;
    contact = xtls_protected_find_private (router->account, iq.from.bare);
    if (contact ? filter_private (router, contact, &iq)
                : responds_inside (router, &iq))
        return TRUE;
    remember (router, &iq);
    return FALSE;
}

/* --- presence ------------------------------------------------------------- */

static void
handle_presence (XtlsRouter *router, xmlnode *stanza)
{
    g_autofree char *gone = NULL;
    g_auto (XtlsEnvelope) presence = {0};

    xtls_envelope_read (&presence, stanza, NULL);
    if (!presence.from.bare ||
        g_strcmp0 (presence.from.raw, xtls_login_get_own (router->login)) == 0)
        return;
    gone = xtls_resources_presence (
        xtls_login_get_resources (router->login),
        &presence,
        purple_find_buddy (router->account, presence.from.bare) != NULL);
    if (gone)
        xtls_endpoint_peer_gone (xtls_login_get_endpoint (router->login), gone);
    xtls_deferred_capabilities_changed (router, presence.from.raw);
}

/* --- stanzas that wait ---------------------------------------------------- */

static gboolean
is_roster_waiting (XtlsRouter *router)
{
    return xtls_roster_is_waiting (xtls_login_get_roster (router->login));
}

/* Returns: %FALSE if the next stanza must wait for the roster. */
static gboolean
can_go_on (XtlsRouter *router)
{
    const xmlnode *next = xtls_waiting_stanzas_peek (router->gc);

    return next &&
           (!g_str_equal (next->name, "iq") || !is_roster_waiting (router));
}

static void
handle_waiting (XtlsRouter *router, xmlnode *stanza)
{
    if (!g_str_equal (stanza->name, "iq")) {
        handle_presence (router, stanza);
        xmlnode_free (stanza);
    } else if (handle_iq (router, stanza)) {
        xmlnode_free (stanza);
    } else {
        xtls_jabber_inject (router->gc, stanza);
    }
}

static gboolean
waiting_cb (gpointer data)
{
    XtlsRouter *router = data;
    PurpleAccount *account = router->account;
    gboolean more;

    /* One stanza in each turn of the main loop: handling it may change
     * anything, even end the router. */
    handle_waiting (router, xtls_waiting_stanzas_pop (router->gc));
    if (!xtls_router_is_alive (router, account))
        return FALSE;
    more = can_go_on (router);
    if (!more)
        router->waiting_timer = 0;
    return more;
}

static void
go_on (XtlsRouter *router)
{
    if (!router->waiting_timer && can_go_on (router))
        router->waiting_timer = purple_timeout_add (0, waiting_cb, router);
}

/* Stanzas behind a request that waits must wait, too. */
static gboolean
must_wait (XtlsRouter *router, xmlnode *stanza)
{
    g_auto (XtlsEnvelope) iq = {0};

    if (!is_roster_waiting (router) &&
        xtls_waiting_stanzas_is_empty (router->gc))
        return FALSE;
    xtls_envelope_read (&iq, stanza, NULL);
    return xtls_envelope_is_transport (&iq) &&
           xtls_waiting_stanzas_keep (router->gc, stanza);
}

/* A contact cannot be called back yet, so requests beyond the limit are
 * dropped. libpurple would keep them and log a CRITICAL when it disconnects. */
static gboolean
comes_before_login (PurpleConnection *gc, xmlnode *stanza)
{
    g_auto (XtlsEnvelope) iq = {0};

    if (purple_connection_get_state (gc) != PURPLE_CONNECTING)
        return FALSE;
    xtls_envelope_read (&iq, stanza, NULL);
    if (!xtls_envelope_is_transport (&iq))
        return FALSE;
    xtls_waiting_stanzas_keep (gc, stanza);
    return TRUE;
}

/* Without a key, libpurple answers. */
static void
inject_waiting (PurpleConnection *gc)
{
    xmlnode *stanza;

    while ((stanza = xtls_waiting_stanzas_pop (gc))) {
        if (g_str_equal (stanza->name, "iq"))
            xtls_jabber_inject (gc, stanza);
        else
            xmlnode_free (stanza);
    }
}

void
xtls_incoming_signed_on (PurpleConnection *gc)
{
    XtlsRouter *router = xtls_router_get (purple_connection_get_account (gc));

    if (router)
        go_on (router);
    else
        inject_waiting (gc);
}

void
xtls_incoming_forget (PurpleConnection *gc)
{
    xtls_waiting_stanzas_forget (gc);
}

/* --- signals -------------------------------------------------------------- */

gboolean
xtls_incoming_iq (PurpleConnection *gc, xmlnode *iq)
{
    XtlsRouter *router = xtls_router_get (purple_connection_get_account (gc));

    if (xtls_jabber_is_injected (iq))
        return FALSE;
    if (!router)
        return comes_before_login (gc, iq);
    if (xtls_roster_handle (xtls_login_get_roster (router->login), iq)) {
        go_on (router);
        return TRUE;
    }
    return must_wait (router, iq) || handle_iq (router, iq);
}

void
xtls_incoming_presence (PurpleConnection *gc, xmlnode *presence)
{
    XtlsRouter *router = xtls_router_get (purple_connection_get_account (gc));

    if (router)
        handle_presence (router, presence);
    else if (purple_connection_get_state (gc) == PURPLE_CONNECTING)
        xtls_waiting_stanzas_keep (gc, presence);
}

static void
show_clear (XtlsContact *contact, const XtlsEnvelope *message)
{
    g_autofree char *text = xtls_message_get_text (message->stanza);
    g_autofree char *line = text ? xtls_message_one_line (text) : NULL;

    /* The mark must precede all of the text. */
    if (line)
        xtls_contact_show_clear (
            contact,
            message->from.raw,
            line,
            xtls_message_get_time (message->stanza, time (NULL)));
}

/* Returns: %TRUE if libpurple must not see it. */
static gboolean
filter_message (XtlsContact *contact, const XtlsEnvelope *message)
{
    switch (xtls_route_incoming (message, FALSE)) {
    case XTLS_IN_PASS:
        return FALSE;
    case XTLS_IN_MARK:
        show_clear (contact, message);
        return TRUE;
    case XTLS_IN_REPORT_ROOM:
        if (message->room)
            xtls_contact_show_clear_invitation (
                contact, message->from.raw, message->room, message->reason);
        return TRUE;
    case XTLS_IN_REPORT_ATTENTION:
        xtls_contact_show_clear_attention (contact, message->from.raw);
        return TRUE;
    default:
        return TRUE;
    }
}

/* Whether it is text that somebody has written. A bounced message, an
 * invitation and OTR's messages are for libpurple or another plugin to see. */
static gboolean
is_only_text (const XtlsEnvelope *message)
{
    xmlnode *stanza = message->stanza;
    g_autofree char *text = xtls_message_get_text (stanza);

    return text && !message->is_error && !message->is_groupchat &&
           xtls_route_incoming (message, FALSE) == XTLS_IN_MARK &&
           !xtls_element_find (stanza, "x", XTLS_NS_CONFERENCE) &&
           !xtls_element_find (stanza, "x", XTLS_NS_MUC_USER) &&
           !xtls_otr_is_protocol (text);
}

/* Where nothing may be sent in clear, text that comes in clear is marked, even
 * if nothing is private yet. Returns: %TRUE if libpurple must not see it. */
static gboolean
mark_clear_text (PurpleAccount *account, const XtlsEnvelope *message)
{
    const char *who = message->from.bare;
    XtlsContact *contact =
        who && xtls_policy_effective (account, who) == XTLS_POLICY_REQUIRED &&
                is_only_text (message)
            ? xtls_protected_find (account, who, XTLS_MATTER_OTHER)
            : NULL;

    if (contact)
        show_clear (contact, message);
    return contact != NULL;
}

gboolean
xtls_incoming_message (PurpleConnection *gc, xmlnode *stanza)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    XtlsRouter *router = xtls_router_get (account);
    XtlsContact *contact;
    g_auto (XtlsEnvelope) message = {0};

    xtls_envelope_read (&message, stanza, NULL);
    if (router && message.from.raw)
        xtls_resources_active (xtls_login_get_resources (router->login),
                               message.from.raw);
    if (xtls_jabber_is_injected (stanza))
        return FALSE;
    contact = xtls_protected_find_private (account, message.from.bare);
    return contact ? filter_message (contact, &message)
                   : mark_clear_text (account, &message);
}
