# SPDX-License-Identifier: GPL-2.0-or-later
"""A typed message arrives, or its writer is told that it did not, whatever
happens to the window, the account and the plugin meanwhile."""

import os
import re
import time

from xtlstest import check, client, proxy
from xtlstest.scene import JULIET, ROMEO, Scene
from test_menus import xtls_menu


def hold(scene, *texts):
    """Juliet has ended the conversation, and Romeo types more."""
    scene.go_private()
    scene.juliet.xtls(ROMEO, "end")
    scene.romeo.expect_state("finished")
    for text in texts:
        scene.romeo.say(JULIET, text)
    scene.romeo.call("ping")


def notices(one):
    """The texts of all notices that are open."""
    closed = {e["notice"] for e in one.seen("notify-closed")}
    return [e["text"] or e["secondary"] for e in one.seen("notify")
            if e["notice"] not in closed]


def assert_told(one, *texts):
    """Asserts that each text is in an open notice, and that there are few
    notices."""
    check.catch_up(one)
    found = notices(one)
    assert len(found) <= 2, found
    for text in texts:
        assert any(text in notice for notice in found), (text, found)


def lost_at_quitting(scene):
    """Romeo quits and returns. Returns the notices about lost messages."""
    scene.romeo.quit()
    return told_at_return(scene)


def told_at_return(scene, read=True):
    """read: Romeo reads it and closes the notice."""
    kept = [data for path, data in scene.romeo.files("xtls")]
    assert not any(b"words" in data for data in kept), kept
    before = len(scene.romeo.seen("notify"))
    scene.romeo.start()
    found = scene.romeo.seen("notify")[before:]
    if read:
        for notice in found:
            scene.romeo.call("notice-close", notice["notice"])
    return [notice["text"] for notice in found]


def test_quitting_with_messages_held():
    """Nobody can be told when the client quits, so the next start reports
    it."""
    with Scene() as scene:
        hold(scene, "the first words", "the last words")
        told, = lost_at_quitting(scene)
        assert told.startswith(f"2 messages to {JULIET} were not sent"), told
        assert not lost_at_quitting(scene), "told twice"
        for through in scene.proxies:
            assert not through.leaks("words")


def test_quitting_while_messages_are_shown_as_not_sent():
    """They are written into the window in pieces; the next start reports the
    others."""
    with Scene() as scene:
        hold(scene)
        scene.romeo.say_at_once(JULIET, [f"words {number}"
                                         for number in range(200)])
        scene.romeo.call_at_once([("cmd", ROMEO, JULIET, "xtls end"),
                                  ("quit",)])
        told, = lost_at_quitting(scene)
        shown = sum("was not sent" in text
                    for _, text in scene.romeo.lines(JULIET))
        assert told.startswith(
            f"{200 - shown} messages to {JULIET} were not sent"), (shown, told)


def test_quitting_before_the_last_message_is_confirmed():
    with Scene() as scene:
        scene.go_private()
        for number in range(2):
            scene.romeo.say(JULIET, f"words {number}")
            scene.juliet.expect_message(f"words {number}")
            scene.juliet.say(ROMEO, f"answer {number}")
            scene.romeo.expect_message(f"answer {number}", flags=["recv"])
        check.sync_all(scene)
        scene.romeo_proxy.hold()
        scene.romeo.say(JULIET, "the last words")
        told, = lost_at_quitting(scene)
        assert told.startswith(f"1 message to {JULIET} was not sent"), told


def test_quitting_with_nothing_lost():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.say(JULIET, "words that arrive")
        scene.juliet.expect_message("words that arrive")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        assert not lost_at_quitting(scene)


def wait_kept(one, count, name="lost-messages"):
    """Waits for the file's content (no file if no message would be lost),
    because a thread writes it without an event."""
    end = time.monotonic() + client.TIMEOUT
    while True:
        try:
            text = one.read("xtls", name)
        except FileNotFoundError:
            text = ""
        if (re.findall("^messages=(.*)$", text, re.M)
                == ([str(count)] if count else [])):
            return
        assert time.monotonic() < end, text
        time.sleep(0.05)


