/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes system messages into conversations. There are three kinds:
 *
 * A line says what has happened in a window, to whoever looks at it. Without a
 * window it is not written.
 *
 * A report must reach the user: if there is no window when it is to be written,
 * it is shown in a notice.
 *
 * A quote shows a message of the user's that did not arrive, or may not have.
 * It must reach the user, too, and is never logged. There may be many of them,
 * so a few are written in each turn of the main loop; those to one contact
 * without a window are shown in one notice.
 *
 * Lines and reports are written at once, in the order of the calls. They do not
 * wait for quotes. While libpurple sends (xtls_conversation_begin_sending()),
 * nothing is written.
 */
#pragma once

#include <account.h>
#include <conversation.h>
#include <glib.h>
#include <time.h>

/**
 * xtls_conversation_find:
 *
 * Returns: (nullable) (transfer none): the conversation with this contact.
 */
PurpleConversation *xtls_conversation_find (PurpleAccount *account,
                                            const char *who);

/**
 * xtls_conversation_line:
 * @text: plain text, written on one line and escaped here
 *
 * Writes a line, if there is a window.
 */
void xtls_conversation_line (PurpleAccount *account,
                             const char *who,
                             const char *text);

/**
 * xtls_conversation_line_at:
 * @text: as for xtls_conversation_line()
 * @when: when that has happened which the line tells
 *
 * Writes a line with another time than the present one.
 */
void xtls_conversation_line_at (PurpleAccount *account,
                                const char *who,
                                const char *text,
                                time_t when);

/**
 * xtls_conversation_report:
 * @text: as for xtls_conversation_line()
 *
 * Writes a report. A notice names the contact and shows the same text.
 */
void xtls_conversation_report (PurpleAccount *account,
                               const char *who,
                               const char *text);

/**
 * xtls_conversation_report_as:
 * @text: as for xtls_conversation_line()
 * @notice: what a notice says instead, plain text that names the contact
 *
 * Writes a report.
 */
void xtls_conversation_report_as (PurpleAccount *account,
                                  const char *who,
                                  const char *text,
                                  const char *notice);

/**
 * XtlsConversationShown:
 * @number: the one given with the quote
 *
 * The quote is about to be shown.
 */
typedef void (*XtlsConversationShown) (PurpleAccount *account,
                                       const char *who,
                                       guint number);

/**
 * xtls_conversation_quote:
 * @text: plain text, which is escaped here
 * @shown: (nullable): called with @number, unless the account is gone by then
 * @number: identifies the message that it quotes
 *
 * Writes a quote in one of the next turns of the main loop. If the client is
 * quitting by then, the message is reported at the next start.
 */
void xtls_conversation_quote (PurpleAccount *account,
                              const char *who,
                              const char *text,
                              XtlsConversationShown shown,
                              guint number);

/**
 * xtls_conversation_begin_sending:
 *
 * Until xtls_conversation_end_sending() is called, no system message is
 * written, because libpurple goes on using the conversation for which it sends,
 * and another plugin may close it when a message is written. The calls may be
 * nested. What should have been written is written in the next turn of the main
 * loop.
 */
void xtls_conversation_begin_sending (void);
void xtls_conversation_end_sending (void);

/* Writes and shows all that was not written yet. */
void xtls_conversation_settle (void);

/* The account has been deleted, and its windows are about to go: shows what was
 * not written yet and must reach the user. */
void xtls_conversation_account_removed (PurpleAccount *account);

/**
 * xtls_conversation_count_waiting:
 *
 * Returns: how many quotes of messages to the contact were not shown yet.
 */
guint xtls_conversation_count_waiting (PurpleAccount *account, const char *who);
