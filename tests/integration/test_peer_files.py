# SPDX-License-Identifier: GPL-2.0-or-later
"""Files between the plugin and an independent peer, which offers, chooses and
refuses what other implementations may."""
import base64
import os

from peer import ns, stream
from peer.session import Session
from peer.world import JULIET, ROMEO, Plugin, Server, test
from xtlstest.files import digest, write

BALCONY = JULIET + '/balcony'
SI = 'http://jabber.org/protocol/si'
PROFILE = SI + '/profile/file-transfer'
IBB = 'http://jabber.org/protocol/ibb'
BESIDE = 'urn:xmpp:xtls:s5b:0'
SOCKS5 = 'http://jabber.org/protocol/bytestreams'
ANSWER = ("<si xmlns='" + SI + "'><feature xmlns='http://jabber.org/protocol/"
          "feature-neg'><x xmlns='jabber:x:data' type='submit'><field"
          " var='stream-method'><value>%s</value></field></x></feature></si>")
OFFER = ("<iq type='set' id='offer'><si xmlns='" + SI + "' id='s1' profile='"
         + PROFILE + "'><file xmlns='" + PROFILE + "' name='letter' size='%d'/>"
         "<feature xmlns='http://jabber.org/protocol/feature-neg'><x xmlns="
         "'jabber:x:data' type='form'><field var='stream-method'"
         " type='list-single'>%s</field></x></feature></si></iq>")


def ways(*methods):
    return ''.join('<option><value>%s</value></option>' % method
                   for method in methods)


class Receiver(Session):
    """Receives files; `method` is the stream method that it chooses, and
    `refuse` the number of the block that it refuses."""

    method = IBB
    refuse = None

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.blocks = []

    def _answer_iq(self, node):
        content = ''
        error = False
        if ns.find(node, SI, 'si') is not None:
            content = ANSWER % self.method
        block = ns.find(node, IBB, 'data')
        if block is not None:
            error = len(self.blocks) == self.refuse
            self.blocks.append(base64.b64decode(block.text))
        self.send_plain('<iq type=%s id=%s>%s</iq>' % (
            stream.quoteattr('error' if error else 'result'),
            stream.quoteattr(node.get('id')),
            "<error type='cancel'><item-not-found xmlns='%s'/></error>"
            % ns.STANZA_ERRORS if error else content))


def send_file(session, data):
    """Sends all blocks at once: XEP-0047 does not require to wait for
    responses."""
    session.send_plain("<iq type='set' id='o'><open xmlns='%s' sid='s1'"
                       " block-size='4096'/></iq>" % IBB)
    for seq, at in enumerate(range(0, len(data), 1000)):
        session.send_plain(
            "<iq type='set' id='d%d'><data xmlns='%s' sid='s1' seq='%d'>%s"
            "</data></iq>" % (seq, IBB, seq, base64.b64encode(
                data[at:at + 1000]).decode()))
    session.send_plain("<iq type='set' id='c'><close xmlns='%s' sid='s1'/>"
                       "</iq>" % IBB)


class Scene:
    """Romeo's client has the plugin; Juliet is the peer, and calls."""

    def __init__(self, session_class=Session):
        self._class = session_class

    async def __aenter__(self):
        self.server = Server()
        self.plugin = Plugin(self.server.port)
        self.juliet = await self.server.login(
            BALCONY, features=ns.FEATURES + (SI, PROFILE))
        await self.plugin.knows(self.juliet)
        await self.plugin.do('open', JULIET)
        self.session = await self.juliet.call(self.plugin.jid, self._class)
        await self.plugin.do('expect_state', 'unverified', who=JULIET)
        return self

    async def __aexit__(self, kind, error, trace):
        if kind is None:
            if not self.session.over:
                await self.session.finish()
            await self.server.close()
            await self.plugin.do('quit')

    async def send_file(self, size):
        source = write(self.plugin.client, 'letter', os.urandom(size))
        await self.plugin.do('call', 'send-file', ROMEO, BALCONY, source)
        return source


