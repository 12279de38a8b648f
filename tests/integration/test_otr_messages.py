# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of OTR, as far as they need no Pidgin (tests/gui/test_otr.py)."""

from test_other_plugins import CLEAR, assert_marked
from xtlstest import check, client
from xtlstest.scene import JULIET, ROMEO, Scene

QUERY = "?OTRv23?\n<b>Juliet</b> has requested an OTR conversation."
DATA = "?OTR:AAMDoS2GUkW2/EbzvRMAAAABAAAAAQAAAMD1."
KEYS = "?OTR:AAMKoS2GUkW2/EbzvRMAAADA."
ERROR = "?OTR Error: You transmitted an unreadable encrypted message."


def test_otr_from_outside_while_private():
    """It is neither shown as text nor passed on, and the user is told of
    it."""
    with Scene() as scene:
        scene.go_private()
        phone = scene.add_client("phone", plugins=[])
        scene.login(phone, f"{JULIET}/phone")
        phone.open(ROMEO)
        for text, line in ((QUERY, "asked for a conversation"),
                           (DATA, "sent a message with OTR"),
                           (KEYS, None), (ERROR, None)):
            phone.call("send-im", JULIET, ROMEO, text)
            if line:
                scene.romeo.expect("message",
                                   text=lambda found: line in found)
        phone.call("send-im", JULIET, ROMEO, "words after it")
        scene.romeo.expect_message(f"{CLEAR} words after it")
        # Nothing is private any more, and nothing can be sent inside.
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        for text, line in ((QUERY, "asked for a conversation. It got no"),
                           (DATA, "sent a message with OTR. It cannot be")):
            phone.call("send-im", JULIET, ROMEO, text)
            found = scene.romeo.expect(
                "message", text=lambda found: line in found)["text"]
            assert "until you end the private conversation" in found, found
            assert "is on" not in found, found
        assert not [text for _, text in scene.romeo.lines(JULIET)
                    if "?OTR" in text]


def test_otr_from_outside_under_required():
    """Nobody is advised to end what OTR could not replace."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo.xtls(JULIET, "policy required")
        phone = scene.add_client("phone", plugins=[])
        scene.login(phone, f"{JULIET}/phone")
        phone.open(ROMEO)
        for text in (QUERY, DATA):
            phone.call("send-im", JULIET, ROMEO, text)
            scene.romeo.expect(
                "message",
                text=lambda found: "private conversations are required" in found)
        assert not [text for text in check.system_lines(scene.romeo, JULIET)
                    if "end the private conversation" in text]


def test_text_that_another_plugin_writes_while_otr_is_on():
    """It is marked while our conversation is private, because OTR decrypts
    nothing then."""
    with Scene() as scene:
        one = scene.romeo
        scene.go_private()
        one.call("otr", ROMEO, JULIET)
        assert_marked(one)


def test_otr_messages_are_not_text():
    """While the conversation is private, they are neither sent nor held; with
    `automatic`, they do not start private mode. Typed text is text even if it
    begins like one."""
    with Scene() as scene:
        one = scene.romeo
        one.open(JULIET)
        check.sync(one)
        one.call("pref", client.POLICY, "automatic")
        one.call("send-im", ROMEO, JULIET, DATA)
        scene.juliet.expect_message(DATA)
        assert check.sent_in_clear(scene.romeo_proxy) == [DATA]
        assert one.status(JULIET)["state"] == "not-private"
        scene.go_private()
        for text in (QUERY, DATA, KEYS, ERROR):
            one.call("send-im", ROMEO, JULIET, text)
        one.say(JULIET, "?OTRv23? is what OTR says")
        scene.juliet.expect_message("?OTRv23? is what OTR says")
        assert check.received(scene.juliet, ROMEO) == \
            [DATA, "?OTRv23? is what OTR says"]
        scene.juliet.xtls(ROMEO, "end")
        one.expect_state("finished")
        one.call("send-im", ROMEO, JULIET, DATA)
        assert one.status(JULIET)["held"] == 0
        assert check.sent_in_clear(scene.romeo_proxy) == [DATA]


def test_otr_messages_under_required():
    with Scene(policy="required") as scene:
        one = scene.romeo
        while one.api("get_capability", ROMEO,
                      JULIET)["value"] != "present":
            one.expect("xtls-capability-changed", who=JULIET)
        one.open(JULIET)
        one.expect_state(check.private)
        one.xtls(JULIET, "end")
        scene.juliet.xtls(ROMEO, "end")
        one.call("send-im", ROMEO, JULIET, DATA)
        check.sync(one)
        assert one.status(JULIET)["state"] == "waiting"
        assert not check.sent_in_clear(scene.romeo_proxy)
        # What is typed starts private mode, even if it begins like that.
        one.say(JULIET, "?OTRv23? is what OTR says")
        scene.juliet.expect_message("?OTRv23? is what OTR says")
        assert not check.sent_in_clear(scene.romeo_proxy)
