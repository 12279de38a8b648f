/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A contact's held messages: held while nothing may be sent, and sent once a
 * session is open, or as the user decides. */
#include "contact-outbox.h"

#include "contact-state-private.h"
#include "core.h"
#include "delivery-messages.h"
#include "dialog-ops.h"
#include "history.h"
#include "jabber.h"
#include "message.h"
#include "policy.h"
#include "system-messages.h"
#include "texts.h"
#include "trust.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <signals.h>

static void
ask_choice (XtlsContact *contact)
{
    if (contact->choice != XTLS_CHOICE_NOT_ASKED || contact->started_by_user ||
        xtls_outbox_get_length (contact->held) == 0 ||
        contact->state != XTLS_CONTACT_FINISHED ||
        xtls_policy_effective (contact->account, contact->who) !=
            XTLS_POLICY_AUTOMATIC)
        return;
    contact->choice = XTLS_CHOICE_WAITS;
    xtls_dialog_ops_show (XTLS_DIALOG_CHOICE, contact->account, contact->who);
}

void
xtls_contact_outbox_check_choice (XtlsContact *contact)
{
    if (contact->choice != XTLS_CHOICE_WAITS ||
        xtls_policy_effective (contact->account, contact->who) !=
            XTLS_POLICY_REQUIRED)
        return;
    contact->choice = XTLS_CHOICE_DONE;
    xtls_dialog_ops_close (contact->account, contact->who);
}

/* Tells faces. */
static void
tell_fate (PurpleAccount *account, const char *who, guint number, XtlsFate fate)
{
    if (!xtls_jabber_is (account))
        return;
    purple_signal_emit (xtls_core_get_plugin (),
                        XTLS_SIGNAL_HELD,
                        account,
                        who,
                        number,
                        (guint)fate);
}

static void
not_sent_cb (PurpleAccount *account, const char *who, guint number)
{
    tell_fate (account, who, number, XTLS_FATE_NOT_SENT);
}

/* The fate of a message is told when it is shown. */
static void
show_not_sent (XtlsContact *contact, xmlnode *message, guint number)
{
    xtls_delivery_messages_not_sent (
        contact->account, contact->who, message, not_sent_cb, number);
    xmlnode_free (message);
}

void
xtls_contact_outbox_give_up (XtlsContact *contact)
{
    xmlnode *message;

    while ((message = xtls_outbox_pop (contact->held)))
        show_not_sent (contact, message, contact->first_held++);
    xtls_contact_state_count_soon (contact);
}

XtlsOutbox *
xtls_contact_outbox_take (XtlsContact *contact, guint *first)
{
    XtlsOutbox *held = contact->held;

    contact->held = xtls_outbox_new ();
    *first = contact->first_held;
    contact->first_held += xtls_outbox_get_length (held);
    return held;
}

/* What is told may make another plugin delete the account. */
void
xtls_contact_outbox_send_in_clear (XtlsContact *contact,
                                   XtlsOutbox *messages,
                                   guint number)
{
    xmlnode *message;

    for (; (message = xtls_outbox_pop (messages)); number++) {
        PurpleConnection *gc =
            xtls_jabber_is (contact->account)
                ? purple_account_get_connection (contact->account)
                : NULL;

        if (!gc) {
            show_not_sent (contact, message, number);
            continue;
        }
        xtls_jabber_send (gc, message);
        tell_fate (
            contact->account, contact->who, number, XTLS_FATE_SENT_CLEAR);
    }
}

/* How long a session may take to start, settle or close before the user is told
 * that messages are held meanwhile, seconds. */
#define MOMENT 3

/* When messages are held for another reason than the user was told, this long
 * after that the user is told which reason it is then, seconds. Doubled from
 * the first to the last, because a contact's client that comes and goes would
 * fill the window. */
#define OTHER_REASON_FIRST 3
#define OTHER_REASON_LAST 192

