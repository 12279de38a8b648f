# SPDX-License-Identifier: GPL-2.0-or-later
"""A person before Pidgin: what the lock says and what the dialogs do."""

import os
import shutil

from xtlsgui.play import NURSE, Play, apart
from xtlsgui.plugins import FACE as CONFIGURE
from xtlsgui.plugins import choose_plugin, toggle_plugins
from xtlstest import client, tap
from xtlstest.scene import JULIET, ROMEO

NEW_KEY_TEXT = "Your message is held until you have decided"


def test_the_whole_way():
    """From Not private to Private, and through Finished back."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        romeo.see_state("Not private", JULIET)
        romeo.picture("state-not-private", JULIET)
        juliet.stop()
        romeo.press("Private conversation: Not private", "push button", JULIET)
        romeo.see_state("Starting…", JULIET)
        romeo.picture("state-starting", JULIET)
        juliet.cont()
        romeo.see_state("Unverified", JULIET)
        romeo.read("Verify this key.", JULIET)
        romeo.picture("state-unverified", JULIET)

        romeo.follow("Verify this key.", JULIET, opens="Verify")
        romeo.picture("verify-secret", "Verify")
        romeo.turn_to("Fingerprints", "Verify")
        romeo.picture("verify-fingerprints", "Verify")
        romeo.press("I have verified that this is the correct fingerprint.",
                    "radio button", "Verify")
        romeo.see_state("Unverified", JULIET)  # not before OK
        romeo.press("OK", "push button", "Verify")
        romeo.see_state("Private", JULIET)
        romeo.picture("state-private", JULIET)

        romeo.say("wherefore", JULIET)
        juliet.expect_message("wherefore")
        juliet.say(ROMEO, "deny thy father")
        romeo.read("deny thy father", JULIET)

        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("held back", JULIET)
        romeo.read("Your message is held", JULIET)
        romeo.picture("state-finished", JULIET)
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
        romeo.picture("verify-asked", "Verify")
        romeo.write("Secret or answer, the same on both sides:", "paris",
                    "Verify")
        romeo.press("Answer", "push button", "Verify")
        romeo.read("did not type the same", "Verify")


def come_with_new_key(play):
    """A juliet who was verified has lost her key, and starts."""
    juliet = play.juliet
    play.open()
    play.start()
    play.verify()
    juliet.quit()
    play.romeo.see_state("Finished", JULIET)
    shutil.rmtree(os.path.join(juliet.dir, "xtls", "keys"))
    juliet.start()
    juliet.login(f"{JULIET}/balcony",
                 play.server.accounts[JULIET], play.server.port)
    juliet.expect("presence", who=ROMEO, online=True)
    juliet.xtls(ROMEO, "start")
    play.romeo.see_window("New key")


def test_new_key():
    """Closing the dialog decides nothing; Accept lets held messages go."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        come_with_new_key(play)
        romeo.picture("new-key", "New key")
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


def test_new_key_refused():
    """Nothing is sent to it, then or with the next attempt."""
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
        juliet.expect_state("starting")
        juliet.expect_state(lambda state: state != "starting")
        romeo.see_state("Finished", JULIET)
        assert "New key" not in romeo.windows()
        assert not juliet.seen("message", text="are you she")


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
        romeo.picture("choice", "Messages are held")
        romeo.keys("Escape", window="Messages are held")
        romeo.see_no_window("Messages are held")
        romeo.see_state("Finished", JULIET)
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
        romeo.picture("settings", CONFIGURE)
        romeo.press("Show the button in the toolbar of conversations",
                    "check box", CONFIGURE)
        romeo.see_no("Private conversation: Unverified", "push button", JULIET)
        romeo.press("Show the button in the toolbar of conversations",
                    "check box", CONFIGURE)
        romeo.see_state("Unverified", JULIET)
        romeo.turn_to("My keys", CONFIGURE)
        romeo.see("Make a new key for", None, CONFIGURE, starts=True)
        romeo.picture("my-keys", CONFIGURE)
        romeo.turn_to("Known keys", CONFIGURE)
        romeo.choose_row(JULIET, CONFIGURE)
        romeo.picture("known-keys", CONFIGURE)
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


KEYS = 10000
# Of a processor's time: nothing that anybody would have to wait for.
NOTICEABLE = 1.0


def write_keys(folder):
    """Many known keys, the one seen first with the last name."""
    os.mkdir(os.path.join(folder, "xtls"), 0o700)
    with open(os.path.join(folder, "xtls", "known-peers"), "w") as file:
        os.chmod(file.fileno(), 0o600)
        file.write("[xtls]\nversion=1\n")
        for n in range(KEYS):
            fingerprint = ":".join(f"{byte:02X}"
                                   for byte in n.to_bytes(32, "big"))
            file.write(f"\n[entry-{n}]\naccount={ROMEO}\n"
                       f"jid=c{n:05}@verona.lit\n"
                       f"fingerprint={fingerprint}\n"
                       "trust=known\nverified-by=none\nverified-at=0\n"
                       f"first-seen=1\nlast-seen={86400 * (KEYS - n)}\n")


def test_many_known_keys():
    """The page opens and sorts without a pause."""
    with Play(prepare=write_keys) as play:
        romeo, pidgin = play.romeo, play.pidgin
        choose_plugin(romeo, CONFIGURE)
        began = pidgin.seconds()
        romeo.press("Configure Plugin", "push button", "Plugins")
        romeo.turn_to("Known keys", CONFIGURE)
        romeo.see("c00000@verona.lit", "table cell", CONFIGURE)
        opened = pidgin.seconds()
        romeo.press("Last seen", "table column header", CONFIGURE)
        # Only what is near the top is looked at.
        romeo.see(f"c{KEYS - 1:05}@verona.lit", "table cell", CONFIGURE)
        sorted_ = pidgin.seconds()
        tap.diagnose(f"{KEYS} keys: opened in {opened - began:.2f} s, sorted"
                     f" in {sorted_ - opened:.2f} s")
        assert opened - began < NOTICEABLE
        assert sorted_ - opened < NOTICEABLE


def test_tooltip():
    """Of the buddy list. It is drawn, not said: seen in what Pidgin draws."""
    drawn = os.path.join(client.BUILD, "tests", "markup.so")
    with Play(environment={"LD_PRELOAD": drawn}) as play:
        romeo = play.romeo

        def see_tooltip(word):
            said = f"<b>Private conversation:</b> {word}"
            already = play.pidgin.log().count(said)
            romeo.hover(lambda: romeo.see(JULIET, "table cell", "Buddy List"),
                        lambda: play.pidgin.log().count(said) > already)

        see_tooltip("possible")
        play.open()
        play.start()
        romeo.raise_window("Buddy List")
        see_tooltip("Unverified")


def test_contact_settings():
    with Play() as play:
        romeo = play.romeo
        play.open()
        romeo.menu("This contact’s settings…", JULIET)
        settings = "This contact’s settings"
        romeo.press("Use the default for logging", "check box", settings)
        romeo.press("Log private conversations", "check box", settings)
        romeo.picture("contact-settings", settings)
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
        romeo.picture("names", "Verify")
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
