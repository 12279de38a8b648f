# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin is loaded late, and unloaded before the client ends."""

import re

from xtlstest import check, client, proxy
from xtlstest.scene import JULIET, ROMEO, Scene

BALCONY = f"{JULIET}/balcony"
ORCHARD = f"{ROMEO}/orchard"
XMLSTREAM = "urn:xmpp:jingle:apps:xmlstream:0"
XTLS = "urn:xmpp:jingle:security:xtls:0"
UNLOADED = "The XTLS plugin was unloaded"


def has(one, jid, feature):
    return one.call("has-feature", one.account, jid, feature)["feature"]


def ask_features(scene, one, through, jid):
    """Asks for the features now, whatever was cached."""
    number = f"info-{len(through.records)}"
    one.call("raw", one.account,
             f"<iq type='get' id='{number}' to='{jid}'><query"
             " xmlns='http://jabber.org/protocol/disco#info'/></iq>")
    info = "{http://jabber.org/protocol/disco#info}"
    answer = through.wait_stanza(proxy.DOWN, id=number, type="result")
    return [f.get("var") for f in
            answer.find(f"{info}query").findall(f"{info}feature")]


def load_late(scene, *sides):
    for one in sides:
        one.load()
    for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
        if one in sides:
            one.expect("xtls-capability-changed", who=who,
                       capability="present")


def test_enabled_late_with_open_conversations():
    with Scene(plugin=False) as scene:
        scene.romeo.say(JULIET, "before the plugin")
        scene.juliet.expect_message("before the plugin")
        scene.juliet.say(ROMEO, "before it here, too")
        scene.romeo.expect_message("before it here, too")
        load_late(scene, scene.romeo, scene.juliet)
        scene.go_private()
        scene.romeo.say(JULIET, "with the plugin")
        scene.juliet.expect_message("with the plugin")
        scene.juliet.say(ROMEO, "here as well")
        scene.romeo.expect_message("here as well")
        check.assert_lines(scene.romeo, JULIET, check.ATTEMPTING,
                           check.UNVERIFIED)
        check.assert_lines(scene.juliet, ROMEO, check.UNVERIFIED)
        for through in scene.proxies:
            assert not through.leaks("with the plugin", "here as well")


def load_juliet_first(scene):
    """Romeo's client knows her presence before his plugin is loaded."""
    since = len(scene.romeo_proxy.records)
    scene.juliet.load()
    scene.romeo_proxy.wait_stanza(
        proxy.DOWN, "{http://jabber.org/protocol/caps}c", since=since,
        **{"from": BALCONY})
    check.sync_all(scene)
    scene.romeo.load()


def test_enabled_late_without_a_conversation():
    """A start requests the capabilities that nobody has asked for before."""
    with Scene(plugin=False) as scene:
        load_juliet_first(scene)
        scene.go_private()
        scene.romeo.say(JULIET, "found")
        scene.juliet.expect_message("found")


def test_enabled_late_asks_for_those_with_a_conversation_only():
    nurse = "nurse@capulet.lit"
    with Scene(plugin=False, accounts={nurse: "x"},
               contacts=[(ROMEO, nurse)]) as scene:
        scene.login(scene.add_client("nurse"), f"{nurse}/hall")
        scene.romeo.expect("presence", who=nurse, online=True)
        scene.romeo.open(JULIET)
        load_juliet_first(scene)
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        check.sync_all(scene)
        assert [unit.xml.get("to") for unit in scene.romeo_proxy.stanzas(
            proxy.UP, type="probe")] == [JULIET]


def test_enabled_late_under_a_policy_that_starts():
    """A window starts by itself as soon as it is known that the contact can,
    whether it is opened right after enabling or was open before."""
    for policy in ("automatic", "required"):
        for before in (True, False):
            with Scene(plugin=False, policy=policy) as scene:
                if before:
                    scene.romeo.open(JULIET)
                load_juliet_first(scene)
                if not before:
                    scene.romeo.open(JULIET)
                check.until_private((scene.romeo, JULIET),
                                    (scene.juliet, ROMEO))
                scene.romeo.say(JULIET, "by itself")
                scene.juliet.expect_message("by itself")
                scene.assert_nothing_leaked("by itself")


def test_a_window_that_is_closed_does_not_start():
    """Nor one whose policy is set before it is known what the contact can."""
    def close(romeo):
        romeo.call("close", ROMEO, JULIET)

    def set_policies(romeo):
        for policy in ("manual", "automatic"):
            romeo.api("set_policy", ROMEO, JULIET, policy)

    for give_up in (close, set_policies):
        with Scene(plugin=False, policy="automatic") as scene:
            load_juliet_first(scene)
            scene.romeo_proxy.hold(proxy.DOWN)
            scene.romeo.open(JULIET)
            scene.romeo_proxy.wait_stanza(proxy.UP, type="probe")
            give_up(scene.romeo)
            scene.romeo_proxy.release()
            scene.romeo.expect("xtls-capability-changed", who=JULIET,
                               capability="present")
            check.sync_all(scene)
            check.assert_state(scene.romeo, JULIET, "not-private")


