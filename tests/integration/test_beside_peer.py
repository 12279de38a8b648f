# SPDX-License-Identifier: GPL-2.0-or-later
"""Files beside the stream between the plugin and an independent peer, in both
roles. The peer also lies about where to connect to, and when."""
import os
import socket

from peer import beside, ns
from peer.beside import (METHOD, NOT_FOUND, PLAIN, SI, Connection, Listener,
                         Party)
from peer.case import refused
from peer.world import JULIET, test
from test_peer_files import IBB, OFFER, Scene, send_file, ways
from xtlstest.files import digest, write

SIZE = 300_000
SMALL = 5000


class Files(Scene):
    """Romeo's client has the plugin; Juliet is the peer, and calls."""

    def __init__(self, session_class=Party):
        super().__init__(session_class)

    # --- Romeo sends ----------------------------------------------------------

    async def offered(self, size=SIZE):
        """Romeo offers a file, and Juliet chooses the method. Returns the sid
        and the request that names stream hosts."""
        self.source = await self.send_file(size)
        offer = await self.session.wait('offer')
        methods = [value.text for value in offer.iter('{jabber:x:data}value')]
        assert methods == [METHOD, IBB], methods
        return offer.get('id'), await self.session.wait('hosts')

    async def to_the_door(self, sid, hosts):
        """One more connection to Romeo, after SOCKS5."""
        way = await Connection.to(*beside.direct_address(self.session, hosts))
        await way.ask(beside.name_of(sid, self.session.peer, self.session.me))
        return way

    async def receiving(self, size=SIZE):
        """Romeo sends a file; the first byte has not been read yet. Returns
        the connection."""
        sid, hosts = await self.offered(size)
        way = await self.to_the_door(sid, hosts)
        self.session.answer_used(hosts, self.session.peer)
        return await way.secure(
            False, beside.file_key(self.session, sid, False))

    async def completes(self, way):
        """Juliet receives all of it and confirms it."""
        data = await way.closed()
        assert digest(write(self.plugin.client, 'copy', data)) \
            == digest(self.source)
        assert not self.plugin.client.seen('xfer', what='completed', send=True)
        await way.bye()
        await self.plugin.do('expect', 'xfer', what='completed', send=True,
                             socket=True)
        # The bytes that it sends while it waits mean nothing.
        assert not (await way.ended()).strip(b'\0')

    async def goes_in_band(self):
        """Juliet receives all of it in-band."""
        await self.session.wait('in-band-open')
        await self.plugin.do('expect', 'xfer', what='completed', socket=False)
        await self.session.wait('in-band-close')
        assert digest(write(self.plugin.client, 'copy', self.session.in_band)) \
            == digest(self.source)

    # --- Romeo receives -------------------------------------------------------

    async def agreed(self, size=SIZE):
        """Juliet offers a file, and Romeo accepts it."""
        self.session.send_plain(OFFER % (size, ways(METHOD, IBB)))
        self.target = os.path.join(self.plugin.client.dir, 'received')
        await self.plugin.do('accept_file', self.target)
        answer = await self.response('offer')
        value = ns.find(answer, SI, 'si').find('.//{jabber:x:data}value')
        assert value.text == METHOD, value.text

    def name_hosts(self, *hosts, **options):
        self.session.send_plain(beside.streamhosts('s1', *hosts, **options))

    async def response(self, identifier, kind='result'):
        while (answer := await self.session.wait('stanza')).get(
                'id') != identifier:
            pass
        assert answer.get('type') == kind, answer.get('type')
        return answer

    async def condition(self, identifier):
        """The condition of an error."""
        answer = await self.response(identifier, 'error')
        return ns.split(answer.find('{%s}error' % ns.CLIENT)[0].tag)[1]

    async def comes_to(self, listener):
        """Romeo's connection to Juliet, after SOCKS5."""
        way = await listener.connection()
        session = self.session
        assert await way.reply() == beside.name_of('s1', session.me,
                                                   session.peer)
        return way

    async def sending(self, listener, size=SIZE):
        """Juliet sends a file to Romeo. Returns the connection; she has not
        sent the first byte yet."""
        await self.agreed(size)
        self.name_hosts((self.session.me, '127.0.0.1', listener.port))
        way = await self.comes_to(listener)
        await way.secure(True, beside.file_key(self.session, 's1', True))
        answer = await self.response('h1')
        assert answer[0].tag == '{%s}query' % METHOD, answer[0].tag
        (used,) = answer[0]
        assert used.get('jid') == self.session.me
        return way

    async def takes_in_band(self):
        """Juliet sends the small file in-band after all."""
        data = os.urandom(SMALL)
        send_file(self.session, data)
        await self.plugin.do('expect', 'xfer', what='completed', socket=False)
        await self.plugin.do('expect', 'xfer', what='gone')
        self.assert_received(data)

    async def arrives(self, way, data):
        """Romeo confirms it and has it."""
        assert await way.closed() == b''
        await self.plugin.do('expect', 'xfer', what='completed', send=False,
                             socket=True)
        await self.plugin.do('expect', 'xfer', what='gone', send=False)
        self.assert_received(data)

    def assert_received(self, data):
        with open(self.target, 'rb') as file:
            assert file.read() == data

    # --- both -----------------------------------------------------------------

    async def is_called_off(self, way=None):
        """Romeo is told that the transfer has failed. The connection, if any,
        ends without close_notify."""
        await self.plugin.do('expect', 'xfer', what='cancelled')
        assert not self.plugin.client.seen('xfer', what='completed')
        if way is not None:
            await way.breaks_off()

    async def still_talks(self):
        self.session.say('still here')
        await self.plugin.line('^still here$')


