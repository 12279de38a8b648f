# SPDX-License-Identifier: GPL-2.0-or-later
"""An attacker in the middle who owns both servers: Romeo's server has a false
Juliet, and Juliet's server a false Romeo."""

import asyncio
import functools
import re

from peer.client import Client
from peer.identity import Identity
from peer.middle import Carrier, Middle, carry, join
from peer.world import test
from xtlstest import check, client, prosody, tap
from xtlstest.scene import JULIET, PASSWORDS, ROMEO

ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
SECRET = "a nightingale, not a lark"
DIFFERENT = "typed different secrets"
SAME = "know the same secret"
NEW_KEY = "uses an unknown key"


class Worlds:
    """Both victims, each on a server of its own, and the attacker's two
    halves."""

    async def __aenter__(self):
        self.servers = [prosody.Prosody(PASSWORDS, [(ROMEO, JULIET)])
                        for _ in range(2)]
        self.victims = [client.Client(name, [client.CORE])
                        for name in ("romeo", "juliet")]
        self.halves = []
        for victim, server, jid in zip(self.victims, self.servers,
                                       (ORCHARD, BALCONY)):
            await self.do(victim, "login", jid, PASSWORDS[jid.split("/")[0]],
                          server.port)
        return self

    async def __aexit__(self, kind, error, trace):
        if kind is None:
            await self.leave()
            for victim in self.victims:
                await self.do(victim, "quit")
            return
        for victim in self.victims:
            for event in victim.history[-14:]:
                tap.diagnose(str(event)[:400])

    @staticmethod
    async def do(one, method, *arguments, **options):
        """Blocking calls run in threads, so that the halves keep running."""
        return await asyncio.to_thread(functools.partial(
            getattr(one, method), *arguments, **options))

    async def enter(self, kind=Carrier, jids=(BALCONY, ORCHARD), **options):
        """The halves log in: the one that Romeo takes for Juliet first."""
        for jid, server in zip(jids, self.servers):
            account = jid.split("/")[0]
            half = kind(jid, PASSWORDS[account], server.port,
                        Identity.make(account), **options)
            self.halves.append(await half.login())
        for victim, jid in zip(self.victims, jids):
            await self.do(victim, "expect", "xtls-capability-changed",
                          who=jid.split("/")[0], capability="present")
        return self.halves

    async def carry(self, jids=(BALCONY, ORCHARD)):
        one, other = await self.enter(Carrier, jids)
        carry(one, ORCHARD, other, BALCONY)

    async def leave(self):
        for half in self.halves:
            await half.logout()
        self.halves = []
        for victim in self.victims:
            victim.forget()

    async def go_private(self):
        romeo, juliet = self.victims
        await self.do(romeo, "xtls", JULIET, "start")
        for one, who in ((romeo, JULIET), (juliet, ROMEO)):
            await self.do(one, "expect_state", check.private, who=who)

    async def be_in_the_middle(self):
        """Romeo calls; both have a session with the middle."""
        one, other = await self.enter(Client, session_class=Middle)
        await self.do(self.victims[0], "xtls", JULIET, "start")
        return await join(other, one, BALCONY)

    async def exchange_secrets(self, words):
        romeo, juliet = self.victims
        await self.do(romeo, "api", "start_secret", ROMEO, JULIET, "", SECRET)
        dialog = await self.do(juliet, "expect", "request", title="Verify")
        await self.do(juliet, "answer", dialog, "Answer", SECRET)
        for one in self.victims:
            await self.do(one, "expect_message", re.compile(words))

    async def talk(self):
        """What one says the other hears; returns both texts."""
        romeo, juliet = self.victims
        await self.do(romeo, "say", JULIET, "my heart's dear love")
        await self.do(juliet, "expect_message", "my heart's dear love")
        await self.do(juliet, "say", ROMEO, "do not swear at all")
        await self.do(romeo, "expect_message", "do not swear at all")


def own(victim, who):
    return victim.status(who)["own_fingerprint"]


@test
async def test_relay_is_no_more_than_the_network():
    async with Worlds() as worlds:
        romeo, juliet = worlds.victims
        await worlds.carry()
        await worlds.do(juliet, "open", ROMEO)
        await worlds.go_private()
        assert romeo.status(JULIET)["fingerprint"] == own(juliet, ROMEO)
        await worlds.talk()
        await worlds.exchange_secrets(SAME)
        for one, who in ((romeo, JULIET), (juliet, ROMEO)):
            check.assert_state(one, who, "private", trust="verified")


