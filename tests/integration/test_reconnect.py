# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients and connections that come and go during private conversations."""

import re

from xtlstest import check, client, proxy
from xtlstest.scene import JULIET, ROMEO, Scene

ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
UNCONFIRMED = "may not have been delivered"


def return_of(scene, one, restart=False):
    """Logs in again and waits until both see it."""
    jid, through, other = (
        (ORCHARD, scene.romeo_proxy, scene.juliet) if one is scene.romeo
        else (BALCONY, scene.juliet_proxy, scene.romeo))
    other.forget()
    if restart:
        one.start()
    one.forget()
    scene.login(one, jid, through)
    for side, who in ((one, other.account), (other, one.account)):
        side.expect("xtls-capability-changed", who=who, capability="present")


def cut(scene, one):
    """Breaks its connection and waits until both know it."""
    through = scene.romeo_proxy if one is scene.romeo else scene.juliet_proxy
    other = scene.juliet if one is scene.romeo else scene.romeo
    through.cut()
    one.expect("disconnected")
    one.expect_state("finished")
    other.expect_state("waiting")
    through.release()


def expect_once(one, text):
    """The message may have arrived before the cut, because the proxy may have
    released what it held when the client went."""
    if not one.seen("message", text=text, flags=["recv"]):
        one.expect_message(text, flags=["recv"])


def let_nothing_reach(scene):
    """For Juliet, who is about to go. A socket that is closed while something
    arrives may lose what was written last, her farewell; an acknowledgement
    comes a second after her words."""
    check.sync_all(scene)
    scene.juliet_proxy.hold(proxy.DOWN)


def go_resumable(scene):
    """Goes private and waits until each side has the id for resuming the
    stream, which Romeo requests after the features and Juliet's response
    contains."""
    scene.go_private()
    for number in range(2):
        scene.romeo.say(JULIET, f"before {number}")
        scene.juliet.expect_message(f"before {number}")
        scene.juliet.say(ROMEO, f"before {number}")
        scene.romeo.expect_message(f"before {number}", flags=["recv"])


def test_peer_is_killed():
    with Scene() as scene:
        scene.romeo.open(JULIET)
        scene.go_private()
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        for text, line in (("first", re.compile(check.HELD)),
                           ("second", "2 messages are held.")):
            scene.romeo.say(JULIET, f"{text} to the dead")
            scene.romeo.expect_message(line)
        check.assert_state(scene.romeo, JULIET, "waiting", held=2)
        return_of(scene, scene.juliet, restart=True)
        # Her return alone does not release held messages.
        check.sync_all(scene)
        check.assert_state(scene.romeo, JULIET, "waiting", held=2)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("first to the dead")
        scene.juliet.expect_message("second to the dead")
        check.assert_lines(
            scene.romeo, JULIET, check.ATTEMPTING, check.UNVERIFIED,
            check.CUT_OFF, check.HELD, "2 messages are held.",
            check.ATTEMPTING, check.UNVERIFIED, "2 held messages were sent.")
        scene.assert_nothing_leaked("to the dead")


def test_killed_peer_calls_again():
    with Scene() as scene:
        scene.go_private()
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        scene.romeo.say(JULIET, "held for her")
        return_of(scene, scene.juliet, restart=True)
        scene.go_private(scene.juliet, scene.romeo)
        scene.juliet.expect_message("held for her")
        scene.juliet.say(ROMEO, "risen")
        scene.romeo.expect_message("risen")
        scene.assert_nothing_leaked("held for her", "risen")


RESEND = "Send _again what was not confirmed"


def by_command(one, who):
    one.xtls(who, "resend")


def by_menu(one, who):
    one.call("menu", one.account, who, "conversation", RESEND)


def by_face(one, who):
    one.api("resend", one.account, who)


def test_unconfirmed_messages_are_reported_when_the_peer_has_forgotten():
    for resend in (by_command, by_menu, by_face):
        check_unconfirmed(resend)


