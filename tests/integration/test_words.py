# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogues are complete, and what is in them is shown."""

import glob
import os
import re
import shutil
import subprocess

from xtlstest import check, client, process, tap
from xtlstest.scene import JULIET, ROMEO, Scene

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))
CATALOGUES = sorted(glob.glob(os.path.join(ROOT, "po", "*.po")))
GERMAN = os.path.join(ROOT, "po", "de.po")
# Debian has this one without being asked.
COMPILED_LOCALE = "/usr/lib/locale/C.utf8"
LOCALE = "de_DE.UTF-8"


def run(*command):
    done = subprocess.run(command, env=dict(os.environ, LC_ALL="C",
                                            MAKEFLAGS="", MFLAGS=""),
                          cwd=ROOT, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done


def extract():
    """What the sources say now, extracted as the Makefile does it."""
    template = os.path.join(process.folder("pot"), "po", "pidgin-xtls.pot")
    run("make", "-s", f"BUILD={os.path.dirname(os.path.dirname(template))}",
        template)
    return template


def sentences(catalogue, *options):
    text = run("msgattrib", "--no-wrap", *options, catalogue).stdout
    return re.findall(r'^msgid (?!""$)(.*)$', text, re.MULTILINE)


def install_german(folder):
    """Where `make install-home` puts it."""
    target = os.path.join(folder, "locale", "de", "LC_MESSAGES")
    os.makedirs(target)
    run("msgfmt", "-o", os.path.join(target, "pidgin-xtls.mo"), GERMAN)


def german_environment():
    """The name of a locale chooses the language, what is in it does not
    matter: so no locale need be generated, and none installed."""
    if not os.path.isdir(COMPILED_LOCALE):
        raise tap.Skip(f"there is no {COMPILED_LOCALE}")
    path = process.folder("locale")
    shutil.copytree(COMPILED_LOCALE, os.path.join(path, LOCALE))
    return {"LOCPATH": path, "LC_ALL": LOCALE}


def add_german(scene):
    folder = process.folder("german")
    install_german(folder)
    german = client.Client("german", [client.CORE], folder,
                           german_environment())
    scene.clients.append(german)
    scene.login(german, f"{ROMEO}/orchard", scene.romeo_proxy)
    scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
    for one, who in ((german, JULIET), (scene.juliet, ROMEO)):
        one.expect("presence", who=who, online=True)
    return german


def test_every_catalogue_compiles():
    assert CATALOGUES
    for catalogue in CATALOGUES:
        run("msgfmt", "--check", "-o", os.devnull, catalogue)


def test_what_only_a_macro_names_is_extracted():
    assert '"Verify this key."' in sentences(extract())


def test_german_is_complete():
    template = extract()
    # The template is compared, not what the last `make pot` took from it.
    merged = os.path.join(os.path.dirname(template), "de.po")
    run("msgmerge", "--quiet", "-o", merged, GERMAN, template)
    assert len(sentences(template)) > 200
    for option in ("--untranslated", "--only-fuzzy", "--only-obsolete"):
        found = sentences(merged, option)
        assert not found, f"{option}: {found}: `make pot`, then edit de.po"


def test_no_catalogue_names_a_person():
    for catalogue in CATALOGUES:
        with open(catalogue, encoding="utf-8") as file:
            assert '"Last-Translator: The pidgin-xtls developers\\n"' \
                in file.read(), catalogue


def test_a_client_speaks_german():
    with Scene(login=False) as scene:
        german = add_german(scene)
        assert german.status(JULIET)["line"].startswith("Nicht privat")
        scene.go_private(german)
        german.expect_message(re.compile(
            f"^Nicht überprüfte Unterhaltung mit {JULIET}/balcony begonnen\\. "
            "Überprüfen Sie diesen Schlüssel\\. .*nicht mitgeschnitten\\.$"))
        assert german.status(JULIET)["line"].startswith("Nicht überprüft · ")
        scene.juliet.xtls(ROMEO, "end")
        german.expect_message(re.compile("hat die private Unterhaltung "
                                         "beendet\\."))
        # The other side is spoken to in its own language.
        scene.juliet.expect_message(re.compile(check.YOU_ENDED))


if __name__ == "__main__":
    tap.run(globals())
