# SPDX-License-Identifier: GPL-2.0-or-later
"""
Adds function names to the addresses in a sanitizer's report.

Each client that looked them up itself would first read the debugging data of
every library. Here each address is looked up only once.
"""

import bisect
import functools
import os
import re
import subprocess

_FRAME = re.compile(r"^(\s+#\d+ 0x[0-9a-f]+) +\((/[^()\n]+)\+0x([0-9a-f]+)\)"
                    r"(?: \(BuildId: [0-9a-f]*\))?$", re.MULTILINE)
_ROOT = os.path.normpath(os.path.join(
    os.path.dirname(__file__), "..", "..", ".."))


def _run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True).stdout


@functools.lru_cache(maxsize=None)
def _exported(path):
    """The functions that a library exports: (begin, end, name), in order."""
    found = []
    for line in _run("nm", "--dynamic", "--print-size", "--defined-only",
                     path).splitlines():
        words = line.split()
        if len(words) == 4 and words[2] in "TtWwi":
            begin = int(words[0], 16)
            found.append((begin, begin + int(words[1], 16),
                          words[3].split("@")[0]))
    return sorted(found)


def _of_library(path, offset):
    functions = _exported(path)
    at = bisect.bisect_right(functions, (offset, float("inf"), "")) - 1
    begin, end, name = functions[at] if at >= 0 else (0, 0, "")
    place = f"({path}+{offset:#x})"
    return [f"{name} {place}" if begin <= offset < end else place]


@functools.lru_cache(maxsize=None)
def _names(path, offset):
    """The functions at an address, including those that the compiler has
    inlined."""
    if not path.startswith(_ROOT + os.sep):
        return _of_library(path, offset)
    lines = _run("addr2line", "-f", "-i", "-e", path,
                 hex(offset)).splitlines()
    if "??" in lines[0]:
        return _of_library(path, offset)
    return [f"{name} {os.path.normpath(place)}"
            for name, place in zip(lines[::2], lines[1::2])]


def named(report):
    """The report with function names."""
    def name(frame):
        begin, path, offset = frame.groups()
        return "\n".join(f"{begin} in {what}"
                         for what in _names(path, int(offset, 16)))

    return _FRAME.sub(name, report)
