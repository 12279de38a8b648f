# SPDX-License-Identifier: GPL-2.0-or-later
"""A long attack on the plugin, and its effect on the client.

An attack is a coroutine that takes a Flood and runs until its time is over.
Afterwards the client must work as before, and its memory must never have grown
by more than MOST.
"""
import asyncio
import os
import time

from xtlstest import process, tap
from xtlstest.client import SANITIZED, TIMEOUT

from . import ns, stream
from .ibb import Outgoing
from .jingle import Refused
from .mailbox import PATIENCE, Missing
from .session import Held, Session
from .world import BENVOLIO, JULIET, ROMEO, Plugin, Server

# A sanitizer needs much additional memory.
MOST = (128 if SANITIZED else 16) * 1024 * 1024
# 1999: no message can be older.
EARLIEST = 915148800
# The most dialogs and notices that a peer may have open at a user's client.
MOST_WINDOWS = 8
# Prosody counts everything that its parser buffers as one stanza.
PATIENT = 'c2s_stanza_size_limit = 1024 * 1024'
# Seconds: what is left of an attack is delivered before anything new, and a
# sanitizer makes that slow.
BACKLOG = 600 if SANITIZED else TIMEOUT
ATTACKS = {}


def attack(function):
    """Decorator: registers an attack under the coroutine's name."""
    ATTACKS[function.__name__] = function
    return function


# --- sessions that attack -------------------------------------------------

class Wide(Outgoing):
    WINDOW = 64

    def send_empty(self):
        self._unanswered += 1
        self._send(self.data(b'')).add_done_callback(self._answered)


class Attacker(Session):
    """Opens like any other session, but does not respond to stanzas inside."""

    outgoing_class = Wide

    def _take_stanza(self, node):
        namespace, name = ns.split(node.tag)
        if (namespace, name) == (ns.STREAM, 'error'):
            self.events.put('stream-error', stream.error_condition(node))


class Blind(Attacker):
    """Does not even read what arrives inside."""

    def _read(self, plain):
        if not self.open:
            super()._read(plain)


class Silent(Attacker):
    """Acknowledges no block once it is open."""

    def take_bytestream(self, node):
        if self.open and ns.split(node.tag)[1] == 'data':
            raise Held
        return super().take_bytestream(node)


async def drained(session):
    """What was written has left, and was answered."""
    if not session.over:
        await session.out.drained()


async def ended(session):
    """The plugin has ended it."""
    if not session.over:
        await session.events.get('over')


# --- the client that is attacked ------------------------------------------

def _status(pid, name):
    with open(f'/proc/{pid}/status') as file:
        for line in file:
            if line.startswith(name + ':'):
                return int(line.split()[1]) * 1024
    raise LookupError(name)


class Meter:
    """Memory, windows and answers of the client while it is attacked."""

    def __init__(self, plugin):
        self._plugin = plugin
        self._pid = plugin.client.process.pid
        self._begin = 0
        self._windows = set()
        self.most_windows = 0
        self.slowest = 0
        self.start = _status(self._pid, 'VmRSS')
        # The kernel's high-water mark also covers the time between two
        # measurements.
        with open(f'/proc/{self._pid}/clear_refs', 'w') as file:
            file.write('5')

    @property
    def now(self):
        return _status(self._pid, 'VmRSS')

    @property
    def most(self):
        return _status(self._pid, 'VmHWM')

    def _look_at_windows(self):
        """Handles the reported events, which nothing else needs."""
        history = self._plugin.client.history
        for _ in range(len(history)):
            event = history.pop(0)
            if event['event'] == 'message':
                self._check(event)
            for kind, name in (('request', 'request'), ('notify', 'notice')):
                key = kind, event.get(name)
                if event['event'] == kind:
                    self._windows.add(key)
                elif event['event'] == kind + '-closed':
                    self._windows.discard(key)
            self.most_windows = max(self.most_windows, len(self._windows))

    @staticmethod
    def _check(event):
        """Whatever the peer writes, our lines do not contain its markup, and
        no message has an impossible time."""
        if 'system' in event['flags']:
            assert '<a ' not in event['html'], event
            assert '\n' not in event['text'], event
        assert EARLIEST <= event['time'] <= time.time() + 60, event

    async def run(self):
        """libpurple keeps every line of an open conversation; this user
        closes hers from time to time."""
        while True:
            await asyncio.sleep(0.5)
            began = time.monotonic()
            await self._plugin.do('call', 'ping')
            self.slowest = max(self.slowest, time.monotonic() - began)
            self._plugin.client.forget()
            self._look_at_windows()
            opened = await self._plugin.do('call', 'conversations')
            for conversation in opened['conversations']:
                await self._plugin.do('call', 'close', ROMEO,
                                      conversation['conv'])


