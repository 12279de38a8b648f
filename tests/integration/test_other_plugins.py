# SPDX-License-Identifier: GPL-2.0-or-later
"""Other plugins in the same client: carbons, OMEMO, a message splitter and a
translator from Debian, and our own that get in the way. Uploads and OTR have
files of their own."""

import contextlib
import itertools
import os
import re

from xtlstest import check, client, others, proxy, unpacked
from xtlstest.scene import JULIET, ROMEO, Scene

ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
CLEAR = "This message was not encrypted:"
ELSEWHERE = ("This message was not encrypted, and was not sent by this"
             " client:")
OMEMO = "eu.siacs.conversations.axolotl"


@contextlib.contextmanager
def beside(*plugins, first=False, **options):
    """Both clients with these plugins, loaded before or after ours, and logged
    in."""
    others.unpack()
    with Scene(login=False, environment=others.ENVIRONMENT,
               **options) as scene:
        for one in (scene.romeo, scene.juliet):
            if first:
                one.unload()
            for plugin in plugins:
                one.load(plugin)
            if first:
                one.load()
        yield scene


def log_in(scene):
    scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
    scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
    scene.romeo.expect("presence", who=JULIET, online=True)
    scene.juliet.expect("presence", who=ROMEO, online=True)


# --- copies of messages -------------------------------------------------------

def test_carbons_are_marked():
    """The server sends copies of what the contact and the user write in clear
    on other devices."""
    with beside(others.path("carbons.so")) as scene:
        log_in(scene)
        check.sync_all(scene)
        scene.go_private()
        scene.romeo.say(JULIET, "hidden words")
        scene.juliet.expect_message("hidden words")
        phone = scene.add_client("phone", plugins=[])
        scene.login(phone, f"{JULIET}/phone")
        tablet = scene.add_client("tablet", plugins=[])
        scene.login(tablet, f"{ROMEO}/tablet")
        phone.call("stanza", JULIET,
                   f"<message type='chat' to='{ROMEO}/tablet' id='c1'>"
                   "<body>from the phone</body></message>")
        scene.romeo.expect_message(f"{CLEAR} from the phone")
        tablet.call("stanza", ROMEO,
                    f"<message type='chat' to='{JULIET}' id='c2'>"
                    "<body>from my tablet</body></message>")
        scene.romeo.expect_message(f"{ELSEWHERE} from my tablet")
        scene.juliet.expect_message(f"{CLEAR} from my tablet")
        # Messages typed here are not marked, neither before nor after that.
        scene.romeo.say(JULIET, "more hidden words")
        scene.romeo.expect_message("more hidden words")
        scene.juliet.expect_message("more hidden words")
        scene.romeo.xtls(JULIET, "end")
        tablet.call("stanza", ROMEO,
                    f"<message type='chat' to='{JULIET}' id='c3'>"
                    "<body>after the end</body></message>")
        scene.romeo.expect_message("after the end")


def test_carbons_are_marked_while_required():
    """Nothing is private: the contact is online with a client that cannot."""
    with beside(others.path("carbons.so")) as scene:
        log_in(scene)
        check.sync_all(scene)
        scene.juliet.logout()
        phone = scene.add_client("phone", plugins=[])
        scene.login(phone, f"{JULIET}/phone")
        tablet = scene.add_client("tablet", plugins=[])
        scene.login(tablet, f"{ROMEO}/tablet")

        def copies(number):
            phone.call("stanza", JULIET,
                       f"<message type='chat' to='{ROMEO}/tablet'>"
                       f"<body>received {number}</body></message>")
            tablet.call("stanza", ROMEO,
                        f"<message type='chat' to='{JULIET}/phone'>"
                        f"<body>sent {number}</body></message>")

        copies("before")
        for text in ("received before", "sent before"):
            scene.romeo.expect_message(text)
        scene.romeo.xtls(JULIET, "policy required")
        copies("after")
        scene.romeo.expect_message(f"{CLEAR} received after")
        scene.romeo.expect_message(f"{ELSEWHERE} sent after")
        assert scene.romeo.status(JULIET)["state"] == "waiting"


