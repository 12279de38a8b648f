/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading Jingle stanzas. */
#include "base64.h"
#include "jingle-stanzas.h"

#include <string.h>

/* --- which stanzas ---------------------------------------------------------*/

static void
test_is (void)
{
    static const struct {
        const char *xml;
        gboolean is;
    } all[] = {
        {"<iq type='set'><jingle xmlns='" XTLS_NS_JINGLE "'/></iq>", TRUE},
        {"<iq type='get'><jingle xmlns='" XTLS_NS_JINGLE "'/></iq>", FALSE},
        {"<iq type='result'><jingle xmlns='" XTLS_NS_JINGLE "'/></iq>", FALSE},
        {"<iq type='error'><jingle xmlns='" XTLS_NS_JINGLE "'/></iq>", FALSE},
        {"<iq><jingle xmlns='" XTLS_NS_JINGLE "'/></iq>", FALSE},
        {"<message type='set'><jingle xmlns='" XTLS_NS_JINGLE "'/></message>",
         FALSE},
        {"<iq type='set'/>", FALSE},
        {"<iq type='set'>text</iq>", FALSE},
        {"<iq type='set'><jingle/></iq>", FALSE},
        {"<iq type='set'><jingle xmlns='urn:xmpp:jingle:0'/></iq>", FALSE},
        {"<iq type='set'><x xmlns='" XTLS_NS_JINGLE "'/></iq>", FALSE},
        {"<iq type='set'><x><jingle xmlns='" XTLS_NS_JINGLE "'/></x></iq>",
         FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
        xmlnode *iq = nodes_parse (all[i].xml);

        if (xtls_jingle_is (iq) != all[i].is)
            g_error ("wrong: %s", all[i].xml);
        xmlnode_free (iq);
    }
}

static void
test_get_sid (void)
{
    xmlnode *with = stanza ("sid='not an &lt;NMTOKEN'", "");
    xmlnode *without = stanza ("xmlns:x='y' x:sid='1'", "");

    g_assert_cmpstr (xtls_jingle_get_sid (with), ==, "not an <NMTOKEN");
    g_assert_null (xtls_jingle_get_sid (without));
    xmlnode_free (with);
    xmlnode_free (without);
}

/* --- session-initiate and session-accept -----------------------------------*/

static void
test_initiate (void)
{
    XtlsJingle *jingle = parse (INITIATE " initiator='" PEER "'", RIGHT);

    g_assert_cmpint (jingle->action, ==, XTLS_JINGLE_SESSION_INITIATE);
    g_assert_cmpstr (jingle->sid, ==, "a73sjjvkla37jfea");
    g_assert_cmpstr (jingle->content_creator, ==, "initiator");
    g_assert_cmpstr (jingle->content_name, ==, "xmlstream");
    g_assert_cmpstr (jingle->transport_sid, ==, "ch3d9s71");
    g_assert_cmpuint (jingle->block_size, ==, 4096);
    g_assert_cmpstr (jingle->fingerprint, ==, "5A:1C");
    g_assert_cmpint (jingle->reason, ==, XTLS_JINGLE_REASON_OTHER);
    xtls_jingle_free (jingle);
    xtls_jingle_free (NULL);
}

static void
test_accept (void)
{
    XtlsJingle *jingle = parse (ACCEPT " responder='" PEER "'", RIGHT);

    g_assert_cmpint (jingle->action, ==, XTLS_JINGLE_SESSION_ACCEPT);
    g_assert_cmpstr (jingle->transport_sid, ==, "ch3d9s71");
    g_assert_cmpuint (jingle->block_size, ==, 4096);
    xtls_jingle_free (jingle);
}

/* Possible extensions are ignored, and optional parts may be missing. */
static void
test_lenient (void)
{
    XtlsJingle *jingle =
        parse (INITIATE,
               "<x/>text<hello xmlns='urn:z'/>" CONTENT (
                   "name='other name &amp;' senders='both'",
                   "<y xmlns='urn:z'/>" DESCRIPTION IBB SECURITY (
                       "<hello xmlns='urn:xmpp:xtls:hello:0'>QUJD</hello>"
                       "<method name='srp'/><method name='x509'/>")));

    g_assert_cmpstr (jingle->content_creator, ==, "initiator");
    g_assert_cmpstr (jingle->content_name, ==, "other name &");
    g_assert_null (jingle->fingerprint);
    xtls_jingle_free (jingle);

    /* A second content in another namespace does not count. */
    assert_reads (INITIATE, RIGHT "<content xmlns='urn:z'/>");
    assert_reads (INITIATE,
                  CONTENT (NAMED,
                           WHOLE "<security xmlns='urn:z'/>"
                                 "<description xmlns='urn:z'/>"
                                 "<transport xmlns='urn:z'/>"));
    assert_reads (
        INITIATE,
        CONTENT (NAMED,
                 DESCRIPTION TRANSPORT ("block-size='1' sid='a' stanza='iq'")
                     SECURITY ("")));
}

static void
test_parties (void)
{
    static const char *const right[] = {
        INITIATE,
        INITIATE " initiator='" PEER "'",
        INITIATE " responder='" OWN "'",
        INITIATE " initiator='" PEER "' responder='" OWN "'",
        ACCEPT,
        ACCEPT " responder='" PEER "'",
        ACCEPT " initiator='" OWN "'",
        ACCEPT " initiator='" OWN "' responder='" PEER "'",
        "action='session-info' sid='a' initiator='" OWN "'",
        "action='session-info' sid='a' initiator='" PEER "'",
        "action='session-terminate' sid='a' responder='" PEER "'",
        "action='session-terminate' sid='a' initiator='" PEER
        "' responder='" OWN "'",
    };
    static const char *const wrong[] = {
        INITIATE " initiator='" OWN "'",
        INITIATE " initiator='romeo@montague.lit'",
        INITIATE " initiator='romeo@montague.lit/other'",
        INITIATE " initiator='mallory@example.org/x'",
        INITIATE " initiator=''",
        INITIATE " responder='" PEER "'",
        INITIATE " initiator='" PEER "' responder='mallory@example.org/x'",
        ACCEPT " responder='" OWN "'",
        ACCEPT " responder='mallory@example.org/x'",
        ACCEPT " initiator='" PEER "'",
        "action='session-info' sid='a' initiator='mallory@example.org/x'",
        "action='session-terminate' sid='a' initiator='" PEER
        "' responder='" PEER "'",
    };
    xmlnode *iq = nodes_parse ("<iq type='set'><jingle xmlns='" XTLS_NS_JINGLE
                               "' action='session-info' sid='a'/></iq>");

    for (gsize i = 0; i < G_N_ELEMENTS (right); i++)
        assert_reads (right[i], RIGHT);
    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
        assert_refused (wrong[i], RIGHT, XTLS_JINGLE_ERROR_BAD_REQUEST);
    g_assert_null (xtls_jingle_parse (iq, OWN, NULL));
    xmlnode_free (iq);
}

static void
test_sid (void)
{
    static const char *const wrong[] = {
        "",
        "sid=''",
        "sid='a b'",
        "sid=' a'",
        "sid='a/b'",
        "sid='a&lt;'",
        "sid='a&#10;'",
        "sid='\xc3\x97'", /* U+00D7, a gap in the name characters */
    };
    char *longest = g_strnfill (256, 'a');

    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
        char *attribs =
            g_strconcat ("action='session-initiate' ", wrong[i], NULL);
        char *inside = g_strdup_printf (
            CONTENT (NAMED,
                     DESCRIPTION TRANSPORT ("block-size='1' %s") SECURITY ("")),
            wrong[i]);

        assert_refused (attribs, RIGHT, XTLS_JINGLE_ERROR_BAD_REQUEST);
        assert_malformed (inside);
        g_free (attribs);
        g_free (inside);
    }
    assert_reads ("action='session-info' sid='-.:_9a\xc3\xa4'", "");
    for (guint over = 0; over < 2; over++) {
        char *attribs = g_strdup_printf (
            "action='session-info' sid='%s%s'", longest, over ? "a" : "");

        if (over)
            assert_refused (attribs, "", XTLS_JINGLE_ERROR_BAD_REQUEST);
        else
            assert_reads (attribs, "");
        g_free (attribs);
    }
    g_free (longest);
}

