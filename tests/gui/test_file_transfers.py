# SPDX-License-Identifier: GPL-2.0-or-later
"""Pidgin's own window for file transfers, with files that are sent beside the
stream."""

import os
import re

from xtlsgui.play import Play, apart
from xtlstest.files import digest
from xtlstest.scene import JULIET

TITLE = re.compile(r"File Transfers - (\d+)% of 1 file")


def send(play, name, size):
    """Romeo sends a file, and Juliet accepts it. Returns both paths."""
    source = os.path.join(play.juliet.dir, name)
    with open(source, "wb") as file:
        file.write(os.urandom(1000))
        file.truncate(size)
    target = os.path.join(play.juliet.dir, "received-" + name)
    connection = play.dbus("PurpleAccountGetConnection", play.account())
    play.dbus("ServSendFile", f"int32:{connection}",
              f"string:{JULIET}/balcony", f"string:{source}")
    play.juliet.accept_file(target)
    return source, target


def percentage(romeo):
    """(title, percent) of the window."""
    for title in romeo.windows():
        if found := TITLE.match(title):
            return title, int(found[1])
    return None


@apart
def test_file_transfers():
    """One arrives; of a larger one the user sees how far it is, and stops
    it."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        source, target = send(play, "letter", 1024 * 1024)
        juliet.expect("xfer", what="completed", socket=True)
        juliet.expect("xfer", what="gone")
        romeo.read("Transfer of file letter complete", JULIET)
        assert digest(source) == digest(target)

        send(play, "library", 512 * 1024 * 1024)

        def look():
            juliet.cont()
            juliet.expect("xfer", what="progress", socket=True)
            juliet.stop()
            found = percentage(romeo)
            return found and 0 < found[1] < 100 and found[0]

        title = romeo.wait_for("some of the file sent", look)
        romeo.see("library", "table cell", title)
        romeo.picture("file-transfers", title)
        romeo.press("Stop", "push button", title)
        romeo.read("You cancelled the transfer of library", JULIET)
        romeo.picture("file-stopped", JULIET)
        juliet.cont()
        juliet.expect("xfer", what="cancelled")
        juliet.say("romeo@montague.lit", "and the rest of it?")
        romeo.read("and the rest of it?", JULIET)
