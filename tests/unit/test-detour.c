/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of session/detour.c: servers that refuse In-Band Bytestreams. */
#define _GNU_SOURCE /* memmem */
#include "ibb.h"
#include "wirefault.h"
#include "wirepair.h"

#include <string.h>

enum { TO_ROMEO, TO_JULIET, BOTH = WIRE_BOTH };

#define DATA "urn:xmpp:xtls:0"
#define TRANSPORT(sid, size)                                                   \
    "<transport xmlns='urn:xmpp:jingle:transports:xtls:0' sid='" sid           \
    "' block-size='" size "'/>"

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

static WirePair *
pair_new (gboolean hello, guint where, WireIbb how)
{
    WirePair *pair = wire_pair_new ();

    pair->side[0].takes_hello = hello;
    pair->side[1].takes_hello = hello;
    pair->ibb = how;
    pair->ibb_to = where;
    return pair;
}

static void
assert_carrier (WirePair *pair, XtlsCarrier carrier)
{
    const char *name = carrier == XTLS_CARRIER_IBB ? ", IBB" : ", XTLS data";

    for (guint i = 0; i < 2; i++) {
        XtlsSession *session = wire_session (&pair->side[i]);
        g_autofree char *text = xtls_session_describe (session);

        wire_assert_state (&pair->side[i], XTLS_SESSION_OPEN);
        g_assert_cmpint (xtls_session_get_carrier (session), ==, carrier);
        g_assert_true (g_str_has_suffix (text, name));
    }
}

static void
assert_talks (WirePair *pair)
{
    for (guint i = 0; i < 2; i++) {
        g_ptr_array_set_size (pair->side[i].delivered, 0);
        g_assert_true (wire_say (wire_session (&pair->side[!i]), WIRE_SECRET));
    }
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], WIRE_SECRET);
    g_assert_delivered (&pair->side[1], WIRE_SECRET);
    wire_assert_private (pair);
}

/* Ends the session that is open, properly. */
static void
end (WirePair *pair, guint from)
{
    xtls_session_close (wire_session (&pair->side[from]), FALSE);
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[from], XTLS_END_LOCAL);
    wire_assert_end (&pair->side[!from], XTLS_END_PEER);
    g_assert_cmpuint (wire_count (&pair->side[0]), ==, 0);
    g_assert_cmpuint (wire_count (&pair->side[1]), ==, 0);
}

/* There is one session, and the user sees nothing unusual. From then on both
 * offer the other transport first. */
static void
test_refused (void)
{
    for (guint i = 0; i < 4; i++) {
        guint from = i / 2;
        WirePair *pair = pair_new (i % 2, BOTH, WIRE_IBB_REFUSED);

        wire_pair_call (pair, from);
        g_assert_cmpuint (pair->filtered, >, 0);
        assert_carrier (pair, XTLS_CARRIER_XTLS);
        g_assert_cmpstr (pair->side[0].states->str, ==, "+");
        g_assert_cmpstr (pair->side[1].states->str, ==, "+");
        assert_talks (pair);
        end (pair, from);
        g_assert_cmpuint (count (pair, "<open "), ==, 1);

        wire_pair_call (pair, !from);
        assert_carrier (pair, XTLS_CARRIER_XTLS);
        assert_talks (pair);
        end (pair, from);
        g_assert_cmpuint (count (pair, "<open "), ==, 1);
        g_assert_cmpuint (count (pair, "transport-replace"), ==, 1);
        wire_pair_free (pair);
    }
}

/* No answer to <open/>. */
static void
test_lost (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = pair_new (i, BOTH, WIRE_IBB_LOST);

        wire_pair_call (pair, 0);
        g_assert_cmpuint (pair->side[0].open, ==, 0);
        wire_pair_run (pair, XTLS_IBB_DEAD_AFTER / 1000 + 1000);
        assert_carrier (pair, XTLS_CARRIER_XTLS);
        assert_talks (pair);
        end (pair, 1);
        wire_pair_free (pair);
    }
}

