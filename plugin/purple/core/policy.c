/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policies, looked up. */
#include "policy.h"

#include "core.h"
#include "jabber.h"

#include <prefs.h>

static gboolean
has_verified_key (const char *own, const char *who)
{
    GPtrArray *list = xtls_peers_list (xtls_core_get_peers (), own, who);
    gboolean found = FALSE;

    for (guint i = 0; i < list->len && !found; i++)
        found =
            ((const XtlsPeer *)list->pdata[i])->trust == XTLS_TRUST_VERIFIED;
    g_ptr_array_unref (list);
    return found;
}

XtlsPolicy
xtls_policy_effective (PurpleAccount *account, const char *who)
{
    XtlsPolicyReason reason;

    return xtls_policy_explain (account, who, &reason);
}

XtlsPolicy
xtls_policy_explain (PurpleAccount *account,
                     const char *who,
                     XtlsPolicyReason *reason)
{
    XtlsContactPrefs *prefs = xtls_core_get_contact_prefs ();
    g_autofree char *own = xtls_jabber_get_account_jid (account);
    XtlsPolicy policy = xtls_contact_prefs_get_policy (prefs, own, who);

    *reason = XTLS_POLICY_FROM_DAMAGED_FILE;
    if (xtls_contact_prefs_is_damaged (prefs) ||
        xtls_peers_is_damaged (xtls_core_get_peers ()))
        return XTLS_POLICY_REQUIRED;
    *reason = XTLS_POLICY_FROM_CONTACT;
    if (policy != XTLS_POLICY_DEFAULT)
        return policy;
    *reason = XTLS_POLICY_FROM_VERIFIED_KEY;
    if (has_verified_key (own, who))
        return XTLS_POLICY_REQUIRED;
    *reason = XTLS_POLICY_FROM_PREFERENCE;
    if (!xtls_contact_prefs_parse_policy (
            purple_prefs_get_string (XTLS_PREF_POLICY), &policy) ||
        policy == XTLS_POLICY_DEFAULT)
        return XTLS_POLICY_MANUAL;
    return policy;
}

gboolean
xtls_policy_is_logged (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    switch (xtls_contact_prefs_get_logging (
        xtls_core_get_contact_prefs (), own, who)) {
    case XTLS_LOGGING_ON:
        return TRUE;
    case XTLS_LOGGING_OFF:
        return FALSE;
    case XTLS_LOGGING_DEFAULT:
        break;
    }
    return !purple_prefs_get_bool (XTLS_PREF_NO_LOG);
}

gboolean
xtls_policy_was_private (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    return xtls_contact_prefs_was_open (
               xtls_core_get_contact_prefs (), own, who) ||
           has_verified_key (own, who);
}

gboolean
xtls_policy_is_settled (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    return xtls_contact_prefs_get_policy (xtls_core_get_contact_prefs (),
                                          own,
                                          who) != XTLS_POLICY_DEFAULT ||
           xtls_policy_was_private (account, who);
}

gboolean
xtls_policy_has_keys (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);
    GPtrArray *list = xtls_peers_list (xtls_core_get_peers (), own, who);
    gboolean any = list->len > 0;

    g_ptr_array_unref (list);
    return any;
}
