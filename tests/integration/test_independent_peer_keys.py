# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that wait to be sent again, and the contact's next key. An
independent peer is the contact."""
import os

from peer import jingle, resume, stream
from peer.identity import Identity
from peer.session import Session
from peer.world import JULIET, ROMEO, Scene, test
from xtlstest import client

CHAIN = os.path.join(client.BUILD, 'tests', 'chain-a.so')


async def cross_the_end(scene, text):
    """What he typed has crossed her end: it waits to be sent again in the next
    session, and nothing is held."""
    await scene.plugin.do('xtls', JULIET, 'policy manual')
    session = scene.juliet.session(scene.plugin.jid, resume.Session)
    await session.call()
    await session.enable()
    await scene.started()
    await scene.talk(session)
    await session.asked()
    await scene.plugin.do('say', JULIET, text)
    assert await session.heard() == text
    session.state.received -= 1
    await session.finish('gone')
    await scene.plugin.line('went offline, or switched')
    status = await scene.plugin.do('status', JULIET)
    assert status['held'] == 0, status
    await scene.plugin.do('forget')


async def look_for_her(scene):
    """He calls again when what her client can is not known: its features do not
    have the hash that it announces when it comes back."""
    scene.juliet.send_raw("<presence type='unavailable'/>")
    scene.juliet.send_raw(
        "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
        "node='http://localhost/' ver='AAAAAAAAAAAAAAAAAAAAAAAAAAA='/>"
        '</presence>')
    while (await scene.plugin.do('api', 'get_capability', ROMEO,
                                 JULIET))['value'] != 'unknown':
        await scene.plugin.do('expect', 'xtls-capability-changed', who=JULIET)
    await scene.plugin.start()
    await scene.plugin.do('expect_state', 'starting', who=JULIET)


async def wait_for_a_decision(scene, session, text):
    await scene.plugin.line('Nothing is sent until you have decided')
    dialog = await scene.plugin.do('expect', 'request', title='New key')
    session.say('who I am')
    await scene.plugin.line('^who I am$')
    assert not session.events.values('body'), session.events.history
    await scene.plugin.do('answer', dialog, 'Accept')
    assert await session.heard() == text
    await session.finish()
    await scene.plugin.line('has ended the private conversation')


@test
async def test_a_key_is_forgotten_before_what_crossed_the_end_is_sent_again():
    """The contact's first key after that does not get it unasked: it was typed
    for the one that is forgotten. That may be before he calls again, while he
    does, or while he does not know yet what her client can."""
    for when in ('before', 'calling', 'waiting'):
        async with Scene(sm=True) as scene:
            await cross_the_end(scene, 'for the old key')
            old = scene.juliet.identity.fingerprint
            scene.juliet.identity = Identity.make(JULIET)
            if when == 'before':
                await scene.plugin.do('xtls', JULIET, 'forget ' + old)
                scene.juliet.session_class = resume.Session
                await scene.plugin.start()
                session = await scene.juliet.called()
            elif when == 'calling':
                scene.juliet.session_class = resume.Hesitant
                await scene.plugin.start()
                session = await scene.juliet.incoming.get('session')
                await session.wait('offered')
                await scene.plugin.do('xtls', JULIET, 'forget ' + old)
                session.ready.set()
            else:
                await look_for_her(scene)
                await scene.plugin.do('xtls', JULIET, 'forget ' + old)
                session = await scene.juliet.call(scene.plugin.jid,
                                                  resume.Session)
                await session.enable()
            await wait_for_a_decision(scene, session, 'for the old key')


@test
async def test_another_key_while_what_crossed_the_end_is_to_be_sent_again():
    """Her call with another key comes while he looks for her client."""
    async with Scene(sm=True) as scene:
        await cross_the_end(scene, 'for the old key')
        scene.juliet.identity = Identity.make(JULIET)
        await look_for_her(scene)
        session = await scene.juliet.call(scene.plugin.jid, resume.Session)
        await session.enable()
        await wait_for_a_decision(scene, session, 'for the old key')


@test
async def test_a_key_that_is_forgotten_does_not_resume():
    """The session was cut, and she asks for what was in it with the same key,
    which waits for his decision now."""
    async with Scene(sm=True) as scene:
        session = scene.juliet.session(scene.plugin.jid, resume.Session)
        await session.call()
        await session.enable()
        await scene.started()
        await scene.plugin.do('xtls', JULIET, 'policy manual')
        await scene.talk(session)
        await session.asked()
        await scene.plugin.do('say', JULIET, 'lost by him')
        assert await session.heard() == 'lost by him'
        session.state.received -= 1
        state = await session.cut()
        await scene.cut_off()
        await scene.plugin.do(
            'xtls', JULIET, 'forget ' + scene.juliet.identity.fingerprint)
        session = await scene.juliet.call(scene.plugin.jid, resume.Session)
        assert not await session.resume(state)
        await scene.plugin.do('expect', 'request', title='New key')
        session.say('who I am')
        await scene.plugin.line('^who I am$')
        assert not session.events.values('body'), session.events.history
        await session.finish()
        await scene.plugin.line('lost by him.*never confirmed')


@test
async def test_a_key_is_forgotten_before_anything_is_typed():
    """What is typed after that is for whatever key comes first."""
    async with Scene(sm=True) as scene:
        session = await scene.called_by_juliet()
        old = scene.juliet.identity.fingerprint
        await session.finish()
        await scene.plugin.do('expect_state', 'finished', who=JULIET)
        await scene.plugin.do('xtls', JULIET, 'forget ' + old)
        await scene.plugin.do('say', JULIET, 'for whoever comes')
        # Whatever makes it look at trust again does not change that.
        await scene.plugin.do('xtls', JULIET, 'policy manual')
        scene.juliet.identity = Identity.make(JULIET)
        session = await scene.juliet.call(scene.plugin.jid)
        assert await session.heard() == 'for whoever comes'
        assert not scene.plugin.client.seen('request', title='New key')
        await session.finish()


# Sending them takes many turns of the main loop.
MANY = ['number %d of many' % number + ' and more' * 400
        for number in range(250)]


class Brief(resume.Hesitant):
    """As responder, ends with its header."""

    def send_header(self):
        if not self._header_sent:
            self._header_sent = self._end_sent = True
            self.send_plain(
                self.header() + stream.features(self.client.sm) + stream.END)


async def ended_after_the_header(scene):
    """No key was known when they were typed."""
    scene.juliet.session_class = Brief
    await scene.plugin.start()
    session = await scene.juliet.incoming.get('session')
    await session.wait('offered')
    await scene.plugin.do('say_at_once', JULIET, MANY)
    session.ready.set()
    await session.wait('open')
    return session


async def ended_after_the_decision(scene):
    """The key was forgotten before they were typed, and accepted since."""
    await scene.plugin.do('load', CHAIN)
    session = await scene.called_by_juliet()
    await scene.plugin.do(
        'xtls', JULIET, 'forget ' + scene.juliet.identity.fingerprint)
    await scene.plugin.do('expect_state', 'new-key', who=JULIET)
    await scene.plugin.do('say_at_once', JULIET, MANY)
    await scene.plugin.do('call', 'pref', '/plugins/core/chain-a/acts',
                          'accept received')
    session._end_sent = True
    # The end is read after the first of them was shown.
    session.send_plain(''.join(
        stream.message(text, jingle.new_id(), 'chat')
        for text in ('my key', 'is new' * 1000)) + stream.END)
    return session


@test
async def test_a_key_is_forgotten_that_got_some_of_what_is_held():
    """The contact ends the conversation while many messages are being sent,
    and its key is forgotten then. Its first key after that does not get the
    rest unasked."""
    for way in (ended_after_the_header, ended_after_the_decision):
        async with Scene() as scene:
            session = await way(scene)
            await session.finish()
            await scene.plugin.do('expect_state', 'finished', who=JULIET)
            held = (await scene.plugin.do('status', JULIET))['held']
            assert 0 < held < len(MANY), held
            # Of what crossed the end, the user is told.
            heard = session.events.values('body')
            told = scene.plugin.client.seen(
                'message', text=lambda text: 'not be delivered' in text)
            assert len(heard) + len(told) == len(MANY) - held, (heard, told)
            assert heard == MANY[:len(heard)]
            assert all(text in line['text'] for text, line
                       in zip(MANY[len(heard):], told)), told
            await scene.plugin.do(
                'xtls', JULIET, 'forget ' + scene.juliet.identity.fingerprint)
            await scene.plugin.do('forget')
            scene.juliet.identity = Identity.make(JULIET)
            session = await scene.juliet.call(scene.plugin.jid, Session)
            await wait_for_a_decision(scene, session, MANY[-held])
