# SPDX-License-Identifier: GPL-2.0-or-later
"""The bytestream: XEP-0047 blocks with their numbers, or the same in another
namespace."""
import asyncio
import base64

from . import ns
from .jingle import BASE64, Refused, number


def open_element(sid, block_size, namespace=ns.IBB):
    if namespace == ns.DATA:
        return ns.element(ns.DATA, 'start', sid=sid, block_size=block_size)
    return ns.element(ns.IBB, 'open', sid=sid, block_size=block_size,
                      stanza='iq')


def data_element(sid, seq, text, namespace=ns.IBB):
    return ns.element(namespace, 'data', sid=sid, seq=seq, text=text)


def close_element(sid, namespace=ns.IBB):
    return ns.element(namespace, 'close', sid=sid)


def result_element(node):
    """What the result of this element carries, or None."""
    namespace, name = ns.split(node.tag)
    results = {'start': 'proceed', 'close': 'closed'}
    if namespace == ns.DATA and name in results:
        return ns.element(ns.DATA, results[name])
    return None


def encode(block):
    return base64.b64encode(block).decode()


class Incoming:
    """The receiving direction."""

    def __init__(self, block_size):
        self.block_size = block_size
        self.largest = 0
        self.began = False
        self._seq = 0

    def take(self, node):
        """The bytes of a <data/>; Refused ends the bytestream."""
        seq = number(node.get('seq'), 0, 65535)
        if seq != self._seq:
            raise Refused('unexpected-request', 'cancel')
        text = node.text or ''
        if len(node) or not BASE64.match(text):
            raise Refused('bad-request', 'modify')
        block = base64.b64decode(text)
        if len(block) > self.block_size:
            raise Refused('bad-request', 'modify')
        self.began = True
        self._seq = (self._seq + 1) % 65536
        self.largest = max(self.largest, len(block))
        return block


class Outgoing:
    """The sending direction: splits bytes into blocks, of which a few may be
    unacknowledged.

    `send` takes a <data/> and returns a future of its response.
    """

    WINDOW = 4

    def __init__(self, sid, block_size, send, failed):
        self.sid = sid
        self.block_size = block_size
        self.closed = False
        self.namespace = ns.IBB
        self.written = bytearray()
        self._send = send
        self._failed = failed
        self._queue = bytearray()
        self._seq = 0
        self._unanswered = 0
        self._changed = asyncio.Event()

    @property
    def _idle(self):
        return self.closed or not (self._queue or self._unanswered)

    def close(self):
        """Nothing is sent any more."""
        self.closed = True
        self._changed.set()

    async def drained(self):
        """All that was written has left and was answered, or nothing leaves
        any more."""
        while not self._idle:
            self._changed.clear()
            await self._changed.wait()

    def write(self, data):
        self.written += data
        self._queue += data
        self.pump()

    def number(self):
        """The next block's number."""
        seq = self._seq
        self._seq = (self._seq + 1) % 65536
        return seq

    def data(self, block):
        return data_element(self.sid, self.number(), encode(block),
                            self.namespace)

    def pump(self):
        while (self._queue and self._unanswered < self.WINDOW
               and not self.closed):
            block = bytes(self._queue[:self.block_size])
            del self._queue[:len(block)]
            self._unanswered += 1
            answer = self._send(self.data(block))
            answer.add_done_callback(self._answered)

    def _answered(self, answer):
        self._unanswered -= 1
        self._changed.set()
        if answer.cancelled():
            return
        if answer.exception() is not None:
            self.close()
            self._failed(answer.exception())
        else:
            self.pump()
