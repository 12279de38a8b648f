# SPDX-License-Identifier: GPL-2.0-or-later
"""
Conversations through a server that lies at random, from a seed.

XTLS_SEED=s runs that seed instead of the few that `make check` runs, and
XTLS_SEEDS=n that many, starting from it, as `make soak-server` does. The
server's decisions depend only on the seed and on how many stanzas of a kind
have passed.
"""

import os
import random
import re
import threading
import time
import traceback

from xtlstest import check, client, lies, liar, tap
from xtlstest.scene import JULIET, ROMEO, Scene

# None of these loses a stanza of the handshake, which would take 60 s to be
# noticed.
FEW = (27, 48, 53, 56, 118, 138, 29, 38, 103, 136, 156, 158)
# Conversations at the same time, because most of the time they wait.
PAIRS = 6
# Seconds after the truce: a handshake may have to time out (60), a dead
# session be noticed (30), and the policy try again before all works.
PATIENCE = 240

TOLD = ("could not be delivered", "was not sent", "may not have been delivered")
ENDS = (check.CUT_OFF, check.FAILED, check.HAS_ENDED, "is finished",
        "was turned away", "security")


class User:
    """One side of a conversation."""

    def __init__(self, one, through, lying, jid, peer):
        self.client = one
        self.proxy = through
        self.liar = lying
        self.jid = jid
        self.peer = peer
        self.who = peer.split("/")[0]
        self.said = []
        self.started = 0

    @property
    def state(self):
        return self.client.status(self.who)["state"]

    @property
    def online(self):
        return (len(self.client.seen("connected"))
                > len(self.client.seen("disconnected")))

    def say(self, text):
        self.said.append(text)
        try:
            self.client.say(self.who, text)
        except client.Failed:
            # The server has just cut the connection.
            self.said.remove(text)
            return
        try:
            self.client.typing(self.who)
        except client.Failed:
            pass

    def start(self):
        self.started = time.monotonic()
        try:
            self.client.xtls(self.who, "start")
        except client.Failed:
            # The policy has just started it, or the connection is gone.
            pass

    def events_in_private(self):
        """The events while private mode was on."""
        private, events = False, []
        for event in list(self.client.history):
            if (event["event"] == "xtls-state-changed"
                    and event["who"] == self.who):
                private = event["state"] != "not-private"
            if private:
                events.append(event)
        return events

    def shown(self):
        """Texts that are shown as if the peer had sent them inside."""
        return [event["text"] for event in self.events_in_private()
                if event["event"] == "message" and "recv" in event["flags"]
                and event["conv"].split("/")[0].lower() == self.who
                and not event["text"].startswith(check.CLEAR)]

    def told(self, text):
        return any(text in line and any(word in line for word in TOLD)
                   for line in check.system_lines(self.client, self.who))


