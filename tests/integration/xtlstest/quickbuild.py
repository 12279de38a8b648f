# SPDX-License-Identifier: GPL-2.0-or-later
"""Quick builds, for tests that are not about what the compiler makes of the
code: without optimisation, warnings and hardening, and with precompiled
headers, which would take most of the time."""

import os
import subprocess

CORE = ("glib.h", "glib/gstdio.h", "gnutls/gnutls.h", "gnutls/x509.h",
        "purple.h")
FACE = (*CORE, "pidgin.h", "gtkblist.h", "gtkconv.h", "gtkutils.h")
_PACKAGES = ("glib-2.0", "gthread-2.0", "gnutls", "purple", "pidgin",
             "gtk+-2.0")


def options(folder, name, headers, cflags="-O0"):
    """Precompiles headers in the folder of the sources. Returns make's options
    for a build with them.

    name: of the file that includes them
    cflags: the compiler's options for both
    """
    path = os.path.join(folder, f"{name}.h")
    with open(path, "w", encoding="ascii") as file:
        file.write("#define _GNU_SOURCE\n")
        file.writelines(f"#include <{header}>\n" for header in headers)
    flags = subprocess.run(
        ["pkg-config", "--cflags", *_PACKAGES], check=True,
        capture_output=True, text=True).stdout
    subprocess.run(
        ["gcc", "-std=gnu11", "-fPIC", "-fvisibility=hidden", "-w",
         *cflags.split(),
         "-DGLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_66",
         "-DGLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_66", *flags.split(),
         "-x", "c-header", path, "-o", path + ".gch"], check=True)
    return [f"CC=gcc -include {path}", f"CFLAGS={cflags} -w", "HARDENING=",
            "WARN="]
