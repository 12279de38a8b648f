/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of session/refusals.c. */
#include "refusals.h"

static void
test_minute (void)
{
    XtlsRefusals *refusals = xtls_refusals_new ();

    g_assert_false (xtls_refusals_has (refusals, "a@b/c", 10));
    xtls_refusals_note (refusals, "a@b/c", 10);
    g_assert_true (xtls_refusals_has (refusals, "a@b/d", 11));
    g_assert_true (xtls_refusals_has (refusals, "a@b", 11));
    g_assert_false (xtls_refusals_has (refusals, "aa@b/c", 11));
    g_assert_true (
        xtls_refusals_has (refusals, "a@b/c", 9 + XTLS_REFUSALS_TIME));
    g_assert_false (
        xtls_refusals_has (refusals, "a@b/c", 10 + XTLS_REFUSALS_TIME));
    xtls_refusals_free (refusals);
}

static void
test_forgotten (void)
{
    XtlsRefusals *refusals = xtls_refusals_new ();

    xtls_refusals_note (refusals, "a@b/c", 10);
    xtls_refusals_note (refusals, "d@b/c", 11);
    xtls_refusals_note (refusals, "a@b/e", 12);
    xtls_refusals_forget (refusals, "a@b");
    g_assert_false (xtls_refusals_has (refusals, "a@b/c", 13));
    g_assert_true (xtls_refusals_has (refusals, "d@b/c", 13));
    xtls_refusals_forget (refusals, NULL);
    g_assert_false (xtls_refusals_has (refusals, "d@b/c", 13));
    xtls_refusals_free (refusals);
}

static void
test_bound (void)
{
    XtlsRefusals *refusals = xtls_refusals_new ();

    for (guint i = 0; i <= XTLS_REFUSALS_MAX; i++) {
        g_autofree char *jid = g_strdup_printf ("u%u@b/c", i);

        xtls_refusals_note (refusals, jid, i);
    }
    g_assert_false (xtls_refusals_has (refusals, "u0@b", XTLS_REFUSALS_MAX));
    g_assert_true (xtls_refusals_has (refusals, "u1@b", XTLS_REFUSALS_MAX));
    xtls_refusals_free (refusals);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/refusals/minute", test_minute);
    g_test_add_func ("/refusals/forgotten", test_forgotten);
    g_test_add_func ("/refusals/bound", test_bound);
    return g_test_run ();
}
