# SPDX-License-Identifier: GPL-2.0-or-later
"""A lying server that sends requests, responses and file offers in the
contact's name during a private conversation."""

import os
import re

from xtlstest import check, proxy
from xtlstest.scene import JULIET, ROMEO, Scene

BALCONY = f"{JULIET}/balcony"
ORCHARD = f"{ROMEO}/orchard"
SI = "{http://jabber.org/protocol/si}si"
METHOD = ("<feature xmlns='http://jabber.org/protocol/feature-neg'><x"
          " xmlns='jabber:x:data' type='%s'><field var='stream-method'"
          " type='list-single'>%s</field></x></feature>")
SOCKS5 = "<value>http://jabber.org/protocol/bytestreams</value>"
IN_BAND = "<value>http://jabber.org/protocol/ibb</value>"
FILE = ("<si xmlns='http://jabber.org/protocol/si' id='s1' profile='http://"
        "jabber.org/protocol/si/profile/file-transfer'><file xmlns='http://"
        "jabber.org/protocol/si/profile/file-transfer' name='letter'"
        " size='9'/>" + METHOD % ("form", f"<option>{SOCKS5}</option>"
                                  f"<option>{IN_BAND}</option>") + "</si>")
VERSION = "<query xmlns='jabber:iq:version'/>"
CALL = ("<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='v'"
        f" initiator='{BALCONY}'><content creator='initiator' name='voice'>"
        "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>"
        "</content></jingle>")


def iq(kind, number, payload="", sender=BALCONY):
    """An <iq/> that the server sends to Romeo in Juliet's name."""
    return (f"<iq type='{kind}' from='{sender}' to='{ORCHARD}' id='{number}'>"
            f"{payload}</iq>")


def ask(client, kind, number, payload):
    to = BALCONY if client.account == ROMEO else ORCHARD
    client.call("stanza", client.account,
                f"<iq type='{kind}' to='{to}' id='{number}'>{payload}</iq>")


def answer_to(scene, number):
    """Romeo's response outside."""
    return scene.romeo_proxy.wait_stanza(proxy.UP, id=number)


def condition(answer):
    (error,) = answer.find("{jabber:client}error")
    return error.tag.split("}")[1]


def drop(**attributes):
    """A lie: Romeo never receives these from outside."""
    def lie(direction, unit):
        if direction == proxy.DOWN and all(
                unit.xml.get(k) == v for k, v in attributes.items()):
            return proxy.DROP
        return None
    return lie


def test_response_does_not_leave_for_an_id_requested_outside():
    """While Juliet's offer waits for Romeo, the server sends another request
    with the same id."""
    with Scene(lying=True) as scene:
        scene.go_private()
        ask(scene.juliet, "set", "twice", FILE)
        offer = scene.romeo.expect("request", type="action")
        scene.romeo_liar.forge(iq("get", "twice", VERSION))
        assert condition(answer_to(scene, "twice")) == "not-acceptable"
        scene.juliet.call("watch", "on")
        scene.romeo.answer(offer, 0)
        scene.romeo.answer(scene.romeo.expect("request", type="file"), 0,
                           os.path.join(scene.romeo.dir, "letter"))
        answer = scene.juliet.expect("stanza", id="twice")
        assert "stream-method" in answer["xml"], answer
        for through in scene.proxies:
            assert not through.stanzas(path=SI)
        assert len(scene.romeo_proxy.stanzas(proxy.UP, id="twice")) == 1


