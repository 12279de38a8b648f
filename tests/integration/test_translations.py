# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogues are complete, and what is in them is shown."""

import glob
import os
import re
import subprocess

from xtlstest import check, client, german, process
from xtlstest.scene import JULIET, ROMEO, Scene

CATALOGUES = sorted(glob.glob(os.path.join(german.ROOT, "po", "*.po")))


def run(*command):
    done = subprocess.run(command, env=dict(os.environ, LC_ALL="C",
                                            MAKEFLAGS="", MFLAGS=""),
                          cwd=german.ROOT, stdin=subprocess.DEVNULL, text=True,
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


def add_german(scene):
    folder = process.folder("german")
    german.install(folder)
    romeo = client.Client("german", [client.CORE], folder,
                          german.environment())
    scene.clients.append(romeo)
    scene.login(romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
    scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
    for one, who in ((romeo, JULIET), (scene.juliet, ROMEO)):
        one.expect("presence", who=who, online=True)
    return romeo


def test_every_catalogue_compiles():
    assert CATALOGUES
    for catalogue in CATALOGUES:
        run("msgfmt", "--check", "-o", os.devnull, catalogue)


def test_texts_named_only_by_a_macro_are_extracted():
    assert '"Verify this key."' in sentences(extract())


def test_german_is_complete():
    template = extract()
    # The template is compared, not what the last `make pot` took from it.
    merged = os.path.join(os.path.dirname(template), "de.po")
    run("msgmerge", "--quiet", "-o", merged, german.CATALOGUE,
        template)
    assert len(sentences(template)) > 200
    for option in ("--untranslated", "--only-fuzzy", "--only-obsolete"):
        found = sentences(merged, option)
        assert not found, f"{option}: {found}: `make pot`, then edit de.po"


def test_no_catalogue_names_an_author():
    for catalogue in CATALOGUES:
        with open(catalogue, encoding="utf-8") as file:
            assert '"Last-Translator: The pidgin-xtls developers\\n"' \
                in file.read(), catalogue


def test_a_client_speaks_german():
    with Scene(login=False) as scene:
        romeo = add_german(scene)
        assert romeo.status(JULIET)["line"].startswith("Nicht privat")
        scene.go_private(romeo)
        romeo.expect_message(re.compile(
            f"^Nicht überprüfte Unterhaltung mit {JULIET}/balcony begonnen\\. "
            "Überprüfen Sie diesen Schlüssel\\. .*nicht mitgeschnitten\\.$"))
        assert romeo.status(JULIET)["line"].startswith("Nicht überprüft · ")
        scene.juliet.xtls(ROMEO, "end")
        romeo.expect_message(re.compile("hat die private Unterhaltung "
                                         "beendet\\."))
        # The other side is spoken to in its own language.
        scene.juliet.expect_message(re.compile(check.YOU_ENDED))
