/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routing tables of incoming stanzas, row by row. */
#include "nodes.h"
#include "route-stanza.h"
#include "route.h"

static XtlsIncoming
way_in (xmlnode *stanza, gboolean responds_inside)
{
    g_auto (XtlsEnvelope) envelope = {0};

    xtls_envelope_read (&envelope, stanza, NULL);
    return xtls_route_incoming (&envelope, responds_inside);
}

static XtlsIncoming
way_inside_of (xmlnode *stanza, gboolean responds_inside, gboolean is_beside)
{
    g_auto (XtlsEnvelope) envelope = {0};

    xtls_envelope_read (&envelope, stanza, NULL);
    return xtls_route_inside (&envelope, responds_inside, is_beside);
}

static XtlsIncoming
way_inside (xmlnode *stanza, gboolean responds_inside)
{
    return way_inside_of (stanza, responds_inside, FALSE);
}

typedef struct {
    const char *name;
    const char *type;
    const char *payload;
    XtlsIncoming outside;
    XtlsIncoming inside;
} In;

static const In incoming[] = {
    {"message", "chat", "<body>hi</body>", XTLS_IN_MARK, XTLS_IN_PASS},
    {"message", "headline", "<body>hi</body>", XTLS_IN_MARK, XTLS_IN_PASS},
    {"message", "error", "<body>hi</body><error/>", XTLS_IN_MARK, XTLS_IN_PASS},
    {"message", "groupchat", "<body>hi</body>", XTLS_IN_MARK, XTLS_IN_PASS},
    {"message", "chat", "<body/>", XTLS_IN_IGNORE, XTLS_IN_PASS},
    {"message",
     "chat",
     "<body xmlns='x'>hi</body>",
     XTLS_IN_IGNORE,
     XTLS_IN_PASS},
    {"message",
     "chat",
     "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'>"
     "<body>hi</body></message></forwarded>",
     XTLS_IN_IGNORE,
     XTLS_IN_PASS},
    {"message",
     "headline",
     "<attention xmlns='urn:xmpp:attention:0'/>",
     XTLS_IN_REPORT_ATTENTION,
     XTLS_IN_PASS},
    {"message",
     NULL,
     "<x xmlns='jabber:x:conference' jid='r@c.lit'/>",
     XTLS_IN_REPORT_ROOM,
     XTLS_IN_PASS},

    {"iq", "set", BOTH, XTLS_IN_REFUSE_FILE, XTLS_IN_PASS},
    {"iq",
     "set",
     OFFER (OPTION (SOCKS5)),
     XTLS_IN_REFUSE_FILE,
     XTLS_IN_REFUSE_FILE},
    {"iq",
     "set",
     "<query xmlns='jabber:iq:oob'/>",
     XTLS_IN_REFUSE_FILE,
     XTLS_IN_REFUSE_FILE},
    {"iq",
     "set",
     "<query xmlns='" SOCKS5 "'/>",
     XTLS_IN_REFUSE_FILE,
     XTLS_IN_REFUSE_FILE},
    {"iq",
     "set",
     "<x xmlns='y'/><query xmlns='" SOCKS5 "'/>",
     XTLS_IN_REFUSE_FILE,
     XTLS_IN_REFUSE_FILE},
    {"iq",
     "set",
     JINGLE ("urn:xmpp:jingle:apps:file-transfer:5"),
     XTLS_IN_REFUSE_FILE,
     XTLS_IN_REFUSE_FILE},
    {"iq", "set", JINGLE (RTP), XTLS_IN_REFUSE_VOICE, XTLS_IN_REFUSE_VOICE},
    {"iq",
     "set",
     JINGLE ("http://jabber.org/protocol/jingle/description/audio"),
     XTLS_IN_REFUSE_VOICE,
     XTLS_IN_REFUSE_VOICE},
    {"iq",
     "set",
     "<session xmlns='http://www.google.com/session'/>",
     XTLS_IN_REFUSE_VOICE,
     XTLS_IN_REFUSE_VOICE},
    {"iq",
     "set",
     JINGLE ("urn:xmpp:jingle:apps:xmlstream:0"),
     XTLS_IN_REFUSE,
     XTLS_IN_REFUSE},
    {"iq",
     "set",
     "<jingle xmlns='urn:xmpp:jingle:1'/>",
     XTLS_IN_REFUSE,
     XTLS_IN_REFUSE},
    {"iq",
     "set",
     "<open xmlns='" IBB "' sid='s' block-size='9'/>",
     XTLS_IN_REFUSE,
     XTLS_IN_PASS},
    {"iq",
     "set",
     "<data xmlns='" IBB "' sid='s' seq='0'>QQ==</data>",
     XTLS_IN_REFUSE,
     XTLS_IN_PASS},
    {"iq",
     "set",
     "<data xmlns='" IBB "' sid='s' seq='0'/>",
     XTLS_IN_REFUSE,
     XTLS_IN_REFUSE},

    {"iq",
     "get",
     "<query xmlns='http://jabber.org/protocol/disco#info'/>",
     XTLS_IN_PASS,
     XTLS_IN_PASS},
    {"iq",
     "get",
     "<data xmlns='urn:xmpp:bob' cid='c'/>",
     XTLS_IN_REFUSE,
     XTLS_IN_PASS},
    {"iq", "set", "", XTLS_IN_REFUSE, XTLS_IN_PASS},
    {"iq",
     "get",
     "<query xmlns='jabber:iq:version'>hi</query>",
     XTLS_IN_REFUSE,
     XTLS_IN_PASS},
    {"message",
     "headline",
     "<event xmlns='http://jabber.org/protocol/pubsub#event'><items "
     "node='urn:xmpp:avatar:metadata'><item id='i'/></items></event>",
     XTLS_IN_PASS,
     XTLS_IN_PASS},
    {"message",
     "headline",
     "<event xmlns='http://jabber.org/protocol/pubsub#event'><items "
     "node='urn:xmpp:avatar:metadata'><item "
     "id='i'/></items></event><body>hi</body>",
     XTLS_IN_MARK,
     XTLS_IN_PASS},
    {"message",
     "headline",
     "<event xmlns='http://jabber.org/protocol/pubsub#event'><items "
     "node='words'><item>hi</item></items></event>",
     XTLS_IN_IGNORE,
     XTLS_IN_PASS},
    {"message", "chat", "<subject>hi</subject>", XTLS_IN_MARK, XTLS_IN_PASS},
    {"iq",
     "result",
     "<query xmlns='jabber:iq:version'/>",
     XTLS_IN_PASS,
     XTLS_IN_IGNORE},
    {"iq", "error", "", XTLS_IN_PASS, XTLS_IN_IGNORE},
    {"presence", NULL, "<status>here</status>", XTLS_IN_PASS, XTLS_IN_IGNORE},
};

