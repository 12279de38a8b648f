/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns.h"
#include "session-private.h"
#include "stanza.h"
#include "wirepair.h"

#include <string.h>

#define SECRET "thequickbrownfox"

static void
assert_state (WireSide *side, XtlsSessionState state)
{
    g_assert_cmpint (xtls_session_get_state (wire_session (side)), ==, state);
}

static void
assert_end (WireSide *side, XtlsEnd end)
{
    assert_state (side, XTLS_SESSION_CLOSED);
    g_assert_cmpstr (
        xtls_end_to_string (xtls_session_get_end (wire_session (side))),
        ==,
        xtls_end_to_string (end));
}

static void
assert_private (WirePair *pair)
{
    static const char *const words[] = {
        SECRET, "<message", "<body", "<stream", "jabber:client' from"};

    for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
        g_assert_null (
            g_strstr_len (pair->wire->str, (gssize)pair->wire->len, words[i]));
}

static WirePair *
open_pair (void)
{
    WirePair *pair = wire_pair_new ();

    wire_pair_call (pair, 0);
    assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    return pair;
}

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

            g_assert_cmpint (xtls_session_set_state (&session, to), ==, may);
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
    WirePair *pair = open_pair ();
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

    g_assert_true (wire_say (session, SECRET "1"));
    g_assert_true (wire_say (session, SECRET "2"));
    g_assert_true (wire_say (wire_session (juliet), SECRET "3"));
    wire_pair_settle (pair);
    g_assert_delivered (juliet, SECRET "1|" SECRET "2");
    g_assert_delivered (romeo, SECRET "3");

    xtls_session_close (session, FALSE);
    assert_state (romeo, XTLS_SESSION_CLOSING);
    wire_pair_settle (pair);
    assert_end (romeo, XTLS_END_LOCAL);
    assert_end (juliet, XTLS_END_PEER);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    g_assert_cmpstr (romeo->states->str, ==, "+-local");
    g_assert_cmpstr (juliet->states->str, ==, "+-peer");
    g_assert_null (strstr (pair->wire->str, "type='error'"));
    assert_private (pair);
    wire_pair_free (pair);
}

static void
test_open_other_side_closes (void)
{
    WirePair *pair = open_pair ();

    xtls_session_close (wire_session (&pair->side[1]), FALSE);
    wire_pair_settle (pair);
    assert_end (&pair->side[0], XTLS_END_PEER);
    assert_end (&pair->side[1], XTLS_END_LOCAL);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

static void
test_open_sizes (void)
{
    static const gsize sizes[] = {
        1, 255, 256, 4096, 16384, 30000, 65536, 200 * 1024};
    WirePair *pair = open_pair ();
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

    /* Its writer is told, and nothing else happens. */
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
    WirePair *pair = open_pair ();

    pair->side[1].echo = TRUE;
    for (guint i = 0; i < 3; i++)
        wire_say (wire_session (&pair->side[0]), i ? "b" : "a");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "re: a|re: b|re: b");
    wire_pair_free (pair);
}

/* --- closing ---------------------------------------------------------------*/

static void
test_close_at_once (void)
{
    WirePair *pair = open_pair ();
    XtlsSession *session = wire_session (&pair->side[0]);

    wire_say (session, "last");
    wire_say (session, "words");
    xtls_session_close (session, TRUE);
    assert_end (&pair->side[0], XTLS_END_LOCAL);
    g_assert_false (wire_say (session, "too late"));
    wire_pair_settle (pair);
    assert_end (&pair->side[1], XTLS_END_PEER);
    g_assert_delivered (&pair->side[1], "last|words");
    wire_pair_free (pair);
}

static void
test_close_both (void)
{
    WirePair *pair = open_pair ();

    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    xtls_session_close (wire_session (&pair->side[1]), FALSE);
    wire_pair_settle (pair);
    assert_end (&pair->side[0], XTLS_END_LOCAL);
    assert_end (&pair->side[1], XTLS_END_LOCAL);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

/* What the other side said before it knew is delivered. */
static void
test_close_late_data (void)
{
    WirePair *pair = open_pair ();

    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    wire_say (wire_session (&pair->side[1]), "wait");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "wait");
    assert_end (&pair->side[0], XTLS_END_LOCAL);
    assert_end (&pair->side[1], XTLS_END_PEER);
    wire_pair_free (pair);
}

