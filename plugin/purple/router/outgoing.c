/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles what libpurple is about to send: reads it once, routes it by the
 * table in route.c, and carries the decision out. */
#include "outgoing.h"

#include "beside-rules.h"
#include "beside.h"
#include "contact-list.h"
#include "contact-outbox.h"
#include "contact-start.h"
#include "contact.h"
#include "conversation.h"
#include "deferred.h"
#include "hiding.h"
#include "iq.h"
#include "jabber.h"
#include "jid.h"
#include "protected.h"
#include "route.h"
#include "router-private.h"
#include "texts.h"
#include "transfers.h"

#include <debug.h>
#include <glib/gi18n-lib.h>
#include <string.h>

static const XtlsRouteFacts nothing_known;

/* Which way the request came that a response belongs to. */
typedef enum {
    ORIGIN_UNKNOWN, /* also if it is not a response */
    ORIGIN_INSIDE,
    ORIGIN_OUTSIDE
} Origin;

/* --- finding the contact, without side effects ---------------------------- */

/* Returns: whether the account's own server answers it, on the account's behalf
 * or for this client. */
static gboolean
is_for_own_server (PurpleAccount *account, const XtlsEnvelope *envelope)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    return envelope->kind != XTLS_ENVELOPE_MESSAGE && !envelope->to.resource &&
           g_str_equal (envelope->to.bare, own);
}

/* Not typed by the user: what the OTR plugin sends to find other OTR
 * clients. */
static gboolean
is_otr (PurpleAccount *account, const XtlsEnvelope *envelope)
{
    return envelope->payload == XTLS_PAYLOAD_TEXT &&
           xtls_hiding_is_otr_message (
               account, envelope->to.bare, envelope->stanza);
}

static XtlsMatter
matter_of (PurpleAccount *account, const XtlsEnvelope *envelope, XtlsWay way)
{
    if (way == XTLS_WAY_REFUSE_FILE ||
        (way == XTLS_WAY_HOLD && !is_otr (account, envelope)))
        return XTLS_MATTER_CONTENT;
    return envelope->payload == XTLS_PAYLOAD_TYPING ? XTLS_MATTER_TYPING
                                                    : XTLS_MATTER_OTHER;
}

static gboolean
is_own_status (PurpleAccount *account, const XtlsEnvelope *envelope)
{
    return envelope->kind == XTLS_ENVELOPE_PRESENCE &&
           envelope->payload == XTLS_PAYLOAD_TEXT &&
           xtls_jabber_is_own_status (account, envelope->stanza);
}

/* Returns: (nullable): the recipient, if its policy forbids sending the stanza
 * in clear although the contact is not private. */
static XtlsContact *
find_withholding (PurpleAccount *account,
                  const XtlsEnvelope *envelope,
                  Origin origin,
                  XtlsMatter *matter)
{
    const XtlsRouteFacts facts = {.is_own_status =
                                      is_own_status (account, envelope)};
    XtlsWay way = xtls_route_outgoing (envelope, &facts);
    XtlsContact *contact;

    if (way == XTLS_WAY_OUTSIDE || origin == ORIGIN_OUTSIDE ||
        !xtls_protected_is_contact (account,
                                    envelope->to.bare,
                                    envelope->kind == XTLS_ENVELOPE_MESSAGE))
        return NULL;
    *matter = matter_of (account, envelope, way);
    contact = xtls_contact_list_get (account, envelope->to.bare, TRUE);
    return contact && xtls_contact_start_wants (contact, *matter) ? contact
                                                                  : NULL;
}

/* Returns: (nullable): the contact to whom the stanza must not be sent in
 * clear. If that is because of what the user typed, private mode starts. */
static XtlsContact *
get_contact (PurpleAccount *account,
             const XtlsEnvelope *envelope,
             Origin origin)
{
    XtlsContact *contact;
    XtlsMatter matter;

    if (!envelope->to.bare || is_for_own_server (account, envelope))
        return NULL;
    contact = xtls_protected_find_private (account, envelope->to.bare);
    if (contact)
        return contact;
    contact = find_withholding (account, envelope, origin, &matter);
    if (contact && matter == XTLS_MATTER_CONTENT)
        xtls_contact_start_by_policy (contact);
    return contact;
}

