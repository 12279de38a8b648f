# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that clients send each other."""

import hashlib
import os

from .client import TIMEOUT


def write(one, name, data):
    """Writes a file in the client's folder. Returns its path."""
    path = os.path.join(one.dir, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Move:
    """A file of `size` random bytes on its way from one client to the resource
    `to` of another."""

    def __init__(self, sender, receiver, to, size, name="secret-plan"):
        self.sender, self.receiver, self.name = sender, receiver, name
        self.source = write(sender, name, os.urandom(size))
        self.target = os.path.join(receiver.dir, f"received-{name}")
        sender.call("send-file", sender.account, to, self.source)
        self.sent = sender.expect("xfer", what="new", send=True)["xfer"]

    def accept(self):
        offer = self.receiver.expect(
            "request", type="action",
            primary=lambda text: f"{self.name} " in text)
        self.receiver.answer(offer, 0)
        self.receiver.answer(self.receiver.expect("request", type="file"), 0,
                             self.target)
        self.received = self.receiver.expect(
            "xfer", what="added", send=False)["xfer"]
        return self

    def moves(self):
        """Waits until part of it has arrived."""
        self.receiver.expect("xfer", what="progress", xfer=self.received)
        return self

    @property
    def sides(self):
        return ((self.sender, self.sent), (self.receiver, self.received))

    def arrives(self, timeout=2 * TIMEOUT):
        """Waits until both are told that it has arrived, and compares the
        files."""
        for one, number in self.sides:
            one.expect("xfer", what="gone", xfer=number, timeout=timeout)
            assert one.seen("xfer", what="completed", xfer=number)
            assert not one.seen("xfer", what="cancelled", xfer=number)
        assert digest(self.source) == digest(self.target)

    def went(self, socket):
        """Asserts that both have moved it over a connection of its own, or
        in-band."""
        for one, number in self.sides:
            assert one.seen("xfer", what="completed", xfer=number,
                            socket=socket), one.name

    def is_called_off(self, *clients):
        """Waits until these sides (by default both) are told that it was
        cancelled."""
        for one, number in self.sides:
            if not clients or one in clients:
                one.expect("xfer", what="cancelled", xfer=number)
                assert not one.seen("xfer", what="completed", xfer=number)
