# SPDX-License-Identifier: GPL-2.0-or-later
"""The windows with settings and keys, used through assistive technology."""

import os

from xtlsgui.dialogs import QUESTION, SETTINGS, VERIFIED, configure
from xtlsgui.play import Play
from xtlsgui.plugins import CORE, FACE, choose_plugin, toggle_plugins
from xtlstest import tap
from xtlstest.scene import JULIET, ROMEO

TOOLS = "XTLS private conversations"


def test_account_disabled_under_open_dialogs():
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        romeo.menu("Verify…", JULIET)
        romeo.see_window("Verify")
        romeo.menu("This contact’s settings…", JULIET)
        romeo.see_window(SETTINGS)
        configure(romeo)
        romeo.turn_to("My keys", FACE)
        romeo.press(f"Make a new key for {ROMEO}/orchard…", "push button",
                    FACE)
        romeo.see_window(QUESTION)
        account = play.account()
        play.dbus("PurpleAccountSetEnabled", account, "string:gtk-gaim",
                  "int32:0")
        offline = f"({JULIET})"
        romeo.see_state("Finished", offline)
        romeo.read("There is no private conversation at the moment.", "Verify")
        play.dbus("PurpleAccountsDelete", account)
        for title in ("Verify", SETTINGS, QUESTION, offline):
            romeo.see_no_window(title)
        romeo.see("There is no account here that can talk privately.",
                  "label", FACE)


def test_key_manager():
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        configure(romeo)
        romeo.picture("settings", FACE)
        romeo.press("Show the button in the toolbar of conversations",
                    "check box", FACE)
        romeo.see_no("Private conversation: Unverified", "push button", JULIET)
        romeo.press("Show the button in the toolbar of conversations",
                    "check box", FACE)
        romeo.see_state("Unverified", JULIET)
        romeo.turn_to("My keys", FACE)
        own = play.juliet.status(ROMEO)["fingerprint"]
        romeo.picture("my-keys", FACE)
        romeo.press(f"Copy: The fingerprint of {ROMEO}/orchard:",
                    "push button", FACE)
        romeo.turn_to("Known keys", FACE)
        romeo.keys("alt+n", "ctrl+v", window=FACE)
        romeo.see(own, "text", FACE)
        romeo.write("Find:", "", FACE)
        romeo.choose_row(JULIET, FACE)
        romeo.picture("known-keys", FACE)
        romeo.see("Unverified", "table cell", FACE)
        romeo.press("End", "push button", FACE)
        romeo.see_state("Not private", JULIET)
        romeo.see("Not private", "table cell", FACE)
        romeo.press("Verify…", "push button", FACE)
        romeo.turn_to("Fingerprints", "Verify")
        romeo.press(VERIFIED, "radio button", "Verify")
        romeo.press("OK", "push button", "Verify")
        romeo.see("Verified by fingerprint", "table cell", FACE)
        romeo.press("Forget…", "push button", FACE)
        romeo.press("Forget", "push button", "Private conversations")
        romeo.see_no(JULIET, "table cell", FACE)
        romeo.see_description("Choose a key first.", "Forget…", "push button",
                              FACE)


def test_known_keys_have_the_alias():
    """It is beside the address, and is found, too."""
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        play.alias(JULIET, "Jule")
        romeo.press("Known keys…", "menu item", "Buddy List")
        romeo.see(f"{JULIET} (“Jule”)", "table cell", TOOLS)
        romeo.write("Find:", "jule”", TOOLS)
        romeo.press("Forget…", "push button", TOOLS)
        romeo.see(f"Forget this key of {JULIET} (“Jule”)?", "label", QUESTION)


def test_tools_menu():
    """The Tools menu has one submenu of ours, which opens settings and keys in
    one window. There is never a second one."""
    with Play() as play:
        romeo = play.romeo
        play.open()
        play.start()
        romeo.see(FACE, "menu", "Buddy List")
        romeo.see_no(CORE, "menu", "Buddy List")
        for entry, label in (
                ("Known keys…", "Find:"),
                ("My keys…", f"The fingerprint of {ROMEO}/orchard:"),
                ("Settings…", "Policy:")):
            romeo.press(entry, "menu item", "Buddy List")
            romeo.see(label, "label", TOOLS)
            assert romeo.windows().count(TOOLS) == 1, romeo.windows()
            romeo.picture(f"tools-{entry.split()[0].lower().strip('…')}", TOOLS)
        configure(romeo)
        romeo.see_no_window(TOOLS)
        romeo.press("My keys…", "menu item", "Buddy List")
        romeo.see(f"The fingerprint of {ROMEO}/orchard:", "label", FACE)
        assert TOOLS not in romeo.windows()
        romeo.keys("Escape", window=FACE)
        romeo.see_no_window(FACE)
        romeo.press("My keys…", "menu item", "Buddy List")
        romeo.see(f"The fingerprint of {ROMEO}/orchard:", "label", TOOLS)
        # The menu is removed with the plugin; the core has one of its own then.
        romeo.keys("Escape", window="Plugins")
        romeo.see_no_window("Plugins")
        toggle_plugins(romeo, FACE)
        romeo.see_no_window(TOOLS)
        romeo.see_no(FACE, "menu", "Buddy List")
        romeo.see("Export a key…", "menu item", "Buddy List")


