/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core's plain dialogs, by libpurple's requests: they work in any client.
 * A face that claims one of them (api.h) replaces it. They go with their
 * contact.
 */
#pragma once

#include "contact.h"
#include "dialog-ops.h"

/* What xtls_dialog_ops_set() wants. */
extern const XtlsDialogOps xtls_dialogs_ops;

/* The contact asks a question: type the secret. */
void xtls_dialogs_secret_asked (XtlsContact *contact);
/* Start verifying by secret: type it. @question is (nullable). */
void xtls_dialogs_secret_start (XtlsContact *contact, const char *question);
