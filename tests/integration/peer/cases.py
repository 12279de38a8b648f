# SPDX-License-Identifier: GPL-2.0-or-later
"""What a hostile peer does, and what it must see for it on the wire.

A case is run against the plugin, and against a good peer of our own to show
that a right implementation passes. `person` is what the attacked person sees:
nothing · failed (a start of her own did not work) · cut (an open session) ·
open (it is still up).
"""
import asyncio

from . import hostile, ibb, jingle, ns, stream
from .identity import Identity, Stolen
from .jingle import Refused
from .session import Session

CASES = []


class Case:
    def __init__(self, name, person, run):
        self.name = name
        self.person = person
        self.run = run


class Wrong(AssertionError):
    """The attacked side did not do what the rules say."""


def case(name, person='nothing'):
    def register(run):
        CASES.append(Case(name, person, run))
        return run
    return register


async def refused(request, *conditions):
    """The request must be answered with one of these errors."""
    try:
        await request
    except Refused as refusal:
        if refusal.condition not in conditions:
            raise Wrong('%s, not %s' % (refusal.condition,
                                        '/'.join(conditions))) from None
        return refusal
    raise Wrong('accepted, not ' + '/'.join(conditions))


def expect(value, wanted):
    if value != wanted:
        raise Wrong('%r, not %r' % (value, wanted))


class Attack:
    """The attacked side, as a case sees it. The runner fills it in.

    client: the attacker, a contact · other: another contact's client ·
    target: full JID of the attacked · start(): makes it call us ·
    own_identity(): the attacked account's own key · login(resource)
    """

    def __init__(self, client, other, target):
        self.client = client
        self.other = other
        self.target = target

    async def called(self, session_class):
        """Has the other side call a session of that class."""
        self.client.session_class = session_class
        await self.start()
        return await self.client.incoming.get('session')

    def call(self, session_class=Session):
        return self.client.session(self.target, session_class)

    async def settled(self):
        """All that the other side had to say before has arrived."""
        await self.client.disco(self.target)


# --- asking wrongly -------------------------------------------------------

def bad_offer(name, session_class):
    @case('session-initiate: ' + name)
    async def run(attack):
        session = attack.call(session_class)
        await refused(session.request(session.initiate_element()),
                      'bad-request')


bad_offer('block-size 0', hostile.BlockSizeZero)
bad_offer('block-size 65536', hostile.BlockSizeTooLarge)


@case('session-initiate: initiator is somebody else')
async def wrong_initiator(attack):
    session = attack.call(hostile.WrongInitiator)
    session.liar = attack.other.boundjid.full
    await refused(session.request(session.initiate_element()), 'bad-request')


def unusable_offer(name, session_class, reason):
    @case('session-initiate: ' + name)
    async def run(attack):
        session = attack.call(session_class)
        try:
            await session.request(session.initiate_element())
        except Refused:
            return
        kind, value = await session.events.first(('accepted', 'terminate'))
        expect((kind, value), ('terminate', reason))


unusable_offer('without security', hostile.NoSecurity, 'security-error')
unusable_offer('no method that we have', hostile.UnknownMethod,
               'security-error')


@case('jingle for an unknown session')
async def unknown_session(attack):
    node = jingle.terminate(jingle.new_id(), 'success')
    refusal = await refused(attack.client.request(attack.target, node),
                            'item-not-found')
    expect(refusal.extra is not None and refusal.extra.tag,
           '{%s}unknown-session' % ns.JINGLE_ERRORS)


@case('an action that does not exist')
async def unknown_action(attack):
    session = attack.call(hostile.Deaf)
    await session.request(session.initiate_element())
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
    await session.request(session.initiate_element())
    await session.wait('accepted')
    await refused(session.request(session.open_element()), 'not-acceptable')
    await session.request(jingle.terminate(session.sid, 'gone'))


