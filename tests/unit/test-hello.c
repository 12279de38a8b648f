/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of session/hello.c: TLS that begins in Jingle. */
#define _GNU_SOURCE /* memmem */
#include "refusals.h"
#include "wirepair.h"

#include <string.h>

/* The fake server's delay. */
#define TRIP (5 * 1000)

static gint64 opened_at[2];

static void
changed_cb (XtlsSession *session)
{
    if (xtls_session_get_state (session) == XTLS_SESSION_OPEN)
        opened_at[!xtls_session_is_outgoing (session)] = wire_now ();
}

static char *
replace (char *text, const char *pattern, const char *by)
{
    GRegex *regex = g_regex_new (pattern, G_REGEX_DOTALL, 0, NULL);
    char *result = g_regex_replace (regex, text, -1, 0, by, 0, NULL);

    g_regex_unref (regex);
    g_free (text);
    return result;
}

static WirePair *
pair_new (gboolean caller, gboolean called)
{
    WirePair *pair = wire_pair_new ();

    pair->side[0].takes_hello = caller;
    pair->side[1].takes_hello = called;
    pair->side[0].on_changed = changed_cb;
    pair->side[1].on_changed = changed_cb;
    return pair;
}

static void
assert_talks (WirePair *pair)
{
    for (guint i = 0; i < 2; i++) {
        wire_assert_state (&pair->side[i], XTLS_SESSION_OPEN);
        g_assert_true (wire_say (wire_session (&pair->side[i]), WIRE_SECRET));
    }
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], WIRE_SECRET);
    g_assert_delivered (&pair->side[1], WIRE_SECRET);
    wire_assert_private (pair);
}

/* Returns: how often @word was on the wire in clear. */
static guint
count (WirePair *pair, const char *word)
{
    const char *end = pair->wire->str + pair->wire->len;
    guint n = 0;

    for (const char *at = pair->wire->str;
         (at = memmem (at, (gsize)(end - at), word, strlen (word)));
         at++)
        n++;
    return n;
}

/* Session-initiate, session-accept, and <open/> with the client's certificate
 * and header behind it. */
static void
test_trips (void)
{
    WirePair *pair = pair_new (FALSE, TRUE);
    gint64 start = pair->now;

    wire_pair_call (pair, 0);
    g_assert_cmpint (opened_at[1] - start, ==, 3 * TRIP);
    g_assert_cmpint (opened_at[0] - start, ==, 4 * TRIP);
    g_assert_cmpuint (count (pair, "<hello "), ==, 2);
    g_assert_cmpuint (count (pair, "<data "), ==, 2);
    /* Nobody on the way sees the certificates. */
    g_assert_false (wire_saw (pair, "fingerprint"));
    assert_talks (pair);
    wire_pair_free (pair);
}

static gint64 delivered_at;

static void
deliver_cb (XtlsSession *session)
{
    delivered_at = wire_now ();
}

static void
first_words_cb (XtlsSession *session)
{
    g_assert_true (xtls_session_takes_first_words (session));
    g_assert_true (wire_say (session, WIRE_SECRET " 1"));
    g_assert_true (wire_say (session, WIRE_SECRET " 2"));
}

/* The first words, in ten stanzas together with all that sets the session up;
 * they count as unacknowledged until they are counted. */
static void
test_first_words (void)
{
    WirePair *pair = pair_new (FALSE, TRUE);
    gint64 start = pair->now;
    XtlsSession *session;

    pair->side[0].on_first_words = first_words_cb;
    pair->side[1].on_deliver = deliver_cb;
    session = wire_pair_call (pair, 0);
    g_assert_delivered (&pair->side[1], WIRE_SECRET " 1|" WIRE_SECRET " 2");
    g_assert_cmpint (delivered_at - start, ==, 3 * TRIP);
    g_assert_cmpint (opened_at[0] - start, ==, 4 * TRIP);
    /* With <enabled/> in the same block as the header. */
    g_assert_cmpuint (count (pair, "<data "), ==, 2);
    g_assert_cmpuint (count (pair, "<iq "), ==, 10);
    g_assert_false (xtls_session_takes_first_words (session));
    wire_pair_run (pair, 2 * XTLS_SESSION_ACK_DELAY);
    g_assert_cmpuint (xtls_session_get_unacked (session)->length, ==, 0);
    wire_assert_private (pair);
    wire_pair_free (pair);
}

/* A peer whose key is refused, or that is not admitted, is sent or shown no
 * first words; after a cut they can be resumed. */
