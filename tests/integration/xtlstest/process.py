# SPDX-License-Identifier: GPL-2.0-or-later
"""Child processes and folders of a test, none of which outlives it."""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time

BUILD = os.environ.get("XTLS_BUILD") or os.path.normpath(os.path.join(
    os.path.dirname(__file__), "..", "..", "..", "build"))
_FOLLOW = os.path.join(BUILD, "tests", "follow")
_PR_SET_PDEATHSIG = 1

# Where folders are made; None: in the usual temporary folder.
base = None
_processes = []
_kept = []
_folders = []


def start(command, **options):
    """Starts a child in a process group of its own.

    It is killed when this process ends, in whatever way (follow/follow.c).
    """
    child = subprocess.Popen(
        [_FOLLOW, str(os.getpid()), *command], start_new_session=True,
        **options)
    _processes.append(child)
    return child


def end(child):
    """Kills what is left of a child's process group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()
    for list_of_it in (_processes, _kept):
        if child in list_of_it:
            list_of_it.remove(child)


def keep(child):
    """Lets the process outlive the test, but not the run."""
    _processes.remove(child)
    _kept.append(child)


def keep_folder(path):
    """The same for a folder, which is removed at the end of the run."""
    _folders.remove(path)


def follow_parent(number):
    """Makes the kernel send that signal to this process when its parent
    ends."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def children():
    """Processes that this one has started, including zombies."""
    found = []
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/children") as file:
            found += map(int, file.read().split())
    return found


def wait_for_children(seconds):
    """Waits until all have ended, or for that many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            time.sleep(0.02)


def folder(prefix):
    path = tempfile.mkdtemp(prefix=f"xtls-{prefix}-", dir=base)
    _folders.append(path)
    return path


def clean_up():
    """Ends and removes everything. XTLS_KEEP=1 keeps the folders."""
    for child in list(_processes):
        end(child)
    while _folders:
        path = _folders.pop()
        if not os.environ.get("XTLS_KEEP"):
            shutil.rmtree(path, ignore_errors=True)


def clean_up_all():
    """At the end of the run."""
    for child in list(_kept):
        end(child)
    clean_up()
