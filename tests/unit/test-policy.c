/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which policy is in force, and why. */
#include "policy.h"

static void
test_in_force (void)
{
    static const struct {
        XtlsPolicy own;
        gboolean damaged;
        gboolean verified;
        XtlsPolicy preference;
        XtlsPolicy policy;
        XtlsPolicyReason reason;
    } rows[] = {
        /* The contact's own policy comes first, except for a damaged file. */
        {XTLS_POLICY_NEVER,
         FALSE,
         TRUE,
         XTLS_POLICY_REQUIRED,
         XTLS_POLICY_NEVER,
         XTLS_POLICY_FROM_CONTACT},
        {XTLS_POLICY_MANUAL,
         FALSE,
         TRUE,
         XTLS_POLICY_AUTOMATIC,
         XTLS_POLICY_MANUAL,
         XTLS_POLICY_FROM_CONTACT},
        {XTLS_POLICY_AUTOMATIC,
         FALSE,
         FALSE,
         XTLS_POLICY_NEVER,
         XTLS_POLICY_AUTOMATIC,
         XTLS_POLICY_FROM_CONTACT},
        {XTLS_POLICY_REQUIRED,
         FALSE,
         FALSE,
         XTLS_POLICY_NEVER,
         XTLS_POLICY_REQUIRED,
         XTLS_POLICY_FROM_CONTACT},
        {XTLS_POLICY_NEVER,
         TRUE,
         FALSE,
         XTLS_POLICY_NEVER,
         XTLS_POLICY_REQUIRED,
         XTLS_POLICY_FROM_DAMAGED_FILE},
        {XTLS_POLICY_DEFAULT,
         TRUE,
         TRUE,
         XTLS_POLICY_MANUAL,
         XTLS_POLICY_REQUIRED,
         XTLS_POLICY_FROM_DAMAGED_FILE},
        /* Once a key was verified, nothing is sent in clear. */
        {XTLS_POLICY_DEFAULT,
         FALSE,
         TRUE,
         XTLS_POLICY_NEVER,
         XTLS_POLICY_REQUIRED,
         XTLS_POLICY_FROM_VERIFIED_KEY},
        {XTLS_POLICY_DEFAULT,
         FALSE,
         TRUE,
         XTLS_POLICY_AUTOMATIC,
         XTLS_POLICY_REQUIRED,
         XTLS_POLICY_FROM_VERIFIED_KEY},
        /* The preference for all contacts. */
        {XTLS_POLICY_DEFAULT,
         FALSE,
         FALSE,
         XTLS_POLICY_NEVER,
         XTLS_POLICY_NEVER,
         XTLS_POLICY_FROM_PREFERENCE},
        {XTLS_POLICY_DEFAULT,
         FALSE,
         FALSE,
         XTLS_POLICY_AUTOMATIC,
         XTLS_POLICY_AUTOMATIC,
         XTLS_POLICY_FROM_PREFERENCE},
        {XTLS_POLICY_DEFAULT,
         FALSE,
         FALSE,
         XTLS_POLICY_REQUIRED,
         XTLS_POLICY_REQUIRED,
         XTLS_POLICY_FROM_PREFERENCE},
        /* An invalid preference counts as `manual`. */
        {XTLS_POLICY_DEFAULT,
         FALSE,
         FALSE,
         XTLS_POLICY_DEFAULT,
         XTLS_POLICY_MANUAL,
         XTLS_POLICY_FROM_PREFERENCE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        XtlsPolicyReason reason;

        g_test_message ("row %zu", i);
        g_assert_cmpint (xtls_policy_in_force (rows[i].own,
                                               rows[i].damaged,
                                               rows[i].verified,
                                               rows[i].preference,
                                               &reason),
                         ==,
                         rows[i].policy);
        g_assert_cmpint (reason, ==, rows[i].reason);
    }
}

static void
test_never_default (void)
{
    for (XtlsPolicy own = XTLS_POLICY_DEFAULT; own <= XTLS_POLICY_REQUIRED;
         own++)
        for (XtlsPolicy all = XTLS_POLICY_DEFAULT; all <= XTLS_POLICY_REQUIRED;
             all++)
            for (int facts = 0; facts < 4; facts++) {
                XtlsPolicyReason reason;

                g_assert_cmpint (
                    xtls_policy_in_force (
                        own, facts & 1, (facts & 2) != 0, all, &reason),
                    !=,
                    XTLS_POLICY_DEFAULT);
            }
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/policy/in-force", test_in_force);
    g_test_add_func ("/policy/never-default", test_never_default);
    return g_test_run ();
}
