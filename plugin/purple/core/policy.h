/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user wants for a contact. */
#pragma once

#include "api.h"
#include "contact-prefs.h"

#include <account.h>
#include <glib.h>

/**
 * XtlsPolicyReason:
 * @XTLS_POLICY_FROM_PREFERENCE: the preference for all contacts
 * @XTLS_POLICY_FROM_CONTACT: the contact's own setting
 * @XTLS_POLICY_FROM_VERIFIED_KEY: `required`, because a key of the contact was
 *   verified
 * @XTLS_POLICY_FROM_DAMAGED_FILE: `required`, because the file that has the
 *   settings or the known keys cannot be read
 *
 * Why a policy is in force.
 */
typedef enum {
    XTLS_POLICY_FROM_PREFERENCE,
    XTLS_POLICY_FROM_CONTACT,
    XTLS_POLICY_FROM_VERIFIED_KEY,
    XTLS_POLICY_FROM_DAMAGED_FILE
} XtlsPolicyReason;

/**
 * xtls_policy_effective:
 *
 * Returns: the policy in force, never %XTLS_POLICY_DEFAULT. The first that
 * applies: `required` while a trust file is damaged; the contact's own;
 * `required` for a verified contact; the preference.
 */
XtlsPolicy xtls_policy_effective (PurpleAccount *account, const char *who);

/**
 * xtls_policy_explain:
 * @reason: (out): why it is in force
 *
 * Returns: as xtls_policy_effective()
 */
XtlsPolicy xtls_policy_explain (PurpleAccount *account,
                                const char *who,
                                XtlsPolicyReason *reason);

/**
 * xtls_policy_in_force:
 * @own: the contact's own policy
 * @damaged: whether a trust file is damaged
 * @verified: whether a key of the contact is verified
 * @preference: the preference for all contacts
 * @reason: (out)
 *
 * Returns: as xtls_policy_explain().
 */
XtlsPolicy xtls_policy_in_force (XtlsPolicy own,
                                 gboolean damaged,
                                 gboolean verified,
                                 XtlsPolicy preference,
                                 XtlsPolicyReason *reason);

/* Returns: whether encryption is required for any contact of the account, used
 * since the start or not. */
gboolean xtls_policy_requires_any (PurpleAccount *account);

/* Returns: whether requests from the contact are answered at all; not with
 * `never`. */
gboolean xtls_policy_allows_calls (PurpleAccount *account, const char *who);

/* Returns: whether private conversations with the contact are logged. */
gboolean xtls_policy_is_logged (PurpleAccount *account, const char *who);

/* Returns: whether a session with the contact was ever open, or a key of it
 * verified. */
gboolean xtls_policy_was_private (PurpleAccount *account, const char *who);

/* Returns: whether the contact has a policy of its own, or was ever private. */
gboolean xtls_policy_is_settled (PurpleAccount *account, const char *who);

/* Notes that a session with the contact is open. */
void xtls_policy_note_open (PurpleAccount *account, const char *who);
