/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Delivery in slices, acknowledgement, resumption, full queues. */
#include "delivery.h"
#include "ns.h"
#include "session-private.h"
#include "wirepair.h"

#include <string.h>

/* --- delivery --------------------------------------------------------------*/

static WirePair *slow_pair;

static void
slowly (XtlsSession *session)
{
    slow_pair->now += 1000;
}

#define ALL "a|b|c|d|e|f|g|h|i|j|k|l"

/* Twelve messages arrive at Juliet's in one turn of the main loop, each of them
 * takes her a millisecond, and the first slice is over. */
static WirePair *
pair_new_slow (void)
{
    static const char *const messages[] = {
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
    WirePair *pair = wire_pair_new_open ();

    slow_pair = pair;
    pair->side[1].on_deliver = slowly;
    wire_pair_set_fault (pair, WIRE_FAULT_JOIN, 0, 1000);
    for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
        wire_say (wire_session (&pair->side[0]), messages[i]);
    while (pair->side[1].delivered->len == 0)
        wire_pair_run (pair, 1);
    g_assert_delivered (&pair->side[1], "a|b");
    return pair;
}

static void
test_delivery_slices (void)
{
    WirePair *pair = pair_new_slow ();

    wire_pair_run (pair, 0);
    g_assert_delivered (&pair->side[1], "a|b|c|d");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[1], ALL);
    wire_pair_free (pair);
}

/* What a peer has sent before it went is all delivered, but not at once, and
 * the session ends after that. Nothing more of it is, when the key has been
 * refused meanwhile. */
static void
test_delivery_gone (void)
{
    for (guint refused = 0; refused < 2; refused++) {
        WirePair *pair = pair_new_slow ();
        WireSide *juliet = &pair->side[1];

        xtls_endpoint_peer_gone (juliet->endpoint, WIRE_ROMEO);
        g_assert_delivered (juliet, "a|b|c|d");
        wire_assert_state (juliet, XTLS_SESSION_CLOSING);
        juliet->allow = !refused;
        wire_pair_settle (pair);
        g_assert_delivered (juliet, refused ? "a|b|c|d" : ALL);
        wire_assert_end (juliet,
                         refused ? XTLS_END_KEY_REFUSED : XTLS_END_GONE);
        wire_pair_free (pair);
    }
}

/* A side that goes offline delivers one more slice. The rest arrives when the
 * session is resumed, and nothing arrives twice. */
static void
test_delivery_offline (void)
{
    WirePair *pair = pair_new_slow ();
    WireSide *romeo = &pair->side[0], *juliet = &pair->side[1];
    XtlsSm *sm;

    xtls_endpoint_abort (juliet->endpoint, XTLS_END_OFFLINE);
    g_assert_delivered (juliet, "a|b|c|d");
    wire_assert_end (juliet, XTLS_END_OFFLINE);
    xtls_endpoint_abort (romeo->endpoint, XTLS_END_CUT);
    wire_pair_set_fault (pair, WIRE_FAULT_NONE, 0, 0);
    sm = xtls_session_take_sm (wire_session (romeo));
    juliet->sm = xtls_session_take_sm (wire_session (juliet));
    xtls_endpoint_call (romeo->endpoint, WIRE_JULIET, sm);
    wire_pair_settle (pair);
    g_assert_delivered (juliet, ALL);
    wire_pair_free (pair);
}

/* A session that is closed at once acknowledges what it has delivered, and only
 * that. */
static void
test_delivery_left (void)
{
    WirePair *pair = pair_new_slow ();
    XtlsSession *session = wire_session (&pair->side[0]);
    XtlsSm *sm;

    xtls_session_leave (wire_session (&pair->side[1]));
    wire_assert_end (&pair->side[1], XTLS_END_LOCAL);
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[1], "a|b|c|d");
    wire_assert_end (&pair->side[0], XTLS_END_QUIT);
    sm = xtls_session_take_sm (session);
    g_assert_cmpuint (g_queue_get_length (xtls_sm_get_unacked (sm)), ==, 8);
    xtls_sm_free (sm);
    wire_pair_free (pair);
}

static void
say_behind (XtlsSession *session)
{
    if (xtls_session_get_state (session) == XTLS_SESSION_OPEN)
        g_assert_true (wire_say (session, "last"));
}

/* What has arrived in the old session is delivered before the messages of the
 * new one. */