def test_forged_responses_to_requests_from_inside():
    """Responses of every kind, from every sender that could be believed."""
    with Scene(lying=True) as scene:
        scene.go_private()
        scene.romeo.call("watch", "on")
        # Juliet responds only after all forged responses have been handled.
        scene.juliet.stop()
        source = os.path.join(scene.romeo.dir, "letter")
        with open(source, "wb") as file:
            file.write(b"sweet sorrow")
        scene.romeo.call("send-file", ROMEO, BALCONY, source)
        ask(scene.romeo, "get", "bits", "<data xmlns='urn:xmpp:bob' cid='c'/>")
        # libpurple's ids are consecutive numbers with a random start.
        last = [unit.xml.get("id") for unit in
                scene.romeo_proxy.stanzas(proxy.UP, type="get")
                if unit.xml.get("id").startswith("purple")][-1]
        number = int(last[len("purple"):], 16)
        chosen = (f"<si xmlns='http://jabber.org/protocol/si'>"
                  f"{METHOD % ('submit', SOCKS5)}</si>")
        refused = ("<error type='cancel'><forbidden xmlns='urn:ietf:params:"
                   "xml:ns:xmpp-stanzas'/></error>")
        # libpurple prepends resources to its list, so the last one is its
        # first.
        for sender in (BALCONY, JULIET, f"{JULIET}/elsewhere",
                       f"{JULIET}/bal\u00adcony"):
            for guess in range(number, number + 8):
                for kind, payload in (("result", chosen), ("error", refused)):
                    scene.romeo_liar.forge(iq(kind, f"purple{guess:x}",
                                              payload, sender))
            scene.romeo_liar.forge(iq("result", "bits", "<lie xmlns='lie'/>",
                                      sender))
        check.sync(scene.romeo)
        assert not scene.romeo.seen("xfer", what="cancelled")
        for through in scene.proxies:
            assert not through.stanzas(
                path=".//{http://jabber.org/protocol/bytestreams}query")
        scene.juliet.cont()
        answer = scene.romeo.expect("stanza", id="bits", type="error")
        assert "item-not-found" in answer["xml"], answer
        scene.juliet.accept_file(os.path.join(scene.juliet.dir, "letter"))
        scene.romeo.expect("xfer", what="completed")
        believed = [event for event in scene.romeo.seen("stanza", id="bits")
                    if event["from"] == BALCONY]
        assert len(believed) == 1, believed
        scene.assert_nothing_leaked("sweet sorrow")


def test_response_from_inside_to_a_request_from_outside():
    with Scene(lying=True) as scene:
        scene.go_private()
        scene.romeo.call("watch", "on")
        scene.romeo_liar.lie = drop(id="outside")
        ask(scene.romeo, "get", "outside", VERSION)
        scene.romeo_proxy.wait_stanza(proxy.DOWN, id="outside")
        ask(scene.juliet, "result", "outside",
            "<query xmlns='jabber:iq:version'><name>a lie</name></query>")
        scene.juliet.say(ROMEO, "settled")
        scene.romeo.expect_message("settled")
        assert not scene.romeo.seen("stanza", id="outside")
        # The response that comes the same way as the request still counts.
        scene.romeo_liar.lie = None
        scene.romeo_liar.forge(iq("result", "outside", VERSION))
        scene.romeo.expect("stanza", id="outside")


def test_response_to_a_request_from_inside_does_not_leave_after_the_end():
    """A plugin answers late."""
    with Scene() as scene:
        scene.go_private()
        ask(scene.juliet, "set", "offer", FILE)
        scene.romeo.expect("request", type="action")
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
        ask(scene.romeo, "result", "offer",
            "<query xmlns='urn:example:words'>for Juliet alone</query>")
        check.sync(scene.romeo)
        scene.assert_nothing_leaked("for Juliet alone")