def closed_ports(count):
    """Where nobody listens."""
    sockets = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


# --- as agreed ----------------------------------------------------------------


@test
async def test_sends():
    async with Files() as scene:
        way = await scene.receiving()
        await scene.completes(way)
        for at in range(0, SIZE, 10_000):
            assert way.got[at:at + 16] not in way.wire
        assert b'letter' not in way.wire


@test
async def test_receives():
    data = os.urandom(SIZE)
    async with Files() as scene, Listener() as listener:
        way = await scene.sending(listener)
        await way.send(data)
        await way.bye()
        await scene.arrives(way, data)


@test
async def test_what_follows_close_notify_is_ignored():
    """A sender may wake up a proxy with it."""
    async with Files() as scene, Listener() as listener:
        way = await scene.sending(listener, 3)
        await way.send(b'abc')
        await way.bye()
        await way.say(b'\0\0\0')
        await scene.arrives(way, b'abc')


async def called(scene):
    """Ends Juliet's session; Romeo then calls."""
    await scene.session.finish()
    await scene.plugin.do('expect_state', 'finished', who=JULIET)
    scene.juliet.session_class = Party
    await scene.plugin.start()
    scene.session = await scene.juliet.called()
    await scene.plugin.do('expect_state', 'unverified', who=JULIET)


@test
async def test_sends_in_its_own_call():
    """The key depends on who has called."""
    async with Files() as scene:
        await called(scene)
        await scene.completes(await scene.receiving())


@test
async def test_receives_in_its_own_call():
    async with Files() as scene, Listener() as listener:
        await called(scene)
        way = await scene.sending(listener, 3)
        await way.send(b'abc')
        await way.bye()
        await scene.arrives(way, b'abc')


@test
async def test_two_files_have_two_keys():
    """Juliet receives two at the same time, each with the key of its own."""
    async with Files() as scene:
        ways_in = [await scene.receiving(1000 * number) for number in (1, 2)]
        for way, number in zip(ways_in, (1, 2)):
            assert len(await way.closed()) == 1000 * number
            await way.bye()
            await scene.plugin.do('expect', 'xfer', what='completed')


# --- in-band after all --------------------------------------------------------


@test
async def test_sends_in_band_if_the_peer_chooses_that():
    class Old(Party):
        method = IBB

    async with Files(Old) as scene:
        await scene.send_file(20_000)
        await scene.session.wait('offer')
        await scene.session.wait('in-band-close')
        await scene.plugin.do('expect', 'xfer', what='completed',
                              socket=False)
        assert len(scene.session.in_band) == 20_000


@test
async def test_sends_in_band_if_the_peer_cannot_connect():
    async with Files() as scene:
        _, hosts = await scene.offered(20_000)
        scene.session.answer_with(hosts, NOT_FOUND, 'error')
        await scene.goes_in_band()


@test
async def test_sends_in_band_if_the_answer_names_no_host():
    """Nor one in another namespace, nor one that was not offered."""
    answers = (
        '', "<query xmlns='%s'/>" % METHOD,
        "<query xmlns='%s'><streamhost-used jid='mab.example'/></query>"
        % METHOD,
        "<query xmlns='%s'><streamhost-used jid='romeo@localhost/orchard'/>"
        '</query>' % PLAIN)
    for answer in answers:
        async with Files() as scene:
            _, hosts = await scene.offered(20_000)
            scene.session.answer_with(hosts, answer)
            await scene.goes_in_band()


@test
async def test_sends_in_band_if_the_peer_does_not_answer():
    async with Files() as scene:
        await scene.offered(20_000)
        for _ in range(4):
            await scene.still_talks()
            await scene.plugin.do('call', 'skip', 16)
        await scene.goes_in_band()


