# SPDX-License-Identifier: GPL-2.0-or-later
"""Files inside a private conversation arrive complete, or both sides are told
that they did not. `make bench-files` moves 10 MiB. Files beside the stream are
in test_beside.py."""

import threading

from xtlstest import check, client, proxy
from xtlstest.files import Move
from xtlstest.scene import JULIET, ROMEO, Scene

IBB = "{http://jabber.org/protocol/ibb}"
SI = "{http://jabber.org/protocol/si}si"
ORCHARD = f"{ROMEO}/orchard"
BALCONY = f"{JULIET}/balcony"
MIB = 1024 * 1024


def to_juliet(scene, size, name="secret-plan"):
    return Move(scene.romeo, scene.juliet, BALCONY, size, name)


def to_romeo(scene, size, name="secret-answer"):
    return Move(scene.juliet, scene.romeo, ORCHARD, size, name)


def go_private(scene):
    """Files go in-band, as if nobody could connect."""
    scene.go_private()
    for one in (scene.romeo, scene.juliet):
        one.call("in-band-only")


def assert_all_inside(scene, *names):
    """Neither the offer, nor a block, nor a client's address was visible."""
    scene.assert_nothing_leaked(*names)
    for through in scene.proxies:
        assert not through.stanzas(path=SI)
        assert len({sid for _, sid in through.streams()}) == 1, [
            unit for unit in through.stanzas() if unit.find(IBB + "data")
            is not None and "purple" in unit.find(IBB + "data").get("sid")]
        assert not [unit for unit in through.stanzas()
                    if b"streamhost" in unit.raw]


def assert_well_after(scene):
    """Messages and files still work."""
    scene.romeo.say(JULIET, "never mind")
    scene.juliet.expect_message("never mind", flags=["recv"])
    scene.juliet.say(ROMEO, "I will not")
    scene.romeo.expect_message("I will not", flags=["recv"])
    to_juliet(scene, 20_000, "another").accept().arrives()


def test_large_both_ways_at_once_with_talk():
    """Memory grows by what is under way, up to 1 MiB in several copies, and not
    with the files, because no part of them is collected."""
    with Scene() as scene:
        go_private(scene)
        for move in (to_juliet, to_romeo):
            move(scene, 300_000, "first").accept().arrives()
        before = [one.memory() for one in (scene.romeo, scene.juliet)]
        moves = [to_juliet(scene, 5 * MIB), to_romeo(scene, 4 * MIB)]
        for move in moves:
            move.accept()
        for number in range(20):
            scene.romeo.say(JULIET, f"while it moves {number}")
            scene.juliet.expect_message(f"while it moves {number}")
            scene.juliet.say(ROMEO, f"so does the other {number}")
            scene.romeo.expect_message(f"so does the other {number}")
            # Messages do not wait behind a file. How many pass meanwhile
            # depends on the machine.
            assert number or not [
                one for move in moves for one, transfer in move.sides
                if one.seen("xfer", what="completed", xfer=transfer)]
        for move in moves:
            move.arrives()
        if not client.SANITIZED:
            for one, least in zip((scene.romeo, scene.juliet), before):
                grown = one.memory() - least
                assert grown < 4 * MIB, (one.name, grown)
        assert_all_inside(scene, "secret-plan", "secret-answer",
                          "while it moves", "so does the other")


def most_under_way(through):
    """Returns how many bytes of data at most had left and were not acknowledged
    yet."""
    most, blocks = 0, {}
    for record in through.records:
        unit = record.unit
        if unit.kind != "stanza" or unit.name != "iq":
            continue
        if record.direction == proxy.DOWN:
            blocks.pop(unit.xml.get("id"), None)
        elif unit.find(IBB + "data") is not None:
            blocks[unit.xml.get("id")] = len(unit.raw)
        most = max(most, sum(blocks.values()))
    return most


def test_a_file_fills_a_distant_path():
    """Block follows block without waiting for the answers, which take 200 ms,
    also while there is talk. How many blocks are under way depends on the
    machine too; with waiting it would be one."""
    with Scene() as scene:
        go_private(scene)
        for through in scene.proxies:
            through.delay = {proxy.UP: 0.05, proxy.DOWN: 0.05}
        move = to_juliet(scene, MIB).accept()
        for number in range(5):
            scene.romeo.say(JULIET, f"while it moves {number}")
            scene.juliet.expect_message(f"while it moves {number}")
        move.arrives()
        assert_all_inside(scene, "secret-plan", "while it moves")
        assert most_under_way(scene.romeo_proxy) > 50_000