def test_forged_carbon():
    """A server can forge a copy, but not make it look as if it had been typed
    here."""
    with beside(others.path("carbons.so"), lying=True) as scene:
        log_in(scene)
        check.sync_all(scene)
        scene.go_private()
        scene.romeo_liar.forge(
            f"<message xmlns='jabber:client' from='{ROMEO}' to='{ORCHARD}'>"
            "<sent xmlns='urn:xmpp:carbons:2'>"
            "<forwarded xmlns='urn:xmpp:forward:0'>"
            f"<message xmlns='jabber:client' from='{ORCHARD}' to='{JULIET}'"
            " type='chat'><body>/me marries &lt;b>Paris&lt;/b>\n"
            "This is a line</body></message></forwarded></sent></message>")
        scene.romeo.expect("message", text=lambda text:
                           text.startswith(f"{ELSEWHERE} /me marries")
                           and "\n" not in text)


# --- others that see text -----------------------------------------------------

def lurch_takes_text(scene):
    """Her account says that it has a client with OMEMO. Against Prosody lurch
    announces none of Romeo's, and therefore keeps what he writes."""
    scene.juliet.call(
        "stanza", JULIET,
        "<iq type='set' id='devices'><pubsub xmlns='http://jabber.org/protocol/"
        f"pubsub'><publish node='{OMEMO}.devicelist'><item><list"
        f" xmlns='{OMEMO}'><device id='7'/></list></item></publish></pubsub>"
        "</iq>")
    scene.romeo_proxy.wait(lambda: any(
        f"{OMEMO}.devicelist".encode() in unit.raw and b"event" in unit.raw
        for unit in scene.romeo_proxy.stanzas(proxy.DOWN)))
    check.sync(scene.romeo)
    scene.romeo.say(JULIET, "kept by lurch")
    scene.romeo.expect("message", flags=lambda flags: "error" in flags)
    check.sync(scene.romeo)
    assert not check.sent_in_clear(scene.romeo_proxy)


def messages_outside(scene):
    return [unit for through in scene.proxies
            for unit in through.stanzas(proxy.UP) if unit.name == "message"]


def assert_both_talk(scene):
    outside = len(messages_outside(scene))
    for one, other in ((scene.romeo, scene.juliet),
                       (scene.juliet, scene.romeo)):
        one.say(other.account, f"of {one.name}")
        other.expect_message(f"of {one.name}", flags=["recv"])
    assert len(messages_outside(scene)) == outside
    for through in scene.proxies:
        assert not through.leaks("of romeo", "of juliet")


@unpacked.needs("plugins", "purple-lurch")
def test_lurch_is_kept_out():
    with beside(others.path("lurch.so")) as scene:
        log_in(scene)
        check.sync_all(scene)
        lurch_takes_text(scene)
        scene.go_private()
        assert_both_talk(scene)
        scene.romeo.expect("notify", primary=lambda text: "OMEMO" in text)


@unpacked.needs("plugins", "purple-lurch")
def test_lurch_and_carbons_while_required():
    """The first message starts private mode."""
    with beside(others.path("lurch.so"), others.path("carbons.so")) as scene:
        log_in(scene)
        check.sync_all(scene)
        lurch_takes_text(scene)
        for one in (scene.romeo, scene.juliet):
            one.call("pref", client.POLICY, "required")
        assert_both_talk(scene)


def test_split_messages():
    """Each part is a message of its own, and is echoed without a mark."""
    with beside(others.path("splitter.so")) as scene:
        log_in(scene)
        scene.romeo.call("pref", "/plugins/core/splitter/split_size", 32)
        scene.romeo.call("pref", "/plugins/core/splitter/delay_ms", 0)
        scene.go_private()
        words = [f"word{n:02}" for n in range(20)]
        scene.romeo.say(JULIET, " ".join(words))
        scene.juliet.expect("message", text=lambda text: "word19" in text)
        got = check.received(scene.juliet, ROMEO)
        assert len(got) > 1, got
        assert "".join(got).replace(" ", "") == "".join(words), got
        echoes = [text for flags, text in scene.romeo.lines(JULIET)
                  if "send" in flags]
        assert not [text for text in echoes if CLEAR[:-1] in text], echoes
        scene.assert_nothing_leaked("word01")


