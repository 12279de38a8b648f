# SPDX-License-Identifier: GPL-2.0-or-later
"""The lock in Pidgin: what it shows, and where it is."""

import os
import re
import subprocess

from xtlsgui import irc
from xtlsgui.play import NURSE, Play
from xtlsgui.plugins import CORE, FACE, choose_plugin, toggle_plugins
from xtlstest import client
from xtlstest.scene import JULIET, ROMEO

HELP = "Help: private conversations"
NICK = ("<iq type='set' id='nick'><pubsub"
        " xmlns='http://jabber.org/protocol/pubsub'>"
        "<publish node='http://jabber.org/protocol/nick'><item>"
        "<nick xmlns='http://jabber.org/protocol/nick'>{}</nick>"
        "</item></publish></pubsub></iq>")


def see_tooltip(romeo, word, text, window=JULIET):
    """Waits for the lock's tooltip, in the toolbar and in the tray."""
    romeo.see_description(text, f"Private conversation: {word}", "push button",
                          window)


def see_seconds(romeo, least):
    """Waits until the tooltip says that a start has taken that many seconds,
    or more if the test was slow to look. Returns how many."""
    def look():
        found = re.search(
            r"It has been starting for (\d+) seconds\.", romeo.description(
                "Private conversation: Starting…", "push button", JULIET))
        return found and int(found[1]) >= least and int(found[1])

    return romeo.wait_for(f"{least} seconds", look)


def test_all_states_in_order():
    """From Not private to Private, and back through Finished."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        romeo.see_state("Not private", JULIET)
        see_tooltip(romeo, "Not private", f"{JULIET}: Not private\n"
                    "Click to start a private conversation.")
        romeo.picture("state-not-private", JULIET)
        juliet.stop()
        romeo.press("Private conversation: Not private", "push button", JULIET)
        romeo.see_state("Starting…", JULIET)
        romeo.picture("state-starting", JULIET, still=False)
        juliet.cont()
        romeo.see_state("Unverified", JULIET)
        romeo.read("Verify this key. This conversation is", JULIET)
        key = juliet.api("get_own_fingerprint", JULIET)["value"]
        see_tooltip(romeo, "Unverified", f"{JULIET}: Unverified\n"
                    f"Resource: balcony\nFingerprint: {key[:23]}…\n"
                    "Not verified")
        romeo.picture("state-unverified", JULIET)

        romeo.follow("Verify this key.", JULIET, opens="Verify")
        romeo.picture("verify-secret", "Verify")
        romeo.turn_to("Fingerprints", "Verify")
        romeo.picture("verify-fingerprints", "Verify")
        romeo.press("I have verified that this is the correct fingerprint.",
                    "radio button", "Verify")
        romeo.see_state("Unverified", JULIET)  # not before OK
        romeo.press("OK", "push button", "Verify")
        romeo.see_state("Private", JULIET)
        see_tooltip(romeo, "Private", f"{key[:23]}…\n"
                    "Verified by fingerprint (")
        romeo.picture("state-private", JULIET)

        romeo.say("wherefore", JULIET)
        juliet.expect_message("wherefore")
        juliet.say(ROMEO, "deny thy father")
        romeo.read("deny thy father", JULIET)

        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("held back", JULIET)
        romeo.read("Your message is held", JULIET)
        romeo.picture("state-finished", JULIET)
        assert not juliet.seen("message", text="held back")
        romeo.menu("Restart private conversation", JULIET)
        romeo.see_state("Private", JULIET)
        juliet.expect_message("held back")
        romeo.menu("End private conversation", JULIET)
        romeo.see_state("Waiting", JULIET)
        romeo.picture("state-waiting", JULIET)


def test_starting_takes_time():
    """The lock counts the seconds, and a start can be cancelled."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        juliet.stop()
        romeo.press("Private conversation: Not private", "push button", JULIET)
        romeo.see_state("Starting…", JULIET)
        first = see_seconds(romeo, 2)
        see_seconds(romeo, first + 1)
        romeo.picture("starting-seconds", JULIET, still=False)
        romeo.menu("Cancel the start", JULIET)
        romeo.see_state("Not private", JULIET)
        juliet.cont()
        # The count begins anew with each start.
        play.start()
        assert "starting" not in romeo.see(
            "Private conversation: Unverified", "push button",
            JULIET).description
        romeo.see_entry("End private conversation", JULIET)


