# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a hostile server does to the stanzas of one conversation: a list of lies,
each used once, at the n-th stanza of its kind.

A lie is a function of a Target, that stanza, and a random generator of its
own; it returns what a proxy's hook returns.
"""

import base64
import random
import re

from . import proxy

MARK = "FORGED"
IBB = "{http://jabber.org/protocol/ibb}"
JINGLE = "{urn:xmpp:jingle:1}jingle"
CAPS = "{http://jabber.org/protocol/caps}c"
DISCO = "{http://jabber.org/protocol/disco#info}query"
FEATURE = "{http://jabber.org/protocol/disco#info}feature"
ERRORS = "urn:ietf:params:xml:ns:xmpp-stanzas"
CONDITIONS = ("service-unavailable", "item-not-found", "recipient-unavailable",
              "unexpected-request", "not-acceptable", "gone", "conflict",
              "resource-constraint", "bad-request", "internal-server-error")
REASONS = ("success", "decline", "security-error", "failed-transport",
           "timeout", "gone", "alternative-session", "unsupported-applications",
           "busy", "nonsense")


def kind_of(unit, peer):
    """The kind of a stanza between a client and its peer; None for others."""
    if unit.kind != "stanza" or unit.xml.tag.split("}")[1] not in (
            "iq", "presence", "message"):
        return None
    if peer not in (unit.xml.get("from"), unit.xml.get("to")):
        return None
    if unit.name == "presence":
        return "presence"
    if unit.xml.get("type") in ("result", "error"):
        return "disco" if unit.find(DISCO) is not None else "answer"
    if unit.find(IBB + "data") is not None:
        return "block"
    if unit.find(JINGLE) is not None or len(unit.xml) and \
            unit.xml[0].tag.startswith(IBB):
        return "setup"
    return None


class Target:
    """One client, the liar on its connection, and what the lies need to
    know."""

    def __init__(self, liar, own, peer, pool):
        self.liar = liar
        self.own = own    # full JIDs
        self.peer = peer
        self.pool = pool  # of everything that passed, in all conversations
        self.sids = {}    # kind of sid: the newest one
        self.last_id = "purple0"
        self.undo = []    # what corrects the client's view again
        self.held = {}    # (direction, kind): stanzas that come later
        self.broken = False

    def watch(self, direction, unit, kind):
        """Remembers stanzas from which lies can be made."""
        number = unit.xml.get("id") or ""
        if direction == proxy.UP and number.startswith("purple"):
            self.last_id = number
        if kind == "setup":
            jingle = unit.find(JINGLE)
            if jingle is not None:
                self.sids["jingle"] = jingle.get("sid")
            elif unit.find(IBB + "open") is not None:
                self.sids["ibb"] = unit.find(IBB + "open").get("sid")
        if kind in ("block", "setup"):
            self.pool.append((kind, unit.raw))

    def forge(self, xml):
        self.liar.forge(xml)

    def iq(self, kind, payload, number="forged", sender=None):
        return (f"<iq type='{kind}' id='{number}' from='{sender or self.peer}'"
                f" to='{self.own}'>{payload}</iq>")

    def message(self, payload, sender=None, kind="chat"):
        return (f"<message type='{kind}' from='{sender or self.peer}'"
                f" to='{self.own}'>{payload}</message>")

    @property
    def presence(self):
        """The peer's last true presence."""
        found = [unit.raw.decode() for unit in self.liar.proxy.stanzas(
            proxy.DOWN, **{"from": self.peer}) if unit.name == "presence"]
        return found[-1] if found else None

    @property
    def bare(self):
        return self.peer.split("/")[0]

    @property
    def own_bare(self):
        return self.own.split("/")[0]


# --- one block, or another stanza ---------------------------------------------


def drop(target, unit, rng):
    return proxy.DROP


def double(target, unit, rng):
    return [unit.raw, unit.raw]


def reorder(target, unit, rng):
    """The stanza arrives after the next one of its kind."""
    kind = kind_of(unit, target.peer)
    target.held.setdefault((proxy.DOWN, kind), []).append(unit.raw)
    return proxy.DROP


def _payload(raw, change):
    """Returns the block with changed bytes."""
    def mend(match):
        data = bytearray(base64.b64decode(match[2]))
        return match[1] + base64.b64encode(bytes(change(data))) + match[3]
    return re.sub(rb"(<data[^>]*>)([^<]*)(<)", mend, raw)


def flip(target, unit, rng):
    def change(data):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        return data
    return _payload(unit.raw, change)


