/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which side resumes which stream, and when resuming is given up. */
#include "nodes.h"
#include "resumption.h"
#include "talker.h"

/* --- by itself -------------------------------------------------------------*/

typedef struct {
    guint given_up; /* stanzas */
    guint settled;
} Heard;

static void
given_up_cb (XtlsSm *sm, gpointer data)
{
    ((Heard *)data)->given_up += xtls_sm_get_unacked (sm)->length;
}

static void
settled_cb (gpointer data)
{
    ((Heard *)data)->settled++;
}

static XtlsResumption *
listen_to (Heard *heard)
{
    static const XtlsResumptionOps ops = {
        .given_up = given_up_cb,
        .settled = settled_cb,
        .timer_add = wire_timer_add,
        .timer_remove = wire_timer_remove,
    };

    return xtls_resumption_new (&ops, heard);
}

static XtlsSm *
with_one (const char *id)
{
    XtlsSm *sm = xtls_sm_new (id);

    xtls_sm_sent (sm, wire_message ("x"), 100);
    return sm;
}

/* A peer that has called may take a limited time to resume. */
static void
test_wait (void)
{
    for (guint over = 0; over < 2; over++) {
        WirePair *pair = wire_pair_new_open ();
        Heard heard = {0};
        XtlsResumption *resumption = listen_to (&heard);

        xtls_resumption_keep (resumption, with_one ("id"));
        xtls_resumption_opened (
            resumption, wire_session (&pair->side[1]), NULL);
        g_assert_true (xtls_resumption_is_waiting (resumption));
        wire_pair_run (pair, XTLS_RESUMPTION_WAIT * 1000 - 1 + over);
        g_assert_cmpint (xtls_resumption_is_waiting (resumption), ==, !over);
        g_assert_cmpuint (heard.given_up, ==, over);
        g_assert_cmpuint (heard.settled, ==, over);
        /* It is reported once. */
        xtls_resumption_settled (resumption);
        g_assert_cmpuint (heard.settled, ==, 1);
        xtls_resumption_settled (resumption);
        g_assert_cmpuint (heard.settled, ==, 1);
        xtls_resumption_free (resumption);
        wire_pair_free (pair);
    }
}

/* Nothing is waited for if we called, because the peer has answered already, or
 * if the peer has nothing to resume. */
static void
test_no_wait (void)
{
    WirePair *pair = wire_pair_new_open ();
    Heard heard = {0};
    XtlsResumption *resumption = listen_to (&heard);

    xtls_resumption_opened (resumption, wire_session (&pair->side[1]), NULL);
    g_assert_false (xtls_resumption_is_waiting (resumption));
    g_assert_cmpuint (heard.settled, ==, 1);
    xtls_resumption_keep (resumption, with_one ("id"));
    xtls_resumption_opened (resumption, wire_session (&pair->side[0]), NULL);
    g_assert_cmpuint (heard.settled, ==, 2);
    g_assert_cmpuint (heard.given_up, ==, 1);
    xtls_resumption_free (resumption);
    wire_pair_free (pair);
}

/* One with messages is worth more than one without, in either order. */
static void
test_keep_the_fuller_one (void)
{
    for (guint empty_first = 0; empty_first < 2; empty_first++) {
        Heard heard = {0};
        XtlsResumption *resumption = listen_to (&heard);
        XtlsSm *full = with_one ("full");

        if (empty_first)
            xtls_resumption_keep (resumption, xtls_sm_new ("empty"));
        xtls_resumption_keep (resumption, full);
        if (!empty_first)
            xtls_resumption_keep (resumption, xtls_sm_new ("empty"));
        g_assert_cmpuint (heard.given_up, ==, 0);
        g_assert_true (xtls_resumption_take (resumption) == full);
        xtls_sm_free (full);
        xtls_resumption_free (resumption);
    }
}

static void
test_keep (void)
{
    Heard heard = {0};
    XtlsResumption *resumption = listen_to (&heard);
    XtlsSm *sm = with_one ("first"), *taken;

    xtls_resumption_keep (resumption, NULL);
    g_assert_null (xtls_resumption_take (resumption));
    xtls_resumption_keep (resumption, sm);
    g_assert_cmpuint (heard.given_up, ==, 0);
    /* There is at most one state, and without an id it cannot be resumed. */
    xtls_resumption_keep (resumption, with_one ("second"));
    g_assert_cmpuint (heard.given_up, ==, 1);
    taken = xtls_resumption_take (resumption);
    g_assert_true (taken == sm);
    xtls_resumption_keep (resumption, with_one (NULL));
    g_assert_cmpuint (heard.given_up, ==, 2);
    g_assert_null (xtls_resumption_take (resumption));
    /* A stream that was ended properly is not resumed. */
    xtls_resumption_lost (resumption, with_one ("ended"), FALSE);
    g_assert_cmpuint (heard.given_up, ==, 3);
    xtls_resumption_lost (resumption, sm, TRUE);
    g_assert_cmpuint (heard.given_up, ==, 3);
    xtls_resumption_give_up (resumption);
    g_assert_cmpuint (heard.given_up, ==, 4);
    xtls_resumption_free (resumption);
}

