/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Acknowledgement (XEP-0198) between two inner streams, and with a peer that
 * the test plays. */
#include "acks-pair.h"
#include "memory.h"
#include "nodes.h"
#include "ns.h"

#include <string.h>

/* --- enabling --------------------------------------------------------------
 */

static void
test_enable (void)
{
    XtlsStream *romeo = acks_initiator_new (NULL);
    XtlsStream *juliet = acks_responder_new (NULL);
    XtlsSm *a, *b;

    acks_shuttle (romeo, juliet);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_true (xtls_stream_is_settled (juliet));
    for (guint i = 0; i < 3; i++)
        acks_write_id (romeo, i);
    acks_write_id (juliet, 0);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (acks_take_all (juliet, 0), ==, 3);
    /* The other side has taken nothing, so nothing is acknowledged. */
    xtls_stream_ack (romeo);
    acks_assert_output (romeo, "");
    xtls_stream_ack (juliet);
    xtls_stream_ack (juliet);
    g_assert_cmpstr (xtls_stream_get_output (juliet)->str,
                     ==,
                     "<a xmlns='urn:xmpp:sm:3' h='3'/>");
    acks_shuttle (romeo, juliet);
    a = xtls_stream_take_sm (romeo);
    b = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (acks_unacked (a), ==, 0);
    g_assert_cmpuint (acks_unacked (b), ==, 1);
    g_assert_cmpuint (xtls_sm_get_received (a), ==, 0);
    g_assert_cmpuint (xtls_sm_get_received (b), ==, 3);
    g_assert_nonnull (xtls_sm_get_id (a));
    g_assert_cmpstr (xtls_sm_get_id (a), ==, xtls_sm_get_id (b));
    g_assert_null (xtls_stream_take_sm (romeo));
    xtls_sm_free (a);
    xtls_sm_free (b);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* What the responder wrote before <enabled/> is kept but not counted. */
static void
test_base (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);
    XtlsStream *romeo = acks_initiator_new (NULL);
    guint progress;
    XtlsSm *sm;

    acks_carry (romeo, juliet, G_MAXSIZE);
    g_assert_true (xtls_stream_is_open (juliet));
    g_assert_false (xtls_stream_is_settled (juliet));
    acks_write_id (juliet, 0);
    acks_write_id (juliet, 1);
    acks_shuttle (romeo, juliet);
    acks_write_id (juliet, 2);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (acks_take_id (romeo), ==, 0);
    xtls_stream_ack (romeo);
    acks_assert_output (romeo, "");
    g_assert_cmpuint (acks_take_id (romeo), ==, 1);
    xtls_stream_ack (romeo);
    g_assert_cmpstr (xtls_stream_get_output (romeo)->str,
                     ==,
                     "<a xmlns='urn:xmpp:sm:3' h='0'/>");
    progress = xtls_stream_get_progress (juliet);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (xtls_stream_get_progress (juliet), ==, progress + 1);
    g_assert_cmpuint (acks_take_id (romeo), ==, 2);
    xtls_stream_ack (romeo);
    g_assert_cmpstr (xtls_stream_get_output (romeo)->str,
                     ==,
                     "<a xmlns='urn:xmpp:sm:3' h='1'/>");
    acks_shuttle (romeo, juliet);
    sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (acks_unacked (sm), ==, 0);
    xtls_sm_free (sm);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* They were taken before <enabled/> arrived. */
static void
test_base_taken (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);
    XtlsStream *romeo = acks_initiator_new (NULL);

    acks_carry (romeo, juliet, G_MAXSIZE);
    acks_write_id (juliet, 0);
    acks_carry (juliet, romeo, G_MAXSIZE);
    g_assert_cmpuint (acks_take_id (romeo), ==, 0);
    acks_write_id (juliet, 1);
    acks_shuttle (romeo, juliet);
    xtls_stream_ack (romeo);
    acks_assert_output (romeo, "");
    g_assert_cmpuint (acks_take_id (romeo), ==, 1);
    xtls_stream_ack (romeo);
    acks_shuttle (romeo, juliet);
    g_assert_false (xtls_stream_is_waiting (juliet));

    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* After a cut before any count arrived, what was written is not forgotten. */
static void
test_base_cut (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);
    XtlsSm *sm;

    g_assert_true (acks_feed (juliet, FROM_ROMEO));
    for (guint i = 0; i <= XTLS_SM_BASE_MAX; i++)
        acks_write_id (juliet, i);
    sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (acks_unacked (sm), ==, XTLS_SM_BASE_MAX);
    g_assert_null (xtls_sm_get_id (sm));
    xtls_sm_free (sm);
    xtls_stream_free (juliet);
}