static void
test_block_size (void)
{
    static const char *const wrong[] = {
        "",
        "0",
        "65536",
        "-1",
        "+1",
        "01",
        " 1",
        "1 ",
        "4096x",
        "1.5",
        "0x10",
        "4294967297",
        "99999999999999999999999999999",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
        char *inside = g_strdup_printf (
            CONTENT (NAMED,
                     DESCRIPTION TRANSPORT ("sid='a' block-size='%s'")
                         SECURITY ("")),
            wrong[i]);

        assert_malformed (inside);
        g_free (inside);
    }
    assert_malformed (
        CONTENT (NAMED, DESCRIPTION TRANSPORT ("sid='a'") SECURITY ("")));
    assert_reads (ACCEPT,
                  CONTENT (NAMED,
                           DESCRIPTION TRANSPORT ("sid='a' block-size='1'")
                               SECURITY ("")));
    assert_reads (ACCEPT,
                  CONTENT (NAMED,
                           DESCRIPTION TRANSPORT ("sid='a' block-size='65535'")
                               SECURITY ("")));
}

static void
test_content (void)
{
    char *name = g_strnfill (257, 'n');
    char *inside;

    assert_refused (ACCEPT, "", XTLS_JINGLE_ERROR_BAD_REQUEST);
    assert_malformed (RIGHT RIGHT);
    assert_malformed (RIGHT "<content/>");
    assert_malformed (CONTENT ("creator='initiator'", WHOLE));
    assert_malformed (CONTENT ("creator='initiator' name=''", WHOLE));
    assert_malformed (CONTENT ("creator='responder' name='a'", WHOLE));
    assert_malformed (CONTENT ("creator='' name='a'", WHOLE));
    assert_malformed (CONTENT (NAMED, WHOLE IBB));
    assert_malformed (CONTENT (NAMED, WHOLE DESCRIPTION));
    assert_malformed (CONTENT (NAMED, WHOLE SECURITY ("")));
    assert_malformed (CONTENT (
        NAMED,
        DESCRIPTION TRANSPORT ("sid='a' block-size='1' stanza='presence'")
            SECURITY ("")));

    inside = g_strdup_printf (CONTENT ("name='%s'", WHOLE), name);
    assert_malformed (inside);
    g_free (inside);
    inside = g_strdup_printf (CONTENT ("name='%s'", WHOLE), name + 1);
    assert_reads (INITIATE, inside);
    g_free (inside);
    g_free (name);
}

