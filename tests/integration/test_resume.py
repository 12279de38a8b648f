# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever happens to connections and servers, a conversation continues where
it was cut: nothing is lost, and nothing arrives twice."""

import os
import random
import re

from xtlstest import check, client, proxy, tap
from xtlstest.scene import JULIET, ROMEO, Scene
from xtlstest.talk import Talk, go_resumable

ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
# Debian's stock limit of what a client may send, bytes a second.
DEBIAN_RATE = 10_000
# The largest stanza that every server must accept (RFC 6120 4.9.3.14).
SMALLEST_LIMIT = 10_000


def automatic(**more):
    """Lets the policy set up sessions again by itself."""
    return Scene(policy="automatic", **more)


def hide_gone(link, direction, unit):
    """The server does not report that somebody has gone offline."""
    gone = unit.name == "presence" and b"unavailable" in unit.raw
    return proxy.DROP if gone and direction == proxy.DOWN else None


def return_elsewhere(hook):
    """Romeo's connection is cut while messages are under way in both
    directions, and he returns with another resource."""
    with automatic() as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        scene.juliet_proxy.hook = hook
        scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
        talk.both(3)
        scene.romeo.call("ping")
        scene.juliet.call("ping")
        for one in (scene.romeo, scene.juliet):
            one.forget()
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo_proxy.release()
        scene.login(scene.romeo, f"{ROMEO}/garden", scene.romeo_proxy)
        check.until_private((scene.romeo, JULIET))
        talk.both(2)
        talk.check()


def test_reconnect_with_another_resource():
    return_elsewhere(None)


def test_reconnect_with_another_resource_unnoticed():
    return_elsewhere(hide_gone)


def test_account_reconnects_by_itself_into_private_mode():
    with automatic() as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        for one, jid, through in (
                (scene.romeo, ORCHARD, scene.romeo_proxy),
                (scene.juliet, BALCONY, scene.juliet_proxy)):
            through.hold(proxy.UP, proxy.DOWN)
            talk.both(2)
            one.call("ping")
            through.cut()
            one.expect("disconnected")
            through.release()
            for side in (scene.romeo, scene.juliet):
                side.forget()
            scene.login(one, jid, through)
            check.until_private((one, JULIET if one is scene.romeo else ROMEO))
        talk.both(2)
        talk.check()


def test_server_restarts():
    with automatic() as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        for through in scene.proxies:
            through.hold(proxy.UP)
        talk.both(3)
        for one in (scene.romeo, scene.juliet):
            one.call("ping")
        scene.server.restart()
        for one in (scene.romeo, scene.juliet):
            one.expect("disconnected")
            one.forget()
        for through in scene.proxies:
            through.release()
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
        talk.both(2)
        talk.check()


def test_client_is_suspended_and_resumes():
    """Romeo's client is stopped, and its connection is gone when it continues.
    The server notices that late, and Juliet is never told."""
    with automatic() as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        scene.juliet_proxy.hook = hide_gone
        scene.romeo.stop()
        scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
        for number in range(3):
            talk.say(scene.juliet, scene.romeo, f"juliet says: asleep {number}")
        scene.juliet.call("ping")
        scene.romeo.cont()
        scene.romeo.forget()
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo_proxy.release()
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        check.until_private((scene.romeo, JULIET))
        talk.both(2)
        talk.check()


def test_peer_hangs_and_continues():
    """The server does not report that she is gone, but after 30 s without an
    acknowledgement the session ends. When her client continues, so does the
    conversation."""
    with automatic() as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        scene.romeo.forget()
        scene.juliet.stop()
        talk.say(scene.romeo, scene.juliet, "romeo says: are you there")
        lost = scene.romeo.expect_state("waiting", 30 + client.TIMEOUT)
        said = scene.romeo.seen(
            "message", text="romeo says: are you there")[0]
        assert lost["at"] - said["at"] > 28, lost["at"] - said["at"]
        scene.romeo.expect_message(re.compile("not confirmed yet"))
        scene.juliet.cont()
        check.until_private((scene.romeo, JULIET))
        talk.both(2)
        talk.check()


# --- servers ------------------------------------------------------------------


def test_debians_rate_limit():
    with automatic(rate=DEBIAN_RATE) as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        talk.say(scene.romeo, scene.juliet, "romeo says " + 60_000 * "x")
        talk.both(20)
        talk.check()
        for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            lines = check.system_lines(one, who)
            assert not [l for l in lines if check.CUT_OFF in l], lines


def test_server_that_refuses_large_stanzas():
    """It closes the connection of a client that sends one. The next session
    uses smaller blocks, so that nobody is cut off twice."""
    with automatic(extra=f"c2s_stanza_size_limit = {SMALLEST_LIMIT}") as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        for one, other, jid, through in (
                (scene.romeo, scene.juliet, ORCHARD, scene.romeo_proxy),
                (scene.juliet, scene.romeo, BALCONY, scene.juliet_proxy)):
            name = one.account.split("@")[0]
            one.forget()
            talk.say(one, other, f"{name} says " + 30_000 * "x")
            if one is scene.romeo:
                one.expect("disconnected")
                scene.login(one, jid, through)
                check.until_private((one, other.account))
            other.expect_message(talk.said[one.account][-1], flags=["recv"])
        talk.both(2)
        talk.check()
        for one in (scene.romeo, scene.juliet):
            assert len(one.seen("disconnected")) == (one is scene.romeo)
        largest = max(len(block.data)
                      for block in scene.romeo_proxy.blocks()[-20:])
        assert largest <= 4096, largest


# --- at any byte ----------------------------------------------------------------


@tap.timeout(900)
def test_cut_at_random_bytes():
    """200 messages, with repeated cuts at random bytes, after which sessions
    return by themselves. XTLS_SEED=n repeats one run as far as the timing of
    the processes allows."""
    seed = int(os.environ.get("XTLS_SEED") or random.randrange(10**6))
    tap.diagnose(f"XTLS_SEED={seed}")
    chance = random.Random(seed)
    with automatic() as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        for _ in range(10):
            one, jid, through = chance.choice((
                (scene.romeo, ORCHARD, scene.romeo_proxy),
                (scene.juliet, BALCONY, scene.juliet_proxy)))
            other = scene.juliet if one is scene.romeo else scene.romeo
            one.forget()
            through.cut_after(chance.choice((proxy.UP, proxy.DOWN)),
                              chance.randrange(1, 12_000))
            link = through.link
            while link.open:
                before = len(through.bytes[proxy.UP])
                talk.both(1)
                through.wait(lambda: not link.open
                             or len(through.bytes[proxy.UP]) > before)
            one.expect("disconnected")
            scene.login(one, jid, through)
            check.until_private((one, other.account))
        while sum(map(len, talk.said.values())) < 200:
            talk.both(1)
        talk.check()
