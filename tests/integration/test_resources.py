# SPDX-License-Identifier: GPL-2.0-or-later
"""Several resources of a contact, several accounts in a client, and many
contacts at once."""

import re

from xtlstest import check, proxy
from xtlstest.scene import JULIET, ROMEO, Scene

BALCONY = f"{JULIET}/balcony"
PHONE = f"{JULIET}/phone"
ORCHARD = f"{ROMEO}/orchard"
TURNED_AWAY = "was turned away"
ELSEWHERE = "is already talking privately with another of your devices"
GOES_ON = "goes on talking privately with another of your devices"


def add_phone(scene, **options):
    """Another client of Juliet's, with a key of its own."""
    phone = scene.add_client("phone", **options)
    scene.login(phone, PHONE, scene.add_proxy())
    scene.romeo_proxy.wait_stanza(proxy.DOWN, **{"from": PHONE})
    phone.expect("presence", who=ROMEO, online=True)
    return phone


def settle(scene, phone):
    """Waits until everything under way to any of the three has arrived."""
    check.sync_all(scene)
    check.sync(phone)
    check.sync_all(scene)


def test_session_is_bound_to_one_resource():
    with Scene() as scene:
        scene.go_private()
        phone = add_phone(scene)
        phone.open(ROMEO)
        scene.romeo.say(JULIET, "for the balcony")
        scene.juliet.expect_message("for the balcony")
        # A message from the other resource is in clear, and does not change
        # the session.
        phone.say(ROMEO, "from the phone")
        scene.romeo.expect_message(f"{check.CLEAR}from the phone")
        phone.typing(ROMEO)
        # Although that resource wrote last, everything goes inside, to the
        # first one.
        scene.romeo.say(JULIET, "still for the balcony")
        scene.juliet.expect_message("still for the balcony")
        settle(scene, phone)
        assert not check.received(phone)
        assert not scene.romeo.seen("typing", state="typing",
                                    who=re.compile("phone"))
        assert scene.romeo.status(JULIET)["resource"] == "balcony"
        assert phone.status(ROMEO)["state"] == "not-private"
        for through in scene.proxies:
            assert not through.leaks("for the balcony")
        # The other resource goes offline, which changes nothing.
        phone.quit()
        check.sync_all(scene)
        check.assert_state(scene.romeo, JULIET, "unverified",
                           resource="balcony")
        scene.juliet.say(ROMEO, "here I am")
        scene.romeo.expect_message("here I am", flags=["recv"])


def test_start_goes_to_the_resource_of_the_conversation():
    """To the resource that the conversation is bound to, or else to the one
    that was active last."""
    with Scene() as scene:
        phone = add_phone(scene)
        scene.romeo.forget()

        def start_reaches(resource, one):
            scene.romeo.xtls(JULIET, "start")
            scene.romeo.expect_state("unverified", resource=resource)
            one.expect_state("unverified")
            scene.romeo.xtls(JULIET, "end")
            one.expect_state("finished")
            one.xtls(ROMEO, "end")
            scene.romeo.forget()

        def conversation():
            conv, = scene.romeo.call("conversations")["conversations"]
            return conv["conv"]

        for number in range(2):
            for one, resource in ((scene.juliet, BALCONY), (phone, PHONE)):
                one.say(ROMEO, f"from {resource} {number}")
                scene.romeo.expect_message(f"from {resource} {number}")
                assert conversation() == resource
                # The other resource is online; it is just not the one that is
                # called.
                start_reaches(resource.split("/")[1], one)
        # Any presence unbinds the conversation.
        scene.juliet.call("presence", JULIET, "away")
        scene.romeo.expect("presence", who=JULIET)
        assert conversation() == JULIET
        start_reaches("phone", phone)
        # The conversation was opened with the full JID.
        scene.romeo.call("close", ROMEO, JULIET)
        scene.romeo.open(BALCONY)
        start_reaches("balcony", scene.juliet)


def test_the_other_resource_stays_when_the_session_s_goes():
    """Messages are held and not sent by themselves to a resource without a
    session."""
    with Scene() as scene:
        scene.go_private()
        phone = add_phone(scene)
        scene.juliet.kill()
        scene.romeo.expect_state("finished")
        scene.romeo.say(JULIET, "to whom")
        scene.romeo.expect_message(re.compile(check.HELD))
        check.sync(scene.romeo)
        check.sync(phone)
        assert not phone.lines()
        check.assert_state(scene.romeo, JULIET, "finished", held=1)
        # A restart calls the resource that is online. Its key is new and a
        # message is held, so the user must decide.
        scene.romeo.forget()
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_state("new-key")
        check.until_private((phone, ROMEO))
        status = scene.romeo.status(JULIET)
        assert status["resource"] == "phone" and status["key_waits"], status
        assert status["held"] == 1, status
        assert not check.received(phone)
        scene.romeo.api("decide_key", ROMEO, JULIET, status["fingerprint"],
                        "accept")
        phone.expect_message("to whom")
        scene.assert_nothing_leaked("to whom")


