/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "incoming-request.h"
#include "jingle-make.h"
#include "session-private.h"
#include "wirepair.h"

#include <string.h>

#define CONTENT                                                                \
    "<content creator='initiator' name='xmlstream'>"                           \
    "<description xmlns='urn:xmpp:jingle:apps:xmlstream:0'/>"                  \
    "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='4096' "   \
    "sid='t-%s'/>"                                                             \
    "<security xmlns='urn:xmpp:jingle:security:xtls:0'><method name='x509'/>"  \
    "</security></content>"
#define VOICE                                                                  \
    "<content creator='initiator' name='audio'>"                               \
    "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>"          \
    "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/></content>"

static char *
jingle (const char *action, const char *sid, const char *content)
{
    return g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' id='q-%s'><jingle "
        "xmlns='urn:xmpp:jingle:1' action='%s' sid='%s'>%s</jingle></iq>",
        sid,
        action,
        sid,
        content);
}

static char *
initiate (const char *sid)
{
    char *content = g_strdup_printf (CONTENT, sid);
    char *text = jingle ("session-initiate", sid, content);

    g_free (content);
    return text;
}

/* Returns: (transfer none): the response of Juliet's client to a stanza from
 * @from. Takes @text. */
static const char *
say (WirePair *pair, const char *from, char *text)
{
    gsize before;

    /* Stanzas that are already under way arrive first. */
    wire_pair_run (pair, 10);
    before = pair->wire->len;
    pair->side[1].unhandled = 0;
    wire_forge (pair, 1, from, text);
    wire_pair_run (pair, 1);
    g_free (text);
    return pair->wire->str + before;
}

#define g_assert_said(said, part) g_assert_nonnull (strstr (said, part))
#define g_assert_silent(said) g_assert_cmpstr (said, ==, "")

static void
assert_ours (WirePair *pair)
{
    g_assert_cmpuint (pair->side[1].unhandled, ==, 0);
}

static void
assert_not_ours (WirePair *pair)
{
    g_assert_cmpuint (pair->side[1].unhandled, ==, 1);
}

/* --- who calls -------------------------------------------------------------*/

static void
test_caller_stranger (void)
{
    WirePair *pair = wire_pair_new ();
    char *content = g_strdup_printf (CONTENT, "s");

    pair->side[1].caller = XTLS_CALLER_STRANGER;
    g_assert_silent (say (pair, WIRE_ROMEO, initiate ("s")));
    assert_not_ours (pair);
    g_assert_silent (
        say (pair, WIRE_ROMEO, jingle ("session-info", "s", content)));
    assert_not_ours (pair);
    g_assert_silent (
        say (pair, WIRE_ROMEO, jingle ("session-terminate", "s", "")));
    assert_not_ours (pair);
    g_assert_cmpuint (pair->side[1].sessions->len, ==, 0);
    g_free (content);
    wire_pair_free (pair);
}

static void
test_caller_voice (void)
{
    WirePair *pair = wire_pair_new ();

    for (guint i = 0; i < 2; i++) {
        pair->side[1].caller = i;
        g_assert_silent (say (
            pair, WIRE_ROMEO, jingle ("session-initiate", "v", VOICE VOICE)));
        assert_not_ours (pair);
        g_assert_silent (
            say (pair, WIRE_ROMEO, jingle ("content-modify", "v", VOICE)));
        assert_not_ours (pair);
    }
    wire_pair_free (pair);
}

