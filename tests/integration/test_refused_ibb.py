# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that refuses In-Band Bytestreams: the same blocks go in a namespace
of their own, between two plugins, and between one and an independent peer."""

from peer import ns, resume
from peer.jingle import Refused
from peer.session import Session
from peer.world import JULIET, ROMEO, test
from peer.world import Scene as PeerScene
from xtlstest import check, proxy, scene

REFUSING = ["refuse_ibb"]
IBB_OPEN = "{%s}open" % ns.IBB
IBB_DATA = "{%s}data" % ns.IBB
START = "{%s}start" % ns.DATA
DATA = "{%s}data" % ns.DATA
BOTH = ns.FEATURES + (ns.DATA_TRANSPORT,)


def talk(one, other, text):
    one.say(other.account, text)
    other.expect_message(text)
    other.say(one.account, "re: " + text)
    one.expect_message("re: " + text)


def count(where, path):
    """How many of these each client has sent."""
    return [len(through.stanzas(proxy.UP, path))
            for through in (where.romeo_proxy, where.juliet_proxy)]


def carriers(where):
    """What the status of both names last."""
    found = []
    for one, other in ((where.romeo, where.juliet),
                       (where.juliet, where.romeo)):
        status = one.status(other.account)
        assert f" · {status['tls']} · " in status["line"], status
        found.append(status["tls"].rsplit(", ")[-1])
    return found


def test_between_two_plugins():
    with scene.Scene(modules=REFUSING) as where:
        romeo, juliet = where.romeo, where.juliet
        where.go_private()
        talk(romeo, juliet, "not by the way they wanted")
        talk(juliet, romeo, "nor by this one")
        assert carriers(where) == ["XTLS data"] * 2
        assert count(where, IBB_OPEN) == [1, 0]
        assert count(where, START) == [1, 0]
        assert all(count(where, DATA))
        for one, other in ((romeo, juliet), (juliet, romeo)):
            assert not check.received(one)[2:], check.received(one)
        romeo.xtls(juliet.account, "end")
        juliet.expect_state("finished", who=romeo.account)
        check.all_ended(where.romeo_proxy)

        # From now on both offer the other transport first.
        for one, other in ((juliet, romeo), (romeo, juliet)):
            romeo.forget()
            juliet.forget()
            where.go_private(one, other)
            talk(romeo, juliet, "again")
            assert carriers(where) == ["XTLS data"] * 2
            one.xtls(other.account, "end")
            other.expect_state("finished", who=one.account)
            check.all_ended(where.romeo_proxy)
        assert count(where, IBB_OPEN) == [1, 0]
        assert count(where, START) == [2, 1]
        assert check.actions(where.romeo_proxy, proxy.UP).count(
            "transport-replace") == 1
        where.assert_nothing_leaked("not by the way", "nor by this", "again")


def test_first_words():
    """They had left in the block that was refused, and arrive once."""
    with scene.Scene(modules=REFUSING) as where:
        romeo, juliet = where.romeo, where.juliet
        romeo.api("set_policy", scene.ROMEO, scene.JULIET, "required")
        for i in range(3):
            romeo.say(scene.JULIET, f"thrice-said {i}")
        for i in range(3):
            juliet.expect_message(f"thrice-said {i}")
        talk(romeo, juliet, "and more")
        check.sync_all(where)
        assert check.received(juliet) == ["thrice-said 0", "thrice-said 1", "thrice-said 2",
                                          "and more"]
        assert sum(count(where, IBB_DATA)) >= 1
        assert count(where, START) == [1, 0]
        assert romeo.status(scene.JULIET)["held"] == 0
        where.assert_nothing_leaked("thrice-said ", "and more")


def test_named_where_nothing_is_refused():
    with scene.Scene() as where:
        where.go_private()
        assert carriers(where) == ["IBB"] * 2
        assert count(where, START) == [0, 0]


@test
async def test_peer_calls():
    async with PeerScene(modules=REFUSING, features=BOTH) as where:
        session = await where.called_by_juliet()
        assert session.events.has('detour')
        await where.talk(session)
        await session.finish()
        assert session.clean
        await where.plugin.do('expect_state', 'finished', who=JULIET)


@test
async def test_peer_calls_with_hello():
    async with PeerScene.with_hello([ns.DATA_TRANSPORT],
                                    modules=REFUSING) as where:
        session = await where.called_by_juliet()
        (offer,) = session.events.values('accepted')
        assert offer.hello
        assert session.events.has('detour')
        # The certificate was refused once, and left again as it was.
        assert session.events.values('block-refused') == ['service-unavailable']
        await where.talk(session)
        await session.finish()
        assert session.clean


@test
async def test_peer_is_called():
    async with PeerScene(modules=REFUSING, features=BOTH) as where:
        session = await where.called_by_romeo()
        kinds = session.events.kinds()
        assert kinds.index('detour') < kinds.index('opened')
        assert kinds.count('opened') == 1
        await where.talk(session)
        await where.plugin.end()
        assert await session.events.get('terminate') == 'success'

        # He knows the way now.
        session = await where.called_by_romeo()
        assert not session.events.has('detour')
        assert session.transport == ns.DATA_TRANSPORT
        await where.talk(session)
        await session.finish()
        assert session.clean


@test
async def test_peer_is_called_with_hello():
    async with PeerScene.with_hello([ns.DATA_TRANSPORT],
                                    modules=REFUSING) as where:
        where.juliet.session_class = resume.Session
        await where.plugin.do('api', 'set_policy', ROMEO, JULIET, 'required')
        await where.plugin.do('say', JULIET, 'Speak again')
        session = await where.juliet.called()
        assert session.hello and session.events.has('detour')
        assert await session.heard() == 'Speak again'
        await where.started()
        await where.talk(session)
        assert session.events.values('body') == [
            'Speak again', 'Speak again '], session.events.values('body')
        await session.finish()


@test
async def test_peer_has_nothing_else():
    """It announces the second transport only, and is called on it."""
    features = tuple({*BOTH} - {ns.TRANSPORT})
    async with PeerScene(features=features) as where:
        session = await where.called_by_romeo()
        assert not session.events.has('detour')
        await where.talk(session)
        await where.plugin.end()
        await session.events.get('terminate')
        session = await where.called_by_juliet()
        await where.talk(session)
        await session.finish()


@test
async def test_peer_without_it():
    """The session fails, as it did before there was another way, and the user
    is told."""
    async with PeerScene(modules=REFUSING) as where:
        await where.plugin.start()
        session = await where.juliet.incoming.get('session')
        assert await session.events.get('terminate') == 'failed-transport'
        assert not session.events.has('detour')
        await where.plugin.do('expect_state', 'waiting', who=JULIET)
        # Nor does it propose anything.
        try:
            await where.juliet.call(where.plugin.jid)
        except Refused as error:
            assert error.condition == 'service-unavailable'
        else:
            raise AssertionError('a session on a server that refuses it')
        await where.juliet.drop_sessions()


class Rejects(Session):
    def take_transport(self, action, node):
        self._detoured = True
        return super().take_transport(action, node)


@test
async def test_peer_rejects_it():
    async with PeerScene(modules=REFUSING, features=BOTH) as where:
        where.juliet.session_class = Rejects
        await where.plugin.start()
        session = await where.juliet.incoming.get('session')
        assert await session.events.get('terminate') == 'failed-transport'
        assert not session.open
        await where.plugin.do('expect_state', 'waiting', who=JULIET)