def test_no_tooltip_over_the_menu():
    """The tooltip disappears when the lock's menu opens, and does not return
    while the menu is open, whatever happens to the conversation."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        for role in ("push button", "menu item"):
            play.start()
            romeo.raise_window(JULIET)
            romeo.hover(lambda: romeo.see("Private conversation: Unverified",
                                          role, JULIET), romeo.tooltips)
            romeo.click_here()
            romeo.see_popup("End private conversation")
            assert not romeo.tooltips()
            juliet.xtls(ROMEO, "end")
            romeo.see_state("Finished", JULIET)
            assert not romeo.sees_soon(romeo.tooltips)
            romeo.picture_of_all(f"lock-menu-{role.replace(' ', '-')}")
            romeo.keys("Escape")
            romeo.point((0, 0, 0, 0))
            romeo.menu("End private conversation", JULIET)
            romeo.see_state("Not private", JULIET)


def test_each_tab_has_its_own_lock():
    """The lock in the tray shows the tab in front; each button shows its own
    conversation."""
    with Play() as play:
        romeo = play.romeo
        nurse = play.add_client("nurse", NURSE, "chamber")
        play.open()
        play.start()
        play.conversation(NURSE)
        romeo.see_state("Unverified", JULIET)
        romeo.keys("ctrl+Tab", window=JULIET)
        romeo.see_window(NURSE)
        romeo.see_state("Not private", NURSE)
        romeo.keys("ctrl+Tab", window=NURSE)
        romeo.see_window(JULIET)
        romeo.see_state("Unverified", JULIET)
        romeo.drag(NURSE, "page tab", JULIET, 400, 300)
        romeo.see_window(NURSE)
        romeo.see_state("Not private", NURSE)
        romeo.see_state("Unverified", JULIET)
        romeo.menu("End private conversation", JULIET)
        romeo.see_state("Not private", JULIET)
        play.start(NURSE)
        romeo.see_state("Not private", JULIET)
        nurse.quit()


def colours(path):
    """How many pixels of a picture have which colour: {"#RRGGBB": n}"""
    told = subprocess.run(["convert", path, "-alpha", "off", "-depth", "8",
                           "-format", "%c", "histogram:info:-"], check=True,
                          capture_output=True, text=True).stdout
    return {colour: int(count) for count, colour in re.findall(
        r"(\d+): .*?(#[0-9A-F]{6})", told)}


def test_complaint_indicator_is_too_subtle():
    """The lock is also in the tab of each conversation, even if that is not in
    front. Assistive technology sees only a tab's name, so the test looks at the
    picture."""
    red = "#D93A3A"  # of pixmaps/finished.svg
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        nurse = play.add_client("nurse", NURSE, "chamber")
        play.open()
        play.conversation(NURSE)
        play.start()
        romeo.keys("ctrl+Tab", window=JULIET)
        romeo.see_window(NURSE)
        assert red not in colours(romeo.picture("tabs-private", NURSE))
        juliet.xtls(ROMEO, "end")
        romeo.wait_for("a red lock", lambda: red in colours(
            romeo.picture("tabs", NURSE)))
        nurse.quit()


def test_held_messages_look_held():
    """Each message is marked until it has been sent, or is marked as not
    sent."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        romeo.say("for now", JULIET)
        juliet.expect_message("for now")
        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("one for later", JULIET)
        romeo.read("one for later (held)", JULIET)
        romeo.say("two for later", JULIET)
        romeo.read("two for later (held)", JULIET)
        romeo.picture("held", JULIET)
        shown = romeo.texts(JULIET)
        assert "for now (" not in shown, shown
        # One line, however many messages are held.
        assert shown.count("message is held") == 1, shown
        assert "messages are held" not in shown, shown
        romeo.menu("Restart private conversation", JULIET)
        juliet.expect_message("two for later")
        romeo.read("2 held messages were sent.", JULIET)
        shown = romeo.texts(JULIET)
        assert "(held)" not in shown and "two for later" in shown, shown
        romeo.picture("held-sent", JULIET)
        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", JULIET)
        romeo.say("never", JULIET)
        romeo.read("never (held)", JULIET)
        romeo.menu("End private conversation", JULIET)
        romeo.read("never (not sent)", JULIET)


