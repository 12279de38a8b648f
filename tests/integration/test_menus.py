# SPDX-License-Identifier: GPL-2.0-or-later
"""The entries in the menus of conversations and contacts, in any client, and
what they open."""

import re

from xtlstest import check
from xtlstest.scene import JULIET, ROMEO, Scene

START = "_Start private conversation"
RESTART = "Re_start private conversation"
CANCEL = "Cance_l the start"
END = "_End private conversation"
VERIFY = "_Verify…"
DECIDE = "_Decide about the new key…"
SETTINGS = "This _contact’s settings…"
HELP = "_What’s this?"
SETTINGS_TITLE = "This contact’s settings"

CLAIM_MENUS, CLAIM_SETTINGS, CLAIM_HELP = 1 << 4, 1 << 5, 1 << 6


def xtls_menu(one, who, kind="buddy", entry=None):
    """The entries as (label, whether it can be chosen)."""
    chosen = [entry] if entry else []
    for menu in one.call("menu", one.account, who, kind, *chosen)["menu"]:
        if menu["label"] == "XTLS":
            return [(each["label"], each["sensitive"])
                    for each in menu["children"]]
    return None


def assert_menus(one, who, *entries):
    for kind in ("buddy", "conversation"):
        found = xtls_menu(one, who, kind)
        assert found == list(entries), f"{kind}: {found}"


def test_entries_of_each_state():
    with Scene() as scene:
        romeo, juliet = scene.romeo, scene.juliet
        romeo.open(JULIET)
        others = [(SETTINGS, True), (HELP, True)]
        assert_menus(romeo, JULIET, (START, True), (END, False),
                     (VERIFY, False), (f"{JULIET}: Not private", False),
                     *others)
        scene.juliet.stop()
        xtls_menu(romeo, JULIET, entry=START)
        romeo.expect_state("starting")
        assert_menus(romeo, JULIET, (START, False), (CANCEL, True),
                     (VERIFY, False), (f"{JULIET}: Starting…", False),
                     *others)
        scene.juliet.cont()
        romeo.expect_state("unverified")
        juliet.expect_state("unverified")
        assert_menus(romeo, JULIET, (START, False), (END, True),
                     (VERIFY, True),
                     (f"{JULIET}: Unverified (balcony)", False), *others)
        xtls_menu(juliet, ROMEO, entry=END)
        romeo.expect_state("finished")
        assert_menus(romeo, JULIET, (RESTART, True), (END, True),
                     (VERIFY, False), (f"{JULIET}: Finished", False), *others)
        xtls_menu(romeo, JULIET, "conversation", RESTART)
        romeo.expect_state("unverified")


def test_a_start_opens_the_conversation():
    with Scene() as scene:
        xtls_menu(scene.romeo, JULIET, entry=START)
        scene.romeo.expect("conversation-created", conv=JULIET)
        scene.romeo.expect_message(re.compile(check.UNVERIFIED))


def test_why_it_cannot_be_started():
    with Scene() as scene:
        romeo = scene.romeo
        romeo.xtls(JULIET, "policy never")
        why = romeo.status(JULIET)["why_not"]
        assert "never" in why
        assert_menus(romeo, JULIET, (START, False), (END, False),
                     (VERIFY, False), (f"{JULIET}: Not private", False),
                     (why, False), (SETTINGS, True), (HELP, True))


def test_names_contain_no_mnemonics():
    with Scene() as scene:
        romeo = scene.romeo
        romeo.call("buddy-alias", ROMEO, JULIET, "a_b\n<b>\u202e")
        assert (f"{JULIET} (“a__b <b>”): Not private", False) in \
            xtls_menu(romeo, JULIET)


