# SPDX-License-Identifier: GPL-2.0-or-later
"""A contact with another client, Debian's mcabber, receives messages from a
user of the plugin and nothing unusual."""

import contextlib
import re

import pytest

from xtlstest import check, proxy
from xtlstest.mcabber import Mcabber
from xtlstest.scene import JULIET, PASSWORDS, ROMEO, Scene

NEEDS = ("mcabber", "mcabber")
ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
DISCO_INFO = "{http://jabber.org/protocol/disco#info}query"


@contextlib.contextmanager
def with_mcabber(policy):
    """Romeo has the plugin, and Juliet uses mcabber."""
    with Scene(login=False, policy=policy) as scene:
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        other = Mcabber(BALCONY, PASSWORDS[JULIET], scene.juliet_proxy.port)
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="absent")
        yield scene, other


def assert_nothing_strange(scene, other, *history):
    """Asserts that she has received from him only messages, presence and the
    usual requests, and that her client shows only this history."""
    check.sync(scene.romeo)
    other.sync()
    assert other.history(ROMEO) == list(history)
    assert other.told() == []
    for unit in scene.juliet_proxy.stanzas(proxy.DOWN):
        if (unit.xml.get("from") or "").startswith(ROMEO) \
                and unit.find(DISCO_INFO) is None:
            assert not re.search(b"xtls|jingle|protocol/ibb|type='error'",
                                 unit.raw), unit.raw


def test_talk():
    """In clear in both directions, with the default policy."""
    with with_mcabber("automatic") as (scene, other):
        scene.romeo.say(JULIET, "But soft")
        other.expect_message(ROMEO, "But soft")
        other.say(ROMEO, "Ay me")
        scene.romeo.expect_message("Ay me", flags=["recv"])
        scene.romeo.say(JULIET, "She speaks")
        other.expect_message(ROMEO, "She speaks")
        assert_nothing_strange(scene, other, ("MR", "But soft"),
                               ("MS", "Ay me"), ("MR", "She speaks"))


def test_required():
    """Nothing is sent to her. Her messages arrive, and nothing replies to them
    automatically."""
    with with_mcabber("required") as (scene, other):
        scene.romeo.say(JULIET, "But soft")
        scene.romeo.expect_message(re.compile(check.FAILED))
        other.say(ROMEO, "Ay me")
        scene.romeo.expect_message(re.compile("Ay me$"))
        assert_nothing_strange(scene, other, ("MS", "Ay me"))
        assert not check.sent_in_clear(scene.romeo_proxy)


def test_asked_to_start():
    """The user tries to start nevertheless and is told why that is impossible;
    she sees nothing."""
    with with_mcabber("manual") as (scene, other):
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message(re.compile(check.FAILED))
        other.say(ROMEO, "Ay me")
        scene.romeo.expect_message(re.compile("Ay me$"))
        assert_nothing_strange(scene, other, ("MS", "Ay me"))


@pytest.mark.parametrize("strange", (
    "<message to='{}' type='error'><error type='cancel'><bad-request"
    " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
    "<message to='{}' type='chat'><body>?OTR?</body></message>",
    "<iq to='{}' type='set' id='a'><jingle xmlns='urn:xmpp:jingle:1'/></iq>"),
    ids=("error", "text", "request"))
def test_what_is_strange_is_noticed(strange):
    with with_mcabber("manual") as (scene, other):
        assert_nothing_strange(scene, other)
        scene.romeo.call("raw", ROMEO, strange.format(BALCONY))
        with pytest.raises(AssertionError, match="OTR|jingle|error"):
            assert_nothing_strange(scene, other)