def test_translator_gets_nothing():
    """The plugin would send text to a web server, and hold received messages
    until it responds."""
    with beside(others.path("translate.so")) as scene:
        log_in(scene)
        for one, other in ((scene.romeo, scene.juliet),
                           (scene.juliet, scene.romeo)):
            one.call("pref", "/plugins/core/eionrobb-libpurple-translate/"
                     "service", "google")
        scene.go_private()
        for one, other in ((scene.romeo, scene.juliet),
                           (scene.juliet, scene.romeo)):
            one.say(other.account, f"of {one.name}")
            other.expect_message(f"of {one.name}")
            assert f"of%20{one.name}" not in other.debug()
        scene.assert_nothing_leaked("of romeo", "of juliet")


# --- other plugins that put themselves in front -------------------------------

CHAIN = {name: os.path.join(client.BUILD, "tests", f"chain-{name}.so")
         for name in "ab"}


def interleave(first, other):
    """All merged sequences of the two that preserve the order within each."""
    if not first or not other:
        return [first + other]
    return [first[0] + rest for rest in interleave(first[1:], other)] + \
        [other[0] + rest for rest in interleave(first, other[1:])]


def load(one, name):
    if name == "x":
        one.load()
    else:
        one.load(CHAIN[name])


def unload(one, name):
    one.unload("core-xtls" if name == "x" else f"chain-{name}")


def send_all(scene, text):
    """Sends one of everything. Returns what went through other plugins."""
    one = scene.romeo
    begin = len(one.debug())
    one.say(JULIET, text)
    one.typing(JULIET)
    one.call("attention", ROMEO, JULIET)
    one.call("send-im", ROMEO, JULIET, f"{text} by itself")
    for part in (text, f"{text} by itself"):
        scene.juliet.expect("message", text=lambda found: part in found)
    scene.juliet.say(ROMEO, f"answer to {text}")
    one.expect("message", text=lambda found: f"answer to {text}" in found)
    return set(re.findall(r"(chain-[ab]): called: (\w+)",
                          one.debug()[begin:]))


def test_functions_in_front_in_any_order():
    """Whatever the order in which other plugins are loaded and unloaded around
    ours, they neither call each other in circles nor call code that was
    unloaded. They receive everything while nothing is private, and nothing
    while it is."""
    with Scene() as scene:
        one, number = scene.romeo, 0
        one.unload()
        for comes, goes in itertools.product(interleave("ab", "x"),
                                             interleave("ba", "x")):
            for name in comes:
                load(one, name)
                number += 1
                send_all(scene, f"clear {number}")
            assert len(send_all(scene, f"full {number}")) == 12, (comes, goes)
            scene.go_private()
            assert not send_all(scene, f"private {number}"), (comes, goes)
            one.xtls(JULIET, "end")
            scene.juliet.xtls(ROMEO, "end")
            for name in goes:
                unload(one, name)
                number += 1
                send_all(scene, f"clear {number}")
            assert not send_all(scene, f"left {number}"), (comes, goes)
        assert not scene.romeo_proxy.leaks("private ")


def test_functions_that_are_left_behind():
    """A plugin that does not restore the protocol's functions, or restores
    those of another plugin that was unloaded: nobody calls them while our
    plugin is loaded."""
    with Scene() as scene:
        one = scene.romeo
        for leaves in ("on", "off"):
            for first in "ab":
                for name in "ab":
                    load(one, name)
                    one.call("pref", f"/plugins/core/chain-{name}/leaves",
                             leaves)
                unload(one, first)
                send_all(scene, f"one gone {leaves} {first}")
                unload(one, "b" if first == "a" else "a")
                assert not send_all(scene, f"both gone {leaves} {first}")
                scene.go_private()
                assert not send_all(scene, f"private {leaves} {first}")
                one.xtls(JULIET, "end")
                scene.juliet.xtls(ROMEO, "end")
        one.unload()
        assert not send_all(scene, "we are gone")
        assert not scene.romeo_proxy.leaks("private ")


