# SPDX-License-Identifier: GPL-2.0-or-later
"""
Random pauses before what tests do and before what proxies pass on, if
XTLS_JITTER=SEED is set. A test that fails with them depends on which of two
processes is quicker.
"""

import os
import random
import time

_SEED = os.environ.get("XTLS_JITTER")
_numbers = random.Random(_SEED)


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
