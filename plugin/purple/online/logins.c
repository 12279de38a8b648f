/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The accounts that are connected. */
#include "logins.h"

#include "endpoint.h"
#include "sids.h"

static GHashTable *logins; /* PurpleAccount → XtlsLogin, borrowed */

/* PurpleAccount → XtlsSids of its last connection. An endpoint ends with its
 * connection, but whatever libpurple sends again on the next one must still be
 * recognised as ours. */
static GHashTable *sids;

void
xtls_logins_init (void)
{
    logins = g_hash_table_new (NULL, NULL);
    sids = g_hash_table_new_full (
        NULL, NULL, NULL, (GDestroyNotify)xtls_sids_free);
}

void
xtls_logins_uninit (void)
{
    g_hash_table_destroy (logins);
    g_hash_table_destroy (sids);
    logins = sids = NULL;
}

XtlsLogin *
xtls_logins_get (const PurpleAccount *account)
{
    return g_hash_table_lookup (logins, account);
}

void
xtls_logins_add (XtlsLogin *login)
{
    PurpleAccount *account = xtls_login_get_account (login);
    gpointer last;

    g_hash_table_insert (logins, account, login);
    if (g_hash_table_steal_extended (sids, account, NULL, &last))
        xtls_endpoint_give_sids (xtls_login_get_endpoint (login), last);
}

void
xtls_logins_remove (PurpleAccount *account)
{
    XtlsLogin *login = xtls_logins_get (account);

    g_hash_table_insert (
        sids,
        account,
        xtls_endpoint_take_sids (xtls_login_get_endpoint (login)));
    g_hash_table_remove (logins, account);
}

void
xtls_logins_forget (PurpleAccount *account)
{
    g_hash_table_remove (sids, account);
}

GList *
xtls_logins_list (void)
{
    return g_hash_table_get_keys (logins);
}
