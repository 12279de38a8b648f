# SPDX-License-Identifier: GPL-2.0-or-later
"""New keys, withdrawn verifications, and keys of an attacker in the middle:
what the user is told and decides, and what is sent before that."""

import os
import re
import shutil

from xtlstest import check, client, process, proxy
from xtlstest.files import Move
from xtlstest.scene import JULIET, ROMEO, Scene

BALCONY = f"{JULIET}/balcony"
TERRACE = f"{JULIET}/terrace"
NEW_KEY = "uses an unknown key"
BUTTONS = ["Accept", "Verify…", "Refuse", "Decide later"]


def own(one):
    return one.api("get_own_fingerprint", one.account)["value"]


def end_both(scene):
    scene.romeo.xtls(JULIET, "end")
    scene.juliet.expect_state("finished")
    scene.juliet.xtls(ROMEO, "end")
    for one in (scene.romeo, scene.juliet):
        one.forget()


def trusted(scene):
    """Romeo has verified Juliet's key, and the conversation has ended."""
    scene.go_private()
    scene.romeo.xtls(JULIET, f"verify {own(scene.juliet)}")
    scene.romeo.expect_state("private")
    end_both(scene)


def changed(scene):
    """Like trusted(), and then she calls with another key. Returns the
    dialog."""
    trusted(scene)
    old = own(scene.juliet)
    scene.juliet.api("renew_own_key", JULIET)
    scene.juliet.xtls(ROMEO, "start")
    dialog = scene.romeo.expect("request", title="New key")
    labels = [re.sub("_", "", label) for label in dialog["buttons"]]
    assert labels == BUTTONS, labels
    assert dialog["default"] == 1
    assert own(scene.juliet) in dialog["secondary"]
    assert old in dialog["secondary"] and old != own(scene.juliet)
    status = check.assert_state(
        scene.romeo, JULIET, "new-key", key_waits=True, trust="new",
        fingerprint=own(scene.juliet), old_fingerprint=old)
    assert "a new key waits" in status["line"], status
    lines = check.system_lines(scene.romeo, JULIET)
    assert sum(NEW_KEY in line for line in lines) == 1, lines
    assert "Nothing is sent" in lines[-1], lines
    return dialog


def assert_waits(scene, *texts):
    """Nothing is sent, not even typing notices."""
    for text in texts:
        scene.romeo.say(JULIET, text)
    scene.romeo.typing(JULIET)
    check.sync_all(scene)
    assert not check.received(scene.juliet), check.received(scene.juliet)
    assert not scene.juliet.seen("typing", state="typing")
    assert scene.romeo.status(JULIET)["held"] == len(texts)


# --- nobody was verified -----------------------------------------------------------


def test_new_key_of_an_unverified_contact():
    with Scene() as scene:
        scene.go_private()
        end_both(scene)
        scene.juliet.api("renew_own_key", JULIET)
        scene.go_private()
        line = scene.romeo.expect_message(re.compile(NEW_KEY))["text"]
        assert "Compare the fingerprints" in line, line
        scene.romeo.say(JULIET, "it goes on")
        scene.juliet.expect_message("it goes on")
        check.assert_state(scene.romeo, JULIET, "unverified", key_waits=False,
                           trust="known")
        assert not scene.romeo.seen("request")
        # The next time the key is not new any more.
        end_both(scene)
        scene.go_private()
        check.sync_all(scene)
        lines = check.system_lines(scene.romeo, JULIET)
        assert sum(NEW_KEY in line for line in lines) == 1, lines
        assert len(scene.romeo.api("list_keys")["keys"]) == 2


def test_a_new_own_key_ends_sessions_with_the_old_one():
    with Scene() as scene:
        scene.go_private()
        own_before = own(scene.romeo)
        scene.romeo.api("renew_own_key", ROMEO)
        scene.romeo.expect_state("not-private")
        scene.romeo.expect_message(re.compile(check.YOU_ENDED))
        scene.juliet.expect_state("finished")
        assert own(scene.romeo) != own_before
        scene.juliet.xtls(ROMEO, "end")
        scene.juliet.forget()
        scene.go_private()
        check.assert_state(scene.juliet, ROMEO, "unverified",
                           fingerprint=own(scene.romeo))


