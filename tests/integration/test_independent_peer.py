# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin and an independent peer that follows the protocol, in both
roles."""
import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from peer import ibb, jingle, ns, stream
from peer.identity import Identity, same_fingerprint, xmpp_addresses
from peer.jingle import Refused
from peer.mailbox import Missing
from peer.session import Session
from peer.world import BALCONY, JULIET, ROMEO, TYBALT, Scene, test
from xtlstest import client as headless

CHAT_STATES = 'http://jabber.org/protocol/chatstates'


@test
async def test_discovery():
    async with Scene() as scene:
        features = await scene.juliet.disco(scene.plugin.jid)
        assert set(ns.FEATURES) <= features, features
        # The last presence counts, because the announcement may follow a
        # moment later.
        presence = scene.juliet.presences.values(scene.plugin.jid)[-1]
        assert await scene.juliet.caps_hold(presence)


@test
async def test_peer_calls():
    async with Scene() as scene:
        session = await scene.called_by_juliet()
        (offer,) = session.events.values('accepted')
        (header,) = session.events.values('open')
        assert same_fingerprint(offer.fingerprint, session.tls.fingerprint)
        assert header['id']
        await session.wait('features')
        assert session.tls.version == 'TLSv1.3'
        await scene.talk(session)
        await session.finish()
        assert session.clean
        await scene.plugin.do('expect_state', 'finished', who=JULIET)
        await scene.plugin.line('has ended the private conversation')


@test
async def test_peer_is_called():
    async with Scene() as scene:
        session = await scene.called_by_romeo()
        assert same_fingerprint(session.offered_fingerprint,
                                session.tls.fingerprint)
        assert session.tls.version == 'TLSv1.3'
        assert session.tls.server_name is None
        await scene.talk(session)
        await scene.plugin.do('xtls', JULIET, 'end')
        assert await session.events.get('terminate') == 'success'
        await scene.plugin.do('expect_state', 'not-private', who=JULIET)
        ends = [kind for kind in session.events.kinds()
                if kind in ('stream-end', 'close-notify', 'ibb-close',
                            'terminate', 'tls-error', 'stream-error')]
        assert ends == ['stream-end', 'close-notify', 'ibb-close',
                        'terminate'], ends


@test
async def test_hello_is_announced():
    async with Scene() as scene:
        assert ns.HELLO in await scene.juliet.disco(scene.plugin.jid)


@test
async def test_peer_calls_with_hello():
    async with Scene.with_hello() as scene:
        session = await scene.called_by_juliet()
        (offer,) = session.events.values('accepted')
        assert offer.hello and offer.fingerprint is None
        await scene.talk(session)
        await session.finish()
        assert session.clean


@test
async def test_peer_is_called_with_hello():
    async with Scene.with_hello() as scene:
        session = await scene.called_by_romeo()
        assert session.hello and session.offered_fingerprint is None
        # Everything that he has to send follows right behind <open/>.
        kinds = session.events.kinds()
        assert kinds.index('opened') < kinds.index('secure')
        await scene.talk(session)
        await session.finish()
        assert session.clean


class Ignores(Session):
    ignores_hello = True


@test
async def test_peer_ignores_a_hello():
    """It gets the same bytes with the first block."""
    async with Scene.with_hello() as scene:
        scene.juliet.session_class = Ignores
        session = await scene.called_by_romeo()
        assert session.hello is None and session.offered_fingerprint is None
        await scene.talk(session)
        await session.finish()


@test
async def test_plugin_calls_one_that_does_not_announce_it():
    async with Scene() as scene:
        session = await scene.called_by_romeo()
        assert session.offered_fingerprint is not None
        await scene.talk(session)
        await session.finish()


@test
async def test_call_without_a_window():
    """The line stands before the first message, in the window it opens."""
    async with Scene() as scene:
        (conversation,) = (await scene.plugin.do('call', 'conversations')
                           )['conversations']
        await scene.plugin.do('call', 'close', ROMEO, conversation['conv'])
        session = await scene.juliet.call(scene.plugin.jid)
        session.say('Ay me!')
        await scene.plugin.line('^Ay me!$')
        lines = [line['text'] for line in scene.plugin.client.seen('message')]
        assert len(lines) == 2 and 'Unverified' in lines[0], lines
        await session.finish()


@test
async def test_certificate():
    async with Scene() as scene:
        session = await scene.called_by_juliet()
        certificate = session.tls.certificate
        assert xmpp_addresses(certificate) == [ROMEO]
        plain = certificate.to_cryptography()
        key = plain.public_key()
        assert isinstance(key.curve, ec.SECP256R1)
        key.verify(plain.signature, plain.tbs_certificate_bytes,
                   ec.ECDSA(plain.signature_hash_algorithm))
        assert plain.not_valid_after == datetime.datetime(
            9999, 12, 31, 23, 59, 59)
        assert plain.version == x509.Version.v3
        # The fingerprints that the users compare are those that the two ends
        # saw.
        status = await scene.plugin.do('status', JULIET)
        assert same_fingerprint(status['fingerprint'],
                                scene.juliet.identity.fingerprint)
        assert same_fingerprint(status['own_fingerprint'],
                                session.tls.fingerprint)
        own = scene.plugin.own_identity()
        assert same_fingerprint(own.fingerprint, session.tls.fingerprint)
        await session.finish()


@test
async def test_certificate_dates_and_missing_jid_are_ignored():
    async with Scene() as scene:
        for identity in (Identity.expired(JULIET), Identity.make(None)):
            scene.juliet.identity = identity
            session = await scene.juliet.call(scene.plugin.jid)
            await scene.plugin.do('expect_state', 'unverified', who=JULIET)
            session.say('by any other name')
            await scene.plugin.line('by any other name')
            await session.finish()
            await scene.plugin.do('expect_state', 'finished', who=JULIET)
            await scene.plugin.end()


def blocks_of(size):
    return type('BlocksOf%d' % size, (Session,), {'block_size': size})


@test
async def test_block_sizes():
    async with Scene() as scene:
        for size in (64, 4096, 65535):
            session = await scene.called_by_juliet(blocks_of(size))
            assert session.block_size <= size
            await scene.talk(session, str(size))
            assert session.incoming_largest <= session.block_size
            await session.finish()
            await scene.plugin.do('expect_state', 'finished', who=JULIET)
            await scene.plugin.end()


@test
async def test_responder_lowers_the_block_size():
    async with Scene() as scene:
        scene.juliet.session_class = blocks_of(100)
        session = await scene.called_by_romeo()
        assert session.block_size == 100
        await scene.talk(session)
        assert session.incoming_largest == 100
        await session.finish()


@test
async def test_early_header():
    class Early(Session):
        early_header = True

    async with Scene() as scene:
        scene.juliet.session_class = Early
        session = await scene.called_by_romeo()
        await scene.talk(session)
        await session.finish()


@test
async def test_content_name_and_security_info():
    class Named(Session):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self.name = 'other-name'

    async with Scene() as scene:
        session = await scene.called_by_juliet(Named)
        (offer,) = session.events.values('accepted')
        assert offer.name == 'other-name'
        info = ns.element(ns.JINGLE, 'jingle', session.content(),
                          action='security-info', sid=session.sid)
        await session.request(info)
        await scene.talk(session)
        await session.finish()


@test
async def test_long_messages():
    async with Scene() as scene:
        session = await scene.called_by_juliet()
        begin = len(stream.message('', 'long'))
        size = stream.STANZA_LIMIT - begin - 16
        session.send_plain(stream.message('s' * size, 'long'))
        await scene.plugin.do('expect', 'message',
                              text=lambda text: text == 's' * size)
        text = '<b>rose</b> \u2665 ' * 4000
        await scene.plugin.do('say', JULIET, text)
        plain = text.replace('<b>', '').replace('</b>', '').strip()
        assert (await session.heard()).strip() == plain
        await session.finish()


@test
async def test_legal_xml():
    cases = {
        '<message><body><![CDATA[a < b & c]]></body></message>': 'a < b & c',
        "<c:message xmlns:c='jabber:client'><c:body>prefixed</c:body>"
        '</c:message>': 'prefixed',
        '<message><body>&#x2665; &lt;&gt;&amp;&quot;&apos;</body></message>':
            '\u2665 <>&"\'',
        "<message from='%s' to='%s/orchard'><body>full JIDs</body></message>"
        % (BALCONY, ROMEO): 'full JIDs',
        "<message><body xmlns='urn:foreign'>foreign</body>"
        '<body>ours</body></message>': 'ours',
        '<message><body/><body><x>no text</x></body><body>text</body>'
        '</message>': 'text',
        ' \n<message >\n<body >space</body >\n</message >\n': 'space',
    }
    async with Scene() as scene:
        session = await scene.called_by_juliet()
        for text, wanted in cases.items():
            session.send_plain(text)
            await scene.plugin.do('expect_message', wanted)
        assert not scene.plugin.client.seen(
            'message', text=lambda text: 'foreign' in text)
        for byte in stream.message('byte by byte', 'b').encode():
            session.send_plain(bytes([byte]))
        await scene.plugin.do('expect_message', 'byte by byte')
        session.send_plain(''.join(stream.message('burst %d' % n, 'b%d' % n)
                                   for n in range(50)))
        for number in range(50):
            await scene.plugin.do('expect_message', 'burst %d' % number)
        await session.finish()


@test
async def test_iq_requests_inside():
    async with Scene() as scene:
        session = await scene.called_by_juliet()
        for query, kind in (("<query xmlns='jabber:iq:version'/>", 'result'),
                            ("<x xmlns='urn:nobody:knows'/>", 'error')):
            session.send_plain("<iq type='get' id='q-%s'>%s</iq>"
                               % (kind, query))
            answer = await session.wait('stanza')
            assert answer.get('id') == 'q-' + kind
            assert answer.get('type') == kind
        await session.finish()


@test
async def test_unanswered_smp_requests_stop_the_dialog():
    """Five times the dialog comes and goes; then it comes no more, and no
    notice ever."""
    def step(number, name, data=''):
        return ("<iq type='set' id='s%d'><smp xmlns='urn:xmpp:xtls:smp:0'"
                " attempt='a%d' step='%s'><data>%s</data></smp></iq>"
                % (number, number, name, data))

    async with Scene() as scene:
        session = await scene.called_by_juliet()
        (conversation,) = (await scene.plugin.do('call', 'conversations')
                           )['conversations']
        await scene.plugin.do('call', 'close', ROMEO, conversation['conv'])
        # libpurple sends his unavailable presence.
        await session.wait('stanza')
        for number in range(7):
            session.send_plain(step(number, '1', 'AAAA')
                               + step(number, 'abort'))
            answer, _ = [await session.wait('stanza') for _ in range(2)]
            assert answer.get('type') == ('result' if number < 5 else 'error')
        assert answer[0][0].tag.endswith('resource-constraint'), answer[0][0]
        client = scene.plugin.client
        await scene.plugin.do('call', 'ping')
        assert len(client.seen('request')) == 5
        assert len(client.seen('request-closed')) == 5
        assert not client.seen('notify'), client.seen('notify')
        await session.finish()


@test
async def test_typing_inside():
    async with Scene() as scene:
        session = await scene.called_by_juliet()
        # libpurple sends chat states only to clients that have sent theirs.
        session.send_plain("<message type='chat'><composing xmlns='%s'/>"
                           '</message>' % CHAT_STATES)
        await scene.plugin.do('expect', 'typing')
        await scene.talk(session)
        await scene.plugin.do('typing', JULIET)
        state = await session.wait('stanza')
        assert ns.find(state, CHAT_STATES, 'composing') is not None
        await session.finish()


@test
async def test_acknowledgements():
    async with Scene(sm=True) as scene:
        session = await scene.called_by_romeo()
        await scene.talk(session)
        await session.finish()
        assert session.clean
        await scene.plugin.line('has ended the private conversation')


@test
async def test_both_call_at_once():
    async with Scene() as scene:
        session = scene.juliet.session(scene.plugin.jid)

        async def call():
            try:
                await session.call()
            except (Missing, Refused):
                pass

        task = scene.juliet.spawn(call())
        try:
            await scene.plugin.start()
        except headless.Failed:
            pass  # she was quicker
        await scene.started()
        await task
        # If he has made a request, or has ended it because she was quicker, that
        # arrives before this answer.
        await scene.juliet.disco(scene.plugin.jid)
        for other in scene.juliet.incoming.values('session'):
            kind, _ = await other.events.first(('open', 'terminate'))
            if kind == 'open' and not other.over \
                    and (not session.open or other.sid < session.sid):
                session = other
        await scene.talk(session)
        await session.finish()


async def asked_by_both(scene, our_sid):
    """Romeo's request is here, unanswered; ours is about to be made."""
    scene.juliet.holding = True
    await scene.plugin.start()
    request = await scene.juliet.held.get('iq')
    scene.juliet.holding = False
    session = scene.juliet.session(scene.plugin.jid, sid=our_sid)
    return session, request


