# SPDX-License-Identifier: GPL-2.0-or-later
"""`make demo`, the first of README's two commands."""

import os
import subprocess
import sys

DEMO = os.path.join(os.path.dirname(__file__), "..", "demo.py")


def test_the_demo_succeeds():
    """On a machine without a display, where it takes a picture."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([sys.executable, DEMO], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    assert done.returncode == 0, done.stdout
    assert "A picture of it" in done.stdout, done.stdout
