# SPDX-License-Identifier: GPL-2.0-or-later
"""The help has one source, doc/help, from which /xtls help, the pages behind
"What's this?" and the man page are made."""

import html
import os
import re

from xtlstest import check, client
from xtlstest.scene import JULIET, Scene

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))


def read_pages():
    """doc/help, read as its first lines say: {id: [(term, text)]}, and the
    ids of the pages that are on the man page only."""
    pages, man = {}, set()
    term = paragraph = ""
    with open(os.path.join(ROOT, "doc", "help"), encoding="utf-8") as file:
        for line in [*file.read().split("\n"), ""]:
            if line.startswith("#"):
                continue
            if head := re.match(r"\[([a-z-]+)( man)?\] (.+)", line):
                page = pages.setdefault(head[1], [(None, head[3])])
                if head[2]:
                    man.add(head[1])
            elif line.startswith("* "):
                term = line[2:]
            elif line:
                paragraph = f"{paragraph} {line}".strip()
            elif paragraph:
                page.append((term or None, paragraph))
                term = paragraph = ""
    return pages, man


def print_page(one, words=""):
    """The lines that `/xtls help` writes."""
    before = len(check.system_lines(one, JULIET))
    one.xtls(JULIET, f"help {words}".strip())
    one.call("ping")
    return check.system_lines(one, JULIET)[before:]


def said(term, text):
    return f"{term}: {text}" if term else text


def test_every_page_can_be_had():
    pages, man = read_pages()
    assert len(pages) > 10
    with Scene() as scene:
        for page in pages.keys() - man:
            assert print_page(scene.romeo, page) == [
                said(*part) for part in pages[page][1:]], page
        try:
            print_page(scene.romeo, "nothing")
        except client.Failed as failure:
            for page in pages.keys() - man:
                assert page in failure.answer["error"], failure.answer
        else:
            raise AssertionError("a page that is not there")


def test_the_list_of_commands_is_complete():
    """Every command is in the help, and every command in the help exists."""
    pages, _ = read_pages()
    helped = [term.split()[1] for term, _ in pages["commands"] if term]
    with open(os.path.join(ROOT, "plugin", "purple", "ui", "commands.c"),
              encoding="utf-8") as file:
        typed = re.findall(r'^    \{"(\w+)", run_\w+\},$', file.read(), re.M)
    assert len(typed) > 10 and sorted(typed) == sorted(helped)
    with Scene() as scene:
        first, commands, names = print_page(scene.romeo)
        assert first == pages["commands"][1][1]
        assert commands == " · ".join(
            term for term, _ in pages["commands"] if term)
        assert "commands" in names


def test_the_states_are_those_of_the_lock():
    """The states and their meanings are the same as everywhere else."""
    pages, _ = read_pages()
    terms = [term.rstrip("…") for term, _ in pages["states"] if term]
    assert terms == list(check.WORDS.values()), terms


def test_the_page_in_the_window_of_any_client():
    pages, _ = read_pages()
    with Scene() as scene:
        scene.romeo.call("plugin-actions", "core-xtls", "Help")
        notice = scene.romeo.expect("notify", type="formatted")
        assert notice["primary"] == pages["overview"][0][1]
        text = html.unescape(notice["text"].replace("<br>", "\n"))
        for part in pages["overview"][1:]:
            assert said(*part) in text


def test_the_man_page():
    """It contains every page, in the order of the source."""
    pages, _ = read_pages()
    path = os.path.join(client.BUILD, "pidgin-xtls.7")
    with open(path, encoding="utf-8") as file:
        source = file.read()
    assert re.search(r'^\.TH PIDGIN-XTLS 7 "\d{4}-\d\d-\d\d" '
                     r'"pidgin-xtls \d[\d.]*"', source, re.M)
    plain = source.replace("\\-", "-").replace("\\&", "")
    at = 0
    for parts in pages.values():
        at = plain.index(f".SH {parts[0][1].upper()}\n", at)
        for term, text in parts[1:]:
            if term:
                at = plain.index(f".TP\n.B {term}\n", at)
            at = plain.index(f"\n{text}\n", at)
