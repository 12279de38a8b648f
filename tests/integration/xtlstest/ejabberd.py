# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's ejabberd on loopback, with the configuration that its package installs
and therefore with its limits: a client may send 20 kB at once, and 3,000 bytes
a second after that.

Unlike that, it listens for clients only, requires no TLS (so that proxies can
read the stanzas), and is not a network node.
"""

import os
import re

from . import server, unpacked

LISTEN = """listen:
  -
    port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    max_stanza_size: 262144
    shaper: c2s_shaper
    access: c2s
"""

# Evaluated after `-s ejabberd`, once it is up.
READY = "all are registered"


def _erlang(text):
    return f"<<{','.join(map(str, text.encode()))}>>"


class Ejabberd(server.Server):
    """accounts, contacts: as Server has them"""

    def __init__(self, accounts, contacts=()):
        super().__init__("ejabberd", accounts, contacts)
        self._root = unpacked.root("ejabberd")
        self._lib = os.path.join(self._root, "usr", "lib")
        self.start()

    def _config(self):
        """The installed configuration, with some sections replaced."""
        with open(os.path.join(self._root, "usr", "share", "ejabberd",
                               "ejabberd.yml.example")) as file:
            text = file.read()
        hosts = "".join(f"  - {host}\n" for host in self.hosts)
        for section, ours in (("hosts", "hosts:\n" + hosts),
                              ("certfiles", ""),
                              ("listen", LISTEN.format(port=self.port))):
            text, count = re.subn(rf"^{section}:\n(?:(?:[ #].*)?\n)*",
                                  lambda _: ours, text, flags=re.M)
            assert count == 1, section
        return text

    def _register(self):
        """Erlang code that creates the accounts that do not exist yet."""
        words = []
        for jid, password in self.accounts.items():
            name, host = map(_erlang, jid.split("@"))
            words.append(f"ejabberd_auth:try_register({name}, {host},"
                         f" {_erlang(password)})")
        for jid, others in self.rosters().items():
            name, host = map(_erlang, jid.split("@"))
            for other in sorted(others):
                local, domain = map(_erlang, other.split("@"))
                words.append(f"ok = mod_admin_extra:add_rosteritem({name},"
                             f" {host}, {local}, {domain}, {local}, <<>>,"
                             " <<\"both\">>)")
        words.append(f'io:format("~n{READY}~n")')
        return ", ".join(words) + "."

    def launch(self):
        path = os.path.join(self.dir, "ejabberd.yml")
        with open(path, "w") as file:
            file.write(self._config())
        erlang = os.path.join(self._lib, "erlang")
        programs = os.path.dirname(
            unpacked.find(erlang, "erts-*", "bin", "erlexec"))
        environment = dict(
            os.environ, HOME=self.dir, ROOTDIR=erlang, BINDIR=programs,
            EMU="beam", PROGNAME="erl",
            ERL_LIBS=os.path.join(self._lib, unpacked.TRIPLET),
            LD_LIBRARY_PATH=unpacked.libraries(self._root),
            ERL_CRASH_DUMP_SECONDS="0", EJABBERD_CONFIG_PATH=path,
            EJABBERD_LOG_PATH=os.path.join(self.dir, "ejabberd.log"))
        spool = os.path.join(self.dir, "spool")
        # On a system without certificate authorities it calls that critical,
        # and starts.
        for line in self.run(
                [os.path.join(programs, "erlexec"), "-noinput",
                 "+S", "1:1", "+sbwt", "none",
                 "-mnesia", "dir", f'"{spool}"', "-s", "ejabberd",
                 "-eval", self._register()], environment):
            if READY.encode() in line:
                return True
            if (b"[critical]" in line and b"CA cert" not in line
                    or b"eaddrinuse" in line):
                break
        return False
