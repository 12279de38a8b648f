# SPDX-License-Identifier: GPL-2.0-or-later
"""The routing tables between real clients, while they are private."""

import hashlib
import os
import re

from xtlstest import proxy
from xtlstest.scene import JULIET, ROMEO, Scene

IBB = "{http://jabber.org/protocol/ibb}"
JINGLE = "{urn:xmpp:jingle:1}jingle"
SI = "{http://jabber.org/protocol/si}si"
BALCONY = f"{JULIET}/balcony"
TOMB = f"{JULIET}/tomb"
ORCHARD = f"{ROMEO}/orchard"
MARK = "to be replaced"

CALL = ("<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='v'"
        f" initiator='{ORCHARD}'><content creator='initiator' name='voice'>"
        "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>"
        "</content></jingle>")
OFFER = ("<si xmlns='http://jabber.org/protocol/si' id='s1' profile='http://"
         "jabber.org/protocol/si/profile/file-transfer'><file xmlns='http://"
         "jabber.org/protocol/si/profile/file-transfer' name='letter'"
         " size='9'/><feature xmlns='http://jabber.org/protocol/feature-neg'>"
         "<x xmlns='jabber:x:data' type='form'><field var='stream-method'"
         " type='list-single'><option><value>http://jabber.org/protocol/"
         "bytestreams</value></option><option><value>http://jabber.org/"
         "protocol/ibb</value></option></field></x></feature></si>")
OFFER_OF_NOTHING = OFFER.replace("size='9'", "size='0'")


def stanza(client, xml):
    """Sends it as another plugin does, without the conversation."""
    client.call("stanza", client.account, xml)


def iq(kind, to, number, payload):
    return f"<iq type='{kind}' to='{to}' id='{number}'>{payload}</iq>"


def plain_resource(scene):
    """Another client of Juliet's, without the plugin."""
    tomb = scene.add_client("tomb", plugins=[])
    scene.login(tomb, TOMB, scene.add_proxy())
    scene.romeo_proxy.wait_stanza(proxy.DOWN, **{"from": TOMB})
    return tomb


def forge(scene, sender, xml):
    """Replaces a stanza that was sent to Romeo by another, so that the
    server's stream management counts correctly."""
    def swap(link, direction, unit):
        if direction == proxy.DOWN and MARK.encode() in unit.raw:
            return xml.encode()
        return None

    scene.romeo_proxy.hook = swap
    stanza(sender, f"<message to='{ORCHARD}'><body>{MARK}</body></message>")
    scene.romeo_proxy.wait_stanza(proxy.DOWN, "{jabber:client}body",
                                  **{"from": TOMB})


def settle(scene):
    """Waits until Romeo has handled everything that was sent to him before."""
    scene.juliet.say(ROMEO, "settled")
    scene.romeo.expect_message("settled")


def test_typing_and_attention_go_inside():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.say(JULIET, "hello there")
        scene.juliet.expect_message("hello there")
        scene.romeo.typing(JULIET)
        scene.juliet.expect("typing", state="typing")
        scene.juliet.say(ROMEO, "<b>hello yourself</b>")
        scene.romeo.expect("message", html=re.compile("bold|<b>"))
        scene.romeo.call("attention", ROMEO, BALCONY)
        scene.juliet.expect("attention")
        scene.assert_nothing_leaked("hello there", "hello yourself")


def test_file_goes_inside():
    data = os.urandom(60_000)
    with Scene() as scene:
        scene.go_private()
        source = os.path.join(scene.romeo.dir, "love-letter")
        target = os.path.join(scene.juliet.dir, "received")
        with open(source, "wb") as file:
            file.write(data)
        scene.romeo.call("send-file", ROMEO, BALCONY, source)
        scene.juliet.accept_file(target)
        scene.juliet.expect("xfer", what="completed")
        scene.romeo.expect("xfer", what="completed")
        scene.juliet.expect("xfer", what="gone")
        with open(target, "rb") as file:
            assert (hashlib.sha256(file.read()).digest()
                    == hashlib.sha256(data).digest())
        scene.assert_nothing_leaked("love-letter")
        for through in scene.proxies:
            assert not through.stanzas(path=SI)


def test_offer_to_another_resource_is_refused():
    with Scene() as scene:
        tomb = plain_resource(scene)
        scene.go_private()
        source = os.path.join(scene.romeo.dir, "love-letter")
        with open(source, "wb") as file:
            file.write(b"x")
        scene.romeo.call("send-file", ROMEO, TOMB, source)
        scene.romeo.expect("xfer", what="cancelled")
        scene.romeo.expect_message(re.compile("file", re.I),
                                   flags=lambda f: "system" in f)
        assert not tomb.seen("request")
        scene.assert_nothing_leaked("love-letter")


def test_refused_requests_are_answered():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.call("watch", "on")
        stanza(scene.romeo, iq("set", BALCONY, "call", CALL))
        answer = scene.romeo.expect("stanza", id="call")
        assert answer["type"] == "error" and answer["from"] == BALCONY
        assert "not-acceptable" in answer["xml"], answer
        scene.romeo.expect_message(re.compile("voice", re.I),
                                   flags=lambda f: "system" in f)
        stanza(scene.romeo, iq("get", TOMB, "other", "<x xmlns='private'/>"))
        assert scene.romeo.expect("stanza", id="other")["type"] == "error"
        for through in scene.proxies:
            assert not through.stanzas(id="call")
            assert not through.stanzas(id="other")


