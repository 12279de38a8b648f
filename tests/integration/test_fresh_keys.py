# SPDX-License-Identifier: GPL-2.0-or-later
"""A session that has used its keys for a day is replaced by a new one, and
nobody notices. The clients' clocks are put forward."""

import re

from xtlstest import check, client, proxy
from xtlstest.files import Move
from xtlstest.scene import JULIET, ROMEO, Scene
from xtlstest.talk import Talk, go_resumable

HOUR = 3600
# How often a client looks at the age of its keys.
AGAIN = 600
# The side that was called waits an hour longer than the one that has called.
DAY = 24 * HOUR
LATER = 26 * HOUR


def sessions(scene):
    return check.actions(scene.romeo_proxy, proxy.UP).count(
        "session-initiate") + check.actions(
            scene.romeo_proxy, proxy.DOWN).count("session-initiate")


def wait_for_sessions(scene, number):
    """Waits until that many were set up, and all but the last have ended."""
    def ended():
        return sum(check.actions(scene.romeo_proxy, direction).count(
            "session-terminate") for direction in (proxy.UP, proxy.DOWN))

    scene.romeo_proxy.wait(lambda: sessions(scene) == number and
                           ended() == number - 1)


def be_private(scene, talk):
    """Everything that was said is confirmed."""
    scene.romeo.open(JULIET)
    scene.juliet.open(ROMEO)
    scene.go_private()
    talk.both(2)
    for one in (scene.romeo, scene.juliet):
        one.forget()


def lose_accept(link, direction, unit):
    return proxy.DROP if b"session-accept" in unit.raw else None


def lines(scene):
    return [check.system_lines(one, who)
            for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO))]


def grow_old(scene, *sides, seconds=LATER):
    """What has arrived is acknowledged before, which takes up to a second."""
    check.sync_all(scene)
    for one in (scene.romeo, scene.juliet):
        one.call("skip", 2)
    check.sync_all(scene)
    for one in sides:
        one.call("skip", seconds)
        one.call("ping")


def renew(scene, one, number, seconds=LATER):
    """Waits until `number` sessions were set up. If something was under way
    when the client looked, it looks again ten minutes later."""
    grow_old(scene, one, seconds=seconds)
    check.sync_all(scene)
    while sessions(scene) < number:
        grow_old(scene, one, seconds=AGAIN)
        check.sync_all(scene)
    wait_for_sessions(scene, number)


def assert_unnoticed(scene, talk, before):
    for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
        check.assert_state(one, who, "unverified")
    assert lines(scene) == before
    talk.both(2)
    talk.check()


def renewed_by(pick):
    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        before = lines(scene)
        for number in (2, 3):
            renew(scene, pick(scene), number)
            talk.both(2)
        assert_unnoticed(scene, talk, before)


def test_by_the_caller():
    renewed_by(lambda scene: scene.romeo)


def test_by_the_called():
    renewed_by(lambda scene: scene.juliet)


def test_by_both_at_once():
    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        before = lines(scene)
        grow_old(scene, scene.romeo, scene.juliet)
        scene.romeo_proxy.wait(lambda: sessions(scene) >= 2)
        talk.both(2)
        check.sync_all(scene)
        assert_unnoticed(scene, talk, before)


def test_young_keys_stay():
    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        grow_old(scene, scene.romeo, scene.juliet, seconds=DAY - HOUR)
        check.sync_all(scene)
        assert sessions(scene) == 1
        grow_old(scene, scene.juliet, seconds=HOUR)
        check.sync_all(scene)
        assert sessions(scene) == 1
        renew(scene, scene.romeo, 2, seconds=HOUR)
        talk.both(2)
        talk.check()


def test_what_is_typed_does_not_wait():
    """Messages go through the old session while the new one is made, and are
    not held when its stanzas get lost."""
    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        before = lines(scene)
        scene.romeo_proxy.hook = lose_accept
        grow_old(scene, scene.romeo)
        scene.romeo_proxy.wait(lambda: sessions(scene) == 2)
        talk.both(3)
        # It is given up, and tried again.
        grow_old(scene, scene.romeo, seconds=client.TIMEOUT)
        talk.both(1)
        scene.romeo_proxy.hook = None
        grow_old(scene, scene.romeo, seconds=2 * HOUR)
        scene.romeo_proxy.wait(lambda: sessions(scene) == 3)
        assert_unnoticed(scene, talk, before)