static void
first_words_cb (XtlsSession *session)
{
    g_assert_true (wire_say (session, WIRE_SECRET " 1"));
    g_assert_true (wire_say (session, WIRE_SECRET " 2"));
}

/* <open/> and <close/> pass: the responder must not hear that the bytestream is
 * closed before it is asked to replace it. */
static void
test_blocks_refused (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = pair_new (i, BOTH, WIRE_IBB_BLOCKED);

        if (i)
            pair->side[0].on_first_words = first_words_cb;
        wire_pair_call (pair, 0);
        g_assert_cmpuint (pair->filtered, >, 0);
        g_assert_cmpuint (count (pair, "<close "), ==, 0);
        assert_carrier (pair, XTLS_CARRIER_XTLS);
        g_assert_delivered (&pair->side[1],
                            i ? WIRE_SECRET " 1|" WIRE_SECRET " 2" : "");
        assert_talks (pair);
        end (pair, 0);
        wire_pair_free (pair);
    }
}

/* A peer that has nothing else is told. */
static void
test_blocks_refused_without (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_BLOCKED);

    pair->side[1].takes_data = FALSE;
    wire_pair_call (pair, 0);
    g_assert_true (wire_saw (pair, "<close "));
    wire_assert_end (&pair->side[0], XTLS_END_CUT);
    wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);
    wire_pair_free (pair);
}

/* They had left in the block that was refused. */
static void
test_first_words (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_REFUSED);
    XtlsSession *session;

    pair->side[0].on_first_words = first_words_cb;
    session = wire_pair_call (pair, 0);
    assert_carrier (pair, XTLS_CARRIER_XTLS);
    g_assert_delivered (&pair->side[1], WIRE_SECRET " 1|" WIRE_SECRET " 2");
    wire_pair_run (pair, 2 * XTLS_SESSION_ACK_DELAY);
    g_assert_cmpuint (xtls_session_get_unacked (session)->length, ==, 0);
    wire_assert_private (pair);
    wire_pair_free (pair);
}

/* Both call at once, and one request wins as ever. */
static void
test_crossing (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_REFUSED);

    xtls_endpoint_call (pair->side[1].endpoint, WIRE_ROMEO, NULL);
    wire_pair_call (pair, 0);
    assert_carrier (pair, XTLS_CARRIER_XTLS);
    g_assert_cmpuint (wire_count (&pair->side[0]), ==, 1);
    g_assert_cmpuint (wire_count (&pair->side[1]), ==, 1);
    assert_talks (pair);
    wire_pair_free (pair);
}

static void
test_peer_without (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_REFUSED);

    pair->side[1].takes_data = FALSE;
    wire_pair_call (pair, 0);
    g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
    wire_assert_end (&pair->side[0], XTLS_END_CUT);
    wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);
    g_assert_cmpuint (count (pair, "transport-replace"), ==, 0);
    wire_pair_free (pair);
}

/* Each server refuses what its own client sends: only the responder finds it
 * out, and the initiator's next call goes the other way. */
static void
test_refused_to_responder (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = pair_new (i, TO_ROMEO, WIRE_IBB_REFUSED);
        XtlsSession *session;
        XtlsSm *sm;

        if (i)
            pair->side[0].on_first_words = first_words_cb;
        session = wire_pair_call (pair, 0);
        wire_assert_state (&pair->side[0], XTLS_SESSION_CLOSED);
        wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);
        g_assert_cmpuint (pair->side[0].open, ==, 0);
        g_assert_delivered (&pair->side[1],
                            i ? WIRE_SECRET " 1|" WIRE_SECRET " 2" : "");

        /* What was said is resumed, and does not arrive again. */
        sm = xtls_session_take_sm_failed (session);
        pair->side[1].sm = xtls_session_take_sm (wire_session (&pair->side[1]));
        session = xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, sm);
        wire_pair_settle (pair);
        assert_carrier (pair, XTLS_CARRIER_XTLS);
        g_assert_true (!i || xtls_session_was_resumed (session));
        g_assert_delivered (&pair->side[1],
                            i ? WIRE_SECRET " 1|" WIRE_SECRET " 2" : "");
        assert_talks (pair);
        g_assert_cmpuint (count (pair, "transport-replace"), ==, 0);
        wire_pair_free (pair);
    }
}

