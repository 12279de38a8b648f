# SPDX-License-Identifier: GPL-2.0-or-later
"""Files beside the stream between two clients: SOCKS5 under TLS, over a direct
connection. `make bench-files` moves 100 MiB."""

import os
import re

import pytest

from test_files import MIB, assert_all_inside, assert_well_after, to_juliet, \
    to_romeo
from xtlstest import client, faults, process
from xtlstest.scene import JULIET, ROMEO, Scene

# Around the sizes of what moves at a time.
SIZES = (1, 2, 4095, 4096, 4097, 16_383, 16_384, 16_385, 65_537, 300_000)


def assert_complete(move):
    """Both were shown all of it."""
    move.went(socket=True)
    for one, number in move.sides:
        last = one.seen("xfer", xfer=number, what="gone")[-1]
        assert last["done"] == last["size"], last
        assert last["status"] == "done", last


def test_both_ways_at_once_with_talk():
    with Scene() as scene:
        scene.go_private()
        moves = [to_juliet(scene, 5 * MIB), to_romeo(scene, 4 * MIB)]
        for move in moves:
            move.accept()
        scene.romeo.say(JULIET, "while it moves")
        scene.juliet.expect_message("while it moves")
        for move in moves:
            move.arrives()
            assert_complete(move)
        assert_all_inside(scene, "secret-plan", "secret-answer",
                          "while it moves")
        for one in (scene.romeo, scene.juliet):
            assert not one.seen("notify"), one.seen("notify")


def test_all_sizes_at_once():
    with Scene() as scene:
        scene.go_private()
        moves = [to_juliet(scene, size, f"letter-{size}") for size in SIZES]
        for move in moves:
            move.accept()
        for move in moves:
            move.arrives()
            assert_complete(move)
        assert_all_inside(scene, "letter-")


def test_more_files_than_are_negotiated_at_once():
    """Those above the limit arrive in-band."""
    with Scene() as scene:
        scene.go_private()
        moves = [to_juliet(scene, 1000, f"page-{number}-")
                 for number in range(70)]
        for move in moves:
            move.accept()
        for move in moves:
            move.arrives()
        assert_all_inside(scene, "page-")


def test_a_large_file_in_little_memory():
    with Scene() as scene:
        scene.go_private()
        for move in (to_juliet, to_romeo):
            move(scene, MIB, "first").accept().arrives()
        sides = (scene.romeo, scene.juliet)
        memory = [one.memory() for one in sides]
        descriptors = [one.descriptors() for one in sides]
        move = to_juliet(scene, 50 * MIB).accept()
        move.arrives()
        assert_complete(move)
        if not client.SANITIZED:
            for one, least in zip(sides, memory):
                assert one.memory() - least < 2 * MIB, one.name
        assert [one.descriptors() for one in sides] == descriptors
        assert_all_inside(scene, "secret-plan")


@pytest.mark.parametrize("name", ("romeo", "juliet"))
def test_direct_connections_are_forbidden(name):
    """By one of them; there is no proxy, so it goes in-band."""
    with Scene() as scene:
        getattr(scene, name).call("pref", client.DIRECT, "off")
        scene.go_private()
        for move in (to_juliet(scene, 50_000), to_romeo(scene, 50_000)):
            move.accept().arrives()
            move.went(socket=False)
        assert_all_inside(scene, "secret-plan", "secret-answer")


class Faults(Scene):
    """Juliet's disk may be full where the plugin's folder is."""

    def add_client(self, name, plugins=None, folder=None, **options):
        if name == "juliet":
            folder = process.folder(name)
            faults.set_faults(folder)
            self._environment = faults.environment()
        return super().add_client(name, plugins, folder, **options)


def test_the_disk_is_full():
    """libpurple notices nothing: it calls the file complete before it closes
    it, and what it has buffered is written."""
    with Faults() as scene:
        scene.go_private()
        move = to_juliet(scene, 1000)
        move.target = os.path.join(scene.juliet.dir, "xtls", "received")
        faults.set_faults(scene.juliet.dir, disk_is_full=True)
        move.accept()
        move.is_called_off(scene.romeo)
        scene.juliet.expect(
            "notify", type="error", primary=re.compile(ROMEO),
            secondary=re.compile("/received was not written completely"))
        assert_well_after(scene)


def test_refused_and_withdrawn():
    """Before anything was negotiated."""
    with Scene() as scene:
        scene.go_private()
        move = to_juliet(scene, MIB)
        scene.juliet.answer(scene.juliet.expect("request", type="action"), 1)
        scene.romeo.expect("xfer", what="cancelled", xfer=move.sent)
        move = to_juliet(scene, MIB)
        question = scene.juliet.expect("request", type="action")
        scene.romeo.call("xfer-cancel", move.sent)
        scene.romeo.expect("xfer", what="cancelled", xfer=move.sent)
        scene.juliet.answer(question, 1)
        assert_well_after(scene)
        assert_all_inside(scene, "secret-plan")


class OneHasIt(Scene):
    """Only Romeo has the plugin."""

    def add_client(self, name, plugins=None, folder=None, **options):
        if name == "juliet":
            plugins = []
        return super().add_client(name, plugins, folder, **options)


@pytest.mark.parametrize("policy", ("manual", "automatic", "required"))
def test_a_contact_without_the_plugin_sends(policy):
    """A policy forbids only sending."""
    with OneHasIt(policy=policy) as scene:
        move = to_romeo(scene, 50_000).accept()
        move.arrives()
        move.went(socket=True)


def test_the_clear_conversation_is_as_before():
    """Without a private conversation libpurple sends as it always has."""
    with Scene() as scene:
        move = to_juliet(scene, 50_000).accept()
        move.arrives()
        move.went(socket=True)
        assert scene.romeo_proxy.leaks("secret-plan")
