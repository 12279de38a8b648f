# SPDX-License-Identifier: GPL-2.0-or-later
"""The states of a conversation: what leads from one to another, which messages
are held meanwhile, and what the system messages say."""

import re

from xtlstest import check, client, proxy
from xtlstest.scene import JULIET, ROMEO, Scene


def assert_told(one, who, state, **more):
    """Asserts that the status line contains the text, and that `/xtls status`
    prints it."""
    status = check.assert_state(one, who, state, **more)
    one.xtls(who, "status")
    # Meanwhile a second may have passed.
    one.expect_message(
        re.compile(r"\d+ seconds".join(
            map(re.escape, re.split(r"\d+ seconds", status["line"]))) + "$"),
        flags=["system", "no-linkify"])
    return status


def test_every_state_has_its_word():
    with Scene() as scene:
        assert_told(scene.romeo, JULIET, "not-private", can_end=False,
                    resource=None, why_not=None)
        scene.juliet_proxy.hold(proxy.DOWN)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_state("starting")
        scene.romeo.call("skip-wall", 3)
        status = assert_told(scene.romeo, JULIET, "starting", can_end=True)
        told = re.search(r"It has been starting for (\d+) seconds\.",
                         status["line"])
        assert told and int(told[1]) >= 3, status
        scene.juliet_proxy.release()
        check.until_private((scene.juliet, ROMEO), (scene.romeo, JULIET))
        status = assert_told(scene.romeo, JULIET, "unverified")
        for part in ("balcony", "TLS 1.3",
                     check.in_groups(status["fingerprint"]), "not verified"):
            assert part in status["line"], status
        scene.romeo.xtls(JULIET, f"verify {status['fingerprint']}")
        status = assert_told(scene.romeo, JULIET, "private", trust="verified",
                             how="fingerprint")
        assert "verified by fingerprint" in status["line"], status
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        assert_told(scene.romeo, JULIET, "finished", can_end=True)
        assert_told(scene.juliet, ROMEO, "not-private", can_end=False)


def test_the_other_side_ends_and_what_is_typed_is_held_until_restarted():
    texts = [f"parting {number}" for number in range(3)]
    with Scene() as scene:
        scene.juliet.open(ROMEO)
        scene.go_private()
        scene.romeo.say(JULIET, "good night")
        scene.juliet.expect_message("good night")
        scene.romeo.xtls(JULIET, "end")
        scene.romeo.expect_state("not-private")
        scene.juliet.expect_state("finished")
        for number, text in enumerate(texts, 1):
            scene.juliet.say(ROMEO, text)
            scene.juliet.expect_message(
                re.compile(check.HELD) if number == 1
                else f"{number} messages are held.")
        check.assert_state(scene.juliet, ROMEO, "finished", held=3)
        scene.juliet.typing(ROMEO)
        check.sync_all(scene)
        assert not check.received(scene.romeo)
        scene.romeo.forget()
        scene.go_private(scene.juliet, scene.romeo)
        for text in texts:
            scene.romeo.expect_message(text)
        scene.juliet.say(ROMEO, "and after")
        scene.romeo.expect_message("and after")
        assert check.received(scene.romeo) == texts + ["and after"]
        assert scene.juliet.status(ROMEO)["held"] == 0
        check.assert_lines(
            scene.juliet, ROMEO, check.UNVERIFIED, check.HAS_ENDED, check.HELD,
            "2 messages are held.", "3 messages are held.", check.ATTEMPTING,
            check.UNVERIFIED, "3 held messages were sent.")
        check.assert_lines(
            scene.romeo, JULIET, check.ATTEMPTING, check.UNVERIFIED,
            check.YOU_ENDED, check.UNVERIFIED)
        scene.assert_nothing_leaked("parting", "and after")