def test_a_new_key_can_be_decided_about():
    with Scene() as scene:
        romeo, juliet = scene.romeo, scene.juliet
        scene.go_private()
        own = juliet.api("get_own_fingerprint", JULIET)["value"]
        romeo.xtls(JULIET, f"verify {own}")
        romeo.expect_state("private")
        romeo.forget()
        juliet.api("renew_own_key", JULIET)
        romeo.expect_state("finished")
        juliet.xtls(ROMEO, "start")
        dialog = romeo.expect("request", title="New key")
        romeo.answer(dialog, "Decide later")
        xtls_menu(romeo, JULIET, entry=DECIDE)
        dialog = romeo.expect("request", title="New key")
        romeo.forget()
        romeo.answer(dialog, "Accept")
        romeo.expect_state("unverified")
        assert DECIDE not in [label for label, _ in xtls_menu(romeo, JULIET)]


def choices(dialog):
    return {field["id"]: field["value"] for field in dialog["fields"]}


def test_settings_of_a_contact():
    with Scene() as scene:
        romeo = scene.romeo

        def ask():
            xtls_menu(romeo, JULIET, entry=SETTINGS)
            return romeo.expect("request", title=SETTINGS_TITLE)

        dialog = ask()
        assert dialog["primary"] == f"Private conversations with {JULIET}"
        assert "/xtls help policies" in dialog["secondary"], dialog
        assert choices(dialog) == {"policy": 0, "logging": 0}
        romeo.answer(dialog, 0, "policy", "4", "logging", "2")
        assert romeo.api("get_policy", ROMEO, JULIET)["value"] == "required"
        assert romeo.api("get_logging", ROMEO, JULIET)["value"] == 1
        dialog = ask()
        assert choices(dialog) == {"policy": 4, "logging": 2}
        romeo.answer(dialog, "Cancel", "policy", "1", "logging", "1")
        assert romeo.api("get_policy", ROMEO, JULIET)["value"] == "required"
        romeo.answer(ask(), 0, "policy", "0", "logging", "0")
        assert romeo.api("get_policy", ROMEO, JULIET)["value"] == "default"
        assert romeo.api("get_logging", ROMEO, JULIET)["value"] == -1
        # The dialog is closed when the contact is removed.
        dialog = ask()
        romeo.unload()
        romeo.expect("request-closed", request=dialog["request"])


def test_settings_of_the_plugin():
    """The page that any client shows, and the defaults."""
    with Scene(login=False, policy=None) as scene:
        frame = scene.romeo.call("frame", "core-xtls")["prefs"]
        names = [pref["name"].split("/")[-1] for pref in frame]
        assert names == ["policy", "no_log", "padding", "direct"], frame
        assert all(pref["label"] for pref in frame), frame
        assert frame[0]["choices"] == ["never", "manual", "automatic",
                                       "required"], frame
        values = [scene.romeo.call("pref", pref["name"])["value"]
                  for pref in frame]
        assert values == ["automatic", True, True, True], values


def test_help():
    with Scene() as scene:
        xtls_menu(scene.romeo, JULIET, entry=HELP)
        notice = scene.romeo.expect("notify", type="formatted")
        assert notice["primary"] == "What is a private conversation?", notice
        assert "encrypted from your client" in notice["text"], notice


def test_gui_plugin_brings_its_own_dialogs():
    """If the face claims the dialogs, the core only emits signals."""
    with Scene() as scene:
        romeo = scene.romeo
        romeo.open(JULIET)
        romeo.api("claim", CLAIM_MENUS | CLAIM_SETTINGS | CLAIM_HELP)
        assert xtls_menu(romeo, JULIET, "conversation") is None
        xtls_menu(romeo, JULIET, entry=SETTINGS)
        romeo.expect("xtls-settings-asked", who=JULIET)
        xtls_menu(romeo, JULIET, entry=HELP)
        romeo.expect("xtls-help-asked", who="overview")
        romeo.call("ping")
        assert not romeo.seen("request") and not romeo.seen("notify")
        romeo.api("claim", 0)
        assert xtls_menu(romeo, JULIET, "conversation")
