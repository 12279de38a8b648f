# SPDX-License-Identifier: GPL-2.0-or-later
"""
A TCP proxy between a client and the server, which records every byte and can
drop, change, add, hold, delay and cut.

Bytes pass unchanged, a whole stanza at a time, so that an added stanza never
lands inside another. With `raw=True` it does not look for stanzas (for BOSH).
"""

import collections
import queue
import re
import socket
import threading
import time
import traceback
import xml.sax.saxutils

from . import jitter, xmlstream
from .client import TIMEOUT

UP = "up"      # from the client to the server
DOWN = "down"

# What a hook returns instead of bytes.
DROP = ()

HELLO = re.compile(rb"<hello xmlns='urn:xmpp:xtls:hello:0'>[^<]*</hello>")


def without_hello(link, direction, unit):
    """A hook that removes the feature for the start of TLS in Jingle."""
    if direction == UP and b"session-initiate" in unit.raw:
        return HELLO.sub(b"", unit.raw)
    return None


Record = collections.namedtuple("Record", "direction unit link")
Block = collections.namedtuple("Block", "at direction sid seq data wire")


class Link:
    """One connection of a client, and ours to the server for it."""

    def __init__(self, proxy, client, server):
        self.proxy = proxy
        self.open = True
        self._target = {UP: server, DOWN: client}
        self._source = {UP: client, DOWN: server}
        self._lane = {UP: jitter.Lane(), DOWN: jitter.Lane()}
        self._queue = {UP: queue.SimpleQueue(), DOWN: queue.SimpleQueue()}
        for direction in (UP, DOWN):
            for work in (self._read, self._write):
                threading.Thread(target=work, args=(direction,),
                                 daemon=True).start()

    def inject(self, direction, data):
        """Adds a stanza after everything that was passed on so far."""
        self._put(direction, data.encode() if isinstance(data, str) else data)

    def cut(self):
        """Ends the connection on both sides, at once."""
        self.open = False
        for sock in self._target.values():
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        with self.proxy.news:
            self.proxy.news.notify_all()

    def _put(self, direction, data):
        due = (time.monotonic() + self.proxy.delay[direction]
               + self._lane[direction].pause())
        self._queue[direction].put((due, data))

    def _read(self, direction):
        splitter = xmlstream.Splitter()
        while True:
            try:
                data = self._source[direction].recv(65536)
            except OSError:
                data = b""
            if not data:
                self._queue[direction].put(None)
                return
            self.proxy.record(direction, data)
            if self.proxy.raw:
                self._put(direction, data)
                continue
            for unit in splitter.feed(data):
                for part in self.proxy.pass_on(self, direction, unit):
                    self._put(direction, part)

    def _write(self, direction):
        while True:
            item = self._queue[direction].get()
            if item is None:
                break
            due, data = item
            left = due - time.monotonic()
            if left > 0:
                time.sleep(left)  # the delay that the test has set
            data, last = self.proxy.admit(self, direction, data)
            try:
                self._target[direction].sendall(data)
            except OSError:
                # What it sent before it closed still passes, and then both are
                # closed.
                return
            if last:
                break
        # The other direction ends with this one, because XMPP connections are
        # never half-closed.
        self.cut()
        self._target[direction].close()


