# SPDX-License-Identifier: GPL-2.0-or-later
"""A private Prosody on loopback."""

import os
import re
import socket
import subprocess
import threading
import time

from . import process

CONFIG = """
run_as_root = true
pidfile = "{dir}/prosody.pid"
data_path = "{dir}/data"
certificates = "{dir}"
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {c2s} }}
http_ports = {{ {http} }}
https_ports = {{ }}
http_interfaces = {{ "127.0.0.1" }}
http_default_host = "{hosts[0]}"
authentication = "internal_plain"
storage = "internal"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_bosh_secure = true
modules_enabled = {{ "roster", "saslauth", "disco", "ping", "presence",
    "message", "iq", "carbons", "smacks", "bosh", "private", "blocklist",
    "vcard", "time", "version", "uptime", "offline", "pep" {modules} }}
modules_disabled = {{ "s2s", "tls" }}
{extra}
"""

READY = re.compile(rb"Activated service '(c2s|http)' on .*?127\.0\.0\.1")
BUSY = re.compile(rb"Failed to open server port|Couldn't|already in use")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _encode(name):
    """As Prosody names files: everything but letters and digits as %xx."""
    return "".join(c if c.isascii() and c.isalnum()
                   else "".join(f"%{b:02x}" for b in c.encode())
                   for c in name)


def _lua(text):
    return '"' + "".join(f"\\{b:03d}" for b in text.encode()) + '"'


class Prosody:
    """
    accounts: {bare JID: password}
    contacts: pairs of bare JIDs that see each other's presence
    rooms: the name of a component for rooms
    rate: bytes a second that a client may send, as Debian's stock 10 kB/s
    extra: lines of the configuration
    """

    def __init__(self, accounts, contacts=(), rooms=None, rate=None,
                 modules=(), extra=""):
        self.accounts = dict(accounts)
        self.dir = process.folder("prosody")
        self.hosts = sorted({jid.split("@")[1] for jid in accounts})
        self._rooms = rooms
        self._rate = rate
        self._modules = list(modules)
        self._extra = extra
        self._write_accounts()
        self._write_rosters(contacts)
        self.log = bytearray()
        self._start()

    def _data(self, jid, kind):
        name, host = jid.split("@")
        folder = os.path.join(self.dir, "data", _encode(host), kind)
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, _encode(name) + ".dat")

    def _write_accounts(self):
        for jid, password in self.accounts.items():
            with open(self._data(jid, "accounts"), "w") as file:
                file.write(f'return {{ ["password"] = {_lua(password)} }};\n')

    def _write_rosters(self, contacts):
        rosters = {jid: set() for jid in self.accounts}
        for one, other in contacts:
            rosters[one].add(other)
            rosters[other].add(one)
        for jid, others in rosters.items():
            with open(self._data(jid, "roster"), "w") as file:
                file.write("return { [false] = { version = 1;"
                           " pending = {} };\n")
                for other in sorted(others):
                    file.write(f"[{_lua(other)}] = {{ subscription = "
                               '"both"; groups = {} };\n')
                file.write("};\n")

    def _config(self):
        extra = self._extra + "\n"
        modules = list(self._modules)
        if self._rate:
            modules.append("limits")
            extra += (f'limits = {{ c2s = {{ rate = "{self._rate}b/s" }} }}\n')
        for host in self.hosts:
            extra += f'VirtualHost "{host}"\n'
        if self._rooms:
            extra += (f'Component "{self._rooms}" "muc"\n'
                      "restrict_room_creation = false\n"
                      "muc_room_locking = false\n")
        return CONFIG.format(
            dir=self.dir, c2s=self.port, http=self.http_port,
            hosts=self.hosts, extra=extra,
            modules="".join(f', "{module}"' for module in modules))

    def _start(self, port=None):
        """A free port may be taken by somebody else before Prosody has it."""
        for _ in range(10):
            self.port = port or free_port()
            self.http_port = free_port()
            if self._try_to_start():
                return
            time.sleep(0.5)  # somebody's connection may have the port
        raise RuntimeError("Prosody does not start:\n"
                           + self.log.decode(errors="replace"))

    def _try_to_start(self):
        path = os.path.join(self.dir, "prosody.cfg.lua")
        with open(path, "w") as file:
            file.write(self._config())
        self.process = process.start(
            ["prosody", "-F", "--config", path], cwd=self.dir,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        services = set()
        for line in self.process.stdout:
            self.log += line
            if match := READY.search(line):
                services.add(match[1])
            if BUSY.search(line):
                break
            if services == {b"c2s", b"http"}:
                threading.Thread(target=self._read_log,
                                 args=(self.process.stdout,),
                                 daemon=True).start()
                return True
        process.end(self.process)
        return False

    def _read_log(self, stream):
        for line in stream:
            self.log += line

    @property
    def bosh_url(self):
        return f"http://127.0.0.1:{self.http_port}/http-bind"

    def kill(self):
        process.end(self.process)

    def restart(self):
        """As after a crash: on the same port, with the same data."""
        self.kill()
        self._start(self.port)
