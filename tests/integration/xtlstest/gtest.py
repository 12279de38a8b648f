# SPDX-License-Identifier: GPL-2.0-or-later
"""
Makes programs that use GLib's test framework into tests of pytest: those of
tests/unit/test-*.c, and the corpus of every tests/fuzz/fuzz-*.c. Each test
runs in a process of its own.
"""

import concurrent.futures
import glob
import os
import re
import subprocess

import pytest

from . import client, process, tap

ROOT = os.path.dirname(tap.TESTS)
_lists = pytest.StashKey()
SOURCES = {"unit": "test-*.c", "fuzz": "fuzz-*.c"}


class Failed(Exception):
    """A test failed; the message is what its program has printed."""


def _start(source, *options):
    """Starts the program built from a source, where it finds its corpus."""
    name = os.path.splitext(os.path.basename(source))[0]
    return process.start(
        [os.path.join(client.BUILD, "tests", name), *options], cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace")


def _list(source):
    """The tests in the program, or why there are none. GLib of Debian 13 lists
    them as comments of TAP."""
    child = _start(source, "-l")
    output = child.communicate()[0]
    process.end(child)
    if child.returncode:
        return [], f"{source}: exit code {child.returncode}\n{output}"
    return re.findall("^(?:# )?(/.*)", output, re.M), None


def _list_all(config):
    """Lists them once for all workers, in threads, because the programs do
    most of the work."""
    wanted = [os.path.abspath(argument.split("::")[0])
              for argument in config.args]
    sources = [source for folder, pattern in SOURCES.items()
               for source in glob.glob(
                   os.path.join(tap.TESTS, folder, pattern))
               if any(os.path.commonpath((path, source)) == path
                      for path in wanted)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(sources, pool.map(_list, sources)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config):
    config.stash[_lists] = _list_all(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["xtls_lists"] = node.config.stash[_lists]


class Program(pytest.File):
    """
    Runs a program's tests one by one, in the program's order. If a test
    crashes the program, the next one starts it again for the remaining tests.
    """

    _child = None

    def collect(self):
        source = str(self.path)
        lists = getattr(self.config, "workerinput", {}).get("xtls_lists", {})
        self._names, error = lists.get(source) or _list(source)
        if error or not self._names:
            raise self.CollectError(error or f"no test in {source}")
        for name in self._names:
            yield Test.from_parent(self, name=name)

    def run(self, name):
        chosen = [item.name for item in self.session.items
                  if item.parent is self]
        left = chosen[chosen.index(name):]
        try:
            if not self._child:
                self._start(left)
            output = self._read(name)
            if len(left) == 1:
                output += self._end()
        except BaseException:
            self._stop()
            raise
        return output

    def _start(self, names):
        # All of them by name, because a name that is a prefix of another would
        # run that one twice.
        options = [] if names == self._names else [
            word for name in names for word in ("-p", name)]
        self._child = _start(str(self.path), "--tap", *options)
        process.keep(self._child)

    def _read(self, name):
        """Reads up to the result of that test."""
        output = ""
        for line in self._child.stdout:
            output += line
            if line.startswith("ok ") and line.split()[2:] == [name]:
                return output
            if line.startswith("not ok "):
                break
        raise Failed(output + self._child.communicate()[0])

    def _end(self):
        """Ends the program, at which time sanitizers report leaks."""
        output = self._child.communicate()[0]
        code = self._child.returncode
        self._stop()
        if code:
            raise Failed(f"{output}exit code {code}")
        return output

    def _stop(self):
        if self._child:
            process.end(self._child)
            self._child = None


class Test(pytest.Item):
    def runtest(self):
        self.parent.run(self.name)

    def repr_failure(self, excinfo):
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, None, self.name


def pytest_collect_file(file_path, parent):
    pattern = SOURCES.get(file_path.parent.name)
    if pattern and file_path.match(pattern):
        return Program.from_parent(parent, path=file_path)
    return None