class Proxy:
    """
    hook: called as hook(link, direction, unit) for every unit; returns None to
    pass it on, DROP, or bytes (or a list of them) to be sent instead.
    """

    def __init__(self, server_port, raw=False):
        self.server_port = server_port
        self.raw = raw
        self.hook = None
        self.refuse = False  # new connections are closed at once
        self.delay = {UP: 0, DOWN: 0}
        self.news = threading.Condition()
        self.links = []
        self.records = []
        self.bytes = {UP: bytearray(), DOWN: bytearray()}
        self.errors = []
        self._held = set()
        self._limit = {UP: None, DOWN: None}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.refuse:
                client.close()
                continue
            try:
                server = socket.create_connection(
                    ("127.0.0.1", self.server_port))
            except OSError:
                client.close()
                continue
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.news:
                self.links.append(Link(self, client, server))
                self.news.notify_all()

    # --- what links report and ask -------------------------------------------

    def record(self, direction, data):
        with self.news:
            self.bytes[direction] += data
            self.news.notify_all()

    def pass_on(self, link, direction, unit):
        with self.news:
            self.records.append(Record(direction, unit, link))
            self.news.notify_all()
        hook = self.hook
        try:
            verdict = hook(link, direction, unit) if hook else None
        except Exception:  # this runs in a thread, so the test must be told
            self.errors.append(traceback.format_exc())
            verdict = None
        if verdict is None:
            return [unit.raw]
        return [verdict] if isinstance(verdict, bytes) else list(verdict)

    def admit(self, link, direction, data):
        """Waits while the direction is held. Returns the bytes that may pass,
        and whether they are the last."""
        with self.news:
            self.news.wait_for(
                lambda: direction not in self._held or not link.open)
            limit = self._limit[direction]
            if limit is None or len(data) < limit:
                if limit is not None:
                    self._limit[direction] = limit - len(data)
                return data, False
            self._limit[direction] = None
            return data[:limit], True

    # --- what a test does -----------------------------------------------------

    @property
    def link(self):
        """The newest connection."""
        return self.links[-1]

    def hold(self, *directions):
        """Nothing passes until release(); the connection stays up."""
        with self.news:
            self._held.update(directions or (UP, DOWN))

    def release(self):
        with self.news:
            self._held.clear()
            self.news.notify_all()

    def cut(self):
        for link in list(self.links):
            link.cut()

    def cut_after(self, direction, count):
        """Cuts the connection after that many more bytes."""
        with self.news:
            self._limit[direction] = count

    def close(self):
        # Closing alone would not wake accept().
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self.release()
        self.cut()

    # --- what a test asks -----------------------------------------------------

    def stanzas(self, direction=None, path=None, since=0, **attributes):
        """The recorded stanzas of that direction in which ElementTree's find()
        finds `path`, with those attributes."""
        with self.news:
            records = self.records[since:]
        return [r.unit for r in records
                if r.unit.kind == "stanza"
                and direction in (None, r.direction)
                and (path is None or r.unit.find(path) is not None)
                and all(r.unit.xml.get(k) == v for k, v in attributes.items())]

    def wait(self, condition, timeout=TIMEOUT, what="what was waited for"):
        """Waits until condition() holds, and checks it whenever something
        arrives."""
        with self.news:
            if not self.news.wait_for(condition, timeout):
                raise AssertionError(f"{what}: not within {timeout} s")

    def wait_stanza(self, direction=None, path=None, timeout=TIMEOUT, since=0,
                    **attributes):
        def found():
            return self.stanzas(direction, path, since, **attributes)

        self.wait(found, timeout, f"a stanza with {path} {attributes}")
        return found()[0]

    def blocks(self, direction=None):
        """The blocks of in-band bytestreams."""
        with self.news:
            records = list(self.records)
        found = []
        for record in records:
            if direction not in (None, record.direction):
                continue
            # Most stanzas are not blocks, and parsing all of a long
            # conversation takes a while.
            if b"<data" in record.unit.raw and (block := record.unit.ibb()):
                found.append(Block(record.unit.at, record.direction, *block,
                                   len(record.unit.raw)))
        return found

    def streams(self):
        """{(direction, sid): bytes} of the in-band bytestreams."""
        streams = collections.defaultdict(bytearray)
        for block in self.blocks():
            streams[block.direction, block.sid] += block.data
        return streams

    def leaks(self, *texts):
        """Where any of these texts can be read: in the bytes that passed,
        plain or escaped for XML, or in a decoded bytestream."""
        places = {direction: bytes(data)
                  for direction, data in self.bytes.items()}
        places |= {f"bytestream {sid} {direction}": bytes(data)
                   for (direction, sid), data in self.streams().items()}
        found = []
        for text in texts:
            forms = {text.encode(), xml.sax.saxutils.escape(text).encode(),
                     xml.sax.saxutils.escape(
                         text, {'"': "&quot;", "'": "&apos;"}).encode()}
            found += [(text, place) for place, data in places.items()
                      if any(form in data for form in forms)]
        return found
