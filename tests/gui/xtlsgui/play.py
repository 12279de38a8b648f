# SPDX-License-Identifier: GPL-2.0-or-later
"""The common set-up: romeo sits before Pidgin, juliet's client has no window.
Every test gets a process of its own: accessibility binds one to one screen."""

import functools
import os
import signal
import subprocess
import traceback

from xtlstest import client, process, prosody, tap
from xtlstest.scene import JULIET, PASSWORDS, ROMEO

from . import pidgin, screen

NURSE = "nurse@capulet.lit"


def apart(function):
    """Decorator: runs a test in a child process."""
    @functools.wraps(function)
    def run():
        child = os.fork()
        if child == 0:
            code = 1
            try:
                function()
                code = 0
            except Exception:
                tap.diagnose(traceback.format_exc())
            finally:
                process.clean_up()
                os._exit(code)
        try:
            _, status = os.waitpid(child, 0)
        except BaseException:
            # It may hang in a call; what it has started dies with it.
            os.kill(child, signal.SIGKILL)
            raise
        assert status == 0, "see above"
    return run


class Play:
    """
    with Play() as play: `play.romeo` is a Person before Pidgin, logged in;
    `play.juliet` a headless client, a contact of romeo's, online.

    face: whether the plugin is enabled in Pidgin
    """

    def __init__(self, face=True):
        self._face = face

    def __enter__(self):
        self.screen = screen.Screen()
        accounts = dict(PASSWORDS, **{NURSE: "n"})
        self.server = prosody.Prosody(
            accounts, [(ROMEO, JULIET), (ROMEO, NURSE)])
        self.juliet = self.add_client("juliet", JULIET, "balcony", accounts)
        self.pidgin = pidgin.Pidgin(
            "pidgin", [(f"{ROMEO}/orchard", accounts[ROMEO],
                        self.server.port)], self._face)
        from . import person  # it looks for the screen when it is imported
        self.romeo = person.Person(self.pidgin)
        self.juliet.expect("presence", who=ROMEO, online=True)
        return self

    def add_client(self, name, jid, resource, accounts=None):
        made = client.Client(name, [client.CORE])
        made.login(f"{jid}/{resource}",
                   (accounts or {NURSE: "n", **PASSWORDS})[jid],
                   self.server.port)
        return made

    def open(self, who=JULIET):
        """Opens a conversation window in Pidgin; returns its title."""
        self.dbus("PurpleConversationPresent", f"int32:{self.conversation(who)}")
        self.romeo.see_window(who)
        return who

    def conversation(self, who, kind=1):
        """kind: 1 for a contact, 2 for a room"""
        account = self.dbus("PurpleAccountsFind",
                            f"string:{ROMEO}/orchard", "string:prpl-jabber")
        return self.dbus("PurpleConversationNew", f"int32:{kind}",
                         f"int32:{account}", f"string:{who}")

    @staticmethod
    def dbus(function, *arguments):
        """Pidgin's own remote control; the number that it answers."""
        answer = subprocess.run(
            ["dbus-send", "--session", "--print-reply=literal",
             "--dest=im.pidgin.purple.PurpleService",
             "/im/pidgin/purple/PurpleObject",
             f"im.pidgin.purple.PurpleInterface.{function}", *arguments],
            check=True, capture_output=True, text=True,
            timeout=client.TIMEOUT).stdout.split()
        return int(answer[-1]) if answer else None

    def start(self, who=JULIET):
        """A click on the lock, until it says Unverified."""
        self.romeo.press("Private conversation: Not private", "push button",
                         who)
        self.romeo.see_state("Unverified", who)

    def verify(self, who=JULIET):
        """Through the dialog's page with the fingerprints."""
        romeo = self.romeo
        romeo.menu("Verify…", who)
        romeo.turn_to("Fingerprints", "Verify")
        romeo.press("I have verified that this is the correct fingerprint.",
                    "radio button", "Verify")
        romeo.press("OK", "push button", "Verify")
        romeo.see_state("Private", who)

    def __exit__(self, kind, error, trace):
        if kind is not None:
            try:
                self.tell(kind)
            finally:
                return False
        assert self.pidgin.is_running(), "Pidgin ended by itself"
        code = self.pidgin.quit()
        assert code == 0, f"Pidgin's exit code is {code}"
        assert not self.pidgin.errors(), "\n".join(self.pidgin.errors())
        self.juliet.quit()
        return False

    def tell(self, kind):
        tap.diagnose(self.screen.picture("failed"))
        if not self.pidgin.is_running():
            tap.diagnose("Pidgin ended by itself")
        tap.diagnose(str(self.romeo.windows()))
        tap.diagnose("\n".join(self.pidgin.errors()))
        tap.diagnose(self.pidgin.log()[-3000:])
