# SPDX-License-Identifier: GPL-2.0-or-later
"""Floods through the server, by a contact."""
import asyncio
import itertools

from . import hostile, ibb, jingle, ns
from .flood import attack
from .jingle import Refused
from .mailbox import Missing
from .raw import Raw
from .world import JULIET, PASSWORD, ROMEO

numbers = itertools.count(1)
# Less than the largest stanza that Debian's Prosody accepts.
HUGE = 200_000


def iq(to, payload, number=None, kind='set'):
    return ("<iq type='%s' to='%s' id='%s'>%s</iq>"
            % (kind, to, number or 'f%d' % next(numbers), payload))


def initiate(sid, block_size=4096, extra=''):
    return ("<jingle xmlns='%s' action='session-initiate' sid='%s'>"
            "<content creator='initiator' name='xmlstream'>"
            "<description xmlns='%s'/><transport xmlns='%s' block-size='%d'"
            " sid='t%s'/><security xmlns='%s'><method name='x509'/>%s"
            "</security></content></jingle>"
            % (ns.JINGLE, sid, ns.XMLSTREAM, ns.TRANSPORT, block_size, sid,
               ns.XTLS, extra))


def terminate(sid):
    return ("<jingle xmlns='%s' action='session-terminate' sid='%s'><reason>"
            "<gone/></reason></jingle>" % (ns.JINGLE, sid))


@attack
async def requests(flood):
    """Most are refused; one in ten is taken back, so that the next is let in."""
    while flood.goes_on():
        for number in range(100):
            sid = jingle.new_id()
            flood.client.send_raw(iq(flood.target, initiate(sid)))
            if number % 10 == 0:
                flood.client.send_raw(iq(flood.target, terminate(sid)))
        await flood.settled()


async def settled_behind(flood, size):
    """
    The same as settled(), behind tags of that size, in both directions.

    expat (since 2.6, and in Debian's updates of 2.5) tries a tag that is not
    whole yet again only when twice as much has come: its end, and what follows
    it, wait in the server and in our own client for more. Each side sends text,
    which is never kept back, to itself until the answer is there.
    """
    def more(jid):
        return iq(jid, "<more xmlns='urn:x'>%s</more>" % ('x' * size),
                  kind='result')

    settled = asyncio.ensure_future(flood.settled())
    while not settled.done():
        flood.client.send_raw(more(flood.client.boundjid.full))
        await flood.plugin.do('call', 'raw', ROMEO, more(flood.target))
        await asyncio.wait([settled], timeout=0.2)
    await settled