@case('a second request while one is unfinished; 25 of them')
async def many_requests(attack):
    first = attack.call(hostile.Deaf)
    await first.request(first.initiate_element())
    await first.wait('accepted')
    for _ in range(24):
        session = attack.call(hostile.Deaf)
        refusal = await refused(session.request(session.initiate_element()),
                                'resource-constraint')
        expect(refusal.kind, 'wait')
    await first.request(jingle.terminate(first.sid, 'gone'))


@case('20 unfinished requests of one account\'s resources, and a 21st')
async def many_resources(attack):
    clients, sessions = [], []
    try:
        for number in range(21):
            client = await attack.login('r%d' % number)
            clients.append(client)
            sessions.append(client.session(attack.target, hostile.Deaf))
        for session in sessions[:20]:
            await session.request(session.initiate_element())
        refusal = await refused(
            sessions[20].request(sessions[20].initiate_element()),
            'resource-constraint')
        expect(refusal.kind, 'wait')
        for session in sessions[:20]:
            await session.wait('accepted')
            await session.request(jingle.terminate(session.sid, 'gone'))
    finally:
        for client in clients:
            await client.logout()


@case('after the limits, a right request works', 'open')
async def right_request(attack):
    return await attack.client.call(attack.target)


# --- accepting wrongly ----------------------------------------------------

@case('session-accept: without security', 'failed')
async def accept_without_security(attack):
    session = await attack.called(hostile.NoSecurity)
    kind, value = await session.events.first(('opened', 'terminate'))
    expect((kind, value), ('terminate', 'security-error'))


def bad_accept(name, session_class):
    @case('session-accept: ' + name, 'failed')
    async def run(attack):
        session = await attack.called(session_class)
        await session.events.get('bad', unless=('opened',))
        expect(session.events.values('bad'), ['accept: bad-request'])
        await session.events.get('terminate', unless=('opened',))


@case('session-accept: responder is somebody else')
async def accept_by_liar(attack):
    """Refused; what becomes of the request is not said, so we end it."""
    session = await attack.called(hostile.WrongResponder)
    await session.events.get('bad', unless=('opened',))
    expect(session.events.values('bad'), ['accept: bad-request'])


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
    # It is there: this comes after it on the same two connections.
    await attack.other.disco(attack.target)
    await attack.settled()
    expect(session.events.values('early'), [])
    session.release(iq)
    await session.wait('open')
    return session


# --- IBB ------------------------------------------------------------------

def bad_blocks(name, session_class, *conditions):
    @case('IBB: %s, calling' % name)
    async def calling(attack):
        session = attack.call(session_class)
        await session.request(session.initiate_element())
        await session.wait('accepted')
        await session.start()
        expect(await session.events.get('block-refused',
                                        unless=('open', 'secure'))
               in conditions, True)
        await session.events.get('terminate', unless=('open',))

    @case('IBB: %s, called' % name, 'failed')
    async def called(attack):
        session = await attack.called(session_class)
        expect(await session.events.get('block-refused', unless=('open',))
               in conditions, True)
        await session.events.get('terminate', unless=('open',))


bad_blocks('a number left out', hostile.SKIPS, 'unexpected-request')
bad_blocks('a number of 65536', hostile.NUMBER_TOO_LARGE, 'bad-request',
           'unexpected-request')
bad_blocks('a character outside base64', hostile.FOREIGN_CHARACTER,
           'bad-request')
bad_blocks('a line break in base64', hostile.NEWLINE, 'bad-request')
bad_blocks('padding in the middle', hostile.MISPLACED_PADDING, 'bad-request')
bad_blocks('base64 cut short', hostile.INCOMPLETE, 'bad-request')
bad_blocks('a block over block-size', hostile.TOO_LONG, 'bad-request')


@case('IBB: a number twice', 'cut')
async def repeated_number(attack):
    session = await attack.client.call(attack.target)
    await _idle(session)
    node = ibb.data_element(session.ibb_sid, 0, 'AAAA')
    await refused(session.request(node), 'unexpected-request')
    await session.events.get('terminate')


