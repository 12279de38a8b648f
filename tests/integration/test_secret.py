# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification by shared secret or question: right, wrong, cancelled, both at
once, in sessions that die, and with a peer that knows nothing of it or cheats.
"""

import asyncio
import base64
import re
import shutil
import os

from peer import ns, world
from peer.smp import Session as Verifier
from xtlstest import check, client, process, proxy, tap
from xtlstest.scene import JULIET, ROMEO, Scene

SECRET = "a nightingale, not a lark"
SMP = "urn:xmpp:xtls:smp:0"
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


def test_right():
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
        # Remembered, with how; the secret is not.
        scene.romeo.quit()
        assert not [path for path, data in scene.romeo.files()
                    if SECRET.encode() in data]
        scene.romeo.start()
        (key,) = scene.romeo.api("list_keys")["keys"]
        assert (key["trust"], key["how"]) == ("verified", "secret"), key


def test_answered_by_the_one_who_was_called():
    """The roles in TLS and in the exchange have nothing to do with each
    other."""
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


def test_question_by_the_command():
    question = "Which <b>bird</b> & %s?"
    with Scene() as scene:
        go_private(scene)
        scene.romeo.xtls(JULIET, f"secret {question}")
        scene.romeo.answer(asked(scene.romeo), "Verify", SECRET)
        dialog = asked(scene.juliet)
        assert dialog["secondary"] == \
            f"Type the answer to this question: {question}", dialog
        assert scene.juliet.api("get_secret", JULIET,
                                ROMEO)["question"] == question
        scene.juliet.answer(dialog, "Answer", SECRET)
        expect_step(scene.romeo, "same")
        scene.romeo.expect_message(re.compile(SAME))
        # Whoever knows the answer may ask: only the one who asked trusts.
        expect_step(scene.juliet, "answered")
        scene.juliet.expect_message(re.compile("knows now that it is you"))
        check.assert_state(scene.romeo, JULIET, "private")
        check.assert_state(scene.juliet, ROMEO, "unverified", how="nothing")
        scene.assert_nothing_leaked(SECRET, "bird")


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


def test_a_wrong_answer_takes_nothing_back():
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


def test_what_cannot_be_started():
    with Scene() as scene:
        refused(scene.romeo, JULIET, "Start a private conversation")
        go_private(scene)
        refused(scene.romeo, JULIET, "not empty", secret=" \t ")
        refused(scene.romeo, JULIET, "too long", question="q" * 1025)
        start(scene.romeo, JULIET, question="q" * 1024)
        refused(scene.romeo, JULIET, "under way")
        dialog = asked(scene.juliet)
        refused(scene.juliet, ROMEO, "under way")
        # An empty answer is none; the dialog is had again.
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
        # And the next one is a new one.
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
            # Whoever has seen it through may have; nobody waits on.
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
                # Nobody was asked: both had typed it.
                assert not one.seen("request")
        assert_states(scene, state)
        assert attempts(scene.romeo, JULIET) == 3
        assert attempts(scene.juliet, ROMEO) == 3


def test_both_at_once_right():
    at_once((SECRET, SECRET), "same", SAME, "private")


def test_both_at_once_wrong():
    at_once((SECRET, "a lark"), "different", DIFFERENT, "unverified")


# --- the session dies -------------------------------------------------------------------


def judge_death(kill, state):
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


def test_ended_meanwhile():
    def kill(scene):
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
    judge_death(kill, "finished")


def test_ended_by_the_one_who_asks():
    def kill(scene):
        scene.romeo.xtls(JULIET, "end")
        scene.juliet.expect_state("finished")
    judge_death(kill, "not-private")


def test_peer_dies_meanwhile():
    def kill(scene):
        scene.juliet.kill()
        scene.romeo.expect_state("finished")
    judge_death(kill, "finished")


def test_connection_breaks_meanwhile():
    def kill(scene):
        scene.juliet_proxy.cut()
        scene.juliet.expect("disconnected")
        scene.romeo.expect_state("finished")
        scene.juliet.expect_state("finished")
    judge_death(kill, "finished")


def test_unloaded_meanwhile():
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
    """Her other client, with the same key, calls while he waits."""
    with Scene() as scene:
        go_private(scene)
        folder = process.folder("terrace")
        shutil.copytree(os.path.join(scene.juliet.dir, "xtls", "keys"),
                        os.path.join(folder, "xtls", "keys"))
        terrace = scene.add_client("terrace", folder=folder)
        scene.login(terrace, f"{JULIET}/terrace", scene.add_proxy())
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
        # Whoever has the new key asks: the decision stays where it is.
        start(scene.juliet, ROMEO)
        dialog = asked(scene.romeo)
        open_now = scene.romeo.call("requests")["requests"]
        assert sorted(open_now) == sorted(
            [decision["request"], dialog["request"]]), open_now
        scene.romeo.answer(dialog, "Answer", "not what she typed")
        for one, _ in sides(scene):
            expect_step(one, "different")
        check.assert_state(scene.romeo, JULIET, "unverified", key_waits=True,
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


# --- a peer of another make ---------------------------------------------------------------


class Stage:
    """Romeo with the plugin, private with a peer that has no such thing."""

    async def __aenter__(self):
        self.server = world.Server()
        self.plugin = world.Plugin(self.server.port)
        self.juliet = await self.server.login(world.JULIET + "/balcony")
        await self.plugin.knows(self.juliet)
        await self.plugin.do("open", world.JULIET)
        self.session = await self.juliet.call(self.plugin.jid)
        await self.plugin.do("expect_state", "unverified", who=world.JULIET)
        return self

    async def __aexit__(self, kind, error, trace):
        if kind is None:
            # What it had to say before has come, and was answered.
            await self.ask("bye", smp("abort"))
            await self.session.finish()
            await self.plugin.do("expect_state", "finished")
            await self.server.close()
            await self.plugin.do("quit")

    async def step(self, step):
        return await self.plugin.do("expect", "xtls-secret-step", step=step)

    async def start(self):
        await self.plugin.do("api", "start_secret", world.ROMEO, world.JULIET,
                             "", SECRET)

    async def ask(self, identifier, inner):
        """An <iq/> of ours inside; its type, and the error's condition."""
        self.session.send_plain(
            f"<iq type='set' id='{identifier}'>{inner}</iq>")
        while True:
            node = await self.session.wait("stanza")
            if node.get("id") == identifier:
                break
        error = node.find("{%s}error" % ns.CLIENT)
        return node.get("type"), None if error is None else ns.split(
            error[0].tag)[1]

    async def first_step(self):
        """The plugin's step 1: its attempt and data."""
        while True:
            node = await self.session.wait("stanza")
            smp = node.find("{%s}smp" % SMP)
            if smp is not None and smp.get("step") == "1":
                return smp.get("attempt"), smp.find("{%s}data" % SMP).text


