# SPDX-License-Identifier: GPL-2.0-or-later
"""
Filters LeakSanitizer's report.

Its own suppressions match any frame of a stack: naming libjabber would also
hide what a signal handler of ours leaks. Here a leak is ignored if no frame of
ours is in its stack and its owner (the first frame outside of the allocators)
fits a line of tests/lsan.supp.
"""

import os
import re

SUPPRESSIONS = os.path.normpath(os.path.join(
    os.path.dirname(__file__), "..", "..", "lsan.supp"))

_LEAK = re.compile(r"^(Direct|Indirect) leak of .*$", re.MULTILINE)
_FRAME = re.compile(r"^\s+#\d+ 0x[0-9a-f]+ +(?:in )?(.*)$", re.MULTILINE)
_OURS = re.compile(r"plugin/(wire|trust|session|purple|pidgin)/|xtls\.so")
_ALLOCATOR = re.compile(r"^(__interceptor_|g_)|libasan\.so|libglib-2\.0|\blibio/|"
                        r"\blibc\.so|^str(n)?dup|vasprintf")


def _patterns():
    with open(SUPPRESSIONS) as file:
        return [line.strip()[5:] for line in file if line.startswith("leak:")]


# Every send_file of libpurple is called through these.
_PASSES_ON = re.compile(r"^send_file_(at|\d+) plugin/purple/xmpp/slots\.c")


# Passing a stanza to libpurple does not make us responsible for what libpurple
# allocates.
_HANDS_OVER = re.compile(r"^xtls_jabber_inject plugin/purple/xmpp/jabber\.c")


def _owner(frames, patterns):
    """The first frame that is not an allocator, or that a suppression names:
    libc contains both."""
    return next((frame for frame in frames if not _ALLOCATOR.search(frame)
                 or any(pattern in frame for pattern in patterns)), "")


def _forgiven(frames, patterns):
    given = [n for n, frame in enumerate(frames) if _HANDS_OVER.search(frame)]
    frames = frames[:given[0]] if given else frames
    if any(_OURS.search(frame) and not _PASSES_ON.search(frame)
           for frame in frames):
        return False
    return any(pattern in _owner(frames, patterns) for pattern in patterns)


def find(report):
    """The leaks in a process's stderr that are not ignored, as text."""
    patterns = _patterns()
    found = []
    for leak in re.split(r"\n\s*\n", report):
        if _LEAK.search(leak) and not _forgiven(
                _FRAME.findall(leak), patterns):
            found.append(leak)
    return "\n\n".join(found)
