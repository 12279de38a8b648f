# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients in another language than English, on a system that has only that."""

import gettext
import os
import shutil
import subprocess

from . import process

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", "..",
                                     ".."))
# This locale is always installed on Debian.
COMPILED_LOCALE = "/usr/lib/locale/C.utf8"


def extract():
    """Extracts the texts from the present sources, as the Makefile does.
    Returns the path of the template."""
    template = os.path.join(process.folder("pot"), "po", "pidgin-xtls.pot")
    subprocess.run(
        ["make", "-s", f"BUILD={os.path.dirname(os.path.dirname(template))}",
         template], cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        env=dict(os.environ, LC_ALL="C", MAKEFLAGS="", MFLAGS=""))
    return template


class Language:
    """One of po/: `Language("de")`."""

    def __init__(self, name):
        self.name = name

    def install(self, folder):
        """Installs the catalogue where `make install-home` puts it."""
        target = os.path.join(folder, "locale", self.name, "LC_MESSAGES")
        os.makedirs(target)
        subprocess.run(["msgfmt", "-o", os.path.join(target, "pidgin-xtls.mo"),
                        os.path.join(ROOT, "po", f"{self.name}.po")],
                       check=True)

    def words(self):
        """A function that translates by the catalogue, including mnemonics."""
        folder = process.folder("words")
        self.install(folder)
        return gettext.translation(
            "pidgin-xtls", os.path.join(folder, "locale"),
            [self.name]).gettext

    def environment(self):
        """A locale of that name with the rules of C, so that none has to be
        installed or generated."""
        if not os.path.isdir(COMPILED_LOCALE):
            raise RuntimeError(f"there is no {COMPILED_LOCALE}")
        path = process.folder("locale")
        locale = f"{self.name}.UTF-8"
        shutil.copytree(COMPILED_LOCALE, os.path.join(path, locale))
        return {"LOCPATH": path, "LC_ALL": locale}
