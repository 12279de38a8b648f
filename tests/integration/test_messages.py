# SPDX-License-Identifier: GPL-2.0-or-later
"""Two users talk privately: what arrives, and what the wire shows of it."""

import base64
import os
import re
import stat
import threading

from xtlstest import check, proxy
from xtlstest.scene import JULIET, ROMEO, Scene

UNICODE = ("Liebe \U0001f339 \u05d0\u05d4\u05d1\u05d4 & <amour> \"'\\ \u2028"
           " e\u0301 \U0010fffd %s%n ]]> &amp;")
FORBIDDEN = ("\u0001", "\u000b", "\u001b", "\ufffe", "\uffff", "&#0;", "&#1;",
             "&#65534;", "&#xd800;", "&#x110000;")
RECEIPTS = "urn:xmpp:receipts"


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(
        ">", "&gt;")


def jingles(through, direction):
    return [unit.find(check.JINGLE)
            for unit in through.stanzas(direction, check.JINGLE)]


def test_set_up():
    with Scene() as scene:
        scene.juliet.open(ROMEO)
        scene.go_private()
        romeo, juliet = scene.romeo.status(JULIET), scene.juliet.status(ROMEO)
        assert romeo["resource"] == "balcony", romeo
        assert juliet["resource"] == "orchard", juliet
        for status in romeo, juliet:
            assert status["state"] == "unverified", status
            assert status["line"].startswith("Unverified"), status
            assert "TLS 1.3" in status["tls"], status
            assert status["trust"] == "known", status
            assert status["can_end"] and status["can_verify"], status
        assert romeo["fingerprint"] == juliet["own_fingerprint"]
        assert juliet["fingerprint"] == romeo["own_fingerprint"]
        assert re.fullmatch("([0-9A-F]{2}:){31}[0-9A-F]{2}",
                            romeo["fingerprint"])
        check.assert_lines(scene.romeo, JULIET, check.ATTEMPTING,
                           f"{check.UNVERIFIED} {JULIET}/balcony started.")
        check.assert_lines(scene.juliet, ROMEO,
                           f"{check.UNVERIFIED} {ROMEO}/orchard started.")


def test_set_up_on_the_wire():
    """See doc/PROTOCOL.md, "Setting up"."""
    with Scene() as scene:
        scene.go_private()
        (initiate,) = jingles(scene.romeo_proxy, proxy.UP)
        (accept,) = jingles(scene.romeo_proxy, proxy.DOWN)
        assert initiate.get("action") == "session-initiate"
        assert accept.get("action") == "session-accept"
        assert initiate.get("sid") == accept.get("sid")
        assert initiate.get("initiator") == f"{ROMEO}/orchard"
        for jingle, one in ((initiate, scene.romeo), (accept, scene.juliet)):
            content = jingle.find("{urn:xmpp:jingle:1}content")
            assert content.get("name") == "xmlstream"
            assert content.find("{urn:xmpp:jingle:apps:xmlstream:0}"
                                "description") is not None
            assert content.find("{urn:xmpp:jingle:transports:ibb:1}"
                                "transport") is not None
            security = content.find("{urn:xmpp:jingle:security:xtls:0}"
                                    "security")
            assert security.find("{urn:xmpp:xtls:hello:0}hello") is not None
            # Nobody on the way can read whose key it is.
            assert security.find("{urn:xmpp:jingle:security:xtls:0}"
                                 "fingerprint") is None
            own = one.api("get_own_fingerprint", one.account)["value"]
            assert not scene.romeo_proxy.leaks(own)
        opened = scene.romeo_proxy.stanzas(proxy.UP, check.IBB + "open")
        assert len(opened) == 1
        assert not scene.juliet_proxy.stanzas(proxy.UP, check.IBB + "open")


def test_talking_both_ways():
    with Scene() as scene:
        scene.go_private()
        for number in range(5):
            scene.romeo.say(JULIET, f"Soft, what light {number}")
            seen = scene.juliet.expect_message(f"Soft, what light {number}")
            assert seen["flags"] == ["recv"], seen
            assert seen["who"].startswith(ROMEO), seen
            scene.juliet.say(ROMEO, f"Ay me! {number}")
            scene.romeo.expect_message(f"Ay me! {number}", flags=["recv"])
        check.sync_all(scene)
        assert len(check.received(scene.romeo)) == 5
        assert len(check.received(scene.juliet)) == 5
        scene.assert_nothing_leaked("Soft, what light", "Ay me!")


