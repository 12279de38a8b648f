/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The private mode of one contact: its lifetime, and the user's actions. */
#include "contact.h"

#include "contact-outbox.h"
#include "contact-renewal.h"
#include "contact-sessions.h"
#include "contact-start.h"
#include "contact-state-private.h"
#include "conversation.h"
#include "core.h"
#include "delivery-messages.h"
#include "dialog-ops.h"
#include "jabber.h"
#include "jid.h"
#include "origin.h"
#include "otr.h"
#include "outside-messages.h"
#include "policy.h"
#include "secret.h"
#include "status.h"
#include "system-messages.h"
#include "texts.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>

XtlsContact *
xtls_contact_new (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = g_new0 (XtlsContact, 1);

    contact->account = account;
    contact->who = g_strdup (who);
    contact->held = xtls_outbox_new ();
    contact->unconfirmed = xtls_outbox_new ();
    contact->flush = xtls_pieces_new (&xtls_contact_outbox_flush_ops, contact);
    contact->dialer = xtls_dialer_new (
        account, contact->who, xtls_contact_start_failed_cb, contact);
    contact->resumption =
        xtls_resumption_new (&xtls_contact_sessions_resumption_ops, contact);
    contact->logging = xtls_logging_new (account, contact->who);
    contact->secret = xtls_secret_exchange_new (account, contact->who);
    return contact;
}

static void
stop_timers (XtlsContact *contact)
{
    if (contact->created_timer)
        purple_timeout_remove (contact->created_timer);
    contact->created_timer = 0;
    xtls_contact_start_stop_waiting (contact);
    if (contact->retry_timer)
        purple_timeout_remove (contact->retry_timer);
    contact->retry_timer = 0;
    if (contact->told_timer)
        purple_timeout_remove (contact->told_timer);
    contact->told_timer = 0;
    if (contact->late_timer)
        purple_timeout_remove (contact->late_timer);
    contact->late_timer = 0;
    if (contact->reason_timer)
        purple_timeout_remove (contact->reason_timer);
    contact->reason_timer = 0;
}

void
xtls_contact_free (XtlsContact *contact)
{
    stop_timers (contact);
    xtls_contact_renewal_stop (contact);
    if (contact->count_timer)
        purple_timeout_remove (contact->count_timer);
    xtls_lost_set_waiting (xtls_core_get_lost (), contact, contact->who, 0);
    xtls_dialer_free (contact->dialer);
    xtls_secret_exchange_free (contact->secret);
    xtls_logging_free (contact->logging);
    g_clear_pointer (&contact->session, xtls_session_unref);
    xtls_resumption_free (contact->resumption);
    xtls_pieces_free (contact->flush);
    xtls_outbox_free (contact->held);
    xtls_outbox_free (contact->unconfirmed);
    g_free (contact->told.elsewhere);
    g_free (contact->failure);
    g_free (contact->who);
    g_free (contact);
}

PurpleAccount *
xtls_contact_get_account (XtlsContact *contact)
{
    return contact->account;
}

const char *
xtls_contact_get_who (XtlsContact *contact)
{
    return contact->who;
}

XtlsSession *
xtls_contact_get_open_session (XtlsContact *contact)
{
    return contact->session;
}

XtlsSecretExchange *
xtls_contact_get_secret_exchange (XtlsContact *contact)
{
    return contact->secret;
}

gboolean
xtls_contact_is_private (XtlsContact *contact)
{
    return xtls_contact_state_is_private (contact);
}

XtlsSession *
xtls_contact_get_session (XtlsContact *contact)
{
    return xtls_contact_state_get_sendable (contact);
}

gboolean
xtls_contact_has_held (XtlsContact *contact)
{
    return xtls_outbox_get_length (contact->held) > 0;
}

gboolean
xtls_contact_may_show (XtlsContact *contact, XtlsSession *session)
{
    return xtls_contact_state_get_permission (contact, session) !=
           XTLS_PERMISSION_NONE;
}

XtlsState
xtls_contact_get_state (XtlsContact *contact)
{
    return xtls_contact_state_get (contact);
}

static void
leave (XtlsContact *contact)
{
    contact->choice = XTLS_CHOICE_NOT_ASKED;
    contact->told.key_waits = FALSE;
    contact->told.held = 0;
    g_clear_pointer (&contact->failure, g_free);
    xtls_contact_outbox_forget_unconfirmed (contact);
    stop_timers (contact);
    xtls_dialog_ops_close (contact->account, contact->who);
    if (xtls_contact_state_is_private (contact))
        xtls_contact_state_set (contact, XTLS_CONTACT_NOT_PRIVATE);
}