static void
test_caller_malformed (void)
{
    static const struct {
        const char *content;
        const char *answer;
    } table[] = {
        {"<content creator='initiator' name='x'><description "
         "xmlns='urn:xmpp:jingle:apps:xmlstream:0'/><transport "
         "xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='65536' "
         "sid='t'/><security xmlns='urn:xmpp:jingle:security:xtls:0'/>"
         "</content>",
         "<bad-request"},
        {"<content creator='initiator' name='x'><description "
         "xmlns='urn:xmpp:jingle:apps:xmlstream:0'/><transport "
         "xmlns='urn:xmpp:jingle:transports:s5b:1' sid='t'/><security "
         "xmlns='urn:xmpp:jingle:security:xtls:0'/></content>",
         "<unsupported-transports"},
        {"<content creator='initiator' name='x'><description "
         "xmlns='urn:xmpp:jingle:apps:file-transfer:5'/><transport "
         "xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='4096' "
         "sid='t'/><security xmlns='urn:xmpp:jingle:security:xtls:0'/>"
         "</content>",
         "<unsupported-applications"},
        {"<content creator='initiator' name='x'><description "
         "xmlns='urn:xmpp:jingle:apps:xmlstream:0'/><transport "
         "xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='4096' "
         "sid='t'/></content>",
         "<security-error"},
    };
    WirePair *pair = wire_pair_new ();

    for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
        const char *said =
            say (pair,
                 WIRE_ROMEO,
                 jingle ("session-initiate", "m", table[i].content));

        g_assert_said (said, table[i].answer);
        assert_ours (pair);
        g_assert_cmpuint (pair->side[1].sessions->len, ==, 0);
    }
    wire_pair_free (pair);
}

/* --- limits ----------------------------------------------------------------*/

static void
test_limits_per_peer (void)
{
    WirePair *pair = wire_pair_new ();
    const char *said;

    g_assert_said (say (pair, "a@b/c", initiate ("1")), "session-accept");
    said = say (pair, "a@b/c", initiate ("2"));
    g_assert_said (said, "<resource-constraint");
    g_assert_said (said, "type='wait'");
    /* Another resource is another peer. */
    g_assert_said (say (pair, "a@b/d", initiate ("3")), "session-accept");
    /* There is room again once the first request has been cancelled. */
    say (pair, "a@b/c", jingle ("session-terminate", "1", ""));
    g_assert_said (say (pair, "a@b/c", initiate ("4")), "session-accept");
    wire_pair_free (pair);
}

/* The resources of one contact leave room for other contacts. */
static void
test_limits_contact (void)
{
    WirePair *pair = wire_pair_new ();
    char from[16];

    for (guint i = 0; i < XTLS_INCOMING_REQUEST_PER_CONTACT; i++) {
        g_snprintf (from, sizeof from, "a@b/%u", i);
        g_assert_said (say (pair, from, initiate (from + 4)), "session-accept");
    }
    g_assert_said (say (pair, "a@b/x", initiate ("x")), "<resource-constraint");
    g_assert_said (say (pair, "nurse@b/x", initiate ("y")), "session-accept");
    wire_pair_free (pair);
}

static void
test_limits_all (void)
{
    WirePair *pair = wire_pair_new ();

    for (guint i = 0; i < XTLS_INCOMING_REQUEST_MAX; i++) {
        char *from = g_strdup_printf (
            "%u@b/%u", i / XTLS_INCOMING_REQUEST_PER_CONTACT, i);

        g_assert_said (say (pair, from, initiate (strchr (from, '/') + 1)),
                       "session-accept");
        g_free (from);
    }
    g_assert_said (say (pair, "a@b/x", initiate ("x")), "<resource-constraint");
    /* The same after they have timed out. */
    wire_pair_run (pair, XTLS_SESSION_SETUP_TIMEOUT * 1000);
    g_assert_said (say (pair, "a@b/x", initiate ("x")), "session-accept");
    wire_pair_free (pair);
}

/* An open session is not an unfinished request. */
static void
test_limits_open (void)
{
    WirePair *pair = wire_pair_new_open ();

    /* Romeo's client would respond that it does not know the session. */
    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    g_assert_said (say (pair, WIRE_ROMEO, initiate ("1")), "session-accept");
    g_assert_said (say (pair, WIRE_ROMEO, initiate ("2")),
                   "<resource-constraint");
    wire_pair_free (pair);
}

/* --- sids in use -----------------------------------------------------------*/

