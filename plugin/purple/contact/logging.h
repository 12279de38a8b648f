/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps a private conversation out of the log folder, if that is wanted. */
#pragma once

#include <account.h>
#include <glib.h>

typedef struct XtlsLoggingState XtlsLoggingState;

/* @who is borrowed from the contact. */
XtlsLoggingState *xtls_logging_new (PurpleAccount *account, const char *who);
void xtls_logging_free (XtlsLoggingState *logging);

/* Private mode begins. */
void xtls_logging_begin (XtlsLoggingState *logging);

/* A window was opened. */
void xtls_logging_created (XtlsLoggingState *logging);

/* Private mode has ended: restores the conversation's earlier setting. */
void xtls_logging_end (XtlsLoggingState *logging);

/* The setting was changed. */
void xtls_logging_refresh (XtlsLoggingState *logging);
