# SPDX-License-Identifier: GPL-2.0-or-later
"""Two users of Pidgin side by side, on the real screen or on a virtual one.
They are controlled over D-Bus."""

import os
import re
import shutil
import subprocess
import time

from xtlstest import client

from . import pidgin, screen

WIDTH, HEIGHT = 620, 480
LEFT, TOP = 10, 40


def has_display():
    """Whether there is a screen to open windows on."""
    return bool(os.environ.get("DISPLAY")) and subprocess.run(
        ["xdpyinfo"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL).returncode == 0


class Half:
    """
    One user, who has one conversation.

    before: the client that this user used before, which has ended: its keys
    are taken over
    """

    def __init__(self, left, name, before, password, port, who):
        self.who = who
        self._left = left
        self._account = before.jid
        self._conversation = None
        keys = os.path.join(before.dir, "xtls")
        self.pidgin = pidgin.Pidgin(
            name, [(before.jid, password, port)],
            place=(left, 2 * TOP + HEIGHT),
            prepare=lambda to: shutil.copytree(keys,
                                               os.path.join(to, "xtls")),
            environment={
                # Only one Pidgin can use a bus.
                "DBUS_SESSION_BUS_ADDRESS": screen.start_bus(),
                "GTK_MODULES": "", "NO_AT_BRIDGE": "1",
                # Pidgin's home is elsewhere.
                "XAUTHORITY": os.environ.get("XAUTHORITY") or
                os.path.expanduser("~/.Xauthority")})

    def _ask(self, function, *arguments):
        answer = self.pidgin.dbus(function, *arguments)
        return int(answer.split()[-1]) if answer else 0

    def _find(self):
        account = self._ask("PurpleAccountsFind", f"string:{self._account}",
                            "string:prpl-jabber")
        return account, account and self._ask(
            "PurpleFindBuddy", f"int32:{account}", f"string:{self.who}")

    def sees_contact(self):
        """Whether the other one is online."""
        try:
            _, buddy = self._find()
        except subprocess.CalledProcessError:
            return False  # Pidgin is not up yet
        return buddy and self._ask("PurplePresenceIsOnline", "int32:%d" %
                                   self._ask("PurpleBuddyGetPresence",
                                             f"int32:{buddy}"))

    def open(self):
        account, _ = self._find()
        self._conversation = self._ask("PurpleConversationNew", "int32:1",
                                       f"int32:{account}",
                                       f"string:{self.who}")
        self._ask("PurpleConversationPresent", f"int32:{self._conversation}")

    def say(self, text):
        self._ask("PurpleConvImSend", "int32:%d" % self._ask(
            "PurpleConversationGetImData", f"int32:{self._conversation}"),
            f"string:{text}")

    def lines(self):
        """The lines in the window, oldest first, without markup."""
        history = self.pidgin.dbus("PurpleConversationGetMessageHistory",
                                   f"int32:{self._conversation}")
        return [re.sub("<[^>]*>", "", self.pidgin.dbus(
            "PurpleConversationMessageGetMessage", f"int32:{number}"))
            for number in reversed(re.findall(r"int32 (\d+)", history))]

    def reads(self, text):
        return any(text in line for line in self.lines())

    def is_private(self):
        return self.reads(f"Private conversation with {self.who}")

    def _window(self, title, *command):
        """Whether a window with that title belongs to a process with that
        command."""
        return subprocess.run(
            ["xdotool", "search", "--all", "--pid",
             str(self.pidgin.process.pid), "--name",
             f"^{re.escape(title)}$", *command],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=client.TIMEOUT).returncode == 0

    def arrange(self):
        return self._window(
            self.who, "windowsize", str(WIDTH), str(HEIGHT),
            "windowmove", str(self._left), str(TOP), "windowraise")

    def is_open(self):
        return self.pidgin.is_running() and self._window(self.who)


class Pair:
    """Makes both; own_display: see has_display()."""

    def __init__(self, own_display, *halves):
        if not own_display:
            screen.Screen()
        self.halves = [Half(LEFT + number * (WIDTH + 2 * LEFT), *half)
                       for number, half in enumerate(halves)]

    @staticmethod
    def wait(what, look):
        end = time.monotonic() + client.TIMEOUT
        while not look():
            if time.monotonic() > end:
                raise AssertionError(f"Pidgin: {what} did not happen")
            time.sleep(0.1)

    def open(self):
        """Both conversations."""
        for half in self.halves:
            self.wait("seeing the contact", half.sees_contact)
        for half in self.halves:
            half.open()
            self.wait("a window", half.is_open)

    def wait_for_privacy(self):
        """Waits for the private conversation, which starts by itself."""
        for half in self.halves:
            self.wait("a private conversation", half.is_private)

    def arrange(self):
        """Side by side, the buddy lists below."""
        for half in self.halves:
            self.wait("a place", half.arrange)

    def exchange(self, texts):
        """Both send the texts in turn."""
        for number, text in enumerate(texts):
            self.halves[number % 2].say(text)
            other = self.halves[(number + 1) % 2]
            self.wait(f"reading {text!r}", lambda: other.reads(text))

    def linger(self):
        """Until the user has closed both windows."""
        while any(half.is_open() for half in self.halves):
            time.sleep(0.5)

    def quit(self):
        """Returns the errors."""
        troubles = []
        for half in self.halves:
            if half.pidgin.is_running():
                if code := half.pidgin.quit():
                    troubles.append(f"Pidgin's exit code is {code}")
            troubles += half.pidgin.errors()
        return troubles
