# SPDX-License-Identifier: GPL-2.0-or-later
"""Policies after the first event: peers that are killed, keys that change, the
user's choice, other resources."""

import os
import re

from xtlstest import check, client, proxy
from xtlstest.policies import (ASKED, BALCONY, CLEAR, NURSE, PREF, PRIVATE,
                               strip, verify_each_other, with_nurse)
from xtlstest.scene import JULIET, ROMEO, Scene


def check_killed_peer(policy, asked, released):
    """The peer's client is killed while it is private, and returns."""
    text = f"{policy} to the dead"
    with Scene() as scene:
        scene.romeo.api("set_policy", ROMEO, JULIET, policy)
        scene.romeo.expect("xtls-capability-changed", capability="present")
        scene.romeo.open(JULIET)
        if policy == "manual":
            scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_state("unverified")
        scene.romeo.forget()
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        scene.romeo.say(JULIET, text)
        scene.romeo.expect_message(re.compile(
            f"^{check.HELD}. It is sent when your contact is back online"
            if released else f"^{check.HELD} until you restart"))
        if asked:
            assert scene.romeo.expect("request")["default"] == 0
        scene.juliet.start()
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        if released:
            scene.juliet.expect_message(text)
            assert scene.romeo.status(JULIET)["held"] == 0
        else:
            scene.romeo.expect("xtls-capability-changed",
                               capability="present")
            check.sync_all(scene)
            check.assert_state(scene.romeo, JULIET, "waiting", held=1)
        lines = check.system_lines(scene.romeo, JULIET)
        parts = ["Unverified", check.CUT_OFF, check.HELD]
        if policy == "manual":
            parts.insert(0, "Attempting")
        if released:
            # The line names the resource again, because nobody asked for a
            # start.
            parts += [f"Unverified conversation with {BALCONY} started",
                      "1 held message was sent."]
        assert len(lines) == len(parts) and all(
            part in line for part, line in zip(parts, lines)), lines
        dialogs = scene.romeo.seen("request")
        assert len(dialogs) == asked, dialogs
        # The dialog does not stay open.
        assert not scene.romeo.call("requests")["requests"]
        scene.assert_nothing_leaked(text)


def test_peer_dies_manual():
    check_killed_peer("manual", asked=False, released=False)


def test_peer_dies_automatic():
    check_killed_peer("automatic", asked=True, released=True)


def test_peer_dies_required():
    check_killed_peer("required", asked=False, released=True)


def check_new_key(policy, verified, outcome):
    """Her client has another key when the first message is typed."""
    text = f"{policy} for the old key"
    with Scene() as scene:
        if verified:
            verify_each_other(scene)
        else:
            scene.go_private()
            scene.romeo.xtls(JULIET, "end")
            scene.juliet.expect_state("finished")
            scene.juliet.xtls(ROMEO, "end")
        scene.juliet.api("renew_own_key", JULIET)
        scene.romeo.api("set_policy", ROMEO, JULIET, policy)
        scene.romeo.forget()
        scene.juliet.forget()
        if policy == "manual":
            scene.romeo.xtls(JULIET, "start")
            scene.romeo.expect_state(
                "new-key" if outcome == ASKED else "unverified")
        scene.romeo.say(JULIET, text)
        if outcome == CLEAR:
            # Whom she has verified is "required" for her.
            scene.juliet.expect_message(check.CLEAR * verified + text)
            assert scene.romeo_proxy.leaks(text)
            return
        scene.romeo.expect_message(re.compile("uses an unknown key"))
        if outcome == PRIVATE:
            scene.juliet.expect_message(text)
            assert not scene.romeo.seen("request")
        else:
            dialog = scene.romeo.expect("request", title="New key")
            assert ("Verified before:" in dialog["secondary"]) == verified
            check.sync_all(scene)
            assert not check.received(scene.juliet)
            check.assert_state(scene.romeo, JULIET, "new-key", held=1,
                               key_waits=True)
            scene.romeo.answer(dialog, "Accept")
            scene.juliet.expect_message(text)
        scene.assert_nothing_leaked(text)