def test_file_goes_on():
    """The new session waits until the file has arrived."""
    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        move = Move(scene.romeo, scene.juliet, f"{JULIET}/balcony", 300_000)
        grow_old(scene, scene.romeo, scene.juliet)
        move.accept().arrives()
        assert sessions(scene) == 1
        talk.both(1)
        for one in (scene.romeo, scene.juliet):
            one.forget()
        renew(scene, scene.romeo, 2, seconds=HOUR)
        talk.both(1)
        talk.check()


def test_end_calls_it_off():
    """A session that would have taken the place of one that the user has ended
    does not open."""
    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        scene.romeo_proxy.hook = lose_accept
        grow_old(scene, scene.romeo)
        scene.romeo_proxy.wait(lambda: sessions(scene) == 2)
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished", who=ROMEO)
        scene.romeo_proxy.hook = None
        check.sync_all(scene)
        check.assert_state(scene.romeo, JULIET, "not-private")
        check.assert_state(scene.juliet, ROMEO, "finished")


def test_called_side_ends_it():
    """The same, if the one who was called ends it while the new session is on
    its way."""
    def stop_after_accept(link, direction, unit):
        if b"session-accept" in unit.raw:
            scene.romeo_proxy.hold(proxy.UP)

    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        scene.romeo_proxy.hook = stop_after_accept
        grow_old(scene, scene.romeo)
        scene.romeo_proxy.wait(lambda: check.actions(
            scene.romeo_proxy, proxy.DOWN).count("session-accept") == 2)
        scene.romeo.call("ping")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo_proxy.release()
        scene.romeo.expect_state("finished", who=JULIET)
        check.sync_all(scene)
        check.assert_state(scene.romeo, JULIET, "finished")
        check.assert_state(scene.juliet, ROMEO, "not-private")
        assert any(check.HAS_ENDED in line
                   for line in check.system_lines(scene.romeo, JULIET))


def test_undecided_key_stays_undecided():
    """Romeo has forgotten Juliet's key and is asked about it. That she calls
    again does not decide it for him."""
    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        key = scene.romeo.status(JULIET)["fingerprint"]
        scene.romeo.api("forget_key", ROMEO, JULIET, key)
        scene.romeo.expect_state("new-key", who=JULIET)
        scene.romeo.say(JULIET, "is it you?")
        scene.romeo.expect_message(re.compile("Your message is held"))
        before = check.system_lines(scene.romeo, JULIET)
        renew(scene, scene.juliet, 2)
        check.assert_state(scene.romeo, JULIET, "new-key", held=1)
        assert check.system_lines(scene.romeo, JULIET) == before
        assert not scene.juliet.seen("message", text="is it you?")
        scene.romeo.api("decide_key", ROMEO, JULIET, key, "accept")
        scene.juliet.expect_message("is it you?", flags=["recv"])


def test_policy_never():
    """An open conversation goes on with the keys that it has."""
    with Scene() as scene:
        talk = Talk(scene)
        be_private(scene, talk)
        scene.romeo.xtls(JULIET, "policy never")
        before = lines(scene)
        grow_old(scene, scene.romeo)
        grow_old(scene, scene.romeo, seconds=AGAIN)
        check.sync_all(scene)
        assert sessions(scene) == 1
        assert_unnoticed(scene, talk, before)


def test_cut_in_the_middle():
    """The old session is resumed, as if there had been no new one."""
    with Scene(policy="automatic") as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        scene.romeo_proxy.hook = lose_accept
        grow_old(scene, scene.romeo, scene.juliet)
        scene.romeo_proxy.wait(lambda: sessions(scene) >= 2)
        scene.romeo_proxy.hook = None
        scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
        talk.both(2)
        for one in (scene.romeo, scene.juliet):
            one.call("ping")
            one.forget()
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo_proxy.release()
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        check.until_private((scene.romeo, JULIET))
        talk.both(2)
        talk.check()
