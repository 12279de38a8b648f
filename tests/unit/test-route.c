/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routing table of outgoing stanzas, row by row, with a session and
 * without. */
#include "nodes.h"
#include "route-stanza.h"
#include "route.h"

static XtlsWay
way_out (xmlnode *stanza, const XtlsRouteFacts *facts)
{
    g_auto (XtlsEnvelope) envelope = {0};

    xtls_envelope_read (&envelope, stanza, NULL);
    return xtls_route_outgoing (&envelope, facts);
}

static gboolean
is_transport (xmlnode *stanza)
{
    g_auto (XtlsEnvelope) envelope = {0};

    xtls_envelope_read (&envelope, stanza, NULL);
    return xtls_envelope_is_transport (&envelope);
}

typedef struct {
    const char *name;
    const char *type;
    const char *payload;
    const char *to;
    XtlsWay closed; /* without an open session */
    XtlsWay open;
} Out;

static const Out outgoing[] = {
    {"message",
     "chat",
     "<body>hi</body>",
     BARE,
     XTLS_WAY_HOLD,
     XTLS_WAY_INSIDE},
    {"message",
     "chat",
     "<body>hi</body>",
     OTHER,
     XTLS_WAY_HOLD,
     XTLS_WAY_INSIDE},
    {"message",
     "normal",
     "<subject>s</subject><body>hi</body>",
     BARE,
     XTLS_WAY_HOLD,
     XTLS_WAY_INSIDE},
    {"message",
     "chat",
     "<body xmlns='x'>hi</body>",
     BARE,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_INSIDE},
    {"message", "chat", "<body/>", BARE, XTLS_WAY_DROP, XTLS_WAY_INSIDE},
    {"message",
     "chat",
     "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
     BARE,
     XTLS_WAY_DROP,
     XTLS_WAY_INSIDE},
    {"message",
     "headline",
     "<attention xmlns='urn:xmpp:attention:0'/>",
     BARE,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_INSIDE},
    {"presence",
     NULL,
     "<status>here</status>",
     SESSION,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_DROP_REPORTED},

    /* About the client. */
    {"iq",
     "get",
     "<query xmlns='http://jabber.org/protocol/disco#info'/>",
     SESSION,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "get",
     "<query xmlns='http://jabber.org/protocol/disco#items'/>",
     OTHER,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "get",
     "<query xmlns='http://jabber.org/protocol/disco#info'/>",
     "juliet@capulet.lit/her old phone",
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "get",
     "<ping xmlns='urn:xmpp:ping'/>",
     SESSION,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "get",
     "<query xmlns='jabber:iq:version'/>",
     SESSION,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "get",
     "<query xmlns='jabber:iq:last'/>",
     SESSION,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "get",
     "<time xmlns='urn:xmpp:time'/>",
     SESSION,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "set",
     "<query xmlns='jabber:iq:version'/>",
     SESSION,
     XTLS_WAY_REFUSE,
     XTLS_WAY_INSIDE},
    {"iq",
     "get",
     "<ping xmlns='urn:xmpp:ping'/><x xmlns='secret'/>",
     SESSION,
     XTLS_WAY_REFUSE,
     XTLS_WAY_INSIDE},
    {"iq",
     "get",
     "<vCard xmlns='vcard-temp'/>",
     BARE,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},

    /* Voice and video. */
    {"iq",
     "set",
     JINGLE (RTP),
     SESSION,
     XTLS_WAY_REFUSE_VOICE,
     XTLS_WAY_REFUSE_VOICE},
    {"iq",
     "set",
     JINGLE (RTP),
     OTHER,
     XTLS_WAY_REFUSE_VOICE,
     XTLS_WAY_REFUSE_VOICE},
    {"iq",
     "set",
     "<session xmlns='http://www.google.com/session'/>",
     SESSION,
     XTLS_WAY_REFUSE_VOICE,
     XTLS_WAY_REFUSE_VOICE},
    {"iq",
     "set",
     "<jingle xmlns='urn:xmpp:jingle:1' action='transport-info' sid='j'/>",
     SESSION,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},

    /* Files. */
    {"iq", "set", BOTH, SESSION, XTLS_WAY_REFUSE_FILE, XTLS_WAY_INSIDE},
    {"iq", "set", BOTH, OTHER, XTLS_WAY_REFUSE_FILE, XTLS_WAY_REFUSE_FILE},
    {"iq", "set", BOTH, BARE, XTLS_WAY_REFUSE_FILE, XTLS_WAY_REFUSE_FILE},
    {"iq",
     "set",
     OFFER (OPTION (SOCKS5)),
     SESSION,
     XTLS_WAY_REFUSE_FILE,
     XTLS_WAY_REFUSE_FILE},
    {"iq",
     "set",
     "<query xmlns='" SOCKS5 "' sid='s'/>",
     SESSION,
     XTLS_WAY_REFUSE_FILE,
     XTLS_WAY_REFUSE_FILE},
    {"iq",
     "set",
     "<query xmlns='jabber:iq:oob'><url>u</url></query>",
     SESSION,
     XTLS_WAY_REFUSE_FILE,
     XTLS_WAY_REFUSE_FILE},
    {"iq",
     "set",
     JINGLE ("urn:xmpp:jingle:apps:file-transfer:5"),
     SESSION,
     XTLS_WAY_REFUSE_FILE,
     XTLS_WAY_REFUSE_FILE},
    {"iq",
     "set",
     "<data xmlns='" IBB "' sid='s' seq='0'>QQ==</data>",
     SESSION,
     XTLS_WAY_REFUSE,
     XTLS_WAY_INSIDE},
    {"iq",
     "set",
     "<data xmlns='" IBB "' sid='s' seq='0'>QQ==</data>",
     OTHER,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},

    /* Anything else. */
    {"iq",
     "get",
     "<data xmlns='urn:xmpp:bob' cid='c'/>",
     SESSION,
     XTLS_WAY_REFUSE,
     XTLS_WAY_INSIDE},
    {"iq",
     "get",
     "<data xmlns='urn:xmpp:bob' cid='c'/>",
     BARE,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},
    {"iq", "set", "<x xmlns='y'/>", OTHER, XTLS_WAY_REFUSE, XTLS_WAY_REFUSE},
    {"iq", "set", "", SESSION, XTLS_WAY_REFUSE, XTLS_WAY_INSIDE},

    /* Only what is listed passes. */
    {"presence",
     NULL,
     "<show>away</show><priority>1</priority><c "
     "xmlns='http://jabber.org/protocol/caps' node='n' ver='v' hash='sha-1'/>",
     SESSION,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"presence",
     NULL,
     "<show>\n dnd\n</show><priority>-1</priority>"
     "<x xmlns='vcard-temp:x:update'><photo>0123abcdef</photo></x>"
     "<x xmlns='http://jabber.org/protocol/muc'><password>cellar</password>"
     "</x>",
     SESSION,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"presence",
     NULL,
     "<show>angry</show>",
     SESSION,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_DROP_REPORTED},
    {"presence",
     NULL,
     "<c xmlns='http://jabber.org/protocol/caps'>tomb</c>",
     SESSION,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_DROP_REPORTED},
    {"presence", "subscribe", "", BARE, XTLS_WAY_OUTSIDE, XTLS_WAY_OUTSIDE},
    {"presence",
     "subscribe",
     "<status>It is me</status>",
     BARE,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_DROP_REPORTED},
    {"presence",
     NULL,
     "<words xmlns='f'>hi</words>",
     BARE,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_DROP_REPORTED},
    {"message",
     "chat",
     "<subject>hi</subject>",
     BARE,
     XTLS_WAY_HOLD,
     XTLS_WAY_INSIDE},
    {"message",
     "chat",
     "<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
     "xmlns='http://www.w3.org/1999/xhtml'>hi</body></html>",
     BARE,
     XTLS_WAY_HOLD,
     XTLS_WAY_INSIDE},
    {"message",
     "groupchat",
     "<body>hi</body>",
     BARE,
     XTLS_WAY_HOLD,
     XTLS_WAY_INSIDE},
    {"message",
     "error",
     "<body>hi</body>",
     BARE,
     XTLS_WAY_HOLD,
     XTLS_WAY_INSIDE},
    {"message",
     NULL,
     "<x xmlns='jabber:x:conference' jid='r@c.lit' reason='come'/>",
     BARE,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_INSIDE},
    {"message",
     NULL,
     "<received xmlns='urn:xmpp:receipts' id='i'/>",
     BARE,
     XTLS_WAY_DROP,
     XTLS_WAY_INSIDE},
    {"message",
     NULL,
     "<x xmlns='jabber:x:data'><field var='v'><value>hi</value></field></x>",
     BARE,
     XTLS_WAY_DROP_REPORTED,
     XTLS_WAY_INSIDE},
    {"iq",
     "get",
     "<query xmlns='jabber:iq:version'>hi</query>",
     OTHER,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},
    {"iq",
     "get",
     "<query xmlns='jabber:iq:version' name='hi'/>",
     OTHER,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},
    {"iq",
     "get",
     "<query xmlns='jabber:iq:version' node='two words'/>",
     OTHER,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},
    {"iq",
     "get",
     "<query xmlns='jabber:iq:version'><name>hi</name></query>",
     OTHER,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},
    {"iq",
     "get",
     "<query xmlns='http://jabber.org/protocol/disco#info' "
     "node='http://pidgin.im/#ver'/>",
     BARE,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "get",
     "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items "
     "node='urn:xmpp:avatar:data'><item id='i'/></items></pubsub>",
     BARE,
     XTLS_WAY_OUTSIDE,
     XTLS_WAY_OUTSIDE},
    {"iq",
     "get",
     "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items "
     "node='urn:xmpp:avatar:data'/></pubsub>",
     OTHER,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},
    {"iq",
     "set",
     "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish "
     "node='n'><item>hi</item></publish></pubsub>",
     BARE,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},
    {"iq",
     "set",
     "<vCard xmlns='vcard-temp'><DESC>hi</DESC></vCard>",
     BARE,
     XTLS_WAY_REFUSE,
     XTLS_WAY_REFUSE},
    {"iq", "get", "<query xmlns='f'/>", BARE, XTLS_WAY_REFUSE, XTLS_WAY_REFUSE},
    {"iq", "get", "", BARE, XTLS_WAY_REFUSE, XTLS_WAY_REFUSE},

    /* Responses to requests that came inside, or before private mode. */
    {"iq",
     "result",
     "<query xmlns='jabber:iq:version'/>",
     SESSION,
     XTLS_WAY_DROP,
     XTLS_WAY_INSIDE},
    {"iq", "error", "", SESSION, XTLS_WAY_DROP, XTLS_WAY_INSIDE},
    {"iq", "result", "", OTHER, XTLS_WAY_DROP, XTLS_WAY_DROP},
};