/* The blocks arrive, and the server says that they did not. */
static void
test_lying (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = pair_new (i, BOTH, WIRE_IBB_LYING);

        if (i)
            pair->side[0].on_first_words = first_words_cb;
        wire_pair_call (pair, 0);
        wire_pair_run (pair, (XTLS_SESSION_SETUP_TIMEOUT + 1) * 1000);
        /* Without a hello only <open/> had left, and so nothing is doubled. */
        if (i)
            g_assert_cmpuint (pair->side[0].open, ==, 0);
        else
            assert_carrier (pair, XTLS_CARRIER_XTLS);
        g_assert_delivered (&pair->side[1],
                            i ? WIRE_SECRET " 1|" WIRE_SECRET " 2" : "");
        wire_assert_private (pair);
        wire_pair_free (pair);
    }
}

static gboolean no_data_either;

static char *
spoil (char *text)
{
    const char *start = strstr (text, "<start ");
    char *spoilt;

    if (!no_data_either || !start)
        return text;
    spoilt = g_strdup_printf (
        "%.*s<start xmlns='" DATA "'/></iq>", (int)(start - text), text);
    g_free (text);
    return spoilt;
}

/* Once in a session. */
static void
test_refused_twice (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_REFUSED);

    no_data_either = TRUE;
    pair->rewrite = spoil;
    wire_pair_call (pair, 0);
    wire_assert_state (&pair->side[0], XTLS_SESSION_CLOSED);
    wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);
    g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
    g_assert_cmpuint (count (pair, "transport-replace"), ==, 1);
    wire_pair_settle (pair);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

/* Where In-Band Bytestreams work again, the way back is the same. */
static void
test_way_back (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_REFUSED);

    wire_pair_call (pair, 0);
    assert_carrier (pair, XTLS_CARRIER_XTLS);
    end (pair, 0);
    pair->ibb = WIRE_IBB_PASSES;
    no_data_either = TRUE;
    pair->rewrite = spoil;
    wire_pair_call (pair, 0);
    assert_carrier (pair, XTLS_CARRIER_IBB);
    assert_talks (pair);
    end (pair, 0);
    wire_pair_call (pair, 1);
    assert_carrier (pair, XTLS_CARRIER_IBB);
    g_assert_cmpuint (count (pair, "transport-replace"), ==, 2);
    wire_pair_free (pair);
}

static const char *lost;

static char *
lose (char *text)
{
    if (!strstr (text, lost))
        return text;
    g_free (text);
    return NULL;
}

/* The first one was refused for certain, whatever happened to the second. */
static void
test_cut_after_change (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = pair_new (i, BOTH, WIRE_IBB_REFUSED);

        lost = "xmlns='" DATA "'";
        pair->rewrite = lose;
        wire_pair_call (pair, 0);
        wire_pair_run (pair, (XTLS_SESSION_SETUP_TIMEOUT + 1) * 1000);
        wire_assert_end (&pair->side[0], XTLS_END_DEAD);
        wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);
        g_assert_cmpuint (count (pair, "transport-replace"), ==, 1);

        pair->rewrite = NULL;
        wire_pair_call (pair, 0);
        assert_carrier (pair, XTLS_CARRIER_XTLS);
        g_assert_cmpuint (count (pair, "transport-replace"), ==, 1);
        wire_pair_free (pair);
    }
}

