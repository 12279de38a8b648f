# SPDX-License-Identifier: GPL-2.0-or-later
"""A user of Finch on a terminal of 80 columns and 24 lines. The tests read
what it draws there."""

import contextlib
import re

from xtlsgui.finch import Finch
from xtlstest import check, client, process, prosody, proxy, tap
from xtlstest.scene import JULIET, PASSWORDS, ROMEO

KEY = re.compile(r"(?:[0-9A-F]{2}:){3}[0-9A-F]{2}")


@contextlib.contextmanager
def finch():
    """Romeo's Finch with an open conversation with juliet, and her headless
    client."""
    try:
        server = prosody.Prosody(PASSWORDS, [(ROMEO, JULIET)])
        port = proxy.Proxy(server.port, raw=True).port
        juliet = client.Client("juliet", [client.CORE])
        juliet.login(f"{JULIET}/balcony", PASSWORDS[JULIET], port)
        romeo = Finch(f"{ROMEO}/orchard", PASSWORDS[ROMEO], port)
        juliet.expect("presence", who=ROMEO, online=True)
        try:
            romeo.open_first_buddy(JULIET)
            yield romeo, juliet
        except BaseException:
            tap.diagnose(romeo.show())
            raise
        romeo.quit()
        juliet.quit()
    finally:
        process.clean_up()


def start(romeo, juliet):
    romeo.say("/xtls start")
    romeo.see("[Unverified] juliet", "Unverified conversation with")
    juliet.expect_state("unverified")


def read(romeo, *texts):
    """Waits until all texts are on the screen, which may break their lines
    between words."""
    romeo.wait(texts, lambda shown: all(
        text in re.sub(r"[│▒↑↓\s]+", " ", shown) for text in texts))


def has_no_underscores(romeo):
    """Asserts that no button has an underscore. (Entry fields consist of
    them.)"""
    assert not re.search(r"_[^\W_]|[^\W_]_", romeo.show()), romeo.show()


def test_answers_to_commands():
    """Each is seen at one glance. An error is not marked as a message, and a
    fingerprint is cut only between its groups."""
    with finch() as (romeo, juliet):
        romeo.say("/xtls help")
        read(romeo, "/xtls help [PAGE] · /xtls start",
             "/xtls report [addresses]", "The pages of the help are")
        start(romeo, juliet)
        romeo.say("/xtls nonsense")
        romeo.see("There is no such command.")
        assert "not encrypted" not in romeo.show(), romeo.show()
        romeo.say("/xtls known")
        key = check.in_groups(juliet.api("get_own_fingerprint",
                                         JULIET)["value"])
        read(romeo, f"{key} · not verified")


def test_from_start_to_end():
    """The title shows the state and changes with it."""
    with finch() as (romeo, juliet):
        romeo.see("[Not private] juliet")
        start(romeo, juliet)
        romeo.see_no("[Not private]")
        romeo.say("wherefore")
        juliet.expect_message("wherefore")
        romeo.say("/xtls status")
        romeo.see("Unverified · with juliet@capulet.lit/balcony")
        romeo.picture("finch")
        romeo.say("/xtls end")
        romeo.see("[Not private] juliet", "You have ended the private")
        romeo.see_no("[Unverified]")


def see_seconds(romeo, at_least):
    """Waits until the title counts that many seconds. Returns how many."""
    def count(shown):
        found = re.search(r"\[Starting… (\d+) s\] juliet", shown)
        return int(found[1]) if found and int(found[1]) >= at_least else 0

    return romeo.wait(f"{at_least} seconds", count)


def test_starting_takes_time():
    """The title counts the seconds until the start is over."""
    with finch() as (romeo, juliet):
        juliet.stop()
        romeo.say("/xtls start")
        first = see_seconds(romeo, 2)
        see_seconds(romeo, first + 1)
        juliet.cont()
        romeo.see("[Unverified] juliet")
        romeo.see_no("[Starting…")
        juliet.expect_state("unverified")


