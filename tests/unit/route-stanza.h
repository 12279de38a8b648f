/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas for the tests of the routing tables. */
#pragma once

#include <xmlnode.h>

#define SESSION "juliet@capulet.lit/balcony"
#define OTHER "juliet@capulet.lit/tomb"
#define BARE "juliet@capulet.lit"

#define SI "http://jabber.org/protocol/si"
#define IBB "http://jabber.org/protocol/ibb"
#define SOCKS5 "http://jabber.org/protocol/bytestreams"
#define S5B "urn:xmpp:xtls:s5b:0"
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

/**
 * route_stanza_new:
 * @name: of the stanza
 * @type: (nullable): of the stanza
 * @address: "to" or "from"
 * @jid: that address
 * @payload: what is in it, as text
 *
 * Returns: (transfer full): the stanza.
 */
xmlnode *route_stanza_new (const char *name,
                           const char *type,
                           const char *address,
                           const char *jid,
                           const char *payload);
