# SPDX-License-Identifier: GPL-2.0-or-later
"""Floods through the server, by a contact."""
import asyncio
import itertools

from . import hostile, ibb, jingle, ns
from .fight import attack
from .jingle import Refused
from .mailbox import Missing
from .raw import Raw
from .world import JULIET, PASSWORD, ROMEO

numbers = itertools.count(1)
# Less than what Prosody takes for a stanza as Debian has it.
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
async def requests(fight):
    """Most are refused; one in ten is taken back, so that the next is let in."""
    while fight.goes_on():
        for number in range(100):
            sid = jingle.new_id()
            fight.client.send_raw(iq(fight.target, initiate(sid)))
            if number % 10 == 0:
                fight.client.send_raw(iq(fight.target, terminate(sid)))
        await fight.settled()


async def settled_behind(fight, size):
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

    settled = asyncio.ensure_future(fight.settled())
    while not settled.done():
        fight.client.send_raw(more(fight.client.boundjid.full))
        await fight.plugin.do('call', 'raw', ROMEO, more(fight.target))
        await asyncio.wait([settled], timeout=0.2)
    await settled


@attack
async def ids(fight):
    """The ids and names of what is answered are as long as a server allows."""
    while fight.goes_on():
        for payload in (initiate('s'), initiate('x' * 300),
                        terminate(jingle.new_id()),
                        "<data xmlns='%s' sid='none' seq='0'>AAAA</data>"
                        % ns.IBB):
            number = '%d%s' % (next(numbers), 'i' * HUGE)
            fight.client.send_raw(iq(fight.target, payload, number))
            fight.client.send_raw(iq(fight.target, payload, 'r' + number,
                                     'result'))
        fight.client.send_raw(iq(fight.target, initiate('y' * (HUGE // 2))))
        fight.client.send_raw(iq(
            fight.target, initiate(jingle.new_id(), extra="<fingerprint"
                                   " algo='sha-256'>%s</fingerprint>"
                                   % ('A' * HUGE))))
        fight.client.send_raw(iq(
            fight.target, "<ping xmlns='%s'/>" % ns.PING,
            'p%d%s' % (next(numbers), 'i' * 4000), 'get'))
        await settled_behind(fight, HUGE)


async def _slowly(fight, session):
    """A ClientHello, a byte at a time, every byte answered."""
    await session.ask()
    await session.wait('accepted')
    await session.start()
    hello = session.tls.take()
    for byte in hello:
        await session.request(ibb.data_element(
            session.ibb_sid, session.out.number(), ibb.encode(bytes([byte]))))
        if not fight.goes_on():
            break
        await asyncio.sleep(0.5)


class Slow(hostile.Session):
    def flush(self):
        """Whoever calls take() sends it."""


@attack
async def slow_handshakes(fight):
    """From twenty resources; each is given a minute."""
    clients = [await fight.server.login('%s/slow%d' % (JULIET, number))
               for number in range(20)]

    async def again_and_again(client):
        while fight.goes_on():
            client.forget_sessions()
            session = client.session(fight.target, Slow)
            try:
                await _slowly(fight, session)
            except (Refused, Missing, asyncio.TimeoutError):
                await asyncio.sleep(0.1)
            await client.drop_sessions()

    await asyncio.gather(*map(again_and_again, clients))


@attack
async def huge_handshakes(fight):
    """Messages that announce 16 MiB, and what is not TLS at all."""
    while fight.goes_on():
        for session_class in (hostile.EndlessHandshake, hostile.Garbage):
            fight.client.forget_sessions()
            session = fight.client.session(fight.target, session_class)
            try:
                await session.ask()
                await session.wait('accepted')
                await session.start()
                await session.events.get('over')
            except Refused:
                await fight.client.drop_sessions()


@attack
async def resources(fight):
    """They come and go by the thousand."""
    online = []
    while fight.goes_on():
        for _ in range(20):
            raw = await Raw.login(fight.server.port, JULIET, PASSWORD,
                                  'r%d' % next(numbers) + 'x' * 900)
            raw.send('<presence><status>here</status></presence>')
            raw.send(iq(fight.target, initiate(jingle.new_id())))
            online.append(raw)
        while len(online) > 100:
            await online.pop(0).close()
        await fight.settled()
    for raw in online:
        await raw.close()
    # Of so many the newest are remembered: this one may be forgotten.
    fight.client.send_presence()
    await fight.settled()


@attack
async def presence(fight):
    """One resource that is never the same."""
    kinds = ('<show>away</show>', '<show>dnd</show>', '<priority>1</priority>',
             "<x xmlns='vcard-temp:x:update'/>")
    while fight.goes_on():
        for _ in range(50):
            number = next(numbers)
            fight.client.send_raw('<presence>%s<status>%d%s</status></presence>'
                                  % (kinds[number % len(kinds)], number,
                                     'x' * (number % 2000)))
            fight.client.send_raw("<presence to='%s' type='probe'/>"
                                  % fight.target)
        fight.client.send_raw("<presence type='unavailable'/>")
        fight.client.send_presence()
        await fight.settled()


@attack
async def strays(fight):
    """Blocks, ends and answers of sessions that nobody knows, or that are
    over."""
    session = await fight.call()
    payloads = (
        "<data xmlns='%s' sid='%s' seq='7'>AAAA</data>" % (ns.IBB,
                                                           session.ibb_sid),
        "<close xmlns='%s' sid='%s'/>" % (ns.IBB, session.ibb_sid),
        "<open xmlns='%s' sid='%s' block-size='9' stanza='iq'/>"
        % (ns.IBB, session.ibb_sid),
        terminate(session.sid), initiate(session.sid),
        "<jingle xmlns='%s' action='session-info' sid='%s'/>"
        % (ns.JINGLE, session.sid))
    while fight.goes_on():
        for payload in payloads:
            for kind in ('set', 'get', 'result', 'error'):
                for _ in range(5):
                    fight.client.send_raw(iq(fight.target, payload, None,
                                             kind))
        await fight.settled()


@attack
async def messages_outside(fight):
    """In private mode each is shown, with its mark; at the rate of somebody
    who writes fast."""
    await fight.call()
    while fight.goes_on():
        for kind in ('chat', 'normal', 'headline', 'error', 'groupchat'):
            fight.client.send_raw(
                "<message type='%s' to='%s' id='%d'><subject>%s</subject>"
                "<body>%s</body><thread>%s</thread></message>"
                % (kind, fight.target, next(numbers), 's' * 5000,
                   'b' * 100, 't' * 5000))
        await fight.settled()
        await asyncio.sleep(0.25)