def smp(step, data=None, attempt="a1", more=""):
    inner = "" if data is None else f"<data>{data}</data>"
    return (f"<smp xmlns='{SMP}' attempt='{attempt}' step='{step}'>"
            f"{inner}{more}</smp>")


def encoded(data):
    return base64.b64encode(data).decode()


def test_peer_without_it():
    async def run():
        async with Stage() as stage:
            await stage.start()
            await stage.step("unsupported")
            await stage.plugin.line("cannot verify by a shared secret")
            status = await stage.plugin.do("status", world.JULIET)
            assert status["state"] == "unverified"
            stage.session.say("what was that")
            await stage.plugin.line("^what was that$")
    asyncio.run(run())


def test_malformed_steps():
    junk = encoded(b"\0\0\0\1\0\0\0\1x")
    cases = {
        "no attempt": f"<smp xmlns='{SMP}' step='1'><data>{junk}</data></smp>",
        "empty attempt": smp(1, junk, attempt=""),
        "long attempt": smp(1, junk, attempt="a" * 65),
        "no step": f"<smp xmlns='{SMP}' attempt='a'><data>{junk}</data></smp>",
        "step 0": smp(0, junk),
        "step 5": smp(5, junk),
        "step 1 and more": smp("1 ", junk),
        "step 11": smp(11, junk),
        "a word": smp("first", junk),
        "no data": smp(1),
        "empty data": smp(1, ""),
        "not base64": smp(1, "!!!!"),
        "too much": smp(1, encoded(b"x" * 8193)),
        "step 2 of nothing": smp(2, junk),
        "step 3 of nothing": smp(3, junk),
        "step 4 of nothing": smp(4, junk),
    }

    async def run():
        async with Stage() as stage:
            for number, (name, inner) in enumerate(cases.items()):
                got = await stage.ask(f"m{number}", inner)
                assert got == ("error", "bad-request"), (name, got)
            # To cancel what never was is no error.
            got = await stage.ask("abort", smp("abort", attempt="none"))
            assert got == ("result", None), got
            steps = stage.plugin.client.seen("xtls-secret-step")
            assert not steps, steps
            # A namespace of somebody else's is libpurple's to answer.
            got = await stage.ask("other", "<smp xmlns='urn:x' step='1'/>")
            assert got[0] == "error", got
    asyncio.run(run())


