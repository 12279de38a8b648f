# SPDX-License-Identifier: GPL-2.0-or-later
"""Old sessions that the independent peer replaces by new ones, or whose
replacement it accepts."""

from peer.world import Scene, test

DAY = 24 * 3600


async def ended_by_plugin(session):
    """The plugin ends it, as the side that has called again; the peer
    answers."""
    await session.events.get('stream-end')
    await session.events.get('close-notify')
    assert await session.events.get('terminate') == 'success'


async def assert_unnoticed(scene):
    """The user was told neither of a new start nor of an end."""
    lines = [line['text'] for line in scene.plugin.client.seen('message')]
    assert sum('started' in line for line in lines) == 1, lines
    assert not any(part in line for line in lines for part in (
        'was cut off', 'has ended', 'may not have been delivered')), lines


async def grow_old(scene, session):
    """Everything is answered and acknowledged before, by both sides."""
    session.count()
    await session.out.drained()
    await scene.plugin.do('call', 'skip', 2)
    await scene.juliet.disco(scene.plugin.jid)
    if session.client.sm:
        await session.events.get('ack')
    await scene.juliet.disco(scene.plugin.jid)
    await scene.plugin.do('call', 'skip', DAY)


async def plugin_calls_again(scene):
    async with scene:
        session = await scene.called_by_romeo()
        for number in '123':
            await scene.talk(session, number)
            await grow_old(scene, session)
            old, session = session, await scene.juliet.called()
            await ended_by_plugin(old)
        await scene.talk(session, '4')
        await assert_unnoticed(scene)
        await session.finish()


@test
async def test_plugin_calls_again():
    await plugin_calls_again(Scene())


@test
async def test_plugin_calls_again_with_a_hello():
    await plugin_calls_again(Scene.with_hello())


async def peer_calls_again(scene):
    async with scene:
        session = await scene.called_by_juliet()
        for number in '123':
            await scene.talk(session, number)
            old, session = session, await scene.juliet.call(scene.plugin.jid)
            # What was sent in the old one meanwhile arrives.
            old.say('Wherefore art thou?')
            await scene.plugin.line('^Wherefore art thou')
            await scene.talk(session, number + number)
            await old.finish()
        await assert_unnoticed(scene)
        await session.finish()


@test
async def test_peer_calls_again():
    await peer_calls_again(Scene())


@test
async def test_peer_calls_again_with_a_hello():
    await peer_calls_again(Scene.with_hello())
