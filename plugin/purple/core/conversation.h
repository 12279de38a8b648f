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
 * Writes a system message into the contact's conversation, if there is one: at
 * once, or in one of the next turns of the main loop, if libpurple is sending,
 * or if many quote messages. Lines are written in the order of the calls.
 *
 * Returns: %FALSE if there is none.
 */
gboolean xtls_conversation_line (PurpleAccount *account,
                                 const char *who,
                                 const char *text,
                                 gboolean private);

/**
 * xtls_conversation_notify:
 * @account: (nullable): %NULL if it is gone
 * @html: sentences about messages to the contact, with markup
 *
 * Shows what cannot be written into a conversation, because there is none.
 */
void xtls_conversation_notify (PurpleAccount *account,
                               const char *who,
                               const char *html);

/**
 * xtls_conversation_begin_sending:
 *
 * Until xtls_conversation_end_sending() is called, no system message is
 * written, because libpurple goes on using the conversation for which it sends,
 * and another plugin may close it when a message is written. The calls may be
 * nested.
 *
 * What should have been written is written in the next turn of the main loop.
 * If the conversation was closed meanwhile, a line that quotes a message is
 * shown in a notice.
 */
void xtls_conversation_begin_sending (void);
void xtls_conversation_end_sending (void);

/* Writes what was not written yet. */
void xtls_conversation_settle (void);

/**
 * xtls_conversation_count_waiting:
 *
 * Returns: how many lines that quote a message to the contact were not written
 * yet.
 */
guint xtls_conversation_count_waiting (PurpleAccount *account, const char *who);