def test_text_sent_while_a_block_of_ours_is_sent():
    """The text is filtered like any other, and the block still arrives."""
    with Scene() as scene:
        one = scene.romeo
        load(one, "a")
        scene.go_private()
        for number, place in enumerate(("at-node", "at-text") * 2):
            one.call("pref", f"/plugins/core/chain-a/{place}",
                     f"<message to='{JULIET}' type='chat'><body>beside"
                     f" {number}</body></message>")
            one.say(JULIET, f"of mine {number}")
            for text in (f"of mine {number}", f"beside {number}"):
                scene.juliet.expect_message(text, flags=["recv"])
        # libpurple has logged the text before anybody can withhold it.
        assert not scene.romeo_proxy.leaks("beside")
        assert not scene.romeo_proxy.leaks("of mine")


def test_text_sent_over_the_connection_of_another_account():
    """The contact is private with that account only: what one account sends in
    clear leaves inside with the other."""
    mercutio = "mercutio@montague.lit"
    with Scene(accounts={mercutio: "m"},
               contacts=[(mercutio, JULIET)]) as scene:
        one = scene.romeo
        load(one, "a")
        scene.go_private()
        one.call("login", f"{mercutio}/square", "m", "127.0.0.1",
                 scene.add_proxy().port)
        one.expect("connected", account=mercutio)
        one.call("pref", "/plugins/core/chain-a/mirrors", ROMEO)
        one.call("stanza", mercutio, f"<message to='{BALCONY}' type='chat'>"
                 "<body>a plague</body></message>")
        for account in (ROMEO, mercutio):
            scene.juliet.expect(
                "message", text="a plague",
                conv=lambda conv: conv.startswith(account))
        assert not scene.romeo_proxy.leaks("a plague")


def test_window_is_closed_while_a_message_is_sent():
    """libpurple goes on using the conversation for which it sends, although
    another plugin closes it when a line is written."""
    def quotes(name):
        return lambda text: name in text and "could not be delivered" in text

    with Scene() as scene:
        one = scene.romeo
        load(one, "a")
        scene.go_private()
        one.call("pref", "/plugins/core/chain-a/closes", "written")
        one.call("say", ROMEO, JULIET, f"first {'x' * 300_000}")
        one.expect_message(quotes("first x"))
        one.expect("conversation-closed")
        # The line comes below the message, and is shown elsewhere if the
        # window has gone by then.
        echo, line = one.lines(JULIET)[-2:]
        assert "send" in echo[0] and "first x" in echo[1], echo
        assert "system" in line[0], line
        one.call("pref", "/plugins/core/chain-a/closes", "sent")
        one.say(JULIET, f"second {'x' * 300_000}")
        one.expect("conversation-closed")
        one.expect("notify", type="formatted", text=quotes("second x"))
        scene.assert_nothing_leaked("first x", "second x")


# --- other plugins that change stanzas, or keep text ---

FALLBACK = "This message is encrypted with something else."


@contextlib.contextmanager
def replaced(**options):
    """Romeo's client has a plugin that replaces what he sends, and does it
    while nothing is private."""
    with Scene(**options) as scene:
        one = scene.romeo
        load(one, "a")
        one.call("pref", "/plugins/core/chain-a/replaces", FALLBACK)
        one.say(JULIET, "in clear")
        scene.juliet.expect_message(FALLBACK)
        yield scene


def assert_as_typed(scene, *texts):
    for text in texts:
        scene.juliet.expect_message(text, flags=["recv"])
    assert check.received(scene.juliet, ROMEO).count(FALLBACK) == 1
    assert not scene.romeo_proxy.leaks(*texts)


def test_stanzas_that_start_private_mode_are_not_replaced():
    """The contact could not read what a plugin has made of them."""
    for policy in ("required", "automatic"):
        with replaced() as scene:
            one = scene.romeo
            one.xtls(JULIET, f"policy {policy}")
            one.say(JULIET, "the first")
            assert_as_typed(scene, "the first")
            one.say(JULIET, "the next")
            assert_as_typed(scene, "the next")
            one.xtls(JULIET, "end")
            # With `automatic` he has chosen to talk in clear.
            if policy == "required":
                stanza = f"<message to='{JULIET}' type='chat'><body>{{}}" \
                         "</body></message>"
                one.call("stanza", ROMEO, stanza.format("by a plugin"))
                assert_as_typed(scene, "by a plugin")
                one.xtls(JULIET, "end")
                one.call("raw", ROMEO, stanza.format("as text"))
                assert_as_typed(scene, "as text")


