/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A contact's held messages: held while nothing may be sent, and sent once a
 * session is open, or as the user decides. */
#include "contact-outbox.h"

#include "contact-state-private.h"
#include "dialog-ops.h"
#include "message.h"
#include "policy.h"
#include "system-messages.h"
#include "texts.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>

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

/* How long a session may settle or close before the user is told, seconds. */
#define MOMENT 3

static void
tell_held (XtlsContact *contact)
{
    if (contact->told.held || xtls_outbox_get_length (contact->held) == 0)
        return;
    contact->told.held = TRUE;
    xtls_system_messages_held (
        contact->account,
        contact->who,
        xtls_contact_state_get_hold_reason (contact, contact->session));
}

static void
tell_resend (XtlsContact *contact)
{
    guint n = xtls_outbox_get_length (contact->unconfirmed);

    if (contact->told.resend || n == 0)
        return;
    contact->told.resend = TRUE;
    xtls_system_messages_resend (contact->account, contact->who, n);
}

/* A state that a session will end by itself, soon. */
static gboolean
is_momentary (XtlsHoldReason reason)
{
    return reason == XTLS_HOLD_NOTHING || reason == XTLS_HOLD_CLOSING ||
           reason == XTLS_HOLD_UNSETTLED;
}

static gboolean
tell_late_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->late_timer = 0;
    tell_held (contact);
    return FALSE;
}

static gboolean
tell_held_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->told_timer = 0;
    tell_resend (contact);
    if (!is_momentary (
            xtls_contact_state_get_hold_reason (contact, contact->session)))
        tell_held (contact);
    else if (!contact->late_timer)
        contact->late_timer =
            purple_timeout_add_seconds (MOMENT, tell_late_cb, contact);
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
xtls_contact_outbox_hold (XtlsContact *contact, xmlnode *message)
{
    if (!xtls_outbox_push (contact->held, message)) {
        xtls_contact_outbox_not_sent (
            contact, message, _ ("Too many messages are waiting."));
        xmlnode_free (message);
        return;
    }
    xtls_contact_outbox_tell_soon (contact);
}

void
xtls_contact_outbox_not_sent (XtlsContact *contact,
                              const xmlnode *message,
                              const char *why)
{
    xtls_system_messages_not_delivered (
        contact->account, contact->who, message, why);
}

/* The outbox is bounded (XTLS_OUTBOX_MAX), so that everything is sent in one
 * step. */
void
xtls_contact_outbox_flush (XtlsContact *contact)
{
    guint before = xtls_outbox_get_length (contact->held);
    XtlsSession *session;
    xmlnode *message;

    while ((session = xtls_contact_state_get_sendable (contact)) &&
           (message = xtls_outbox_pop (contact->held))) {
        g_autoptr (GError) error = NULL;

        if (!xtls_session_send (session, message, &error)) {
            xtls_contact_outbox_not_sent (
                contact, message, xtls_texts_not_sent (error));
            xmlnode_free (message);
        }
    }
    contact->told.held = FALSE;
    if (xtls_outbox_get_length (contact->held) < before)
        xtls_contact_state_changed (contact);
}

/* A message that does not fit is reported and quoted, and not sent later. */
void
xtls_contact_outbox_note_unconfirmed (XtlsContact *contact,
                                      const GQueue *stanzas)
{
    xtls_system_messages_unconfirmed (contact->account, contact->who, stanzas);
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

void
xtls_contact_outbox_hold_again (XtlsContact *contact, const GQueue *stanzas)
{
    for (const GList *l = stanzas->tail; l; l = l->prev) {
        g_autofree char *text = xtls_message_get_text (l->data);
        xmlnode *copy = text ? xmlnode_copy (l->data) : NULL;

        if (!copy || xtls_outbox_push_front (contact->held, copy))
            continue;
        xtls_contact_outbox_not_sent (
            contact, copy, _ ("Too many messages are waiting."));
        xmlnode_free (copy);
    }
    xtls_contact_outbox_tell_soon (contact);
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
    xtls_system_messages_resent (contact->account, contact->who, n);
    while ((message = xtls_outbox_pop (contact->unconfirmed)))
        xtls_contact_outbox_hold (contact, message);
    xtls_contact_outbox_flush (contact);
    return TRUE;
}

void
xtls_contact_outbox_show_unsent (XtlsContact *contact)
{
    GQueue messages = G_QUEUE_INIT;
    xmlnode *message;

    while ((message = xtls_outbox_pop (contact->held)))
        g_queue_push_tail (&messages, message);
    xtls_system_messages_not_sent (contact->account, contact->who, &messages);
    g_queue_clear_full (&messages, (GDestroyNotify)xmlnode_free);
}
