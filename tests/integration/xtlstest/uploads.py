# SPDX-License-Identifier: GPL-2.0-or-later
"""An upload service (XEP-0363) whose web server reports what it receives."""

import http.server
import os
import queue
import shutil
import ssl
import subprocess
import threading

from . import client, process, server

HOST = "upload.montague.lit"


class Uploads:
    """wait() returns the uploads, one after the other."""

    def __init__(self):
        self._given = queue.Queue()
        self.port = server.free_port()
        folder = process.folder("uploads")
        self.certificate = os.path.join(folder, "certificate.pem")
        key = os.path.join(folder, "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec",
             "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1,DNS:127.0.0.1",
             "-keyout", key, "-out", self.certificate, "-days", "30"],
            check=True, stderr=subprocess.DEVNULL)
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket,
                                                  server_side=True)
        threading.Thread(target=self._server.serve_forever,
                         daemon=True).start()

    def _handler(self):
        given = self._given

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PUT(self):
                length = int(self.headers["Content-Length"])
                given.put(self.rfile.read(length))
                self.send_response(201)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        return Handler

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()

    def wait(self, timeout=client.TIMEOUT):
        return self._given.get(timeout=timeout)

    def is_unused(self):
        return self._given.empty()

    @property
    def component(self):
        """The component for the server's configuration."""
        return (f'\nComponent "{HOST}" "http_file_share"\n'
                f'http_external_url = "https://127.0.0.1:{self.port}/"\n')

    def trust(self, one):
        """Makes the client accept the web server's certificate."""
        known = os.path.join(one.dir, "certificates", "x509", "tls_peers")
        os.makedirs(known, exist_ok=True)
        shutil.copy(self.certificate, os.path.join(known, "127.0.0.1"))