def test_restart_delivers_to_the_one_who_ended():
    """Messages that were held after the contact ended arrive when the writer
    restarts."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        scene.juliet.forget()
        scene.juliet.say(ROMEO, "for later")
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message("for later")
        scene.juliet.expect_state("unverified")
        scene.assert_nothing_leaked("for later")


def test_typed_while_starting_is_held():
    texts = [f"word {number}" for number in range(20)]
    with Scene() as scene:
        scene.juliet_proxy.hold(proxy.DOWN)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.say_at_once(JULIET, texts)
        scene.romeo.typing(JULIET)
        # A short start is not reported.
        scene.romeo.expect_message("Your messages are held until the private "
                                   "conversation has started.")
        check.assert_state(scene.romeo, JULIET, "starting", held=20)
        scene.juliet_proxy.release()
        scene.juliet.expect_message(texts[-1])
        assert check.received(scene.juliet) == texts
        assert not scene.juliet.seen("typing", state="typing")
        scene.romeo.expect_message("20 held messages were sent.")
        check.assert_lines(scene.romeo, JULIET, check.ATTEMPTING,
                           "Your messages are held", check.UNVERIFIED,
                           "20 held messages were sent.")
        scene.assert_nothing_leaked("word 0", "word 19")


def test_end_shows_held_messages_as_not_sent():
    texts = ["<i>parting</i> & sorrow", "100%s %n", "third"]
    with Scene() as scene:
        scene.juliet.open(ROMEO)
        scene.go_private()
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        for number, text in enumerate(texts, 1):
            scene.juliet.say(ROMEO, text.replace("&", "&amp;").replace(
                "<", "&lt;"))
            scene.juliet.expect_message(
                re.compile(check.HELD) if number == 1
                else f"{number} messages are held.")
        scene.juliet.xtls(ROMEO, "end")
        scene.juliet.expect_state("not-private", held=0)
        check.assert_lines(
            scene.juliet, ROMEO, check.UNVERIFIED, check.HAS_ENDED, check.HELD,
            "2 messages are held.", "3 messages are held.", check.YOU_ENDED,
            *(f"The message “{text}” was not sent." for text in texts))
        scene.juliet.say(ROMEO, "in clear again")
        scene.romeo.expect_message("in clear again")
        assert check.received(scene.romeo) == ["in clear again"]
        assert check.sent_in_clear(scene.juliet_proxy) == ["in clear again"]


def test_end_while_starting():
    with Scene() as scene:
        scene.juliet_proxy.hold(proxy.DOWN)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.say(JULIET, "never sent")
        scene.romeo.xtls(JULIET, "end")
        check.assert_state(scene.romeo, JULIET, "not-private", held=0)
        scene.juliet_proxy.release()
        check.sync_all(scene)
        # The other side never saw any of it.
        assert scene.juliet.status(ROMEO)["state"] == "not-private"
        assert not scene.juliet.lines() and not scene.juliet.seen(
            "xtls-state-changed")
        scene.romeo.say(JULIET, "in clear")
        scene.juliet.expect_message("in clear")
        scene.go_private()
        scene.juliet.say(ROMEO, "works again")
        scene.romeo.expect_message("works again")


def test_verify_and_forget():
    with Scene() as scene:
        scene.go_private()
        own = scene.juliet.api("get_own_fingerprint", JULIET)["value"]
        scene.romeo.forget()
        for wrong in ("", "zz", own[:-3], own + ":00",
                      own.replace(own[0], "0" if own[0] != "0" else "1")):
            if not wrong:
                continue
            try:
                scene.romeo.xtls(JULIET, f"verify {wrong}")
            except client.Failed as failure:
                assert failure.answer["error"], failure.answer
            else:
                raise AssertionError(f"{wrong} was accepted")
        check.assert_state(scene.romeo, JULIET, "unverified")
        # As the fingerprint is read aloud: without colons, in groups, in any
        # case.
        spoken = check.in_groups(own)
        scene.romeo.xtls(JULIET, f"verify {spoken.lower()}")
        scene.romeo.expect_state("private")
        check.assert_state(scene.romeo, JULIET, "private")
        scene.romeo.say(JULIET, "verified")
        scene.juliet.expect_message("verified")
        scene.romeo.forget()
        scene.romeo.xtls(JULIET, "known")
        assert spoken in scene.romeo.expect_message(re.compile(
            "verified by fingerprint"))["text"]
        scene.romeo.xtls(JULIET, f"forget {spoken}")
        scene.romeo.expect_state("new-key")
        check.assert_state(scene.romeo, JULIET, "new-key")
        scene.romeo.xtls(JULIET, "known")
        scene.romeo.expect_message("No key of this contact is known.")
        # The key is not known any more, so typed messages wait for a decision.
        dialog = scene.romeo.expect("request", title="New key")
        scene.romeo.say(JULIET, "once accepted")
        scene.romeo.expect_message(re.compile("held until you have decided"))
        scene.romeo.answer(dialog, "Accept")
        scene.juliet.expect_message("once accepted")
        scene.assert_nothing_leaked("verified", "once accepted")


def test_no_line_has_a_smiley():
    """Pidgin draws each `:D` as a smiley, so that fingerprints in lines have
    no colons."""
    with Scene() as scene:
        scene.go_private()
        for words in ("status", "fingerprint", "known"):
            scene.romeo.xtls(JULIET, words)
        lines = check.system_lines(scene.romeo, JULIET)
        key = scene.romeo.status(JULIET)["fingerprint"]
        assert sum(check.in_groups(key) in line for line in lines) == 3, lines
        assert not re.search("[0-9A-F]{2}:[0-9A-F]{2}:", str(lines)), lines


def test_commands_explain_themselves():
    with Scene() as scene:
        for line in ("", "help"):
            scene.romeo.forget()
            scene.romeo.xtls(JULIET, line)
            told = scene.romeo.expect_message(re.compile("/xtls start"))["text"]
            for word in ("start", "end", "status", "fingerprint", "verify",
                         "policy", "known", "forget"):
                assert re.search(f"/xtls {word}\\b", told), told
        for line in ("nonsense", "end", "verify xyz", "forget xyz",
                     "policy sometimes"):
            try:
                scene.romeo.xtls(JULIET, line)
            except client.Failed as failure:
                assert len(failure.answer["error"]) > 10, failure.answer
            else:
                raise AssertionError(f"/xtls {line} did not fail")
        scene.go_private()
        scene.romeo.forget()
        scene.romeo.xtls(JULIET, "fingerprint")
        for status, words in ((scene.romeo.status(JULIET), "Your own"),
                              (scene.juliet.status(ROMEO), "Fingerprint of")):
            line = scene.romeo.expect_message(re.compile(words))["text"]
            assert status["own_fingerprint"].replace(":", "") in re.sub(
                "[^0-9A-F]", "", line.split(": ")[1]), line


def test_a_later_window_tells_when_the_state_began():
    """The line about the state has that time, not that of the window."""
    hour = 3600

    def assert_from_before(scene, words):
        scene.juliet.call("close", JULIET, ROMEO)
        scene.juliet.forget()
        scene.juliet.call("skip-wall", hour)
        scene.juliet.open(ROMEO)
        told = scene.juliet.expect_message(re.compile(words))["time"]
        here = scene.juliet.call("skip-wall", 0)["now"]
        assert hour <= here - told < hour + 600, (here, told)

    with Scene() as scene:
        scene.juliet.open(ROMEO)
        scene.go_private()
        assert_from_before(scene, check.UNVERIFIED)
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        assert_from_before(scene, "is finished")


def test_window_closed_and_opened_again_keeps_the_state():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.call("close", ROMEO, JULIET)
        assert scene.romeo.status(JULIET)["state"] == "unverified"
        scene.juliet.say(ROMEO, "knock")
        scene.romeo.expect_message("knock")
        scene.romeo.call("close", ROMEO, JULIET)
        scene.romeo.say(JULIET, "from a new window")
        scene.juliet.expect_message("from a new window")
        check.assert_state(scene.romeo, JULIET, "unverified")
        # Each new window describes the state.
        lines = check.system_lines(scene.romeo, JULIET)
        assert [l for l in lines if l.startswith(check.UNVERIFIED)] \
            and len(lines) == 4, lines
        # Finished is preserved as well, with the held messages.
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.romeo.say(JULIET, "held in a window")
        scene.romeo.call("close", ROMEO, JULIET)
        scene.romeo.say(JULIET, "held in another")
        check.assert_state(scene.romeo, JULIET, "finished", held=2)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("held in a window")
        scene.juliet.expect_message("held in another")
        scene.assert_nothing_leaked("knock", "new window", "held in")


CLEAR = ("<message to='{to}' type='{type}' id='{id}'><body>{text}</body>"
         "<html xmlns='http://jabber.org/protocol/xhtml-im'>"
         "<body xmlns='http://www.w3.org/1999/xhtml'>forged</body></html>"
         "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
         "<attention xmlns='urn:xmpp:attention:0'/></message>")


def test_plaintext_from_outside_is_marked():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.open(JULIET)
        scene.juliet.call("watch", "on")
        for number, kind in enumerate(("chat", "normal", "headline",
                                       "groupchat", "chat")):
            text = f"{kind} &lt;b&gt;{number}"
            for to in (JULIET, f"{JULIET}/balcony"):
                scene.romeo_proxy.link.inject(proxy.UP, CLEAR.format(
                    to=to, type=kind, id=f"c{number}", text=text))
                if (kind, to) in (("headline", JULIET), ("groupchat", JULIET)):
                    continue  # the server has its own rules for these
                seen = scene.juliet.expect(
                    "message", text=f"{check.CLEAR}{kind} <b>{number}")
                assert "recv" in seen["flags"], seen
                assert seen["html"].startswith("<b>" + check.CLEAR.strip())
        check.sync_all(scene)
        assert not scene.juliet.seen("typing", state="typing")
        assert not scene.juliet.seen("attention")
        assert not scene.juliet.seen("notify")
        assert not scene.juliet.seen("stanza", name="message")
        assert not [l for l in scene.juliet.lines() if "forged" in l[1]]
        check.assert_state(scene.juliet, ROMEO, "unverified")
        # Text from inside is not marked.
        scene.romeo.say(JULIET, "from inside")
        scene.juliet.expect_message("from inside", flags=["recv"])
        # In Finished, text in clear is marked as well.
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        scene.romeo.say(JULIET, "after the end")
        scene.juliet.expect_message(f"{check.CLEAR}after the end")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.say(JULIET, "as ever")
        scene.juliet.expect_message("as ever", flags=["recv"])


def test_the_mark_survives_line_breaks():
    """A text cannot push the mark out of sight or imitate a line of its
    own."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo_proxy.link.inject(proxy.UP, CLEAR.format(
            to=JULIET, type="chat", id="x",
            text="one&#10;(12:00) Juliet: two&#13;three"))
        html = scene.juliet.expect_message(re.compile("one"))["html"]
        assert "\n" not in html and "\r" not in html and "<br" not in html


def test_one_line_for_each_change():
    with Scene() as scene:
        scene.juliet.open(ROMEO)
        scene.go_private()
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        scene.juliet.xtls(ROMEO, "start")
        scene.romeo.expect_state("unverified")
        scene.juliet.expect_state("unverified")
        # A start while the conversation is private is reported and changes
        # nothing.
        try:
            scene.juliet.xtls(ROMEO, "start")
        except client.Failed as failure:
            assert "private already" in failure.answer["error"]
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.romeo.xtls(JULIET, "end")
        check.assert_lines(
            scene.romeo, JULIET, check.ATTEMPTING, check.UNVERIFIED,
            check.YOU_ENDED, check.UNVERIFIED, check.HAS_ENDED,
            check.YOU_ENDED)
        check.assert_lines(
            scene.juliet, ROMEO, check.UNVERIFIED, check.HAS_ENDED,
            check.ATTEMPTING, check.UNVERIFIED, check.YOU_ENDED)
