# SPDX-License-Identifier: GPL-2.0-or-later
"""A TAP runner: `if __name__ == "__main__": tap.run(globals())`."""

import faulthandler
import os
import signal
import sys
import time
import traceback

from . import process

# A test that hangs. Tests wait with shorter limits of their own.
LIMIT = 600 if os.environ.get("XTLS_SAN") else 300


class Timeout(BaseException):
    """Not an Exception: nobody catches it on the way."""


class Skip(Exception):
    pass


def timeout(seconds):
    """Decorator: another limit than LIMIT."""
    def mark(function):
        function.timeout = seconds
        return function
    return mark


def diagnose(text):
    for line in str(text).rstrip("\n").split("\n"):
        print(f"# {line}", file=sys.stderr, flush=True)


def _alarm(number, frame):
    raise Timeout()


def _terminated(number, frame):
    process.clean_up()
    os._exit(128 + number)


def _run(number, function):
    limit = getattr(function, "timeout", LIMIT)
    result, note = "ok", ""
    began = time.monotonic()
    signal.alarm(limit)
    try:
        function()
    except Skip as skip:
        note = f" # SKIP {skip}"
    except Timeout:
        result = "not ok"
        diagnose(f"{function.__name__}: not done after {limit} s")
        diagnose(traceback.format_exc())
    except Exception:
        result = "not ok"
        diagnose(traceback.format_exc())
    finally:
        signal.alarm(0)
        process.clean_up()
    print(f"{result} {number} - {function.__name__[5:]}{note}", flush=True)
    if result != "ok":
        diagnose(f"after {time.monotonic() - began:.1f} s")
    return result == "ok"


def run(names):
    """Runs every test_* of a script's globals(), in their order, or those
    named on the command line; exits."""
    wanted = sys.argv[1:]
    tests = [value for name, value in names.items()
             if name.startswith("test_") and callable(value)
             and (not wanted or name in wanted or name[5:] in wanted)]
    faulthandler.enable()
    signal.signal(signal.SIGALRM, _alarm)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _terminated)
    print(f"1..{len(tests)}", flush=True)
    failures = sum(not _run(number, test)
                   for number, test in enumerate(tests, 1))
    if failures:
        diagnose(f"{failures} of {len(tests)} failed")
    sys.stdout.flush()
    # No thread that still waits for a socket may keep us.
    os._exit(1 if failures or not tests else 0)