def held_for_a_new_key(scene):
    scene.go_private()
    scene.juliet.xtls(ROMEO, "end")
    scene.romeo.expect_state("finished")
    scene.romeo.say(JULIET, "for the old key")
    scene.juliet.api("renew_own_key", JULIET)
    scene.romeo.forget()
    scene.romeo.xtls(JULIET, "start")
    dialog = scene.romeo.expect("request", title="New key")
    scene.romeo.expect_message(re.compile("Nothing is sent"))
    scene.romeo.say(JULIET, "and more")
    check.sync_all(scene)
    assert not check.received(scene.juliet)
    check.assert_state(scene.romeo, JULIET, "new-key", held=2,
                       key_waits=True)
    return dialog


def test_held_messages_wait_for_a_decision_about_a_new_key():
    with Scene() as scene:
        scene.romeo.answer(held_for_a_new_key(scene), "Accept")
        scene.juliet.expect_message("for the old key")
        scene.juliet.expect_message("and more")
        check.assert_state(scene.romeo, JULIET, "unverified", held=0,
                           key_waits=False, trust="known")
        scene.assert_nothing_leaked("for the old key", "and more")


def test_refusing_leaves_held_messages_unsent():
    with Scene() as scene:
        scene.romeo.answer(held_for_a_new_key(scene), "Refuse")
        scene.romeo.expect_message(re.compile("You refused the key"))
        check.sync_all(scene)
        check.assert_state(scene.romeo, JULIET, "finished", held=2)
        scene.romeo.xtls(JULIET, "end")
        for text in ("for the old key", "and more"):
            scene.romeo.expect_message(f"The message “{text}” was not sent.")
        assert not check.received(scene.juliet)
        scene.assert_nothing_leaked("for the old key", "and more")


# --- verified before ------------------------------------------------------------------


def test_new_key_accepted():
    with Scene() as scene:
        dialog = changed(scene)
        scene.romeo.say(JULIET, "first")
        # Else one line could tell of both.
        scene.romeo.expect_message(re.compile(check.HELD))
        scene.romeo.say(JULIET, "another")
        scene.romeo.expect_message("2 messages are held.")
        scene.romeo.typing(JULIET)
        check.sync_all(scene)
        assert not check.received(scene.juliet)
        assert not scene.juliet.seen("typing", state="typing")
        scene.romeo.answer(dialog, "Accept")
        for text in ("first", "another"):
            scene.juliet.expect_message(text)
        check.assert_state(scene.romeo, JULIET, "unverified", held=0,
                           key_waits=False, trust="known",
                           old_fingerprint=None)
        scene.romeo.expect_message("2 held messages were sent.")
        check.assert_lines(
            scene.romeo, JULIET, check.ATTEMPTING, check.UNVERIFIED,
            "the key is verified now", check.YOU_ENDED, NEW_KEY,
            "Your message is held until you have decided",
            "2 messages are held.", check.UNVERIFIED,
            "2 held messages were sent.")
        scene.assert_nothing_leaked("first", "another")


def test_a_window_that_is_opened_while_a_key_waits():
    with Scene() as scene:
        changed(scene)
        scene.romeo.call("close", ROMEO, JULIET)
        before = check.system_lines(scene.romeo, JULIET)
        scene.romeo.open(JULIET)
        (line,) = check.system_lines(scene.romeo, JULIET)[len(before):]
        assert NEW_KEY in line and "Nothing is sent" in line, line


def test_new_key_accepted_without_a_message_from_the_contact():
    """Her messages are shown meanwhile; his replies are held."""
    with Scene() as scene:
        changed(scene)
        scene.juliet.say(ROMEO, "trust me")
        scene.romeo.expect_message("trust me", flags=["recv"])
        assert_waits(scene, "must I")
        scene.assert_nothing_leaked("trust me", "must I")


def test_verified_in_the_dialog():
    with Scene() as scene:
        dialog = changed(scene)
        assert_waits(scene, "first")
        scene.romeo.answer(dialog, "Verify…")
        verify = scene.romeo.expect("request", title="Verify")
        assert own(scene.juliet) in verify["secondary"]
        assert own(scene.romeo) in verify["secondary"]
        scene.romeo.say(JULIET, "another")
        check.sync_all(scene)
        assert not check.received(scene.juliet)
        assert verify["default"] == 2
        scene.romeo.answer(verify, "I have verified it")
        for text in ("first", "another"):
            scene.juliet.expect_message(text)
        check.assert_state(scene.romeo, JULIET, "private", key_waits=False,
                           trust="verified", how="fingerprint")


def test_only_a_fingerprint_that_was_seen_can_be_verified():
    """Anything else is a mistake, or somebody else's."""
    with Scene() as scene:
        scene.go_private()
        try:
            scene.romeo.api("set_verified", ROMEO, JULIET, own(scene.romeo),
                            "on")
        except client.Failed as failure:
            assert "was never seen with" in failure.answer["why"], failure
        else:
            raise AssertionError("it is verified")
        check.assert_state(scene.romeo, JULIET, "unverified", trust="known")
        assert [key["fingerprint"] for key in
                scene.romeo.api("list_keys")["keys"]] == [own(scene.juliet)]


