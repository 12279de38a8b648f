# SPDX-License-Identifier: GPL-2.0-or-later
"""A user before Pidgin: a key is written to a file and read from it."""

import os
import stat

from xtlsgui.play import Play
from xtlstest import process
from xtlstest.scene import JULIET, ROMEO

ACCOUNT = f"{ROMEO}/orchard"
EXPORT, IMPORT = "Export a key", "Import a key"
TOLD = "Private conversations"
TOOLS = "XTLS private conversations"
PASSPHRASE = "arise, fair sun"


def type_into(romeo, window, *words):
    """Into the entries of a dialog, by the keyboard alone."""
    romeo.raise_window(window)
    for number, word in enumerate(words):
        if number:
            romeo.keys("Tab")
        romeo.type(word)
    romeo.keys("Return", window=window)


def export(romeo, path):
    romeo.press(f"Export the key of {ACCOUNT}…", "push button", TOOLS)
    romeo.see_window(EXPORT)
    romeo.picture("export", EXPORT)
    type_into(romeo, EXPORT, "short", "short")
    romeo.see("The passphrase is too short. Use at least 8 characters.",
              "label", EXPORT)
    type_into(romeo, EXPORT, PASSPHRASE, PASSPHRASE)
    romeo.see(f"{ROMEO}.p12", "text", EXPORT)
    romeo.picture("export-file", EXPORT)
    romeo.write("Name:", path, EXPORT)
    romeo.keys("Return", window=EXPORT)
    romeo.see(f"The key of {ROMEO} was exported.", "label", TOLD, starts=True)
    romeo.picture("exported", TOLD)
    romeo.keys("Escape", window=TOLD)
    romeo.see_no_window(TOLD)


def open_file(romeo, path, passphrase=PASSPHRASE):
    romeo.press(f"Import the key of {ACCOUNT}…", "push button", TOOLS)
    romeo.see_window(IMPORT)
    # A key goes astray while the list of files is read.
    while not romeo.sees_soon(
            lambda: romeo.look("Location:", "label", IMPORT)):
        romeo.keys("slash", window=IMPORT)
    romeo.write("Location:", path, IMPORT)
    romeo.keys("Return", window=IMPORT)
    romeo.see("Type the passphrase of this file.", "label", IMPORT,
              starts=True)
    type_into(romeo, IMPORT, passphrase)


def test_a_key_is_exported_and_taken_back():
    """With the keyboard: passphrase, file, and what becomes of the key."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        path = os.path.join(process.folder("usb"), "key.p12")
        play.open()
        play.start()
        own = juliet.status(ROMEO)["fingerprint"]
        romeo.press("My keys…", "menu item", "Buddy List")
        romeo.picture("my-keys-moving", TOOLS)
        export(romeo, path)
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        romeo.press(f"Make a new key for {ACCOUNT}…", "push button", TOOLS)
        romeo.press("Make a new key", "push button", TOLD)
        romeo.see_state("Not private", JULIET)
        open_file(romeo, path, "arise, fair moon")
        romeo.see("The passphrase is wrong, or the file was changed. Try "
                  "again.", "label", IMPORT, starts=True)
        romeo.picture("import-wrong", IMPORT)
        type_into(romeo, IMPORT, PASSPHRASE)
        romeo.see("Replace the key", "push button", IMPORT)
        romeo.read(f"{own[:48]}\n{own[48:]}", IMPORT)
        romeo.picture("import", IMPORT)
        # Not pressed: Pidgin's own button would die in GAIL's hands.
        romeo.keys("alt+r", window=IMPORT)
        romeo.see(f"The key of {ROMEO} was imported.", "label", TOLD,
                  starts=True)
        romeo.picture("imported", TOLD)
        romeo.keys("Escape", window=TOLD)
        juliet.xtls(ROMEO, "end")
        play.start()
        assert juliet.status(ROMEO)["fingerprint"] == own
