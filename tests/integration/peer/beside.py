# SPDX-License-Identifier: GPL-2.0-or-later
"""Files beside the stream: SOCKS5 (XEP-0065) under TLS, on a connection of
their own."""
import asyncio
import base64
import hashlib
import socket
import struct

from . import ns, stream
from .mailbox import PATIENCE
from .session import Session
from .tls import CHUNK, PresharedTls, TlsError

METHOD = 'urn:xmpp:xtls:s5b:0'
PLAIN = 'http://jabber.org/protocol/bytestreams'
SI = 'http://jabber.org/protocol/si'
PROFILE = SI + '/profile/file-transfer'
LABEL = b'EXPERIMENTAL urn:xmpp:xtls:s5b:0'
ANSWER = ("<si xmlns='" + SI + "'><feature xmlns='http://jabber.org/protocol/"
          "feature-neg'><x xmlns='jabber:x:data' type='submit'><field"
          " var='stream-method'><value>%s</value></field></x></feature></si>")
NOT_FOUND = ("<error type='cancel'><item-not-found xmlns='%s'/></error>"
             % ns.STANZA_ERRORS)


def patiently(what):
    return asyncio.wait_for(what, PATIENCE)


class Broken(Exception):
    """The other side did not follow the protocol, or has given up."""


def file_key(session, sid, sends):
    """The key of a file that this side sends, or receives."""
    role = b'initiator:' if session.initiator == sends else b'responder:'
    return session.tls.export(LABEL, role + sid.encode())


def name_of(sid, sender, receiver):
    """What SOCKS5 connects to."""
    return hashlib.sha1((sid + sender + receiver).encode()).hexdigest()


def streamhosts(sid, *hosts, namespace=METHOD, request='h1'):
    """The request that names (jid, host, port)s."""
    return ("<iq type='set' id=%s><query xmlns=%s sid=%s>%s</query></iq>" % (
        stream.quoteattr(request), stream.quoteattr(namespace),
        stream.quoteattr(sid), ''.join(
            '<streamhost jid=%s host=%s port=%s/>' % tuple(
                stream.quoteattr(str(part)) for part in host)
            for host in hosts)))


class Party(Session):
    """A side that is offered files, and may offer some.

    Events: offer (the <si/>) · hosts (the request that names stream hosts) ·
    in-band-open · in-band-close

    method: the one that it answers offers with
    in_band: what has come in-band
    """

    method = METHOD

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.in_band = bytearray()

    def _answer_iq(self, node):
        namespace, name = ns.split(node[0].tag)
        if (namespace, name) == (SI, 'si'):
            self.answer_with(node, ANSWER % self.method)
            self.events.put('offer', node[0])
        elif namespace == METHOD:
            self.events.put('hosts', node)
        elif namespace == ns.IBB:
            if name == 'data':
                self.in_band += base64.b64decode(node[0].text)
            self.answer_with(node, '')
            self.events.put('in-band-' + name)
        else:
            super()._answer_iq(node)

    def answer_with(self, node, content, kind='result'):
        self.send_plain("<iq type='%s' id=%s>%s</iq>" % (
            kind, stream.quoteattr(node.get('id')), content))

    def answer_used(self, node, jid, namespace=METHOD):
        self.answer_with(node, "<query xmlns='%s'><streamhost-used jid=%s/>"
                         '</query>' % (namespace, stream.quoteattr(jid)))


def direct_address(session, hosts):
    """The (host, port) at which the other side itself listens."""
    for host in hosts[0]:
        if host.get('jid') == session.peer:
            return host.get('host'), int(host.get('port'))
    raise Broken('no direct address')


