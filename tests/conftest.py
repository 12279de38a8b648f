# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the test parts; what they add to pytest is in xtlstest.runner."""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(_HERE, folder) for folder in ("integration", "gui")]


def pytest_configure(config):
    for name in ("xtlstest.runner", "xtlstest.gtest"):
        config.pluginmanager.import_plugin(name)
