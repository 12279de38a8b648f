# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything that libpurple and its plugins do with one contact, from both
sides: the other client receives it inside, and nothing is visible on the
way."""

import base64
import hashlib
import re

from xtlstest import check, proxy
from xtlstest.files import write
from xtlstest.scene import JULIET, ROMEO, Scene

CORRECT = "urn:xmpp:message-correct:0"
RECEIPTS = "urn:xmpp:receipts"
ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
SMILEY = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg==")


def both(scene):
    """(client, full JID that it writes to, the client there) for both
    sides."""
    return ((scene.romeo, BALCONY, scene.juliet),
            (scene.juliet, ORCHARD, scene.romeo))


def bare(jid):
    return jid.split("/")[0]


def assert_only_blocks(scene, *texts):
    """No message of any kind was visible on the way, and none of these
    texts."""
    scene.assert_nothing_leaked(*texts)
    for through in scene.proxies:
        assert not [unit for unit in through.stanzas()
                    if unit.name == "message"]


def message(to, number, content):
    return f"<message to='{to}' type='chat' id='{number}'>{content}</message>"


def test_formatting():
    with Scene() as scene:
        scene.go_private()
        for one, to, other in both(scene):
            text = f"the east of {one.name}"
            one.say(bare(to), f"<b>{text}</b> <font color='#ff0000'>sun</font>"
                    " <a href='http://example.org/sun'>it is</a>")
            html = other.expect_message(re.compile(text),
                                        flags=["recv"])["html"].lower()
            assert re.search("bold|<b>|<strong>", html), html
            assert "#ff0000" in html and "example.org/sun" in html, html
        assert_only_blocks(scene, "the east of", "example.org")


def test_typing_and_buzz():
    with Scene() as scene:
        scene.go_private()
        for one, to, other in both(scene):
            one.say(bare(to), "good morrow")
            other.expect_message("good morrow", flags=["recv"])
        for one, to, other in both(scene):
            for state in ("typing", "typed", "not"):
                one.typing(bare(to), state)
                other.expect("typing", state=state)
            one.call("attention", one.account, to)
            other.expect("attention")
        assert_only_blocks(scene, "good morrow", "<attention", "composing")


def test_custom_smileys():
    """XEP-0231: the message names a picture, the other client asks for it."""
    with Scene() as scene:
        scene.go_private()
        for one, to, other in both(scene):
            shortcut = f":rose-of-{one.name}:"
            picture = SMILEY + one.name.encode()
            path = write(one, f"{one.name}.png", picture)
            one.call("smiley-add", shortcut, path)
            one.say(bare(to), f"a {shortcut} by any other name")
            other.expect_message(re.compile("by any other name"))
            seen = other.expect("smiley", shortcut=shortcut)
            assert seen["sha256"] == hashlib.sha256(picture).hexdigest()
        assert_only_blocks(scene, "by any other name")
        # libpurple's own debug output contains these texts.
        for through in scene.proxies:
            assert not through.leaks("rose-of", "cid:", "<data cid",
                                     base64.b64encode(SMILEY)[:60].decode())


def test_corrections():
    """XEP-0308, as other plugins send and read them."""
    with Scene() as scene:
        scene.go_private()
        for one, to, other in both(scene):
            other.call("watch", "on")
            one.call("stanza", one.account, message(
                to, "first", "<body>good nihgt</body>"))
            other.expect_message("good nihgt", flags=["recv"])
            one.call("stanza", one.account, message(
                to, "second", "<body>good night</body>"
                f"<replace xmlns='{CORRECT}' id='first'/>"))
            other.expect_message("good night", flags=["recv"])
            seen = other.expect("stanza", id="second")
            assert CORRECT in seen["xml"] and "first" in seen["xml"], seen
            assert seen["from"] == one.jid, seen
        assert_only_blocks(scene, "good nihgt", "good night", CORRECT)


def test_receipts():
    """XEP-0184: requested with a text, and sent as a message without text."""
    with Scene() as scene:
        scene.go_private()
        for one, to, other in both(scene):
            for two in (one, other):
                two.call("watch", "on")
            one.call("stanza", one.account, message(
                to, "asks", "<body>do you hear?</body>"
                f"<request xmlns='{RECEIPTS}'/>"))
            other.expect_message("do you hear?", flags=["recv"])
            assert RECEIPTS in other.expect("stanza", id="asks")["xml"]
            other.call("stanza", other.account, message(
                one.jid, "gives", f"<received xmlns='{RECEIPTS}' id='asks'/>"))
            seen = one.expect("stanza", id="gives")
            assert RECEIPTS in seen["xml"] and "asks" in seen["xml"], seen
        assert_only_blocks(scene, "do you hear?", RECEIPTS)


def test_iq_requests_of_other_plugins():
    """A request about the user and its response go inside. One about the
    client goes outside, because servers and contacts send it to everybody."""
    question = "<iq type='{}' to='{}' id='{}'>{}</iq>"
    with Scene() as scene:
        scene.go_private()
        for one, to, other in both(scene):
            for two in (one, other):
                two.call("watch", "on")
            inside = f"in-{one.name}"
            one.call("stanza", one.account, question.format(
                "get", to, inside, "<query xmlns='game:chess' move='e4'/>"))
            assert "game:chess" in other.expect("stanza", id=inside)["xml"]
            answer = one.expect("stanza", id=inside)
            assert answer["from"] == to and answer["type"] == "error", answer
            outside = f"out-{one.name}"
            one.call("stanza", one.account, question.format(
                "get", to, outside, "<query xmlns='jabber:iq:version'/>"))
            assert one.expect("stanza", id=outside)["type"] == "result"
        for through in scene.proxies:
            for name in ("romeo", "juliet"):
                assert not through.stanzas(id=f"in-{name}")
                assert through.stanzas(id=f"out-{name}", type="result")
        assert_only_blocks(scene, "game:chess")


def test_methods_that_go_around_are_removed_from_offers():
    """Both the sender's and the receiver's plugin remove them. SOCKS5 is left
    where our own method stands for it; an offer must name in-band, too."""
    offer = ("<iq type='set' to='{}' id='{}'><si xmlns='http://jabber.org/"
             "protocol/si' id='s-{}' profile='http://jabber.org/protocol/si/"
             "profile/file-transfer'><file xmlns='http://jabber.org/protocol/"
             "si/profile/file-transfer' name='letter' size='9'/><feature xmlns"
             "='http://jabber.org/protocol/feature-neg'><x xmlns='jabber:x:data"
             "' type='form'><field var='stream-method' type='list-single'>{}"
             "</field></x></feature></si></iq>")
    ways = {name: f"<option><value>{way}</value></option>" for name, way in (
        ("socks", "http://jabber.org/protocol/bytestreams"),
        ("oob", "jabber:iq:oob"), ("ibb", "http://jabber.org/protocol/ibb"))}
    with Scene() as scene:
        scene.go_private()
        for one, to, other in both(scene):
            for two in (one, other):
                two.call("watch", "on")
            one.call("stanza", one.account, offer.format(
                to, "all", "all", "".join(ways.values())))
            seen = other.expect("stanza", id="all", type="set")["xml"]
            assert "protocol/ibb" in seen, seen
            assert "jabber:iq:oob" not in seen, seen
            dialog = other.expect("request", type="action")
            other.answer(dialog, 1)
            one.call("stanza", one.account, offer.format(
                to, "around", "around", ways["socks"] + ways["oob"]))
            one.expect("stanza", id="around", type="error")
            one.call("stanza", one.account, f"<iq type='set' to='{to}' id='oob'"
                     "><query xmlns='jabber:iq:oob'><url>http://example.org/"
                     "letter</url></query></iq>")
            one.expect("stanza", id="oob", type="error")
            check.sync_all(scene)
            assert not other.seen("stanza", id="around", type="set")
            assert not other.seen("stanza", id="oob", type="set")
        scene.assert_nothing_leaked("example.org")
        for through in scene.proxies:
            for number in ("all", "around", "oob"):
                assert not through.stanzas(proxy.UP, id=number)
