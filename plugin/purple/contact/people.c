/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All contacts. */
#include "people.h"

#include "jabber.h"

static GHashTable *by_account; /* PurpleAccount → (bare JID → XtlsContact) */

void
xtls_people_init (void)
{
    by_account = g_hash_table_new_full (
        NULL, NULL, NULL, (GDestroyNotify)g_hash_table_destroy);
}

void
xtls_people_uninit (void)
{
    g_hash_table_destroy (by_account);
    by_account = NULL;
}

XtlsContact *
xtls_people_get (PurpleAccount *account, const char *who, gboolean make)
{
    GHashTable *contacts;
    XtlsContact *contact;
    g_autofree char *jid = NULL;

    if (!xtls_jabber_is (account))
        return NULL;
    jid = xtls_jabber_normalize (account, who);
    if (!jid)
        return NULL;
    contacts = g_hash_table_lookup (by_account, account);
    contact = contacts ? g_hash_table_lookup (contacts, jid) : NULL;
    if (contact || !make)
        return contact;
    if (!contacts) {
        contacts = g_hash_table_new_full (
            g_str_hash, g_str_equal, NULL, (GDestroyNotify)xtls_contact_free);
        g_hash_table_insert (by_account, account, contacts);
    }
    contact = xtls_contact_new (account, jid);
    g_hash_table_insert (
        contacts, (gpointer)xtls_contact_get_who (contact), contact);
    return contact;
}

GList *
xtls_people_list (PurpleAccount *account)
{
    GHashTable *contacts = g_hash_table_lookup (by_account, account);

    return contacts ? g_hash_table_get_values (contacts) : NULL;
}

void
xtls_people_forget (PurpleAccount *account)
{
    g_hash_table_remove (by_account, account);
}