def test_only_the_key_that_waits_is_decided_about():
    """A dialog may be answered when another key waits, or none."""
    def assert_refused(romeo, key):
        for decision in ("accept", "refuse"):
            try:
                romeo.api("decide_key", ROMEO, JULIET, key, decision)
            except client.Failed as failure:
                assert "does not wait" in failure.answer["why"], failure
            else:
                raise AssertionError(decision)

    with Scene() as scene:
        scene.go_private()
        key = own(scene.juliet)
        assert_refused(scene.romeo, key)
        check.assert_state(scene.romeo, JULIET, "unverified", trust="known")
        scene.romeo.xtls(JULIET, f"forget {key}")
        scene.romeo.expect_state("new-key")
        assert_refused(scene.romeo, own(scene.romeo))
        check.assert_state(scene.romeo, JULIET, "new-key", trust="new")
        assert not scene.romeo.api("list_keys")["keys"]
        scene.romeo.api("decide_key", ROMEO, JULIET, key, "accept")
        scene.romeo.expect_state("unverified")


def test_comparing_fingerprints_decides_nothing():
    with Scene() as scene:
        dialog = changed(scene)
        for button in ("Cancel", "I have not verified it"):
            scene.romeo.answer(dialog, "Verify…")
            verify = scene.romeo.expect("request", title="Verify")
            scene.romeo.answer(verify, button)
            dialog = scene.romeo.expect("request", title="New key")
            check.assert_state(scene.romeo, JULIET, "new-key",
                               key_waits=True, trust="new")
        assert len(scene.romeo.call("requests")["requests"]) == 1
        assert not scene.romeo.seen("notify")
        assert_waits(scene, "still")


def test_decided_later():
    with Scene() as scene:
        dialog = changed(scene)
        scene.romeo.answer(dialog, "Decide later")
        assert_waits(scene, "first")
        scene.romeo.expect_message(re.compile("held until you have decided"))
        # The user opens the dialog again.
        scene.romeo.xtls(JULIET, "verify")
        scene.romeo.answer(scene.romeo.expect("request", title="Verify"),
                           "Cancel")
        scene.romeo.answer(scene.romeo.expect("request", title="New key"), -1)
        # The user can also decide without the dialog.
        scene.romeo.xtls(JULIET, f"verify {own(scene.juliet)}")
        scene.juliet.expect_message("first")
        check.assert_state(scene.romeo, JULIET, "private", key_waits=False)


def test_the_session_ends_before_the_decision():
    with Scene() as scene:
        dialog = changed(scene)
        assert_waits(scene, "first")
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        assert not scene.romeo.call("requests")["requests"]
        for decision in ("accept", "refuse"):
            try:
                scene.romeo.api("decide_key", ROMEO, JULIET,
                                dialog["secondary"].split("\n")[3], decision)
            except client.Failed as failure:
                assert "does not wait" in failure.answer["why"], failure
            else:
                raise AssertionError("decided")
        check.assert_state(scene.romeo, JULIET, "waiting", held=1)
        # No decision was made, so the next time the user is asked again.
        assert [key["trust"] for key in
                scene.romeo.api("list_keys")["keys"]] == ["verified"]


def test_new_key_refused_twice():
    with Scene() as scene:
        dialog = changed(scene)
        assert_waits(scene, "first")
        scene.romeo.answer(dialog, "Refuse")
        scene.romeo.expect_state("finished")
        scene.romeo.expect_message(re.compile("You refused the key"))
        scene.romeo.expect_message(re.compile("held until you restart the"))
        # Her calls always fail, and he is not told of them.
        scene.juliet.expect_state("finished")
        scene.juliet.xtls(ROMEO, "end")
        lines = len(scene.romeo.lines())
        scene.juliet.xtls(ROMEO, "start")
        scene.juliet.expect_state("waiting")
        scene.juliet.expect_message(re.compile("refused your key"))
        check.sync_all(scene)
        assert len(scene.romeo.lines()) == lines
        check.assert_state(scene.romeo, JULIET, "finished", held=1)
        # His own calls fail, too.
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message(re.compile(
            check.FAILED + ".*that you have refused"))
        check.assert_state(scene.romeo, JULIET, "waiting", held=1)
        assert not check.received(scene.juliet)
        # The same after a restart.
        scene.romeo.quit()
        scene.romeo.start()
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message(re.compile(
            check.FAILED + ".*that you have refused"))
        scene.romeo.xtls(JULIET, "known")
        scene.romeo.expect_message(re.compile(
            check.in_groups(own(scene.juliet)) + ".*refused"))
        # Once it is forgotten, it is a new key again.
        scene.romeo.xtls(JULIET, f"forget {own(scene.juliet)}")
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect("request", title="New key")
        scene.assert_nothing_leaked("first")