static void
test_delivery_replaced (void)
{
    for (guint caller = 0; caller < 2; caller++) {
        WirePair *pair = wire_pair_new_open ();
        WireSide *romeo = &pair->side[0], *juliet = &pair->side[1];
        XtlsSession *old = wire_session (juliet);
        XtlsSession *session;

        slow_pair = pair;
        juliet->on_deliver = slowly;
        for (guint i = 0; i < 1000; i++)
            wire_say (wire_session (romeo), "x");
        wire_pair_run (pair, 100);
        romeo->on_changed = say_behind;
        xtls_endpoint_call (
            pair->side[caller].endpoint, pair->side[!caller].jid, NULL);
        session = wire_session (juliet);
        while (session == old ||
               xtls_session_get_state (session) != XTLS_SESSION_OPEN) {
            wire_pair_run (pair, 1);
            session = wire_session (juliet);
        }
        g_assert_cmpuint (juliet->delivered->len, <, 900);
        wire_pair_settle (pair);
        g_assert_cmpuint (juliet->delivered->len, ==, 1001);
        g_assert_cmpstr (juliet->delivered->pdata[1000], ==, "last");
        g_assert_cmpstr (juliet->states->str, ==, "++-replaced");
        g_assert_cmpstr (romeo->states->str, ==, "++-replaced");
        wire_pair_free (pair);
    }
}

/* Stanzas that arrived before the cut are delivered before the end is
 * reported. */
static void
test_delivery_before_end (void)
{
    for (guint i = 0; i < 3; i++) {
        WirePair *pair = wire_pair_new_open ();

        wire_pair_set_fault (pair, WIRE_FAULT_JOIN, 0, 50);
        wire_say (wire_session (&pair->side[0]), "x");
        wire_say (wire_session (&pair->side[0]), "y");
        wire_pair_run (pair, 0);
        if (i == 0)
            wire_forge_terminate (pair, 1, "success");
        while (pair->items.length)
            wire_pair_run (pair, 1);
        if (i == 1)
            xtls_endpoint_peer_gone (pair->side[1].endpoint, WIRE_ROMEO);
        if (i == 2)
            xtls_endpoint_abort (pair->side[1].endpoint, XTLS_END_OFFLINE);
        wire_pair_settle (pair);
        g_assert_delivered (&pair->side[1], "x|y");
        wire_assert_end (&pair->side[1],
                         i == 0   ? XTLS_END_CUT
                         : i == 1 ? XTLS_END_GONE
                                  : XTLS_END_OFFLINE);
        wire_pair_free (pair);
    }
}

static void
test_delivery_inbox_limit (void)
{
    for (guint over = 0; over < 2; over++) {
        WirePair *pair = wire_pair_new_open ();
        XtlsSession *session = wire_session (&pair->side[1]);
        char *space = g_strnfill (XTLS_SESSION_INBOX_MAX, ' ');

        xtls_delivery_add (session, (guint8 *)space, XTLS_SESSION_INBOX_MAX);
        wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
        if (over)
            xtls_delivery_add (session, (guint8 *)space, 1);
        wire_pair_settle (pair);
        if (over) {
            wire_assert_end (&pair->side[1], XTLS_END_PROTOCOL);
        } else {
            wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
            wire_say (wire_session (&pair->side[0]), "still here");
            wire_pair_settle (pair);
            g_assert_delivered (&pair->side[1], "still here");
        }
        g_free (space);
        wire_pair_free (pair);
    }
}

static void
test_send_unacked_full (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);
    char *text = g_strnfill (200 * 1024, 'x');
    GError *error = NULL;
    guint sent = 0;
    xmlnode *message = NULL;

    while (sent < 100) {
        message = wire_message (text);
        if (!xtls_session_send (session, message, &error))
            break;
        sent++;
    }
    xmlnode_free (message);
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_FULL);
    g_clear_error (&error);
    g_assert_cmpuint (sent, >, 20);
    g_assert_cmpuint (xtls_session_get_unsent (session), >, 4 << 20);
    wire_pair_settle (pair);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, sent);
    g_assert_true (wire_say (session, "room again"));
    wire_pair_settle (pair);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, sent + 1);
    g_free (text);
    wire_pair_free (pair);
}

/* --- what leaves together --------------------------------------------------*/

static guint
count_blocks (WirePair *pair)
{
    static const char tag[] = "<data ";
    guint count = 0;

    for (gsize i = 0; i + sizeof tag <= pair->wire->len; i++)
        count += memcmp (pair->wire->str + i, tag, sizeof tag - 1) == 0;
    return count;
}