/* A request that is not accepted says nothing about the bytestream. */
static void
test_not_accepted (void)
{
    WirePair *pair = wire_pair_new ();

    lost = "session-accept";
    pair->rewrite = lose;
    wire_pair_call (pair, 0);
    wire_pair_run (pair, (XTLS_SESSION_SETUP_TIMEOUT + 1) * 1000);
    wire_assert_end (&pair->side[0], XTLS_END_TIMEOUT);
    pair->rewrite = NULL;
    wire_pair_call (pair, 0);
    assert_carrier (pair, XTLS_CARRIER_IBB);
    wire_pair_free (pair);
}

static void
long_first_words_cb (XtlsSession *session)
{
    g_autofree char *body = g_strnfill (8000, 'a');

    g_assert_true (wire_say (session, body));
}

/* Neither carrier gets a long block through. The initiator's proposal or its
 * acceptance is lost, too, so that the second one has sent nothing. */
static char *
lose_long (char *text)
{
    const char *block = wire_fault_block (text);

    if (block ? strlen (block) > 6500 : strstr (text, lost) != NULL)
        g_clear_pointer (&text, g_free);
    return text;
}

/* Smaller blocks help, whichever carrier the next call takes. */
static void
test_long_blocks (void)
{
    static const char *const also_lost[] = {"'transport-reject'",
                                            "'transport-accept'"};

    for (guint i = 0; i < G_N_ELEMENTS (also_lost); i++) {
        WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_PASSES);

        lost = also_lost[i];
        pair->rewrite = lose_long;
        pair->side[0].on_first_words = long_first_words_cb;
        wire_pair_call (pair, 0);
        wire_pair_run (pair, (XTLS_SESSION_SETUP_TIMEOUT + 1) * 1000);
        wire_assert_end (&pair->side[0], XTLS_END_TIMEOUT);
        wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);

        wire_pair_call (pair, 0);
        wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
        wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, 1);
        assert_talks (pair);
        wire_pair_free (pair);
    }
}

/* A peer that offers nothing else. */
static void
test_only_data (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_REFUSED);

    pair->side[1].takes_ibb = FALSE;
    wire_pair_call (pair, 0);
    assert_carrier (pair, XTLS_CARRIER_XTLS);
    g_assert_cmpuint (pair->filtered, ==, 0);
    assert_talks (pair);
    wire_pair_free (pair);
}

/* --- forged and malformed stanzas ----------------------------------------- */

#define CONTENT(transport)                                                     \
    "<content creator='initiator' name='xmlstream'>" transport "</content>"

static void
forge (WirePair *pair, guint to, const char *action, const char *size)
{
    g_autofree char *content = g_strdup_printf (
        CONTENT (TRANSPORT ("%s", "%s")),
        xtls_session_get_transport_sid (wire_session (&pair->side[to])),
        size);

    wire_forge_jingle (pair, to, action, content);
    wire_pair_settle (pair);
}

/* Nothing happens to a session that is open, whoever asks. */
static void
test_forged_while_open (void)
{
    for (guint to = 0; to < 2; to++) {
        WirePair *pair = wire_pair_new_open ();

        forge (pair, to, "transport-replace", "4096");
        g_assert_cmpuint (count (pair, "'transport-reject'"), ==, 1);
        forge (pair, to, "transport-accept", "4096");
        forge (pair, to, "transport-reject", "4096");
        /* The rejection is out of order there, too. */
        g_assert_cmpuint (count (pair, "<out-of-order "), ==, 3);
        wire_forge_jingle (pair, to, "transport-replace", "");
        wire_forge_jingle (
            pair, to, "transport-replace", CONTENT (TRANSPORT ("x", "0")));
        wire_pair_settle (pair);
        g_assert_cmpuint (count (pair, "<bad-request "), ==, 2);
        assert_carrier (pair, XTLS_CARRIER_IBB);
        assert_talks (pair);
        wire_pair_free (pair);
    }
}

static const char *pattern, *by;

static char *
rewrite_accept (char *text)
{
    GRegex *regex;
    char *result;

    if (!strstr (text, "transport-accept"))
        return text;
    regex = g_regex_new (pattern, G_REGEX_DOTALL, 0, NULL);
    result = g_regex_replace (regex, text, -1, 0, by, 0, NULL);
    g_regex_unref (regex);
    g_free (text);
    return result;
}