def test_stanzas_that_wait_for_the_contact_are_not_replaced():
    with replaced() as scene:
        scene.juliet.logout()
        scene.romeo.expect("xtls-capability-changed", capability="offline")
        scene.romeo.xtls(JULIET, "policy required")
        scene.romeo.say_at_once(JULIET, ["the first", "the next"])
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        assert_as_typed(scene, "the first", "the next")


def test_notes_to_oneself_are_not_replaced():
    """A message without an addressee is one."""
    with replaced() as scene:
        study = scene.add_client("study")
        scene.login(study, f"{ROMEO}/study", scene.add_proxy())
        scene.romeo.expect("xtls-capability-changed", who=ROMEO,
                           capability="present")
        scene.romeo.open(ROMEO)
        scene.romeo.xtls(ROMEO, "policy required")
        scene.romeo.call("stanza", ROMEO, "<message type='chat'><body>"
                                          "buy roses</body></message>")
        study.expect_message("buy roses", flags=["recv"])
        assert not scene.romeo_proxy.leaks("buy roses")


def test_marked_text_is_kept_from_other_plugins():
    """Also while nothing is private yet. It is shown although a plugin would
    keep it, once, and with one mark."""
    with Scene() as scene:
        one = scene.romeo
        load(one, "a")
        one.call("pref", "/plugins/core/chain-a/keeps", "on")
        scene.juliet.unload()
        scene.juliet.say(ROMEO, "kept")
        scene.juliet.say(ROMEO, "kept, too")
        check.sync_all(scene)
        one.rest()
        assert one.debug().count("chain-a: called: received") == 2
        assert not check.received(one, JULIET)
        one.open(JULIET)
        one.xtls(JULIET, "policy required")
        scene.juliet.say(ROMEO, "shown")
        one.expect_message(f"{CLEAR} shown")
        assert one.debug().count("chain-a: called: received") == 2
        assert check.received(one, JULIET) == [f"{CLEAR} shown"]


def test_text_for_anybody_is_kept_from_other_plugins():
    """XML that the user writes, if a policy forbids that it leaves in
    clear."""
    with Scene() as scene:
        one = scene.romeo
        load(one, "a")
        raw = f"<message to='{JULIET}' type='chat'><body>{{}}</body></message>"
        one.call("raw", ROMEO, raw.format("in clear"))
        scene.juliet.expect_message("in clear")
        before = one.debug().count("called: send_raw")
        assert before
        one.api("set_policy", ROMEO, JULIET, "required")
        one.call("raw", ROMEO, raw.format("hidden"))
        scene.juliet.expect_message("hidden")
        assert one.debug().count("called: send_raw") == before
        assert not scene.romeo_proxy.leaks("hidden")


# --- accounts that are deleted from inside ---------

SENT, SENT_CLEAR, NOT_SENT = 1, 2, 3  # XtlsFate


def delete_at(what, act, hold=0, for_key=False):
    """Another plugin deletes Romeo's account in the middle of what `act` makes
    the plugin do, from the main loop: libpurple itself does not survive it
    while it reads or sends. What he typed is not lost in silence. `hold`: how
    many messages are held then: because Juliet has ended, or `for_key`, until
    he has decided about her key."""
    texts = [f"number {number};" for number in range(hold)]
    with Scene() as scene:
        romeo = scene.romeo
        load(romeo, "a")
        scene.go_private()
        if for_key:
            key = romeo.status(JULIET)["fingerprint"]
            romeo.api("forget_key", ROMEO, JULIET, key)
            romeo.expect_state("new-key")
        elif texts:
            scene.juliet.xtls(ROMEO, "end")
            romeo.expect_state("finished")
        if texts:
            romeo.say_at_once(JULIET, texts)
            romeo.rest()
        romeo.call("pref", "/plugins/core/chain-a/deletes", what)
        act(scene)
        romeo.expect("disconnected")
        romeo.rest()
        assert not romeo.call("accounts")["accounts"]
        sent = len([event for event in romeo.seen("xtls-held")
                    if event["fate"] in (SENT, SENT_CLEAR)])
        told = " ".join([text for _, text in romeo.lines(JULIET)
                         if "was not sent" in text]
                        + [notice["text"] or "" for notice in
                           romeo.seen("notify", type="formatted")])
        for text in texts[sent:]:
            assert text in told, (text, sent, told)


