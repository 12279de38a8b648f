# SPDX-License-Identifier: GPL-2.0-or-later
"""What users of OTR and OMEMO complain about: fifteen complaints, each a test
that is named after it and shows that it is not true here. Two are about what is
seen in Pidgin and stand in tests/gui: an indicator that is too subtle
(test_face.py), and trust that is applied before OK (test_verify_dialog.py)."""

import re

from xtlstest import check, client
from xtlstest.policies import verify_each_other
from xtlstest.scene import JULIET, ROMEO, Scene

BALCONY = f"{JULIET}/balcony"
PHONE = f"{JULIET}/phone"


def add_phone(scene, **options):
    """Another client of Juliet's, with a key of its own."""
    phone = scene.add_client("phone", **options)
    scene.login(phone, PHONE, scene.add_proxy())
    phone.expect("presence", who=ROMEO, online=True)
    check.sync(phone)
    check.sync(scene.romeo)
    return phone


def test_complaint_next_message_leaves_in_clear_after_a_loss():
    with Scene() as scene:
        scene.go_private()
        scene.juliet.kill()
        scene.romeo.say(JULIET, "typed at once")
        scene.romeo.expect_state(lambda state: state in ("waiting", "finished"))
        scene.romeo.say(JULIET, "typed when it was known")
        check.sync(scene.romeo)
        assert not check.sent_in_clear(scene.romeo_proxy)
        scene.assert_nothing_leaked("typed at once", "typed when it was known")


def test_complaint_message_goes_to_the_wrong_resource():
    with Scene() as scene:
        scene.go_private()
        phone = add_phone(scene)
        scene.romeo.say(JULIET, "for the balcony")
        scene.juliet.expect_message("for the balcony")
        check.sync(phone)
        assert not check.received(phone)


def test_complaint_second_device_takes_over():
    with Scene() as scene:
        verify_each_other(scene)
        scene.go_private()
        phone = add_phone(scene)
        phone.xtls(ROMEO, "start")
        phone.expect_message(re.compile(check.FAILED))
        check.assert_state(scene.romeo, JULIET, "private", resource="balcony")
        scene.romeo.say(JULIET, "for the one whom I know")
        scene.juliet.expect_message("for the one whom I know")
        assert not check.received(phone)


def test_complaint_one_forgets_to_switch_it_on():
    """Nobody has chosen anything: the first message is private."""
    with Scene(policy=None) as scene:
        for one in (scene.romeo, scene.juliet):
            one.expect("xtls-capability-changed", capability="present")
        scene.romeo.say(JULIET, "the very first")
        scene.juliet.expect_message("the very first")
        scene.assert_nothing_leaked("the very first")


def test_complaint_first_message_leaks_under_required():
    with Scene(login=False) as scene:
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.api("set_policy", ROMEO, JULIET, "required")
        scene.romeo.say(JULIET, "before she is there")
        scene.romeo.expect_message(re.compile("What you type is held until"))
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.juliet.expect_message("before she is there")
        scene.assert_nothing_leaked("before she is there")


def test_complaint_key_change_is_not_announced():
    """Not of a key that nobody has verified, either."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        scene.juliet.api("renew_own_key", JULIET)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message(re.compile("uses an unknown key"))


def test_complaint_restart_of_the_peer_makes_garbage():
    with Scene(policy="automatic") as scene:
        scene.romeo.expect("xtls-capability-changed", capability="present")
        scene.romeo.say(JULIET, "before")
        scene.juliet.expect_message("before")
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        scene.romeo.say(JULIET, "between")
        scene.juliet.start()
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.juliet.expect_message("between")
        scene.romeo.say(JULIET, "after")
        scene.juliet.expect_message("after")
        assert check.received(scene.juliet) == ["before", "between", "after"]


def test_complaint_verification_is_not_found():
    """The line that says that it began says where to verify."""
    with Scene() as scene:
        scene.go_private()
        line = scene.romeo.expect_message(re.compile(check.UNVERIFIED))["text"]
        assert "Verify this key. (/xtls verify)" in line
        scene.romeo.xtls(JULIET, "verify")
        dialog = scene.romeo.expect("request")
        assert scene.romeo.status(JULIET)["fingerprint"][:11] in \
            dialog["secondary"] + dialog["primary"], dialog


def test_complaint_own_fingerprint_is_hidden():
    """It can be had before anything is private."""
    with Scene() as scene:
        own = scene.romeo.api("get_own_fingerprint", ROMEO)["value"]
        scene.romeo.xtls(JULIET, "fingerprint")
        line = scene.romeo.expect_message(re.compile("own fingerprint"))["text"]
        assert own.replace(":", "") in line.replace(" ", ""), line


def test_complaint_plaintext_is_not_noticed():
    with Scene() as scene:
        scene.go_private()
        phone = add_phone(scene, plugins=[])
        phone.say(ROMEO, "in clear")
        scene.romeo.expect_message(f"{check.CLEAR}in clear")


def test_complaint_status_spam():
    """Three lines for a conversation of twenty messages."""
    with Scene() as scene:
        scene.go_private()
        for number in range(10):
            for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
                one.say(who, f"{one.name} {number}")
        scene.juliet.expect_message("romeo 9")
        scene.romeo.expect_message("juliet 9")
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        check.assert_lines(scene.romeo, JULIET, check.ATTEMPTING,
                           check.UNVERIFIED, check.YOU_ENDED)
        check.assert_lines(scene.juliet, ROMEO, check.UNVERIFIED,
                           check.HAS_ENDED)


def test_complaint_events_are_out_of_order():
    with Scene() as scene:
        scene.go_private()
        scene.juliet.say(ROMEO, "first")
        scene.romeo.expect_message("first")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.romeo.say(JULIET, "second")
        scene.romeo.expect_message(re.compile(check.HELD))
        shown = [text for _, text in scene.romeo.lines(JULIET)]
        parts = (check.ATTEMPTING, check.UNVERIFIED, "first", check.HAS_ENDED,
                 "second", check.HELD)
        assert len(shown) == len(parts) and all(
            part in text for part, text in zip(parts, shown)), shown


def test_complaint_nothing_happens_and_nobody_says_why():
    with Scene(login=False) as scene:
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message(re.compile(f"{check.FAILED}.*offline"))
        for words in ("verify", "secret", "end", "resend", "nonsense"):
            try:
                scene.romeo.forget()
                scene.romeo.xtls(JULIET, words)
                check.catch_up(scene.romeo)
                assert [event for event in scene.romeo.history
                        if event["event"] in ("message", "notify", "request")]
            except client.Failed as failure:
                assert failure.answer["error"].strip(), words