static void
test_close_before_open (void)
{
    WirePair *pair = wire_pair_new ();
    XtlsSession *session =
        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);

    wire_pair_run (pair, 6);
    assert_state (&pair->side[1], XTLS_SESSION_ACCEPTED);
    xtls_session_close (session, FALSE);
    assert_end (&pair->side[0], XTLS_END_LOCAL);
    wire_pair_settle (pair);
    assert_end (&pair->side[1], XTLS_END_DECLINED);
    g_assert_cmpuint (pair->side[1].open, ==, 0);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

static void
test_close_timeout (void)
{
    WirePair *pair = open_pair ();

    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    wire_pair_run (pair, XTLS_SESSION_CLOSE_TIMEOUT * 1000 - 1);
    assert_state (&pair->side[0], XTLS_SESSION_CLOSING);
    wire_pair_run (pair, 1);
    assert_end (&pair->side[0], XTLS_END_LOCAL);
    assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    wire_pair_free (pair);
}

/* --- time ------------------------------------------------------------------*/

static void
test_timeout_no_answer (void)
{
    WirePair *pair = wire_pair_new ();

    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
    wire_pair_run (pair, XTLS_SESSION_SETUP_TIMEOUT * 1000 - 1);
    assert_state (&pair->side[0], XTLS_SESSION_REQUESTED);
    wire_pair_run (pair, 1);
    assert_end (&pair->side[0], XTLS_END_TIMEOUT);
    g_assert_nonnull (strstr (pair->wire->str, "<timeout"));
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
    assert_state (&pair->side[1], XTLS_SESSION_ACCEPTED);
    wire_pair_run (pair, 10);
    assert_end (&pair->side[1], XTLS_END_TIMEOUT);
    wire_pair_free (pair);
}

static void
test_timeout_dead (void)
{
    WirePair *pair = open_pair ();

    wire_pair_run (pair, 100 * 1000);
    assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    wire_say (wire_session (&pair->side[0]), "anybody?");
    wire_pair_run (pair, XTLS_IBB_DEAD_AFTER / 1000 - 1);
    assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_pair_run (pair, 10);
    assert_end (&pair->side[0], XTLS_END_DEAD);
    wire_pair_free (pair);
}

static void
test_probe (void)
{
    WirePair *pair = open_pair ();

    xtls_session_probe (wire_session (&pair->side[0]));
    wire_pair_settle (pair);
    assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, 0);

    /* Its client is there and knows nothing of the session. */
    xtls_endpoint_abort (pair->side[1].endpoint, XTLS_END_OFFLINE);
    wire_pair_settle (pair);
    assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    xtls_session_probe (wire_session (&pair->side[0]));
    wire_pair_settle (pair);
    assert_end (&pair->side[0], XTLS_END_CUT);
    wire_pair_free (pair);
}

/* --- refusals --------------------------------------------------------------*/

static void
test_refused_judge (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = wire_pair_new ();

        pair->side[i].judge = FALSE;
        wire_pair_call (pair, 0);
        assert_end (&pair->side[i], XTLS_END_CERTIFICATE);
        assert_end (&pair->side[!i], XTLS_END_REFUSED);
        g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
        g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
        wire_pair_free (pair);
    }
}

static void
test_refused_admit (void)
{
    WirePair *pair = wire_pair_new ();

    pair->side[1].admit = FALSE;
    wire_pair_call (pair, 0);
    assert_end (&pair->side[1], XTLS_END_NOT_ADMITTED);
    assert_end (&pair->side[0], XTLS_END_DECLINED);
    g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
    wire_pair_free (pair);

    /* The responder is open first, and sees no proper end. */
    pair = wire_pair_new ();
    pair->side[0].admit = FALSE;
    wire_pair_call (pair, 0);
    assert_end (&pair->side[0], XTLS_END_NOT_ADMITTED);
    g_assert_cmpstr (pair->side[1].states->str, ==, "+-cut");
    g_assert_cmpuint (pair->side[0].open, ==, 0);
    wire_pair_free (pair);
}

static void
test_refused_certificate (const char *jid, gboolean same)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = wire_pair_new ();
        XtlsIdentity *identity =
            same ? xtls_identity_ref (pair->side[!i].identity)
                 : wire_identity (jid);

        xtls_endpoint_set_identity (pair->side[i].endpoint, identity);
        wire_pair_call (pair, 0);
        g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
        /* The client is the first to see the other's. */
        assert_end (&pair->side[same ? 0 : !i], XTLS_END_CERTIFICATE);
        xtls_identity_unref (identity);
        wire_pair_free (pair);
    }
}

