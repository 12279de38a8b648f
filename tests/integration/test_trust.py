# SPDX-License-Identifier: GPL-2.0-or-later
"""What may be sent to and shown from a session depends on the present trust of
its key, not on the trust when the session was opened."""

import contextlib
import re

from OpenSSL import SSL
from peer.hostile import Mute
from peer.identity import Identity
from peer.world import JULIET as PEER
from peer.world import Plugin, Server, test
from peer.world import Scene as World
from xtlstest import check, proxy
from xtlstest.scene import JULIET, ROMEO, Scene
from xtlstest.talk import Talk, go_resumable

BALCONY = f"{JULIET}/balcony"
ORCHARD = f"{ROMEO}/orchard"
ANOTHER = "uses another key than the one that you verified"
UNKNOWN = "is not among the known keys any more"
UNCONFIRMED = "may not have been delivered"


def own(one):
    return one.api("get_own_fingerprint", one.account)["value"]


def end_both(scene):
    scene.romeo.xtls(JULIET, "end")
    scene.juliet.expect_state("finished")
    scene.juliet.xtls(ROMEO, "end")
    for one in (scene.romeo, scene.juliet):
        one.forget()


def two_keys(scene, verify_first=False):
    """Juliet has used two keys, the second one in the open session. Romeo has
    verified the first, if wanted. Returns both fingerprints."""
    scene.go_private()
    first = own(scene.juliet)
    if verify_first:
        scene.romeo.xtls(JULIET, f"verify {first}")
    end_both(scene)
    scene.juliet.api("renew_own_key", JULIET)
    scene.go_private()
    if verify_first:
        scene.romeo.answer(scene.romeo.expect("request", title="New key"),
                           "Accept")
    check.assert_state(scene.romeo, JULIET, "unverified", key_waits=False,
                       trust="known")
    scene.romeo.say(JULIET, "as ever")
    scene.juliet.expect_message("as ever")
    for one in (scene.romeo, scene.juliet):
        one.forget()
    return first, own(scene.juliet)


def assert_held(scene, line, session_key, verified=None):
    """Returns the dialog."""
    dialog = scene.romeo.expect("request", title="New key")
    for key in filter(None, (session_key, verified)):
        assert key in dialog["secondary"], dialog
    told = scene.romeo.expect_message(re.compile(line))["text"]
    for key in filter(None, (session_key, verified)):
        assert check.in_groups(key) in told, told
    check.assert_state(scene.romeo, JULIET, "new-key", key_waits=True,
                       trust="new", fingerprint=session_key,
                       old_fingerprint=verified)
    scene.romeo.say(JULIET, "for Juliet alone")
    scene.romeo.typing(JULIET)
    scene.romeo.expect_message(re.compile("held until you have decided"))
    check.sync_all(scene)
    assert not check.received(scene.juliet)[1:], check.received(scene.juliet)
    assert not scene.juliet.seen("typing", state="typing")
    assert scene.romeo.status(JULIET)["held"] == 1
    # Her messages are shown meanwhile, as in every session whose key waits for
    # a decision.
    scene.juliet.say(ROMEO, "who is there")
    scene.romeo.expect_message("who is there", flags=["recv"])
    return dialog


def test_another_key_is_verified_while_a_session_is_open():
    with Scene() as scene:
        first, second = two_keys(scene)
        scene.romeo.xtls(JULIET, f"verify {first}")
        dialog = assert_held(scene, ANOTHER, second, first)
        scene.romeo.answer(dialog, "Accept")
        scene.juliet.expect_message("for Juliet alone")
        check.assert_state(scene.romeo, JULIET, "unverified", key_waits=False,
                           trust="known")
        scene.assert_nothing_leaked("for Juliet alone")


def test_the_key_of_the_open_session_is_forgotten():
    with Scene() as scene:
        first, second = two_keys(scene, verify_first=True)
        scene.romeo.xtls(JULIET, f"forget {second}")
        dialog = assert_held(scene, ANOTHER, second, first)
        scene.romeo.answer(dialog, "Refuse")
        scene.romeo.expect_state("finished")
        scene.juliet.expect_state("finished")
        check.sync_all(scene)
        assert "for Juliet alone" not in check.received(scene.juliet)
        check.assert_state(scene.romeo, JULIET, "finished", held=1)
        scene.assert_nothing_leaked("for Juliet alone")