def test_own_key():
    """The user must confirm making a new key, which ends the sessions with the
    old one."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        old = juliet.status(ROMEO)["fingerprint"]
        configure(romeo)
        romeo.turn_to("My keys", FACE)
        make = f"Make a new key for {ROMEO}/orchard…"
        romeo.press(make, "push button", FACE)
        romeo.keys("Escape", window=QUESTION)
        romeo.see_no_window(QUESTION)
        romeo.see_state("Unverified", JULIET)
        romeo.press(make, "push button", FACE)
        romeo.press("Make a new key", "push button", QUESTION)
        romeo.see_no_window(QUESTION)
        romeo.see_state("Not private", JULIET)
        juliet.expect_state("finished")
        juliet.xtls(ROMEO, "end")
        play.start()
        assert juliet.status(ROMEO)["fingerprint"] != old


KEYS = 10000
# Seconds of processor time that a user would not notice.
NOTICEABLE = 1.0


def write_keys(folder):
    """Writes many known keys; the one that was seen first has the last
    name."""
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
    """The page opens and sorts without a pause, and does not slow down
    anything else."""
    with Play(prepare=write_keys) as play:
        romeo, pidgin = play.romeo, play.pidgin
        choose_plugin(romeo, FACE)
        began = pidgin.seconds()
        romeo.press("Configure Plugin", "push button", "Plugins")
        romeo.turn_to("Known keys", FACE)
        romeo.see("c00000@verona.lit", "table cell", FACE)
        opened = pidgin.seconds()
        romeo.press("Last seen", "table column header", FACE)
        # Only rows near the top are examined.
        romeo.see(f"c{KEYS - 1:05}@verona.lit", "table cell", FACE)
        sorted_ = pidgin.seconds()
        tap.diagnose(f"{KEYS} keys: opened in {opened - began:.2f} s, sorted"
                     f" in {sorted_ - opened:.2f} s")
        assert opened - began < NOTICEABLE
        assert sorted_ - opened < NOTICEABLE
        began = pidgin.seconds()
        for number in range(20):
            play.alias(JULIET, f"juliet {number}")
        changed = (pidgin.seconds() - began) / 20
        tap.diagnose(f"a change elsewhere: {1000 * changed:.1f} ms")
        assert changed < NOTICEABLE / 50
        romeo.write("Find:", "C01234", FACE)
        romeo.press("Forget…", "push button", FACE)
        romeo.see("Forget this key of c01234@verona.lit?", "label", QUESTION)


def test_policies_are_explained():
    """Each policy explains what it means; a contact's settings say which
    policy is in force and why."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        romeo.menu("This contact’s settings…", JULIET)
        romeo.see("In force now: Private conversations start when you start "
                  "them, because that is your setting for all contacts.",
                  "label", SETTINGS)
        romeo.see("A private conversation starts when you click on the lock",
                  "label", SETTINGS, starts=True)
        play.start()
        key = juliet.api("get_own_fingerprint", JULIET)["value"]
        romeo.say(f"/xtls verify {key}", JULIET)
        romeo.see("In force now: Nothing is sent unencrypted, because you "
                  "verified this contact’s key.", "label", SETTINGS)
        romeo.picture("policy-in-force", SETTINGS)
        romeo.say("/xtls policy never", JULIET)
        romeo.see("In force now: No private conversations take place, because "
                  "that is your setting for this contact.", "label", SETTINGS)
        romeo.keys("Escape", window=SETTINGS)
        configure(romeo)
        for key, meaning in (
                ("Home", "Private conversations are neither started nor "),
                ("Down", "A private conversation starts when you click on "),
                ("Down", "A private conversation starts when you open "),
                ("Down", "Messages wait until a private conversation is ")):
            if key == "Home":
                romeo.keys("alt+p", window=FACE)
                romeo.see("A private conversation starts when", "label", FACE,
                          starts=True)
                romeo.keys("Up", window=FACE)
            else:
                romeo.keys(key, window=FACE)
            romeo.see(meaning, "label", FACE, starts=True)
        romeo.picture("settings-required", FACE)


def test_contact_settings_follow_what_is_changed_elsewhere():
    """OK does not take back what was changed while the dialog was open."""
    own = ("In force now: Private conversations start when you start them, "
           "because that is your setting for this contact.")
    with Play() as play:
        romeo = play.romeo
        play.open()
        romeo.menu("This contact’s settings…", JULIET)
        romeo.see("A private conversation starts when you click on the lock",
                  "label", SETTINGS, starts=True)
        play.dbus("PurplePrefsSetString", "string:/plugins/core/xtls/policy",
                  "string:never")
        romeo.see("Private conversations are neither started nor accepted.",
                  "label", SETTINGS, starts=True)
        romeo.say("/xtls policy manual", JULIET)
        romeo.see(own, "label", SETTINGS)
        romeo.press("OK", "push button", SETTINGS)
        romeo.see_no_window(SETTINGS)
        romeo.menu("This contact’s settings…", JULIET)
        romeo.see(own, "label", SETTINGS)


def test_contact_settings():
    with Play() as play:
        romeo = play.romeo
        play.open()
        romeo.menu("This contact’s settings…", JULIET)
        settings = "This contact’s settings"
        romeo.press("Use the default for logging", "check box", settings)
        romeo.press("Log private conversations", "check box", settings)
        romeo.see("Not private", "icon", settings)
        romeo.picture("contact-settings", settings)
        romeo.press("OK", "push button", settings)
        romeo.see_no_window(settings)
        romeo.say("before", JULIET)
        play.start()
        romeo.say("for the record", JULIET)
        play.juliet.expect_message("for the record")
        romeo.close(JULIET)
        assert "for the record" in play.pidgin.records()
