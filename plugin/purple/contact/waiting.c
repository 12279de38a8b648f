/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a contact was written while nothing may leave: held, told of, sent once
 * a session is open, or as the person chooses. */
#include "contact-private.h"
#include "core.h"

#include "dialogs.h"
#include "jabber.h"
#include "message.h"
#include "policy.h"
#include "system-messages.h"
#include "texts.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>

static void
ask_choice (XtlsContact *contact)
{
    if (contact->choice_asked || contact->by_person ||
        xtls_outbox_get_length (contact->held) == 0 ||
        xtls_contact_get_state (contact) != XTLS_STATE_FINISHED ||
        xtls_policy_effective (contact->account, contact->who) !=
            XTLS_POLICY_AUTOMATIC)
        return;
    contact->choice_asked = TRUE;
    contact->choice_waits = TRUE;
    xtls_core_emit (XTLS_SIGNAL_CHOICE, contact->account, contact->who);
    if (!(xtls_core_get_claims () & XTLS_CLAIM_CHOICE))
        xtls_dialogs_choice (contact);
}

void
xtls_contact_check_choice (XtlsContact *contact)
{
    if (!contact->choice_waits ||
        xtls_policy_effective (contact->account, contact->who) !=
            XTLS_POLICY_REQUIRED)
        return;
    contact->choice_waits = FALSE;
    xtls_dialogs_close (contact);
}

/* How long a session may settle or close without a word, seconds. */
#define MOMENT 3

static void
tell_held (XtlsContact *contact)
{
    if (contact->told_held || xtls_outbox_get_length (contact->held) == 0)
        return;
    contact->told_held = TRUE;
    xtls_system_messages_held (contact);
}

static void
tell_resend (XtlsContact *contact)
{
    guint n = xtls_outbox_get_length (contact->unconfirmed);

    if (contact->told_resend || n == 0)
        return;
    contact->told_resend = TRUE;
    xtls_system_messages_resend (contact, n);
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
    if (!contact->session || contact->key_waits)
        tell_held (contact);
    else if (!contact->late_timer)
        contact->late_timer =
            purple_timeout_add_seconds (MOMENT, tell_late_cb, contact);
    ask_choice (contact);
    xtls_contact_changed (contact);
    return FALSE;
}

void
xtls_contact_tell_held_soon (XtlsContact *contact)
{
    if (!contact->told_timer)
        contact->told_timer = purple_timeout_add (0, tell_held_cb, contact);
}

void
xtls_contact_hold (XtlsContact *contact, xmlnode *message)
{
    if (!xtls_outbox_push (contact->held, message)) {
        xtls_contact_not_sent (
            contact, message, _ ("Too many messages are waiting."));
        xmlnode_free (message);
        return;
    }
    xtls_contact_tell_held_soon (contact);
}

void
xtls_contact_not_sent (XtlsContact *contact,
                       const xmlnode *message,
                       const char *why)
{
    xtls_system_messages_not_delivered (contact, message, why);
}

/* The queue is bounded (XTLS_HELD_MAX), so that all of it goes in one step. */
void
xtls_contact_flush_held (XtlsContact *contact)
{
    guint before = xtls_outbox_get_length (contact->held);
    xmlnode *message;

    while (xtls_contact_get_session (contact) &&
           (message = xtls_outbox_pop (contact->held))) {
        g_autoptr (GError) error = NULL;

        if (!xtls_session_send (contact->session, message, &error)) {
            xtls_contact_not_sent (
                contact, message, xtls_texts_not_sent (error));
            xmlnode_free (message);
        }
    }
    contact->told_held = FALSE;
    if (xtls_outbox_get_length (contact->held) < before)
        xtls_contact_changed (contact);
}

/* What does not fit is told, and quoted there; it is not offered again. */
void
xtls_contact_note_unconfirmed (XtlsContact *contact, const GQueue *stanzas)
{
    xtls_system_messages_unconfirmed (contact, stanzas);
    if (!contact->private_mode)
        return;
    for (const GList *l = stanzas->head; l; l = l->next) {
        g_autofree char *text = xtls_message_get_text (l->data);
        xmlnode *copy = text ? xmlnode_copy (l->data) : NULL;

        if (copy && !xtls_outbox_push (contact->unconfirmed, copy))
            xmlnode_free (copy);
    }
    if (xtls_outbox_get_length (contact->unconfirmed) > 0)
        xtls_contact_tell_held_soon (contact);
}

void
xtls_contact_forget_unconfirmed (XtlsContact *contact)
{
    xmlnode *message;

    while ((message = xtls_outbox_pop (contact->unconfirmed)))
        xmlnode_free (message);
    contact->told_resend = FALSE;
}

gboolean
xtls_contact_resend (XtlsContact *contact, char **why)
{
    guint n = xtls_outbox_get_length (contact->unconfirmed);
    xmlnode *message;

    if (n == 0) {
        if (why)
            *why = g_strdup (_ ("There is no unconfirmed message that could be "
                                "sent again."));
        return FALSE;
    }
    contact->told_resend = FALSE;
    xtls_system_messages_resent (contact, n);
    while ((message = xtls_outbox_pop (contact->unconfirmed)))
        xtls_contact_hold (contact, message);
    xtls_contact_flush_held (contact);
    return TRUE;
}

void
xtls_contact_show_held (XtlsContact *contact)
{
    GQueue messages = G_QUEUE_INIT;
    xmlnode *message;

    while ((message = xtls_outbox_pop (contact->held)))
        g_queue_push_tail (&messages, message);
    xtls_system_messages_not_sent (contact, &messages);
    g_queue_clear_full (&messages, (GDestroyNotify)xmlnode_free);
}

static void
send_held_in_clear (XtlsContact *contact)
{
    PurpleConnection *gc = purple_account_get_connection (contact->account);
    xmlnode *message;

    xtls_resumption_give_up (contact->resumption);
    xtls_contact_leave (contact);
    contact->ended_by_user = TRUE;
    while ((message = xtls_outbox_pop (contact->held)))
        xtls_jabber_send (gc, message);
    xtls_system_messages_sent_in_clear (contact);
}

gboolean
xtls_contact_choose (XtlsContact *contact, XtlsChoice choice, char **why)
{
    if (!contact->choice_waits) {
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
    contact->choice_waits = FALSE;
    xtls_dialogs_close (contact);
    switch (choice) {
    case XTLS_CHOOSE_WAIT:
        break;
    case XTLS_CHOOSE_SEND:
        xtls_contact_stop_dialing (contact);
        send_held_in_clear (contact);
        break;
    case XTLS_CHOOSE_DISCARD:
        xtls_contact_end (contact, NULL);
        return TRUE;
    }
    xtls_contact_changed (contact);
    return TRUE;
}
