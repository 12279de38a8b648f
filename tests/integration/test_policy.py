# SPDX-License-Identifier: GPL-2.0-or-later
"""
Policy × peer × event: what is sent in clear, what is held, and what the user
is told. README has the same table in words; what happens after a contact has
died, ended or changed its key is in test_reconnect and test_keys.

Romeo has the policy. In every case, either a text is on the wire in clear and
the conversation is not private, or the text is not on the wire at all.
"""

import os
import re

from xtlstest import check, client, proxy
from xtlstest.policies import (ASKED, CLEAR, FAILED, HELD, NOTHING, NURSE,
                               OFFERED, OPENED, PREF, PRIVATE, REFUSED, TYBALT,
                               strip, verify_each_other, with_nurse)
from xtlstest.scene import JULIET, ROMEO, Scene

from test_menus import xtls_menu

POLICIES = ("never", "manual", "automatic", "required")
SI = "{http://jabber.org/protocol/si}si"

# (never, manual, automatic, required) for each peer and event
TABLE = {
    "capable": {
        "window": (NOTHING, NOTHING, OPENED, OPENED),
        "message": (CLEAR, CLEAR, PRIVATE, PRIVATE),
        "file": (OFFERED, OFFERED, REFUSED, REFUSED),
    },
    "incapable": {
        "window": (NOTHING, NOTHING, NOTHING, NOTHING),
        "message": (CLEAR, CLEAR, CLEAR, HELD),
        "file": (OFFERED, OFFERED, OFFERED, REFUSED),
    },
    "offline": {
        "window": (NOTHING, NOTHING, NOTHING, NOTHING),
        "message": (CLEAR, CLEAR, CLEAR, HELD),
    },
    # libpurple offers no file to a contact without a known resource.
    "stranger": {
        "window": (NOTHING, NOTHING, NOTHING, NOTHING),
        "message": (CLEAR, CLEAR, CLEAR, HELD),
    },
    "refusing": {
        "window": (NOTHING, NOTHING, FAILED, FAILED),
        "message": (CLEAR, CLEAR, ASKED, HELD),
        "file": (OFFERED, OFFERED, REFUSED, REFUSED),
    },
    # She was verified once, and a server hides her client's features now.
    # `required` calls her nevertheless, and succeeds.
    "stripped": {
        "window": (NOTHING, NOTHING, NOTHING, NOTHING),
        "message": (CLEAR, CLEAR, ASKED, PRIVATE),
        "file": (OFFERED, OFFERED, REFUSED, REFUSED),
    },
    # She was verified once, and her client, or a server, says that it does not
    # support private conversations.
    "uninstalled": {
        "window": (NOTHING, NOTHING, NOTHING, NOTHING),
        "message": (CLEAR, CLEAR, ASKED, HELD),
        "file": (OFFERED, OFFERED, REFUSED, REFUSED),
    },
    "gone-offline": {
        "window": (NOTHING, NOTHING, NOTHING, NOTHING),
        "message": (CLEAR, CLEAR, ASKED, HELD),
    },
}

WHY = {"incapable": "does not know XTLS", "offline": "is offline",
       "stranger": "is offline", "refusing": "does not know XTLS",
       "stripped": "has not said in time", "uninstalled": "does not know XTLS",
       "gone-offline": "is offline"}


