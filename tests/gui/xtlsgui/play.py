# SPDX-License-Identifier: GPL-2.0-or-later
"""The common set-up: romeo uses Pidgin, and juliet's client has no windows.
Every test runs in a process of its own, because accessibility binds a process
to one screen."""

import functools
import os
import signal
import traceback

from xtlstest import client, process, prosody, proxy, tap
from xtlstest.scene import JULIET, PASSWORDS, ROMEO

from . import pidgin, screen

NURSE = "nurse@capulet.lit"


def apart(function):
    """Decorator: runs a test in a child process."""
    @functools.wraps(function)
    def run():
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            _perform(function, write)
        os.close(write)
        try:
            with os.fdopen(read) as stream:
                failure = stream.read()
            _, status = os.waitpid(child, 0)
        except BaseException:
            # It may hang in a call, so it is killed, and all that it has
            # started with it.
            os.kill(child, signal.SIGKILL)
            raise
        assert status == 0, failure or f"ended with status {status}"
    return run


def _perform(function, write):
    """Runs in the child and does not return."""
    code = 1
    try:
        process.follow_parent(signal.SIGTERM)
        function()
        code = 0
    except Exception:
        os.write(write, traceback.format_exc().encode())
    finally:
        process.clean_up()
        os._exit(code)


class Play:
    """
    with Play() as play: `play.romeo` is a User before Pidgin, logged in;
    `play.juliet` a headless client, a contact of romeo's, online.

    timeout: how many seconds Pidgin may take for anything
    resource: juliet's
    size: the screen's, in pixels
    Other arguments are Pidgin's.
    """

    def __init__(self, timeout=client.TIMEOUT, resource="balcony",
                 size=screen.SIZE, **options):
        self._timeout = timeout
        self._resource = resource
        self._size = size
        self._options = options

    def __enter__(self):
        screen.Screen(size=self._size)
        accounts = dict(PASSWORDS, **{NURSE: "n"})
        self.server = prosody.Prosody(
            accounts, [(ROMEO, JULIET), (ROMEO, NURSE)])
        # All connect through it, which also makes `make check-jitter` work.
        self.port = proxy.Proxy(self.server.port, raw=True).port
        self.juliet = self.add_client("juliet", JULIET, self._resource, accounts)
        self.juliet.call("watch", "on")
        self.pidgin = pidgin.Pidgin(
            "pidgin", [(f"{ROMEO}/orchard", accounts[ROMEO],
                        self.port)], **self._options)
        from . import user  # it connects to the screen when it is imported
        self.romeo = user.User(self.pidgin, self._timeout)
        self.juliet.expect("presence", self._timeout, who=ROMEO, online=True)
        self._wait_for_capability()
        return self

    def _wait_for_capability(self):
        """Pidgin asks a client that it does not know yet what it can. Tests
        begin when it knows that."""
        self.juliet.expect(
            "stanza", self._timeout, type="get",
            **{"from": f"{ROMEO}/orchard"},
            xml=lambda xml: "http://jabber.org/protocol/disco#info" in xml)
        self.juliet.call("stanza", self.juliet.account,
                         f"<iq type='get' id='known' to='{ROMEO}/orchard'>"
                         "<ping xmlns='urn:xmpp:ping'/></iq>")
        self.juliet.expect("stanza", self._timeout, id="known")
        self.juliet.call("watch", "off")

    def add_client(self, name, jid, resource, accounts=None):
        made = client.Client(name, [client.CORE])
        made.login(f"{jid}/{resource}",
                   (accounts or {NURSE: "n", **PASSWORDS})[jid],
                   self.port)
        return made

    def begin_again(self):
        """Waits for Pidgin's end, and starts it once more. Returns who sits
        before it now."""
        from . import user
        assert self.pidgin.wait(self._timeout) == 0
        self.pidgin.start()
        self.romeo = user.User(self.pidgin, self._timeout)
        return self.romeo

    def open(self, who=JULIET, title=None):
        """Opens a conversation window in Pidgin. title: the window's, if the
        contact has an alias"""
        self.dbus("PurpleConversationPresent", f"int32:{self.conversation(who)}")
        self.romeo.see_window(title or who)

    def conversation(self, who, kind=1):
        """kind: 1 for a contact, 2 for a room"""
        return self.dbus("PurpleConversationNew", f"int32:{kind}",
                         self.account(), f"string:{who}")

    def account(self):
        """romeo's account as an argument for dbus()"""
        return "int32:%d" % self.dbus("PurpleAccountsFind",
                                      f"string:{ROMEO}/orchard",
                                      "string:prpl-jabber")

    def alias(self, who, name):
        """Gives a contact another name in Pidgin."""
        buddy = self.dbus("PurpleFindBuddy", self.account(), f"string:{who}")
        self.dbus("PurpleBlistAliasBuddy", f"int32:{buddy}", f"string:{name}")

    def merge(self, one, other):
        """Makes one contact in Pidgin of two addresses."""
        contacts = [self.dbus("PurpleBuddyGetContact", "int32:%d" % self.dbus(
            "PurpleFindBuddy", self.account(), f"string:{who}"))
            for who in (other, one)]
        self.dbus("PurpleBlistMergeContact",
                  *(f"int32:{contact}" for contact in contacts))

    def dbus(self, function, *arguments):
        """Calls Pidgin over D-Bus. Returns the number that it answers."""
        answer = self.pidgin.dbus(function, *arguments, timeout=self._timeout)
        return int(answer.split()[-1]) if answer else None

    def start(self, who=JULIET, title=None):
        """Clicks on the lock and waits until it shows Unverified."""
        self.romeo.press("Private conversation: Not private", "push button",
                         title or who)
        self.romeo.see_state("Unverified", title or who)

    def start_by_menu(self, who=JULIET):
        self.romeo.menu("Start private conversation", who)

    def verify(self, who=JULIET):
        """Verifies with the dialog's page of fingerprints."""
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
        code = self.pidgin.quit(self._timeout)
        assert code == 0, f"Pidgin's exit code is {code}"
        assert not self.pidgin.errors(), "\n".join(self.pidgin.errors())
        self.juliet.quit()
        return False

    def tell(self, kind):
        tap.diagnose(screen.picture("failed"))
        if not self.pidgin.is_running():
            tap.diagnose("Pidgin ended by itself")
        tap.diagnose(str(self.romeo.windows()))
        tap.diagnose("\n".join(self.pidgin.errors()))
        tap.diagnose(self.pidgin.log()[-3000:])
