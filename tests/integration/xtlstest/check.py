# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that many tests of private conversations need."""

from . import proxy

BODY = "{jabber:client}body"
JINGLE = "{urn:xmpp:jingle:1}jingle"
IBB = "{http://jabber.org/protocol/ibb}"

# Beginnings of the lines of a conversation.
ATTEMPTING = "Attempting to start a private conversation"
UNVERIFIED = "Unverified conversation with"
PRIVATE = "Private conversation with"
FAILED = "The private conversation could not be started"
YOU_ENDED = "You have ended the private conversation"
CUT_OFF = "was cut off"
HAS_ENDED = "has ended the private conversation"
WENT_OFFLINE = "went offline, or switched the plugin off"
HELD = "Your message is held"
CLEAR = "This message was not encrypted: "

WORDS = {"not-private": "Not private", "starting": "Starting",
         "waiting": "Waiting", "new-key": "New key",
         "unverified": "Unverified", "private": "Private",
         "finished": "Finished"}


def private(state):
    return state in ("unverified", "private")


def until_private(*sides):
    """Waits until every (client, contact) in `sides` is private."""
    for one, who in sides:
        one.expect_state(private, who=who)


def catch_up(one):
    """Waits until all that the client has reported so far is in its history,
    and what it has deferred to the next turns of its main loop."""
    if one.process.poll() is None:
        one.rest()


def system_lines(one, who):
    catch_up(one)
    return [text for flags, text in one.lines(who) if "system" in flags]


def assert_lines(one, who, *beginnings):
    """Asserts that a conversation has exactly as many system messages as there
    are texts, each of which contains its text."""
    found = system_lines(one, who)
    assert len(found) == len(beginnings) and all(
        part in line for part, line in zip(beginnings, found)), \
        f"{one.name}: {found}, wanted {beginnings}"


def received(one, who=None):
    catch_up(one)
    return [text for flags, text in one.lines(who) if "recv" in flags]


def sync(one):
    """Returns when the server has handled everything that this client has
    sent, and the client everything that the server had sent by then."""
    one.expect("synced", question=one.call("sync", one.account)["question"])


def sync_all(scene):
    """Waits until everything under way has arrived, from client to server to
    client."""
    for _ in range(2):
        for one, through in ((scene.romeo, scene.romeo_proxy),
                             (scene.juliet, scene.juliet_proxy)):
            if one.process.poll() is None and through.link.open:
                sync(one)


def sent_in_clear(through):
    """The texts of the messages that a client has sent outside."""
    return [unit.find(BODY).text for unit in through.stanzas(proxy.UP, BODY)]


def actions(through, direction):
    """The Jingle actions that passed the proxy."""
    return [unit.find(JINGLE).get("action")
            for unit in through.stanzas(direction, JINGLE)]


def all_ended(through):
    """Whether every session was ended on both sides, so that all its messages
    are confirmed."""
    def count(action):
        return sum(actions(through, direction).count(action)
                   for direction in (proxy.UP, proxy.DOWN))

    through.wait(
        lambda: count("session-terminate") >= count("session-initiate"))


def records(stream):
    """(content type, length) of the TLS records that a stream consists of."""
    found, at = [], 0
    while at < len(stream):
        kind, major, minor = stream[at:at + 3]
        length = int.from_bytes(stream[at + 3:at + 5], "big")
        assert kind in (0x14, 0x15, 0x16, 0x17) and major == 3 \
            and minor in (1, 3) and length, stream[at:at + 8]
        at += 5 + length
        found.append((kind, length))
    assert at == len(stream), "the last record is not whole"
    return found


def in_groups(fingerprint):
    """A fingerprint as it is in a line of a conversation."""
    digits = fingerprint.replace(":", "")
    return " ".join(digits[at:at + 8] for at in range(0, len(digits), 8))


def assert_state(one, who, state, **more):
    status = one.status(who)
    assert status["state"] == state, status
    assert all(status[name] == value for name, value in more.items()), status
    assert status["line"].startswith(WORDS[state]), status
    return status
