/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions of the user, for commands, dialogs and faces alike: the functions
 * behind the table of api.h that do not concern only one contact's state.
 */
#pragma once

#include "api.h"

#include "identity.h"

#include <account.h>
#include <glib.h>

/* Like the functions of XtlsApi with the same names. @verified: the user's
 * decision. @account_name: the bare JID of the account. */
gboolean
xtls_actions_start (PurpleAccount *account, const char *who, char **why);
gboolean xtls_actions_set_verified (PurpleAccount *account,
                                    const char *who,
                                    const char *fingerprint,
                                    gboolean verified,
                                    char **why);
GPtrArray *xtls_actions_list_keys (void);
gboolean xtls_actions_forget_key (const char *account_name,
                                  const char *who,
                                  const char *fingerprint,
                                  char **why);
/* Makes a new own key for the account; its private conversations end. */
gboolean xtls_actions_renew_key (PurpleAccount *account, char **why);

/**
 * xtls_actions_replace_key:
 * @identity: (transfer none): a key that was made elsewhere
 *
 * Makes it the own key of the account, whose private conversations end as with
 * a new key.
 *
 * Returns: %FALSE with @why if it could not be stored.
 */
gboolean xtls_actions_replace_key (PurpleAccount *account,
                                   XtlsIdentity *identity,
                                   char **why);

/* @policy: a name, as in api.h. */
const char *xtls_actions_get_policy (PurpleAccount *account, const char *who);
gboolean xtls_actions_set_policy (PurpleAccount *account,
                                  const char *who,
                                  const char *policy,
                                  char **why);

/**
 * xtls_actions_describe_policy:
 *
 * Returns: (transfer none): a translated sentence that says which policy is in
 * force for the contact and why
 */
const char *xtls_actions_describe_policy (PurpleAccount *account,
                                          const char *who);
/* Like the functions of XtlsApi with the same names. @logging: -1, 0 or 1. */
int xtls_actions_get_logging (PurpleAccount *account, const char *who);
void
xtls_actions_set_logging (PurpleAccount *account, const char *who, int logging);

/**
 * xtls_actions_find_account:
 * @name: a bare JID
 *
 * Returns: (nullable) (transfer none): the XMPP account of that name.
 */
PurpleAccount *xtls_actions_find_account (const char *name);
