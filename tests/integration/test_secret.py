# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification by shared secret or question: right, wrong, cancelled, both at
once, and in sessions that die.
"""

import os
import re
import shutil

from xtlstest import check, client, process, proxy
from xtlstest.scene import JULIET, ROMEO, Scene

SECRET = "a nightingale, not a lark"
SAME = "know the same secret"
DIFFERENT = "typed different secrets"


def start(one, who, secret=SECRET, question=""):
    one.api("start_secret", one.account, who, question, secret)


def expect_step(one, step):
    return one.expect("xtls-secret-step", step=step)


def asked(one, **wanted):
    dialog = one.expect("request", title="Verify", **wanted)
    assert dialog["type"] == "input" and dialog["masked"], dialog
    return dialog


def both_told(scene, step, words):
    for one in (scene.romeo, scene.juliet):
        expect_step(one, step)
        one.expect_message(re.compile(words))
        assert not one.call("requests")["requests"]


def go_private(scene):
    scene.juliet.open(ROMEO)
    scene.go_private()


def sides(scene):
    return ((scene.romeo, JULIET), (scene.juliet, ROMEO))


def assert_states(scene, state, **more):
    for one, who in sides(scene):
        check.assert_state(one, who, state, **more)


def attempts(one, who):
    return one.api("get_secret", one.account, who)["attempts"]


# --- what comes of it ---------------------------------------------------------------


def test_matching_secrets():
    with Scene() as scene:
        go_private(scene)
        start(scene.romeo, JULIET)
        expect_step(scene.romeo, "waiting")
        expect_step(scene.juliet, "asked")
        # Spaces around it do not count.
        scene.juliet.answer(asked(scene.juliet), "Answer", f"  {SECRET} ")
        both_told(scene, "same", SAME)
        assert_states(scene, "private", trust="verified", how="secret")
        for one, who in sides(scene):
            status = one.status(who)
            assert abs(status["verified_at"] - one.expect_message(re.compile(
                "is verified now"))["time"]) < 60
            assert "verified by shared secret" in status["line"]
            one.expect_state("private")
        scene.romeo.say(JULIET, "so it was she")
        scene.juliet.expect_message("so it was she")
        scene.assert_nothing_leaked(SECRET, "so it was she")
        # How the key was verified is stored, and the secret is not.
        scene.romeo.quit()
        assert not [path for path, data in scene.romeo.files()
                    if SECRET.encode() in data]
        scene.romeo.start()
        (key,) = scene.romeo.api("list_keys")["keys"]
        assert (key["trust"], key["how"]) == ("verified", "secret"), key


def test_answered_by_the_one_who_was_called():
    """The roles in TLS and in this exchange are independent."""
    with Scene() as scene:
        go_private(scene)
        start(scene.juliet, ROMEO)
        scene.romeo.answer(asked(scene.romeo), "Answer", SECRET)
        both_told(scene, "same", SAME)
        assert_states(scene, "private")


def test_without_a_window():
    with Scene() as scene:
        scene.go_private()
        start(scene.romeo, JULIET)
        scene.juliet.answer(asked(scene.juliet), "Answer", "x")
        scene.juliet.expect("notify", primary=re.compile(
            f"You and {ROMEO} {DIFFERENT}"))


def test_question_given_with_the_command():
    question = "Which <b>bird</b> & %s?"
    with Scene() as scene:
        go_private(scene)
        scene.romeo.xtls(JULIET, f"secret {question}")
        scene.romeo.answer(asked(scene.romeo), "Verify", SECRET)
        dialog = asked(scene.juliet)
        assert dialog["secondary"].endswith(
            f"capital letters matter: {question}"), dialog
        assert scene.juliet.api("get_secret", JULIET,
                                ROMEO)["question"] == question
        scene.juliet.answer(dialog, "Answer", SECRET)
        expect_step(scene.romeo, "same")
        scene.romeo.expect_message(re.compile(SAME))
        # Anybody who knows the answer can ask, so only the one who asked has
        # verified the other.
        expect_step(scene.juliet, "answered")
        scene.juliet.expect_message(re.compile("knows now that it is you"))
        check.assert_state(scene.romeo, JULIET, "private")
        check.assert_state(scene.juliet, ROMEO, "unverified", how="nothing")
        scene.assert_nothing_leaked(SECRET, "Which ")


def test_wrong_and_attempts_are_counted():
    with Scene() as scene:
        go_private(scene)
        for number, guess in enumerate(("A lark", SECRET.upper(), "x"), 1):
            start(scene.romeo, JULIET)
            dialog = asked(scene.juliet)
            assert ("attempt" in dialog["secondary"]) == (number > 1)
            if number > 1:
                assert f"attempt {number} " in dialog["secondary"]
            scene.juliet.answer(dialog, "Answer", guess)
            both_told(scene, "different", DIFFERENT)
            assert_states(scene, "unverified", how="nothing")
            assert attempts(scene.romeo, JULIET) == number
            assert attempts(scene.juliet, ROMEO) == number
        scene.romeo.xtls(JULIET, "secret")
        assert "attempt 4 " in asked(scene.romeo)["secondary"]


def test_wrong_secret_keeps_earlier_trust():
    with Scene() as scene:
        go_private(scene)
        for one, who in sides(scene):
            one.xtls(who, f"verify {one.status(who)['fingerprint']}")
        start(scene.romeo, JULIET)
        scene.juliet.answer(asked(scene.juliet), "Answer", "wrong")
        both_told(scene, "different", DIFFERENT)
        assert_states(scene, "private", how="fingerprint")


def refused(one, who, words, secret=SECRET, question=""):
    try:
        start(one, who, secret, question)
    except client.Failed as failure:
        assert re.search(words, failure.answer["why"]), failure
    else:
        raise AssertionError("it was started")


def test_impossible_starts_say_why():
    with Scene() as scene:
        refused(scene.romeo, JULIET, "Start a private conversation")
        go_private(scene)
        refused(scene.romeo, JULIET, "not empty", secret=" \t ")
        refused(scene.romeo, JULIET, "too long", question="q" * 1025)
        start(scene.romeo, JULIET, question="q" * 1024)
        refused(scene.romeo, JULIET, "under way")
        dialog = asked(scene.juliet)
        refused(scene.juliet, ROMEO, "under way")
        # An empty answer does not count, and the dialog is shown again.
        scene.juliet.answer(dialog, "Answer", "  ")
        scene.juliet.expect("notify", primary=re.compile("not empty"))
        scene.juliet.xtls(ROMEO, "secret")
        scene.juliet.answer(asked(scene.juliet), "Answer", SECRET)
        expect_step(scene.romeo, "same")
        expect_step(scene.juliet, "answered")


# --- cancelled -----------------------------------------------------------------------


def test_cancelled_by_the_one_who_asks():
    with Scene() as scene:
        go_private(scene)
        start(scene.romeo, JULIET)
        dialog = asked(scene.juliet)
        scene.romeo.api("abort_secret", ROMEO, JULIET)
        scene.juliet.expect("request-closed", request=dialog["request"])
        both_told(scene, "aborted", "cancelled")
        assert_states(scene, "unverified")
        # The next attempt is a new one.
        start(scene.juliet, ROMEO)
        scene.romeo.answer(asked(scene.romeo), "Answer", SECRET)
        both_told(scene, "same", SAME)


def test_cancelled_by_the_one_who_is_asked():
    with Scene() as scene:
        go_private(scene)
        for button in ("Cancel", -1):
            start(scene.romeo, JULIET)
            scene.juliet.answer(asked(scene.juliet), button)
            both_told(scene, "aborted", "cancelled")
        assert_states(scene, "unverified")


def test_cancelled_before_it_began():
    with Scene() as scene:
        go_private(scene)
        scene.romeo.xtls(JULIET, "secret")
        scene.romeo.answer(asked(scene.romeo), "Cancel")
        check.sync_all(scene)
        assert not scene.juliet.seen("xtls-secret-step")
        assert attempts(scene.romeo, JULIET) == 0


def test_cancelled_while_the_last_steps_are_made():
    with Scene() as scene:
        go_private(scene)
        for _ in range(5):
            start(scene.romeo, JULIET)
            scene.juliet.answer(asked(scene.juliet), "Answer", SECRET)
            scene.romeo.api("abort_secret", ROMEO, JULIET)
            steps = [one.expect("xtls-secret-step", step=lambda s: s in (
                "same", "aborted"))["step"]
                for one in (scene.romeo, scene.juliet)]
            # One side may have finished already, but neither waits any longer.
            assert steps[0] == "aborted" or steps == ["same", "same"], steps
            for one, _ in sides(scene):
                assert not one.call("requests")["requests"]


# --- both at once ---------------------------------------------------------------------


def at_once(secrets, step, words, state):
    with Scene() as scene:
        go_private(scene)
        for _ in range(3):
            check.sync_all(scene)
            before = [len(p.blocks(proxy.UP)) for p in scene.proxies]
            for through in scene.proxies:
                through.hold(proxy.DOWN)
            for (one, who), secret in zip(sides(scene), secrets):
                start(one, who, secret, f"a question of {one.name}'s")
                expect_step(one, "waiting")
            # Both have sent the first step, before either sees one.
            for through, count in zip(scene.proxies, before):
                through.wait(lambda t=through, n=count:
                             len(t.blocks(proxy.UP)) > n)
            for through in scene.proxies:
                through.release()
            both_told(scene, step, words)
            for one, who in sides(scene):
                # Nobody was asked, because both had already typed the secret.
                assert not one.seen("request")
        assert_states(scene, state)
        assert attempts(scene.romeo, JULIET) == 3
        assert attempts(scene.juliet, ROMEO) == 3


def test_both_start_with_the_same_secret():
    at_once((SECRET, SECRET), "same", SAME, "private")


def test_both_start_with_different_secrets():
    at_once((SECRET, "a lark"), "different", DIFFERENT, "unverified")


# --- the session dies -------------------------------------------------------------------


def check_death(kill, state):
    with Scene() as scene:
        go_private(scene)
        start(scene.romeo, JULIET)
        asked(scene.juliet)
        kill(scene)
        expect_step(scene.romeo, "aborted")
        check.assert_state(scene.romeo, JULIET, state)
        assert attempts(scene.romeo, JULIET) == 0
        refused(scene.romeo, JULIET, "Start a private conversation")
        if scene.juliet.process.poll() is None:
            assert not scene.juliet.call("requests")["requests"]
            try:
                scene.juliet.api("answer_secret", JULIET, ROMEO, SECRET)
            except client.Failed as failure:
                assert "Nobody waits" in failure.answer["why"]
            else:
                raise AssertionError("answered")


def test_session_ended_meanwhile():
    def kill(scene):
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
    check_death(kill, "finished")


def test_ended_by_the_one_who_asks():
    def kill(scene):
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
    check_death(kill, "not-private")


def test_peer_crashes_meanwhile():
    def kill(scene):
        scene.juliet.kill()
        scene.romeo.expect_state("waiting")
    check_death(kill, "waiting")


def test_connection_breaks_meanwhile():
    def kill(scene):
        scene.juliet_proxy.cut()
        scene.juliet.expect("disconnected")
        scene.romeo.expect_state("waiting")
        scene.juliet.expect_state("finished")
    check_death(kill, "waiting")


def test_plugin_unloaded_meanwhile():
    with Scene() as scene:
        go_private(scene)
        start(scene.romeo, JULIET)
        dialog = asked(scene.juliet)
        # A step is running, and a dialog open.
        scene.juliet.unload()
        scene.juliet.expect("request-closed", request=dialog["request"])
        expect_step(scene.romeo, "aborted")
        scene.romeo.unload()
        for one in (scene.romeo, scene.juliet):
            one.load()


def test_another_session_takes_its_place():
    """Her other client, which has the same key, calls while he waits."""
    with Scene() as scene:
        go_private(scene)
        folder = process.folder("terrace")
        shutil.copytree(os.path.join(scene.juliet.dir, "xtls", "keys"),
                        os.path.join(folder, "xtls", "keys"))
        terrace = scene.add_client("terrace", folder=folder)
        scene.login(terrace, f"{JULIET}/terrace", scene.add_proxy())
        terrace.expect("presence", who=ROMEO, online=True)
        start(scene.romeo, JULIET)
        asked(scene.juliet)
        terrace.xtls(ROMEO, "start")
        terrace.expect_state("unverified")
        expect_step(scene.romeo, "aborted")
        start(scene.romeo, JULIET)
        terrace.answer(asked(terrace), "Answer", SECRET)
        expect_step(scene.romeo, "same")
        check.assert_state(scene.romeo, JULIET, "private",
                           resource="terrace")


# --- a key that waits --------------------------------------------------------------------


def test_secret_decides_about_a_new_key():
    with Scene() as scene:
        go_private(scene)
        for one, who in sides(scene):
            one.xtls(who, f"verify {one.status(who)['fingerprint']}")
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        scene.juliet.api("renew_own_key", JULIET)
        scene.romeo.say(JULIET, "only for her")
        scene.juliet.forget()
        scene.romeo.xtls(JULIET, "start")
        decision = scene.romeo.expect("request", title="New key")
        scene.juliet.expect_state("private")
        # The contact with the new key asks, which does not decide about that
        # key.
        start(scene.juliet, ROMEO)
        dialog = asked(scene.romeo)
        open_now = scene.romeo.call("requests")["requests"]
        assert sorted(open_now) == sorted(
            [decision["request"], dialog["request"]]), open_now
        scene.romeo.answer(dialog, "Answer", "not what she typed")
        for one, _ in sides(scene):
            expect_step(one, "different")
        check.assert_state(scene.romeo, JULIET, "new-key", key_waits=True,
                           held=1)
        assert scene.romeo.call("requests")["requests"] == [
            decision["request"]]
        assert not check.received(scene.juliet)
        start(scene.juliet, ROMEO)
        scene.romeo.answer(asked(scene.romeo), "Answer", SECRET)
        expect_step(scene.romeo, "same")
        scene.juliet.expect_message("only for her")
        check.assert_state(scene.romeo, JULIET, "private", key_waits=False,
                           trust="verified", how="secret")
        assert not scene.romeo.call("requests")["requests"]
        scene.assert_nothing_leaked(SECRET, "only for her")
