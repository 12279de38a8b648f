#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
`make bench-net`: how long the first message takes over a network with a delay
on each leg, from typing it to reading it: in clear, and privately between two
contacts who know each other's keys and whose policy is `required`, so that the
message starts the session. Real clients, a real server, a proxy on each leg.
It is measured with the hello, and with a peer that ignores it.

A trip is the time from one client to the other. Bytes and stanzas are those on
the caller's leg, in both directions, until the message has been read.

How long a file beside the stream takes, which is SOCKS5 under TLS, against
libpurple's own SOCKS5 without the plugin (beside.py); what many messages take
that are sent at once, against those in clear (burst.py); how fast a file is
inside, in-band, and how late a message meanwhile (inband.py); the same on
servers that let little through, after their burst.

An argument names the file into which it draws all of it (picture.py).
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(
    os.path.dirname(__file__), "..", "integration"))

import beside  # noqa: E402
import burst  # noqa: E402
import inband  # noqa: E402
import picture  # noqa: E402
from xtlstest import check, process, proxy  # noqa: E402
from xtlstest.ejabberd import Ejabberd  # noqa: E402
from xtlstest.scene import JULIET, ROMEO, Scene  # noqa: E402
from xtlstest.stock import StockProsody  # noqa: E402

DELAY = 0.05  # seconds on each leg
ROUNDS = 3
DELAYS = (0, 0.0125, 0.05)  # of the files
SIZE = 16 * inband.MIB
# Servers with Debian's own configuration, and bytes a second from a client.
LIMITED = (("ejabberd", Ejabberd, 3000), ("Prosody", StockProsody, 10_000))
# Of a file beside the stream, and of its link: bytes a second, and seconds in
# each direction.
BESIDE = 100 * beside.MIB
LINK = (12_000_000, 0.025)
BURST = 500
BURST_ROUNDS = 7
# Milliseconds that the machine itself may need.
MACHINE = 250
# With the hello: trips, bytes, stanzas.
MOST = {"private, hello": (3, 6000, 10)}


def set_delay(scene, delay):
    for through in scene.proxies:
        for direction in (proxy.UP, proxy.DOWN):
            through.delay[direction] = delay


def begin(plugin, hook):
    scene = Scene(plugin=plugin)
    scene.__enter__()
    if plugin:
        scene.romeo.expect("xtls-capability-changed", who=JULIET,
                           capability="present")
        # From now on each knows the other's key.
        scene.go_private()
        for one, other in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            one.xtls(other, "end")
        for one, other in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
            check.assert_state(one, other, "not-private")
        scene.romeo.xtls(JULIET, "policy required")
    scene.romeo.open(JULIET)
    scene.romeo_proxy.hook = hook
    check.sync_all(scene)
    return scene


def measure(plugin, hook):
    """Returns milliseconds, bytes, stanzas."""
    scene = begin(plugin, hook)
    set_delay(scene, DELAY)
    seen = scene.romeo_proxy.records
    before = len(seen)
    began = time.monotonic()
    scene.romeo.say(JULIET, "But soft")
    read = scene.juliet.expect_message("But soft", flags=["recv"])["at"]
    passed = [record.unit for record in seen[before:]
              if record.unit.kind == "stanza" and record.unit.at <= read
              and record.unit.name in ("iq", "message")]
    set_delay(scene, 0)
    scene.__exit__(None, None, None)
    return ((read - began) * 1000, sum(len(unit.raw) for unit in passed),
            len(passed))


def measure_messages():
    """Returns what to draw, and the names of those that were late."""
    ways = (("in clear", False, None),
            ("private, hello", True, None),
            ("private, without", True, proxy.without_hello))
    rows, late = [], []
    print(f"{DELAY * 1000:.0f} ms on each leg, the best of {ROUNDS}")
    print(f"{'':18}{'trips':>6}{'ms':>7}{'bytes':>8}{'stanzas':>9}")
    for name, plugin, hook in ways:
        best = min(measure(plugin, hook) for _ in range(ROUNDS))
        ms, size, stanzas = best
        trips = int(ms / (2 * DELAY * 1000))
        print(f"{name:18}{trips:6}{ms:7.0f}{size:8}{stanzas:9}", flush=True)
        rows.append((name, ms, f"{ms:.0f} ms; trips: {trips}, bytes: {size}, "
                     f"stanzas: {stanzas}"))
        most = MOST.get(name)
        if most and (ms > most[0] * 2 * DELAY * 1000 + MACHINE
                     or size > most[1] or stanzas > most[2]):
            late.append(f"{name}: more than {most}")
    return (f"The first message, with {DELAY * 1000:.0f} ms on each leg",
            max(ms for _, ms, _ in rows), rows), late