def test_a_window_with_another_spelling_of_the_address():
    """The lock shows the contact's state, and its held messages look held."""
    with Play() as play:
        romeo, juliet, window = play.romeo, play.juliet, f"{JULIET}."
        play.open(window)
        romeo.see_state("Not private", window)
        romeo.menu("Start private conversation", window)
        romeo.see_state("Unverified", window)
        juliet.xtls(ROMEO, "end")
        romeo.see_state("Finished", window)
        romeo.say("one for later", window)
        romeo.read("one for later (held)", window)
        romeo.menu("Restart private conversation", window)
        juliet.expect_message("one for later")
        romeo.read("1 held message was sent.", window)
        assert "(held)" not in romeo.texts(window)


def test_the_first_message_makes_one_line():
    """One short line after the message says that it is held, and why."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        juliet.xtls(ROMEO, "policy never")
        play.open()
        romeo.say("/xtls policy automatic", JULIET)
        romeo.say("shall I speak", JULIET)
        romeo.see_window("Messages are held")
        romeo.keys("Escape", window="Messages are held")
        romeo.read("could not be started", JULIET)
        text = romeo.texts(JULIET)
        romeo.picture("first-message", JULIET)
        assert text.index("shall I speak") < text.index("could not be"), text
        for words in ("Attempting", "message is held", "memory"):
            assert words not in text, text


def test_toolbar():
    """The lock survives Pidgin's changes to the toolbar."""
    with Play() as play:
        romeo = play.romeo
        lock = "Private conversation: Not private"
        play.open()
        romeo.see_state("Not private", JULIET)
        romeo.press("Show Formatting Toolbars", "check menu item", JULIET)
        romeo.see_no(lock, "push button", JULIET)
        romeo.see(lock, "menu item", JULIET)
        play.start_by_menu()
        romeo.see("Private conversation: Unverified", "menu item", JULIET)
        romeo.press("Show Formatting Toolbars", "check menu item", JULIET)
        romeo.see_state("Unverified", JULIET)
        for wide in (1, 0):
            play.dbus("PurplePrefsSetBool",
                      "string:/pidgin/conversations/toolbar/wide",
                      f"int32:{wide}")
            romeo.see_state("Unverified", JULIET)


def test_by_keyboard_alone():
    with Play() as play:
        romeo = play.romeo
        play.open()
        romeo.see_state("Not private", JULIET)
        romeo.keys("alt+x", "s", window=JULIET)
        romeo.see_state("Unverified", JULIET)
        romeo.keys("alt+x", "v", window=JULIET)
        romeo.see_window("Verify")
        romeo.keys("alt+f", "alt+h", "Return", window="Verify")
        romeo.see_no_window("Verify")
        romeo.see_state("Private", JULIET)
        romeo.keys("alt+x", "c", window=JULIET)
        romeo.see_window("This contact’s settings")
        romeo.keys("Escape", window="This contact’s settings")
        romeo.see_no_window("This contact’s settings")
        romeo.keys("alt+x", "e", window=JULIET)
        # A verified contact requires it, so that nothing leaves now.
        romeo.see_state("Waiting", JULIET)


def test_tab_leads_to_the_lock():
    """Tab leads from an empty message to the lock, Shift+Tab from any message,
    and both lead back. A tab can be typed."""
    lock = "Private conversation: %s"
    with Play() as play:
        romeo = play.romeo
        play.open()
        romeo.see_state("Not private", JULIET)
        romeo.draft("", JULIET)
        romeo.keys("Tab", window=JULIET)
        romeo.see_focus(lock % "Not private", "push button", JULIET)
        romeo.keys("space")
        romeo.see_state("Unverified", JULIET)
        romeo.keys("Tab", window=JULIET)
        romeo.see_draft("", JULIET)
        romeo.draft("But soft,", JULIET)
        romeo.keys("Tab", window=JULIET)
        romeo.see_draft("But soft,\t", JULIET)
        romeo.keys("shift+Tab", window=JULIET)
        romeo.see_focus(lock % "Unverified", "push button", JULIET)
        romeo.keys("Return", window=JULIET)
        romeo.see_popup("End private conversation")
        romeo.keys("Escape")
        romeo.see_focus(lock % "Unverified", "push button", JULIET)
        romeo.keys("shift+Tab", window=JULIET)
        romeo.see_draft("But soft,\t", JULIET)


