# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways by which private text could leak: files, other plugins, HTTP, and
stanzas that libpurple sends again after a cut."""

import contextlib
import os
import re

from xtlstest import check, client, proxy
from xtlstest.files import digest, write
from xtlstest.scene import JULIET, ROMEO, ROOMS, Scene

IBB = "{http://jabber.org/protocol/ibb}"
SI = "{http://jabber.org/protocol/si}si"
ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
SYSTEM = {"flags": lambda flags: "system" in flags}


def test_files_of_300_kib_both_ways():
    """At the same time, with messages in between: nothing of it is readable."""
    with Scene() as scene:
        scene.go_private()
        sids = {sid for _, sid in scene.romeo_proxy.streams()}
        moves = []
        for one, other, to in ((scene.romeo, scene.juliet, BALCONY),
                               (scene.juliet, scene.romeo, ORCHARD)):
            source = write(one, "secret-plan", os.urandom(300 * 1024))
            target = os.path.join(other.dir, "received")
            one.call("send-file", one.account, to, source)
            offer = other.expect("request", type="action")
            assert "secret-plan" in offer["primary"], offer
            moves.append((one, other, source, target, offer))
        for one, other, source, target, offer in moves:
            other.answer(offer, 0)
            other.answer(other.expect("request", type="file"), 0, target)
        scene.romeo.say(JULIET, "while it moves")
        scene.juliet.expect_message("while it moves")
        for one, other, source, target, offer in moves:
            for side, sends in ((one, True), (other, False)):
                side.expect("xfer", what="gone", send=sends)
                assert side.seen("xfer", what="completed", send=sends)
            assert digest(source) == digest(target)
        scene.assert_nothing_leaked("secret-plan", "while it moves")
        for through in scene.proxies:
            assert not through.stanzas(path=SI)
            assert {sid for _, sid in through.streams()} <= sids
            assert not [unit for unit in through.stanzas()
                        if b"protocol/bytestreams'" in unit.raw
                        and b"disco#info" not in unit.raw]


def test_file_is_cancelled_on_either_side():
    with Scene() as scene:
        scene.go_private()
        source = write(scene.romeo, "letter", b"x" * 2000)
        scene.romeo.call("send-file", ROMEO, BALCONY, source)
        offer = scene.juliet.expect("request", type="action")
        scene.juliet.answer(offer, 1)
        scene.romeo.expect("xfer", what="cancelled")
        scene.romeo.call("send-file", ROMEO, BALCONY, source)
        offer = scene.juliet.expect("request", type="action")
        sent = scene.romeo.seen("xfer", what="new")[-1]
        scene.romeo.call("xfer-cancel", sent["xfer"])
        scene.romeo.say(JULIET, "never mind")
        scene.juliet.expect_message("never mind")
        scene.assert_nothing_leaked("letter")


def test_file_whose_session_ends_fails():
    """In-band, because beside the stream it could be complete before the
    session has ended."""
    with Scene() as scene:
        for one in (scene.romeo, scene.juliet):
            one.call("in-band-only")
        scene.go_private()
        source = write(scene.romeo, "letter", os.urandom(3_000_000))
        target = os.path.join(scene.juliet.dir, "letter")
        scene.romeo.call("send-file", ROMEO, BALCONY, source)
        scene.juliet.accept_file(target)
        scene.juliet.expect("xfer", what="progress")
        since = len(scene.romeo_proxy.records)
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.romeo.expect("xfer", what="cancelled")
        check.sync_all(scene)
        # Nothing of it is sent outside.
        assert not scene.romeo_proxy.stanzas(proxy.UP, SI, since=since)
        sids = {sid for _, sid in scene.romeo_proxy.streams()}
        assert len(sids) == 1, sids


def test_file_while_finished_or_starting_is_refused():
    with Scene() as scene:
        scene.go_private()
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        source = write(scene.romeo, "letter", b"x")
        scene.romeo.call("send-file", ROMEO, BALCONY, source)
        scene.romeo.expect("xfer", what="cancelled")
        scene.romeo.expect_message(re.compile("The file was not sent"))
        assert not scene.juliet.seen("request")
        scene.assert_nothing_leaked("letter")


def test_file_with_the_sid_of_a_session_that_ended():
    """The caller chooses the sid, and may take the one that libpurple gives to
    its next file."""
    offer = (
        "<iq type='set' id='offer' to='{0}'><si xmlns='http://jabber.org/"
        "protocol/si' id='{1}' profile='unknown'><feature xmlns='http://"
        "jabber.org/protocol/feature-neg'><x xmlns='jabber:x:data' type='form'>"
        "<field var='stream-method' type='list-single'><option><value>http://"
        "jabber.org/protocol/ibb</value></option></field></x></feature></si>"
        "</iq>")
    data = ("<iq type='set' id='block' to='{0}'><data xmlns='http://jabber.org/"
            "protocol/ibb' sid='{1}' seq='0'>Zg==</data></iq>")
    with Scene() as scene:
        scene.go_private(scene.juliet, scene.romeo)
        (sid,) = {sid for _, sid in scene.romeo_proxy.streams()}
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        check.all_ended(scene.romeo_proxy)
        check.sync(scene.romeo)
        scene.go_private(scene.juliet, scene.romeo)
        scene.romeo.call("watch", "on")
        for text in (offer, data):
            scene.romeo.call("stanza", ROMEO, text.format(BALCONY, sid))
        for number in ("offer", "block"):
            scene.romeo.expect("stanza", id=number, type="error")
        assert not scene.romeo_proxy.stanzas(id="block")


def test_voice_is_refused_with_a_system_message():
    call = ("<iq type='set' to='{}' id='call'><jingle"
            " xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='v1'"
            " initiator='{}'><content creator='initiator' name='voice'>"
            "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>"
            "</content></jingle></iq>")
    with Scene() as scene:
        scene.go_private()
        for _ in range(3):
            scene.romeo.call("stanza", ROMEO, call.format(BALCONY, ORCHARD))
        scene.romeo.expect_message(re.compile("Voice and video"), **SYSTEM)
        # And from outside.
        scene.juliet.open(ROMEO)
        scene.romeo_proxy.link.inject(proxy.UP, call.format(BALCONY, ORCHARD))
        scene.juliet.expect_message(re.compile("voice or video"), **SYSTEM)
        scene.romeo_proxy.wait_stanza(proxy.DOWN, id="call", type="error")
        check.sync_all(scene)
        for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            lines = [line for line in check.system_lines(one, who)
                     if "oice" in line]
            assert len(lines) == 1, lines


def test_other_plugins_that_emit_and_free():
    """lurch does this; such stanzas also go inside or are held."""
    message = ("<message to='{}' type='chat' id='f{}'><body>by a plugin {}"
               "</body></message>")
    with Scene() as scene:
        scene.go_private()
        for number, to in enumerate((JULIET, BALCONY, f"{JULIET}/elsewhere")):
            scene.romeo.call("stanza", ROMEO,
                             message.format(to, number, number))
            scene.juliet.expect_message(f"by a plugin {number}")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.romeo.call("stanza", ROMEO, message.format(JULIET, 3, 3))
        check.assert_state(scene.romeo, JULIET, "finished", held=1)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("by a plugin 3")
        # Stanzas for other contacts are sent as usual.
        scene.romeo.call("stanza", ROMEO, message.format(
            "nobody@capulet.lit", 4, 4))
        check.sync_all(scene)
        assert check.sent_in_clear(scene.romeo_proxy) == ["by a plugin 4"]
        for through in scene.proxies:
            assert not through.leaks(*(f"by a plugin {n}" for n in range(4)))


def test_text_of_the_xmpp_console_and_of_other_plugins():
    """What is sent as text instead of as stanzas is examined, too."""
    message = ("<message to='{}' type='chat'><body>console {}</body>"
               "<active xmlns='http://jabber.org/protocol/chatstates'/>"
               "</message>")
    with Scene() as scene:
        def raw(text):
            scene.romeo.call("raw", ROMEO, text)

        scene.go_private()
        for number, to in enumerate((JULIET, BALCONY, f"{JULIET}/elsewhere")):
            raw(message.format(to, number))
            scene.juliet.expect_message(f"console {number}", flags=["recv"])
        # Several stanzas at once, for her and for others.
        raw(message.format("nobody@capulet.lit", "to nobody")
            + message.format(JULIET, 3)
            + "<iq type='get' id='others'><ping xmlns='urn:xmpp:ping'/></iq>")
        scene.juliet.expect_message("console 3", flags=["recv"])
        scene.romeo_proxy.wait_stanza(proxy.DOWN, id="others")
        # Parts of a stanza that do not show its recipient.
        raw("<message to='juliet@capulet.lit'><body>console 4")
        raw("</body></message>")
        raw("</text>" + message.format(JULIET, 5) + "<text>")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        raw(message.format(JULIET, 6))
        check.assert_state(scene.romeo, JULIET, "finished", held=1)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("console 6", flags=["recv"])
        assert check.sent_in_clear(scene.romeo_proxy) == ["console to nobody"]
        for through in scene.proxies:
            assert not through.leaks(*(f"console {n}" for n in range(7)))
            assert not through.stanzas(proxy.UP, to=JULIET, path=check.BODY)
        scene.romeo.xtls(JULIET, "end")
        raw(message.format(JULIET, "in clear"))
        scene.juliet.expect_message(re.compile("console in clear"))


def test_reason_of_a_room_invitation():
    """The reason would reach her through the room, which could read it."""
    room = f"hall@{ROOMS}"
    invitation = "{http://jabber.org/protocol/muc#user}x"
    with Scene(rooms=ROOMS) as scene:
        def invite(*words):
            scene.romeo.call("invite", ROMEO, room, JULIET, *words)

        scene.romeo.call("join", ROMEO, room, "Romeo")
        scene.romeo.expect("conversation-created", type="chat")
        scene.romeo_proxy.wait_stanza(proxy.DOWN, invitation,
                                      **{"from": f"{room}/Romeo"})
        scene.go_private()
        invite("meet me at the wall")
        scene.romeo.expect_message(re.compile("invitation .* was not sent"),
                                   conv=JULIET, **SYSTEM)
        # Without a reason it says only what the server knows anyway.
        invite()
        sent = scene.romeo_proxy.wait_stanza(proxy.UP, invitation, to=room)
        assert b"reason" not in sent.raw, sent
        scene.juliet_proxy.wait_stanza(proxy.DOWN, invitation,
                                       **{"from": room})
        # The same under a policy.
        scene.romeo.xtls(JULIET, "end")
        scene.romeo.xtls(JULIET, "policy required")
        invite("meet me in the tomb")
        scene.romeo.expect_message(re.compile("invitation .* was not sent"),
                                   conv=JULIET, **SYSTEM)
        for through in scene.proxies:
            assert not through.leaks("meet me")
        scene.romeo.xtls(JULIET, "policy manual")
        invite("come as you are")
        scene.juliet_proxy.wait(
            lambda: scene.juliet_proxy.leaks("come as you are"))


def test_guessed_responses_from_outside_are_ignored():
    """libpurple's ids can be guessed, but a guess does not bypass the
    session."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo.call("watch", "on")
        scene.juliet.call("watch", "on")
        scene.juliet.stop()
        source = write(scene.romeo, "letter", b"x" * 1000)
        scene.romeo.call("send-file", ROMEO, BALCONY, source)
        number = max(int(unit.xml.get("id")[6:], 16) for unit
                     in scene.romeo_proxy.stanzas(proxy.UP)
                     if unit.xml.get("type") in ("get", "set")
                     and unit.xml.get("id").startswith("purple"))
        forged = ("<iq type='result' id='purple{:x}' from='{}' to='{}'>"
                  "<si xmlns='http://jabber.org/protocol/si'><feature"
                  " xmlns='http://jabber.org/protocol/feature-neg'>"
                  "<x xmlns='jabber:x:data' type='submit'><field"
                  " var='stream-method'><value>http://jabber.org/protocol/"
                  "bytestreams</value></field></x></feature></si></iq>")
        guesses = [forged.format(guess, BALCONY, ORCHARD)
                   for guess in range(number - 5, number + 15)]
        link = scene.romeo_proxy.link
        before = len(scene.romeo_proxy.records)
        for guess in guesses:
            link.inject(proxy.DOWN, guess)
        link.inject(proxy.DOWN, f"<message from='{BALCONY}' to='{ORCHARD}'>"
                                "<body>marker</body></message>")
        scene.romeo.expect_message(f"{check.CLEAR}marker")
        # Without the plugin it would now offer addresses for a direct
        # connection.
        assert not [unit for unit in scene.romeo_proxy.stanzas(
            proxy.UP, since=before) if b"streamhost" in unit.raw]
        scene.juliet.cont()
        scene.juliet.expect("request", type="action")
        offer = scene.juliet.expect("stanza", xml=re.compile("file-transfer"))
        assert [g for g in guesses if f"id='{offer['id']}'" in g], offer
        # The server never sent the injected stanzas, which stream management
        # notices; an error of ours then cancels the file.
        assert not scene.romeo.seen("stanza", id=offer["id"], type="result")
        scene.romeo.kill()


