# SPDX-License-Identifier: GPL-2.0-or-later
"""Headers that must not open a session."""
from . import hostile
from .case import Wrong, case

def bad_header(name, session_class, *conditions):
    def add(role, shown):
        @case('header: %s, %s' % (name, role), shown)
        async def run(attack):
            if role == 'calling':
                session = attack.call(session_class)
                await session.ask()
                await session.wait('accepted')
                await session.start()
            else:
                session = await attack.called(session_class)
            condition = await session.events.get(
                'stream-error', unless=('over', 'terminate'))
            if conditions and condition not in conditions:
                raise Wrong('%s, not %s' % (condition, '/'.join(conditions)))
            await session.events.first(('terminate', 'over'))

    add('calling', 'nothing')
    add('called', 'failed')


NAMESPACES = ("xmlns='jabber:client'"
              " xmlns:stream='http://etherx.jabber.org/streams'")
JIDS = "from='%(me)s' to='%(peer)s' version='1.0'"

bad_header('from is somebody else',
           hostile.header(sender='tybalt@localhost/x'), 'invalid-from')
bad_header('from is the bare JID',
           hostile.header(sender='juliet@localhost'), 'invalid-from')
bad_header('to is somebody else',
           hostile.header(receiver='tybalt@localhost/x'), 'host-unknown')
bad_header('to is the bare JID',
           hostile.header(receiver='romeo@localhost'), 'host-unknown')
bad_header('without from and to',
           hostile.header(text="<stream:stream %s version='1.0'>"
                          % NAMESPACES),
           'invalid-from', 'host-unknown')
bad_header('of another namespace',
           hostile.header(text="<stream:stream xmlns='jabber:client'"
                          " xmlns:stream='urn:other' %s>" % JIDS),
           'invalid-namespace')
bad_header('stanzas of another namespace',
           hostile.header(text="<stream:stream xmlns='jabber:server' xmlns:"
                          "stream='http://etherx.jabber.org/streams' %s>"
                          % JIDS),
           'invalid-namespace')
bad_header('after a DOCTYPE',
           hostile.header(text="<?xml version='1.0'?><!DOCTYPE stream>"
                          "<stream:stream %s %s>" % (NAMESPACES, JIDS)),
           'restricted-xml')
bad_header('data before it', hostile.Early)


@case('header: none, and then cut')
async def mute(attack):
    session = attack.call(hostile.Mute)
    await session.ask()
    await session.wait('accepted')
    await session.start()
    await session.events.get('secure')
    await hostile.vanish(session)
