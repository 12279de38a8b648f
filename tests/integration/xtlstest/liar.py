# SPDX-License-Identifier: GPL-2.0-or-later
"""
A server that lies to the client behind a proxy: it adds stanzas, withholds and
changes them.

Both ends of the connection count stanzas (XEP-0198, outside) and would end it
over a wrong count, so the counts that they send each other are corrected.
"""

import threading

from . import proxy

SM = "{urn:xmpp:sm:3}"
OTHER = {proxy.UP: proxy.DOWN, proxy.DOWN: proxy.UP}


class _Book:
    """One direction of a connection: which stanzas arrived and were passed
    on."""

    def __init__(self):
        self._came = 0
        # How many had arrived when the first, the second … was passed on.
        self._passed = []

    def came(self):
        self._came += 1

    def passed(self, count=1):
        self._passed += [self._came] * count

    def mend(self, handled):
        """The count for the sender if the receiver has handled so many."""
        if handled >= len(self._passed):
            return self._came
        return self._passed[handled - 1] if handled else 0


class Liar:
    """lie: called as lie(direction, unit) for every stanza; returns as a
    proxy's hook does."""

    def __init__(self, through):
        self.proxy = through
        self.lie = None
        self._books = {}
        self._lock = threading.RLock()
        through.hook = self._hook

    def forge(self, xml, direction=proxy.DOWN):
        """Adds a stanza, as if the other end had sent it."""
        with self._lock:
            link = self.proxy.link
            book = self._book(link, direction)
            if book:
                book.passed()
            link.inject(direction, xml)

    def forge_all(self, stanzas):
        for xml in stanzas:
            self.forge(xml)

    def _book(self, link, direction):
        return self._books.get((link, direction))

    def _hook(self, link, direction, unit):
        if unit.kind != "stanza":
            return None
        with self._lock:
            if unit.xml.tag.startswith(SM):
                return self._acknowledgement(link, direction, unit)
            book = self._book(link, direction)
            if book:
                book.came()
            verdict = self.lie(direction, unit) if self.lie else None
            if book:
                book.passed(1 if verdict is None or isinstance(verdict, bytes)
                            else len(verdict))
            return verdict

    def _acknowledgement(self, link, direction, unit):
        name = unit.xml.tag[len(SM):]
        if name in ("enable", "enabled"):
            # Counting starts here for its sender.
            self._books[link, direction] = _Book()
        book = self._book(link, OTHER[direction])
        if name != "a" or not book:
            return None
        handled = book.mend(int(unit.xml.get("h")))
        return f"<a xmlns='urn:xmpp:sm:3' h='{handled}'/>".encode()