def test_unicode_and_30000_bytes():
    long = "".join(f"{number:09}," for number in range(3000))
    with Scene() as scene:
        scene.go_private()
        for text in (UNICODE, long, "x"):
            scene.romeo.say(JULIET, escape(text))
            scene.juliet.expect_message(text)
            scene.juliet.say(ROMEO, escape(text))
            scene.romeo.expect_message(text, flags=["recv"])
        scene.assert_nothing_leaked(long[:100], UNICODE[:7], "\u05d0\u05d4")


def test_forbidden_characters_cost_no_message():
    """Characters that XML does not allow, typed as they are and as
    references: the rest arrives, at once or after it was held."""
    def texts(when):
        return [f"{when} {number} a{odd}b end"
                for number, odd in enumerate(FORBIDDEN)]

    def expect(when):
        for number in range(len(FORBIDDEN)):
            scene.juliet.expect_message(
                re.compile(f"^{when} {number} a.*b end$"), flags=["recv"])

    with Scene() as scene:
        scene.go_private()
        for text in texts("typed"):
            scene.romeo.say(JULIET, text)
        expect("typed")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.romeo.say_at_once(JULIET, texts("held"))
        scene.romeo.xtls(JULIET, "start")
        expect("held")
        assert len(check.received(scene.juliet)) == 2 * len(FORBIDDEN)
        scene.assert_nothing_leaked("typed 0", "held 0")


def test_formatting_is_kept():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.say(JULIET, "<b>bold</b> and <i>slanted</i> and "
                        '<a href="http://example.org/?a=1&amp;b=2">link</a>'
                        '<br><font color="#ff0000">red</font>')
        html = scene.juliet.expect_message(re.compile("bold"))["html"].lower()
        for part in ("bold", "italic", "http://example.org/?a=1&amp;b=2",
                     "#ff0000"):
            assert part in html.replace("<b>", "bold").replace(
                "<em>", "italic").replace("<i>", "italic"), (part, html)
        assert "<br" in html, html
        scene.assert_nothing_leaked("bold and", "slanted", "example.org")


def test_bursts_of_500_in_order_both_ways_at_once():
    count = 500
    with Scene() as scene:
        scene.go_private()

        def talk(one, other, name):
            for number in range(count):
                one.call("say", one.account, other, f"{name} {number:03}")

        threads = [threading.Thread(target=talk, args=arguments)
                   for arguments in ((scene.romeo, JULIET, "romeo"),
                                     (scene.juliet, ROMEO, "juliet"))]
        scene.romeo.open(JULIET)
        scene.juliet.open(ROMEO)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one, name in ((scene.romeo, "juliet"), (scene.juliet, "romeo")):
            one.expect_message(f"{name} {count - 1}", flags=["recv"])
            assert check.received(one) == [
                f"{name} {number:03}" for number in range(count)]
        scene.assert_nothing_leaked("romeo 000", "juliet 499")


def test_typing_buzz_and_receipts_go_inside():
    message = ("<message to='{}/balcony' type='chat' id='{}'>{}</message>")
    receipt = f"<{{}} xmlns='{RECEIPTS}'/>"
    with Scene() as scene:
        scene.go_private()
        scene.juliet.call("watch", "on")
        scene.romeo.say(JULIET, "one")
        scene.juliet.say(ROMEO, "two")
        scene.romeo.expect_message("two", flags=["recv"])
        for state in ("typing", "typed", "not"):
            scene.romeo.typing(JULIET, state)
            scene.juliet.expect("typing", state=state)
        scene.romeo.call("attention", ROMEO, f"{JULIET}/balcony")
        scene.juliet.expect("attention")
        scene.romeo.call("stanza", ROMEO, message.format(
            JULIET, "r1",
            "<body>has a question</body>" + receipt.format("request")))
        scene.juliet.expect("stanza", id="r1",
                            xml=lambda xml: RECEIPTS in xml)
        scene.romeo.call("stanza", ROMEO, message.format(
            JULIET, "r2", receipt.format("received")))
        scene.juliet.expect("stanza", id="r2")
        scene.assert_nothing_leaked("has a question", RECEIPTS, "composing",
                                    "<attention")
        for through in scene.proxies:
            assert not [u for u in through.stanzas() if u.name == "message"]