def test_a_new_key_is_turned_away_from_an_open_session():
    with Scene() as scene:
        scene.go_private()
        phone = add_phone(scene)
        # However often it calls.
        for _ in range(3):
            phone.xtls(ROMEO, "start")
            phone.expect_message(re.compile(
                f"{check.FAILED}: {ROMEO} {ELSEWHERE}"))
        scene.romeo.expect_message(re.compile(TURNED_AWAY))
        assert len(scene.romeo_proxy.stanzas(
            proxy.UP, f"{check.JINGLE}[@action='session-terminate']")) == 3
        settle(scene, phone)
        lines = check.system_lines(scene.romeo, JULIET)
        assert sum(TURNED_AWAY in line for line in lines) == 1, lines
        check.assert_state(scene.romeo, JULIET, "unverified",
                           resource="balcony")
        scene.romeo.say(JULIET, "nobody took over")
        scene.juliet.expect_message("nobody took over")
        phone.say(ROMEO, "held at the phone")
        settle(scene, phone)
        assert not check.received(phone)
        # After Romeo has ended the conversation, it is admitted.
        scene.romeo.xtls(JULIET, "end")
        phone.xtls(ROMEO, "start")
        scene.romeo.expect_message("held at the phone")
        check.assert_state(scene.romeo, JULIET, "unverified",
                           resource="phone")
        assert [line for line in check.system_lines(scene.romeo, JULIET)
                if "an unknown key" in line]
        scene.assert_nothing_leaked("nobody took over", "held at the phone")


def test_known_resource_moves_the_session_by_its_own_start():
    with Scene() as scene:
        phone = add_phone(scene)
        for one in (phone, scene.juliet):
            one.xtls(ROMEO, "start")
            one.expect_state("unverified")
            scene.romeo.expect_state("unverified")
            if one is phone:
                scene.romeo.xtls(JULIET, "end")
                phone.expect_state("finished")
                phone.xtls(ROMEO, "end")
        check.assert_state(scene.romeo, JULIET, "unverified",
                           resource="balcony")
        scene.juliet.say(ROMEO, "from the balcony")
        scene.romeo.expect_message("from the balcony")
        phone.xtls(ROMEO, "start")
        scene.juliet.expect_state("finished")
        scene.juliet.expect_message(re.compile(f"{ROMEO} {GOES_ON}"))
        assert not [line for line in check.system_lines(scene.juliet, ROMEO)
                    if "has ended the private" in line]
        phone.say(ROMEO, "now from the phone")
        scene.romeo.expect_message("now from the phone")
        check.assert_state(scene.romeo, JULIET, "unverified",
                           resource="phone")
        scene.romeo.say(JULIET, "to the phone alone")
        phone.expect_message("to the phone alone")
        settle(scene, phone)
        assert not check.received(scene.juliet)
        # Messages typed on the balcony are held and not sent in clear.
        scene.juliet.say(ROMEO, "typed on the balcony")
        scene.juliet.expect_message(re.compile(check.HELD))
        assert not scene.romeo.seen("xtls-state-changed", state="finished")
        scene.assert_nothing_leaked("from the", "to the phone", "typed on")


def test_two_devices_of_a_contact_call_at_once():
    """Romeo and the balcony call each other, and the phone is quicker. The
    balcony reads why nothing comes of its call."""
    with Scene() as scene:
        phone = add_phone(scene)
        scene.juliet_proxy.hold(proxy.DOWN)
        scene.romeo.open(BALCONY)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.xtls(ROMEO, "start")
        scene.romeo_proxy.wait_stanza(
            proxy.DOWN, f"{check.JINGLE}[@action='session-initiate']",
            **{"from": BALCONY})
        phone.xtls(ROMEO, "start")
        scene.romeo.expect_state("unverified", resource="phone")
        scene.juliet_proxy.release()
        scene.juliet.expect_message(re.compile(
            f"{check.FAILED}: {ROMEO} {ELSEWHERE}"))


