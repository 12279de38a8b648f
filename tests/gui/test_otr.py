# SPDX-License-Identifier: GPL-2.0-or-later
"""Two users of Pidgin who have enabled both OTR and this plugin."""

import re

from xtlstest import others
from xtlstest.scene import JULIET, PASSWORDS, ROMEO
from xtlsgui import pidgin, play, screen

OTR_LINE = "conversation with {who}/study started"
NOT_ENCRYPTED = "This message was not encrypted:"
TAG = re.compile(r"[ \t]{16}")


class Both(play.Play):
    """`play.romeo` as in Play; juliet sits before Pidgin, too: `their` (her
    conversation is moved over D-Bus)."""

    def __init__(self, **options):
        others.unpack()
        super().__init__(plugins=[others.path("pidgin-otr.so")], **options)

    def __enter__(self):
        super().__enter__()
        self.juliet.logout()
        self.their = pidgin.Pidgin(
            "their", [(f"{JULIET}/study", PASSWORDS[JULIET],
                       self.port)],
            plugins=[others.path("pidgin-otr.so")], place=(700, 500),
            policy=self._options.get("policy", "manual"),
            environment={"DBUS_SESSION_BUS_ADDRESS": screen.start_bus(),
                         "GTK_MODULES": "", "NO_AT_BRIDGE": "1"})
        self.juliet.quit()
        self.wait("juliet coming back", lambda: self._is_online(JULIET))
        return self

    def wait(self, what, look):
        def attempt():
            try:
                return look()
            except Exception:
                return False  # Pidgin is not up yet

        self.romeo.wait_for(what, attempt)

    def _is_online(self, who):
        buddy = self.dbus("PurpleFindBuddy", self.account(), f"string:{who}")
        return self.dbus("PurplePresenceIsOnline", "int32:%d" % self.dbus(
            "PurpleBuddyGetPresence", f"int32:{buddy}"))

    def _their(self, function, *arguments):
        answer = self.their.dbus(function, *arguments)
        return int(answer.split()[-1]) if answer else 0

    def _their_conversation(self):
        account = self._their("PurpleAccountsFind", f"string:{JULIET}/study",
                              "string:prpl-jabber")
        return self._their("PurpleConversationNew", "int32:1",
                           f"int32:{account}", f"string:{ROMEO}")

    def they_say(self, text):
        self._their("PurpleConvImSend", "int32:%d" % self._their(
            "PurpleConversationGetImData",
            f"int32:{self._their_conversation()}"), f"string:{text}")

    def they_read(self):
        """The lines in her window, oldest first, without markup."""
        history = self.their.dbus("PurpleConversationGetMessageHistory",
                                  f"int32:{self._their_conversation()}")
        return [re.sub("<[^>]*>", "", self.their.dbus(
            "PurpleConversationMessageGetMessage", f"int32:{number}"))
            for number in reversed(re.findall(r"int32 (\d+)", history))]

    def they_see(self, text):
        self.wait(f"juliet reading {text!r}",
                   lambda: text in self.they_read())

    def sent(self):
        """The stanzas with text that romeo's client has sent outside."""
        return [line for line in self.pidgin.log().split("\n")
                if "jabber: Sending" in line and "<message" in line
                and "<body" in line]

    def __exit__(self, kind, error, trace):
        if kind is not None:
            return super().__exit__(kind, error, trace)
        assert self.their.quit() == 0
        assert not self.their.errors(), "\n".join(self.their.errors())
        self.juliet = self.their  # the client has quit, so there is no reply
        self.their.quit = lambda *arguments: 0
        return super().__exit__(kind, error, trace)


def start_otr(both):
    """OTR starts by the tag that it adds to messages in clear."""
    both.open()
    both.romeo.say("a first word in clear", JULIET)
    both.they_see("a first word in clear")
    both.romeo.read(OTR_LINE.format(who=JULIET), JULIET)
    assert TAG.search(both.sent()[0]), "OTR is not at work"


def test_otr_works_while_nothing_is_private():
    """A click on the lock asks before it replaces an OTR conversation. Private
    messages do not affect OTR, which continues afterwards."""
    with Both() as both:
        romeo = both.romeo
        start_otr(both)
        romeo.say("by OTR", JULIET)
        both.they_see("by OTR")
        assert "?OTR:" in both.sent()[-1]

        romeo.press("Private conversation: Not private", "push button", JULIET)
        romeo.keys("alt+k", window="Private conversation")
        romeo.see_no_window("Private conversation")
        romeo.see_state("Not private", JULIET)
        romeo.say("still by OTR", JULIET)
        both.they_see("still by OTR")
        assert "?OTR:" in both.sent()[-1]

        romeo.press("Private conversation: Not private", "push button", JULIET)
        romeo.keys("alt+s", window="Private conversation")
        romeo.see_state("Unverified", JULIET)
        before = len(both.sent())
        romeo.say("inside", JULIET)
        both.they_see("inside")
        both.they_say("an answer inside")
        romeo.read("an answer inside", JULIET)
        assert len(both.sent()) == before

        romeo.menu("End private conversation", JULIET)
        romeo.read(f"You have ended the private conversation with {JULIET}."
                   " What you type now is encrypted with OTR.", JULIET)
        romeo.see_state("Not private", JULIET)
        romeo.say("by OTR again", JULIET)
        both.wait("a message by OTR", lambda: len(both.sent()) > before)
        assert "?OTR:" in both.sent()[-1]
        # She has not ended OTR, and her OTR plugin does not see messages in
        # our sessions.
        both.wait("a line on OTR", lambda: any(
            "sent a message with OTR. It cannot be read: OTR is not used"
            in line for line in both.they_read()))
        assert not [line for line in both.they_read() if "?OTR" in line]


def test_no_otr_tag_in_the_first_messages():
    """With `automatic` the messages are held, and are sent inside as they were
    typed."""
    with Both(policy="automatic") as both:
        both.open()
        both.romeo.say("first words", JULIET)
        both.they_see("first words")
        both.romeo.see_state("Unverified", JULIET)
        assert not both.sent()
        assert not [line for line in both.they_read() if "?OTR" in line]


def test_otr_at_another_address_of_the_contact():
    """While one address of a contact is private, text in clear at another one
    is marked, and what OTR encrypts there is not."""
    with Both() as both:
        romeo = both.romeo
        nurse = both.add_client("nurse", play.NURSE, "chamber")
        both.merge(JULIET, play.NURSE)
        nurse.xtls(ROMEO, "start")
        nurse.expect_state("unverified")
        both.open(play.NURSE)
        start_otr(both)
        assert f"{NOT_ENCRYPTED} a first word in clear" in romeo.texts(JULIET)
        romeo.say("by OTR", JULIET)
        both.they_see("by OTR")
        both.they_say("an answer by OTR")
        romeo.read("an answer by OTR", JULIET)
        assert "?OTR:" in both.sent()[-1]
        for text in ("by OTR", "an answer by OTR"):
            assert f"{NOT_ENCRYPTED} {text}" not in romeo.texts(JULIET)
        nurse.quit()


def test_one_notice_says_which_is_used():
    with Both() as both:
        both.romeo.see_window("Private conversations")
        both.romeo.see("XTLS and OTR are both enabled.", starts=True)
