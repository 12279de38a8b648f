/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A contact's held messages: held while nothing may be sent, reported to the
 * user, and sent once a session may be used. */
#pragma once

#include "contact-state.h"
#include "outbox.h"
#include "pieces.h"

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_contact_outbox_hold:
 * @message: (transfer full): a `<message/>` with a body
 */
void xtls_contact_outbox_hold (XtlsContact *contact, xmlnode *message);

/**
 * xtls_contact_outbox_take:
 * @first: (out): the number of the first message
 *
 * Returns: (transfer full): what was held. The outbox is empty now.
 */
XtlsOutbox *xtls_contact_outbox_take (XtlsContact *contact, guint *first);

/**
 * xtls_contact_outbox_send_in_clear:
 * @contact: a contact that is no longer private: else the gate would hold what
 *   another plugin makes of a message
 * @messages: what xtls_contact_outbox_take() has returned; empty afterwards
 * @number: of the first of them
 *
 * Sends them in clear, as the user has chosen.
 */
void xtls_contact_outbox_send_in_clear (XtlsContact *contact,
                                        XtlsOutbox *messages,
                                        guint number);

/* Empties the outbox, and shows what was in it as not sent. */
void xtls_contact_outbox_give_up (XtlsContact *contact);

/* Tells the user of held messages, later: what libpurple is sending now is
 * shown in the conversation first. */
void xtls_contact_outbox_tell_soon (XtlsContact *contact);

/* Call it when the policy may have changed: if messages must not be sent in
 * clear any more, the user can no longer choose that. */
void xtls_contact_outbox_check_choice (XtlsContact *contact);

/* Call it when messages may be held for another reason than the user was told.
 * The user is told of the new one, unless it is over in a moment. */
void xtls_contact_outbox_check_reason (XtlsContact *contact);

/* Sends the first held messages on a session that is not open yet, while it
 * takes them (xtls_session_takes_first_words()) and its key may be sent to. */
void xtls_contact_outbox_send_first_words (XtlsContact *contact,
                                           XtlsSession *session);

/* Sends the held messages, as long as there is a session for them, in pieces:
 * some now, the others in the next turns of the main loop. Each is sent only if
 * the session's key may be sent to then; what is typed meanwhile comes behind
 * them. */
void xtls_contact_outbox_flush (XtlsContact *contact);

/* The work of xtls_contact_outbox_flush(), for a contact. */
extern const XtlsPiecesOps xtls_contact_outbox_flush_ops;

/* Reports that a message with text could not be sent inside. @message:
 * borrowed. @why: the reason, translated. */
void xtls_contact_outbox_not_sent (XtlsContact *contact,
                                   const xmlnode *message,
                                   const char *why);

/* Holds messages again that were sent in a session and are known not to have
 * arrived. They come before those that are held already. @stanzas: of xmlnode,
 * borrowed; those without text are skipped.
 */
void xtls_contact_outbox_hold_again (XtlsContact *contact,
                                     const GQueue *stanzas);

/* Reports stanzas that were never confirmed, and keeps those with text so that
 * the user can send them again. @stanzas: of xmlnode, borrowed. */
void xtls_contact_outbox_note_unconfirmed (XtlsContact *contact,
                                           const GQueue *stanzas);
void xtls_contact_outbox_forget_unconfirmed (XtlsContact *contact);

/* Like resend() of XtlsApi. */
gboolean xtls_contact_outbox_resend (XtlsContact *contact, char **why);
