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


if __name__ == "__main__":
    tap.run(globals())
