/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up policies. */
#include "policy.h"

#include "core.h"
#include "jabber.h"
#include "trust.h"

#include <prefs.h>

XtlsPolicy
xtls_policy_in_force (XtlsPolicy own,
                      gboolean damaged,
                      gboolean verified,
                      XtlsPolicy preference,
                      XtlsPolicyReason *reason)
{
    *reason = XTLS_POLICY_FROM_DAMAGED_FILE;
    if (damaged)
        return XTLS_POLICY_REQUIRED;
    *reason = XTLS_POLICY_FROM_CONTACT;
    if (own != XTLS_POLICY_DEFAULT)
        return own;
    *reason = XTLS_POLICY_FROM_VERIFIED_KEY;
    if (verified)
        return XTLS_POLICY_REQUIRED;
    *reason = XTLS_POLICY_FROM_PREFERENCE;
    return preference != XTLS_POLICY_DEFAULT ? preference : XTLS_POLICY_MANUAL;
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
    XtlsPolicy preference = XTLS_POLICY_DEFAULT;

    if (!xtls_contact_prefs_parse_policy (
            purple_prefs_get_string (XTLS_PREF_POLICY), &preference))
        preference = XTLS_POLICY_DEFAULT;
    return xtls_policy_in_force (
        xtls_contact_prefs_get_policy (prefs, own, who),
        xtls_records_is_damaged (xtls_contact_prefs_get_records (prefs)) ||
            xtls_records_is_damaged (
                xtls_peers_get_records (xtls_core_get_peers ())),
        xtls_trust_has_verified (account, who),
        preference,
        reason);
}

static gboolean
requires_any_of (PurpleAccount *account, const char *own, XtlsRecords *records)
{
    g_autoptr (GPtrArray) all = xtls_records_collect (records, own);
    gboolean any = FALSE;

    for (guint i = 0; i < all->len && !any; i++) {
        const XtlsRecord *record = g_ptr_array_index (all, i);

        any = xtls_policy_effective (account, record->jid) ==
              XTLS_POLICY_REQUIRED;
    }
    return any;
}

gboolean
xtls_policy_requires_any (PurpleAccount *account)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    /* Contacts of whom nothing is stored have the same policy as the own
     * address. */
    return xtls_policy_effective (account, own) == XTLS_POLICY_REQUIRED ||
           requires_any_of (account,
                            own,
                            xtls_contact_prefs_get_records (
                                xtls_core_get_contact_prefs ())) ||
           requires_any_of (
               account, own, xtls_peers_get_records (xtls_core_get_peers ()));
}

gboolean
xtls_policy_allows_calls (PurpleAccount *account, const char *who)
{
    return xtls_policy_effective (account, who) != XTLS_POLICY_NEVER;
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
           xtls_trust_has_verified (account, who);
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

void
xtls_policy_note_open (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    if (!xtls_jabber_is (account))
        return;
    xtls_contact_prefs_set_was_open (xtls_core_get_contact_prefs (), own, who);
}
