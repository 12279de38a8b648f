# SPDX-License-Identifier: GPL-2.0-or-later
"""The user can decide about held messages more than once; many of them are sent
in pieces."""

import itertools
import re

from xtlstest import check, client, proxy, tap
from xtlstest.scene import JULIET, ROMEO, Scene
from xtlstest.talk import Talk, exchange_ids
from test_menus import xtls_menu


def hold_one(scene, text="parting"):
    scene.go_private()
    scene.juliet.xtls(ROMEO, "end")
    scene.romeo.expect_state("finished")
    scene.romeo.say(JULIET, text)
    scene.romeo.expect_message(re.compile(check.HELD))


def test_keep_waiting_is_not_final():
    with Scene() as scene:
        romeo = scene.romeo
        try:
            romeo.xtls(JULIET, "held")
        except client.Failed as failure:
            assert "No message is held." in str(failure.answer), failure.answer
        else:
            raise AssertionError("there was something to decide")
        hold_one(scene)
        for _ in range(2):
            romeo.xtls(JULIET, "held")
            dialog = romeo.expect("request", title="Messages are held")
            assert romeo.status(JULIET)["choice_waits"]
            romeo.answer(dialog, "Keep waiting")
            check.assert_state(romeo, JULIET, "finished", held=1,
                               choice_waits=False)
        xtls_menu(romeo, JULIET, entry="_Held messages (1)…")
        romeo.answer(romeo.expect("request", title="Messages are held"),
                     "Send unencrypted")
        scene.juliet.expect_message(re.compile("parting"))
        check.assert_state(romeo, JULIET, "not-private", held=0)


def test_required_does_not_offer_to_send_unencrypted():
    with Scene() as scene:
        romeo = scene.romeo
        hold_one(scene)
        romeo.xtls(JULIET, "policy required")
        romeo.xtls(JULIET, "held")
        dialog = romeo.expect("request", title="Messages are held")
        assert dialog["buttons"] == ["_Keep waiting", "_Discard"], dialog
        try:
            romeo.api("choose", ROMEO, JULIET, "send")
        except client.Failed as failure:
            assert "unencrypted" in str(failure.answer), failure.answer
        else:
            raise AssertionError("it was sent")
        romeo.answer(dialog, "Discard")
        romeo.expect_message("The message “parting” was not sent.")
        scene.assert_nothing_leaked("parting")


def test_nothing_is_sent_unencrypted_while_offline():
    """It is held as before, and can be sent later."""
    with Scene() as scene:
        romeo = scene.romeo
        hold_one(scene)
        romeo.xtls(JULIET, "held")
        romeo.logout()
        try:
            romeo.api("choose", ROMEO, JULIET, "send")
        except client.Failed as failure:
            assert "offline" in failure.answer["why"], failure.answer
        else:
            raise AssertionError("it was sent")
        check.assert_state(romeo, JULIET, "finished", held=1,
                           choice_waits=True)
        scene.assert_nothing_leaked("parting")