class Connection:
    """A connection for a file, first with SOCKS5, then with TLS. It reads only
    what a test waits for."""

    def __init__(self, sock):
        sock.setblocking(False)
        self._sock = sock
        self.tls = None
        self.got = bytearray()
        self.wire = bytearray()     # all that came

    @classmethod
    async def to(cls, host, port):
        family = socket.AF_INET6 if ':' in host else socket.AF_INET
        made = cls(socket.socket(family, socket.SOCK_STREAM))
        await patiently(asyncio.get_running_loop().sock_connect(
            made._sock, (host, int(port))))
        return made

    async def say(self, data):
        """Sends bytes unchanged."""
        await patiently(asyncio.get_running_loop().sock_sendall(
            self._sock, data))

    async def _hear(self, most):
        data = await patiently(asyncio.get_running_loop().sock_recv(
            self._sock, most))
        self.wire += data
        return data

    # --- SOCKS5 ---------------------------------------------------------------

    async def _read(self, count):
        data = b''
        while len(data) < count:
            more = await self._hear(count - len(data))
            if not more:
                raise Broken('the connection has ended')
            data += more
        return data

    async def ask(self, name):
        """The side that connects."""
        await self.say(b'\5\1\0')
        if await self._read(2) != b'\5\0':
            raise Broken('greeting')
        target = b'\3' + bytes([len(name)]) + name.encode() + b'\0\0'
        await self.say(b'\5\1\0' + target)
        if await self._read(len(target) + 3) != b'\5\0\0' + target:
            raise Broken('reply')

    async def reply(self):
        """The side that was connected to. Returns the name that was asked
        for."""
        if await self._read(3) != b'\5\1\0':
            raise Broken('greeting')
        await self.say(b'\5\0')
        start, length = struct.unpack('!4sB', await self._read(5))
        rest = await self._read(length + 2)
        if start != b'\5\1\0\3' or rest[-2:] != b'\0\0':
            raise Broken('request')
        await self.say(b'\5\0\0\3' + bytes([length]) + rest)
        return rest[:-2].decode()

    # --- TLS ------------------------------------------------------------------

    async def secure(self, sends, key):
        """Returns when the handshake is done. The sender of the file is the
        client."""
        self.tls = PresharedTls(not sends, key)
        self.tls.start()
        await self._flush()
        while not self.tls.ready:
            await self._take()
        return self

    async def _flush(self):
        if data := self.tls.take():
            await self.say(data)

    async def _take(self):
        data = await self._hear(CHUNK)
        if not data:
            raise Broken('the connection has ended')
        try:
            self.got += self.tls.feed(data)
        except TlsError as error:
            raise Broken(str(error)) from error
        finally:
            await self._flush()

    async def send(self, data):
        for at in range(0, len(data), CHUNK):
            self.tls.write(data[at:at + CHUNK])
            await self._flush()

    async def receive(self, size):
        """Returns when that many bytes have come."""
        while len(self.got) < size:
            if self.tls.closed:
                raise Broken('close_notify after %d bytes' % len(self.got))
            await self._take()
        return bytes(self.got)

    async def closed(self):
        """Returns when close_notify has come. Returns what came before."""
        while not self.tls.closed:
            await self._take()
        return bytes(self.got)

    async def bye(self):
        self.tls.close_notify()
        await self._flush()

    async def say_last(self, data):
        """Sends that, and nothing after it."""
        try:
            await self.say(data)
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it is closed already

    async def ended(self):
        """Returns what comes until the other side has closed the
        connection."""
        data = b''
        try:
            while more := await self._hear(CHUNK):
                data += more
        except ConnectionError:
            pass
        return data

    async def breaks_off(self):
        """The other side gives up: it closes the connection without
        close_notify."""
        try:
            while True:
                await self._take()
                if self.tls.closed:
                    raise AssertionError('close_notify')
        except (Broken, ConnectionError):
            pass

    def close(self):
        self._sock.close()


class Listener:
    """Where a sender waits for the receiver."""

    async def __aenter__(self):
        self._sock = socket.create_server(('127.0.0.1', 0))
        self._sock.setblocking(False)
        self.port = self._sock.getsockname()[1]
        return self

    async def connection(self):
        sock, _ = await patiently(
            asyncio.get_running_loop().sock_accept(self._sock))
        return Connection(sock)

    @property
    def unused(self):
        try:
            self._sock.accept()[0].close()
        except BlockingIOError:
            return True
        return False

    async def __aexit__(self, *_):
        self._sock.close()