static void
test_fingerprint (void)
{
    static const struct {
        const char *inside, *fingerprint;
    } all[] = {
        {"<fingerprint algo='SHA-256'> 5a </fingerprint>", " 5a "},
        {"<fingerprint>5a</fingerprint>", NULL},
        {"<fingerprint algo='sha-1'>5a</fingerprint>", NULL},
        {"<fingerprint algo='sha-256 '>5a</fingerprint>", NULL},
        {"<fingerprint algo='sha-256' xmlns='urn:z'>5a</fingerprint>", NULL},
        {"<fingerprint algo='sha-1'>1</fingerprint>" HINT, "5A:1C"},
        {HINT "<fingerprint algo='sha-512'>1</fingerprint>", "5A:1C"},
        {"<fingerprint algo='sha-256'/>", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
        char *inside = g_strdup_printf (
            CONTENT (NAMED, DESCRIPTION IBB SECURITY ("%s")), all[i].inside);
        XtlsJingle *jingle = parse (INITIATE, inside);

        g_assert_cmpstr (jingle->fingerprint, ==, all[i].fingerprint);
        xtls_jingle_free (jingle);
        g_free (inside);
    }
    assert_malformed (CONTENT (NAMED, DESCRIPTION IBB SECURITY (HINT HINT)));
    for (guint len = 128; len < 130; len++) {
        char *hex = g_strnfill (len, 'a');
        char *inside = g_strdup_printf (
            CONTENT (NAMED,
                     DESCRIPTION IBB SECURITY (
                         "<fingerprint algo='sha-256'>%s</fingerprint>")),
            hex);

        if (len > 128)
            assert_malformed (inside);
        else
            assert_reads (INITIATE, inside);
        g_free (inside);
        g_free (hex);
    }
}

#define HELLO(text) "<hello xmlns='" XTLS_NS_HELLO "'>" text "</hello>"

static void
test_hello (void)
{
    static const char *const malformed[] = {
        HELLO (""),
        HELLO ("AAA"),
        HELLO ("AAAA AAAA"),
        HELLO ("AAAA\n"),
        HELLO ("A=AA"),
        "<hello xmlns='" XTLS_NS_HELLO "'/>",
        HELLO ("AAAA") HELLO ("AAAA"),
    };
    XtlsJingle *jingle =
        parse (INITIATE,
               CONTENT (NAMED, DESCRIPTION IBB SECURITY (HELLO ("aGVsbG8="))));

    g_assert_cmpmem (jingle->hello->data, jingle->hello->len, "hello", 5);
    g_assert_null (jingle->fingerprint);
    g_assert_false (jingle->first_words);
    xtls_jingle_free (jingle);

    jingle = parse (
        INITIATE,
        CONTENT (NAMED,
                 DESCRIPTION IBB SECURITY ("<hello xmlns='" XTLS_NS_HELLO
                                           "' early='true'>AAAA</hello>")));
    g_assert_true (jingle->first_words);
    xtls_jingle_free (jingle);

    /* Jingle sessions of other applications. */
    jingle =
        parse (INITIATE,
               CONTENT (NAMED, DESCRIPTION IBB SECURITY ("<hello>!</hello>")));
    g_assert_null (jingle->hello);
    xtls_jingle_free (jingle);

    for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++) {
        char *inside = g_strdup_printf (
            CONTENT (NAMED, DESCRIPTION IBB SECURITY ("%s")), malformed[i]);

        assert_malformed (inside);
        g_free (inside);
    }
    for (guint over = 0; over < 2; over++) {
        GByteArray *bytes = g_byte_array_new ();
        char *text, *inside;

        g_byte_array_set_size (bytes, XTLS_JINGLE_HELLO_MAX + over);
        memset (bytes->data, 0, bytes->len);
        text = xtls_base64_encode (bytes->data, bytes->len);
        inside = g_strdup_printf (
            CONTENT (NAMED, DESCRIPTION IBB SECURITY (HELLO ("%s"))), text);
        if (over)
            assert_malformed (inside);
        else
            assert_reads (INITIATE, inside);
        g_free (inside);
        g_free (text);
        g_byte_array_unref (bytes);
    }
}

