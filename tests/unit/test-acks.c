/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Acknowledgement and resumption (XEP-0198) between two inner streams, and
 * against a peer that is written by hand. */
#include "memory.h"
#include "nodes.h"
#include "ns.h"
#include "stream.h"

#include <string.h>

#define ROMEO "romeo@montague.lit/orchard"
#define JULIET "juliet@capulet.lit/balcony"

#define HEADER_(from, to)                                                      \
    "<stream:stream xmlns='jabber:client' "                                    \
    "xmlns:stream='http://etherx.jabber.org/streams' from='" from "' to='" to  \
    "' version='1.0'>"
#define FROM_ROMEO HEADER_ (ROMEO, JULIET)
#define FEATURES                                                               \
    "<stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features>"
#define FROM_JULIET HEADER_ (JULIET, ROMEO) FEATURES
#define SM "xmlns='urn:xmpp:sm:3'"
#define ENABLE "<enable " SM " resume='true'/>"
#define ENABLED "<enabled " SM " id='sid' resume='true'/>"

/* What a responder can resume; handed out once. */
typedef struct {
    XtlsSm *sm;
    guint asked;
} Store;

static XtlsSm *
find_cb (const char *previd, gpointer data)
{
    Store *store = data;

    store->asked++;
    if (store->sm == NULL ||
        g_strcmp0 (xtls_sm_get_id (store->sm), previd) != 0)
        return NULL;
    return g_steal_pointer (&store->sm);
}

static void
clear (XtlsStream *stream)
{
    g_string_truncate (xtls_stream_get_output (stream), 0);
}

static void
assert_output (XtlsStream *stream, const char *wanted)
{
    g_assert_cmpstr (xtls_stream_get_output (stream)->str, ==, wanted);
    clear (stream);
}

static XtlsStream *
initiator_new (XtlsSm *resume)
{
    XtlsStream *stream = xtls_stream_new (TRUE, ROMEO, JULIET, NULL, NULL);

    if (resume != NULL)
        xtls_stream_resume_with (stream, resume);
    xtls_stream_start (stream);
    return stream;
}

static XtlsStream *
responder_new (Store *store)
{
    XtlsStream *stream = xtls_stream_new (
        FALSE, JULIET, ROMEO, store != NULL ? find_cb : NULL, store);

    xtls_stream_start (stream);
    return stream;
}

static gboolean
feed (XtlsStream *stream, const char *text)
{
    return xtls_stream_feed (stream, (const guint8 *)text, strlen (text), NULL);
}

/* Moves at most @max bytes from @a to @b; the rest was cut off. */
static void
carry (XtlsStream *a, XtlsStream *b, gsize max)
{
    GString *out = xtls_stream_get_output (a);
    gsize len = MIN (max, out->len);
    char *text = g_strndup (out->str, len);

    g_string_truncate (out, 0);
    g_assert_true (feed (b, text));
    g_free (text);
}

static void
shuttle (XtlsStream *a, XtlsStream *b)
{
    while (xtls_stream_get_output (a)->len > 0 ||
           xtls_stream_get_output (b)->len > 0) {
        carry (a, b, G_MAXSIZE);
        carry (b, a, G_MAXSIZE);
    }
}

static void
write_id (XtlsStream *stream, guint id)
{
    xmlnode *node = nodes_printf ("<message id='%u'/>", id);

    g_assert_true (xtls_stream_write (stream, node, NULL));
}

static guint
take_id (XtlsStream *stream)
{
    xmlnode *node = xtls_stream_take (stream);
    guint id;

    if (node == NULL)
        return G_MAXUINT;
    id = (guint)g_ascii_strtoull (xmlnode_get_attrib (node, "id"), NULL, 10);
    xmlnode_free (node);
    return id;
}

static guint
take_all (XtlsStream *stream, guint next)
{
    guint id;

    while ((id = take_id (stream)) != G_MAXUINT)
        g_assert_cmpuint (id, ==, next++);
    return next;
}

