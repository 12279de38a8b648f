# SPDX-License-Identifier: GPL-2.0-or-later
"""What a hostile peer does, and what it must see for it on the wire.

A case is run against the plugin, and against a good peer of our own to show
that a right implementation passes. `shown` is what the attacked user sees:
nothing · failed (a start of her own did not work) · cut (an open session) ·
open (it is still up, and returned by the case).
"""
from .jingle import Refused
from .session import Session

CASES = []


class Case:
    def __init__(self, name, shown, run):
        self.group = run.__module__.rsplit('_', 1)[1]
        self.name = name
        self.shown = shown
        self.run = run


class Wrong(AssertionError):
    """The attacked side did not follow the protocol."""


def case(name, shown='nothing'):
    def register(run):
        CASES.append(Case(name, shown, run))
        return run
    return register


async def refused(request, *conditions):
    """The request must be answered with one of these errors."""
    try:
        await request
    except Refused as refusal:
        if refusal.condition not in conditions:
            raise Wrong('%s, not %s' % (refusal.condition,
                                        '/'.join(conditions))) from None
        return refusal
    raise Wrong('accepted, not ' + '/'.join(conditions))


def expect(value, wanted):
    if value != wanted:
        raise Wrong('%r, not %r' % (value, wanted))


class Attack:
    """The attacked side, as a case sees it. The runner fills it in.

    client: the attacker, a contact · other: another contact's client ·
    target: full JID of the attacked · start(): makes it call us ·
    own_identity(): the attacked account's own key · login(resource): one more
    of ours · own_client(resource): one more of the attacked account's
    """

    def __init__(self, client, other, target):
        self.client = client
        self.other = other
        self.target = target

    async def called(self, session_class):
        """Has the other side call a session of that class."""
        self.client.session_class = session_class
        await self.start()
        return await self.client.incoming.get('session')

    def call(self, session_class=Session):
        return self.client.session(self.target, session_class)

    async def settled(self):
        """All that the other side had to say before has arrived."""
        await self.client.disco(self.target)
