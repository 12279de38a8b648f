# SPDX-License-Identifier: GPL-2.0-or-later
"""A person before Pidgin: what the lock says and what the dialogs do."""

import os
import shutil
import time

from xtlsgui.play import NURSE, Play, apart
from xtlstest import tap
from xtlstest.scene import JULIET, ROMEO

CONFIGURE = "XTLS private conversations in Pidgin"


def choose_plugin(romeo, name):
    romeo.press("Plugins", "menu item", "Buddy List")
    romeo.see_window("Plugins")
    romeo.keys("Home", window="Plugins")
    romeo.type(name)
    time.sleep(1)  # the search box of the list takes its time
    romeo.keys("Escape")


def toggle_plugins(romeo, *names):
    """Enables or disables plugins, as a person does in Pidgin's window."""
    for name in names:
        choose_plugin(romeo, name)
        romeo.keys("space", window="Plugins")
        # Not pressed: Pidgin's own button would die in GAIL's hands.
        romeo.keys("Escape", window="Plugins")
        romeo.see_no_window("Plugins")


def test_the_whole_way():
    """From Not private to Private, and through Finished back."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        romeo.see_state("Not private", JULIET)
        play.screen.picture("state-not-private")
        juliet.stop()
        romeo.press("Private conversation: Not private", "push button", JULIET)
        romeo.see_state("Starting…", JULIET)
        play.screen.picture("state-starting")
        juliet.cont()
        romeo.see_state("Unverified", JULIET)
        romeo.read("Verify this key.", JULIET)
        play.screen.picture("state-unverified")

        romeo.follow("Verify this key.", JULIET)
        romeo.see_window("Verify")
        play.screen.picture("verify-secret")
        romeo.turn_to("Fingerprints", "Verify")
        play.screen.picture("verify-fingerprints")
        romeo.press("I have verified that this is the correct fingerprint.",
                    "radio button", "Verify")
        romeo.see_state("Unverified", JULIET)  # not before OK
        romeo.press("OK", "push button", "Verify")
        romeo.see_state("Private", JULIET)
        play.screen.picture("state-private")

        romeo.say("wherefore", JULIET)
        juliet.expect_message("wherefore")
        juliet.say(ROMEO, "deny thy father")
        romeo.read("deny thy father", JULIET)

        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("held back", JULIET)
        play.screen.picture("state-finished")
        time.sleep(1)
        assert not juliet.seen("message", text="held back")
        romeo.menu("Restart private conversation", JULIET)
        romeo.see_state("Private", JULIET)
        juliet.expect_message("held back")
        romeo.menu("End private conversation", JULIET)
        romeo.see_state("Not private", JULIET)


def test_two_tabs():
    """The lock in the tray follows the tab, each button its own."""
    with Play() as play:
        romeo = play.romeo
        nurse = play.add_client("nurse", NURSE, "chamber")
        play.open()
        play.start()
        play.conversation(NURSE)
        romeo.see_state("Unverified", JULIET)
        romeo.keys("ctrl+Tab", window=JULIET)
        romeo.see_window(NURSE)
        romeo.see_state("Not private", NURSE)
        romeo.keys("ctrl+Tab", window=NURSE)
        romeo.see_window(JULIET)
        romeo.see_state("Unverified", JULIET)
        romeo.menu("End private conversation", JULIET)
        romeo.see_state("Not private", JULIET)
        nurse.quit()


def test_enabled_late():
    """A window that is open gets its lock, and loses it without a trace."""
    with Play(face=False) as play:
        romeo = play.romeo
        play.open()
        assert not romeo.xtls_menu(JULIET)
        toggle_plugins(romeo, CONFIGURE)
        romeo.see_state("Not private", JULIET)
        play.start()
        toggle_plugins(romeo, CONFIGURE)
        romeo.see_no("Private conversation: Unverified", None, JULIET)
        assert not romeo.xtls_menu(JULIET)
        toggle_plugins(romeo, CONFIGURE)
        romeo.see_state("Unverified", JULIET)
        romeo.menu("Verify…", JULIET)
        romeo.see_window("Verify")
        toggle_plugins(romeo, CONFIGURE)
        romeo.see_no_window("Verify")


def test_session_dies_under_the_dialog():
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.see_window("Verify")
        romeo.turn_to("Fingerprints", "Verify")
        romeo.press("I have verified that this is the correct fingerprint.",
                    "radio button", "Verify")
        play.juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.close(JULIET)
        # The key is still the one that was compared.
        romeo.press("OK", "push button", "Verify")
        romeo.see_no_window("Verify")
        play.open()
        romeo.menu("Restart private conversation", JULIET)
        romeo.see_state("Private", JULIET)


def test_escape_verifies_nothing():
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.turn_to("Fingerprints", "Verify")
        romeo.press("I have verified that this is the correct fingerprint.",
                    "radio button", "Verify")
        romeo.keys("Escape", window="Verify")
        romeo.see_no_window("Verify")
        romeo.see_state("Unverified", JULIET)


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
        juliet.answer(juliet.expect("request", type="input"), 0,
                      " at the ball ")
        romeo.see_state("Private", JULIET)
        romeo.read("Both of you typed the same", "Verify")
        juliet.xtls(ROMEO, "secret <i>Who</i> are you?")
        juliet.answer(juliet.expect("request", type="input"), 0, "romeo")
        romeo.see("<i>Who</i> are you?", None, "Verify")
        play.screen.picture("verify-asked")
        romeo.write("Secret or answer, the same on both sides:", "paris",
                    "Verify")
        romeo.press("Answer", "push button", "Verify")
        romeo.read("did not type the same", "Verify")


def test_new_key():
    """Closing the dialog decides nothing; Accept lets held messages go."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        play.verify()
        juliet.quit()
        romeo.see_state("Finished", JULIET)
        shutil.rmtree(os.path.join(juliet.dir, "xtls", "keys"))
        juliet.start()
        juliet.login(f"{JULIET}/balcony",
                     play.server.accounts[JULIET], play.server.port)
        juliet.expect("presence", who=ROMEO, online=True)
        juliet.xtls(ROMEO, "start")
        romeo.see_window("New key")
        play.screen.picture("new-key")
        romeo.keys("Escape", window="New key")
        romeo.see_no_window("New key")
        romeo.say("are you she", JULIET)
        time.sleep(1)
        assert not juliet.seen("message", text="are you she")
        romeo.menu("Decide about the new key…", JULIET)
        romeo.press("Accept", "push button", "New key")
        romeo.see_no_window("New key")
        romeo.see_state("Unverified", JULIET)
        juliet.expect_message("are you she")


