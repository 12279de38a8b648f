# SPDX-License-Identifier: GPL-2.0-or-later
"""The dialog about a new key, used through assistive technology."""

import os
import shutil

from xtlsgui.dialogs import VERIFIED, assert_mnemonics
from xtlsgui.play import Play
from xtlstest.scene import JULIET, ROMEO

NEW_KEY_TEXT = "Your message is held until you have decided"


def come_with_new_key(play):
    """Juliet was verified, and has a new key. Romeo's client starts by itself,
    because a verified contact requires it."""
    juliet = play.juliet
    play.open()
    play.start()
    play.verify()
    juliet.quit()
    play.romeo.see_state("Waiting", JULIET)
    shutil.rmtree(os.path.join(juliet.dir, "xtls", "keys"))
    juliet.start()
    juliet.login(f"{JULIET}/balcony",
                 play.server.accounts[JULIET], play.port)
    juliet.expect_state("unverified")
    play.romeo.see_window("New key")


def test_new_key():
    """Closing the dialog decides nothing; Accept sends the held messages."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        come_with_new_key(play)
        romeo.picture("new-key", "New key")
        assert_mnemonics(romeo, "New key")
        romeo.keys("Escape", window="New key")
        romeo.see_no_window("New key")
        romeo.say("are you she", JULIET)
        romeo.read(NEW_KEY_TEXT, JULIET)
        assert not juliet.seen("message", text="are you she")
        romeo.menu("Decide about the new key…", JULIET)
        romeo.press("Accept", "push button", "New key")
        romeo.see_no_window("New key")
        romeo.see_state("Unverified", JULIET)
        juliet.expect_message("are you she")


def test_new_key_of_an_unverified_contact():
    """A message is held, so the user is asked. The dialog mentions no verified
    key, because there was none."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("are you she", JULIET)
        juliet.api("renew_own_key", JULIET)
        romeo.menu("Restart private conversation", JULIET)
        romeo.see("The new key:", "label", "New key")
        romeo.see_no("The key that you verified before:", "label", "New key")
        romeo.see_no("There is none yet.", "label", "New key")
        romeo.picture("new-key-unverified", "New key")
        assert_mnemonics(romeo, "New key")
        romeo.press("Accept", "push button", "New key")
        romeo.see_no_window("New key")
        juliet.expect_message("are you she")


def test_new_key_verified():
    """The question is withdrawn when its session ends."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        come_with_new_key(play)
        juliet.xtls(ROMEO, "end")
        romeo.see_no_window("New key")
        romeo.see_state("Finished", JULIET)
        romeo.menu("Restart private conversation", JULIET)
        romeo.press("Verify…", "push button", "New key")
        romeo.turn_to("Fingerprints", "Verify")
        romeo.press(VERIFIED, "radio button", "Verify")
        assert "New key" in romeo.windows()
        romeo.press("OK", "push button", "Verify")
        romeo.see_no_window("New key")
        romeo.see_state("Private", JULIET)


def test_new_key_refused():
    """Nothing is sent to the refused key, neither then nor at the next
    attempt."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        come_with_new_key(play)
        romeo.say("are you she", JULIET)
        romeo.read(NEW_KEY_TEXT, JULIET)
        romeo.press("Refuse", "push button", "New key")
        romeo.see_no_window("New key")
        romeo.see_state("Finished", JULIET)
        romeo.read(f"You refused the key of {JULIET}.", JULIET)
        juliet.expect_state("finished")
        romeo.menu("Restart private conversation", JULIET)
        romeo.read(f"{JULIET} presented a key that you have refused.", JULIET)
        romeo.see_state("Waiting", JULIET)
        assert "New key" not in romeo.windows()
        assert not juliet.seen("message", text="are you she")
