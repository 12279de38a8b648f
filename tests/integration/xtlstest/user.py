# SPDX-License-Identifier: GPL-2.0-or-later
"""A user of a random life, with one client or several on one folder, and what
this user was told."""

import collections
import re
import time

from . import client, faults, liar
from .scene import JULIET, ROMEO

NURSE = "nurse@capulet.lit"
RESOURCES = {ROMEO: "orchard", JULIET: "balcony", NURSE: "hall"}
LOST = re.compile(r"(\d+) messages? to (\S+) w")
MARK = "This message was not encrypted"
# The driver has made a mistake, and no user could.
WRONG = re.compile("no such (function|command|value|button|field|preference)"
                   "|too few arguments|on or off")


def quiet(function, *arguments, **options):
    """Ignores that a command fails."""
    try:
        return function(*arguments, **options)
    except client.Failed as failed:
        assert not WRONG.search(str(failed.answer.get("why"))), failed
        return None


def is_online(one):
    online = False
    for event in list(one.history):
        if event["event"] in ("ready", "connected", "disconnected"):
            online = event["event"] == "connected"
    return online


# What is told of events after a failure.
TOLD = ("flags", "conv", "text", "primary", "state", "resource", "held",
        "unconfirmed", "reason", "number", "fate")


class User:
    """world: the World that this user lives in"""

    def __init__(self, scene, one, jid, world):
        self.scene = scene
        self.client = one
        self.client.account = self.jid = jid
        self.full = f"{jid}/{RESOURCES[jid]}"
        self.whos = [who for who in world.jids if who != jid]
        self.world = world
        self.proxy = scene.add_proxy()
        self.liar = liar.Liar(self.proxy)
        self.said = collections.defaultdict(list)  # contact: texts
        # Contact: texts that another plugin has sent. They may be held, and lost.
        self.handed_over = collections.defaultdict(list)
        self.clear = set()  # texts that were allowed to leave in clear
        self.others = []  # other clients on this folder that have ended
        self.exported = []  # paths of files with a key
        faults.set_faults(one.dir)

    # --- being there ----------------------------------------------------------

    def is_online(self):
        return is_online(self.client)

    @staticmethod
    def wait(look, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until and not look():
            time.sleep(0.02)
        return look()

    def leave(self, command):
        """Goes offline by a command, and waits for that, not for an earlier
        time."""
        before = len(self.client.seen("disconnected"))
        if self.is_online() and quiet(self.client.call, command, self.jid):
            self.wait(lambda: len(self.client.seen("disconnected")) > before,
                      client.TIMEOUT)

    def log_in(self, other=None):
        """The server may cut the connection at any time, so it tries again.

        other: another client on this folder, with a resource of its own
        """
        one = other or self.client
        jid = f"{self.jid}/elsewhere" if other else self.full
        through = self.world.other_proxy if other else self.proxy
        for _ in range(6):
            if is_online(one):
                return
            quiet(one.call, "login", jid, self.scene.password(self.jid),
                  "127.0.0.1", through.port)
            if self.wait(lambda: is_online(one), client.TIMEOUT / 6):
                return
            quiet(one.call, "logout", self.jid)
        raise AssertionError(f"{one.name} does not come back")

    # --- acting ---------------------------------------------------------------

    def api(self, function, *arguments):
        """Calls a function of the API; `world.used` notes its name."""
        self.world.used.add(function)
        return quiet(self.client.api, function, *arguments)

    def xtls(self, who, line, through=None):
        """Types a line after `/xtls`; `world.used` notes its first word."""
        self.world.used.add(f"/xtls {(line.split() or ['help'])[0]}")
        return quiet((through or self.client).xtls, who, line)

    def may_leave_in_clear(self, who, *commands, through=None):
        """Runs commands that send something to a contact. Returns whether it
        was allowed to leave in clear, or None if a command failed: the lock
        said "Not private" before, and it did afterwards. (Where private mode
        starts by itself, it did before.) A client runs what it is sent at once
        in one turn of its main loop."""
        status = ("status", self.jid, who)
        answers = quiet((through or self.client).call_at_once,
                        [status, *commands, status])
        return answers and all(answer["state"] == "not-private"
                               for answer in (answers[0], answers[-1]))

    def say(self, who, html, through=None):
        """Says the text of the world that is in `html`."""
        through = through or self.client
        text = self.world.newest_text
        if quiet(through.open, who) is None:
            return
        clear = self.may_leave_in_clear(
            who, ("say", self.jid, who, html), through=through)
        if clear is None:
            return
        self.said[who].append(text)
        if clear:
            self.clear.add(text)

    def allow_in_clear(self, who, *commands):
        """Runs commands by which the user lets what is held leave in clear, if
        the status says that they can."""
        early = self._leaked(who)
        answers = quiet(self.client.call_at_once,
                        [("status", self.jid, who), *commands])
        if answers and answers[0]["can_send_clear"]:
            self.world.bad += [f"in clear: {text}" for text in early]
            self.clear |= {*self.said[who], *self.handed_over[who]}

    def _secret(self, who):
        return [text for text in self.said[who] if text not in self.clear]

    def dialogs(self, **wanted):
        """Those that are open."""
        found = {}
        for event in list(self.client.history):
            if event["event"] == "ready":
                found = {}
            elif event["event"] == "request":
                found[event["request"]] = event
            elif event["event"] == "request-closed":
                found.pop(event["request"], None)
        return [event for event in found.values()
                if client.matches(event, "request", wanted)]

    def wait_dialog(self, **wanted):
        """The newest dialog of that kind, or None if none opens soon."""
        return (self.wait(lambda: self.dialogs(**wanted), 1) or [None])[-1]

    def befriend(self, other):
        """Makes both contacts of each other again, if both are online."""
        for one, who in ((self, other.jid), (other, self.jid)):
            known = [buddy["who"] for buddy in
                     one.client.call("buddies")["buddies"]]
            if who not in known:
                quiet(one.client.call, "buddy-add", one.jid, who)
            quiet(one.client.call, "raw", one.jid,
                  f"<presence type='subscribe' to='{who}'/>")

    # --- reading --------------------------------------------------------------

    def history(self):
        for one in [self.client, *self.others]:
            yield from list(one.history)

    def tell(self):
        """What happened to this user, a line for each event, in order."""
        for one in [self.client, *self.others]:
            for event in list(one.history):
                if event["event"] not in ("presence", "typing", "xfer"):
                    yield one.name, event["at"], event["event"], " ".join(
                        str(event[name]) for name in TOLD if event.get(name))

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
            if event["event"] in ("ready", "account-removed"):
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

    def losses(self, other):
        """What is wrong with the texts for another user: each arrives once, or
        this user is told."""
        silent = []
        words = list(self.words())
        for text in self._secret(other.jid):
            shown, marked = other.got(text)
            told = any(text in line for line in words)
            if marked:
                yield f"{text} came in clear"
            if shown > 1 and not told:
                yield f"{text} came {shown} times"
            if shown == 0 and not told:
                silent.append(text)
        if len(silent) > self.counted_lost(other.jid):
            yield (f"lost without a word: {silent[:5]},"
                   f" {len(silent)} of {self.counted_lost(other.jid)} counted:"
                   f" {[line for line in words if LOST.search(line)]}")

    def leaked(self):
        """The texts of this user that left in clear and were not allowed
        to."""
        return [text for who in self.whos for text in self._leaked(who)]

    def _leaked(self, who):
        return self.world.leaks(
            [text for text in self.said[who] + self.handed_over[who]
             if text not in self.clear])
