# SPDX-License-Identifier: GPL-2.0-or-later
"""Private conversations on Debian's ejabberd, with the limits of its default
configuration: from each client 20 kB at once, then 3,000 bytes a second."""

import pytest

from xtlstest import check, client, proxy
from xtlstest.ejabberd import Ejabberd
from xtlstest.files import Move
from xtlstest.scene import JULIET, PASSWORDS, ROMEO, Scene
from xtlstest.spellings import NAMES, assert_inside, message, stanza
from xtlstest.talk import Talk, assert_never_cut_off, go_resumable

NEEDS = ("ejabberd", "ejabberd")
ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
# Bytes that a limit of 3,000 bytes a second delays noticeably.
SLOW = 4 * client.TIMEOUT


@pytest.fixture(scope="module", name="server")
def _server():
    server = Ejabberd(PASSWORDS, [(ROMEO, JULIET)]).keep()
    yield server
    server.kill()


def test_set_up_and_end(server):
    with Scene(server=server) as scene:
        scene.go_private()
        for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            assert "TLS 1.3" in one.status(who)["tls"]
        scene.romeo.say(JULIET, "But soft")
        scene.juliet.expect_message("But soft", flags=["recv"])
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.assert_nothing_leaked("But soft")


def test_every_spelling_of_an_address_is_protected(server):
    """ejabberd delivers most of them to her, in its own reading."""
    with Scene(server=server) as scene:
        plain = scene.add_client("plain", plugins=[])
        scene.login(plain, f"{ROMEO}/plain")
        for number, name in enumerate((*NAMES, JULIET)):
            stanza(plain, message(name, f"clear {number}"))
        scene.juliet.expect_message(f"clear {len(NAMES)}")
        got = check.received(scene.juliet, ROMEO)
        assert len(got) > len(NAMES) // 2, got
        scene.go_private()
        assert_inside(scene, "secret")


def test_200_messages(server):
    with Scene(server=server, policy="automatic") as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        talk.both(100)
        talk.check(SLOW)
        assert_never_cut_off(scene)


def test_a_file_and_talk_meanwhile(server):
    with Scene(server=server) as scene:
        scene.go_private()
        move = Move(scene.romeo, scene.juliet, BALCONY, 30_000).accept().moves()
        scene.juliet.say(ROMEO, "it is coming")
        scene.romeo.expect_message("it is coming", flags=["recv"])
        scene.romeo.say(JULIET, "be patient")
        scene.juliet.expect_message("be patient", SLOW, flags=["recv"])
        move.arrives(SLOW)
        assert_never_cut_off(scene)
        scene.assert_nothing_leaked("secret-plan", "it is coming", "be patient")


def test_a_message_that_the_limit_holds_up(server):
    with Scene(server=server, policy="automatic") as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        talk.say(scene.romeo, scene.juliet, "romeo says " + 40_000 * "x")
        talk.both(5)
        talk.check(SLOW)
        assert_never_cut_off(scene)


def test_cut_and_resumed(server):
    """Romeo's connection breaks while messages are under way in both
    directions."""
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


def test_the_server_starts_again(server):
    with Scene(server=server, policy="automatic") as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
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
        check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
        talk.both(2)
        talk.check()
