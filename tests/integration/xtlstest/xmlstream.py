# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts the bytes of an XMPP stream into stanzas without changing one."""

import base64
import functools
import re
import time
import xml.etree.ElementTree as ElementTree

IBB = "{http://jabber.org/protocol/ibb}"
DATA = "{urn:xmpp:xtls:0}"

# RFC 6120 forbids comments, DTDs and processing instructions in a stream,
# except for the XML declaration. CDATA is legal, but no client or server here
# sends it outside.
_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_NAME = re.compile(rb"</?([^\s/>]+)")
_ATTRIBUTE = re.compile(rb"""([^\s=<]+)\s*=\s*("[^"]*"|'[^']*')""")
# What a stream binds as a rule. Its header may bind more, or otherwise.
_BOUND = {b"xmlns": b"'jabber:client'",
          b"xmlns:stream": b"'http://etherx.jabber.org/streams'"}


def _bindings(tag):
    """{attribute: quoted namespace} of a start tag."""
    return {name: value for name, value in _ATTRIBUTE.findall(tag)
            if name == b"xmlns" or name.startswith(b"xmlns:")}


class Unit:
    """A stanza, a header (with its declaration), an end tag, or white space.
    bound: the namespaces that its stream's header binds, as _bindings()"""

    def __init__(self, raw, kind, bound):
        self.raw = bytes(raw)
        self.kind = kind
        self.at = time.monotonic()
        self._bound = bound

    @functools.cached_property
    def xml(self):
        """The stanza as an element, names as `{namespace}name`."""
        if self.kind != "stanza":
            return None
        names = b"".join(b" %s=%s" % pair for pair in self._bound.items())
        return ElementTree.fromstring(b"<root%s>%s</root>" % (names,
                                                              self.raw))[0]

    @property
    def name(self):
        return None if self.xml is None else self.xml.tag.split("}")[1]

    def find(self, path):
        return None if self.xml is None else self.xml.find(path)

    def ibb(self):
        """(sid, seq, bytes) if it is a block of a bytestream."""
        data = self.find(IBB + "data")
        if data is None:
            data = self.find(DATA + "data")
        if data is None:
            return None
        return (data.get("sid"), int(data.get("seq")),
                base64.b64decode(data.text or ""))

    def __repr__(self):
        return f"<{self.kind} {self.raw[:120]!r}>"


class Splitter:
    """feed() returns the units that its bytes completed. Joined together they
    are the bytes that were fed, but for the incomplete one in `rest`."""

    def __init__(self):
        self.rest = bytearray()
        self._depth = 0
        self._scanned = 0
        self._bound = _BOUND

    def feed(self, data):
        self.rest += data
        units = []
        while (unit := self._next()) is not None:
            units.append(unit)
        return units

    def _take(self, end, kind):
        unit = Unit(self.rest[:end], kind, self._bound)
        del self.rest[:end]
        self._scanned = 0
        return unit

    def _next(self):
        while True:
            start = self.rest.find(b"<", self._scanned)
            if start < 0:
                if self._depth == 1 and self.rest and not self.rest.strip():
                    return self._take(len(self.rest), "space")
                self._scanned = len(self.rest)
                return None
            tag = _TAG.match(self.rest, start)
            if not tag:
                self._scanned = start
                return None
            text, self._scanned = tag[0], tag.end()
            if text.startswith(b"<?"):
                continue
            local_name = _NAME.match(text)[1].rpartition(b":")[2]
            if self._depth <= 1 and local_name == b"stream":
                opened = not text.startswith(b"</")
                self._depth = 1 if opened else 0
                if opened:
                    self._bound = {**_BOUND, **_bindings(text)}
                return self._take(tag.end(), "header" if opened else "end")
            if text.startswith(b"</"):
                self._depth -= 1
            elif not text.endswith(b"/>"):
                self._depth += 1
                continue
            if self._depth == 1:
                return self._take(tag.end(), "stanza")