def check_unconfirmed(resend):
    """A killed client cannot resume. Messages that it never confirmed are
    shown again once, and are not sent again."""
    with Scene() as scene:
        go_resumable(scene)
        scene.juliet.stop()
        count = len(scene.romeo_proxy.blocks(proxy.UP))
        scene.romeo.say(JULIET, "into the void")
        scene.romeo_proxy.wait(lambda: len(
            scene.romeo_proxy.blocks(proxy.UP)) > count)
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        return_of(scene, scene.juliet, restart=True)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message(re.compile(
            f"into the void.*{UNCONFIRMED}"))
        scene.romeo.say(JULIET, "after it")
        scene.juliet.expect_message("after it")
        assert check.received(scene.juliet)[2:] == ["after it"]
        lines = [line for line in check.system_lines(scene.romeo, JULIET)
                 if "into the void" in line]
        assert len(lines) == 1, lines
        # The user may send them again, with one command, which works once.
        scene.romeo.expect_message(re.compile(
            "To send 1 unconfirmed message again, type /xtls resend"))
        assert scene.romeo.status(JULIET)["unconfirmed"] == 1
        resend(scene.romeo, JULIET)
        scene.romeo.expect_message("1 unconfirmed message is sent again.")
        scene.juliet.expect_message("into the void")
        assert scene.romeo.status(JULIET)["unconfirmed"] == 0
        try:
            scene.romeo.xtls(JULIET, "resend")
        except client.Failed as failure:
            assert "no unconfirmed message" in failure.answer["error"]
        else:
            raise AssertionError("sent twice")
        check.sync_all(scene)
        assert check.received(scene.juliet)[2:] == ["after it", "into the void"]
        scene.assert_nothing_leaked("into the void", "after it")


def test_typed_text_does_not_overtake_unconfirmed_messages():
    """Her restarted client calls, and for a while does not say that it cannot
    resume. What he types then must not overtake his earlier messages."""
    with Scene() as scene:
        go_resumable(scene)
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
        return_of(scene, scene.juliet, restart=True)
        known = {sid for _, sid in scene.juliet_proxy.streams()}

        def deafen(link, direction, unit):
            """Lets nothing reach her after her second block, which completes
            her part of the start. With a hello, her first block would already
            say what she has lost."""
            block = direction == proxy.UP and unit.ibb()
            if block and block[0] not in known and block[1] == 1:
                scene.juliet_proxy.hold(proxy.DOWN)
            return proxy.without_hello(link, direction, unit)

        scene.juliet_proxy.hook = deafen
        scene.juliet.xtls(ROMEO, "start")
        scene.romeo.expect_state("unverified")
        scene.romeo.say(JULIET, "are you there")
        scene.romeo.expect_message(re.compile(
            f"^{check.HELD}: the contact’s client has not said"))
        check.assert_state(scene.romeo, JULIET, "unverified", held=1)
        scene.juliet_proxy.hook = None
        scene.juliet_proxy.release()
        scene.juliet.expect_message("are you there")
        scene.assert_nothing_leaked("are you there")


def talk_across_a_cut(scene, directions, restart):
    """Both type more while nothing passes, then the connection breaks. Nothing
    is lost and nothing is doubled."""
    ours = [f"mercutio {number}" for number in range(6)]
    theirs = [f"tybalt {number}" for number in range(6)]
    go_resumable(scene)
    for number in range(2):
        scene.romeo.say(JULIET, ours[number])
        scene.juliet.say(ROMEO, theirs[number])
    scene.juliet.expect_message(ours[1], flags=["recv"])
    scene.romeo.expect_message(theirs[1], flags=["recv"])
    scene.romeo_proxy.hold(*directions)
    for number in range(2, 4):
        scene.romeo.say(JULIET, ours[number])
        scene.juliet.say(ROMEO, theirs[number])
    if proxy.UP not in directions:
        scene.juliet.expect_message(ours[3], flags=["recv"])
    if proxy.DOWN not in directions:
        scene.romeo.expect_message(theirs[3], flags=["recv"])
    scene.juliet.call("ping")
    cut(scene, scene.romeo)
    # libpurple sends nothing while the account is offline.
    for number in range(4, 6):
        scene.juliet.say(ROMEO, theirs[number])
    return_of(scene, scene.romeo)
    for number in range(4, 6):
        scene.romeo.say(JULIET, ours[number])
    restart(scene)
    check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
    scene.romeo.say(JULIET, "and further")
    scene.juliet.say(ROMEO, "so on")
    scene.juliet.expect_message("and further", flags=["recv"])
    scene.romeo.expect_message("so on", flags=["recv"])
    for one, said in ((scene.juliet, ours + ["and further"]),
                      (scene.romeo, theirs + ["so on"])):
        found = [t for t in check.received(one) if "before" not in t]
        assert found == said, found
    for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
        lines = check.system_lines(one, who)
        assert not [l for l in lines if UNCONFIRMED in l], lines
        assert sum(check.CUT_OFF in l for l in lines) == 1, lines
    scene.assert_nothing_leaked("mercutio", "tybalt", "and further")


def by_romeo(scene):
    scene.romeo.xtls(JULIET, "start")


def by_juliet(scene):
    scene.juliet.xtls(ROMEO, "start")