static void
test_refused_jid (void)
{
    test_refused_certificate ("tybalt@capulet.lit", FALSE);
}

static void
test_refused_own (void)
{
    test_refused_certificate (NULL, TRUE);
}

static char *
replace (char *text, const char *pattern, const char *by)
{
    GRegex *regex = g_regex_new (pattern, G_REGEX_DOTALL, 0, NULL);
    char *result = g_regex_replace_literal (regex, text, -1, 0, by, 0, NULL);

    g_regex_unref (regex);
    g_free (text);
    return result;
}

static char *
other_promise (char *text)
{
    return replace (text, ">[0-9A-F][0-9A-F]:", ">5A:");
}

static char *
other_promise_in_accept (char *text)
{
    return strstr (text, "session-accept") ? other_promise (text) : text;
}

static char *
without_security (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text, "<security.*</security>", "")
               : text;
}

static char *
larger_block (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text, "block-size='[0-9]+'", "block-size='16385'")
               : text;
}

static char *
smaller_block (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text, "block-size='[0-9]+'", "block-size='100'")
               : text;
}

static char *
other_transport (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text,
                          "(?<=block-size='16384' )sid='[^']*'|sid='[^']*'(?= "
                          "block-size='16384')",
                          "sid='other'")
               : text;
}

static void
assert_rewritten (char *(*rewrite) (char *text), XtlsEnd end, XtlsEnd peer)
{
    WirePair *pair = wire_pair_new ();

    pair->rewrite = rewrite;
    wire_pair_call (pair, 0);
    g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
    assert_end (&pair->side[0], end);
    assert_end (&pair->side[1], peer);
    wire_pair_free (pair);
}

static void
test_refused_promise (void)
{
    /* The client judges first. */
    assert_rewritten (other_promise, XTLS_END_SECURITY, XTLS_END_REFUSED);
    assert_rewritten (
        other_promise_in_accept, XTLS_END_SECURITY, XTLS_END_REFUSED);
}

static void
test_refused_accept (void)
{
    WirePair *pair;

    assert_rewritten (without_security, XTLS_END_SECURITY, XTLS_END_DECLINED);
    assert_rewritten (larger_block, XTLS_END_PROTOCOL, XTLS_END_PROTOCOL);
    assert_rewritten (other_transport, XTLS_END_PROTOCOL, XTLS_END_PROTOCOL);

    pair = wire_pair_new ();
    pair->rewrite = smaller_block;
    wire_pair_call (pair, 0);
    assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    wire_pair_free (pair);
}

/* --- Jingle ----------------------------------------------------------------*/

static const struct {
    const char *name;
    XtlsEnd early;
} reasons[] = {
    {"success", XTLS_END_DECLINED},
    {"decline", XTLS_END_DECLINED},
    {"security-error", XTLS_END_SECURITY},
    {"failed-transport", XTLS_END_CUT},
    {"timeout", XTLS_END_TIMEOUT},
    {"gone", XTLS_END_GONE},
    {"unsupported-applications", XTLS_END_UNSUPPORTED},
    {"unsupported-transports", XTLS_END_UNSUPPORTED},
    {"busy", XTLS_END_CUT},
};

static void
forge_jingle (WirePair *pair, guint to, const char *action, const char *content)
{
    char *text = g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' id='f'><jingle "
        "xmlns='urn:xmpp:jingle:1' action='%s' sid='%s'>%s</jingle></iq>",
        action,
        xtls_session_get_sid (wire_session (&pair->side[to])),
        content);

    wire_forge (pair, to, pair->side[!to].jid, text);
    g_free (text);
}

static void
forge_terminate (WirePair *pair, guint to, const char *reason)
{
    char *content = g_strdup_printf ("<reason><%s/></reason>", reason);

    forge_jingle (pair, to, "session-terminate", content);
    g_free (content);
}

static void
test_jingle_terminate_early (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++) {
        WirePair *pair = wire_pair_new ();

        wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
        wire_pair_call (pair, 0);
        forge_terminate (pair, 0, reasons[i].name);
        wire_pair_settle (pair);
        assert_end (&pair->side[0], reasons[i].early);
        wire_pair_free (pair);
    }
}