static void
test_not_ours (void)
{
    static const char *const voice =
        "<content creator='initiator' name='voice'>"
        "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>"
        "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/></content>"
        "<content creator='initiator' name='video'>"
        "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='video'/>"
        "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/></content>";
    static const XtlsJingleError not_ours = XTLS_JINGLE_ERROR_NOT_OURS;

    assert_refused (INITIATE, voice, not_ours);
    assert_refused (INITIATE, "", not_ours);
    assert_refused (INITIATE " initiator='z'", voice, not_ours);
    assert_refused ("action='session-initiate' sid='not a sid'", "", not_ours);
    assert_refused (INITIATE, CONTENT (NAMED, IBB), not_ours);
    assert_refused (
        INITIATE,
        CONTENT (NAMED, "<description/>" IBB "<security xmlns='urn:z'/>"),
        not_ours);
    /* The same elements outside a Jingle content. */
    assert_refused (INITIATE, WHOLE, not_ours);
    assert_refused (
        INITIATE, "<content xmlns='urn:z'>" WHOLE "</content>", not_ours);
}

static void
test_unsupported (void)
{
    static const char *const attribs[] = {INITIATE, ACCEPT};
    static const char foreign[] =
        "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>";
    static const char socks[] =
        "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='a'/>";

    for (gsize i = 0; i < 2; i++) {
        char *inside;

        assert_refused (attribs[i],
                        CONTENT (NAMED, IBB SECURITY ("")),
                        XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION);
        inside =
            g_strdup_printf (CONTENT (NAMED, "%s" IBB SECURITY ("")), foreign);
        assert_refused (
            attribs[i], inside, XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION);
        g_free (inside);

        inside = g_strdup_printf (
            CONTENT (NAMED, DESCRIPTION "%s" SECURITY ("")), socks);
        assert_refused (
            attribs[i], inside, XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT);
        g_free (inside);
        assert_refused (attribs[i],
                        CONTENT (NAMED, DESCRIPTION SECURITY ("")),
                        XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT);
        assert_refused (attribs[i],
                        CONTENT (NAMED,
                                 DESCRIPTION TRANSPORT (
                                     "sid='a' block-size='1' stanza='message'")
                                     SECURITY ("")),
                        XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT);

        assert_refused (attribs[i],
                        CONTENT (NAMED, DESCRIPTION IBB),
                        XTLS_JINGLE_ERROR_NO_SECURITY);
        assert_refused (
            attribs[i],
            CONTENT (NAMED, DESCRIPTION IBB "<security xmlns='urn:z'/>"),
            XTLS_JINGLE_ERROR_NO_SECURITY);
        /* Security methods, but not the supported one. */
        assert_refused (
            attribs[i],
            CONTENT (NAMED, DESCRIPTION IBB SECURITY ("<method name='srp'/>")),
            XTLS_JINGLE_ERROR_NO_SECURITY);
        /* Missing security comes before an unsupported transport. */
        inside = g_strdup_printf (CONTENT (NAMED, DESCRIPTION "%s"), socks);
        assert_refused (attribs[i], inside, XTLS_JINGLE_ERROR_NO_SECURITY);
        g_free (inside);
    }
    /* A session-accept always responds to our own request. */
    assert_refused (
        ACCEPT, CONTENT (NAMED, IBB), XTLS_JINGLE_ERROR_NO_SECURITY);
}