def truncate(target, unit, rng):
    return _payload(unit.raw, lambda data: data[:rng.randrange(len(data))])


def lengthen(target, unit, rng):
    return _payload(unit.raw, lambda data: data + rng.randbytes(
        rng.choice((1, 100, 20000))))


def garble(target, unit, rng):
    """Changes any character of the stanza. The result may not be XML, or may
    swallow everything after it."""
    target.broken = True
    raw = bytearray(unit.raw)
    raw[rng.randrange(1, len(raw) - 1)] = rng.choice(b"aZ09<&'\"/= ")
    return bytes(raw)


def swap(target, unit, rng):
    """Replaces the bytes by those of another session, or by reflected ones."""
    others = [raw for kind, raw in target.pool if kind == "block"]
    match = re.search(rb"<data[^>]*>([^<]*)<", rng.choice(others))
    return re.sub(rb"(<data[^>]*>)[^<]*", rb"\g<1>" + match[1], unit.raw)


def replay(target, unit, rng):
    """Repeats an earlier stanza of any session."""
    old = rng.choice(target.pool)[1].decode()
    old = re.sub(r" from=(['\"]).*?\1", "", old, count=1)
    old = re.sub(r" to=(['\"]).*?\1", "", old, count=1)
    again = re.sub("^<iq", f"<iq from='{target.peer}' to='{target.own}'", old)
    return [unit.raw, again.encode()]


def other_number(target, unit, rng):
    return re.sub(rb"seq=(['\"])\d+", lambda match: b"seq=%s%d" % (
        match[1], rng.choice((0, 1, 7, 65535, 65536, 99999999999))), unit.raw)


def other_sender(target, unit, rng):
    sender = rng.choice((target.bare, target.own, target.own_bare,
                         f"{target.bare}/elsewhere", "tybalt@capulet.lit/sword",
                         "capulet.lit"))
    return re.sub(rb" from=(['\"]).*?\1", f" from='{sender}'".encode(),
                  unit.raw, count=1)


# --- answers in the peer's name -----------------------------------------------


def _error(rng):
    return (f"<error type='{rng.choice(('cancel', 'wait', 'modify', 'auth'))}'>"
            f"<{rng.choice(CONDITIONS)} xmlns='{ERRORS}'/></error>")


def answer(target, unit, rng, passes=False):
    """Withholds a request and responds in the peer's name."""
    kind = rng.choice(("result", "result", "error"))
    target.forge(target.iq(kind, _error(rng) if kind == "error" else "",
                           unit.xml.get("id")))
    return None if passes else proxy.DROP


def answer_and_pass(target, unit, rng):
    return answer(target, unit, rng, passes=True)


def other_answer(target, unit, rng):
    """Makes a result an error, and an error a result."""
    number = unit.xml.get("id")
    if unit.xml.get("type") == "result":
        return target.iq("error", _error(rng), number).encode()
    return target.iq("result", "", number).encode()


def guess_answers(target, unit, rng):
    """Sends responses to the requests that libpurple will send next."""
    last = int(target.last_id[len("purple"):], 16)
    target.liar.forge_all(
        target.iq("result", "<query xmlns='jabber:iq:version'/>",
                  f"purple{last + step:x}") for step in range(5))
    return None


# --- what the peer can, and where it is ---------------------------------------


def strip_capabilities(target, unit, rng):
    target.undo.append(unit.raw.decode())
    return re.sub(rb"<c [^>]*(/>|></c>)", b"", unit.raw)


def fake_capabilities(target, unit, rng):
    target.undo.append(unit.raw.decode())
    return re.sub(rb" ver=(['\"]).*?\1", b" ver='%d'" % rng.randrange(10**9),
                  unit.raw)


def strip_features(target, unit, rng):
    return re.sub(rb"<feature var=(['\"])urn:xmpp:jingle[^>]*>", b"", unit.raw)


def offline(target, unit, rng):
    target.undo.append(target.presence)
    sender = rng.choice((target.peer, target.peer, target.bare))
    target.forge(f"<presence from='{sender}' to='{target.own}'"
                 " type='unavailable'/>")
    return None


def presence_storm(target, unit, rng):
    capabilities = re.search("<c .*?/>", target.presence or "")
    for number in range(200):
        sender = rng.choice((f"{target.bare}/storm{number}",
                             f"storm{number}@capulet.lit/x"))
        gone = f"<presence from='{sender}' to='{target.own}'" \
               " type='unavailable'/>"
        target.undo.append(gone)
        target.forge(f"<presence from='{sender}' to='{target.own}'>"
                     f"{capabilities[0] if capabilities else ''}"
                     f"<priority>{number % 120}</priority></presence>")
        if rng.random() < 0.3:
            target.forge(gone)
    return None


