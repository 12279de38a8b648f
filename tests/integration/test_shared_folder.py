# SPDX-License-Identifier: GPL-2.0-or-later
"""Two programs of one user share a folder: Pidgin and Finch, or Pidgin twice.
Decisions in one count in the other."""

import asyncio
import contextlib
import re
import threading
import time

from OpenSSL import SSL
from peer.world import BALCONY, Plugin, Server, test
from peer.world import JULIET as PEER
from peer.world import ROMEO as PEER_ROMEO
from xtlstest import check, proxy, tap
from xtlstest.scene import JULIET, ROMEO, Scene

NURSE = "nurse@capulet.lit"
# README says two seconds, but the machine that runs the test may be busy.
SOON = 15


def finch(scene, login=True):
    """Romeo's other client."""
    made = scene.add_client("finch", folder=scene.romeo.dir)
    if login:
        scene.login(made, f"{ROMEO}/finch")
        made.expect("presence", who=JULIET, online=True)
    return made


def trust(one, who=JULIET):
    return {key["trust"] for key in one.api("list_keys")["keys"]
            if key["who"] == who}


def wait_for(one, question, wanted):
    """Asks until the answer is right; returns how long it took."""
    start = time.monotonic()
    while (found := question(one)) != wanted:
        assert time.monotonic() < start + SOON, found
        time.sleep(0.05)
    return time.monotonic() - start


def kept(one):
    """The number of messages that may be lost, from the file."""
    try:
        return re.findall("^messages=(.*)$",
                          one.read("xtls", "lost-messages"), re.M)
    except FileNotFoundError:
        return []


def verify(one, who=JULIET):
    one.xtls(who, f"verify {one.status(who)['fingerprint']}")
    one.expect_state("private", who=who)


def test_a_key_verified_in_one_is_verified_in_the_other():
    with Scene() as scene:
        other = finch(scene)
        scene.go_private()
        verify(scene.romeo)
        other.expect("xtls-keys-changed")
        wait_for(other, trust, {"verified"})
        scene.romeo.xtls(JULIET, "end")
        # Therefore nothing is sent in clear from it any more.
        scene.juliet.forget()
        other.xtls(JULIET, "start")
        other.expect_state("private")
        other.say(JULIET, "words")
        scene.juliet.expect_message("words")
        assert not any(through.leaks("words") for through in scene.proxies)


def test_different_decisions_are_merged():
    with Scene(accounts={NURSE: "n"}, contacts=[(ROMEO, NURSE)]) as scene:
        other = finch(scene)
        nurse = scene.add_client("nurse")
        scene.login(nurse, f"{NURSE}/home")
        other.expect("presence", who=NURSE, online=True)
        scene.go_private()
        other.xtls(NURSE, "start")
        other.expect_state(check.private, who=NURSE)
        # At the same time.
        verify(scene.romeo)
        verify(other, NURSE)
        scene.romeo.api("set_policy", ROMEO, JULIET, "required")
        other.api("set_policy", ROMEO, NURSE, "never")
        for one in (scene.romeo, other):
            wait_for(one, trust, {"verified"})
            wait_for(one, lambda c: trust(c, NURSE), {"verified"})
            wait_for(one, lambda c: c.api("get_policy", ROMEO, JULIET)[
                "value"], "required")
            wait_for(one, lambda c: c.api("get_policy", ROMEO, NURSE)[
                "value"], "never")
        other.quit()
        scene.romeo.quit()
        scene.romeo.start()
        assert trust(scene.romeo) == trust(scene.romeo, NURSE) == {"verified"}
        assert (scene.romeo.api("get_policy", ROMEO, JULIET)["value"]
                == "required")


def test_required_in_one_holds_in_the_other():
    """A message that would have been sent in clear a moment before."""
    with Scene() as scene:
        other = finch(scene)
        scene.juliet.forget()
        other.say(JULIET, "in clear")
        scene.juliet.expect_message("in clear")
        scene.juliet.unload()
        # Otherwise her client without the plugin would be called, and its
        # libpurple logs a CRITICAL at a call that it cannot read.
        for one in (scene.romeo, other):
            one.expect("xtls-capability-changed", who=JULIET,
                       capability="absent")
        scene.romeo.xtls(JULIET, "policy required")
        wait_for(other, lambda c: c.api("get_policy", ROMEO, JULIET)["value"],
                 "required")
        other.say(JULIET, "very private words")
        other.expect_state(lambda state: state != "not-private", held=1)
        assert not any(through.leaks("very private words")
                       for through in scene.proxies)


def test_a_key_forgotten_in_one_waits_for_a_decision_in_the_other():
    with Scene() as scene:
        other = finch(scene)
        other.xtls(JULIET, "start")
        other.expect_state("unverified")
        fingerprint = other.status(JULIET)["fingerprint"]
        wait_for(scene.romeo, trust, {"known"})
        scene.romeo.api("forget_key", ROMEO, JULIET, fingerprint)
        # The key is new again, so nothing is sent until the user has decided.
        other.expect("xtls-state-changed", who=JULIET, key_waits=True)
        other.say(JULIET, "held")
        other.expect_state("new-key", held=1)
        assert not scene.juliet.seen("message", text="held")


