/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions from call to end: states, timeouts, callbacks. */
#include "ns.h"
#include "pump.h"
#include "session-private.h"
#include "session-state.h"
#include "window.h"
#include "wirepair.h"

#include <string.h>

/* --- states ----------------------------------------------------------------*/

static void
nothing_cb (XtlsSession *session, gpointer data)
{
    guint *count = data;

    (*count)++;
}

static void
test_states_table (void)
{
    static const char *const allowed[] = {
        [XTLS_SESSION_IDLE] = ".yy...y",
        [XTLS_SESSION_REQUESTED] = "..y...y",
        [XTLS_SESSION_ACCEPTED] = "...y..y",
        [XTLS_SESSION_HANDSHAKING] = "....y.y",
        [XTLS_SESSION_OPEN] = ".....yy",
        [XTLS_SESSION_CLOSING] = "......y",
        [XTLS_SESSION_CLOSED] = ".......",
    };
    XtlsSessionOps ops = {.changed = nothing_cb};

    for (guint from = 0; from <= XTLS_SESSION_CLOSED; from++) {
        for (guint to = 0; to <= XTLS_SESSION_CLOSED; to++) {
            guint count = 0;
            XtlsSession session = {
                .state = from, .ops = ops, .user_data = &count};
            gboolean may = allowed[from][to] == 'y';

            g_assert_cmpint (xtls_session_state_set (&session, to), ==, may);
            g_assert_cmpuint (session.state, ==, may ? to : from);
            g_assert_cmpuint (count, ==, may);
        }
    }
}

static void
test_states_names (void)
{
    g_assert_cmpstr (xtls_end_to_string (XTLS_END_TIE_BREAK), ==, "tie-break");
    g_assert_cmpstr (xtls_end_to_string (XTLS_END_PROTOCOL), ==, "protocol");
    g_assert_cmpstr (xtls_end_to_string (XTLS_END_PROTOCOL + 1), ==, "unknown");
}

/* --- the whole way ---------------------------------------------------------*/

static void
test_open_talk_close (void)
{
    WirePair *pair = wire_pair_new_open ();
    WireSide *romeo = &pair->side[0], *juliet = &pair->side[1];
    XtlsSession *session = wire_session (romeo);
    guint8 one[32], other[32];
    char *tls = xtls_session_describe_tls (session);

    g_assert_true (g_str_has_prefix (tls, "TLS 1.3"));
    g_free (tls);
    g_assert_true (xtls_session_is_outgoing (session));
    g_assert_false (xtls_session_is_outgoing (wire_session (juliet)));
    g_assert_true (xtls_session_get_binding (session, one));
    g_assert_true (xtls_session_get_binding (wire_session (juliet), other));
    g_assert_cmpmem (one, 32, other, 32);
    g_assert_true (xtls_fingerprint_equal (
        xtls_session_get_fingerprint (session),
        xtls_session_get_own_fingerprint (wire_session (juliet))));

    g_assert_true (wire_say (session, WIRE_SECRET "1"));
    g_assert_true (wire_say (session, WIRE_SECRET "2"));
    g_assert_true (wire_say (wire_session (juliet), WIRE_SECRET "3"));
    wire_pair_settle (pair);
    g_assert_delivered (juliet, WIRE_SECRET "1|" WIRE_SECRET "2");
    g_assert_delivered (romeo, WIRE_SECRET "3");

    xtls_session_close (session, FALSE);
    wire_assert_state (romeo, XTLS_SESSION_CLOSING);
    wire_pair_settle (pair);
    wire_assert_end (romeo, XTLS_END_LOCAL);
    wire_assert_end (juliet, XTLS_END_PEER);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    g_assert_cmpstr (romeo->states->str, ==, "+-local");
    g_assert_cmpstr (juliet->states->str, ==, "+-peer");
    g_assert_false (wire_saw (pair, "type='error'"));
    wire_assert_private (pair);
    wire_pair_free (pair);
}

static void
test_open_other_side_closes (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_session_close (wire_session (&pair->side[1]), FALSE);
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[0], XTLS_END_PEER);
    wire_assert_end (&pair->side[1], XTLS_END_LOCAL);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

