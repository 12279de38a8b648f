/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may follow what in private mode with one contact. */
#include "transitions.h"

#define BIT(state) (1u << (state))

/* Only the user, unloading, and deleting the account lead back to clear. A
 * session may come at any time: contacts call, too. */
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
    /* Another session takes the place of the first. */
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