class Stage:
    """Romeo and one peer, for all policies in turn."""

    def __init__(self, scene, peer, who, other, verified=False):
        self.scene = scene
        self.romeo = scene.romeo
        self.peer = peer
        self.who = who
        self.other = other  # the peer's client, if it is online
        # A verified contact counts as `required`, unless the user says
        # otherwise.
        self.explicit = verified
        self.number = 0
        self.policy = None

    def set_policy(self, policy):
        if self.explicit:
            self.romeo.api("set_policy", ROMEO, self.who, policy)
        else:
            self.romeo.call("pref", PREF, policy)

    def begin(self, policy):
        """Starts without a window, without private mode, and without
        messages."""
        self.set_policy("manual")
        if self.romeo.status(self.who)["can_end"]:
            self.romeo.api("end", ROMEO, self.who)
        for conv in self.romeo.call("conversations")["conversations"]:
            self.romeo.call("close", ROMEO, conv["conv"])
        if self.other and self.other.status(ROMEO)["can_end"]:
            self.other.api("end", ROMEO and self.other.account, ROMEO)
        check.sync_all(self.scene)
        assert not self.romeo.call("requests")["requests"]
        assert self.romeo.status(self.who)["state"] == "not-private"
        self.set_policy(policy)
        self.policy = policy
        self.romeo.forget()
        if self.other:
            self.other.forget()
        self.since = len(self.romeo.history)
        self.wire = len(self.scene.romeo_proxy.records)
        self.number += 1
        self.text = f"{self.peer} {policy} {self.number} for her ears"

    # --- what is to be seen ---------------------------------------------------

    def told(self):
        return [e["text"] for e in self.romeo.history[self.since:]
                if e["event"] == "message" and "system" in e["flags"]]

    def asked(self):
        return [e for e in self.romeo.history[self.since:]
                if e["event"] == "request"]

    def assert_told(self, *parts):
        told = self.told()
        assert len(told) == len(parts) and all(
            part in line for part, line in zip(parts, told)), told

    def assert_kept(self):
        """Asserts that no text of the user is on the wire."""
        check.sync_all(self.scene)
        through = self.scene.romeo_proxy
        assert not through.leaks(self.text, "letter.txt")
        for unit in through.stanzas(proxy.UP, since=self.wire):
            assert unit.name != "message" and unit.find(SI) is None, unit

    def state(self):
        return self.romeo.status(self.who)["state"]

    # --- events ---------------------------------------------------------------

    def window(self):
        self.romeo.open(self.who)

    def message(self):
        # A window alone may start private mode, but this event is about the
        # message, which is typed before the peer can have answered.
        self.scene.romeo_proxy.hold(proxy.DOWN)
        self.romeo.open(self.who)
        self.romeo.typing(self.who)
        self.romeo.say(self.who, self.text)
        self.scene.romeo_proxy.release()

    def file(self):
        path = os.path.join(self.romeo.dir, "letter.txt")
        with open(path, "w") as file:
            file.write("a letter")
        target = self.who
        if self.other:
            target = self.other.jid
        self.romeo.call("send-file", ROMEO, target, path)

    # --- outcomes -------------------------------------------------------------

    def clear(self):
        self.scene.romeo_proxy.wait_stanza(proxy.UP, check.BODY,
                                           since=self.wire)
        if self.other:
            # Marked if the other has verified this one: that is "required".
            self.other.expect_message(
                re.compile(f"^({check.CLEAR})?{self.text}$"), flags=["recv"])
        assert self.scene.romeo_proxy.leaks(self.text)
        self.assert_told()
        assert self.state() == "not-private" and not self.asked()

    def private(self):
        self.other.expect_message(self.text, flags=["recv"])
        self.assert_kept()
        assert check.private(self.state()) and not self.asked()
        # Only a message that is held for long is reported as held, and later
        # as sent.
        told = self.told()
        held = [line for line in told if "held" in line]
        assert len(held) in (0, 2) and len(told) == len(held) + 1, told
        assert any(re.search("(Unverified|Private) conversation with .* "
                             "started", line) for line in told), told

    def held(self, asks=False):
        self.romeo.expect_message(re.compile(f"^{check.FAILED}"))
        self.assert_kept()
        status = self.romeo.status(self.who)
        assert status["state"] in ("waiting", "starting"), status
        assert status["held"] == 1, status
        told = self.told()
        (why,) = [line for line in told if line.startswith(check.FAILED)]
        assert WHY[self.peer] in why and "is held until" in why, why
        # One line after the message explains everything. If a start takes
        # long, another line before it says so.
        assert told in ([why], [f"{check.HELD} until the private conversation "
                                "has started.", why]), told
        lines = [e["text"] for e in self.romeo.history[self.since:]
                 if e["event"] == "message"]
        assert lines.index(self.text) < lines.index(why), lines
        if not asks:
            assert not self.asked()

    def asked_(self):
        dialog = self.romeo.expect("request")
        self.held(asks=True)
        assert self.asked() == [dialog]
        labels = [re.sub("_", "", label) for label in dialog["buttons"]]
        assert labels == ["Keep waiting", "Send unencrypted", "Discard"], labels
        assert dialog["default"] == 0

    def nothing(self):
        check.sync_all(self.scene)
        self.assert_told()
        self.assert_kept()
        assert self.state() == ("waiting" if self.policy == "required"
                                else "not-private")
        assert not self.asked()

    def opened(self):
        self.romeo.expect_state(check.private)
        self.assert_told("conversation with")
        self.assert_kept()

    def failed(self):
        self.romeo.expect_state("waiting")
        self.romeo.expect_message(re.compile(f"^{check.FAILED}"))
        (why,) = self.told()
        assert WHY[self.peer] in why, why
        self.assert_kept()
        assert not self.asked()

    def offered(self):
        offer = self.scene.romeo_proxy.wait_stanza(proxy.UP, SI,
                                                   since=self.wire)
        assert b"letter.txt" in offer.raw
        new = self.romeo.expect("xfer", what="new")["xfer"]
        self.romeo.call("xfer-cancel", new)
        if self.other:
            dialog = self.other.expect("request")
            self.other.answer(dialog, 1)
        assert self.state() == "not-private" and not self.asked()
        # The file's name was on the wire here, and must not count as a leak in
        # the next cell.
        for data in self.scene.romeo_proxy.bytes.values():
            data[:] = data.replace(b"letter.txt", b"----------")

    def refused(self):
        # There is no window that could have a line.
        self.romeo.expect("notify", type="warning",
                          secondary=re.compile("^The file was not sent"))
        self.romeo.expect("xfer", what="cancelled")
        self.assert_kept()
        assert self.state() != "not-private"

    def run(self, event):
        for policy, outcome in zip(POLICIES, TABLE[self.peer][event]):
            self.begin(policy)
            getattr(self, event)()
            try:
                getattr(self, {"asked": "asked_"}.get(outcome, outcome))()
            except (AssertionError, client.Failed) as error:
                raise AssertionError(
                    f"{policy} × {self.peer} × {event}: not {outcome}: "
                    f"{error}; told {self.told()}") from error
        self.begin("manual")

    def run_all(self):
        for event in TABLE[self.peer]:
            self.run(event)


