#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
`make bench-files`: what a file transfer costs in a private conversation,
against libpurple's own between the same clients without the plugin: in-band,
and over a direct connection (SOCKS5). Two pairs of clients, each with a Prosody
of its own and without a proxy, take turns, so that other load on the machine
affects both.
"""

import argparse
import hashlib
import os
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(
    os.path.dirname(__file__), "..", "integration"))

from xtlstest import process  # noqa: E402
from xtlstest.scene import JULIET, ROMEO, Scene  # noqa: E402

MIB = 1024 * 1024
LIMIT = 600  # seconds that one transfer may take


class Pair:
    """Romeo sends files to Juliet, as often as requested.

    options: of the scene
    """

    def __init__(self, name, plugin, in_band=False, **options):
        self.name = name
        self.plugin = plugin
        self.scene = Scene(plugin=plugin, login=False, **options)
        self.scene.__enter__()
        self.romeo, self.juliet = self.scene.romeo, self.scene.juliet
        self.log_in()
        if in_band:
            for one in (self.romeo, self.juliet):
                one.call("in-band-only")
        self.romeo.expect("presence", who=JULIET, online=True)
        self.juliet.expect("presence", who=ROMEO, online=True)
        if plugin:
            self.scene.go_private()
        self.romeo.say(JULIET, "hello")
        self.juliet.expect_message("hello")

    def log_in(self):
        for one, jid in ((self.romeo, f"{ROMEO}/orchard"),
                         (self.juliet, f"{JULIET}/balcony")):
            self.scene.login(one, jid, self.scene.server)

    def end(self):
        self.scene.__exit__(None, None, None)

    def offer(self, source):
        self.romeo.forget()
        self.juliet.forget()
        self.target = os.path.join(self.juliet.dir, "received")
        self.romeo.call("send-file", ROMEO, f"{JULIET}/balcony", source)
        self.juliet.answer(self.juliet.expect("request", type="action"), 0)

    def accept(self):
        """Waits until the last byte has arrived. Returns the seconds that it
        took."""
        question = self.juliet.expect("request", type="file")
        began = time.monotonic()
        self.juliet.answer(question, 0, self.target)
        ends = [one.expect("xfer", what="gone", send=send, timeout=LIMIT)
                for one, send in ((self.romeo, True), (self.juliet, False))]
        return max(end["at"] for end in ends) - began

    def cpu(self):
        """Seconds of CPU that both clients and the server have used."""
        used = 0
        for pid in (self.romeo.process.pid, self.juliet.process.pid,
                    self.scene.server.pid):
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            used += int(fields[11]) + int(fields[12])
        return used / os.sysconf("SC_CLK_TCK")


def digest(path):
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while data := file.read(MIB):
            found.update(data)
    return found.hexdigest()


def write(path, size):
    """Writes that many random bytes."""
    with open(path, "wb") as file:
        while size > 0:
            file.write(os.urandom(min(size, MIB)))
            size -= MIB


def throughput(pairs, source, rounds, goal):
    size = os.path.getsize(source)
    times = {pair: [] for pair in pairs}
    cpu = {pair: [] for pair in pairs}
    for _ in range(rounds):
        for pair in pairs:
            before = pair.cpu()
            pair.offer(source)
            times[pair].append(pair.accept())
            cpu[pair].append(pair.cpu() - before)
            assert digest(pair.target) == digest(source)
    print(f"{size / MIB:g} MiB one way, medians of {rounds}")
    medians = {}
    for pair in pairs:
        medians[pair] = statistics.median(times[pair])
        print(f"  {pair.name:<22}{medians[pair]:8.2f} s"
              f"{size / 1024 / medians[pair]:9.0f} KiB/s"
              f"   CPU {statistics.median(cpu[pair]):6.2f} s"
              f"   ({min(times[pair]):.2f} to {max(times[pair]):.2f} s)")
    plain, private = pairs
    print(f"  private reaches       {medians[plain] / medians[private]:8.0%}"
          f"   goal: {goal} or more")


class Talk:
    """Romeo sends messages all the time, to measure how long they take to
    reach Juliet.

    words: how many messages; None: until end()
    """

    def __init__(self, pair, words=None):
        self.pair = pair
        self.words = words
        self.said = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._speak)
        self.thread.start()

    def _speak(self):
        while len(self.said) != self.words and not self.over.wait(0.05):
            text = f"word {len(self.said)}"
            self.said[text] = time.monotonic()
            self.pair.romeo.call("say", ROMEO, JULIET, text)

    def end(self):
        """Ends it. Returns the delays in milliseconds."""
        if self.words is None:
            self.over.set()
        self.thread.join()
        delays = []
        for text, at in self.said.items():
            seen = self.pair.juliet.expect_message(text, timeout=LIMIT)
            delays.append((seen["at"] - at) * 1000)
        return delays


class Memory:
    """The peak memory of the two clients while something happens."""

    def __init__(self, pair):
        self.pair = pair
        self.before = self.most = self._now()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def _now(self):
        return max(one.memory() for one in (self.pair.romeo,
                                            self.pair.juliet))

    def _look(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, self._now())

    def end(self):
        """Ends it. Returns by how many bytes they grew."""
        self.over.set()
        self.thread.join()
        return self.most - self.before


def with_talk(pairs, source):
    """The same once more, with messages. Memory is measured here, after the
    earlier transfers, so that one-time allocations do not count."""
    for pair in pairs:
        quiet = Talk(pair, words=40).end()
        pair.offer(source)
        talk, memory = Talk(pair), Memory(pair)
        pair.accept()
        busy, grown = talk.end(), memory.end()
        print(f"  {pair.name:<22}a message takes {statistics.median(quiet):.0f}"
              f" ms, at most {max(quiet):.0f}; while the file moves"
              f" {statistics.median(busy):.0f}, at most {max(busy):.0f}"
              f" (of {len(busy)})")
        print(f"  {'':<22}memory grows by {grown / 1024:.0f} KiB")
    print("  goals: not delayed by more than 200 ms; memory flat")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=float, default=10, help="in-band")
    parser.add_argument("--direct-mib", type=float, default=100,
                        help="over a direct connection")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = process.folder("bench")
    for in_band, size, goal in ((True, options.mib, "70 %"),
                                (False, options.direct_mib, "40 %")):
        if not size:
            continue
        print("in-band" if in_band else "\ndirect")
        source = os.path.join(folder, "file")
        write(source, int(size * MIB))
        pairs = [Pair("without the plugin", False, in_band),
                 Pair("private", True, in_band)]
        throughput(pairs, source, options.rounds, goal)
        with_talk(pairs, source)
        for pair in pairs:
            pair.end()


if __name__ == "__main__":
    main()
    process.clean_up()
    os._exit(0)
