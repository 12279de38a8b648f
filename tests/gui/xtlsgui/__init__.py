# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of tests with windows: a virtual screen, real Pidgin on it, and a user
who reads and presses what assistive technology sees."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..",
                                "integration"))