@test
async def test_a_key_refused_in_one_closes_the_session_of_the_other():
    """Both have a session with the key. When it is refused in one, the other's
    session is closed at once, and nothing more is shown from it or sent."""
    server = Server()
    one = Plugin(server.port)
    other = Plugin(server.port, "finch", folder=one.client.dir)
    juliet = await server.login(BALCONY)
    sessions = []
    for program in (one, other):
        await program.knows(juliet)
        await program.do("open", PEER)
        sessions.append(await juliet.call(program.jid))
        await program.do("expect_state", "unverified", who=PEER)
        # The other has read it before it has a session of its own. A program
        # that had just seen the key itself could write that after it was
        # forgotten.
        await asyncio.to_thread(
            wait_for, other.client, lambda c: trust(c, PEER), {"known"})
    key = (await one.do("status", PEER))["fingerprint"]
    await one.do("api", "forget_key", PEER_ROMEO, PEER, key)
    dialogs = [await program.do("expect", "request", title="New key")
               for program in (one, other)]
    await other.do("say", PEER, "for Juliet alone")
    await one.do("answer", dialogs[0], "Refuse")
    await other.do("expect_state", "finished", who=PEER)
    await other.line("You refused the key")
    assert await asyncio.to_thread(trust, other.client, PEER) == {"refused"}
    # She may not have been told of it yet.
    with contextlib.suppress(SSL.Error):
        sessions[1].say("still here")
    for session in sessions:
        assert await session.wait("terminate")
        assert not session.events.values("body"), session.events.history
    await other.do("call", "sync", PEER_ROMEO)
    await other.do("expect", "synced")
    assert not [text for flags, text in other.client.lines(PEER)
                if "recv" in flags]
    status = await other.do("status", PEER)
    assert status["state"] == "finished" and status["held"] == 1, status
    await server.close()
    for program in (other, one):
        await program.do("quit")


def test_both_make_the_first_key_at_once():
    with Scene(login=False) as scene:
        other = finch(scene, login=False)
        threads = [
            threading.Thread(target=scene.login, args=arguments)
            for arguments in ((scene.romeo, f"{ROMEO}/orchard"),
                              (other, f"{ROMEO}/finch"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        keys = {one.api("get_own_fingerprint", ROMEO)["value"]
                for one in (scene.romeo, other)}
        assert len(keys) == 1, keys


def test_a_new_own_key_is_used_by_the_other():
    """Sessions with the old key end there; private mode does not."""
    with Scene() as scene:
        other = finch(scene)
        other.xtls(JULIET, "start")
        other.expect_state("unverified")
        old = other.api("get_own_fingerprint", ROMEO)["value"]
        scene.romeo.api("renew_own_key", ROMEO)
        new = scene.romeo.api("get_own_fingerprint", ROMEO)["value"]
        assert new != old
        other.expect_state("finished")
        assert other.api("get_own_fingerprint", ROMEO)["value"] == new
        other.say(JULIET, "very private words")
        other.expect_state("finished", held=1)
        scene.juliet.xtls(ROMEO, "end")
        other.xtls(JULIET, "start")
        other.expect_state("unverified")
        assert other.status(JULIET)["own_fingerprint"] == new
        assert not any(through.leaks("very private words")
                       for through in scene.proxies)


def test_messages_lost_by_one_are_not_lost_by_the_other():
    """A running program's messages do not count as lost. When both have been
    killed, the messages of both are reported."""
    with Scene() as scene:
        scene.go_private()
        scene.romeo_proxy.hold(proxy.UP)
        for number in range(2):
            scene.romeo.say(JULIET, f"words {number}")
        wait_for(scene.romeo, kept, ["2"])
        other = finch(scene, login=False)
        assert not other.seen("notify")
        scene.romeo.kill()
        other.kill()
        other.start()
        told, = other.seen("notify")
        assert told["text"].startswith(f"2 messages to {JULIET}"), told


def test_damage_counts_in_both_until_one_user_has_read_the_notice():
    with Scene() as scene:
        other = finch(scene)
        scene.romeo.api("set_policy", ROMEO, JULIET, "manual")
        wait_for(other, lambda c: c.api("get_policy", ROMEO, JULIET)["value"],
                 "manual")
        path = f"{scene.romeo.dir}/xtls/contacts"
        with open(path, "w", encoding="utf-8") as file:
            file.write("rubbish")
        told = [one.expect("notify", type="warning",
                           primary=re.compile("could not be read"))
                for one in (scene.romeo, other)]
        # What both still had in memory is not lost.
        for one in (scene.romeo, other):
            assert one.api("get_policy", ROMEO, JULIET)["value"] == "manual"
        scene.romeo.call("notice-close", told[0]["notice"])
        other.expect("notify-closed", notice=told[1]["notice"])
        scene.romeo.kill()
        notices = len(scene.romeo.seen("notify"))
        scene.romeo.start()
        assert len(scene.romeo.seen("notify")) == notices


if __name__ == "__main__":
    tap.run(globals())