/* Reasons that end by themselves, usually soon. */
static gboolean
is_momentary (XtlsHoldReason reason)
{
    return reason == XTLS_HOLD_NOTHING || reason == XTLS_HOLD_STARTING ||
           reason == XTLS_HOLD_CLOSING || reason == XTLS_HOLD_UNSETTLED;
}

/* Returns: whether the user was told another reason, and the present one will
 * not end soon. */
static gboolean
has_other_reason (XtlsContact *contact, XtlsHoldReason reason)
{
    return contact->told.held > 0 && reason != contact->told.reason &&
           !is_momentary (reason);
}

static void
tell_held (XtlsContact *contact)
{
    guint n = xtls_outbox_get_length (contact->held);
    XtlsHoldReason reason =
        xtls_contact_state_get_hold_reason (contact, contact->session);
    gboolean other = has_other_reason (contact, reason);

    /* While they are being sent, there is nothing to tell. */
    if (n == 0 || (n <= contact->told.held && !other) ||
        reason == XTLS_HOLD_NOTHING)
        return;
    if (contact->told.held == 0 || other) {
        xtls_delivery_messages_held (contact->account, contact->who, reason, n);
        contact->told.reason = reason;
        contact->told.next_reason =
            other ? MIN (contact->told.next_reason * 2, OTHER_REASON_LAST)
                  : OTHER_REASON_FIRST;
    } else if (!(xtls_core_get_claims () & XTLS_CLAIM_HELD)) {
        xtls_delivery_messages_held_more (contact->account, contact->who, n);
    }
    contact->told.held = n;
}

/* Call it after the message that caused the start was echoed. The line about
 * the failed start also says what happens to that message. */
static void
tell_failure (XtlsContact *contact)
{
    g_autofree char *why = g_steal_pointer (&contact->failure);
    XtlsHoldReason reason =
        xtls_contact_state_get_hold_reason (contact, contact->session);

    if (!why)
        return;
    contact->told.held = xtls_outbox_get_length (contact->held);
    contact->told.reason = reason;
    contact->told.next_reason = OTHER_REASON_FIRST;
    xtls_system_messages_failed (
        contact->account,
        contact->who,
        why,
        contact->told.first_words > 0
            ? xtls_resumption_get_unacked (contact->resumption)
            : NULL,
        reason);
    contact->told.first_words = 0;
}

static void
tell_resend (XtlsContact *contact)
{
    guint n = xtls_outbox_get_length (contact->unconfirmed);

    if (contact->told.resend || n == 0)
        return;
    contact->told.resend = TRUE;
    xtls_delivery_messages_resend (contact->account, contact->who, n);
}

static void
tell_now (XtlsContact *contact)
{
    tell_held (contact);
    ask_choice (contact);
    xtls_contact_state_changed (contact);
}

static gboolean
tell_late_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->late_timer = 0;
    tell_now (contact);
    return FALSE;
}

static void
tell_late (XtlsContact *contact)
{
    if (!contact->late_timer)
        contact->late_timer =
            purple_timeout_add_seconds (MOMENT, tell_late_cb, contact);
}

static gboolean
tell_reason_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->reason_timer = 0;
    tell_now (contact);
    return FALSE;
}

void
xtls_contact_outbox_check_reason (XtlsContact *contact)
{
    if (!contact->reason_timer &&
        has_other_reason (
            contact,
            xtls_contact_state_get_hold_reason (contact, contact->session)))
        contact->reason_timer = purple_timeout_add_seconds (
            contact->told.next_reason, tell_reason_cb, contact);
}

static gboolean
tell_held_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->told_timer = 0;
    tell_failure (contact);
    tell_resend (contact);
    if (!is_momentary (
            xtls_contact_state_get_hold_reason (contact, contact->session)))
        tell_held (contact);
    else
        tell_late (contact);
    ask_choice (contact);
    xtls_contact_state_changed (contact);
    return FALSE;
}

void
xtls_contact_outbox_tell_soon (XtlsContact *contact)
{
    if (!contact->told_timer)
        contact->told_timer = purple_timeout_add (0, tell_held_cb, contact);
}

