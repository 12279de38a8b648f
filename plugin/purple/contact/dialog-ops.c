/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides who shows a dialog: the loaded face, or the core. */
#include "dialog-ops.h"

#include "api.h"
#include "core.h"
#include "jabber.h"

static const struct {
    const char *signal;
    XtlsClaim claim;
} table[] = {
    [XTLS_DIALOG_KEY_UNKNOWN] = {XTLS_SIGNAL_KEY_UNKNOWN,
                                 XTLS_CLAIM_KEY_UNKNOWN},
    [XTLS_DIALOG_CHOICE] = {XTLS_SIGNAL_CHOICE, XTLS_CLAIM_CHOICE},
    [XTLS_DIALOG_SECRET] = {XTLS_SIGNAL_SECRET, XTLS_CLAIM_SECRET},
    [XTLS_DIALOG_VERIFY] = {XTLS_SIGNAL_VERIFY, XTLS_CLAIM_VERIFY},
    [XTLS_DIALOG_SETTINGS] = {XTLS_SIGNAL_SETTINGS, XTLS_CLAIM_SETTINGS},
    [XTLS_DIALOG_HELP] = {XTLS_SIGNAL_HELP, XTLS_CLAIM_HELP},
};

static const XtlsDialogOps *dialog_ops;

void
xtls_dialog_ops_set (const XtlsDialogOps *ops)
{
    dialog_ops = ops;
}

void
xtls_dialog_ops_show (XtlsDialog dialog,
                      PurpleAccount *account,
                      const char *who)
{
    xtls_core_emit (table[dialog].signal, account, who);
    if (account && !xtls_jabber_is (account))
        return;
    if (!(xtls_core_get_claims () & table[dialog].claim) && dialog_ops)
        dialog_ops->show (dialog, account, who);
}

void
xtls_dialog_ops_close_secret (PurpleAccount *account, const char *who)
{
    if (dialog_ops)
        dialog_ops->close_secret (account, who);
}

void
xtls_dialog_ops_close (PurpleAccount *account, const char *who)
{
    if (dialog_ops)
        dialog_ops->close (account, who);
}

void
xtls_dialog_ops_close_all (PurpleAccount *account, const char *who)
{
    if (dialog_ops)
        dialog_ops->close_all (account, who);
}