/* With an id of the initiator's, the responder's stanzas count from its header
 * on: the initiator may resume although it has read nothing. */
static void
test_token (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);
    XtlsStream *romeo = acks_initiator_new (NULL);
    XtlsSm *a, *b;

    acks_carry (romeo, juliet, G_MAXSIZE);
    acks_write_id (juliet, 0);
    acks_write_id (juliet, 1);
    xtls_stream_begin_early (romeo);
    g_assert_true (xtls_stream_takes_first_words (romeo));
    acks_write_id (romeo, 0);
    acks_carry (romeo, juliet, G_MAXSIZE);
    g_assert_cmpuint (acks_take_id (juliet), ==, 0);
    a = xtls_stream_take_sm (romeo);
    b = xtls_stream_take_sm (juliet);
    g_assert_cmpstr (xtls_sm_get_id (a), ==, xtls_sm_get_id (b));
    g_assert_cmpuint (acks_unacked (a), ==, 1);
    g_assert_cmpuint (xtls_sm_get_received (b), ==, 1);
    g_assert_cmpuint (xtls_sm_get_sent (b), ==, 2);
    /* Nothing of it has arrived. */
    g_assert_true (xtls_sm_acked (b, 0));
    g_assert_cmpuint (acks_unacked (b), ==, 2);
    xtls_sm_free (a);
    xtls_sm_free (b);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* The initiator counts what it takes before <enabled/>, too. */
static void
test_token_taken (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);
    XtlsStream *romeo = acks_initiator_new (NULL);

    acks_carry (romeo, juliet, G_MAXSIZE);
    acks_write_id (juliet, 0);
    xtls_stream_begin_early (romeo);
    acks_carry (juliet, romeo, G_MAXSIZE);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_cmpuint (acks_take_id (romeo), ==, 0);
    acks_write_id (juliet, 1);
    acks_shuttle (romeo, juliet);
    g_assert_cmpuint (acks_take_id (romeo), ==, 1);
    xtls_stream_ack (romeo);
    g_assert_cmpstr (xtls_stream_get_output (romeo)->str,
                     ==,
                     "<a xmlns='urn:xmpp:sm:3' h='2'/>");
    acks_shuttle (romeo, juliet);
    g_assert_false (xtls_stream_is_waiting (juliet));
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* A responder that has forgotten what it wrote first takes an id of its own,
 * and counting begins with <enabled/>, as without a hello. */
static void
test_token_ignored (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);
    XtlsStream *romeo = acks_initiator_new (NULL);
    g_autofree char *token = NULL;

    acks_carry (romeo, juliet, G_MAXSIZE);
    for (guint i = 0; i <= XTLS_SM_BASE_MAX; i++)
        acks_write_id (juliet, i);
    xtls_stream_begin_early (romeo);
    token = g_strdup (xtls_stream_get_sm_id (romeo));
    acks_shuttle (romeo, juliet);
    g_assert_cmpstr (xtls_stream_get_sm_id (juliet), !=, token);
    g_assert_cmpstr (
        xtls_stream_get_sm_id (juliet), ==, xtls_stream_get_sm_id (romeo));
    g_assert_cmpuint (acks_take_all (romeo, 0), ==, XTLS_SM_BASE_MAX + 1);
    xtls_stream_ack (romeo);
    g_assert_cmpstr (xtls_stream_get_output (romeo)->str,
                     ==,
                     "<a xmlns='urn:xmpp:sm:3' h='0'/>");
    acks_shuttle (romeo, juliet);
    g_assert_false (xtls_stream_is_waiting (juliet));
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* An initiator that does not support XEP-0198. */
static void
test_unknown (void)
{
    static const char *const signs[] = {"<message/>", "</stream:stream>"};

    for (gsize i = 0; i < G_N_ELEMENTS (signs); i++) {
        XtlsStream *juliet = acks_responder_new (NULL);

        g_assert_true (acks_feed (juliet, FROM_ROMEO));
        acks_write_id (juliet, 0);
        g_assert_true (acks_feed (juliet, signs[i]));
        if (i == 0)
            acks_write_id (juliet, 1);
        g_assert_true (xtls_stream_is_settled (juliet));
        xmlnode_free (i == 0 ? xtls_stream_take (juliet) : xmlnode_new ("a"));
        acks_clear (juliet);
        xtls_stream_ack (juliet);
        acks_assert_output (juliet, "");
        g_assert_null (xtls_stream_take_sm (juliet));
        xtls_stream_free (juliet);
    }
}