def test_new_key():
    for policy, unverified, verified in (
            ("never", CLEAR, CLEAR),
            ("manual", PRIVATE, ASKED),
            ("automatic", ASKED, ASKED),
            ("required", ASKED, ASKED)):
        check_new_key(policy, False, unverified)
        check_new_key(policy, True, verified)


def asked_about(scene, *texts):
    """With `automatic`, and a contact who declines. Returns the dialog."""
    scene.juliet.api("set_policy", JULIET, ROMEO, "never")
    scene.romeo.call("pref", PREF, "automatic")
    for text in texts:
        scene.romeo.say(JULIET, text)
    dialog = scene.romeo.expect("request", type="action")
    scene.romeo.expect_message(re.compile(check.FAILED))
    return dialog


def she_accepts_and_calls(scene):
    """Nothing reaches her in between: his client tries again from time to time,
    and would be accepted."""
    scene.juliet_proxy.hold(proxy.DOWN)
    scene.juliet.api("set_policy", JULIET, ROMEO, "manual")
    scene.juliet.xtls(ROMEO, "start")
    scene.juliet_proxy.release()


def test_choice_keep_waiting():
    for button in ("Keep waiting", -1):
        with Scene() as scene:
            dialog = asked_about(scene, "first", "another")
            scene.romeo.answer(dialog, button)
            scene.romeo.say(JULIET, "third")
            check.sync_all(scene)
            # The policy tries again from time to time.
            status = scene.romeo.status(JULIET)
            assert status["state"] in ("waiting", "starting"), status
            assert status["held"] == 3, status
            assert len(scene.romeo.seen("request")) == 1
            # Once she accepts, the messages are sent inside, in order.
            she_accepts_and_calls(scene)
            for text in ("first", "another", "third"):
                scene.juliet.expect_message(text)
            assert check.received(scene.juliet) == ["first", "another", "third"]
            scene.assert_nothing_leaked("first", "another", "third")


def test_choice_send_unencrypted():
    with Scene() as scene:
        dialog = asked_about(scene, "first", "another")
        assert not scene.romeo_proxy.leaks("first", "another")
        scene.romeo.answer(dialog, "Send unencrypted")
        scene.romeo.expect_state("not-private", held=0)
        for text in ("first", "another"):
            scene.juliet.expect_message(text)
        scene.romeo.expect_message(re.compile("were sent unencrypted"))
        # The user is not asked again in the same window, but in the next one.
        scene.romeo.say(JULIET, "as ever")
        scene.juliet.expect_message("as ever")
        scene.romeo.call("close", ROMEO, JULIET)
        scene.romeo.say(JULIET, "not this one")
        scene.romeo.expect("request")
        check.sync_all(scene)
        assert check.received(scene.juliet) == ["first", "another", "as ever"]


def test_choice_send_unencrypted_after_a_cut():
    """Messages that were sent inside and not confirmed are reported, and are
    not sent in clear."""
    with Scene() as scene:
        scene.romeo.api("set_policy", ROMEO, JULIET, "automatic")
        scene.romeo.expect("xtls-capability-changed", capability="present")
        scene.romeo.open(JULIET)
        scene.romeo.expect_state("unverified")
        for number in range(2):
            scene.romeo.say(JULIET, f"before {number}")
            scene.juliet.expect_message(f"before {number}")
            scene.juliet.say(ROMEO, f"after {number}")
            scene.romeo.expect_message(f"after {number}")
        scene.juliet_proxy.hold(proxy.DOWN)
        scene.romeo.forget()
        scene.romeo.say(JULIET, "on its way")
        check.sync(scene.romeo)
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        scene.romeo.say(JULIET, "in the open")
        scene.romeo.answer(scene.romeo.expect("request"), "Send unencrypted")
        scene.romeo.expect_message(re.compile(
            "on its way.*may not have been delivered"))
        scene.romeo.expect_state("not-private")
        check.sync(scene.romeo)
        assert scene.romeo_proxy.leaks("in the open")
        assert not scene.romeo_proxy.leaks("on its way")