@case('IBB: a block and an end from another JID end nothing', 'open')
async def block_by_other(attack):
    session = await attack.client.call(attack.target)
    for node in (ibb.data_element(session.ibb_sid, 0, 'AAAA'),
                 ibb.close_element(session.ibb_sid),
                 jingle.terminate(session.sid, 'success')):
        await refused(attack.other.request(attack.target, node),
                      'item-not-found')
    return session


async def _idle(session):
    """Everything that we sent was answered."""
    while not session.out.idle:
        await asyncio.sleep(0)


# --- TLS ------------------------------------------------------------------

async def _shake(attack, session_class, role, identity=None):
    """Sets up until TLS is refused; returns OpenSSL's words."""
    if identity is not None:
        good, attack.client.identity = attack.client.identity, identity
    try:
        if role == 'calling':
            session = attack.call(session_class)
            await session.request(session.initiate_element())
            await session.wait('accepted')
            await session.start()
        else:
            session = await attack.called(session_class)
    finally:
        if identity is not None:
            attack.client.identity = good
    words = await session.events.get('tls-error', unless=('open',))
    if 'alert' not in words:
        raise Wrong('no alert: ' + words)
    if session.events.has('open'):
        raise Wrong('opened')
    return words


def bad_tls(name, *, session_class=Session, identity=None, alert=None,
            roles=('calling', 'called')):
    def add(role, person):
        @case('TLS: %s, %s' % (name, role), person)
        async def run(attack):
            made = identity(attack) if identity else None
            words = await _shake(attack, session_class, role, made)
            if alert is not None and alert not in words:
                raise Wrong('%s, not %s' % (words, alert))

    for role in roles:
        add(role, 'nothing' if role == 'calling' else 'failed')


def _bare(attack):
    return attack.client.boundjid.bare


bad_tls('no certificate', session_class=hostile.NoCertificate,
        alert='certificate required', roles=('calling',))
bad_tls('an RSA certificate', identity=lambda a: Identity.rsa(_bare(a)))
bad_tls('the certificate of another JID',
        identity=lambda a: Identity.make('tybalt@localhost'))
bad_tls('its own certificate sent back',
        identity=lambda a: a.own_identity())
bad_tls('a certificate with another key',
        identity=lambda a: Stolen(Identity.make(_bare(a)).certificate))
bad_tls('version 1.2', session_class=hostile.OldTls, alert='version')


def no_tls(name, session_class):
    @case('TLS: ' + name)
    async def run(attack):
        session = attack.call(session_class)
        await session.request(session.initiate_element())
        await session.wait('accepted')
        await session.start()
        await session.events.get('terminate', unless=('secure',))


no_tls('something else', hostile.Garbage)
no_tls('an endless handshake message', hostile.EndlessHandshake)


def other_fingerprint(role, person):
    @case('a fingerprint that is not the certificate\'s, ' + role, person)
    async def run(attack):
        if role == 'calling':
            session = attack.call(hostile.OtherFingerprint)
            await session.request(session.initiate_element())
            await session.wait('accepted')
            await session.start()
        else:
            session = await attack.called(hostile.OtherFingerprint)
        expect(await session.events.get('terminate', unless=('open',)),
               'security-error')


other_fingerprint('calling', 'nothing')
other_fingerprint('called', 'failed')


@case('a certificate that is refused is told before the end')
async def early_success(attack):
    """In TLS 1.3 the client is through before it is judged."""
    good = attack.client.identity
    attack.client.identity = Identity.make('tybalt@localhost')
    try:
        session = attack.call()
        await session.request(session.initiate_element())
        await session.wait('accepted')
        await session.start()
    finally:
        attack.client.identity = good
    await session.events.get('secure')
    await session.events.get('tls-error', unless=('open', 'terminate'))


# --- the header -----------------------------------------------------------