def test_file_offers_in_the_contacts_name():
    ibb = "xmlns='http://jabber.org/protocol/ibb'"
    socks = "http://jabber.org/protocol/bytestreams"
    offers = {
        "file": FILE,
        "socks5": f"<query xmlns='{socks}' sid='s1'><streamhost host="
                  "'127.0.0.1' port='9' jid='h'/></query>",
        "url": "<query xmlns='jabber:iq:oob'><url>http://l/</url></query>",
        "open": f"<open {ibb} sid='s1' block-size='4096'/>",
        "data": f"<data {ibb} sid='s1' seq='0'>bGllcw==</data>",
        "close": f"<close {ibb} sid='s1'/>",
        "call": CALL,
        "google": "<session xmlns='http://www.google.com/session' type="
                  "'initiate' id='g' initiator='j'/>",
        "old-call": "<jingle xmlns='http://jabber.org/protocol/jingle'"
                    " action='session-initiate' sid='o'/>",
        "bits": "<data xmlns='urn:xmpp:bob' cid='c'/>",
    }
    with Scene(lying=True) as scene:
        scene.go_private()
        scene.romeo.call("watch", "on")
        for sender in (BALCONY, JULIET, f"{JULIET}/elsewhere",
                       BALCONY.replace("juliet", "JULIET")):
            for name, payload in offers.items():
                number = f"{name}-{sender}"
                scene.romeo_liar.forge(iq("set", number, payload, sender))
                answer = answer_to(scene, number)
                assert answer.xml.get("type") == "error", answer
                assert condition(answer) == "not-acceptable", answer
        check.sync(scene.romeo)
        assert not scene.romeo.seen("request"), scene.romeo.seen("request")
        assert not scene.romeo.seen("xfer")
        for event in scene.romeo.seen("stanza"):
            assert not event["id"].split("-")[0] in offers, event
        # Each is reported once.
        lines = check.system_lines(scene.romeo, JULIET)
        for part in ("file offered outside", "voice or video"):
            assert sum(part in line for line in lines) == 1, lines


def test_file_offers_without_a_sender():
    """An offer without a sender is the server's own. It cannot bypass the
    session either."""
    with Scene(lying=True) as scene:
        scene.go_private()
        scene.romeo_liar.forge(f"<iq type='set' id='n'>{FILE}</iq>")
        scene.romeo_liar.forge("<message id='m'><body>a lie</body></message>")
        check.sync(scene.romeo)
        check.assert_state(scene.romeo, JULIET, "unverified")
        assert not any("a lie" in text for text in
                       check.received(scene.romeo, JULIET))


def test_blocks_of_a_transfer_inside():
    """libpurple identifies bytestreams by their sid alone. The server sends
    blocks for one that runs inside, closes it, and responds to its blocks."""
    data = os.urandom(300_000)
    with Scene(lying=True) as scene:
        scene.go_private()
        source = os.path.join(scene.juliet.dir, "letter")
        target = os.path.join(scene.romeo.dir, "letter")
        with open(source, "wb") as file:
            file.write(data)
        scene.romeo.call("watch", "on")
        scene.juliet.call("in-band-only")
        scene.juliet.call("send-file", JULIET, ORCHARD, source)
        scene.romeo.accept_file(target)
        opened = scene.romeo.expect("stanza", xml=re.compile("<open"))
        sid = re.search("sid='([^']*)'", opened["xml"])[1]
        ibb = f"xmlns='http://jabber.org/protocol/ibb' sid='{sid}'"
        for number in range(30):
            for sender in (BALCONY, ORCHARD, JULIET, "capulet.lit"):
                scene.romeo_liar.forge(iq(
                    "set", f"d{number}", f"<data {ibb} seq='{number}'>bGllcw=="
                    "</data>", sender))
                scene.romeo_liar.forge(iq("set", f"c{number}",
                                          f"<close {ibb}/>", sender))
        scene.romeo.expect("xfer", what="completed")
        scene.juliet.expect("xfer", what="completed")
        scene.romeo.expect("xfer", what="gone")
        with open(target, "rb") as file:
            assert file.read() == data