def test_choice_after_required_was_chosen():
    """Sending in clear can no longer be chosen."""
    for by_face in (False, True):
        with Scene() as scene:
            if by_face:
                scene.romeo.api("claim", 4)
                scene.juliet.api("set_policy", JULIET, ROMEO, "never")
                scene.romeo.call("pref", PREF, "automatic")
                scene.romeo.say(JULIET, "not for others")
                scene.romeo.expect("xtls-choice-needed")
            else:
                dialog = asked_about(scene, "not for others")
            assert scene.romeo.status(JULIET)["choice_waits"]
            scene.romeo.xtls(JULIET, "policy required")
            if not by_face:
                scene.romeo.expect("request-closed",
                                   request=dialog["request"])
            try:
                scene.romeo.api("choose", ROMEO, JULIET, "send")
            except client.Failed as failure:
                assert "nothing to choose" in failure.answer["why"], failure
            else:
                raise AssertionError("sent")
            check.sync_all(scene)
            status = scene.romeo.status(JULIET)
            assert status["held"] == 1 and not status["choice_waits"], status
            assert not scene.romeo_proxy.leaks("not for others")


def test_choice_discard():
    with Scene() as scene:
        dialog = asked_about(scene, "first", "another")
        scene.romeo.answer(dialog, "Discard")
        scene.romeo.expect_state("not-private", held=0)
        for text in ("first", "another"):
            scene.romeo.expect_message(f"The message “{text}” was not sent.")
        check.sync_all(scene)
        assert not check.received(scene.juliet)
        scene.assert_nothing_leaked("first", "another")


def test_choice_that_comes_too_late():
    """The session opens before the user has chosen, so the dialog is
    closed."""
    with Scene() as scene:
        dialog = asked_about(scene, "first")
        she_accepts_and_calls(scene)
        scene.juliet.expect_message("first")
        assert not scene.romeo.call("requests")["requests"]
        try:
            scene.romeo.answer(dialog, "Send unencrypted")
        except client.Failed:
            pass
        try:
            scene.romeo.api("choose", ROMEO, JULIET, "send")
        except client.Failed as failure:
            assert "nothing to choose" in failure.answer["why"]
        else:
            raise AssertionError("it was chosen")
        check.assert_state(scene.romeo, JULIET, "unverified")
        scene.romeo.say(JULIET, "another")
        scene.juliet.expect_message("another")
        scene.assert_nothing_leaked("first", "another")


def without_blocks(link, direction, unit):
    """Nothing that the contact's client writes in the bytestream arrives."""
    return proxy.DROP if direction == proxy.DOWN and unit.ibb() else None


def test_choice_after_the_first_words_have_left():
    """His client calls again by itself. What left with the end of the handshake
    is not offered to be sent unencrypted, although nothing is open yet."""
    with Scene() as scene:
        asked_about(scene, "first")
        scene.romeo_proxy.hook = without_blocks
        scene.juliet.api("set_policy", JULIET, ROMEO, "manual")
        scene.juliet.expect_message("first")
        check.assert_state(scene.romeo, JULIET, "starting", held=0,
                           choice_waits=False)
        assert not scene.romeo.call("requests")["requests"]
        try:
            scene.romeo.api("choose", ROMEO, JULIET, "send")
        except client.Failed as failure:
            assert "nothing to choose" in failure.answer["why"]
        else:
            raise AssertionError("it was chosen")
        scene.assert_nothing_leaked("first")


def test_no_repeated_calls_to_a_contact_who_declines():
    with Scene() as scene:
        asked_about(scene, "patience")
        since = len(scene.romeo_proxy.records)

        def calls():
            return [unit for unit in scene.romeo_proxy.stanzas(
                proxy.UP, check.JINGLE, since=since)
                if unit.find(check.JINGLE).get("action") == "session-initiate"]

        # After 2 and then 4 seconds. Presence does not cause more attempts.
        for _ in range(4):
            scene.juliet_proxy.link.inject(
                proxy.UP, "<presence><show>away</show></presence>")
            check.sync_all(scene)
        scene.romeo_proxy.wait(lambda: len(calls()) >= 2)
        first, second = (unit.at for unit in calls()[:2])
        assert second - first > 3.5, (first, second)
        check.sync_all(scene)
        lines = check.system_lines(scene.romeo, JULIET)
        assert len(lines) == 1 and lines[0].startswith(check.FAILED), lines
        assert len(scene.romeo.seen("request")) == 1