def test_messages_over_http():
    with Scene(login=False, http=True) as scene:
        through = scene.add_proxy(scene.server.http_port, raw=True)
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.login(scene.romeo, ORCHARD,
                    bosh=f"http://127.0.0.1:{through.port}/http-bind")
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        scene.juliet.expect("xtls-capability-changed", who=ROMEO,
                            capability="present")
        scene.go_private()
        for number in range(10):
            scene.romeo.say(JULIET, f"over HTTP {number}")
            scene.juliet.say(ROMEO, f"over TCP {number}")
        scene.juliet.expect_message("over HTTP 9", flags=["recv"])
        scene.romeo.expect_message("over TCP 9", flags=["recv"])
        assert check.received(scene.juliet) == [
            f"over HTTP {number}" for number in range(10)]
        scene.romeo.typing(JULIET)
        scene.juliet.expect("typing", state="typing")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.romeo.say(JULIET, "held over HTTP")
        assert scene.romeo.status(JULIET)["held"] == 1
        scene.assert_nothing_leaked("over HTTP", "over TCP", "composing")
        assert b"xmlns='http://jabber.org/protocol/ibb'" in bytes(
            through.bytes[proxy.UP])


def test_stanzas_that_libpurple_resends_after_a_cut():
    """libpurple's stream management repeats what the server never confirmed,
    but no blocks of ended sessions and no text from before."""
    with Scene() as scene:
        scene.romeo.say(JULIET, "the last in clear")
        scene.juliet.expect_message("the last in clear")
        scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
        scene.romeo.say(JULIET, "clear, never confirmed")
        scene.romeo_proxy.wait(lambda: scene.romeo_proxy.leaks(
            "clear, never confirmed"))
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.say(JULIET, "typed while starting")
        scene.romeo.call("ping")
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo.expect_state("waiting")
        scene.romeo_proxy.release()
        since = len(scene.romeo_proxy.records)
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        check.sync_all(scene)
        again = scene.romeo_proxy.stanzas(proxy.UP, since=since)
        assert not [unit for unit in again if unit.find(check.BODY) is not None
                    or unit.find(check.JINGLE) is not None
                    or unit.find(IBB + "data") is not None], again
        # The user is told, because it was shown as sent.
        lines = check.system_lines(scene.romeo, JULIET)
        assert sum("clear, never confirmed" in line for line in lines) == 1
        assert check.received(scene.juliet) == ["the last in clear"]
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("typed while starting")
        assert check.received(scene.juliet) == ["the last in clear",
                                                "typed while starting"]
        for through in scene.proxies:
            assert not through.leaks("typed while starting")


