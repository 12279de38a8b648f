# SPDX-License-Identifier: GPL-2.0-or-later
"""The independent peer against itself: this shows that the other tests demand
nothing impossible of the plugin, and that a hostile peer is noticed."""
import asyncio

from peer import ns
from peer.case import Attack
from peer.jingle import Refused
from peer.mailbox import Missing
from peer.world import BENVOLIO, JULIET, ROMEO, Server, run_cases, test


async def talk(server, **options):
    romeo = await server.login(ROMEO + '/orchard', **options)
    juliet = await server.login(JULIET + '/balcony', **options)
    assert await romeo.caps_hold(await romeo.see(juliet.boundjid.full))
    calling = await romeo.call(juliet.boundjid.full)
    called = await juliet.called()
    assert calling.tls.version == 'TLSv1.3' and not called.tls.server_name
    calling.say('But soft')
    assert await called.heard() == 'But soft'
    called.say('A' * 200000 + '\u2665')
    assert len(await calling.heard()) == 200001
    return calling, called


@test
async def test_both_roles_and_closing():
    server = Server()
    calling, called = await talk(server)
    await calling.finish()
    assert await called.events.get('terminate') == 'success'
    assert calling.clean and called.clean
    await server.close()


@test
async def test_hello():
    server = Server()
    calling, called = await talk(server, features=ns.FEATURES + (ns.HELLO,))
    assert called.hello and calling.their_hello == called.hello
    await calling.finish()
    assert called.clean
    await server.close()


@test
async def test_acknowledgements():
    server = Server()
    calling, called = await talk(server, sm=True)
    calling.send_plain("<enable xmlns='urn:xmpp:sm:3'/>")
    calling.say('one')
    calling.send_plain("<r xmlns='urn:xmpp:sm:3'/>")
    assert await calling.wait('ack') == 1
    await server.close()


async def attack_self(group):
    server = Server()
    juliet = await server.login(JULIET + '/balcony')
    benvolio = await server.login(BENVOLIO + '/street')
    romeo = await server.login(ROMEO + '/orchard')
    attack = Attack(juliet, benvolio, romeo.boundjid.full)

    async def call():
        try:
            await romeo.call(juliet.boundjid.full)
        except (Missing, Refused, asyncio.TimeoutError):
            pass

    async def start():
        romeo.spawn(call())

    async def login(resource):
        return await server.login('%s/%s' % (JULIET, resource))

    async def own_client(resource):
        return await server.login('%s/%s' % (ROMEO, resource))

    async def check(case):
        session = await case.run(attack)
        assert (session is not None) == (case.shown == 'open')
        if session is not None:
            await session.finish()
            assert session.clean

    attack.start = start
    attack.login = login
    attack.own_client = own_client
    attack.own_identity = lambda: romeo.identity
    await run_cases(group, attack, check)
    await server.close()


@test
async def test_hostile_jingle():
    await attack_self('jingle')


@test
async def test_hostile_blocks():
    await attack_self('ibb')


@test
async def test_hostile_tls():
    await attack_self('tls')


@test
async def test_hostile_header():
    await attack_self('header')


@test
async def test_hostile_stream():
    await attack_self('stream')
