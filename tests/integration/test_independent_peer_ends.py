# SPDX-License-Identifier: GPL-2.0-or-later
"""How sessions of the plugin and an independent peer end, and what becomes of
what crossed the end."""
from peer import jingle, resume
from peer.identity import Identity
from peer.mailbox import Missing
from peer.world import BALCONY, JULIET, Scene, test

HELD, SENT = range(2)  # XtlsFate
PHONE = JULIET + '/phone'
TABLET = JULIET + '/tablet'
ELSEWHERE = 'alternative-session'


@test
async def test_peer_goes_offline():
    """It says so: what is typed then is held, and goes by itself."""
    async with Scene() as scene:
        await scene.plugin.do('xtls', JULIET, 'policy automatic')
        session = await scene.called_by_juliet()
        await scene.talk(session)
        await session.finish('gone')
        assert session.clean
        await scene.plugin.do('expect_state', 'waiting', who=JULIET)
        await scene.plugin.line('went offline, or switched')
        await scene.plugin.do('forget')
        await scene.plugin.do('say', JULIET, 'held for her')
        session = await scene.juliet.called()
        await scene.started()
        assert await session.heard() == 'held for her'
        await session.finish()
        await scene.plugin.line('has ended the private conversation')


@test
async def test_what_crossed_the_end_is_sent_again():
    """Her last count says what she has; the rest goes to her next client, once,
    and before what was typed later. Only the latter was marked as held."""
    async with Scene(sm=True) as scene:
        await scene.plugin.do('xtls', JULIET, 'policy manual')
        session = scene.juliet.session(scene.plugin.jid, resume.Session)
        await session.call()
        await session.enable()
        await scene.started()
        await scene.talk(session)
        await session.asked()
        await scene.plugin.do('say', JULIET, 'crossed the end')
        assert await session.heard() == 'crossed the end'
        session.state.received -= 1
        await session.finish('gone')
        await scene.plugin.line('went offline, or switched')
        await scene.plugin.do('say', JULIET, 'typed later')
        await scene.plugin.line('Your message is held')
        scene.juliet.session_class = resume.Session
        await scene.plugin.start()
        session = await scene.juliet.called()
        assert await session.heard() == 'crossed the end'
        assert await session.heard() == 'typed later'
        await scene.talk(session, 'again')
        assert session.events.values('body').count('crossed the end') == 1
        held, _, sent = [(event['number'], event['fate'])
                         for event in scene.plugin.client.seen('xtls-held')]
        assert held == (sent[0], HELD) and sent[1] == SENT, (held, sent)
        await session.finish()


@test
async def test_what_crossed_the_end_waits_for_a_decision_about_another_key():
    """It was typed for the old key, which nobody has verified, and nothing is
    held when the contact returns with another one."""
    async with Scene(sm=True) as scene:
        await scene.plugin.do('xtls', JULIET, 'policy manual')
        for caller in ('juliet', 'romeo'):
            session = scene.juliet.session(scene.plugin.jid, resume.Session)
            await session.call()
            await session.enable()
            await scene.started()
            await scene.talk(session, caller)
            await session.asked()
            await scene.plugin.do('say', JULIET, 'for the old key')
            assert await session.heard() == 'for the old key'
            session.state.received -= 1
            await session.finish('gone')
            await scene.plugin.line('went offline, or switched')
            await scene.plugin.do('forget')
            scene.juliet.identity = Identity.make(JULIET)
            scene.juliet.session_class = resume.Session
            if caller == 'juliet':
                session = await scene.juliet.call(scene.plugin.jid)
                await session.enable()
            else:
                await scene.plugin.start()
                session = await scene.juliet.called()
            dialog = await scene.plugin.do('expect', 'request',
                                           title='New key')
            session.say('who I am')
            await scene.plugin.line('^who I am$')
            assert not session.events.values('body'), session.events.history
            await scene.plugin.do('answer', dialog, 'Accept')
            assert await session.heard() == 'for the old key'
            await session.finish()
            await scene.plugin.line('has ended the private conversation')
            await scene.plugin.do('forget')


@test
async def test_plugin_goes_offline():
    """Not tried by signing off: a socket that is closed at once may lose what
    was written last."""
    async with Scene() as scene:
        session = await scene.called_by_romeo()
        await scene.talk(session)
        await scene.plugin.do('unload')
        await session.events.get('terminate')
        assert session.left, session.events.history