@test
async def test_man_in_the_middle_cannot_be_verified():
    """What both read and write is real; the keys are not, and no secret that
    both know makes them so."""
    async with Worlds() as worlds:
        romeo, juliet = worlds.victims
        await worlds.do(juliet, "open", ROMEO)
        first, second = await worlds.be_in_the_middle()
        await worlds.talk()
        assert any("dear love" in text for text in
                   first.events.values("read")), "not in the middle"
        assert any("do not swear" in text for text in
                   second.events.values("read"))
        for one, who, other in ((romeo, JULIET, juliet),
                                (juliet, ROMEO, romeo)):
            status = check.assert_state(one, who, "unverified", trust="known",
                                        how="nothing")
            assert status["fingerprint"] != own(other, one.account), status
        await worlds.exchange_secrets(DIFFERENT)
        for one, who in ((romeo, JULIET), (juliet, ROMEO)):
            check.assert_state(one, who, "unverified", how="nothing")
        assert not any(SECRET in text for session in (first, second)
                       for text in session.events.values("read"))
        # The fingerprint that the other one reads out does not match either.
        try:
            await worlds.do(romeo, "xtls", JULIET,
                            f"verify {own(juliet, ROMEO)}")
        except client.Failed:
            pass
        else:
            raise AssertionError("verified")
        check.assert_state(romeo, JULIET, "unverified", how="nothing")


@test
async def test_man_in_the_middle_has_a_new_key():
    """After they have verified each other."""
    async with Worlds() as worlds:
        romeo, juliet = worlds.victims
        await worlds.carry()
        await worlds.do(juliet, "open", ROMEO)
        await worlds.go_private()
        await worlds.exchange_secrets(SAME)
        await worlds.do(romeo, "xtls", JULIET, "end")
        await worlds.do(juliet, "expect_state", "finished")
        await worlds.leave()
        first, second = await worlds.be_in_the_middle()
        for one, who in ((romeo, JULIET), (juliet, ROMEO)):
            dialog = await worlds.do(one, "expect", "request", title="New key")
            assert one.status(who)["fingerprint"] in dialog["secondary"]
            await worlds.do(one, "expect_message", re.compile(NEW_KEY))
            check.assert_state(one, who, "new-key", key_waits=True,
                               trust="new")
            await worlds.do(one, "say", who, f"{one.name} waits")
        (dialog,) = romeo.seen("request", title="New key")
        await worlds.do(romeo, "answer", dialog, "Refuse")
        await worlds.do(romeo, "expect_state", "finished")
        for one, who in ((romeo, JULIET), (juliet, ROMEO)):
            status = one.status(who)
            assert status["state"] != "private" and status["held"] == 1, status
        for session in (first, second):
            assert not any("waits" in text for text in
                           session.events.values("read"))


async def refused(jids, why):
    """The bytes of both pass unchanged, under another JID: both headers are
    found wrong."""
    async with Worlds() as worlds:
        romeo, juliet = worlds.victims
        await worlds.carry(jids)
        await worlds.do(romeo, "xtls", JULIET, "start")
        await worlds.do(romeo, "expect_state", "waiting")
        await worlds.do(romeo, "expect_message", re.compile(
            f"{check.FAILED}.*tampered"))
        await worlds.do(romeo, "say", JULIET, "it is not she")
        check.assert_state(romeo, JULIET, "waiting", held=1)
        check.assert_state(juliet, ROMEO, "not-private")
        assert not juliet.lines()
        for one, condition in zip(worlds.victims, why):
            assert not one.api("list_keys")["keys"]
            assert f"end security ({condition})" in one.debug()


@test
async def test_relayed_under_another_address_of_the_caller():
    await refused((BALCONY, f"{ROMEO}/elsewhere"),
                  ("host-unknown", "invalid-from"))


@test
async def test_relayed_under_another_address_of_the_callee():
    await refused((f"{JULIET}/elsewhere", ORCHARD),
                  ("invalid-from", "host-unknown"))
