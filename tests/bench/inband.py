# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a file that is sent inside, in-band, makes of the way between two clients:
the bytes on the wire against a plain stream of as many bytes through the same
server and the same delays, and how late a message is meanwhile.
"""

import base64
import collections
import contextlib
import socket
import statistics
import threading
import time

from xtlstest import proxy
from xtlstest.files import Move
from xtlstest.scene import JULIET, PASSWORDS, ROMEO, Scene

MIB = 1024 * 1024
STANZA = 22000  # characters of a stanza's content in the plain stream
PAUSE = 0.25    # seconds between two messages

LIMITED = 60_000  # bytes of a file where the server lets little through
BURST = 30_000    # bytes on the wire after which its limit shows

# seconds: what the file took; wire, plain: bytes a second; share: of plain;
# latest: seconds.
Result = collections.namedtuple("Result", "seconds wire plain share latest")


class Plain:
    """A client that only writes and counts."""

    def __init__(self, jid, password, port):
        bare, resource = jid.split("/")
        user, self.host = bare.split("@")
        secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self.socket = socket.create_connection(("127.0.0.1", port))
        self._open()
        self.write("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                   f"mechanism='PLAIN'>{secret}</auth>")
        self._read("<success")
        self._open()
        self.write("<iq type='set' id='b'><bind "
                   "xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                   f"<resource>{resource}</resource></bind></iq>")
        self._read("</iq>")

    def _open(self):
        self.write("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
                   "xmlns:stream='http://etherx.jabber.org/streams' "
                   f"version='1.0' to='{self.host}'>")
        self._read("</stream:features>")

    def _read(self, wanted):
        text = b""
        while wanted.encode() not in text:
            got = self.socket.recv(65536)
            assert got, text
            text += got

    def write(self, text):
        self.socket.sendall(text.encode())

    def count(self, size):
        """Reads so many bytes."""
        while size > 0:
            got = self.socket.recv(1 << 20)
            assert got, size
            size -= len(got)


def plain_rate(scene, size):
    """Returns the bytes a second of a plain stream of about `size` bytes."""
    to = f"{JULIET}/plain"
    sender = Plain(f"{ROMEO}/plain", scene.password(ROMEO),
                   scene.romeo_proxy.port)
    receiver = Plain(to, scene.password(JULIET), scene.juliet_proxy.port)
    stanza = (f"<iq type='result' id='x' to='{to}'><data "
              f"xmlns='http://jabber.org/protocol/ibb'>{'x' * STANZA}"
              "</data></iq>")
    count = size // len(stanza) + 1
    began = time.monotonic()
    writer = threading.Thread(
        target=lambda: [sender.write(stanza) for _ in range(count)])
    writer.start()
    receiver.count(count * len(stanza))
    took = time.monotonic() - began
    writer.join()
    for one in (sender, receiver):
        one.socket.close()
    return count * len(stanza) / took


@contextlib.contextmanager
def talk(scene):
    """Says something now and then. Yields the list of how long each message
    took, which is complete at the end."""
    over, times = threading.Event(), []

    def run():
        while not over.wait(PAUSE):
            text = f"word {len(times)}"
            began = time.monotonic()
            scene.romeo.call("say", ROMEO, JULIET, text)
            seen = scene.juliet.expect_message(text, timeout=60)
            times.append(seen["at"] - began)

    talker = threading.Thread(target=run)
    talker.start()
    yield times
    over.set()
    talker.join()


def go_private(scene):
    """Nothing but in-band is left for a file."""
    scene.go_private()
    for one in (scene.romeo, scene.juliet):
        one.call("in-band-only")


def measure_once(delay, size):
    """delay: seconds on each leg, in each direction"""
    with Scene() as scene:
        for through in scene.proxies:
            through.raw = True  # so that the proxy is quick
            # From before the session on, as on a real network.
            through.delay = {proxy.UP: delay, proxy.DOWN: delay}
        go_private(scene)
        sent = scene.romeo_proxy.bytes[proxy.UP]
        move = Move(scene.romeo, scene.juliet, f"{JULIET}/balcony", size)
        before, began = len(sent), time.monotonic()
        with talk(scene) as times:
            move.accept().arrives(300)
            took = time.monotonic() - began
            passed = len(sent) - before
        assert passed > size, f"{passed} bytes: it was not sent in-band"
        wire, plain = passed / took, plain_rate(scene, passed)
        return Result(took, wire, plain, wire / plain, max(times, default=0))


def measure(delay, size, rounds):
    """Returns the medians of some rounds, because the server's pauses differ
    much from one to the next. That of the shares is not the share of the
    others."""
    found = [measure_once(delay, size) for _ in range(rounds)]
    return Result(*map(statistics.median, zip(*found)))


def measure_limited(server_class, size=LIMITED):
    """Returns the bytes a second on the wire, after the burst that the server
    lets pass, and the seconds that the latest message took."""
    server = server_class(PASSWORDS, [(ROMEO, JULIET)])
    with Scene(server=server) as scene:
        go_private(scene)
        sent = scene.romeo_proxy.bytes[proxy.UP]
        before = len(sent)
        move = Move(scene.romeo, scene.juliet, f"{JULIET}/balcony", size)
        with talk(scene) as times:
            move.accept()
            scene.romeo_proxy.wait(lambda: len(sent) >= before + BURST, 60)
            before, began = len(sent), time.monotonic()
            move.arrives(300)
            rate = (len(sent) - before) / (time.monotonic() - began)
    return rate, max(times)