def confirm(scene, text):
    """The reply carries the acknowledgement."""
    scene.romeo.say(JULIET, text)
    scene.juliet.expect_message(text)
    scene.juliet.say(ROMEO, "an answer")
    scene.romeo.expect_message("an answer")
    wait_kept(scene.romeo, 0)


def test_killed_with_messages_held():
    with Scene() as scene:
        hold(scene, "the first words", "the last words")
        wait_kept(scene.romeo, 2)
        scene.romeo.kill()
        told, = told_at_return(scene)
        assert told.startswith(f"2 messages to {JULIET} were not sent"), told
        assert not lost_at_quitting(scene), "told twice"


def test_killed_with_messages_never_confirmed():
    """Sent messages count as lost until they are confirmed."""
    with Scene() as scene:
        scene.go_private()
        confirm(scene, "words that arrive")
        scene.romeo_proxy.hold(proxy.UP)
        for number in range(3):
            scene.romeo.say(JULIET, f"words {number}")
        wait_kept(scene.romeo, 3)
        scene.romeo.kill()
        told, = told_at_return(scene)
        assert told.startswith(f"3 messages to {JULIET} were not sent"), told
        wait_kept(scene.romeo, 0)


def test_killed_before_the_first_words_are_confirmed():
    """They have left with the end of the handshake, and the conversation is
    not open yet."""
    with Scene() as scene:
        scene.romeo.api("set_policy", ROMEO, JULIET, "automatic")

        def deafen(link, direction, unit):
            """Nothing reaches him after his first block."""
            if direction == proxy.UP and unit.ibb():
                scene.romeo_proxy.hold(proxy.DOWN)

        scene.romeo_proxy.hook = deafen
        scene.romeo.say(JULIET, "words that arrive")
        scene.juliet.expect_message("words that arrive")
        check.assert_state(scene.romeo, JULIET, "starting", held=0)
        scene.romeo.say(JULIET, "words that are held")
        wait_kept(scene.romeo, 2)
        scene.romeo.kill()
        told, = told_at_return(scene)
        assert told.startswith(f"2 messages to {JULIET} were not sent"), told


def test_killed_after_all_was_confirmed():
    with Scene() as scene:
        scene.go_private()
        scene.romeo_proxy.hold(proxy.UP)
        for number in range(3):
            scene.romeo.say(JULIET, f"words {number}")
        wait_kept(scene.romeo, 3)
        scene.romeo_proxy.release()
        for number in range(3):
            scene.juliet.expect_message(f"words {number}")
        wait_kept(scene.romeo, 0)
        scene.romeo.kill()
        assert not told_at_return(scene)


def test_killed_after_a_cut():
    """Messages that are neither confirmed nor given up would have been sent
    again."""
    with Scene() as scene:
        scene.go_private()
        confirm(scene, "words that arrive")
        scene.romeo_proxy.hold(proxy.UP)
        for number in range(2):
            scene.romeo.say(JULIET, f"words {number}")
        scene.romeo.call("ping")
        scene.romeo_proxy.refuse = True
        scene.romeo_proxy.cut()
        scene.romeo.expect_state("finished")
        wait_kept(scene.romeo, 2)
        scene.romeo.kill()
        told, = told_at_return(scene)
        assert told.startswith(f"2 messages to {JULIET} were not sent"), told


def test_killed_after_held_messages_have_arrived():
    with Scene() as scene:
        hold(scene, "words that wait")
        wait_kept(scene.romeo, 1)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("words that wait")
        scene.romeo.expect_state("unverified", held=0)
        wait_kept(scene.romeo, 0)
        scene.romeo.kill()
        assert not told_at_return(scene)


