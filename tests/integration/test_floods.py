# SPDX-License-Identifier: GPL-2.0-or-later
"""Contacts that attack without a pause: every limit holds, and the client
stays as small and responsive as it was. Each attack has a server and a client
of its own. `make soak-peer` runs all of them, for SOAK_SECONDS each."""
import os

from peer import flood, floods_inside, floods_outside  # noqa: each registers
from peer.world import test
from xtlstest import tap

SECONDS = float(os.environ.get('SOAK_SECONDS', '2'))


def make_test(name):
    @tap.timeout(int(900 + SECONDS))
    async def run():
        await flood.run(name, SECONDS)

    run.__name__ = 'test_' + name
    return test(run)


for _name in flood.ATTACKS:
    globals()['test_' + _name] = make_test(_name)