def test_the_verified_key_of_the_open_session_is_forgotten():
    with Scene() as scene:
        scene.go_private()
        key = own(scene.juliet)
        scene.romeo.xtls(JULIET, f"verify {key}")
        scene.romeo.expect_state("private")
        scene.romeo.say(JULIET, "as ever")
        scene.juliet.expect_message("as ever")
        scene.romeo.xtls(JULIET, f"forget {key}")
        dialog = assert_held(scene, UNKNOWN, key)
        lines = check.system_lines(scene.romeo, JULIET)
        assert not [line for line in lines if "not verified any more" in line]
        # Verifying it is a decision, too.
        scene.romeo.answer(dialog, "Verify…")
        scene.romeo.answer(scene.romeo.expect("request", title="Verify"),
                           "I have verified it")
        scene.juliet.expect_message("for Juliet alone")
        scene.romeo.expect_state("private")
        scene.assert_nothing_leaked("for Juliet alone")


def held_text_waits(back):
    """Romeo is asked about Juliet's key and has typed something when the
    session ends, and the next one has the same key. He is still asked."""
    with Scene(policy="automatic") as scene:
        go_resumable(scene, Talk(scene))
        key = own(scene.juliet)
        scene.romeo.xtls(JULIET, f"forget {key}")
        scene.romeo.expect_state("new-key", who=JULIET)
        scene.romeo.say(JULIET, "for Juliet alone")
        scene.romeo.expect_message(re.compile("held until you have decided"))
        check.sync_all(scene)
        for one in (scene.romeo, scene.juliet):
            one.forget()
        back(scene)
        scene.romeo.expect("request", title="New key")
        check.assert_state(scene.romeo, JULIET, "new-key", key_waits=True,
                           trust="new", fingerprint=key, held=1)
        check.sync_all(scene)
        assert "for Juliet alone" not in check.received(scene.juliet)
        scene.romeo.api("decide_key", ROMEO, JULIET, key, "accept")
        scene.juliet.expect_message("for Juliet alone", flags=["recv"])


def test_a_cut_decides_nothing():
    def back(scene):
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)

    held_text_waits(back)


def test_another_client_of_the_contact_decides_nothing():
    def back(scene):
        scene.juliet_proxy.cut()
        scene.juliet.expect("disconnected")
        scene.login(scene.juliet, f"{JULIET}/chamber", scene.juliet_proxy)

    held_text_waits(back)


def test_an_end_by_the_contact_decides_nothing():
    def back(scene):
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished", who=JULIET)
        scene.juliet.xtls(ROMEO, "start")

    held_text_waits(back)


def test_a_key_that_is_forgotten_after_a_cut_gets_nothing_unasked():
    """What Romeo typed for Juliet's key is held when he forgets it. It is not
    sent to whatever key comes first after that, without his decision."""
    with Scene(policy="automatic") as scene:
        go_resumable(scene, Talk(scene))
        key = own(scene.juliet)
        scene.juliet_proxy.cut()
        scene.juliet.expect("disconnected")
        scene.romeo.expect_state("waiting", who=JULIET)
        scene.romeo.say(JULIET, "for Juliet alone")
        check.assert_state(scene.romeo, JULIET, "waiting", held=1)
        scene.romeo.xtls(JULIET, f"forget {key}")
        scene.romeo.forget()
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.romeo.expect("request", title="New key")
        check.assert_state(scene.romeo, JULIET, "new-key", key_waits=True,
                           trust="new", fingerprint=key, held=1)
        check.sync_all(scene)
        assert "for Juliet alone" not in check.received(scene.juliet)
        scene.romeo.api("decide_key", ROMEO, JULIET, key, "accept")
        scene.juliet.expect_message("for Juliet alone", flags=["recv"])


def test_a_key_that_is_forgotten_after_a_restart_gets_nothing_unasked():
    """The same, if there was no session since Romeo's client was started."""
    with Scene(policy="automatic") as scene:
        go_resumable(scene, Talk(scene))
        key = own(scene.juliet)
        scene.juliet_proxy.cut()
        scene.juliet.expect("disconnected")
        scene.romeo.quit()
        scene.romeo.start()
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        scene.romeo.say(JULIET, "for Juliet alone")
        scene.romeo.expect_state("waiting", who=JULIET)
        assert scene.romeo.status(JULIET)["held"] == 1
        scene.romeo.xtls(JULIET, f"forget {key}")
        scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
        scene.romeo.expect("request", title="New key")
        check.sync_all(scene)
        assert "for Juliet alone" not in check.received(scene.juliet)
        scene.romeo.api("decide_key", ROMEO, JULIET, key, "accept")
        scene.juliet.expect_message("for Juliet alone", flags=["recv"])


