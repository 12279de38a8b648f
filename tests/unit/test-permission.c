/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a session may be used for, by the trust of its key. */
#include "permission.h"

static void
test_by_trust (void)
{
    static const struct {
        XtlsTrust trust;
        XtlsPermission permission;
    } rows[] = {
        {XTLS_TRUST_NEW, XTLS_PERMISSION_SHOW},
        {XTLS_TRUST_KNOWN, XTLS_PERMISSION_ALL},
        {XTLS_TRUST_VERIFIED, XTLS_PERMISSION_ALL},
        {XTLS_TRUST_REFUSED, XTLS_PERMISSION_NONE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
        g_assert_cmpint (
            xtls_permission_for (rows[i].trust), ==, rows[i].permission);
}

static void
test_no_session (void)
{
    g_assert_cmpint (xtls_permission_get (NULL, "juliet@capulet.lit", NULL),
                     ==,
                     XTLS_PERMISSION_NONE);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/permission/by-trust", test_by_trust);
    g_test_add_func ("/permission/no-session", test_no_session);
    return g_test_run ();
}
