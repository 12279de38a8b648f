/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making Jingle stanzas. */
#include "jingle-make.h"
#include "node.h"
#include "nodes.h"
#include "ns.h"

#include <string.h>

#define OWN "juliet@capulet.lit/balcony"
#define PEER "romeo@montague.lit/orchard"

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

/* Takes ownership of @iq, whose id is random. */
static void
assert_written (xmlnode *iq, const char *to, const char *payload)
{
    const char *id = xtls_node_attrib (iq, "id");
    char *xml;

    g_assert_cmpuint (strlen (id), >=, 26);
    xml = g_strdup_printf ("<iq xmlns='jabber:client' type='set' to='%s' "
                           "id='%s'>%s</iq>",
                           to,
                           id,
                           payload);
    nodes_assert (iq, xml);
    g_free (xml);
}

static xmlnode *
make_initiate (void)
{
    return xtls_jingle_make_initiate (
        OWN, PEER, "s1", XTLS_CARRIER_IBB, "t1", 16384, "5A:1C", NULL);
}

static void
test_write_initiate (void)
{
    assert_written (
        make_initiate (),
        PEER,
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='s1' "
        "initiator='" OWN "'><content creator='initiator' name='xmlstream'>"
        "<description xmlns='urn:xmpp:jingle:apps:xmlstream:0'/>"
        "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' "
        "block-size='16384' sid='t1'/>"
        "<security xmlns='urn:xmpp:jingle:security:xtls:0'>"
        "<fingerprint algo='sha-256'>5A:1C</fingerprint>"
        "<method name='x509'/></security></content></jingle>");
}

static void
test_write_transport (void)
{
    static const struct {
        XtlsJingleAction action;
        const char *name;
    } all[] = {
        {XTLS_JINGLE_TRANSPORT_REPLACE, "transport-replace"},
        {XTLS_JINGLE_TRANSPORT_ACCEPT, "transport-accept"},
        {XTLS_JINGLE_TRANSPORT_REJECT, "transport-reject"},
    };

    for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
        g_autofree char *wanted = g_strdup_printf (
            "<jingle xmlns='urn:xmpp:jingle:1' action='%s' sid='s1'>"
            "<content creator='initiator' name='xmlstream'>"
            "<transport xmlns='urn:xmpp:jingle:transports:xtls:0' "
            "block-size='4096' sid='t1'/></content></jingle>",
            all[i].name);

        assert_written (xtls_jingle_make_transport (PEER,
                                                    "s1",
                                                    all[i].action,
                                                    "xmlstream",
                                                    XTLS_CARRIER_XTLS,
                                                    "t1",
                                                    4096),
                        PEER,
                        wanted);
    }
}

/* One side parses what the other has made; the accept echoes the offer's
 * content. */
static void
test_round (void)
{
    xmlnode *iq = make_initiate ();
    XtlsJingle *offer, *accept;
    g_autoptr (GByteArray) hello = g_byte_array_new ();

    g_byte_array_append (hello, (const guint8 *)"hello", 5);
    xmlnode_set_attrib (iq, "from", OWN);
    offer = xtls_jingle_parse (iq, PEER, NULL);
    g_assert_nonnull (offer);
    g_assert_cmpstr (offer->fingerprint, ==, "5A:1C");
    xmlnode_free (iq);

    g_free (offer->content_name);
    offer->content_name = g_strdup ("na'm<e");
    iq = xtls_jingle_make_accept (PEER, OWN, offer, 100, "77", hello);
    xmlnode_set_attrib (iq, "from", PEER);
    g_assert_cmpstr (xtls_node_attrib (iq, "to"), ==, OWN);
    g_assert_cmpstr (
        xtls_node_attrib (xtls_node_first_child (iq), "responder"), ==, PEER);
    accept = xtls_jingle_parse (iq, OWN, NULL);
    g_assert_nonnull (accept);
    g_assert_cmpint (accept->action, ==, XTLS_JINGLE_SESSION_ACCEPT);
    g_assert_cmpstr (accept->sid, ==, "s1");
    g_assert_cmpstr (accept->content_creator, ==, "initiator");
    g_assert_cmpstr (accept->content_name, ==, "na'm<e");
    g_assert_cmpstr (accept->transport_sid, ==, "t1");
    g_assert_cmpuint (accept->block_size, ==, 100);
    g_assert_cmpstr (accept->fingerprint, ==, "77");
    g_assert_cmpmem (accept->hello->data, accept->hello->len, "hello", 5);
    g_assert_true (accept->first_words);
    xmlnode_free (iq);
    xtls_jingle_free (offer);
    xtls_jingle_free (accept);
}

static void
test_write_terminate (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (reason_names); i++) {
        char *xml = g_strdup_printf (
            "<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' "
            "sid='s1'><reason><%s/></reason></jingle>",
            reason_names[i]);

        assert_written (
            xtls_jingle_make_terminate (PEER, "s1", (XtlsJingleReason)i),
            PEER,
            xml);
        g_free (xml);
    }
}

static void
assert_error (xmlnode *reply, const char *type, const char *inside)
{
    char *xml = g_strdup_printf ("<iq xmlns='jabber:client' type='error' "
                                 "to='" PEER "' id='x1'><error type='%s'>%s"
                                 "</error></iq>",
                                 type,
                                 inside);

    nodes_assert (reply, xml);
    g_free (xml);
}

#define CONDITION(name) "<" name " xmlns='" XTLS_NS_STANZA_ERRORS "'/>"
#define SPECIFIC(name) "<" name " xmlns='" XTLS_NS_JINGLE_ERRORS "'/>"

static void
test_error_reply (void)
{
    static const struct {
        XtlsJingleError code;
        const char *type, *inside;
    } all[] = {
        {XTLS_JINGLE_ERROR_BAD_REQUEST, "cancel", CONDITION ("bad-request")},
        {XTLS_JINGLE_ERROR_NOT_OURS,
         "cancel",
         CONDITION ("service-unavailable")},
        {XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION,
         "modify",
         CONDITION ("feature-not-implemented")},
        {XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT,
         "modify",
         CONDITION ("feature-not-implemented")},
        {XTLS_JINGLE_ERROR_NO_SECURITY,
         "cancel",
         CONDITION ("not-acceptable") SPECIFIC ("security-required")},
    };
    xmlnode *iq =
        nodes_parse ("<iq xmlns='jabber:client' type='set' id='x1' from='" PEER
                     "' to='" OWN "'><jingle xmlns='" XTLS_NS_JINGLE
                     "' action='session-initiate' sid='a'/></iq>");

    for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
        GError *error =
            g_error_new_literal (XTLS_JINGLE_ERROR, (int)all[i].code, "%s%n");

        assert_error (
            xtls_jingle_make_error (iq, error), all[i].type, all[i].inside);
        g_error_free (error);
    }
    assert_error (xtls_jingle_make_error (iq, NULL),
                  "cancel",
                  CONDITION ("item-not-found") SPECIFIC ("unknown-session"));
    assert_error (xtls_jingle_make_tie_break (iq),
                  "cancel",
                  CONDITION ("conflict") SPECIFIC ("tie-break"));
    xmlnode_free (iq);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/jingle/write/initiate", test_write_initiate);
    g_test_add_func ("/jingle/write/transport", test_write_transport);
    g_test_add_func ("/jingle/write/round", test_round);
    g_test_add_func ("/jingle/write/terminate", test_write_terminate);
    g_test_add_func ("/jingle/write/error-reply", test_error_reply);
    return g_test_run ();
}