void
xtls_contact_outbox_not_sent (XtlsContact *contact,
                              const xmlnode *message,
                              const char *why)
{
    xtls_delivery_messages_not_delivered (
        contact->account, contact->who, message, why);
}

/* Sends the first held message; returns whether it was taken. */
static gboolean
send_first (XtlsContact *contact, XtlsSession *session)
{
    g_autoptr (GError) error = NULL;
    xmlnode *message = xtls_outbox_pop (contact->held);
    gboolean good = xtls_session_send (session, message, &error);

    tell_fate (contact->account,
               contact->who,
               contact->first_held++,
               good ? XTLS_FATE_SENT : XTLS_FATE_NOT_SENT);
    if (!good) {
        xtls_contact_outbox_not_sent (
            contact, message, xtls_texts_not_sent (error));
        xmlnode_free (message);
    }
    return good;
}

/* Nothing is held any more: there is nothing to choose. */
static void
withdraw_choice (XtlsContact *contact)
{
    if (contact->choice != XTLS_CHOICE_WAITS)
        return;
    contact->choice = XTLS_CHOICE_NOT_ASKED;
    xtls_dialog_ops_close (contact->account, contact->who);
}

void
xtls_contact_outbox_send_first_words (XtlsContact *contact,
                                      XtlsSession *session)
{
    guint before = xtls_outbox_get_length (contact->held);

    while (xtls_session_takes_first_words (session) &&
           xtls_contact_state_get_permission (contact, session) ==
               XTLS_PERMISSION_ALL &&
           xtls_outbox_get_length (contact->held) > 0)
        contact->told.first_words += send_first (contact, session);
    if (xtls_outbox_get_length (contact->held) == 0)
        withdraw_choice (contact);
    if (xtls_outbox_get_length (contact->held) < before)
        xtls_contact_state_changed (contact);
}

static gboolean
flush_step (gpointer data)
{
    XtlsContact *contact = data;
    XtlsSession *session = xtls_contact_state_get_sendable (contact);

    if (!session || xtls_outbox_get_length (contact->held) == 0)
        return FALSE;
    contact->flushed.sent += send_first (contact, session);
    return xtls_outbox_get_length (contact->held) > 0;
}

static void
flush_ended (gpointer data)
{
    XtlsContact *contact = data;
    guint left = xtls_outbox_get_length (contact->held);

    if (contact->flushed.sent > 0 && contact->flushed.told > 0)
        xtls_delivery_messages_held_sent (
            contact->account, contact->who, contact->flushed.sent);
    if (left > 0)
        xtls_contact_outbox_tell_soon (contact);
    else if (contact->flushed.any)
        xtls_contact_state_changed (contact);
}

static void
remove_timer (guint timer)
{
    purple_timeout_remove (timer);
}

const XtlsPiecesOps xtls_contact_outbox_flush_ops = {
    .step = flush_step,
    .ended = flush_ended,
    .now = g_get_monotonic_time,
    .timer_add = purple_timeout_add,
    .timer_remove = remove_timer,
};

static void
begin_flush (XtlsContact *contact)
{
    if (xtls_pieces_are_left (contact->flush))
        return;
    contact->flushed.told = contact->told.held;
    contact->flushed.any = xtls_outbox_get_length (contact->held) > 0;
    contact->flushed.sent = contact->told.first_words;
    contact->told.held = 0;
    contact->told.first_words = 0;
}

void
xtls_contact_outbox_flush (XtlsContact *contact)
{
    if (!xtls_contact_state_get_sendable (contact))
        return;
    begin_flush (contact);
    xtls_pieces_run (contact->flush);
}

/* More messages wait, although a session may be used: they were typed while
 * others were being sent, or an earlier session has left them. */
static void
flush_soon (XtlsContact *contact)
{
    if (!xtls_contact_state_get_sendable (contact))
        return;
    begin_flush (contact);
    xtls_pieces_run_soon (contact->flush);
}

