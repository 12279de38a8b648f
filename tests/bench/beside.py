# SPDX-License-Identifier: GPL-2.0-or-later
"""
What TLS costs a file beside the stream: with the plugin, and by libpurple's own
SOCKS5 without it, in turns: over a direct connection, and over a link with a
rate and a delay, which is made of a proxy for files (XEP-0065) behind a relay,
because both clients connect to that.
"""

import os
import re
import statistics
import threading
import time

from files import Pair, write
from xtlstest import check, client, process, proxy
from xtlstest.scene import JULIET, ROMEO

MIB = 1024 * 1024
ORCHARD = f"{ROMEO}/orchard"
STREAMHOST = ("{http://jabber.org/protocol/bytestreams}query/"
              "{http://jabber.org/protocol/bytestreams}streamhost")
DIRECT_HOST = re.compile(b"<streamhost jid='%s'[^>]*/>" % ORCHARD.encode())
# Seconds by which a link may catch up when it was late.
CREDIT = 0.02


class Link(proxy.Proxy):
    """Passes so many bytes a second each way, each after so many seconds."""

    def __init__(self, port, rate, delay):
        self._rate = rate
        self._lock = threading.Lock()
        self._free = {proxy.UP: 0, proxy.DOWN: 0}
        self.passed = 0
        super().__init__(port, raw=True)
        # What goes up to the proxy comes down from it.
        self.delay = {proxy.UP: delay / 2, proxy.DOWN: delay / 2}

    def record(self, direction, data):
        with self._lock:
            now = time.monotonic()
            free = max(self._free[direction], now - CREDIT)
            free += len(data) / self._rate
            self._free[direction] = free
            self.passed += len(data)
        time.sleep(max(free - now, 0))  # as long as the link takes


class Distant(Pair):
    """Romeo and Juliet are connected by a link. He names no address of his
    own."""

    def __init__(self, name, plugin, rate, delay):
        self._rate, self._delay = rate, delay
        super().__init__(name, plugin, proxy65=True)

    def log_in(self):
        self.link = Link(self.scene.server.proxy65_port, self._rate,
                         self._delay)
        self.scene.proxies.append(self.link)
        through = self.scene.romeo_proxy
        through.hook = self._name_link
        if self.plugin:
            self.romeo.call("pref", client.DIRECT, "off")
        self.scene.login(self.romeo, ORCHARD, through)
        self.scene.login(self.juliet, f"{JULIET}/balcony", self.scene.server)
        through.wait_stanza(proxy.DOWN, STREAMHOST)
        check.sync(self.romeo)

    def _name_link(self, link, direction, unit):
        if b"streamhost" not in unit.raw:
            return None
        if direction == proxy.UP:
            return DIRECT_HOST.sub(b"", unit.raw)
        return re.sub(rb"port='\d+'", b"port='%d'" % self.link.port, unit.raw)


def _compare(pairs, size, rounds):
    """Returns the seconds that a file took in each, as medians."""
    source = os.path.join(process.folder("bench"), "file")
    write(source, size)
    times = [[] for _ in pairs]
    for _ in range(rounds):
        for pair, taken in zip(pairs, times):
            pair.offer(source)
            taken.append(pair.accept())
            for one in (pair.romeo, pair.juliet):
                assert one.seen("xfer", what="completed", socket=True), one.name
    for pair in pairs:
        pair.end()
    return [statistics.median(taken) for taken in times]


def on_loopback(size, rounds):
    """Returns the seconds with the plugin and without it."""
    return _compare([Pair("private", True), Pair("plain", False)], size,
                    rounds)


def over_link(size, rounds, rate, delay):
    """rate: bytes a second; delay: seconds in each direction"""
    pairs = [Distant("private", True, rate, delay),
             Distant("plain", False, rate, delay)]
    taken = _compare(pairs, size, rounds)
    for pair in pairs:
        assert pair.link.passed > 2 * rounds * size, pair.name
    return taken
