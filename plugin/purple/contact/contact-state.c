/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one contact. */
#include "contact-state.h"

#include "capability.h"
#include "contact-state-private.h"
#include "conversation.h"
#include "core.h"
#include "jid.h"
#include "login.h"
#include "logins.h"
#include "message.h"
#include "otr.h"
#include "policy.h"
#include "trust.h"

#include <debug.h>
#include <eventloop.h>

/* After this time the number of messages that may be lost is saved,
 * milliseconds. */
#define COUNT_DELAY 100

/* The user is told how long a start takes after so many seconds. */
#define SHOWN_FROM 2

void
xtls_contact_state_set (XtlsContact *contact, XtlsContactState state)
{
    gboolean was_private = xtls_contact_state_is_private (contact);

    if (!xtls_transitions_allow (contact->state, state)) {
        purple_debug_error ("xtls",
                            "contact: %s does not follow %s\n",
                            xtls_transitions_to_string (state),
                            xtls_transitions_to_string (contact->state));
        return;
    }
    if (contact->state != state)
        contact->since = time (NULL);
    contact->state = state;
    contact->was_open =
        state == XTLS_CONTACT_OPEN ||
        (state != XTLS_CONTACT_NOT_PRIVATE && contact->was_open);
    if (!xtls_contact_state_is_private (contact)) {
        xtls_logging_end (contact->logging);
    } else if (!was_private) {
        contact->autostart = XTLS_AUTOSTART_ON;
        contact->told.file = FALSE;
        contact->told.voice = FALSE;
        xtls_logging_begin (contact->logging);
    }
}

gboolean
xtls_contact_state_is_private (XtlsContact *contact)
{
    return contact->state != XTLS_CONTACT_NOT_PRIVATE;
}

gboolean
xtls_contact_state_is_verified (XtlsContact *contact, XtlsSession *session)
{
    return session && xtls_trust_get (contact->account,
                                      contact->who,
                                      xtls_session_get_fingerprint (session)) ==
                          XTLS_TRUST_VERIFIED;
}

gboolean
xtls_contact_state_policy_starts (XtlsContact *contact)
{
    XtlsPolicy policy = xtls_policy_effective (contact->account, contact->who);

    /* With `automatic`, an OTR conversation that the user has started is left
     * alone. */
    return policy == XTLS_POLICY_REQUIRED ||
           (policy == XTLS_POLICY_AUTOMATIC &&
            contact->autostart != XTLS_AUTOSTART_ENDED_BY_USER &&
            (xtls_contact_state_is_private (contact) ||
             !xtls_otr_is_running (contact->account, contact->who)));
}

gboolean
xtls_contact_state_restarts (XtlsContact *contact)
{
    return contact->autostart != XTLS_AUTOSTART_ENDED_BY_PEER &&
           contact->autostart != XTLS_AUTOSTART_KEY_REFUSED &&
           xtls_contact_state_policy_starts (contact);
}

XtlsPermission
xtls_contact_state_get_permission (XtlsContact *contact, XtlsSession *session)
{
    return xtls_permission_get (contact->account, contact->who, session);
}

gboolean
xtls_contact_state_is_offline (XtlsContact *contact)
{
    return xtls_logins_get (contact->account) &&
           xtls_capability_find_resource (
               contact->account, contact->who, NULL, NULL) ==
               XTLS_CAPABILITY_OFFLINE;
}

static XtlsRestart
get_restart (XtlsContact *contact)
{
    if (!xtls_contact_state_restarts (contact))
        return XTLS_RESTART_BY_USER;
    return xtls_contact_state_is_offline (contact) ? XTLS_RESTART_WHEN_ONLINE
                                                   : XTLS_RESTART_SOON;
}

XtlsHoldReason
xtls_contact_state_get_hold_reason (XtlsContact *contact, XtlsSession *session)
{
    return xtls_hold_reason_get (
        contact->state,
        contact->state == XTLS_CONTACT_FINISHED ? get_restart (contact)
                                                : XTLS_RESTART_BY_USER,
        xtls_contact_state_get_permission (contact, session),
        session ? xtls_session_get_state (session) : XTLS_SESSION_CLOSED,
        !xtls_resumption_is_waiting (contact->resumption));
}

/* Whether the session may have ended because the contact went offline. Blocks
 * that bounce may show it before the presence arrives. */
static gboolean
may_have_gone (XtlsEnd end)
{
    return end == XTLS_END_GONE || end == XTLS_END_QUIT ||
           end == XTLS_END_CUT || end == XTLS_END_DEAD;
}

