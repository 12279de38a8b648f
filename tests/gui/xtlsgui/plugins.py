# SPDX-License-Identifier: GPL-2.0-or-later
"""Pidgin's window with the plugins."""

import re

CORE = "XTLS private conversations"
FACE = "XTLS private conversations in Pidgin"


def choose_plugin(person, name):
    """Opens the window with a plugin selected; returns its checkbox."""
    person.press("Plugins", "menu item", "Buddy List")
    person.see_window("Plugins")
    # The version follows the name.
    cell = person.find_cell(re.escape(name) + r" \d", "Plugins")
    box = cell.parent.getChildAtIndex(cell.getIndexInParent() - 1)
    person.put_cursor(box)
    return box


def toggle_plugins(person, *names):
    """Enables or disables plugins, as a user does."""
    for name in names:
        person.toggle(choose_plugin(person, name), "Plugins")
        # Clicked with the pointer, because GAIL would use Pidgin's button
        # after it is destroyed.
        person.keys("Escape", window="Plugins")
        person.see_no_window("Plugins")
