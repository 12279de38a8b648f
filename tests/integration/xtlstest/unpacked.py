# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages from Debian, unpacked under the build folder and not installed."""

import glob
import os
import subprocess
import sysconfig

from . import client, tap

FOLDER = os.path.join(client.BUILD, "others")
# Debian's folder for this machine's libraries, below lib or usr/lib.
TRIPLET = sysconfig.get_config_var("MULTIARCH")


def root(name):
    """The folder with the packages of this set of tests/unpack."""
    subprocess.run([os.path.join(tap.TESTS, "unpack"), FOLDER, name],
                   check=True, stdout=subprocess.DEVNULL)
    return os.path.join(FOLDER, name, "root")


def needs(name, package):
    """Decorator: runs the test only where Debian has that package of a set of
    tests/unpack. A module does the same for all its tests with NEEDS = (name,
    package)."""
    def mark(function):
        function.NEEDS = (name, package)
        return function
    return mark


def lacks(name, package):
    """Whether this release of Debian lacks the package."""
    root(name)
    with open(os.path.join(FOLDER, name, "left-out")) as file:
        return package in file.read().split()


def find(folder, *pattern):
    """The only file below `folder` whose path matches."""
    (found,) = glob.glob(os.path.join(folder, *pattern))
    return found


def libraries(folder):
    """The value for LD_LIBRARY_PATH."""
    return os.pathsep.join(os.path.join(folder, path, TRIPLET)
                           for path in ("lib", "usr/lib"))