/* An accept of something else ends the session at once. If the peer rejects the
 * proposal, the session has ended because the first carrier was refused. */
static void
test_wrong_accept (void)
{
    static const struct {
        const char *pattern, *by;
        XtlsEnd end;
    } rewrites[] = {
        {"transport-accept", "transport-reject", XTLS_END_CUT},
        {"block-size='16384'", "block-size='16385'", XTLS_END_PROTOCOL},
        {"block-size='16384'", "block-size='none'", XTLS_END_PROTOCOL},
        {"transports:xtls:0", "transports:ibb:1", XTLS_END_PROTOCOL},
        {"transports:xtls:0", "transports:s5b:1", XTLS_END_PROTOCOL},
        {"name='xmlstream'", "name='other'", XTLS_END_PROTOCOL},
        {"(<transport [^>]*)sid='[^']*'", "\\1sid='other'", XTLS_END_PROTOCOL},
        {"<content.*</content>", "", XTLS_END_PROTOCOL},
    };

    for (guint i = 0; i < G_N_ELEMENTS (rewrites); i++) {
        WirePair *pair = pair_new (i % 2, BOTH, WIRE_IBB_REFUSED);

        pattern = rewrites[i].pattern;
        by = rewrites[i].by;
        pair->rewrite = rewrite_accept;
        wire_pair_call (pair, 0);
        wire_assert_end (&pair->side[0], rewrites[i].end);
        wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);
        g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
        wire_pair_settle (pair);
        g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
        wire_pair_free (pair);
    }
}

/* A server cannot open in the name of the responder what the initiator has only
 * proposed: the blocks would be under way when the acceptance comes. */
static void
test_forged_opening (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = pair_new (i, BOTH, WIRE_IBB_REFUSED);
        g_autofree char *start = NULL;

        lost = "transport-accept"; /* a late one is forged below */
        pair->rewrite = lose;
        wire_pair_call (pair, 0);
        start = g_strdup_printf (
            "<iq xmlns='jabber:client' type='set' id='f'><start xmlns='" DATA
            "' sid='%s' block-size='16384'/></iq>",
            xtls_session_get_transport_sid (wire_session (&pair->side[0])));
        wire_forge (pair, 0, WIRE_JULIET, start);
        wire_pair_settle (pair);
        g_assert_cmpuint (count (pair, "<unexpected-request "), ==, 1);
        g_assert_cmpuint (count (pair, "<data xmlns='" DATA), ==, 0);
        pair->rewrite = NULL;
        forge (pair, 0, "transport-accept", "16384");
        assert_carrier (pair, XTLS_CARRIER_XTLS);
        assert_talks (pair);
        wire_pair_free (pair);
    }
}

static char *
smaller (char *text)
{
    pattern = "block-size='16384'";
    by = "block-size='100'";
    return rewrite_accept (text);
}

static void
test_smaller_blocks (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_REFUSED);

    pair->rewrite = smaller;
    wire_pair_call (pair, 0);
    assert_carrier (pair, XTLS_CARRIER_XTLS);
    g_assert_true (wire_saw (pair, "<start xmlns='" DATA "'"));
    g_assert_cmpuint (count (pair, "<data "), >, 10);
    assert_talks (pair);
    wire_pair_free (pair);
}

/* A server that forges the proposal can end a request, as it can anyway. */
static void
test_forged_proposal (void)
{
    WirePair *pair = pair_new (FALSE, BOTH, WIRE_IBB_LOST);

    wire_pair_call (pair, 0);
    wire_assert_state (&pair->side[1], XTLS_SESSION_ACCEPTED);
    forge (pair, 1, "transport-replace", "100000");
    g_assert_cmpuint (count (pair, "<bad-request "), ==, 1);
    forge (pair, 1, "transport-replace", "20000");
    g_assert_cmpuint (count (pair, "'transport-accept'"), ==, 1);
    g_assert_cmpuint (count (pair, "<out-of-order "), ==, 1);
    wire_assert_end (&pair->side[1], XTLS_END_CUT);
    wire_pair_run (pair, XTLS_IBB_DEAD_AFTER / 1000 + 1000);
    g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
    wire_assert_state (&pair->side[0], XTLS_SESSION_CLOSED);
    wire_assert_state (&pair->side[1], XTLS_SESSION_CLOSED);
    wire_pair_free (pair);
}

