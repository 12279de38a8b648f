# SPDX-License-Identifier: GPL-2.0-or-later
"""`/xtls report` contains enough to look for a fault, and nothing private."""

import html
import os
import re

from xtlstest import check, client
from xtlstest.scene import JULIET, PASSWORDS, ROMEO, Scene

SAID = ("wherefore art thou", "it is the east")
QUESTION, SECRET = "my only love", "sprung from my only hate"


def report(one, who, words=""):
    one.xtls(who, f"report {words}".strip())
    notice = one.expect("notify", type="formatted")
    return html.unescape(notice["text"].replace("<br>", "\n"))


def lived(scene):
    """A scene in which something of every kind has happened."""
    scene.romeo.call("buddy-alias", ROMEO, JULIET, "The Sun")
    scene.go_private()
    scene.romeo.say(JULIET, SAID[0])
    scene.juliet.expect_message(SAID[0])
    scene.romeo.api("start_secret", ROMEO, JULIET, QUESTION, SECRET)
    scene.juliet.answer(scene.juliet.expect("request", title="Verify"), 0,
                        SECRET)
    scene.romeo.expect_state("private")
    scene.juliet.kill()
    scene.romeo.expect_state("waiting")
    scene.romeo.say(JULIET, SAID[1])


def assert_silent(text, *words):
    """Asserts that none of the words is in the text, in either case or without
    colons."""
    flat = re.sub(r"[:\s]", "", text).lower()
    for word in words:
        assert re.sub(r"[:\s]", "", word).lower() not in flat, (word, text)


def test_what_a_report_has():
    with Scene() as scene:
        lived(scene)
        text = report(scene.romeo, JULIET)
        for line in (r"^pidgin-xtls: \d", r"^libpurple: 2\.14", r"^GnuTLS: \d",
                     r"^client: ",
                     r"^system: .+, (32|64) bits$", r"^  core-xtls ",
                     r"^  prpl-jabber ",
                     r"^  policy: manual$", r"account-\d+: connected",
                     r"contact-\d+: waiting, .*policy required from a "
                     r"verified key", r"held 1, unconfirmed 0",
                     r"last end: (gone|cut|dead)",
                     r"sessions opened: 1$", r"messages held: 1$",
                     r"1 verified", r"account-\d+ with contact-\d+: opened$"):
            assert re.search(line, text, re.M), (line, text)
        # A contact has the same number everywhere, also in the next report.
        assert len(set(re.findall(r"contact-\d+", text))) == 1, text
        again = report(scene.romeo, JULIET)
        assert re.findall(r"\w+-\d+: \w+", text) == \
            re.findall(r"\w+-\d+: \w+", again)


def test_what_a_report_has_not():
    with Scene() as scene:
        lived(scene)
        never = [*SAID, QUESTION, SECRET, *PASSWORDS.values(), "The Sun",
                 "BEGIN", "PRIVATE KEY", scene.romeo.dir,
                 os.path.expanduser("~")]
        addresses = [ROMEO, JULIET, "montague", "capulet", "orchard",
                     "balcony"]
        prints = fingerprints_of_files(scene)
        text = report(scene.romeo, JULIET)
        assert_silent(text, *never, *addresses, *prints)
        # The key material of the file, in any form.
        key = scene.romeo.read("xtls", "keys", f"{ROMEO}.pem")
        assert_silent(text, *[line for line in key.splitlines()
                              if len(line) > 20])
        # If addresses are requested, the report contains them, and still
        # nothing else that is private.
        full = report(scene.romeo, JULIET, "addresses")
        for word in (ROMEO, JULIET, prints[0]):
            assert word in full, word
        assert_silent(full, *never)
        # The report is not written into the debug log.
        assert "report of a fault" not in scene.romeo.debug()


def fingerprints_of_files(scene):
    keys = scene.romeo.api("list_keys")["keys"]
    assert len(keys) == 1
    return [scene.romeo.api("get_own_fingerprint", ROMEO)["value"],
            keys[0]["fingerprint"]]


def test_other_words_are_refused():
    with Scene(login=False) as scene:
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.open(JULIET)
        try:
            scene.romeo.xtls(JULIET, "report all")
        except client.Failed as failure:
            assert "report addresses" in failure.answer["error"]
        else:
            raise AssertionError("taken")
        check.sync(scene.romeo)
        assert not scene.romeo.seen("notify")
