# SPDX-License-Identifier: GPL-2.0-or-later
"""Other plugins of Debian, unpacked under the build folder, not installed."""

import os
import subprocess

from . import client

TESTS = os.path.normpath(
    os.path.join(os.path.dirname(__file__), "..", ".."))
FOLDER = os.path.join(client.BUILD, "others")
LIB = os.path.join(FOLDER, "root", "usr", "lib")
HERE = os.path.join(LIB, "x86_64-linux-gnu")

UPLOAD = os.path.join(HERE, "purple-2", "jabber_http_file_upload.so")
LURCH = os.path.join(HERE, "purple-2", "lurch.so")
CARBONS = os.path.join(LIB, "purple-2", "carbons.so")
OTR = os.path.join(LIB, "pidgin", "pidgin-otr.so")
SPLITTER = os.path.join(LIB, "purple-2", "splitter.so")
TRANSLATE = os.path.join(LIB, "purple-2", "translate.so")

UPLOAD_ID = "xep-http-file-upload"
CARBONS_ID = "core-riba-carbons"
LURCH_ID = "core-riba-lurch"
SPLITTER_ID = "core-ike-splitter"
TRANSLATE_ID = "eionrobb-libpurple-translate"


def unpack():
    subprocess.run([os.path.join(TESTS, "unpack"), FOLDER], check=True,
                   stdout=subprocess.DEVNULL)


# Some of them log CRITICALs of their own, or leak.
ENVIRONMENT = {"G_DEBUG": "", "LD_LIBRARY_PATH": HERE,
               "ASAN_OPTIONS": ":".join(filter(None, (
                   os.environ.get("ASAN_OPTIONS"), "detect_leaks=0")))}
