# SPDX-License-Identifier: GPL-2.0-or-later
"""A program on a terminal of 80 columns and 24 lines, with a user who reads
its screen and types."""

import fcntl
import itertools
import os
import pty
import struct
import subprocess
import termios
import threading
import time

import pyte

from xtlstest import client, jitter, process

from . import screen

COLUMNS, LINES = 80, 24
# The codes of the terminal "linux".
KEYS = {"Enter": "\r", "Tab": "\t", "Escape": "\x1b", "Up": "\x1b[A",
        "Down": "\x1b[B", "Right": "\x1b[C", "Left": "\x1b[D",
        "Backspace": "\x7f", "PageUp": "\x1b[5~", "F10": "\x1b[21~",
        "F11": "\x1b[23~"}
# Of a picture: the size of a character, in pixels, and what it is drawn with.
WIDTH, HEIGHT, BASE = 8, 17, 13
FONT = ["-font", "DejaVu-Sans-Mono", "-pointsize", "13.3"]
COLOURS = {"default": "#c0c0c0", "black": "#000000", "red": "#c03030",
           "green": "#30a030", "brown": "#c09030", "blue": "#3050b0",
           "magenta": "#a040a0", "cyan": "#30a0a0", "white": "#e0e0e0"}


def _colours(cell):
    """(of the character, behind it)"""
    here = (COLOURS[cell.fg], COLOURS["black" if cell.bg == "default"
                                      else cell.bg])
    return here[::-1] if cell.reverse else here


def _strokes(number, cells):
    """Draws a line of the screen, in ImageMagick's words."""
    column, top = 0, number * HEIGHT
    for (front, back), run in itertools.groupby(cells, _colours):
        text = "".join(cell.data for cell in run)
        left, right = column * WIDTH, (column + len(text)) * WIDTH
        yield f"fill {back} rectangle {left},{top} " \
              f"{right - 1},{top + HEIGHT - 1}"
        for at, sign in enumerate(text):
            if sign != " ":
                sign = sign.replace("\\", "\\\\").replace("'", "\\'")
                yield f"fill {front} text {left + at * WIDTH}," \
                      f"{top + BASE} '{sign}'"
        column += len(text)


class Terminal:
    """timeout: how many seconds the program may take for anything"""

    def __init__(self, command, environment, timeout=client.TIMEOUT):
        self._timeout = timeout
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._news = threading.Condition(threading.RLock())
        self._ended = False
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.process = process.start(
            command, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL,
            env=dict(environment, TERM="linux", NCURSES_NO_UTF8_ACS="1",
                     LINES=str(LINES), COLUMNS=str(COLUMNS)))
        os.close(slave)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # nobody has the terminal open any more
                data = b""
            with self._news:
                if data:
                    self._stream.feed(data)
                else:
                    self._ended = True
                self._news.notify_all()
            if not data:
                return

    def type(self, text):
        jitter.wait()
        os.write(self._master, text.encode())

    def press(self, *keys):
        """Names of KEYS, or `alt+` and a character."""
        for key in keys:
            if key.startswith("alt+"):
                self.type("\x1b" + key[4:])
            else:
                self.type(KEYS.get(key, key))

    def show(self):
        """The lines of the screen as one text."""
        with self._news:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def show_focus(self):
        """The text on a blue background, which has the focus."""
        with self._news:
            return "\n".join(
                "".join(line[column].data for column in range(COLUMNS)
                        if line[column].bg == "blue")
                for line in map(self._screen.buffer.__getitem__,
                                range(LINES)))

    def picture(self, name):
        """Saves a picture of the screen."""
        with self._news:
            strokes = [stroke for number in range(LINES)
                       for stroke in _strokes(
                           number, [self._screen.buffer[number][column]
                                    for column in range(COLUMNS)])]
        os.makedirs(screen.SCREENSHOTS, exist_ok=True)
        subprocess.run(
            ["convert", "-size", f"{COLUMNS * WIDTH}x{LINES * HEIGHT}",
             "xc:black", *FONT, "-draw", " ".join(strokes),
             os.path.join(screen.SCREENSHOTS, f"{name}.png")], check=True)

    def wait(self, what, look, timeout=None):
        """Waits until look(screen) finds something, and returns it."""
        end = time.monotonic() + (timeout or self._timeout)
        with self._news:
            while True:
                shown = "\n".join(
                    line.rstrip() for line in self._screen.display)
                found = look(shown)
                if found:
                    return found
                left = end - time.monotonic()
                if self._ended or left <= 0:
                    raise AssertionError(
                        f"did not see {what} on the screen"
                        f"{', it has ended' if self._ended else ''}:\n{shown}")
                self._news.wait(left)

    def see(self, *texts, timeout=None):
        """Waits until all texts are on the screen, each on one line. Returns
        the screen."""
        return self.wait(
            " and ".join(map(repr, texts)),
            lambda shown: all(text in shown for text in texts) and shown, timeout)

    def see_no(self, text):
        self.wait(f"{text!r} going away",
                  lambda shown: text not in shown and "gone")
