# SPDX-License-Identifier: GPL-2.0-or-later
"""
Many messages that are sent in one turn of the main loop, privately and in
clear, in turns: how many blocks they take on the wire, how many are read in a
second, and the CPU of both clients.
"""

import collections
import statistics
import time

from xtlstest import check, proxy
from xtlstest.scene import JULIET, Scene

# blocks on the wire (0 in clear), messages a second, seconds of CPU
Result = collections.namedtuple("Result", "blocks rate cpu")


def _begin(plugin):
    scene = Scene(plugin=plugin)
    scene.__enter__()
    if plugin:
        scene.go_private()
    scene.romeo.say(JULIET, "hello")
    scene.juliet.expect_message("hello")
    check.sync_all(scene)
    for through in scene.proxies:
        through.raw = True  # so that the proxy is quick
    return scene


def _cpu(scene):
    """Seconds that both clients have used."""
    used = 0
    for one in (scene.romeo, scene.juliet):
        with open(f"/proc/{one.process.pid}/schedstat") as file:
            used += int(file.read().split()[0])
    return used / 1e9


def _run(scene, name, count):
    texts = [f"{name} {number}" for number in range(count)]
    sent = scene.romeo_proxy.bytes[proxy.UP]
    before, cpu, began = len(sent), _cpu(scene), time.monotonic()
    scene.romeo.say_at_once(JULIET, texts)
    read = scene.juliet.expect_message(texts[-1], flags=["recv"])["at"]
    check.sync_all(scene)
    cpu = _cpu(scene) - cpu
    assert len(scene.juliet.seen("message", text=texts[0])) == 1
    return Result(sent.count(b"<data ", before), count / (read - began), cpu)


def measure(count, rounds):
    """Returns what private messages take and what those in clear take, as
    medians."""
    scenes = [_begin(plugin) for plugin in (True, False)]
    results = [[] for _ in scenes]
    for number in range(rounds):
        for scene, found in zip(scenes, results):
            found.append(_run(scene, f"round {number}", count))
    for scene in scenes:
        scene.__exit__(None, None, None)
    return [Result(*map(statistics.median, zip(*found))) for found in results]
