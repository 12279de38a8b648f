# SPDX-License-Identifier: GPL-2.0-or-later
"""Wrong requests and acceptances."""
from . import hostile, ibb, jingle, ns
from .case import case, expect, refused
from .jingle import Refused
from .session import Session

def bad_offer(name, session_class):
    @case('session-initiate: ' + name)
    async def run(attack):
        session = attack.call(session_class)
        await refused(session.ask(),
                      'bad-request')


bad_offer('block-size 0', hostile.BlockSizeZero)
bad_offer('block-size 65536', hostile.BlockSizeTooLarge)


@case('session-initiate: initiator is somebody else')
async def wrong_initiator(attack):
    session = attack.call(hostile.WrongInitiator)
    session.liar = attack.other.boundjid.full
    await refused(session.ask(), 'bad-request')


def unusable_offer(name, session_class, reason):
    @case('session-initiate: ' + name)
    async def run(attack):
        session = attack.call(session_class)
        try:
            await session.ask()
        except Refused:
            return
        kind, value = await session.events.first(('accepted', 'terminate'))
        expect((kind, value), ('terminate', reason))


unusable_offer('without security', hostile.NoSecurity, 'security-error')
unusable_offer('no method that we have', hostile.UnknownMethod,
               'security-error')


def unknown_session(name, make):
    @case('an unknown session: ' + name)
    async def run(attack):
        node = make(hostile.Deaf(attack.client, attack.target))
        node.set('sid', jingle.new_id())
        refusal = await refused(attack.client.request(attack.target, node),
                                'item-not-found')
        expect(refusal.extra is not None and refusal.extra.tag,
               '{%s}unknown-session' % ns.JINGLE_ERRORS)


unknown_session('session-accept', hostile.Deaf.accept_element)
unknown_session('session-terminate',
                lambda session: jingle.terminate(session.sid, 'success'))


@case('an action that does not exist')
async def unknown_action(attack):
    session = attack.call(hostile.Deaf)
    await session.ask()
    await session.wait('accepted')
    node = jingle.terminate(session.sid, 'success')
    node.set('action', 'session-dance')
    await refused(session.request(node), 'bad-request',
                  'feature-not-implemented')
    await session.request(jingle.terminate(session.sid, 'gone'))


@case('IBB for an unknown sid')
async def unknown_bytestream(attack):
    for node in (ibb.data_element('nosuch', 0, 'AAAA'),
                 ibb.close_element('nosuch')):
        await refused(attack.client.request(attack.target, node),
                      'item-not-found')


@case('a bytestream that nobody agreed on')
async def uninvited_bytestream(attack):
    node = ibb.open_element('nosuch', 4096)
    await refused(attack.client.request(attack.target, node),
                  'not-acceptable', 'item-not-found', 'service-unavailable',
                  'feature-not-implemented')


@case('IBB in message stanzas')
async def message_stanzas(attack):
    session = attack.call(hostile.MessageStanzas)
    await session.ask()
    await session.wait('accepted')
    await refused(session.request(session.open_element()), 'not-acceptable')
    await session.request(jingle.terminate(session.sid, 'gone'))


@case('a second request while one is unfinished; 25 of them')
async def many_requests(attack):
    first = attack.call(hostile.Deaf)
    await first.ask()
    await first.wait('accepted')
    for _ in range(24):
        session = attack.call(hostile.Deaf)
        refusal = await refused(session.ask(),
                                'resource-constraint')
        expect(refusal.kind, 'wait')
    await first.request(jingle.terminate(first.sid, 'gone'))


@case('5 unfinished requests of one account\'s resources, and a sixth')
async def many_resources(attack):
    clients, sessions = [], []
    try:
        for number in range(6):
            client = await attack.login('r%d' % number)
            clients.append(client)
            sessions.append(client.session(attack.target, hostile.Deaf))
        for session in sessions[:5]:
            await session.ask()
        refusal = await refused(
            sessions[5].ask(),
            'resource-constraint')
        expect(refusal.kind, 'wait')
        for session in sessions[:5]:
            await session.wait('accepted')
            await session.request(jingle.terminate(session.sid, 'gone'))
    finally:
        for client in clients:
            await client.logout()


@case('after the limits, a right request works', 'open')
async def right_request(attack):
    return await attack.client.call(attack.target)


@case('session-accept: without security', 'failed')
async def accept_without_security(attack):
    session = await attack.called(hostile.NoSecurity)
    kind, value = await session.events.first(('opened', 'terminate'))
    expect((kind, value), ('terminate', 'security-error'))


@case('session-accept: responder is somebody else', 'failed')
async def accept_by_liar(attack):
    session = await attack.called(hostile.WrongResponder)
    expect(await session.events.get('accept-refused', unless=('opened',)),
           'bad-request')


def other_accept(name, session_class):
    @case('session-accept: ' + name, 'failed')
    async def run(attack):
        session = await attack.called(session_class)
        kind, _ = await session.events.first(('accept-refused', 'terminate',
                                              'opened'))
        expect(kind in ('accept-refused', 'terminate'), True)


other_accept('another bytestream than was offered', hostile.OtherBytestream)
other_accept('larger blocks than were offered', hostile.LargerBlocks)


@case('session-accept: from another JID is not believed', 'open')
async def accept_by_other(attack):
    held = []

    class Slow(Session):
        async def answer(self, offer):
            self.take_offer(offer)
            held.append(self.accept_element())

    session = await attack.called(Slow)
    await attack.settled()
    forged = jingle.accept(session.sid, attack.other.boundjid.full,
                           session.content())
    await refused(attack.other.request(attack.target, forged),
                  'item-not-found')
    await session.request(held[0])
    await session.wait('open')
    return session


@case('an answer from another JID is not taken for the real one', 'open')
async def answer_by_other(attack):
    session = await attack.called(hostile.HoldsOpen)
    iq = await attack.client.held.get('iq')
    forged = attack.other.make_iq_result(id=iq['id'], ito=attack.target)
    forged.send()
    # The earlier stanza has arrived, because this one follows it on the same
    # two connections.
    await attack.other.disco(attack.target)
    await attack.settled()
    expect(session.events.values('early'), [])
    session.release(iq)
    await session.wait('open')
    return session
