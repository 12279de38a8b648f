# SPDX-License-Identifier: GPL-2.0-or-later
"""
Random pauses before what tests and other programs do and before what arrives,
if XTLS_JITTER=SEED is set. A test that fails with them depends on which of two
processes is quicker.
"""

import os
import random
import time

_SEED = os.environ.get("XTLS_JITTER")
_numbers = random.Random(_SEED)

# Seconds without a pause after each one in a lane.
REST = 0.2


def begin(test):
    """Makes the pauses of a test those that it has when it runs alone."""
    _numbers.seed(f"{_SEED} {test}")


def pause():
    """Seconds to wait. Most are 0, and a few are long enough for several
    round trips."""
    if not _SEED:
        return 0
    kind = _numbers.random()
    if kind < 0.75:
        return 0
    return _numbers.uniform(0, 0.15 if kind < 0.95 else 0.8)


def wait():
    time.sleep(pause())


class Lane:
    """A way on which things pass in order. Between two pauses is a rest, so
    that much data gets only a little slower."""

    def __init__(self):
        self._rested = 0

    def pause(self):
        now = time.monotonic()
        if now < self._rested:
            return 0
        seconds = pause()
        if seconds:
            self._rested = now + seconds + REST
        return seconds

    def wait(self):
        time.sleep(self.pause())
