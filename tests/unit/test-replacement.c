/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of two open sessions with the same client continues. */
#include "wirepair.h"

#include <string.h>

static void
test_same_key (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = wire_pair_new_open ();

        wire_say (wire_session (&pair->side[0]), "to the old one");
        wire_pair_call (pair, i);
        g_assert_cmpstr (pair->side[0].states->str, ==, "++-replaced");
        g_assert_cmpstr (pair->side[1].states->str, ==, "++-replaced");
        g_assert_cmpint (xtls_session_get_state (wire_session (&pair->side[0])),
                         ==,
                         XTLS_SESSION_OPEN);
        g_assert_true (
            wire_say (wire_session (&pair->side[0]), "to the new one"));
        wire_pair_settle (pair);
        g_assert_delivered (&pair->side[1], "to the old one|to the new one");
        wire_pair_free (pair);
    }
}

static void
test_other_key (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsIdentity *identity = wire_identity ("romeo@montague.lit");

    xtls_endpoint_set_identity (pair->side[0].endpoint, identity);
    wire_pair_call (pair, 0);
    g_assert_cmpstr (pair->side[1].states->str, ==, "++");
    xtls_identity_unref (identity);
    wire_pair_free (pair);
}

/* Juliet calls at every possible moment while Romeo's call is under way. Both
 * sides end up with the same session, and it works. */
static void
test_crossing (void)
{
    for (guint ms = 0; ms < 80; ms++) {
        WirePair *pair = wire_pair_new ();
        WireSide *side = pair->side;

        xtls_endpoint_call (side[0].endpoint, WIRE_JULIET, NULL);
        wire_pair_run (pair, ms);
        xtls_endpoint_call (side[1].endpoint, WIRE_ROMEO, NULL);
        wire_pair_settle (pair);
        for (guint i = 0; i < 2; i++) {
            GPtrArray *sessions = xtls_registry_list (
                xtls_endpoint_get_registry (side[i].endpoint), NULL);

            g_assert_cmpuint (sessions->len, ==, 1);
            g_assert_true (wire_say (sessions->pdata[0], "hello"));
            g_ptr_array_unref (sessions);
            g_assert_null (strstr (side[i].states->str, "-peer"));
            g_assert_null (strstr (side[i].states->str, "-cut"));
        }
        wire_pair_settle (pair);
        g_assert_delivered (&side[0], "hello");
        g_assert_delivered (&side[1], "hello");
        wire_pair_free (pair);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/replacement/same-key", test_same_key);
    g_test_add_func ("/replacement/other-key", test_other_key);
    g_test_add_func ("/replacement/crossing", test_crossing);
    return g_test_run ();
}
