# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test can tell its runner."""

import os
import sys

TESTS = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))

# Seconds after which a test counts as hanging. Tests use shorter limits when
# they wait for something.
LIMIT = 600 if os.environ.get("XTLS_SAN") else 300


def timeout(seconds):
    """Decorator: sets another limit than LIMIT."""
    def mark(function):
        function.timeout = seconds
        return function
    return mark


def diagnose(text):
    """Prints text that is shown with a failed test, and with every test by
    `-rA`."""
    for line in str(text).rstrip("\n").split("\n"):
        print(f"# {line}", file=sys.stderr, flush=True)


def run(names):
    """`if __name__ == "__main__": tap.run(globals())`: runs a script's tests,
    or those named on the command line; exits."""
    import pytest  # the demo and the benchmarks do not need pytest

    path = os.path.abspath(names["__file__"])
    wanted = [name if name.startswith("test_") else f"test_{name}"
              for name in sys.argv[1:]]
    sys.exit(pytest.main([
        "-c", os.path.join(TESTS, "pytest.ini"), "--rootdir", TESTS,
        "--confcutdir", TESTS,
        "-p", "xtlstest.runner", "--capture=no",
        *([f"{path}::{name}" for name in wanted] or [path])]))