static guint
unacked (XtlsSm *sm)
{
    return xtls_sm_get_unacked (sm)->length;
}

/* --- enabling --------------------------------------------------------------
 */

static void
test_enable (void)
{
    XtlsStream *romeo = initiator_new (NULL);
    XtlsStream *juliet = responder_new (NULL);
    XtlsSm *a, *b;

    shuttle (romeo, juliet);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_true (xtls_stream_is_settled (juliet));
    for (guint i = 0; i < 3; i++)
        write_id (romeo, i);
    write_id (juliet, 0);
    shuttle (romeo, juliet);
    g_assert_cmpuint (take_all (juliet, 0), ==, 3);
    /* Nothing was taken on the other side: nothing is acknowledged. */
    xtls_stream_ack (romeo);
    assert_output (romeo, "");
    xtls_stream_ack (juliet);
    xtls_stream_ack (juliet);
    g_assert_cmpstr (xtls_stream_get_output (juliet)->str,
                     ==,
                     "<a xmlns='urn:xmpp:sm:3' h='3'/>");
    shuttle (romeo, juliet);
    a = xtls_stream_take_sm (romeo);
    b = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (unacked (a), ==, 0);
    g_assert_cmpuint (unacked (b), ==, 1);
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

/* What the responder wrote before <enabled/> is kept and not counted. */
static void
test_base (void)
{
    XtlsStream *juliet = responder_new (NULL);
    XtlsStream *romeo = initiator_new (NULL);
    guint progress;
    XtlsSm *sm;

    carry (romeo, juliet, G_MAXSIZE);
    g_assert_true (xtls_stream_is_open (juliet));
    g_assert_false (xtls_stream_is_settled (juliet));
    write_id (juliet, 0);
    write_id (juliet, 1);
    shuttle (romeo, juliet);
    write_id (juliet, 2);
    shuttle (romeo, juliet);
    g_assert_cmpuint (take_id (romeo), ==, 0);
    xtls_stream_ack (romeo);
    assert_output (romeo, "");
    g_assert_cmpuint (take_id (romeo), ==, 1);
    xtls_stream_ack (romeo);
    g_assert_cmpstr (xtls_stream_get_output (romeo)->str,
                     ==,
                     "<a xmlns='urn:xmpp:sm:3' h='0'/>");
    progress = xtls_stream_get_progress (juliet);
    shuttle (romeo, juliet);
    g_assert_cmpuint (xtls_stream_get_progress (juliet), ==, progress + 1);
    g_assert_cmpuint (take_id (romeo), ==, 2);
    xtls_stream_ack (romeo);
    g_assert_cmpstr (xtls_stream_get_output (romeo)->str,
                     ==,
                     "<a xmlns='urn:xmpp:sm:3' h='1'/>");
    shuttle (romeo, juliet);
    sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (unacked (sm), ==, 0);
    xtls_sm_free (sm);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* They were taken before <enabled/> came. */
static void
test_base_taken (void)
{
    XtlsStream *juliet = responder_new (NULL);
    XtlsStream *romeo = initiator_new (NULL);

    carry (romeo, juliet, G_MAXSIZE);
    write_id (juliet, 0);
    carry (juliet, romeo, G_MAXSIZE);
    g_assert_cmpuint (take_id (romeo), ==, 0);
    write_id (juliet, 1);
    shuttle (romeo, juliet);
    xtls_stream_ack (romeo);
    assert_output (romeo, "");
    g_assert_cmpuint (take_id (romeo), ==, 1);
    xtls_stream_ack (romeo);
    shuttle (romeo, juliet);
    g_assert_false (xtls_stream_is_waiting (juliet));

    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* Cut before any count came: what was written is not forgotten. */
static void
test_base_cut (void)
{
    XtlsStream *juliet = responder_new (NULL);
    XtlsSm *sm;

    g_assert_true (feed (juliet, FROM_ROMEO));
    for (guint i = 0; i <= XTLS_SM_BASE_MAX; i++)
        write_id (juliet, i);
    sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (unacked (sm), ==, XTLS_SM_BASE_MAX);
    g_assert_null (xtls_sm_get_id (sm));
    xtls_sm_free (sm);
    xtls_stream_free (juliet);
}

/* An initiator that does not know XEP-0198. */
static void
test_unknown (void)
{
    static const char *const signs[] = {"<message/>", "</stream:stream>"};

    for (gsize i = 0; i < G_N_ELEMENTS (signs); i++) {
        XtlsStream *juliet = responder_new (NULL);

        g_assert_true (feed (juliet, FROM_ROMEO));
        write_id (juliet, 0);
        g_assert_true (feed (juliet, signs[i]));
        if (i == 0)
            write_id (juliet, 1);
        g_assert_true (xtls_stream_is_settled (juliet));
        xmlnode_free (i == 0 ? xtls_stream_take (juliet) : xmlnode_new ("a"));
        clear (juliet);
        xtls_stream_ack (juliet);
        assert_output (juliet, "");
        g_assert_null (xtls_stream_take_sm (juliet));
        xtls_stream_free (juliet);
    }
}

/* Late is not too late; what came before is not counted. */
static void
test_late (void)
{
    XtlsStream *juliet = responder_new (NULL);

    clear (juliet);
    g_assert_true (
        feed (juliet, FROM_ROMEO "<message/><enable " SM "/><message/>"));
    assert_output (juliet, "<enabled xmlns='urn:xmpp:sm:3'/>");
    xmlnode_free (xtls_stream_take (juliet));
    xtls_stream_ack (juliet);
    assert_output (juliet, "");
    xmlnode_free (xtls_stream_take (juliet));
    xtls_stream_ack (juliet);
    assert_output (juliet, "<a xmlns='urn:xmpp:sm:3' h='1'/>");
    xtls_stream_free (juliet);
}

/* A responder that does not offer it, or takes it back. */
static void
test_not_offered (void)
{
    static const char *const answers[] = {
        HEADER_ (JULIET, ROMEO) "<stream:features/>",
        FROM_JULIET "<failed " SM "/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
        XtlsSm *resume = i == 0 ? xtls_sm_new ("old") : NULL;
        XtlsStream *romeo = initiator_new (resume);

        g_assert_true (feed (romeo, answers[i]));
        g_assert_true (xtls_stream_is_open (romeo));
        write_id (romeo, 0);
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
    XtlsStream *juliet = responder_new (NULL);

    g_assert_true (feed (juliet, FROM_ROMEO ENABLE));
    clear (juliet);
    return juliet;
}

/* However often it is asked, one answer a feed, with what was taken. */
static void
test_asked (void)
{
    XtlsStream *juliet = counting_responder ();

    g_assert_true (feed (juliet, "<message id='0'/><r " SM "/><r " SM "/>"));
    assert_output (juliet, "<a xmlns='urn:xmpp:sm:3' h='0'/>");
    g_assert_cmpuint (take_id (juliet), ==, 0);
    g_assert_true (feed (juliet, "<r " SM "/>"));
    assert_output (juliet, "<a xmlns='urn:xmpp:sm:3' h='1'/>");
    xtls_stream_ack (juliet);
    assert_output (juliet, "");
    xtls_stream_free (juliet);
}

/* A last count goes before the end tag. */
static void
test_close (void)
{
    XtlsStream *juliet = counting_responder ();

    g_assert_true (feed (juliet, "<message id='0'/><message id='1'/>"));
    g_assert_cmpuint (take_id (juliet), ==, 0);
    xtls_stream_close (juliet);
    assert_output (juliet, "<a xmlns='urn:xmpp:sm:3' h='1'/></stream:stream>");
    g_assert_cmpuint (take_id (juliet), ==, 1);
    xtls_stream_ack (juliet);
    g_assert_true (feed (juliet, "<r " SM "/>"));
    assert_output (juliet, "");
    xtls_stream_free (juliet);
}

/* A peer that does not acknowledge by itself is asked, once. */
static void
test_asks (void)
{
    XtlsStream *juliet = counting_responder ();
    guint asked = 0;

    for (guint i = 0; i < 100; i++) {
        write_id (juliet, i);
        if (strstr (xtls_stream_get_output (juliet)->str, "<r ")) {
            /* When so many wait. */
            g_assert_cmpuint (i + 1, ==, 32);
            asked++;
        }
        clear (juliet);
    }
    g_assert_cmpuint (asked, ==, 1);
    g_assert_true (feed (juliet, "<a " SM " h='10'/>"));
    write_id (juliet, 100);
    g_assert_nonnull (
        strstr (xtls_stream_get_output (juliet)->str, "<r xmlns="));
    xtls_stream_free (juliet);
}

/* What is waited for until it comes, and what counts as coming. */
static void
test_waiting (void)
{
    XtlsStream *juliet = counting_responder ();
    guint progress = xtls_stream_get_progress (juliet);

    g_assert_false (xtls_stream_is_waiting (juliet));
    write_id (juliet, 0);
    write_id (juliet, 1);
    g_assert_true (xtls_stream_is_waiting (juliet));
    g_assert_true (feed (juliet, "<a " SM " h='0'/>"));
    g_assert_cmpuint (xtls_stream_get_progress (juliet), ==, progress);
    g_assert_true (feed (juliet, "<a " SM " h='1'/>"));
    g_assert_cmpuint (xtls_stream_get_progress (juliet), ==, progress + 1);
    clear (juliet);
    xtls_stream_ask (juliet);
    xtls_stream_ask (juliet);
    assert_output (juliet, "<r xmlns='urn:xmpp:sm:3'/>");
    g_assert_true (feed (juliet, "<a " SM " h='1'/>"));
    g_assert_cmpuint (xtls_stream_get_progress (juliet), ==, progress + 2);
    g_assert_true (xtls_stream_is_waiting (juliet));
    g_assert_true (feed (juliet, "<a " SM " h='2'/>"));
    g_assert_false (xtls_stream_is_waiting (juliet));
    xtls_stream_free (juliet);
}

/* A peer that does not know XEP-0198 owes nothing; one that announced it owes
 * the answer to what was asked. */
static void
test_waiting_for_an_answer (void)
{
    XtlsStream *romeo = initiator_new (NULL);

    g_assert_true (feed (romeo, HEADER_ (JULIET, ROMEO) "<stream:features/>"));
    write_id (romeo, 0);
    g_assert_false (xtls_stream_is_waiting (romeo));
    xtls_stream_free (romeo);

    romeo = initiator_new (NULL);
    g_assert_true (feed (romeo, FROM_JULIET));
    g_assert_true (xtls_stream_is_waiting (romeo));
    g_assert_true (feed (romeo, ENABLED));
    g_assert_false (xtls_stream_is_waiting (romeo));
    xtls_stream_free (romeo);
}

/* A peer that never acknowledges: what is kept for it is counted in memory. */
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
        clear (juliet);
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
    assert_full_of ("<iq type='result' id='1'/>", XTLS_SM_ANSWERS_BYTES_MAX);
    assert_full_of (
        "<iq type='error' id='1'><error type='cancel'><service-unavailable"
        " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        XTLS_SM_ANSWERS_BYTES_MAX);
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
        clear (juliet);
    } while (xtls_stream_write (juliet, node, &error) && ++n < 1000);
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_FULL);
    g_clear_error (&error);
    g_assert_cmpuint (n, ==, XTLS_SM_UNACKED_BYTES_MAX / XTLS_STANZA_MAX);
    assert_output (juliet, "");
    g_assert_true (feed (juliet, "<a " SM " h='1'/>"));
    g_assert_true (xtls_stream_write (juliet, node, NULL));
    g_free (text);
    xtls_stream_free (juliet);
}

static void
assert_refused (XtlsStream *stream, const char *text, const char *wanted)
{
    GError *error = NULL;

    clear (stream);
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

    write_id (juliet, 0);
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

/* Everything out of turn. */
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
        XtlsStream *juliet = responder_new (NULL);

        g_assert_true (feed (juliet, FROM_ROMEO));
        assert_refused (juliet,
                        before[i],
                        i < 2 ? ERROR_ ("policy-violation") : "<failed ");
    }
    for (gsize i = 0; i < G_N_ELEMENTS (initiator); i++) {
        XtlsStream *romeo = initiator_new (NULL);

        g_assert_true (feed (romeo, FROM_JULIET));
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
        XtlsStream *romeo = initiator_new (NULL);
        XtlsSm *sm;

        if (i < G_N_ELEMENTS (answers)) {
            g_assert_true (feed (romeo, FROM_JULIET));
            g_assert_true (feed (romeo, answers[i]));
        } else {
            g_assert_true (feed (romeo, text));
        }
        sm = xtls_stream_take_sm (romeo);
        g_assert_null (xtls_sm_get_id (sm));
        xtls_sm_free (sm);
        xtls_stream_free (romeo);
    }
    g_free (text);
    g_free (id);
}

/* The longest that is remembered; test_bad_ids() has a longer one. */
static void
test_long_id (void)
{
    g_autofree char *id = g_strnfill (256, 'x');
    g_autofree char *text = g_strdup_printf (
        FROM_JULIET "<enabled " SM " resume='1' id='%s'/>", id);
    XtlsStream *romeo = initiator_new (NULL);
    XtlsSm *sm;

    g_assert_true (feed (romeo, text));
    sm = xtls_stream_take_sm (romeo);
    g_assert_cmpstr (xtls_sm_get_id (sm), ==, id);
    xtls_sm_free (sm);
    xtls_stream_free (romeo);
}

/* --- resuming --------------------------------------------------------------
 */

/* Two streams that were open, with @n stanzas on their way each. */
static void
cut_pair (guint n, XtlsSm **romeo_sm, XtlsSm **juliet_sm, guint taken)
{
    XtlsStream *romeo = initiator_new (NULL);
    XtlsStream *juliet = responder_new (NULL);

    shuttle (romeo, juliet);
    for (guint i = 0; i < n; i++) {
        write_id (romeo, i);
        write_id (juliet, i);
    }
    shuttle (romeo, juliet);
    for (guint i = 0; i < taken; i++) {
        g_assert_cmpuint (take_id (romeo), ==, i);
        g_assert_cmpuint (take_id (juliet), ==, i);
    }
    *romeo_sm = xtls_stream_take_sm (romeo);
    *juliet_sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (unacked (*romeo_sm), ==, n);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* Whoever starts again, what was not taken comes again, once and in order. */
static void
assert_resumes (gboolean swapped)
{
    Store store = {NULL, 0};
    XtlsSm *first, *second;
    XtlsStream *romeo, *juliet;

    cut_pair (5, &first, &second, 2);
    store.sm = swapped ? first : second;
    romeo = initiator_new (swapped ? second : first);
    juliet = responder_new (&store);
    carry (romeo, juliet, G_MAXSIZE);
    g_assert_false (xtls_stream_is_settled (juliet));
    carry (juliet, romeo, G_MAXSIZE);
    g_assert_false (xtls_stream_is_open (romeo));
    shuttle (romeo, juliet);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_true (xtls_stream_is_settled (juliet));
    g_assert_true (xtls_stream_was_resumed (romeo));
    g_assert_true (xtls_stream_was_resumed (juliet));
    write_id (romeo, 5);
    write_id (juliet, 5);
    shuttle (romeo, juliet);
    g_assert_cmpuint (take_all (romeo, 2), ==, 6);
    g_assert_cmpuint (take_all (juliet, 2), ==, 6);
    xtls_stream_ack (romeo);
    xtls_stream_ack (juliet);
    shuttle (romeo, juliet);
    g_assert_null (store.sm);
    first = xtls_stream_take_sm (romeo);
    second = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (unacked (first), ==, 0);
    g_assert_cmpuint (unacked (second), ==, 0);
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

/* The peer knows nothing of it: a new stream, and the old state handed back. */
static void
test_resume_fails (void)
{
    Store store = {NULL, 0};
    XtlsSm *first, *second;
    XtlsStream *romeo, *juliet;

    cut_pair (3, &first, &second, 0);
    xtls_sm_free (second);
    romeo = initiator_new (first);
    juliet = responder_new (&store);
    shuttle (romeo, juliet);
    g_assert_cmpuint (store.asked, ==, 1);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_false (xtls_stream_was_resumed (romeo));
    g_assert_false (xtls_stream_was_resumed (juliet));
    g_assert_true (xtls_stream_take_sm_failed (romeo) == first);
    g_assert_cmpuint (unacked (first), ==, 3);
    xtls_sm_free (first);
    write_id (romeo, 0);
    shuttle (romeo, juliet);
    g_assert_cmpuint (take_all (juliet, 0), ==, 1);
    xtls_stream_ack (juliet);
    shuttle (romeo, juliet);
    first = xtls_stream_take_sm (romeo);
    g_assert_cmpuint (unacked (first), ==, 0);
    g_assert_nonnull (xtls_sm_get_id (first));
    xtls_sm_free (first);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

static void
test_failed_text (void)
{
    XtlsStream *juliet = responder_new (NULL);

    clear (juliet);
    g_assert_true (feed (juliet, FROM_ROMEO "<resume " SM " h='0'/>"));
    assert_output (juliet,
                   "<failed xmlns='urn:xmpp:sm:3'><item-not-found "
                   "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
    xtls_stream_free (juliet);
}

/* <failed/> may still tell what arrived. */
static void
test_failed_with_count (void)
{
    XtlsSm *first, *second;
    XtlsStream *romeo;

    cut_pair (3, &first, &second, 0);
    xtls_sm_free (second);
    romeo = initiator_new (first);
    g_assert_true (feed (romeo, FROM_JULIET "<failed " SM " h='2'/>"));
    first = xtls_stream_take_sm_failed (romeo);
    g_assert_cmpuint (unacked (first), ==, 1);
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
        romeo = initiator_new (first);
        g_assert_true (feed (romeo, FROM_JULIET));
        clear (romeo);
        g_assert_false (feed (romeo, text->str));
        /* It can be tried again, or told. */
        first = xtls_stream_take_sm (romeo);
        g_assert_cmpuint (unacked (first), ==, 3);
        xtls_sm_free (first);
        g_string_free (text, TRUE);
        xtls_stream_free (romeo);
    }
}

/* A count that cannot be, from the one who resumes: his state is not lost. */
static void
test_resume_too_high (void)
{
    Store store = {NULL, 0};
    XtlsSm *first, *sm;
    XtlsStream *juliet;
    char *text;

    cut_pair (3, &first, &store.sm, 0);
    text = g_strdup_printf ("<resume " SM " previd='%s' h='4'/>",
                            xtls_sm_get_id (first));
    juliet = responder_new (&store);
    g_assert_true (feed (juliet, FROM_ROMEO));
    write_id (juliet, 9);
    g_assert_false (feed (juliet, text));
    g_assert_nonnull (strstr (xtls_stream_get_output (juliet)->str,
                              "handled-count-too-high"));
    sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (unacked (sm), ==, 4);
    xtls_sm_free (sm);
    xtls_sm_free (first);
    g_free (text);
    xtls_stream_free (juliet);
}

/* What a responder wrote before it was asked to resume is not sent twice. */
static void
test_resume_base (void)
{
    Store store = {NULL, 0};
    XtlsSm *first, *sm;
    XtlsStream *romeo, *juliet;

    cut_pair (2, &first, &store.sm, 2);
    romeo = initiator_new (first);
    juliet = responder_new (&store);
    carry (romeo, juliet, G_MAXSIZE);
    write_id (juliet, 2);
    shuttle (romeo, juliet);
    write_id (juliet, 3);
    shuttle (romeo, juliet);
    g_assert_cmpuint (take_all (romeo, 2), ==, 4);
    xtls_stream_ack (romeo);
    shuttle (romeo, juliet);
    sm = xtls_stream_take_sm (juliet);
    g_assert_cmpuint (unacked (sm), ==, 0);
    xtls_sm_free (sm);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* --- cuts ------------------------------------------------------------------
 */

typedef struct {
    guint written, taken;
} Talker;

/* One stream's life: stanzas go both ways, then at some byte it is cut. */
static void
live (GRand *rand, XtlsStream *streams[2], Talker talkers[2])
{
    guint steps = (guint)g_rand_int_range (rand, 0, 30);

    for (guint i = 0; i < steps; i++) {
        guint side = (guint)g_rand_int_range (rand, 0, 2);
        XtlsStream *stream = streams[side];

        if (g_rand_boolean (rand) && xtls_stream_is_open (stream) &&
            xtls_stream_is_settled (stream))
            write_id (stream, talkers[side].written++);
        if (g_rand_boolean (rand))
            carry (stream, streams[!side], G_MAXSIZE);
        if (g_rand_boolean (rand))
            talkers[side].taken = take_all (stream, talkers[side].taken);
        if (g_rand_boolean (rand))
            xtls_stream_ack (stream);
    }
    for (guint side = 0; side < 2; side++) {
        gsize len = xtls_stream_get_output (streams[side])->len;

        carry (streams[side],
               streams[!side],
               (gsize)g_rand_int_range (rand, 0, (gint32)len + 1));
    }
    for (guint side = 0; side < 2; side++)
        talkers[side].taken = take_all (streams[side], talkers[side].taken);
}

/* Cut at random bytes, resumed by either side: nothing lost, nothing twice,
 * order kept. take_all() asserts the latter two. */
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
        Store store = {sms[!caller], 0};
        XtlsStream *streams[2];

        streams[caller] = initiator_new (sms[caller]);
        streams[!caller] = responder_new (&store);
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
            g_assert_cmpuint (talkers[!side].taken + unacked (sms[side]),
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
    g_test_add_func ("/acks/enable", test_enable);
    g_test_add_func ("/acks/enable/base", test_base);
    g_test_add_func ("/acks/enable/base-taken", test_base_taken);
    g_test_add_func ("/acks/enable/base-cut", test_base_cut);
    g_test_add_func ("/acks/enable/unknown", test_unknown);
    g_test_add_func ("/acks/enable/late", test_late);
    g_test_add_func ("/acks/enable/not-offered", test_not_offered);
    g_test_add_func ("/acks/count/asked", test_asked);
    g_test_add_func ("/acks/count/waiting", test_waiting);
    g_test_add_func ("/acks/count/waiting-for-an-answer",
                     test_waiting_for_an_answer);
    g_test_add_func ("/acks/count/close", test_close);
    g_test_add_func ("/acks/count/asks", test_asks);
    g_test_add_func ("/acks/count/full", test_full);
    g_test_add_func ("/acks/count/small", test_full_of_small);
    g_test_add_func ("/acks/wrong/too-high", test_too_high);
    g_test_add_func ("/acks/wrong/out-of-turn", test_out_of_turn);
    g_test_add_func ("/acks/wrong/ids", test_bad_ids);
    g_test_add_func ("/acks/long-id", test_long_id);
    g_test_add_func ("/acks/resume", test_resume);
    g_test_add_func ("/acks/resume/fails", test_resume_fails);
    g_test_add_func ("/acks/resume/failed-text", test_failed_text);
    g_test_add_func ("/acks/resume/failed-with-count", test_failed_with_count);
    g_test_add_func ("/acks/resume/wrong", test_resume_wrong);
    g_test_add_func ("/acks/resume/too-high", test_resume_too_high);
    g_test_add_func ("/acks/resume/base", test_resume_base);
    g_test_add_func ("/acks/cuts", test_cuts);
    return g_test_run ();
}
