# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests with windows."""

import pytest
from xtlsgui.play import apart


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Every test gets a process of its own."""
    apart(pyfuncitem.obj)()
    return True