def bad_header(name, session_class, *conditions):
    def add(role, person):
        @case('header: %s, %s' % (name, role), person)
        async def run(attack):
            if role == 'calling':
                session = attack.call(session_class)
                await session.request(session.initiate_element())
                await session.wait('accepted')
                await session.start()
            else:
                session = await attack.called(session_class)
            condition = await session.events.get(
                'stream-error', unless=('over', 'terminate'))
            if conditions and condition not in conditions:
                raise Wrong('%s, not %s' % (condition, '/'.join(conditions)))
            await session.events.first(('terminate', 'over'))

    add('calling', 'nothing')
    add('called', 'failed')


NAMESPACES = ("xmlns='jabber:client'"
              " xmlns:stream='http://etherx.jabber.org/streams'")
JIDS = "from='%(me)s' to='%(peer)s' version='1.0'"

bad_header('from is somebody else',
           hostile.header(sender='tybalt@localhost/x'), 'invalid-from')
bad_header('from is the bare JID',
           hostile.header(sender='juliet@localhost'), 'invalid-from')
bad_header('to is somebody else',
           hostile.header(receiver='tybalt@localhost/x'), 'host-unknown')
bad_header('to is the bare JID',
           hostile.header(receiver='romeo@localhost'), 'host-unknown')
bad_header('without from and to',
           hostile.header(text="<stream:stream %s version='1.0'>"
                          % NAMESPACES),
           'invalid-from', 'host-unknown')
bad_header('of another namespace',
           hostile.header(text="<stream:stream xmlns='jabber:client'"
                          " xmlns:stream='urn:other' %s>" % JIDS),
           'invalid-namespace')
bad_header('stanzas of another namespace',
           hostile.header(text="<stream:stream xmlns='jabber:server' xmlns:"
                          "stream='http://etherx.jabber.org/streams' %s>"
                          % JIDS),
           'invalid-namespace')
bad_header('after a DOCTYPE',
           hostile.header(text="<?xml version='1.0'?><!DOCTYPE stream>"
                          "<stream:stream %s %s>" % (NAMESPACES, JIDS)),
           'restricted-xml')
bad_header('data before it', hostile.Early)


@case('header: none, and then cut')
async def mute(attack):
    session = attack.call(hostile.Mute)
    await session.request(session.initiate_element())
    await session.wait('accepted')
    await session.start()
    await session.events.get('secure')
    await hostile.vanish(session)


# --- inside an open stream ------------------------------------------------

def bad_stream(name, text, *conditions):
    @case('stream: ' + name, 'cut')
    async def run(attack):
        session = await attack.client.call(attack.target)
        session.send_plain(text)
        condition = await session.events.get(
            'stream-error', unless=('over', 'terminate'))
        if conditions and condition not in conditions:
            raise Wrong('%s, not %s' % (condition, '/'.join(conditions)))
        await session.events.first(('terminate', 'over'))


def sized_message(size):
    """A message of exactly that many bytes."""
    empty = len(stream.message('', 'sized'))
    return stream.message('s' * (size - empty), 'sized')


def nested(depth):
    return '<x>' * depth + '</x>' * depth


def wide(count):
    attributes = ''.join(" a%d=''" % number for number in range(count))
    return "<message><x%s/></message>" % attributes


LIMIT = stream.STANZA_LIMIT
NOT_WELL_FORMED = {
    'an unbound prefix': "<message><a:b/></message>",
    'an unbound prefix of an attribute': "<message a:b=''/>",
    'an attribute twice': "<message a='1' a='2'/>",
    'an attribute twice by namespace':
        "<message xmlns:a='urn:x' xmlns:b='urn:x' a:c='1' b:c='2'/>",
    'a prefix bound to nothing': "<message xmlns:a=''/>",
    'xml bound to another namespace': "<message xmlns:xml='urn:x'/>",
    'two colons in a name': "<message><a:b:c xmlns:a='urn:x'/></message>",
    'tags that do not match': "<message><a></b></message>",
    '< in an attribute': "<message a='<'/>",
    'no space between attributes': "<message a='1'b='2'/>",
    ']]> in text': "<message><body>]]></body></message>",
    'U+0001': "<message><body>\x01</body></message>",
    'U+0001 as a reference': "<message><body>&#1;</body></message>",
    'U+FFFE': "<message><body>\ufffe</body></message>",
    'not UTF-8': b"<message><body>\xc3\x28</body></message>",
    'a surrogate in UTF-8': b"<message><body>\xed\xa0\x80</body></message>",
}
RESTRICTED = {
    'a comment': "<message><!-- c --></message>",
    'a comment between stanzas': "<!-- c -->",
    'a processing instruction': "<message><?pi?></message>",
    'an entity of its own': "<message><body>&lol;</body></message>",
}

