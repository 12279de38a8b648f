/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of private mode with one contact, and what may follow what. */
#pragma once

#include <glib.h>

typedef enum {
    XTLS_CONTACT_NOT_PRIVATE,
    XTLS_CONTACT_STARTING, /* somebody is called, or will be at once */
    XTLS_CONTACT_OPEN,     /* a session was opened and has not ended */
    XTLS_CONTACT_FINISHED  /* nothing leaves until somebody restarts or ends */
} XtlsContactState;

/* Whether @to may follow @from. */
gboolean xtls_transitions_allow (XtlsContactState from, XtlsContactState to);

/* (transfer none): for the debug log, in English. */
const char *xtls_transitions_to_string (XtlsContactState state);
