/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes the state of a contact: as a struct for faces, and as a text for
 * users. */
#pragma once

#include "api.h"
#include "hold-reason.h"
#include "session.h"

#include <account.h>
#include <glib.h>

typedef struct {
    PurpleAccount *account;
    const char *who;
    XtlsState state;
    guint seconds;    /* how long it has been starting, 0: not, or briefly */
    gboolean private; /* whether private mode is on */
    XtlsSession *session; /* (nullable) */
    guint held;
    guint unconfirmed;
    XtlsHoldReason reason; /* why messages are held */
    gboolean choice_waits;
} XtlsStatusFacts;

/* Returns: (transfer full): the status; free it with xtls_status_free(). */
XtlsStatus *xtls_status_new (const XtlsStatusFacts *facts);

void xtls_status_free (XtlsStatus *status);

/**
 * xtls_status_why_not:
 *
 * Returns: (transfer full) (nullable): why a private conversation cannot be
 * started at all, as a sentence; %NULL if it can be tried.
 */
char *xtls_status_why_not (PurpleAccount *account, const char *who);
