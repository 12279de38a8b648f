# SPDX-License-Identifier: GPL-2.0-or-later
"""A stranger cannot tell this client from one without the plugin: both respond
in the same way to every request."""

import base64
import contextlib
import itertools
import re
import xml.etree.ElementTree as ElementTree

from xtlstest import check, proxy
from xtlstest.scene import JULIET, ROMEO, ROOMS, Scene

NURSE = "nurse@capulet.lit"
ORCHARD = f"{ROMEO}/orchard"
ROOM = f"hall@{ROOMS}"
IBB = "http://jabber.org/protocol/ibb"
DATA = "urn:xmpp:xtls:0"

CONTENT = (
    "<content creator='initiator' name='xmlstream'>"
    "<description xmlns='urn:xmpp:jingle:apps:xmlstream:0'/>"
    "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='4096'"
    " sid='t1'/><security xmlns='urn:xmpp:jingle:security:xtls:0'>"
    "<method name='x509'/></security></content>")


def jingle(action, sid, content="", **more):
    attributes = "".join(f" {name}='{value}'" for name, value in more.items())
    return (f"<jingle xmlns='urn:xmpp:jingle:1' action='{action}'"
            f" sid='{sid}'{attributes}>{content}</jingle>")


QUESTIONS = [
    jingle("session-initiate", "s1", CONTENT),
    jingle("session-initiate", "s1", CONTENT),
    jingle("session-initiate", "s2", CONTENT, initiator=f"{JULIET}/balcony"),
    jingle("session-accept", "s1", CONTENT),
    jingle("session-accept", "s3", CONTENT),
    jingle("session-info", "s1"),
    jingle("session-info", "s3"),
    jingle("security-info", "s3"),
    jingle("transport-info", "s3", CONTENT),
    jingle("session-terminate", "s1", "<reason><success/></reason>"),
    jingle("session-terminate", "s3", "<reason><success/></reason>"),
    f"<open xmlns='{IBB}' block-size='4096' sid='t1' stanza='iq'/>",
    f"<open xmlns='{IBB}' block-size='4096' sid='t1' stanza='message'/>",
    f"<data xmlns='{IBB}' sid='t1' seq='0'>FgMBAAA=</data>",
    f"<data xmlns='{IBB}' sid='t2' seq='0'>FgMBAAA=</data>",
    f"<close xmlns='{IBB}' sid='t1'/>",
    jingle("session-initiate", "s4", CONTENT.replace("ibb:1", "xtls:0")),
    jingle("transport-replace", "s3", CONTENT.replace("ibb:1", "xtls:0")),
    f"<start xmlns='{DATA}' block-size='4096' sid='t1'/>",
    f"<data xmlns='{DATA}' sid='t1' seq='0'>FgMBAAA=</data>",
    f"<close xmlns='{DATA}' sid='t1'/>",
    "<query xmlns='jabber:iq:version'/>",
    "<ping xmlns='urn:xmpp:ping'/>",
    "<never xmlns='urn:example:heard-of'/>",
]


class Answers:
    """The responses of `target`, request by request."""

    def __init__(self, nurse, through, target):
        self.nurse, self.through, self.target = nurse, through, target
        self.number = itertools.count(1)

    def ask(self, question):
        """Returns everything that came before the response to one more
        request, to which every client responds."""
        number = next(self.number)
        since = len(self.through.records)
        kind = "get" if "jabber:iq:v" in question or ":ping" in question \
            else "set"
        self.nurse.call("raw", NURSE, f"<iq type='{kind}' id='q{number}'"
                                      f" to='{self.target}'>{question}</iq>")
        self.nurse.call("raw", NURSE,
                        f"<iq type='get' id='m{number}' to='{self.target}'>"
                        "<time xmlns='urn:xmpp:time'/></iq>")
        self.through.wait_stanza(proxy.DOWN, since=since, id=f"m{number}")
        return [self._shape(unit) for unit in self.through.stanzas(
            proxy.DOWN, since=since)
            if unit.xml.get("from", "").startswith(self.target)
            and unit.xml.get("id") != f"m{number}"]

    @staticmethod
    def _shape(unit):
        """A form that is equal for equal stanzas, because libpurple's ids
        increase."""
        number = unit.xml.get("id")
        # A room's id also encodes where the response is to go.
        with contextlib.suppress(ValueError, IndexError):
            number = base64.b64decode(number, validate=True).split(
                b"\0")[1].decode()
        unit.xml.set("id", re.sub("^purple[0-9a-f]+$", "purple*", number))
        return ElementTree.canonicalize(
            ElementTree.tostring(unit.xml, encoding="unicode"))


def answers(plugin, prepare):
    """The responses that the nurse gets from a client with or without the
    plugin."""
    with Scene(plugin=plugin, accounts={NURSE: "x"}, rooms=ROOMS,
               contacts=[]) as scene:
        nurse = scene.add_client("nurse", plugins=[])
        through = scene.add_proxy()
        scene.login(nurse, f"{NURSE}/hall", through)
        asker = Answers(nurse, through, prepare(scene, nurse, through))
        for _ in range(3):
            check.sync(scene.romeo)
            check.sync(nurse)
        scene.romeo.history.clear()
        found = [asker.ask(question) for question in QUESTIONS]
        assert scene.romeo.seen("message") == []
        # libpurple keeps the offers and logs a CRITICAL when it disconnects.
        if not plugin:
            scene.romeo.kill()
        return found


