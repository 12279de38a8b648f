/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows messages as not sent. */
#include "contact-unsent.h"

#include "contact-outbox.h"
#include "contact-state-private.h"
#include "conversation.h"
#include "delivery-messages.h"

#include <eventloop.h>

static void
show (XtlsContact *contact, guint most)
{
    GQueue messages = G_QUEUE_INIT;
    xmlnode *message;

    while (most-- > 0 && (message = xtls_outbox_pop (contact->unsent))) {
        xtls_contact_outbox_note_fate (
            contact, contact->first_unsent++, XTLS_FATE_NOT_SENT);
        g_queue_push_tail (&messages, message);
    }
    xtls_delivery_messages_not_sent (contact->account, contact->who, &messages);
    g_queue_clear_full (&messages, (GDestroyNotify)xmlnode_free);
}

/* Without a conversation one notice shows all of them. */
static gboolean
show_step (gpointer data)
{
    XtlsContact *contact = data;

    show (contact,
          xtls_conversation_find (contact->account, contact->who) ? 1
                                                                  : G_MAXUINT);
    return xtls_outbox_get_length (contact->unsent) > 0;
}

static void
show_ended (gpointer data)
{
    xtls_contact_state_count_soon (data);
}

static void
remove_timer (guint timer)
{
    purple_timeout_remove (timer);
}

const XtlsPiecesOps xtls_contact_unsent_showing_ops = {
    .step = show_step,
    .ended = show_ended,
    .now = g_get_monotonic_time,
    .timer_add = purple_timeout_add,
    .timer_remove = remove_timer,
};

void
xtls_contact_unsent_settle (XtlsContact *contact)
{
    show (contact, G_MAXUINT);
    xtls_pieces_stop (contact->showing);
}

void
xtls_contact_unsent_show (XtlsContact *contact)
{
    XtlsOutbox *held = contact->held;

    if (xtls_outbox_get_length (held) == 0)
        return;
    xtls_contact_unsent_settle (contact);
    contact->held = contact->unsent;
    contact->unsent = held;
    contact->first_unsent = contact->first_held;
    contact->first_held += xtls_outbox_get_length (held);
    xtls_pieces_run (contact->showing);
    /* What a line has caused may have called this. */
    if (xtls_outbox_get_length (contact->unsent) > 0 &&
        !xtls_pieces_are_left (contact->showing))
        xtls_pieces_run_soon (contact->showing);
}
