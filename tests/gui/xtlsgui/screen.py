# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtual screen with a window manager, a message bus and accessibility."""

import os
import re
import subprocess
import time

from xtlstest import client, process

SIZE = (1280, 900)
SCREENSHOTS = os.path.join(client.BUILD, "screenshots")


def _first_line(command, **options):
    """Starts a server that prints where it can be found."""
    read, write = os.pipe()
    child = process.start([word.format(fd=write) for word in command],
                          pass_fds=[write], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, **options)
    os.close(write)
    with os.fdopen(read) as stream:
        line = stream.readline().strip()
    if not line:
        raise RuntimeError(f"{command[0]} does not start")
    return child, line


def start_bus():
    """A message bus of its own; returns its address."""
    return _first_line(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                        "--print-address={fd}"])[1]


def _start(*command):
    process.start(list(command), stdin=subprocess.DEVNULL,
                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _start_manager(folder):
    """Waits for the window manager, because windows that open before it runs
    would get no frame."""
    news = os.path.join(folder, "manager-is-up")
    os.mkfifo(news)
    _start("openbox", "--startup", f"sh -c 'echo up > {news}'")
    with open(news) as stream:
        stream.readline()


class Screen:
    """Starts all of it and puts it into this process' environment, which
    pyatspi and every child then use."""

    def __init__(self, folder=None, size=SIZE):
        self.folder = folder or process.folder("screen")
        _, display = _first_line(
            ["Xvfb", "-displayfd", "{fd}", "-screen", "0",
             f"{size[0]}x{size[1]}x24",
             # Without -noreset, the server would reset when its last client
             # disconnects.
             "-noreset", "-nolisten", "tcp",
             # Nothing draws with OpenGL, whose libraries take half the time of
             # the start.
             "-extension", "GLX"])
        os.environ["DISPLAY"] = f":{display}"
        os.environ["XDG_RUNTIME_DIR"] = self.folder
        # Variables of the user who runs the tests are removed.
        for name in ("XAUTHORITY", "AT_SPI_BUS_ADDRESS", "WAYLAND_DISPLAY",
                     "NO_AT_BRIDGE", "GTK2_RC_FILES"):
            os.environ.pop(name, None)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = start_bus()
        _start_manager(self.folder)
        _start("/usr/libexec/at-spi-bus-launcher",
               "--launch-immediately")


def _ask(*command):
    """The output of an X client; empty if the window has just closed."""
    return subprocess.run(command, capture_output=True, text=True,
                          check=False).stdout


def windows_of_type(kind):
    """The visible windows without a frame. kind: as in _NET_WM_WINDOW_TYPE"""
    tree = _ask("xwininfo", "-root", "-children")
    return [number for number in re.findall(r"^ +(0x[0-9a-f]+) ", tree, re.M)
            if kind in _ask("xprop", "-id", number, "_NET_WM_WINDOW_TYPE")
            and "IsViewable" in _ask("xwininfo", "-id", number)]


def _take(window):
    """Takes a picture. Returns it without compression."""
    return subprocess.run(["import", "-frame", "-window", window, "ppm:-"],
                          check=True, capture_output=True).stdout


def picture(name, window="root", still=True):
    """Keeps a picture of the screen, or of a window (its X number) with its
    frame. Returns its path.

    still: False for what moves by itself, as the seconds of a start do"""
    os.makedirs(SCREENSHOTS, exist_ok=True)
    path = os.path.join(SCREENSHOTS, f"{name}.png")
    end = time.monotonic() + client.TIMEOUT
    # There is no event for the end of drawing, so it waits for two equal
    # pictures.
    before, pixels = None, _take(window)
    while still and pixels != before:
        if time.monotonic() > end:
            raise AssertionError(f"{name}: the picture keeps changing")
        before, pixels = pixels, _take(window)
    subprocess.run(["convert", "ppm:-", path], input=pixels, check=True)
    return path
