# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys and certificates, made at run time."""
import base64
import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier
from OpenSSL import crypto

ID_ON_XMPP_ADDR = ObjectIdentifier('1.3.6.1.5.5.7.8.5')
NO_END = datetime.datetime(9999, 12, 31, 23, 59, 59)
LONG_PAST = datetime.datetime(2001, 1, 1)


def der(tag, value):
    """One DER element of less than 64 KiB."""
    if len(value) < 0x80:
        length = bytes([len(value)])
    elif len(value) < 0x100:
        length = bytes([0x81, len(value)])
    else:
        length = bytes([0x82]) + len(value).to_bytes(2, 'big')
    return bytes([tag]) + length + value


class Identity:
    """A private key with its certificate, as OpenSSL objects."""

    def __init__(self, key, certificate):
        self.key = key
        self.certificate = certificate
        encoded = certificate.public_bytes(serialization.Encoding.DER)
        self.fingerprint = fingerprint(encoded)

    @classmethod
    def make(cls, jid, key=None, not_after=NO_END):
        """A self-signed certificate for a bare JID; None: without a JID."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, jid or 'nobody')])
        builder = (x509.CertificateBuilder()
                   .subject_name(name).issuer_name(name)
                   .public_key(key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(LONG_PAST)
                   .not_valid_after(not_after))
        if jid is not None:
            address = x509.OtherName(ID_ON_XMPP_ADDR,
                                     der(0x0c, jid.encode()))
            builder = builder.add_extension(
                x509.SubjectAlternativeName([address]), critical=False)
        return cls(key, builder.sign(key, hashes.SHA256()))

    @classmethod
    def rsa(cls, jid):
        return cls.make(jid, rsa.generate_private_key(65537, 2048))

    @classmethod
    def expired(cls, jid):
        return cls.make(jid, not_after=datetime.datetime(2002, 1, 1))

    @classmethod
    def load(cls, pem):
        """From PEM text that holds a private key and a certificate."""
        return cls(serialization.load_pem_private_key(pem, None),
                   x509.load_pem_x509_certificate(pem))

    def openssl_certificate(self):
        return crypto.X509.from_cryptography(self.certificate)

    def openssl_key(self):
        return crypto.PKey.from_cryptography_key(self.key)


class Stolen(Identity):
    """Another account's certificate with a key that does not belong to it.

    OpenSSL compares only the public halves, so the key file combines the
    victim's public point with our own secret number. Signatures made with it
    are invalid.
    """

    def __init__(self, certificate):
        super().__init__(ec.generate_private_key(ec.SECP256R1()), certificate)

    def openssl_key(self):
        secret = self.key.private_numbers().private_value.to_bytes(32, 'big')
        point = self.certificate.public_key().public_bytes(
            serialization.Encoding.X962,
            serialization.PublicFormat.UncompressedPoint)
        p256 = bytes.fromhex('06082a8648ce3d030107')
        encoded = der(0x30, der(0x02, b'\x01') + der(0x04, secret)
                      + der(0xa0, p256) + der(0xa1, der(0x03, b'\0' + point)))
        pem = (b'-----BEGIN EC PRIVATE KEY-----\n'
               + base64.encodebytes(encoded)
               + b'-----END EC PRIVATE KEY-----\n')
        return crypto.load_privatekey(crypto.FILETYPE_PEM, pem)


def fingerprint(encoded):
    """SHA-256 over DER, as `openssl x509 -fingerprint -sha256` prints it."""
    digest = hashlib.sha256(encoded).hexdigest().upper()
    return ':'.join(digest[i:i + 2] for i in range(0, len(digest), 2))


def fingerprint_of(certificate):
    """That of an OpenSSL certificate."""
    return fingerprint(certificate.to_cryptography().public_bytes(
        serialization.Encoding.DER))


def is_p256(certificate):
    key = certificate.to_cryptography().public_key()
    return (isinstance(key, ec.EllipticCurvePublicKey)
            and isinstance(key.curve, ec.SECP256R1))


def same_fingerprint(one, other):
    def plain(text):
        return text.replace(':', '').strip().lower()
    return plain(one) == plain(other)


def xmpp_addresses(certificate):
    """Every id-on-xmppAddr of an OpenSSL certificate."""
    try:
        extension = certificate.to_cryptography().extensions \
            .get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    others = extension.value.get_values_for_type(x509.OtherName)
    return [other.value[2:].decode() for other in others
            if other.type_id == ID_ON_XMPP_ADDR]
