# SPDX-License-Identifier: GPL-2.0-or-later
"""The dialogs about held messages, used through assistive technology."""

from xtlsgui.dialogs import QUESTION, assert_mnemonics
from xtlsgui.play import Play
from xtlstest.scene import JULIET, ROMEO


def test_quitting_asks():
    """As long as a message is held, also when the buddy list is closed. Quit
    all the same, and the next start tells."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("not for the bin", JULIET)
        romeo.read("not for the bin (held)", JULIET)
        romeo.press("Quit", "menu item", "Buddy List")
        romeo.see("1 message has not been sent, or was not confirmed.",
                  "label", QUESTION)
        assert_mnemonics(romeo, QUESTION)
        romeo.picture("quit", QUESTION)
        romeo.keys("Return", window=QUESTION)  # the default: not yet
        romeo.see_no_window(QUESTION)
        romeo.keys("alt+F4", window="Buddy List")
        romeo.see_window(QUESTION)
        romeo.see_window("Buddy List")
        romeo.keys("Escape", window=QUESTION)
        romeo.see_no_window(QUESTION)
        romeo.menu("Restart private conversation", JULIET)
        juliet.expect_message("not for the bin")
        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("for the bin", JULIET)
        romeo.read("for the bin (held)", JULIET)
        romeo.press("Quit", "menu item", "Buddy List")
        romeo.press("Quit anyway", "push button", QUESTION)
        romeo = play.begin_again()
        romeo.read("1 message", "Private conversations")
        romeo.press("Quit", "menu item", "Buddy List")
        play.begin_again()


def held_by_policy(play):
    """A message is held because juliet's client declines."""
    play.open()
    play.juliet.xtls(ROMEO, "policy never")
    play.romeo.say("/xtls policy automatic", JULIET)
    play.romeo.say("shall I speak", JULIET)
    play.romeo.see_window("Messages are held")
    play.romeo.see("1 message", "label", "Messages are held", starts=True)


def test_escape_keeps_waiting():
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        held_by_policy(play)
        romeo.picture("choice", "Messages are held")
        assert_mnemonics(romeo, "Messages are held")
        romeo.keys("Escape", window="Messages are held")
        romeo.see_no_window("Messages are held")
        romeo.see_state("Waiting", JULIET)
        assert not juliet.seen("message", text="shall I speak")
        # The choice is not final.
        romeo.menu("Held messages (1)…", JULIET)
        romeo.see("Send unencrypted", "push button", "Messages are held")
        romeo.keys("Escape", window="Messages are held")
        romeo.see_no_window("Messages are held")
        romeo.say("/xtls policy required", JULIET)
        romeo.menu("Held messages (1)…", JULIET)
        romeo.see("Nothing may be sent unencrypted to this contact.", "label",
                  "Messages are held", starts=True)
        romeo.see_no("Send unencrypted", "push button", "Messages are held")
        romeo.picture("choice-required", "Messages are held")
        romeo.keys("Escape", window="Messages are held")
        romeo.see_no_window("Messages are held")
        # With “automatic”, his client could start again by itself.
        romeo.say("/xtls policy manual", JULIET)
        romeo.see_state("Waiting", JULIET)
        juliet.xtls(ROMEO, "policy manual")
        romeo.menu("Restart private conversation", JULIET)
        romeo.see_state("Unverified", JULIET)
        juliet.expect_message("shall I speak")


def test_send_unencrypted():
    with Play() as play:
        held_by_policy(play)
        play.romeo.press("Send unencrypted", "push button",
                         "Messages are held")
        play.romeo.see_no_window("Messages are held")
        play.juliet.expect_message("shall I speak")