/* libpurple builds stanzas without a namespace on the stanza itself. */
static void
clear_namespaces (xmlnode *node)
{
    if (g_strcmp0 (node->xmlns, "jabber:client") == 0)
        g_clear_pointer (&node->xmlns, g_free);
    for (xmlnode *child = node->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_TAG)
            clear_namespaces (child);
}

/* A server closes the stream because of it, but has already read it. */
static void
test_foreign (void)
{
    static const struct {
        const char *xml;
        XtlsWay way;
    } cases[] = {
        {"<message xmlns='f' to='" BARE "'><body>hi</body></message>",
         XTLS_WAY_DROP_REPORTED},
        {"<message xmlns='f' to='" BARE "'><body xmlns='jabber:client'>hi"
         "</body></message>",
         XTLS_WAY_HOLD},
        {"<iq xmlns='f' type='set' to='" OTHER "'><x/></iq>", XTLS_WAY_REFUSE},
        {"<words xmlns='f' to='" BARE "'>hi</words>", XTLS_WAY_DROP},
        {"<presence xmlns='jabber:client' to='" BARE "'/>", XTLS_WAY_OUTSIDE},
    };
    const XtlsRouteFacts closed = {0};

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        xmlnode *node = nodes_printf ("%s", cases[i].xml);

        g_assert_cmpint (way_out (node, &closed), ==, cases[i].way);
        xmlnode_free (node);
    }
}