def assert_same(prepare):
    without, with_it = answers(False, prepare), answers(True, prepare)
    for question, one, other in zip(QUESTIONS, without, with_it):
        assert one == other, f"{question}\nwithout: {one}\nwith: {other}"
    assert any(without), without


def test_stranger():
    assert_same(lambda scene, nurse, through: ORCHARD)


CALL = ("<content creator='initiator' name='voice'><description"
        " xmlns='urn:xmpp:jingle:apps:rtp:2' media='audio'/></content>")


@contextlib.contextmanager
def calling():
    """A stranger with an unanswered call to Romeo's client."""
    with Scene(accounts={NURSE: "x"}, contacts=[]) as scene:
        nurse = scene.add_client("nurse", plugins=[])
        through = scene.add_proxy()
        scene.login(nurse, f"{NURSE}/hall", through)
        yield scene, Answers(nurse, through, ORCHARD)
        # libpurple logs a CRITICAL for it when it disconnects.
        scene.romeo.kill()


def test_strangers_call_is_left_to_libpurple():
    """libpurple's media code keeps using a call's session, so it must not be
    dropped. Other requests that libpurple keeps are dropped after a while."""
    with calling() as (scene, asker):
        assert asker.ask(jingle("session-initiate", "call", CONTENT + CALL))
        for number in range(257):
            asker.ask(jingle("session-initiate", f"other-{number}", CONTENT))
        assert asker.ask(jingle("session-info", "call"))
        assert not asker.ask(jingle("session-info", "other-0"))
        assert asker.ask(jingle("session-info", "other-256"))


def test_strangers_call_with_an_earlier_sid():
    """The earlier request with that sid has ended."""
    with calling() as (scene, asker):
        for _ in range(2):
            assert asker.ask(jingle("session-initiate", "call", CONTENT))
            assert asker.ask(jingle("session-terminate", "call"))
        assert asker.ask(jingle("session-initiate", "call", CALL))
        scene.romeo.unload()
        assert asker.ask(jingle("session-info", "call"))


def test_stranger_while_others_are_private():
    def prepare(scene, nurse, through):
        if scene.romeo.call("plugins")["plugins"].count("core-xtls"):
            scene.go_private()
        return ORCHARD

    assert_same(prepare)


def test_buddy_without_a_subscription():
    """A buddy on the roster without a subscription is still a stranger."""
    def prepare(scene, nurse, through):
        scene.romeo.call(
            "raw", ROMEO, "<iq type='set' id='r1'>"
            "<query xmlns='jabber:iq:roster'>"
            f"<item jid='{NURSE}'/></query></iq>")
        scene.romeo_proxy.wait_stanza(proxy.DOWN, id="r1")
        return ORCHARD

    assert_same(prepare)


def test_occupant_of_a_room():
    def prepare(scene, nurse, through):
        for one, nick in ((scene.romeo, "Romeo"), (nurse, "Nurse")):
            one.call("join", one.account, ROOM, nick)
            one.expect("conversation-created", type="chat")
        through.wait_stanza(proxy.DOWN, **{"from": f"{ROOM}/Romeo"})
        return f"{ROOM}/Romeo"

    assert_same(prepare)


def test_contact_with_policy_never():
    def prepare(scene, nurse, through):
        scene.romeo.call("buddy-add", ROMEO, NURSE)
        nurse.expect("authorised", who=ROMEO)
        nurse.call("buddy-add", NURSE, ROMEO)
        scene.romeo.expect("authorised", who=NURSE)
        nurse.expect("presence", who=ROMEO, online=True)
        if scene.romeo.call("plugins")["plugins"].count("core-xtls"):
            scene.romeo.xtls(NURSE, "policy never")
        return ORCHARD

    assert_same(prepare)


def test_a_contact_is_answered():
    """Shows that the other tests do not pass merely because nobody gets a
    response."""
    with Scene() as scene:
        since = len(scene.juliet_proxy.records)
        scene.juliet.call("raw", JULIET, f"<iq type='set' id='c1'"
                          f" to='{ORCHARD}'>{QUESTIONS[0]}</iq>")
        accepted = scene.juliet_proxy.wait_stanza(
            proxy.DOWN, check.JINGLE, since=since)
        assert accepted.find(check.JINGLE).get("action") == "session-accept"
        scene.juliet.call("raw", JULIET, f"<iq type='set' id='c2'"
                          f" to='{ORCHARD}'>"
                          + jingle("session-terminate", "s1") + "</iq>")
        scene.juliet_proxy.wait_stanza(proxy.DOWN, id="c2")
        assert not scene.romeo.lines() and not scene.romeo.seen(
            "xtls-state-changed")