static char *
initiate_with (const char *sid, const char *transport)
{
    char *content = g_strdup_printf (CONTENT, transport);
    char *text = jingle ("session-initiate", sid, content);

    g_free (content);
    return text;
}

static void
assert_conflict (WirePair *pair, const char *from, char *text)
{
    const char *said = say (pair, from, text);

    g_assert_said (said, "<conflict");
    g_assert_null (strstr (said, "session-accept"));
    assert_ours (pair);
    g_assert_cmpuint (wire_count (&pair->side[1]), ==, 1);
}

/* Nobody can take over the sid of a session. */
static void
test_sids_in_use (void)
{
    WirePair *pair = wire_pair_new ();

    say (pair, "a@b/c", initiate ("s"));
    assert_conflict (pair, "a@b/d", initiate_with ("s", "other"));
    assert_conflict (pair, "a@b/d", initiate_with ("other", "s"));
    g_assert_said (
        say (pair,
             "a@b/c",
             g_strdup ("<iq xmlns='jabber:client' type='set' id='o'><open "
                       "xmlns='http://jabber.org/protocol/ibb' sid='t-s' "
                       "block-size='4096'/></iq>")),
        "type='result' to='a@b/c'");
    say (pair, "a@b/c", jingle ("session-terminate", "s", ""));
    g_assert_said (say (pair, "a@b/d", initiate ("s")), "session-accept");
    wire_pair_free (pair);
}

/* Not even the peer of an open session can. */
static void
test_sids_in_use_open (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[1]);
    char *text = initiate ("other");
    char **parts = g_strsplit (text, "t-other", 2);
    char *again = g_strjoinv (xtls_session_get_transport_sid (session), parts);

    assert_conflict (pair, WIRE_ROMEO, again);
    wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    g_assert_true (wire_say (session, "still here"));
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "still here");
    g_strfreev (parts);
    g_free (text);
    wire_pair_free (pair);
}

/* --- glare -----------------------------------------------------------------*/

static void
assert_one_open (WirePair *pair)
{
    g_assert_cmpuint (pair->side[0].open, ==, 1);
    g_assert_cmpuint (pair->side[1].open, ==, 1);
    g_assert_cmpuint (wire_count (&pair->side[0]), ==, 1);
    g_assert_cmpuint (wire_count (&pair->side[1]), ==, 1);
    g_assert_cmpuint (
        pair->side[0].tie_breaks + pair->side[1].tie_breaks, ==, 1);
}

static void
test_glare_both (void)
{
    guint won[2] = {0, 0};

    while (!won[0] || !won[1]) {
        WirePair *pair = wire_pair_new ();
        XtlsSession *romeo =
            xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
        XtlsSession *juliet =
            xtls_endpoint_call (pair->side[1].endpoint, WIRE_ROMEO, NULL);
        guint lower = strcmp (xtls_session_get_sid (romeo),
                              xtls_session_get_sid (juliet)) > 0;

        wire_pair_settle (pair);
        assert_one_open (pair);
        g_assert_cmpuint (pair->side[!lower].tie_breaks, ==, 1);
        g_assert_cmpstr (pair->side[!lower].states->str, ==, "-tie-break+");
        g_assert_cmpstr (pair->side[lower].states->str, ==, "+");
        g_assert_true (wire_saw (pair, "<tie-break"));
        won[lower]++;
        wire_pair_free (pair);
    }
}

/* Equal sids: the lower JID, by octets. */
static void
test_glare_equal (void)
{
    static const struct {
        const char *peer;
        gboolean own_wins;
    } table[] = {{"zoe@capulet.lit/x", TRUE}, {"abram@montague.lit/x", FALSE}};

    for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
        WirePair *pair = wire_pair_new ();
        XtlsSession *own =
            xtls_endpoint_call (pair->side[1].endpoint, table[i].peer, NULL);
        const char *said =
            say (pair, table[i].peer, initiate (xtls_session_get_sid (own)));

        if (table[i].own_wins) {
            g_assert_said (said, "<tie-break");
            g_assert_cmpstr (pair->side[1].states->str, ==, "");
        } else {
            g_assert_said (said, "session-accept");
            g_assert_cmpstr (pair->side[1].states->str, ==, "-tie-break");
        }
        wire_pair_free (pair);
    }
}

