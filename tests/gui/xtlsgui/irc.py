# SPDX-License-Identifier: GPL-2.0-or-later
"""The part of an IRC server that a client needs to be online."""

import socketserver
import threading

from xtlstest import client

from . import accountfile


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        nick = "*"
        for line in self.rfile:
            word, _, rest = line.decode(errors="replace").strip().partition(
                " ")
            if word == "NICK":
                nick = rest.lstrip(":")
            elif word == "USER":
                for number, text in (("001", "Welcome"), ("376", "End")):
                    self.wfile.write(
                        f":irc {number} {nick} :{text}\r\n".encode())
                self.server.logged_in.set()
            elif word == "PING":
                self.wfile.write(f":irc PONG irc {rest}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class Server:
    """with Server() as server: on 127.0.0.1"""

    def __enter__(self):
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.logged_in = threading.Event()
        threading.Thread(target=self._server.serve_forever,
                         daemon=True).start()
        return self

    def account(self, name):
        """The account as an element of accounts.xml."""
        return accountfile.account(
            "irc", f"{name}@127.0.0.1", self._server.server_address[1],
            accountfile.PIDGIN)

    def wait_for_login(self):
        assert self._server.logged_in.wait(client.TIMEOUT), "nobody came"

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