def by_both(scene):
    """Each side sends its request before it sees the other's."""
    since = len(scene.romeo_proxy.records), len(scene.juliet_proxy.records)
    scene.romeo_proxy.hold(proxy.DOWN)
    scene.juliet_proxy.hold(proxy.DOWN)
    by_romeo(scene)
    by_juliet(scene)
    for through, begin in zip((scene.romeo_proxy, scene.juliet_proxy), since):
        through.wait_stanza(proxy.DOWN, check.JINGLE, since=begin)
    scene.romeo_proxy.release()
    scene.juliet_proxy.release()


def test_cut_with_messages_on_their_way_out():
    with Scene() as scene:
        talk_across_a_cut(scene, [proxy.UP], by_romeo)


def test_cut_with_messages_on_their_way_in():
    with Scene() as scene:
        talk_across_a_cut(scene, [proxy.DOWN], by_romeo)


def test_cut_with_messages_on_both_ways():
    with Scene() as scene:
        talk_across_a_cut(scene, [proxy.UP, proxy.DOWN], by_romeo)


def test_cut_and_restarted_by_the_other_side():
    with Scene() as scene:
        talk_across_a_cut(scene, [proxy.UP, proxy.DOWN], by_juliet)


def test_cut_and_restarted_by_both_at_once():
    """Whichever of the two wins."""
    for _ in range(6):
        with Scene() as scene:
            talk_across_a_cut(scene, [proxy.UP, proxy.DOWN], by_both)


def test_cut_again_and_again():
    with Scene() as scene:
        go_resumable(scene)
        said = []
        for number in range(4):
            scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
            said.append(f"attempt {number}")
            scene.romeo.say(JULIET, said[-1])
            scene.romeo.call("ping")
            cut(scene, scene.romeo)
            return_of(scene, scene.romeo)
            scene.romeo.xtls(JULIET, "start")
            expect_once(scene.juliet, said[-1])
            scene.juliet.say(ROMEO, f"heard {number}")
            scene.romeo.expect_message(f"heard {number}")
        assert check.received(scene.juliet)[2:] == said
        scene.assert_nothing_leaked("attempt")


def test_called_again_before_the_cut_was_noticed():
    """Juliet is not told that Romeo has gone. Unless a block of hers bounces,
    her session is still open when he calls, and is resumed nevertheless."""
    def hide(link, direction, unit):
        gone = unit.name == "presence" and b"unavailable" in unit.raw
        return proxy.DROP if gone and direction == proxy.DOWN else None

    with Scene() as scene:
        go_resumable(scene)
        scene.juliet_proxy.hook = hide
        scene.romeo_proxy.hold(proxy.UP)
        scene.romeo.say(JULIET, "in between")
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo.expect_state("finished")
        scene.romeo_proxy.release()
        return_of(scene, scene.romeo)
        scene.romeo.xtls(JULIET, "start")
        expect_once(scene.juliet, "in between")
        scene.juliet.say(ROMEO, "heard")
        scene.romeo.expect_message("heard", flags=["recv"])
        scene.assert_nothing_leaked("in between", "heard")


def test_cut_before_it_could_be_resumed():
    """Sent messages are reported as unconfirmed, and are not sent again."""
    blocks = []

    def keep_answers(link, direction, unit):
        """Nothing from inside reaches Romeo after her header, which is in her
        second block. With a hello, he would already know the stream's id."""
        if direction == proxy.DOWN and b"<data " in unit.raw:
            blocks.append(unit)
            if len(blocks) > 2:
                return proxy.DROP
        return proxy.without_hello(link, direction, unit)

    with Scene() as scene:
        scene.romeo_proxy.hook = keep_answers
        scene.go_private()
        scene.romeo.say(JULIET, "too soon")
        scene.juliet.expect_message("too soon")
        scene.romeo_proxy.hook = None
        cut(scene, scene.romeo)
        scene.romeo.expect_message(re.compile(f"too soon.*{UNCONFIRMED}"))
        return_of(scene, scene.romeo)
        scene.romeo.xtls(JULIET, "start")
        check.until_private((scene.romeo, JULIET))
        scene.romeo.say(JULIET, "after it")
        scene.juliet.expect_message("after it")
        assert check.received(scene.juliet) == ["too soon", "after it"]
        lines = check.system_lines(scene.romeo, JULIET)
        assert sum("too soon" in line for line in lines) == 1, lines


