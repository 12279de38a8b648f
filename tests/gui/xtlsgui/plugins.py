# SPDX-License-Identifier: GPL-2.0-or-later
"""Pidgin's window with the plugins."""

import re

CORE = "XTLS private conversations"
FACE = "XTLS private conversations in Pidgin"


def choose_plugin(user, name):
    """Opens the window with a plugin selected; returns its checkbox."""
    user.press("Plugins", "menu item", "Buddy List")
    user.see_window("Plugins")
    # The version follows the name.
    cell = user.find_cell(re.escape(name) + r" \d", "Plugins")
    box = cell.parent.getChildAtIndex(cell.getIndexInParent() - 1)
    user.put_cursor(box)
    return box


def toggle_plugins(user, *names):
    """Enables or disables plugins, as a user does."""
    for name in names:
        user.toggle(choose_plugin(user, name), "Plugins")
        # Clicked with the pointer, because GAIL would use Pidgin's button
        # after it is destroyed.
        user.keys("Escape", window="Plugins")
        user.see_no_window("Plugins")
