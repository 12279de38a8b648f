# SPDX-License-Identifier: GPL-2.0-or-later
"""Floods inside an open session, by a contact with a valid certificate."""
import asyncio
import base64
import ctypes
import itertools
import os
import time

from OpenSSL import SSL

from . import ns, stream
from .cases_stream import NOT_WELL_FORMED, RESTRICTED
from .flood import Attacker, Blind, Silent, attack, drained, ended
from .identity import Identity
from .jingle import new_id
from .session import Held
from .world import JULIET

SMP = 'urn:xmpp:xtls:smp:0'
KEY_UPDATE_REQUESTED = 1
numbers = itertools.count(1)

_libssl = ctypes.CDLL('libssl.so.3')
_libssl.SSL_key_update.argtypes = [ctypes.c_void_p, ctypes.c_int]


async def pour(flood, session_class, make, sm=False):
    """Sends what make() returns, again and again; a new session whenever the
    plugin has had enough of one."""
    session = None
    while flood.goes_on():
        if session is None or session.over:
            session = await flood.call(session_class)
            if sm:
                session.send_plain("<enable xmlns='%s' resume='true'/>" % ns.SM)
        session.send_plain(make())
        await drained(session)


# --- XML -------------------------------------------------------------------

@attack
async def small_stanzas(flood):
    """Faster than they are delivered."""
    text = '<message/>' * 20000
    await pour(flood, Blind, lambda: text)


@attack
async def endless_stanzas(flood):
    """Text, attributes, names, references, white space that never end."""
    begins = ('<message><body>', "<message><body a='", '<message><body',
              '<message><body>&#', '<message><![CDATA[', "<message xmlns:x='",
              '<message>' + ' ' * 1000, '<message a')
    for begin in itertools.cycle(begins):
        if not flood.goes_on():
            break
        session = await flood.call()
        session.send_plain(begin)
        while flood.goes_on() and not session.over:
            session.send_plain('x' * 8192)
            await drained(session)


@attack
async def spaces(flood):
    """Between stanzas they are legal, and nothing is kept of them."""
    text = ' ' * 100_000
    await pour(flood, Blind, lambda: text)


def _deep(depth):
    return '<message>' + '<x>' * depth + '</x>' * depth + '</message>'


@attack
async def deep_and_wide(flood):
    """Up to the limits, and beyond."""
    deep = _deep(31)
    wide = '<message>%s</message>' % ''.join(
        '<x%d%s/>' % (n, ''.join(" a%d='%s'" % (i, 'v' * 10)
                                 for i in range(60))) for n in range(200))
    spaced = '<message>%s</message>' % ''.join(
        "<x xmlns='urn:%d:%s'/>" % (n, 'n' * 200) for n in range(256))
    tiny = '<message><x>%s</x></message>' % ('<x/>' * 16_000)
    huge = "<message><x a='%s'/></message>" % ('a' * 250_000)
    legal = itertools.cycle((deep * 50, wide, spaced, tiny, huge))
    bad = itertools.cycle((
        _deep(32), _deep(5000), '<message>' + '<x>' * 80_000,
        '<message>%s</message>' % ('<x/>' * 60_000),
        '<message><x>%s</x></message>' % ('<x a="" b=""/>' * 15_000),
        '<message><x%s/></message>' % ''.join(" a%d=''" % n
                                              for n in range(900)),
        '<message><x%s/></message>' % ''.join(" xmlns:n%d='urn:%d'" % (n, n)
                                              for n in range(900))))
    while flood.goes_on():
        session = await flood.call()
        for _ in range(10):
            session.send_plain(next(legal))
            await drained(session)
        assert not session.over, 'a legal stanza was refused'
        text = next(bad)
        session.send_plain(text)
        error = await session.events.get('stream-error')
        assert error == 'policy-violation', (error, text[:80])
        await ended(session)


@attack
async def bad_xml(flood):
    """Each kind of invalid XML, and random bytes, end one session."""
    texts = [*NOT_WELL_FORMED.values(), *RESTRICTED.values()]
    for text in itertools.cycle(texts + [None] * 5):
        if not flood.goes_on():
            break
        session = await flood.call()
        session.send_plain(text or b'<' + os.urandom(4000))
        await ended(session)


# --- questions, answers and acknowledgements --------------------------------

QUERIES = ("<query xmlns='jabber:iq:version'/>",
           "<query xmlns='http://jabber.org/protocol/disco#info'/>",
           "<query xmlns='http://jabber.org/protocol/disco#items'/>",
           "<ping xmlns='urn:xmpp:ping'/>", "<time xmlns='urn:xmpp:time'/>",
           "<query xmlns='jabber:iq:last'/>", "<vCard xmlns='vcard-temp'/>",
           "<data xmlns='urn:xmpp:bob' cid='none'/>", "<x xmlns='urn:x'/>")


def questions():
    return ''.join("<iq type='get' id='q%d'>%s</iq>" % (next(numbers), query)
                   for query in QUERIES * 20)


