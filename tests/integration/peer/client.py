# SPDX-License-Identifier: GPL-2.0-or-later
"""The XMPP client around the sessions."""
import asyncio
import logging
import ssl
from unittest import mock

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher.base import MatcherBase
from xtlstest import jitter

from . import ibb, jingle, ns
from .jingle import Refused, Unusable
from .mailbox import PATIENCE, Mailbox
from .session import Held, Session

# slixmpp's log messages about cancelled tasks at logout are not useful in a
# test.
logging.getLogger('slixmpp').setLevel(logging.CRITICAL)


# The most incoming requests of an account; a full JID may have one.
MOST_UNFINISHED = 20
MOST_OF_ONE_CONTACT = 5


class _OurIq(MatcherBase):
    """An <iq/> of type set that carries Jingle or a bytestream."""

    def match(self, stanza):
        xml = stanza.xml
        return (ns.split(xml.tag)[1] == 'iq' and xml.get('type') == 'set'
                and len(xml) == 1
                and ns.split(xml[0].tag)[0] in (ns.JINGLE, ns.IBB, ns.DATA))


class Client(slixmpp.ClientXMPP):
    """An account that can call and be called.

    Incoming sessions are of `session_class`, and arrive in `incoming`.
    """

    session_class = Session

    def __init__(self, jid, password, port, identity, *, session_class=None,
                 sm=False, features=ns.FEATURES):
        # slixmpp would read all certificate authorities of this machine for
        # each client, which takes longer than the login, and none uses TLS.
        with mock.patch('ssl.create_default_context',
                        lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)):
            super().__init__(jid, password)
        self.identity = identity
        self.sm = sm
        self.hello = ns.HELLO in features
        # Whether it has both transports, and which one it offers first.
        self.detours = set(ns.CARRIERS) <= set(features)
        self.preferred = (ns.TRANSPORT if ns.TRANSPORT in features
                          else ns.DATA_TRANSPORT)
        self.accepting = True
        self.refusal = 'decline'
        self.holding = False
        self.incoming = Mailbox('calls to %s' % jid)
        self.presences = Mailbox('presences for %s' % jid)
        self.messages = Mailbox('plaintext for %s' % jid)
        self.foreign = Mailbox('stanzas of no session for %s' % jid)
        self.held = Mailbox('held by %s' % jid)
        self._port = port
        self._sessions = {}
        self._tasks = set()
        self._lane = jitter.Lane()
        if session_class is not None:
            self.session_class = session_class
        self.register_plugin('xep_0030')
        self.register_plugin('xep_0115')
        self['feature_mechanisms'].unencrypted_plain = True
        for feature in features + (ns.IBB,):
            self['xep_0030'].add_feature(feature)
        self.register_handler(Callback('xtls', _OurIq(None), self._take_iq))
        self.add_event_handler('presence_available', self._take_presence)
        self.add_event_handler('presence_unavailable', self._take_gone)
        self.add_event_handler('message', self._take_message)

    # --- logging in and out -----------------------------------------------

    async def login(self):
        started = asyncio.get_running_loop().create_future()

        def done(_):
            if not started.done():
                started.set_result(None)

        def failed(_):
            if not started.done():
                started.set_exception(ConnectionError('login failed'))

        self.add_event_handler('session_start', done)
        self.add_event_handler('failed_auth', failed)
        self.connect_in_clear()
        await asyncio.wait_for(started, PATIENCE)
        await self.get_roster()
        await self['xep_0115'].update_caps()
        self.send_presence()
        return self

    def connect_in_clear(self):
        """Connects without TLS to the server, which slixmpp 1.9 selects by
        attributes."""
        if hasattr(self, 'enable_plaintext'):
            self.enable_direct_tls = self.enable_starttls = False
            self.enable_plaintext = True
            self.connect('127.0.0.1', self._port)
        else:
            self.connect(('127.0.0.1', self._port), disable_starttls=True)

    async def logout(self):
        for session in list(self._sessions.values()):
            session.finished('gone')
        for task in list(self._tasks):
            task.cancel()
        if self.is_connected():
            await asyncio.wait_for(self.disconnect(wait=1), PATIENCE)
        # slixmpp forgets this one.
        if self._run_out_filters is not None:
            self._run_out_filters.cancel()

    def data_received(self, data):
        """Reads no more until the pause is over."""
        super().data_received(data)
        if (pause := self._lane.pause()) and self.transport:
            self.transport.pause_reading()
            self.loop.call_later(pause, self.transport.resume_reading)

    def cut(self):
        """Breaks the connection without sending anything."""
        self.abort()

    # --- who is there -----------------------------------------------------

    def _take_presence(self, presence):
        self.presences.put(presence['from'].full, presence)

    def _take_gone(self, presence):
        self.presences.put('gone ' + presence['from'].full, presence)

    def _take_message(self, message):
        self.messages.put('message', message)

    async def see(self, full_jid):
        """Waits for the next presence of a resource."""
        return await self.presences.get(full_jid)

    async def disco(self, full_jid):
        answer = await self['xep_0030'].get_info(jid=full_jid, timeout=PATIENCE)
        return set(answer['disco_info']['features'])

    async def caps_hold(self, presence):
        """Whether the hash in a presence is that of the disco#info."""
        node = presence.xml.find('{http://jabber.org/protocol/caps}c')
        answer = await self['xep_0030'].get_info(
            jid=presence['from'],
            node='%s#%s' % (node.get('node'), node.get('ver')),
            timeout=PATIENCE)
        made = self['xep_0115'].generate_verstring(answer['disco_info'],
                                                   node.get('hash'))
        return made == node.get('ver')

    # --- stanzas ----------------------------------------------------------

    async def request(self, to, node, timeout=PATIENCE):
        """Sends an <iq type='set'/>; Refused when the answer is an error."""
        iq = self.make_iq_set(ito=to)
        iq.append(node)
        try:
            return await iq.send(timeout=timeout)
        except IqError as error:
            raise refusal(error.iq.xml) from None
        except IqTimeout:
            raise asyncio.TimeoutError(
                '%s did not answer %s' % (to, node.tag)) from None

    def spawn(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _take_iq(self, iq):
        sender = iq['from'].full
        node = iq.xml[0]
        afterwards = None
        try:
            if ns.split(node.tag)[0] in (ns.IBB, ns.DATA):
                afterwards = self._take_bytestream(sender, node)
            else:
                afterwards = self._take_jingle(sender, node)
        except Refused as error:
            self.refuse(iq, error)
            return
        except Held:
            self.held.put('iq', iq)
            return
        reply = iq.reply(clear=True)
        if (result := ibb.result_element(node)) is not None:
            reply.append(result)
        reply.send()
        if afterwards is not None:
            afterwards()

    def release(self, iq):
        """Responds to a stanza that was held."""
        self._take_iq(iq)

    @staticmethod
    def refuse(iq, error):
        reply = iq.reply(clear=True)
        reply['type'] = 'error'
        reply['error']['type'] = error.kind
        reply['error']['condition'] = error.condition
        if error.extra is not None:
            reply['error'].xml.append(error.extra)
        reply.send()

    # --- sessions ---------------------------------------------------------

    def session(self, peer, session_class=None, sid=None):
        """A session to be called; call() does the rest."""
        session = (session_class or self.session_class)(self, peer, sid)
        self._sessions[(peer, session.sid)] = session
        return session

    async def call(self, peer, session_class=None):
        return await self.session(peer, session_class).call()

    async def called(self, timeout=PATIENCE):
        """The next incoming session, open."""
        session = await self.incoming.get('session', timeout=timeout)
        await session.wait('open')
        return session

    async def drop_sessions(self):
        """Ends what is left over."""
        for session in list(self._sessions.values()):
            if not session.over:
                session.finished('gone')
                await session.quietly(jingle.terminate(session.sid, 'gone'))

    def forget_sessions(self):
        """Forgets the sessions that have ended."""
        self._sessions = {key: session for key, session
                          in self._sessions.items() if not session.over}

    def _take_bytestream(self, sender, node):
        for (peer, _), session in self._sessions.items():
            if peer == sender and session.ibb_sid == node.get('sid') \
                    and not session.events.has('terminate'):
                return session.take_bytestream(node)
        self.foreign.put('ibb', node)
        raise Refused('item-not-found')

    def _take_jingle(self, sender, node):
        action = node.get('action')
        sid = node.get('sid')
        if not sid or not jingle.NMTOKEN.match(sid):
            raise Refused('bad-request', 'modify')
        if action == 'session-initiate':
            return self._take_initiate(sender, sid, node)
        session = self._sessions.get((sender, sid))
        if session is None:
            self.foreign.put('jingle', node)
            raise jingle.unknown_session()
        if action == 'session-terminate':
            return lambda: session.take_terminate(node)
        if action == 'session-accept' and session.initiator:
            return self._take_accept(session, sender, node)
        if action in ('transport-replace', 'transport-accept',
                      'transport-reject'):
            return session.take_transport(action, node)
        if action in ('security-info', 'session-info'):
            return None
        raise Refused('bad-request', 'modify')

    def _take_accept(self, session, sender, node):
        if node.get('responder', sender) != sender \
                or session.events.has('accepted'):
            raise Refused('bad-request', 'modify')
        try:
            session.take_accept(node)
        except Unusable as error:
            reason = str(error)
            return lambda: session.fail(reason, 'accept: ' + reason)
        return None

    def _take_initiate(self, sender, sid, node):
        if node.get('initiator', sender) != sender \
                or (sender, sid) in self._sessions:
            raise Refused('bad-request', 'modify')
        if self.holding:
            raise Held
        self._break_tie(sender, sid)
        try:
            offer = jingle.Offer(node)
        except Unusable as error:
            return self._decline(sender, sid, str(error))
        if not self.accepting:
            return self._decline(sender, sid, self.refusal)
        self._limit_requests(sender)
        session = self.session_class(self, sender, sid, initiator=False)
        self._sessions[(sender, sid)] = session
        self.incoming.put('session', session)
        return lambda: self.spawn(self._accept(session, offer))

    def _break_tie(self, sender, sid):
        """Resolves simultaneous requests: the lower sid wins."""
        for session in self._sessions.values():
            if session.peer == sender and session.initiator \
                    and not session.over \
                    and not session.events.has('accepted'):
                if (session.sid, self.boundjid.full) < (sid, sender):
                    raise jingle.tie_break()
                session.finished('tie-break')

    def _limit_requests(self, sender):
        unfinished = [session.peer for session in self._sessions.values()
                      if not (session.initiator or session.over
                              or session.events.has('open'))]
        bare = [jid.split('/')[0] for jid in unfinished]
        if (sender in unfinished or len(unfinished) >= MOST_UNFINISHED
                or bare.count(sender.split('/')[0]) >= MOST_OF_ONE_CONTACT):
            raise Refused('resource-constraint', 'wait')

    def _decline(self, sender, sid, reason):
        self.incoming.put('declined', reason)
        return lambda: self.spawn(
            self.request(sender, jingle.terminate(sid, reason)))

    @staticmethod
    async def _accept(session, offer):
        try:
            await session.answer(offer)
        except Refused as error:
            # Also when their session-terminate was read before this ran.
            session.events.put('accept-refused', error.condition)
            session.fail('failed-transport', 'accept: %s' % error.condition)


def refusal(xml):
    """Makes a Refused from an error response: the condition and the
    application-specific condition."""
    node = ns.find(xml, ns.CLIENT, 'error')
    condition, extra = 'undefined-condition', None
    for child in node if node is not None else ():
        namespace, name = ns.split(child.tag)
        if namespace == ns.STANZA_ERRORS and name != 'text':
            condition = name
        elif namespace != ns.STANZA_ERRORS:
            extra = child
    return Refused(condition, node.get('type') if node is not None else None,
                   extra)
