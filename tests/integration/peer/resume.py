# SPDX-License-Identifier: GPL-2.0-or-later
"""A stream with acknowledgements and resumption (XEP-0198), by either side and
in either role."""
import asyncio

from . import ibb, jingle, ns, stream
from .session import Session as PlainSession


class State:
    """The state that outlives a session."""

    def __init__(self):
        self.id = None
        self.received = 0
        self.acked = 0
        self.unacked = []

    def take_count(self, h):
        news = h - self.acked
        if not 0 <= news <= len(self.unacked):
            raise stream.StreamError('undefined-condition')
        self.acked = h
        del self.unacked[:news]


class Session(PlainSession):
    """Needs a client with `sm`. Events: enabled · resumed · not-resumed."""

    # What a client of this class can resume, by id.
    states = {}

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.state = None
        self.tokens = []

    async def enable(self):
        """The initiator's, before it says anything."""
        await self.wait('features')
        self.send_plain("<enable xmlns='%s' resume='true'/>" % ns.SM)
        await self.wait('enabled')

    async def resume(self, state):
        """Returns whether it was."""
        await self.wait('features')
        self._send_resume('resume', state)
        kind, _ = await self.events.first(('resumed', 'not-resumed'))
        return kind == 'resumed'

    def _send_resume(self, name, state):
        self.send_plain("<%s xmlns='%s' previd=%s h='%d'/>"
                        % (name, ns.SM, stream.quoteattr(state.id),
                           state.received))
        self.state = state

    def _resend(self):
        for text in self.state.unacked:
            self.send_plain(text)
        self.events.put('resumed')

    def say(self, text, kind='chat', lost=False):
        """`lost`: the stanza is counted as sent, but does not arrive."""
        text = stream.message(text, jingle.new_id(), kind)
        if self.state is not None:
            self.state.unacked.append(text)
        if not lost:
            self.send_plain(text)

    def count(self):
        if self.state is None:
            return
        self.send_plain("<a xmlns='%s' h='%d'/>" % (ns.SM, self.state.received))

    async def asked(self):
        """Asks, and waits until all that was said is counted."""
        self.send_plain("<r xmlns='%s'/>" % ns.SM)
        while self.state.unacked:
            await self.wait('ack')

    async def cut(self):
        """The way breaks: what is known of the stream, to resume it by."""
        await self.quietly(self.close_element())
        self.finished('failed-transport')
        self.states[self.state.id] = self.state
        return self.state

    def _take_message_or_iq(self, name, node):
        if self.state is not None:
            self.state.received += 1
        super()._take_message_or_iq(name, node)

    def _take_ack(self, name, node):
        getattr(self, '_take_' + name)(node)

    def _take_enable(self, node):
        token = ns.find(node, ns.HELLO, 'token')
        if token is not None:
            self.tokens.append(token.text)
        self.state = State()
        self.state.id = jingle.new_id() if token is None else token.text
        self.send_plain("<enabled xmlns='%s' id='%s' resume='true'/>"
                        % (ns.SM, self.state.id))
        self.events.put('enabled')

    def _take_enabled(self, node):
        if self.state is None:
            self.state = State()
            self.state.id = node.attrib['id']
        assert self.state.id == node.attrib['id'], node.attrib
        self.events.put('enabled')

    def _take_resume(self, node):
        state = self.states.pop(node.get('previd'), None)
        if state is None:
            self.send_plain(
                "<failed xmlns='%s'><item-not-found xmlns='%s'/></failed>"
                % (ns.SM, ns.STANZA_ERRORS))
            return
        state.take_count(int(node.get('h')))
        self._send_resume('resumed', state)
        self._resend()

    def _take_resumed(self, node):
        assert node.get('previd') == self.state.id, node.attrib
        self.state.take_count(int(node.get('h')))
        self._resend()

    def _take_failed(self, node):
        self.state = None
        self.events.put('not-resumed')

    def _take_r(self, node):
        self.count()

    def _take_a(self, node):
        self.state.take_count(int(node.get('h')))
        self.events.put('ack', self.state.acked)


class FirstWords(Session):
    """As initiator, enables and says `words` behind its header."""

    words = ()

    def after_handshake(self):
        super().after_handshake()
        if not self.initiator or self.their_hello is None:
            return
        self.state = State()
        self.state.id = jingle.new_id()
        self.send_plain(
            "<enable xmlns='%s' resume='true'><token xmlns='%s'>%s</token>"
            '</enable>' % (ns.SM, ns.HELLO, self.state.id))
        for text in self.words:
            self.say(text)


class Silent(Session):
    """As responder, sends neither its header nor anything else inside until
    `speak()`."""

    _silent = True

    def send_plain(self, data):
        if not self._silent:
            super().send_plain(data)

    def speak(self):
        self._silent = False
        self._header_sent = False
        self.send_header()
        self.send_plain("<enabled xmlns='%s' id='%s' resume='true'/>"
                        % (ns.SM, self.state.id))


class Returning(Session):
    """As initiator, asks behind its header to resume `last`."""

    last = None

    def after_handshake(self):
        super().after_handshake()
        if self.initiator:
            self._send_resume('resume', self.last)


class OwnId(Session):
    """As responder, gives the stream an id of its own, as if it knew nothing
    of first words."""

    def _take_enable(self, node):
        for token in node.findall('{%s}token' % ns.HELLO):
            node.remove(token)
        super()._take_enable(node)


class Hesitant(Session):
    """As responder, accepts once `ready` is set. Event: offered."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.ready = asyncio.Event()

    async def answer(self, offer):
        self.events.put('offered')
        await self.ready.wait()
        await super().answer(offer)