def test_impossible_actions_say_why():
    """Actions that are impossible now say why."""
    with Play() as play:
        romeo = play.romeo
        play.open()
        for entry, why in (
                ("End private conversation",
                 "There is no private conversation to end."),
                ("Verify…", "There is no private conversation to verify.")):
            assert why in romeo.see_entry(entry, JULIET).description
            assert not romeo.sensitive(romeo.see_entry(entry, JULIET))
        romeo.say("/xtls policy never", JULIET)
        see_tooltip(romeo, "Not private", "is “never”")
        start = romeo.see_entry("Start private conversation", JULIET)
        assert "is “never”" in start.description
        assert not romeo.sensitive(start)


def is_link(romeo, text):
    return "underline:single" in romeo.attributes(text, JULIET)


def test_enabled_late():
    """An open window gets a lock when the plugin is enabled, and loses it
    without a trace."""
    with Play(face=False) as play:
        romeo = play.romeo
        play.open()
        assert not romeo.xtls_menu(JULIET)
        toggle_plugins(romeo, FACE)
        romeo.see_state("Not private", JULIET)
        play.start()
        romeo.read("Verify this key. This", JULIET)
        assert is_link(romeo, "Verify this key.")
        toggle_plugins(romeo, FACE)
        romeo.see_no("Private conversation: Unverified", None, JULIET)
        assert not romeo.xtls_menu(JULIET)
        assert not is_link(romeo, "Verify this key.")
        toggle_plugins(romeo, FACE)
        romeo.see_state("Unverified", JULIET)
        romeo.menu("Verify…", JULIET)
        romeo.see_window("Verify")
        toggle_plugins(romeo, FACE)
        romeo.see_no_window("Verify")


def test_the_core_brings_the_face_along():
    """Once, when it is enabled: who disables the face keeps the core alone."""
    with Play(face=False) as play:
        romeo = play.romeo
        play.open()
        toggle_plugins(romeo, CORE)
        romeo.see_state("Not private", JULIET)
        romeo.keys("ctrl+q", window="Buddy List")
        romeo = play.begin_again()
        play.open()
        romeo.see_state("Not private", JULIET)
        toggle_plugins(romeo, FACE)
        romeo.see_no("Private conversation: Not private", None, JULIET)
        romeo.keys("ctrl+q", window="Buddy List")
        romeo = play.begin_again()
        play.open()
        romeo.say("/xtls status", JULIET)
        romeo.read("Not private", JULIET)
        assert not romeo.xtls_menu(JULIET)


