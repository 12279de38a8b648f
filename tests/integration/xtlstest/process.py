# SPDX-License-Identifier: GPL-2.0-or-later
"""Child processes and folders of a test, none of which outlives it."""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time

_PR_SET_PDEATHSIG = 1

# Where folders are made; None: with all temporary ones.
base = None
_processes = []
_kept = []
_folders = []


def start(command, **options):
    """Starts a child in a process group of its own.

    It dies with this process, however that dies: setpriv asks the kernel, and
    sh looks whether that was too late.
    """
    child = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "--",
         "sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"', str(os.getpid()),
         *command], start_new_session=True, **options)
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
    """It may outlive the test, not the run."""
    _processes.remove(child)
    _kept.append(child)


def keep_folder(path):
    """The same for a folder: it goes with all that the run has made."""
    _folders.remove(path)


def follow_parent(number):
    """This process gets that signal when its parent ends, however it ends."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def children():
    """Processes that this one has started, also those that it has not waited
    for."""
    found = []
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/children") as file:
            found += map(int, file.read().split())
    return found


def wait_for_children(seconds):
    """Until all have ended, or so long."""
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
