# SPDX-License-Identifier: GPL-2.0-or-later
"""The dialogs in several languages: mnemonic keys, and writing from right to
left."""

import os

from xtlsgui.dialogs import QUESTION, SETTINGS, assert_mnemonics, configure
from xtlsgui.play import Play
from xtlsgui.plugins import FACE
from xtlstest.languages import Language
from xtlstest.scene import JULIET, ROMEO

DIGITS = ":".join(f"{number:02}" for number in range(32))


def check_contact_dialogs(play, say=str):
    """say: translates"""
    def name(label):
        return say(label).replace("_", "")

    romeo = play.romeo
    play.open()
    romeo.press(say("Private conversation: %s") % say("Not private"),
                "push button", JULIET)
    romeo.see_state(say("Unverified"), JULIET, say("Private conversation: %s"))
    romeo.menu(name("_Verify…"), JULIET)
    pages = [say("_Question or shared secret"), say("_Fingerprints")]
    for page in pages:
        romeo.turn_to(page.replace("_", ""), say("Verify"))
        assert_mnemonics(romeo, say("Verify"), *pages)
    romeo.menu(name("This _contact’s settings…"), JULIET)
    romeo.see_window(say(SETTINGS))
    assert_mnemonics(romeo, say(SETTINGS))


def test_mnemonics():
    """No key is used twice in a dialog."""
    with Play() as play:
        romeo = play.romeo
        check_contact_dialogs(play)
        configure(romeo)
        pages = ("S_ettings", "_Known keys", "_My keys")
        for page in pages:
            romeo.turn_to(page.replace("_", ""), FACE)
            assert_mnemonics(romeo, FACE, *pages)
        romeo.press(f"Make a new key for {ROMEO}/orchard…", "push button",
                    FACE)
        romeo.see_window(QUESTION)
        assert_mnemonics(romeo, QUESTION)


def test_mnemonics_in_german():
    german = Language("de")
    with Play(environment=german.environment(),
              prepare=german.install) as play:
        check_contact_dialogs(play, german.words())


def test_right_to_left():
    """In Hebrew, all is found by its name, and fingerprints are not turned
    round."""
    hebrew = Language("he")
    say = hebrew.words()
    with Play(environment=hebrew.environment(),
              prepare=hebrew.install) as play:
        romeo, juliet = play.romeo, play.juliet
        state = say("Private conversation: %s")
        play.open()
        romeo.press(state % say("Not private"), "push button", JULIET)
        romeo.see_state(say("Unverified"), JULIET, state)
        romeo.read(say("Verify this key."), JULIET)
        # The link does the same.
        assert "/xtls verify" not in romeo.texts(JULIET)
        romeo.menu(say("_Verify…").replace("_", ""), JULIET)
        romeo.turn_to(say("_Fingerprints").replace("_", ""), say("Verify"))
        key = juliet.api("get_own_fingerprint", JULIET)["value"]
        romeo.read(key[:11], say("Verify"))
        romeo.picture_of_all("right-to-left")


def write_verified(folder):
    os.mkdir(os.path.join(folder, "xtls"), 0o700)
    with open(os.path.join(folder, "xtls", "known-peers"), "w") as file:
        os.chmod(file.fileno(), 0o600)
        file.write(f"[xtls]\nversion=1\n\n[entry-0]\naccount={ROMEO}\n"
                   f"jid={JULIET}\nfingerprint={DIGITS}\ntrust=verified\n"
                   "verified-by=fingerprint\nverified-at=1\nfirst-seen=1\n"
                   "last-seen=1\n")


def test_dialog_right_to_left():
    """In Hebrew, texts begin on the right, and a fingerprint that has only
    digits is not turned round."""
    hebrew = Language("he")
    say = hebrew.words()

    def prepare(folder):
        hebrew.install(folder)
        write_verified(folder)

    with Play(environment=hebrew.environment(), prepare=prepare) as play:
        romeo = play.romeo
        # A verified contact requires it, so that it starts by itself.
        play.open()
        romeo.see_window(say("New key"))
        assert abs(romeo.space_before(say("The new key:"),
                                      say("New key"))) < 3
        assert romeo.first_on_screen(DIGITS[:11], DIGITS[12:23],
                                     say("New key")) == DIGITS[:11]