def check_later_policy(choose):
    """The policy did not restart what was cut off, and the contact is back.
    `choose`: lets a policy count that restarts it."""
    with Scene() as scene:
        scene.go_private()
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        scene.romeo.say(JULIET, "released later")
        scene.romeo.expect_message(re.compile(f"^{check.HELD} until you"))
        scene.romeo.forget()
        scene.juliet.start()
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        check.sync_all(scene)
        check.assert_state(scene.romeo, JULIET, "waiting", held=1)
        choose(scene.romeo)
        scene.juliet.expect_message("released later")
        check.assert_state(scene.romeo, JULIET, "unverified", held=0)
        scene.assert_nothing_leaked("released later")


def test_a_policy_of_the_contact_restarts_what_was_cut_off():
    check_later_policy(lambda romeo: romeo.xtls(JULIET, "policy automatic"))


def test_a_policy_for_all_restarts_what_was_cut_off():
    check_later_policy(lambda romeo: romeo.call("pref", PREF, "required"))


def test_policy_does_not_call_after_the_user_has_ended():
    for policy in ("automatic", "required"):
        with Scene() as scene:
            scene.romeo.call("pref", PREF, policy)
            scene.romeo.expect("xtls-capability-changed", who=JULIET,
                               capability="present")
            scene.romeo.open(JULIET)
            scene.juliet.expect_state("unverified")
            scene.juliet.xtls(ROMEO, "end")
            scene.romeo.expect_state("finished")
            scene.juliet_proxy.link.inject(
                proxy.UP, "<presence><show>away</show></presence>")
            check.sync_all(scene)
            check.assert_state(scene.romeo, JULIET, "finished")
            check.assert_state(scene.juliet, ROMEO, "not-private")
            scene.romeo.say(JULIET, "held for her")
            scene.romeo.expect_message(re.compile(check.HELD))
            check.sync_all(scene)
            check.assert_state(scene.romeo, JULIET, "finished", held=1)
            scene.assert_nothing_leaked("held for her")


def test_a_policy_does_not_end_private_mode():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.api("set_policy", ROMEO, JULIET, "never")
        try:
            scene.romeo.xtls(JULIET, "start")
        except client.Failed as failure:
            assert "private already" in failure.answer["error"], failure
        else:
            raise AssertionError("started twice")
        scene.romeo.say(JULIET, "still inside")
        scene.juliet.expect_message("still inside")
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        scene.romeo.say(JULIET, "still held")
        scene.romeo.expect_message(re.compile(check.HELD))
        check.sync(scene.romeo)
        check.assert_state(scene.romeo, JULIET, "waiting", held=1)
        scene.romeo.xtls(JULIET, "end")
        scene.romeo.say(JULIET, "as ever")
        scene.romeo_proxy.wait_stanza(proxy.UP, check.BODY)
        assert check.sent_in_clear(scene.romeo_proxy) == ["as ever"]


def test_clear_text_is_marked_while_required_waits():
    """Nothing was private yet, and still the user knows."""
    with Scene() as scene:
        scene.juliet.say(ROMEO, "before")
        scene.romeo.expect_message("before")
        # The policy starts a private conversation, which does not get far.
        scene.romeo_proxy.hold(proxy.UP)
        scene.romeo.xtls(JULIET, "policy required")
        scene.juliet.say(ROMEO, "in clear")
        scene.romeo.expect_message(f"{check.CLEAR}in clear")


def test_what_is_no_clear_text_is_left_to_others_while_required_waits():
    """A bounced message is not the contact's; OTR's plugin wants its own, which
    is marked only if no plugin takes it; an invitation is a question."""
    message = f"<message from='{BALCONY}' to='{ROMEO}/orchard' {{}}</message>"
    with Scene(lying=True, login=False) as scene:
        # Nothing can be started with a contact who is offline.
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.xtls(JULIET, "policy required")
        scene.romeo.load(os.path.join(client.BUILD, "tests", "chain-a.so"))
        for inside in (
                "type='error'><body>bounced</body><error type='cancel'><service"
                "-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                "</error>",
                "type='chat'><body>?OTRv23?</body>",
                "><body>come</body><x xmlns='jabber:x:conference'"
                " jid='room@rooms.montague.lit'/>",
                "type='chat'><body>the last</body>"):
            scene.romeo_liar.forge(message.format(inside))
        scene.romeo.expect_message(f"{check.CLEAR}the last")
        check.catch_up(scene.romeo)
        assert check.received(scene.romeo) == [f"{check.CLEAR}?OTRv23?",
                                               f"{check.CLEAR}the last"]
        assert scene.romeo.debug().count("called: received") == 1


