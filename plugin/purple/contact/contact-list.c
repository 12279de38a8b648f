/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All contacts. */
#include "contact-list.h"

#include "contact.h"
#include "dialog-ops.h"
#include "jabber.h"
#include "logins.h"

#include <eventloop.h>

static GHashTable *by_account; /* PurpleAccount → (bare JID → XtlsContact) */

/* The contacts of deleted accounts, until the next turn of the main loop. */
static GSList *forgotten; /* of GHashTable, owned */
static guint free_timer;

void
xtls_contact_list_init (void)
{
    by_account = g_hash_table_new_full (
        NULL, NULL, NULL, (GDestroyNotify)g_hash_table_destroy);
}

/* Called while the contacts can still be found, because closing a dialog may
 * ask about its contact. */
static void
close_dialogs (PurpleAccount *account)
{
    GList *contacts = xtls_contact_list_all (account);

    for (GList *l = contacts; l; l = l->next)
        xtls_dialog_ops_close_all (account, xtls_contact_get_who (l->data));
    g_list_free (contacts);
}

static gboolean
free_cb (gpointer data)
{
    free_timer = 0;
    g_slist_free_full (g_steal_pointer (&forgotten),
                       (GDestroyNotify)g_hash_table_destroy);
    return FALSE;
}

void
xtls_contact_list_uninit (void)
{
    GList *accounts = g_hash_table_get_keys (by_account);

    if (free_timer)
        purple_timeout_remove (free_timer);
    free_cb (NULL);

    for (GList *l = accounts; l; l = l->next)
        close_dialogs (l->data);
    g_list_free (accounts);
    g_hash_table_destroy (by_account);
    by_account = NULL;
}

XtlsContact *
xtls_contact_list_get (PurpleAccount *account, const char *who, gboolean make)
{
    GHashTable *contacts;
    XtlsContact *contact;
    g_autofree char *jid = NULL;

    if (!xtls_jabber_is (account))
        return NULL;
    jid = xtls_jabber_normalize (account, who);
    if (!jid)
        return NULL;
    contact = xtls_contact_list_find (account, jid);
    if (contact || !make)
        return contact;
    contacts = g_hash_table_lookup (by_account, account);
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

XtlsContact *
xtls_contact_list_find (PurpleAccount *account, const char *who)
{
    GHashTable *contacts = g_hash_table_lookup (by_account, account);

    return contacts ? g_hash_table_lookup (contacts, who) : NULL;
}

GList *
xtls_contact_list_all (PurpleAccount *account)
{
    GHashTable *contacts = g_hash_table_lookup (by_account, account);

    return contacts ? g_hash_table_get_values (contacts) : NULL;
}

gboolean
xtls_contact_list_has_private (PurpleAccount *account)
{
    GList *contacts = xtls_contact_list_all (account);
    gboolean any = FALSE;

    for (GList *l = contacts; l && !any; l = l->next)
        any = xtls_contact_is_private (l->data);
    g_list_free (contacts);
    return any;
}

void
xtls_contact_list_forget (PurpleAccount *account)
{
    gpointer contacts;

    close_dialogs (account);
    if (!g_hash_table_steal_extended (by_account, account, NULL, &contacts))
        return;
    forgotten = g_slist_prepend (forgotten, contacts);
    if (!free_timer)
        free_timer = purple_timeout_add (0, free_cb, NULL);
}

static void
refresh_all (PurpleAccount *account)
{
    XtlsLogin *login = xtls_logins_get (account);
    GList *contacts;

    /* All sessions, because a caller may have one without being in the table of
     * contacts yet. */
    if (login)
        xtls_endpoint_check_keys (xtls_login_get_endpoint (login), NULL);
    contacts = xtls_contact_list_all (account);
    for (GList *l = contacts; l; l = l->next)
        xtls_contact_refresh (l->data);
    g_list_free (contacts);
}

void
xtls_contact_list_refresh (PurpleAccount *account, const char *who)
{
    XtlsContact *contact;

    if (!account) {
        GList *accounts = g_list_copy (purple_accounts_get_all ());

        for (GList *l = accounts; l; l = l->next)
            if (xtls_jabber_is (l->data))
                refresh_all (l->data);
        g_list_free (accounts);
    } else if (!who) {
        refresh_all (account);
    } else {
        contact = xtls_contact_list_get (account, who, TRUE);
        if (contact)
            xtls_contact_refresh (contact);
    }
}