/* Everybody is told the account's status, but not what goes with it to one
 * contact. */
static void
test_own_status (void)
{
#define STATUS "<status>I am away</status>"
    static const struct {
        const char *payload;
        XtlsWay way;
    } cases[] = {
        {STATUS, XTLS_WAY_OUTSIDE},
        {"<show>away</show>" STATUS "<priority>1</priority>", XTLS_WAY_OUTSIDE},
        {STATUS "<words xmlns='f'>hi</words>", XTLS_WAY_DROP_REPORTED},
        {STATUS "<words xmlns='f' say='to you alone'/>",
         XTLS_WAY_DROP_REPORTED},
        {STATUS "<status>to you alone</status>", XTLS_WAY_DROP_REPORTED},
        {STATUS "<show>to you alone</show>", XTLS_WAY_DROP_REPORTED},
        {STATUS "to you alone", XTLS_WAY_DROP_REPORTED},
        {"<status>I am away<x xmlns='f'>hi</x></status>",
         XTLS_WAY_DROP_REPORTED},
        {"<status say='to you alone'>I am away</status>",
         XTLS_WAY_DROP_REPORTED},
    };
    const XtlsRouteFacts facts = {.is_own_status = TRUE};

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        xmlnode *node =
            route_stanza_new ("presence", NULL, "to", BARE, cases[i].payload);

        g_test_message ("%s", cases[i].payload);
        g_assert_cmpint (way_out (node, &facts), ==, cases[i].way);
        xmlnode_free (node);
    }
#undef STATUS
}

static void
test_outgoing (void)
{
    const XtlsRouteFacts closed = {0};
    const XtlsRouteFacts open = {.peer = SESSION};

    for (gsize i = 0; i < G_N_ELEMENTS (outgoing); i++) {
        const Out *row = &outgoing[i];
        xmlnode *node = route_stanza_new (
            row->name, row->type, "to", row->to, row->payload);

        g_test_message ("row %zu: %s to %s", i, row->payload, row->to);
        for (int round = 0; round < 2; round++) {
            g_assert_cmpint (way_out (node, &closed), ==, row->closed);
            g_assert_cmpint (way_out (node, &open), ==, row->open);
            clear_namespaces (node);
        }
        xmlnode_free (node);
    }
}

