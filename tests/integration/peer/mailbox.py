# SPDX-License-Identifier: GPL-2.0-or-later
"""Events that a test waits for by name."""
import asyncio

from xtlstest.client import TIMEOUT as PATIENCE


class Missing(Exception):
    """What was waited for did not come."""


class Mailbox:
    """Events in the order in which they came; each is taken once."""

    def __init__(self, name):
        self.name = name
        self.history = []
        self._unread = []
        self._changed = asyncio.Event()

    def put(self, kind, value=None):
        self.history.append((kind, value))
        self._unread.append((kind, value))
        self._changed.set()

    @property
    def unread(self):
        return len(self._unread)

    def has(self, kind):
        return any(entry[0] == kind for entry in self.history)

    def kinds(self):
        return [kind for kind, _ in self.history]

    def values(self, kind):
        return [value for name, value in self.history if name == kind]

    async def get(self, kind, *, timeout=PATIENCE, unless=()):
        """The value of the first unread event of that kind.

        Fails at once when an event named in `unless` came instead.
        """
        _, value = await self.first((kind,), timeout=timeout, unless=unless)
        return value

    async def first(self, kinds, *, timeout=PATIENCE, unless=()):
        """The first unread event of several kinds, as (kind, value)."""
        try:
            return await asyncio.wait_for(self._take(kinds, unless), timeout)
        except asyncio.TimeoutError:
            raise Missing('%s: no %s in %d s, only %s'
                          % (self.name, '/'.join(kinds), timeout,
                             self.history)) from None

    async def _take(self, kinds, unless):
        while True:
            for entry in self._unread:
                if entry[0] in kinds:
                    self._unread.remove(entry)
                    return entry
            for kind, value in self.history:
                if kind in unless:
                    raise Missing('%s: no %s, but %s (%s)'
                                  % (self.name, '/'.join(kinds), kind, value))
            self._changed.clear()
            await self._changed.wait()
