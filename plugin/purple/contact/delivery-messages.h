/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System messages about the messages that the user has written: held, sent,
 * not delivered, not confirmed. If there is no conversation, texts that were
 * not delivered are shown together in one notice.
 */
#pragma once

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

/* @why (nullable): a sentence. @message: the message, borrowed. */
void xtls_delivery_messages_not_delivered (PurpleAccount *account,
                                           const char *who,
                                           const xmlnode *message,
                                           const char *why);
/* Of xmlnode; stanzas without text are skipped. @messages: what was held.
 * @stanzas: what was never confirmed. */
void xtls_delivery_messages_not_sent (PurpleAccount *account,
                                      const char *who,
                                      const GQueue *messages);
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