/* --- other actions ---------------------------------------------------------*/

static void
test_actions (void)
{
    static const struct {
        const char *name;
        XtlsJingleAction action;
    } all[] = {
        {"session-info", XTLS_JINGLE_SESSION_INFO},
        {"session-terminate", XTLS_JINGLE_SESSION_TERMINATE},
        {"security-info", XTLS_JINGLE_SECURITY_INFO},
        {"content-accept", XTLS_JINGLE_OTHER_ACTION},
        {"content-add", XTLS_JINGLE_OTHER_ACTION},
        {"content-modify", XTLS_JINGLE_OTHER_ACTION},
        {"content-reject", XTLS_JINGLE_OTHER_ACTION},
        {"content-remove", XTLS_JINGLE_OTHER_ACTION},
        {"description-info", XTLS_JINGLE_OTHER_ACTION},
        {"transport-info", XTLS_JINGLE_OTHER_ACTION},
        {"transport-reject", XTLS_JINGLE_TRANSPORT_REJECT},
    };
    static const char *const insides[] = {
        "", RIGHT, RIGHT RIGHT, "<x xmlns='y'/>", "<content/>", "text"};

    for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS (insides); k++) {
            char *attribs =
                g_strdup_printf ("action='%s' sid='a'", all[i].name);
            XtlsJingle *jingle = parse (attribs, insides[k]);

            g_assert_cmpint (jingle->action, ==, all[i].action);
            g_assert_cmpstr (jingle->sid, ==, "a");
            g_assert_null (jingle->content_name);
            g_assert_null (jingle->transport_sid);
            g_assert_null (jingle->fingerprint);
            xtls_jingle_free (jingle);
            g_free (attribs);
        }
    }
    assert_refused ("sid='a'", RIGHT, XTLS_JINGLE_ERROR_BAD_REQUEST);
    assert_refused ("action='' sid='a'", RIGHT, XTLS_JINGLE_ERROR_BAD_REQUEST);
    assert_refused (
        "action='session-end' sid='a'", RIGHT, XTLS_JINGLE_ERROR_BAD_REQUEST);
    assert_refused (
        "action='Session-Info' sid='a'", RIGHT, XTLS_JINGLE_ERROR_BAD_REQUEST);
}

