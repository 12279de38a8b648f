# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients that speak German, without a German system."""

import gettext
import os
import shutil
import subprocess

from . import process

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", "..",
                                     ".."))
CATALOGUE = os.path.join(ROOT, "po", "de.po")
# Debian has this one without being asked.
COMPILED_LOCALE = "/usr/lib/locale/C.utf8"
LOCALE = "de_DE.UTF-8"


def install(folder):
    """The catalogue, where `make install-home` puts it."""
    target = os.path.join(folder, "locale", "de", "LC_MESSAGES")
    os.makedirs(target)
    subprocess.run(["msgfmt", "-o", os.path.join(target, "pidgin-xtls.mo"),
                    CATALOGUE], check=True)


def words():
    """A function that translates as the catalogue does, mnemonics and all."""
    folder = process.folder("words")
    install(folder)
    return gettext.translation("pidgin-xtls", os.path.join(folder, "locale"),
                               ["de"]).gettext


def environment():
    """The name of a locale chooses the language, what is in it does not
    matter: so no locale need be generated, and none installed."""
    if not os.path.isdir(COMPILED_LOCALE):
        raise RuntimeError(f"there is no {COMPILED_LOCALE}")
    path = process.folder("locale")
    shutil.copytree(COMPILED_LOCALE, os.path.join(path, LOCALE))
    return {"LOCPATH": path, "LC_ALL": LOCALE}
