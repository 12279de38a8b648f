/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How sessions end by themselves. */
#include "ibb.h"
#include "session.h"
#include "sm.h"
#include "wirepair.h"

#include <string.h>

static void
test_timeout_no_answer (void)
{
    WirePair *pair = wire_pair_new ();

    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
    wire_pair_run (pair, XTLS_SESSION_SETUP_TIMEOUT * 1000 - 1);
    wire_assert_state (&pair->side[0], XTLS_SESSION_REQUESTED);
    wire_pair_run (pair, 1);
    wire_assert_end (&pair->side[0], XTLS_END_TIMEOUT);
    g_assert_true (wire_saw (pair, "<timeout"));
    wire_pair_free (pair);
}

static void
test_timeout_no_bytestream (void)
{
    WirePair *pair = wire_pair_new ();

    /* session-initiate, result, session-accept pass. */
    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 3, 0);
    xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
    wire_pair_run (pair, XTLS_SESSION_SETUP_TIMEOUT * 1000 - 1);
    wire_assert_state (&pair->side[1], XTLS_SESSION_HANDSHAKING);
    wire_pair_run (pair, 10);
    wire_assert_end (&pair->side[1], XTLS_END_TIMEOUT);
    wire_pair_free (pair);
}

static void
test_timeout_dead (void)
{
    WirePair *pair = wire_pair_new_open ();

    wire_pair_run (pair, 100 * 1000);
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    wire_say (wire_session (&pair->side[0]), "anybody?");
    wire_pair_run (pair, XTLS_IBB_DEAD_AFTER / 1000 - 1);
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_pair_run (pair, 10);
    wire_assert_end (&pair->side[0], XTLS_END_DEAD);
    wire_pair_free (pair);
}

static void
test_end_confirms (void)
{
    for (guint who = 0; who < 2; who++) {
        WirePair *pair = wire_pair_new_open ();
        XtlsSm *sm;

        wire_say (wire_session (&pair->side[who]), "last words");
        wire_pair_run (pair, 100);
        g_assert_delivered (&pair->side[!who], "last words");
        xtls_session_close (wire_session (&pair->side[!who]), FALSE);
        wire_pair_settle (pair);
        wire_assert_end (&pair->side[who], XTLS_END_PEER);
        sm = xtls_session_take_sm (wire_session (&pair->side[who]));
        g_assert_cmpuint (xtls_sm_get_unacked (sm)->length, ==, 0);
        xtls_sm_free (sm);
        wire_pair_free (pair);
    }
}

static WirePair *swallowing;

/* The server acknowledges blocks for Juliet in her name and drops them. */
static char *
swallow (char *text)
{
    xmlnode *iq;
    char *answer;

    if (!strstr (text, "<data ") || !strstr (text, "to='" WIRE_JULIET "'"))
        return text;
    iq = xmlnode_from_str (text, -1);
    answer = g_strdup_printf ("<iq xmlns='jabber:client' type='result' "
                              "id='%s'/>",
                              xmlnode_get_attrib (iq, "id"));
    wire_forge (swallowing, 0, WIRE_JULIET, answer);
    g_free (answer);
    xmlnode_free (iq);
    g_free (text);
    return g_strdup ("<iq xmlns='jabber:client' type='result' id='x'/>");
}

static void
say_for (WirePair *pair, guint seconds, gboolean both)
{
    for (guint i = 0; i < seconds; i++) {
        wire_pair_run (pair, 1000);
        if (xtls_session_get_end (wire_session (&pair->side[0])))
            return;
        wire_say (wire_session (&pair->side[0]), "hello?");
        if (both)
            wire_say (wire_session (&pair->side[1]), "why so silent?");
    }
}

/* What he sends proves nothing. What she sends shows that she is there, but she
 * waits for acknowledgements as he does, so her session ends, too. */
static void
test_timeout_swallowed (void)
{
    for (guint both = 0; both < 2; both++) {
        WirePair *pair = wire_pair_new_open ();

        wire_pair_run (pair, 100 * 1000);
        swallowing = pair;
        pair->rewrite = swallow;
        wire_say (wire_session (&pair->side[0]), "anybody?");
        say_for (pair, XTLS_SESSION_DEAD_AFTER - 1, both);
        wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
        say_for (pair, both ? XTLS_SESSION_DEAD_AFTER + 10 : 2, both);
        /* The side that notices first tells the other. */
        wire_assert_end (&pair->side[both], XTLS_END_DEAD);
        if (both)
            wire_assert_end (&pair->side[0], XTLS_END_CUT);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, 0);
        wire_pair_free (pair);
    }
}

/* The responses to his blocks are very late, those to hers are not. */
static char *
lose_answers (char *text)
{
    if (!strstr (text, "type='result'") ||
        !strstr (text, "to='" WIRE_ROMEO "'"))
        return text;
    g_free (text);
    return g_strdup ("<iq xmlns='jabber:client' type='result' id='x'/>");
}

/* The session lives as long as data from her arrives, because her server may be
 * slow. */
static void
test_timeout_late_answers (void)
{
    WirePair *pair = wire_pair_new_open ();

    wire_pair_settle (pair);
    pair->rewrite = lose_answers;
    wire_say (wire_session (&pair->side[0]), "hello");
    for (guint i = 0; i < 10; i++) {
        wire_pair_run (pair, (XTLS_SESSION_DEAD_AFTER - 1) * 1000);
        wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
        wire_say (wire_session (&pair->side[1]), "here I am");
    }
    wire_pair_run (pair, (XTLS_SESSION_DEAD_AFTER + 1) * 1000);
    wire_assert_end (&pair->side[0], XTLS_END_DEAD);
    g_assert_cmpuint (pair->side[0].delivered->len, ==, 10);
    wire_pair_free (pair);
}

/* A peer that does not acknowledge by itself is asked about each message in
 * time, not only about the first. */
static void
test_timeout_asks (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);

    wire_pair_settle (pair);
    pair->lost_timer = XTLS_SESSION_ACK_DELAY;
    for (guint i = 0; i < 5; i++) {
        g_assert_true (wire_say (session, "hello"));
        wire_pair_run (pair, (XTLS_SESSION_ASK_AFTER - 1) * 1000);
        g_assert_cmpuint (xtls_session_get_unacked (session)->length, ==, 1);
        wire_pair_run (pair, 2000);
        g_assert_cmpuint (xtls_session_get_unacked (session)->length, ==, 0);
    }
    wire_pair_free (pair);
}

/* The peer's client is online and does not know the session. */
static void
test_forgotten (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_endpoint_abort (pair->side[1].endpoint, XTLS_END_OFFLINE);
    wire_pair_settle (pair);
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_say (wire_session (&pair->side[0]), "hello?");
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[0], XTLS_END_CUT);
    wire_pair_free (pair);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/session/timeout/no-answer", test_timeout_no_answer);
    g_test_add_func ("/session/timeout/no-bytestream",
                     test_timeout_no_bytestream);
    g_test_add_func ("/session/end/confirms", test_end_confirms);
    g_test_add_func ("/session/timeout/dead", test_timeout_dead);
    g_test_add_func ("/session/timeout/swallowed", test_timeout_swallowed);
    g_test_add_func ("/session/timeout/late-answers",
                     test_timeout_late_answers);
    g_test_add_func ("/session/timeout/asks", test_timeout_asks);
    g_test_add_func ("/session/forgotten", test_forgotten);
    return g_test_run ();
}
