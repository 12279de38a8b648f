# SPDX-License-Identifier: GPL-2.0-or-later
"""TLS as bytes in, bytes out: OpenSSL over its memory BIO."""
import ctypes

from OpenSSL import SSL

from . import identity as identities

CHUNK = 65536

_libssl = ctypes.CDLL('libssl.so.3')
_libssl.SSL_CTX_set_num_tickets.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_CLIENT = ctypes.CFUNCTYPE(
    ctypes.c_uint, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p,
    ctypes.c_uint, ctypes.c_void_p, ctypes.c_uint)
_SERVER = ctypes.CFUNCTYPE(
    ctypes.c_uint, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p,
    ctypes.c_uint)
_libssl.SSL_CTX_set_psk_client_callback.argtypes = [ctypes.c_void_p, _CLIENT]
_libssl.SSL_CTX_set_psk_server_callback.argtypes = [ctypes.c_void_p, _SERVER]


class TlsError(Exception):
    """The handshake failed, or the peer sent an alert."""


def make_context(version):
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(version)
    context.set_max_proto_version(version)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_options(SSL.OP_NO_TICKET)
    # pyOpenSSL lacks this function, and OP_NO_TICKET does not disable the
    # stateful tickets of TLS 1.3.
    _libssl.SSL_CTX_set_num_tickets(address(context), 0)
    return context


def address(context):
    """Where OpenSSL's own object is, for functions that pyOpenSSL lacks."""
    return int(SSL._ffi.cast('uintptr_t', context._context))


class Tls:
    """One end of a TLS connection.

    After feed() and every write, call take() for the bytes to send. `check` is
    called with the peer's certificate and returns what is wrong with it, or
    None.
    """

    def __init__(self, server, identity, check, version=SSL.TLS1_3_VERSION):
        context = make_context(version)
        self.problem = None

        # Chains and dates do not matter for self-signed certificates. False
        # makes OpenSSL send an alert.
        def verify(_, certificate, error, depth, ok):
            if depth == 0:
                self.problem = check(certificate)
            return self.problem is None

        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT,
                           verify)
        if identity is not None:
            context.use_certificate(identity.openssl_certificate())
            context.use_privatekey(identity.openssl_key())
        self._prepare(server, context)

    def _prepare(self, server, context):
        self._connection = SSL.Connection(context, None)
        if server:
            self._connection.set_accept_state()
        else:
            self._connection.set_connect_state()
        self.ready = False
        self.closed = False

    def start(self):
        self._shake()

    def _shake(self):
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.Error as error:
            raise TlsError(describe(error)) from error
        self.ready = True

    def feed(self, data):
        """Takes bytes of the peer and returns the plaintext in them."""
        plain = b''
        while data:
            written = self._connection.bio_write(data[:CHUNK])
            data = data[written:]
            if not self.ready:
                self._shake()
            if self.ready:
                plain += self._read()
        return plain

    def _read(self):
        plain = b''
        while True:
            try:
                plain += self._connection.recv(CHUNK)
            except SSL.WantReadError:
                return plain
            except SSL.ZeroReturnError:
                self.closed = True
                return plain
            except SSL.Error as error:
                raise TlsError(describe(error)) from error

    def write(self, plain):
        if plain:
            self._connection.sendall(plain)

    def close_notify(self):
        try:
            self._connection.shutdown()
        except SSL.Error as error:
            raise TlsError(describe(error)) from error

    def take(self):
        data = b''
        while True:
            try:
                data += self._connection.bio_read(CHUNK)
            except SSL.WantReadError:
                return data

    @property
    def certificate(self):
        return self._connection.get_peer_certificate()

    @property
    def fingerprint(self):
        return identities.fingerprint_of(self.certificate)

    @property
    def binding(self):
        """The tls-exporter channel binding of RFC 9266."""
        return self.export(b'EXPORTER-Channel-Binding', b'')

    def export(self, label, context):
        """32 bytes that both ends can compute, and nobody else."""
        return self._connection.export_keying_material(label, 32, context)

    @property
    def version(self):
        return self._connection.get_protocol_version_name()

    @property
    def cipher(self):
        return self._connection.get_cipher_name()

    @property
    def server_name(self):
        return self._connection.get_servername()


class PresharedTls(Tls):
    """TLS 1.3 with a key of 32 bytes that both ends have, and without
    certificates."""

    IDENTITY = b'xtls'

    def __init__(self, server, key, identity=IDENTITY):
        context = make_context(SSL.TLS1_3_VERSION)
        pointer = address(context)

        def client(_, hint, to, room, key_to, key_room):
            ctypes.memmove(to, identity + b'\0', len(identity) + 1)
            ctypes.memmove(key_to, key, len(key))
            return len(key)

        def find(_, named, key_to, key_room):
            if named != identity:
                return 0
            ctypes.memmove(key_to, key, len(key))
            return len(key)

        # OpenSSL keeps them as long as the context.
        self._callbacks = _CLIENT(client), _SERVER(find)
        _libssl.SSL_CTX_set_psk_client_callback(pointer, self._callbacks[0])
        _libssl.SSL_CTX_set_psk_server_callback(pointer, self._callbacks[1])
        self._prepare(server, context)


def describe(error):
    """OpenSSL's reason, such as 'tlsv13 alert certificate required'."""
    if error.args and isinstance(error.args[0], list):
        return '; '.join(entry[2] for entry in error.args[0])
    return str(error)