/* It may be enabled late; earlier stanzas are not counted. */
static void
test_late (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);

    acks_clear (juliet);
    g_assert_true (
        acks_feed (juliet, FROM_ROMEO "<message/><enable " SM "/><message/>"));
    acks_assert_output (juliet, "<enabled xmlns='urn:xmpp:sm:3'/>");
    xmlnode_free (xtls_stream_take (juliet));
    xtls_stream_ack (juliet);
    acks_assert_output (juliet, "");
    xmlnode_free (xtls_stream_take (juliet));
    xtls_stream_ack (juliet);
    acks_assert_output (juliet, "<a xmlns='urn:xmpp:sm:3' h='1'/>");
    xtls_stream_free (juliet);
}

/* A responder that does not offer it, or withdraws the offer. */
static void
test_not_offered (void)
{
    static const char *const answers[] = {
        HEADER_ (JULIET, ROMEO) "<stream:features/>",
        FROM_JULIET "<failed " SM "/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
        XtlsSm *resume = i == 0 ? xtls_sm_new ("old") : NULL;
        XtlsStream *romeo = acks_initiator_new (resume);

        g_assert_true (acks_feed (romeo, answers[i]));
        g_assert_true (xtls_stream_is_open (romeo));
        acks_write_id (romeo, 0);
        g_assert_null (xtls_stream_take_sm (romeo));
        g_assert_true (xtls_stream_take_sm_failed (romeo) == resume);
        g_assert_null (xtls_stream_take_sm_failed (romeo));
        xtls_sm_free (resume);
        xtls_stream_free (romeo);
    }
}

/* --- acknowledging ---------------------------------------------------------
 */

static XtlsStream *
counting_responder (void)
{
    XtlsStream *juliet = acks_responder_new (NULL);

    g_assert_true (acks_feed (juliet, FROM_ROMEO ENABLE));
    acks_clear (juliet);
    return juliet;
}

/* However often the peer requests one, each feed is answered by one
 * acknowledgement of what was taken. */
static void
test_asked (void)
{
    XtlsStream *juliet = counting_responder ();

    g_assert_true (
        acks_feed (juliet, "<message id='0'/><r " SM "/><r " SM "/>"));
    acks_assert_output (juliet, "<a xmlns='urn:xmpp:sm:3' h='0'/>");
    g_assert_cmpuint (acks_take_id (juliet), ==, 0);
    g_assert_true (acks_feed (juliet, "<r " SM "/>"));
    acks_assert_output (juliet, "<a xmlns='urn:xmpp:sm:3' h='1'/>");
    xtls_stream_ack (juliet);
    acks_assert_output (juliet, "");
    xtls_stream_free (juliet);
}

/* The last count is sent before the end tag. */
static void
test_close (void)
{
    XtlsStream *juliet = counting_responder ();

    g_assert_true (acks_feed (juliet, "<message id='0'/><message id='1'/>"));
    g_assert_cmpuint (acks_take_id (juliet), ==, 0);
    xtls_stream_close (juliet);
    acks_assert_output (juliet,
                        "<a xmlns='urn:xmpp:sm:3' h='1'/></stream:stream>");
    g_assert_cmpuint (acks_take_id (juliet), ==, 1);
    xtls_stream_ack (juliet);
    g_assert_true (acks_feed (juliet, "<r " SM "/>"));
    acks_assert_output (juliet, "");
    xtls_stream_free (juliet);
}

