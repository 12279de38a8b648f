# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's mcabber, a client without the plugin, on a terminal of its own. It
reads commands from a FIFO and writes what it shows into files."""

import os
import pty
import threading
import time

from . import jitter, process, unpacked
from .client import TIMEOUT

CONFIG = """
set jid = {jid}
set password = {password}
set resource = {resource}
set disable_random_resource = 1
set server = 127.0.0.1
set port = {port}
set tls = 0
set logging = 1
set logging_dir = {dir}/history/
set logging_ignore_status = 1
set tracelog_level = 1
set tracelog_file = {dir}/log
set modules_dir = {modules}
set fifo_name = {dir}/fifo
module load fifo
"""

ONLINE = "Your status has been set"
COMMAND = "Executing FIFO command: "


class Mcabber:
    """Logs in to 127.0.0.1:port as `jid`."""

    def __init__(self, jid, password, port):
        self.account, resource = jid.split("/")
        self.dir = process.folder("mcabber")
        os.mkdir(os.path.join(self.dir, "history"), 0o700)
        root = unpacked.root("mcabber")
        path = os.path.join(self.dir, "mcabberrc")
        with open(path, "w") as file:
            file.write(CONFIG.format(
                jid=self.account, password=password, resource=resource,
                port=port, dir=self.dir, modules=unpacked.find(
                    root, "usr", "lib", unpacked.TRIPLET, "mcabber")))
        os.chmod(path, 0o600)
        self._said = 0
        self._terminal, other_end = pty.openpty()
        self.process = process.start(
            [os.path.join(root, "usr", "bin", "mcabber"), "-f", path],
            stdin=other_end, stdout=other_end, stderr=other_end,
            env=dict(os.environ, TERM="vt100", LINES="40", COLUMNS="140",
                     HOME=self.dir, LC_ALL="C.UTF-8",
                     LD_LIBRARY_PATH=unpacked.libraries(root)))
        os.close(other_end)
        threading.Thread(target=self._draw, daemon=True).start()
        self._wait(lambda: any(ONLINE in line for line in self.log()))
        self._logged_in = len(self.log())

    def _draw(self):
        """Discards its output, because it would block on a terminal that
        nobody reads."""
        while True:
            try:
                os.read(self._terminal, 65536)
            except OSError:  # it has ended
                os.close(self._terminal)
                return

    def _wait(self, condition):
        """Waits for text that it writes into a file."""
        end = time.monotonic() + TIMEOUT
        while not condition():
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError("mcabber: not within the time:\n"
                                     + "\n".join(self.log()))
            time.sleep(0.02)

    def _lines(self, *path):
        try:
            with open(os.path.join(self.dir, *path)) as file:
                return file.read().split("\n")[:-1]
        except FileNotFoundError:
            return []

    def log(self):
        """The lines of its status window."""
        return self._lines("log")

    def told(self):
        """The lines since the login, without our commands."""
        return [line for line in self.log()[self._logged_in:]
                if line and COMMAND not in line]

    def say(self, who, text):
        jitter.wait()
        with open(os.path.join(self.dir, "fifo"), "w") as file:
            file.write(f"/say_to {who} {text}\n")

    def history(self, who):
        """(kind, text) of the lines about a contact: MR received, MS sent, MI
        its own information."""
        return [(kind, text) for kind, _, _, text in (
            line.split(" ", 3) for line in self._lines("history", who))]

    def expect_message(self, who, text):
        self._wait(lambda: ("MR", text) in self.history(who))

    def sync(self):
        """Returns when it has shown all that the server had sent it by now."""
        self._said += 1
        self.say(self.account, f"to myself {self._said}")
        self.expect_message(self.account, f"to myself {self._said}")
