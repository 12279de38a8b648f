# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the test runner itself: nothing that a test has started outlives
it, however the run ends, and no test is left out silently."""

import os
import re
import select
import signal
import subprocess
import sys
import textwrap

from xtlstest import client, process, tap

INTEGRATION = os.path.join(tap.TESTS, "integration")

# A test that prints what it leaves behind.
PYTHON = """
    import os
    import threading
    import pytest
    from xtlstest import process, tap

    def leave():
        folder = process.folder("left")
        child = process.start(["sleep", "1000"])
        assert os.path.isdir(folder)
        with open({pipe!r}, "w") as pipe:
            pipe.write(f"{{child.pid}} {{folder}}\\n")

    def hang():
        threading.Event().wait()
"""

HANGS = """
    def test_hangs():
        leave()
        hang()
"""

C = """
    #include <glib.h>

    static void passes (void) {}
    static void fails (void) { g_error ("as it should"); }
    static void skips (void) { g_test_skip ("not today"); }

    int
    main (int argc, char **argv)
    {
        g_test_init (&argc, &argv, NULL);
        g_test_add_func ("/x/first", passes);
        g_test_add_func ("/x/bad", fails);
        g_test_add_func ("/x/skipped", skips);
        g_test_add_func ("/x/skipped/below", passes);
        g_test_add_func ("/x/last", passes);
        return g_test_run ();
    }
"""


class Run:
    """pytest on one file in a folder of its own."""

    def __init__(self, *parts, name="test_it.py", options=(), **environment):
        self.folder = process.folder("run")
        self._pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(self._pipe)
        # Open for writing as well, so that reading does not end with a writer.
        self._news = open(os.open(self._pipe, os.O_RDWR))
        self.temporary = os.path.join(self.folder, "tmp")
        os.mkdir(self.temporary)
        self.path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, "w") as file:
            for part in parts:
                file.write(textwrap.dedent(part).format(pipe=self._pipe)
                           if name.endswith(".py") else part)
        self._options = options
        self._environment = environment

    def start(self):
        inherited = {key: value for key, value in os.environ.items()
                     if not key.startswith(("PYTEST_", "XTLS_KEEP"))}
        self.process = process.start(
            [sys.executable, "-m", "pytest",
             "-c", os.path.join(tap.TESTS, "pytest.ini"),
             "--rootdir", tap.TESTS, "-o", f"cache_dir={self.folder}/cache",
             "-p", "xtlstest.runner", "-p", "xtlstest.gtest",
             *self._options, self.path],
            env=dict(inherited, PYTHONPATH=INTEGRATION, TMPDIR=self.temporary,
                     # The cache would keep the files of every run.
                     PYTHONDONTWRITEBYTECODE="1", **self._environment),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return self

    def left(self):
        """The (process, folder) that a test has printed; the process is None
        if it has ended since."""
        pid, folder = self._news.readline().split()
        try:
            return os.pidfd_open(int(pid)), folder
        except ProcessLookupError:
            return None, folder

    def end(self):
        """Returns the exit code and what was printed."""
        output = self.process.communicate(timeout=client.TIMEOUT)[0]
        return self.process.returncode, output


def assert_ended(process_left):
    if process_left is not None:
        poll = select.poll()
        poll.register(process_left, select.POLLIN)
        assert poll.poll(1000 * client.TIMEOUT), "a process is left"


def assert_gone(*left):
    for process_left, folder in left:
        assert_ended(process_left)
        assert not os.path.exists(folder), folder


def outcomes(output):
    """{name: PASSED, FAILED …}"""
    return {name.rpartition("::")[2]: word for word, name in re.findall(
        r"^([A-Z]+) +[0-9.]+ s, .*  (\S+)$", output, re.MULTILINE)}


def each_is_cleaned_up(*options):
    run = Run(PYTHON, """
        @tap.timeout(2)
        def test_hangs():
            leave()
            hang()

        def test_fails():
            leave()
            assert False

        def test_passes():
            leave()
        """, options=options).start()
    left = [run.left() for _ in range(3)]
    code, output = run.end()
    assert code == 1, output
    assert outcomes(output) == {"test_hangs": "FAILED", "test_fails": "FAILED",
                                "test_passes": "PASSED"}, output
    assert "not done in 2 s" in output and "2 failed, 1 passed" in output
    assert_gone(*left)
    assert not os.listdir(run.temporary)


def test_each_test_is_cleaned_up():
    each_is_cleaned_up()


def test_each_test_is_cleaned_up_side_by_side():
    each_is_cleaned_up("-n", "3")


def ended_by(number, *options):
    run = Run(PYTHON, HANGS, options=options).start()
    left = run.left()
    run.process.send_signal(number)
    code, output = run.end()
    assert code, output
    assert_gone(left)
    assert not os.listdir(run.temporary), os.listdir(run.temporary)


def test_ended_by_signals():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        ended_by(number)


def test_ended_by_signals_side_by_side():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        ended_by(number, "-n", "2")


def test_killed_run_leaves_no_processes():
    """After SIGKILL a folder may remain, but no process."""
    for options in ((), ("-n", "2")):
        run = Run(PYTHON, HANGS, options=options).start()
        left, _ = run.left()
        run.process.kill()
        run.end()
        assert_ended(left)


def test_a_skipped_test_fails_the_run():
    for body in ('pytest.skip("not today")', 'pytest.xfail("as ever")'):
        for options in ((), ("-n", "2")):
            run = Run(PYTHON, f"""
                def test_passes():
                    pass

                def test_does_not():
                    {body}
                """, options=options).start()
            code, output = run.end()
            assert code == 1, output
            assert re.search(r"not run =*\n\S*test_does_not\n", output), output


def test_programs():
    """A test that crashes its program and one that does nothing do not affect
    those after them."""
    run = Run(textwrap.dedent(C), name="unit/test-x.c")
    build = os.path.join(run.folder, "build")
    os.makedirs(os.path.join(build, "tests"))
    flags = subprocess.check_output(
        ["pkg-config", "--cflags", "--libs", "glib-2.0"], text=True).split()
    subprocess.run(["cc", "-o", os.path.join(build, "tests", "test-x"),
                    run.path, *flags], check=True)
    os.symlink(os.path.join(process.BUILD, "tests", "follow"),
               os.path.join(build, "tests", "follow"))
    run._environment["XTLS_BUILD"] = build
    code, output = run.start().end()
    assert code == 1, output
    assert outcomes(output) == {
        "/x/first": "PASSED", "/x/bad": "FAILED", "/x/skipped": "FAILED",
        "/x/skipped/below": "PASSED", "/x/last": "PASSED"}, output
    assert "as it should" in output and "2 failed, 3 passed" in output