def test_other_keys_are_not_the_sessions():
    """Forgetting another key, or taking back or repeating its verification,
    does not affect a session whose own key is verified."""
    with Scene() as scene:
        first, second = two_keys(scene)
        scene.romeo.xtls(JULIET, f"verify {second}")
        scene.romeo.expect_state("private")
        # Verifying one key has forgotten the other.
        scene.romeo.xtls(JULIET, "known")
        known = scene.romeo.expect_message(re.compile("verified by"))["text"]
        assert check.in_groups(second) in known and \
            check.in_groups(first) not in known, known
        scene.romeo.api("set_verified", ROMEO, JULIET, second, "off")
        scene.romeo.expect_state("unverified")
        scene.romeo.say(JULIET, "it goes on")
        scene.juliet.expect_message("it goes on")
        assert not scene.romeo.seen("request", title="New key")
        scene.assert_nothing_leaked("it goes on")


def test_unconfirmed_messages_are_sent_again_only_to_a_trusted_key():
    """The session was cut, and its key forgotten before the next one."""
    with Scene() as scene:
        first, second = two_keys(scene, verify_first=True)
        scene.juliet.say(ROMEO, "that makes it resumable")
        scene.romeo.expect_message("that makes it resumable", flags=["recv"])
        scene.romeo.say(JULIET, "confirmed")
        scene.juliet.expect_message("confirmed")
        scene.romeo_proxy.hold(proxy.UP)
        scene.romeo.say(JULIET, "to that key")
        scene.romeo.call("ping")
        scene.romeo_proxy.cut()
        scene.romeo.expect("disconnected")
        scene.romeo.expect_state("waiting")
        scene.juliet.expect_state("waiting")
        scene.romeo_proxy.release()
        scene.romeo.xtls(JULIET, f"forget {second}")
        for one in (scene.romeo, scene.juliet):
            one.forget()
        scene.login(scene.romeo, ORCHARD, scene.romeo_proxy)
        for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            one.expect("xtls-capability-changed", who=who,
                       capability="present")
        scene.romeo.xtls(JULIET, "start")
        scene.romeo.expect("request", title="New key")
        check.assert_state(scene.romeo, JULIET, "new-key", key_waits=True,
                           old_fingerprint=first)
        check.sync_all(scene)
        assert "to that key" not in check.received(scene.juliet)
        scene.romeo.expect_message(re.compile(f"to that key.*{UNCONFIRMED}"))
        scene.assert_nothing_leaked("to that key")


def test_status_shows_the_keys_of_the_session():
    with Scene() as scene:
        two_keys(scene)
        for one, who, other in ((scene.romeo, JULIET, scene.juliet),
                                (scene.juliet, ROMEO, scene.romeo)):
            check.assert_state(one, who, "unverified",
                               own_fingerprint=own(one),
                               fingerprint=own(other))


# --- somebody else in her place ------------------------------------------------


async def verified_and_gone(server, plugin):
    """Romeo has verified Juliet, and somebody with a key of its own takes her
    place (her server, say). Returns that."""
    juliet = await server.login(PEER + "/balcony")
    await plugin.knows(juliet)
    await plugin.do("open", PEER)
    session = await juliet.call(plugin.jid)
    await plugin.do("expect_state", "unverified", who=PEER)
    key = (await plugin.do("status", PEER))["fingerprint"]
    await plugin.do("xtls", PEER, f"verify {key}")
    await plugin.do("expect_state", "private", who=PEER)
    await session.finish()
    await plugin.do("expect_state", "finished", who=PEER)
    await juliet.logout()
    server._clients.remove(juliet)
    await plugin.do("expect", "xtls-capability-changed", who=PEER,
                    capability="offline")
    mallory = await server.login(PEER + "/balcony", Identity.make(PEER))
    await plugin.knows(mallory)
    return mallory


async def park(mallory, plugin):
    """A second request whose handshake is done, and whose header is not sent.
    """
    parked = mallory.session(plugin.jid, Mute)
    await parked.ask()
    await parked.wait("accepted")
    await parked.start()
    await parked.wait("secure")
    # She has no way to know: her key is not checked before everything has
    # arrived.
    await parked.out.drained()
    await plugin.do("call", "ping")
    return parked


