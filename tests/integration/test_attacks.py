# SPDX-License-Identifier: GPL-2.0-or-later
"""What strangers, lying servers and lying peers try."""

import re

from xtlstest import proxy, tap
from xtlstest.scene import JULIET, ROMEO, Scene

JINGLE = "{urn:xmpp:jingle:1}jingle"
TRANSPORT = "{urn:xmpp:jingle:transports:ibb:1}transport"
BALCONY = f"{JULIET}/balcony"
ORCHARD = f"{ROMEO}/orchard"
TYBALT = "tybalt@capulet.lit"


def stanza(client, xml):
    """Sends it as another plugin does, past the conversation."""
    client.call("stanza", client.account, xml)


def test_file_with_the_sid_of_a_session_goes_inside():
    """The initiator chose the sid, or the server did; libpurple's are easily
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


def test_stranger_with_two_senders_is_a_stranger():
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


if __name__ == "__main__":
    tap.run(globals())
