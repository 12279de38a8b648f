# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin and a client of an older version, built from the history of the
repository, in both roles. A source tree without history has no older version.
"""

import fcntl
import os
import re
import shutil
import subprocess

from xtlstest import check, client, proxy, quickbuild, tap
from xtlstest.files import Move
from xtlstest.scene import JULIET, ROMEO, Scene

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))
# The last revision in which TLS always starts with the bytestream.
WITHOUT_HELLO = "293cb9de"
HELLO = b"urn:xmpp:xtls:hello:0'>"
UNCONFIRMED = "may not have been delivered"


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True,
                          capture_output=True).stdout


def build(revision):
    """Builds that revision's plugin and test client, or returns None. If tests
    run side by side, only one of them builds it."""
    folder = os.path.join(client.BUILD, f"old-{revision}")
    plugin = os.path.join(folder, "build", "xtls.so")
    program = os.path.join(folder, "build", "tests", "headless")
    try:
        archive = git("archive", revision)
    except (OSError, subprocess.CalledProcessError):
        return None
    with open(folder + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(program):
            make(archive, folder)
    return plugin, program


def make(archive, folder):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("MAKE") and name != "MFLAGS"}
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    options = [] if client.SANITIZED else quickbuild.options(
        folder, "headers", quickbuild.CORE)
    subprocess.run(["make", "-C", folder, "-j2", "BUILD=build", *options,
                    "build/xtls.so", "build/tests/headless"],
                   check=True, stdout=subprocess.DEVNULL, env=environment)


class Mixed(Scene):
    """One of the two users has the older version."""

    def __init__(self, old, built, **options):
        super().__init__(**options)
        self._old = old
        self._plugin, self._program = built

    def add_client(self, name, plugins=None, folder=None, **options):
        if name == self._old:
            plugins = [self._plugin]
            options["program"] = self._program
        return super().add_client(name, plugins, folder, **options)


def talk(scene, number):
    scene.romeo.say(JULIET, f"romeo says {number}")
    scene.juliet.expect_message(f"romeo says {number}", flags=["recv"])
    scene.juliet.say(ROMEO, f"juliet says {number}")
    scene.romeo.expect_message(f"juliet says {number}", flags=["recv"])


def files(scene):
    Move(scene.romeo, scene.juliet, f"{JULIET}/balcony", 50_000,
         "secret-plan").accept().arrives()
    Move(scene.juliet, scene.romeo, f"{ROMEO}/orchard", 50_000,
         "secret-answer").accept().arrives()


def cut_and_resume(scene):
    """What both type while nothing passes arrives exactly once when Romeo is
    back."""
    scene.romeo_proxy.hold(proxy.UP, proxy.DOWN)
    for number in range(2, 4):
        scene.romeo.say(JULIET, f"romeo says {number}")
        scene.juliet.say(ROMEO, f"juliet says {number}")
    for one in (scene.romeo, scene.juliet):
        one.call("ping")
        one.forget()
    scene.romeo_proxy.cut()
    scene.romeo.expect("disconnected")
    scene.romeo_proxy.release()
    scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
    scene.romeo.expect_message("juliet says 3", 2 * client.TIMEOUT,
                               flags=["recv"])
    if not scene.juliet.seen("message", text="romeo says 3", flags=["recv"]):
        scene.juliet.expect_message("romeo says 3", flags=["recv"])
    for one, name in ((scene.romeo, "juliet"), (scene.juliet, "romeo")):
        said = [text for text in check.received(one)
                if re.match(name + " says", text)]
        assert said == [f"{name} says {number}" for number in range(4)], said
    for one, other in ((scene.romeo, JULIET), (scene.juliet, ROMEO)):
        lines = check.system_lines(one, other)
        assert not [line for line in lines if UNCONFIRMED in line], lines


def with_old(old, starter):
    built = build(WITHOUT_HELLO)
    if built is None:
        tap.diagnose("no history here: an older version was not tried")
        return
    with Mixed(old, built, policy="automatic") as scene:
        one, other = scene.romeo, scene.juliet
        if starter == "juliet":
            one, other = other, one
        one.expect("xtls-capability-changed", who=other.account,
                   capability="present")
        one.open(other.account)
        check.until_private((scene.romeo, JULIET), (scene.juliet, ROMEO))
        for number in range(2):
            talk(scene, number)
        files(scene)
        cut_and_resume(scene)
        scene.assert_nothing_leaked("romeo says", "juliet says")
        for through in scene.proxies:
            assert not [unit for unit in through.stanzas()
                        if b"jingle" in unit.raw and HELLO in unit.raw]


@tap.timeout(600)
def test_old_client_is_called():
    with_old("juliet", "romeo")


@tap.timeout(600)
def test_old_client_calls():
    with_old("romeo", "romeo")


@tap.timeout(600)
def test_old_client_is_called_by_juliet_and_cut():
    with_old("romeo", "juliet")
