/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sids.h"

static void
test_bounded (void)
{
    XtlsSids *sids = xtls_sids_new ();

    xtls_sids_add (sids, XTLS_SIDS_IBB, "first", "a@b/c");
    for (guint i = 1; i < XTLS_SIDS_MAX; i++)
        xtls_sids_add (sids, XTLS_SIDS_IBB, "x", "a@b/c");
    g_assert_true (xtls_sids_has (sids, XTLS_SIDS_IBB, "first", NULL));
    g_assert_true (xtls_sids_has (sids, XTLS_SIDS_IBB, "first", "a@b/c"));
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_IBB, "first", "a@b/d"));
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_JINGLE, "first", NULL));
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_IBB, NULL, NULL));
    xtls_sids_add (sids, XTLS_SIDS_IBB, "x", "a@b/c");
    g_assert_false (xtls_sids_has (sids, XTLS_SIDS_IBB, "first", NULL));
    xtls_sids_free (sids);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/sids/bounded", test_bounded);
    return g_test_run ();
}