/* A session that has ended does not get it: with that session it would be
 * lost. */
static void
test_find (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[1]);
    Heard heard = {0};
    XtlsResumption *resumption = listen_to (&heard);
    XtlsSm *sm = with_one ("id"), *found;

    xtls_sm_bind (sm,
                  xtls_session_get_own_fingerprint (session)->bytes,
                  xtls_session_get_fingerprint (session)->bytes);
    xtls_resumption_keep (resumption, sm);
    g_assert_null (xtls_resumption_find (resumption, session, "other"));
    found = xtls_resumption_find (resumption, session, "id");
    g_assert_true (found == sm);
    xtls_resumption_keep (resumption, sm);
    xtls_session_close (session, TRUE);
    g_assert_null (xtls_resumption_find (resumption, session, "id"));
    g_assert_cmpuint (xtls_resumption_get_unacked (resumption)->length, ==, 1);
    xtls_resumption_free (resumption);
    wire_pair_free (pair);
}

/* --- between two -----------------------------------------------------------*/

/* Both have sent two messages, and the second ones are lost with the
 * connection. */
static WirePair *
new_cut (void)
{
    WirePair *pair = wire_pair_new ();

    talkers_new (pair);
    talker_call (talkers[0]);
    wire_pair_run (pair, 3000);
    talker_say (talkers[0], 0);
    talker_say (talkers[1], 0);
    wire_pair_run (pair, 3000);
    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    talker_say (talkers[0], 0);
    talker_say (talkers[1], 0);
    wire_pair_run (pair, 100);
    wire_pair_set_fault (pair, WIRE_FAULT_NONE, 0, 0);
    return pair;
}

static void
finish (WirePair *pair)
{
    wire_pair_run (pair, 20000);
    for (guint i = 0; i < 2; i++) {
        TalkerCount count;

        talker_say (talkers[i], 0);
        wire_pair_run (pair, 3000);
        count = talker_count (talkers[!i]);
        g_assert_cmpuint (count.lost + count.doubled + count.displaced, ==, 0);
        g_assert_cmpuint (talker_get_unconfirmed (talkers[i]), ==, 0);
        g_assert_cmpuint (talker_get_resumed (talkers[i]), >, 0);
    }
    wire_assert_private (pair);
    talkers_free ();
    wire_pair_free (pair);
}

/* Romeo returns with the same or another resource; Juliet has noticed it or
 * not, and calls or is called. */
static void
test_return (void)
{
    for (guint i = 0; i < 8; i++) {
        WirePair *pair = new_cut ();

        talker_login (talkers[0], i & 1 ? WIRE_ROMEO : "romeo@montague.lit/2");
        if (i & 2)
            talker_peer_gone (talkers[1]);
        talker_call (talkers[(i & 6) == 6]);
        finish (pair);
    }
}

/* The connection is cut again at each stanza until the session is resumed. */
static void
test_cut_again (void)
{
    for (guint at = 0; at < 24; at++) {
        WirePair *pair = new_cut ();

        talker_login (talkers[0], "romeo@montague.lit/2");
        if (at % 2)
            talker_peer_gone (talkers[1]);
        wire_pair_set_fault (pair, WIRE_FAULT_CUT, at, 0);
        talker_call (talkers[0]);
        wire_pair_run (pair, 1000);
        talker_login (talkers[0], "romeo@montague.lit/3");
        wire_pair_set_fault (pair, WIRE_FAULT_NONE, 0, 0);
        talker_call (talkers[0]);
        finish (pair);
    }
}

/* The same, and Juliet calls once she has noticed the cut. */
static void
test_cut_again_and_called (void)
{
    for (guint at = 0; at < 24; at++) {
        WirePair *pair = new_cut ();

        talker_login (talkers[0], "romeo@montague.lit/2");
        wire_pair_set_fault (pair, WIRE_FAULT_CUT, at, 0);
        talker_call (talkers[0]);
        wire_pair_run (pair, 1000);
        talker_login (talkers[0], "romeo@montague.lit/3");
        talker_peer_gone (talkers[1]);
        wire_pair_set_fault (pair, WIRE_FAULT_NONE, 0, 0);
        talker_call (talkers[1]);
        talker_call (talkers[0]);
        finish (pair);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/resumption/wait", test_wait);
    g_test_add_func ("/resumption/no-wait", test_no_wait);
    g_test_add_func ("/resumption/keep", test_keep);
    g_test_add_func ("/resumption/keep/fuller", test_keep_the_fuller_one);
    g_test_add_func ("/resumption/find", test_find);
    g_test_add_func ("/resumption/return", test_return);
    g_test_add_func ("/resumption/cut-again", test_cut_again);
    g_test_add_func ("/resumption/cut-again-and-called",
                     test_cut_again_and_called);
    return g_test_run ();
}
