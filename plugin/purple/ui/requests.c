/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dialogs that the user opens. */
#include "requests.h"

#include "contact-list.h"
#include "contact.h"
#include "dialog-ops.h"
#include "status.h"

static void
show (XtlsDialog dialog, PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, TRUE);

    if (contact)
        xtls_dialog_ops_show (dialog, account, xtls_contact_get_who (contact));
}

void
xtls_requests_verify (PurpleAccount *account, const char *who)
{
    show (XTLS_DIALOG_VERIFY, account, who);
}

void
xtls_requests_decide (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, FALSE);
    XtlsStatus *status;

    if (!contact)
        return;
    /* A menu may be older than the decision. */
    status = xtls_contact_get_status (contact);
    if (status->key_waits)
        show (XTLS_DIALOG_KEY_UNKNOWN, account, who);
    xtls_status_free (status);
}

void
xtls_requests_settings (PurpleAccount *account, const char *who)
{
    show (XTLS_DIALOG_SETTINGS, account, who);
}

void
xtls_requests_help (const char *page)
{
    xtls_dialog_ops_show (XTLS_DIALOG_HELP, NULL, page);
}