gboolean
xtls_contact_end (XtlsContact *contact, char **why)
{
    if (!xtls_contact_state_is_private (contact)) {
        if (why)
            *why = g_strdup (_ ("There is no private conversation to end."));
        return FALSE;
    }
    xtls_contact_start_cancel (contact, NULL);
    xtls_contact_sessions_drop (contact, FALSE);
    xtls_system_messages_end (contact->account, contact->who);
    xtls_resumption_give_up (contact->resumption);
    xtls_contact_outbox_give_up (contact);
    leave (contact);
    contact->autostart = XTLS_AUTOSTART_ENDED_BY_USER;
    xtls_contact_state_changed (contact);
    return TRUE;
}

static void
send_held_in_clear (XtlsContact *contact)
{
    guint first;
    XtlsOutbox *messages = xtls_contact_outbox_take (contact, &first);

    /* Messages that were sent inside and did not arrive are not sent in
     * clear. */
    xtls_resumption_give_up (contact->resumption);
    xtls_contact_outbox_give_up (contact);
    leave (contact);
    contact->autostart = XTLS_AUTOSTART_ENDED_BY_USER;
    xtls_contact_outbox_send_in_clear (contact, messages, first);
    xtls_outbox_free (messages);
    xtls_delivery_messages_sent_in_clear (contact->account, contact->who);
}

/* Returns: (nullable): why the user has nothing to decide about held
 * messages. */
static const char *
why_no_choice (XtlsContact *contact)
{
    if (xtls_outbox_get_length (contact->held) == 0)
        return _ ("No message is held.");
    switch (xtls_contact_state_get_hold_reason (contact, contact->session)) {
    case XTLS_HOLD_NOTHING:
    case XTLS_HOLD_CLOSING:
    case XTLS_HOLD_UNSETTLED:
        return _ ("There is nothing to decide now: the private conversation is "
                  "open or ending. Try again in a moment.");
    default:
        return NULL;
    }
}

gboolean
xtls_contact_ask_choice (XtlsContact *contact, char **why)
{
    const char *nothing = why_no_choice (contact);

    if (nothing) {
        if (why)
            *why = g_strdup (nothing);
        return FALSE;
    }
    if (xtls_contact_state_get_hold_reason (contact, contact->session) ==
        XTLS_HOLD_KEY) {
        xtls_dialog_ops_show (
            XTLS_DIALOG_KEY_UNKNOWN, contact->account, contact->who);
        return TRUE;
    }
    contact->choice = XTLS_CHOICE_WAITS;
    xtls_dialog_ops_show (XTLS_DIALOG_CHOICE, contact->account, contact->who);
    xtls_contact_state_changed (contact);
    return TRUE;
}

gboolean
xtls_contact_choose (XtlsContact *contact, XtlsChoice choice, char **why)
{
    if (contact->choice != XTLS_CHOICE_WAITS) {
        if (why)
            *why = g_strdup (_ ("There is nothing to choose any more."));
        return FALSE;
    }
    if (choice == XTLS_CHOOSE_SEND &&
        !purple_account_is_connected (contact->account)) {
        if (why)
            *why = xtls_texts_no_login (contact->account);
        return FALSE;
    }
    if (choice == XTLS_CHOOSE_SEND &&
        xtls_policy_effective (contact->account, contact->who) ==
            XTLS_POLICY_REQUIRED) {
        if (why)
            *why = g_strdup (_ ("Nothing may be sent unencrypted to this "
                                "contact."));
        return FALSE;
    }
    contact->choice = XTLS_CHOICE_DONE;
    xtls_dialog_ops_close (contact->account, contact->who);
    switch (choice) {
    case XTLS_CHOOSE_WAIT:
        break;
    case XTLS_CHOOSE_SEND:
        xtls_contact_start_cancel (contact, NULL);
        send_held_in_clear (contact);
        break;
    case XTLS_CHOOSE_DISCARD:
        xtls_contact_end (contact, NULL);
        return TRUE;
    }
    xtls_contact_state_changed (contact);
    return TRUE;
}

void
xtls_contact_refresh (XtlsContact *contact)
{
    xtls_logging_refresh (contact->logging);
    xtls_contact_sessions_review (contact);
    xtls_contact_outbox_check_choice (contact);
    xtls_contact_start_check_policy (contact);
    xtls_contact_state_changed (contact);
}

void
xtls_contact_policy_changed (XtlsContact *contact)
{
    xtls_contact_start_policy_changed (contact);
    xtls_contact_refresh (contact);
}

