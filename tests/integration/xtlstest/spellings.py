# SPDX-License-Identifier: GPL-2.0-or-later
"""The spellings of one address, and the ways in which a client sends to it."""

from .scene import JULIET

# Spellings of Juliet's address that a server delivers to her.
NAMES = (f"{JULIET}.", f"{JULIET}./balcony", "JULIET@Capulet.LIT",
         "\uff4auliet@capulet.lit", "ju\u00adliet@capulet.lit",
         "juliet@capulet.lit\u3002", f"{JULIET}/", f"{JULIET}/elsewhere")


def stanza(one, xml):
    """Sends it as another plugin does, without the conversation."""
    one.call("stanza", one.account, xml)


def raw(one, text):
    one.call("raw", one.account, text)


def message(to, body, more=""):
    return (f"<message{more} to='{to}' type='chat'><body>{body}</body>"
            "</message>")


def assert_inside(scene, prefix):
    """For every spelling of her address, whether the user types or a plugin
    sends, in either way."""
    for number, name in enumerate(NAMES):
        ways = {"typed": lambda text: scene.romeo.say(name, text),
                "stanza": lambda text: stanza(
                    scene.romeo, message(name, text)),
                "raw": lambda text: raw(scene.romeo, message(name, text)),
                "shadow": lambda text: stanza(scene.romeo, message(
                    name, text, " xmlns:x='f' x:to='nobody@a.lit'"
                                " x:type='groupchat'"))}
        for way, send in ways.items():
            text = f"{prefix} {way} {number}"
            send(text)
            scene.juliet.expect_message(text, flags=["recv"])
    for through in scene.proxies:
        assert not through.leaks(prefix)