for _name, _text in NOT_WELL_FORMED.items():
    bad_stream(_name, _text, 'not-well-formed')
for _name, _text in RESTRICTED.items():
    bad_stream(_name, _text, 'restricted-xml')
bad_stream('a DOCTYPE', '<!DOCTYPE x [<!ENTITY a "b">]>', 'restricted-xml',
           'not-well-formed')
bad_stream('a stanza of 256 KiB and one byte', sized_message(LIMIT + 1),
           'policy-violation')
bad_stream('a stanza that never ends', "<message a='" + 'a' * (LIMIT + 20000),
           'policy-violation')
bad_stream('depth', '<message>%s</message>' % nested(40), 'policy-violation')
bad_stream('65 attributes', wide(65), 'policy-violation')
bad_stream('presence inside', "<presence/>", 'unsupported-stanza-type')
bad_stream('an unknown stanza', "<x xmlns='urn:x'/>",
           'unsupported-stanza-type')
bad_stream('a message of another namespace',
           "<message xmlns='urn:x'><body>evil</body></message>",
           'unsupported-stanza-type')
bad_stream('a stanza from somebody else',
           "<message from='tybalt@localhost/x'><body>evil</body></message>",
           'invalid-from')
bad_stream('a stanza from the bare JID',
           "<message from='juliet@localhost'><body>evil</body></message>",
           'invalid-from')
bad_stream('an iq from somebody else',
           "<iq type='get' id='1' from='tybalt@localhost/x'>"
           "<ping xmlns='urn:xmpp:ping'/></iq>", 'invalid-from')
bad_stream('a stanza to somebody else',
           "<message to='tybalt@localhost/x'><body>evil</body></message>",
           'invalid-from')
bad_stream('text between stanzas', 'text')
bad_stream('a second header',
           "<stream:stream from='x' to='y' version='1.0'>")


@case('stream: a stanza of exactly 256 KiB passes', 'open')
async def largest_stanza(attack):
    session = await attack.client.call(attack.target)
    session.send_plain(sized_message(LIMIT))
    session.send_plain(wide(63))
    session.send_plain("<message>%s</message>" % nested(25))
    return session


@case('stream: an error ends it', 'cut')
async def stream_error(attack):
    session = await attack.client.call(attack.target)
    session.send_plain(stream.error('undefined-condition'))
    await session.events.get('terminate')


# --- ends -----------------------------------------------------------------

@case('end: IBB and Jingle alone', 'cut')
async def bare_end(attack):
    session = await attack.client.call(attack.target)
    await hostile.vanish(session)


@case('end: Jingle alone', 'cut')
async def terminate_alone(attack):
    session = await attack.client.call(attack.target)
    await session.request(jingle.terminate(session.sid, 'success'))


@case('end: stream without close_notify', 'cut')
async def no_close_notify(attack):
    session = await attack.client.call(attack.target, hostile.NoCloseNotify)
    session.send_plain(stream.END)
    await session.events.get('stream-end')
    await hostile.vanish(session)


@case('end: close_notify without the stream\'s end', 'cut')
async def no_stream_end(attack):
    session = await attack.client.call(attack.target)
    session.tls.close_notify()
    session.flush()
    await hostile.vanish(session)


@case('end: in the middle of a stanza', 'cut')
async def middle_of_stanza(attack):
    session = await attack.client.call(attack.target)
    session.send_plain('<message><body>half of')
    session.tls.close_notify()
    session.flush()
    await hostile.vanish(session)