def test_reported_until_it_was_read():
    """However the client ends before the user has read the notice."""
    with Scene() as scene:
        hold(scene, "the first words", "the last words")
        wait_kept(scene.romeo, 2)
        scene.romeo.kill()
        for _ in range(2):
            told, = told_at_return(scene, read=False)
            assert told.startswith(f"2 messages to {JULIET}"), told
            scene.romeo.kill()
            told, = told_at_return(scene, read=False)
            assert told.startswith(f"2 messages to {JULIET}"), told
            scene.romeo.quit()
        told, = told_at_return(scene, read=False)
        scene.romeo.unload()
        scene.romeo.quit()
        assert len(told_at_return(scene)) == 1
        wait_kept(scene.romeo, 0)
        scene.romeo.kill()
        assert not told_at_return(scene), "told although it was read"


def test_messages_lost_later_are_added():
    """The notice about the last run is still open when the client is killed
    once more."""
    with Scene() as scene:
        hold(scene, "the first words")
        wait_kept(scene.romeo, 1)
        scene.romeo.kill()
        assert len(told_at_return(scene, read=False)) == 1
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        hold(scene, "the next words", "the last words")
        wait_kept(scene.romeo, 3)
        scene.romeo.kill()
        told, = told_at_return(scene)
        assert told.startswith(f"3 messages to {JULIET} were not sent"), told


def test_a_list_that_cannot_be_read():
    with Scene() as scene:
        hold(scene, "words")
        wait_kept(scene.romeo, 1)
        scene.romeo.kill()
        path = os.path.join(scene.romeo.dir, "xtls", "lost-messages")
        with open(path, "w", encoding="utf-8") as file:
            file.write("rubbish")
        for read in (False, True):
            told, = told_at_return(scene, read)
            kept = re.search(r"could not be read.* as (/\S+?)(<|$)", told)[1]
            with open(kept, encoding="utf-8") as file:
                assert file.read() == "rubbish"
            scene.romeo.kill()
        assert not told_at_return(scene)


def test_a_list_that_cannot_be_written():
    """The user is told in one notice, however many messages are held, and the
    messages themselves are not affected."""
    with Scene() as scene:
        path = os.path.join(scene.romeo.dir, "xtls", "lost-messages")
        hold(scene)
        os.makedirs(os.path.join(path, "in the way"))
        for number in range(6):
            scene.romeo.say(JULIET, f"held {number}")
            # Each message is a change that must be saved.
            time.sleep(0.3)
        told = scene.romeo.expect(
            "notify", type="error", primary=re.compile("could not be saved"))
        assert path in told["secondary"], told
        assert "messages that were not sent" in told["secondary"], told
        assert len(scene.romeo.seen("notify")) == 1
        # It is saved as soon as that is possible, without another change.
        os.rmdir(os.path.join(path, "in the way"))
        os.rmdir(path)
        wait_kept(scene.romeo, 6)
        scene.romeo.xtls(JULIET, "start")
        for number in range(6):
            scene.juliet.expect_message(f"held {number}")
        assert len(scene.romeo.seen("notify")) == 1


def test_account_is_deleted_with_messages_held():
    with Scene() as scene:
        hold(scene, "first held", "second held")
        scene.romeo.call("account-delete", ROMEO)
        assert_told(scene.romeo, "first held", "second held")
        for through in scene.proxies:
            assert not through.leaks("first held", "second held")


def test_account_is_deleted_while_private():
    """Unconfirmed messages are reported."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo.say(JULIET, "arrives")
        scene.juliet.expect_message("arrives")
        check.sync_all(scene)
        scene.romeo_proxy.hold(proxy.UP)
        scene.romeo.say(JULIET, "never confirmed")
        scene.romeo.call("ping")
        scene.romeo.call("account-delete", ROMEO)
        assert_told(scene.romeo, "never confirmed")
        scene.romeo_proxy.release()


def test_account_is_deleted_while_dialogs_are_open():
    """They are closed with it: nobody can answer for a contact that is
    gone."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo.xtls(JULIET, "verify")
        verify = scene.romeo.expect("request", title="Verify")
        xtls_menu(scene.romeo, JULIET, entry="This _contact’s settings…")
        settings = scene.romeo.expect("request",
                                      title="This contact’s settings")
        scene.romeo.call("account-delete", ROMEO)
        for dialog in (verify, settings):
            scene.romeo.expect("request-closed", request=dialog["request"])


