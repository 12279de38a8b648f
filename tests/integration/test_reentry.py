# SPDX-License-Identifier: GPL-2.0-or-later
"""Another plugin acts inside signals of XTLS and of libpurple, which api.h
forbids to faces, because XTLS has not finished what it is doing: it starts,
ends, verifies, forgets, decides, writes or closes the window. Nothing crashes,
what was typed arrives once or is told as not delivered, nothing leaves in
clear, and the next private conversation is like any other."""

import contextlib
import os
import time

from xtlstest import check, client
from xtlstest.client import Failed
from xtlstest.scene import JULIET, ROMEO, Scene

CHAIN = os.path.join(client.BUILD, "tests", "chain-a.so")
ACTS = "/plugins/core/chain-a/acts"
FROM_A_HANDLER = "from a handler"
TYPED = ["the first", "the second", "the third"]
NOT_SENT = ("was not sent", "could not be delivered")
MAYBE = "may not have been delivered"


def arm(scene, act):
    scene.romeo.call("pref", ACTS, act)


def until_done(one, act):
    """Waits until the other plugin has acted."""
    wanted = f"chain-a: called: {act.split()[0]}\n"
    deadline = time.monotonic() + client.TIMEOUT
    while wanted not in one.debug():
        assert time.monotonic() < deadline, act
        one.rest()


# --- ways to get there. Each returns what Romeo has typed --------------------------


def first_start(scene, act):
    """The contact's key is new, and messages are held meanwhile."""
    arm(scene, act)
    scene.romeo.open(JULIET)
    scene.romeo.call_at_once(
        [("cmd", ROMEO, JULIET, "xtls start")]
        + [("say", ROMEO, JULIET, text) for text in TYPED])
    return TYPED


def held(scene):
    scene.go_private()
    scene.juliet.xtls(ROMEO, "end")
    scene.romeo.expect_state("finished")
    scene.romeo.say_at_once(JULIET, TYPED)
    scene.romeo.rest()


def restart(scene, act):
    """Messages are held from the start."""
    held(scene)
    arm(scene, act)
    scene.romeo.api("start", ROMEO, JULIET)
    return TYPED


def called(scene, act):
    """The contact starts, and messages are held."""
    held(scene)
    arm(scene, act)
    scene.juliet.xtls(ROMEO, "start")
    return TYPED


def ended(scene, act):
    """The contact's end crosses messages."""
    scene.go_private()
    arm(scene, act)
    scene.romeo.say_at_once(JULIET, TYPED)
    scene.juliet.xtls(ROMEO, "end")
    return TYPED


def asked(scene, act):
    """What should become of held messages."""
    held(scene)
    arm(scene, act)
    scene.romeo.api("ask_choice", ROMEO, JULIET)
    return TYPED


def forgotten(scene, act):
    """The key of the open session."""
    scene.go_private()
    scene.romeo.say_at_once(JULIET, TYPED)
    arm(scene, act)
    scene.romeo.api("forget_key", ROMEO, JULIET,
                    scene.romeo.status(JULIET)["fingerprint"])
    return TYPED


def asked_about_key(scene, act):
    """Messages are held until he has decided."""
    scene.go_private()
    scene.romeo.api("forget_key", ROMEO, JULIET,
                    scene.romeo.status(JULIET)["fingerprint"])
    scene.romeo.expect_state("new-key")
    scene.romeo.say_at_once(JULIET, TYPED)
    scene.romeo.rest()
    arm(scene, act)
    scene.romeo.api("ask_choice", ROMEO, JULIET)
    return TYPED


def received(scene, act):
    scene.go_private()
    arm(scene, act)
    scene.romeo.say_at_once(JULIET, TYPED)
    scene.juliet.say(ROMEO, "hers")
    scene.romeo.expect_message("hers")
    return TYPED


# --- what must be true afterwards ---------------------------------------------------


def end_both(scene):
    for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
        with contextlib.suppress(Failed):
            one.api("end", one.account, who)
    check.sync_all(scene)


def told(one):
    """What the user has read, in the conversation or, without a window, in
    notices."""
    return check.system_lines(one, JULIET) + [
        notice["text"] or "" for notice in one.seen("notify")]


def assert_accounted(scene, texts):
    """Each has arrived once, or was told."""
    arrived = check.received(scene.juliet, ROMEO)
    lines = told(scene.romeo)
    for text in texts:
        about = [line for line in lines if text in line]
        lost = [line for line in about
                if any(part in line for part in NOT_SENT)]
        times = arrived.count(text)
        assert times <= 1, (text, arrived)
        if times:
            assert not lost, (text, lost)
        else:
            assert lost or any(MAYBE in line for line in about), (text, lines)