class Flood:
    def __init__(self, seconds):
        self._seconds = seconds

    async def __aenter__(self):
        self.server = Server(extra=PATIENT)
        self.client = await self.server.login(JULIET + '/balcony')
        self.plugin = Plugin(self.server.port, folder=self._folder(),
                             environment=self._environment())
        self.target = self.plugin.jid
        await self.plugin.knows(self.client)
        await self.plugin.do('call', 'ping')
        self.meter = Meter(self.plugin)
        self._watch = asyncio.ensure_future(self.meter.run())
        self._until = time.monotonic() + self._seconds
        return self

    @staticmethod
    def _folder():
        """Without a debug log, which would contain every stanza."""
        folder = process.folder('romeo')
        os.symlink('/dev/null', os.path.join(folder, 'debug.log'))
        return folder

    @staticmethod
    def _environment():
        """A sanitizer keeps freed memory."""
        return {'ASAN_OPTIONS': os.environ['ASAN_OPTIONS']
                + ':quarantine_size_mb=1'} if SANITIZED else {}

    async def __aexit__(self, kind, error, trace):
        self._watch.cancel()
        if kind is None:
            await self.server.close()

    def goes_on(self):
        """Also checks the attack's deadline; the attack ends if the client no
        longer responds."""
        if self._watch.done():
            self._watch.result()
        return time.monotonic() < self._until

    async def call(self, session_class=Attacker, client=None):
        """An open session. The one before may still be on its way out."""
        client = client or self.client
        client.forget_sessions()
        end = time.monotonic() + 2 * PATIENCE
        while True:
            session = client.session(self.target, session_class)
            try:
                return await session.call()
            except (Refused, Missing):
                if time.monotonic() > end:
                    raise
                await client.drop_sessions()

    async def settled(self):
        """The client has dealt with all that was sent to it outside."""
        await self.client.disco(self.target)

    async def survived(self):
        """Two contacts talk with it as ever."""
        await self.client.drop_sessions()
        await self.settled()
        self.goes_on()
        self._watch.cancel()
        await self._end_private(JULIET)
        benvolio = await self.server.login(BENVOLIO + '/street')
        for client in (self.client, benvolio):
            who = client.boundjid.bare
            await self.plugin.knows(client)
            session = await self.call(Session, client)
            session.say('well again')
            await self.plugin.line('^well again$', timeout=BACKLOG)
            await self.plugin.do('say', who, 'so am I')
            assert await session.heard() == 'so am I'
            await session.finish()
            await self._end_private(who)

    async def _end_private(self, who):
        await self.plugin.do('open', who)
        if (await self.plugin.do('status', who))['state'] != 'not-private':
            await self.plugin.do('xtls', who, 'end')


async def run(name, seconds):
    async with Flood(seconds) as flood:
        await ATTACKS[name](flood)
        meter = flood.meter
        await flood.survived()
        start, most, end = meter.start, meter.most, meter.now
        tap.diagnose('%-24s %4d s  start %6.1f  maximum %+6.1f  end %+6.1f MiB'
                     '  windows %d  slowest answer %.2f s'
                     % (name, seconds, start / 2**20,
                        (most - start) / 2**20, (end - start) / 2**20,
                        meter.most_windows, meter.slowest))
        assert most - start <= MOST, f'{name}: {most - start} bytes more'
        assert meter.most_windows <= MOST_WINDOWS, \
            f'{name}: {meter.most_windows} windows'
        await flood.plugin.do('quit')