@test
async def test_answer_for_plain_bytestreams_is_not_believed():
    class Around(Party):
        method = PLAIN

    async with Files(Around) as scene:
        await scene.send_file(2000)
        await scene.session.wait('offer')
        await scene.is_called_off()
        await scene.still_talks()
        assert not scene.session.events.has('hosts')


# --- cancelled before it begins -----------------------------------------------


async def cancel(scene):
    number = scene.plugin.client.seen('xfer')[-1]['xfer']
    await scene.plugin.do('call', 'xfer-cancel', number)
    await scene.plugin.do('expect', 'xfer', what='cancelled', xfer=number)


async def assert_closed(scene, hosts):
    """Nobody can connect any more."""
    try:
        (await Connection.to(*beside.direct_address(scene.session,
                                                    hosts))).close()
    except ConnectionRefusedError:
        return
    raise AssertionError('the port is still open')


@test
async def test_sender_cancels_before_anybody_has_connected():
    """libpurple waits no longer for what the receiver chooses, which would be
    taken for the choice of a later file."""
    async with Files() as scene:
        _, hosts = await scene.offered()
        await cancel(scene)
        await assert_closed(scene, hosts)
        await scene.still_talks()
        assert 'no longer existing xfer' in scene.plugin.client.debug()
        scene.session.answer_used(hosts, scene.session.peer)
        await scene.still_talks()
        await scene.completes(await scene.receiving())


@test
async def test_sender_cancels_when_somebody_has_connected():
    async with Files() as scene:
        sid, hosts = await scene.offered()
        way = await scene.to_the_door(sid, hosts)
        await cancel(scene)
        await way.ended()
        await assert_closed(scene, hosts)
        scene.session.answer_used(hosts, scene.session.peer)
        await scene.still_talks()
        await scene.completes(await scene.receiving())


@test
async def test_sender_cancels_when_the_receiver_has_chosen():
    """Before TLS."""
    async with Files() as scene:
        sid, hosts = await scene.offered()
        way = await scene.to_the_door(sid, hosts)
        scene.session.answer_used(hosts, scene.session.peer)
        await scene.plugin.do('expect', 'xfer', what='progress')
        await cancel(scene)
        await way.ended()
        await assert_closed(scene, hosts)
        await scene.still_talks()
        await scene.completes(await scene.receiving())


@test
async def test_receiver_cancels_while_it_connects():
    async with Files() as scene, Listener() as listener:
        await scene.agreed()
        scene.name_hosts((scene.session.me, '127.0.0.1', listener.port))
        way = await listener.connection()
        await cancel(scene)
        await way.ended()
        await scene.still_talks()


@test
async def test_receiver_cancels_before_tls():
    async with Files() as scene, Listener() as listener:
        await scene.agreed()
        scene.name_hosts((scene.session.me, '127.0.0.1', listener.port))
        way = await scene.comes_to(listener)
        await scene.response('h1')
        await cancel(scene)
        assert not await way.ended()
        await scene.still_talks()


# --- where a sender may send its receiver -------------------------------------


@test
async def test_forbidden_addresses():
    """Nobody is connected to, and the answer says so."""
    async with Files() as scene, Listener() as listener:
        me, port = scene.session.me, listener.port
        hosts = [(me, address, port) for address in (
            '0.0.0.0', '255.255.255.255', '224.0.0.1', '169.254.1.1', '::',
            'ff02::1', 'fe80::1', '::ffff:169.254.1.1', 'localhost',
            '127.0.0.1 ', '127.1', '')]
        hosts += [(me, '127.0.0.1', other) for other in (
            0, 22, 1023, 65536, port + 65536, -1, 'x', '', ' %d' % port,
            '%d ' % port, '+%d' % port)]
        hosts.append(('mab.example', 256 * 'x', port))
        # No more than eight are looked at.
        for at in range(0, len(hosts), 8):
            await scene.agreed(SMALL)
            scene.name_hosts(*hosts[at:at + 8])
            assert await scene.condition('h1') == 'item-not-found'
            await scene.takes_in_band()
        assert listener.unused


@test
async def test_no_more_than_eight_addresses():
    async with Files() as scene, Listener() as listener:
        me = scene.session.me
        await scene.agreed(SMALL)
        scene.name_hosts(*[(me, '127.0.0.1', port) for port
                           in [*closed_ports(8), listener.port]])
        assert await scene.condition('h1') == 'item-not-found'
        assert listener.unused
        await scene.takes_in_band()


