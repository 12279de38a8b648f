/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of two open sessions with the same client continues. */
#include "session-private.h"
#include "wirepair.h"

#include <stdlib.h>
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

static void
say_in_open_one (WireSide *side, XtlsSession *old, guint number)
{
    XtlsSession *newer = wire_session (side);
    g_autofree char *text = g_strdup_printf ("%u", number);

    g_assert_true (wire_say (
        xtls_session_get_state (newer) == XTLS_SESSION_OPEN ? newer : old,
        text));
}

/* Every third number, from @first to below @end. */
static void
assert_delivered_in_order (WireSide *side, guint first, guint end)
{
    guint count = 0;

    for (guint number = first; number < end; number += 3, count++) {
        g_assert_cmpuint (count, <, side->delivered->len);
        g_assert_cmpuint (
            strtoul (side->delivered->pdata[count], NULL, 10), ==, number);
    }
    g_assert_cmpuint (side->delivered->len, ==, count);
}

/* The recorded wire has blocks with zeros in it. */
static guint
count_terminates (WirePair *pair)
{
    const char *word = "session-terminate";
    guint count = 0;

    for (gsize at = 0; at < pair->wire->len; at++)
        count += strncmp (pair->wire->str + at, word, strlen (word)) == 0;
    return count;
}

/* Whatever both sides say while the new session is made arrives once, in order,
 * and is confirmed in the session in which it was sent. */
static void
test_talk_goes_on (void)
{
    for (guint at = 0; at < 160; at++) {
        WirePair *pair = wire_pair_new_open ();
        WireSide *side = pair->side;
        XtlsSession *old[2], *newer[2];

        wire_pair_set_fault (pair, WIRE_FAULT_DELAY, 0, 10);
        for (guint i = 0; i < 2; i++)
            old[i] = wire_session (&side[i]);
        xtls_endpoint_call (side[at % 2].endpoint, side[!(at % 2)].jid, NULL);
        for (guint ms = 0; ms < at / 2; ms++) {
            wire_pair_run (pair, 1);
            for (guint i = 0; i < 2; i++)
                if (ms % 3 == i)
                    say_in_open_one (&side[i], old[i], ms);
        }
        wire_pair_settle (pair);
        for (guint i = 0; i < 2; i++) {
            XtlsSm *sm = xtls_session_take_sm (old[i]);

            newer[i] = wire_session (&side[i]);
            g_assert_true (newer[i] != old[i]);
            wire_assert_state (&side[i], XTLS_SESSION_OPEN);
            g_assert_cmpstr (side[i].states->str, ==, "++-replaced");
            g_assert_cmpuint (xtls_sm_get_unacked (sm)->length, ==, 0);
            assert_delivered_in_order (&side[!i], i, at / 2);
            xtls_sm_free (sm);
        }
        g_assert_cmpuint (count_terminates (pair), ==, 1);
        wire_pair_free (pair);
    }
}

/* The side that has called does not end the old session, perhaps because it
 * has none. */
static void
test_other_side_does_not_end (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *old = wire_session (&pair->side[1]);

    xtls_session_set_silent (wire_session (&pair->side[0]));
    xtls_session_abort (wire_session (&pair->side[0]), XTLS_END_OFFLINE);
    xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
    wire_pair_run (pair, 1000);
    g_assert_true (wire_session (&pair->side[1]) != old);
    g_assert_cmpint (xtls_session_get_state (old), ==, XTLS_SESSION_OPEN);
    wire_pair_run (pair, XTLS_SESSION_CLOSE_TIMEOUT * 1000);
    g_assert_cmpint (xtls_session_get_end (old), ==, XTLS_END_REPLACED);
    wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    wire_pair_free (pair);
}

/* Somebody who calls again and again makes no more sessions wait than that. */
static void
test_calls_again_and_again (void)
{
    WirePair *pair = wire_pair_new_open ();

    for (guint i = 0; i < 10; i++) {
        guint waiting = 0;

        xtls_session_set_silent (wire_session (&pair->side[0]));
        xtls_session_abort (wire_session (&pair->side[0]), XTLS_END_OFFLINE);
        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
        wire_pair_run (pair, 300);
        for (guint j = 0; j < pair->side[1].sessions->len; j++) {
            XtlsSession *session =
                g_ptr_array_index (pair->side[1].sessions, j);

            waiting += xtls_session_is_replaced (session) &&
                       xtls_session_get_state (session) != XTLS_SESSION_CLOSED;
        }
        g_assert_cmpuint (waiting, ==, MIN (i + 1, 2));
    }
    wire_pair_free (pair);
}

static void
test_old_keys (void)
{
    const gint64 day = (gint64)XTLS_SESSION_KEYS_SECONDS * G_USEC_PER_SEC;
    const gint64 more = (gint64)XTLS_SESSION_KEYS_MORE_SECONDS * G_USEC_PER_SEC;
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *caller = wire_session (&pair->side[0]);
    XtlsSession *called = wire_session (&pair->side[1]);

    pair->now += day - 10 * G_USEC_PER_SEC;
    g_assert_false (xtls_session_has_old_keys (caller));
    pair->now += 10 * G_USEC_PER_SEC;
    g_assert_true (xtls_session_has_old_keys (caller));
    g_assert_false (xtls_session_has_old_keys (called));
    pair->now += more;
    g_assert_true (xtls_session_has_old_keys (called));
    wire_pair_free (pair);
}

static void
test_much_used_keys (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session[2] = {wire_session (&pair->side[0]),
                               wire_session (&pair->side[1])};

    session[0]->stanzas = XTLS_SESSION_KEYS_STANZAS - 2;
    session[1]->stanzas =
        XTLS_SESSION_KEYS_STANZAS + XTLS_SESSION_KEYS_MORE_STANZAS - 2;
    for (guint i = 0; i < 2; i++) {
        for (guint j = 0; j < 2; j++)
            g_assert_false (xtls_session_has_old_keys (session[j]));
        wire_say (session[i], "x");
        g_assert_false (xtls_session_is_quiet (session[i]));
        wire_pair_run (pair, 5 * XTLS_SESSION_ACK_DELAY);
    }
    for (guint j = 0; j < 2; j++) {
        g_assert_true (xtls_session_has_old_keys (session[j]));
        g_assert_true (xtls_session_is_quiet (session[j]));
    }
    wire_pair_free (pair);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/replacement/same-key", test_same_key);
    g_test_add_func ("/replacement/other-key", test_other_key);
    g_test_add_func ("/replacement/crossing", test_crossing);
    g_test_add_func ("/replacement/talk-goes-on", test_talk_goes_on);
    g_test_add_func ("/replacement/other-side-does-not-end",
                     test_other_side_does_not_end);
    g_test_add_func ("/replacement/again-and-again",
                     test_calls_again_and_again);
    g_test_add_func ("/replacement/old-keys", test_old_keys);
    g_test_add_func ("/replacement/much-used-keys", test_much_used_keys);
    return g_test_run ();
}
