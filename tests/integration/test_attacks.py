# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks by strangers, lying servers and lying peers."""

import re
import time

from xtlstest import check, client, proxy
from xtlstest.scene import JULIET, ROMEO, Scene

JINGLE = "{urn:xmpp:jingle:1}jingle"
TRANSPORT = "{urn:xmpp:jingle:transports:ibb:1}transport"
BALCONY = f"{JULIET}/balcony"
ORCHARD = f"{ROMEO}/orchard"
TYBALT = "tybalt@capulet.lit"
# XTLS_SESSION_CLOSING, in the debug log
CLOSING = ": state 5, end none"


def stanza(client, xml):
    """Sends it as another plugin does, without the conversation."""
    client.call("stanza", client.account, xml)


def test_file_with_the_sid_of_a_session_goes_inside():
    """The initiator or a server may choose the sid of a session to be the one
    that libpurple gives to its next file, because libpurple's sids are easily
    guessed."""
    with Scene() as scene:
        scene.go_private(scene.juliet, scene.romeo)
        call = scene.romeo_proxy.stanzas(proxy.DOWN, JINGLE)[0]
        sid = call.find(f".//{TRANSPORT}").get("sid")
        stanza(scene.romeo, f"<iq type='set' to='{BALCONY}' id='b'><data"
               " xmlns='http://jabber.org/protocol/ibb' seq='0'"
               f" sid='{sid}'>bG92ZSBsZXR0ZXI=</data></iq>")
        scene.juliet.say(ROMEO, "settled")
        scene.romeo.expect_message("settled")
        scene.assert_nothing_leaked("bG92ZSBsZXR0ZXI=")


def test_stranger_with_a_second_from_attribute_is_a_stranger():
    """Prosody passes attributes of other namespaces on, in any order; libpurple
    reads the first, whatever its namespace."""
    def first(link, direction, unit):
        if direction == proxy.DOWN and b"urn:x" in unit.raw:
            return re.sub(rb"^<(\w+) (.*?)( xmlns:(\w+)='urn:x' \4:from='[^']*')",
                          rb"<\1\3 \2", unit.raw, flags=re.S)
        return None

    def lie(name, sender, rest):
        stanza(tybalt, f"<{name} to='{ORCHARD}' xmlns:x='urn:x'"
               f" x:from='{sender}' {rest}</{name}>")

    with Scene(accounts={TYBALT: "prince of cats"}) as scene:
        tybalt = scene.add_client("tybalt", plugins=[])
        scene.login(tybalt, f"{TYBALT}/sword")
        scene.romeo_proxy.hook = first
        scene.go_private()
        lie("presence", BALCONY, "type='unavailable'>")
        lie("iq", ROMEO, "type='set' id='push'><query xmlns='jabber:iq:roster'>"
            f"<item jid='{TYBALT}' subscription='both'/></query>")
        lie("message", BALCONY, "type='chat'><body>a lie</body>")
        scene.romeo.expect_message("a lie", who=re.compile(TYBALT))
        assert not scene.romeo_proxy.stanzas(proxy.UP, id="push", type="result")
        assert scene.romeo.status(JULIET)["state"] == "unverified"
        scene.romeo.say(JULIET, "still private")
        scene.juliet.expect_message("still private")
        scene.juliet.say(ROMEO, "settled")
        scene.romeo.expect_message("settled", who=re.compile(JULIET))


def test_line_separators_do_not_forge_a_system_line():
    """U+2029 begins a new line in Pidgin."""
    nick = "http://jabber.org/protocol/nick"
    fake = "Private conversation with"
    with Scene() as scene:
        tomb = scene.add_client("tomb", plugins=[])
        scene.login(tomb, f"{JULIET}/tomb")
        scene.romeo.call("watch", "on")
        stanza(tomb, "<iq type='set' id='n'><pubsub xmlns='http://jabber.org/"
               f"protocol/pubsub'><publish node='{nick}'><item><nick xmlns="
               f"'{nick}'>J&#x2029;{fake}&#x202e;</nick></item></publish>"
               "</pubsub></iq>")
        # Before Romeo starts: libpurple sees no such event while it is private.
        scene.romeo.expect("stanza", name="message",
                           xml=re.compile(re.escape(nick)))
        scene.go_private()
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_message(re.compile("has ended"))
        stanza(tomb, f"<message to='{ORCHARD}'><body>a&#x2029;{fake}&#10;b"
               "</body></message>")
        scene.romeo.expect_message(re.compile("not encrypted: a"))
        # We cannot change the line that libpurple itself writes.
        told = [text for _, text in scene.romeo.lines()
                if "is now known as" not in text]
        # The nickname appears in what the contact wrote, and in no line of
        # ours.
        assert sum(fake in text for text in told) == 1, told
        assert not any(re.search("[\n\u2028\u2029\u202e]", text)
                       for text in told), told


