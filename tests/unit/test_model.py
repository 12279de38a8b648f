# SPDX-License-Identifier: GPL-2.0-or-later
"""Spin visits every state of the model of set-up, first words, cut, resumption
and replacement (tests/model/sessions.pml). test-model.c lets real endpoints do
what happens in it."""

import os
import shutil
import subprocess

import pytest

from xtlstest import client, tap

NAME = "sessions.pml"
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(client.BUILD, "tests", "test-model")
# Optimising these two functions, which contain the whole model, takes longer
# than they run.
UNOPTIMISED = """
typedef struct Trans Trans;
__attribute__((optimize("O0"))) unsigned char do_transit(Trans *, short);
__attribute__((optimize("O0"))) int do_reverse(Trans *, short, unsigned char);
"""
COMPILE = ["gcc", "-O1", "-w", "-include", "unoptimised.h", "-o", "pan",
           "-DSAFETY", "-DNOREDUCE", "-DNOBOUNDCHECK", "-DMEMLIM=2048", "pan.c"]

# How many stanzas are under way at once.
UNDER_WAY = os.environ.get("XTLS_UNDER_WAY", "2")
# How states are stored: as they are, or in half of the memory and more slowly.
STORE = ["-DNOCOMP"] if UNDER_WAY == "2" else ["-DCOLLAPSE", "-DSEPQS"]


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    return done.stdout


def defines(options):
    return [f"-D{name}={value}" for name, value in options.items()]


def search(folder, options):
    """What Spin's search through every state prints."""
    shutil.copy(os.path.join(TESTS, "model", NAME), folder)
    run(folder, "spin", "-a", *defines(options), NAME)
    with open(os.path.join(folder, "unoptimised.h"), "w",
              encoding="ascii") as file:
        file.write(UNOPTIMISED)
    run(folder, *COMPILE, *STORE)
    output = run(folder, "./pan", "-w22", "-m1000")
    assert "Search not completed" not in output or "errors: 1" in output
    assert "max search depth too small" not in output
    return output


@tap.timeout(900)
@pytest.mark.parametrize("options", [
    {"MESSAGES": 3, "UNDER_WAY": UNDER_WAY},
    {"MESSAGES": 1, "CALLS": 4, "CUTS": 2},
], ids=["three-messages", "two-cuts"])
def test_every_state_keeps_the_promises(tmp_path, options):
    output = search(tmp_path, options)
    print(output)
    assert "errors: 0" in output


@pytest.mark.parametrize("mutation", range(1, 5), ids=[
    "resumed-without-count", "forgets-untold", "delivers-before-admitted",
    "counts-from-enabled"])
def test_a_mistake_is_found(tmp_path, mutation):
    output = search(tmp_path, {"MESSAGES": 2, "MUTATION": mutation})
    assert "assertion violated" in output and "errors: 1" in output


def test_endpoints_notice_another_rule(tmp_path):
    shutil.copy(os.path.join(TESTS, "model", NAME), tmp_path)
    lines = run(tmp_path, "spin", "-T", "-n1", "-DRUNS=20", "-DMUTATION=5",
                NAME)
    (tmp_path / "run").write_text(lines)
    replayed = subprocess.run(
        [PROGRAM], check=False, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "XTLS_MODEL_RUN": tmp_path / "run"})
    assert replayed.returncode != 0
    assert "in this run:" in replayed.stdout
