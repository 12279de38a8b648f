/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routing tables, row by row, with a session and without. */
#include "nodes.h"
#include "route.h"

#define SESSION "juliet@capulet.lit/balcony"
#define OTHER "juliet@capulet.lit/tomb"
#define BARE "juliet@capulet.lit"

#define SI "http://jabber.org/protocol/si"
#define IBB "http://jabber.org/protocol/ibb"
#define SOCKS5 "http://jabber.org/protocol/bytestreams"
#define RTP "urn:xmpp:jingle:apps:rtp:1"

#define OPTION(method) "<option><value>" method "</value></option>"
#define OFFER(options)                                                         \
    "<si xmlns='" SI "' id='s' profile='" SI                                   \
    "/profile/file-transfer'><file xmlns='" SI                                 \
    "/profile/file-transfer' name='a' size='1'/>"                              \
    "<feature xmlns='http://jabber.org/protocol/feature-neg'>"                 \
    "<x xmlns='jabber:x:data' type='form'>"                                    \
    "<field var='stream-method' type='list-single'>" options                   \
    "</field></x></feature></si>"
#define BOTH OFFER (OPTION (SOCKS5) OPTION (IBB))
#define JINGLE(description)                                                    \
    "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='j'>"     \
    "<content creator='initiator' name='c'><description xmlns='" description   \
    "'/></content></jingle>"

static XtlsWay
way_out (xmlnode *stanza, const XtlsRouteFacts *facts)
{
    g_auto (XtlsEnvelope) envelope = {0};

    xtls_envelope_read (&envelope, stanza, NULL);
    return xtls_route_outgoing (&envelope, facts);
}

static XtlsIncoming
way_in (xmlnode *stanza, gboolean answers_inside)
{
    g_auto (XtlsEnvelope) envelope = {0};

    xtls_envelope_read (&envelope, stanza, NULL);
    return xtls_route_incoming (&envelope, answers_inside);
}

static XtlsIncoming
way_inside (xmlnode *stanza, gboolean answers_inside)
{
    g_auto (XtlsEnvelope) envelope = {0};

    xtls_envelope_read (&envelope, stanza, NULL);
    return xtls_route_inside (&envelope, answers_inside);
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

static xmlnode *
make (const char *name,
      const char *type,
      const char *address,
      const char *jid,
      const char *payload)
{
    xmlnode *node =
        nodes_printf ("<%s xmlns='jabber:client' id='i' %s='%s'>%s</%s>",
                      name,
                      address,
                      jid,
                      payload,
                      name);

    if (type)
        xmlnode_set_attrib (node, "type", type);
    return node;
}

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
        xmlnode *node = make ("presence", NULL, "to", BARE, cases[i].payload);

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
        xmlnode *node =
            make (row->name, row->type, "to", row->to, row->payload);

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
    const XtlsRouteFacts dead = {.transport = XTLS_TRANSPORT_DEAD};

    for (gsize i = 0; i < G_N_ELEMENTS (outgoing); i++) {
        const Out *row = &outgoing[i];
        xmlnode *node =
            make (row->name, row->type, "to", row->to, row->payload);

        g_assert_cmpint (way_out (node, &own), ==, XTLS_WAY_OUTSIDE);
        g_assert_cmpint (way_out (node, &dead), ==, XTLS_WAY_SWALLOW);
        xmlnode_free (node);
    }
}

static void
test_answers (void)
{
    const XtlsRouteFacts outside = {.peer = SESSION, .answers_outside = TRUE};
    const XtlsRouteFacts closed = {.answers_outside = TRUE};
    xmlnode *result = make ("iq", "result", "to", SESSION, "");
    xmlnode *set = make ("iq", "set", "to", SESSION, "");

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
    xmlnode *iq = make ("iq", "set", "to", SESSION, "<jingle/>");
    xmlnode *jingle = xmlnode_get_child (iq, "jingle");

    g_clear_pointer (&jingle->xmlns, g_free);
    xmlnode_set_attrib (jingle, "xmlns", "urn:xmpp:jingle:1");
    g_assert_cmpint (way_out (iq, &open), ==, XTLS_WAY_REFUSE);
    xmlnode_free (iq);
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
        xmlnode *node =
            make (row->name, row->type, "from", SESSION, row->payload);

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
        xmlnode *node = make ("iq", types[i], "from", SESSION, BOTH);

        g_assert_cmpint (way_in (node, TRUE), ==, XTLS_IN_IGNORE);
        g_assert_cmpint (way_inside (node, TRUE), ==, XTLS_IN_PASS);
        xmlnode_free (node);
    }
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
        xmlnode *node =
            make ("iq", cases[i].type, "to", SESSION, cases[i].payload);

        g_assert_cmpint (is_transport (node), ==, cases[i].is);
        xmlnode_free (node);
    }
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
    g_test_add_func ("/route/incoming/rows", test_incoming);
    g_test_add_func ("/route/incoming/answers", test_incoming_answers);
    g_test_add_func ("/route/transport", test_transport);
    return g_test_run ();
}