class Pair:
    """A conversation, its seed, and the lies about it."""

    def __init__(self, scene, number, seed, pool):
        name = str(number) if number else ""
        romeo, juliet = f"romeo{name}@montague.lit", f"juliet{name}@capulet.lit"
        self.scene = scene
        self.seed = seed
        self.random = random.Random(seed)
        jids = (f"{romeo}/orchard", f"{juliet}/balcony")
        self.users = tuple(
            self._person(jid, peer, number, pool)
            for jid, peer in (jids, jids[::-1]))
        self.plans = tuple(
            lies.Plan(self.random,
                      lies.Target(user.liar, user.jid, user.peer, pool))
            for user in self.users)

    def _person(self, jid, peer, number, pool):
        scene, account = self.scene, jid.split("/")[0]
        if number == 0 and account in (ROMEO, JULIET):
            name = account.split("@")[0]
            return User(getattr(scene, name), getattr(scene, f"{name}_proxy"),
                          getattr(scene, f"{name}_liar"), jid, peer)
        through = scene.add_proxy()
        lying = liar.Liar(through)
        return User(scene.add_client(account.split("@")[0]), through, lying,
                      jid, peer)

    def __str__(self):
        return f"seed {self.seed}: " + "; ".join(
            f"{user.jid}: {plan}"
            for user, plan in zip(self.users, self.plans))

    # --- the run --------------------------------------------------------------

    def play(self):
        for user in self.users:
            self.scene.login(user.client, user.jid, user.proxy)
        for user in self.users:
            user.client.expect("xtls-capability-changed", who=user.who,
                                 capability="present")
        self.earlier_session()
        for user, plan in zip(self.users, self.plans):
            user.liar.lie = plan
        self.talk()
        for plan in self.plans:
            plan.truce()
        self.make_up()
        self.check()

    def earlier_session(self):
        """A session whose blocks can be replayed, and after which the keys are
        known."""
        romeo, juliet = self.users
        if self.random.random() < 0.5:
            self.scene.go_private(romeo.client, juliet.client)
            if self.random.random() < 0.5:
                key = juliet.client.status(juliet.who)["own_fingerprint"]
                romeo.client.xtls(romeo.who, f"verify {key}")
            for user in self.users:
                user.say(f"{user.jid} before")
            for user, other in ((romeo, juliet), (juliet, romeo)):
                other.client.expect_message(user.said[0], flags=["recv"])
            romeo.client.xtls(romeo.who, "end")
            juliet.client.expect_state("finished")
            juliet.client.xtls(juliet.who, "end")
        for user in self.users:
            user.client.api("set_policy", user.client.account, user.who,
                              self.random.choice(
                                  ("manual", "automatic", "required")))

    def talk(self):
        self.random.choice(self.users).start()
        for number in range(self.random.randint(8, 24)):
            user = self.random.choice(self.users)
            pause = self.random.random() * 0.2
            if user.online and user.state != "not-private":
                user.say(f"{user.jid} says {number}")
            time.sleep(pause)  # not faster than users

    def make_up(self):
        """After the truce both must become private, and it must be known of
        every message what has happened to it."""
        deadline = time.monotonic() + PATIENCE
        probes = 0
        while True:
            for user in self.users:
                if not user.online:
                    self.scene.login(user.client, user.jid, user.proxy)
            states = [user.state for user in self.users]
            if all(map(check.private, states)):
                if self.is_settled(probes):
                    return
                probes += 1
                for user in self.users:
                    user.say(f"{user.jid} asks {probes}")
                self.wait(5, lambda: self.is_settled(probes))
            else:
                self.restart(states)
                self.wait(2, lambda: [user.state for user in self.users]
                          != states)
            assert time.monotonic() < deadline, f"no way out of {states}"

    def restart(self, states):
        """Restarts it from one side that shows Finished."""
        for user, state in zip(self.users, states):
            idle = "finished" if set(states) != {"not-private"} else state
            if state == idle and time.monotonic() > user.started + 10:
                user.start()
                return

    @staticmethod
    def wait(seconds, condition):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not condition():
            time.sleep(0.1)

    def is_settled(self, probes):
        """Whether the fate of every message is known, and the last probe
        arrived."""
        for user, other in (self.users, self.users[::-1]):
            shown = other.shown()
            if not all(text in shown or user.told(text)
                       for text in user.said):
                return False
            if f"{user.jid} asks {probes}" not in shown:
                return False
        return True

    # --- the result -----------------------------------------------------------

    def check(self):
        for user, other in (self.users, self.users[::-1]):
            shown = user.shown()
            assert all(text in other.said for text in shown), \
                f"foreign text passes for private: {shown}"
            order = [other.said.index(text) for text in shown]
            assert order == sorted(set(order)), \
                f"doubled or disordered: {shown}"
            events = user.events_in_private()
            finished = [event for event in events
                        if event["event"] == "xtls-state-changed"
                        and event["state"] == "finished"]
            lines = check.system_lines(user.client, user.who)
            assert not finished or any(
                end in line for line in lines for end in ENDS), lines
            for event in events:
                if event["event"] in ("request", "notify", "xfer"):
                    assert lies.MARK not in str(event), event
        texts = [text for user in self.users for text in user.said]
        for user in self.users:
            found = user.proxy.leaks(*texts)
            assert not found, f"in clear: {found}"
            for unit in user.proxy.stanzas("up"):
                if unit.name == "message":
                    assert not re.search(b"<body|chatstates|<html", unit.raw), \
                        unit


def run(seeds):
    """Runs all seeds at the same time. Returns those that failed."""
    accounts = {}
    contacts = []
    for number in range(1, len(seeds)):
        names = (f"romeo{number}@montague.lit", f"juliet{number}@capulet.lit")
        accounts |= {name: "verona" for name in names}
        contacts.append(names)
    with Scene(login=False, lying=True, accounts=accounts,
               contacts=contacts) as scene:
        pool = []
        pairs = [Pair(scene, number, seed, pool)
                 for number, seed in enumerate(seeds)]
        failures = []

        def play(pair):
            try:
                began = time.monotonic()
                pair.play()
                tap.diagnose(f"seed {pair.seed}: "
                             f"{time.monotonic() - began:.0f} s, "
                             f"{pair.plans[0].journal} {pair.plans[1].journal}")
            except Exception:
                failures.append(pair)
                tap.diagnose(f"{pair}\n{traceback.format_exc()}")
                for user, plan in zip(pair.users, pair.plans):
                    tap.diagnose(f"{user.jid}: {plan.journal}\n"
                                 + "\n".join(map(str, user.client.lines())))

        threads = [threading.Thread(target=play, args=(pair,), daemon=True)
                   for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [pair.seed for pair in failures]


def chosen():
    first = int(os.environ.get("XTLS_SEED", 0))
    return range(first, first + int(os.environ.get("XTLS_SEEDS", 1))) \
        if first else FEW


@tap.timeout(300 + 60 * len(chosen()))
def test_conversations_through_a_liar():
    seeds = chosen()
    tap.diagnose(f"seeds {list(seeds)}")
    failed = []
    for first in range(0, len(seeds), PAIRS):
        failed += run(seeds[first:first + PAIRS])
    assert not failed, f"XTLS_SEED= one of {failed}"