def subscription(target, unit, rng):
    target.forge(f"<presence from='{target.bare}' type='"
                 f"{rng.choice(('unsubscribe', 'unsubscribed', 'error'))}'/>")
    return None


def roster_push(target, unit, rng):
    item = rng.choice(("subscription='remove'", "subscription='none'",
                       "subscription='to' name='&lt;b&gt;You&#x2029;'",
                       "subscription='both' name='Mercutio'"))
    target.undo += [
        f"<iq type='set' id='mended'><query xmlns='jabber:iq:roster'><item"
        f" jid='{target.bare}' subscription='both'/></query></iq>",
        target.presence]
    target.forge("<iq type='set' id='push'><query xmlns='jabber:iq:roster'>"
                 f"<item jid='{target.bare}' {item}/></query></iq>")
    return None


# --- words put into the peer's mouth ------------------------------------------


def clear_text(target, unit, rng):
    sender = rng.choice((target.peer, target.bare, f"{target.bare}/elsewhere",
                         target.peer.upper()))
    kind = rng.choice(("chat", "normal", "headline", "error", "groupchat"))
    html = ("<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns="
            f"'http://www.w3.org/1999/xhtml'><b>{MARK}</b></body></html>")
    stamp = "<delay xmlns='urn:xmpp:delay' stamp='%s'/>" % rng.choice((
        "2010-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "x", "-1"))
    target.forge(target.message(
        f"<body>{MARK} {rng.randrange(1000)}</body>"
        + rng.choice(("", html, stamp)), sender, kind))
    return None


def carbon(target, unit, rng):
    """XEP-0280 and XEP-0297: a forged copy of a message for this account."""
    inner = (f"<message xmlns='jabber:client' type='chat' from='{target.peer}'"
             f" to='{target.own}'><body>{MARK} copy</body></message>")
    forwarded = f"<forwarded xmlns='urn:xmpp:forward:0'>{inner}</forwarded>"
    kind = rng.choice(("received", "sent"))
    target.forge(rng.choice((
        target.message(f"<{kind} xmlns='urn:xmpp:carbons:2'>{forwarded}"
                       f"</{kind}>", target.own_bare),
        target.message(f"<result xmlns='urn:xmpp:mam:2' id='m'>{forwarded}"
                       "</result>", target.own_bare),
        target.message(forwarded),
        target.message(f"<{kind} xmlns='urn:xmpp:carbons:2'>{forwarded}"
                       f"</{kind}>"))))
    return None


def signs(target, unit, rng):
    """Typing, receipts, attention, an invitation, an event."""
    target.forge(target.message(rng.choice((
        "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
        "<received xmlns='urn:xmpp:receipts' id='x'/>",
        "<attention xmlns='urn:xmpp:attention:0'/>",
        "<x xmlns='jabber:x:conference' jid='room@rooms.capulet.lit'/>",
        "<event xmlns='http://jabber.org/protocol/pubsub#event'/>"))))
    return None


# --- ends and offers ----------------------------------------------------------


def close(target, unit, rng):
    target.forge(target.iq(
        "set", "<close xmlns='http://jabber.org/protocol/ibb' sid="
        f"'{target.sids.get('ibb', 'x')}'/>"))
    return None


def terminate(target, unit, rng):
    target.forge(target.iq(
        "set", "<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate'"
        f" sid='{target.sids.get('jingle', 'x')}'><reason>"
        f"<{rng.choice(REASONS)}/></reason></jingle>"))
    return None


def other_action(target, unit, rng):
    action = rng.choice(("session-accept", "session-info", "security-info",
                         "transport-replace", "content-remove"))
    target.forge(target.iq(
        "set", f"<jingle xmlns='urn:xmpp:jingle:1' action='{action}' sid="
        f"'{target.sids.get('jingle', 'x')}'/>"))
    return None


def offers(target, unit, rng):
    """File offers in the peer's name, of the kinds that libpurple supports."""
    ibb = "xmlns='http://jabber.org/protocol/ibb' sid='forged'"
    target.liar.forge_all(target.iq("set", payload) for payload in (
        "<si xmlns='http://jabber.org/protocol/si' id='s' profile='http://"
        "jabber.org/protocol/si/profile/file-transfer'><file xmlns='http://"
        f"jabber.org/protocol/si/profile/file-transfer' name='{MARK}'"
        " size='1'/>"
        "<feature xmlns='http://jabber.org/protocol/feature-neg'><x xmlns="
        "'jabber:x:data' type='form'><field var='stream-method'><option><value>"
        "http://jabber.org/protocol/ibb</value></option></field></x></feature>"
        "</si>",
        f"<query xmlns='jabber:iq:oob'><url>http://{MARK}/</url></query>",
        f"<open {ibb} block-size='4096'/>",
        f"<data {ibb} seq='0'>bGllcw==</data>"))
    return None


def calls(target, unit, rng):
    """A request for a session that is never continued."""
    sid = f"{'a' if rng.random() < 0.5 else 'z'}{rng.randrange(10**9)}"
    target.forge(target.iq(
        "set", "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate'"
        f" initiator='{target.peer}' sid='{sid}'><content creator='initiator'"
        " name='xmlstream'><description xmlns='urn:xmpp:jingle:apps:xmlstream"
        ":0'/><transport xmlns='urn:xmpp:jingle:transports:ibb:1' block-size="
        f"'4096' sid='{sid}b'/><security xmlns='urn:xmpp:jingle:security:xtls"
        ":0'><method name='x509'/></security></content></jingle>"))
    target.undo.append(target.iq(
        "set", "<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate'"
        f" sid='{sid}'><reason><gone/></reason></jingle>"))
    return None


def cut(target, unit, rng):
    target.liar.proxy.cut()
    return None


# Which lies fit which stanzas.
LIES = {
    (proxy.DOWN, "block"): (
        drop, double, reorder, flip, truncate, lengthen, garble, swap, replay,
        other_number, other_sender),
    (proxy.DOWN, "setup"): (
        drop, double, reorder, garble, replay, other_sender),
    (proxy.DOWN, "answer"): (
        drop, double, reorder, other_answer, other_sender),
    (proxy.DOWN, "presence"): (strip_capabilities, fake_capabilities, drop),
    (proxy.DOWN, "disco"): (strip_features, drop, other_sender),
    (proxy.UP, "block"): (answer, answer_and_pass, drop, double),
    (proxy.UP, "setup"): (answer, answer_and_pass, drop),
}
# These are added to whatever passes.
ADDED = (guess_answers, offline, presence_storm, subscription, roster_push,
         clear_text, carbon, signs, close, terminate, other_action, offers,
         calls, cut)


class Plan:
    """The lies of one seed against one client, for a Liar."""

    def __init__(self, rng, target):
        self._target = target
        self._counts = {}
        self._lies = {}
        self.journal = []
        for _ in range(rng.randint(1, 6)):
            place, lie = self._choose(rng)
            nth = rng.randint(1, 10 if "block" in place or "answer" in place
                              else 2)
            self._lies[(*place, nth)] = (lie, random.Random(rng.random()))

    @staticmethod
    def _choose(rng):
        places = sorted(LIES)
        # Most stanzas are blocks.
        place = rng.choice(places + [(proxy.DOWN, "block")] * 3)
        if rng.random() < 0.5:
            return place, rng.choice(ADDED)
        return place, rng.choice(LIES[place])

    def __str__(self):
        return ", ".join(
            f"{lie.__name__} at {direction} {kind} {nth}"
            for (direction, kind, nth), (lie, _) in sorted(
                self._lies.items(), key=str))

    def truce(self):
        """Delivers what was held and corrects the client's view."""
        target = self._target
        target.liar.lie = None
        for held in target.held.values():
            target.liar.forge_all(raw.decode() for raw in held)
        target.liar.forge_all(filter(None, target.undo))
        if target.broken:
            target.liar.proxy.cut()

    def __call__(self, direction, unit):
        target = self._target
        kind = kind_of(unit, target.peer)
        if kind is None:
            return None
        held = target.held.pop((direction, kind), None)
        count = self._counts.get((direction, kind), 0) + 1
        self._counts[direction, kind] = count
        target.watch(direction, unit, kind)
        lie, rng = self._lies.get((direction, kind, count), (None, None))
        verdict = None
        if lie:
            self.journal.append(f"{lie.__name__} at {direction} {kind} {count}")
            verdict = lie(target, unit, rng)
        if not held:
            return verdict
        if verdict is None:
            verdict = [unit.raw]
        return [*([verdict] if isinstance(verdict, bytes) else verdict), *held]