static const char *const reason_names[] = {
    [XTLS_JINGLE_REASON_SUCCESS] = "success",
    [XTLS_JINGLE_REASON_DECLINE] = "decline",
    [XTLS_JINGLE_REASON_SECURITY_ERROR] = "security-error",
    [XTLS_JINGLE_REASON_FAILED_TRANSPORT] = "failed-transport",
    [XTLS_JINGLE_REASON_TIMEOUT] = "timeout",
    [XTLS_JINGLE_REASON_GONE] = "gone",
    [XTLS_JINGLE_REASON_ALTERNATIVE_SESSION] = "alternative-session",
    [XTLS_JINGLE_REASON_INCOMPATIBLE] = "incompatible-parameters",
    [XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS] = "unsupported-applications",
    [XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS] = "unsupported-transports",
    [XTLS_JINGLE_REASON_OTHER] = "general-error",
};

static void
test_reasons (void)
{
    static const char *const others[] = {
        "",
        "<reason/>",
        "<reason>success</reason>",
        "<reason><busy/></reason>",
        "<reason><success xmlns='urn:z'/></reason>",
        "<reason xmlns='urn:z'><success/></reason>",
        "<success/>",
        "<reason><success/></reason><reason><gone/></reason>",
    };
    XtlsJingle *jingle;

    for (gsize i = 0; i < G_N_ELEMENTS (reason_names); i++) {
        char *inside = g_strdup_printf (
            "<reason><text>because</text><%s/></reason>", reason_names[i]);

        jingle = parse ("action='session-terminate' sid='a'", inside);
        g_assert_cmpint (jingle->reason, ==, i);
        xtls_jingle_free (jingle);
        g_free (inside);
    }
    for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
        jingle = parse ("action='session-terminate' sid='a'", others[i]);
        g_assert_cmpint (jingle->reason, ==, XTLS_JINGLE_REASON_OTHER);
        xtls_jingle_free (jingle);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/jingle/is", test_is);
    g_test_add_func ("/jingle/get-sid", test_get_sid);
    g_test_add_func ("/jingle/read/initiate", test_initiate);
    g_test_add_func ("/jingle/read/accept", test_accept);
    g_test_add_func ("/jingle/read/lenient", test_lenient);
    g_test_add_func ("/jingle/read/parties", test_parties);
    g_test_add_func ("/jingle/read/sid", test_sid);
    g_test_add_func ("/jingle/read/block-size", test_block_size);
    g_test_add_func ("/jingle/read/content", test_content);
    g_test_add_func ("/jingle/read/fingerprint", test_fingerprint);
    g_test_add_func ("/jingle/read/hello", test_hello);
    g_test_add_func ("/jingle/read/not-ours", test_not_ours);
    g_test_add_func ("/jingle/read/unsupported", test_unsupported);
    g_test_add_func ("/jingle/read/actions", test_actions);
    g_test_add_func ("/jingle/read/reasons", test_reasons);
    return g_test_run ();
}
