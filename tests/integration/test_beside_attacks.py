# SPDX-License-Identifier: GPL-2.0-or-later
"""What somebody on the network, or the contact, can do to the connection of a
file: whoever lacks the key gets nothing and stops nothing, and a file that does
not arrive whole is never said to have arrived. An independent peer attacks the
plugin."""
import os

from peer import beside
from peer.beside import Broken, Connection, Listener
from peer.world import test
from test_beside_peer import SIZE, Files
from xtlstest import tap

WRONG_KEY = bytes(32)
# Larger than what both kernels buffer.
LARGE = 32 * 1024 * 1024
# What a stranger may get: the greeting of SOCKS5 and of TLS.
LITTLE = 2000


class Door(Files):
    """Romeo waits for the receiver of a file, and strangers come."""

    async def opens(self):
        self.sid, self.hosts = await self.offered()
        self.address = beside.direct_address(self.session, self.hosts)

    async def stranger(self):
        """One who knows everything but the key."""
        return await self.to_the_door(self.sid, self.hosts)

    async def receiver_comes(self):
        """Juliet gets the file."""
        way = await self.stranger()
        self.session.answer_used(self.hosts, self.session.peer)
        await way.secure(False, beside.file_key(self.session, self.sid, False))
        await self.completes(way)


@test
async def test_strangers_connect_first():
    """Some do nothing at all, some go as far as they get without a key."""
    async with Door() as scene:
        await scene.opens()
        silent = [await Connection.to(*scene.address) for _ in range(2)]
        silent += [await scene.stranger() for _ in range(2)]
        await scene.receiver_comes()
        for one in silent:
            assert len(await one.ended()) < LITTLE


@test
async def test_wrong_key():
    async with Door() as scene:
        await scene.opens()
        stranger = await scene.stranger()
        try:
            await stranger.secure(False, WRONG_KEY)
            await stranger.breaks_off()
        except Broken:
            pass
        assert not stranger.got
        await scene.receiver_comes()


@test
async def test_no_tls():
    """Whatever else is said is no reason to send the file."""
    words = (b'', b'GET / HTTP/1.1\r\n\r\n', b'\5', b'\5\0', b'\4\1\0',
             b'\5\1\2', b'\5\1\0\5\1\0\1\x7f\0\0\1\0\0',
             b'\5\1\0\5\1\0\3\x28' + 40 * b'0' + b'\0\0',
             b'\5\1\0\5\1\0\3\xff' + 255 * b'0' + b'\0\0',
             b'\5\xff' + 255 * b'\0', 5000 * b'\xff')
    async with Door() as scene:
        await scene.opens()
        for word in words:
            for one in (await Connection.to(*scene.address),
                        await scene.stranger()):
                await one.say_last(word)
                assert len(await one.ended()) < LITTLE
        await scene.receiver_comes()


@test
async def test_a_crowd_at_the_door():
    """More than may wait at the same time, also after SOCKS5."""
    async with Door() as scene:
        await scene.opens()
        crowd = [await Connection.to(*scene.address) for _ in range(20)]
        for _ in range(20):
            crowd.append(await scene.stranger())
        await scene.receiver_comes()
        for one in crowd:
            assert len(await one.ended()) < LITTLE


@test
async def test_a_crowd_behind_the_receiver():
    """Those who do not know the file's hash do not push her out."""
    async with Door() as scene:
        await scene.opens()
        way = await scene.stranger()
        crowd = [await Connection.to(*scene.address) for _ in range(20)]
        scene.session.answer_used(scene.hosts, scene.session.peer)
        await way.secure(False, beside.file_key(scene.session, scene.sid,
                                                False))
        await scene.completes(way)
        for one in crowd:
            assert not await one.ended()


@test
async def test_the_crowd_keeps_coming():
    """After 64 the door closes, and the user learns what becomes of the
    file."""
    async with Door() as scene:
        await scene.opens()
        crowd = []
        try:
            for _ in range(100):
                crowd.append(await scene.stranger())
        except (OSError, Broken):
            pass
        assert len(crowd) == 64
        await scene.plugin.do('call', 'skip', 21)
        for one in crowd:
            assert len(await one.ended()) < LITTLE
        scene.session.answer_with(scene.hosts, beside.NOT_FOUND, 'error')
        await scene.goes_in_band()


@test
async def test_strangers_stay():
    """Those who do not finish SOCKS5 or TLS must go, without anybody
    coming."""
    async with Door() as scene:
        await scene.opens()
        waiting = await Connection.to(*scene.address)
        asking = await scene.stranger()
        await scene.plugin.do('call', 'skip', 11)
        assert not await waiting.ended()
        await scene.still_talks()
        await scene.plugin.do('call', 'skip', 11)
        assert len(await asking.ended()) < LITTLE
        await scene.receiver_comes()


# --- the receiver misbehaves --------------------------------------------------


