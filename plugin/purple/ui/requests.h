/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dialogs that the user opens: the face's or the core's. */
#pragma once

#include <account.h>

/* Opens the dialog to verify a contact. */
void xtls_requests_verify (PurpleAccount *account, const char *who);
/* Opens the dialog about the new key, if one waits for a decision. */
void xtls_requests_decide (PurpleAccount *account, const char *who);
void xtls_requests_settings (PurpleAccount *account, const char *who);
/* The help. @page: the id of a page. */
void xtls_requests_help (const char *page);