def test_cut_in_the_middle_of_a_burst():
    """Wherever the cut is, nothing is lost, doubled or revealed."""
    for after in (1, 700, 3000, 9000):
        with Scene() as scene:
            scene.go_private()
            for number in range(2):
                scene.romeo.say(JULIET, f"before {number}")
                scene.juliet.expect_message(f"before {number}")
                scene.juliet.say(ROMEO, f"before {number}")
                scene.romeo.expect_message(f"before {number}", flags=["recv"])
            # The first is said before the cut, whatever else leaves then.
            scene.romeo_proxy.hold(proxy.UP)
            scene.romeo.say(JULIET, "burst 0")
            said = ["burst 0"]
            scene.romeo_proxy.cut_after(proxy.UP, after)
            scene.romeo_proxy.release()
            with contextlib.suppress(client.Failed):
                # No more than can be held if the cut is noticed at once.
                while len(said) < 240:
                    text = f"burst {len(said)}"
                    scene.romeo.call("say", ROMEO, JULIET, text)
                    said.append(text)
            scene.romeo.expect("disconnected")
            scene.juliet.expect_state("waiting")
            scene.romeo.forget()
            scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
            scene.romeo.expect("xtls-capability-changed", who=JULIET,
                               capability="present")
            scene.romeo.xtls(JULIET, "start")
            scene.juliet.expect_message(said[-1])
            assert check.received(scene.juliet)[2:] == said, after
            scene.assert_nothing_leaked("burst")
