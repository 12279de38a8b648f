/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading which transport a Jingle stanza proposes: IBB or our own. */
#include "jingle-stanzas.h"

#define DATA                                                                   \
    "<transport xmlns='" XTLS_NS_JINGLE_DATA "' sid='t1' block-size='4096'/>"
#define IN_BAND                                                                \
    "<transport xmlns='" XTLS_NS_JINGLE_IBB "' sid='t1' block-size='4096'/>"
#define SECURE                                                                 \
    "<description xmlns='" XTLS_NS_JINGLE_XMLSTREAM "'/>"                      \
    "<security xmlns='" XTLS_NS_JINGLE_XTLS "'/>"

static void
test_carrier (void)
{
    static const char *const both[] = {INITIATE, ACCEPT};

    for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
        XtlsJingle *jingle = parse (both[i], CONTENT (NAMED, SECURE DATA));

        g_assert_cmpint (jingle->carrier, ==, XTLS_CARRIER_XTLS);
        g_assert_cmpstr (jingle->transport_sid, ==, "t1");
        g_assert_cmpuint (jingle->block_size, ==, 4096);
        xtls_jingle_free (jingle);
        jingle = parse (both[i], CONTENT (NAMED, SECURE IN_BAND));
        g_assert_cmpint (jingle->carrier, ==, XTLS_CARRIER_IBB);
        xtls_jingle_free (jingle);
    }
    assert_malformed (CONTENT (NAMED, SECURE DATA IN_BAND));
    assert_malformed (CONTENT (NAMED, SECURE DATA DATA));
    assert_malformed (CONTENT (
        NAMED, SECURE "<transport xmlns='" XTLS_NS_JINGLE_DATA "' sid='t1'/>"));
    assert_malformed (CONTENT (NAMED,
                               SECURE "<transport xmlns='" XTLS_NS_JINGLE_DATA
                                      "' block-size='1'/>"));
}

/* Only the transport counts there. */
static void
test_replace (void)
{
    static const struct {
        const char *attribs;
        XtlsJingleAction action;
    } all[] = {
        {"action='transport-replace' sid='a'", XTLS_JINGLE_TRANSPORT_REPLACE},
        {"action='transport-accept' sid='a'", XTLS_JINGLE_TRANSPORT_ACCEPT},
    };
    static const char *const wrong[] = {
        "",
        CONTENT (NAMED, DATA) CONTENT (NAMED, DATA),
        CONTENT (NAMED, DATA IN_BAND),
        CONTENT ("creator='initiator'", DATA),
        CONTENT ("creator='responder' name='x'", DATA),
        CONTENT (NAMED,
                 "<transport xmlns='" XTLS_NS_JINGLE_DATA
                 "' sid='t1' block-size='0'/>"),
    };

    for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
        XtlsJingle *jingle = parse (all[i].attribs, CONTENT (NAMED, DATA));

        g_assert_cmpint (jingle->action, ==, all[i].action);
        g_assert_cmpint (jingle->carrier, ==, XTLS_CARRIER_XTLS);
        g_assert_cmpstr (jingle->transport_sid, ==, "t1");
        xtls_jingle_free (jingle);
        jingle = parse (all[i].attribs, CONTENT (NAMED, SECURE IN_BAND));
        g_assert_cmpint (jingle->carrier, ==, XTLS_CARRIER_IBB);
        g_assert_null (jingle->fingerprint);
        xtls_jingle_free (jingle);
        for (guint k = 0; k < G_N_ELEMENTS (wrong); k++)
            assert_refused (
                all[i].attribs, wrong[k], XTLS_JINGLE_ERROR_BAD_REQUEST);
        assert_refused (all[i].attribs,
                        CONTENT (NAMED,
                                 "<transport xmlns='urn:xmpp:jingle:transports:"
                                 "s5b:1' sid='t1'/>"),
                        XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/jingle/read/carrier", test_carrier);
    g_test_add_func ("/jingle/read/replace", test_replace);
    return g_test_run ();
}
