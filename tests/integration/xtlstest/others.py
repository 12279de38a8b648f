# SPDX-License-Identifier: GPL-2.0-or-later
"""Other plugins from Debian, unpacked under the build folder and not
installed."""

import glob
import os

from . import unpacked

UPLOAD_ID = "xep-http-file-upload"
CARBONS_ID = "core-riba-carbons"
LURCH_ID = "core-riba-lurch"
SPLITTER_ID = "core-ike-splitter"
TRANSLATE_ID = "eionrobb-libpurple-translate"


# Some of them log CRITICALs or leak.
ENVIRONMENT = {"G_DEBUG": "", "LD_LIBRARY_PATH": os.path.join(
    unpacked.FOLDER, "plugins", "root", "usr", "lib", unpacked.TRIPLET),
               "ASAN_OPTIONS": ":".join(filter(None, (
                   os.environ.get("ASAN_OPTIONS"), "detect_leaks=0")))}


def unpack():
    return unpacked.root("plugins")


def path(name):
    """The plugin with that name, unpacked. Debian 12 has some of them outside
    of the folder for this machine's libraries."""
    (found,) = glob.glob(os.path.join(unpack(), "usr", "lib", "**", name),
                         recursive=True)
    return found