def test_requests_and_responses_keep_their_way():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.call("watch", "on")
        stanza(scene.romeo, iq("get", BALCONY, "q-out",
                               "<query xmlns='jabber:iq:version'/>"))
        assert scene.romeo.expect("stanza", id="q-out")["type"] == "result"
        stanza(scene.romeo, iq("get", BALCONY, "q-in",
                               "<data xmlns='urn:xmpp:bob' cid='none'/>"))
        assert scene.romeo.expect("stanza", id="q-in")["type"] == "error"
        for through in scene.proxies:
            assert len(through.stanzas(id="q-out")) == 2
            assert not through.stanzas(id="q-in")


def test_forged_response_is_ignored():
    with Scene() as scene:
        tomb = plain_resource(scene)
        scene.go_private()
        scene.romeo.call("watch", "on")
        scene.juliet.stop()
        stanza(scene.romeo, iq("get", BALCONY, "asked",
                               "<data xmlns='urn:xmpp:bob' cid='none'/>"))
        forge(scene, tomb, f"<iq type='result' id='asked' from='{BALCONY}'"
                           f" to='{ORCHARD}'><forged xmlns='f'/></iq>")
        scene.juliet.cont()
        answer = scene.romeo.expect("stanza", id="asked")
        assert answer["type"] == "error" and "forged" not in answer["xml"]
        settle(scene)
        assert len(scene.romeo.seen("stanza", id="asked")) == 1


def test_clear_text_is_marked_and_the_rest_ignored():
    with Scene() as scene:
        tomb = plain_resource(scene)
        scene.go_private()
        scene.romeo.call("watch", "on")
        for kind in ("chat", "normal", "headline"):
            stanza(tomb, f"<message to='{ORCHARD}' type='{kind}'>"
                         f"<subject>lure</subject><body>clear {kind}</body>"
                         "<composing xmlns='http://jabber.org/protocol/"
                         "chatstates'/></message>")
            scene.romeo.expect_message(
                re.compile(f"not encrypted:.*clear {kind}"))
        stanza(tomb, f"<message to='{ORCHARD}'><attention"
                     " xmlns='urn:xmpp:attention:0'/></message>")
        stanza(tomb, f"<message to='{ORCHARD}'><x xmlns='jabber:x:conference'"
                     " jid='room@rooms.capulet.lit'/></message>")
        stanza(tomb, iq("get", ORCHARD, "last",
                        "<query xmlns='jabber:iq:version'/>"))
        scene.romeo.expect("stanza", id="last")
        settle(scene)
        assert not scene.romeo.seen("typing", state="typing")
        for name in ("attention", "request", "notify"):
            assert not scene.romeo.seen(name), scene.romeo.seen(name)
        assert not any("lure" in text for _, text in scene.romeo.lines())


def test_offers_from_outside_are_refused():
    with Scene() as scene:
        tomb = plain_resource(scene)
        scene.go_private()
        scene.romeo.call("watch", "on")
        tomb.call("watch", "on")
        offers = {"si": OFFER, "call": CALL,
                  "oob": "<query xmlns='jabber:iq:oob'><url>u</url></query>",
                  "socks": "<query xmlns='http://jabber.org/protocol/"
                           "bytestreams' sid='s1'/>"}
        for number, payload in offers.items():
            stanza(tomb, iq("set", ORCHARD, number, payload))
            answer = tomb.expect("stanza", id=number)
            assert answer["type"] == "error", answer
            assert "not-acceptable" in answer["xml"], answer
        settle(scene)
        assert not scene.romeo.seen("request")
        for number in offers:
            assert not scene.romeo.seen("stanza", id=number)


def test_direct_connection_is_removed_from_an_offer():
    """An empty file is never sent beside the stream."""
    with Scene() as scene:
        scene.go_private()
        scene.juliet.call("watch", "on")
        stanza(scene.romeo, iq("set", BALCONY, "si", OFFER_OF_NOTHING))
        seen = scene.juliet.expect("stanza", id="si")
        assert "protocol/ibb" in seen["xml"], seen
        assert "protocol/bytestreams" not in seen["xml"], seen
        offer = scene.juliet.expect("request", type="action")
        assert "letter" in offer["primary"], offer
        for through in scene.proxies:
            assert not through.stanzas(path=SI)


def test_nothing_of_a_dead_session_is_sent_again():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.say(JULIET, "before the cut")
        scene.juliet.expect_message("before the cut")
        scene.romeo_proxy.hold(proxy.DOWN)
        before = len(scene.romeo_proxy.records)
        scene.romeo.say(JULIET, "never acknowledged")
        scene.romeo_proxy.wait_stanza(proxy.UP, f"{IBB}data", since=before)
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo_proxy.release()
        since = len(scene.romeo_proxy.records)
        sids = {sid for _, sid in scene.romeo_proxy.streams()}
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        for data in scene.romeo_proxy.stanzas(proxy.UP, f"{IBB}data",
                                              since=since):
            assert data.find(f"{IBB}data").get("sid") not in sids
        scene.assert_nothing_leaked("before the cut", "never acknowledged")


def test_caller_before_the_roster_is_not_a_stranger():
    """Juliet's roster request is delayed, and her presence is not."""
    kept = []

    def keep(link, direction, unit):
        if (direction == proxy.UP and b"jabber:iq:roster" in unit.raw
                and b"purple" not in unit.raw):
            kept.append((link, unit.raw))
            return []
        return None

    with Scene(login=False) as scene:
        scene.juliet_proxy.hook = keep
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet_proxy.wait_stanza(proxy.DOWN, JINGLE)
        (link, question), = kept
        link.inject(proxy.UP, question)
        scene.romeo.expect_state("unverified", who=JULIET)
        scene.juliet.expect_state("unverified", who=ROMEO)
