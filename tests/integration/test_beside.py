# SPDX-License-Identifier: GPL-2.0-or-later
"""Files beside the stream: SOCKS5 under TLS."""

from test_files import MIB, assert_all_inside, to_juliet, to_romeo
from xtlstest.scene import Scene


def test_direct_both_ways():
    with Scene() as scene:
        scene.go_private()
        for move in (to_juliet, to_romeo):
            move = move(scene, 5 * MIB).accept()
            move.arrives()
            for one, number in move.sides:
                assert one.seen("xfer", what="completed", xfer=number,
                                socket=True), one.seen("xfer", xfer=number)
        assert_all_inside(scene, "secret-plan", "secret-answer")