/* --- stanzas to nobody in particular that are withheld nevertheless ------- */

/* Text for a contact that a room or a server is to pass on would bypass the
 * private conversation. */
static gboolean
withhold_through (PurpleAccount *account, const XtlsEnvelope *envelope)
{
    for (guint i = 0; envelope->through && i < envelope->through->len; i++) {
        const char *who = g_ptr_array_index (envelope->through, i);
        XtlsContact *contact = xtls_contact_list_get (account, who, TRUE);

        if (contact &&
            (xtls_contact_is_private (contact) ||
             xtls_contact_start_wants (contact, XTLS_MATTER_OTHER))) {
            xtls_contact_refused_invitation (contact);
            return TRUE;
        }
    }
    return FALSE;
}

/* It is unknown who would get this from a server. */
static gboolean
withhold_malformed (PurpleAccount *account, const XtlsEnvelope *envelope)
{
    if (!envelope->is_malformed || !xtls_protected_has_any (account))
        return FALSE;
    purple_debug_info ("xtls", "a stanza to no valid address was withheld\n");
    if (envelope->payload == XTLS_PAYLOAD_TEXT)
        xtls_conversation_report (
            account,
            envelope->to.raw,
            _ ("The message was not sent: this is not a valid address."));
    return TRUE;
}

/* What began inside does not continue outside when private mode has ended or
 * the plugin is unloaded: the rest of a file, a response. */
static gboolean
withhold_rest (XtlsRouter *router, const XtlsEnvelope *envelope, Origin origin)
{
    if (origin == ORIGIN_INSIDE)
        return TRUE;
    if (envelope->kind != XTLS_ENVELOPE_REQUEST ||
        !xtls_transfers_is_inside (router, envelope))
        return FALSE;
    xtls_deferred_refuse (
        router, envelope->to.raw, envelope->id, XTLS_IQ_ERROR_NOT_ACCEPTABLE);
    return TRUE;
}

/* Whether somebody sent it, such as a buzz: clients send the others by
 * themselves. */
static gboolean
would_be_missed (const XtlsEnvelope *envelope)
{
    return envelope->kind == XTLS_ENVELOPE_MESSAGE &&
           envelope->payload != XTLS_PAYLOAD_TYPING &&
           envelope->payload != XTLS_PAYLOAD_STATE &&
           envelope->payload != XTLS_PAYLOAD_NONE;
}

/* --- carrying out --------------------------------------------------------- */

static void
could_not_send (XtlsRouter *router,
                XtlsContact *contact,
                const XtlsEnvelope *envelope,
                const GError *error)
{
    if (envelope->payload == XTLS_PAYLOAD_TEXT)
        xtls_contact_outbox_not_sent (
            contact, envelope->stanza, xtls_texts_not_sent (error));
    else if (would_be_missed (envelope))
        xtls_contact_could_not_send (contact, xtls_texts_not_sent (error));
    else if (envelope->kind == XTLS_ENVELOPE_REQUEST)
        xtls_deferred_refuse (router,
                              envelope->to.raw,
                              envelope->id,
                              XTLS_IQ_ERROR_NOT_ACCEPTABLE);
}

/* @peer: the canonical full JID of the contact's session. */
static void
send_inside (XtlsRouter *router,
             XtlsContact *contact,
             const XtlsEnvelope *envelope,
             const char *peer)
{
    XtlsSession *session = xtls_contact_get_session (contact);
    gboolean is_request = envelope->kind == XTLS_ENVELOPE_REQUEST;
    GError *error = NULL;
    xmlnode *copy = xmlnode_copy (envelope->stanza);

    switch (xtls_beside_send (router, session, envelope, copy)) {
    case XTLS_BESIDE_GOES:
        break;
    case XTLS_BESIDE_NO_METHOD:
        /* If a contact offered a file before private mode and only by a method
         * that bypasses it, no response may choose that method. */
        xtls_contact_refused_file (contact, TRUE);
        xmlnode_free (copy);
        return;
    case XTLS_BESIDE_NO_HOST:
        xtls_deferred_refuse (router,
                              envelope->to.raw,
                              envelope->id,
                              XTLS_IQ_ERROR_ITEM_NOT_FOUND);
        xmlnode_free (copy);
        return;
    }
    /* Before it is sent, because the response may have arrived when that
     * returns. */
    if (is_request)
        xtls_iq_tracker_remember (
            router->tracker, XTLS_IQ_FROM_US, peer, envelope->id);
    if (xtls_session_send (session, copy, &error)) {
        if (is_request)
            xtls_transfers_sent (router, envelope);
        return;
    }
    xtls_iq_tracker_take (router->tracker, XTLS_IQ_FROM_US, peer, envelope->id);
    could_not_send (router, contact, envelope, error);
    xmlnode_free (copy);
    g_error_free (error);
}