def test_bounced_message_is_not_the_contacts():
    """The server returns what Romeo has written before, and libpurple tells him
    that it did not arrive."""
    with Scene(lying=True) as scene:
        scene.juliet.logout()
        scene.romeo.expect("xtls-capability-changed", capability="offline")
        scene.romeo.xtls(JULIET, "policy required")
        scene.romeo_liar.forge(
            f"<message type='error' from='{BALCONY}' to='{ORCHARD}' id='m'>"
            "<body>his own words</body><error type='cancel'>"
            "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            "</error></message>")
        scene.romeo.expect("notify", title="XMPP Message Error")
        check.sync(scene.romeo)
        assert "his own words" not in str(check.received(scene.romeo))


def be_in_a_room(scene, who):
    """libpurple takes a contact for an occupant once Romeo is in a room with
    the contact's address, and the server can pretend that there is one."""
    def play(direction, unit):
        if direction == proxy.UP and unit.xml.get("to") == f"{who}/me":
            scene.romeo_liar.forge(
                f"<presence from='{who}/me' to='{ORCHARD}'><x xmlns='http://"
                "jabber.org/protocol/muc#user'><item affiliation='member' role="
                "'participant'/><status code='110'/></x></presence>")
            return proxy.DROP
        return None

    scene.romeo_liar.lie = play
    scene.romeo.call("join", ROMEO, who, "me")
    scene.romeo.expect("conversation-created", type="chat")


def assert_held_in_a_room(scene, who):
    be_in_a_room(scene, who)
    for to in (f"{who}/balcony", who):
        scene.romeo.call("stanza", ROMEO, f"<message to='{to}' type='chat'>"
                         f"<body>for {to} alone</body></message>")
        scene.romeo.say(to, f"said to {to}")
    check.sync(scene.romeo)
    assert not check.sent_in_clear(scene.romeo_proxy), \
        check.sent_in_clear(scene.romeo_proxy)
    assert scene.romeo.status(who)["held"] == 4


def test_room_with_the_contacts_address():
    with Scene(lying=True) as scene:
        scene.go_private()
        scene.romeo.xtls(JULIET, "policy required")
        scene.romeo.xtls(JULIET, "end")
        # Held messages would be sent to her as soon as she responds.
        scene.juliet.stop()
        assert_held_in_a_room(scene, JULIET)
        scene.juliet.cont()


def test_room_with_the_address_of_a_contact_on_the_list():
    """Nobody has decided about her."""
    with Scene(lying=True, policy="required") as scene:
        scene.juliet.stop()
        assert_held_in_a_room(scene, JULIET)
        scene.juliet.cont()


def test_room_with_an_address_that_requires_encryption():
    """It is not on the contact list."""
    with Scene(lying=True) as scene:
        scene.romeo.api("set_policy", ROMEO, NURSE, "required")
        assert_held_in_a_room(scene, NURSE)


NURSE = "nurse@capulet.lit"
REQUEST = ("<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate'"
           " initiator='%(from)s' sid='sid%(n)d'><content creator='initiator'"
           " name='xmlstream'>"
           "<description xmlns='urn:xmpp:jingle:apps:xmlstream:0'/>"
           "<transport xmlns='urn:xmpp:jingle:transports:ibb:1'"
           " block-size='4096' sid='ibb%(n)d'/>"
           "<security xmlns='urn:xmpp:jingle:security:xtls:0'>"
           "<method name='x509'/></security></content></jingle>")


def test_one_contact_cannot_take_every_place():
    """Requests from 25 of her resources that all stay unfinished leave room
    for another contact's request."""
    with Scene(lying=True, accounts={NURSE: "n"},
               contacts=[(ROMEO, NURSE)]) as scene:
        nurse = scene.add_client("nurse")
        scene.login(nurse, f"{NURSE}/kitchen")
        nurse.expect("xtls-capability-changed", who=ROMEO,
                     capability="present")

        def swallow(direction, unit):
            """Drops our responses, because these resources do not exist."""
            to = unit.xml.get("to") or ""
            mine = direction == proxy.UP and to.startswith(f"{JULIET}/r")
            return proxy.DROP if mine else None

        scene.romeo_liar.lie = swallow
        for n in range(25):
            sender = f"{JULIET}/r{n}"
            scene.romeo_liar.forge(iq("set", f"i{n}", REQUEST
                                      % {"from": sender, "n": n}, sender))
        check.sync(scene.romeo)
        scene.go_private(nurse, scene.romeo)
        nurse.say(ROMEO, "there was room")
        scene.romeo.expect_message("there was room")