def test_first_step_of_rubbish():
    """It is well-formed, so the person is asked; then it is found out."""
    async def run():
        async with Stage() as stage:
            for number, data in enumerate((
                    b"x", b"\0" * 8192, b"\xff" * 100,
                    b"\0\0\0\6" + b"\0\0\0\1\1" * 6)):
                got = await stage.ask(f"r{number}", smp(
                    1, encoded(data), attempt=f"r{number}",
                    more="<question>a\n\nb\t</question>"))
                assert got == ("result", None), got
                dialog = await stage.plugin.do("expect", "request",
                                               title="Verify")
                assert "question: a  b " in dialog["secondary"], dialog
                # A second one meanwhile is not taken.
                got = await stage.ask(f"s{number}", smp(
                    1, encoded(b"y"), attempt="0"))
                assert got == ("error", "conflict"), got
                await stage.plugin.do("answer", dialog, "Answer", SECRET)
                await stage.step("aborted")
            status = await stage.plugin.do("status", world.JULIET)
            assert status["state"] == "unverified"
    asyncio.run(run())


def test_a_question_has_its_limit():
    async def run():
        async with Stage() as stage:
            got = await stage.ask("over", smp(
                1, encoded(b"x"),
                more="<question>%s</question>" % ("q" * 1025)))
            assert got == ("error", "bad-request"), got
            got = await stage.ask("fits", smp(
                1, encoded(b"x"),
                more="<question>%s</question>" % ("q" * 1024)))
            assert got == ("result", None), got
            dialog = await stage.plugin.do("expect", "request",
                                           title="Verify")
            assert "q" * 1024 in dialog["secondary"]
            await stage.plugin.do("answer", dialog, "Cancel")
            # One of another namespace is none.
            got = await stage.ask("other", smp(
                1, encoded(b"x"), attempt="a2",
                more="<question xmlns='urn:x'>really?</question>"))
            assert got == ("result", None), got
            dialog = await stage.plugin.do("expect", "request",
                                           title="Verify")
            assert "really" not in dialog["secondary"], dialog
            await stage.plugin.do("answer", dialog, "Cancel")
    asyncio.run(run())


class Maker(Stage):
    """The peer can do it, in code of its own."""

    async def again(self, calling):
        """A new session, with the roles in TLS as told."""
        await self.session.finish()
        await self.plugin.do("expect_state", "finished")
        await self.plugin.do("forget")
        if calling:
            self.session = await self.juliet.call(self.plugin.jid, Verifier)
        else:
            self.juliet.session_class = Verifier
            await self.plugin.start(world.JULIET)
            self.session = await self.juliet.called()
        await self.plugin.do("expect_state", "unverified", who=world.JULIET)
        await self.plugin.do("forget")

    async def ask(self, identifier, inner):
        """As before: nothing of it is for her."""
        self.session.send_plain(
            f"<iq type='set' id='{identifier}'>{inner}</iq>")
        while (await self.session.wait("stanza")).get("id") != identifier:
            pass

    async def trust(self):
        return (await self.plugin.do("status", world.JULIET))["trust"]


# The same once it is normalised; the spaces are of every kind.
TYPED = "\u2003\u00a0 \ufb01ne Gr\u00fc\u00dfe \u212b\t\u3000"
MEANT = "fine Gru\u0308\u00dfe \u00c5"


def test_another_make_answers():
    async def run():
        async with Maker() as stage:
            for calling in (True, False):
                await stage.again(calling)
                await stage.plugin.do("api", "start_secret", world.ROMEO,
                                      world.JULIET, "Which <one>?", TYPED)
                assert await stage.session.be_verified("another") == (
                    False, "Which <one>?")
                await stage.step("different")
                assert await stage.trust() == "known"
                await stage.plugin.do("api", "start_secret", world.ROMEO,
                                      world.JULIET, "", TYPED)
                assert await stage.session.be_verified(MEANT) == (True, None)
                await stage.step("same")
                assert await stage.trust() == "verified"
                await stage.plugin.do(
                    "xtls", world.JULIET, "forget " + (await stage.plugin.do(
                        "status", world.JULIET))["fingerprint"])
    asyncio.run(run())