static void
test_incoming (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (incoming); i++) {
        const In *row = &incoming[i];
        xmlnode *node = route_stanza_new (
            row->name, row->type, "from", SESSION, row->payload);

        g_test_message ("row %zu: %s", i, row->payload);
        g_assert_cmpint (way_in (node, FALSE), ==, row->outside);
        g_assert_cmpint (way_inside (node, FALSE), ==, row->inside);
        xmlnode_free (node);
    }
}

static void
test_incoming_answers (void)
{
    static const char *const types[] = {"result", "error"};

    for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
        xmlnode *node =
            route_stanza_new ("iq", types[i], "from", SESSION, BOTH);

        g_assert_cmpint (way_in (node, TRUE), ==, XTLS_IN_IGNORE);
        g_assert_cmpint (way_inside (node, TRUE), ==, XTLS_IN_PASS);
        xmlnode_free (node);
    }
}

/* Only by our method, only inside, and only for a file that waits for them. */
static void
test_stream_hosts (void)
{
    xmlnode *ours = route_stanza_new (
        "iq", "set", "from", SESSION, "<query xmlns='" S5B "' sid='s'/>");
    xmlnode *plain = route_stanza_new (
        "iq", "set", "from", SESSION, "<query xmlns='" SOCKS5 "' sid='s'/>");

    g_assert_cmpint (way_inside_of (ours, FALSE, TRUE), ==, XTLS_IN_PASS);
    g_assert_cmpint (way_inside_of (ours, FALSE, FALSE), ==, XTLS_IN_REFUSE);
    g_assert_cmpint (way_in (ours, FALSE), ==, XTLS_IN_REFUSE_FILE);
    g_assert_cmpint (
        way_inside_of (plain, FALSE, TRUE), ==, XTLS_IN_REFUSE_FILE);
    xmlnode_free (ours);
    xmlnode_free (plain);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/route/incoming/rows", test_incoming);
    g_test_add_func ("/route/incoming/answers", test_incoming_answers);
    g_test_add_func ("/route/stream-hosts", test_stream_hosts);
    return g_test_run ();
}
