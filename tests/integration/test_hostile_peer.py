# SPDX-License-Identifier: GPL-2.0-or-later
"""A hostile peer against the plugin. peer/cases_*.py check the responses on
the wire; this file checks what the attacked user sees."""
from peer.case import Attack
from peer.world import (BENVOLIO, JULIET, ROMEO, Plugin, Server, run_cases,
                        test)

NEVER_SHOWN = ('evil', 'too early', 'half of')
STARTED = ('unverified', 'private')


class Witness:
    """What the attacked user has seen since the beginning of a case."""

    def __init__(self, plugin):
        self._plugin = plugin
        self._begin = len(plugin.client.history)
        plugin.client.forget()

    def events(self):
        return [event for event in self._plugin.client.history[self._begin:]
                if event['event'] in ('message', 'request', 'notify')
                or (event['event'] == 'xtls-state-changed'
                    and event['state'] != 'not-private')]

    def states(self):
        return [event['state'] for event in self.events()
                if event['event'] == 'xtls-state-changed']

    async def nothing(self, _):
        assert not self.events(), self.events()

    async def failed(self, _):
        await self._plugin.do('expect_state', 'waiting', who=JULIET)
        await self._plugin.line('could not be started')
        assert not set(self.states()) & set(STARTED), self.states()
        await self._plugin.end()

    async def cut(self, _):
        await self._plugin.do('expect_state', 'finished', who=JULIET)
        await self._plugin.line('was cut off')
        assert set(self.states()) & set(STARTED), self.states()
        await self._plugin.end()

    async def left(self, _):
        await self._plugin.do('expect_state', 'waiting', who=JULIET)
        await self._plugin.line('went offline, or switched')
        assert set(self.states()) & set(STARTED), self.states()
        await self._plugin.end()

    async def open(self, session):
        session.say('still here')
        await self._plugin.line('^still here$')
        await self._plugin.do('say', JULIET, 'so am I')
        assert await session.heard() == 'so am I'
        await session.finish()
        assert session.clean
        await self._plugin.do('expect_state', 'finished', who=JULIET)
        await self._plugin.line('has ended the private conversation')
        await self._plugin.end()


async def attack_plugin(group):
    server = Server()
    juliet = await server.login(JULIET + '/balcony')
    benvolio = await server.login(BENVOLIO + '/street')
    plugin = Plugin(server.port)
    attack = Attack(juliet, benvolio, plugin.jid)

    async def login(resource):
        return await server.login('%s/%s' % (JULIET, resource))

    async def own_client(resource):
        return await server.login('%s/%s' % (ROMEO, resource))

    async def check(case):
        await plugin.knows(juliet)
        await plugin.do('open', JULIET)
        # It is 'not-private', unless the case before has failed.
        if (await plugin.do('status', JULIET))['state'] != 'not-private':
            await plugin.end()
        witness = Witness(plugin)
        session = await case.run(attack)
        # The plugin has reported everything by now.
        await attack.settled()
        await plugin.do('call', 'ping')
        await getattr(witness, case.shown)(session)
        shown = [event['text'] for event in witness.events()
                 if event['event'] == 'message']
        assert not [text for text in shown
                    if any(word in text for word in NEVER_SHOWN)], shown

    attack.start = plugin.start
    attack.login = login
    attack.own_client = own_client
    attack.own_identity = plugin.own_identity
    await run_cases(group, attack, check)
    plain = juliet.messages.history + benvolio.messages.history
    assert not plain, plain
    await server.close()
    await plugin.do('quit')


@test
async def test_jingle():
    await attack_plugin('jingle')


@test
async def test_blocks():
    await attack_plugin('ibb')


@test
async def test_tls():
    await attack_plugin('tls')


@test
async def test_header():
    await attack_plugin('header')


@test
async def test_stream():
    await attack_plugin('stream')
