# SPDX-License-Identifier: GPL-2.0-or-later
"""
A Prosody on loopback with the configuration that Debian's package installs:
TLS required, passwords hashed, a client may send 10 kB a second, traffic is
kept back for clients that are idle. Messages are archived, too, as the
configuration proposes.
"""

import os
import re
import subprocess

from . import prosody, unpacked

# Options before the first host apply to all hosts.
OURS = """
run_as_root = true
pidfile = "{dir}/prosody.pid"
data_path = "{dir}/data"
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {c2s} }}
c2s_direct_tls_ports = {{ }}
http_ports = {{ }}
https_ports = {{ }}
modules_disabled = {{ "s2s", "admin_shell", "posix" }}
ssl = {{ certificate = "{dir}/server.crt"; key = "{dir}/server.key" }}
"""


class StockProsody(prosody.Prosody):
    """accounts, contacts: as Server has them"""

    encrypted = True
    services = {b"c2s"}

    def __init__(self, accounts, contacts=()):
        self._root = unpacked.root("prosody")
        super().__init__(accounts, contacts)

    def _make_certificate(self):
        names = ",".join(f"DNS:{host}" for host in self.hosts)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec",
             "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", f"/CN={self.hosts[0]}", "-addext",
             f"subjectAltName={names},IP:127.0.0.1", "-out", "server.crt",
             "-keyout", "server.key"], cwd=self.dir, check=True,
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def be_trusted_by(self, client):
        """Makes the client trust the certificate, as if its user had accepted
        it."""
        folder = os.path.join(client.dir, "certificates", "x509", "tls_peers")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(self.dir, "server.crt")) as source, \
                open(os.path.join(folder, "127.0.0.1"), "w") as target:
            target.write(source.read())

    def _config(self):
        path = os.path.join(self._root, "etc", "prosody", "prosody.cfg.lua")
        with open(path) as file:
            text = file.read()
        text, count = re.subn(r'--\s*("mam";)', r"\1", text)
        assert count == 1, "the configuration proposes no archive"
        text = re.sub(r"^(Include|VirtualHost) .*$", "", text, flags=re.M)
        # An option that is there twice would be an error.
        for name in re.findall(r"^(\w+) =", OURS, flags=re.M):
            text = re.sub(rf"^{name} = (\{{.*?^\}}|.*?$)", "", text,
                          flags=re.M | re.S)
        if not os.path.exists(os.path.join(self.dir, "server.crt")):
            self._make_certificate()
        return text + OURS.format(dir=self.dir, c2s=self.port) + "".join(
            f'VirtualHost "{host}"\n' for host in self.hosts)

    def stored(self):
        """Everything that it has written to disk, as one text."""
        found = []
        for base, _, names in os.walk(os.path.join(self.dir, "data")):
            for name in names:
                with open(os.path.join(base, name), errors="replace") as file:
                    found.append(file.read())
        return "\n".join(found)
