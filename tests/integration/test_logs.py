# SPDX-License-Identifier: GPL-2.0-or-later
"""Files on disk: private conversations are not logged unless the user wants
that, and files that cannot be read are kept."""

import os
import re

from xtlstest import check, proxy
from xtlstest.client import Client
from xtlstest.scene import JULIET, ROMEO, Scene

PREF = "/plugins/core/xtls/no_log"
POLICY = "/plugins/core/xtls/policy"
LOGGED = "is being logged"
NOT_LOGGED = "is not being logged"


def logged(one, *texts):
    """Returns which of these texts are in the log folder. Ends the client,
    because libpurple buffers the log."""
    if one.process.poll() is None:
        one.quit()
    data = b"\n".join(data for _, data in one.files("logs"))
    return [text for text in texts
            if text.encode() in data or text.replace(
                "'", "&apos;").encode() in data]


def every_way_of_typing(scene, mark):
    """Types a text for everything that can happen to one, from Starting until
    End. Returns the texts."""
    texts = [f"{mark} {kind}" for kind in (
        "starting", "inside", "answer", "held", "shown again")]
    scene.juliet_proxy.hold(proxy.DOWN)
    scene.romeo.xtls(JULIET, "start")
    scene.romeo.say(JULIET, texts[0])
    scene.romeo.expect_message(re.compile(check.HELD))
    scene.juliet_proxy.release()
    scene.juliet.expect_message(texts[0])
    scene.romeo.say(JULIET, texts[1])
    scene.juliet.expect_message(texts[1])
    scene.juliet.say(ROMEO, texts[2])
    scene.romeo.expect_message(texts[2])
    scene.juliet.xtls(ROMEO, "end")
    scene.romeo.expect_state("finished")
    scene.romeo.say(JULIET, texts[3])
    scene.romeo.forget()
    scene.romeo.xtls(JULIET, "start")
    scene.juliet.expect_message(texts[3])
    scene.romeo.expect_state(check.private)
    scene.romeo.forget()
    scene.juliet.xtls(ROMEO, "end")
    scene.romeo.expect_state("finished")
    scene.romeo.say(JULIET, texts[4])
    scene.romeo.xtls(JULIET, "end")
    scene.romeo.expect_message(f"The message “{texts[4]}” was not sent.")
    return texts


def test_private_conversations_are_not_logged():
    """The default."""
    with Scene() as scene:
        scene.romeo.say(JULIET, "before it")
        texts = every_way_of_typing(scene, "hush")
        opening = [line for line in check.system_lines(scene.romeo, JULIET)
                   if check.UNVERIFIED in line]
        assert opening and all(NOT_LOGGED in line for line in opening), opening
        scene.romeo.say(JULIET, "after it")
        scene.juliet.expect_message("after it")
        for one in (scene.romeo, scene.juliet):
            assert logged(one, "before it", "after it") == [
                "before it", "after it"]
            assert logged(one, *texts) == []


def test_private_conversations_are_logged_if_chosen():
    with Scene() as scene:
        for one in (scene.romeo, scene.juliet):
            one.call("pref", PREF, "off")
        texts = every_way_of_typing(scene, "aloud")
        opening = [line for line in check.system_lines(scene.romeo, JULIET)
                   if check.UNVERIFIED in line]
        assert opening and all(LOGGED in line for line in opening), opening
        assert logged(scene.romeo, *texts) == texts
        # What was shown as not sent is in the log once, as it was typed.
        data = b"".join(data for _, data in scene.romeo.files("logs"))
        assert data.count(texts[-1].encode()) == 1


def test_not_logged_with_a_policy():
    """The first message, which starts private mode, is not logged either."""
    with Scene() as scene:
        scene.romeo.expect("xtls-capability-changed", capability="present")
        scene.romeo.call("pref", POLICY, "automatic")
        scene.romeo.say(JULIET, "not even the first")
        scene.juliet.expect_message("not even the first")
        assert logged(scene.romeo, "not even the first") == []
        assert logged(scene.juliet, "not even the first") == []


def test_not_logged_and_sent_unencrypted():
    """A message that was typed as private is not logged even if it is later
    sent in clear; messages typed after that are logged as usual."""
    with Scene() as scene:
        scene.juliet.api("set_policy", JULIET, ROMEO, "never")
        scene.romeo.call("pref", POLICY, "automatic")
        scene.romeo.expect("xtls-capability-changed", capability="present")
        scene.romeo.say(JULIET, "what was held")
        scene.romeo.answer(scene.romeo.expect("request"), "Send unencrypted")
        scene.juliet.expect_message("what was held")
        scene.romeo.say(JULIET, "as ever")
        scene.juliet.expect_message("as ever")
        assert logged(scene.romeo, "what was held", "as ever") == ["as ever"]


