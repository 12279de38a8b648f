# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification by shared secret: the Socialist Millionaires' Protocol, written
from the protocol's description and that of OTR version 3."""
import base64
import hashlib
import secrets
import unicodedata

from . import ns, stream
from .session import Session as PlainSession

# RFC 3526, number 5.
MODULUS = int(
    'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74'
    '020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437'
    '4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED'
    'EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05'
    '98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB'
    '9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF', 16)
ORDER = (MODULUS - 1) // 2
G1 = 2
COUNTS = {1: 6, 2: 11, 3: 8, 4: 3}
# Unicode's Zs, Zl and Zp, and these characters.
SPACES = '\t\n\f\r'


class Cheated(Exception):
    """A step that only an attacker would send."""


def normal(text):
    text = unicodedata.normalize('NFKC', text)

    def is_space(char):
        return char in SPACES or unicodedata.category(char)[0] == 'Z'

    while text and is_space(text[0]):
        text = text[1:]
    while text and is_space(text[-1]):
        text = text[:-1]
    return text


def number(data):
    return int.from_bytes(data, 'big')


def power(base, exponent):
    return pow(base, exponent, MODULUS)


def ratio(one, other):
    return one * pow(other, -1, MODULUS) % MODULUS


def mpi(value):
    data = value.to_bytes((value.bit_length() + 7) // 8, 'big')
    return len(data).to_bytes(4, 'big') + data


def digest(version, *values):
    return number(hashlib.sha256(
        bytes([version]) + b''.join(mpi(value) for value in values)).digest())


def write(values):
    return len(values).to_bytes(4, 'big') + b''.join(map(mpi, values))


def read(step, data):
    def take(size):
        nonlocal data
        if len(data) < size:
            raise Cheated('cut')
        taken, data = data[:size], data[size:]
        return taken

    count = number(take(4))
    if count != COUNTS[step]:
        raise Cheated('%d numbers in step %d' % (count, step))
    values = [number(take(number(take(4)))) for _ in range(count)]
    if data:
        raise Cheated('more behind')
    return values


def in_group(*values):
    if not all(2 <= value <= MODULUS - 2 for value in values):
        raise Cheated('not in the group')


def is_exponent(*values):
    if not all(1 <= value < ORDER for value in values):
        raise Cheated('no exponent')


def proved(right):
    if not right:
        raise Cheated('a proof that proves nothing')


def some():
    return secrets.randbelow(ORDER - 1) + 1


class Smp:
    """One attempt of one side. receive() returns the next step or None, and
    `same` is the result."""

    def __init__(self, secret):
        self._secret = number(secret)
        self._two, self._three = some(), some()
        self._pair = self._g3 = self._other_g3 = None
        self.same = None

    def _knows(self, version, exponent):
        """Proof of knowing the exponent of a power of g1."""
        r = some()
        c = digest(version, power(G1, r))
        return c, (r - exponent * c) % ORDER

    @staticmethod
    def _check_knows(version, value, c, d):
        in_group(value)
        is_exponent(d)
        proved(c == digest(version, power(G1, d) * power(value, c) % MODULUS))

    def _commit(self, version, g2, g3):
        """P and Q, with the proof that they hold one secret."""
        r4, r5, r6 = some(), some(), some()
        p = power(g3, r4)
        q = power(G1, r4) * power(g2, self._secret) % MODULUS
        c = digest(version, power(g3, r5),
                   power(G1, r5) * power(g2, r6) % MODULUS)
        return p, q, [p, q, c, (r5 - r4 * c) % ORDER,
                      (r6 - self._secret * c) % ORDER]

    @staticmethod
    def _check_commit(version, g2, g3, p, q, c, d5, d6):
        in_group(p, q)
        is_exponent(d5, d6)
        proved(c == digest(
            version, power(g3, d5) * power(p, c) % MODULUS,
            power(G1, d5) * power(g2, d6) * power(q, c) % MODULUS))

    def _reveal(self, version, q):
        """R with the proof that it is made of the same exponent as g3."""
        r7 = some()
        c = digest(version, power(G1, r7), power(q, r7))
        return [power(q, self._three), c, (r7 - self._three * c) % ORDER]

    def _check_reveal(self, version, q, r, c, d7):
        in_group(r)
        is_exponent(d7)
        proved(c == digest(
            version, power(G1, d7) * power(self._other_g3, c) % MODULUS,
            power(q, d7) * power(r, c) % MODULUS))

    def begin(self):
        return write([power(G1, self._two), *self._knows(1, self._two),
                      power(G1, self._three), *self._knows(2, self._three)])

    def receive(self, step, data):
        return getattr(self, '_take_%d' % step)(*read(step, data))

    def _take_1(self, g2a, c2, d2, g3a, c3, d3):
        self._check_knows(1, g2a, c2, d2)
        self._check_knows(2, g3a, c3, d3)
        self._other_g3 = g3a
        self._g2, self._g3 = power(g2a, self._two), power(g3a, self._three)
        p, q, proof = self._commit(5, self._g2, self._g3)
        self._pair = p, q
        return write([power(G1, self._two), *self._knows(3, self._two),
                      power(G1, self._three), *self._knows(4, self._three),
                      *proof])

    def _take_2(self, g2b, c2, d2, g3b, c3, d3, pb, qb, c, d5, d6):
        self._check_knows(3, g2b, c2, d2)
        self._check_knows(4, g3b, c3, d3)
        self._other_g3 = g3b
        g2, g3 = power(g2b, self._two), power(g3b, self._three)
        self._check_commit(5, g2, g3, pb, qb, c, d5, d6)
        pa, qa, proof = self._commit(6, g2, g3)
        self._pair = ratio(pa, pb), ratio(qa, qb)
        return write([*proof, *self._reveal(7, self._pair[1])])

    def _take_3(self, pa, qa, c, d5, d6, ra, cr, d7):
        pb, qb = self._pair
        self._check_commit(6, self._g2, self._g3, pa, qa, c, d5, d6)
        q = ratio(qa, qb)
        self._check_reveal(7, q, ra, cr, d7)
        self.same = power(ra, self._three) == ratio(pa, pb)
        return write(self._reveal(8, q))

    def _take_4(self, rb, cr, d7):
        p, q = self._pair
        self._check_reveal(8, q, rb, cr, d7)
        self.same = power(rb, self._three) == p


def raw(fingerprint):
    return bytes.fromhex(fingerprint.replace(':', ''))


class Session(PlainSession):
    """A private conversation with a contact who can be verified this way.
    Event: smp, an element of that name."""

    def shared(self, text):
        """The value that is compared, made from the typed secret."""
        own, theirs = raw(self.identity.fingerprint), raw(self.tls.fingerprint)
        client, server = (own, theirs) if self.initiator else (theirs, own)
        return hashlib.sha256(
            b'xtls-smp-1\0' + self.tls.binding + client + server
            + normal(text).encode()).digest()

    def _answer_iq(self, node):
        smp = ns.find(node, ns.SMP, 'smp')
        if smp is None:
            super()._answer_iq(node)
            return
        self.send_plain("<iq type='result' id=%s/>"
                        % stream.quoteattr(node.get('id')))
        self.events.put('smp', smp)

    def send_step(self, attempt, step, data, question=None):
        asked = '' if question is None else \
            '<question>%s</question>' % stream.escape(question)
        self.send_plain(
            "<iq type='set' id='%s-%d'><smp xmlns='%s' attempt='%s' step='%d'>"
            '%s<data>%s</data></smp></iq>'
            % (attempt, step, ns.SMP, attempt, step, asked,
               base64.b64encode(data).decode()))

    async def take_step(self, step):
        """The attempt and the data of the next step."""
        smp = await self.wait('smp')
        assert smp.get('step') == str(step), smp.attrib
        return smp, base64.b64decode(ns.find(smp, ns.SMP, 'data').text,
                                     validate=True)

    async def verify(self, text, attempt, question=None):
        """Begins; returns whether the secrets were the same."""
        smp = Smp(self.shared(text))
        self.send_step(attempt, 1, smp.begin(), question)
        _, data = await self.take_step(2)
        self.send_step(attempt, 3, smp.receive(2, data))
        smp.receive(4, (await self.take_step(4))[1])
        return smp.same

    async def be_verified(self, text):
        """Answers; returns whether they were the same, and the question."""
        smp = Smp(self.shared(text))
        first, data = await self.take_step(1)
        attempt = first.get('attempt')
        self.send_step(attempt, 2, smp.receive(1, data))
        self.send_step(attempt, 4, smp.receive(3, (await self.take_step(3))[1]))
        question = ns.find(first, ns.SMP, 'question')
        return smp.same, None if question is None else question.text
