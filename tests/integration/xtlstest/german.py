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
# This locale is always installed on Debian.
COMPILED_LOCALE = "/usr/lib/locale/C.utf8"
LOCALE = "de_DE.UTF-8"


def install(folder):
    """Installs the catalogue where `make install-home` puts it."""
    target = os.path.join(folder, "locale", "de", "LC_MESSAGES")
    os.makedirs(target)
    subprocess.run(["msgfmt", "-o", os.path.join(target, "pidgin-xtls.mo"),
                    CATALOGUE], check=True)


def words():
    """A function that translates by the catalogue, including mnemonics."""
    folder = process.folder("words")
    install(folder)
    return gettext.translation("pidgin-xtls", os.path.join(folder, "locale"),
                               ["de"]).gettext


def environment():
    """LANGUAGE selects the catalogue whatever the locale contains, so no
    German locale has to be installed or generated."""
    if not os.path.isdir(COMPILED_LOCALE):
        raise RuntimeError(f"there is no {COMPILED_LOCALE}")
    path = process.folder("locale")
    shutil.copytree(COMPILED_LOCALE, os.path.join(path, LOCALE))
    return {"LOCPATH": path, "LC_ALL": LOCALE}