@test
async def test_receives_what_a_peer_sends():
    data = os.urandom(5000)
    async with Scene() as scene:
        session = scene.session
        session.send_plain(OFFER % (len(data), ways(SOCKS5, IBB)))
        target = os.path.join(scene.plugin.client.dir, 'received')
        await scene.plugin.do('accept_file', target)
        answer = await session.wait('stanza')
        assert answer.get('id') == 'offer' and answer.get('type') == 'result'
        value = ns.find(answer, SI, 'si').find('.//{jabber:x:data}value')
        assert value.text == IBB, value.text
        send_file(session, data)
        await scene.plugin.do('expect', 'xfer', what='completed')
        await scene.plugin.do('expect', 'xfer', what='gone')
        with open(target, 'rb') as file:
            assert file.read() == data


@test
async def test_more_than_was_offered():
    data = os.urandom(3000)
    for size, end in ((2000, 'completed'), (1500, 'cancelled')):
        async with Scene() as scene:
            session = scene.session
            session.send_plain(OFFER % (size, ways(IBB)))
            target = os.path.join(scene.plugin.client.dir, 'received')
            await scene.plugin.do('accept_file', target)
            await session.wait('stanza')
            send_file(session, data)
            await scene.plugin.do('expect', 'xfer', what=end)
            session.say('still here')
            await scene.plugin.line('^still here$')
            with open(target, 'rb') as file:
                assert file.read() == data[:size // 1000 * 1000]


@test
async def test_sends_to_a_peer():
    async with Scene(Receiver) as scene:
        source = await scene.send_file(20_000)
        await scene.plugin.do('expect', 'xfer', what='completed')
        target = write(scene.plugin.client, 'copy',
                       b''.join(scene.session.blocks))
        assert digest(target) == digest(source)


@test
async def test_a_refused_block_ends_the_transfer():
    for number in (0, 1, 6):
        class Refuser(Receiver):
            refuse = number

        async with Scene(Refuser) as scene:
            await scene.send_file(20_000)
            await scene.plugin.do('expect', 'xfer', what='cancelled')
            assert not scene.plugin.client.seen('xfer', what='completed')


@test
async def test_direct_connection_is_not_chosen():
    class Around(Receiver):
        method = SOCKS5

    async with Scene(Around) as scene:
        await scene.send_file(2000)
        await scene.plugin.do('expect', 'xfer', what='cancelled')
        (offer,) = [node for node in scene.session.events.values('stanza')
                    if ns.find(node, SI, 'si') is not None]
        methods = [value.text for value
                   in offer.iter('{jabber:x:data}value')]
        assert methods == [BESIDE, IBB], methods
        assert not any(ns.find(node, SOCKS5, 'query') is not None
                       for node in scene.session.events.values('stanza'))


@test
async def test_offers_without_in_band_transfer_are_refused():
    oob = ("<iq type='set' id='offer'><query xmlns='jabber:iq:oob'><url>"
           "http://example.org/letter</url></query></iq>")
    async with Scene() as scene:
        for offer in (OFFER % (9, ways(SOCKS5)), OFFER % (9, ''), oob):
            scene.session.send_plain(offer)
            answer = await scene.session.wait('stanza')
            assert answer.get('type') == 'error', answer
            assert answer.get('id') == 'offer', answer
        await scene.plugin.line('file')
        assert not scene.plugin.client.seen('request')


@test
async def test_offer_in_a_session_that_was_replaced():
    """It cannot continue in the newer session, so nobody is asked about it."""
    async with Scene() as scene:
        first = scene.session
        scene.session = await scene.juliet.call(scene.plugin.jid)
        first.send_plain(OFFER % (5000, ways(IBB)))
        answer = await first.wait('stanza')
        assert (answer.get('id'), answer.get('type')) == ('offer', 'error')
        first.say('what I meant to send')
        await scene.plugin.line('^what I meant to send$')
        await first.finish()
        assert not scene.plugin.client.seen('request')
