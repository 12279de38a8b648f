/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out what a contact's clients support. */
#include "capability.h"

#include "jabber.h"
#include "logins.h"

#include <blist.h>

/* Without a known resource a contact may still be online: the plugin was
 * enabled after its presence arrived, or the roster, which comes before
 * presence, has not arrived yet. */
static XtlsCapability
without_resource (XtlsLogin *login, PurpleAccount *account, const char *who)
{
    PurpleBuddy *buddy = purple_find_buddy (account, who);
    gboolean unsure = !xtls_login_is_contact (login, who) &&
                      !xtls_login_is_stranger (login, who);

    return unsure || (buddy && PURPLE_BUDDY_IS_ONLINE (buddy))
               ? XTLS_CAPABILITY_UNKNOWN
               : XTLS_CAPABILITY_OFFLINE;
}

XtlsCapability
xtls_capability_find_resource (PurpleAccount *account,
                               const char *who,
                               const char *preferred,
                               char **resource)
{
    XtlsLogin *login = xtls_logins_get (account);
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
