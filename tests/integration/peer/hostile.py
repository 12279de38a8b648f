# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions that break one rule each."""

from OpenSSL import SSL

from . import ibb, jingle, ns, stream
from .session import Held, Session


# --- Jingle ---------------------------------------------------------------

class Deaf(Session):
    """Requests or accepts a session, and then does nothing more."""

    def start_tls(self):
        pass

    async def start(self):
        pass


class BlockSize(Deaf):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.block_size = self.wrong


class BlockSizeZero(BlockSize):
    wrong = 0


class BlockSizeTooLarge(BlockSize):
    wrong = 65536


class WrongInitiator(Deaf):
    def initiate_element(self):
        return jingle.initiate(self.sid, self.liar, self.content())


class WrongResponder(Deaf):
    def accept_element(self):
        return jingle.accept(self.sid, 'benvolio@localhost/x', self.content())


class NoSecurity(Session):
    def security(self):
        return None


class UnknownMethod(Session):
    def security(self):
        return ns.element(ns.XTLS, 'security',
                          ns.element(ns.XTLS, 'method', name='srp'))


class OtherFingerprint(Session):
    def security(self):
        return jingle.security(':'.join(['AB'] * 32))


class OtherBytestream(Session):
    """Accepts with a bytestream that was not offered."""

    def accept_element(self):
        node = jingle.content(jingle.new_id(), self.block_size,
                              self.security(), self.name)
        return jingle.accept(self.sid, self.me, node)


class LargerBlocks(Session):
    """Accepts with larger blocks than were offered."""

    def accept_element(self):
        self.block_size = 65535
        return super().accept_element()


class MessageStanzas(Session):
    def open_element(self):
        node = super().open_element()
        node.set('stanza', 'message')
        return node


class HoldsOpen(Session):
    """Leaves the <open/> unanswered until release()."""

    def take_bytestream(self, node):
        if ns.split(node.tag)[1] == 'open':
            raise Held
        return super().take_bytestream(node)

    def release(self, iq):
        afterwards = super().take_bytestream(iq.xml[0])
        iq.reply(clear=True).send()
        afterwards()


# --- IBB ------------------------------------------------------------------

class _Skips(ibb.Outgoing):
    def number(self):
        return super().number() + 1


class _NumberTooLarge(ibb.Outgoing):
    def number(self):
        return super().number() + 65536


class _Text(ibb.Outgoing):
    """Changes the text of a block."""

    def data(self, block):
        node = super().data(block)
        node.text = self.spoil(node.text)
        return node


class _Foreign(_Text):
    def spoil(self, text):
        return text[:4] + '!!!!' + text[4:]


class _Newline(_Text):
    def spoil(self, text):
        return text[:4] + '\n' + text[4:]


class _Padded(_Text):
    def spoil(self, text):
        return 'FgMDAA==' + text


class _Short(_Text):
    def spoil(self, text):
        return text + 'A'


class _Long(ibb.Outgoing):
    def data(self, block):
        filler = bytes(self.block_size + 1 - len(block))
        return super().data(block + filler)


def blocks(outgoing):
    """Makes a session whose blocks are wrong in that way."""
    return type('Blocks' + outgoing.__name__, (Session,),
                {'outgoing_class': outgoing})


SKIPS = blocks(_Skips)
NUMBER_TOO_LARGE = blocks(_NumberTooLarge)
FOREIGN_CHARACTER = blocks(_Foreign)
NEWLINE = blocks(_Newline)
MISPLACED_PADDING = blocks(_Padded)
INCOMPLETE = blocks(_Short)
TOO_LONG = blocks(_Long)


# --- TLS ------------------------------------------------------------------

class Credulous(Session):
    """Accepts every peer, so that the peer itself must reject the session."""

    def check_certificate(self, certificate):
        return None


class NoCertificate(Session):
    def make_tls(self):
        return self.tls_class(not self.initiator, None, self.check_certificate)


class OldTls(Session):
    def make_tls(self):
        return self.tls_class(not self.initiator, self.identity, self.check_certificate,
                              SSL.TLS1_2_VERSION)


class Garbage(Session):
    """Sends bytes that are not TLS."""

    def start_tls(self):
        super().start_tls()
        self.out.write(b'GET / HTTP/1.1\r\n\r\n' * 50)

    def flush(self):
        self.tls.take()


class EndlessHandshake(Session):
    """Sends a handshake message that announces 16 MiB and never ends."""

    def start_tls(self):
        super().start_tls()
        record = b'\x16\x03\x03' + (16384).to_bytes(2, 'big')
        message = b'\x01\xff\xff\xf0' if self.initiator else b'\x02\xff\xff\xf0'
        self.out.write(record + message + bytes(16380)
                       + (record + bytes(16384)) * 8)

    def flush(self):
        self.tls.take()


# --- the stream inside ----------------------------------------------------

class Header(Session):
    """Sends another header: from, to, or all of it."""

    sender = None
    receiver = None
    text = None

    def header(self):
        if self.text is not None:
            return self.text % {'me': self.me, 'peer': self.peer}
        return stream.header(self.sender or self.me,
                             self.receiver or self.peer,
                             None if self.initiator else jingle.new_id())


def header(**values):
    return type('HeaderWith', (Header,), values)


class Early(Session):
    """Stanzas before the header."""

    def after_handshake(self):
        self.send_plain(stream.message('too early', 'e1'))


class Mute(Session):
    """Finishes the handshake and sends no header."""

    def after_handshake(self):
        pass


class NoCloseNotify(Session):
    def end_tls(self):
        pass


async def vanish(session):
    """Ends the bytestream and the session as if all were well."""
    await session.out.drained()
    await session.request(ibb.close_element(session.ibb_sid))
    await session.request(jingle.terminate(session.sid, 'success'))
    session.finished('gone')