static void
test_send_corked (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);
    guint before;

    wire_pair_settle (pair);
    before = count_blocks (pair);
    xtls_session_cork (session);
    xtls_session_cork (session);
    for (guint i = 0; i < 5; i++)
        g_assert_true (wire_say (session, "x"));
    g_assert_cmpuint (xtls_session_get_unsent (session), >, 0);
    xtls_session_uncork (session);
    wire_pair_run (pair, 100);
    g_assert_cmpuint (count_blocks (pair), ==, before);
    xtls_session_uncork (session);
    g_assert_cmpuint (count_blocks (pair), ==, before + 1);
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[1], "x|x|x|x|x");
    wire_pair_free (pair);
}

static void
test_answers_leave_together (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);
    guint before;

    wire_pair_settle (pair);
    pair->side[1].echo = TRUE;
    before = count_blocks (pair);
    xtls_session_cork (session);
    wire_say (session, "x");
    wire_say (session, "y");
    xtls_session_uncork (session);
    while (pair->side[0].delivered->len < 2)
        wire_pair_run (pair, 1);
    g_assert_delivered (&pair->side[0], "re: x|re: y");
    g_assert_cmpuint (count_blocks (pair), ==, before + 2);
    wire_pair_free (pair);
}

/* The first message is sent at once, and the others of the same turn of the
 * main loop are sent together, as soon as they fill a block. */
static void
test_send_burst (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);
    guint before;

    wire_pair_settle (pair);
    before = count_blocks (pair);
    for (guint i = 0; i < 100; i++)
        g_assert_true (wire_say (session, "a line of about forty characters"));
    g_assert_cmpuint (count_blocks (pair), ==, before + 1);
    for (guint i = 100; i < 500; i++)
        g_assert_true (wire_say (session, "a line of about forty characters"));
    g_assert_cmpuint (count_blocks (pair), ==, before + 2);
    wire_pair_settle (pair);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, 500);
    g_assert_cmpuint (count_blocks (pair), <=, before + 25);

    for (guint i = 0; i < 3; i++) {
        wire_pair_run (pair, 5);
        g_assert_true (wire_say (session, "one at a time"));
        g_assert_cmpuint (xtls_session_get_unsent (session), ==, 0);
    }
    wire_pair_settle (pair);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, 503);
    wire_pair_free (pair);
}

/* A large burst is not collected for one long step of encryption. */
static void
test_send_large_burst (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);
    char *text = g_strnfill (40 * 1024, 'x');

    wire_pair_settle (pair);
    for (guint i = 0; i < 50; i++) {
        g_assert_true (wire_say (session, text));
        g_assert_cmpuint (
            xtls_stream_get_output (session->stream)->len, <, 16 * 1024);
    }
    wire_pair_settle (pair);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, 50);
    g_free (text);
    wire_pair_free (pair);
}

/* There is no headroom while much is in flight. */
static void
test_session_headroom (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[0]);
    char *text = g_strnfill (20 * 1024, 'x');

    wire_pair_settle (pair);
    g_assert_true (xtls_session_has_headroom (session));
    wire_say (session, text);
    g_assert_false (xtls_session_has_headroom (session));
    wire_pair_settle (pair);
    g_assert_true (xtls_session_has_headroom (session));
    g_free (text);
    wire_pair_free (pair);
}

/* --- acknowledgement -------------------------------------------------------*/

/* Returns: how many stanzas side 0 thinks are not delivered after a cut. */
static guint
count_unacked (WirePair *pair)
{
    XtlsSession *session = wire_session (&pair->side[0]);
    XtlsSm *sm;
    guint count;

    xtls_endpoint_abort (pair->side[0].endpoint, XTLS_END_OFFLINE);
    sm = xtls_session_take_sm (session);
    g_assert_nonnull (sm);
    count = g_queue_get_length (xtls_sm_get_unacked (sm));
    xtls_sm_free (sm);
    return count;
}

static void
test_ack_delay (void)
{
    for (guint late = 0; late < 2; late++) {
        WirePair *pair = wire_pair_new_open ();

        wire_say (wire_session (&pair->side[0]), "a");
        wire_say (wire_session (&pair->side[0]), "b");
        /* The message arrives after 5 ms, and the acknowledgement 5 ms after
         * the delay. */
        wire_pair_run (pair, XTLS_SESSION_ACK_DELAY + 9 + late);
        g_assert_delivered (&pair->side[1], "a|b");
        g_assert_cmpuint (count_unacked (pair), ==, late ? 0 : 2);
        wire_pair_free (pair);
    }
}