def test_end_after_a_cut_shows_unconfirmed_messages():
    with Scene() as scene:
        go_resumable(scene)
        scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
        scene.romeo.say(JULIET, "on its way")
        scene.romeo.call("ping")
        cut(scene, scene.romeo)
        return_of(scene, scene.romeo)
        scene.romeo.say(JULIET, "typed later")
        scene.romeo.expect_message(re.compile(check.HELD))
        scene.romeo.xtls(JULIET, "end")
        scene.romeo.expect_state("not-private")
        lines = check.system_lines(scene.romeo, JULIET)
        assert sum("on its way" in l and UNCONFIRMED in l for l in lines) == 1
        assert sum("typed later" in l and "not sent" in l for l in lines) == 1
        scene.romeo.say(JULIET, "in clear now")
        scene.juliet.expect_message(f"{check.CLEAR}in clear now")
        assert not [t for t in check.received(scene.juliet)
                    if t in ("on its way", "typed later")]
        for through in scene.proxies:
            assert not through.leaks("on its way", "typed later")


def test_peers_connection_is_cut_while_nothing_is_said():
    with Scene() as scene:
        scene.romeo.open(JULIET)
        scene.go_private()
        cut(scene, scene.juliet)
        return_of(scene, scene.juliet)
        scene.romeo.xtls(JULIET, "start")
        check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
        # The server may bounce a block before it reports that she is gone.
        check.assert_lines(
            scene.romeo, JULIET, check.ATTEMPTING, check.UNVERIFIED,
            check.CUT_OFF, check.ATTEMPTING, check.UNVERIFIED)


def test_account_is_disabled_and_returns():
    with Scene() as scene:
        scene.juliet.open(ROMEO)
        go_resumable(scene)
        scene.romeo.say(JULIET, "last words")
        scene.romeo.logout()
        scene.romeo.expect_state("finished")
        scene.juliet.expect_state("waiting")
        scene.juliet.say(ROMEO, "where are you")
        check.assert_state(scene.romeo, JULIET, "finished")
        return_of(scene, scene.romeo)
        scene.romeo.say(JULIET, "while away")
        check.sync_all(scene)
        assert "while away" not in check.received(scene.juliet)
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message("where are you")
        scene.juliet.expect_message("while away")
        # The line may come before the end or once more after it, because a
        # socket that is closed at once may lose the last bytes.
        assert check.received(scene.juliet)[2:] == ["last words", "while away"]
        lines = check.system_lines(scene.romeo, JULIET)
        assert sum("your account went offline" in l for l in lines) == 1, lines
        scene.assert_nothing_leaked("last words", "while away", "where are")


def test_client_quits():
    with Scene() as scene:
        scene.romeo.open(JULIET)
        scene.go_private()
        scene.juliet.say(ROMEO, "good night, good night")
        scene.romeo.expect_message("good night, good night")
        let_nothing_reach(scene)
        scene.juliet.quit()
        # The session is closed properly, and yet no user has ended the
        # conversation.
        scene.romeo.expect_state("waiting")
        *lines, last = check.system_lines(scene.romeo, JULIET)
        assert len(lines) == 2, lines
        assert "went offline" in last, last
        scene.juliet_proxy.release()
        scene.romeo.say(JULIET, "till it be morrow")
        scene.romeo.expect_message(re.compile(check.HELD))
        return_of(scene, scene.juliet, restart=True)
        check.sync_all(scene)
        assert not check.received(scene.juliet)
        scene.romeo.xtls(JULIET, "start")
        scene.juliet.expect_message("till it be morrow")
        scene.assert_nothing_leaked("good night", "morrow")


def check_leaving(policy, leave, back):
    """A contact who goes offline has not ended the conversation. Messages
    typed meanwhile are held and sent once she is back, by itself if the policy
    starts by itself."""
    texts = ("till it be morrow", "parting is such sweet sorrow")
    with Scene(policy=policy) as scene:
        scene.romeo.open(JULIET)
        if policy == "manual":
            scene.romeo.xtls(JULIET, "start")
        check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
        scene.juliet.say(ROMEO, "good night, good night")
        scene.romeo.expect_message("good night, good night")
        let_nothing_reach(scene)
        scene.romeo.forget()
        leave(scene.juliet)
        scene.romeo.expect_state("waiting")
        scene.romeo.expect_message(re.compile("went offline"))
        scene.juliet_proxy.release()
        scene.romeo.say(JULIET, texts[0])
        scene.romeo.expect_message(re.compile(check.HELD))
        scene.romeo.say(JULIET, texts[1])
        check.assert_state(scene.romeo, JULIET, "waiting", held=2)
        back(scene)
        if policy == "manual":
            check.sync_all(scene)
            check.assert_state(scene.romeo, JULIET, "waiting", held=2)
            scene.romeo.xtls(JULIET, "start")
        for text in texts:
            scene.juliet.expect_message(text)
        assert check.received(scene.juliet, ROMEO) == list(texts)
        scene.assert_nothing_leaked("good night", *texts)