@test
async def test_receiver_confirms_nothing():
    """Everything was sent, but whether it has arrived is not known."""
    async with Files() as scene:
        way = await scene.receiving()
        await way.closed()
        await scene.plugin.do('call', 'skip', 31)
        await scene.is_called_off()


@test
async def test_receiver_leaves_without_confirming():
    async with Files() as scene:
        way = await scene.receiving()
        await way.closed()
        way.close()
        await scene.is_called_off()


@test
async def test_receiver_confirms_too_early():
    async with Files() as scene:
        way = await scene.receiving(LARGE)
        await way.receive(1000)
        await way.bye()
        await scene.is_called_off(way)


@test
async def test_receiver_is_cut_off():
    async with Files() as scene:
        way = await scene.receiving(LARGE)
        await way.receive(1000)
        way.close()
        await scene.is_called_off()


@test
async def test_receiver_sends_something():
    async with Files() as scene:
        way = await scene.receiving(LARGE)
        await way.send(b'x')
        await scene.is_called_off(way)


@test
async def test_receiver_sends_no_tls():
    async with Files() as scene:
        way = await scene.receiving(LARGE)
        await way.say(b'\x17\3\3\0\x20' + 32 * b'x')
        await scene.is_called_off(way)


@test
async def test_receiver_stalls():
    async with Files() as scene:
        way = await scene.receiving(LARGE)
        await scene.plugin.do('expect', 'xfer', what='progress')
        # It has not stalled before all buffers are full.
        while not scene.plugin.client.seen('xfer', what='cancelled'):
            await scene.still_talks()
            await scene.plugin.do('call', 'skip', 16)
        await scene.is_called_off(way)


# --- the sender misbehaves ----------------------------------------------------


@test
async def test_one_byte_too_many():
    async with Files() as scene, Listener() as listener:
        way = await scene.sending(listener, SIZE)
        await way.send(os.urandom(SIZE + 1))
        await way.bye()
        await scene.is_called_off(way)


@test
async def test_one_byte_too_few():
    async with Files() as scene, Listener() as listener:
        way = await scene.sending(listener, SIZE)
        await way.send(os.urandom(SIZE - 1))
        await way.bye()
        await scene.is_called_off(way)


@test
async def test_sender_is_cut_off():
    """Without close_notify, in the middle and when all has come."""
    for size in (SIZE // 2, SIZE):
        async with Files() as scene, Listener() as listener:
            way = await scene.sending(listener, SIZE)
            await way.send(os.urandom(size))
            way.close()
            await scene.is_called_off()


@test
async def test_a_bit_is_flipped():
    """What was right before it stays; nothing behind it is written."""
    data = os.urandom(1000)
    async with Files() as scene, Listener() as listener:
        way = await scene.sending(listener, SIZE)
        await way.send(data)
        await scene.plugin.do('expect', 'xfer', what='progress', done=1000)
        way.tls.write(data)
        record = bytearray(way.tls.take())
        record[len(record) // 2] ^= 1
        await way.say(record)
        await scene.is_called_off(way)
        scene.assert_received(data)


@test
async def test_sender_has_the_wrong_key():
    async with Files() as scene, Listener() as listener:
        session = scene.session
        for number, key in enumerate((
                WRONG_KEY, beside.file_key(session, 's2', True),
                beside.file_key(session, 's1', False))):
            await scene.agreed()
            scene.name_hosts((session.me, '127.0.0.1', listener.port))
            way = await scene.comes_to(listener)
            try:
                await way.secure(True, key)
                await way.breaks_off()
            except Broken:
                pass
            await scene.plugin.do('expect', 'xfer', what='cancelled')
            tap.diagnose('key %d' % number)
        assert not scene.plugin.client.seen('xfer', what='completed')


@test
async def test_sender_sends_no_tls():
    async with Files() as scene, Listener() as listener:
        await scene.agreed()
        scene.name_hosts((scene.session.me, '127.0.0.1', listener.port))
        way = await scene.comes_to(listener)
        await way.say(os.urandom(SIZE))
        await scene.is_called_off()
        assert not os.path.exists(scene.target) \
            or not os.path.getsize(scene.target)


@test
async def test_sender_never_begins():
    async with Files() as scene, Listener() as listener:
        await scene.agreed()
        scene.name_hosts((scene.session.me, '127.0.0.1', listener.port))
        way = await scene.comes_to(listener)
        await scene.response('h1')
        await scene.plugin.do('call', 'skip', 21)
        await scene.is_called_off()
        assert not await way.ended()


@test
async def test_sender_stalls():
    async with Files() as scene, Listener() as listener:
        way = await scene.sending(listener, SIZE)
        await way.send(bytes(1000))
        await scene.plugin.do('expect', 'xfer', what='progress', done=1000)
        for _ in range(4):
            await scene.still_talks()
            await scene.plugin.do('call', 'skip', 16)
        await scene.is_called_off(way)
        scene.assert_received(bytes(1000))