/* --- replacement -----------------------------------------------------------*/

/* A request that never opens replaces nothing. */
static void
test_replace_not_by_request (void)
{
    WirePair *pair = wire_pair_new_open ();

    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    g_assert_said (say (pair, WIRE_ROMEO, initiate ("1")), "session-accept");
    wire_pair_run (pair, 100 * 1000);
    wire_pair_set_fault (pair, WIRE_FAULT_NONE, 0, 0);
    g_assert_cmpstr (pair->side[1].states->str, ==, "+-timeout");
    wire_say (wire_session (&pair->side[0]), "still here");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[1], "still here");
    wire_pair_free (pair);
}

/* --- stanzas of no session -------------------------------------------------*/

static char *
block (const char *name, const char *sid)
{
    return g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' id='b'><%s "
        "xmlns='http://jabber.org/protocol/ibb' seq='0' sid='%s'/></iq>",
        name,
        sid);
}

static void
test_unmatched_unknown (void)
{
    WirePair *pair = wire_pair_new ();
    char *content = g_strdup_printf (CONTENT, "u");
    char *text;

    g_assert_silent (say (pair, WIRE_ROMEO, block ("data", "u")));
    assert_not_ours (pair);
    g_assert_silent (
        say (pair, WIRE_ROMEO, jingle ("session-terminate", "u", "")));
    assert_not_ours (pair);
    g_assert_said (
        say (pair, WIRE_ROMEO, jingle ("session-accept", "u", content)),
        "<unknown-session");
    assert_ours (pair);

    /* Without a sender it comes from the server itself. */
    text = initiate ("u");
    wire_forge (pair, 1, NULL, text);
    wire_pair_run (pair, 10);
    assert_not_ours (pair);
    g_free (text);
    text = g_strdup ("<iq xmlns='jabber:client' type='result' id='b'/>");
    g_assert_silent (say (pair, WIRE_ROMEO, text));
    assert_not_ours (pair);
    g_free (content);
    wire_pair_free (pair);
}

static void
test_unmatched_other_sender (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[1]);
    const char *sid = xtls_session_get_sid (session);

    g_assert_said (say (pair,
                        "romeo@montague.lit/tomb",
                        jingle ("session-terminate", sid, "")),
                   "<unknown-session");
    assert_ours (pair);
    g_assert_said (
        say (pair,
             "romeo@montague.lit/tomb",
             block ("data", xtls_session_get_transport_sid (session))),
        "<item-not-found");
    assert_ours (pair);
    g_assert_cmpint (xtls_session_get_state (session), ==, XTLS_SESSION_OPEN);
    wire_pair_free (pair);
}

static void
test_unmatched_ended (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session = wire_session (&pair->side[1]);
    const char *sid = xtls_session_get_sid (session);
    const char *transport = xtls_session_get_transport_sid (session);
    char *text;

    xtls_session_close (session, TRUE);
    wire_pair_settle (pair);
    g_assert_said (
        say (pair, WIRE_ROMEO, jingle ("session-terminate", sid, "")),
        "type='result'");
    g_assert_said (say (pair, WIRE_ROMEO, jingle ("session-info", sid, "")),
                   "<unknown-session");
    g_assert_said (say (pair, WIRE_ROMEO, block ("close", transport)),
                   "type='result'");
    g_assert_said (say (pair, WIRE_ROMEO, block ("data", transport)),
                   "<item-not-found");
    g_assert_said (say (pair, "a@b/c", block ("close", transport)),
                   "<item-not-found");
    g_assert_said (say (pair, "a@b/c", jingle ("session-terminate", sid, "")),
                   "<unknown-session");
    assert_ours (pair);
    pair->side[1].caller = XTLS_CALLER_STRANGER;
    g_assert_silent (
        say (pair, "a@b/c", jingle ("session-terminate", sid, "")));
    assert_not_ours (pair);

    /* A block that a server sends back is not a request. */
    text = g_strdup_printf (
        "<iq xmlns='jabber:client' type='error' id='b'><data "
        "xmlns='http://jabber.org/protocol/ibb' seq='0' sid='%s'/></iq>",
        transport);
    g_assert_silent (say (pair, WIRE_ROMEO, text));
    assert_ours (pair);
    wire_pair_free (pair);
}

