# SPDX-License-Identifier: GPL-2.0-or-later
"""Files beside the stream through a proxy of the server (XEP-0065), where a
user forbids direct connections. What passes the proxy is recorded, and held in
the middle of a file."""

import os
import re

import pytest

from test_files import BALCONY, MIB, ORCHARD, assert_well_after, to_juliet
from xtlstest import check, client, proxy
from xtlstest.files import Move
from xtlstest.scene import JULIET, ROMEO, Scene

PROXY = "{http://jabber.org/protocol/bytestreams}query"
ACTIVATE = f"{PROXY}/{{http://jabber.org/protocol/bytestreams}}activate"
STREAMHOST = f"{PROXY}/{{http://jabber.org/protocol/bytestreams}}streamhost"
MERCUTIO = "mercutio@montague.lit"


class Relay(proxy.Proxy):
    """Stands before the proxy. It reads no more than about `most` bytes until
    it is released."""

    def __init__(self, port):
        super().__init__(port, raw=True)
        self.most = None
        self.keeps_sender_waiting = False

    def admit(self, link, direction, data):
        with self.news:
            self.news.wait_for(
                lambda: not self.keeps_sender_waiting
                or direction == proxy.UP or link not in self.links[1:])
        return super().admit(link, direction, data)

    def record(self, direction, data):
        super().record(direction, data)
        with self.news:
            self.news.wait_for(
                lambda: self.most is None
                or len(self.bytes[direction]) < self.most)

    def release(self):
        with self.news:
            self.most = None
            self.keeps_sender_waiting = False
            self.news.notify_all()
        super().release()


class Proxied(Scene):
    """The users whose names are in `forbids` allow no direct connection."""

    def __init__(self, forbids=("romeo",), most=None, **options):
        super().__init__(proxy65=True, login=False, **options)
        self._forbids = forbids
        self._most = most

    def _build(self):
        super()._build()
        self.relay = Relay(self.server.proxy65_port)
        self.relay.most = self._most
        self.proxies.append(self.relay)
        for one, jid, through in (
                (self.romeo, ORCHARD, self.romeo_proxy),
                (self.juliet, BALCONY, self.juliet_proxy)):
            self.enters(one, jid, through)
        self.romeo.expect("presence", who=JULIET, online=True)
        self.juliet.expect("presence", who=ROMEO, online=True)

    def enters(self, one, jid, through):
        """Logs in, and waits until the client knows its server's proxy."""
        through.hook = self._name_relay
        if one.name in self._forbids:
            one.call("pref", client.DIRECT, "off")
        self.login(one, jid, through)
        through.wait_stanza(proxy.DOWN, PROXY)
        check.sync(one)

    def _name_relay(self, link, direction, unit):
        if direction == proxy.DOWN and b"streamhost" in unit.raw:
            return re.sub(rb"port='\d+'", b"port='%d'" % self.relay.port,
                          unit.raw)
        return None

    def holds(self):
        """Waits until the relay reads no more of a file."""
        self.relay.wait(lambda: any(
            len(self.relay.bytes[direction]) >= self._most
            for direction in (proxy.UP, proxy.DOWN)))


def assert_sealed(through, move):
    """The proxy saw SOCKS5 and TLS of a file, and nothing else."""
    with open(move.source, "rb") as file:
        data = file.read()
    seen = bytes(through.bytes[proxy.UP]) + bytes(through.bytes[proxy.DOWN])
    assert move.name.encode() not in seen
    for at in range(0, MIB - 16, 50_000):
        assert data[at:at + 16] not in seen
    assert not through.leaks(move.name)


def assert_private(scene, *names):
    scene.assert_nothing_leaked(*names)
    for through in (scene.romeo_proxy, scene.juliet_proxy):
        assert not through.stanzas(path="{http://jabber.org/protocol/si}si")


def test_sender_forbids_direct_connections():
    """The receiver may connect to any proxy."""
    with Proxied(forbids=("romeo",)) as scene:
        scene.go_private()
        move = to_juliet(scene, MIB).accept()
        move.arrives()
        move.went(socket=True)
        assert len(scene.relay.links) == 2
        assert_sealed(scene.relay, move)
        assert_private(scene, "secret-plan")
        # The server learns between whom, and which bytestream.
        (activate,) = scene.romeo_proxy.stanzas(proxy.UP, ACTIVATE)
        assert activate.find(ACTIVATE).text == BALCONY
        assert_well_after(scene)


def test_direct_connection_comes_first():
    with Proxied(forbids=()) as scene:
        scene.go_private()
        move = to_juliet(scene, MIB).accept()
        move.arrives()
        move.went(socket=True)
        assert not scene.relay.links
        assert_private(scene, "secret-plan")


def test_receiver_connects_to_no_foreign_proxy():
    """If she forbids direct connections, she connects to her own server's proxy
    only, and the file goes in-band."""
    with Proxied(forbids=("romeo", "juliet")) as scene:
        scene.go_private()
        move = to_juliet(scene, 50_000).accept()
        move.arrives()
        move.went(socket=False)
        assert not scene.relay.links
        assert_private(scene, "secret-plan")


class Claimed(Proxied):
    """Instead of Juliet's proxy, a subdomain of her server answers, and names
    Romeo's proxy."""

    def _name_relay(self, link, direction, unit):
        raw = super()._name_relay(link, direction, unit)
        if raw and link in self.juliet_proxy.links:
            mine = self.romeo_proxy.wait_stanza(proxy.DOWN, STREAMHOST)
            raw = raw.replace(b"from='proxy.", b"from='students.")
            raw = re.sub(rb"jid='[^']*'", b"jid='%s'" % mine.find(
                STREAMHOST).get("jid").encode(), raw)
        return raw