/* Returns: whether the contact is online with another client than @peer. */
static gboolean
is_online_beside (XtlsContact *contact, const char *peer)
{
    XtlsLogin *login = xtls_logins_get (contact->account);
    g_autofree char *gone = xtls_jid_canonical (peer);
    g_autoptr (GPtrArray) resources =
        login ? xtls_login_list_resources (login, contact->who) : NULL;

    for (guint i = 0; resources && i < resources->len; i++) {
        g_autofree char *jid =
            xtls_jid_canonical (g_ptr_array_index (resources, i));

        if (g_strcmp0 (jid, gone) != 0)
            return TRUE;
    }
    return FALSE;
}

void
xtls_contact_state_note_end (XtlsContact *contact, XtlsSession *session)
{
    XtlsEnd end = xtls_session_get_end (session);

    contact->last_end = end;
    contact->went_offline =
        (end == XTLS_END_GONE || end == XTLS_END_QUIT) &&
        !is_online_beside (contact, xtls_session_get_peer (session));
}

static gboolean
has_gone (XtlsContact *contact)
{
    return contact->went_offline || (may_have_gone (contact->last_end) &&
                                     xtls_contact_state_is_offline (contact));
}

void
xtls_contact_state_note_presence (XtlsContact *contact)
{
    contact->went_offline = has_gone (contact);
}

/* Whether an open session was ended, so that somebody has to restart it. A
 * contact who only went offline has not ended it. */
static gboolean
is_finished (XtlsContact *contact)
{
    return contact->was_open && !has_gone (contact) &&
           !xtls_contact_state_restarts (contact);
}

static XtlsState
state_while_open (XtlsContact *contact)
{
    if (xtls_contact_state_get_hold_reason (contact, contact->session) ==
        XTLS_HOLD_KEY)
        return XTLS_STATE_NEW_KEY;
    return xtls_contact_state_is_verified (contact, contact->session)
               ? XTLS_STATE_PRIVATE
               : XTLS_STATE_UNVERIFIED;
}

XtlsState
xtls_contact_state_get_idle (PurpleAccount *account, const char *who)
{
    return xtls_policy_effective (account, who) == XTLS_POLICY_REQUIRED
               ? XTLS_STATE_WAITING
               : XTLS_STATE_NOT_PRIVATE;
}

XtlsState
xtls_contact_state_get (XtlsContact *contact)
{
    switch (contact->state) {
    case XTLS_CONTACT_NOT_PRIVATE:
        break;
    case XTLS_CONTACT_STARTING:
        return XTLS_STATE_STARTING;
    case XTLS_CONTACT_OPEN:
        return state_while_open (contact);
    case XTLS_CONTACT_FINISHED:
        return is_finished (contact) ? XTLS_STATE_FINISHED : XTLS_STATE_WAITING;
    }
    return xtls_contact_state_get_idle (contact->account, contact->who);
}

guint
xtls_contact_state_get_seconds (const XtlsContact *contact)
{
    time_t seconds = contact->state == XTLS_CONTACT_STARTING
                         ? time (NULL) - contact->since
                         : 0;

    return seconds < SHOWN_FROM ? 0 : (guint)seconds;
}

XtlsSession *
xtls_contact_state_get_sendable (XtlsContact *contact)
{
    return contact->session &&
                   xtls_contact_state_get_hold_reason (
                       contact, contact->session) == XTLS_HOLD_NOTHING
               ? contact->session
               : NULL;
}

guint
xtls_contact_state_count_losable (XtlsContact *contact)
{
    XtlsLogin *login = xtls_logins_get (contact->account);
    g_autoptr (GPtrArray) sessions =
        login
            ? xtls_endpoint_list (xtls_login_get_endpoint (login), contact->who)
            : NULL;
    guint n = xtls_outbox_get_length (contact->held) +
              xtls_conversation_count_waiting (contact->account, contact->who);

    n += xtls_message_count_texts (
        xtls_resumption_get_unacked (contact->resumption));
    n += xtls_message_count_texts (xtls_dialer_get_unacked (contact->dialer));
    for (guint i = 0; sessions && i < sessions->len; i++)
        n += xtls_message_count_texts (
            xtls_session_get_unacked (sessions->pdata[i]));
    return n;
}

static gboolean
count_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->count_timer = 0;
    xtls_lost_set_waiting (xtls_core_get_lost (),
                           contact,
                           contact->who,
                           xtls_contact_state_count_losable (contact));
    /* Nothing is called when those lines have been written. */
    if (xtls_conversation_count_waiting (contact->account, contact->who) > 0)
        xtls_contact_state_count_soon (contact);
    return FALSE;
}

/* Runs from a timer, so that it happens once for a burst of messages. */
void
xtls_contact_state_count_soon (XtlsContact *contact)
{
    if (!contact->count_timer)
        contact->count_timer =
            purple_timeout_add (COUNT_DELAY, count_cb, contact);
}

void
xtls_contact_state_changed (XtlsContact *contact)
{
    xtls_contact_state_count_soon (contact);
    xtls_core_emit (XTLS_SIGNAL_STATE, contact->account, contact->who);
}
