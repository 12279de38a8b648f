# SPDX-License-Identifier: GPL-2.0-or-later
"""Both plugins in Pidgin, under valgrind (`make check-gui-valgrind`)."""

import os
import re
import xml.etree.ElementTree as ElementTree

from xtlsgui.play import Play, apart
from xtlsgui.plugins import CORE, FACE, choose_plugin, toggle_plugins
from xtlstest import process, tap
from xtlstest.scene import JULIET, ROMEO

OURS = ("/xtls.so", "/pidgin-xtls.so")
SOURCES = ("plugin/purple", "plugin/pidgin", "plugin/session", "plugin/trust",
           "plugin/wire")
SETTINGS = "This contact’s settings"
HELP = "Help: private conversations"
TIMEOUT = 240  # seconds: valgrind makes Pidgin about fifty times slower


def is_ours(frame):
    # Unloaded code may have no library name, but it still has source files.
    return frame.findtext("obj", "").endswith(OURS) \
        or frame.findtext("dir", "").endswith(SOURCES)


def blames_us(error):
    """Whether our code is responsible. Leaks in accessibility while it reports
    one of our changes would also occur with other plugins."""
    leak = error.findtext("kind", "").startswith("Leak_")
    for frame in error.iter("frame"):
        if is_ours(frame):
            return True
        if leak and re.search("libgail|libatk",
                              frame.findtext("obj", "")):
            return False
    return False


def describe(error):
    lines = [error.findtext("what") or error.findtext("xwhat/text")]
    for frame in error.iter("frame"):
        lines.append("  {} ({}:{})".format(
            frame.findtext("fn", "?"),
            frame.findtext("file") or frame.findtext("obj", "?"),
            frame.findtext("line", "?")))
    return "\n".join(lines)


def read(path):
    """Our own errors, and the number of others."""
    errors = ElementTree.parse(path).getroot().findall("error")
    ours = [describe(error) for error in errors
            if blames_us(error)]
    return ours, len(errors) - len(ours)


def perform(play):
    romeo, juliet = play.romeo, play.juliet
    play.open()
    play.start()
    romeo.say("wherefore", JULIET)
    juliet.expect_message("wherefore", TIMEOUT)
    juliet.say(ROMEO, "deny thy father")
    romeo.read("deny thy father", JULIET)
    play.verify()
    for entry, title in (("This contact’s settings…", SETTINGS),
                         ("What’s this?", HELP)):
        romeo.menu(entry, JULIET)
        romeo.see_window(title)
        romeo.keys("Escape", window=title)
        romeo.see_no_window(title)
    choose_plugin(romeo, FACE)
    romeo.press("Configure Plugin", "push button", "Plugins")
    romeo.turn_to("My keys", FACE)
    romeo.turn_to("Known keys", FACE)
    romeo.choose_row(JULIET, FACE)
    romeo.press("End", "push button", FACE)
    romeo.see_state("Not private", JULIET)


def unload_and_load(play):
    """Unloads with windows of the face open, and then with none."""
    romeo = play.romeo
    romeo.press("Verify…", "push button", FACE)
    romeo.see_window("Verify")
    toggle_plugins(romeo, FACE)
    romeo.see_no_window("Verify")
    romeo.see_no_window(FACE)
    romeo.see_no("Private conversation: Not private", None, JULIET)
    toggle_plugins(romeo, FACE)
    romeo.see_state("Not private", JULIET)
    toggle_plugins(romeo, FACE, CORE)
    romeo.see_no("Private conversation: Not private", None, JULIET)


@tap.timeout(1500)
@apart
def test_start_converse_verify_end_unload():
    report = os.path.join(process.folder("valgrind"), "report.xml")
    with Play(timeout=TIMEOUT,
              wrap=["valgrind", "--quiet", "--leak-check=full",
                    "--show-leak-kinds=definite", "--keep-debuginfo=yes",
                    "--child-silent-after-fork=yes",
                    "--num-callers=40", "--xml=yes", f"--xml-file={report}"],
              environment={"G_SLICE": "always-malloc"}) as play:
        perform(play)
        unload_and_load(play)
    ours, others = read(report)
    tap.diagnose(f"{others} errors that are not ours")
    assert not ours, "\n\n".join(ours)