# --- the peers -----------------------------------------------------------------


def test_peer_with_the_plugin():
    with Scene() as scene:
        Stage(scene, "capable", JULIET, scene.juliet).run_all()


def test_peer_without_the_plugin():
    with with_nurse() as scene:
        nurse = scene.add_client("nurse", plugins=[])
        scene.login(nurse, f"{NURSE}/hall", scene.add_proxy())
        scene.romeo.expect("xtls-capability-changed", who=NURSE,
                           capability="absent")
        nurse.status = lambda who: {"can_end": False}
        Stage(scene, "incapable", NURSE, nurse).run_all()


def test_peer_offline():
    with with_nurse() as scene:
        Stage(scene, "offline", NURSE, None).run_all()


def test_stranger():
    with with_nurse() as scene:
        tybalt = scene.add_client("tybalt")
        scene.login(tybalt, f"{TYBALT}/crypt", scene.add_proxy())
        Stage(scene, "stranger", TYBALT, tybalt).run_all()


def test_refusing():
    """A peer that advertises the feature and declines."""
    with Scene() as scene:
        scene.juliet.xtls(ROMEO, "policy never")
        scene.juliet.call("close", JULIET, ROMEO)
        Stage(scene, "refusing", JULIET, scene.juliet).run_all()


def test_typed_after_the_peer_has_refused():
    """A window opens first, for which `required` starts private mode."""
    with Scene() as scene:
        scene.juliet.xtls(ROMEO, "policy never")
        scene.juliet.call("close", JULIET, ROMEO)
        stage = Stage(scene, "refusing", JULIET, scene.juliet)
        stage.begin("required")
        stage.window()
        stage.failed()
        scene.romeo.say(JULIET, stage.text)
        scene.romeo.expect_message(re.compile(
            f"^{check.HELD}. It is sent as soon as"))
        stage.assert_told("does not know XTLS", check.HELD)
        stage.assert_kept()
        assert scene.romeo.status(JULIET)["held"] == 1
        assert not stage.asked()