@test
async def test_lower_sid_wins():
    async with Scene() as scene:
        session, request = await asked_by_both(scene,
                                               '-' + jingle.new_id())
        await session.ask()
        scene.juliet.refuse(request, jingle.tie_break())
        await session.wait('accepted')
        await session.start()
        await session.wait('open')
        await scene.started()
        await scene.talk(session)
        await session.finish()


@test
async def test_higher_sid_loses():
    async with Scene() as scene:
        session, request = await asked_by_both(scene,
                                               'zz' + jingle.new_id())
        try:
            await session.ask()
        except Refused as refusal:
            assert refusal.condition == 'conflict', refusal.condition
            assert refusal.extra.tag == '{%s}tie-break' % ns.JINGLE_ERRORS
        else:
            raise AssertionError('the higher sid was taken')
        scene.juliet.release(request)
        session = await scene.juliet.called()
        await scene.started()
        await scene.talk(session)
        await session.finish()


@test
async def test_second_session_takes_over_once_open():
    async with Scene() as scene:
        first = await scene.called_by_juliet()
        await scene.talk(first, '1')
        second = await scene.juliet.call(scene.plugin.jid)
        await scene.talk(second, '2')
        # The user was told neither of a new start nor of an end.
        lines = [line['text'] for line in scene.plugin.client.seen('message')]
        assert sum('started' in line for line in lines) == 1, lines
        assert not any('was cut off' in line or 'has ended' in line
                       for line in lines), lines
        await second.finish()
        await scene.plugin.line('has ended the private conversation')


