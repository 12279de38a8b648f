# SPDX-License-Identifier: GPL-2.0-or-later
"""A server, our peers on it, and the side that they talk to or attack."""
import asyncio
import functools
import glob
import os
import re

from xtlstest import client as headless
from xtlstest import prosody, tap

# Each registers its cases.
from . import (cases_header, cases_ibb, cases_jingle, cases_stream,  # noqa
               cases_tls)
from . import ns
from .case import CASES
from .client import Client
from .identity import Identity
from .jingle import Refused
from .mailbox import Missing
from .session import Session

ROMEO = 'romeo@localhost'
JULIET = 'juliet@localhost'
BENVOLIO = 'benvolio@localhost'
TYBALT = 'tybalt@localhost'
PASSWORD = 'verona'
BALCONY = JULIET + '/balcony'


class Server:
    """Romeo and his two contacts, and Tybalt, who is nobody's contact. Options
    are Prosody's."""

    def __init__(self, **options):
        everybody = (ROMEO, JULIET, BENVOLIO, TYBALT)
        self._server = prosody.Prosody(
            {jid: PASSWORD for jid in everybody},
            [(ROMEO, JULIET), (ROMEO, BENVOLIO)], **options)
        self.port = self._server.port
        self._clients = []

    async def login(self, jid, identity=None, **options):
        client = Client(jid, PASSWORD, self.port,
                        identity or Identity.make(jid.split('/')[0]),
                        **options)
        self._clients.append(client)
        return await client.login()

    async def close(self):
        for client in self._clients:
            await client.logout()


class Plugin:
    """Romeo's client with the plugin, for use in coroutines."""

    def __init__(self, port, resource='orchard', **options):
        self.client = headless.Client('romeo', [headless.CORE], **options)
        self.jid = f'{ROMEO}/{resource}'
        self.client.login(self.jid, PASSWORD, port)

    async def do(self, name, *arguments, **options):
        """A method of the driver; the peers go on meanwhile."""
        return await asyncio.to_thread(functools.partial(
            getattr(self.client, name), *arguments, **options))

    async def knows(self, peer):
        """Waits until he knows what the peer can."""
        bare = peer.boundjid.bare
        while (await self.do('api', 'get_capability', ROMEO,
                             bare))['value'] != 'present':
            await self.do('expect', 'xtls-capability-changed', who=bare)

    async def start(self, who=JULIET):
        await self.do('xtls', who, 'start')

    async def end(self, who=JULIET):
        await self.do('xtls', who, 'end')
        await self.do('expect_state', 'not-private', who=who)

    async def line(self, pattern, **options):
        return await self.do('expect_message', re.compile(pattern), **options)

    def own_identity(self):
        folder = os.path.join(self.client.dir, 'xtls', 'keys')
        (path,) = glob.glob(os.path.join(folder, '*.pem'))
        with open(path, 'rb') as file:
            return Identity.load(file.read())


class Scene:
    """Romeo's client has the plugin; Juliet, his contact, is the peer."""

    def __init__(self, modules=(), **juliet):
        self._modules = modules
        self._options = juliet

    @classmethod
    def with_hello(cls, features=(), **options):
        return cls(features=ns.FEATURES + (ns.HELLO, *features), sm=True,
                   **options)

    async def __aenter__(self):
        self.server = Server(modules=self._modules)
        self.plugin = Plugin(self.server.port)
        self.juliet = await self.server.login(BALCONY, **self._options)
        await self.plugin.knows(self.juliet)
        await self.plugin.do('open', JULIET)
        # What a policy starts from a new window, in the next turn of the main
        # loop, depends on the policy that is set now, and not on one that a
        # test sets next. Several commands may be read in one turn, but what
        # comes from the network after the first is handled in a later one.
        await self.juliet.disco(self.plugin.jid)
        return self

    async def __aexit__(self, kind, error, trace):
        if kind is not None:
            for event in self.plugin.client.history[-12:]:
                tap.diagnose(str(event)[:300])
            return
        plain = self.juliet.messages.history
        assert not plain, plain
        await self.server.close()
        await self.plugin.do('quit')

    async def started(self):
        """The user sees it, once."""
        state = await self.plugin.do('expect_state', 'unverified', who=JULIET)
        await self.plugin.line('^Unverified conversation with .*started')
        return state

    async def called_by_juliet(self, session_class=None):
        session = await self.juliet.call(self.plugin.jid, session_class)
        await self.started()
        return session

    async def called_by_romeo(self):
        await self.plugin.start()
        session = await self.juliet.called()
        await self.started()
        return session

    async def talk(self, session, name=''):
        """One message each way."""
        session.say('Ay me! ' + name)
        await self.plugin.line('^Ay me! %s$' % name)
        await self.plugin.do('say', JULIET, 'Speak again ' + name)
        assert await session.heard() == 'Speak again ' + name

    async def cut_off(self, state='finished'):
        await self.plugin.do('expect_state', state, who=JULIET)
        await self.plugin.line('was cut off')
        assert not self.plugin.client.seen(
            'message', text=lambda text: 'has ended' in text)


def test(function):
    """Makes a test of a coroutine."""
    # Long enough for every failing case to reach its own time limit.
    @tap.timeout(900)
    @functools.wraps(function)
    def run():
        asyncio.run(function())
    return run


async def run_cases(group, attack, check):
    """Runs the cases of a module; check(case) runs one and checks its result."""
    chosen = [case for case in CASES if case.group == group]
    wanted = os.environ.get('XTLS_CASE', '')
    failures = []
    for case in chosen:
        if wanted not in case.name:
            continue
        attack.client.session_class = Session
        try:
            await check(case)
        except (AssertionError, Missing, Refused, asyncio.TimeoutError,
                headless.Failed) as error:
            text = '%s: %s: %s' % (case.name, type(error).__name__, error)
            tap.diagnose(text[:1500])
            failures.append(case.name)
        await attack.client.drop_sessions()
    tap.diagnose('%s: %d cases' % (group, len(chosen)))
    if failures or not chosen:
        raise AssertionError('failed: ' + '; '.join(failures))

