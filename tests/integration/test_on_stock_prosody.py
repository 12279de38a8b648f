# SPDX-License-Identifier: GPL-2.0-or-later
"""Private conversations on Prosody with Debian's own configuration: TLS to the
server, 10 kB a second from each client, an archive of all messages."""

import pytest

from xtlstest import check, client, proxy
from xtlstest.files import Move
from xtlstest.scene import JULIET, PASSWORDS, ROMEO, Scene
from xtlstest.stock import StockProsody
from xtlstest.talk import Talk, assert_never_cut_off, go_resumable

ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
SLOW = 4 * client.TIMEOUT


@pytest.fixture(scope="module", name="server")
def _server():
    server = StockProsody(PASSWORDS, [(ROMEO, JULIET)]).keep()
    yield server
    server.kill()


def test_nothing_private_is_archived(server):
    with Scene(server=server) as scene:
        scene.romeo.say(JULIET, "for the archive")
        scene.juliet.expect_message("for the archive", flags=["recv"])
        scene.go_private()
        for one, other in ((scene.romeo, scene.juliet),
                           (scene.juliet, scene.romeo)):
            one.say(other.account, "for no archive")
            other.expect_message("for no archive", flags=["recv"])
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        check.sync_all(scene)
        stored = server.stored()
        assert "for the archive" in stored
        assert "for no archive" not in stored
        scene.assert_nothing_leaked("for no archive")


def test_more_than_the_limit_lets_pass(server):
    with Scene(server=server, policy="automatic") as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        talk.say(scene.romeo, scene.juliet, "romeo says " + 60_000 * "x")
        talk.both(100)
        move = Move(scene.juliet, scene.romeo, ORCHARD, 50_000)
        move.accept().arrives(SLOW)
        talk.check(SLOW)
        assert_never_cut_off(scene)


def test_cut_and_resumed(server):
    with Scene(server=server, policy="automatic") as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
        talk.both(3)
        for one in (scene.romeo, scene.juliet):
            one.call("ping")
            one.forget()
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo_proxy.release()
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        check.until_private((scene.romeo, JULIET))
        talk.both(2)
        talk.check(SLOW)