void
xtls_contact_unload (XtlsContact *contact)
{
    if (!xtls_contact_state_is_private (contact))
        return;
    xtls_contact_start_cancel (contact, NULL);
    xtls_contact_sessions_drop (contact, TRUE);
    xtls_resumption_give_up (contact->resumption);
    xtls_contact_outbox_give_up (contact);
    /* What did not arrive comes before the line that what is typed from now on
     * is not encrypted. */
    xtls_conversation_settle ();
    xtls_system_messages_unload (contact->account, contact->who);
    /* Other plugins may have typed meanwhile. */
    xtls_contact_outbox_give_up (contact);
    leave (contact);
    xtls_contact_state_changed (contact);
}

void
xtls_contact_account_removed (XtlsContact *contact)
{
    xtls_contact_start_cancel (contact, NULL);
    xtls_contact_sessions_drop (contact, TRUE);
    xtls_resumption_give_up (contact->resumption);
    xtls_contact_outbox_give_up (contact);
    leave (contact);
}

gboolean
xtls_contact_take_inside (XtlsContact *contact,
                          XtlsSession *session,
                          xmlnode *stanza)
{
    return xtls_secret_exchange_take (
        contact->secret, session, session == contact->session, stanza);
}

void
xtls_contact_before_delivery (XtlsContact *contact)
{
    xtls_origin_begin (contact->account, contact->who);
    if (!xtls_contact_state_is_private (contact))
        xtls_logging_begin (contact->logging);
}

void
xtls_contact_after_delivery (XtlsContact *contact)
{
    if (!xtls_contact_state_is_private (contact))
        xtls_logging_end (contact->logging);
    xtls_origin_end ();
}

void
xtls_contact_refused_invitation (XtlsContact *contact)
{
    xtls_outside_messages_refused_invitation (contact->account, contact->who);
}

void
xtls_contact_refused_file (XtlsContact *contact, gboolean outgoing)
{
    if (!contact->told.file)
        xtls_outside_messages_refused_file (
            contact->account, contact->who, outgoing);
    contact->told.file = TRUE;
}

void
xtls_contact_refused_voice (XtlsContact *contact, gboolean outgoing)
{
    if (!contact->told.voice)
        xtls_outside_messages_refused_voice (
            contact->account, contact->who, outgoing);
    contact->told.voice = TRUE;
}

void
xtls_contact_show_clear (XtlsContact *contact,
                         const char *from,
                         const char *text,
                         time_t when)
{
    if (xtls_otr_is_protocol (text)) {
        xtls_outside_messages_otr (
            contact->account, contact->who, text, contact->session != NULL);
        return;
    }
    xtls_outside_messages_clear (
        contact->account, contact->who, from, text, when);
    if (!contact->session || !xtls_jid_is_full (from) ||
        g_str_equal (from, xtls_session_get_peer (contact->session)) ||
        g_strcmp0 (from, contact->told.elsewhere) == 0)
        return;
    g_free (contact->told.elsewhere);
    contact->told.elsewhere = g_strdup (from);
    xtls_outside_messages_elsewhere (
        contact->account, contact->who, contact->session, from);
}

void
xtls_contact_show_clear_invitation (XtlsContact *contact,
                                    const char *from,
                                    const char *room,
                                    const char *reason)
{
    xtls_outside_messages_clear_invitation (
        contact->account, contact->who, from, room, reason);
}

void
xtls_contact_show_clear_attention (XtlsContact *contact, const char *from)
{
    xtls_outside_messages_clear_attention (
        contact->account, contact->who, from);
}

void
xtls_contact_dropped (XtlsContact *contact)
{
    xtls_outside_messages_dropped (contact->account, contact->who);
}

void
xtls_contact_could_not_send (XtlsContact *contact, const char *why)
{
    xtls_outside_messages_not_sent (contact->account, contact->who, why);
}

XtlsStatus *
xtls_contact_get_status (XtlsContact *contact)
{
    XtlsStatusFacts facts = {
        .account = contact->account,
        .who = contact->who,
        .state = xtls_contact_state_get (contact),
        .seconds = xtls_contact_state_get_seconds (contact),
        .private = xtls_contact_state_is_private (contact),
        .session = contact->session,
        .held = xtls_outbox_get_length (contact->held),
        .unconfirmed = xtls_outbox_get_length (contact->unconfirmed),
        .reason =
            xtls_contact_state_get_hold_reason (contact, contact->session),
        .choice_waits = contact->choice == XTLS_CHOICE_WAITS,
    };

    return xtls_status_new (&facts);
}
