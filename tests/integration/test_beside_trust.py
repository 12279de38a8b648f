# SPDX-License-Identifier: GPL-2.0-or-later
"""A file beside the stream has keys of its own, but it lives only as long as
its conversation is private and the contact's key may be sent to. An independent
peer is at the other end, and holds it in the middle."""
import os

from peer.beside import Listener
from peer.world import JULIET, ROMEO, Plugin, test
from test_beside_attacks import LARGE
from test_beside_peer import SIZE, Files

HALF = os.urandom(SIZE // 2)


async def stops(action, **options):
    """The plugin sends, then receives. action(scene) is what its user does."""
    async with Files(**options) as scene:
        way = await scene.receiving(LARGE)
        await way.receive(1000)
        await action(scene)
        await scene.is_called_off(way)
        assert len(way.got) < LARGE
    async with Files(**options) as scene, Listener() as listener:
        way = await scene.sending(listener)
        await way.send(HALF)
        await scene.plugin.do('expect', 'xfer', what='progress',
                              done=len(HALF))
        await action(scene)
        # What comes now is too late.
        try:
            await way.send(HALF)
        except ConnectionError:
            pass
        await scene.is_called_off(way)
        scene.assert_received(HALF)


@test
async def test_the_key_is_forgotten():
    async def forget(scene):
        await scene.plugin.do('xtls', JULIET, 'forget '
                              + scene.juliet.identity.fingerprint)
        await scene.plugin.do('expect_state', 'new-key', who=JULIET)

    await stops(forget)


@test
async def test_another_program_replaces_the_own_key():
    """The conversation stays private: it is to be restarted with that key."""
    async def renew(scene):
        other = Plugin(scene.server.port, 'finch',
                       folder=scene.plugin.client.dir)
        await other.do('api', 'renew_own_key', ROMEO)
        await scene.plugin.do('expect_state', 'finished', who=JULIET)
        await other.do('quit')

    await stops(renew)


@test
async def test_the_conversation_ends():
    async def end(scene):
        await scene.plugin.end()

    await stops(end)


@test
async def test_the_contact_ends_the_conversation():
    """The user has not: she is still private, and the file goes on."""
    async with Files() as scene:
        way = await scene.receiving(LARGE)
        await way.receive(1000)
        await scene.session.finish()
        await scene.plugin.do('expect_state', 'finished', who=JULIET)
        await scene.completes(way)


@test
async def test_the_plugin_is_unloaded():
    async def unload(scene):
        await scene.plugin.do('unload')
        await scene.session.events.get('over')

    await stops(unload)


@test
async def test_the_user_goes_offline():
    async def logout(scene):
        await scene.plugin.do('logout')
        scene.session.finished('gone')

    await stops(logout)


@test
async def test_another_session_replaces_that_of_the_file():
    """The file goes on, in both directions."""
    async with Files() as scene, Listener() as listener:
        out = await scene.receiving(LARGE)
        way = await scene.sending(listener)
        await way.send(HALF)
        old, scene.session = scene.session, await scene.juliet.call(
            scene.plugin.jid)
        await old.finish()
        await scene.still_talks()
        await way.send(HALF)
        await way.bye()
        await scene.arrives(way, HALF + HALF)
        await scene.completes(out)


@test
async def test_the_contact_is_cut_off():
    """Her connection to the server is lost, the one of the file is not."""
    async with Files() as scene:
        way = await scene.receiving(LARGE)
        await way.receive(1000)
        scene.session.finished('gone')
        scene.juliet.cut()
        await scene.plugin.line('was cut off')
        await scene.completes(way)
