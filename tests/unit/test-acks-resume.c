/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resumption (XEP-0198) of inner streams: two of our own, one against a peer
 * that the test plays, and cuts at every byte. */
#include "acks-pair.h"
#include "memory.h"
#include "node.h"
#include "nodes.h"
#include "ns.h"

#include <string.h>

/* --- resuming --------------------------------------------------------------
 */

/* Two open streams with @n stanzas under way in each direction. */
static void
cut_pair (guint n, XtlsSm **romeo_sm, XtlsSm **juliet_sm, guint taken)
{
    XtlsStream *romeo = acks_initiator_new (NULL);
    XtlsStream *juliet = acks_responder_new (NULL);

    acks_shuttle (romeo, juliet);
    for (guint i = 0; i < n; i++) {
        acks_write_id (romeo, i);
        acks_write_id (juliet, i);
    }
    acks_shuttle (romeo, juliet);
    for (guint i = 0; i < taken; i++) {
        g_assert_cmpuint (acks_take_id (romeo), ==, i);
        g_assert_cmpuint (acks_take_id (juliet), ==, i);
    }
    *romeo_sm = xtls_stream_take_sm (romeo);
    *juliet_sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (acks_unacked (*romeo_sm), ==, n);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* Whichever side restarts, stanzas that were not taken arrive again, once and
 * in order. */
static void
assert_resumes (gboolean swapped)
{
    AcksStore store = {NULL, 0};
    XtlsSm *first, *second;
    XtlsStream *romeo, *juliet;

    cut_pair (5, &first, &second, 2);
    store.sm = swapped ? first : second;
    romeo = acks_initiator_new (swapped ? second : first);
    juliet = acks_responder_new (&store);
    acks_carry (romeo, juliet, G_MAXSIZE);
    g_assert_false (xtls_stream_is_settled (juliet));
    acks_carry (juliet, romeo, G_MAXSIZE);
    g_assert_false (xtls_stream_is_open (romeo));
    acks_shuttle (romeo, juliet);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_true (xtls_stream_is_settled (juliet));
    g_assert_true (xtls_stream_was_resumed (romeo));
    g_assert_true (xtls_stream_was_resumed (juliet));
    acks_write_id (romeo, 5);
    acks_write_id (juliet, 5);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (acks_take_all (romeo, 2), ==, 6);
    g_assert_cmpuint (acks_take_all (juliet, 2), ==, 6);
    xtls_stream_ack (romeo);
    xtls_stream_ack (juliet);
    acks_shuttle (romeo, juliet);
    g_assert_null (store.sm);
    first = xtls_stream_take_sm (romeo);
    second = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (acks_unacked (first), ==, 0);
    g_assert_cmpuint (acks_unacked (second), ==, 0);
    g_assert_cmpuint (xtls_sm_get_received (first), ==, 6);
    xtls_sm_free (first);
    xtls_sm_free (second);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

static void
test_resume (void)
{
    assert_resumes (FALSE);
    assert_resumes (TRUE);
}

/* The peer has forgotten the stream: a new one begins, and the old state is
 * returned. */
static void
test_resume_fails (void)
{
    AcksStore store = {NULL, 0};
    XtlsSm *first, *second;
    XtlsStream *romeo, *juliet;

    cut_pair (3, &first, &second, 0);
    xtls_sm_free (second);
    romeo = acks_initiator_new (first);
    juliet = acks_responder_new (&store);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (store.asked, ==, 1);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_false (xtls_stream_was_resumed (romeo));
    g_assert_false (xtls_stream_was_resumed (juliet));
    g_assert_true (xtls_stream_take_sm_failed (romeo) == first);
    g_assert_cmpuint (acks_unacked (first), ==, 3);
    xtls_sm_free (first);
    acks_write_id (romeo, 0);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (acks_take_all (juliet, 0), ==, 1);
    xtls_stream_ack (juliet);
    acks_shuttle (romeo, juliet);
    first = xtls_stream_take_sm (romeo);
    g_assert_cmpuint (acks_unacked (first), ==, 0);
    g_assert_nonnull (xtls_sm_get_id (first));
    xtls_sm_free (first);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* The key loses its trust while we wait for the peer's features: what was
 * unconfirmed is taken back, and a new stream begins. */
static void
test_resume_taken_back (void)
{
    XtlsSm *first, *second, *sm;
    XtlsStream *romeo, *juliet;

    cut_pair (3, &first, &second, 0);
    romeo = acks_initiator_new (first);
    sm = xtls_stream_take_sm (romeo);
    g_assert_true (sm == first);
    juliet = acks_responder_new (NULL);
    acks_shuttle (romeo, juliet);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_false (xtls_stream_was_resumed (romeo));
    acks_write_id (romeo, 0);
    g_assert_cmpuint (xtls_stream_get_unacked (romeo)->length, ==, 1);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (acks_take_all (juliet, 0), ==, 1);
    xtls_stream_ack (juliet);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (xtls_stream_get_unacked (romeo)->length, ==, 0);
    g_assert_cmpuint (acks_unacked (first), ==, 3);
    xtls_sm_free (first);
    xtls_sm_free (second);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

static void
test_failed_text (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);

    acks_clear (juliet);
    g_assert_true (acks_feed (juliet, FROM_ROMEO "<resume " SM " h='0'/>"));
    acks_assert_output (
        juliet,
        "<failed xmlns='urn:xmpp:sm:3'><item-not-found "
        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
    xtls_stream_free (juliet);
}

/* <failed/> may still tell how many stanzas arrived. */
static void
test_failed_with_count (void)
{
    XtlsSm *first, *second;
    XtlsStream *romeo;

    cut_pair (3, &first, &second, 0);
    xtls_sm_free (second);
    romeo = acks_initiator_new (first);
    g_assert_true (acks_feed (romeo, FROM_JULIET "<failed " SM " h='2'/>"));
    first = xtls_stream_take_sm_failed (romeo);
    g_assert_cmpuint (acks_unacked (first), ==, 1);
    xtls_sm_free (first);
    xtls_stream_free (romeo);
}

static void
test_resume_wrong (void)
{
    static const char *const answers[] = {
        "<resumed " SM " previd='other' h='0'/>",
        "<resumed " SM " h='0'/>",
        "<resumed " SM " previd='%s'/>",
        "<resumed " SM " previd='%s' h='4'/>",
        "<enabled " SM "/>",
        "<r " SM "/>",
        "<a " SM " h='0'/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
        XtlsSm *first, *second;
        XtlsStream *romeo;
        GString *text = g_string_new (answers[i]);
        const char *place = strstr (text->str, "%s");

        cut_pair (3, &first, &second, 0);
        if (place != NULL) {
            gssize at = place - text->str;

            g_string_erase (text, at, 2);
            g_string_insert (text, at, xtls_sm_get_id (first));
        }
        xtls_sm_free (second);
        romeo = acks_initiator_new (first);
        g_assert_true (acks_feed (romeo, FROM_JULIET));
        acks_clear (romeo);
        g_assert_false (acks_feed (romeo, text->str));
        /* The stanzas can be sent again or reported. */
        first = xtls_stream_take_sm (romeo);
        g_assert_cmpuint (acks_unacked (first), ==, 3);
        xtls_sm_free (first);
        g_string_free (text, TRUE);
        xtls_stream_free (romeo);
    }
}

/* The side that resumes sends an impossible count; our state is not lost. */
static void
test_resume_too_high (void)
{
    AcksStore store = {NULL, 0};
    XtlsSm *first, *sm;
    XtlsStream *juliet;
    char *text;

    cut_pair (3, &first, &store.sm, 0);
    text = g_strdup_printf ("<resume " SM " previd='%s' h='4'/>",
                            xtls_sm_get_id (first));
    juliet = acks_responder_new (&store);
    g_assert_true (acks_feed (juliet, FROM_ROMEO));
    acks_write_id (juliet, 9);
    g_assert_false (acks_feed (juliet, text));
    g_assert_nonnull (strstr (xtls_stream_get_output (juliet)->str,
                              "handled-count-too-high"));
    sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (acks_unacked (sm), ==, 4);
    xtls_sm_free (sm);
    xtls_sm_free (first);
    g_free (text);
    xtls_stream_free (juliet);
}

/* Stanzas that a responder wrote before it was asked to resume are not sent
 * twice. */
static void
test_resume_base (void)
{
    AcksStore store = {NULL, 0};
    XtlsSm *first, *sm;
    XtlsStream *romeo, *juliet;

    cut_pair (2, &first, &store.sm, 2);
    romeo = acks_initiator_new (first);
    juliet = acks_responder_new (&store);
    acks_carry (romeo, juliet, G_MAXSIZE);
    acks_write_id (juliet, 2);
    acks_shuttle (romeo, juliet);
    acks_write_id (juliet, 3);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (acks_take_all (romeo, 2), ==, 4);
    xtls_stream_ack (romeo);
    acks_shuttle (romeo, juliet);
    sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (acks_unacked (sm), ==, 0);
    xtls_sm_free (sm);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

static XtlsStream *ending;
static XtlsSm *taken;

/* Ends the session, which takes its state, and finds the earlier one. */
static XtlsSm *
end_and_find_cb (const char *previd, gpointer data)
{
    XtlsSm **earlier = data;

    taken = xtls_stream_take_sm (ending);
    return g_steal_pointer (earlier);
}

/* Each stanza stays in one state, and each state has one owner. */
static void
test_resume_ending (void)
{
    XtlsSm *first, *second, *sm;
    char *text;

    cut_pair (2, &first, &second, 2);
    text = g_strdup_printf ("<resume " SM " previd='%s' h='2'/>",
                            xtls_sm_get_id (first));
    ending = xtls_stream_new (FALSE, JULIET, ROMEO, end_and_find_cb, &second);
    g_assert_true (acks_feed (ending, FROM_ROMEO));
    acks_write_id (ending, 9);
    acks_feed (ending, text);
    g_assert_cmpuint (acks_unacked (taken), ==, 1);
    sm = xtls_stream_take_sm (ending);
    g_assert_cmpuint (acks_unacked (sm), ==, 0);
    xtls_sm_free (taken);
    xtls_sm_free (sm);
    xtls_sm_free (first);
    g_free (text);
    xtls_stream_free (ending);
}

/* --- before the decision ---------------------------------------------------
 */

/* An initiator that has asked to resume. */
static XtlsStream *
asking_new (char **id)
{
    XtlsSm *first, *second;
    XtlsStream *romeo;

    cut_pair (0, &first, &second, 0);
    xtls_sm_free (second);
    *id = g_strdup (xtls_sm_get_id (first));
    romeo = acks_initiator_new (first);
    g_assert_true (acks_feed (romeo, FROM_JULIET));
    acks_clear (romeo);
    return romeo;
}

/* Makes a message with this many characters of text. */
static gboolean
feed_text (XtlsStream *stream, gsize len)
{
    char *text = g_strnfill (len, 'x');
    char *xml = g_strdup_printf ("<message>%s</message>", text);
    gboolean good = acks_feed (stream, xml);

    g_free (xml);
    g_free (text);
    return good;
}

/* Returns: how many bytes of memory the message takes when it has arrived. */
static gsize
text_size (gsize len)
{
    XtlsStream *juliet = acks_responder_new (NULL);
    xmlnode *stanza;
    gsize size;

    g_assert_true (acks_feed (juliet, FROM_ROMEO));
    g_assert_true (feed_text (juliet, len));
    stanza = xtls_stream_take (juliet);
    size = xtls_node_size (stanza);
    xmlnode_free (stanza);
    xtls_stream_free (juliet);
    return size;
}

/* Feeds messages that take exactly @bytes of memory together. */
static gboolean
feed_bytes (XtlsStream *stream, gsize bytes)
{
    const gsize len = 1000;
    gsize each = text_size (len);

    for (; bytes >= 2 * each; bytes -= each)
        g_assert_true (feed_text (stream, len));
    return feed_text (stream, len + bytes - each);
}

static void
test_undecided (void)
{
    char *id, *resumed;
    XtlsStream *romeo = asking_new (&id);

    g_assert_true (feed_bytes (romeo, XTLS_STREAM_UNDECIDED_MAX));
    g_assert_false (xtls_stream_is_open (romeo));
    /* Stanzas after the reply are not counted. */
    resumed =
        g_strdup_printf ("<resumed " SM " previd='%s' h='0'/><message/>", id);
    g_assert_true (acks_feed (romeo, resumed));
    g_assert_true (xtls_stream_is_open (romeo));
    g_free (resumed);
    g_free (id);
    xtls_stream_free (romeo);
}

static void
test_undecided_too_much (void)
{
    char *id;
    XtlsStream *romeo = asking_new (&id);

    g_assert_false (feed_bytes (romeo, XTLS_STREAM_UNDECIDED_MAX + 1));
    g_assert_nonnull (
        strstr (xtls_stream_get_output (romeo)->str, "<policy-violation "));
    g_free (id);
    xtls_stream_free (romeo);
}

/* The smallest stanzas take the most memory for their size. */
static void
test_undecided_memory (void)
{
    char *id;
    XtlsStream *romeo = asking_new (&id);
    gsize before = memory_used ();
    guint n = 0;

    while (acks_feed (romeo, "<message><a/><b/><c/><d/></message>"))
        g_assert_cmpuint (n++, <, XTLS_STREAM_UNDECIDED_MAX / 35);
    if (before > 0)
        g_assert_cmpuint (
            memory_used (), <, before + 2 * XTLS_STREAM_UNDECIDED_MAX);
    g_free (id);
    xtls_stream_free (romeo);
}

/* --- cuts ------------------------------------------------------------------
 */

typedef struct {
    guint written, taken;
} Talker;

/* One stream: stanzas go in both directions until it is cut at some byte. */
static void
live (GRand *rand, XtlsStream *streams[2], Talker talkers[2])
{
    guint steps = (guint)g_rand_int_range (rand, 0, 30);

    for (guint i = 0; i < steps; i++) {
        guint side = (guint)g_rand_int_range (rand, 0, 2);
        XtlsStream *stream = streams[side];

        if (g_rand_boolean (rand) && xtls_stream_is_open (stream) &&
            xtls_stream_is_settled (stream))
            acks_write_id (stream, talkers[side].written++);
        if (g_rand_boolean (rand))
            acks_carry (stream, streams[!side], G_MAXSIZE);
        if (g_rand_boolean (rand))
            talkers[side].taken = acks_take_all (stream, talkers[side].taken);
        if (g_rand_boolean (rand))
            xtls_stream_ack (stream);
    }
    for (guint side = 0; side < 2; side++) {
        gsize len = xtls_stream_get_output (streams[side])->len;

        acks_carry (streams[side],
                    streams[!side],
                    (gsize)g_rand_int_range (rand, 0, (gint32)len + 1));
    }
    for (guint side = 0; side < 2; side++)
        talkers[side].taken =
            acks_take_all (streams[side], talkers[side].taken);
}

/* After cuts at random bytes and resumption by either side nothing is lost,
 * doubled or out of order. acks_take_all() asserts the latter two. */
static void
test_cuts (void)
{
    GRand *rand =
        g_rand_new_with_seed ((guint32)g_test_rand_int_range (0, G_MAXINT32));
    Talker talkers[2] = {{0, 0}, {0, 0}};
    XtlsSm *sms[2];

    cut_pair (0, &sms[0], &sms[1], 0);
    for (guint round = 0; round < 1000; round++) {
        guint caller = (guint)g_rand_int_range (rand, 0, 2);
        AcksStore store = {sms[!caller], 0};
        XtlsStream *streams[2];

        streams[caller] = acks_initiator_new (sms[caller]);
        streams[!caller] = acks_responder_new (&store);
        live (rand, streams, talkers);
        for (guint side = 0; side < 2; side++) {
            XtlsSm *sm = xtls_stream_take_sm (streams[side]);

            g_assert_null (xtls_stream_take_sm_failed (streams[side]));
            sms[side] = sm;
            if (side != caller && store.sm != NULL) {
                xtls_sm_free (sm);
                sms[side] = store.sm;
            }
            xtls_stream_free (streams[side]);
        }
        g_assert_cmpuint (talkers[0].taken, <=, talkers[1].written);
        g_assert_cmpuint (talkers[1].taken, <=, talkers[0].written);
        for (guint side = 0; side < 2; side++)
            g_assert_cmpuint (talkers[!side].taken + acks_unacked (sms[side]),
                              >=,
                              talkers[side].written);
    }
    g_assert_cmpuint (talkers[0].written, >, 1000);
    g_assert_cmpuint (talkers[1].taken, >, 1000);
    xtls_sm_free (sms[0]);
    xtls_sm_free (sms[1]);
    g_rand_free (rand);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/acks/resume", test_resume);
    g_test_add_func ("/acks/resume/fails", test_resume_fails);
    g_test_add_func ("/acks/resume/taken-back", test_resume_taken_back);
    g_test_add_func ("/acks/resume/failed-text", test_failed_text);
    g_test_add_func ("/acks/resume/failed-with-count", test_failed_with_count);
    g_test_add_func ("/acks/resume/wrong", test_resume_wrong);
    g_test_add_func ("/acks/resume/too-high", test_resume_too_high);
    g_test_add_func ("/acks/resume/base", test_resume_base);
    g_test_add_func ("/acks/resume/ending", test_resume_ending);
    g_test_add_func ("/acks/undecided", test_undecided);
    g_test_add_func ("/acks/undecided/too-much", test_undecided_too_much);
    g_test_add_func ("/acks/undecided/memory", test_undecided_memory);
    g_test_add_func ("/acks/cuts", test_cuts);
    return g_test_run ();
}