def test_logging_per_contact():
    with Scene(accounts={"nurse@capulet.lit": "x"},
               contacts=[(ROMEO, "nurse@capulet.lit")]) as scene:
        nurse = scene.add_client("nurse")
        scene.login(nurse, "nurse@capulet.lit/hall", scene.add_proxy())
        scene.romeo.expect("xtls-capability-changed", who=nurse.account,
                           capability="present")
        scene.romeo.api("set_logging", ROMEO, JULIET, 1)
        assert scene.romeo.api("get_logging", ROMEO, JULIET)["value"] == 1
        assert scene.romeo.api("get_logging", ROMEO,
                               nurse.account)["value"] == -1
        for one in (scene.juliet, nurse):
            scene.romeo.xtls(one.account, "start")
            scene.romeo.expect_state("unverified", who=one.account)
            scene.romeo.say(one.account, f"to {one.name}")
            one.expect_message(f"to {one.name}")
        assert scene.romeo.api("is_logged", ROMEO, JULIET)["value"]
        assert not scene.romeo.api("is_logged", ROMEO,
                                   nurse.account)["value"]
        assert logged(scene.romeo, "to juliet", "to nurse") == ["to juliet"]
        # The other way round, after a restart that preserves the setting.
        scene.romeo.start()
        assert scene.romeo.api("get_logging", ROMEO, JULIET)["value"] == 1
        scene.romeo.call("pref", PREF, "off")
        scene.romeo.api("set_logging", ROMEO, JULIET, 0)
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        for one in (scene.juliet, nurse):
            scene.romeo.expect("xtls-capability-changed", who=one.account,
                               capability="present")
            scene.romeo.xtls(one.account, "start")
            scene.romeo.expect_state("unverified", who=one.account)
            scene.romeo.say(one.account, f"again to {one.name}")
            one.expect_message(f"again to {one.name}")
        assert logged(scene.romeo, "again to juliet", "again to nurse") == [
            "again to nurse"]


def test_switched_in_the_middle():
    with Scene() as scene:
        scene.go_private()
        texts = []

        def say(text):
            texts.append(text)
            scene.romeo.say(JULIET, text)
            scene.juliet.expect_message(re.compile(f"{text}$"))

        say("one, off")
        scene.romeo.api("set_logging", ROMEO, JULIET, 1)
        say("two, on")
        scene.romeo.api("set_logging", ROMEO, JULIET, 0)
        say("three, off")
        scene.romeo.api("set_logging", ROMEO, JULIET, -1)
        say("four, off")
        scene.romeo.call("pref", PREF, "off")
        say("five, on")
        scene.romeo.call("pref", PREF, "on")
        say("six, off")
        scene.romeo.xtls(JULIET, "end")
        say("seven, as ever")
        assert logged(scene.romeo, *texts) == ["two, on", "five, on",
                                               "seven, as ever"]


def test_messages_after_the_end_are_not_logged():
    """A message that was on its way inside when she ended is shown and not
    logged, with a window and without one."""
    for close in (False, True):
        with Scene() as scene:
            scene.juliet.open(ROMEO)
            scene.go_private()
            scene.juliet.say(ROMEO, "good night")
            scene.romeo.expect_message("good night")
            scene.romeo_proxy.hold(proxy.DOWN)
            scene.juliet.xtls(ROMEO, "end")
            if close:
                scene.juliet.call("close", JULIET, ROMEO)
            scene.romeo.say(JULIET, "sleep well")
            assert not scene.juliet.expect_message("sleep well")["logged"]
            scene.romeo_proxy.release()
            scene.romeo.expect_state("finished")
            scene.juliet.say(ROMEO, "in clear")
            scene.romeo.expect_message(f"{check.CLEAR}in clear")
            assert logged(scene.juliet, "good night", "sleep well",
                          "in clear") == ["in clear"]


def test_a_client_that_logs_nothing_stays_that_way():
    with Scene() as scene:
        scene.romeo.open(JULIET)
        scene.romeo.call("logging", ROMEO, JULIET, "off")
        # The preference does not switch logging on if the user has switched it
        # off.
        scene.romeo.call("pref", PREF, "off")
        scene.go_private()
        scene.romeo.expect_message(re.compile("started.* is not being logged"))
        scene.romeo.say(JULIET, "inside")
        scene.juliet.expect_message("inside")
        scene.romeo.xtls(JULIET, "end")
        scene.romeo.say(JULIET, "in clear")
        scene.juliet.expect_message(f"{check.CLEAR}in clear")
        assert logged(scene.romeo, "inside", "in clear") == []


