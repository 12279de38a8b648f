# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the test modules importable; xtlstest.runner extends pytest."""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(_HERE, folder) for folder in ("integration", "gui")]


def pytest_configure(config):
    for name in ("xtlstest.runner", "xtlstest.gtest"):
        config.pluginmanager.import_plugin(name)
