/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the router reads of a `<message/>`. */
#pragma once

#include <glib.h>
#include <time.h>
#include <xmlnode.h>

/**
 * xtls_message_get_text:
 * @message: a `<message/>`, incoming or outgoing
 *
 * Returns: (nullable) (transfer full): what the person would read of it: the
 * text of the first `<body/>` of its own that is not empty (and is not of a
 * stanza that it carries), or
 * its formatted text (XEP-0071) without the format, or its subject.
 */
char *xtls_message_get_text (const xmlnode *message);

/**
 * xtls_message_get_time:
 * @now: seconds since 1970
 *
 * Returns: when @message was sent as its delay stamp has it (XEP-0203,
 * XEP-0091), or @now if there is none, or none that can be true: in the
 * future, before XMPP, or not a date.
 */
time_t xtls_message_get_time (const xmlnode *message, time_t now);

/**
 * xtls_message_drop_odd_stamps:
 *
 * Takes the delay stamps out of @message that xtls_message_get_time() would not
 * believe: libpurple would (CVE-2013-6477).
 */
void xtls_message_drop_odd_stamps (xmlnode *message, time_t now);

/**
 * xtls_message_one_line:
 * @text: what somebody else wrote: a message, a name, a resource
 *
 * Returns: (transfer full): the same on one line, read in one direction: what
 * breaks lines is a space, what turns the direction around is left out. So it
 * cannot look like two lines, the second of them ours.
 */
char *xtls_message_one_line (const char *text);
