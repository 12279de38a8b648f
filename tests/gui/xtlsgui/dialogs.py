# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of several dialogs need."""

from .plugins import FACE, choose_plugin

VERIFIED = "I have verified that this is the correct fingerprint."
SETTINGS = "This contact’s settings"
QUESTION = "Private conversations"


def configure(romeo):
    """Opens the plugin's settings window."""
    choose_plugin(romeo, FACE)
    romeo.press("Configure Plugin", "push button", "Plugins")
    romeo.see_window(FACE)


def assert_mnemonics(romeo, window, *tabs):
    """tabs: labels of a notebook's tabs, whose keys accessibility does not
    report"""
    keys = romeo.mnemonics(window)
    for label in tabs:
        keys.setdefault(label[label.index("_") + 1].lower(), []).append(label)
    assert len(keys) > len(tabs), keys
    assert all(len(names) == 1 for names in keys.values()), f"{window}: {keys}"
