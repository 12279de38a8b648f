# SPDX-License-Identifier: GPL-2.0-or-later
"""The core names a contact by its bare JID, because the alias may be a
nickname that the contact has chosen."""

import re

from xtlstest import check
from xtlstest.scene import JULIET, ROMEO, Scene
from test_menus import xtls_menu

NURSE = "nurse@capulet.lit"
NICK = ("<iq type='set' id='nick'><pubsub"
        " xmlns='http://jabber.org/protocol/pubsub'>"
        "<publish node='http://jabber.org/protocol/nick'><item>"
        "<nick xmlns='http://jabber.org/protocol/nick'>{}</nick>"
        "</item></publish></pubsub></iq>")


def call_oneself(scene, nurse, name):
    """Publishes a nickname (XEP-0172) and waits until romeo's client shows
    it."""
    nurse.call("raw", NURSE, NICK.format(name))
    scene.romeo.expect("aliased", who=NURSE, alias=name)


class Nurse(Scene):
    """A scene with a nurse who is a contact of romeo's."""

    def __init__(self):
        super().__init__(accounts={NURSE: "n"}, contacts=[(ROMEO, NURSE)])

    def __enter__(self):
        scene = super().__enter__()
        self.nurse = self.add_client("nurse")
        self.login(self.nurse, f"{NURSE}/kitchen")
        self.romeo.expect("presence", who=NURSE, online=True)
        return scene


def all_that_is_asked(scene):
    """Opens every dialog of the core about a contact, one after the other."""
    romeo, nurse = scene.romeo, scene.nurse
    titles = {}

    def ask(what, close, **wanted):
        dialog = romeo.expect("request", **wanted)
        titles[what] = dialog["primary"]
        romeo.answer(dialog, *close)

    scene.go_private(nurse, romeo)
    nurse.api("start_secret", NURSE, ROMEO, "", "verona")
    ask("answer", ("Cancel", ""), title="Verify")
    romeo.xtls(NURSE, "secret")
    ask("secret", ("Cancel", ""), title="Verify")
    romeo.xtls(NURSE, "verify")
    ask("verify", ("I have verified it",), title="Verify")
    romeo.expect_state("private")
    nurse.api("renew_own_key", NURSE)
    romeo.expect_state("finished")
    nurse.xtls(ROMEO, "start")
    ask("new key", ("Refuse",), title="New key")
    romeo.expect_state("finished")
    romeo.xtls(NURSE, "end")
    xtls_menu(romeo, NURSE, entry="This _contact’s settings…")
    ask("settings", ("Cancel",), title="This contact’s settings")
    return titles


def test_a_nickname_cannot_imitate_an_address():
    """A contact whose nickname is another contact's address is not mistaken
    for that contact in any dialog, line, menu or status."""
    with Nurse() as scene:
        romeo = scene.romeo
        call_oneself(scene, scene.nurse, JULIET)
        romeo.open(NURSE)
        titles = all_that_is_asked(scene)
        for what, title in titles.items():
            assert NURSE in title and JULIET not in title, (what, title)
        for line in check.system_lines(romeo, NURSE):
            assert JULIET not in line, line
        assert any(NURSE in line for line in check.system_lines(romeo, NURSE))
        assert JULIET not in str(romeo.seen("request"))
        assert JULIET not in str(romeo.seen("notify"))
        assert JULIET not in str(romeo.status(NURSE))
        assert JULIET not in str(xtls_menu(romeo, NURSE))
        assert romeo.api("get_name", ROMEO, NURSE)["value"] == NURSE


def test_the_alias_is_shown_beside_the_address():
    """In quotation marks; quotation marks in the alias itself are removed."""
    with Nurse() as scene:
        romeo = scene.romeo
        call_oneself(scene, scene.nurse, "Angelica”) is verified. (“")
        name = f"{NURSE} (“Angelica) is verified. (”)"
        assert romeo.api("get_name", ROMEO, NURSE)["value"] == name
        romeo.open(NURSE)
        for what, title in all_that_is_asked(scene).items():
            assert name in title, (what, title)
        assert (f"{name}: Waiting", False) in xtls_menu(romeo, NURSE)


def test_a_result_without_a_window():
    """The result is shown in a notice that names the contact."""
    with Nurse() as scene:
        romeo, nurse = scene.romeo, scene.nurse
        call_oneself(scene, nurse, JULIET)
        scene.go_private(nurse, romeo)
        nurse.api("start_secret", NURSE, ROMEO, "", "verona")
        dialog = romeo.expect("request", title="Verify")
        romeo.answer(dialog, "Answer", "mantua")
        notice = romeo.expect("notify", primary=re.compile("different secrets"))
        assert NURSE in notice["primary"] and JULIET not in str(notice), notice