static void
test_unmatched_wrong_answer (void)
{
    WirePair *pair = wire_pair_new ();
    XtlsSession *session =
        xtls_endpoint_call (pair->side[1].endpoint, "a@b/c", NULL);
    static const char *const types[] = {"result", "error"};

    for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
        char *text =
            g_strdup_printf ("<iq xmlns='jabber:client' type='%s' id='%s'/>",
                             types[i],
                             session->request_id);

        g_assert_silent (say (pair, "a@b/d", text));
        assert_ours (pair);
        g_assert_cmpint (
            xtls_session_get_state (session), ==, XTLS_SESSION_REQUESTED);
    }
    wire_pair_free (pair);
}

/* --- what leaves -----------------------------------------------------------*/

static xmlnode *
parse (char *text)
{
    xmlnode *node = xmlnode_from_str (text, -1);

    g_free (text);
    return node;
}

static void
assert_owns (XtlsEndpoint *endpoint,
             xmlnode *stanza,
             gboolean now,
             gboolean ended)
{
    g_assert_cmpint (xtls_endpoint_owns (endpoint, stanza), ==, now);
    g_assert_cmpint (xtls_endpoint_owns_ended (endpoint, stanza), ==, ended);
    xmlnode_free (stanza);
}

static void
test_owns (void)
{
    WirePair *pair = wire_pair_new_open ();
    WireSide *side = &pair->side[1];
    XtlsSession *session = wire_session (side);
    XtlsSids *sids;
    xmlnode *answer;
    xmlnode *again;

    /* The peer has chosen these sids, and libpurple may use the same one for a
     * file. */
    assert_owns (
        side->endpoint,
        parse (block ("data", xtls_session_get_transport_sid (session))),
        FALSE,
        FALSE);
    assert_owns (
        side->endpoint,
        parse (jingle ("session-info", xtls_session_get_sid (session), "")),
        FALSE,
        FALSE);
    assert_owns (side->endpoint, parse (block ("data", "x")), FALSE, FALSE);
    assert_owns (side->endpoint,
                 parse (jingle ("session-initiate", "x", VOICE)),
                 FALSE,
                 FALSE);
    assert_owns (side->endpoint, wire_message ("hello"), FALSE, FALSE);

    say (pair, WIRE_ROMEO, jingle ("session-info", session->sid, ""));
    /* A copy of what is being sent is recognised without an id, too. */
    g_assert_said (
        say (pair,
             WIRE_ROMEO,
             g_strdup_printf (
                 "<iq xmlns='jabber:client' type='set'><jingle "
                 "xmlns='urn:xmpp:jingle:1' action='session-info' sid='%s'/>"
                 "</iq>",
                 session->sid)),
        "type='result'");
    xtls_session_close (session, TRUE);
    wire_pair_settle (pair);
    sids = xtls_endpoint_take_sids (side->endpoint);
    assert_owns (side->endpoint,
                 parse (block ("data", session->transport_sid)),
                 FALSE,
                 FALSE);
    xtls_endpoint_give_sids (side->endpoint, sids);
    /* To another recipient it is not a repetition, because libpurple may use a
     * sid that the peer has chosen. */
    again = parse (block ("data", session->transport_sid));
    xmlnode_set_attrib (again, "to", "a@b/c");
    assert_owns (side->endpoint, xmlnode_copy (again), FALSE, FALSE);
    xmlnode_set_attrib (again, "to", WIRE_ROMEO);
    assert_owns (side->endpoint, again, FALSE, TRUE);
    again = parse (jingle ("session-info", session->sid, ""));
    xmlnode_set_attrib (again, "to", "a@b/c");
    assert_owns (side->endpoint, xmlnode_copy (again), FALSE, FALSE);
    xmlnode_set_attrib (again, "to", WIRE_ROMEO);
    assert_owns (side->endpoint, again, FALSE, TRUE);
    answer = parse (
        g_strdup_printf ("<iq xmlns='jabber:client' type='result' id='q-%s' "
                         "to='" WIRE_ROMEO "'/>",
                         session->sid));
    assert_owns (side->endpoint, xmlnode_copy (answer), FALSE, TRUE);
    xmlnode_set_attrib (answer, "to", "a@b/c");
    assert_owns (side->endpoint, answer, FALSE, FALSE);
    wire_pair_free (pair);
}