def test_contact_quits():
    for policy in ("manual", "automatic", "required"):
        check_leaving(policy, lambda one: one.quit(),
                      lambda scene: return_of(scene, scene.juliet, True))


def test_contact_signs_off():
    for policy in ("automatic", "required"):
        check_leaving(policy, lambda one: one.logout(),
                      lambda scene: return_of(scene, scene.juliet))


def test_contact_unloads_the_plugin():
    for policy in ("automatic", "required"):
        check_leaving(policy, lambda one: one.unload(),
                      lambda scene: scene.juliet.load())


def test_contact_ends_and_unloads_the_plugin():
    """What she reads after she has ended it is in no count of hers, and yet it
    has arrived: it is not sent again by itself."""
    with Scene(policy="automatic") as scene:
        scene.romeo.open(JULIET)
        check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
        # He does not know yet that she has ended it.
        scene.romeo_proxy.hold(proxy.DOWN)
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.say(JULIET, "on its way")
        scene.juliet.expect_message("on its way")
        scene.juliet.unload()
        scene.romeo_proxy.release()
        scene.romeo.expect_message(re.compile(f"on its way.*{UNCONFIRMED}"))
        scene.juliet.load()
        scene.romeo.xtls(JULIET, "start")
        check.until_private((scene.romeo, JULIET))
        scene.romeo.say(JULIET, "and after it")
        scene.juliet.expect_message("and after it")
        assert check.received(scene.juliet, ROMEO) == ["on its way",
                                                       "and after it"]
        scene.assert_nothing_leaked("on its way", "and after it")


def answers_itself(link, direction, unit):
    """A server that answers capability requests itself, so that the answer
    never matches the hash that the contact announces (jabberd2 does this)."""
    if direction != proxy.DOWN or unit.kind != "stanza" \
            or unit.name != "iq" or b"disco#info" not in unit.raw:
        return None
    return re.sub(rb"<feature var=.urn:xmpp:jingle:[^>]*/>", b"", unit.raw)


def test_called_again_though_capabilities_are_unknown():
    with Scene(login=False) as scene:
        for through in scene.proxies:
            through.hook = answers_itself
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        scene.romeo.api("set_policy", ROMEO, JULIET, "automatic")
        scene.romeo.open(JULIET)
        scene.go_private()
        assert scene.romeo.api("get_capability", ROMEO,
                               JULIET)["value"] == "unknown"
        scene.romeo.forget()
        cut(scene, scene.juliet)
        scene.romeo.say(JULIET, "goes by itself")
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        check.until_private((scene.romeo, JULIET))
        scene.juliet.expect_message("goes by itself")
        assert scene.romeo.api("get_capability", ROMEO,
                               JULIET)["value"] == "unknown"
        scene.assert_nothing_leaked("goes by itself")


def test_unnoticed_restart():
    """The server never reports that the peer has gone. Messages sent into the
    dead session do not count as delivered, and the new session replaces it."""
    def deafen(link, direction, unit):
        if direction == proxy.DOWN and unit.name in ("presence", "iq") \
                and unit.xml.get("type") in ("unavailable", "error"):
            return proxy.DROP
        return None

    with Scene() as scene:
        scene.go_private()
        scene.romeo_proxy.hook = deafen
        scene.juliet.kill()
        scene.juliet.start()
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.juliet.expect("xtls-capability-changed", who=ROMEO,
                            capability="present")
        assert scene.romeo.status(JULIET)["state"] == "unverified"
        scene.romeo.forget()
        scene.juliet.xtls(ROMEO, "start")
        check.until_private((scene.juliet, ROMEO))
        scene.juliet.say(ROMEO, "born again")
        scene.romeo.expect_message("born again")
        scene.romeo.say(JULIET, "welcome")
        scene.juliet.expect_message("welcome")
        assert not scene.romeo.seen("xtls-state-changed", state="finished")
        # Once more, and this time he writes first.
        scene.juliet.kill()
        scene.juliet.start()
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        check.sync_all(scene)
        scene.romeo_proxy.hook = None
        scene.romeo.say(JULIET, "anybody there")
        scene.romeo.expect_state("finished")
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect_message(re.compile(
            f"anybody there.*{UNCONFIRMED}"))
        check.until_private((scene.juliet, ROMEO))
        assert "anybody there" not in check.received(scene.juliet)
        scene.assert_nothing_leaked("born again", "welcome", "anybody there")
