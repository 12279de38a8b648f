# SPDX-License-Identifier: GPL-2.0-or-later
"""Child processes and folders of a test, none of which outlives it."""

import os
import shutil
import signal
import subprocess
import tempfile

_processes = []
_folders = []


def start(command, **options):
    """Starts a child in a process group of its own.

    It dies with this process, however that dies: setpriv asks the kernel.
    """
    child = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "--", *command],
        start_new_session=True, **options)
    _processes.append(child)
    return child


def end(child):
    """Kills what is left of a child's process group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()
    if child in _processes:
        _processes.remove(child)


def folder(prefix):
    path = tempfile.mkdtemp(prefix=f"xtls-{prefix}-")
    _folders.append(path)
    return path


def clean_up():
    """Ends and removes everything. XTLS_KEEP=1 keeps the folders."""
    for child in list(_processes):
        end(child)
    while _folders:
        path = _folders.pop()
        if os.environ.get("XTLS_KEEP"):
            print(f"# kept: {path}", flush=True)
        else:
            shutil.rmtree(path, ignore_errors=True)
