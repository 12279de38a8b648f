/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How sessions are closed, and left. */
#include "pump.h"
#include "session-private.h"
#include "window.h"
#include "wirepair.h"

#include <string.h>

static char *
lose_terminate (char *text)
{
    if (!strstr (text, "session-terminate"))
        return text;
    g_free (text);
    return g_strdup ("<iq xmlns='jabber:client' type='result' id='x'/>");
}

static void
test_close_at_once (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);

    wire_say (session, "last");
    wire_say (session, "words");
    xtls_session_close (session, TRUE);
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    g_assert_false (wire_say (session, "too late"));
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[1], XTLS_END_PEER);
    g_assert_delivered (&pair->side[1], "last|words");
    wire_pair_free (pair);
}

/* A client that goes offline has not ended the conversation, and its
 * session-terminate says so. */
static void
test_leave (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);

    wire_say (session, "last");
    wire_say (session, "words");
    xtls_endpoint_leave (pair->side[0].endpoint);
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_pair_settle (pair);
    g_assert_true (wire_saw (pair, "<gone"));
    g_assert_false (wire_saw (pair, "<success"));
    wire_assert_end (&pair->side[1], XTLS_END_QUIT);
    g_assert_true (xtls_session_peer_has_left (wire_session (&pair->side[1])));
    g_assert_delivered (&pair->side[1], "last|words");
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

/* After its end tag a client may still have delivered something, which is in no
 * count: it does not say `gone`, or that would be sent again. */
static void
test_leave_while_closing (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    wire_say (wire_session (&pair->side[1]), "wait");
    xtls_endpoint_leave (pair->side[0].endpoint);
    wire_pair_settle (pair);
    g_assert_true (wire_saw (pair, "<success"));
    g_assert_false (wire_saw (pair, "<gone"));
    wire_assert_end (&pair->side[1], XTLS_END_PEER);
    g_assert_false (xtls_session_peer_has_left (wire_session (&pair->side[1])));
    wire_pair_free (pair);
}

/* The session waits for the reason as long as for the end of the stream. */
static void
test_leave_unsaid (void)
{
    for (guint offline = 0; offline < 2; offline++) {
        WirePair *pair = wire_pair_new_open ();

        pair->rewrite = lose_terminate;
        xtls_endpoint_leave (pair->side[0].endpoint);
        wire_pair_run (pair, 1000);
        wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSING);
        g_assert_false (wire_say (wire_session (&pair->side[1]), "and yet"));
        if (offline)
            xtls_endpoint_peer_gone (pair->side[1].endpoint, WIRE_ROMEO);
        else
            wire_pair_run (pair, XTLS_SESSION_CLOSE_TIMEOUT * 1000);
        wire_assert_end (&pair->side[1],
                         offline ? XTLS_END_QUIT : XTLS_END_PEER);
        g_assert_false (
            xtls_session_peer_has_left (wire_session (&pair->side[1])));
        wire_pair_settle (pair);
        g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
        wire_pair_free (pair);
    }
}

static void
test_leave_before_open (void)
{
    WirePair *pair = wire_pair_new ();

    xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
    wire_pair_run (pair, 6);
    xtls_endpoint_leave (pair->side[0].endpoint);
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_assert_end (&pair->side[1], XTLS_END_GONE);
    wire_pair_free (pair);
}

static void
test_close_both (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    xtls_session_close (wire_session (&pair->side[1]), FALSE);
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_assert_end (&pair->side[1], XTLS_END_LOCAL);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

/* The end of TLS alone is not a proper end of the stream. */
static void
test_close_without_tag (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[1]);

    wire_say (session, "last words");
    xtls_tls_bye (session->tls);
    xtls_pump_push (session, 0);
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "last words");
    wire_assert_end (&pair->side[0], XTLS_END_CUT);
    wire_pair_free (pair);
}

/* Messages that the other side sent before it knew of the end are delivered. */
static void
test_close_late_data (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    wire_say (wire_session (&pair->side[1]), "wait");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "wait");
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_assert_end (&pair->side[1], XTLS_END_PEER);
    wire_pair_free (pair);
}

static void
test_close_before_open (void)
{
    WirePair *pair = wire_pair_new ();
    XtlsSession *session =
        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);

    wire_pair_run (pair, 6);
    wire_assert_state (&pair->side[1], XTLS_SESSION_HANDSHAKING);
    xtls_session_close (session, FALSE);
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[1], XTLS_END_DECLINED);
    g_assert_cmpuint (pair->side[1].open, ==, 0);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

/* The other side is told inside that this was meant, and outside why. */
static void
test_hand_over (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_session_hand_over (wire_session (&pair->side[0]));
    wire_say (wire_session (&pair->side[1]), "wait");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "wait");
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_assert_end (&pair->side[1], XTLS_END_ELSEWHERE);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

static void
test_hand_over_before_open (void)
{
    WirePair *pair = wire_pair_new ();
    XtlsSession *session =
        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);

    wire_pair_run (pair, 6);
    wire_assert_state (&pair->side[1], XTLS_SESSION_HANDSHAKING);
    xtls_session_hand_over (session);
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_assert_end (&pair->side[1], XTLS_END_ELSEWHERE);
    g_assert_cmpuint (pair->side[1].open, ==, 0);
    wire_pair_free (pair);
}

static void
test_close_timeout (void)
{
    WirePair *pair = wire_pair_new_open ();

    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    wire_pair_run (pair, XTLS_SESSION_CLOSE_TIMEOUT * 1000 - 1);
    wire_assert_state (&pair->side[0], XTLS_SESSION_CLOSING);
    wire_pair_run (pair, 1);
    wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    wire_pair_free (pair);
}