def held_by_policy(play):
    """A message that waits, because juliet's client declines."""
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
        play.screen.picture("choice")
        romeo.keys("Escape", window="Messages are held")
        romeo.see_no_window("Messages are held")
        romeo.see_state("Finished", JULIET)
        time.sleep(1)
        assert not juliet.seen("message", text="shall I speak")
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


def test_key_manager():
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        choose_plugin(romeo, CONFIGURE)
        romeo.press("Configure Plugin", "push button", "Plugins")
        romeo.see_window(CONFIGURE)
        play.screen.picture("settings")
        romeo.press("Show the button in the toolbar of conversations",
                    "check box", CONFIGURE)
        romeo.see_no("Private conversation: Unverified", "push button", JULIET)
        romeo.press("Show the button in the toolbar of conversations",
                    "check box", CONFIGURE)
        romeo.see_state("Unverified", JULIET)
        romeo.turn_to("My keys", CONFIGURE)
        romeo.see("Make a new key for", None, CONFIGURE, starts=True)
        play.screen.picture("my-keys")
        romeo.turn_to("Known keys", CONFIGURE)
        romeo.choose_row(JULIET, CONFIGURE)
        play.screen.picture("known-keys")
        romeo.press("End", "push button", CONFIGURE)
        romeo.see_state("Not private", JULIET)
        romeo.press("Verify…", "push button", CONFIGURE)
        romeo.turn_to("Fingerprints", "Verify")
        romeo.press("I have verified that this is the correct fingerprint.",
                    "radio button", "Verify")
        romeo.press("OK", "push button", "Verify")
        romeo.see("Verified by fingerprint", "table cell", CONFIGURE)
        romeo.press("Forget…", "push button", CONFIGURE)
        romeo.press("Forget", "push button", "Private conversations")
        romeo.see_no(JULIET, "table cell", CONFIGURE)


def test_contact_settings():
    with Play() as play:
        romeo = play.romeo
        play.open()
        romeo.menu("This contact’s settings…", JULIET)
        settings = "This contact’s settings"
        romeo.press("Use the default for logging", "check box", settings)
        romeo.press("Log private conversations", "check box", settings)
        play.screen.picture("contact-settings")
        romeo.press("OK", "push button", settings)
        romeo.see_no_window(settings)
        romeo.say("before", JULIET)
        play.start()
        romeo.say("for the record", JULIET)
        play.juliet.expect_message("for the record")
        romeo.close(JULIET)
        assert "for the record" in play.pidgin.records()


def test_names_are_text():
    with Play() as play:
        romeo = play.romeo
        name = "<b>&amp;Jul</b> \u05d0\u05d1\u05d2"
        account = play.dbus("PurpleAccountsFind", f"string:{ROMEO}/orchard",
                            "string:prpl-jabber")
        buddy = play.dbus("PurpleFindBuddy", f"int32:{account}",
                          f"string:{JULIET}")
        play.dbus("PurpleBlistAliasBuddy", f"int32:{buddy}", f"string:{name}")
        play.dbus("PurpleConversationPresent",
                  f"int32:{play.conversation(JULIET)}")
        romeo.see_window(name)
        romeo.see_state("Not private", name)
        romeo.press("Private conversation: Not private", "push button", name)
        romeo.see_state("Unverified", name)
        romeo.see_entry(f"{name}: Unverified (balcony)", name)
        romeo.menu("Verify…", name)
        romeo.see(f"Is this really {name}?", "label", "Verify")
        play.screen.picture("names")
        romeo.menu("This contact’s settings…", name)
        romeo.see(f"Private conversations with {name}", "label",
                  "This contact’s settings")


def test_rooms_have_no_lock():
    with Play() as play:
        romeo = play.romeo
        room = "ball@rooms.capulet.lit"
        play.open()
        romeo.see_state("Not private", JULIET)
        play.conversation(room, 2)
        romeo.keys("ctrl+Tab", window=JULIET)
        romeo.see_window(room)
        romeo.see_no("Private conversation: Not private", None, room)
        assert not romeo.xtls_menu(room)
        romeo.keys("ctrl+Tab", window=room)
        romeo.see_state("Not private", JULIET)


if __name__ == "__main__":
    for key, value in list(globals().items()):
        if key.startswith("test_"):
            globals()[key] = apart(value)
    tap.run(globals())