/* --- ends of everything ----------------------------------------------------*/

static void
test_ends_close (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_endpoint_call (pair->side[0].endpoint, "a@b/c", NULL);
    xtls_endpoint_close (pair->side[0].endpoint);
    g_assert_cmpstr (pair->side[0].states->str, ==, "+-local-local");
    wire_pair_settle (pair);
    g_assert_cmpstr (pair->side[1].states->str, ==, "+-peer");
    wire_pair_free (pair);
}

static void
test_ends_abort (void)
{
    WirePair *pair = wire_pair_new_open ();
    gsize before = pair->wire->len;

    xtls_endpoint_call (pair->side[0].endpoint, "a@b/c", NULL);
    before = pair->wire->len;
    xtls_endpoint_abort (pair->side[0].endpoint, XTLS_END_PROTOCOL);
    g_assert_cmpstr (pair->side[0].states->str, ==, "+-protocol-protocol");
    g_assert_silent (pair->wire->str + before);
    wire_pair_free (pair);
}

static void
test_ends_gone (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_endpoint_peer_gone (pair->side[0].endpoint, "juliet@capulet.lit/x");
    g_assert_cmpstr (pair->side[0].states->str, ==, "+");
    xtls_endpoint_peer_gone (pair->side[0].endpoint, WIRE_JULIET);
    g_assert_cmpstr (pair->side[0].states->str, ==, "+-gone");
    wire_pair_settle (pair);
    wire_pair_free (pair);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/endpoint/caller/stranger", test_caller_stranger);
    g_test_add_func ("/endpoint/caller/voice", test_caller_voice);
    g_test_add_func ("/endpoint/caller/malformed", test_caller_malformed);
    g_test_add_func ("/endpoint/limits/per-peer", test_limits_per_peer);
    g_test_add_func ("/endpoint/limits/contact", test_limits_contact);
    g_test_add_func ("/endpoint/limits/all", test_limits_all);
    g_test_add_func ("/endpoint/limits/open", test_limits_open);
    g_test_add_func ("/endpoint/sids/in-use", test_sids_in_use);
    g_test_add_func ("/endpoint/sids/in-use-open", test_sids_in_use_open);
    g_test_add_func ("/endpoint/glare/both", test_glare_both);
    g_test_add_func ("/endpoint/glare/equal", test_glare_equal);
    g_test_add_func ("/endpoint/replace/not-by-request",
                     test_replace_not_by_request);
    g_test_add_func ("/endpoint/unmatched/unknown", test_unmatched_unknown);
    g_test_add_func ("/endpoint/unmatched/other-sender",
                     test_unmatched_other_sender);
    g_test_add_func ("/endpoint/unmatched/ended", test_unmatched_ended);
    g_test_add_func ("/endpoint/unmatched/wrong-answer",
                     test_unmatched_wrong_answer);
    g_test_add_func ("/endpoint/owns", test_owns);
    g_test_add_func ("/endpoint/ends/close", test_ends_close);
    g_test_add_func ("/endpoint/ends/abort", test_ends_abort);
    g_test_add_func ("/endpoint/ends/gone", test_ends_gone);
    return g_test_run ();
}