/* No server can make an open session look as if the other side had ended it. */
static void
test_jingle_terminate_open (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++) {
        WirePair *pair = open_pair ();

        forge_terminate (pair, 0, reasons[i].name);
        wire_pair_settle (pair);
        assert_end (&pair->side[0], XTLS_END_CUT);
        assert_end (&pair->side[1], XTLS_END_CUT);
        wire_pair_free (pair);
    }
}

static void
test_jingle_errors (void)
{
    static const struct {
        const char *condition;
        XtlsEnd end;
    } table[] = {
        {"service-unavailable", XTLS_END_UNSUPPORTED},
        {"feature-not-implemented", XTLS_END_UNSUPPORTED},
        {"resource-constraint", XTLS_END_BUSY},
        {"conflict", XTLS_END_BUSY},
        {"recipient-unavailable", XTLS_END_GONE},
        {"item-not-found", XTLS_END_GONE},
        {"remote-server-not-found", XTLS_END_GONE},
        {"forbidden", XTLS_END_DECLINED},
        {"bad-request", XTLS_END_PROTOCOL},
        {"made-up", XTLS_END_PROTOCOL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
        WirePair *pair = wire_pair_new ();
        XtlsSession *session;
        char *text;

        wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
        session = wire_pair_call (pair, 0);
        text = g_strdup_printf (
            "<iq xmlns='jabber:client' type='error' id='%s'><error "
            "type='cancel'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            "</error></iq>",
            session->question,
            table[i].condition);
        /* Somebody else's answer is not believed, and nobody sees it. */
        wire_forge (pair, 0, "juliet@capulet.lit/other", text);
        wire_pair_settle (pair);
        assert_state (&pair->side[0], XTLS_SESSION_REQUESTED);
        g_assert_cmpuint (pair->side[0].unhandled, ==, 0);

        wire_forge (pair, 0, WIRE_JULIET, text);
        wire_pair_settle (pair);
        assert_end (&pair->side[0], table[i].end);
        g_assert_nonnull (
            xtls_session_get_detail (wire_session (&pair->side[0])));
        g_free (text);
        wire_pair_free (pair);
    }
}

/* Returns: (transfer full): what side 0 answered. */
static char *
answer_to (WirePair *pair, const char *action, const char *content)
{
    gsize before = pair->wire->len;

    forge_jingle (pair, 0, action, content);
    wire_pair_settle (pair);
    return g_strdup (pair->wire->str + before);
}

static void
assert_answer (WirePair *pair,
               const char *action,
               const char *content,
               const char *first,
               const char *second)
{
    char *answer = answer_to (pair, action, content);

    g_assert_nonnull (strstr (answer, first));
    if (second)
        g_assert_nonnull (strstr (answer, second));
    assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    g_free (answer);
}

static void
test_jingle_other_actions (void)
{
    WirePair *pair = open_pair ();

    assert_answer (pair, "session-info", "", "type='result'", NULL);
    assert_answer (pair,
                   "session-info",
                   "<ringing xmlns='urn:xmpp:jingle:apps:rtp:info:1'/>",
                   "<feature-not-implemented",
                   "<unsupported-info");
    assert_answer (pair,
                   "security-info",
                   "<content creator='initiator' name='xmlstream'><security "
                   "xmlns='urn:xmpp:jingle:security:xtls:0'/></content>",
                   "type='result'",
                   NULL);
    assert_answer (pair,
                   "transport-info",
                   "<content creator='initiator' name='xmlstream'/>",
                   "<feature-not-implemented",
                   NULL);
    assert_answer (
        pair,
        "session-accept",
        "<content creator='initiator' name='xmlstream'><description "
        "xmlns='urn:xmpp:jingle:apps:xmlstream:0'/><transport "
        "xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='4096' sid='x'/>"
        "<security xmlns='urn:xmpp:jingle:security:xtls:0'/></content>",
        "<unexpected-request",
        "<out-of-order");
    assert_answer (
        pair,
        "session-initiate",
        "<content creator='initiator' name='xmlstream'><description "
        "xmlns='urn:xmpp:jingle:apps:xmlstream:0'/><transport "
        "xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='4096' sid='x'/>"
        "<security xmlns='urn:xmpp:jingle:security:xtls:0'/></content>",
        "<unexpected-request",
        "<out-of-order");
    assert_answer (pair, "no-such-action", "", "<bad-request", NULL);
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
drain_in_callback (XtlsSession *session)
{
    xtls_session_drain (session);
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
                side->on_judge = what[i / 2];
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
            assert_state (side, XTLS_SESSION_CLOSED);
            wire_pair_free (pair);
        }
    }
}

