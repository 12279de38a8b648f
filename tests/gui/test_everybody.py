# SPDX-License-Identifier: GPL-2.0-or-later
"""For those who see badly, use the keyboard, or read another language."""

import os
import re

import pyatspi

from xtlsgui import sizes
from xtlsgui.play import Play
from xtlsgui.plugins import CORE
from xtlstest import pseudo
from xtlstest.languages import extract
from xtlstest.scene import JULIET, ROMEO

SMALL_SCREEN = (1024, 768)
DARK = """
style "dark" {
  bg[NORMAL] = "#2d2d2d"   fg[NORMAL] = "#eeeeee"
  bg[ACTIVE] = "#222222"   fg[ACTIVE] = "#eeeeee"
  bg[PRELIGHT] = "#3d3d3d" fg[PRELIGHT] = "#ffffff"
  base[NORMAL] = "#1e1e1e" text[NORMAL] = "#eeeeee"
}
class "GtkWidget" style "dark"
"""
# Of 255: how bright the background is, and how much brighter a text must be.
PAPER, READABLE = 0x1e, 125
HELP_PAGES = 13
BUDDY_LIST = "Buddy List"
# GTK's own words, addresses and fingerprints.
NOT_OURS = re.compile(
    r"OK|Cancel|Close|(?:romeo|juliet)@\S+|[0-9A-F:]{11}|balcony|\d+|"
    r"[\s:().,…\u2068\u2069]")


def name(label):
    return label.replace("_", "")


def see_help(romeo, window):
    """Turns all pages of the help; yields at each."""
    before = None
    for _ in range(HELP_PAGES):
        def changed():
            now = sorted(widget.text for widget in sizes.measure(romeo)
                         if widget.window == window)
            return now != before and now

        before = romeo._poll("another page", changed)
        yield window
        romeo.keys("ctrl+Next", window=window)


def see_contact(play, say):
    """Opens what is about one contact; yields each window's title."""
    romeo, juliet = play.romeo, play.juliet
    state = say("Private conversation: %s")
    verify, settings = say("Verify"), say("This contact’s settings")
    romeo.menu(name(say("_Verify…")), JULIET)
    for page in ("_Question or shared secret", "_Fingerprints"):
        romeo.turn_to(name(say(page)), verify)
        yield verify
    romeo.keys("Escape", window=verify)
    romeo.menu(name(say("This _contact’s settings…")), JULIET)
    romeo.see_window(settings)
    yield settings
    romeo.keys("Escape", window=settings)
    juliet.xtls(ROMEO, "end")
    romeo.see_state(say("Finished"), JULIET, state)
    romeo.say("held", JULIET)
    romeo.menu(name(say("_Held messages (%u)…")) % 1, JULIET)
    romeo.see_window(say("Messages are held"))
    yield say("Messages are held")
    romeo.keys("Escape", window=say("Messages are held"))
    question = say("Private conversations")
    romeo.press("Quit", "menu item", BUDDY_LIST)
    romeo.see_window(question)
    yield question
    romeo.keys("Escape", window=question)
    romeo.see_no_window(question)
    juliet.api("renew_own_key", JULIET)
    romeo.menu(name(say("Re_start private conversation")), JULIET)
    romeo.see_window(say("New key"))
    yield say("New key")
    romeo.keys("Escape", window=say("New key"))


def see_all(play, say=str):
    """Opens all windows of ours, one after the other; yields each title."""
    romeo = play.romeo
    tools, question = say("XTLS private conversations"), say(
        "Private conversations")
    yield from see_contact(play, say)
    for entry in ("Settings…", "Known keys…", "My keys…"):
        romeo.press(say(entry), "menu item", BUDDY_LIST)
        romeo.see_window(tools)
        yield tools
    romeo.press(say("Make a new key for %s…") % f"{ROMEO}/orchard",
                "push button", tools)
    romeo.see_window(question)
    yield question
    romeo.keys("Escape", window=question)
    romeo.keys("Escape", window=tools)
    romeo.menu(name(say("_What’s this?")), JULIET)
    romeo.see_window(say("Help: private conversations"))
    yield from see_help(romeo, say("Help: private conversations"))


