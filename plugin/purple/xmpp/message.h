/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the router reads in a `<message/>`. */
#pragma once

#include <glib.h>
#include <time.h>
#include <xmlnode.h>

/**
 * xtls_message_get_text:
 * @message: a `<message/>`, incoming or outgoing
 *
 * Returns: (nullable) (transfer full): the text that the user would read: its
 * first `<body/>` that is not empty (not one of a stanza that it carries), or
 * its formatted text (XEP-0071) without the format, or its subject.
 */
char *xtls_message_get_text (const xmlnode *message);

/**
 * xtls_message_count_texts:
 * @stanzas: (nullable) (element-type xmlnode): any stanzas
 *
 * Returns: how many of them have a text, as of xtls_message_get_text().
 */
guint xtls_message_count_texts (const GQueue *stanzas);

/**
 * xtls_message_get_time:
 * @now: seconds since 1970
 *
 * Returns: when @message was sent according to its delay stamp (XEP-0203,
 * XEP-0091), or @now if there is none or it cannot be true: in the future,
 * before XMPP, or not a date.
 */
time_t xtls_message_get_time (const xmlnode *message, time_t now);

/**
 * xtls_message_drop_odd_stamps:
 *
 * Removes the delay stamps that xtls_message_get_time() rejects, because
 * libpurple would accept them (CVE-2013-6477).
 */
void xtls_message_drop_odd_stamps (xmlnode *message, time_t now);

/**
 * xtls_message_drop_empty_bodies:
 *
 * Removes each `<body/>` without text, also one with nothing but elements:
 * libpurple escapes the text of the first one, which is a CRITICAL if there is
 * none.
 */
void xtls_message_drop_empty_bodies (xmlnode *message);

/**
 * xtls_message_one_line:
 * @text: text from somebody else: a message, a name or a resource
 *
 * Returns: (transfer full): the same text on one line and in one direction:
 * line breaks become spaces, and characters that change the direction are
 * removed. It cannot look like two lines, the second of them ours.
 */
char *xtls_message_one_line (const char *text);