def test_unloaded_with_messages_held_and_the_window_closed():
    with Scene() as scene:
        hold(scene, "first held", "second held")
        scene.romeo.call("close", ROMEO, JULIET)
        scene.romeo.unload()
        assert_told(scene.romeo, "first held", "second held")


def test_ended_with_messages_held_and_the_window_closed():
    with Scene() as scene:
        hold(scene, *(f"held {number};" for number in range(20)))
        scene.romeo.call("close", ROMEO, JULIET)
        scene.romeo.api("end", ROMEO, JULIET)
        assert_told(scene.romeo, *(f"held {number};" for number in range(20)))


def test_too_many_are_held():
    with Scene() as scene:
        hold(scene)
        for number in range(252):
            scene.romeo.say(JULIET, f"number {number};")
        status = scene.romeo.status(JULIET)
        assert status["held"] == 250, status
        lines = [line for line in check.system_lines(scene.romeo, JULIET)
                 if "could not be delivered" in line]
        assert len(lines) == 2 and all(
            f"number {number};" in line and "Too many messages" in line
            for number, line in zip((250, 251), lines)), lines
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("number 249;")
        assert check.received(scene.juliet) == [
            f"number {number};" for number in range(250)]
        for through in scene.proxies:
            assert not through.leaks("number 2")


def test_too_much_is_held():
    """More than 4 MiB, in however few messages."""
    with Scene() as scene:
        hold(scene)
        big = "x" * 200_000
        for number in range(22):
            scene.romeo.say(JULIET, f"{number}; {big}")
        status = scene.romeo.status(JULIET)
        assert 18 <= status["held"] <= 21, status
        lines = [line for line in check.system_lines(scene.romeo, JULIET)
                 if "could not be delivered" in line]
        assert len(lines) == 22 - status["held"], len(lines)
        scene.romeo.xtls(JULIET, "start")
        last = status["held"] - 1
        scene.juliet.expect_message(re.compile(f"^{last}; "))
        assert [text.split(";")[0] for text in check.received(scene.juliet)
                ] == [str(number) for number in range(last + 1)]


def test_one_held_message_is_too_long():
    """The others are sent."""
    with Scene() as scene:
        hold(scene, "before it", "y" * 300_000, "after it")
        check.assert_state(scene.romeo, JULIET, "finished", held=3)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("after it")
        line = scene.romeo.expect_message(re.compile("could not be delivered"))
        assert line["text"].endswith("It is too long."), line["text"][-80:]
        scene.romeo.expect_state("unverified", held=0)
        assert check.received(scene.juliet) == ["before it", "after it"]


def test_buddy_is_removed_while_private():
    """Messages typed to her after that are held as before."""
    with Scene() as scene:
        hold(scene, "typed before")
        scene.romeo.call("buddy-remove", ROMEO, JULIET)
        scene.romeo.say(JULIET, "to one who is no buddy")
        check.sync_all(scene)
        try:
            scene.romeo.xtls(JULIET, "start")
        except client.Failed as failed:
            assert "Add each other" in failed.answer["error"], failed.answer
        else:
            raise AssertionError("started with a stranger")
        check.assert_state(scene.romeo, JULIET, "finished", held=2)
        scene.romeo.xtls(JULIET, "end")
        lines = check.system_lines(scene.romeo, JULIET)
        assert "typed before" in lines[-2], lines
        assert "to one who is no buddy" in lines[-1], lines
        for through in scene.proxies:
            assert not through.leaks("to one who is no buddy")
