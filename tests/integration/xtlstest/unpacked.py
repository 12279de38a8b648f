# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages of Debian, unpacked under the build folder, not installed."""

import glob
import os
import subprocess
import sysconfig

from . import client, tap

FOLDER = os.path.join(client.BUILD, "others")
# Where Debian keeps the libraries of this machine, below lib or usr/lib.
TRIPLET = sysconfig.get_config_var("MULTIARCH")


def root(name):
    """Where the packages of this set of tests/unpack are."""
    subprocess.run([os.path.join(tap.TESTS, "unpack"), FOLDER, name],
                   check=True, stdout=subprocess.DEVNULL)
    return os.path.join(FOLDER, name, "root")


def needs(name, package):
    """Decorator: the test is only where Debian has that package of a set of
    tests/unpack. A module says the same of all its tests by NEEDS = (name,
    package)."""
    def mark(function):
        function.NEEDS = (name, package)
        return function
    return mark


def lacks(name, package):
    """Whether this release of Debian is without it."""
    root(name)
    with open(os.path.join(FOLDER, name, "left-out")) as file:
        return package in file.read().split()


def find(folder, *pattern):
    """The one file below `folder` whose path fits."""
    (found,) = glob.glob(os.path.join(folder, *pattern))
    return found


def libraries(folder):
    """For LD_LIBRARY_PATH."""
    return os.pathsep.join(os.path.join(folder, path, TRIPLET)
                           for path in ("lib", "usr/lib"))