def nameless(romeo, window):
    """Widgets that assistive technology cannot tell from others."""
    found = []
    for node in romeo._walk(romeo._window(window)):
        states = node.getState()
        if node.getRoleName() not in ("icon", "image") and \
                not states.contains(pyatspi.STATE_FOCUSABLE):
            continue
        if node.name or any(
                relation.getRelationType() == pyatspi.RELATION_LABELLED_BY
                for relation in node.getRelationSet()):
            continue
        # A selectable text is read itself; a list of pages by its tabs.
        if node.getRoleName() not in ("label", "page tab list", "scroll pane",
                                      "viewport"):
            found.append((node.getRoleName(), node.parent.name))
    return found


def brightness(romeo, text):
    """Of a text of the conversation."""
    told = re.search(r"fg-color:(\d+),(\d+),(\d+)",
                     romeo.attributes(text, JULIET))
    red, green, blue = (int(part) >> 8 for part in told.groups())
    return (299 * red + 587 * green + 114 * blue) // 1000


def test_large_font_on_a_dark_theme():
    """On a small screen every window of ours fits, nothing is clipped, the
    link is readable, and every widget has a name. The lock is used with the
    keyboard."""
    def prepare(folder):
        with open(os.path.join(folder, ".gtkrc-2.0"), "w") as rc:
            rc.write(DARK + 'gtk-font-name = "Sans 18"\n')

    with Play(environment=sizes.ENVIRONMENT, prepare=prepare,
              size=SMALL_SCREEN) as play:
        romeo = play.romeo
        play.open()
        romeo.draft("", JULIET)
        romeo.keys("Tab", window=JULIET)
        romeo.see_focus("Private conversation: Not private", "push button",
                        JULIET)
        romeo.keys("space")
        romeo.see_state("Unverified", JULIET)
        romeo.keys("shift+F10", window=JULIET)
        romeo.see_popup("End private conversation")
        romeo.keys("Escape")
        romeo.read("Verify this key. This", JULIET)
        assert brightness(romeo, "Verify this key.") >= PAPER + READABLE
        romeo.picture("dark", JULIET)
        named = set()
        for window in see_all(play):
            sizes.assert_whole(romeo, window)
            if window not in named:
                named.add(window)
                assert not (left := nameless(romeo, window)), (window, left)
                width, height = romeo.size(window)
                assert width <= SMALL_SCREEN[0] and \
                    height <= SMALL_SCREEN[1], (window, width, height)


def test_known_keys_with_a_large_font():
    """On a screen that is wide enough, the list does not scroll sideways."""
    def prepare(folder):
        with open(os.path.join(folder, ".gtkrc-2.0"), "w") as rc:
            rc.write('gtk-font-name = "Sans 18"\n')

    with Play(environment=sizes.ENVIRONMENT, prepare=prepare,
              size=(1920, 1080)) as play:
        romeo = play.romeo
        romeo.press("Known keys…", "menu item", "Buddy List")
        romeo.see("Find:", "label", CORE)
        assert romeo.sees_soon(lambda: not [
            widget for widget in sizes.measure(romeo)
            if widget.window == CORE and widget.kind == "GtkHScrollbar"])


def is_english(text):
    pieces, outside = pseudo.split(text)
    # The terms of some pages of the help are commands and files.
    return NOT_OURS.sub("", outside) and not (
        "\n" in text and pieces and re.match(r"/xtls|[a-z]", outside))


def test_long_translations():
    """In a language whose words are two fifths longer than the English ones
    nothing is clipped; and all texts are translated."""
    say = pseudo.translate
    with Play(environment={**sizes.ENVIRONMENT, **pseudo.environment()},
              prepare=lambda to: pseudo.install(to, extract())) as play:
        romeo = play.romeo
        state = say("Private conversation: %s")
        play.open()
        romeo.press(state % say("Not private"), "push button", JULIET)
        romeo.see_state(say("Unverified"), JULIET, state)
        told = [widget for widget in sizes.measure(romeo)
                if widget.text == say("Unverified")]
        assert told and not any(map(sizes.is_clipped, told)), told
        left = {(window, text) for window in see_all(play, say)
                for text in sizes.assert_whole(romeo, window)
                if is_english(text)}
        assert not left, left
