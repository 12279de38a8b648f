# SPDX-License-Identifier: GPL-2.0-or-later
"""The dialog that verifies a contact, used through assistive technology."""

import subprocess

import pyatspi

from xtlsgui.dialogs import VERIFIED
from xtlsgui.play import Play
from xtlstest.scene import JULIET, ROMEO

NOT_VERIFIED = "I have not verified that this is the correct fingerprint."


def test_session_ends_under_the_open_dialog():
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.see_window("Verify")
        romeo.turn_to("Fingerprints", "Verify")
        romeo.press(VERIFIED, "radio button", "Verify")
        play.juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.close(JULIET)
        # The dialog is still about the key that was compared.
        romeo.press("OK", "push button", "Verify")
        romeo.see_no_window("Verify")
        play.open()
        romeo.menu("Restart private conversation", JULIET)
        romeo.see_state("Private", JULIET)


def test_complaint_trust_is_applied_before_ok():
    """Escape verifies nothing. There is only one dialog, however often it is
    opened."""
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.turn_to("Fingerprints", "Verify")
        romeo.menu("Verify…", JULIET)
        romeo.follow("Verify this key.", JULIET, opens="Verify")
        assert romeo.windows().count("Verify") == 1, romeo.windows()
        romeo.press(VERIFIED, "radio button", "Verify")
        romeo.keys("Escape", window="Verify")
        romeo.see_no_window("Verify")
        romeo.see_state("Unverified", JULIET)


def test_qr_code_of_the_own_fingerprint():
    """Read from the picture of the window, as a telephone would."""
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.turn_to("Fingerprints", "Verify")
        romeo.see("QR code of your own fingerprint", None, "Verify")
        read = subprocess.run(
            ["zbarimg", "--quiet", "--raw",
             romeo.picture("verify-code", "Verify")],
            check=True, capture_output=True, text=True).stdout.strip()
        digits = play.juliet.status(ROMEO)["fingerprint"].replace(":", "")
        assert read == f"xmpp:{ROMEO}?xtls-sha-256={digits.lower()}"


def test_shared_secret():
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.write("Question that your contact is asked (optional):",
                    "Where <b>did</b> we meet?", "Verify")
        romeo.write("Secret or answer, the same on both sides:", "at the ball",
                    "Verify")
        romeo.press("Ask", "push button", "Verify")
        romeo.read(f"Waiting for {JULIET}.", "Verify")
        # An attempt counts when it is over.
        assert "so far" not in romeo.texts("Verify")
        juliet.answer(juliet.expect("request", type="input"), 0,
                      " at the ball ")
        romeo.see_state("Private", JULIET)
        romeo.read("Both of you typed the same", "Verify")
        juliet.xtls(ROMEO, "secret <i>Who</i> are you?")
        juliet.answer(juliet.expect("request", type="input"), 0, "romeo")
        romeo.see("<i>Who</i> are you?", None, "Verify")
        romeo.read("1 attempt was made so far.", "Verify")
        romeo.picture("verify-asked", "Verify")
        romeo.write("Secret or answer, the same on both sides:", "paris",
                    "Verify")
        romeo.press("Answer", "push button", "Verify")
        romeo.read("did not type the same", "Verify")
        romeo.read("2 attempts were made so far.", "Verify")


def is_checked(romeo, name):
    button = romeo.see(name, "radio button", "Verify")
    button.clear_cache()
    return button.getState().contains(pyatspi.STATE_CHECKED)


def press_ok_unchanged(romeo, heading):
    """Presses Enter, because OK is the default button of this page."""
    romeo.turn_to("Fingerprints", "Verify")
    romeo.see(heading, "label", "Verify")
    assert is_checked(romeo, VERIFIED) == heading.startswith("This is")
    romeo.keys("Return", window="Verify")
    romeo.see_no_window("Verify")


def test_trust_changes_under_the_fingerprints():
    """The page shows changes made elsewhere, and its OK does not undo them.
    With a change on the page, OK applies it."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        key = juliet.api("get_own_fingerprint", JULIET)["value"]
        romeo.menu("Verify…", JULIET)
        press_ok_unchanged(romeo, f"Is this really {JULIET}?")
        romeo.see_state("Unverified", JULIET)
        romeo.menu("Verify…", JULIET)
        romeo.turn_to("Fingerprints", "Verify")
        romeo.see(f"Is this really {JULIET}?", "label", "Verify")
        romeo.say(f"/xtls verify {key}", JULIET)
        romeo.see_state("Private", JULIET)
        romeo.picture("verify-verified", "Verify")
        press_ok_unchanged(romeo, f"This is {JULIET}.")
        romeo.see_state("Private", JULIET)
        romeo.menu("Verify…", JULIET)
        romeo.turn_to("Fingerprints", "Verify")
        romeo.press(NOT_VERIFIED, "radio button", "Verify")
        romeo.press("OK", "push button", "Verify")
        romeo.see_state("Unverified", JULIET)


def type_secret(romeo, text):
    """Types into the widget with the focus, as after a failed attempt."""
    romeo.raise_window("Verify")
    romeo.type(text)
    romeo.keys("Return", window="Verify")


def answer_right(juliet, text):
    juliet.answer(juliet.expect("request", type="input"), 0, text)


def both_told(play, step, text):
    """Waits until the attempt is over on both sides, so that another can
    begin."""
    play.romeo.read(text, "Verify")
    play.juliet.expect("xtls-secret-step", step=step)


def test_enter_after_a_failed_attempt():
    """Both the one who asks and the one who answers type again and press
    Enter. The heading shows the result."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.see_window("Verify")
        romeo.keys("alt+s", window="Verify")
        type_secret(romeo, "at the ball")
        answer_right(juliet, "at the bell")
        both_told(play, "different", "did not type the same")
        romeo.picture("verify-different", "Verify")
        romeo.see(f"Is this really {JULIET}?", "label", "Verify")
        juliet.xtls(ROMEO, "secret Where did we meet?")
        answer_right(juliet, "in the garden")
        romeo.see("Where did we meet?", None, "Verify")
        type_secret(romeo, "at the tomb")
        both_told(play, "different", "did not type the same")
        juliet.xtls(ROMEO, "secret Where did we meet?")
        answer_right(juliet, "in the garden")
        romeo.see("Where did we meet?", None, "Verify")
        type_secret(romeo, "in the garden")
        both_told(play, "same", "Your answer was right")
        romeo.see(f"Is this really {JULIET}?", "label", "Verify")
        type_secret(romeo, "at the ball")
        answer_right(juliet, "at the ball")
        romeo.see(f"This is {JULIET}.", "label", "Verify")
        romeo.picture("verify-same", "Verify")
        # The question has verified her, and OK on the other page changes
        # nothing.
        press_ok_unchanged(romeo, f"This is {JULIET}.")
        romeo.see_state("Private", JULIET)