/* A peer that does not acknowledge by itself is asked once. */
static void
test_asks (void)
{
    XtlsStream *juliet = counting_responder ();
    guint asked = 0;

    for (guint i = 0; i < 1000; i++) {
        acks_write_id (juliet, i);
        if (strstr (xtls_stream_get_output (juliet)->str, "<r ")) {
            /* After this many unacknowledged stanzas. */
            g_assert_cmpuint (i + 1, ==, 512);
            asked++;
        }
        acks_clear (juliet);
    }
    g_assert_cmpuint (asked, ==, 1);
    g_assert_true (acks_feed (juliet, "<a " SM " h='10'/>"));
    acks_write_id (juliet, 1000);
    g_assert_nonnull (
        strstr (xtls_stream_get_output (juliet)->str, "<r xmlns="));
    xtls_stream_free (juliet);
}

/* Also if it is sent few but large stanzas: as long as there is room for more
 * of them, and for responses. */
static void
test_asks_about_large_ones (void)
{
    static const char *const names[] = {"message", "iq"};
    g_autofree char *text = g_strnfill (60000, 'x');

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        XtlsStream *juliet = counting_responder ();
        gboolean asked = FALSE;
        guint count = 0;

        while (!asked) {
            xmlnode *node =
                nodes_printf ("<%s type='result' id='1'><body>%s</body></%s>",
                              names[i],
                              text,
                              names[i]);

            g_assert_true (xtls_stream_write (juliet, node, NULL));
            asked =
                strstr (xtls_stream_get_output (juliet)->str, "<r ") != NULL;
            acks_clear (juliet);
            count++;
        }
        g_assert_cmpuint (count, >, 10);
        g_assert_cmpuint (count, <, 100);
        xtls_stream_free (juliet);
    }
}

/* What the stream waits for, and what ends the wait. */
static void
test_waiting (void)
{
    XtlsStream *juliet = counting_responder ();
    guint progress = xtls_stream_get_progress (juliet);

    g_assert_false (xtls_stream_is_waiting (juliet));
    acks_write_id (juliet, 0);
    acks_write_id (juliet, 1);
    g_assert_true (xtls_stream_is_waiting (juliet));
    g_assert_true (acks_feed (juliet, "<a " SM " h='0'/>"));
    g_assert_cmpuint (xtls_stream_get_progress (juliet), ==, progress);
    g_assert_true (acks_feed (juliet, "<a " SM " h='1'/>"));
    g_assert_cmpuint (xtls_stream_get_progress (juliet), ==, progress + 1);
    acks_clear (juliet);
    xtls_stream_ask (juliet);
    xtls_stream_ask (juliet);
    acks_assert_output (juliet, "<r xmlns='urn:xmpp:sm:3'/>");
    g_assert_true (acks_feed (juliet, "<a " SM " h='1'/>"));
    g_assert_cmpuint (xtls_stream_get_progress (juliet), ==, progress + 2);
    g_assert_true (xtls_stream_is_waiting (juliet));
    g_assert_true (acks_feed (juliet, "<a " SM " h='2'/>"));
    g_assert_false (xtls_stream_is_waiting (juliet));
    xtls_stream_free (juliet);
}

/* A peer without XEP-0198 owes no acknowledgement; one that has announced it
 * must answer our requests. */
static void
test_waiting_for_an_answer (void)
{
    XtlsStream *romeo = acks_initiator_new (NULL);

    g_assert_true (
        acks_feed (romeo, HEADER_ (JULIET, ROMEO) "<stream:features/>"));
    acks_write_id (romeo, 0);
    g_assert_false (xtls_stream_is_waiting (romeo));
    xtls_stream_free (romeo);

    romeo = acks_initiator_new (NULL);
    g_assert_true (acks_feed (romeo, FROM_JULIET));
    g_assert_true (xtls_stream_is_waiting (romeo));
    g_assert_true (acks_feed (romeo, ENABLED));
    g_assert_false (xtls_stream_is_waiting (romeo));
    xtls_stream_free (romeo);
}

/* If the peer never acknowledges, the memory for unacknowledged stanzas is
 * limited. */