def test_verify_by_fingerprint():
    """Both keys are shown completely and in groups; only the button
    verifies."""
    with finch() as (romeo, juliet):
        start(romeo, juliet)
        romeo.say("/xtls verify")
        shown = romeo.see("┤Verify├", "I have verified it", "Cancel")
        has_no_underscores(romeo)
        groups = KEY.findall(shown)
        assert len(groups) == 16, shown
        assert ":".join(groups[:8]) == juliet.status(ROMEO)[
            "own_fingerprint"], shown
        assert ":".join(groups[8:]) == juliet.status(ROMEO)[
            "fingerprint"], shown
        assert "you trust: by telephone, or face to face." in re.sub(
            r"[│▒\s]+", " ", shown), shown
        romeo.focus("Cancel")
        romeo.press("Enter")
        romeo.see_no("┤Verify├")
        romeo.see("[Unverified] juliet")
        romeo.say("/xtls verify")
        romeo.see("I have verified it")
        romeo.focus("I have verified it")
        romeo.press("Enter")
        romeo.see("[Private] juliet")


def test_shared_secret():
    """The dialog opens behind other windows, so a line says how to reach it.
    The dialog repeats the question."""
    with finch() as (romeo, juliet):
        start(romeo, juliet)
        juliet.xtls(ROMEO, "secret Where did we meet?")
        juliet.answer(juliet.expect("request", type="input"), 0, "at the ball")
        romeo.see("press Alt+N to get there.")
        romeo.press("alt+n")
        romeo.see("Where did we meet?", "Answer", "Cancel")
        has_no_underscores(romeo)
        romeo.type("at the ball")
        romeo.see("···········")  # the secret is not shown
        romeo.press("Tab", "Enter")
        juliet.expect_state("private")
        romeo.see("Your answer was right")
        romeo.see("[Unverified] juliet")
        romeo.say("/xtls secret")
        romeo.see("Verify juliet@capulet.lit by a shared secret")
        romeo.type("at the ball")
        romeo.see("···········")
        romeo.press("Tab", "Enter")
        juliet.answer(juliet.expect("request", type="input"), 0, "at the ball")
        romeo.see("[Private] juliet")


def test_held_messages_and_their_choice():
    with finch() as (romeo, juliet):
        start(romeo, juliet)
        juliet.xtls(ROMEO, "end")
        romeo.see("[Finished] juliet")
        romeo.say("shall I hear more")
        romeo.see("Your message is held until you restart")
        romeo.say("/xtls held")
        romeo.see("┤Messages are held├", "Keep waiting", "Send unencrypted",
                  "Discard")
        has_no_underscores(romeo)
        romeo.press("Enter")  # the default
        romeo.see_no("┤Messages are held├")
        romeo.see("[Finished] juliet")
        romeo.say("/xtls start")
        romeo.see("[Unverified] juliet", "1 held message was sent.")
        juliet.expect_message("shall I hear more")
        juliet.xtls(ROMEO, "end")
        romeo.see("[Finished] juliet")
        romeo.say("never mind")
        romeo.say("/xtls held")
        romeo.see("┤Messages are held├")
        romeo.focus("Discard")
        romeo.press("Enter")
        romeo.see("[Not private] juliet", "never mind", "was not sent")
        assert not juliet.seen("message", text="never mind")


def test_menu_and_settings():
    """The menu of a contact in the buddy list works, and the setting that was
    chosen is applied."""
    with finch() as (romeo, juliet):
        romeo.open_menu(JULIET)
        romeo.press("x")
        romeo.see("Start private conversation", "End private conversation",
                  "What’s this?")
        has_no_underscores(romeo)
        romeo.press("t")
        romeo.see("┤This contact’s settings├", "Use default",
                  "because that is your", "setting for all contacts.",
                  "type /xtls help policies.", "OK", "Cancel")
        romeo.choose("Never send", steps=4)
        romeo.focus("OK")
        romeo.press("Enter")
        romeo.see_no("┤This contact’s settings├")
        romeo.press("alt+2")
        romeo.say("/xtls policy")
        romeo.see("The policy for juliet@capulet.lit is “required”.")
        romeo.see("[Waiting] juliet")