static void
test_callbacks_drain (void)
{
    WirePair *pair = wire_pair_new ();

    for (guint i = 0; i < 2; i++) {
        pair->side[i].on_judge = drain_in_callback;
        pair->side[i].on_admit = drain_in_callback;
        pair->side[i].on_changed = drain_in_callback;
        pair->side[i].on_deliver = drain_in_callback;
    }
    wire_pair_call (pair, 0);
    for (guint i = 0; i < 5; i++)
        wire_say (wire_session (&pair->side[0]), i % 2 ? "b" : "a");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[1], "a|b|a|b|a");
    wire_pair_free (pair);
}

/* --- delivery --------------------------------------------------------------*/

static WirePair *slow_pair;

static void
slowly (XtlsSession *session)
{
    slow_pair->now += 1000;
}

static void
test_delivery_slices (void)
{
    WirePair *pair = open_pair ();
    gint64 start;

    slow_pair = pair;
    pair->side[1].on_deliver = slowly;
    /* All of it comes in one turn of the loop. */
    wire_pair_set_fault (pair, WIRE_FAULT_JOIN, 0, 1000);
    for (guint i = 0; i < 12; i++)
        wire_say (wire_session (&pair->side[0]), "x");
    start = pair->now;
    while (pair->side[1].delivered->len == 0)
        wire_pair_run (pair, 1);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, 5);
    g_assert_cmpint (pair->now - start, >=, 5000);
    wire_pair_run (pair, 0);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, 10);
    xtls_session_drain (wire_session (&pair->side[1]));
    g_assert_cmpuint (pair->side[1].delivered->len, ==, 12);
    wire_pair_free (pair);
}