static void
assert_full_of (const char *stanza, gsize limit)
{
    XtlsStream *juliet = counting_responder ();
    gsize before = memory_used ();
    gboolean room = TRUE;

    while (room) {
        xmlnode *node = nodes_printf ("%s", stanza);

        room = xtls_stream_write (juliet, node, NULL);
        if (!room)
            xmlnode_free (node);
        acks_clear (juliet);
    }
    g_assert_cmpuint (memory_used () - before, <, limit / 5 * 6);
    xtls_stream_free (juliet);
}

static void
test_full_of_small (void)
{
    assert_full_of ("<message id='1'><body>x</body></message>",
                    XTLS_SM_UNACKED_BYTES_MAX);
    assert_full_of ("<iq type='set' id='1'><x xmlns='urn:x'/></iq>",
                    XTLS_SM_UNACKED_BYTES_MAX);
    assert_full_of ("<iq type='result' id='1'/>", XTLS_SM_RESPONSES_BYTES_MAX);
    assert_full_of (
        "<iq type='error' id='1'><error type='cancel'><service-unavailable"
        " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        XTLS_SM_RESPONSES_BYTES_MAX);
}

static void
test_full (void)
{
    XtlsStream *juliet = counting_responder ();
    char *text = g_strnfill (XTLS_STANZA_MAX - 1000, 'x');
    GError *error = NULL;
    xmlnode *node;
    guint n = 0;

    do {
        node = nodes_printf ("<message><body>%s</body></message>", text);
        acks_clear (juliet);
    } while (xtls_stream_write (juliet, node, &error) && ++n < 1000);
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_FULL);
    g_clear_error (&error);
    g_assert_cmpuint (n, ==, XTLS_SM_UNACKED_BYTES_MAX / XTLS_STANZA_MAX);
    acks_assert_output (juliet, "");
    g_assert_true (acks_feed (juliet, "<a " SM " h='1'/>"));
    g_assert_true (xtls_stream_write (juliet, node, NULL));
    g_free (text);
    xtls_stream_free (juliet);
}

