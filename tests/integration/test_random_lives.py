# SPDX-License-Identifier: GPL-2.0-or-later
"""
Random actions of two and of three users, see xtlstest.lives.

XTLS_SEED=s repeats one run, and XTLS_LIVES=n sets the total time in seconds
(60), which `make soak-lives` uses to run for hours. The seed determines what
happens, but not exactly when.
"""

import os
import time

from xtlstest import faults, lives, operations, tap
from xtlstest.scene import JULIET, ROMEO, Scene
from xtlstest.user import NURSE

SECONDS = float(os.environ.get("XTLS_LIVES", 60))
ONE_LIFE = 25  # seconds, before the final checks begin


@tap.timeout(int(SECONDS * 4) + 900)
def test_random_lives():
    seed = int(os.environ.get("XTLS_SEED") or time.time() % 10**6)
    until = time.monotonic() + SECONDS
    done, used = set(), set()
    for seed in range(seed, seed + 10**6):
        people = [ROMEO, JULIET] + [NURSE] * (seed % 2)
        print(f"# seed {seed}: {len(people)} people", flush=True)
        world = lives.World(seed, ONE_LIFE, people)
        world.run()
        done |= set(world.done)
        used |= world.used
        if time.monotonic() >= until:
            break
    missing = set(operations.OPERATIONS) - done
    assert not missing, f"never done: {missing}"
    missing = lives.read_interface() - used - set(operations.LEFT_OUT)
    assert not missing, f"never used, and no reason in LEFT_OUT: {missing}"


def test_what_is_left_out_is_in_the_interface_and_has_a_reason():
    assert set(operations.LEFT_OUT) < lives.read_interface()
    assert all(operations.LEFT_OUT.values())


def test_faults_reach_the_plugin():
    """A wrong clock and a full disk, also with sanitizers."""
    year = 365 * 86400
    with Scene(environment=faults.environment()) as scene:
        scene.romeo.quit()
        faults.set_faults(scene.romeo.dir)
        scene.romeo.start()
        scene.login(scene.romeo, f"{ROMEO}/orchard", scene.romeo_proxy)
        scene.romeo.expect("presence", who=JULIET, online=True)
        faults.set_faults(scene.romeo.dir, seconds=year)
        scene.go_private()
        scene.romeo.xtls(
            JULIET, f"verify {scene.romeo.status(JULIET)['fingerprint']}")
        late = scene.romeo.status(JULIET)["verified_at"] - time.time()
        assert year - 600 < late < year + 600, late
        faults.set_faults(scene.romeo.dir, disk_is_full=True)
        scene.romeo.xtls(JULIET, "policy never")
        scene.romeo.expect("notify", primary="A file could not be saved.")