def end(scene):
    scene.romeo.api("end", ROMEO, JULIET)


def start(scene):
    scene.romeo.api("start", ROMEO, JULIET)


def type_more(scene):
    """The line that tells of them is written from a timer."""
    scene.romeo.say_at_once(JULIET, ["one more", "and more"])


def accept_key(scene):
    key = scene.romeo.status(JULIET)["fingerprint"]
    scene.romeo.api("decide_key", ROMEO, JULIET, key, "accept")


def choose_to_send(scene):
    scene.romeo.xtls(JULIET, "held")
    scene.romeo.api("choose", ROMEO, JULIET, "send")


def test_account_is_deleted_when_a_line_is_written():
    delete_at("line You have ended", end)
    delete_at("line You have ended", end, 20)
    delete_at("line number 7;", end, 20)
    delete_at("line are held", type_more, 1)
    delete_at("line was unloaded", lambda scene: scene.romeo.unload())
    delete_at("line Attempting", start, 3)


def test_account_is_deleted_when_the_fate_of_a_message_is_told():
    delete_at(f"held {NOT_SENT}", end, 20)
    delete_at(f"held {SENT_CLEAR}", choose_to_send, 20)
    delete_at(f"held {SENT}", accept_key, 20, for_key=True)


def test_account_is_deleted_when_the_state_changes():
    delete_at("state", end, 20)
    delete_at("state", start, 20)


# --- whatever else writes into the conversation -------------------------------

def assert_marked(one):
    """What a plugin writes, as whose text ever."""
    for flag, begin in (("recv", CLEAR), ("none", CLEAR),
                        ("recv+no-log", CLEAR), ("send", ELSEWHERE),
                        ("remote-send", ELSEWHERE)):
        one.call("write", ROMEO, JULIET, flag,
                 f"by <b>{flag}</b><br>This is a line")
        one.expect("message", text=lambda text: text.startswith(
            f"{begin} by {flag}") and "\n" not in text)
        # Pidgin shows libpurple's history in a window that is opened again.
        last, = one.call("history", ROMEO, JULIET)["history"][:1]
        assert begin in last, last


def test_text_that_another_plugin_writes_is_marked():
    with Scene() as scene:
        one = scene.romeo
        one.open(JULIET)
        one.call("write", ROMEO, JULIET, "recv", "before")
        one.expect_message("before")
        scene.go_private()
        assert_marked(one)
        one.call("write", ROMEO, JULIET, "system", "not words of anybody")
        one.expect_message("not words of anybody")
        # Pidgin and Finch answer like this to a command that they do not know.
        # What is quoted in the answer does not look like a message.
        one.call("write", ROMEO, JULIET, "no-log",
                 "<b>No</b> such command:<br>&lt;b&gt;juliet:&lt;/b&gt;")
        answer = one.expect("message", text="No such command:\n<b>juliet:</b>")
        assert answer["html"] == (
            "No such command:<BR>&lt;b&gt;juliet:&lt;/b&gt;"), answer
        # An echo is expected only once, and not after another stanza has
        # arrived.
        one.say(JULIET, "typed")
        one.expect_message("typed")
        one.call("write", ROMEO, JULIET, "send", "typed")
        one.expect_message(f"{ELSEWHERE} typed")
        one.call("send-im", ROMEO, JULIET, "sent by a plugin")
        scene.juliet.expect_message("sent by a plugin")
        one.call("write", ROMEO, JULIET, "send", "sent by a plugin")
        one.expect_message(f"{ELSEWHERE} sent by a plugin")
        one.xtls(JULIET, "end")
        one.call("write", ROMEO, JULIET, "recv", "after")
        one.expect_message("after")


def test_text_that_another_plugin_writes_is_marked_while_required():
    with Scene() as scene:
        one = scene.romeo
        scene.juliet.logout()
        one.open(JULIET)
        one.xtls(JULIET, "policy required")
        assert_marked(one)
        assert one.status(JULIET)["state"] == "waiting"
        # What is typed is not marked.
        one.say(JULIET, "typed")
        one.expect_message("typed")