@test
async def test_the_eighth_address_is_used():
    async with Files() as scene, Listener() as listener:
        me = scene.session.me
        await scene.agreed(3)
        scene.name_hosts(*[(me, '127.0.0.1', port) for port
                           in [*closed_ports(7), listener.port]])
        way = await scene.comes_to(listener)
        await way.secure(True, beside.file_key(scene.session, 's1', True))
        await way.send(b'abc')
        await way.bye()
        await scene.arrives(way, b'abc')


# --- stanzas out of place -----------------------------------------------------


@test
async def test_hosts_of_no_file():
    """For an unknown sid, before the answer, and in libpurple's namespace."""
    async with Files() as scene, Listener() as listener:
        session = scene.session
        host = (session.me, '127.0.0.1', listener.port)
        scene.name_hosts(host)
        await scene.condition('h1')
        session.send_plain(OFFER % (SMALL, ways(METHOD, IBB)))
        dialog = await scene.plugin.do('expect', 'request', type='action')
        scene.name_hosts(host)
        await scene.condition('h1')
        scene.name_hosts(host, namespace=PLAIN)
        await scene.condition('h1')
        scene.target = os.path.join(scene.plugin.client.dir, 'received')
        await scene.plugin.do('answer', dialog, 0)
        await scene.plugin.do('answer', await scene.plugin.do(
            'expect', 'request', type='file'), 0, scene.target)
        await scene.response('offer')
        scene.name_hosts(host, namespace=PLAIN)
        await scene.condition('h1')
        assert listener.unused
        await scene.takes_in_band()


@test
async def test_hosts_a_second_time():
    data = os.urandom(SIZE)
    async with Files() as scene, Listener() as first, Listener() as second:
        way = await scene.sending(first)
        await way.send(data[:1000])
        scene.name_hosts((scene.session.me, '127.0.0.1', second.port),
                         request='h2')
        await scene.condition('h2')
        await way.send(data[1000:])
        await way.bye()
        await scene.arrives(way, data)
        assert second.unused


@test
async def test_hosts_after_the_file_has_begun_in_band():
    async with Files() as scene, Listener() as listener:
        session = scene.session
        await scene.agreed()
        session.send_plain("<iq type='set' id='o'><open xmlns='%s' sid='s1'"
                           " block-size='4096'/></iq>" % IBB)
        await scene.response('o')
        for namespace in (METHOD, PLAIN):
            scene.name_hosts((session.me, '127.0.0.1', listener.port),
                             namespace=namespace)
            await scene.condition('h1')
        assert listener.unused


@test
async def test_in_band_after_the_file_has_begun_beside():
    """It does not begin a second time."""
    data = os.urandom(SIZE)
    async with Files() as scene, Listener() as listener:
        way = await scene.sending(listener)
        await way.send(data[:1000])
        scene.session.send_plain(
            "<iq type='set' id='o'><open xmlns='%s' sid='s1'"
            " block-size='4096'/></iq>" % IBB)
        await scene.condition('o')
        await way.send(data[1000:])
        await way.bye()
        await scene.arrives(way, data)


@test
async def test_outside():
    """The server cannot say where to connect to, nor that somebody has."""
    async with Files() as scene, Listener() as listener:
        session = scene.session
        await scene.agreed(SMALL)
        for namespace in (METHOD, PLAIN):
            query = ns.element(namespace, 'query', ns.element(
                namespace, 'streamhost', jid=session.me, host='127.0.0.1',
                port=listener.port), sid='s1')
            await refused(scene.juliet.request(session.peer, query),
                          'not-acceptable', 'service-unavailable')
        assert listener.unused
        await scene.takes_in_band()


@test
async def test_the_answer_outside():
    """The receiver's choice, which the server guesses, is not believed."""
    async with Files() as scene:
        sid, hosts = await scene.offered()
        for namespace in (METHOD, PLAIN):
            iq = scene.juliet.make_iq_result(id=hosts.get('id'),
                                             ito=scene.session.peer)
            iq.append(ns.element(namespace, 'query', ns.element(
                namespace, 'streamhost-used', jid=scene.session.peer)))
            iq.send()
        way = await scene.to_the_door(sid, hosts)
        await scene.juliet.disco(scene.session.peer)
        scene.session.answer_used(hosts, scene.session.peer)
        await way.secure(False, beside.file_key(scene.session, sid, False))
        await scene.completes(way)


@test
async def test_the_answer_twice():
    async with Files() as scene:
        sid, hosts = await scene.offered()
        way = await scene.to_the_door(sid, hosts)
        for _ in range(2):
            scene.session.answer_used(hosts, scene.session.peer)
        scene.session.answer_with(hosts, NOT_FOUND, 'error')
        await way.secure(False, beside.file_key(scene.session, sid, False))
        await scene.completes(way)
        assert not scene.session.events.has('in-band-open')
