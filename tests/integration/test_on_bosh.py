# SPDX-License-Identifier: GPL-2.0-or-later
"""
Private conversations of clients that reach their server by HTTP (BOSH).
libpurple sends at most about one request a second there.
"""

import contextlib
import re

import pytest

from xtlstest import check
from xtlstest.files import Move
from xtlstest.prosody import Prosody
from xtlstest.scene import JULIET, PASSWORDS, ROMEO, Scene
from xtlstest.talk import Talk, assert_never_cut_off, go_resumable

ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"


@pytest.fixture(scope="module", name="server")
def _server():
    server = Prosody(PASSWORDS, [(ROMEO, JULIET)], http=True).keep()
    yield server
    server.kill()


def log_in(scene, one, jid):
    """Logs in through a proxy that records the requests."""
    through = scene.add_proxy(scene.server.http_port, raw=True)
    scene.login(one, jid, through,
                bosh=f"http://127.0.0.1:{through.port}/http-bind")
    return through


@contextlib.contextmanager
def by_http(server, **options):
    with Scene(server=server, login=False, **options) as scene:
        log_in(scene, scene.romeo, ORCHARD)
        log_in(scene, scene.juliet, BALCONY)
        scene.romeo.expect("presence", who=JULIET, online=True)
        scene.juliet.expect("presence", who=ROMEO, online=True)
        yield scene


def test_talk_and_a_file(server):
    with by_http(server) as scene:
        scene.go_private()
        for one, other in ((scene.romeo, scene.juliet),
                           (scene.juliet, scene.romeo)):
            one.say(other.account, "But soft")
            other.expect_message("But soft", flags=["recv"])
        Move(scene.romeo, scene.juliet, BALCONY, 5_000).accept().arrives()
        scene.juliet.xtls(ROMEO, "end")
        scene.romeo.expect_state("finished")
        # The message is held and not sent in clear.
        scene.romeo.say(JULIET, "what light")
        scene.romeo.expect_message(re.compile(check.HELD))
        scene.assert_nothing_leaked("But soft", "what light", "secret-plan")


def test_many_messages(server):
    with by_http(server, policy="automatic") as scene:
        talk = Talk(scene)
        go_resumable(scene, talk)
        talk.both(20)
        talk.check()
        assert_never_cut_off(scene)
