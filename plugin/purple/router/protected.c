/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds contacts to whom nothing may be sent in clear. */
#include "protected.h"

#include "contact-list.h"
#include "contact-start.h"
#include "contact.h"
#include "jabber.h"
#include "policy.h"

#include <blist.h>
#include <string.h>

XtlsContact *
xtls_protected_find_private (PurpleAccount *account, const char *who)
{
    XtlsContact *contact =
        who ? xtls_contact_list_get (account, who, FALSE) : NULL;

    return contact && xtls_contact_is_private (contact) ? contact : NULL;
}

/* The owner of the server can create a room with the name of a contact. */
static gboolean
is_of_room (PurpleAccount *account, const char *bare)
{
    g_autofree char *anybody = g_strconcat (bare, "/x", NULL);

    return xtls_jabber_is_occupant (account, anybody) &&
           !xtls_policy_is_settled (account, bare) &&
           !purple_find_buddy (account, bare);
}

gboolean
xtls_protected_is_contact (PurpleAccount *account,
                           const char *who,
                           gboolean is_text)
{
    g_autofree char *bare = NULL;

    if (!xtls_jabber_is (account))
        return FALSE;
    bare = xtls_jabber_normalize (account, who);
    return bare && !is_of_room (account, bare) &&
           (is_text || strchr (bare, '@') ||
            xtls_policy_is_settled (account, bare));
}

XtlsContact *
xtls_protected_find (PurpleAccount *account, const char *who, XtlsMatter matter)
{
    XtlsContact *contact = xtls_protected_find_private (account, who);

    if (contact ||
        !xtls_protected_is_contact (account, who, matter != XTLS_MATTER_OTHER))
        return contact;
    contact = xtls_contact_list_get (account, who, TRUE);
    return contact && xtls_contact_start_wants (contact, matter) ? contact
                                                                 : NULL;
}

gboolean
xtls_protected_has_any (PurpleAccount *account)
{
    return xtls_contact_list_has_private (account) ||
           xtls_policy_requires_any (account);
}
