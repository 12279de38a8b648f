# SPDX-License-Identifier: GPL-2.0-or-later
"""The sizes of Pidgin's widgets, as labels.c logs them."""

import collections
import os
import re
import signal

from xtlstest import client

MODULE = os.path.join(client.BUILD, "tests", "labels.so")
# Modules for GTK: those for accessibility, and ours.
ENVIRONMENT = {"GTK_MODULES": f"gail:atk-bridge:{MODULE}"}
_END = "widgets: all\n"
_LINE = re.compile(r'^widget: (\S+) (\d+) (\d+) (\d+) (\d+) "(.*?)" "(.*)"$',
                   re.M)

# kind: the name of its type; needs, has: (width, height)
Widget = collections.namedtuple("Widget", "kind needs has window text")


def _read(escaped):
    return escaped.encode("latin-1").decode("unicode_escape").encode(
        "latin-1").decode()


def measure(user):
    """What is shown now, in all windows."""
    pidgin = user.pidgin
    before = len(pidgin.log())
    os.kill(pidgin.process.pid, signal.SIGUSR2)
    told = user._poll("the sizes", lambda: _END in (
        log := pidgin.log()[before:]) and log)
    return [Widget(kind, (int(needs_width), int(needs_height)),
                   (int(width), int(height)), _read(window), _read(text))
            for kind, needs_width, needs_height, width, height, window, text
            in _LINE.findall(told)]


def is_clipped(widget):
    """Whether a part of it is not visible. What scrolls is smaller than what
    it shows."""
    return not re.search("Scroll|Viewport|TreeView", widget.kind) and (
        widget.needs[0] > widget.has[0] or widget.needs[1] > widget.has[1])


def assert_whole(user, window):
    """Waits until nothing in a window is clipped, for a window may just be
    changing. Returns its texts."""
    def look():
        nonlocal clipped
        shown = [widget for widget in measure(user)
                 if widget.window == window]
        clipped = [widget for widget in shown if is_clipped(widget)]
        return shown and not clipped and [widget.text for widget in shown
                                          if widget.text]

    clipped = None
    found = user.sees_soon(look)
    assert found, f"{window}: {clipped}"
    return found
