/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System messages about the messages that the user has written: held, sent,
 * not delivered, not confirmed. Texts that were not delivered are shown as
 * quotes, see conversation.h.
 */
#pragma once

#include "conversation.h"
#include "hold-reason.h"

#include <account.h>
#include <glib.h>
#include <xmlnode.h>

/* Reports that @n messages are held, and why. */
void xtls_delivery_messages_held (PurpleAccount *account,
                                  const char *who,
                                  XtlsHoldReason reason,
                                  guint n);
/* Reports that more messages are held, @n in all, for the reason that was
 * already reported. */
void xtls_delivery_messages_held_more (PurpleAccount *account,
                                       const char *who,
                                       guint n);
/* Reports that @n messages that were reported as held have been sent. */
void xtls_delivery_messages_held_sent (PurpleAccount *account,
                                       const char *who,
                                       guint n);
void xtls_delivery_messages_sent_in_clear (PurpleAccount *account,
                                           const char *who);

/* A message with text was not delivered. @why (nullable): a sentence.
 * @message: borrowed. */
void xtls_delivery_messages_not_delivered (PurpleAccount *account,
                                           const char *who,
                                           const xmlnode *message,
                                           const char *why);
/* A message that was held is not sent. @message: borrowed. @shown, @number: as
 * for xtls_conversation_quote(); called at once if it has no text. */
void xtls_delivery_messages_not_sent (PurpleAccount *account,
                                      const char *who,
                                      const xmlnode *message,
                                      XtlsConversationShown shown,
                                      guint number);
/* @stanzas: of xmlnode, never confirmed; those without text are skipped. */
void xtls_delivery_messages_unconfirmed (PurpleAccount *account,
                                         const char *who,
                                         const GQueue *stanzas);

/* @n unconfirmed messages can be sent again, or are being sent. */
void xtls_delivery_messages_resend (PurpleAccount *account,
                                    const char *who,
                                    guint n);
void xtls_delivery_messages_resent (PurpleAccount *account,
                                    const char *who,
                                    guint n);