@attack
async def ids(flood):
    """The ids and names of what is answered are as long as a server allows."""
    while flood.goes_on():
        for payload in (initiate('s'), initiate('x' * 300),
                        terminate(jingle.new_id()),
                        "<data xmlns='%s' sid='none' seq='0'>AAAA</data>"
                        % ns.IBB):
            number = '%d%s' % (next(numbers), 'i' * HUGE)
            flood.client.send_raw(iq(flood.target, payload, number))
            flood.client.send_raw(iq(flood.target, payload, 'r' + number,
                                     'result'))
        flood.client.send_raw(iq(flood.target, initiate('y' * (HUGE // 2))))
        flood.client.send_raw(iq(
            flood.target, initiate(jingle.new_id(), extra="<fingerprint"
                                   " algo='sha-256'>%s</fingerprint>"
                                   % ('A' * HUGE))))
        flood.client.send_raw(iq(
            flood.target, "<ping xmlns='%s'/>" % ns.PING,
            'p%d%s' % (next(numbers), 'i' * 4000), 'get'))
        await settled_behind(flood, HUGE)


async def _slowly(flood, session):
    """A ClientHello, a byte at a time, every byte answered."""
    await session.ask()
    await session.wait('accepted')
    await session.start()
    hello = session.tls.take()
    for byte in hello:
        await session.request(ibb.data_element(
            session.ibb_sid, session.out.number(), ibb.encode(bytes([byte]))))
        if not flood.goes_on():
            break
        await asyncio.sleep(0.5)


class Slow(hostile.Session):
    def flush(self):
        """The caller of take() sends it."""


@attack
async def slow_handshakes(flood):
    """From twenty resources; each is given a minute."""
    clients = [await flood.server.login('%s/slow%d' % (JULIET, number))
               for number in range(20)]

    async def again_and_again(client):
        while flood.goes_on():
            client.forget_sessions()
            session = client.session(flood.target, Slow)
            try:
                await _slowly(flood, session)
            except (Refused, Missing, asyncio.TimeoutError):
                await asyncio.sleep(0.1)
            await client.drop_sessions()

    await asyncio.gather(*map(again_and_again, clients))


@attack
async def huge_handshakes(flood):
    """Messages that announce 16 MiB, and what is not TLS at all."""
    while flood.goes_on():
        for session_class in (hostile.EndlessHandshake, hostile.Garbage):
            flood.client.forget_sessions()
            session = flood.client.session(flood.target, session_class)
            try:
                await session.ask()
                await session.wait('accepted')
                await session.start()
                await session.events.get('over')
            except Refused:
                await flood.client.drop_sessions()


@attack
async def resources(flood):
    """They come and go by the thousand."""
    online = []
    while flood.goes_on():
        for _ in range(20):
            raw = await Raw.login(flood.server.port, JULIET, PASSWORD,
                                  'r%d' % next(numbers) + 'x' * 900)
            raw.send('<presence><status>here</status></presence>')
            raw.send(iq(flood.target, initiate(jingle.new_id())))
            online.append(raw)
        while len(online) > 100:
            await online.pop(0).close()
        await flood.settled()
    for raw in online:
        await raw.close()
    # Only the newest are remembered, so this one may be forgotten.
    flood.client.send_presence()
    await flood.settled()


@attack
async def presence(flood):
    """One resource that is never the same."""
    kinds = ('<show>away</show>', '<show>dnd</show>', '<priority>1</priority>',
             "<x xmlns='vcard-temp:x:update'/>")
    while flood.goes_on():
        for _ in range(50):
            number = next(numbers)
            flood.client.send_raw('<presence>%s<status>%d%s</status></presence>'
                                  % (kinds[number % len(kinds)], number,
                                     'x' * (number % 2000)))
            flood.client.send_raw("<presence to='%s' type='probe'/>"
                                  % flood.target)
        flood.client.send_raw("<presence type='unavailable'/>")
        flood.client.send_presence()
        await flood.settled()


@attack
async def unmatched(flood):
    """Blocks, ends and answers of sessions that nobody knows, or that have
    ended."""
    session = await flood.call()
    payloads = (
        "<data xmlns='%s' sid='%s' seq='7'>AAAA</data>" % (ns.IBB,
                                                           session.ibb_sid),
        "<close xmlns='%s' sid='%s'/>" % (ns.IBB, session.ibb_sid),
        "<open xmlns='%s' sid='%s' block-size='9' stanza='iq'/>"
        % (ns.IBB, session.ibb_sid),
        terminate(session.sid), initiate(session.sid),
        "<jingle xmlns='%s' action='session-info' sid='%s'/>"
        % (ns.JINGLE, session.sid))
    while flood.goes_on():
        for payload in payloads:
            for kind in ('set', 'get', 'result', 'error'):
                for _ in range(5):
                    flood.client.send_raw(iq(flood.target, payload, None,
                                             kind))
        await flood.settled()


@attack
async def messages_outside(flood):
    """In private mode each is shown, with its mark; at the rate of somebody
    who writes fast."""
    await flood.call()
    while flood.goes_on():
        for kind in ('chat', 'normal', 'headline', 'error', 'groupchat'):
            flood.client.send_raw(
                "<message type='%s' to='%s' id='%d'><subject>%s</subject>"
                "<body>%s</body><thread>%s</thread></message>"
                % (kind, flood.target, next(numbers), 's' * 5000,
                   'b' * 100, 't' * 5000))
        await flood.settled()
        await asyncio.sleep(0.25)
