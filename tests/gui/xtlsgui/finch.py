# SPDX-License-Identifier: GPL-2.0-or-later
"""Real Finch with a configuration folder of its own."""

import os
import re
import signal
from xml.sax.saxutils import escape

from xtlstest import client, process

from . import accountfile
from .terminal import Terminal

PREFS = """<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
 <pref name='finch'>
  <pref name='plugins'><pref name='loaded' type='pathlist'>
   <item value='{core}'/></pref></pref>
  <pref name='sound'><pref name='method' type='string' value='nosound'/></pref>
 </pref>
 <pref name='plugins'><pref name='core'><pref name='xtls'>
  <pref name='policy' type='string' value='{policy}'/>
 </pref></pref></pref>
</pref>
"""


class Finch(Terminal):
    """
    jid: its account's, with a resource
    policy: the preference that it starts with
    """

    def __init__(self, jid, password, port, policy="manual", environment=None):
        self.dir = process.folder("finch")
        os.mkdir(os.path.join(self.dir, "plugins"))
        core = os.path.join(self.dir, "plugins", "xtls.so")
        os.symlink(client.CORE, core)
        self._write("accounts.xml", accountfile.text(
            accountfile.xmpp(jid, password, port, accountfile.FINCH)))
        self._write("prefs.xml", PREFS.format(core=escape(core),
                                              policy=policy))
        # libgnt logs a CRITICAL of its own when Enter is pressed in a list.
        super().__init__(
            ["finch", "-c", self.dir],
            dict(os.environ, HOME=self.dir, LC_ALL="C.UTF-8", LANGUAGE="",
                 TZ="UTC", DBUS_SESSION_BUS_ADDRESS="disabled:", G_DEBUG="",
                 **(environment or {})))

    def _write(self, file, text):
        with open(os.path.join(self.dir, file), "w") as stream:
            stream.write(text)

    def open_first_buddy(self, who):
        """Opens the conversation with the only buddy."""
        self._choose_first_buddy(who)
        self.press("Enter")
        self.see(f"] {who}")

    def _choose_first_buddy(self, who):
        """Selects the buddy in the buddy list, which is in front."""
        self.see("┤Buddy List├", who[:10])
        self._go_to(who[:10], "Down")

    def open_menu(self, who):
        """Opens the menu of the only buddy."""
        self.press("alt+1")
        self._choose_first_buddy(who)
        self.press("F11")
        self.see("Get Info", "XTLS")

    def say(self, text):
        """Types into the conversation that is in front."""
        self.type(text)
        self.see(f"│{text}_")
        self.press("Enter")
        self.see_no(f"│{text}_")

    def focus(self, button):
        """Moves the focus to a button of the dialog in front."""
        self._go_to(f"^ *{button} *$", "Tab")

    def choose(self, choice, steps):
        """Opens the list that has the focus, and chooses the entry that many
        steps below the current one."""
        self.press("Down")
        self.see(f"│{choice}")
        self.press(*["Down"] * steps, "Enter")
        # Until the list is no longer drawn, the focus could be in it.
        self.wait(f"{choice!r} alone", lambda shown: re.search(
            rf"│{choice}.*│↓│", shown) and self.show_focus().count(choice) == 1)

    def _go_to(self, pattern, key):
        """Presses the key until the focus is on a matching line."""
        for _ in range(10):
            before = self.show_focus()
            if re.search(pattern, before, re.M):
                return
            self.press(key)
            self.wait(f"the focus after {key}",
                      lambda _: self.show_focus() != before)
        raise AssertionError(f"no way to {pattern!r}:\n{self.show()}")

    def quit(self):
        """Asks it to end, as the system does, and asserts that it does."""
        assert self.process.poll() is None, "Finch ended by itself"
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(client.TIMEOUT)
        finally:
            process.end(self.process)