@test
async def test_a_refused_key_is_not_let_in_by_an_earlier_session():
    server = Server()
    plugin = Plugin(server.port)
    mallory = await verified_and_gone(server, plugin)
    first = await mallory.call(plugin.jid)
    dialog = await plugin.do("expect", "request", title="New key")
    await plugin.do("say", PEER, "for Juliet alone")
    parked = await park(mallory, plugin)
    await plugin.do("answer", dialog, "Refuse")
    await plugin.do("expect_state", "finished", who=PEER)
    # She may not have been told of it yet.
    with contextlib.suppress(SSL.Error):
        parked.send_header()
    with contextlib.suppress(SSL.Error):
        first.say("still here")
    # Both sessions end at once, without waiting for her.
    assert await first.wait("terminate") == "security-error"
    assert await parked.wait("terminate") == "security-error"
    await plugin.do("say", PEER, "more for Juliet alone")
    await plugin.do("call", "sync", "romeo@localhost")
    await plugin.do("expect", "synced")
    status = await plugin.do("status", PEER)
    assert status["state"] == "finished" and status["held"] == 2, status
    for session in (first, parked):
        assert not session.events.values("body"), session.events.history
    shown = [text for flags, text in plugin.client.lines(PEER)
             if "recv" in flags]
    assert not shown, shown
    await server.close()
    await plugin.do("quit")


@test
async def test_no_handshake_outlives_the_own_key():
    """“Make a new key” ends what has not been opened with the old one."""
    server = Server()
    plugin = Plugin(server.port)
    juliet = await server.login(PEER + "/balcony")
    await plugin.knows(juliet)
    await plugin.do("open", PEER)
    parked = await park(juliet, plugin)
    old = (await plugin.do("api", "get_own_fingerprint",
                           "romeo@localhost"))["value"]
    await plugin.do("api", "renew_own_key", "romeo@localhost")
    assert await parked.wait("terminate") == "general-error"
    with contextlib.suppress(SSL.Error):
        parked.send_header()
    session = await juliet.call(plugin.jid)
    await plugin.do("expect_state", "unverified", who=PEER)
    status = await plugin.do("status", PEER)
    assert status["own_fingerprint"] != old, status
    await session.finish()
    await server.close()
    await plugin.do("quit")


@test
async def test_no_handshake_outlives_the_end():
    """A request that was made before he ended it does not bring it back."""
    async with World() as scene:
        await scene.called_by_juliet()
        parked = await park(scene.juliet, scene.plugin)
        await scene.plugin.end()
        assert await parked.events.get("terminate") == "decline"
        with contextlib.suppress(SSL.Error):
            parked.send_header()
        await scene.juliet.disco(scene.plugin.jid)
        status = await scene.plugin.do("status", PEER)
        assert status["state"] == "not-private", status
        # A request that she makes after that is a new one.
        session = await scene.called_by_juliet()
        await session.finish()


class Quiet(Mute):
    """Called, it answers the header once `speaks` is set."""

    speaks = False

    def send_header(self):
        if self.speaks:
            super().send_header()


@test
async def test_never_is_judged_when_an_unfinished_session_opens():
    """Its handshake is done when the policy changes, whoever has called.
    Nothing is sent in it, and the contact is told that it was declined."""
    async with World() as scene:
        plugin = scene.plugin
        parked = await park(scene.juliet, plugin)
        await plugin.do("xtls", PEER, "policy never")
        parked.send_header()
        assert await parked.events.get("terminate") == "decline"
        status = await plugin.do("status", PEER)
        assert status["state"] == "not-private", status

        await plugin.do("xtls", PEER, "policy manual")
        scene.juliet.session_class = Quiet
        await plugin.start()
        called = await scene.juliet.incoming.get("session")
        await called.wait("open")
        await plugin.do("say", PEER, "for Juliet alone")
        await plugin.do("xtls", PEER, "policy never")
        called.speaks = True
        called.send_header()
        await plugin.line(f"{check.FAILED}.* is “never”")
        assert await called.events.get("terminate") == "decline"
        status = await plugin.do("status", PEER)
        assert status["state"] == "waiting" and status["held"] == 1, status
        for session in (parked, called):
            assert not session.events.values("body"), session.events.history
        assert not plugin.client.seen("xtls-state-changed",
                                      state=check.private)
        await plugin.end()
        await plugin.line("“for Juliet alone” was not sent")
