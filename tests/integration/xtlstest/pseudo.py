# SPDX-License-Identifier: GPL-2.0-or-later
"""An artificial language: every text is translated by itself, longer and in
brackets. Text that is shown without brackets is not translated, and text with
several brackets may be assembled from parts."""

import os
import re
import shutil
import subprocess

from . import languages, process

# X knows this locale, and without that GTK would translate nothing; and no other
# program has a catalogue for it.
LOCALE = "en_EN.UTF-8"
OPEN, CLOSE = "⟦", "⟧"
# How much longer German or Finnish may be.
LONGER = 0.4


def translate(text):
    return f"{OPEN}{text}{'~' * int(len(text) * LONGER)}{CLOSE}"


def write(template, catalogue):
    """Writes a catalogue for a template, as for a language without plural."""
    def fill(match):
        source = match[1]
        text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', source))
        if not text:
            return ('msgid ""\nmsgstr ""\n"Content-Type: text/plain; '
                    'charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;'
                    '\\n"\n')
        tail = "\\n" if text.endswith("\\n") else ""
        longer = translate(text[:len(text) - len(tail)]) + tail
        place = "[0]" if "msgid_plural" in match[0] else ""
        return (f"msgid {source}{match[2] or ''}"
                f'msgstr{place} "{longer}"\n')

    with open(template, encoding="utf-8") as file:
        text = re.sub(r"^#.*\n", "", file.read(), flags=re.M)
    string = r'(?:"(?:[^"\\]|\\.)*"\n)+'
    text = re.sub(rf"^msgid ({string})(msgid_plural {string})?"
                  rf"(?:msgstr(?:\[\d\])? {string})+", fill, text,
                  flags=re.M)
    with open(catalogue, "w", encoding="utf-8") as file:
        file.write(text)


def install(folder, template):
    """Installs the catalogue where `make install-home` puts it."""
    target = os.path.join(folder, "locale", LOCALE.split(".")[0],
                          "LC_MESSAGES")
    os.makedirs(target)
    catalogue = os.path.join(target, "pseudo.po")
    write(template, catalogue)
    subprocess.run(["msgfmt", "--check", "-o",
                    os.path.join(target, "pidgin-xtls.mo"), catalogue],
                   check=True)


def environment():
    path = process.folder("locale")
    shutil.copytree(languages.COMPILED_LOCALE, os.path.join(path, LOCALE))
    return {"LOCPATH": path, "LC_ALL": LOCALE}


def split(text):
    """The bracketed parts of a text in order, and what is outside the
    brackets."""
    pieces, outside, depth = [], "", 0
    for char in text:
        if char == OPEN:
            if depth == 0:
                pieces.append("")
            depth += 1
        elif char == CLOSE:
            depth -= 1
        elif depth:
            pieces[-1] += char
        else:
            outside += char
    return pieces, outside
