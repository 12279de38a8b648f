/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes by other programs on the folder: they count here as if the user had
 * made them here, except that no private mode ends by them.
 */
#include "shared-folder.h"

#include "actions.h"
#include "core.h"
#include "logins.h"
#include "trust.h"

static void
trust_changed (const char *account_name, const char *who)
{
    PurpleAccount *account =
        account_name ? xtls_actions_find_account (account_name) : NULL;

    if (account || !account_name)
        xtls_trust_changed (account, who);
    else
        xtls_core_emit_keys ();
}

/* What runs with the old key does not outlive it. */
static void
own_key_changed (const char *account_name, XtlsIdentity *identity)
{
    PurpleAccount *account = xtls_actions_find_account (account_name);
    XtlsLogin *login = account ? xtls_logins_get (account) : NULL;

    if (login) {
        xtls_endpoint_close (xtls_login_get_endpoint (login));
        xtls_endpoint_set_identity (xtls_login_get_endpoint (login), identity);
    }
    if (account)
        xtls_trust_changed (account, NULL);
}

const XtlsStoreOps xtls_shared_folder_ops = {
    .trust_changed = trust_changed,
    .own_key_changed = own_key_changed,
};
