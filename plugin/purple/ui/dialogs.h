/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core's plain dialogs, which use libpurple's requests and work in any
 * client. A face that claims one of them (api.h) replaces it. They are closed
 * with their contact.
 */
#pragma once

#include "contact.h"
#include "dialog-ops.h"

/* Returns: the table for xtls_dialog_ops_set(). */
extern const XtlsDialogOps xtls_dialogs_ops;

/* The contact asks a question: lets the user type the secret. */
void xtls_dialogs_secret_asked (XtlsContact *contact);
/* Lets the user type a secret to start verifying. @question is (nullable). */
void xtls_dialogs_secret_start (XtlsContact *contact, const char *question);
