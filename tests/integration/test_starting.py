# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts that cannot succeed, and starts of both sides at once."""

import os
import re

from xtlstest import check, client, proxy
from xtlstest.scene import JULIET, ROMEO, Scene

NURSE = "nurse@capulet.lit"


def failed_start(scene, who, why):
    """Nothing was private before: the state is Waiting, a line says why, and
    typed messages are held."""
    scene.romeo.xtls(who, "start")
    scene.romeo.expect_state("waiting", who=who)
    line = scene.romeo.expect_message(re.compile(check.FAILED))["text"]
    assert re.search(why, line), line
    scene.romeo.say(who, "not for the wire")
    scene.romeo.expect_message(re.compile(check.HELD))
    check.assert_state(scene.romeo, who, "waiting", held=1)
    check.sync_all(scene)
    check.assert_lines(scene.romeo, who, check.ATTEMPTING, check.FAILED,
                       check.HELD)
    scene.assert_nothing_leaked("not for the wire")


def test_start_to_an_offline_contact():
    with Scene() as scene:
        scene.romeo.forget()
        scene.juliet.logout()
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="offline")
        assert "offline" in scene.romeo.status(JULIET)["line"]
        failed_start(scene, JULIET, "offline")
        # She returns, the conversation is restarted, and held messages arrive.
        scene.romeo.forget()
        scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("not for the wire")
        scene.assert_nothing_leaked("not for the wire")


def test_start_to_a_contact_without_the_plugin():
    with Scene(accounts={NURSE: "x"}, contacts=[(ROMEO, NURSE)]) as scene:
        scene.login(scene.add_client("nurse", plugins=[]), f"{NURSE}/hall",
                    scene.add_proxy())
        scene.romeo.expect("xtls-capability-changed", who=NURSE,
                           capability="absent")
        assert "XTLS" in scene.romeo.status(NURSE)["line"]
        failed_start(scene, NURSE, "does not know XTLS")
        assert not scene.clients[-1].lines()
        # Other conversations are not affected.
        scene.romeo.say(JULIET, "to Juliet, in clear")
        scene.juliet.expect_message("to Juliet, in clear")


def assert_start_is_refused(one, who, why):
    try:
        one.xtls(who, "start")
    except client.Failed as failure:
        assert re.search(why, failure.answer["error"]), failure.answer
    else:
        raise AssertionError("it was started")
    status = check.assert_state(one, who, "not-private")
    assert re.search(why, status["why_not"]), status
    assert status["why_not"] in status["line"], status


def test_start_to_a_contact_not_on_the_buddy_list():
    with Scene(accounts={NURSE: "x"}) as scene:
        scene.login(scene.add_client("nurse"), f"{NURSE}/hall",
                    scene.add_proxy())
        assert_start_is_refused(scene.romeo, NURSE, "buddies")
        scene.romeo.say(NURSE, "never private, so in clear")
        scene.clients[-1].expect_message("never private, so in clear")
        check.sync_all(scene)
        assert not [u for u in scene.proxies[-1].stanzas()
                    if u.find(check.JINGLE) is not None]


def test_start_without_a_connection():
    with Scene() as scene:
        scene.romeo.open(JULIET)
        scene.romeo.logout()
        assert_start_is_refused(scene.romeo, JULIET, "offline")


def test_no_key():
    """If no key can be stored, the user is told, and messages under `required`
    are held."""
    with Scene(login=False) as scene:
        one = scene.romeo
        with open(os.path.join(one.dir, "xtls", "keys"), "w") as file:
            file.write("no folder")
        scene.login(one, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
        one.expect("presence", who=JULIET, online=True)
        assert_start_is_refused(one, JULIET, "no key for this account")
        one.say(JULIET, "as ever")
        scene.juliet.expect_message("as ever")
        one.api("set_policy", ROMEO, JULIET, "required")
        one.say(JULIET, "not as ever")
        one.expect_message(re.compile(f"{check.FAILED}.*no key"))
        check.assert_state(one, JULIET, "waiting", held=1)
        scene.juliet.say(ROMEO, "in clear")
        one.expect_message(f"{check.CLEAR}in clear")
        assert len(one.seen("notify")) == 1, one.seen("notify")
        assert not scene.romeo_proxy.leaks("not as ever")
        # The next connection tries again.
        one.logout()
        os.remove(os.path.join(one.dir, "xtls", "keys"))
        scene.login(one, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.juliet.expect_message("not as ever")
        one.expect_state("unverified", held=0)
        assert not scene.romeo_proxy.leaks("not as ever")


def test_policy_never():
    with Scene() as scene:
        scene.juliet.xtls(ROMEO, "policy never")
        assert_start_is_refused(scene.juliet, ROMEO, "never")
        failed_start(scene, JULIET, "does not know XTLS")
        assert scene.juliet.status(ROMEO)["state"] == "not-private"
        assert scene.juliet.lines()[1:] == []
        scene.juliet.xtls(ROMEO, "policy default")
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("not for the wire")


def test_policy_never_of_all():
    with Scene() as scene:
        scene.juliet.call("pref", "/plugins/core/xtls/policy", "never")
        failed_start(scene, JULIET, "does not know XTLS")


def test_both_start_at_once():
    with Scene() as scene:
        for number in range(10):
            for one, other in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
                one.forget()
                one.open(other)
            # Both requests are under way before either side sees one.
            scene.romeo_proxy.hold(proxy.DOWN)
            scene.juliet_proxy.hold(proxy.DOWN)
            before = [len(p.records) for p in scene.proxies]
            scene.romeo.xtls(JULIET, "start")
            scene.juliet.xtls(ROMEO, "start")
            for through, since in zip(scene.proxies, before):
                through.wait_stanza(proxy.DOWN, check.JINGLE, since=since)
            scene.romeo.say(JULIET, f"romeo {number}")
            scene.juliet.say(ROMEO, f"juliet {number}")
            scene.romeo_proxy.release()
            scene.juliet_proxy.release()
            scene.juliet.expect_message(f"romeo {number}", flags=["recv"])
            scene.romeo.expect_message(f"juliet {number}", flags=["recv"])
            for one, other in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
                assert one.status(other)["state"] == "unverified"
                assert not one.seen("xtls-state-changed", state="finished")
            scene.romeo.xtls(JULIET, "end")
            scene.juliet.expect_state("finished")
            scene.juliet.xtls(ROMEO, "end")
            # A state may be reported more than once, but all reports have
            # arrived now.
            scene.juliet.history = [
                e for e in scene.juliet.history
                if e["event"] != "xtls-state-changed"]
        for one, other in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            lines = check.system_lines(one, other)
            assert sum(check.ATTEMPTING in line for line in lines) == 10, lines
            assert sum(check.UNVERIFIED in line for line in lines) == 10, lines
            assert sum("cut off" in line for line in lines) == 0, lines
        assert len(check.received(scene.romeo)) == 10
        assert len(check.received(scene.juliet)) == 10
        scene.assert_nothing_leaked("romeo 0", "juliet 9")