# --- somebody in between ------------------------------------------------------------


def test_refused_is_refused_until_it_is_verified():
    """Taking back a verification does not accept a refused key."""
    with Scene() as scene:
        dialog = changed(scene)
        scene.romeo.answer(dialog, "Refuse")
        scene.romeo.expect_state("finished")
        print_ = own(scene.juliet)
        scene.romeo.api("set_verified", ROMEO, JULIET, print_, "off")
        trust = {key["fingerprint"]: key["trust"] for key in
                 scene.romeo.api("list_keys")["keys"]}
        assert trust[print_] == "refused", trust
        scene.romeo.xtls(JULIET, f"verify {print_}")
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_state("private")


def take_place(scene, gone, come, through):
    """Logs one client out and another one in with Juliet's resource."""
    scene.romeo.forget()
    gone.logout()
    scene.romeo.expect("xtls-capability-changed", capability="offline")
    scene.romeo.forget()
    scene.login(come, BALCONY, through)
    scene.romeo.expect("xtls-capability-changed", capability="present")


def test_resource_online_before_the_verification():
    """A key that was only seen is not trusted once another one is verified."""
    with Scene() as scene:
        mallory = scene.add_client("mallory")
        take_place(scene, scene.juliet, mallory, scene.add_proxy())
        scene.go_private(other=mallory)
        scene.romeo.xtls(JULIET, "end")
        mallory.expect_state("finished")
        mallory.xtls(ROMEO, "end")
        take_place(scene, mallory, scene.juliet, scene.juliet_proxy)
        trusted(scene)
        assert [key["trust"] for key in
                scene.romeo.api("list_keys")["keys"]] == ["verified"]
        take_place(scene, scene.juliet, mallory, scene.proxies[-1])
        scene.romeo.forget()
        scene.romeo.say(JULIET, "art thou Juliet")
        dialog = scene.romeo.expect("request", title="New key")
        scene.romeo.expect_message(re.compile(NEW_KEY))
        check.assert_state(scene.romeo, JULIET, "new-key", held=1,
                           key_waits=True)
        check.sync(mallory)
        assert not check.received(mallory)
        # Once accepted, it is a known key.
        scene.romeo.answer(dialog, "Accept")
        mallory.expect_message("art thou Juliet")
        assert sorted(key["trust"] for key in scene.romeo.api(
            "list_keys")["keys"]) == ["known", "verified"]


def test_name_that_imitates_our_texts():
    """A contact's nickname stays on one line and is shortened."""
    nick = "http://jabber.org/protocol/nick"
    name = f"Juliet:\n11:22:33:44\n\nYour own fingerprint:\n{'x' * 100}"
    with Scene() as scene:
        tomb = scene.add_client("tomb", plugins=[])
        scene.login(tomb, f"{JULIET}/tomb")
        scene.romeo.call("watch", "on")
        tomb.call("raw", JULIET, (
            "<iq type='set' id='n'><pubsub xmlns='http://jabber.org/protocol/"
            f"pubsub'><publish node='{nick}'><item><nick xmlns='{nick}'>"
            + name.replace("\n", "&#10;")
            + "</nick></item></publish></pubsub></iq>"))
        scene.romeo.expect("stanza", name="message",
                           xml=re.compile(re.escape(nick)))
        scene.go_private()
        scene.romeo.xtls(JULIET, "verify")
        dialog = scene.romeo.expect("request", title="Verify")
        lines = dialog["secondary"].split("\n")
        heads = [line for line in lines if line.endswith(":")]
        assert len(heads) == 2 and heads[0].startswith(
            f"Fingerprint of {JULIET} (“Juliet: 11:22:33:44"), lines
        assert heads[0].endswith("x…”):"), lines
        assert heads[1] == "Your own fingerprint:", lines
        assert lines[lines.index(heads[0]) + 1] == own(scene.juliet), lines


