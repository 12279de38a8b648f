# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of policies share: outcomes, and peers in some condition."""

import re

from . import client, proxy
from .scene import JULIET, ROMEO, Scene

PREF = client.POLICY
BALCONY = f"{JULIET}/balcony"
NURSE = "nurse@capulet.lit"
TYBALT = "tybalt@capulet.lit"

# What may happen to a typed text:
CLEAR = "clear"        # it leaves in clear, nothing is said
PRIVATE = "private"    # it waits and arrives inside
HELD = "held"          # a line says why it did not start, and that it is held
ASKED = "asked"        # the same, and a dialog asks what to do
# for an opened window:
NOTHING = "nothing"
OPENED = "opened"      # private mode starts, and is up
FAILED = "failed"      # it starts and fails: a line says so, once
# for a file:
OFFERED = "offered"    # it is offered in clear, as ever
REFUSED = "refused"    # it does not leave, and a line says so


def with_nurse(**options):
    return Scene(accounts={NURSE: "x", TYBALT: "x"},
                 contacts=[(ROMEO, NURSE)], **options)


def verify_each_other(scene):
    scene.go_private()
    for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
        one.xtls(who, f"verify {one.status(who)['fingerprint']}")
        one.expect_state("private")
    scene.romeo.xtls(JULIET, "end")
    scene.juliet.expect_state("finished")
    scene.juliet.xtls(ROMEO, "end")


def strip(link, direction, unit):
    """A server that removes the feature from presence and disco#info."""
    if direction != proxy.DOWN or unit.xml is None:
        return None
    raw = re.sub(rb"<c [^>]*caps[^>]*/>", b"", unit.raw)
    return re.sub(rb"<feature var=.urn:xmpp:jingle:[^>]*/>", b"", raw)
