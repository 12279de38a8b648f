/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System messages about what goes around the private conversation: what was
 * withheld or refused, and what came in clear.
 */
#pragma once

#include "session.h"

#include <account.h>
#include <glib.h>

/* Text came in clear from a resource that is not @session's. @from: the full
 * JID that wrote. */
void xtls_outside_messages_elsewhere (PurpleAccount *account,
                                      const char *who,
                                      XtlsSession *session,
                                      const char *from);
/* Reports what was withheld, refused, or came in clear. @from: the full JID
 * that sent it. @room, @reason (nullable): of the invitation. @outgoing:
 * whether the user sent it. @why (nullable): a sentence, translated. */
void xtls_outside_messages_refused_invitation (PurpleAccount *account,
                                               const char *who);
void xtls_outside_messages_dropped (PurpleAccount *account, const char *who);
void xtls_outside_messages_not_sent (PurpleAccount *account,
                                     const char *who,
                                     const char *why);
void xtls_outside_messages_clear_invitation (PurpleAccount *account,
                                             const char *who,
                                             const char *from,
                                             const char *room,
                                             const char *reason);
void xtls_outside_messages_clear_attention (PurpleAccount *account,
                                            const char *who,
                                            const char *from);
void xtls_outside_messages_refused_file (PurpleAccount *account,
                                         const char *who,
                                         gboolean outgoing);
void xtls_outside_messages_refused_voice (PurpleAccount *account,
                                          const char *who,
                                          gboolean outgoing);
/* Another plugin tried to send a file in its own way. */
void xtls_outside_messages_refused_upload (PurpleAccount *account,
                                           const char *who);
/* A message of the OTR protocol came from outside. @text: its text. @open:
 * whether a session is. */
void xtls_outside_messages_otr (PurpleAccount *account,
                                const char *who,
                                const char *text,
                                gboolean open);
/* Text that came in clear. @from: the full JID that wrote. @text: one line.
 * @when: seconds since 1970. */
void xtls_outside_messages_clear (PurpleAccount *account,
                                  const char *who,
                                  const char *from,
                                  const char *text,
                                  time_t when);
