/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of states of private mode with one contact. */
#include "transitions.h"

#define BIT(state) (1u << (state))

/* Only the user, unloading, and deleting the account lead back to not private.
 * A session may open at any time, because contacts call, too. */
static const struct {
    const char *name;
    guint next;
} states[] = {
    [XTLS_CONTACT_NOT_PRIVATE] = {"not private",
                                  BIT (XTLS_CONTACT_STARTING) |
                                      BIT (XTLS_CONTACT_OPEN)},
    [XTLS_CONTACT_STARTING] = {"starting",
                               BIT (XTLS_CONTACT_OPEN) |
                                   BIT (XTLS_CONTACT_FINISHED) |
                                   BIT (XTLS_CONTACT_NOT_PRIVATE)},
    /* Another session replaces the first one. */
    [XTLS_CONTACT_OPEN] = {"open",
                           BIT (XTLS_CONTACT_OPEN) |
                               BIT (XTLS_CONTACT_FINISHED) |
                               BIT (XTLS_CONTACT_NOT_PRIVATE)},
    [XTLS_CONTACT_FINISHED] = {"finished",
                               BIT (XTLS_CONTACT_STARTING) |
                                   BIT (XTLS_CONTACT_OPEN) |
                                   BIT (XTLS_CONTACT_NOT_PRIVATE)},
};

gboolean
xtls_transitions_allow (XtlsContactState from, XtlsContactState to)
{
    return (states[from].next & BIT (to)) != 0;
}

const char *
xtls_transitions_to_string (XtlsContactState state)
{
    return states[state].name;
}
