# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the test harness itself, without the plugin: it notices what it is
meant to notice."""

import hashlib
import os
import re
import subprocess

from xtlstest import client, leaks, proxy, symbols, xmlstream
from xtlstest.scene import JULIET, ROMEO, ROOMS, Scene

SMACKS = "{urn:xmpp:sm:3}"
SI = "{http://jabber.org/protocol/si}si"
STATE = "{http://jabber.org/protocol/chatstates}composing"
UNICODE = "Liebe \U0001f339 \u05d0\u05d4\u05d1\u05d4 & <amour> \"'\\ \u2028 e\u0301"


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def test_messages_pass_both_ways_and_the_proxy_sees_them():
    with Scene(plugin=False) as scene:
        scene.romeo.say(JULIET, "But soft, what light")
        seen = scene.juliet.expect_message("But soft, what light")
        assert seen["flags"] == ["recv"] and seen["who"].startswith(ROMEO)
        assert scene.romeo.expect_message("But soft, what light")[
            "flags"] == ["send"]
        scene.juliet.say(ROMEO, "Ay me!")
        scene.romeo.expect_message("Ay me!")
        for through in scene.proxies:
            assert through.leaks("But soft, what light", "Ay me!")
        try:
            scene.assert_nothing_leaked("Ay me!")
        except AssertionError:
            return
        raise AssertionError("plaintext was not noticed")


def test_unicode_and_formatting():
    with Scene(plugin=False) as scene:
        scene.romeo.say(JULIET, f"<b>{escape(UNICODE)}</b>")
        seen = scene.juliet.expect("message")
        assert seen["text"] == UNICODE, seen
        assert seen["html"].lower().find("bold") > 0 or "<b>" in seen["html"]
        assert scene.juliet_proxy.leaks(UNICODE)


def test_long_message():
    with Scene(plugin=False) as scene:
        text = "0123456789" * 3000
        scene.romeo.say(JULIET, text)
        scene.juliet.expect_message(text)


def test_typing_and_attention():
    with Scene(plugin=False) as scene:
        scene.romeo.say(JULIET, "hello")
        scene.juliet.say(ROMEO, "hello")  # both are known to be online
        scene.romeo.expect("message", flags=["recv"])
        scene.romeo.typing(JULIET)
        scene.juliet.expect("typing", who=lambda who: who.startswith(ROMEO),
                            state="typing")
        scene.romeo_proxy.wait_stanza(proxy.UP, STATE)
        scene.romeo.call("attention", ROMEO, f"{JULIET}/balcony")
        scene.juliet.expect("attention")


def test_file_goes_in_band():
    """The proxy removes SOCKS5 from the offer."""
    data = os.urandom(100_000)

    def strip(link, direction, unit):
        if direction == proxy.UP and unit.find(SI) is not None:
            return unit.raw.replace(b"/protocol/bytestreams<", b"/none<")
        return None

    with Scene(plugin=False) as scene:
        scene.romeo_proxy.hook = strip
        source = os.path.join(scene.romeo.dir, "letter")
        target = os.path.join(scene.juliet.dir, "letter")
        with open(source, "wb") as file:
            file.write(data)
        scene.romeo.call("send-file", ROMEO, f"{JULIET}/balcony", source)
        scene.juliet.accept_file(target)
        scene.juliet.expect("xfer", what="completed")
        scene.romeo.expect("xfer", what="completed")
        scene.juliet.expect("xfer", what="gone")
        with open(target, "rb") as file:
            assert file.read() == data
        digest = hashlib.sha256(data).digest()
        assert [hashlib.sha256(stream).digest() for stream
                in scene.juliet_proxy.streams().values()] == [digest]


def test_file_cancelled():
    with Scene(plugin=False) as scene:
        source = os.path.join(scene.romeo.dir, "letter")
        with open(source, "wb") as file:
            file.write(b"x" * 1000)
        scene.romeo.call("send-file", ROMEO, f"{JULIET}/balcony", source)
        offer = scene.juliet.expect("request", type="action")
        assert "letter" in offer["primary"], offer
        sent = scene.romeo.expect("xfer", what="new")
        scene.juliet.answer(offer, -1)
        scene.juliet.expect("request-closed", request=offer["request"])
        scene.romeo.call("xfer-cancel", sent["xfer"])
        scene.romeo.expect("xfer", what="cancelled")


def test_stream_management_is_negotiated():
    with Scene(plugin=False) as scene:
        up = [u.xml.tag for u in scene.romeo_proxy.stanzas(proxy.UP)]
        down = [u.xml.tag for u in scene.romeo_proxy.stanzas(proxy.DOWN)]
        assert SMACKS + "enable" in up and SMACKS + "enabled" in down


def test_bosh():
    with Scene(plugin=False, login=False, http=True) as scene:
        through = scene.add_proxy(scene.server.http_port, raw=True)
        scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
        scene.login(scene.romeo, f"{ROMEO}/orchard",
                    bosh=f"http://127.0.0.1:{through.port}/http-bind")
        scene.romeo.expect("presence", who=JULIET, online=True)
        scene.romeo.say(JULIET, "over HTTP")
        scene.juliet.expect_message("over HTTP")
        scene.juliet.say(ROMEO, "over TCP")
        scene.romeo.expect_message("over TCP")
        assert through.leaks("over HTTP", "over TCP")
        assert not scene.romeo_proxy.links


def test_killed_client_is_noticed():
    with Scene(plugin=False) as scene:
        scene.romeo.kill()
        scene.juliet.expect("presence", who=ROMEO, online=False)
        try:
            scene.romeo.call("ping")
        except AssertionError as error:
            assert "-9" in str(error), error
        else:
            raise AssertionError("a dead client answered")
        scene.romeo.start()
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.juliet.expect("presence", who=ROMEO, online=True)


def test_wrong_password():
    with Scene(plugin=False, login=False) as scene:
        scene.romeo.call("login", f"{ROMEO}/orchard", "wrong", "127.0.0.1",
                         scene.romeo_proxy.port)
        gone = scene.romeo.expect("disconnected")
        assert gone["reason"], gone


def test_two_accounts_in_one_client():
    with Scene(plugin=False, login=False) as scene:
        for jid in (f"{ROMEO}/orchard", f"{JULIET}/balcony"):
            scene.login(scene.romeo, jid, scene.romeo_proxy)
        scene.romeo.expect("presence", account=ROMEO, online=True)
        scene.romeo.expect("presence", account=JULIET, online=True)
        scene.romeo.call("open", ROMEO, JULIET)
        scene.romeo.call("say", ROMEO, JULIET, "to myself")
        scene.romeo.expect_message("to myself", account=JULIET)


def test_room():
    with Scene(plugin=False, rooms=ROOMS) as scene:
        room = f"hall@{ROOMS}"
        for one, nick in ((scene.romeo, "Romeo"), (scene.juliet, "Juliet")):
            one.call("join", one.account, room, nick)
            one.expect("conversation-created", type="chat")
        scene.romeo_proxy.wait_stanza(
            proxy.DOWN, "{http://jabber.org/protocol/muc#user}x",
            **{"from": f"{room}/Juliet"})
        scene.juliet.call("say", JULIET, room, "to all")
        scene.romeo.expect_message("to all", type="chat", who="Juliet")


def test_subscription_is_authorised():
    nurse = "nurse@capulet.lit"
    with Scene(plugin=False, accounts={nurse: "x"}) as scene:
        scene.login(scene.add_client("nurse"), f"{nurse}/hall")
        scene.romeo.call("buddy-add", ROMEO, nurse)
        scene.clients[-1].expect("authorised", who=ROMEO)
        scene.romeo.expect("presence", who=nurse, online=True)


def test_raw_and_stanza_and_watch():
    message = ("<message to='{}' type='chat' id='{}'>"
               "<body>{}</body></message>")
    with Scene(plugin=False) as scene:
        scene.juliet.call("watch", "on")
        scene.romeo.call("raw", ROMEO, message.format(JULIET, "r1", "raw"))
        scene.juliet.expect_message("raw")
        scene.juliet.expect("stanza", name="message", id="r1")
        scene.romeo.call("stanza", ROMEO, message.format(JULIET, "s1", "built"))
        scene.juliet.expect_message("built")
        scene.juliet.expect("stanza", name="message", id="s1")


def test_proxy_drops_changes_adds_holds_and_cuts():
    def spoil(direction, unit):
        if direction != proxy.UP or b"<body" not in unit.raw:
            return None
        if b"dropped" in unit.raw:
            return proxy.DROP
        if b"doubled" in unit.raw:
            return [unit.raw, unit.raw]
        return unit.raw.replace(b"before", b"after")

    # The server would end the connection over a stanza that it has not sent.
    with Scene(plugin=False, lying=True) as scene:
        through = scene.romeo_proxy
        scene.romeo_liar.lie = spoil
        for text in ("dropped", "before", "doubled"):
            scene.romeo.say(JULIET, text)
        scene.juliet.expect_message("after")
        scene.juliet.expect_message("doubled")
        scene.juliet.expect_message("doubled")
        scene.romeo_liar.forge(
            f"<message from='{JULIET}/balcony' type='chat'>"
            "<body>forged</body></message>")
        scene.romeo.expect_message("forged")
        through.hold(proxy.UP)
        scene.romeo.say(JULIET, "held")
        through.wait(lambda: through.leaks("held"))
        scene.juliet.say(ROMEO, "down is free")
        scene.romeo.expect_message("down is free")
        assert not scene.juliet.seen("message", text="held")
        through.release()
        scene.juliet.expect_message("held")
        assert not scene.juliet.seen("message", text="dropped")
        through.cut()
        assert scene.romeo.expect("disconnected")["reason"]


def test_cut_at_a_byte():
    def cut(link, direction, unit):
        if b"never arrives" in unit.raw:
            link.proxy.cut_after(direction, 30)

    with Scene(plugin=False) as scene:
        scene.romeo_proxy.hook = cut
        scene.romeo.say(JULIET, "never arrives")
        scene.romeo.expect("disconnected")
        scene.juliet.expect("presence", who=ROMEO, online=False)
        assert scene.romeo_proxy.leaks("never arrives")
        assert not scene.juliet.seen("message")


def test_server_restarts():
    with Scene(plugin=False) as scene:
        scene.server.restart()
        for one in (scene.romeo, scene.juliet):
            one.expect("disconnected")
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)


def test_rate_limit():
    with Scene(plugin=False, rate=100_000) as scene:
        scene.romeo.say(JULIET, "slowly")
        scene.juliet.expect_message("slowly")


def test_logs_are_written_as_pidgin_does():
    with Scene(plugin=False) as scene:
        scene.romeo.say(JULIET, "for the record")
        scene.juliet.expect_message("for the record")
        scene.juliet.call("close", JULIET, ROMEO)
        assert any(b"for the record" in data
                   for _, data in scene.juliet.files("logs"))


def test_splitter_keeps_every_byte():
    stream = ("<?xml version='1.0'?><stream:stream a='>' b=\"<\">"
              "<a/>\n<b c='/>'><d>é</d><e f='\"'/></b> <g></g>"
              "<?xml version='1.0'?><stream:stream x='y'><h/></stream:stream>"
              ).replace("\"<\"", "'&lt;'").encode()
    kinds = ["header", "stanza", "stanza", "stanza", "header", "stanza", "end"]
    for size in (1, 2, 5, 12, 1024):
        splitter = xmlstream.Splitter()
        units = [unit for at in range(0, len(stream), size)
                 for unit in splitter.feed(stream[at:at + size])]
        assert b"".join(u.raw for u in units) == stream, size
        assert [u.kind for u in units if u.kind != "space"] == kinds, units
        assert [u.name for u in units if u.kind == "stanza"] == [
            "a", "b", "g", "h"]


def test_splitter_knows_what_the_header_binds():
    """Every prefix, and that of the stream itself; a new header counts anew."""
    splitter = xmlstream.Splitter()
    _, first, _, second, end = splitter.feed(
        b"<?xml version='1.0'?><s:stream xmlns='one' a=' xmlns:b=\"no\"'"
        b" xmlns:s = 'http://etherx.jabber.org/streams' xmlns:b='two'>"
        b"<b:r c='d'><e/></b:r>"
        b"<stream xmlns=\"http://etherx.jabber.org/streams\" xmlns:b='three'>"
        b"<b:r><stream/></b:r></stream>")
    assert first.xml.tag == "{two}r" and first.xml[0].tag == "{one}e"
    assert second.xml.tag == "{three}r" and end.kind == "end"


def leak(*places):
    return "\n".join(("Direct leak of 8 byte(s) in 1 object(s) allocated from:",
                      *(f"    #{number} 0x7f0000001000  ({path}+{offset})"
                        for number, (path, offset) in enumerate(places)), ""))


def test_leaks_of_other_libraries_are_ignored():
    """A leak of another library is ignored if no code of ours is on its
    stack."""
    libraries = {name: path for name, path in re.findall(
        r"(\S+)\.so\S* => (\S+)", subprocess.check_output(
            ["ldd", client.HEADLESS], text=True))}

    def place(library, name):
        path = libraries[library]
        return path, hex(next(
            int(line.split()[0], 16) + 4 for line in subprocess.check_output(
                ["nm", "-D", "--defined-only", path], text=True).splitlines()
            if line.split()[-1] == name))

    allocator = place("libglib-2.0", "g_strdup")
    prefs = place("libpurple", "purple_prefs_connect_callback")
    debug = place("libpurple", "purple_debug_info")
    named = symbols.named(leak(allocator, debug))
    assert f"in purple_debug_info ({debug[0]}+{debug[1]})" in named, named
    assert not leaks.find(symbols.named(leak(allocator, prefs, debug)))
    assert leaks.find(symbols.named(leak(allocator, debug, prefs)))
    ours = client.CORE, "0x0"
    assert leaks.find(symbols.named(leak(allocator, prefs, ours)))