@attack
async def unread_answers(flood):
    """Thousands of questions; no block of the answers is taken."""
    await pour(flood, Silent, questions)


class Moody(Blind):
    """Accepts blocks for a while, then none for a while, which counts as
    progress."""

    def take_bytestream(self, node):
        if self.open and ns.split(node.tag)[1] == 'data' and self.waits:
            raise Held
        return super().take_bytestream(node)

    @property
    def waits(self):
        return time.monotonic() % 6 < 4


@attack
async def stop_and_go(flood):
    """The same, by fits and starts, acknowledged as slowly as can be."""
    session, h, due = None, 0, 0
    while flood.goes_on():
        if session is None or session.over:
            session, h = await flood.call(Moody), 0
            session.send_plain("<enable xmlns='%s' resume='true'/>" % ns.SM)
        while not session.waits and flood.client.held.unread:
            flood.client.release(await flood.client.held.get('iq'))
        session.send_plain(questions())
        if time.monotonic() > due:
            due = time.monotonic() + 5
            h += 1
            session.send_plain("<a xmlns='%s' h='%d'/>" % (ns.SM, h))
        await drained(session)


@attack
async def long_ids(flood):
    """Questions and answers whose ids are long; nothing is acknowledged."""
    def make():
        number = '%d%s' % (next(numbers), 'i' * 3500)
        return ''.join("<iq type='%s' id='%s%s'>%s</iq>"
                       % (kind, kind[0], number, QUERIES[-1])
                       for kind in ('get', 'set', 'result', 'error'))

    await pour(flood, Blind, make, sm=True)


@attack
async def unacknowledged(flood):
    """All answers are taken, and hardly ever one is acknowledged."""
    session, h, due = None, 0, 0
    while flood.goes_on():
        if session is None or session.over:
            session, h = await flood.call(Blind), 0
            session.send_plain("<enable xmlns='%s' resume='true'/>" % ns.SM)
        session.send_plain(questions())
        if time.monotonic() > due:
            due = time.monotonic() + 5
            h += 1
            session.send_plain("<a xmlns='%s' h='%d'/>" % (ns.SM, h))
        await drained(session)


@attack
async def asking(flood):
    """Asks for acknowledgement in a flood."""
    text = "<r xmlns='%s'/>" % ns.SM * 2000
    await pour(flood, Blind, lambda: text, sm=True)


@attack
async def sm_lies(flood):
    """XEP-0198 against its rules: each ends the session."""
    enable = "<enable xmlns='%s' resume='true'/>" % ns.SM
    lies = [enable + enable]
    for h in ("", " h='4294967295'", " h='1'", " h='-1'", " h='x'",
              " h='99999999999999999999'"):
        lies.append(enable + "<a xmlns='%s'%s/>" % (ns.SM, h))
    resume = "<resume xmlns='%s' h='0' previd='%s'/>"
    lies += [enable + resume % (ns.SM, 'x'),
             resume % (ns.SM, 'x') * 2,
             resume % (ns.SM, 'x' * 100_000) * 2]
    lies += ["<%s xmlns='%s'/>" % (name, ns.SM)
             for name in ('r', 'a', 'enabled', 'resumed', 'failed', 'other')]
    for lie in itertools.cycle(lies):
        if not flood.goes_on():
            break
        session = await flood.call()
        session.send_plain(lie)
        await session.events.get('stream-error')
        await ended(session)


@attack
async def secrets(flood):
    """Steps of the shared secret out of order, and questions without end."""
    def step(attempt, number, data=b'', question=None):
        asked = '<question>%s</question>' % question if question else ''
        return ("<iq type='set' id='s%d'><smp xmlns='%s' attempt='%s'"
                " step='%s'>%s<data>%s</data></smp></iq>"
                % (next(numbers), SMP, attempt, number, asked,
                   base64.b64encode(data).decode()))

    def make():
        first, second = new_id(), new_id()
        return ''.join((
            step(first, 2, b'x'), step(first, 1, os.urandom(800), 'Who?'),
            step(first, 3, b'x'), step(first, 4, b'x' * 9000),
            step(second, 1, os.urandom(800)), step(first, 1, b'x' * 9000),
            step('i' * 5000, 1, b'x', 'q' * 5000), step(first, 'abort'),
            step(second, 1, os.urandom(2000), 'Who?' * 200),
            step(second, 'abort'), step(second, 'abort')))

    await pour(flood, Blind, make)


# --- what a user sees -----------------------------------------------------

EVIL = ('<a href="http://evil.example/">x</a><img src="x"/><script>x</script>'
        '<b><i>&#x202e;http://evil.example/ xtls:verify javascript:x\n\r\t%s%n'
        ' \u2028\U0010fffd')