static void
test_first_words_refused (void)
{
    for (guint i = 0; i < 3; i++) {
        WirePair *pair = pair_new (TRUE, TRUE);
        XtlsSession *session;
        XtlsSm *sm;

        pair->side[0].on_first_words = first_words_cb;
        pair->side[1].allow = i > 0;
        pair->side[1].admit = i > 1;
        if (i == 2)
            wire_pair_set_fault (pair, WIRE_FAULT_CUT, 6, 0);
        session = wire_pair_call (pair, 0);
        if (i == 2)
            xtls_session_abort (session, XTLS_END_OFFLINE);
        g_assert_cmpuint (pair->side[0].open, ==, 0);
        g_assert_delivered (&pair->side[1],
                            i == 2 ? WIRE_SECRET " 1|" WIRE_SECRET " 2" : "");
        /* What was said can be resumed, or told. */
        sm = xtls_session_take_sm_failed (session);
        g_assert_nonnull (sm);
        g_assert_nonnull (xtls_sm_get_id (sm));
        g_assert_cmpuint (xtls_sm_get_unacked (sm)->length, ==, 2);
        if (i == 2)
            g_assert_cmpstr (
                xtls_sm_get_id (sm),
                ==,
                xtls_session_get_sm_id (wire_session (&pair->side[1])));
        xtls_sm_free (sm);
        wire_assert_private (pair);
        wire_pair_free (pair);
    }
}

/* The key was allowed to be shown, not to be sent to: nothing is said early,
 * and its session goes on. */
static void
test_nothing_said (void)
{
    WirePair *pair = pair_new (TRUE, TRUE);

    wire_pair_call (pair, 0);
    g_assert_delivered (&pair->side[1], "");
    g_assert_cmpuint (count (pair, "<data "), ==, 2);
    assert_talks (pair);
    wire_pair_free (pair);
}

static char *
without_hello (char *text)
{
    return strstr (text, "session-initiate")
               ? replace (text, "<hello .*</hello>", "")
               : text;
}

static char *
without_words (char *text)
{
    return strstr (text, "session-accept") ? replace (text, " early='true'", "")
                                           : text;
}

static void
test_peers_without (void)
{
    WirePair *pair = pair_new (TRUE, FALSE);

    wire_pair_call (pair, 0);
    g_assert_cmpuint (count (pair, "<hello "), ==, 0);
    g_assert_cmpuint (count (pair, "<fingerprint "), ==, 2);
    assert_talks (pair);
    wire_pair_free (pair);

    /* The peer ignores the hello, so it gets the same bytes again. */
    pair = pair_new (TRUE, TRUE);
    pair->rewrite = without_hello;
    wire_pair_call (pair, 0);
    g_assert_cmpuint (count (pair, "<hello "), ==, 1);
    assert_talks (pair);
    wire_pair_free (pair);

    /* The peer takes the hello, but no stanza before its header. */
    pair = pair_new (TRUE, TRUE);
    pair->rewrite = without_words;
    pair->side[0].on_first_words = first_words_cb;
    wire_pair_call (pair, 0);
    g_assert_cmpuint (count (pair, "<hello "), ==, 2);
    g_assert_delivered (&pair->side[1], "");
    assert_talks (pair);
    wire_pair_free (pair);
}

static char *
half_a_hello (char *text)
{
    return strstr (text, "session-initiate")
               ? replace (text, "(<hello [^>]*>.{80})[^<]*", "\\1")
               : text;
}

/* The bytes that it had read of the incomplete hello are forgotten. */
static void
test_half (void)
{
    WirePair *pair = pair_new (TRUE, TRUE);

    pair->rewrite = half_a_hello;
    wire_pair_call (pair, 0);
    g_assert_cmpuint (count (pair, "<hello "), ==, 1);
    assert_talks (pair);
    wire_pair_free (pair);
}

static char *
no_tls (char *text)
{
    return strstr (text, "session-initiate")
               ? replace (text,
                          "<hello [^<]*",
                          "<hello xmlns='urn:xmpp:xtls:hello:0'>"
                          "R0VUIC8gSFRUUC8xLjENCg0K")
               : text;
}

static char *
damaged_answer (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text, "(<hello [^>]*>.{200})....", "\\1AAAA")
               : text;
}

static void
test_no_tls (void)
{
    static char *(*const rewrites[]) (char *) = {no_tls, damaged_answer};

    for (guint i = 0; i < G_N_ELEMENTS (rewrites); i++) {
        WirePair *pair = pair_new (TRUE, TRUE);

        pair->rewrite = rewrites[i];
        wire_pair_call (pair, 0);
        g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
        wire_assert_state (&pair->side[0], XTLS_SESSION_CLOSED);
        wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);
        wire_pair_settle (pair);
        g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
        wire_pair_free (pair);
    }
}