static void
refuse (XtlsRouter *router,
        XtlsContact *contact,
        XtlsWay way,
        const XtlsEnvelope *envelope)
{
    if (way == XTLS_WAY_REFUSE_FILE)
        xtls_contact_refused_file (contact, TRUE);
    else if (way == XTLS_WAY_REFUSE_VOICE)
        xtls_contact_refused_voice (contact, TRUE);
    xtls_deferred_refuse (
        router, envelope->to.raw, envelope->id, XTLS_IQ_ERROR_NOT_ACCEPTABLE);
}

static gboolean
act (XtlsRouter *router,
     XtlsContact *contact,
     XtlsWay way,
     const XtlsEnvelope *envelope,
     const char *peer)
{
    switch (way) {
    case XTLS_WAY_OUTSIDE:
        return FALSE;
    case XTLS_WAY_INSIDE:
        send_inside (router, contact, envelope, peer);
        return TRUE;
    case XTLS_WAY_HOLD:
        xtls_contact_outbox_hold (contact, xmlnode_copy (envelope->stanza));
        break;
    case XTLS_WAY_DROP_REPORTED:
        xtls_contact_dropped (contact);
        break;
    case XTLS_WAY_DROP:
    case XTLS_WAY_WITHHOLD:
        break;
    case XTLS_WAY_REFUSE:
    case XTLS_WAY_REFUSE_FILE:
    case XTLS_WAY_REFUSE_VOICE:
        refuse (router, contact, way, envelope);
        break;
    }
    purple_debug_info (
        "xtls", "outgoing %s: way %d\n", envelope->stanza->name, way);
    return TRUE;
}

/* --- with a router -------------------------------------------------------- */

/* A response belongs to a request from outside only if there is none from
 * inside with the same id, because a server may have guessed it. */
static Origin
take_origin (XtlsRouter *router, const XtlsEnvelope *envelope)
{
    const char *to = envelope->to.full;

    if (envelope->kind != XTLS_ENVELOPE_RESPONSE)
        return ORIGIN_UNKNOWN;
    if (xtls_iq_tracker_take (
            router->tracker, XTLS_IQ_FROM_INSIDE, to, envelope->id))
        return ORIGIN_INSIDE;
    return xtls_iq_tracker_take (
               router->tracker, XTLS_IQ_FROM_OUTSIDE, to, envelope->id)
               ? ORIGIN_OUTSIDE
               : ORIGIN_UNKNOWN;
}

static XtlsTransport
transport_of (XtlsRouter *router, const XtlsEnvelope *envelope)
{
    XtlsEndpoint *endpoint = xtls_login_get_endpoint (router->login);

    if (xtls_endpoint_owns (endpoint, envelope->stanza))
        return XTLS_TRANSPORT_OURS;
    return xtls_endpoint_owns_ended (endpoint, envelope->stanza) &&
                   !xtls_transfers_is_inside (router, envelope)
               ? XTLS_TRANSPORT_ENDED
               : XTLS_TRANSPORT_NONE;
}

/* Returns: (nullable): the session that the stanza may be sent in now. What is
 * typed waits behind messages that are still held. */
static XtlsSession *
get_session (XtlsContact *contact, const XtlsEnvelope *envelope)
{
    if (envelope->kind == XTLS_ENVELOPE_MESSAGE &&
        envelope->payload == XTLS_PAYLOAD_TEXT &&
        xtls_contact_has_held (contact))
        return NULL;
    return xtls_contact_get_session (contact);
}

