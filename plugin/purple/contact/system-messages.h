/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System messages in the conversation: one function for each sentence, one
 * message for each real change. If there is no conversation, messages that must
 * not be missed, such as texts that were not delivered, are shown together in
 * one notice.
 */
#pragma once

#include "api.h"
#include "hold-reason.h"
#include "session.h"
#include "sm.h"

#include <account.h>
#include <glib.h>
#include <xmlnode.h>

/* Report that a start begins, and that it has failed because of @why
 * (translated). @reason: why messages are held now, here and below. */
void xtls_system_messages_attempting (PurpleAccount *account, const char *who);
void xtls_system_messages_failed (PurpleAccount *account,
                                  const char *who,
                                  const char *why,
                                  XtlsHoldReason reason);
/* Describes the present state, after a session or a window has opened. @session
 * (nullable): the open session. */
void xtls_system_messages_state (PurpleAccount *account,
                                 const char *who,
                                 XtlsState state,
                                 XtlsSession *session,
                                 XtlsHoldReason reason);
/* Reports that the session has ended. @sm (nullable): its unacknowledged
 * stanzas. */
void xtls_system_messages_lost (PurpleAccount *account,
                                const char *who,
                                XtlsEnd end,
                                XtlsSm *sm,
                                XtlsHoldReason reason);
void xtls_system_messages_end (PurpleAccount *account, const char *who);
void xtls_system_messages_unload (PurpleAccount *account, const char *who);
/* Reports that @n messages are held, and why. */
void xtls_system_messages_held (PurpleAccount *account,
                                const char *who,
                                XtlsHoldReason reason,
                                guint n);
/* Reports that more messages are held, @n in all, for the reason that was
 * already reported. */
void xtls_system_messages_held_more (PurpleAccount *account,
                                     const char *who,
                                     guint n);
/* Reports that @n messages that were reported as held have been sent. */
void xtls_system_messages_held_sent (PurpleAccount *account,
                                     const char *who,
                                     guint n);
void xtls_system_messages_sent_in_clear (PurpleAccount *account,
                                         const char *who);

/* The trust in the open session's key has changed. @verified: whether it is
 * verified now. @waits: whether the user must decide. */
void xtls_system_messages_verified (PurpleAccount *account,
                                    const char *who,
                                    gboolean verified);
void xtls_system_messages_new_key (PurpleAccount *account,
                                   const char *who,
                                   gboolean waits);
/* The key of the open @session is no longer trusted enough. */
void xtls_system_messages_trust_lost (PurpleAccount *account,
                                      const char *who,
                                      XtlsSession *session);
void xtls_system_messages_not_admitted (PurpleAccount *account,
                                        const char *who,
                                        XtlsSession *session);

/* @why (nullable): a sentence. @message: the message, borrowed. */
void xtls_system_messages_not_delivered (PurpleAccount *account,
                                         const char *who,
                                         const xmlnode *message,
                                         const char *why);
/* Of xmlnode; stanzas without text are skipped. @messages: what was held.
 * @stanzas: what was never confirmed. */
void xtls_system_messages_not_sent (PurpleAccount *account,
                                    const char *who,
                                    const GQueue *messages);
void xtls_system_messages_unconfirmed (PurpleAccount *account,
                                       const char *who,
                                       const GQueue *stanzas);

/* @n unconfirmed messages can be sent again, or are being sent. */
void
xtls_system_messages_resend (PurpleAccount *account, const char *who, guint n);
void
xtls_system_messages_resent (PurpleAccount *account, const char *who, guint n);

/* Text came in clear from a resource that is not @session's. @from: the full
 * JID that wrote. */
void xtls_system_messages_elsewhere (PurpleAccount *account,
                                     const char *who,
                                     XtlsSession *session,
                                     const char *from);
/* Reports what was withheld, refused, or came in clear. @from: the full JID
 * that sent it. @room, @reason (nullable): of the invitation. @outgoing:
 * whether the user sent it. */
void xtls_system_messages_refused_invitation (PurpleAccount *account,
                                              const char *who);
void xtls_system_messages_dropped (PurpleAccount *account, const char *who);
void xtls_system_messages_clear_invitation (PurpleAccount *account,
                                            const char *who,
                                            const char *from,
                                            const char *room,
                                            const char *reason);
void xtls_system_messages_clear_attention (PurpleAccount *account,
                                           const char *who,
                                           const char *from);
void xtls_system_messages_refused_file (PurpleAccount *account,
                                        const char *who,
                                        gboolean outgoing);
void xtls_system_messages_refused_voice (PurpleAccount *account,
                                         const char *who,
                                         gboolean outgoing);
/* Another plugin tried to send a file in its own way. */
void xtls_system_messages_refused_upload (PurpleAccount *account,
                                          const char *who);
/* A message of the OTR protocol came from outside. */
/* of the message @text: of the message. */
void xtls_system_messages_otr (PurpleAccount *account,
                               const char *who,
                               const char *text);
/* Text that came in clear. @from: the full JID that wrote. @text: one line.
 * @when: seconds since 1970. */
void xtls_system_messages_clear (PurpleAccount *account,
                                 const char *who,
                                 const char *from,
                                 const char *text,
                                 time_t when);