@test
async def test_stranger():
    """He is answered as by a client that has no plugin."""
    async with Scene() as scene:
        tybalt = await scene.server.login(TYBALT + '/street')
        session = tybalt.session(scene.plugin.jid)
        await session.ask()
        assert await session.events.get(
            'terminate', unless=('accepted',)) == 'unsupported-applications'
        for node in (ibb.open_element('x', 4096),
                     ibb.data_element('x', 0, 'AAAA')):
            try:
                await tybalt.request(scene.plugin.jid, node)
            except Refused as refusal:
                assert refusal.condition == 'item-not-found' \
                    or node.tag.endswith('open'), refusal.condition
            else:
                raise AssertionError('taken: ' + node.tag)
        assert not scene.plugin.client.seen('message')
        assert not scene.plugin.client.seen('xtls-state-changed')


@test
async def test_policy_never():
    """And so is a contact whom the user does not want to talk to privately."""
    async with Scene() as scene:
        await scene.plugin.do('xtls', JULIET, 'policy never')
        session = scene.juliet.session(scene.plugin.jid)
        await session.ask()
        assert await session.events.get(
            'terminate', unless=('accepted',)) == 'unsupported-applications'
        assert not scene.plugin.client.seen(
            'xtls-state-changed', state=lambda state: state != 'not-private')
