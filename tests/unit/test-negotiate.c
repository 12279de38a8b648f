/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refused sessions, and the Jingle negotiation. */
#include "session-private.h"
#include "wirepair.h"

#include <string.h>

/* --- refusals --------------------------------------------------------------*/

static void
test_refused_key (void)
{
    for (guint i = 0; i < 2; i++) {
        WirePair *pair = wire_pair_new ();

        pair->side[i].allow = FALSE;
        wire_pair_call (pair, 0);
        wire_assert_end (&pair->side[i], XTLS_END_KEY_REFUSED);
        wire_assert_end (&pair->side[!i], XTLS_END_REFUSED);
        g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
        g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
        wire_pair_free (pair);
    }
}

static void
test_refused_admit (void)
{
    static const struct {
        XtlsEnd here;
        XtlsEnd there;
    } rows[] = {
        {XTLS_END_NOT_ADMITTED, XTLS_END_DECLINED},
        {XTLS_END_FORBIDDEN, XTLS_END_DECLINED},
        {XTLS_END_KEY_REFUSED, XTLS_END_REFUSED},
        {XTLS_END_KEY_RENEWED, XTLS_END_BUSY},
        {XTLS_END_ELSEWHERE, XTLS_END_ELSEWHERE},
    };
    WirePair *pair;

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        pair = wire_pair_new ();
        pair->side[1].admit = FALSE;
        pair->side[1].not_admitted = rows[i].here;
        wire_pair_call (pair, 0);
        wire_assert_end (&pair->side[1], rows[i].here);
        wire_assert_end (&pair->side[0], rows[i].there);
        g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
        wire_pair_free (pair);
    }

    /* The responder opens first, and must not take this for a proper end. */
    pair = wire_pair_new ();
    pair->side[0].admit = FALSE;
    wire_pair_call (pair, 0);
    wire_assert_end (&pair->side[0], XTLS_END_NOT_ADMITTED);
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
        /* The TLS client sees the other's certificate first. */
        wire_assert_end (&pair->side[same ? 0 : !i], XTLS_END_CERTIFICATE);
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

static char *
other_content (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text, "name='xmlstream'", "name='other'")
               : text;
}

static char *
without_content (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text, "<content.*</content>", "")
               : text;
}

static char *
other_application (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text, "apps:xmlstream:0", "apps:other:0")
               : text;
}

static char *
nonsense (char *text)
{
    return strstr (text, "session-accept")
               ? replace (text, "session-accept", "no-such-action")
               : text;
}

static void
assert_rewritten (char *(*rewrite) (char *text), XtlsEnd end, XtlsEnd peer)
{
    WirePair *pair = wire_pair_new ();

    /* The fingerprint is a hint, sent only by sides that do not start TLS in
     * Jingle. */
    pair->side[1].takes_hello = FALSE;
    pair->rewrite = rewrite;
    wire_pair_call (pair, 0);
    g_assert_cmpuint (pair->side[0].open + pair->side[1].open, ==, 0);
    wire_assert_end (&pair->side[0], end);
    wire_assert_end (&pair->side[1], peer);
    wire_pair_free (pair);
}

static void
test_refused_promise (void)
{
    /* The TLS client decides first. */
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
    assert_rewritten (other_content, XTLS_END_PROTOCOL, XTLS_END_PROTOCOL);
    assert_rewritten (without_content, XTLS_END_PROTOCOL, XTLS_END_PROTOCOL);
    assert_rewritten (
        other_application, XTLS_END_PROTOCOL, XTLS_END_UNSUPPORTED);

    pair = wire_pair_new ();
    pair->rewrite = smaller_block;
    wire_pair_call (pair, 0);
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    wire_pair_free (pair);

    /* Only a response to the accept ends the session at once. */
    pair = wire_pair_new ();
    pair->rewrite = nonsense;
    wire_pair_call (pair, 0);
    wire_assert_state (&pair->side[0], XTLS_SESSION_REQUESTED);
    wire_assert_end (&pair->side[1], XTLS_END_PROTOCOL);
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
    {"alternative-session", XTLS_END_ELSEWHERE},
    {"incompatible-parameters", XTLS_END_INCOMPATIBLE},
    {"unsupported-applications", XTLS_END_UNSUPPORTED},
    {"unsupported-transports", XTLS_END_UNSUPPORTED},
    {"general-error", XTLS_END_BUSY},
    {"busy", XTLS_END_BUSY},
};

static void
test_jingle_terminate_early (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++) {
        WirePair *pair = wire_pair_new ();

        wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
        wire_pair_call (pair, 0);
        wire_forge_terminate (pair, 0, reasons[i].name);
        wire_pair_settle (pair);
        wire_assert_end (&pair->side[0], reasons[i].early);
        wire_pair_free (pair);
    }
}

/* A server cannot make an open session look as if the other side had ended
 * it. */
static void
test_jingle_terminate_open (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++) {
        WirePair *pair = wire_pair_new_open ();

        wire_forge_terminate (pair, 0, reasons[i].name);
        wire_pair_settle (pair);
        wire_assert_end (&pair->side[0], XTLS_END_CUT);
        wire_assert_end (&pair->side[1], XTLS_END_CUT);
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
            session->request_id,
            table[i].condition);
        /* Another sender's response is ignored and not passed on. */
        wire_forge (pair, 0, "juliet@capulet.lit/other", text);
        wire_pair_settle (pair);
        wire_assert_state (&pair->side[0], XTLS_SESSION_REQUESTED);
        g_assert_cmpuint (pair->side[0].unhandled, ==, 0);

        wire_forge (pair, 0, WIRE_JULIET, text);
        wire_pair_settle (pair);
        wire_assert_end (&pair->side[0], table[i].end);
        g_assert_nonnull (
            xtls_session_get_detail (wire_session (&pair->side[0])));
        g_free (text);
        wire_pair_free (pair);
    }
}

/* Returns: (transfer full): the response of side 0. */
static char *
answer_to (WirePair *pair, const char *action, const char *content)
{
    gsize before = pair->wire->len;

    wire_forge_jingle (pair, 0, action, content);
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
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    g_free (answer);
}

static void
test_jingle_other_actions (void)
{
    WirePair *pair = wire_pair_new_open ();

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

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/negotiate/refused/key", test_refused_key);
    g_test_add_func ("/negotiate/refused/admit", test_refused_admit);
    g_test_add_func ("/negotiate/refused/jid", test_refused_jid);
    g_test_add_func ("/negotiate/refused/own", test_refused_own);
    g_test_add_func ("/negotiate/refused/promise", test_refused_promise);
    g_test_add_func ("/negotiate/refused/accept", test_refused_accept);
    g_test_add_func ("/negotiate/jingle/terminate-early",
                     test_jingle_terminate_early);
    g_test_add_func ("/negotiate/jingle/terminate-open",
                     test_jingle_terminate_open);
    g_test_add_func ("/negotiate/jingle/errors", test_jingle_errors);
    g_test_add_func ("/negotiate/jingle/other-actions",
                     test_jingle_other_actions);
    return g_test_run ();
}