def test_another_key_in_the_contacts_place():
    """The server lets somebody else use Juliet's address."""
    with Scene() as scene:
        trusted(scene)
        mallory = scene.add_client("mallory")
        take_place(scene, scene.juliet, mallory, scene.add_proxy())
        # She was verified once, so this starts by itself.
        scene.romeo.say(JULIET, "art thou Juliet")
        dialog = scene.romeo.expect("request", title="New key")
        check.sync(mallory)
        assert not check.received(mallory)
        scene.romeo.answer(dialog, "Refuse")
        mallory.expect_state("finished")
        # Juliet herself, with her own key, gets the held message.
        take_place(scene, mallory, scene.juliet, scene.juliet_proxy)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("art thou Juliet")
        scene.romeo.expect_state("private")
        assert not check.received(mallory)
        scene.assert_nothing_leaked("art thou Juliet")


def another(scene, key_of=None):
    """Another client of Juliet's, with the first one's key or its own."""
    folder = process.folder("terrace")
    if key_of:
        shutil.copytree(os.path.join(key_of.dir, "xtls", "keys"),
                        os.path.join(folder, "xtls", "keys"))
    made = scene.add_client("terrace", folder=folder)
    scene.romeo.forget()
    scene.login(made, TERRACE, scene.add_proxy())
    scene.romeo_proxy.wait_stanza(proxy.DOWN, **{"from": TERRACE})
    scene.romeo.expect("xtls-capability-changed", who=JULIET)
    return made


def test_a_file_ends_with_the_session_of_its_resource():
    """Her other client takes over, and the client that receives the file is
    silent."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo.call("in-band-only")
        move = Move(scene.romeo, scene.juliet, BALCONY, 20_000_000)
        move.accept().moves()
        scene.juliet_proxy.hold()
        terrace = another(scene, key_of=scene.juliet)
        terrace.xtls(ROMEO, "start")
        scene.romeo.expect_message(
            re.compile(f"conversation with {TERRACE} started"))
        move.is_called_off(scene.romeo)
        scene.romeo.say(JULIET, "it goes on")
        terrace.expect_message("it goes on")


def test_a_verified_key_on_another_resource():
    with Scene() as scene:
        trusted(scene)
        terrace = another(scene, key_of=scene.juliet)
        terrace.xtls(ROMEO, "start")
        terrace.expect_state("unverified")
        scene.romeo.expect_message(re.compile(
            f"Private conversation with {TERRACE} started"))
        check.assert_state(scene.romeo, JULIET, "private",
                           resource="terrace", key_waits=False)
        assert not scene.romeo.seen("request")


def test_verified_conversation_is_not_taken_over():
    with Scene() as scene:
        trusted(scene)
        scene.juliet.xtls(ROMEO, "start")
        scene.romeo.expect_state("private")
        terrace = another(scene)
        terrace.xtls(ROMEO, "start")
        terrace.expect_state("waiting")
        line = scene.romeo.expect_message(re.compile("turned away"))["text"]
        assert TERRACE in line, line
        check.assert_state(scene.romeo, JULIET, "private", resource="balcony")
        scene.romeo.say(JULIET, "still with you")
        scene.juliet.expect_message("still with you")
        assert not check.received(terrace)


# --- taken back -------------------------------------------------------------------


def test_trust_is_taken_back():
    with Scene() as scene:
        scene.go_private()
        key = own(scene.juliet)
        scene.romeo.xtls(JULIET, f"verify {key}")
        scene.romeo.expect_state("private")
        scene.romeo.expect_message(re.compile("is verified now"))
        scene.romeo.api("set_verified", ROMEO, JULIET, key, "off")
        scene.romeo.expect_state("unverified")
        scene.romeo.expect_message(re.compile("not verified any more"))
        check.assert_state(scene.romeo, JULIET, "unverified", trust="known",
                           how="nothing", key_waits=False)
        # The dialog can do it too, but only with its button.
        scene.romeo.xtls(JULIET, "verify")
        dialog = scene.romeo.expect("request", title="Verify")
        check.assert_state(scene.romeo, JULIET, "unverified")
        scene.romeo.answer(dialog, "I have verified it")
        scene.romeo.expect_state("private")
        scene.romeo.xtls(JULIET, "verify")
        dialog = scene.romeo.expect("request", title="Verify")
        scene.romeo.answer(dialog, -1)
        check.assert_state(scene.romeo, JULIET, "private")
        scene.romeo.xtls(JULIET, "verify")
        dialog = scene.romeo.expect("request", title="Verify")
        scene.romeo.answer(dialog, "I have not verified it")
        scene.romeo.expect_state("unverified")
        scene.romeo.say(JULIET, "still inside")
        scene.juliet.expect_message("still inside")