def test_windows_that_come_and_go():
    with Scene() as scene:
        scene.go_private()
        for number in range(3):
            scene.romeo.say(JULIET, f"window {number}")
            scene.juliet.expect_message(f"window {number}")
            scene.juliet.say(ROMEO, f"answer {number}")
            scene.romeo.expect_message(f"answer {number}")
            scene.romeo.call("close", ROMEO, JULIET)
            scene.juliet.call("close", JULIET, ROMEO)
        scene.juliet.say(ROMEO, "opens a window")
        scene.romeo.expect_message("opens a window")
        for one in (scene.romeo, scene.juliet):
            assert logged(one, "window 0", "window 2", "answer 0", "answer 2",
                          "opens a window") == []


# --- files that cannot be read ------------------------------------------------------


DAMAGE = {
    "rubbish": lambda data: b"\x00\xff\xfe rubbish",
    "cut": lambda data: data[:len(data) // 2].rstrip(b"\n") + b"\n[",
    "not-utf8": lambda data: data.replace(b"juliet", b"jul\xffet"),
}


def damage(scene, name, how):
    """Damages a file while Romeo is away. Returns its old bytes."""
    scene.romeo.quit()
    path = os.path.join(scene.romeo.dir, "xtls", name)
    with open(path, "rb") as file:
        data = DAMAGE[how](file.read())
    with open(path, "wb") as file:
        file.write(data)
    start_again(scene)
    return data


def start_again(scene):
    scene.romeo.start()
    scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
    scene.romeo.expect("presence", who=JULIET, online=True)


def told_of_damage(one):
    return one.expect("notify", type="warning",
                      primary=re.compile("could not be read"))


def test_a_damaged_own_key_is_reported_until_it_was_read():
    """However often the client ends before that."""
    wanted = {"primary": re.compile("own key could not be read")}
    with Scene() as scene:
        one = scene.romeo
        data = damage(scene, f"keys/{ROMEO}.pem", "cut")
        for read in (False, True):
            told = one.expect("notify", type="warning", **wanted)
            with open(re.search(r"/\S+", told["secondary"])[0], "rb") as file:
                assert file.read() == data
            if read:
                one.call("notice-close", told["notice"])
            one.kill()
            one.start()
            scene.login(one, f"{ROMEO}/orchard", scene.romeo_proxy)
        assert len(one.seen("notify", **wanted)) == 2


def check_damage(name, how, go_away):
    """go_away: how Romeo's client ends before he has read the notice"""
    with Scene() as scene:
        scene.juliet.open(ROMEO)
        scene.go_private()
        scene.romeo.api("set_policy", ROMEO, JULIET, "manual")
        scene.romeo.xtls(JULIET, "end")
        data = damage(scene, name, how)
        before = told_of_damage(scene.romeo)
        go_away(scene.romeo)
        start_again(scene)
        told = told_of_damage(scene.romeo)
        assert told["secondary"] == before["secondary"], (before, told)
        # The file was set aside unchanged, under a name that the user is told.
        kept = re.search(r"/\S+", told["secondary"])[0]
        assert os.path.dirname(kept) == os.path.join(scene.romeo.dir, "xtls")
        with open(kept, "rb") as file:
            assert file.read() == data
        # Every contact counts as `required` until the user has closed the
        # notice.
        scene.juliet.xtls(ROMEO, "end")
        scene.juliet.forget()
        for number in range(2):
            scene.romeo.say(JULIET, f"inside all the same {number}")
            scene.juliet.expect_message(f"inside all the same {number}")
            scene.romeo.expect_message(re.compile("started"))
            scene.romeo.xtls(JULIET, "end")
            scene.romeo.expect_message(re.compile("Encryption is required for"))
        scene.romeo.call("notice-close", told["notice"])
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.say(JULIET, "in clear again")
        scene.juliet.expect_message("in clear again")
        # New decisions are saved in a new file.
        scene.romeo.api("set_policy", ROMEO, JULIET, "never")
        check.all_ended(scene.romeo_proxy)
        scene.romeo.quit()
        with open(kept, "rb") as file:
            assert file.read() == data
        notices = len(scene.romeo.seen("notify"))
        scene.romeo.start()
        assert len(scene.romeo.seen("notify")) == notices
        assert len(scene.romeo.api("list_keys")["keys"]) == 1
        assert scene.romeo.api("get_policy", ROMEO, JULIET)["value"] == "never"
        for through in scene.proxies:
            assert not through.leaks("inside all the same")


def test_damaged_known_peers():
    for how in ("rubbish", "cut", "not-utf8"):
        check_damage("known-peers", how, Client.kill)


def test_damaged_contacts():
    for how in ("rubbish", "cut"):
        check_damage("contacts", how, Client.quit)
