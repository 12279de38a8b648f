/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of private mode with one contact, and which may follow which. */
#pragma once

#include <glib.h>

typedef enum {
    XTLS_CONTACT_NOT_PRIVATE,
    XTLS_CONTACT_STARTING, /* a contact is being called, or will be at once */
    XTLS_CONTACT_OPEN,     /* a session is open */
    XTLS_CONTACT_FINISHED  /* nothing is sent until the user restarts or ends */
} XtlsContactState;

/* Returns: whether @to may follow @from. */
gboolean xtls_transitions_allow (XtlsContactState from, XtlsContactState to);

/* Returns: (transfer none): the name of the state for the debug log, in
 * English. */
const char *xtls_transitions_to_string (XtlsContactState state);
