#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
`make demo`: two real clients have a short private conversation over a real
server. Left: what the two users see. Right: what the server sees at the same
time. Then the same two users sit before Pidgin: on your screen, until you
close both windows, or without one on a virtual screen, of which a picture is
kept. Exits with 1 if anything is not as it should be.
"""

import os
import shutil
import sys
import textwrap
import time
import unicodedata

for folder in ("integration", "gui"):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), folder))

from xtlstest import check, process, proxy  # noqa: E402
from xtlstest.scene import JULIET, PASSWORDS, ROMEO, Scene  # noqa: E402
from xtlsgui import screen  # noqa: E402
from xtlsgui.pair import Pair, has_display  # noqa: E402

JINGLE = "{urn:xmpp:jingle:1}jingle"
IBB = "{http://jabber.org/protocol/ibb}"
BODY = "{jabber:client}body"

IN_CLEAR = "Is anybody listening?"
PRIVATE = ["But soft, what light through yonder window breaks?",
           "Ay me! \U0001f339 Wherefore art thou Romeo?"]
VERIFIED = "With love's light wings did I o'erperch these walls."
HELD = "Parting is such sweet sorrow."
WINDOWS = ["How silver-sweet sound lovers' tongues by night!",
           "A thousand times good night!"]

NAMES = {ROMEO: "Romeo", JULIET: "Juliet"}


def fit(text, width):
    """Pads text to that many columns of a terminal."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return text + " " * (width - len(text) - wide)


class Show:
    """Sections of two columns, and the list of what was checked."""

    def __init__(self, scene):
        self.scene = scene
        self.began = self.since = time.monotonic()
        self.failures = 0
        self.checks = []
        self.width = max(100, min(
            150, shutil.get_terminal_size((140, 40)).columns))
        self.left = self.width * 11 // 20

    def check(self, what, well):
        self.checks.append((bool(well), what))

    def _time(self, at):
        return f"{at - self.began:6.3f}"

    def _transcript(self):
        """(time, text) of every line in both windows."""
        for one in (self.scene.romeo, self.scene.juliet):
            for event in one.seen("message", at=lambda at: at >= self.since):
                who = NAMES[one.account]
                if "send" in event["flags"]:
                    text = f"{who} writes: {event['text']}"
                elif "recv" in event["flags"]:
                    text = f"{who} reads:  {event['text']}"
                else:
                    text = f"[{who}'s window] {event['text']}"
                yield event["at"], text

    def _wire(self):
        """(time, text) of what the server received for the other side."""
        for who, through in (("Romeo", self.scene.romeo_proxy),
                             ("Juliet", self.scene.juliet_proxy)):
            for unit in through.stanzas(proxy.UP):
                if unit.at < self.since:
                    continue
                if text := self._describe(unit):
                    yield unit.at, f"{who:6} {text}"

    @staticmethod
    def _describe(unit):
        if (block := unit.ibb()) is not None:
            _, seq, data = block
            return f"block {seq:2}  {len(data):5} B  {data[:8].hex(' ')} …"
        if (jingle := unit.find(JINGLE)) is not None:
            return f"Jingle {jingle.get('action')}  {len(unit.raw)} B"
        for action in ("open", "close"):
            if unit.find(IBB + action) is not None:
                return f"bytestream {action}"
        if (body := unit.find(BODY)) is not None:
            return f"message: {body.text}"
        if unit.name == "message":
            return f"message: {[child.tag for child in unit.xml]}"
        return None

    def section(self, title):
        """Prints what happened since the last one."""
        print(f"\n{title}\n{'-' * self.width}")
        left = [line for at, text in sorted(self._transcript())
                for line in self._wrap(at, text, self.left)]
        right = [line for at, text in sorted(self._wire())
                 for line in self._wrap(at, text,
                                        self.width - self.left - 3)]
        for row in range(max(len(left), len(right))):
            one = left[row] if row < len(left) else ""
            other = right[row] if row < len(right) else ""
            print(f"{fit(one, self.left)} | {other}".rstrip())
        sys.stdout.flush()
        self.since = time.monotonic()

    def _wrap(self, at, text, width):
        return textwrap.wrap(text, width, subsequent_indent=" " * 9,
                             initial_indent=self._time(at) + "  ")

    def tell(self, text):
        print(textwrap.fill(text, self.width, subsequent_indent=" " * 9))

    def heading(self):
        print(f"{'What the two people see':{self.left}} | "
              "What the server sees")

    def conclude(self):
        print(f"\nChecked\n{'-' * self.width}")
        for well, what in self.checks:
            print(f"{'ok    ' if well else 'NOT OK'}  {what}")
        return all(well for well, _ in self.checks)


def talk_in_clear(scene, show):
    scene.romeo.say(JULIET, IN_CLEAR)
    scene.juliet.expect_message(IN_CLEAR, flags=["recv"])
    show.section("1. As ever: not private")
    show.check("the server reads what is not private (so the witness sees)",
               scene.romeo_proxy.leaks(IN_CLEAR))


