# SPDX-License-Identifier: GPL-2.0-or-later
"""Contacts that attack for as long as they can: every limit holds, and the
client stays as small and as well as it was.

All attacks, each against a server and a client of its own, or those that are
named. SOAK_SECONDS each, SOAK_JOBS side by side: `make soak-peer`."""
import concurrent.futures
import os
import subprocess
import sys

from peer import fight, floods_inside, floods_outside  # noqa: each registers
from peer.world import test
from xtlstest import process, tap

SECONDS = float(os.environ.get('SOAK_SECONDS', '2'))
JOBS = int(os.environ.get('SOAK_JOBS', '6'))


def flood(name):
    @tap.timeout(int(900 + SECONDS))
    async def run():
        await fight.run(name, SECONDS)

    run.__name__ = 'test_' + name
    return test(run)


for _name in fight.ATTACKS:
    globals()['test_' + _name] = flood(_name)


def run_alone(name):
    """In a process of its own. Returns whether it went well, and its notes."""
    child = process.start([sys.executable, os.path.abspath(__file__), name],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    notes = [line for line in child.communicate()[0].splitlines()
             if line.startswith('#')]
    return child.returncode == 0, '\n'.join(notes)


def run_all():
    print(f'1..{len(fight.ATTACKS)}', flush=True)
    good = True
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        results = pool.map(run_alone, fight.ATTACKS)
        for number, name in enumerate(fight.ATTACKS, 1):
            well, notes = next(results)
            good &= well
            print(notes, file=sys.stderr, flush=True)
            print(f"{'ok' if well else 'not ok'} {number} - {name}",
                  flush=True)
    return 0 if good else 1


if __name__ == '__main__':
    if len(sys.argv) > 1:
        tap.run(globals())
    sys.exit(run_all())