/* --- closing with much to be said ------------------------------------------*/

static guint block_size;

static char *
make_blocks_small (char *text)
{
    g_auto (GStrv) parts = g_strsplit (text, "block-size='16384'", 2);
    char *lowered =
        parts[1] ? g_strdup_printf (
                       "%sblock-size='%u'%s", parts[0], block_size, parts[1])
                 : g_strdup (text);

    g_free (text);
    return lowered;
}

static WirePair *
pair_new_small_blocks (guint size)
{
    WirePair *pair = wire_pair_new ();

    block_size = size;
    pair->rewrite = make_blocks_small;
    wire_pair_call (pair, 0);
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    return pair;
}

static void
say_much (WirePair *pair, gsize len)
{
    char *text = g_strnfill (len, 'x');

    g_assert_true (wire_say (wire_session (&pair->side[0]), text));
    g_free (text);
}

/* Runs until both have closed. Returns: how many stanzas were under way at
 * most. */
static guint
run_to_end (WirePair *pair)
{
    guint most = 0;

    for (guint i = 0; i < 200 * 1000; i++) {
        most = MAX (most, pair->items.length);
        wire_pair_run (pair, 1);
        if (xtls_session_get_end (wire_session (&pair->side[0])) &&
            xtls_session_get_end (wire_session (&pair->side[1])))
            break;
    }
    return most;
}

/* Whichever side ends the session, queued data does not flood the path. */
static void
test_close_much_queued (void)
{
    for (guint who = 0; who < 2; who++) {
        WirePair *pair = pair_new_small_blocks (1000);

        for (guint i = 0; i < 5; i++)
            say_much (pair, 200 * 1024);
        xtls_session_close (wire_session (&pair->side[who]), FALSE);
        g_assert_cmpuint (run_to_end (pair), <=, 2 * XTLS_WINDOW_BLOCKS_MAX);
        wire_assert_end (&pair->side[who], XTLS_END_LOCAL);
        wire_assert_end (&pair->side[!who], XTLS_END_PEER);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, 5);
        g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
        wire_pair_free (pair);
    }
}

/* On a slow path the end takes its time and everything before it arrives. On a
 * dead path the session times out. */
static void
test_close_slow_way (void)
{
    for (guint dead = 0; dead < 2; dead++) {
        WirePair *pair = wire_pair_new_open ();
        XtlsSession *session = wire_session (&pair->side[0]);
        XtlsSm *sm;

        wire_pair_set_fault (pair, WIRE_FAULT_DELAY, 0, 3000);
        say_much (pair, 200 * 1024);
        say_much (pair, 200 * 1024);
        xtls_session_close (session, FALSE);
        wire_pair_run (pair, XTLS_SESSION_CLOSE_TIMEOUT * 1000 + 1);
        g_assert_cmpuint (xtls_session_get_unsent (session), >, 0);
        wire_assert_state (&pair->side[0], XTLS_SESSION_CLOSING);
        if (dead) {
            wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
            wire_pair_run (pair, 2 * XTLS_IBB_DEAD_AFTER / 1000);
        } else {
            run_to_end (pair);
            wire_assert_end (&pair->side[1], XTLS_END_PEER);
            g_assert_cmpuint (pair->side[1].delivered->len, ==, 2);
        }
        wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
        sm = xtls_session_take_sm (session);
        g_assert_cmpuint (xtls_sm_get_unacked (sm)->length, ==, dead ? 2 : 0);
        xtls_sm_free (sm);
        wire_pair_free (pair);
    }
}

/* Before quitting, everything is sent in blocks of the usual size. A peer that
 * has asked for tiny blocks cannot make that take long. */
static void
test_close_at_once_much (void)
{
    static const guint sizes[] = {16384, 1};

    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
        WirePair *pair = pair_new_small_blocks (sizes[i]);

        for (guint j = 0; j < 5; j++)
            say_much (pair, 200 * 1024);
        xtls_session_close (wire_session (&pair->side[0]), TRUE);
        g_assert_cmpuint (pair->items.length, <, 1400);
        wire_pair_settle (pair);
        wire_assert_end (&pair->side[0], XTLS_END_LOCAL);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, i ? 0 : 5);
        wire_assert_end (&pair->side[1], i ? XTLS_END_CUT : XTLS_END_PEER);
        wire_pair_free (pair);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/session/close/at-once", test_close_at_once);
    g_test_add_func ("/session/leave/open", test_leave);
    g_test_add_func ("/session/leave/unsaid", test_leave_unsaid);
    g_test_add_func ("/session/leave/while-closing", test_leave_while_closing);
    g_test_add_func ("/session/leave/before-open", test_leave_before_open);
    g_test_add_func ("/session/close/both", test_close_both);
    g_test_add_func ("/session/close/without-tag", test_close_without_tag);
    g_test_add_func ("/session/close/late-data", test_close_late_data);
    g_test_add_func ("/session/close/before-open", test_close_before_open);
    g_test_add_func ("/session/hand-over/open", test_hand_over);
    g_test_add_func ("/session/hand-over/before-open",
                     test_hand_over_before_open);
    g_test_add_func ("/session/close/timeout", test_close_timeout);
    g_test_add_func ("/session/close/much-queued", test_close_much_queued);
    g_test_add_func ("/session/close/slow-way", test_close_slow_way);
    g_test_add_func ("/session/close/at-once-much", test_close_at_once_much);
    return g_test_run ();
}
