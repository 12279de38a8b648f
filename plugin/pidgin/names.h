/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and fingerprints for display. Names come from others, so they are made
 * harmless here; the results are plain text, never markup.
 */
#pragma once

#include "api.h"

#include <account.h>
#include <conversation.h>

/* The most characters of a name that fit into a window. */
enum { XTLS_NAME_MAX = 64 };

/* Finds the contact of a conversation. Returns: %FALSE if it is not with one
 * contact, or if its account cannot have private conversations. @who: (transfer
 * full): a bare JID. */
gboolean xtls_names_contact (PurpleConversation *conv,
                             PurpleAccount **account,
                             char **who);

/* Returns: (transfer full): @text without line breaks and control characters,
 * including the invisible ones that change the direction of writing, cut to
 * @max characters and isolated from the text around it. */
char *xtls_names_clean (const char *text, int max);

/* Returns: (transfer full): the core's name for the contact, cleaned. */
char *xtls_names_show (PurpleAccount *account, const char *who);

/* Returns: (transfer full): @fingerprint in lines and groups, for comparing.
 * @a_line: how many groups a line has. */
char *xtls_names_group (const char *fingerprint, int a_line);

/* Returns: (transfer full): a sentence that says how far a key is trusted.
 * @how: how it was verified. */
char *xtls_names_trust (XtlsTrust trust, XtlsVerifiedBy how);

/* Returns: (transfer full): the same with the day of verification. @how: how it
 * was verified. @verified_at: seconds since 1970. */
char *xtls_names_trust_since (XtlsTrust trust,
                              XtlsVerifiedBy how,
                              gint64 verified_at);

/* Returns: (transfer full): the day of @seconds since 1970, or "" for 0. */
char *xtls_names_day (gint64 seconds);