def test_a_hundred_small_files():
    """Of all sizes around that of a block, several of them at the same
    time."""
    sizes = (1, 2, 3, 3069, 3070, 3071, 6140, 6141, 4096, 10_000)
    with Scene() as scene:
        go_private(scene)
        for tens in range(10):
            moves = [to_juliet(scene, size, f"letter-{tens}-{number}")
                     for number, size in enumerate(sizes)]
            for move in moves:
                move.accept()
            for move in moves:
                move.arrives()
        assert_all_inside(scene, "letter-")


def test_first_message_of_the_contact_while_a_file_moves():
    with Scene() as scene:
        scene.juliet.xtls(ROMEO, "start")
        check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
        assert not scene.romeo.seen("conversation-created")
        move = to_romeo(scene, MIB).accept().moves()
        scene.romeo.forget()
        scene.juliet.say(ROMEO, "did you get it?")
        line = scene.romeo.expect_message("did you get it?", flags=["recv"])
        assert line["conv"].startswith(JULIET), line
        move.arrives()
        assert not any(check.CLEAR in text for _, text in scene.romeo.lines())
        scene.assert_nothing_leaked("did you get it?", "secret-answer")


def test_cancelled_before_it_begins():
    with Scene() as scene:
        go_private(scene)
        move = to_juliet(scene, 2000)
        scene.juliet.answer(scene.juliet.expect("request", type="action"), 1)
        scene.romeo.expect("xfer", what="cancelled", xfer=move.sent)
        move = to_juliet(scene, 2000)
        scene.juliet.expect("request", type="action")
        scene.romeo.call("xfer-cancel", move.sent)
        scene.romeo.expect("xfer", what="cancelled", xfer=move.sent)
        assert_well_after(scene)
        assert_all_inside(scene, "secret-plan")


def test_cancelled_by_the_sender():
    with Scene() as scene:
        go_private(scene)
        move = to_juliet(scene, 3 * MIB).accept().moves()
        scene.romeo.call("xfer-cancel", move.sent)
        move.is_called_off()
        assert_well_after(scene)
        assert_all_inside(scene, "secret-plan")


def test_cancelled_by_the_receiver():
    with Scene() as scene:
        go_private(scene)
        move = to_juliet(scene, 3 * MIB).accept().moves()
        scene.juliet.call("xfer-cancel", move.received)
        move.is_called_off()
        assert_well_after(scene)
        assert_all_inside(scene, "secret-plan")


def test_cancelled_when_all_but_the_end_is_on_its_way():
    """Romeo's client has sent everything and waits only for the last response.
    The file has not arrived before that, only what opens its bytestream, which
    leaves just before it."""
    kept, over = [], threading.Event()

    def keep_large(link, direction, unit):
        if direction == proxy.UP:
            return None
        if over.is_set():
            passes = [*kept, unit.raw]
            kept.clear()
            return passes
        if not kept and len(unit.raw) <= 4000:
            return None
        kept.append(unit.raw)
        return proxy.DROP

    with Scene() as scene:
        go_private(scene)
        # More may be in flight once the rate is known.
        to_juliet(scene, MIB, "first").accept().arrives()
        move = to_juliet(scene, 9000)
        scene.juliet_proxy.hook = keep_large
        move.accept()
        scene.romeo.expect("xfer", xfer=move.sent, done=9000)
        scene.juliet.call("xfer-cancel", move.received)
        scene.romeo.expect("xfer", what="cancelled", xfer=move.sent)
        assert not scene.romeo.seen("xfer", what="completed", xfer=move.sent)
        over.set()
        assert_well_after(scene)


def test_the_sender_crashes():
    with Scene() as scene:
        go_private(scene)
        move = to_juliet(scene, 3 * MIB).accept().moves()
        scene.romeo.kill()
        move.is_called_off(scene.juliet)
        assert_all_inside(scene, "secret-plan")