static void
test_open_sizes (void)
{
    static const gsize sizes[] = {
        1, 255, 256, 4096, 16384, 30000, 65536, 200 * 1024};
    WirePair *pair = wire_pair_new_open ();
    GError *error = NULL;
    xmlnode *message;
    char *text;

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        text = g_strnfill (sizes[i], 'x');
        g_assert_true (wire_say (wire_session (&pair->side[0]), text));
        wire_pair_settle (pair);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, i + 1);
        g_assert_cmpstr (
            g_ptr_array_index (pair->side[1].delivered, i), ==, text);
        g_free (text);
    }

    /* The caller gets an error, and nothing else happens. */
    text = g_strnfill (XTLS_STANZA_MAX, 'x');
    message = wire_message (text);
    g_assert_false (
        xtls_session_send (wire_session (&pair->side[0]), message, &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_TOO_BIG);
    g_clear_error (&error);
    xmlnode_free (message);
    g_free (text);
    wire_say (wire_session (&pair->side[0]), "Grüße, 世界 𝄞 <&>'\"");
    wire_pair_settle (pair);
    g_assert_cmpstr (
        g_ptr_array_index (pair->side[1].delivered, G_N_ELEMENTS (sizes)),
        ==,
        "Grüße, 世界 𝄞 <&>'\"");
    wire_pair_free (pair);
}

static void
test_open_echo (void)
{
    WirePair *pair = wire_pair_new_open ();

    pair->side[1].echo = TRUE;
    for (guint i = 0; i < 3; i++)
        wire_say (wire_session (&pair->side[0]), i ? "b" : "a");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "re: a|re: b|re: b");
    wire_pair_free (pair);
}

static char *
lose_terminate (char *text)
{
    if (!strstr (text, "session-terminate"))
        return text;
    g_free (text);
    return g_strdup ("<iq xmlns='jabber:client' type='result' id='x'/>");
}

/* --- closing ---------------------------------------------------------------*/

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
    g_assert_delivered (&pair->side[1], "last|words");
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
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

/* Whoever ends, the path is not flooded with queued data. */
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

/* --- time ------------------------------------------------------------------*/

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

/* --- callbacks -------------------------------------------------------------*/

static void
close_in_callback (XtlsSession *session)
{
    if (xtls_session_get_state (session) < XTLS_SESSION_CLOSED)
        xtls_session_close (session, FALSE);
}

static void
close_at_once_in_callback (XtlsSession *session)
{
    if (xtls_session_get_state (session) < XTLS_SESSION_CLOSED)
        xtls_session_close (session, TRUE);
}

static void
abort_in_callback (XtlsSession *session)
{
    if (xtls_session_get_state (session) < XTLS_SESSION_CLOSED)
        xtls_session_abort (session, XTLS_END_GONE);
}

static void
test_callbacks (void)
{
    static void (*const what[]) (XtlsSession *) = {
        close_in_callback, close_at_once_in_callback, abort_in_callback};

    for (guint where = 0; where < 4; where++) {
        for (guint i = 0; i < G_N_ELEMENTS (what) * 2; i++) {
            WirePair *pair = wire_pair_new ();
            WireSide *side = &pair->side[i % 2];

            if (where == 0)
                side->on_allow = what[i / 2];
            else if (where == 1)
                side->on_admit = what[i / 2];
            else if (where == 2)
                side->on_changed = what[i / 2];
            else
                side->on_deliver = what[i / 2];
            wire_pair_call (pair, 0);
            if (where == 3 && wire_session (&pair->side[!(i % 2)])) {
                wire_say (wire_session (&pair->side[!(i % 2)]), "a");
                wire_say (wire_session (&pair->side[!(i % 2)]), "b");
                wire_pair_settle (pair);
            }
            wire_assert_state (side, XTLS_SESSION_CLOSED);
            wire_pair_free (pair);
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/session/states/table", test_states_table);
    g_test_add_func ("/session/states/names", test_states_names);
    g_test_add_func ("/session/open/talk-close", test_open_talk_close);
    g_test_add_func ("/session/open/other-side-closes",
                     test_open_other_side_closes);
    g_test_add_func ("/session/open/sizes", test_open_sizes);
    g_test_add_func ("/session/open/echo", test_open_echo);
    g_test_add_func ("/session/close/at-once", test_close_at_once);
    g_test_add_func ("/session/leave/open", test_leave);
    g_test_add_func ("/session/leave/unsaid", test_leave_unsaid);
    g_test_add_func ("/session/leave/before-open", test_leave_before_open);
    g_test_add_func ("/session/close/both", test_close_both);
    g_test_add_func ("/session/close/without-tag", test_close_without_tag);
    g_test_add_func ("/session/close/late-data", test_close_late_data);
    g_test_add_func ("/session/close/before-open", test_close_before_open);
    g_test_add_func ("/session/close/timeout", test_close_timeout);
    g_test_add_func ("/session/close/much-queued", test_close_much_queued);
    g_test_add_func ("/session/close/slow-way", test_close_slow_way);
    g_test_add_func ("/session/close/at-once-much", test_close_at_once_much);
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
    g_test_add_func ("/session/callbacks/close", test_callbacks);
    return g_test_run ();
}