def test_verified_counts_as_required():
    for pref in ("never", "manual", "automatic"):
        with Scene() as scene:
            verify_each_other(scene)
            scene.romeo.call("pref", PREF, pref)
            scene.romeo.forget()
            scene.romeo.say(JULIET, "without being asked")
            scene.juliet.expect_message("without being asked")
            scene.romeo.expect_state("private")
            scene.romeo.xtls(JULIET, "end")
            scene.romeo.expect_message(re.compile("Encryption is required for"))
            scene.romeo.say(JULIET, "nor after the end")
            scene.juliet.expect_message("nor after the end")
            scene.assert_nothing_leaked("without being asked",
                                        "nor after the end")


def test_required_withholds_other_stanzas():
    with with_nurse() as scene:
        nurse = scene.add_client("nurse", plugins=[])
        scene.login(nurse, f"{NURSE}/hall", scene.add_proxy())
        scene.romeo.expect("xtls-capability-changed", who=NURSE,
                           capability="absent")
        scene.romeo.call("pref", PREF, "required")
        scene.romeo.open(NURSE)
        scene.romeo.typing(NURSE)
        scene.romeo.call("attention", ROMEO, f"{NURSE}/hall")
        scene.romeo.call("stanza", ROMEO, (
            f"<iq type='set' id='v1' to='{NURSE}/hall'>"
            "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate'"
            " sid='v1'><content creator='initiator' name='voice'>"
            "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>"
            "</content></jingle></iq>"))
        scene.romeo.expect_message(re.compile(
            "Voice and video .* encryption is required for this contact"))
        check.sync_all(scene)
        up = scene.romeo_proxy.stanzas(proxy.UP)
        assert not [unit for unit in up if unit.name == "message"], up
        assert not [unit for unit in up if unit.find(check.JINGLE) is not None]
        # Requests about the client are still sent.
        scene.romeo.call("stanza", ROMEO, (
            f"<iq type='get' id='d1' to='{NURSE}/hall'>"
            "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>"))
        scene.romeo_proxy.wait_stanza(proxy.DOWN, id="d1", type="result")


def test_unknown_capabilities_are_waited_for_five_seconds():
    """If the capabilities never arrive, the user is asked after five seconds
    and the contact is not called."""
    with Scene(login=False) as scene:
        scene.romeo_proxy.hook = strip
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        scene.romeo.call("pref", PREF, "automatic")
        scene.romeo.say(JULIET, "who are you")
        sent = scene.romeo.expect_message("who are you")
        scene.romeo.expect_message(re.compile(check.FAILED))
        dialog = scene.romeo.expect("request")
        assert dialog["at"] - sent["at"] > 4, dialog["at"] - sent["at"]
        assert not scene.romeo_proxy.stanzas(proxy.UP, check.JINGLE)
        assert not scene.romeo_proxy.leaks("who are you")
        scene.romeo.answer(dialog, "Send unencrypted")
        scene.juliet.expect_message("who are you")


# --- resources ---------------------------------------------------------------------

TERRACE = f"{JULIET}/terrace"


def second_client(scene, **options):
    """Another client of Juliet herself, with another key."""
    terrace = scene.add_client("terrace", **options)
    through = scene.add_proxy()
    scene.romeo.forget()
    scene.login(terrace, TERRACE, through)
    scene.romeo_proxy.wait_stanza(proxy.DOWN, id=None, **{"from": TERRACE})
    return terrace


