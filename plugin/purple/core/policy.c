/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policies and capabilities, looked up. */
#include "policy.h"

#include "hub.h"
#include "jabber.h"

#include <blist.h>
#include <prefs.h>

static gboolean
has_verified_key (const char *own, const char *who)
{
    GPtrArray *list = xtls_peers_list (xtls_hub_get_peers (), own, who);
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
    XtlsContactPrefs *prefs = xtls_hub_get_contact_prefs ();
    g_autofree char *own = xtls_jabber_get_account_jid (account);
    XtlsPolicy policy = xtls_contact_prefs_get_policy (prefs, own, who);

    if (xtls_contact_prefs_is_damaged (prefs) ||
        xtls_peers_is_damaged (xtls_hub_get_peers ()))
        return XTLS_POLICY_REQUIRED;
    if (policy != XTLS_POLICY_DEFAULT)
        return policy;
    if (has_verified_key (own, who))
        return XTLS_POLICY_REQUIRED;
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
        xtls_hub_get_contact_prefs (), own, who)) {
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
               xtls_hub_get_contact_prefs (), own, who) ||
           has_verified_key (own, who);
}

gboolean
xtls_policy_is_settled (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    return xtls_contact_prefs_get_policy (xtls_hub_get_contact_prefs (),
                                          own,
                                          who) != XTLS_POLICY_DEFAULT ||
           xtls_policy_was_private (account, who);
}

gboolean
xtls_policy_has_keys (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);
    GPtrArray *list = xtls_peers_list (xtls_hub_get_peers (), own, who);
    gboolean any = list->len > 0;

    g_ptr_array_unref (list);
    return any;
}

/* Without a known resource a contact may still be online: the plugin was
 * enabled after its presence came, or the roster has not come yet, and presence
 * comes after it. */
static XtlsCapability
without_resource (XtlsLogin *login, PurpleAccount *account, const char *who)
{
    PurpleBuddy *buddy = purple_find_buddy (account, who);
    gboolean early = !xtls_login_is_contact (login, who) &&
                     !xtls_login_is_stranger (login, who);

    return early || (buddy && PURPLE_BUDDY_IS_ONLINE (buddy))
               ? XTLS_CAPABILITY_UNKNOWN
               : XTLS_CAPABILITY_OFFLINE;
}

XtlsCapability
xtls_policy_find_resource (PurpleAccount *account,
                           const char *who,
                           const char *preferred,
                           char **resource)
{
    XtlsLogin *login = xtls_hub_get_login (account);
    GPtrArray *list;
    const char *best = NULL;
    const char *unknown = NULL;
    XtlsCapability capability;

    if (resource)
        *resource = NULL;
    if (!login)
        return XTLS_CAPABILITY_OFFLINE;

    list = xtls_login_list_resources (login, who);
    for (guint i = 0; i < list->len; i++) {
        const char *jid = list->pdata[i];

        if (xtls_jabber_is_capable (account, jid)) {
            if (!best || g_strcmp0 (jid, preferred) == 0)
                best = jid;
        } else if (!unknown && !xtls_jabber_has_caps (account, jid)) {
            unknown = jid;
        }
    }

    if (best)
        capability = XTLS_CAPABILITY_PRESENT;
    else if (unknown)
        capability = XTLS_CAPABILITY_UNKNOWN;
    else if (list->len > 0)
        capability = XTLS_CAPABILITY_ABSENT;
    else
        capability = without_resource (login, account, who);
    if (resource)
        *resource = g_strdup (best ? best : unknown);
    g_ptr_array_unref (list);
    return capability;
}