def test_a_subdomain_is_not_believed_unasked():
    """It may be a server of its own. She goes on as if she had heard
    nothing."""
    with Claimed(forbids=("romeo", "juliet")) as scene:
        scene.go_private()
        move = to_juliet(scene, 50_000).accept()
        move.arrives()
        move.went(socket=False)
        assert not scene.relay.links
        assert_private(scene, "secret-plan")


def test_both_forbid_direct_connections_on_one_server():
    with Proxied(forbids=("romeo", "mercutio"), accounts={MERCUTIO: "queen"},
                 contacts=[(ROMEO, MERCUTIO)]) as scene:
        mercutio = scene.add_client("mercutio")
        scene.enters(mercutio, f"{MERCUTIO}/square", scene.add_proxy())
        scene.romeo.expect("presence", who=MERCUTIO, online=True)
        scene.go_private(other=mercutio)
        move = Move(mercutio, scene.romeo, ORCHARD, MIB).accept()
        move.arrives()
        move.went(socket=True)
        assert len(scene.relay.links) == 2
        assert_sealed(scene.relay, move)
        assert_private(scene, "secret-plan")


def test_the_proxy_flips_a_bit():
    with Proxied() as scene:
        scene.go_private()
        scene.relay.hold()
        move = to_juliet(scene, MIB).accept()
        flip(scene.relay)
        scene.relay.release()
        move.is_called_off()
        assert_well_after(scene)


def flip(relay):
    """In what passes after so many bytes."""
    admit, seen = relay.admit, 0

    def change(link, direction, data):
        nonlocal seen
        data, last = admit(link, direction, data)
        before, seen = seen, seen + len(data)
        if before < MIB // 2 <= seen:
            data = bytearray(data)
            data[MIB // 2 - before - 1] ^= 1
        return bytes(data), last

    relay.admit = change


def test_the_proxy_is_cut():
    with Proxied(most=MIB) as scene:
        move = held_in_the_middle(scene)
        scene.relay.cut()
        scene.relay.release()
        move.is_called_off()
        assert os.path.getsize(move.target) < 32 * MIB
        assert_well_after(scene)


def held_in_the_middle(scene):
    """A file of which both have seen only a part."""
    scene.go_private()
    move = to_juliet(scene, 32 * MIB).accept().moves()
    scene.holds()
    return move


def stops(scene, move, first):
    """The side that decides stops at once, the other one when it notices."""
    other = scene.juliet if first is scene.romeo else scene.romeo
    move.is_called_off(first)
    scene.relay.release()
    move.is_called_off(other)
    assert os.path.getsize(move.target) < 32 * MIB
    assert_sealed(scene.relay, move)
    assert_private(scene, "secret-plan")


@pytest.mark.parametrize("name", ("romeo", "juliet"))
def test_cancelled(name):
    with Proxied(most=MIB) as scene:
        move = held_in_the_middle(scene)
        one = getattr(scene, name)
        one.call("xfer-cancel", dict(move.sides)[one])
        stops(scene, move, one)
        assert_well_after(scene)


@pytest.mark.parametrize("name", ("romeo", "juliet"))
def test_the_connection_to_the_server_is_lost(name):
    with Proxied(most=MIB) as scene:
        move = held_in_the_middle(scene)
        getattr(scene, name + "_proxy").cut()
        stops(scene, move, getattr(scene, name))


@pytest.mark.parametrize("name", ("romeo", "juliet"))
def test_the_conversation_ends(name):
    with Proxied(most=MIB) as scene:
        move = held_in_the_middle(scene)
        one = getattr(scene, name)
        one.xtls(JULIET if name == "romeo" else ROMEO, "end")
        stops(scene, move, one)


@pytest.mark.parametrize("name", ("romeo", "juliet"))
def test_the_plugin_is_unloaded(name):
    with Proxied(most=MIB) as scene:
        move = held_in_the_middle(scene)
        getattr(scene, name).unload()
        stops(scene, move, getattr(scene, name))


@pytest.mark.parametrize("action", ("end", "unload", "cut"))
def test_the_sender_leaves_before_the_proxy_has_replied(action):
    """libpurple would send it in clear."""
    with Proxied() as scene:
        scene.go_private()
        scene.relay.keeps_sender_waiting = True
        move = to_juliet(scene, MIB).accept()
        scene.relay.wait(lambda: len(scene.relay.links) == 2)
        if action == "end":
            scene.romeo.xtls(JULIET, "end")
            scene.romeo.expect_state("not-private")
        elif action == "unload":
            scene.romeo.unload()
        else:
            scene.romeo_proxy.cut()
            scene.romeo.expect("disconnected")
        scene.relay.release()
        move.is_called_off(scene.romeo)
        scene.juliet.call("skip", 61)
        move.is_called_off(scene.juliet)
        assert_sealed(scene.relay, move)
        assert_private(scene, "secret-plan")


@pytest.mark.parametrize("name", ("romeo", "juliet"))
def test_the_client_crashes(name):
    with Proxied(most=MIB) as scene:
        move = held_in_the_middle(scene)
        getattr(scene, name).kill()
        scene.relay.release()
        move.is_called_off(scene.juliet if name == "romeo" else scene.romeo)