def test_unloaded_in_the_middle():
    """Unloading the core unloads both plugins; then both are loaded again."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        play.open()
        play.start()
        play.verify()
        romeo.menu("Verify…", JULIET)
        romeo.see_window("Verify")
        choose_plugin(romeo, CORE)
        romeo.keys("space", window="Plugins")
        romeo.click("Unload Plugins", "push button")
        romeo.see_no_window("Verify")
        romeo.read("The XTLS plugin was unloaded", JULIET)
        romeo.see_no("Private conversation: Waiting", None, JULIET)
        assert not romeo.xtls_menu(JULIET)
        romeo.keys("Escape", window="Plugins")
        romeo.see_no_window("Plugins")
        juliet.expect_state("waiting")
        juliet.xtls(ROMEO, "end")
        romeo.say("in clear", JULIET)
        juliet.expect_message("in clear")
        toggle_plugins(romeo, FACE)
        # To a verified contact nothing is sent in clear: it starts by itself.
        romeo.see_state("Private", JULIET)
        romeo.say("and private again", JULIET)
        juliet.expect_message("and private again")


def test_buddy_list():
    """Assistive technology cannot read the buddy list's tooltip, so the test
    looks at the markup that Pidgin draws."""
    drawn = os.path.join(client.BUILD, "tests", "markup.so")
    with Play(environment={"LD_PRELOAD": drawn}) as play:
        romeo = play.romeo

        def hover(word):
            said = f"<b>Private conversation:</b> {word}"
            already = play.pidgin.log().count(said)
            romeo.hover(lambda: romeo.see(JULIET, "table cell", "Buddy List"),
                        lambda: play.pidgin.log().count(said) > already)

        hover("possible")
        romeo.buddy_menu(JULIET, "Start private conversation")
        romeo.see_window(JULIET)
        romeo.see_state("Unverified", JULIET)
        romeo.raise_window("Buddy List")
        hover("Unverified")
        romeo.contact_menu("c", JULIET)
        romeo.see_window("This contact’s settings")
        romeo.keys("Escape", window="This contact’s settings")
        romeo.contact_menu("w", JULIET)
        romeo.see_window(HELP)
        romeo.see("What is a private conversation?", "label", HELP)
        romeo.keys("Escape", window=HELP)
        romeo.see_no_window(HELP)


def test_names_are_escaped():
    with Play(resource="<i>&lt;_x") as play:
        romeo = play.romeo
        alias = "<b>&amp;_Jul</b> \u05d0\u05d1\u05d2"
        name = f"{JULIET} (“{alias}”)"
        play.alias(JULIET, alias)
        play.dbus("PurpleConversationPresent",
                  f"int32:{play.conversation(JULIET)}")
        romeo.see_window(alias)
        romeo.see_state("Not private", alias)
        romeo.press("Private conversation: Not private", "push button", alias)
        romeo.see_state("Unverified", alias)
        romeo.see_entry(f"{name}: Unverified (<i>&lt;_x)", alias)
        see_tooltip(romeo, "Unverified", f"{name}: Unverified\n"
                    "Resource: <i>&lt;_x\n", alias)
        romeo.menu("Verify…", alias)
        romeo.see(f"Is this really {name}?", "label", "Verify")
        romeo.picture("names", "Verify")
        romeo.menu("This contact’s settings…", alias)
        romeo.see(f"Private conversations with {name}", "label",
                  "This contact’s settings")
        width = romeo.size("Verify")[0]
        play.alias(JULIET, "long" * 400)
        romeo.see(f"Is this really {JULIET} (“{'long' * 16}…”)?", "label",
                  "Verify")
        assert romeo.size("Verify")[0] <= width, romeo.size("Verify")


def test_a_nickname_cannot_imitate_an_address():
    """A contact whose nickname is another contact's address is named by its
    own address wherever trust is concerned."""
    with Play() as play:
        romeo = play.romeo
        nurse = play.add_client("nurse", NURSE, "chamber")
        nurse.call("raw", NURSE, NICK.format(JULIET))
        play.open(NURSE, title=JULIET)
        play.start(NURSE, title=JULIET)
        see_tooltip(romeo, "Unverified", f"{NURSE}: Unverified\n", JULIET)
        romeo.see_entry(f"{NURSE}: Unverified (chamber)", JULIET)
        romeo.menu("Verify…", JULIET)
        romeo.see(f"Is this really {NURSE}?", "label", "Verify")
        romeo.picture("nickname", "Verify")
        romeo.keys("Escape", window="Verify")
        nurse.api("start_secret", NURSE, ROMEO, "", "verona")
        romeo.see(f"{NURSE} wants to know whether you are really you. Type the "
                  "secret that the two of you share.", "label", "Verify",
                  starts=True)
        romeo.keys("Escape", window="Verify")
        nurse.quit()


NOT_ENCRYPTED = "This message was not encrypted:"


def moved_to(who, word):
    return f"Your messages go to {who} now. State: {word}."


def test_two_addresses_in_one_window():
    """The window switches to whichever address writes. A line before the
    message says so, and text in clear is marked while the other address is
    private."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        nurse = play.add_client("nurse", NURSE, "chamber")
        play.merge(JULIET, NURSE)
        play.open()
        play.conversation(NURSE)
        play.open()
        nurse.say(ROMEO, "good morrow")
        romeo.read("good morrow", NURSE)
        juliet.say(ROMEO, "good day")
        romeo.read("good day", JULIET)
        for text in (NOT_ENCRYPTED, "Your messages go to"):
            assert text not in romeo.texts(JULIET)
        play.start()
        play.verify()
        romeo.say("to her alone", JULIET)
        juliet.expect_message("to her alone")
        nurse.say(ROMEO, "from the chamber")
        romeo.read("from the chamber", NURSE)
        romeo.see_state("Not private", NURSE)
        said = romeo.texts(NURSE)
        assert 0 < said.index(moved_to(NURSE, "Not private")) \
            < said.index(f"{NOT_ENCRYPTED} from the chamber"), said
        assert f"{NOT_ENCRYPTED} to her alone" not in said
        romeo.say("to the chamber", NURSE)
        nurse.expect_message("to the chamber")
        romeo.read(f"{NOT_ENCRYPTED} to the chamber", NURSE)
        romeo.picture("two-addresses", NURSE)
        juliet.say(ROMEO, "from the balcony")
        romeo.read(moved_to(JULIET, "Private"), JULIET)
        romeo.see_state("Private", JULIET)
        romeo.say("nobody logs this", JULIET)
        juliet.expect_message("nobody logs this")
        said = romeo.texts(JULIET)
        assert said.index(moved_to(JULIET, "Private")) \
            < said.index("from the balcony")
        for text in ("from the balcony", "nobody logs this"):
            assert f"{NOT_ENCRYPTED} {text}" not in said
            assert text not in play.pidgin.records()
        nurse.quit()