def test_another_make_asks():
    async def run():
        async with Maker() as stage:
            for calling in (True, False):
                await stage.again(calling)
                for question, typed, step, trust in (
                        (None, "another", "different", "known"),
                        ("Which one?", TYPED, "answered", "known"),
                        (None, TYPED, "same", "verified")):
                    asking = asyncio.ensure_future(stage.session.verify(
                        MEANT, f"try-{step}", question))
                    dialog = await stage.plugin.do("expect", "request",
                                                   title="Verify")
                    await stage.plugin.do("answer", dialog, "Answer", typed)
                    assert await asking == (typed == TYPED)
                    await stage.step(step)
                    assert await stage.trust() == trust
                await stage.plugin.do(
                    "xtls", world.JULIET, "forget " + (await stage.plugin.do(
                        "status", world.JULIET))["fingerprint"])
    asyncio.run(run())


class Silent(world.Session):
    """Does not answer what it is asked inside."""

    def _answer_iq(self, node):
        if ns.find(node, ns.PING, "ping") is not None:
            super()._answer_iq(node)


async def silent_stage(stage):
    """The session again, with a peer that keeps quiet."""
    await stage.session.finish()
    await stage.plugin.do("expect_state", "finished")
    stage.session = await stage.juliet.call(stage.plugin.jid, Silent)
    await stage.plugin.do("expect_state", "unverified", who=world.JULIET)


def test_one_guess_for_what_was_typed():
    """The peer answers with a wrong guess, then claims to have begun at the
    same time, to have another guess at what was typed."""
    async def run():
        async with Stage() as stage:
            await silent_stage(stage)
            await stage.start()
            attempt, data = await stage.first_step()
            # Its own words sent back are found out; the guess is used up.
            got = await stage.ask("g1", smp(2, data, attempt=attempt))
            assert got == ("result", None), got
            got = await stage.ask("g2", smp(1, data, attempt="!"))
            assert got in (("error", "conflict"), ("result", None)), got
            await stage.step("aborted")
            if got[0] == "result":
                # It had been aborted before: a new one, which asks anew.
                dialog = await stage.plugin.do("expect", "request")
                await stage.plugin.do("answer", dialog, "Cancel")
            status = await stage.plugin.do("status", world.JULIET)
            assert status["state"] == "unverified"
    asyncio.run(run())


def test_a_malformed_answer_ends_the_attempt():
    async def run():
        async with Stage() as stage:
            await silent_stage(stage)
            for number, (step, data) in enumerate(((2, "!!!!"), (7, "AAAA"))):
                await stage.start()
                attempt, _ = await stage.first_step()
                # Of another attempt: that is no matter of this one.
                got = await stage.ask(f"o{number}", smp(step, data,
                                                        attempt="other"))
                assert got == ("error", "bad-request"), got
                assert len(stage.plugin.client.seen(
                    "xtls-secret-step", step="aborted")) == number
                got = await stage.ask(f"w{number}", smp(step, data,
                                                        attempt=attempt))
                assert got == ("error", "bad-request"), got
                await stage.step("aborted")
    asyncio.run(run())


def test_own_first_step_reflected():
    """Both at once, as it seems: the peer sends back what it got, under a
    lower id, and then plays the plugin's answers back to it."""
    async def run():
        async with Stage() as stage:
            await silent_stage(stage)
            await stage.start()
            attempt, data = await stage.first_step()
            got = await stage.ask("f1", smp(1, data, attempt="!"))
            assert got == ("result", None), got
            # The plugin's step 2, given back to its own attempt.
            while True:
                node = await stage.session.wait("stanza")
                step = node.find("{%s}smp" % SMP)
                if step is not None and step.get("step") == "2":
                    break
            second = step.find("{%s}data" % SMP).text
            got = await stage.ask("f2", smp(2, second, attempt=attempt))
            assert got == ("error", "bad-request"), got
            got = await stage.ask("f3", smp(3, second, attempt="!"))
            assert got == ("result", None), got
            await stage.step("aborted")
            status = await stage.plugin.do("status", world.JULIET)
            assert status["state"] == "unverified", status
    asyncio.run(run())


def test_a_peer_that_never_answers_can_be_given_up():
    async def run():
        async with Stage() as stage:
            await silent_stage(stage)
            await stage.start()
            await stage.first_step()
            await stage.plugin.do("api", "abort_secret", world.ROMEO,
                                  world.JULIET)
            await stage.step("aborted")
            await stage.start()
            await stage.first_step()
    asyncio.run(run())


if __name__ == "__main__":
    tap.run(globals())
