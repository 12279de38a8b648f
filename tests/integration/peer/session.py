# SPDX-License-Identifier: GPL-2.0-or-later
"""One private conversation with one full JID."""
import asyncio

from . import ibb, jingle, ns, stream
from .identity import (fingerprint_of, is_p256, same_fingerprint,
                       xmpp_addresses)
from .jingle import Refused
from .mailbox import PATIENCE, Mailbox
from .tls import Tls, TlsError

BLOCK_SIZE = 16384


class Held(Exception):
    """The response to this stanza is sent later."""


class Session:
    """Events, in `events`: what a test waits for.

    accepted · accept-refused · opened (the bytestream) · detour (the other
    transport was agreed on) · secure (handshake done here) · open (the peer's
    header was right) · stanza · stream-error · stream-end · close-notify ·
    ibb-close · block-refused · tls-error · bad (what we found wrong) ·
    terminate (the peer's reason) · over (ours)

    Hostile sessions override the methods in the first half of the class.
    """

    block_size = BLOCK_SIZE
    outgoing_class = ibb.Outgoing
    tls_class = Tls
    # In RFC 6120 the responder answers the initiator's header. Sending the
    # header at once, with the handshake, is equivalent.
    early_header = False
    # Whether the feature is announced although the hello is ignored.
    ignores_hello = False
    # As responder with a hello.
    takes_first_words = True

    def __init__(self, client, peer, sid=None, initiator=True):
        self.client = client
        self.identity = client.identity
        self.me = client.boundjid.full
        self.peer = peer
        self.initiator = initiator
        self.sid = sid or jingle.new_id()
        self.ibb_sid = jingle.new_id()
        self.transport = client.preferred
        self.name = jingle.NAME
        self.events = Mailbox('%s with %s' % (self.me, peer))
        self.offered_fingerprint = None
        self.open = False
        self.over = False
        self.tls = None
        self.out = None
        self.hello = None       # our first flight, in Jingle
        self.their_hello = None
        self.stanzas_in = 0
        self._incoming = None
        self._unproved = b''    # to be sent again
        self._detoured = False
        self._reader = stream.Reader()
        self._header_sent = False
        self._end_sent = False
        self._sm_enabled = False

    # --- what a hostile peer does in another way --------------------------

    def security(self):
        return jingle.security(self.identity.fingerprint)

    def content(self):
        security = self.security()
        if self.hello is not None:
            for hint in security.findall('{%s}fingerprint' % ns.XTLS):
                security.remove(hint)
            security.append(jingle.hello(
                self.hello, not self.initiator and self.takes_first_words))
        return jingle.content(self.ibb_sid, self.block_size, security,
                              self.name, self.transport)

    def initiate_element(self):
        return jingle.initiate(self.sid, self.me, self.content())

    def accept_element(self):
        return jingle.accept(self.sid, self.me, self.content())

    def open_element(self):
        return ibb.open_element(self.ibb_sid, self.block_size, self.namespace)

    def close_element(self):
        return ibb.close_element(self.ibb_sid, self.namespace)

    def make_tls(self):
        return self.tls_class(not self.initiator, self.identity, self.check_certificate)

    def header(self):
        return stream.header(self.me, self.peer,
                             None if self.initiator else jingle.new_id())

    def after_handshake(self):
        if self.initiator or self.early_header:
            self.send_header()

    def end_tls(self):
        self.tls.close_notify()

    # --- setting up -------------------------------------------------------

    async def call(self):
        """The initiator's way, until the session is open."""
        await self.ask()
        await self.wait('accepted')
        await self.start()
        await self.wait('open')
        return self

    async def ask(self):
        if self.client.hello:
            self.tls = self.make_tls()
            self.tls.start()
            self.hello = self.tls.take()
        try:
            await self.request(self.initiate_element())
        except Refused:
            self.finished('refused')
            raise

    async def start(self):
        """After the accept: the bytestream and the handshake."""
        try:
            await self._open()
        except Refused:
            if not self.client.detours or self._detoured:
                raise
            await self.take_detour()
            await self._open()

    async def _open(self):
        self._ready_for_blocks()
        if self.their_hello is None:
            await self._request_open()
            self.start_tls()
            return
        # TLS's next bytes follow without waiting for the response.
        opening = self.client.spawn(self._request_open())
        await asyncio.sleep(0)
        if self._detoured:
            self.out.write(self._unproved)
        else:
            self._receive(self.their_hello)
        await opening

    async def _request_open(self):
        result = await self.request(self.open_element())
        if self.namespace == ns.DATA \
                and ns.find(result.xml, ns.DATA, 'proceed') is None:
            raise Refused('undefined-condition')

    async def take_detour(self):
        """Proposes the other transport, where all bytes are sent again."""
        self._change_transport(self.other_transport)
        await self.request(self.transport_element('transport-replace'))
        await self.wait('detour')

    @property
    def other_transport(self):
        (other,) = set(ns.CARRIERS) - {self.transport}
        return other

    def transport_element(self, action):
        return jingle.transport(action, self.sid, self.ibb_sid,
                                self.block_size, self.transport, self.name)

    def _change_transport(self, transport):
        self._detoured = True
        if self.out is not None:
            self.out.close()
            self._unproved = bytes(self.out.written)
        self._incoming = None
        self.transport = transport

    def take_transport(self, action, node):
        """A transport-replace, transport-accept or transport-reject; returns
        what to do after the answer."""
        if action == 'transport-replace':
            return self._take_replace(jingle.Transport(node))
        if not self._detoured or not self.initiator \
                or self.events.has('detour'):
            raise Refused('unexpected-request')
        if action == 'transport-reject':
            return lambda: self.fail('failed-transport', 'no detour')
        accept = jingle.Transport(node)
        if (accept.transport, accept.ibb_sid) != (self.transport, self.ibb_sid) \
                or accept.block_size > self.block_size:
            raise Refused('bad-request', 'modify')
        self.block_size = accept.block_size
        self.events.put('detour', accept)
        return None

    def _take_replace(self, replace):
        if self.initiator or self._detoured or self.open \
                or not self.client.detours \
                or replace.transport == self.transport \
                or replace.ibb_sid != self.ibb_sid \
                or self._incoming is not None and self._incoming.began:
            return lambda: self.client.spawn(self.quietly(jingle.transport(
                'transport-reject', self.sid, self.ibb_sid, self.block_size,
                replace.transport, self.name)))
        self.block_size = min(self.block_size, replace.block_size)
        self._change_transport(replace.transport)
        self.events.put('detour', replace)
        return lambda: self.client.spawn(
            self.quietly(self.transport_element('transport-accept')))

    async def answer(self, offer):
        """The responder's way, after the offer was acknowledged."""
        self.take_offer(offer)
        if self.client.hello and offer.hello is not None \
                and not self.ignores_hello:
            self.tls = self.make_tls()
            self.tls.feed(offer.hello)
            self.hello = self.tls.take()
        await self.request(self.accept_element())

    def take_offer(self, offer):
        self.name = offer.name
        self.offered_fingerprint = offer.fingerprint
        asked = self.block_size
        self.block_size = min(asked, offer.block_size)
        if not self.initiator:
            self.ibb_sid = offer.ibb_sid
            self.transport = offer.transport
        elif offer.ibb_sid != self.ibb_sid \
                or offer.transport != self.transport \
                or offer.block_size > asked:
            raise Refused('bad-request', 'modify')

    def take_accept(self, node):
        offer = jingle.Offer(node)
        self.take_offer(offer)
        if offer.hello is not None and self.hello is None:
            raise Refused('bad-request', 'modify')
        self.their_hello = offer.hello
        self.events.put('accepted', offer)

    def _ready_for_blocks(self):
        self._incoming = ibb.Incoming(self.block_size)
        self.out = self.outgoing_class(self.ibb_sid, self.block_size,
                                       self._send_block, self._block_refused)
        self.out.namespace = self.namespace

    @property
    def namespace(self):
        """Of the bytestream's elements."""
        return ns.CARRIERS[self.transport]

    def start_tls(self):
        """Starts TLS with the bytestream, unless it has started with a
        hello."""
        if self.tls is None:
            self.tls = self.make_tls()
            self.tls.start()
        elif self.initiator:
            # The hello was ignored.
            self.out.write(self.hello)
        self.flush()

    @property
    def incoming_largest(self):
        """The largest block that arrived."""
        return self._incoming.largest

    # --- bytes ------------------------------------------------------------

    def _send_block(self, node):
        return asyncio.ensure_future(self.client.request(self.peer, node))

    def _block_refused(self, error):
        self.events.put('block-refused', getattr(error, 'condition', str(error)))

    def flush(self):
        data = self.tls.take()
        if data and not self.out.closed:
            self.out.write(data)

    def send_plain(self, data):
        """Sends text or bytes through TLS unchanged."""
        if isinstance(data, str):
            data = data.encode()
        self.tls.write(data)
        self.flush()

    def take_bytestream(self, node):
        """An IBB element of this session; returns what to do after the answer.

        Raises Refused.
        """
        namespace, name = ns.split(node.tag)
        if namespace != self.namespace:
            raise Refused('item-not-found')
        if name == ('start' if namespace == ns.DATA else 'open'):
            return self._take_open(node)
        if self._incoming is None:
            self.events.put('early', name)
            raise Refused('unexpected-request', 'wait')
        if name == 'close':
            self.out.close()
            return lambda: self.events.put('ibb-close')
        if name != 'data':
            raise Refused('bad-request', 'modify')
        try:
            block = self._incoming.take(node)
        except Refused as refusal:
            self.fail('failed-transport', 'block: %s' % refusal.condition)
            raise
        return lambda: self._receive(block)

    def _take_open(self, node):
        if self.initiator or self._incoming is not None:
            raise Refused('unexpected-request', 'cancel')
        if node.get('stanza', 'iq') != 'iq':
            raise Refused('not-acceptable')
        if jingle.number(node.get('block-size'), 1, 65535) > self.block_size:
            raise Refused('resource-constraint', 'modify')
        self.block_size = int(node.get('block-size'))
        self._ready_for_blocks()
        self.out.write(self._unproved)
        self.events.put('opened')
        return self.start_tls

    def _receive(self, block):
        if self.over:
            return
        was_ready = self.tls.ready
        try:
            plain = self.tls.feed(block)
        except TlsError as error:
            self.flush()
            self.events.put('tls-error', str(error))
            self.fail('security-error', self.tls.problem or str(error))
            return
        if self.tls.ready and not was_ready:
            self._handshake_done()
        if not self.over and plain:
            self._read(plain)
        if not self.over:
            self.flush()
            if self.tls.closed and not self.events.has('close-notify'):
                self.events.put('close-notify')

    def _handshake_done(self):
        self.events.put('secure')
        self.after_handshake()

    def check_certificate(self, certificate):
        """Returns what is wrong with the peer's certificate, or None."""
        seen = fingerprint_of(certificate)
        if self.offered_fingerprint is not None \
                and not same_fingerprint(seen, self.offered_fingerprint):
            return 'the fingerprint of the offer is another'
        if same_fingerprint(seen, self.identity.fingerprint):
            return 'our own certificate'
        bare = self.peer.split('/')[0]
        if not is_p256(certificate):
            return 'not ECDSA P-256'
        if any(jid != bare for jid in xmpp_addresses(certificate)):
            return 'the certificate of another JID'
        return None

    # --- the stream inside ------------------------------------------------

    def send_header(self):
        if not self._header_sent:
            self._header_sent = True
            text = self.header()
            if not self.initiator:
                text += stream.features(self.client.sm)
            self.send_plain(text)

    def _read(self, plain):
        try:
            for kind, value in self._reader.feed(plain):
                self._take_event(kind, value)
        except stream.StreamError as error:
            self.refuse_stream(str(error))

    def refuse_stream(self, condition):
        """Ends the stream with an error as RFC 6120 requires."""
        if not self._header_sent:
            self.send_header()
        self.send_plain(stream.error(condition) + stream.END)
        self.tls.close_notify()
        self.flush()
        self.fail('security-error', condition)

    def _take_event(self, kind, value):
        if kind == 'header':
            self._take_header(value)
        elif kind == 'end':
            self.events.put('stream-end')
            self._answer_end()
        else:
            self._take_stanza(value)

    def _take_header(self, attributes):
        if attributes.get('from') != self.peer:
            raise stream.StreamError('invalid-from')
        if attributes.get('to') != self.me:
            raise stream.StreamError('host-unknown')
        if attributes.get('version') != '1.0':
            raise stream.StreamError('unsupported-version')
        self.send_header()
        self.open = True
        self.events.put('open', attributes)

    def _take_stanza(self, node):
        namespace, name = ns.split(node.tag)
        if (namespace, name) == (ns.STREAM, 'error'):
            self.events.put('stream-error', stream.error_condition(node))
            self._answer_end()
            self.fail('failed-transport', 'their stream error')
        elif (namespace, name) == (ns.STREAM, 'features'):
            self.events.put('features', node)
        elif namespace == ns.SM and self.client.sm:
            self._take_ack(name, node)
        elif namespace == ns.CLIENT and name in ('message', 'iq'):
            self._take_message_or_iq(name, node)
        else:
            raise stream.StreamError('unsupported-stanza-type')

    def _take_message_or_iq(self, name, node):
        if node.get('from', self.peer) != self.peer \
                or node.get('to', self.me) != self.me:
            raise stream.StreamError('invalid-from')
        self.stanzas_in += 1
        if name == 'iq' and node.get('type') in ('get', 'set') \
                and not self._end_sent:
            self._answer_iq(node)
        text = stream.body(node) if name == 'message' else None
        self.events.put('stanza' if text is None else 'body',
                        node if text is None else text)

    def _answer_iq(self, node):
        identifier = stream.quoteattr(node.get('id', ''))
        if ns.find(node, ns.PING, 'ping') is not None:
            self.send_plain("<iq type='result' id=%s/>" % identifier)
        else:
            self.send_plain(
                "<iq type='error' id=%s><error type='cancel'>"
                "<service-unavailable xmlns='%s'/></error></iq>"
                % (identifier, ns.STANZA_ERRORS))

    def _take_ack(self, name, node):
        """The basic part of XEP-0198: counts without resumption."""
        if name == 'a':
            self.events.put('ack', int(node.get('h')))
        elif self._end_sent:
            # Nothing may follow the end tag.
            return
        elif name == 'enable':
            self._sm_enabled = True
            self.stanzas_in = 0
            self.send_plain("<enabled xmlns='%s'/>" % ns.SM)
        elif name == 'r':
            self.send_plain("<a xmlns='%s' h='%d'/>" % (ns.SM, self.stanzas_in))

    def say(self, text, kind='chat'):
        self.send_plain(stream.message(text, jingle.new_id(), kind))

    async def heard(self, timeout=PATIENCE):
        """The text of the next message that came inside."""
        return await self.events.get(
            'body', timeout=timeout, unless=('over', 'terminate'))

    # --- the end ----------------------------------------------------------

    def count(self):
        """Sends the count of received stanzas if the other side has enabled
        that."""
        if self._sm_enabled:
            self.send_plain("<a xmlns='%s' h='%d'/>" % (ns.SM, self.stanzas_in))

    def _send_end(self):
        if not self._end_sent:
            self.count()
            self._end_sent = True
            self.send_plain(stream.END)

    def _answer_end(self):
        self._send_end()
        self.end_tls()
        self.flush()

    async def finish(self, reason='success'):
        """Ends it as the rules have it; returns when all is answered. `gone`:
        this client goes offline."""
        self._send_end()
        await self.wait('stream-end')
        await self.wait('close-notify')
        await self.out.drained()
        await self.quietly(self.close_element())
        await self.quietly(jingle.terminate(self.sid, reason))
        self.finished(reason)

    def fail(self, reason, why):
        """Gives up: tells the peer and does not wait."""
        if self.over:
            return
        self.events.put('bad', why)
        self.finished(reason)
        self.client.spawn(self._farewell(reason))

    async def _farewell(self, reason):
        if self.out is not None:
            await self.out.drained()
            await self.quietly(self.close_element())
        await self.quietly(jingle.terminate(self.sid, reason))

    def take_terminate(self, node):
        self.events.put('terminate', jingle.reason(node))
        self.finished(None)

    def finished(self, reason):
        if not self.over:
            self.over = True
            self.open = False
            if self.out is not None and reason != 'security-error':
                self.out.close()
            self.events.put('over', reason)

    @property
    def left(self):
        """Whether the other side closed properly because it went offline, so
        that its user has not ended the conversation."""
        return self.clean and self.events.values('terminate') == ['gone']

    @property
    def clean(self):
        """Whether the other side ended it properly, rather than being cut."""
        return self.events.has('stream-end') and self.events.has('close-notify')

    async def wait(self, kind, timeout=PATIENCE):
        return await self.events.get(kind, timeout=timeout,
                                     unless=('over', 'terminate', 'bad'))

    async def request(self, node):
        return await self.client.request(self.peer, node)

    async def quietly(self, node):
        """A request whose refusal changes nothing any more."""
        try:
            await self.request(node)
        except (Refused, asyncio.TimeoutError):
            pass

