# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's jabberd2 on loopback: three programs, with the configuration of its
package except for names, folders, ports and TLS, so that proxies can read the
stanzas."""

import gzip
import os
import re
import sqlite3
from xml.sax.saxutils import escape

from . import server, unpacked

# What each program prints once the next may start.
PROGRAMS = (("router", b"listening for incoming"),
            ("sm", b"ready for sessions"),
            ("c2s", b"ready for connections"))


class Jabberd2(server.Server):
    """accounts, contacts: as Server has them"""

    def __init__(self, accounts, contacts=()):
        super().__init__("jabberd2", accounts, contacts)
        self._root = unpacked.root("jabberd2")
        self._modules = os.path.join(self._root, "usr", "lib",
                                     unpacked.TRIPLET, "jabberd2")
        # Each program has its own, because they would wait for each other.
        self._databases = {name: os.path.join(self.dir, name + ".db")
                           for name in ("sm", "c2s")}
        for path in self._databases.values():
            self._fill(path)
        self.start()

    def _fill(self, path):
        setup = os.path.join(self._root, "usr", "share", "doc", "jabberd2",
                             "db-setup.sqlite.gz")
        with gzip.open(setup, "rt") as file:
            commands = file.read()
        database = sqlite3.connect(path)
        database.executescript(commands)
        for jid, password in self.accounts.items():
            database.execute('insert into "authreg" values (?, ?, ?)',
                             (*jid.split("@"), password))
            database.execute('insert into "active" ("collection-owner",'
                             ' "time") values (?, 1)', (jid,))
        for jid, others in self.rosters().items():
            database.executemany(
                'insert into "roster-items" ("collection-owner", "jid", "to",'
                ' "from", "ask") values (?, ?, 1, 1, 0)',
                [(jid, other) for other in sorted(others)])
        database.commit()
        database.close()

    def _config(self, program):
        """The installed configuration with some values replaced. If an element
        occurs several times, the first counts."""
        path = os.path.join(self._root, "etc", "jabberd2", program + ".xml")
        with open(path) as file:
            text = re.sub("<!--.*?-->", "", file.read(), flags=re.S)
        text = re.sub("<log type='file'>", "<log type='stdout'>", text)
        text = re.sub("<pidfile>.*?</pidfile>", "", text)
        text = re.sub("/etc/jabberd2", os.path.join(self._root, "etc",
                                                    "jabberd2"), text)
        text = re.sub("<path>/usr/lib/[^<]*</path>",
                      f"<path>{self._modules}</path>", text)
        if program in self._databases:
            text = text.replace("/var/lib/jabberd2/sqlite.db",
                                self._databases[program])
        text = text.replace("5347", str(self._router_port))
        text = text.replace("5222", str(self.port))
        text = text.replace("0.0.0.0", "127.0.0.1")
        hosts = "".join(f"<id>{escape(host)}</id>" for host in self.hosts)
        text = re.sub("<id[^>]*>localhost.localdomain</id>", hosts, text)
        if program == "c2s":
            text = text.replace("<local>", "<local><ip>127.0.0.1</ip>")
        path = os.path.join(self.dir, program + ".xml")
        with open(path, "w") as file:
            file.write(text)
        return path

    def launch(self):
        self._router_port = server.free_port()
        libraries = unpacked.libraries(self._root)
        environment = dict(os.environ, LD_LIBRARY_PATH=os.pathsep.join(
            (libraries, self._modules)))
        return all(self._launch_one(program, ready, environment)
                   for program, ready in PROGRAMS)

    def _launch_one(self, program, ready, environment):
        path = os.path.join(self._root, "usr", "sbin", "jabberd2-" + program)
        lines = self.run(["stdbuf", "-oL", path, "-c", self._config(program)],
                         environment)
        return any(ready in line for line in lines)
