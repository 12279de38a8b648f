# SPDX-License-Identifier: GPL-2.0-or-later
"""Jingle elements: built, and read strictly."""
import base64
import re
import secrets

from . import ns

NAME = 'xmlstream'
NMTOKEN = re.compile(r'[-.:\w]+\Z')
BASE64 = re.compile(r'(?:[A-Za-z0-9+/]{4})*'
                    r'(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z')
HELLO_MAX = 8192


class Refused(Exception):
    """Answer this stanza with an error."""

    def __init__(self, condition, kind='cancel', extra=None):
        super().__init__(condition)
        self.condition = condition
        self.kind = kind
        self.extra = extra


class Unusable(Exception):
    """Acknowledge the offer, then end it for this Jingle reason."""


def new_id():
    return 'p' + secrets.token_hex(16)


def hello(flight, first_words=False):
    more = {'early': 'true'} if first_words else {}
    return ns.element(ns.HELLO, 'hello',
                      text=base64.b64encode(flight).decode(), **more)


def security(fingerprint):
    node = ns.element(ns.XTLS, 'security')
    if fingerprint is not None:
        node.append(ns.element(ns.XTLS, 'fingerprint', text=fingerprint,
                               algo='sha-256'))
    node.append(ns.element(ns.XTLS, 'method', name='x509'))
    return node


def content(ibb_sid, block_size, security_node, name=NAME,
            transport=ns.TRANSPORT):
    return ns.element(
        ns.JINGLE, 'content',
        ns.element(ns.XMLSTREAM, 'description'),
        ns.element(transport, 'transport', block_size=block_size,
                   sid=ibb_sid),
        security_node, creator='initiator', name=name)


def initiate(sid, initiator, content_node):
    return ns.element(ns.JINGLE, 'jingle', content_node,
                      action='session-initiate', initiator=initiator, sid=sid)


def accept(sid, responder, content_node):
    return ns.element(ns.JINGLE, 'jingle', content_node,
                      action='session-accept', responder=responder, sid=sid)


def transport(action, sid, ibb_sid, block_size, namespace, name=NAME):
    """transport-replace, transport-accept or transport-reject"""
    return ns.element(
        ns.JINGLE, 'jingle',
        ns.element(ns.JINGLE, 'content',
                   ns.element(namespace, 'transport', block_size=block_size,
                              sid=ibb_sid),
                   creator='initiator', name=name),
        action=action, sid=sid)


def terminate(sid, reason):
    return ns.element(
        ns.JINGLE, 'jingle',
        ns.element(ns.JINGLE, 'reason', ns.element(ns.JINGLE, reason)),
        action='session-terminate', sid=sid)


def tie_break():
    return Refused('conflict',
                   extra=ns.element(ns.JINGLE_ERRORS, 'tie-break'))


def unknown_session():
    return Refused('item-not-found',
                   extra=ns.element(ns.JINGLE_ERRORS, 'unknown-session'))


class Transport:
    """What the content of a stanza says of the bytestream."""

    def __init__(self, node):
        contents = node.findall('{%s}content' % ns.JINGLE)
        if len(contents) != 1:
            raise Refused('bad-request', 'modify')
        found = contents[0]
        self.content = found
        self.name = found.get('name')
        transports = [child for child in found
                      if ns.split(child.tag)[1] == 'transport'
                      and ns.split(child.tag)[0] in ns.CARRIERS]
        self.check()
        if not transports:
            raise Unusable('unsupported-transports')
        if len(transports) > 1:
            raise Refused('bad-request', 'modify')
        self.transport = ns.split(transports[0].tag)[0]
        self.ibb_sid = transports[0].get('sid')
        self.block_size = number(transports[0].get('block-size'), 1, 65535)
        if not self.name or not NMTOKEN.match(self.ibb_sid or ''):
            raise Refused('bad-request', 'modify')

    def check(self):
        """What has to be there besides."""


class Offer(Transport):
    """What a session-initiate or session-accept says."""

    def __init__(self, node):
        super().__init__(node)
        self.fingerprint = None
        self.hello = None
        self.first_words = False
        self._read_security(ns.find(self.content, ns.XTLS, 'security'))

    def check(self):
        if ns.find(self.content, ns.XMLSTREAM, 'description') is None:
            raise Unusable('unsupported-applications')

    def _read_security(self, node):
        if node is None:
            raise Unusable('security-error')
        methods = [entry.get('name')
                   for entry in node.findall('{%s}method' % ns.XTLS)]
        if 'x509' not in methods:
            raise Unusable('security-error')
        for entry in node.findall('{%s}fingerprint' % ns.XTLS):
            if entry.get('algo') == 'sha-256':
                self.fingerprint = (entry.text or '').strip()
        hellos = node.findall('{%s}hello' % ns.HELLO)
        if len(hellos) > 1:
            raise Refused('bad-request', 'modify')
        for entry in hellos:
            self.hello = flight(entry)
            self.first_words = entry.get('early') == 'true'


def flight(node):
    """The bytes of a <hello/>."""
    text = node.text or ''
    if len(node) or not BASE64.match(text):
        raise Refused('bad-request', 'modify')
    data = base64.b64decode(text)
    if len(data) > HELLO_MAX:
        raise Refused('bad-request', 'modify')
    return data


def number(text, low, high):
    if not re.match(r'[0-9]{1,5}\Z', text or ''):
        raise Refused('bad-request', 'modify')
    value = int(text)
    if not low <= value <= high:
        raise Refused('bad-request', 'modify')
    return value


def reason(node):
    """The reason of a session-terminate, or None."""
    found = ns.find(node, ns.JINGLE, 'reason')
    if found is None:
        return None
    for child in found:
        namespace, name = ns.split(child.tag)
        if namespace == ns.JINGLE and name != 'text':
            return name
    return None