static void
test_ack_many (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = wire_pair_new_open ();
        guint count = XTLS_SESSION_ACK_STANZAS - 1 + i;

        wire_pair_set_fault (pair, WIRE_FAULT_JOIN, 0, 100);
        for (guint j = 0; j < count; j++)
            wire_say (wire_session (&pair->side[0]), "x");
        wire_pair_run (pair, 300);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, count);
        g_assert_cmpuint (count_unacked (pair), ==, i ? 0 : count);
        wire_pair_free (pair);
    }
}

/* Large stanzas are acknowledged at once, too. */
static void
test_ack_large (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = wire_pair_new_open ();
        XtlsSession *session = wire_session (&pair->side[0]);
        gsize outside = strlen ("<message type='chat'><body></body></message>");
        char *half = g_strnfill (XTLS_SESSION_ACK_BYTES / 2 - outside, 'x');
        char *rest = g_strnfill (strlen (half) - 1 + i, 'y');

        /* The count before does not include them. */
        wire_pair_run (pair, 2 * XTLS_SESSION_ACK_DELAY);
        wire_session (&pair->side[1])->unacked_bytes = 0;
        wire_pair_set_fault (pair, WIRE_FAULT_JOIN, 0, 10);
        wire_say (session, half);
        wire_say (session, rest);
        wire_pair_run (pair, XTLS_SESSION_ACK_DELAY - 1);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, 2);
        g_assert_cmpuint (count_unacked (pair), ==, i ? 0 : 2);
        g_free (half);
        g_free (rest);
        wire_pair_free (pair);
    }
}

/* The acknowledgement is sent with the next stanza, and at the end. */
static void
test_ack_travels (void)
{
    WirePair *pair = wire_pair_new_open ();

    wire_say (wire_session (&pair->side[0]), "a");
    wire_pair_run (pair, 100);
    wire_say (wire_session (&pair->side[1]), "b");
    wire_pair_run (pair, 100);
    g_assert_cmpuint (count_unacked (pair), ==, 0);
    wire_pair_free (pair);

    pair = wire_pair_new_open ();
    wire_say (wire_session (&pair->side[0]), "a");
    wire_pair_run (pair, 100);
    xtls_session_close (wire_session (&pair->side[1]), TRUE);
    wire_pair_run (pair, 100);
    g_assert_cmpuint (count_unacked (pair), ==, 0);
    wire_pair_free (pair);
}

static void
greet (XtlsSession *session)
{
    if (xtls_session_get_state (session) == XTLS_SESSION_OPEN)
        wire_say (session, "hello");
}

/* What arrives while the two agree on counting is acknowledged when they have
 * agreed, although something was sent meanwhile. */
static void
test_ack_is_owed (void)
{
    WirePair *pair = wire_pair_new_open ();
    WireSide *romeo = &pair->side[0], *juliet = &pair->side[1];
    XtlsSm *sm;

    wire_say (wire_session (romeo), "before");
    wire_pair_settle (pair);
    for (guint i = 0; i < 2; i++)
        xtls_endpoint_abort (pair->side[i].endpoint, XTLS_END_CUT);
    sm = xtls_session_take_sm (wire_session (romeo));
    romeo->echo = TRUE;
    juliet->on_changed = greet;
    xtls_endpoint_call (romeo->endpoint, WIRE_JULIET, sm);
    while (romeo->delivered->len == 0)
        wire_pair_run (pair, 1);
    g_assert_cmpuint (
        xtls_session_get_unacked (wire_session (juliet))->length, ==, 1);
    wire_pair_run (pair, XTLS_SESSION_ACK_DELAY + 100);
    g_assert_cmpuint (
        xtls_session_get_unacked (wire_session (juliet))->length, ==, 0);
    wire_pair_free (pair);
}