def assert_asked_rightly(one):
    """No dialog is open whose question was answered meanwhile."""
    status = one.status(JULIET)
    numbers = one.call("requests")["requests"]
    open_ = [event["title"] for event in one.seen("request")
             if event["request"] in numbers]
    assert status["key_waits"] or status["choice_waits"] or not open_, \
        (status, open_)


def assert_as_ever(scene):
    """The next private conversation works in both directions."""
    key = scene.juliet.api("get_own_fingerprint", JULIET)["value"]
    with contextlib.suppress(Failed):
        scene.romeo.api("forget_key", ROMEO, JULIET, key)
    for one in (scene.romeo, scene.juliet):
        one.forget()
    scene.go_private()
    check.assert_state(scene.romeo, JULIET, "unverified", key_waits=False,
                       held=0)
    scene.romeo.say(JULIET, "as ever")
    scene.juliet.expect_message("as ever")
    scene.juliet.say(ROMEO, "and back")
    scene.romeo.expect_message("and back", flags=["recv"])


def check_acts(way, *acts, clear=False):
    """clear: the user chooses to send in clear"""
    for act in acts:
        with Scene() as scene:
            scene.romeo.load(CHAIN)
            texts = way(scene, act)
            if act.startswith("say "):
                texts = texts + [FROM_A_HANDLER]
            until_done(scene.romeo, act)
            check.sync_all(scene)
            scene.romeo.rest()
            assert_asked_rightly(scene.romeo)
            if act.startswith(("end ", "discard ")):
                check.assert_state(scene.romeo, JULIET, "not-private")
            end_both(scene)
            assert_accounted(scene, texts)
            assert_as_ever(scene)
            if not clear:
                scene.assert_nothing_leaked(*texts)


def test_inside_a_start():
    check_acts(restart, "end starting", "say starting", "close starting",
               "renew starting", "end line", "start line", "say line",
               "close line")


def test_when_a_session_opens():
    check_acts(restart, "end unverified", "start unverified", "say unverified",
               "close unverified", "verify unverified", "forget unverified",
               "renew unverified")


def test_when_the_contact_has_started():
    check_acts(called, "end line", "start line", "say line", "forget line",
               "renew line", "end unverified", "forget unverified",
               "renew unverified")


def test_when_a_key_becomes_known():
    check_acts(first_start, "end keys", "start keys", "say keys", "close keys",
               "verify keys", "forget keys", "renew keys")


def test_when_the_contact_has_ended():
    check_acts(ended, "end finished", "start finished", "say finished",
               "close finished", "renew finished")


def test_when_the_user_is_to_choose():
    check_acts(asked, "discard choice", "end choice", "start choice",
               "say choice", "close choice", "renew choice")
    check_acts(asked, "send choice", clear=True)


def test_when_a_key_has_lost_its_trust():
    check_acts(forgotten, "accept unknown", "refuse unknown", "end unknown",
               "verify unknown", "renew unknown", "say unknown",
               "close unknown", "end new-key", "refuse new-key")


def test_when_the_user_is_asked_about_a_key():
    check_acts(asked_about_key, "accept unknown", "refuse unknown",
               "end unknown", "verify unknown", "renew unknown", "say unknown",
               "close unknown")


def test_when_the_account_goes_offline():
    """The connection can still send, but the session has ended."""
    for act in ("say signing-off", "stanza signing-off"):
        with Scene() as scene:
            scene.romeo.load(CHAIN)
            scene.go_private()
            arm(scene, act)
            scene.romeo.logout()
            until_done(scene.romeo, act)
            scene.assert_nothing_leaked()
            scene.romeo.forget()
            scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
            scene.romeo.expect("presence", who=JULIET, online=True)
            scene.romeo.xtls(JULIET, "start")
            scene.juliet.expect_message(FROM_A_HANDLER)
            end_both(scene)
            assert_accounted(scene, [FROM_A_HANDLER])
            assert_as_ever(scene)
            scene.assert_nothing_leaked()


def test_when_the_plugin_is_unloaded():
    """What is typed while the user is told what was not sent, is told, too."""
    with Scene() as scene:
        scene.romeo.load(CHAIN)
        held(scene)
        arm(scene, "say line")
        scene.romeo.unload()
        until_done(scene.romeo, "say line")
        assert_accounted(scene, [*TYPED, FROM_A_HANDLER])
        scene.assert_nothing_leaked(*TYPED, FROM_A_HANDLER)


def test_when_a_message_is_shown():
    check_acts(received, "end received", "say received", "verify received",
               "forget received", "renew received")
