/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for states and ends: one place where each is said. */
#pragma once

#include "api.h"
#include "policy.h"
#include "session.h"

#include <glib.h>

/* (transfer none): the state's word, translated. */
const char *xtls_texts_state (XtlsState state);

/* (transfer none): the mark before what was not sent through the private
 * conversation: the contact's words, or the user's own. */
const char *xtls_texts_unencrypted (gboolean own);

/* What a state means for what is written: a sentence. */
const char *xtls_texts_meaning (XtlsState state);

/**
 * xtls_texts_policy:
 * @policy: the policy in force, not %XTLS_POLICY_DEFAULT
 * @reason: why it is in force
 *
 * Returns: (transfer none): both, as one sentence
 */
const char *xtls_texts_policy (XtlsPolicy policy, XtlsPolicyReason reason);

/* (transfer none): how far a key is trusted, translated. @how: how it was
 * verified. */
const char *xtls_texts_trust (XtlsTrust trust, XtlsVerifiedBy how);

/**
 * xtls_texts_failed:
 * @name: the contact, plain text
 *
 * Returns: (transfer full): why a private conversation could not be started, as
 * a sentence that says what to do.
 */
char *xtls_texts_failed (XtlsEnd end, const char *name);

/* (transfer full): why nothing can be started without a login. */
char *xtls_texts_no_login (PurpleAccount *account);

/* (transfer none) (nullable): why xtls_session_send() has refused a message, a
 * sentence. */
const char *xtls_texts_not_sent (const GError *error);

/**
 * xtls_texts_ended:
 * @name: of the contact
 *
 * Returns: (transfer full): what ended an open private conversation, and what
 * becomes of what is typed now; %NULL for ends that a user need not read.
 */
char *xtls_texts_ended (XtlsEnd end, const char *name);