def test_typed_at_once_after_a_late_start():
    with Scene(plugin=False) as scene:
        scene.romeo.open(JULIET)
        load_juliet_first(scene)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.say(JULIET, "held at first")
        scene.juliet.expect_message("held at first")
        for through in scene.proxies:
            assert not through.leaks("held at first")


def test_features_are_announced_once_and_withdrawn():
    with Scene() as scene:
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        for feature in (XMLSTREAM, XTLS, "urn:xmpp:jingle:1",
                        "urn:xmpp:jingle:transports:ibb:1"):
            assert has(scene.romeo, BALCONY, feature), feature
        assert XTLS in ask_features(scene, scene.romeo, scene.romeo_proxy,
                                    BALCONY)
        since = len(scene.juliet_proxy.records)
        scene.juliet.unload()
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="absent")
        for feature in (XMLSTREAM, XTLS, "urn:xmpp:jingle:transports:ibb:1"):
            assert not has(scene.romeo, BALCONY, feature), feature
        found = ask_features(scene, scene.romeo, scene.romeo_proxy, BALCONY)
        assert XTLS not in found and XMLSTREAM not in found, found
        scene.romeo.forget()
        scene.juliet.load()
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        announced = [u for u in scene.juliet_proxy.stanzas(
            proxy.UP, "{http://jabber.org/protocol/caps}c", since=since)
            if u.xml.get("to") is None]
        assert len(announced) == 2, announced


def test_unloaded_while_private():
    with Scene() as scene:
        scene.juliet.open(ROMEO)
        scene.go_private()
        scene.romeo.say(JULIET, "inside")
        scene.juliet.expect_message("inside")
        scene.romeo.say(JULIET, "the last of it")
        scene.romeo.unload()
        assert check.system_lines(scene.romeo, JULIET)[-1].startswith(UNLOADED)
        scene.juliet.expect_message("the last of it")
        scene.juliet.expect_state("waiting")
        check.assert_lines(scene.juliet, ROMEO, check.UNVERIFIED,
                           check.WENT_OFFLINE)
        # Romeo's messages are in clear now, and Juliet's client marks them;
        # hers are held.
        scene.romeo.say(JULIET, "in clear")
        scene.juliet.expect_message(f"{check.CLEAR}in clear")
        scene.juliet.say(ROMEO, "held for him")
        scene.juliet.expect_message(re.compile(check.HELD))
        check.sync_all(scene)
        assert not check.received(scene.romeo)
        try:
            scene.romeo.xtls(JULIET, "status")
        except client.Failed:
            pass
        else:
            raise AssertionError("/xtls is still there")
        # After the plugin is loaded again everything works, and held messages
        # arrive.
        load_late(scene, scene.romeo)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message("held for him")
        scene.romeo.say(JULIET, "inside again")
        scene.juliet.expect_message("inside again")
        for through in scene.proxies:
            assert not through.leaks("inside", "the last of it", "held for")


def test_unloaded_with_messages_held():
    with Scene() as scene:
        scene.go_private()
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        for text in ("one held", "two held"):
            scene.romeo.say(JULIET, text)
        scene.romeo.unload()
        one, two, last = check.system_lines(scene.romeo, JULIET)[-3:]
        assert "one held" in one and "two held" in two, (one, two)
        assert last.startswith(UNLOADED), last
        scene.romeo.say(JULIET, "in clear")
        scene.juliet.expect_message("in clear")
        assert check.received(scene.juliet) == ["in clear"]
        assert check.sent_in_clear(scene.romeo_proxy) == ["in clear"]


def test_unloaded_while_starting():
    with Scene() as scene:
        scene.juliet_proxy.hold(proxy.DOWN)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.say(JULIET, "not yet sent")
        scene.romeo.unload()
        scene.juliet_proxy.release()
        check.sync_all(scene)
        assert scene.juliet.status(ROMEO)["state"] == "not-private"
        lines = check.system_lines(scene.romeo, JULIET)
        assert [line for line in lines if "not yet sent" in line], lines
        assert not scene.juliet.lines()
        for through in scene.proxies:
            assert not through.leaks("not yet sent")


def test_unloaded_and_loaded_again_and_again():
    with Scene() as scene:
        for number in range(4):
            scene.juliet.forget()
            scene.go_private()
            scene.romeo.say(JULIET, f"round {number}")
            scene.juliet.expect_message(f"round {number}")
            scene.romeo.unload()
            scene.juliet.expect_state("waiting")
            load_late(scene, scene.romeo)
        # The key stays the same.
        assert len(scene.juliet.api("list_keys")["keys"]) == 1
        for through in scene.proxies:
            assert not through.leaks("round")


def test_unloaded_without_a_connection():
    with Scene(login=False) as scene:
        scene.romeo.unload()
        scene.romeo.load()
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        scene.go_private()


def test_unloaded_after_the_connection_was_cut():
    with Scene() as scene:
        scene.go_private()
        scene.romeo_proxy.hold(proxy.UP)
        scene.romeo.say(JULIET, "unconfirmed")
        scene.romeo.call("ping")
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo_proxy.release()
        scene.romeo.expect_state("finished")
        scene.romeo.unload()
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        check.sync(scene.romeo)
        assert "unconfirmed" not in check.sent_in_clear(scene.romeo_proxy)
        for through in scene.proxies:
            assert not through.leaks("unconfirmed")
