# SPDX-License-Identifier: GPL-2.0-or-later
"""
Random actions: users do, in any order, everything that the interface allows,
while connections, clients, clocks and disks fail and the server lies.

Whatever happens, nothing is sent in clear, no text is lost or doubled without
a report, no client crashes, and in the end all users are private again.
"""

import collections
import os
import random
import re
import struct
import time

from . import check, client, liar, proxy, tap
from .scene import JULIET, ROMEO, Scene

NURSE = "nurse@capulet.lit"
RESOURCES = {ROMEO: "orchard", JULIET: "balcony", NURSE: "hall"}
FAULTS = os.path.join(client.BUILD, "tests", "faults.so")
LOST = re.compile(r"(\d+) messages? to (\S+) w")
MARK = "This message was not encrypted"
FORGED = "forged"
REST = 120  # seconds until everybody is private with everybody again


class User:
    def __init__(self, scene, one, jid, users):
        self.scene = scene
        self.client = one
        self.client.account = self.jid = jid
        self.full = f"{jid}/{RESOURCES[jid]}"
        self.whos = [who for who in users if who != jid]
        self.proxy = scene.add_proxy()
        self.liar = liar.Liar(self.proxy)
        self.said = collections.defaultdict(list)  # contact: texts
        self.others = []  # other clients on this folder that have ended
        self.answered = set()
        self._number = 0
        self.fault()

    def fault(self, seconds=0, disk_is_full=False):
        with open(os.path.join(self.client.dir, "faults"), "r+b"
                  if os.path.exists(os.path.join(self.client.dir, "faults"))
                  else "wb") as file:
            file.write(struct.pack("qq", seconds, disk_is_full))

    # --- being there ----------------------------------------------------------

    def is_online(self):
        online = False
        for event in list(self.client.history):
            if event["event"] in ("ready", "connected", "disconnected"):
                online = event["event"] == "connected"
        return online

    def restart(self):
        self.client.start()
        self.answered = {event["request"]
                         for event in self.client.seen("request")}

    def wait(self, look, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until and not look():
            time.sleep(0.02)
        return look()

    def log_out(self):
        """Waits for this logout, not for an earlier one."""
        before = len(self.client.seen("disconnected"))
        if self.is_online() and quiet(self.client.call, "logout", self.jid):
            self.wait(lambda: len(self.client.seen("disconnected")) > before,
                       client.TIMEOUT)

    def log_in(self):
        """The server may cut the connection at any time, so it tries again."""
        for _ in range(6):
            if self.is_online():
                return
            quiet(self.client.call, "login", self.full,
                  self.scene.password(self.jid), "127.0.0.1", self.proxy.port)
            if self.wait(self.is_online, client.TIMEOUT / 6):
                return
            quiet(self.client.call, "logout", self.jid)
        raise AssertionError(f"{self.client.name} does not come back")

    # --- reading --------------------------------------------------------------

    def history(self):
        for one in [self.client, *self.others]:
            yield from list(one.history)

    def words(self):
        """Everything that this user was told, one text for each notice."""
        for event in self.history():
            if event["event"] == "message" and "system" in event["flags"]:
                yield event["text"]
            elif event["event"] == "notify":
                yield " ".join(str(event.get(part) or "") for part in
                               ("primary", "secondary", "text"))

    def read_in_private(self):
        """Messages that were shown as the contact's while private mode was on.
        (The state Waiting alone does not say so: a contact under `required`
        has it without private mode, too.)"""
        private = {}
        for event in list(self.client.history):
            if event["event"] == "ready":
                private = {}
            elif event["event"] == "xtls-state-changed":
                private[event["who"]] = event["can_end"]
            elif event["event"] == "message" and "recv" in event["flags"] \
                    and private.get(event["conv"].split("/")[0]):
                yield event["text"]

    def got(self, text):
        """(how often it was shown, how often with a mark)"""
        shown = [event["text"] for event in self.history()
                 if event["event"] == "message" and "recv" in event["flags"]
                 and text in event["text"]]
        return shown.count(text), sum(one.startswith(MARK) for one in shown)

    def counted_lost(self, who):
        return sum(int(match[1]) for words in self.words()
                   for match in LOST.finditer(words)
                   if match[2].rstrip(".") == who)


def quiet(function, *arguments, **options):
    """Ignores that a command fails."""
    try:
        return function(*arguments, **options)
    except client.Failed:
        return None


# --- operations: (user, contact, random generator, world) --------------------

OPERATIONS = {}


def operation(weight):
    def add(function):
        OPERATIONS[function.__name__] = (function, weight)
        return function
    return add


@operation(36)
def say(one, who, rng, world):
    text = world.new_text(one)
    try:
        one.client.say(who, text)
    except client.Failed:
        return
    one.said[who].append(text)


@operation(2)
def say_formatted(one, who, rng, world):
    text = world.new_text(one)
    try:
        one.client.say(who, f"<b>{text}</b>")
    except client.Failed:
        return
    one.said[who].append(text)


@operation(3)
def type_(one, who, rng, world):
    quiet(one.client.typing, who, rng.choice(["typing", "typed", "not"]))


@operation(1)
def buzz(one, who, rng, world):
    quiet(one.client.call, "attention", one.jid, who)


@operation(2)
def send_file(one, who, rng, world):
    name = world.new_text(one)
    world.secrets.append(name)
    path = os.path.join(one.client.dir, name)
    with open(path, "w") as file:
        file.write(name * 100)
    quiet(one.client.call, "send-file", one.jid,
          f"{who}/{RESOURCES[who]}", path)


@operation(8)
def start(one, who, rng, world):
    quiet(one.client.xtls, who, "start")


@operation(5)
def end(one, who, rng, world):
    quiet(one.client.xtls, who, "end")


@operation(3)
def resend(one, who, rng, world):
    quiet(one.client.xtls, who, "resend")


@operation(2)
def ask(one, who, rng, world):
    quiet(one.client.xtls, who, rng.choice(
        ["", "help", "status", "fingerprint", "known", "verify", "policy",
         "secret", "nonsense"]))


@operation(3)
def verify(one, who, rng, world):
    fingerprint = one.client.status(who)["fingerprint"]
    if fingerprint:
        quiet(one.client.xtls, who, f"verify {fingerprint}")


@operation(1)
def forget(one, who, rng, world):
    fingerprint = one.client.status(who)["fingerprint"]
    if fingerprint:
        quiet(one.client.xtls, who, f"forget {fingerprint}")


@operation(1)
def change_policy(one, who, rng, world):
    """Changes the policy. Whatever it becomes, nothing may be sent in
    clear."""
    quiet(one.client.xtls, who, rng.choice(["policy required",
                                            "policy default"]))


@operation(2)
def ask_secret(one, who, rng, world):
    quiet(one.client.api, "start_secret", one.jid, who, "who is it?", "me")


@operation(2)
def answer_secret(one, who, rng, world):
    if rng.random() < 0.2:
        quiet(one.client.api, "abort_secret", one.jid, who)
    else:
        quiet(one.client.api, "answer_secret", one.jid, who,
              rng.choice(["me", "you"]))


@operation(6)
def answer(one, who, rng, world):
    """Answers any open dialog with any of its buttons."""
    for event in one.client.seen("request"):
        if event["request"] in one.answered:
            continue
        one.answered.add(event["request"])
        if not event.get("buttons"):
            continue
        values = {"file": [os.path.join(one.client.dir,
                                        f"got{event['request']}")],
                  "input": [rng.choice(["me", "you", ""])]}
        quiet(one.client.answer, event,
              rng.randrange(len(event["buttons"])),
              *values.get(event["type"], []))
        return


@operation(1)
def decide(one, who, rng, world):
    fingerprint = one.client.status(who)["fingerprint"]
    if fingerprint:
        quiet(one.client.api, "decide_key", one.jid, who, fingerprint,
              rng.choice(["accept", "refuse"]))


@operation(1)
def choose(one, who, rng, world):
    """Chooses anything but sending in clear."""
    quiet(one.client.api, "choose", one.jid, who,
          rng.choice(["wait", "discard"]))


@operation(1)
def renew_key(one, who, rng, world):
    quiet(one.client.api, "renew_own_key", one.jid)


@operation(3)
def close_window(one, who, rng, world):
    quiet(one.client.call, "close", one.jid, who)


@operation(2)
def open_window(one, who, rng, world):
    quiet(one.client.open, who)


@operation(1)
def go_away(one, who, rng, world):
    quiet(one.client.call, "presence", one.jid,
          rng.choice(["away", "available"]))


@operation(1)
def rename_contact(one, who, rng, world):
    quiet(one.client.call, "buddy-alias", one.jid, who, rng.choice(
        [NURSE, "Nobody", "%s%n <b>bold</b>"]))


@operation(5)
def cut(one, who, rng, world):
    before = len(one.client.seen("disconnected"))
    one.proxy.cut()
    if one.is_online():
        one.wait(lambda: len(one.client.seen("disconnected")) > before,
                 client.TIMEOUT)
    time.sleep(rng.choice([0, 0.2]))
    one.log_in()


@operation(3)
def log_out(one, who, rng, world):
    one.log_out()
    time.sleep(rng.choice([0, 0.3]))
    one.log_in()


@operation(4)
def hold(one, who, rng, world):
    one.proxy.hold(rng.choice([proxy.UP, proxy.DOWN]))
    world.pause(rng, 0.8)
    one.proxy.release()


@operation(2)
def stop(one, who, rng, world):
    one.client.stop()
    world.pause(rng, 0.8)
    one.client.cont()


@operation(1)
def kill(one, who, rng, world):
    # What would be lost is on disk a second after it was typed.
    time.sleep(1.5)
    one.client.kill()
    one.restart()
    one.log_in()


@operation(1)
def quit_(one, who, rng, world):
    one.client.quit()
    one.restart()
    one.log_in()


@operation(1)
def reload_plugin(one, who, rng, world):
    """A request that arrives between unloading and loading would be handled by
    libpurple, which keeps it for ever and logs a CRITICAL when it disconnects,
    as it does without the plugin."""
    one.proxy.hold(proxy.DOWN)
    time.sleep(0.1)
    one.client.call("ping")
    quiet(one.client.unload)
    one.client.load()
    one.proxy.release()


@operation(2)
def other_program(one, who, rng, world):
    """A second client on the same folder."""
    fingerprint = one.client.status(who)["fingerprint"]
    other = client.Client(f"{one.client.name}-other", [client.CORE],
                          one.client.dir, environment=world.environment,
                          policy="required")
    one.others.append(other)
    try:
        quiet(other.api, "set_policy", one.jid, who, "required")
        if fingerprint and rng.random() < 0.5:
            quiet(other.api, "set_verified", one.jid, who, fingerprint, "on")
    finally:
        other.quit()


@operation(2)
def set_clock(one, who, rng, world):
    one.fault(seconds=rng.choice([0, 3600, -3600, 86400 * 400,
                                  -86400 * 400]))


@operation(2)
def fill_disk(one, who, rng, world):
    one.fault(disk_is_full=True)
    for _ in range(3):
        say(one, who, rng, world)
    rng.choice([verify, change_policy, start])(one, who, rng, world)
    world.pause(rng, 0.5)
    one.fault()
    # Data that could not be written is written with the next change.
    say(one, who, rng, world)


@operation(3)
def lie(one, who, rng, world):
    """The server says something in the contact's name."""
    text = f"{FORGED}{rng.randrange(10**6)}"
    sender = f"{who}/{RESOURCES[who]}"
    body = f"<body>{text}</body>"
    try:
        one.liar.forge(rng.choice([
            f"<message xmlns='jabber:client' from='{sender}' to='{one.full}'"
            f" type='chat'>{body}</message>",
            f"<message xmlns='jabber:client' from='{one.jid}' to='{one.full}'>"
            "<received xmlns='urn:xmpp:carbons:2'><forwarded"
            f" xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'"
            f" from='{sender}' to='{one.full}' type='chat'>{body}</message>"
            "</forwarded></received></message>",
            f"<presence xmlns='jabber:client' from='{sender}'"
            f" to='{one.full}' type='unavailable'/>",
            f"<iq xmlns='jabber:client' from='{sender}' to='{one.full}'"
            " type='error' id='purple1'/>"]).encode())
    except (AttributeError, OSError, KeyError):
        pass  # there is no connection now


@operation(10)
def pause(one, who, rng, world):
    world.pause(rng, 0.4)


# --- a world -------------------------------------------------------------------

class World:
    """The users and the random actions of one seed."""

    def __init__(self, seed, seconds, jids):
        self.seed = seed
        self._seconds = seconds
        self._jids = jids
        self._texts = 0
        self.done = collections.Counter()
        self.diary = []
        self.secrets = []
        self.environment = {} if client.SANITIZED else {"LD_PRELOAD": FAULTS}

    def new_text(self, one):
        self._texts += 1
        text = f"t{self.seed}x{self._texts}z{one.client.name}"
        self.diary.append(text)
        return text

    @staticmethod
    def pause(rng, most):
        time.sleep(rng.random() * most)

    def run(self):
        rng = random.Random(self.seed)
        pairs = [(one, other) for number, one in enumerate(self._jids)
                 for other in self._jids[number + 1:]]
        accounts = {jid: "secret" for jid in self._jids}
        with Scene(login=False, policy="required", accounts=accounts,
                   contacts=pairs, environment=self.environment) as scene:
            self._prepare(scene)
            for one in self.users:
                one.log_in()
            try:
                self._live(rng)
                self._rest()
                self._check()
            except BaseException as error:
                tap.diagnose(f"seed {self.seed}: " + " ".join(self.diary))
                raise AssertionError(f"seed {self.seed}: {error}") from error

    def _prepare(self, scene):
        clients = {ROMEO: scene.romeo, JULIET: scene.juliet}
        for jid in self._jids:
            if jid not in clients:
                clients[jid] = scene.add_client(jid.split("@")[0])
        self.users = [User(scene, clients[jid], jid, self._jids)
                       for jid in self._jids]
        # A client loads the faults library when it starts.
        for one in self.users:
            one.client.quit()
            one.restart()

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

    def _rest(self):
        """Everything works again, so the users must become private again."""
        for one in self.users:
            one.fault()
            one.proxy.release()
            one.log_in()
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
        bad = [line for one, other in self._others()
               for line in self._losses(one, other)]
        bad += [f"shown without a mark: {text}" for one in self.users
                for text in one.read_in_private()
                if FORGED in text and not text.startswith(MARK)]
        texts = self.secrets + [text for one in self.users
                                for said in one.said.values()
                                for text in said]
        for one in self.users:
            bad += [f"in clear: {text}" for text in texts
                    if one.proxy.leaks(text)]
        assert not bad, f"{len(bad)}: " + "; ".join(bad[:8])

    @staticmethod
    def _losses(one, other):
        """Asserts that each text arrived once, or that its writer was told."""
        silent = []
        words = list(one.words())
        for text in one.said[other.jid]:
            shown, marked = other.got(text)
            told = any(text in line for line in words)
            if marked:
                yield f"{text} came in clear"
            if shown > 1 and not told:
                yield f"{text} came {shown} times"
            if shown == 0 and not told:
                silent.append(text)
        if len(silent) > one.counted_lost(other.jid):
            yield (f"lost without a word: {silent[:5]},"
                   f" {len(silent)} of {one.counted_lost(other.jid)} counted:"
                   f" {[line for line in words if LOST.search(line)]}")
