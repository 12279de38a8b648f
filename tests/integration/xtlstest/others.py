# SPDX-License-Identifier: GPL-2.0-or-later
"""Other plugins from Debian, unpacked under the build folder and not
installed."""

import os

from . import unpacked

FOLDER = os.path.join(unpacked.FOLDER, "plugins", "root", "usr", "lib")
HERE = os.path.join(FOLDER, unpacked.TRIPLET)

UPLOAD = os.path.join(HERE, "purple-2", "jabber_http_file_upload.so")
LURCH = os.path.join(HERE, "purple-2", "lurch.so")
CARBONS = os.path.join(FOLDER, "purple-2", "carbons.so")
OTR = os.path.join(FOLDER, "pidgin", "pidgin-otr.so")
SPLITTER = os.path.join(FOLDER, "purple-2", "splitter.so")
TRANSLATE = os.path.join(FOLDER, "purple-2", "translate.so")

UPLOAD_ID = "xep-http-file-upload"
CARBONS_ID = "core-riba-carbons"
LURCH_ID = "core-riba-lurch"
SPLITTER_ID = "core-ike-splitter"
TRANSLATE_ID = "eionrobb-libpurple-translate"


def unpack():
    unpacked.root("plugins")


# Some of them log CRITICALs or leak.
ENVIRONMENT = {"G_DEBUG": "", "LD_LIBRARY_PATH": HERE,
               "ASAN_OPTIONS": ":".join(filter(None, (
                   os.environ.get("ASAN_OPTIONS"), "detect_leaks=0")))}
