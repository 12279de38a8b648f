# SPDX-License-Identifier: GPL-2.0-or-later
"""Namespaces, and elements made of them."""
from xml.etree import ElementTree as ET

CLIENT = 'jabber:client'
STREAM = 'http://etherx.jabber.org/streams'
STREAM_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'
STANZA_ERRORS = 'urn:ietf:params:xml:ns:xmpp-stanzas'
IBB = 'http://jabber.org/protocol/ibb'
JINGLE = 'urn:xmpp:jingle:1'
JINGLE_ERRORS = 'urn:xmpp:jingle:errors:1'
XMLSTREAM = 'urn:xmpp:jingle:apps:xmlstream:0'
TRANSPORT = 'urn:xmpp:jingle:transports:ibb:1'
DATA = 'urn:xmpp:xtls:0'
DATA_TRANSPORT = 'urn:xmpp:jingle:transports:xtls:0'
XTLS = 'urn:xmpp:jingle:security:xtls:0'
SM = 'urn:xmpp:sm:3'
PING = 'urn:xmpp:ping'
SMP = 'urn:xmpp:xtls:smp:0'
HELLO = 'urn:xmpp:xtls:hello:0'

FEATURES = (JINGLE, XMLSTREAM, TRANSPORT, XTLS)

# What carries a bytestream: the namespace of its elements, by that of the
# transport in Jingle.
CARRIERS = {TRANSPORT: IBB, DATA_TRANSPORT: DATA}


def element(namespace, tag, *children, text=None, **attributes):
    """An element; '_' in attribute names stands for '-'."""
    node = ET.Element('{%s}%s' % (namespace, tag))
    for key, value in attributes.items():
        node.set(key.replace('_', '-'), str(value))
    node.text = text
    node.extend(child for child in children if child is not None)
    return node


def find(node, namespace, name):
    return node.find('{%s}%s' % (namespace, name))


def split(tag):
    """'{namespace}name' as a pair."""
    if tag.startswith('{'):
        namespace, name = tag[1:].split('}', 1)
        return namespace, name
    return '', tag
