/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XML namespaces and protocol constants that more than one module uses. */
#pragma once

#define XTLS_NS_CLIENT "jabber:client"
#define XTLS_NS_STREAMS "http://etherx.jabber.org/streams"
#define XTLS_NS_STREAM_ERRORS "urn:ietf:params:xml:ns:xmpp-streams"
#define XTLS_NS_STANZA_ERRORS "urn:ietf:params:xml:ns:xmpp-stanzas"

#define XTLS_NS_IBB "http://jabber.org/protocol/ibb"
#define XTLS_NS_JINGLE "urn:xmpp:jingle:1"
#define XTLS_NS_JINGLE_ERRORS "urn:xmpp:jingle:errors:1"
#define XTLS_NS_JINGLE_XMLSTREAM "urn:xmpp:jingle:apps:xmlstream:0"
#define XTLS_NS_JINGLE_IBB "urn:xmpp:jingle:transports:ibb:1"
#define XTLS_NS_JINGLE_XTLS "urn:xmpp:jingle:security:xtls:0"

/* The second way for the same blocks (carrier.h). */
#define XTLS_NS_DATA "urn:xmpp:xtls:0"
#define XTLS_NS_JINGLE_DATA "urn:xmpp:jingle:transports:xtls:0"

/* TLS starts in Jingle, and the bytestream follows without waiting
 * (session/hello.h). */
#define XTLS_NS_HELLO "urn:xmpp:xtls:hello:0"

#define XTLS_NS_SI "http://jabber.org/protocol/si"
#define XTLS_NS_FILE XTLS_NS_SI "/profile/file-transfer"
#define XTLS_NS_BYTESTREAMS "http://jabber.org/protocol/bytestreams"
/* The same under TLS, for files that are offered inside. */
#define XTLS_NS_S5B "urn:xmpp:xtls:s5b:0"
#define XTLS_NS_CONFERENCE "jabber:x:conference"
#define XTLS_NS_MUC_USER "http://jabber.org/protocol/muc#user"

/* The largest stanza that is sent inside the stream, in bytes of XML. */
#define XTLS_STANZA_MAX (256 * 1024)
