/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose words may not leave in clear. */
#include "protected.h"

#include "jabber.h"
#include "people.h"
#include "policy.h"

#include <blist.h>
#include <string.h>

XtlsContact *
xtls_protected_find_private (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = who ? xtls_people_get (account, who, FALSE) : NULL;

    return contact && xtls_contact_is_private (contact) ? contact : NULL;
}

/* Not a room, an occupant of one, a server, or ourselves. */
static gboolean
is_person (PurpleAccount *account, const char *who)
{
    g_autofree char *bare = NULL;
    g_autofree char *own = NULL;

    if (!who || !xtls_jabber_is (account))
        return FALSE;
    bare = xtls_jabber_normalize (account, who);
    own = xtls_jabber_get_account_jid (account);
    if (!bare || !strchr (bare, '@') || g_str_equal (bare, own))
        return FALSE;
    return !xtls_jabber_is_occupant (account, who) ||
           xtls_policy_is_settled (account, bare) ||
           purple_find_buddy (account, bare);
}

XtlsContact *
xtls_protected_find (PurpleAccount *account, const char *who, XtlsMatter matter)
{
    XtlsContact *contact = xtls_protected_find_private (account, who);

    if (contact || !is_person (account, who))
        return contact;
    contact = xtls_people_get (account, who, TRUE);
    return contact && xtls_contact_will_send (contact, matter) ? contact : NULL;
}