STAMPS = ('00000101T00:00:00', '99991231T23:59:59', '0001-01-01T00:00:00Z',
          '9999-12-31T23:59:59Z', '292277026596-12-04T15:30:07Z',
          '-9223372036854775808', '1970-01-01T00:00:00Z', 'x' * 2000, '',
          '2038-01-19T03:14:08+99:99')


def _escape(text):
    return stream.escape(text, {'"': '&quot;', "'": '&apos;',
                                '\n': '&#10;', '\r': '&#13;'})


@attack
async def evil_fields(flood):
    """HTML, links and control characters in every field, and any date, at the
    rate of somebody who writes fast."""
    evil = _escape(EVIL)
    session = None
    for stamp in itertools.cycle(STAMPS):
        if not flood.goes_on():
            break
        if session is None or session.over:
            session = await flood.call()
        session.send_plain(
            "<message type='%(e)s' id='%(e)s' xml:lang='%(e)s'>"
            "<subject>%(e)s</subject><body>%(e)s</body><thread>%(e)s</thread>"
            "<html xmlns='http://jabber.org/protocol/xhtml-im'><body"
            " xmlns='http://www.w3.org/1999/xhtml'><p style='%(e)s'>"
            "<a href='javascript:%(e)s' title='%(e)s'>%(e)s</a>"
            "<img src='file:///etc/passwd' alt='%(e)s'/></p></body></html>"
            "<nick xmlns='http://jabber.org/protocol/nick'>%(e)s</nick>"
            "<delay xmlns='urn:xmpp:delay' stamp='%(s)s' from='%(e)s'>%(e)s"
            "</delay><x xmlns='jabber:x:delay' stamp='%(s)s'/></message>"
            "<message type='chat'><body>%(e)s</body><delay"
            " xmlns='urn:xmpp:delay' stamp='%(s)s'/></message>"
            "<iq type='set' id='%(e)s'><x xmlns='urn:x'>%(e)s</x></iq>"
            % {'e': evil, 's': stamp})
        await drained(session)
        await asyncio.sleep(0.1)
        assert not session.over, 'a legal stanza was refused'


@attack
async def smileys(flood):
    """Custom smileys, each with an image of its own that never comes."""
    session = None
    while flood.goes_on():
        if session is None or session.over:
            session = await flood.call()
        cid = 'sha1+%040x@bob.xmpp.org' % next(numbers)
        session.send_plain(
            "<message type='chat'><body>:s</body><html"
            " xmlns='http://jabber.org/protocol/xhtml-im'><body"
            " xmlns='http://www.w3.org/1999/xhtml'><img alt=':s%d'"
            " src='cid:%s'/></body></html></message>" % (next(numbers), cid))
        await drained(session)
        await asyncio.sleep(0.1)


# --- TLS, keys, sessions ----------------------------------------------------

@attack
async def key_updates(flood):
    session = None
    while flood.goes_on():
        if session is None or session.over:
            session = await flood.call()
        connection = session.tls._connection
        pointer = SSL._ffi.cast('uintptr_t', connection._ssl)
        for _ in range(20):
            _libssl.SSL_key_update(int(pointer), KEY_UPDATE_REQUESTED)
            session.send_plain(' ')
        await drained(session)


@attack
async def bad_records(flood):
    """Records that nobody can decrypt, of every type, and empty ones."""
    for kind in itertools.cycle((0x14, 0x15, 0x16, 0x17, 0x18, 0xff)):
        if not flood.goes_on():
            break
        session = await flood.call()
        for length in (0, 1, 17, 16384, 65535):
            session.out.write(bytes([kind, 3, 3]) + length.to_bytes(2, 'big')
                              + os.urandom(length))
        await session.events.get('over')


@attack
async def empty_blocks(flood):
    """Without a byte, or with one."""
    session = None
    while flood.goes_on():
        if session is None or session.over:
            session = await flood.call(Blind)
        for _ in range(100):
            session.out.send_empty()
        session.send_plain(' ')
        await drained(session)


@attack
async def sessions(flood):
    """One after the other, none ended, none read."""
    kept = []
    while flood.goes_on():
        session = await flood.call(Blind)
        session.send_plain(questions())
        kept = [session, *kept[:20]]


@attack
async def sessions_of_resources(flood):
    """From many resources, each with as many answers waiting as it can get;
    those before are not ended by the peer."""
    clients = [await flood.server.login('%s/many%d' % (JULIET, number),
                                        flood.client.identity)
               for number in range(12)]
    for client in itertools.cycle(clients):
        if not flood.goes_on():
            break
        session = await flood.call(Silent, client)
        session.send_plain("<enable xmlns='%s' resume='true'/>" % ns.SM)
        until = time.monotonic() + 0.7
        while time.monotonic() < until and not session.over:
            session.send_plain(questions())
            await drained(session)


@attack
async def keys(flood):
    """A new one for each session."""
    good = flood.client.identity
    while flood.goes_on():
        flood.client.identity = Identity.make(JULIET)
        session = await flood.call(Attacker)
        await session.finish()
    flood.client.identity = good