def test_peer_whose_features_are_stripped():
    with Scene() as scene:
        verify_each_other(scene)
        scene.romeo_proxy.hook = strip
        scene.romeo.logout()
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        assert scene.romeo.api("get_capability", ROMEO,
                               JULIET)["value"] == "unknown"
        Stage(scene, "stripped", JULIET, scene.juliet, verified=True).run_all()


def test_peer_that_uninstalled_the_plugin():
    with Scene() as scene:
        verify_each_other(scene)
        scene.romeo.forget()
        scene.juliet.unload()
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="absent")
        scene.juliet.status = lambda who: {"can_end": False}
        Stage(scene, "uninstalled", JULIET, scene.juliet,
              verified=True).run_all()


def test_gone_offline():
    with Scene() as scene:
        verify_each_other(scene)
        scene.romeo.forget()
        scene.juliet.logout()
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="offline")
        Stage(scene, "gone-offline", JULIET, None, verified=True).run_all()


def test_automatic_is_the_default():
    with Scene(policy=None) as scene:
        assert scene.romeo.call("pref", PREF)["value"] == "automatic"
        assert scene.romeo.api("get_policy", ROMEO, JULIET)["value"] == \
            "default"
        scene.romeo.expect("xtls-capability-changed", capability="present")
        scene.romeo.say(JULIET, "by itself")
        scene.juliet.expect_message("by itself")
        scene.juliet.say(ROMEO, "so it does")
        scene.romeo.expect_message("so it does")
        scene.assert_nothing_leaked("by itself", "so it does")


def test_both_automatic_and_both_write_at_once():
    with Scene(policy=None) as scene:
        for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            one.expect("xtls-capability-changed", who=who,
                       capability="present")
        for through in scene.proxies:
            through.hold(proxy.DOWN)
        scene.romeo.say(JULIET, "from romeo")
        scene.juliet.say(ROMEO, "from juliet")
        for through in scene.proxies:
            through.release()
        scene.juliet.expect_message("from romeo", flags=["recv"])
        scene.romeo.expect_message("from juliet", flags=["recv"])
        scene.assert_nothing_leaked("from romeo", "from juliet")


def test_status_explains_the_policy_in_force():
    """The contact's own setting comes before a verified key, and that before
    the setting for all contacts. The API, the command and the core's dialog
    agree."""
    wanted = {"never": "No private conversations take place",
              "manual": "Private conversations start when you start them",
              "automatic": "Private conversations start by themselves",
              "required": "Nothing is sent unencrypted"}
    with Scene() as scene:
        romeo = scene.romeo

        def said():
            return romeo.api("describe_policy", ROMEO, JULIET)["value"]

        for policy, sentence in wanted.items():
            romeo.call("pref", PREF, policy)
            assert said() == sentence + ", because that is your setting for " \
                "all contacts.", said()
        romeo.call("pref", PREF, "manual")
        scene.go_private()
        romeo.xtls(JULIET, "verify " + scene.juliet.api(
            "get_own_fingerprint", JULIET)["value"])
        romeo.expect_state("private")
        assert said() == wanted["required"] + \
            ", because you verified this contact’s key.", said()
        for policy, sentence in wanted.items():
            romeo.xtls(JULIET, f"policy {policy}")
            assert said() == sentence + ", because that is your setting for " \
                "this contact.", said()
            romeo.expect_message(f"The policy for {JULIET} is “{policy}”. "
                                 + said())
        xtls_menu(romeo, JULIET, entry="This _contact’s settings…")
        assert romeo.expect("request", title="This contact’s settings")[
            "secondary"] == said() + (
                "\n\nTo read what each policy means, type /xtls help policies.")
