/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts for states and ends, each in one place. */
#pragma once

#include "api.h"
#include "policy.h"
#include "session.h"

#include <glib.h>

/* Returns: (transfer none): the name of the state, translated. */
const char *xtls_texts_state (XtlsState state);

/* Returns: (transfer none): the mark before text that was not sent through the
 * private conversation, by the contact or by the user. */
const char *xtls_texts_unencrypted (gboolean own);

/* Returns: a sentence that says what a state means for what is written. */
const char *xtls_texts_meaning (XtlsState state);

/**
 * xtls_texts_policy:
 * @policy: the policy in force, not %XTLS_POLICY_DEFAULT
 * @reason: why it is in force
 *
 * Returns: (transfer none): both, as one sentence
 */
const char *xtls_texts_policy (XtlsPolicy policy, XtlsPolicyReason reason);

/* Returns: (transfer none): how far a key is trusted, translated. @how: how it
 * was verified. */
const char *xtls_texts_trust (XtlsTrust trust, XtlsVerifiedBy how);

/**
 * xtls_texts_fingerprint:
 * @fingerprint: (nullable): in hexadecimal digits
 *
 * A fingerprint for a line of a conversation: in groups for reading aloud, and
 * without colons, because Pidgin would draw a “:D” as a smiley.
 *
 * Returns: (transfer full): plain text; a word for %NULL.
 */
char *xtls_texts_fingerprint (const char *fingerprint);

/**
 * xtls_texts_failed:
 * @name: the contact, plain text
 *
 * Returns: (transfer full): why a private conversation could not be started, as
 * a sentence that says what to do.
 */
char *xtls_texts_failed (XtlsEnd end, const char *name);

/* Returns: (transfer full): why nothing can be started without a connection. */
char *xtls_texts_no_login (PurpleAccount *account);

/* Returns: (transfer none) (nullable): a sentence that says why
 * xtls_session_send() has refused a message. */
const char *xtls_texts_not_sent (const GError *error);

/**
 * xtls_texts_ended:
 * @name: the contact, plain text
 *
 * Returns: (transfer full): why an open private conversation ended, and what
 * happens to what is typed now; %NULL for ends that are not shown.
 */
char *xtls_texts_ended (XtlsEnd end, const char *name);