/* While held messages are being sent, some of them leave at once if there would
 * be no room otherwise. */
static gboolean
push (XtlsContact *contact, xmlnode *message)
{
    XtlsSession *session;

    while (!xtls_outbox_push (contact->held, message)) {
        session = xtls_contact_state_get_sendable (contact);
        if (!session || xtls_outbox_get_length (contact->held) == 0)
            return FALSE;
        contact->flushed.sent += send_first (contact, session);
    }
    return TRUE;
}

/* Call it when a message that was typed now is held. */
static void
note_key (XtlsContact *contact)
{
    if (xtls_outbox_get_length (contact->held) == 1)
        contact->held_for_key = FALSE;
    if (!contact->held_for_key)
        contact->held_for_key =
            xtls_trust_has_keys (contact->account, contact->who);
}

void
xtls_contact_outbox_hold (XtlsContact *contact, xmlnode *message)
{
    if (!push (contact, message)) {
        xtls_contact_outbox_not_sent (
            contact, message, _ ("Too many messages are waiting."));
        xmlnode_free (message);
        return;
    }
    note_key (contact);
    tell_fate (contact->account,
               contact->who,
               contact->first_held + xtls_outbox_get_length (contact->held) - 1,
               XTLS_FATE_HELD);
    xtls_history_add_held ();
    xtls_contact_outbox_tell_soon (contact);
    flush_soon (contact);
}

/* A message that does not fit is reported and quoted, and not sent later. */
void
xtls_contact_outbox_note_unconfirmed (XtlsContact *contact,
                                      const GQueue *stanzas)
{
    xtls_delivery_messages_unconfirmed (
        contact->account, contact->who, stanzas);
    if (!xtls_contact_state_is_private (contact))
        return;
    for (const GList *l = stanzas->head; l; l = l->next) {
        g_autofree char *text = xtls_message_get_text (l->data);
        xmlnode *copy = text ? xmlnode_copy (l->data) : NULL;

        if (copy && !xtls_outbox_push (contact->unconfirmed, copy))
            xmlnode_free (copy);
    }
    if (xtls_outbox_get_length (contact->unconfirmed) > 0)
        xtls_contact_outbox_tell_soon (contact);
}

/* They were sent to a known key. */
void
xtls_contact_outbox_hold_again (XtlsContact *contact, const GQueue *stanzas)
{
    contact->held_for_key = TRUE;
    for (const GList *l = stanzas->tail; l; l = l->prev) {
        g_autofree char *text = xtls_message_get_text (l->data);
        xmlnode *copy = text ? xmlnode_copy (l->data) : NULL;

        if (!copy)
            continue;
        if (xtls_outbox_push_front (contact->held, copy)) {
            /* The numbers of those behind it stay. */
            contact->first_held--;
            continue;
        }
        xtls_contact_outbox_not_sent (
            contact, copy, _ ("Too many messages are waiting."));
        xmlnode_free (copy);
    }
    xtls_contact_outbox_tell_soon (contact);
    flush_soon (contact);
}

void
xtls_contact_outbox_forget_unconfirmed (XtlsContact *contact)
{
    xmlnode *message;

    while ((message = xtls_outbox_pop (contact->unconfirmed)))
        xmlnode_free (message);
    contact->told.resend = FALSE;
}

gboolean
xtls_contact_outbox_resend (XtlsContact *contact, char **why)
{
    guint n = xtls_outbox_get_length (contact->unconfirmed);
    xmlnode *message;

    if (n == 0) {
        if (why)
            *why = g_strdup (_ ("There is no unconfirmed message that could be "
                                "sent again."));
        return FALSE;
    }
    contact->told.resend = FALSE;
    xtls_delivery_messages_resent (contact->account, contact->who, n);
    while ((message = xtls_outbox_pop (contact->unconfirmed)))
        xtls_contact_outbox_hold (contact, message);
    xtls_contact_outbox_flush (contact);
    return TRUE;
}