def test_the_receiver_crashes():
    with Scene() as scene:
        go_private(scene)
        move = to_juliet(scene, 3 * MIB).accept().moves()
        scene.juliet.kill()
        move.is_called_off(scene.romeo)
        assert_all_inside(scene, "secret-plan")


def test_the_senders_connection_is_cut():
    with Scene() as scene:
        go_private(scene)
        move = to_juliet(scene, 3 * MIB).accept().moves()
        scene.romeo_proxy.cut()
        move.is_called_off()
        scene.romeo.expect("disconnected")
        assert_all_inside(scene, "secret-plan")


def test_the_receivers_connection_is_cut():
    with Scene() as scene:
        go_private(scene)
        move = to_juliet(scene, 3 * MIB).accept().moves()
        scene.juliet_proxy.cut()
        move.is_called_off()
        scene.juliet.expect("disconnected")
        assert_all_inside(scene, "secret-plan")


def test_the_conversation_ends():
    """Either side ends it, while one file is on its way and another was only
    offered."""
    for ending in ("romeo", "juliet"):
        with Scene() as scene:
            go_private(scene)
            offered = to_juliet(scene, 2000, "offered")
            question = scene.juliet.expect("request", type="action")
            move = to_juliet(scene, 3 * MIB).accept().moves()
            since = len(scene.romeo_proxy.records)
            one, who = ((scene.romeo, JULIET) if ending == "romeo"
                        else (scene.juliet, ROMEO))
            one.xtls(who, "end")
            move.is_called_off()
            scene.romeo.expect("xfer", what="cancelled", xfer=offered.sent)
            # The dialog about the offer is closed.
            scene.juliet.expect("request-closed", request=question["request"])
            check.sync_all(scene)
            assert not scene.romeo_proxy.stanzas(proxy.UP, SI, since=since)
            assert_all_inside(scene, "secret-plan", "offered")


def test_acknowledgements_come_after_the_end():
    """The rest of the file is not sent outside."""
    with Scene() as scene:
        go_private(scene)
        move = to_juliet(scene, 3 * MIB).accept().moves()
        scene.juliet_proxy.hold(proxy.UP)
        scene.romeo.xtls(JULIET, "end")
        scene.romeo.expect_state("not-private")
        scene.juliet_proxy.release()
        move.is_called_off()
        check.sync_all(scene)
        assert_all_inside(scene, "secret-plan")


def test_the_plugin_is_unloaded():
    for leaving in ("romeo", "juliet"):
        with Scene() as scene:
            go_private(scene)
            move = to_juliet(scene, 3 * MIB).accept().moves()
            getattr(scene, leaving).unload()
            move.is_called_off()
            check.sync_all(scene)
            assert_all_inside(scene, "secret-plan")


def without_farewells(link, direction, unit):
    """A server that does not report that somebody has gone offline."""
    gone = direction == proxy.DOWN and unit.name == "presence" and \
        unit.xml.get("type") == "unavailable"
    return proxy.DROP if gone else None


def restart_juliet(scene):
    """With the same resource, before the server has reported her as
    offline."""
    scene.romeo_proxy.hook = without_farewells
    scene.juliet_proxy.hold()
    scene.juliet.kill()
    scene.juliet.start()
    scene.juliet_proxy.release()
    scene.login(scene.juliet, BALCONY, scene.juliet_proxy)
    scene.juliet.expect("xtls-capability-changed", who=ROMEO,
                        capability="present")
    scene.juliet.xtls(ROMEO, "start")
    scene.juliet.expect_state("unverified")


def test_the_receiver_restarts_without_the_transfer():
    for accepted in (True, False):
        with Scene() as scene:
            go_private(scene)
            move = to_juliet(scene, 20 * MIB)
            if accepted:
                move.accept().moves()
            else:
                scene.juliet.expect("request", type="action")
            restart_juliet(scene)
            scene.romeo.expect("xfer", what="cancelled", xfer=move.sent)
            assert_well_after(scene)


def test_the_sender_restarts_without_the_transfer():
    with Scene() as scene:
        go_private(scene)
        move = to_romeo(scene, 20 * MIB).accept().moves()
        restart_juliet(scene)
        scene.romeo.expect("xfer", what="cancelled", xfer=move.received)
        assert_well_after(scene)