/* What arrived before the cut is delivered before the end is told. */
static void
test_delivery_before_end (void)
{
    for (guint i = 0; i < 3; i++) {
        WirePair *pair = open_pair ();

        wire_pair_set_fault (pair, WIRE_FAULT_JOIN, 0, 50);
        wire_say (wire_session (&pair->side[0]), "x");
        wire_say (wire_session (&pair->side[0]), "y");
        if (i == 0)
            forge_terminate (pair, 1, "success");
        while (pair->items.length)
            wire_pair_run (pair, 1);
        if (i == 1)
            xtls_endpoint_peer_gone (pair->side[1].endpoint, WIRE_ROMEO);
        if (i == 2)
            xtls_endpoint_abort (pair->side[1].endpoint, XTLS_END_OFFLINE);
        wire_pair_settle (pair);
        g_assert_delivered (&pair->side[1], "x|y");
        assert_end (&pair->side[1],
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
        WirePair *pair = open_pair ();
        XtlsSession *session = wire_session (&pair->side[1]);
        char *space = g_strnfill (XTLS_SESSION_INBOX_MAX, ' ');

        xtls_delivery_add (session, (guint8 *)space, XTLS_SESSION_INBOX_MAX);
        assert_state (&pair->side[1], XTLS_SESSION_OPEN);
        if (over)
            xtls_delivery_add (session, (guint8 *)space, 1);
        wire_pair_settle (pair);
        if (over) {
            assert_end (&pair->side[1], XTLS_END_PROTOCOL);
        } else {
            assert_state (&pair->side[1], XTLS_SESSION_OPEN);
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
    WirePair *pair = open_pair ();
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

/* The bytestream's queue may be full before: both sides of that edge. */
static void
test_send_queue_full (void)
{
    const gsize free_for_one = XTLS_STANZA_MAX + XTLS_STANZA_MAX / 4;

    for (guint over = 0; over < 2; over++) {
        WirePair *pair = open_pair ();
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

/* --- faults ----------------------------------------------------------------*/

/* Says `m0`, `m1` …; notes how many were taken. */
static void
say_numbers (WireSide *side, guint *said, guint count)
{
    XtlsSession *session = wire_session (side);

    while (session && count--) {
        char *text = g_strdup_printf ("m%u " SECRET, *said);

        if (wire_say (session, text))
            (*said)++;
        g_free (text);
    }
}

/* At most once, and in order: what came is the beginning of what was said. */
static void
assert_beginning (WireSide *side, guint said)
{
    g_assert_cmpuint (side->delivered->len, <=, said);
    for (guint i = 0; i < side->delivered->len; i++) {
        char *text = g_strdup_printf ("m%u " SECRET, i);

        g_assert_cmpstr (g_ptr_array_index (side->delivered, i), ==, text);
        g_free (text);
    }
}

static void
assert_sound (WirePair *pair, const guint said[2])
{
    for (guint i = 0; i < 2; i++) {
        WireSide *side = &pair->side[i];

        assert_beginning (side, said[!i]);
        assert_state (side, XTLS_SESSION_CLOSED);
        g_assert_cmpint (
            xtls_session_get_end (wire_session (side)), !=, XTLS_END_NONE);
        /* A proper end says that everything came. */
        if (xtls_session_get_end (wire_session (side)) == XTLS_END_PEER)
            g_assert_cmpuint (side->delivered->len, ==, said[!i]);
        if (!side->open)
            g_assert_cmpuint (side->delivered->len, ==, 0);
    }
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    assert_private (pair);
}

/* A short session under a fault. Returns: whether all of it went well. */
static gboolean
run_session (WireFault fault, guint at, guint value, guint *passed)
{
    WirePair *pair = wire_pair_new ();
    guint said[2] = {0, 0};
    gboolean good;

    wire_pair_set_fault (pair, fault, at, value);
    wire_pair_call (pair, 0);
    for (guint i = 0; i < 3; i++) {
        say_numbers (&pair->side[0], &said[0], 2);
        say_numbers (&pair->side[1], &said[1], 1);
        wire_pair_settle (pair);
    }
    /* With the last words just before the end. */
    say_numbers (&pair->side[0], &said[0], 1);
    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    wire_pair_settle (pair);
    wire_pair_run (pair, 200 * 1000);
    if (passed)
        *passed = pair->passed;

    /* Where the request itself was lost, there is no other side. */
    good = FALSE;
    if (wire_session (&pair->side[1])) {
        /* An idle responder cannot know that the other side is gone. */
        if (xtls_session_get_state (wire_session (&pair->side[1])) ==
            XTLS_SESSION_OPEN)
            xtls_endpoint_peer_gone (pair->side[1].endpoint, WIRE_ROMEO);
        wire_pair_settle (pair);
        assert_sound (pair, said);
        good = xtls_session_get_end (wire_session (&pair->side[1])) ==
                   XTLS_END_PEER &&
               pair->side[0].delivered->len == 3 &&
               pair->side[1].delivered->len == 7;
    }
    wire_pair_free (pair);
    return good;
}

static void
test_faults_none (void)
{
    g_assert_true (run_session (WIRE_FAULT_NONE, 0, 0, NULL));
}

static void
test_faults_split (void)
{
    static const guint sizes[] = {1, 2, 5, 12, 100, 1024};

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
        g_assert_true (run_session (WIRE_FAULT_SPLIT, 0, sizes[i], NULL));
}

static void
test_faults_join (void)
{
    g_assert_true (run_session (WIRE_FAULT_JOIN, 0, 100, NULL));
    g_assert_true (run_session (WIRE_FAULT_JOIN, 0, 2000, NULL));
}

static void
test_faults_delay (void)
{
    for (guint i = 1; i < 2000; i = i * 3)
        g_assert_true (run_session (WIRE_FAULT_DELAY, 0, i, NULL));
}

/* At every stanza of the session, and once behind the last. */
static void
at_every_stanza (gconstpointer data)
{
    WireFault fault = GPOINTER_TO_INT (data);
    guint passed, good = 0;

    run_session (WIRE_FAULT_NONE, 0, 0, &passed);
    for (guint at = 0; at < passed; at++)
        good += run_session (fault, at, 0, NULL);
    g_test_message ("%u of %u sessions were whole", good, passed);
    g_assert_cmpuint (good, <, passed);
    g_assert_true (run_session (fault, passed + 10, 0, NULL));
}

/* The length of the stream is known when nothing was cut off any more. */
static void
test_faults_truncate (void)
{
    guint at = 0;

    while (!run_session (WIRE_FAULT_TRUNCATE, at, 0, NULL))
        at++;
    g_test_message ("%u bytes", at);
    g_assert_cmpuint (at, >, 1000);
}

/* Stanzas that others make up do no harm. */
static void
test_faults_forge (void)
{
    static const char *const forged[] = {
        "data seq='0'", "close", "open block-size='4096'"};
    WirePair *pair = open_pair ();
    const char *sid =
        xtls_session_get_transport_sid (wire_session (&pair->side[0]));

    for (gsize i = 0; i < G_N_ELEMENTS (forged); i++) {
        char *text = g_strdup_printf (
            "<iq xmlns='jabber:client' type='set' id='f'><%s "
            "xmlns='http://jabber.org/protocol/ibb' sid='%s'/></iq>",
            forged[i],
            sid);
        gsize before = pair->wire->len;

        wire_forge (pair, 0, "juliet@capulet.lit/other", text);
        wire_pair_settle (pair);
        g_assert_nonnull (strstr (pair->wire->str + before, "<item-not-found"));
        g_free (text);
    }
    wire_say (wire_session (&pair->side[0]), "unharmed");
    wire_say (wire_session (&pair->side[1]), "so am I");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "so am I");
    g_assert_delivered (&pair->side[1], "unharmed");
    wire_pair_free (pair);
}

static void
add_fault (const char *name, WireFault fault)
{
    char *path = g_strdup_printf ("/session/faults/%s", name);

    g_test_add_data_func (path, GINT_TO_POINTER (fault), at_every_stanza);
    g_free (path);
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
    g_test_add_func ("/session/close/both", test_close_both);
    g_test_add_func ("/session/close/late-data", test_close_late_data);
    g_test_add_func ("/session/close/before-open", test_close_before_open);
    g_test_add_func ("/session/close/timeout", test_close_timeout);
    g_test_add_func ("/session/timeout/no-answer", test_timeout_no_answer);
    g_test_add_func ("/session/timeout/no-bytestream",
                     test_timeout_no_bytestream);
    g_test_add_func ("/session/timeout/dead", test_timeout_dead);
    g_test_add_func ("/session/probe", test_probe);
    g_test_add_func ("/session/refused/judge", test_refused_judge);
    g_test_add_func ("/session/refused/admit", test_refused_admit);
    g_test_add_func ("/session/refused/jid", test_refused_jid);
    g_test_add_func ("/session/refused/own", test_refused_own);
    g_test_add_func ("/session/refused/promise", test_refused_promise);
    g_test_add_func ("/session/refused/accept", test_refused_accept);
    g_test_add_func ("/session/jingle/terminate-early",
                     test_jingle_terminate_early);
    g_test_add_func ("/session/jingle/terminate-open",
                     test_jingle_terminate_open);
    g_test_add_func ("/session/jingle/errors", test_jingle_errors);
    g_test_add_func ("/session/jingle/other-actions",
                     test_jingle_other_actions);
    g_test_add_func ("/session/callbacks/close", test_callbacks);
    g_test_add_func ("/session/callbacks/drain", test_callbacks_drain);
    g_test_add_func ("/session/delivery/slices", test_delivery_slices);
    g_test_add_func ("/session/delivery/before-end", test_delivery_before_end);
    g_test_add_func ("/session/delivery/inbox-limit",
                     test_delivery_inbox_limit);
    g_test_add_func ("/session/send/unacked-full", test_send_unacked_full);
    g_test_add_func ("/session/send/queue-full", test_send_queue_full);
    g_test_add_func ("/session/faults/none", test_faults_none);
    g_test_add_func ("/session/faults/split", test_faults_split);
    g_test_add_func ("/session/faults/join", test_faults_join);
    g_test_add_func ("/session/faults/delay", test_faults_delay);
    add_fault ("drop", WIRE_FAULT_DROP);
    add_fault ("double", WIRE_FAULT_DOUBLE);
    add_fault ("corrupt", WIRE_FAULT_CORRUPT);
    add_fault ("garbage", WIRE_FAULT_GARBAGE);
    add_fault ("cut", WIRE_FAULT_CUT);
    add_fault ("reorder", WIRE_FAULT_REORDER);
    add_fault ("bounce", WIRE_FAULT_BOUNCE);
    g_test_add_func ("/session/faults/truncate", test_faults_truncate);
    g_test_add_func ("/session/faults/forge", test_faults_forge);
    return g_test_run ();
}