def test_every_spelling_of_the_address_is_one_contact():
    """In every spelling that libpurple or a server may take for her
    address."""
    names = ("JULIET@Capulet.LIT", "\uff4auliet@capulet.lit", f"{JULIET}/",
             f"{JULIET}/a@b/c", f"{JULIET}/\ue000")
    with Scene() as scene:
        scene.go_private()
        for number, name in enumerate(names):
            stanza(scene.romeo, f"<message to='{name}' type='chat'>"
                                f"<body>for her {number}</body></message>")
            scene.juliet.expect_message(f"for her {number}", flags=["recv"])
        # And as a user would.
        for number, name in enumerate(names):
            scene.romeo.say(name, f"to her {number}")
            scene.juliet.expect_message(f"to her {number}", flags=["recv"])
        scene.assert_nothing_leaked("for her", "to her")


def test_message_from_an_invalid_resource_is_marked():
    """libpurple does not take it for a JID, but shows messages from it."""
    def lie(link, direction, unit):
        if direction == proxy.DOWN and b"write to me here" in unit.raw:
            return unit.raw.replace(f"{TYBALT}/sword".encode(),
                                    f"{JULIET}/\ue000".encode())
        return None

    with Scene(accounts={TYBALT: "prince of cats"}) as scene:
        tybalt = scene.add_client("tybalt", plugins=[])
        scene.login(tybalt, f"{TYBALT}/sword")
        scene.romeo_proxy.hook = lie
        scene.go_private()
        tybalt.say(ORCHARD, "write to me here")
        told = scene.romeo.expect_message(re.compile("write to me here"))
        assert told["text"].startswith(check.CLEAR), told
        # The message is in the window that shows her state, not in a new one.
        assert told["conv"] == JULIET, told
        scene.romeo.say(told["conv"], "so be it")
        scene.juliet.expect_message("so be it", flags=["recv"])
        for through in scene.proxies:
            assert not through.leaks("so be it")


def test_renamed_account_shows_another_key():
    """The certificate names the account. The old one would reveal the old name
    to the new contacts, and they would refuse it."""
    benvolio = "benvolio@montague.lit"
    with Scene(accounts={benvolio: "peace"},
               contacts=[(benvolio, JULIET)]) as scene:
        romeo = scene.romeo
        before = romeo.status(JULIET)["own_fingerprint"]
        romeo.logout()
        romeo.call("rename", ROMEO, benvolio)
        scene.login(romeo, f"{benvolio}/orchard", scene.romeo_proxy)
        romeo.expect("presence", account=benvolio, who=JULIET, online=True)
        assert romeo.status(JULIET)["own_fingerprint"] != before
        romeo.xtls(JULIET, "start")
        romeo.expect_state("unverified", who=JULIET)
        scene.juliet.expect_state("unverified", who=benvolio)


def test_message_that_opens_a_window_is_not_shown_as_private():
    """The policy starts private mode when the window opens, but the message
    that opened it came before that."""
    with Scene(policy="automatic") as scene:
        scene.juliet.api("set_policy", JULIET, ROMEO, "never")
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        stanza(scene.juliet, f"<message type='chat' to='{ORCHARD}'><body>in"
               " clear</body></message>")
        scene.romeo.expect_message("in clear")
        scene.romeo.expect_state("starting")
        texts = [text for _, text in scene.romeo.lines(JULIET)]
        assert texts.index("in clear") == 0, texts


def test_message_typed_while_the_session_closes():
    """The user is told the true reason why it is held, and is not asked about
    a key."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo_proxy.hold(proxy.UP)
        scene.juliet.xtls(ROMEO, "end")
        end = time.monotonic() + client.TIMEOUT
        while CLOSING not in scene.romeo.debug():
            assert time.monotonic() < end, "he never saw her closing"
            time.sleep(0.05)  # the debug log is a file and sends no events
        scene.romeo.say(JULIET, "too late")
        scene.romeo.call("ping")
        scene.romeo_proxy.release()
        scene.romeo.expect_message(re.compile("has ended the private"))
        scene.romeo.expect_message(re.compile("^Your message is held"))
        assert not any("new key" in text for _, text in scene.romeo.lines())
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("too late")
        scene.assert_nothing_leaked("too late")