def test_two_accounts_of_one_client_talk_to_each_other():
    with Scene(login=False) as scene:
        one = scene.romeo
        for jid, through in ((ORCHARD, scene.romeo_proxy),
                             (BALCONY, scene.juliet_proxy)):
            scene.login(one, jid, through)
        pairs = ((ROMEO, JULIET), (JULIET, ROMEO))
        for account, who in pairs:
            one.expect("xtls-capability-changed", account=account, who=who,
                       capability="present")
            one.call("open", account, who)
        one.call("cmd", ROMEO, JULIET, "xtls start")
        for account, who in pairs:
            one.expect_state("unverified", account=account, who=who)
        for number in range(20):
            for account, who in pairs:
                text = f"{account} says {number}"
                one.call("say", account, who, text)
                one.expect_message(text, account=who, flags=["recv"])
        prints = [one.call("status", account, who) for account, who in pairs]
        assert prints[0]["fingerprint"] == prints[1]["own_fingerprint"]
        assert prints[0]["fingerprint"] != prints[0]["own_fingerprint"]
        one.call("cmd", ROMEO, JULIET, f"xtls verify "
                                       f"{prints[0]['fingerprint']}")
        one.expect_state("private", account=ROMEO)
        assert one.call("status", JULIET, ROMEO)["state"] == "unverified"
        one.call("cmd", ROMEO, JULIET, "xtls end")
        one.expect_state("finished", account=JULIET)
        one.call("say", JULIET, ROMEO, "held between accounts")
        assert one.call("status", JULIET, ROMEO)["held"] == 1
        for through in scene.proxies:
            assert not through.leaks("says 1", "held between")


def test_two_accounts_of_one_client_are_kept_apart():
    """Both accounts have Juliet as a contact, and only one is private with
    her."""
    nurse = "nurse@capulet.lit"
    with Scene(accounts={nurse: "x"}, contacts=[(nurse, JULIET)]) as scene:
        one = scene.romeo
        one.call("login", f"{nurse}/hall", "x", "127.0.0.1",
                 scene.add_proxy().port)
        one.expect("connected", account=nurse)
        scene.juliet.expect("presence", who=nurse, online=True)
        scene.go_private()
        one.call("open", nurse, JULIET)
        one.call("say", nurse, JULIET, "in clear from the nurse")
        scene.juliet.expect_message("in clear from the nurse")
        one.call("say", ROMEO, JULIET, "private from Romeo")
        scene.juliet.expect_message("private from Romeo")
        scene.juliet.say(nurse, "in clear to the nurse")
        one.expect_message("in clear to the nurse", account=nurse)
        own = [one.api("get_own_fingerprint", account)["value"]
               for account in (ROMEO, nurse)]
        assert own[0] != own[1]
        for through in scene.proxies:
            assert not through.leaks("private from Romeo")


def test_many_contacts_at_once():
    count, turns = 8, 20
    others = {f"friend{n}@capulet.lit": "x" for n in range(count)}
    with Scene(accounts=others,
               contacts=[(ROMEO, jid) for jid in others]) as scene:
        friends = {}
        for jid in others:
            friends[jid] = scene.add_client(jid.split("@")[0])
            scene.login(friends[jid], f"{jid}/home", scene.add_proxy())
        for jid in others:
            scene.romeo.expect("xtls-capability-changed", who=jid,
                               capability="present")
            friends[jid].expect("xtls-capability-changed", who=ROMEO,
                                capability="present")
        for jid in others:
            scene.romeo.xtls(jid, "start")
        check.until_private(*((scene.romeo, jid) for jid in others),
                            *((friend, ROMEO) for friend in friends.values()))
        for friend in friends.values():
            friend.open(ROMEO)
        for turn in range(turns):
            for jid, friend in friends.items():
                scene.romeo.call("say", ROMEO, jid, f"Dear {jid} {turn:02}")
                friend.call("say", jid, ROMEO, f"Yours, {jid} {turn:02}")
        for jid, friend in friends.items():
            friend.expect_message(f"Dear {jid} {turns - 1}", flags=["recv"])
            scene.romeo.expect_message(f"Yours, {jid} {turns - 1}",
                                       flags=["recv"])
            assert check.received(friend) == [
                f"Dear {jid} {turn:02}" for turn in range(turns)]
            assert check.received(scene.romeo, jid) == [
                f"Yours, {jid} {turn:02}" for turn in range(turns)]
        # One conversation is ended, one contact's client is killed, and one
        # stays.
        ends, dies, stays, *_ = others
        scene.romeo.forget()
        friends[ends].xtls(ROMEO, "end")
        scene.romeo.expect_state("finished", who=ends)
        friends[dies].kill()
        scene.romeo.expect_state("waiting", who=dies)
        scene.romeo.say(stays, "and you stay")
        friends[stays].expect_message("and you stay")
        for jid in list(others)[2:]:
            assert scene.romeo.status(jid)["state"] == "unverified"
        scene.assert_nothing_leaked("Dear friend", "Yours, friend", "and you stay")
