# SPDX-License-Identifier: GPL-2.0-or-later
"""A wrong clock and a full disk (faults/faults.c)."""

import os
import re
import struct
import subprocess

from . import client

LIBRARY = os.path.join(client.BUILD, "tests", "faults.so")


def environment():
    """What a client needs for it. AddressSanitizer insists on being the first
    library."""
    sanitizer = re.findall(r"libasan\S* => (\S+)", subprocess.check_output(
        ["ldd", client.HEADLESS], text=True))
    return {"LD_PRELOAD": " ".join([*sanitizer, LIBRARY])}


def set_faults(folder, seconds=0, disk_is_full=False):
    """Sets the clock of the client with this folder forward, and fills its
    disk. For the first time, it must not run yet."""
    path = os.path.join(folder, "faults")
    with open(path, "r+b" if os.path.exists(path) else "wb") as file:
        file.write(struct.pack("qq", seconds, disk_is_full))
