# SPDX-License-Identifier: GPL-2.0-or-later
"""`make install`, `uninstall` and `install-home`."""

import os
import shutil
import subprocess

from xtlstest import client, process, tap

TOP = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))


def folder_of_build():
    """A copy of what is built: other tests load what is there."""
    build = os.path.join(process.folder("build"), "build")
    shutil.copytree(client.BUILD, build, ignore=shutil.ignore_patterns(
        "tests", "screenshots", "asan", "clang", "fuzz*", "*.tar.gz"))
    return build


def make(build, *arguments, **environment):
    """Not as a part of the make that may have started the tests."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("MAKE", "MFLAGS"))}
    more = ["SAN=1", "CFLAGS=-O1 -g"] if client.SANITIZED else []
    done = subprocess.run(
        ["make", "--no-print-directory", "-C", TOP, f"BUILD={build}",
         *more, *arguments], env=dict(clean, **environment),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return done.stdout


def files(folder):
    return {os.path.relpath(os.path.join(base, name), folder)
            for base, _, names in os.walk(folder) for name in names}


def plugin_folder(package):
    return subprocess.check_output(
        ["pkg-config", "--define-variable=prefix=/usr",
         "--variable=plugindir", package], text=True).strip()


def names(pattern):
    return [name for name in os.listdir(os.path.join(TOP, pattern[0]))
            if name.endswith(pattern[1])]


def catalogues():
    return {f"locale/{name[:-3]}/LC_MESSAGES/pidgin-xtls.mo"
            for name in names(("po", ".po"))}


def pictures():
    return set(names(("pixmaps", ".png")))


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def test_where_libpurple_looks():
    build, root = folder_of_build(), process.folder("root")
    make(build, "install", "PREFIX=/usr", f"DESTDIR={root}")
    core, face = plugin_folder("purple"), plugin_folder("pidgin")
    assert files(root) == {
        f"{core[1:]}/xtls.so", f"{face[1:]}/pidgin-xtls.so",
        *(f"usr/share/{name}" for name in catalogues()),
        *(f"usr/share/pixmaps/pidgin/xtls/{name}" for name in pictures())}
    # It was built for another place.
    for path in (f"{core}/xtls.so", f"{face}/pidgin-xtls.so"):
        assert b"/usr/share/locale\0" in read(root, path[1:]), path
    assert b"/usr/share/pixmaps/pidgin/xtls\0" in read(
        root, f"{face[1:]}/pidgin-xtls.so")
    # Nothing but what a plugin is looked at for.
    symbols = subprocess.check_output(
        ["nm", "-D", "--defined-only", os.path.join(root, core[1:],
                                                    "xtls.so")], text=True)
    assert [line.split()[-1] for line in symbols.splitlines()
            if "asan" not in line] == ["purple_init_plugin"], symbols
    make(build, "uninstall", "PREFIX=/usr", f"DESTDIR={root}")
    assert not files(root)
    assert not os.path.exists(os.path.join(root, "usr/share/pixmaps/pidgin",
                                           "xtls"))


def test_at_home():
    build, home = folder_of_build(), process.folder("home")
    make(build, "install-home", HOME=home)
    assert files(home) == {f".purple/{name}" for name in (
        "plugins/xtls.so", "plugins/pidgin-xtls.so", *catalogues(),
        *(f"pixmaps/xtls/{name}" for name in pictures()))}


if __name__ == "__main__":
    tap.run(globals())