def test_what_was_sent_inside_is_reported_when_the_rest_is_sent_unencrypted():
    """It is not sent in clear, and not resumed later."""
    with Scene() as scene:
        romeo = scene.romeo
        scene.go_private()
        exchange_ids(scene, Talk(scene))
        scene.romeo_proxy.hold(proxy.UP)
        romeo.say(JULIET, "sent inside")
        scene.romeo_proxy.cut()
        romeo.expect("disconnected")
        scene.romeo_proxy.release()
        romeo.forget()
        scene.login(romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        romeo.expect("xtls-capability-changed", capability="present")
        romeo.say(JULIET, "parting")
        romeo.xtls(JULIET, "held")
        romeo.answer(romeo.expect("request", title="Messages are held"),
                     "Send unencrypted")
        romeo.expect_message(re.compile("“sent inside” may not have been"))
        scene.juliet.expect_message(re.compile("parting"))
        assert not scene.romeo_proxy.leaks("sent inside")


WHEN_ONLINE = "It is sent when your contact is back online."
WHEN_PRIVATE = "It is sent as soon as the conversation is private."


def test_another_reason_is_told_when_the_contact_returns_without_the_plugin():
    with Scene(policy="automatic") as scene:
        romeo = scene.romeo
        romeo.open(JULIET)
        check.until_private((romeo, JULIET), (scene.juliet, ROMEO))
        romeo.forget()
        scene.juliet.quit()
        romeo.expect("xtls-capability-changed", capability="offline")
        romeo.expect_state("waiting")
        romeo.say(JULIET, "parting")
        romeo.expect_message(re.compile(WHEN_ONLINE))
        without = scene.add_client("without", plugins=[])
        scene.login(without, f"{JULIET}/balcony")
        romeo.expect_message(re.compile(WHEN_PRIVATE))
        for line in (WHEN_ONLINE, WHEN_PRIVATE):
            assert sum(line in told for told in
                       check.system_lines(romeo, JULIET)) == 1, line
        # She goes, and the first line is true again.
        romeo.forget()
        without.logout()
        romeo.expect_message(re.compile(WHEN_ONLINE))
        # The third time, it is told later.
        romeo.forget()
        scene.login(without, f"{JULIET}/balcony")
        romeo.expect("xtls-capability-changed", capability="absent")
        for seconds in (5, 5):
            romeo.call("skip", seconds)
            romeo.xtls(JULIET, "status")
            romeo.expect_message(re.compile("Waiting"))
        assert sum(WHEN_PRIVATE in told for told in
                   check.system_lines(romeo, JULIET)) == 1
        romeo.call("skip", 5)
        romeo.expect_message(re.compile(WHEN_PRIVATE))
        scene.assert_nothing_leaked("parting")


def test_another_reason_is_told_when_a_policy_is_chosen():
    with Scene() as scene:
        romeo = scene.romeo
        scene.go_private()
        scene.juliet.kill()
        romeo.expect_state("waiting")
        romeo.say(JULIET, "parting")
        romeo.expect_message(re.compile("held until you restart"))
        romeo.xtls(JULIET, "policy automatic")
        romeo.expect_message(re.compile(WHEN_ONLINE))


# --- as many as there is room for -------------------------------------------

# Long enough that sending them takes a while.
MANY = [f"number {number} of many" + " and more" * 100
        for number in range(250)]
SENT = 1  # XTLS_FATE_SENT
LAST_MAY = "The last messages may not have arrived"


def hold_many(scene):
    scene.go_private()
    scene.juliet.xtls(ROMEO, "end")
    scene.romeo.expect_state("finished")
    scene.romeo.say_at_once(JULIET, MANY)
    check.assert_state(scene.romeo, JULIET, "finished", held=len(MANY))


def count_sent(one):
    return len([event for event in one.seen("xtls-held")
                if event["fate"] == SENT])


def send_many():
    """Returns how long the longest turn of either client's main loop was, in
    microseconds of CPU."""
    with Scene() as scene:
        romeo, juliet = scene.romeo, scene.juliet
        hold_many(scene)
        romeo.expect_message(re.compile("Your messages are held"))
        for one in romeo, juliet:
            one.call("longest-turn")
        juliet.xtls(ROMEO, "start")
        romeo.expect("xtls-held", fate=SENT)
        romeo.say(JULIET, "typed meanwhile")
        juliet.expect_message("typed meanwhile")
        longest = max(one.call("longest-turn")["longest"]
                      for one in (romeo, juliet))
        assert check.received(juliet) == MANY + ["typed meanwhile"]
        romeo.expect_message(re.compile("25[01] held messages were sent"))
        check.sync_all(scene)
        check.assert_state(romeo, JULIET, "unverified", held=0)
        scene.assert_nothing_leaked("of many", "typed meanwhile")
        return longest


def test_many_are_sent_in_order_and_block_nobody():
    """What is typed while they are sent comes behind them, and no turn of a
    main loop takes long. What else the machine does can only make a turn
    longer, so one good measurement of three is enough."""
    turns = []
    while not turns or (min(turns) > 5000 and len(turns) < 3):
        turns.append(send_many())
    assert client.SANITIZED or min(turns) <= 5000, turns


def end_with_many():
    """Returns as send_many()."""
    with Scene() as scene:
        romeo = scene.romeo
        hold_many(scene)
        romeo.expect_message(re.compile("Your messages are held"))
        romeo.call("longest-turn")
        romeo.xtls(JULIET, "end")
        lines = check.system_lines(romeo, JULIET)
        longest = romeo.call("longest-turn")["longest"]
        assert check.YOU_ENDED in lines[-len(MANY) - 1], lines[-len(MANY) - 1]
        assert lines[-len(MANY):] == [
            f"The message “{text}” was not sent." for text in MANY]
        check.assert_state(romeo, JULIET, "not-private", held=0)
        scene.assert_nothing_leaked("of many")
        return longest


def test_end_with_many_blocks_nobody():
    turns = []
    while not turns or (min(turns) > 5000 and len(turns) < 3):
        turns.append(end_with_many())
    assert client.SANITIZED or min(turns) <= 5000, turns


def test_goes_while_many_are_shown_as_not_sent():
    """Those that were not written into the window are shown elsewhere, or told
    at the next start."""
    with Scene() as scene:
        romeo = scene.romeo
        hold_many(scene)
        romeo.call_at_once([("cmd", ROMEO, JULIET, "xtls end"),
                            ("close", ROMEO, JULIET)])
        notice = romeo.expect("notify", type="formatted")
        told = " ".join(check.system_lines(romeo, JULIET) + [notice["text"]])
        for text in MANY:
            assert text in told, text
        assert len(romeo.seen("notify")) == 1
        # Closing the window tells her so, in clear.
        assert not scene.romeo_proxy.leaks("of many")


def test_nothing_waits_until_many_are_shown_as_not_confirmed():
    """Neither a line in another window, nor the next one in the same."""
    nurse = "nurse@capulet.lit"
    with Scene() as scene:
        romeo = scene.romeo
        scene.go_private()
        exchange_ids(scene, Talk(scene))
        romeo.open(nurse)
        scene.romeo_proxy.hold(proxy.UP)
        romeo.say_at_once(JULIET, MANY)
        scene.romeo_proxy.cut()
        romeo.expect("disconnected")
        romeo.call_at_once([("cmd", ROMEO, JULIET, "xtls end"),
                            ("cmd", ROMEO, nurse, "xtls policy"),
                            ("cmd", ROMEO, JULIET, "xtls policy")])
        check.catch_up(romeo)
        texts = [event["text"] for event in romeo.seen("message")]
        end, = (place for place, text in enumerate(texts)
                if check.YOU_ENDED in text)
        after = texts[end + 1:]
        quotes = [text for text in after
                  if "never confirmed" in text and "of many" in text]
        for quote, text in itertools.zip_longest(quotes, MANY):
            assert f"“{text}”" in quote, (quote, text)
        for who in nurse, JULIET:
            policy, = (place for place, text in enumerate(after)
                       if f"The policy for {who}" in text)
            assert policy < after.index(quotes[-1]), (who, policy)


def test_ended_while_many_are_sent():
    """Each either arrives or is reported."""
    with Scene() as scene:
        romeo, juliet = scene.romeo, scene.juliet
        hold_many(scene)
        juliet.xtls(ROMEO, "start")
        romeo.expect("xtls-held", fate=SENT)
        romeo.xtls(JULIET, "end")
        juliet.expect_message(re.compile(check.HAS_ENDED))
        check.sync_all(scene)
        sent = count_sent(romeo)
        assert check.received(juliet) == MANY[:sent]
        lines = " ".join(check.system_lines(romeo, JULIET))
        for text in MANY[sent:]:
            assert text in lines, (sent, text)
        check.assert_state(romeo, JULIET, "not-private", held=0)
        scene.assert_nothing_leaked("of many")


def test_key_is_forgotten_while_many_are_sent():
    """Nothing more is sent until the user has decided, and the rest then."""
    with Scene() as scene:
        romeo, juliet = scene.romeo, scene.juliet
        hold_many(scene)
        juliet.xtls(ROMEO, "start")
        romeo.expect("xtls-held", fate=SENT)
        key = romeo.status(JULIET)["fingerprint"]
        romeo.api("forget_key", ROMEO, JULIET, key)
        romeo.expect_state("new-key")
        sent = count_sent(romeo)
        romeo.say(JULIET, "typed meanwhile")
        juliet.expect_message(MANY[sent - 1])
        check.sync_all(scene)
        assert count_sent(romeo) == sent
        assert check.received(juliet) == MANY[:sent]
        check.assert_state(romeo, JULIET, "new-key", held=251 - sent)
        romeo.api("decide_key", ROMEO, JULIET, key, "accept")
        juliet.expect_message("typed meanwhile")
        assert check.received(juliet) == MANY + ["typed meanwhile"]
        scene.assert_nothing_leaked("of many", "typed meanwhile")


def test_cut_off_while_many_are_sent():
    """What was not sent is sent when the conversation is private again. Each
    arrives once, in order, or is reported as perhaps not arrived."""
    with Scene() as scene:
        romeo, juliet = scene.romeo, scene.juliet
        hold_many(scene)
        juliet.xtls(ROMEO, "start")
        romeo.expect("xtls-held", fate=SENT)
        scene.romeo_proxy.cut()
        romeo.expect("disconnected")
        before = count_sent(romeo)
        juliet.expect_state("waiting")
        for one in (romeo, juliet):
            one.forget()
        scene.romeo_proxy.release()
        scene.login(romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        for one in (romeo, juliet):
            one.expect("xtls-capability-changed", capability="present")
        juliet.xtls(ROMEO, "start")
        check.until_private((romeo, JULIET))
        romeo.say(JULIET, "typed after it")
        juliet.expect_message("typed after it")
        sent = check.received(juliet)
        assert sent == [text for text in MANY + ["typed after it"]
                        if text in sent]
        lines = " ".join(check.system_lines(romeo, JULIET))
        # Before the peer has said that it counts, only so many are kept.
        kept = max(0, before - 64) if LAST_MAY in lines else 0
        for text in MANY[kept:]:
            assert text in sent or text in lines, (sent, lines)
        scene.assert_nothing_leaked("of many", "typed after it")


if __name__ == "__main__":
    tap.run(globals())