static void
assert_refused (XtlsStream *stream, const char *text, const char *wanted)
{
    GError *error = NULL;

    acks_clear (stream);
    g_assert_false (
        xtls_stream_feed (stream, (const guint8 *)text, strlen (text), &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_PEER);
    if (!g_str_has_prefix (xtls_stream_get_output (stream)->str, wanted))
        g_error ("%s: %s", text, xtls_stream_get_output (stream)->str);
    g_error_free (error);
    xtls_stream_free (stream);
}

#define ERROR_(condition)                                                      \
    "<stream:error><" condition " xmlns='urn:ietf:params:xml:ns:xmpp-streams'" \
    "/>"

static void
test_too_high (void)
{
    XtlsStream *juliet = counting_responder ();

    acks_write_id (juliet, 0);
    assert_refused (
        juliet,
        "<a " SM " h='2'/>",
        ERROR_ ("undefined-condition") "<handled-count-too-high "
                                       "xmlns='urn:xmpp:sm:3' h='2' "
                                       "send-count='1'/></stream:error></"
                                       "stream:stream>");
    assert_refused (
        counting_responder (), "<a " SM "/>", ERROR_ ("bad-format"));
    assert_refused (
        counting_responder (), "<a " SM " h='-1'/>", ERROR_ ("bad-format"));
}

/* Every element at a time when it is not allowed. */
static void
test_out_of_turn (void)
{
    static const char *const responder[] = {
        "<enable " SM "/>",
        "<resume " SM " previd='x' h='0'/>",
        "<enabled " SM "/>",
        "<resumed " SM " previd='x' h='0'/>",
        "<failed " SM "/>",
    };
    static const char *const before[] = {
        "<a " SM " h='0'/>",
        "<r " SM "/>",
        "<resume " SM " previd='x' h='0'/><resume " SM " previd='x' h='0'/>",
    };
    static const char *const initiator[] = {
        "<enable " SM "/>",
        "<resume " SM " previd='x' h='0'/>",
        "<resumed " SM " previd='x' h='0'/>",
        "<a " SM " h='0'/>",
        "<r " SM "/>",
        ENABLED ENABLED,
        ENABLED "<failed " SM "/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (responder); i++)
        assert_refused (
            counting_responder (), responder[i], ERROR_ ("policy-violation"));
    for (gsize i = 0; i < G_N_ELEMENTS (before); i++) {
        XtlsStream *juliet = acks_responder_new (NULL);

        g_assert_true (acks_feed (juliet, FROM_ROMEO));
        assert_refused (juliet,
                        before[i],
                        i < 2 ? ERROR_ ("policy-violation") : "<failed ");
    }
    for (gsize i = 0; i < G_N_ELEMENTS (initiator); i++) {
        XtlsStream *romeo = acks_initiator_new (NULL);

        g_assert_true (acks_feed (romeo, FROM_JULIET));
        assert_refused (romeo, initiator[i], ERROR_ ("policy-violation"));
    }
}

static void
test_bad_ids (void)
{
    static const char *const answers[] = {
        "<enabled " SM " resume='true'/>",
        "<enabled " SM " resume='true' id=''/>",
        "<enabled " SM " resume='false' id='x'/>",
        "<enabled " SM " id='x'/>",
    };
    char *id = g_strnfill (257, 'x');
    char *text = g_strdup_printf (
        FROM_JULIET "<enabled " SM " resume='1' id='%s'/>", id);

    for (gsize i = 0; i <= G_N_ELEMENTS (answers); i++) {
        XtlsStream *romeo = acks_initiator_new (NULL);
        XtlsSm *sm;

        if (i < G_N_ELEMENTS (answers)) {
            g_assert_true (acks_feed (romeo, FROM_JULIET));
            g_assert_true (acks_feed (romeo, answers[i]));
        } else {
            g_assert_true (acks_feed (romeo, text));
        }
        sm = xtls_stream_take_sm (romeo);
        g_assert_null (xtls_sm_get_id (sm));
        xtls_sm_free (sm);
        xtls_stream_free (romeo);
    }
    g_free (text);
    g_free (id);
}

/* The longest id that is stored; test_bad_ids() has a longer one. */
static void
test_long_id (void)
{
    g_autofree char *id = g_strnfill (256, 'x');
    g_autofree char *text = g_strdup_printf (
        FROM_JULIET "<enabled " SM " resume='1' id='%s'/>", id);
    XtlsStream *romeo = acks_initiator_new (NULL);
    XtlsSm *sm;

    g_assert_true (acks_feed (romeo, text));
    sm = xtls_stream_take_sm (romeo);
    g_assert_cmpstr (xtls_sm_get_id (sm), ==, id);
    xtls_sm_free (sm);
    xtls_stream_free (romeo);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/acks/enable", test_enable);
    g_test_add_func ("/acks/enable/base", test_base);
    g_test_add_func ("/acks/enable/base-taken", test_base_taken);
    g_test_add_func ("/acks/enable/base-cut", test_base_cut);
    g_test_add_func ("/acks/token", test_token);
    g_test_add_func ("/acks/token/taken", test_token_taken);
    g_test_add_func ("/acks/token/ignored", test_token_ignored);
    g_test_add_func ("/acks/enable/unknown", test_unknown);
    g_test_add_func ("/acks/enable/late", test_late);
    g_test_add_func ("/acks/enable/not-offered", test_not_offered);
    g_test_add_func ("/acks/count/asked", test_asked);
    g_test_add_func ("/acks/count/waiting", test_waiting);
    g_test_add_func ("/acks/count/waiting-for-an-answer",
                     test_waiting_for_an_answer);
    g_test_add_func ("/acks/count/close", test_close);
    g_test_add_func ("/acks/count/asks", test_asks);
    g_test_add_func ("/acks/count/asks-large", test_asks_about_large_ones);
    g_test_add_func ("/acks/count/full", test_full);
    g_test_add_func ("/acks/count/small", test_full_of_small);
    g_test_add_func ("/acks/wrong/too-high", test_too_high);
    g_test_add_func ("/acks/wrong/out-of-turn", test_out_of_turn);
    g_test_add_func ("/acks/wrong/ids", test_bad_ids);
    g_test_add_func ("/acks/long-id", test_long_id);
    return g_test_run ();
}
