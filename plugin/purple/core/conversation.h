/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes system messages into conversations. */
#pragma once

#include <account.h>
#include <conversation.h>
#include <glib.h>

/**
 * xtls_conversation_find:
 *
 * Returns: (nullable) (transfer none): the conversation with this contact.
 */
PurpleConversation *xtls_conversation_find (PurpleAccount *account,
                                            const char *who);

/**
 * xtls_conversation_line:
 * @text: plain text, which is escaped here
 * @private: whether it quotes text that must not be logged
 *
 * Writes a system message into the contact's conversation, if there is one.
 *
 * Returns: %FALSE if there is none.
 */
gboolean xtls_conversation_line (PurpleAccount *account,
                                 const char *who,
                                 const char *text,
                                 gboolean private);