/* Only this protocol has the namespace, but a stranger is not to know it. */
static void
test_unknown_sid (void)
{
    static const char *const payloads[] = {
        "<start xmlns='" DATA "' sid='x' block-size='1'/>",
        "<data xmlns='" DATA "' sid='x' seq='0'>AAAA</data>",
        "<close xmlns='" DATA "' sid='x'/>",
    };
    WirePair *pair = wire_pair_new ();

    for (guint i = 0; i < G_N_ELEMENTS (payloads); i++) {
        g_autofree char *text = g_strdup_printf (
            "<iq xmlns='jabber:client' type='set' id='f'>%s</iq>", payloads[i]);

        wire_forge (pair, 1, WIRE_ROMEO, text);
        wire_pair_settle (pair);
        g_assert_cmpuint (count (pair, "<item-not-found "), ==, i + 1);
        pair->side[1].caller = XTLS_CALLER_STRANGER;
        wire_forge (pair, 1, WIRE_ROMEO, text);
        wire_pair_settle (pair);
        g_assert_cmpuint (pair->side[1].unhandled, ==, i + 1);
        pair->side[1].caller = XTLS_CALLER_WELCOME;
    }
    wire_pair_free (pair);
}

/* Of a session that has ended. */
static void
test_late (void)
{
    WirePair *pair = pair_new (TRUE, BOTH, WIRE_IBB_REFUSED);
    g_autofree char *text = NULL;

    wire_pair_call (pair, 0);
    text = g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' id='f'><close xmlns='" DATA
        "' sid='%s'/></iq>",
        xtls_session_get_transport_sid (wire_session (&pair->side[1])));
    end (pair, 0);
    g_assert_cmpuint (count (pair, "<closed "), ==, 1);
    wire_forge (pair, 1, WIRE_ROMEO, text);
    wire_pair_settle (pair);
    g_assert_cmpuint (count (pair, "<closed "), ==, 2);
    wire_pair_free (pair);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/detour/refused", test_refused);
    g_test_add_func ("/detour/lost", test_lost);
    g_test_add_func ("/detour/blocks-refused", test_blocks_refused);
    g_test_add_func ("/detour/blocks-refused-without",
                     test_blocks_refused_without);
    g_test_add_func ("/detour/first-words", test_first_words);
    g_test_add_func ("/detour/crossing", test_crossing);
    g_test_add_func ("/detour/peer-without", test_peer_without);
    g_test_add_func ("/detour/refused-to-responder", test_refused_to_responder);
    g_test_add_func ("/detour/lying", test_lying);
    g_test_add_func ("/detour/refused-twice", test_refused_twice);
    g_test_add_func ("/detour/way-back", test_way_back);
    g_test_add_func ("/detour/cut-after-change", test_cut_after_change);
    g_test_add_func ("/detour/not-accepted", test_not_accepted);
    g_test_add_func ("/detour/long-blocks", test_long_blocks);
    g_test_add_func ("/detour/only-data", test_only_data);
    g_test_add_func ("/detour/forged-while-open", test_forged_while_open);
    g_test_add_func ("/detour/wrong-accept", test_wrong_accept);
    g_test_add_func ("/detour/forged-opening", test_forged_opening);
    g_test_add_func ("/detour/smaller-blocks", test_smaller_blocks);
    g_test_add_func ("/detour/forged-proposal", test_forged_proposal);
    g_test_add_func ("/detour/unknown-sid", test_unknown_sid);
    g_test_add_func ("/detour/late", test_late);
    return g_test_run ();
}
