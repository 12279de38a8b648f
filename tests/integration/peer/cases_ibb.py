# SPDX-License-Identifier: GPL-2.0-or-later
"""A bytestream that breaks XEP-0047."""

from . import hostile, ibb, jingle
from .case import case, expect, refused

def bad_blocks(name, session_class, *conditions):
    @case('IBB: %s, calling' % name)
    async def calling(attack):
        session = attack.call(session_class)
        await session.ask()
        await session.wait('accepted')
        await session.start()
        expect(await session.events.get('block-refused',
                                        unless=('open', 'secure'))
               in conditions, True)
        await session.events.get('terminate', unless=('open',))

    @case('IBB: %s, called' % name, 'failed')
    async def called(attack):
        session = await attack.called(session_class)
        expect(await session.events.get('block-refused', unless=('open',))
               in conditions, True)
        await session.events.get('terminate', unless=('open',))


bad_blocks('a number left out', hostile.SKIPS, 'unexpected-request')
bad_blocks('a number of 65536', hostile.NUMBER_TOO_LARGE, 'bad-request',
           'unexpected-request')
bad_blocks('a character outside base64', hostile.FOREIGN_CHARACTER,
           'bad-request')
bad_blocks('a line break in base64', hostile.NEWLINE, 'bad-request')
bad_blocks('padding in the middle', hostile.MISPLACED_PADDING, 'bad-request')
bad_blocks('base64 cut short', hostile.INCOMPLETE, 'bad-request')
bad_blocks('a block over block-size', hostile.TOO_LONG, 'bad-request')


@case('IBB: a number twice', 'cut')
async def repeated_number(attack):
    session = await attack.client.call(attack.target)
    await session.out.drained()
    node = ibb.data_element(session.ibb_sid, 0, 'AAAA')
    await refused(session.request(node), 'unexpected-request')
    await session.events.get('terminate')


@case('IBB: a block and an end from another JID end nothing', 'open')
async def block_by_other(attack):
    session = await attack.client.call(attack.target)
    for node in (ibb.data_element(session.ibb_sid, 0, 'AAAA'),
                 ibb.close_element(session.ibb_sid),
                 jingle.terminate(session.sid, 'success')):
        await refused(attack.other.request(attack.target, node),
                      'item-not-found')
    return session


