/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said in the conversation: one function a sentence, one line for each
 * real change. What may not be lost (texts that were not delivered) is shown in
 * a notice where there is no conversation: one for all of them.
 */
#pragma once

#include "contact.h"

void xtls_system_messages_attempting (XtlsContact *contact);
void xtls_system_messages_failed (XtlsContact *contact, const char *why);
/* The state the contact is in now: a session has opened, or a window. */
void xtls_system_messages_state (XtlsContact *contact);
/* The session has ended; @sm (nullable) is what it leaves. */
void xtls_system_messages_lost (XtlsContact *contact, XtlsEnd end, XtlsSm *sm);
void xtls_system_messages_end (XtlsContact *contact);
void xtls_system_messages_unload (XtlsContact *contact);
void xtls_system_messages_held (XtlsContact *contact);
void xtls_system_messages_sent_in_clear (XtlsContact *contact);

/* The trust in the open session's key has changed. */
void xtls_system_messages_verified (XtlsContact *contact, gboolean verified);
void xtls_system_messages_new_key (XtlsContact *contact, gboolean waits);
void xtls_system_messages_not_admitted (XtlsContact *contact,
                                        XtlsSession *session);
void xtls_system_messages_refused (XtlsContact *contact);

/* @why (nullable): a sentence. */
void xtls_system_messages_not_delivered (XtlsContact *contact,
                                         const xmlnode *message,
                                         const char *why);
/* Of xmlnode; stanzas without text are passed over. */
void xtls_system_messages_not_sent (XtlsContact *contact,
                                    const GQueue *messages);
void xtls_system_messages_unconfirmed (XtlsContact *contact,
                                       const GQueue *stanzas);

/* @n unconfirmed messages can be sent again, or are. */
void xtls_system_messages_resend (XtlsContact *contact, guint n);
void xtls_system_messages_resent (XtlsContact *contact, guint n);

/* Text came in clear from a resource that is not the session's. */
void xtls_system_messages_elsewhere (XtlsContact *contact, const char *from);
void xtls_system_messages_refused_invitation (XtlsContact *contact);
void xtls_system_messages_dropped (XtlsContact *contact);
void xtls_system_messages_clear_invitation (XtlsContact *contact,
                                            const char *from,
                                            const char *room,
                                            const char *reason);
void xtls_system_messages_clear_attention (XtlsContact *contact,
                                           const char *from);
void xtls_system_messages_refused_file (XtlsContact *contact,
                                        gboolean outgoing);
void xtls_system_messages_refused_voice (XtlsContact *contact,
                                         gboolean outgoing);
/* Another plugin would have sent a file by a way of its own. */
void xtls_system_messages_refused_upload (XtlsContact *contact);
/* A message of the OTR protocol came from outside. */
void xtls_system_messages_otr (XtlsContact *contact, const char *text);
void xtls_system_messages_clear (XtlsContact *contact,
                                 const char *from,
                                 const char *text,
                                 time_t when);
