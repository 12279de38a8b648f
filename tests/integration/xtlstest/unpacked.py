# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages of Debian, unpacked under the build folder, not installed."""

import glob
import os
import platform
import subprocess

from . import client, tap

FOLDER = os.path.join(client.BUILD, "others")
# Where Debian keeps the libraries of this machine, below lib or usr/lib.
TRIPLET = platform.machine() + "-linux-gnu"


def root(name):
    """Where the packages of this set of tests/unpack are."""
    subprocess.run([os.path.join(tap.TESTS, "unpack"), FOLDER, name],
                   check=True, stdout=subprocess.DEVNULL)
    return os.path.join(FOLDER, name, "root")


def find(folder, *pattern):
    """The one file below `folder` whose path fits."""
    (found,) = glob.glob(os.path.join(folder, *pattern))
    return found


def libraries(folder):
    """For LD_LIBRARY_PATH."""
    return os.pathsep.join(os.path.join(folder, path, TRIPLET)
                           for path in ("lib", "usr/lib"))