static gboolean
filter_online (XtlsRouter *router, const XtlsEnvelope *envelope)
{
    Origin origin = take_origin (router, envelope);
    XtlsContact *contact = get_contact (router->account, envelope, origin);
    XtlsSession *session = contact ? get_session (contact, envelope) : NULL;
    g_autofree char *peer =
        session ? xtls_jid_canonical (xtls_session_get_peer (session)) : NULL;
    XtlsRouteFacts facts = {.peer = peer};

    if (!contact)
        return xtls_beside_activates (router, envelope) ||
               withhold_rest (router, envelope, origin);
    facts.transport = transport_of (router, envelope);
    facts.responds_outside = origin == ORIGIN_OUTSIDE;
    facts.is_own_status = is_own_status (router->account, envelope);
    facts.is_beside = xtls_beside_knows (router, envelope);
    return act (router,
                contact,
                xtls_route_outgoing (envelope, &facts),
                envelope,
                peer);
}

/* --- without a router ----------------------------------------------------- */

/* Nothing waits for the response to a request here, so it is only withheld. */
static gboolean
withhold_offline (XtlsContact *contact,
                  const XtlsEnvelope *envelope,
                  gboolean again)
{
    XtlsWay way = xtls_route_outgoing (envelope, &nothing_known);

    if (way == XTLS_WAY_HOLD && again)
        /* It was sent in clear and shown before private mode began; whether it
         * arrived is unknown. */
        xtls_contact_outbox_not_sent (contact, envelope->stanza, NULL);
    else if (way == XTLS_WAY_HOLD)
        xtls_contact_outbox_hold (contact, xmlnode_copy (envelope->stanza));
    return way != XTLS_WAY_OUTSIDE;
}

/* Which way the request came was not recorded. Responses that libpurple makes
 * by itself contain no text. */
static Origin
guess_origin (const XtlsEnvelope *envelope)
{
    return envelope->kind == XTLS_ENVELOPE_RESPONSE &&
                   (envelope->is_error ||
                    envelope->payload == XTLS_PAYLOAD_DISCOVERY ||
                    envelope->payload == XTLS_PAYLOAD_NONE)
               ? ORIGIN_OUTSIDE
               : ORIGIN_UNKNOWN;
}

/* What was sent before the connection was lost does not start private mode
 * now. */
static gboolean
filter_again (PurpleAccount *account, const XtlsEnvelope *envelope)
{
    XtlsContact *contact;
    XtlsMatter matter;

    if (xtls_envelope_is_transport (envelope))
        return TRUE;
    if (!envelope->to.bare || is_for_own_server (account, envelope))
        return FALSE;
    contact = xtls_protected_find_private (account, envelope->to.bare);
    if (!contact)
        contact = find_withholding (
            account, envelope, guess_origin (envelope), &matter);
    return contact && withhold_offline (contact, envelope, TRUE);
}

static gboolean
filter_offline (PurpleConnection *gc, const XtlsEnvelope *envelope)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    XtlsContact *contact;

    if (purple_connection_get_state (gc) == PURPLE_CONNECTING)
        return filter_again (account, envelope);
    contact = get_contact (account, envelope, guess_origin (envelope));
    return contact && withhold_offline (contact, envelope, FALSE);
}

static gboolean
filter (PurpleConnection *gc, const XtlsEnvelope *envelope)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    XtlsRouter *router = xtls_router_get (account);

    xtls_beside_rules_note_question (account, envelope);
    if (withhold_malformed (account, envelope) ||
        withhold_through (account, envelope))
        return TRUE;
    return router ? filter_online (router, envelope)
                  : filter_offline (gc, envelope);
}

gboolean
xtls_outgoing_filter (PurpleConnection *gc, xmlnode *stanza)
{
    g_autofree char *own = NULL;
    g_auto (XtlsEnvelope) envelope = {0};
    gboolean withheld;

    if (xtls_jabber_is_own (stanza))
        return FALSE;
    own = xtls_jabber_get_account_jid (purple_connection_get_account (gc));
    xtls_envelope_read (&envelope, stanza, own);
    xtls_conversation_begin_sending ();
    withheld = filter (gc, &envelope);
    xtls_conversation_end_sending ();
    return withheld;
}
