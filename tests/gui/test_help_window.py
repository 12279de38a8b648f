# SPDX-License-Identifier: GPL-2.0-or-later
"""The help and the report of a fault in Pidgin."""

import re

from xtlsgui.play import Play
from xtlstest.scene import JULIET, ROMEO

HELD = "Messages are held"
HELP = "Help: private conversations"
SETTINGS = "This contact’s settings"
TOLD = "Private conversations"
TOOLS = "XTLS private conversations"
WHAT = "What’s this?"


def open_tools(romeo, entry):
    romeo.press(entry, "menu item", "Buddy List")
    romeo.see_window(TOOLS)


def read_page(romeo, heading, *entries):
    """Waits for the page with this heading and these entries, and closes the
    window."""
    romeo.see_window(HELP)
    romeo.see(heading, "label", HELP)
    for entry in entries:
        romeo.see(entry, "label", HELP, starts=True)
    romeo.keys("Escape", window=HELP)
    romeo.see_no_window(HELP)


def test_the_page_behind_each_question():
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        romeo.menu(WHAT, JULIET)
        read_page(romeo, "What is a private conversation?")
        romeo.menu("This contact’s settings…", JULIET)
        romeo.press(WHAT, "push button", SETTINGS)
        read_page(romeo, "When conversations are private",
                  "Never talk privately\n", "Talk privately when I start it\n",
                  "Start private conversations automatically\n",
                  "Never send anything unencrypted\n")
        open_tools(romeo, "Settings…")
        romeo.press(WHAT, "push button", TOOLS)
        read_page(romeo, "When conversations are private")
        romeo.turn_to("Known keys", TOOLS)
        romeo.press(WHAT, "push button", TOOLS)
        read_page(romeo, "The list of known keys", "Refused\n")
        romeo.turn_to("My keys", TOOLS)
        romeo.press(WHAT, "push button", TOOLS)
        read_page(romeo, "Moving to another computer")
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.press(WHAT, "push button", "Verify")
        read_page(romeo, "Verifying a key")
        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("are you she", JULIET)
        romeo.menu("Held messages (1)…", JULIET)
        romeo.press(WHAT, "push button", HELD)
        read_page(romeo, "Messages that are held", "Keep waiting\n")
        romeo.keys("Escape", window=HELD)
        juliet.api("renew_own_key", JULIET)
        romeo.menu("Restart private conversation", JULIET)
        romeo.press(WHAT, "push button", "New key")
        read_page(romeo, "A contact has a new key", "Refuse\n")


def test_the_help_window():
    """There is one window, however often it is opened. Each page can be
    selected, also by keyboard."""
    with Play() as play:
        romeo = play.romeo
        play.open()
        romeo.menu(WHAT, JULIET)
        romeo.see_window(HELP)
        romeo.menu(WHAT, JULIET)
        assert romeo.windows().count(HELP) == 1
        for number, title in enumerate((
                "Starting and ending", "What the lock says", "Verifying a key",
                "A contact has a new key", "Messages that are held",
                "When conversations are private", "Moving to another computer",
                "OTR and other plugins", "When something does not work",
                "Commands", "Files")):
            if number < 2:
                romeo.keys("ctrl+Next", window=HELP)
            else:
                romeo.turn_to(title, HELP)
            romeo.see(title, "label", HELP)
            romeo.picture(f"help-{number + 2}", HELP)
            if number == 1:
                romeo.see("New key", "icon", HELP)


def test_the_report_of_a_fault():
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        romeo.say("it is the east", JULIET)
        play.juliet.expect_message("it is the east")
        open_tools(romeo, "Settings…")
        romeo.press("Report of a fault…", "push button", TOOLS)
        romeo.see_window(TOLD)
        romeo.read("sessions opened: 1", TOLD)
        romeo.picture("report", TOLD)
        text = romeo.texts(TOLD)
        assert re.search(r"client: Pidgin \d", text), text
        assert re.search(r"contact-\d+: unverified", text), text
        for word in (ROMEO, JULIET, "balcony", "it is the east",
                     play.juliet.status(ROMEO)["fingerprint"][:11],
                     play.pidgin.dir):
            assert word not in text, word