def measure_beside():
    """Returns what to draw."""
    rate, delay = LINK
    ways = (("loopback", 2.5, beside.on_loopback(BESIDE, ROUNDS)),
            (f"{rate / 1e6:.0f} MB/s, {delay * 1000:.0f} ms", 1.1,
             beside.over_link(BESIDE, 1, rate, delay)))
    rows = []
    print(f"\na file of {BESIDE // beside.MIB} MiB beside the stream: SOCKS5 "
          "under TLS, and plain without the plugin")
    print(f"{'link':>16}{'private, s':>12}{'plain, s':>10}{'times':>7}"
          f"{'goal':>6}{'private, MiB/s':>16}{'plain':>7}")
    for name, goal, (private, plain) in ways:
        speeds = [BESIDE / beside.MIB / took for took in (private, plain)]
        print(f"{name:>16}{private:12.2f}{plain:10.2f}{private / plain:7.2f}"
              f"{goal:6}{speeds[0]:16.1f}{speeds[1]:7.1f}", flush=True)
        rows.append((name, private / plain,
                     f"{private / plain:.2f} times as long; {speeds[0]:.1f} "
                     f"MiB/s, plain: {speeds[1]:.1f}"))
    return (f"A file of {BESIDE // beside.MIB} MiB beside the stream (SOCKS5 "
            "under TLS), against plain SOCKS5", max(
                value for _, value, _ in rows), rows)


def measure_burst():
    """Returns what to draw."""
    ours, plain = burst.measure(BURST, BURST_ROUNDS)
    rows = []
    print(f"\n{BURST} messages at once, medians of {BURST_ROUNDS}")
    print(f"{'':18}{'blocks':>7}{'messages/s':>12}{'CPU, ms':>9}")
    for name, found in (("private", ours), ("in clear", plain)):
        print(f"{name:18}{found.blocks:7.0f}{found.rate:12.0f}"
              f"{found.cpu * 1000:9.0f}")
        rows.append((name, found.rate, f"{found.rate:.0f} messages/s; CPU of "
                     f"both clients: {found.cpu * 1000:.0f} ms"))
    print(f"{'times':18}{'':7}{ours.rate / plain.rate:12.2f}"
          f"{ours.cpu / plain.cpu:9.2f}", flush=True)
    return (f"{BURST} messages at once, in {ours.blocks:.0f} blocks",
            max(value for _, value, _ in rows), rows)


def measure_files():
    """Returns what to draw."""
    rows = []
    print(f"\na file of {SIZE // inband.MIB} MiB inside, with talk meanwhile, "
          f"medians of {ROUNDS} rounds ('of it': of the rounds' shares)")
    print(f"{'ms on each leg':>14}{'MiB/s':>8}{'wire MB/s':>11}"
          f"{'plain MB/s':>12}{'of it':>7}{'message, ms':>13}")
    for delay in DELAYS:
        file = inband.measure(delay, SIZE, ROUNDS)
        print(f"{delay * 1000:14.1f}{SIZE / inband.MIB / file.seconds:8.2f}"
              f"{file.wire / 1e6:11.2f}{file.plain / 1e6:12.2f}"
              f"{file.share:7.0%}{file.latest * 1000:13.0f}",
              flush=True)
        rows.append((f"{delay * 1000:.1f} ms on each leg",
                     file.share,
                     f"{file.share:.0%}, "
                     f"{SIZE / inband.MIB / file.seconds:.2f} MiB/s; latest "
                     f"message: {file.latest * 1000:.0f} ms"))
    return (f"A file of {SIZE // inband.MIB} MiB inside, with talk meanwhile, "
            "beside a plain stream", 1, rows)


def measure_limited():
    """Returns what to draw."""
    rows = []
    print("\nthe same with Debian's own limits")
    print(f"{'server':>14}{'wire B/s':>10}{'limit':>8}{'of it':>7}"
          f"{'message, ms':>13}")
    for name, server_class, limit in LIMITED:
        rate, latest = inband.measure_limited(server_class)
        print(f"{name:>14}{rate:10.0f}{limit:8}{rate / limit:7.0%}"
              f"{latest * 1000:13.0f}", flush=True)
        rows.append((name, rate / limit,
                     f"{rate / limit:.0%}, {rate:.0f} bytes/s; latest "
                     f"message: {latest * 1000:.0f} ms"))
    return "The same on servers with Debian's limits, beside these", 1, rows


def main():
    messages, late = measure_messages()
    parts = [messages, measure_beside(), measure_files(), measure_limited(),
             measure_burst()]
    process.clean_up()
    for path in sys.argv[1:]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(picture.draw(parts))
    if late:
        sys.exit("\n".join(late))


if __name__ == "__main__":
    main()