def test_plaintext_from_another_resource():
    with Scene() as scene:
        terrace = second_client(scene)
        scene.romeo.expect("xtls-capability-changed", who=JULIET)
        scene.juliet.xtls(ROMEO, "start")
        scene.romeo.expect_state("unverified")
        check.assert_state(scene.romeo, JULIET, "unverified",
                           resource="balcony")
        for text in ("over here", "here I am"):
            terrace.call("raw", JULIET, (
                f"<message to='{ROMEO}/orchard' type='chat'>"
                f"<body>{text}</body></message>"))
            scene.romeo.expect_message(f"{check.CLEAR}{text}")
        line = scene.romeo.expect_message(re.compile("came from"))["text"]
        assert TERRACE in line and BALCONY in line and "/xtls end" in line
        # One line is enough, and the session does not move by itself.
        lines = check.system_lines(scene.romeo, JULIET)
        assert sum("came from" in text for text in lines) == 1, lines
        status = check.assert_state(scene.romeo, JULIET, "unverified",
                                    resource="balcony")
        assert BALCONY in status["line"]
        scene.romeo.say(JULIET, "for the balcony")
        scene.juliet.expect_message("for the balcony")
        assert not terrace.seen("message", text="for the balcony")
        # Do what the line says.
        scene.romeo.xtls(JULIET, "end")
        scene.romeo.xtls(JULIET, "start")
        terrace.expect_state("unverified")
        scene.romeo.expect_state("unverified", resource="terrace")
        assert TERRACE in scene.romeo.status(JULIET)["line"]
        # The contact's other client has another key, which the user was told.
        scene.romeo.expect_message(re.compile("uses an unknown key"))


def test_plaintext_from_a_resource_without_the_plugin():
    with Scene() as scene:
        terrace = second_client(scene, plugins=[])
        scene.juliet.xtls(ROMEO, "start")
        scene.romeo.expect_state("unverified")
        terrace.say(ROMEO, "over here")
        scene.romeo.expect_message(f"{check.CLEAR}over here")
        line = scene.romeo.expect_message(re.compile("came from"))["text"]
        assert "cannot talk privately" in line, line


def check_resource_gone(policy, moves, quiet=False, quits=False):
    """One of her two clients goes offline. `quiet`: nothing is under way then,
    so that her presence tells of it and not a bounced block."""
    with Scene() as scene:
        terrace = second_client(scene)
        scene.romeo.expect("xtls-capability-changed", who=JULIET)
        scene.juliet.xtls(ROMEO, "start")
        scene.romeo.expect_state("unverified")
        scene.romeo.call("pref", PREF, policy)
        scene.romeo.open(JULIET)
        # However soon the policy calls, this message is held before the
        # session opens.
        if quiet:
            check.sync_all(scene)
        scene.romeo_proxy.hold(proxy.UP)
        if quits:
            scene.juliet.quit()
        else:
            scene.juliet.kill()
        # She is online with another client, so somebody has to restart it.
        scene.romeo.expect_state("waiting" if moves else "finished")
        scene.romeo.expect_message(re.compile(check.CUT_OFF))
        scene.romeo.say(JULIET, "where are you")
        scene.romeo_proxy.release()
        if not moves:
            check.sync(scene.romeo)
            check.assert_state(scene.romeo, JULIET, "finished", held=1)
            return
        scene.romeo.expect_state("new-key", resource="terrace")
        scene.romeo.expect_message(re.compile(
            f"{JULIET} uses an unknown key. Nothing is sent"))
        # The other client has another key, and a message is held, so the user
        # must decide.
        dialog = scene.romeo.expect("request", title="New key")
        assert not check.received(terrace)
        scene.romeo.answer(dialog, "Accept")
        scene.romeo.expect_message(re.compile(f"with {TERRACE} started"))
        terrace.expect_message("where are you")
        scene.assert_nothing_leaked("where are you")


def test_resource_goes_manual():
    check_resource_gone("manual", moves=False)


def test_quiet_resource_goes():
    check_resource_gone("manual", moves=False, quiet=True)
    check_resource_gone("automatic", moves=True, quiet=True)


def test_resource_quits():
    check_resource_gone("manual", moves=False, quits=True)


def test_resource_goes_automatic():
    check_resource_gone("automatic", moves=True)
