/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Applies changes by other programs that use the folder. They count as if the
 * user had made them here, except that they do not end private mode, and that
 * the policy does not start again what the user has ended here.
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

/* Sessions that use the old key must end with it. */
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