static void
test_resume (void)
{
    for (guint known = 0; known < 2; known++) {
        WirePair *pair = wire_pair_new_open ();
        WireSide *romeo = &pair->side[0], *juliet = &pair->side[1];
        XtlsSession *session = wire_session (romeo);
        XtlsSm *sm;

        wire_say (session, "before");
        wire_pair_settle (pair);
        wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
        wire_say (session, "lost");
        wire_pair_run (pair, 100);
        xtls_endpoint_abort (romeo->endpoint, XTLS_END_CUT);
        xtls_endpoint_abort (juliet->endpoint, XTLS_END_CUT);
        wire_pair_set_fault (pair, WIRE_FAULT_NONE, 0, 0);
        sm = xtls_session_take_sm (session);
        juliet->sm = xtls_session_take_sm (wire_session (juliet));
        if (!known)
            g_clear_pointer (&juliet->sm, xtls_sm_free);

        session = xtls_endpoint_call (romeo->endpoint, WIRE_JULIET, sm);
        wire_pair_settle (pair);
        wire_assert_state (romeo, XTLS_SESSION_OPEN);
        /* Once for each session, on both sides. */
        g_assert_cmpuint (romeo->settled, ==, 2);
        g_assert_cmpuint (juliet->settled, ==, 2);
        g_assert_cmpint (
            xtls_session_was_resumed (session), ==, (gboolean)known);
        sm = xtls_session_take_sm_failed (session);
        g_assert_cmpint (sm != NULL, ==, !known);
        xtls_sm_free (sm);
        wire_say (session, "after");
        wire_pair_settle (pair);
        g_assert_delivered (juliet,
                            known ? "before|lost|after" : "before|after");
        wire_pair_free (pair);
    }
}

/* If the call fails, the state that was to be resumed is not lost. */
static void
test_resume_never_asked (void)
{
    WirePair *pair = wire_pair_new ();
    XtlsSm *sm = xtls_sm_new ("id");
    XtlsSession *session =
        xtls_endpoint_call (pair->side[0].endpoint, "a@b/c", sm);

    xtls_session_ref (session);
    xtls_session_close (session, FALSE);
    g_assert_true (xtls_session_take_sm_failed (session) == sm);
    g_assert_null (xtls_session_take_sm_failed (session));
    g_assert_null (xtls_session_take_sm (session));
    xtls_sm_free (sm);
    xtls_session_unref (session);
    wire_pair_free (pair);
}

/* The bytestream's queue may be full earlier. Both sides of that limit are
 * tested. */
static void
test_send_queue_full (void)
{
    const gsize free_for_one = XTLS_STANZA_MAX + XTLS_STANZA_MAX / 4;

    for (guint over = 0; over < 2; over++) {
        WirePair *pair = wire_pair_new_open ();
        XtlsSession *session = wire_session (&pair->side[0]);
        xmlnode *message = wire_message ("x");
        guint8 *junk = g_malloc0 (XTLS_IBB_QUEUE_MAX);
        GError *error = NULL;
        gboolean sent;

        wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
        g_assert_true (xtls_ibb_write (session->ibb,
                                       junk,
                                       XTLS_IBB_QUEUE_MAX - free_for_one + over,
                                       NULL));
        sent = xtls_session_send (session, message, &error);
        if (over) {
            g_assert_false (sent);
            g_assert_error (error, XTLS_IBB_ERROR, XTLS_IBB_ERROR_QUEUE_FULL);
            g_clear_error (&error);
            xmlnode_free (message);
        }
        g_assert_cmpint (sent, ==, !over);
        g_free (junk);
        wire_pair_free (pair);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/delivery/slices", test_delivery_slices);
    g_test_add_func ("/delivery/before-end", test_delivery_before_end);
    g_test_add_func ("/delivery/gone", test_delivery_gone);
    g_test_add_func ("/delivery/offline", test_delivery_offline);
    g_test_add_func ("/delivery/left", test_delivery_left);
    g_test_add_func ("/delivery/replaced", test_delivery_replaced);
    g_test_add_func ("/delivery/inbox-limit", test_delivery_inbox_limit);
    g_test_add_func ("/delivery/send/unacked-full", test_send_unacked_full);
    g_test_add_func ("/delivery/send/queue-full", test_send_queue_full);
    g_test_add_func ("/delivery/send/corked", test_send_corked);
    g_test_add_func ("/delivery/send/answers", test_answers_leave_together);
    g_test_add_func ("/delivery/send/burst", test_send_burst);
    g_test_add_func ("/delivery/send/large-burst", test_send_large_burst);
    g_test_add_func ("/delivery/send/headroom", test_session_headroom);
    g_test_add_func ("/delivery/ack/delay", test_ack_delay);
    g_test_add_func ("/delivery/ack/many", test_ack_many);
    g_test_add_func ("/delivery/ack/large", test_ack_large);
    g_test_add_func ("/delivery/ack/travels", test_ack_travels);
    g_test_add_func ("/delivery/ack/is-owed", test_ack_is_owed);
    g_test_add_func ("/delivery/resume/asked", test_resume);
    g_test_add_func ("/delivery/resume/never-asked", test_resume_never_asked);
    return g_test_run ();
}