static void
test_own (void)
{
    const XtlsRouteFacts own = {.transport = XTLS_TRANSPORT_OURS,
                                .peer = SESSION};
    const XtlsRouteFacts ended = {.transport = XTLS_TRANSPORT_ENDED};

    for (gsize i = 0; i < G_N_ELEMENTS (outgoing); i++) {
        const Out *row = &outgoing[i];
        xmlnode *node = route_stanza_new (
            row->name, row->type, "to", row->to, row->payload);

        g_assert_cmpint (way_out (node, &own), ==, XTLS_WAY_OUTSIDE);
        g_assert_cmpint (way_out (node, &ended), ==, XTLS_WAY_WITHHOLD);
        xmlnode_free (node);
    }
}

static void
test_answers (void)
{
    const XtlsRouteFacts outside = {.peer = SESSION, .responds_outside = TRUE};
    const XtlsRouteFacts closed = {.responds_outside = TRUE};
    xmlnode *result = route_stanza_new ("iq", "result", "to", SESSION, "");
    xmlnode *set = route_stanza_new ("iq", "set", "to", SESSION, "");

    g_assert_cmpint (way_out (result, &outside), ==, XTLS_WAY_OUTSIDE);
    g_assert_cmpint (way_out (result, &closed), ==, XTLS_WAY_OUTSIDE);
    g_assert_cmpint (way_out (set, &outside), ==, XTLS_WAY_INSIDE);
    xmlnode_free (result);
    xmlnode_free (set);
}

/* A namespace that its sender set as an attribute counts. */
static void
test_attribute_namespace (void)
{
    const XtlsRouteFacts open = {.peer = SESSION};
    xmlnode *iq = route_stanza_new ("iq", "set", "to", SESSION, "<jingle/>");
    xmlnode *jingle = xmlnode_get_child (iq, "jingle");

    g_clear_pointer (&jingle->xmlns, g_free);
    xmlnode_set_attrib (jingle, "xmlns", "urn:xmpp:jingle:1");
    g_assert_cmpint (way_out (iq, &open), ==, XTLS_WAY_REFUSE);
    xmlnode_free (iq);
}

static void
test_transport (void)
{
    static const struct {
        const char *type;
        const char *payload;
        gboolean is;
    } cases[] = {
        {"set", "<data xmlns='" IBB "' sid='s' seq='0'>QQ==</data>", TRUE},
        {"set", JINGLE ("urn:xmpp:jingle:apps:xmlstream:0"), TRUE},
        {"set", "<jingle xmlns='urn:xmpp:jingle:1'/>", TRUE},
        {"result", "<data xmlns='" IBB "'/>", FALSE},
        {"get", "<ping xmlns='urn:xmpp:ping'/>", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        xmlnode *node = route_stanza_new (
            "iq", cases[i].type, "to", SESSION, cases[i].payload);

        g_assert_cmpint (is_transport (node), ==, cases[i].is);
        xmlnode_free (node);
    }
}

/* libpurple names them as for plain SOCKS5. */
static void
test_stream_hosts (void)
{
    const XtlsRouteFacts beside = {.peer = SESSION, .is_beside = TRUE};
    const XtlsRouteFacts open = {.peer = SESSION};
    const XtlsRouteFacts closed = {.is_beside = TRUE};
    const char *payload = "<query xmlns='" SOCKS5 "' sid='s'/>";
    xmlnode *iq = route_stanza_new ("iq", "set", "to", SESSION, payload);
    xmlnode *other = route_stanza_new ("iq", "set", "to", OTHER, payload);

    g_assert_cmpint (way_out (iq, &beside), ==, XTLS_WAY_INSIDE);
    g_assert_cmpint (way_out (iq, &open), ==, XTLS_WAY_REFUSE_FILE);
    g_assert_cmpint (way_out (iq, &closed), ==, XTLS_WAY_REFUSE_FILE);
    g_assert_cmpint (way_out (other, &beside), ==, XTLS_WAY_REFUSE_FILE);
    xmlnode_free (iq);
    xmlnode_free (other);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/route/outgoing/rows", test_outgoing);
    g_test_add_func ("/route/outgoing/own-status", test_own_status);
    g_test_add_func ("/route/outgoing/foreign", test_foreign);
    g_test_add_func ("/route/outgoing/own", test_own);
    g_test_add_func ("/route/outgoing/answers", test_answers);
    g_test_add_func ("/route/outgoing/attribute-namespace",
                     test_attribute_namespace);
    g_test_add_func ("/route/transport", test_transport);
    g_test_add_func ("/route/outgoing/stream-hosts", test_stream_hosts);
    return g_test_run ();
}
