# SPDX-License-Identifier: GPL-2.0-or-later
"""
Random lives: users do, in any order, everything that the interface allows
(operations.py), while connections, clients, clocks and disks fail and the
server lies.

Whatever happens, nothing is sent in clear but where the lock says so, no text
is lost or doubled without a report, no client crashes, and in the end all users
are private again.
"""

import collections
import os
import random
import re
import time

from . import check, client, faults, tap
from .operations import FORGED, OPERATIONS
from .scene import JULIET, ROMEO, ROOMS, Scene
from .user import MARK, User, quiet

REST = 120  # seconds until everybody is private with everybody again
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       *[os.pardir] * 3, "plugin", "purple", "ui")


def read_interface():
    """The names of the functions of the API, and of the commands."""
    with open(os.path.join(SOURCES, "api-table.c")) as file:
        names = set(re.findall(r"^    \.(\w+) = ", file.read(), re.M))
    with open(os.path.join(SOURCES, "commands.c")) as file:
        names |= {f"/xtls {word}" for word in re.findall(
            r'^    {"(\w+)", run_', file.read(), re.M)}
    return names - {"version"}


class World:
    """The users and the random actions of one seed."""

    def __init__(self, seed, seconds, jids):
        self.seed = seed
        self._seconds = seconds
        self.jids = jids
        self.number = 0  # of the newest text
        self.newest_text = None
        self.done = collections.Counter()
        self.used = set()  # names of the interface
        self.diary = []
        self.secrets = []  # what must not leave in clear, and may be lost
        self.bad = []
        self.environment = faults.environment()

    def new_text(self, one):
        self.number += 1
        self.newest_text = f"t{self.seed}x{self.number}z{one.client.name}"
        self.diary.append(self.newest_text)
        return self.newest_text

    @staticmethod
    def pause(rng, most):
        time.sleep(rng.random() * most)

    def user(self, jid):
        return next(one for one in self.users if one.jid == jid)

    def leaks(self, texts):
        """Those of the texts that can be read on any connection."""
        return sorted({text for through in self._scene.proxies
                       for text, _ in through.leaks(*texts)})

    def run(self):
        rng = random.Random(self.seed)
        pairs = [(one, other) for number, one in enumerate(self.jids)
                 for other in self.jids[number + 1:]]
        accounts = {jid: "secret" for jid in self.jids}
        with Scene(login=False, policy="required", accounts=accounts,
                   contacts=pairs, rooms=ROOMS,
                   environment=self.environment) as self._scene:
            self._prepare(self._scene)
            for one in self.users:
                one.log_in()
            try:
                self._live(rng)
                self._rest()
                self._check()
            except BaseException as error:
                tap.diagnose(f"seed {self.seed}: " + " ".join(self.diary))
                self._tell()
                raise AssertionError(f"seed {self.seed}: {error}") from error

    def _tell(self):
        for name, at, event, more in sorted(
                (line for one in self.users for line in one.tell()),
                key=lambda line: line[1]):
            tap.diagnose(f"{at:.2f} {name} {event} {more}"[:300])

    def _prepare(self, scene):
        clients = {ROMEO: scene.romeo, JULIET: scene.juliet}
        for jid in self.jids:
            if jid not in clients:
                clients[jid] = scene.add_client(jid.split("@")[0])
        self.users = [User(scene, clients[jid], jid, self)
                      for jid in self.jids]
        self.other_proxy = scene.add_proxy()
        # A client loads the faults library when it starts.
        for one in self.users:
            one.client.quit()
            one.client.start()

    def _live(self, rng):
        deck = []
        until = time.monotonic() + self._seconds
        while time.monotonic() < until or deck:
            if not deck:
                deck = [name for name, (_, weight) in OPERATIONS.items()
                        for _ in range(weight)]
                rng.shuffle(deck)
            name = deck.pop()
            one = rng.choice(self.users)
            who = rng.choice(one.whos)
            self.diary.append(f"{name}({one.client.name},"
                              f"{who.split('@')[0]})")
            OPERATIONS[name][0](one, who, rng, self)
            self.done[name] += 1
            self._assert_alive()

    def _assert_alive(self):
        for one in self.users:
            code = one.client.process.poll()
            assert code is None, \
                f"{one.client.name} ended with {code}: " + "".join(
                    line for line in one.client.errors().splitlines(True)
                    if "CRITICAL" in line or "ERROR" in line)

    # --- the end --------------------------------------------------------------

    def _others(self):
        for one in self.users:
            for other in self.users:
                if other is not one:
                    yield one, other

    @staticmethod
    def _is_at_rest(one, other):
        status = one.client.status(other.jid)
        return one.is_online() and check.private(status["state"]) \
            and not status["held"] and not status["key_waits"]

    def _mend(self):
        """Everything works again, and all want to be private."""
        for one in self.users:
            faults.set_faults(one.client.dir)
            one.proxy.release()
            one.log_in()
            one.client.call("pref", client.POLICY, "required")
            one.client.api("claim", 0)
            for who in one.whos:
                one.client.api("set_policy", one.jid, who, "required")

    def _rest(self):
        """The users must become private again."""
        self._mend()
        until = time.monotonic() + REST
        again = 0
        while True:
            left = [pair for pair in self._others()
                    if not self._is_at_rest(*pair)]
            if not left:
                return
            assert time.monotonic() < until, "not at rest: " + "; ".join(
                f"{one.client.name}: {one.client.status(other.jid)['line']}"
                f" (held {one.client.status(other.jid)['held']})"
                for one, other in left)
            if time.monotonic() >= again:
                again = time.monotonic() + 5
                for one, other in left:
                    one.log_in()
                    one.befriend(other)
                    quiet(one.client.xtls, other.jid, "verify " + str(
                        quiet(other.client.api, "get_own_fingerprint",
                              other.jid)["value"]))
                    quiet(one.client.xtls, other.jid, "start")
            time.sleep(0.2)
            self._assert_alive()

    def _check(self):
        for one, other in self._others():
            last = self.new_text(one)
            one.client.say(other.jid, last)
            other.client.expect_message(last, who=re.compile(
                "^" + re.escape(one.jid)))
        for one in self.users * 2:
            check.sync(one.client)
        for one in self.users:
            assert one.wait(
                lambda: not one.client.api("count_unsent")["value"],
                client.TIMEOUT), f"{one.client.name} has not sent all"
        bad = self.bad + self._losses()
        bad += [f"shown without a mark: {text}" for one in self.users
                for text in one.read_in_private()
                if FORGED in text and not text.startswith(MARK)]
        bad += [f"in clear: {text}" for one in self.users
                for text in one.leaked()]
        bad += [f"in clear: {text}" for text in self.leaks(self.secrets)]
        assert not bad, f"{len(bad)}: " + "; ".join(bad[:8])

    def _losses(self):
        def find():
            return [line for one, other in self._others()
                    for line in one.losses(other)]

        if not find():
            return []
        # What another program on the folder has lost is reported when the next
        # one starts.
        for one in self.users:
            if one.others:
                one.client.quit()
                one.client.start()
        return find()
