/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines in conversations, and notices where there is no conversation. */
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
 * @text: plain text; it is escaped here
 * @private: it quotes what must not be logged
 *
 * Writes a system line into the contact's conversation, if there is one.
 *
 * Returns: %FALSE if there is none.
 */
gboolean xtls_conversation_line (PurpleAccount *account,
                                 const char *who,
                                 const char *text,
                                 gboolean private);
