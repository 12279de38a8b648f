# SPDX-License-Identifier: GPL-2.0-or-later
"""A connection without a library, for attacks that need a thousand
connections."""
import asyncio
import base64

HEADER = ("<?xml version='1.0'?><stream:stream to='%s' version='1.0'"
          " xmlns='jabber:client'"
          " xmlns:stream='http://etherx.jabber.org/streams'>")
FEATURES = b'</stream:features>'


class Raw:
    """Logs in with a resource, and reads nothing after that."""

    @classmethod
    async def login(cls, port, jid, password, resource):
        raw = cls()
        user, host = jid.split('@')
        raw._reader, raw._writer = await asyncio.open_connection(
            '127.0.0.1', port)
        await raw._ask(HEADER % host, FEATURES)
        plain = base64.b64encode(f'\0{user}\0{password}'.encode()).decode()
        await raw._ask("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
                       " mechanism='PLAIN'>%s</auth>" % plain, b'<success')
        await raw._ask(HEADER % host, FEATURES)
        await raw._ask("<iq type='set' id='b'><bind xmlns='urn:ietf:params:"
                       "xml:ns:xmpp-bind'><resource>%s</resource></bind></iq>"
                       % resource, b'</iq>')
        return raw

    async def _ask(self, text, answer):
        self.send(text)
        await self._reader.readuntil(answer)

    def send(self, text):
        self._writer.write(text.encode())

    async def close(self):
        self.send('</stream:stream>')
        self._writer.close()
        await self._writer.wait_closed()
