# SPDX-License-Identifier: GPL-2.0-or-later
"""What all servers of the tests have in common."""

import socket
import subprocess
import threading
import time

from . import process


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """
    A server of our own on 127.0.0.1, in a folder of its own.

    accounts: {bare JID: password}
    contacts: pairs of bare JIDs that see each other's presence

    encrypted: clients talk to it through TLS only, and proxies see no stanzas

    launch() of a subclass starts it on `port` and returns once clients can log
    in, or returns False if it did not start.
    """

    encrypted = False

    def __init__(self, name, accounts, contacts):
        self.name = name
        self.accounts = dict(accounts)
        self.contacts = list(contacts)
        self.hosts = sorted({jid.split("@")[1] for jid in accounts})
        self.dir = process.folder(name)
        self.log = bytearray()
        self._children = []
        self._kept = False

    def rosters(self):
        """{bare JID: those of its contacts}"""
        rosters = {jid: set() for jid in self.accounts}
        for one, other in self.contacts:
            rosters[one].add(other)
            rosters[other].add(one)
        return rosters

    def start(self, port=None):
        """Tries several ports, because another process may take a free one
        first."""
        for _ in range(10):
            self.port = port or free_port()
            if self.launch():
                return
            self.kill()
            time.sleep(0.5)  # another connection may use the port
        raise RuntimeError(f"{self.name} does not start:\n"
                           + self.log.decode(errors="replace"))

    def run(self, command, environment=None):
        """Starts one of its programs. Yields the lines that it prints; those
        that the caller does not read go into the log."""
        child = process.start(
            command, cwd=self.dir, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if self._kept:
            process.keep(child)
        self._children.append(child)
        try:
            for line in child.stdout:
                self.log += line
                yield line
        finally:
            threading.Thread(target=self._read_log, args=(child.stdout,),
                             daemon=True).start()

    def _read_log(self, stream):
        for line in stream:
            self.log += line

    @property
    def pid(self):
        """The number of the process that serves clients."""
        return self._children[-1].pid

    def keep(self):
        """Lets the server outlive the test, but not the run."""
        self._kept = True
        for child in self._children:
            process.keep(child)
        process.keep_folder(self.dir)
        return self

    def kill(self):
        for child in self._children:
            process.end(child)
        self._children.clear()

    def restart(self):
        """Restarts it after a kill, on the same port and with the same
        data."""
        self.kill()
        self.start(self.port)
