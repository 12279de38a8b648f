# SPDX-License-Identifier: GPL-2.0-or-later
"""The user reads the true reason: these tests really produce each cause. The
table of all causes is in unit/test-texts.c."""

import os
import re

from peer import jingle
from peer.session import Session
from peer.world import Scene as World
from peer.world import test
from xtlstest import check, process
from xtlstest.scene import JULIET, ROMEO, Scene

RULES = "GNUTLS_SYSTEM_PRIORITY_FILE"
FORBIDS_VERSION = "[overrides]\ndisabled-version = tls1.3\n"
FORBIDS_CURVE = "[overrides]\ndisabled-curve = secp256r1\n"
UNABLE = "crypto policy"
INCOMPATIBLE = "no encryption in common"
NO_KEY = "There is no key for this account"


def forbid(rules):
    """The environment of a client on a system with this cryptographic
    policy."""
    path = os.path.join(process.folder("rules"), "config")
    with open(path, "w", encoding="utf-8") as file:
        file.write(rules)
    return {RULES: path}


def assert_failed(one, who, reason):
    one.expect_message(re.compile(f"{check.FAILED}: .*{reason}"))
    assert not one.seen("message", text=re.compile("tampered")), one.history
    one.xtls(who, "end")
    one.expect_state("not-private")


def test_a_system_without_tls_1_3():
    """The text suggests asking the computer's administrator, and does not
    mention tampering."""
    with Scene(login=False) as scene:
        scene.juliet.quit()
        scene.juliet.use(forbid(FORBIDS_VERSION))
        scene.juliet.start()
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
        for one, who in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            one.expect("xtls-capability-changed", who=who,
                       capability="present")
        scene.romeo.xtls(JULIET, "start")
        assert_failed(scene.romeo, JULIET, INCOMPATIBLE)
        scene.juliet.xtls(ROMEO, "start")
        assert_failed(scene.juliet, ROMEO, UNABLE)


def test_a_system_without_p_256():
    """Without the curve no key can be made, and the user is told at once."""
    with Scene(login=False) as scene:
        scene.juliet.quit()
        scene.juliet.use(forbid(FORBIDS_CURVE))
        scene.juliet.start()
        scene.login(scene.juliet, f"{JULIET}/balcony", scene.juliet_proxy)
        notice = scene.juliet.expect("notify")
        assert NO_KEY in notice["primary"], notice


def nested(levels):
    return levels * "<b><i>" + "deep" + levels * "</i></b>"


def test_formatting_that_is_nested_too_deep():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.say(JULIET, nested(40))
        scene.romeo.expect_message(re.compile(
            "could not be delivered.*less formatting"))
        assert not scene.romeo.seen("message", text=re.compile("too long"))
        scene.romeo.say(JULIET, "plainly")
        scene.juliet.expect_message("plainly")
        assert check.received(scene.juliet) == ["plainly"]


def test_an_invitation_and_a_buzz_that_are_too_long():
    """They are not text, but somebody waits for them."""
    with Scene() as scene:
        scene.go_private()
        for xml in ("<x xmlns='jabber:x:conference' jid='garden@rooms.lit'"
                    " reason='{}'/>",
                    "<attention xmlns='urn:xmpp:attention:0'>{}</attention>"):
            xml = xml.format(300_000 * "x")
            scene.romeo.call("stanza", ROMEO,
                             f"<message to='{JULIET}'>{xml}</message>")
            scene.romeo.expect_message(re.compile(
                "a buzz, was not sent. It is too long."))
        # Nobody misses what a client sends by itself.
        scene.romeo.call(
            "stanza", ROMEO, f"<message to='{JULIET}' type='chat'><composing"
            " xmlns='http://jabber.org/protocol/chatstates'>"
            f"{300_000 * 'x'}</composing></message>")
        scene.romeo.say(JULIET, "plainly")
        scene.juliet.expect_message("plainly")
        assert len(scene.romeo.seen(
            "message", text=re.compile("too long"))) == 2


def test_text_that_is_too_long():
    with Scene() as scene:
        scene.go_private()
        scene.romeo.say(JULIET, "long " + 300_000 * "x")
        scene.romeo.expect_message(re.compile(
            "could not be delivered.*too long"))


@test
async def test_a_stream_error_of_the_peer():
    """What arrived here was neither damaged nor forged: the contact's client
    objects to what arrived there."""
    async with World() as scene:
        session = await scene.called_by_juliet()
        session.refuse_stream("policy-violation")
        line = await scene.plugin.line("was cut off")
        assert "damaged or forged" not in line["text"], line


class Refusing(Session):
    """Called, it ends the session for `reason` when the handshake is done."""

    def send_header(self):
        if not self.over:
            self.finished(self.reason)
            self.client.spawn(self.quietly(
                jingle.terminate(self.sid, self.reason)))


@test
async def test_the_reason_of_a_peer_after_the_handshake():
    """Nobody has tampered with anything, and nothing was cut: the contact has
    refused the key, or makes a new one."""
    for reason, text in (("security-error", "refused your key"),
                         ("general-error", "cannot take a request now"),
                         ("decline", "declined it")):
        async with World() as scene:
            scene.juliet.session_class = Refusing
            Refusing.reason = reason
            await scene.plugin.start()
            line = await scene.plugin.line(check.FAILED)
            assert text in line["text"], line
            await scene.plugin.end()
