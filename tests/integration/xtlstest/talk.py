# SPDX-License-Identifier: GPL-2.0-or-later
"""A conversation of two users, and what must have arrived."""

from . import check, client
from .scene import JULIET, ROMEO

UNCONFIRMED = "may not have been delivered"


class Talk:
    """What both have typed, and whether it arrived."""

    def __init__(self, scene):
        self.scene = scene
        self.said = {ROMEO: [], JULIET: []}

    def say(self, one, other, text):
        """Nothing can be typed while the account is offline; such a text does
        not count."""
        try:
            one.say(other.account, text)
        except client.Failed as why:
            assert "not connected" in str(why), why
        else:
            self.said[one.account].append(text)

    def both(self, count):
        for _ in range(count):
            for one, other in ((self.scene.romeo, self.scene.juliet),
                               (self.scene.juliet, self.scene.romeo)):
                name = one.account.split("@")[0]
                self.say(one, other, f"{name} says "
                                     f"{len(self.said[one.account])}")

    def check(self, timeout=2 * client.TIMEOUT):
        """Asserts that everything arrived once and in order, that nothing was
        in clear, and that no loss was reported."""
        scene = self.scene
        for one, other in ((scene.romeo, scene.juliet),
                           (scene.juliet, scene.romeo)):
            said = self.said[one.account]
            if not other.seen("message", text=said[-1], flags=["recv"]):
                other.expect_message(said[-1], timeout, flags=["recv"])
            assert check.received(other) == said, check.received(other)
            lines = check.system_lines(one, other.account)
            assert not [l for l in lines if UNCONFIRMED in l], lines
        scene.assert_nothing_leaked("romeo says", "juliet says")


def go_resumable(scene, talk):
    """Goes private and waits until each side has the id for resuming."""
    scene.romeo.expect("xtls-capability-changed", who=JULIET,
                       capability="present")
    scene.romeo.open(JULIET)
    check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
    exchange_ids(scene, talk)


def exchange_ids(scene, talk):
    """Of a private conversation. They go with what is said."""
    for _ in range(2):
        talk.both(1)
        for one, other in ((scene.romeo, scene.juliet),
                           (scene.juliet, scene.romeo)):
            other.expect_message(talk.said[one.account][-1], flags=["recv"])


def assert_never_cut_off(scene):
    for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
        lines = check.system_lines(one, who)
        assert not [line for line in lines if check.CUT_OFF in line], lines
        assert not one.seen("disconnected")
