/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and fingerprints as they are shown. Names come from other people: they
 * are made harmless here, and are plain text, never markup.
 */
#pragma once

#include "api.h"

#include <account.h>
#include <conversation.h>

/* Characters of a name that a window can bear. */
enum { XTLS_NAME_MAX = 64 };

/* The contact of a conversation: %FALSE if it is not with one contact, or if
 * private conversations do not exist for its account. @who: (transfer full) a
 * bare JID. */
gboolean xtls_names_contact (PurpleConversation *conv,
                             PurpleAccount **account,
                             char **who);

/* (transfer full): @text without line breaks and control characters, the
 * invisible ones that turn the direction of writing included, cut to @max
 * characters, and set apart from the text around it. */
char *xtls_names_clean (const char *text, int max);

/* (transfer full): how the core names the contact, cleaned. */
char *xtls_names_show (PurpleAccount *account, const char *who);

/* (transfer full): @fingerprint in lines and groups, for comparing. */
char *xtls_names_group (const char *fingerprint);

/* (transfer full): how far a key is trusted, as a sentence. @how: how it was
 * verified. */
char *xtls_names_trust (XtlsTrust trust, XtlsVerifiedBy how);

/* (transfer full): the same, with the day of a verification. @how: how it was
 * verified. @verified_at: seconds since 1970. */
char *xtls_names_trust_since (XtlsTrust trust,
                              XtlsVerifiedBy how,
                              gint64 verified_at);

/* (transfer full): a day, of seconds since 1970; "" if there is none. @seconds:
 * 0 for none. */
char *xtls_names_day (gint64 seconds);