static char *
unasked_answer (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text,
                          "<method ",
                          "<hello xmlns='urn:xmpp:xtls:hello:0'>AAAA</hello>"
                          "<method ")
               : text;
}

static void
test_unasked_answer (void)
{
    WirePair *pair = pair_new (FALSE, FALSE);

    pair->rewrite = unasked_answer;
    wire_pair_call (pair, 0);
    wire_assert_end (&pair->side[0], XTLS_END_PROTOCOL);
    wire_assert_end (&pair->side[1], XTLS_END_PROTOCOL);
    wire_pair_free (pair);
}

/* Without a session there is no TLS. */
static void
test_strangers (void)
{
    WirePair *pair = pair_new (TRUE, TRUE);

    pair->side[1].caller = XTLS_CALLER_STRANGER;
    wire_pair_call (pair, 0);
    g_assert_cmpuint (wire_count (&pair->side[1]), ==, 0);
    g_assert_cmpuint (count (pair, "<hello "), ==, 1);
    g_assert_cmpuint (pair->side[1].unhandled, ==, 1);
    wire_pair_free (pair);
}

/* The answer continues in blocks, however small they are. */
static void
test_small_blocks (void)
{
    WirePair *pair = pair_new (TRUE, TRUE);
    XtlsSession *session;

    wire_pair_set_fault (pair, WIRE_FAULT_REFUSE, 0, 5000);
    pair->bounces = TRUE;
    session = wire_pair_call (pair, 0);
    g_assert_nonnull (session);
    assert_talks (pair);
    wire_pair_free (pair);
}

/* Only a handshake shows whose key it is, so one a minute is allowed. */
static void
test_refused_key (void)
{
    WirePair *pair = pair_new (TRUE, TRUE);
    WireSide *juliet = &pair->side[1];

    juliet->allow = FALSE;
    wire_pair_call (pair, 0);
    wire_assert_end (juliet, XTLS_END_KEY_REFUSED);
    wire_assert_end (&pair->side[0], XTLS_END_REFUSED);

    for (guint i = 0; i < 3; i++) {
        wire_pair_call (pair, 0);
        wire_assert_end (&pair->side[0], XTLS_END_BUSY);
        g_assert_cmpuint (juliet->sessions->len, ==, 1);
    }
    wire_pair_run (pair, XTLS_REFUSALS_TIME / 1000);
    wire_pair_call (pair, 0);
    wire_assert_end (&pair->side[0], XTLS_END_REFUSED);
    g_assert_cmpuint (juliet->sessions->len, ==, 2);

    /* The user changes the decision. */
    juliet->allow = TRUE;
    xtls_endpoint_check_keys (juliet->endpoint, "romeo@montague.lit");
    wire_pair_call (pair, 0);
    assert_talks (pair);
    wire_pair_free (pair);
}

/* The caller's key is allowed and the hello is answered, but the session does
 * not open before the caller's stream header. */
static void
test_not_open_early (void)
{
    WirePair *pair = pair_new (TRUE, TRUE);

    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 5, 0);
    wire_pair_call (pair, 0);
    g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
    wire_assert_state (&pair->side[1], XTLS_SESSION_HANDSHAKING);
    wire_pair_run (pair, 1000 * (XTLS_SESSION_SETUP_TIMEOUT + 1));
    wire_assert_end (&pair->side[1], XTLS_END_TIMEOUT);
    wire_pair_settle (pair);
    wire_pair_free (pair);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/hello/trips", test_trips);
    g_test_add_func ("/hello/first-words", test_first_words);
    g_test_add_func ("/hello/first-words/refused", test_first_words_refused);
    g_test_add_func ("/hello/first-words/none", test_nothing_said);
    g_test_add_func ("/hello/peers/without", test_peers_without);
    g_test_add_func ("/hello/half", test_half);
    g_test_add_func ("/hello/no-tls", test_no_tls);
    g_test_add_func ("/hello/unasked", test_unasked_answer);
    g_test_add_func ("/hello/strangers", test_strangers);
    g_test_add_func ("/hello/small-blocks", test_small_blocks);
    g_test_add_func ("/hello/refused-key", test_refused_key);
    g_test_add_func ("/hello/not-open-early", test_not_open_early);
    return g_test_run ();
}
