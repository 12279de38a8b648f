# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin and an independent peer resume a session that was cut."""
from peer import resume
from peer.world import JULIET, Scene, test


async def cut_in_the_middle(scene, session):
    """Something was said by each that the other one did not get."""
    await scene.plugin.do('xtls', JULIET, 'policy manual')
    await scene.talk(session)
    await session.asked()
    await scene.plugin.do('say', JULIET, 'lost by him')
    assert await session.heard() == 'lost by him'
    session.state.received -= 1
    session.say('lost by her', lost=True)
    state = await session.cut()
    await scene.cut_off()
    await scene.plugin.do('forget')
    return state


async def goes_on(scene, session):
    assert await session.heard() == 'lost by him'
    await scene.plugin.line('^lost by her$')
    await scene.talk(session, 'again')
    await session.asked()
    lines = [line['text'] for line in scene.plugin.client.seen('message')]
    for text in ('Ay me! ', 'Ay me! again', 'lost by her'):
        assert lines.count(text) == 1, lines
    assert 'lost by him' not in session.events.values('body')[1:]


@test
async def test_resumed_by_the_peer():
    """From another resource, and twice."""
    async with Scene(sm=True) as scene:
        session = scene.juliet.session(scene.plugin.jid, resume.Session)
        await session.call()
        await session.enable()
        await scene.started()
        state = await cut_in_the_middle(scene, session)
        terrace = await scene.server.login(JULIET + '/terrace', sm=True,
                                           identity=scene.juliet.identity)
        session = terrace.session(scene.plugin.jid, resume.Session)
        await session.call()
        assert await session.resume(state)
        await scene.started()
        await goes_on(scene, session)
        # The same stream, under the same id.
        session.say('lost once more', lost=True)
        state = await session.cut()
        await scene.cut_off()
        session = terrace.session(scene.plugin.jid, resume.Session)
        await session.call()
        assert await session.resume(state)
        await scene.plugin.line('^lost once more$')
        await session.finish()


@test
async def test_resumed_with_hello_by_the_peer():
    """It asks behind its header, before it has read anything."""
    async with Scene.with_hello() as scene:
        session = await scene.called_by_juliet(resume.FirstWords)
        await session.wait('enabled')
        state = await cut_in_the_middle(scene, session)
        session = scene.juliet.session(scene.plugin.jid, resume.Returning)
        session.last = state
        await session.call()
        await session.wait('resumed')
        await goes_on(scene, session)
        await session.finish()


@test
async def test_resumed_with_hello_by_the_plugin():
    async with Scene.with_hello() as scene:
        scene.juliet.session_class = resume.Session
        session = await scene.called_by_romeo()
        await session.wait('enabled')
        await cut_in_the_middle(scene, session)
        await scene.plugin.start()
        session = await scene.juliet.called()
        await session.wait('resumed')
        await goes_on(scene, session)
        await session.finish()


@test
async def test_resumed_by_the_other_side():
    """The roles change: who had been called calls, and asks to resume."""
    async with Scene(sm=True) as scene:
        session = scene.juliet.session(scene.plugin.jid, resume.Session)
        await session.call()
        await session.enable()
        await scene.started()
        await cut_in_the_middle(scene, session)
        scene.juliet.session_class = resume.Session
        await scene.plugin.start()
        session = await scene.juliet.called()
        await session.wait('resumed')
        await goes_on(scene, session)
        await session.finish()


@test
async def test_resumed_in_the_same_roles():
    async with Scene(sm=True) as scene:
        scene.juliet.session_class = resume.Session
        session = await scene.called_by_romeo()
        await session.wait('enabled')
        await cut_in_the_middle(scene, session)
        await scene.plugin.start()
        session = await scene.juliet.called()
        await session.wait('resumed')
        await goes_on(scene, session)
        await session.finish()


@test
async def test_session_that_cannot_be_resumed():
    """Neither by a peer that has forgotten, nor with another key."""
    async with Scene(sm=True) as scene:
        scene.juliet.session_class = resume.Session
        session = await scene.called_by_romeo()
        await session.wait('enabled')
        state = await cut_in_the_middle(scene, session)
        del resume.Session.states[state.id]
        await scene.plugin.start()
        session = await scene.juliet.called()
        await session.wait('enabled')
        await scene.plugin.line('lost by him.*never confirmed')
        await scene.talk(session, 'anew')
        await session.finish()
    async with Scene(sm=True) as scene:
        session = scene.juliet.session(scene.plugin.jid, resume.Session)
        await session.call()
        await session.enable()
        await scene.started()
        state = await cut_in_the_middle(scene, session)
        other = await scene.server.login(JULIET + '/terrace', sm=True)
        session = other.session(scene.plugin.jid, resume.Session)
        await session.call()
        assert not await session.resume(state)
        await scene.plugin.line('lost by him.*never confirmed')
        assert not session.events.has('body')
        await session.finish()
