# SPDX-License-Identifier: GPL-2.0-or-later
"""Private conversations on Debian's jabberd2, which has no stream management
and answers capability requests for contacts itself. It never reports that a
contact has the plugin, and libpurple offers no file."""

import pytest

from xtlstest import proxy
from xtlstest.jabberd2 import Jabberd2
from xtlstest.scene import JULIET, PASSWORDS, ROMEO, Scene
from xtlstest.talk import Talk, assert_never_cut_off, exchange_ids

NEEDS = ("jabberd2", "jabberd2")
ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"


@pytest.fixture(scope="module", name="server")
def _server():
    server = Jabberd2(PASSWORDS, [(ROMEO, JULIET)]).keep()
    yield server
    server.kill()


def go_private(scene, talk):
    scene.go_private()
    exchange_ids(scene, talk)


def test_200_messages(server):
    with Scene(server=server) as scene:
        talk = Talk(scene)
        go_private(scene, talk)
        talk.both(100)
        talk.check()
        assert_never_cut_off(scene)
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")


def test_cut_and_resumed(server):
    with Scene(server=server) as scene:
        talk = Talk(scene)
        go_private(scene, talk)
        scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
        talk.both(3)
        for one in (scene.romeo, scene.juliet):
            one.call("ping")
            one.forget()
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        # jabberd2 answers a client that comes back while its old connection is
        # being ended with an internal error.
        scene.juliet.expect("presence", who=ROMEO, online=False)
        scene.romeo_proxy.release()
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        scene.go_private()
        talk.both(2)
        talk.check()


def test_the_server_starts_again(server):
    with Scene(server=server) as scene:
        talk = Talk(scene)
        go_private(scene, talk)
        talk.both(2)
        talk.check()
        for one in (scene.romeo, scene.juliet):
            one.forget()
        server.restart()
        for one, jid, through in (
                (scene.romeo, ORCHARD, scene.romeo_proxy),
                (scene.juliet, BALCONY, scene.juliet_proxy)):
            one.expect("disconnected")
            scene.login(one, jid, through)
        scene.romeo.expect("presence", who=JULIET, online=True)
        scene.juliet.expect("presence", who=ROMEO, online=True)
        scene.go_private()
        talk.both(2)
        talk.check()