def set_up(scene, show):
    scene.go_private()
    statuses = [scene.romeo.status(JULIET), scene.juliet.status(ROMEO)]
    show.section("2. /xtls start")
    for who, status in zip(NAMES.values(), statuses):
        show.tell(f"{who:7}: {status['line']}")
    show.check("both sides are Unverified",
               [s["state"] for s in statuses] == ["unverified"] * 2)
    show.check("TLS 1.3 on both sides",
               all("1.3" in s["tls"] for s in statuses))
    return statuses


def talk(scene, show):
    scene.romeo.say(JULIET, PRIVATE[0])
    scene.juliet.expect_message(PRIVATE[0])
    scene.juliet.say(ROMEO, PRIVATE[1])
    scene.romeo.expect_message(PRIVATE[1])
    show.section("3. Talking")
    show.check("messages arrived both ways", True)


def verify(scene, show, statuses):
    romeo, juliet = statuses
    show.check("each sees the other's fingerprint",
               romeo["fingerprint"] == juliet["own_fingerprint"]
               and juliet["fingerprint"] == romeo["own_fingerprint"])
    scene.romeo.xtls(JULIET, f"verify {juliet['own_fingerprint']}")
    scene.romeo.expect_state("private")
    scene.juliet.xtls(ROMEO, f"verify {romeo['own_fingerprint']}")
    scene.juliet.expect_state("private")
    scene.romeo.say(JULIET, VERIFIED)
    scene.juliet.expect_message(VERIFIED)
    show.section("4. Fingerprints, compared by telephone: /xtls verify …")
    for who, status in zip(NAMES.values(), statuses):
        show.tell(f"{who:7}: {status['own_fingerprint']}")
    show.check("both sides are Private", all(
        one.status(other)["state"] == "private"
        for one, other in ((scene.romeo, JULIET), (scene.juliet, ROMEO))))


def end(scene, show):
    scene.romeo.xtls(JULIET, "end")
    scene.romeo.expect_state("waiting")
    scene.juliet.expect_state("finished")
    scene.juliet.say(ROMEO, HELD)
    held = scene.juliet.status(ROMEO)
    show.section("5. Romeo: /xtls end. Juliet types on: that is held")
    show.check("Juliet's side is Finished, her message is held",
               held["state"] == "finished" and held["held"] == 1)
    scene.juliet.xtls(ROMEO, "end")
    scene.juliet.expect_state("waiting")
    show.section("6. Juliet: /xtls end. What was held is shown, not sent")
    show.check("the held message never arrived",
               not scene.romeo.seen("message", text=HELD))


def before_pidgin(scene, show):
    """Starts again with the same accounts and keys, so that each knows the
    other's key."""
    own_display = has_display()
    for one in (scene.romeo, scene.juliet):
        one.quit()
    pair = Pair(own_display, *(
        (name, one, PASSWORDS[one.account], through.port, who)
        for name, one, through, who in (
            ("romeo", scene.romeo, scene.romeo_proxy, JULIET),
            ("juliet", scene.juliet, scene.juliet_proxy, ROMEO))))
    pair.open()
    pair.wait_for_privacy()
    pair.exchange(WINDOWS)
    pair.arrange()
    show.section("7. The same two people, before Pidgin")
    for name, half in zip(NAMES.values(), pair.halves):
        for line in half.lines():
            show.tell(f"[{name}'s window] {line}")
    show.check("both conversations in Pidgin are Private",
               all(half.is_private() for half in pair.halves))
    if own_display:
        show.tell("Close both windows to go on.")
        pair.linger()
    else:
        show.tell(f"A picture of it: {screen.picture('demo')}")
    show.check("Pidgin ended well", not pair.quit())


def check_traffic(scene, show):
    secrets = [*PRIVATE, VERIFIED, HELD, *WINDOWS]
    blocks = scene.romeo_proxy.blocks(proxy.UP)
    others = scene.juliet_proxy.blocks(proxy.UP)
    show.check("nothing private can be read in "
               f"{sum(len(p.bytes[d]) for p in scene.proxies for d in p.bytes)}"
               f" recorded bytes, {len(blocks) + len(others)} blocks decoded",
               not any(p.leaks(*secrets) for p in scene.proxies))
    streams = scene.romeo_proxy.streams().values()
    show.check("the bytestreams are TLS records, from the first byte to the "
               "last", len(streams) == 4 and all(
                   check.records(stream) for stream in streams))
    messages = [unit for through in scene.proxies
                for unit in through.stanzas(proxy.UP)
                if unit.name == "message"
                and unit.find(BODY) is not None]
    show.check("the only message the server ever got is the first one",
               len(messages) == 1)


def perform(scene):
    show = Show(scene)
    show.heading()
    try:
        talk_in_clear(scene, show)
        statuses = set_up(scene, show)
        talk(scene, show)
        verify(scene, show, statuses)
        end(scene, show)
        before_pidgin(scene, show)
        check_traffic(scene, show)
    except Exception as error:
        show.section("It stopped here")
        show.check(error, False)
    return show.conclude()


def main():
    try:
        with Scene() as scene:
            well = perform(scene)
    finally:
        process.clean_up()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