@test
async def test_plugin_goes_offline_while_called():
    """Its `session-terminate` says `gone`: it has not declined the call."""
    async with Scene() as scene:
        scene.juliet.accepting = False
        await scene.plugin.start()
        await scene.plugin.do('expect_state', 'waiting', who=JULIET)
        session = scene.juliet.session(scene.plugin.jid)
        await session.ask()
        await session.wait('accepted')
        await scene.plugin.do('unload')
        assert await session.events.get('terminate') == 'gone'


@test
async def test_silent_peer_is_cut_off():
    """The peer does not say whether it confirms messages. The user reads that,
    and which messages may not have arrived: the last 64."""
    async with Scene() as scene:
        session = await scene.called_by_juliet()
        for i in range(70):
            await scene.plugin.do('say', JULIET, 'said %d' % i)
            assert await session.heard() == 'said %d' % i
        scene.juliet.cut()
        await scene.plugin.line('was cut off.* does not confirm them')
        await scene.plugin.line('“said 69” may not have been delivered')
        lines = [line['text'] for line in scene.plugin.client.seen('message')]
        told = [line for line in lines if 'may not have been' in line]
        assert len(told) == 64, told
        assert '“said 6”' in told[0], told


@test
async def test_declined():
    async with Scene() as scene:
        scene.juliet.accepting = False
        await scene.plugin.start()
        await scene.plugin.do('expect_state', 'waiting', who=JULIET)
        await scene.plugin.line('could not be started')
        # Nothing is sent now, neither inside nor in clear.
        await scene.plugin.do('say', JULIET, 'held')
        await scene.plugin.end()


@test
async def test_called_device_is_not_the_one_in_use():
    async with Scene() as scene:
        scene.juliet.accepting = False
        scene.juliet.refusal = ELSEWHERE
        await scene.plugin.start()
        await scene.plugin.do('expect_state', 'waiting', who=JULIET)
        await scene.plugin.line('could not be started: .* is already talking '
                                'privately with another of your devices')
        await scene.plugin.end()


@test
async def test_goes_on_with_another_device_of_the_user():
    async with Scene() as scene:
        session = await scene.called_by_romeo()
        await scene.talk(session)
        await session.finish(ELSEWHERE)
        await scene.plugin.do('expect_state', 'finished', who=JULIET)
        await scene.plugin.line('goes on talking privately with another of '
                                'your devices')
        await scene.plugin.do('say', JULIET, 'held')
        await scene.plugin.end()


@test
async def test_that_it_goes_on_elsewhere_is_said_outside_only():
    """Without the end of the stream it is a cut, whatever the reason."""
    async with Scene() as scene:
        session = await scene.called_by_romeo()
        await scene.talk(session)
        await session.quietly(jingle.terminate(session.sid, ELSEWHERE))
        session.finished(None)
        await scene.cut_off()


@test
async def test_turned_away_by_the_plugin():
    """It has a session with another client of the contact, which has another
    key; when it moves, the one that is left is told."""
    async with Scene() as scene:
        session = await scene.called_by_romeo()
        phone = await scene.server.login(PHONE)
        await scene.plugin.knows(phone)
        new = phone.session(scene.plugin.jid)
        try:
            await new.call()
        except Missing:
            pass
        assert await new.events.get('terminate') == ELSEWHERE
        await scene.plugin.line('was turned away')
        await scene.talk(session)
        # The same key may take over.
        tablet = await scene.server.login(TABLET,
                                          identity=scene.juliet.identity)
        await scene.plugin.knows(tablet)
        moved = await tablet.call(scene.plugin.jid)
        assert await session.events.get('terminate') == ELSEWHERE
        assert session.clean
        await scene.talk(moved)


@test
async def test_peer_vanishes():
    async with Scene() as scene:
        await scene.called_by_juliet()
        scene.juliet.cut()
        await scene.cut_off('waiting')
        # Messages typed now are held, and delivered when she is back.
        await scene.plugin.do('say', JULIET, 'O speak again')
        back = await scene.server.login(BALCONY,
                                        identity=scene.juliet.identity)
        session = await back.call(scene.plugin.jid)
        assert await session.heard() == 'O speak again'
        assert not back.messages.history
        await session.finish()