def test_the_blocks_are_tls_from_the_first_to_the_last_byte():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.say(JULIET, "x" * 5000)
        scene.juliet.expect_message("x" * 5000)
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        check.sync_all(scene)
        hellos = [base64.b64decode(found) for unit in
                  scene.romeo_proxy.stanzas()
                  for found in re.findall(rb"<hello [^>]*>([^<]*)<", unit.raw)]
        # TLS 1.3 sends these messages in clear, and no others.
        assert len(hellos) == 2
        for hello in hellos:
            assert check.records(hello)[0][0] == 0x16
        streams = scene.romeo_proxy.streams()
        assert len(streams) == 2, list(streams)
        for stream in streams.values():
            kinds = [kind for kind, _ in check.records(stream)]
            assert 0x16 not in kinds, kinds
            assert 0x17 in kinds and 0x15 not in kinds, kinds
            assert b"xxxxx" not in stream and b"<stream" not in stream


def test_lengths_are_hidden():
    """A change of the preference applies at once."""
    with Scene() as scene:
        scene.go_private()
        for hidden, different in (("on", 1), ("off", 3), ("on", 1)):
            scene.romeo.call("pref", "/plugins/core/xtls/padding", hidden)
            sizes = []
            for letter, length in (("a", 1), ("b", 30), ("c", 60)):
                check.sync_all(scene)
                before = len(scene.juliet_proxy.blocks(proxy.DOWN))
                scene.romeo.say(JULIET, letter * length)
                scene.juliet.expect_message(letter * length)
                sizes.append(sum(
                    len(block.data) for block in
                    scene.juliet_proxy.blocks(proxy.DOWN)[before:]))
            assert len(set(sizes)) == different, (hidden, sizes)


def test_nothing_private_is_logged_or_kept():
    with Scene() as scene:
        scene.romeo.say(JULIET, "before, in clear")
        scene.juliet.expect_message("before, in clear")
        scene.go_private()
        scene.romeo.say(JULIET, "for nobody's record")
        scene.juliet.expect_message("for nobody's record", logged=False)
        scene.juliet.say(ROMEO, "nor this")
        assert not scene.romeo.expect_message("nor this",
                                              flags=["recv"])["logged"]
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        scene.juliet.say(ROMEO, "nor what is held")
        scene.juliet.xtls(ROMEO, "end")
        scene.juliet.expect_message(re.compile("was not sent"),
                                    logged=False)
        scene.juliet.say(ROMEO, "after, in clear")
        scene.romeo.expect_message("after, in clear", logged=True)
        for one in (scene.romeo, scene.juliet):
            one.quit()
            kept = {path: data for path, data in one.files()
                    if not path.endswith("stderr.log")}
            for text in (b"nobody's record", b"nobody&apos;s record",
                         b"nor this", b"nor what is held"):
                assert not [p for p, data in kept.items() if text in data]
            logs = [data for path, data in kept.items()
                    if path.startswith("logs")]
            for text in (b"before, in clear", b"after, in clear"):
                assert any(text in data for data in logs), (one.name, text)


def test_files_are_for_their_owner_only():
    with Scene() as scene:
        scene.go_private()
        fingerprint = scene.romeo.status(JULIET)["fingerprint"]
        scene.romeo.quit()
        base = os.path.join(scene.romeo.dir, "xtls")
        for folder, _, names in os.walk(base):
            assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700, folder
            for name in names:
                path = os.path.join(folder, name)
                assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path
        assert len(os.listdir(os.path.join(base, "keys"))) == 1
        assert fingerprint.replace(":", "").lower() in scene.romeo.read(
            "xtls", "known-peers").replace(":", "").lower()


def test_own_key_and_known_keys_survive_a_restart():
    with Scene() as scene:
        scene.go_private()
        before = scene.romeo.status(JULIET)
        scene.romeo.xtls(JULIET, f"verify {before['fingerprint']}")
        scene.romeo.expect_state("private")
        scene.romeo.quit()
        scene.juliet.expect_state("waiting")
        scene.romeo.start()
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        scene.juliet.expect("presence", who=ROMEO, online=True)
        scene.juliet.forget()
        scene.go_private()
        after = scene.romeo.status(JULIET)
        assert after["own_fingerprint"] == before["own_fingerprint"]
        assert after["state"] == "private", after
        # The key is known now, but not verified, because Juliet did not
        # compare it.
        assert scene.juliet.status(ROMEO)["state"] == "unverified"
