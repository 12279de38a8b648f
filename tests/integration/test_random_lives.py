# SPDX-License-Identifier: GPL-2.0-or-later
"""
Random actions of two and of three users, see xtlstest.lives.

XTLS_SEED=s repeats one run, and XTLS_LIVES=n sets the total time in seconds
(60), which `make soak-lives` uses to run for hours. The seed determines what
happens, but not exactly when.
"""

import os
import time

from xtlstest import lives, tap
from xtlstest.scene import JULIET, ROMEO

SECONDS = float(os.environ.get("XTLS_LIVES", 60))
ONE_LIFE = 25  # seconds, before the final checks begin


@tap.timeout(int(SECONDS * 4) + 900)
def test_random_lives():
    seed = int(os.environ.get("XTLS_SEED") or time.time() % 10**6)
    until = time.monotonic() + SECONDS
    done = set()
    for number in range(10**6):
        people = [ROMEO, JULIET] + [lives.NURSE] * (number % 2)
        print(f"# seed {seed + number}: {len(people)} people", flush=True)
        world = lives.World(seed + number, ONE_LIFE, people)
        world.run()
        done |= set(world.done)
        if time.monotonic() >= until:
            break
    missing = set(lives.OPERATIONS) - done
    assert not missing, f"never done: {missing}"
