/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a contact was written while nothing may leave: held, told of, and sent
 * once a session may be used. */
#pragma once

#include "contact-state.h"

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_contact_outbox_hold:
 * @message: (transfer full): a `<message/>` with a body
 */
void xtls_contact_outbox_hold (XtlsContact *contact, xmlnode *message);

/* Later: what libpurple is sending now is shown in the conversation first. */
void xtls_contact_outbox_tell_soon (XtlsContact *contact);

/* What may not leave in clear any more is not to be chosen any more. */
void xtls_contact_outbox_check_choice (XtlsContact *contact);

/* Sends what is held, as long as there is a session to send it on. */
void xtls_contact_outbox_flush (XtlsContact *contact);

/* Shows what is held as not sent: it is held no more. */
void xtls_contact_outbox_show_unsent (XtlsContact *contact);

/* A message with text could not be sent inside, for @why (translated).
 * @message: the message, borrowed. */
void xtls_contact_outbox_not_sent (XtlsContact *contact,
                                   const xmlnode *message,
                                   const char *why);

/* Tells of stanzas that were never confirmed, and keeps those with text.
 * @stanzas: of xmlnode, borrowed. */
void xtls_contact_outbox_note_unconfirmed (XtlsContact *contact,
                                           const GQueue *stanzas);
void xtls_contact_outbox_forget_unconfirmed (XtlsContact *contact);

/* As resend() of XtlsApi. */
gboolean xtls_contact_outbox_resend (XtlsContact *contact, char **why);
