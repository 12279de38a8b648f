/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which state may follow which in private mode with one contact. */
#include "transitions.h"

#define N_STATES (XTLS_CONTACT_FINISHED + 1)

static void
test_table (void)
{
    /* From each row's state to each column's. */
    static const gboolean allowed[N_STATES][N_STATES] = {
        /* not private, starting, open, finished */
        [XTLS_CONTACT_NOT_PRIVATE] = {FALSE, TRUE, TRUE, FALSE},
        [XTLS_CONTACT_STARTING] = {TRUE, FALSE, TRUE, TRUE},
        [XTLS_CONTACT_OPEN] = {TRUE, FALSE, TRUE, TRUE},
        [XTLS_CONTACT_FINISHED] = {TRUE, TRUE, TRUE, FALSE},
    };

    for (XtlsContactState from = 0; from < N_STATES; from++)
        for (XtlsContactState to = 0; to < N_STATES; to++) {
            g_test_message ("%s to %s",
                            xtls_transitions_to_string (from),
                            xtls_transitions_to_string (to));
            g_assert_cmpint (
                xtls_transitions_allow (from, to), ==, allowed[from][to]);
        }
}

static void
test_names (void)
{
    for (XtlsContactState one = 0; one < N_STATES; one++)
        for (XtlsContactState other = 0; other < one; other++)
            g_assert_cmpstr (xtls_transitions_to_string (one),
                             !=,
                             xtls_transitions_to_string (other));
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/transitions/table", test_table);
    g_test_add_func ("/transitions/names", test_names);
    return g_test_run ();
}