def test_another_address_than_the_one_that_requires_encryption():
    """The window of an address that requires encryption, where nothing is
    private yet, moves to one in clear. A line says so, and text in clear is
    marked."""
    with Play() as play:
        romeo = play.romeo
        nurse = play.add_client("nurse", NURSE, "chamber")
        play.merge(JULIET, NURSE)
        play.open()
        play.open(NURSE)
        play.open()
        # End, so that the policy is in force and nothing is private.
        play.start()
        romeo.say("/xtls policy required", JULIET)
        romeo.menu("End private conversation", JULIET)
        romeo.see_state("Waiting", JULIET)
        nurse.say(ROMEO, "from the chamber")
        romeo.read("from the chamber", NURSE)
        romeo.see_state("Not private", NURSE)
        said = romeo.texts(NURSE)
        assert 0 < said.index(moved_to(NURSE, "Not private")) \
            < said.index(f"{NOT_ENCRYPTED} from the chamber"), said
        romeo.say("to the chamber", NURSE)
        nurse.expect_message("to the chamber")
        romeo.read(f"{NOT_ENCRYPTED} to the chamber", NURSE)
        play.open()
        romeo.read(moved_to(JULIET, "Waiting"), JULIET)
        nurse.quit()


def test_two_addresses_and_the_log():
    """A private conversation is not logged, although its window was switched
    from an address that is logged."""
    with Play() as play:
        romeo, juliet = play.romeo, play.juliet
        nurse = play.add_client("nurse", NURSE, "chamber")
        play.merge(JULIET, NURSE)
        play.open()
        play.open(NURSE)
        nurse.say(ROMEO, "for the record")
        romeo.read("for the record", NURSE)
        juliet.xtls(ROMEO, "start")
        juliet.expect_state("unverified")
        juliet.say(ROMEO, "from the balcony")
        romeo.read("from the balcony", JULIET)
        romeo.say("nobody logs this", JULIET)
        juliet.expect_message("nobody logs this")
        nurse.say(ROMEO, "for the record as well")
        romeo.read("for the record as well", NURSE)
        records = play.pidgin.records()
        assert "for the record" in records
        for text in ("from the balcony", "nobody logs this"):
            assert text not in records, records
        nurse.quit()


def test_no_lock_in_rooms_and_other_protocols():
    """Rooms and other protocols have no lock."""
    with irc.Server() as server, Play(
            others=[server.account("romeo")]) as play:
        romeo = play.romeo
        room = "ball@rooms.capulet.lit"
        play.open()
        romeo.see_state("Not private", JULIET)
        play.conversation(room, 2)
        romeo.keys("ctrl+Tab", window=JULIET)
        romeo.see_window(room)
        romeo.see_no("Private conversation: Not private", None, room)
        assert not romeo.xtls_menu(room)
        server.wait_for_login()
        other = play.dbus("PurpleAccountsFind", "string:romeo@127.0.0.1",
                          "string:prpl-irc")
        play.dbus("PurpleConversationNew", "int32:1", f"int32:{other}",
                  "string:mercutio")
        romeo.keys("ctrl+Tab", window=room)
        romeo.see_window("mercutio")
        romeo.see_no("Private conversation: Not private", None, "mercutio")
        assert not romeo.xtls_menu("mercutio")
        romeo.keys("ctrl+Tab", window="mercutio")
        romeo.see_state("Not private", JULIET)
