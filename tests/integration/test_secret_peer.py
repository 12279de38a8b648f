# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification by shared secret with independent peers: one written from the
protocol's description, one that does not support it, and one that cheats."""

import asyncio
import base64

from peer import ns, world
from peer.smp import Session as Verifier

SECRET = "a nightingale, not a lark"
SMP = "urn:xmpp:xtls:smp:0"


class Stage:
    """Romeo's client has the plugin, and is private with a peer that does not
    support verification."""

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
            # Waits until everything that the plugin sent before has arrived
            # and was answered.
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


def test_peer_without_smp():
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
            # Cancelling an attempt that never began is not an error.
            got = await stage.ask("abort", smp("abort", attempt="none"))
            assert got == ("result", None), got
            steps = stage.plugin.client.seen("xtls-secret-step")
            assert not steps, steps
            # libpurple answers requests in other namespaces.
            got = await stage.ask("other", "<smp xmlns='urn:x' step='1'/>")
            assert got[0] == "error", got
    asyncio.run(run())


def test_first_step_is_garbage():
    """The step is well-formed, so the user is asked, and only then is it
    rejected."""
    async def run():
        async with Stage() as stage:
            for number, data in enumerate((
                    b"x", b"\0" * 8192, b"\xff" * 100,
                    b"\0\0\0\6" + b"\0\0\0\1\1" * 6)):
                got = await stage.ask(f"r{number}", smp(
                    1, encoded(data), attempt=f"r{number}",
                    more="<question>a\n\u2028b\u202e\t</question>"))
                assert got == ("result", None), got
                dialog = await stage.plugin.do("expect", "request",
                                               title="Verify")
                assert "letters matter: a  b " in dialog["secondary"], dialog
                # A second attempt is refused meanwhile.
                got = await stage.ask(f"s{number}", smp(
                    1, encoded(b"y"), attempt="0"))
                assert got == ("error", "conflict"), got
                await stage.plugin.do("answer", dialog, "Answer", SECRET)
                await stage.step("aborted")
            status = await stage.plugin.do("status", world.JULIET)
            assert status["state"] == "unverified"
    asyncio.run(run())


def test_question_length_is_limited():
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
            # A question in another namespace does not count.
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
    """The peer supports it, with an implementation of its own."""

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


# The same text after normalisation, with white space of every kind.
TYPED = "\u2003\u00a0 \ufb01ne Gr\u00fc\u00dfe \u212b\t\u3000"
MEANT = "fine Gru\u0308\u00dfe \u00c5"


def test_other_implementation_answers():
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


def test_other_implementation_asks():
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
    """Does not respond to requests inside."""

    def _answer_iq(self, node):
        if ns.find(node, ns.PING, "ping") is not None:
            super()._answer_iq(node)


async def silent_stage(stage):
    """The session again, with a peer that keeps quiet."""
    await stage.session.finish()
    await stage.plugin.do("expect_state", "finished")
    stage.session = await stage.juliet.call(stage.plugin.jid, Silent)
    await stage.plugin.do("expect_state", "unverified", who=world.JULIET)


def test_one_guess_for_each_typed_secret():
    """The peer answers with a wrong guess, and then claims to have begun at
    the same time, in order to get another guess at the typed secret."""
    async def run():
        async with Stage() as stage:
            await silent_stage(stage)
            await stage.start()
            attempt, data = await stage.first_step()
            # Messages sent back to their sender are recognised, and the guess
            # is used up.
            got = await stage.ask("g1", smp(2, data, attempt=attempt))
            assert got == ("result", None), got
            got = await stage.ask("g2", smp(1, data, attempt="!"))
            assert got in (("error", "conflict"), ("result", None)), got
            await stage.step("aborted")
            if got[0] == "result":
                # The earlier attempt was aborted, so this is a new one, which
                # asks the user again.
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
                # A step of another attempt does not affect this one.
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
    """It looks as if both had begun: the peer sends the first step back with a
    lower attempt id, and then returns the plugin's own messages."""
    async def run():
        async with Stage() as stage:
            await silent_stage(stage)
            await stage.start()
            attempt, data = await stage.first_step()
            got = await stage.ask("f1", smp(1, data, attempt="!"))
            assert got == ("result", None), got
            # The plugin's step 2, sent back to its own attempt.
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
