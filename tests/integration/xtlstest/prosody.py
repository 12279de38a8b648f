# SPDX-License-Identifier: GPL-2.0-or-later
"""A private Prosody on loopback."""

import hashlib
import hmac
import os
import re

from . import server

# gc: collecting garbage as often as usual takes half of the time of a start.
CONFIG = """
run_as_root = true
pidfile = "{dir}/prosody.pid"
data_path = "{dir}/data"
plugin_paths = {{ "{modules_dir}" }}
certificates = "{dir}"
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {c2s} }}
http_ports = {{ {http} }}
https_ports = {{ }}
http_interfaces = {{ "127.0.0.1" }}
http_default_host = "{hosts[0]}"
proxy65_ports = {{ {proxy65} }}
proxy65_interfaces = {{ "127.0.0.1" }}
proxy65_address = "127.0.0.1"
authentication = "internal_hashed"
password_hash = "SHA-1"
storage = "internal"
gc = {{ mode = "incremental", threshold = 400 }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_bosh_secure = true
modules_enabled = {{ "roster", "saslauth", "disco", "ping", "presence",
    "message", "iq", "carbons", "smacks", "private", "blocklist",
    "vcard", "time", "version", "uptime", "offline", "pep" {modules} }}
modules_disabled = {{ "s2s", "tls" }}
{extra}
"""

# Those of the tests.
MODULES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "prosody_modules")

READY = re.compile(rb"Activated service '(c2s|http|proxy65)' on .*?127\.0\.0\.1")
BUSY = re.compile(rb"Failed to open server port|Couldn't|already in use")


def _encode(name):
    """Encodes a name as Prosody does for files: everything but letters and
    digits as %xx."""
    return "".join(c if c.isascii() and c.isalnum()
                   else "".join(f"%{b:02x}" for b in c.encode())
                   for c in name)


def _hashed(password):
    """What Prosody stores of a password, with one iteration of SCRAM. The usual
    thousands would take a client as long as everything else in a login."""
    salt = "salt"
    salted = hashlib.pbkdf2_hmac("sha1", password.encode(), salt.encode(), 1)
    keys = [hmac.digest(salted, name, "sha1")
            for name in (b"Client Key", b"Server Key")]
    return (f'["salt"] = "{salt}"; ["iteration_count"] = 1;'
            f' ["stored_key"] = "{hashlib.sha1(keys[0]).hexdigest()}";'
            f' ["server_key"] = "{keys[1].hex()}";')


def _lua(text):
    return '"' + "".join(f"\\{b:03d}" for b in text.encode()) + '"'


class Prosody(server.Server):
    """
    accounts, contacts: as Server has them
    rooms: the name of a component for rooms
    modules: more modules, Prosody's or the tests' own
    rate: bytes a second that a client may send, as Debian's stock 10 kB/s
    extra: lines of the configuration
    http: whether clients may log in over HTTP, too (BOSH)
    proxy65: whether each host has a proxy for files, proxy.HOST (XEP-0065)
    """

    services = {b"c2s"}

    def __init__(self, accounts, contacts=(), rooms=None, rate=None,
                 modules=(), extra="", http=False, proxy65=False):
        super().__init__("prosody", accounts, contacts)
        self._rooms = rooms
        self._rate = rate
        self._modules = list(modules)
        self._extra = extra
        if http:
            self._modules.append("bosh")
            self.services = self.services | {b"http"}
        self._proxy65 = proxy65
        if proxy65:
            self.services = self.services | {b"proxy65"}
        self._write_accounts()
        self._write_rosters()
        self.start()

    def _data(self, jid, kind):
        name, host = jid.split("@")
        folder = os.path.join(self.dir, "data", _encode(host), kind)
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, _encode(name) + ".dat")

    def _write_accounts(self):
        for jid, password in self.accounts.items():
            with open(self._data(jid, "accounts"), "w") as file:
                file.write(f"return {{ {_hashed(password)} }};\n")

    def _write_rosters(self):
        for jid, others in self.rosters().items():
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
        if self._proxy65:
            for host in self.hosts:
                extra += f'Component "proxy.{host}" "proxy65"\n'
        return CONFIG.format(
            dir=self.dir, modules_dir=MODULES, c2s=self.port, http=self.http_port,
            proxy65=self.proxy65_port,
            hosts=self.hosts, extra=extra,
            modules="".join(f', "{module}"' for module in modules))

    def launch(self):
        self.http_port = server.free_port()
        self.proxy65_port = server.free_port()
        path = os.path.join(self.dir, "prosody.cfg.lua")
        with open(path, "w") as file:
            file.write(self._config())
        services = set()
        for line in self.run(["prosody", "-F", "--config", path]):
            if match := READY.search(line):
                services.add(match[1])
            if BUSY.search(line):
                break
            if services >= self.services:
                return True
        return False

    @property
    def bosh_url(self):
        return f"http://127.0.0.1:{self.http_port}/http-bind"
