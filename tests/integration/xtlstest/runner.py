# SPDX-License-Identifier: GPL-2.0-or-later
"""
What these tests add to pytest: a time limit for each test, the end of
everything that a test has started, however the run ends, and a run that fails
if a test was left out.
"""

import os
import resource
import shutil
import signal
import tempfile
import threading

import pytest

from . import jitter, process, tap, unpacked

# The durations of the last run, in pytest's cache.
DURATIONS = "xtls/durations"
_state = pytest.StashKey()


class Timeout(BaseException):
    """Not an Exception, so that no handler on the way catches it."""


class _State:
    def __init__(self, folder):
        self.folder = folder
        self.collected = set()
        self.ran = set()
        self.missing = []
        self.left_out = {}
        self.durations = {}


# --- the whole run -------------------------------------------------------------

def _is_worker(config):
    return hasattr(config, "workerinput")


def pytest_configure(config):
    os.environ.setdefault("G_DEBUG", "fatal-criticals")
    if threading.current_thread() is not threading.main_thread():
        # xdist 3.1 has already requested data from the worker to display it.
        raise pytest.UsageError("-v and -n do not go together")
    if _is_worker(config):
        process.follow_parent(signal.SIGTERM)
        folder = config.workerinput["xtls_folder"]
        ends = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    else:
        folder = tempfile.mkdtemp(prefix="xtls-run-")
        # For folders that pytest and xdist make.
        config.option.basetemp = os.path.join(folder, "pytest")
        ends = (signal.SIGTERM, signal.SIGHUP)
    config.stash[_state] = _State(folder)
    process.base = folder
    for number in ends:
        signal.signal(number, lambda number, _: _terminated(config, number))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["xtls_folder"] = node.config.stash[_state].folder


def _terminated(config, number):
    for pid in process.children():
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
    process.clean_up_all()
    if not _is_worker(config):
        # The workers clean up by themselves; the folder of one that takes too
        # long is removed.
        process.wait_for_children(10)
        _remove(config)
    os._exit(128 + number)


def _remove(config):
    if not os.environ.get("XTLS_KEEP"):
        shutil.rmtree(config.stash[_state].folder, ignore_errors=True)


def pytest_unconfigure(config):
    process.clean_up_all()
    if not _is_worker(config) and _state in config.stash:
        _remove(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Gives every worker one test at a time. The tests of one program, and
    those of a file that shares one server, run on the same worker in a row."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, _, _ = nodeid.partition("::")
            together = file.endswith(".c") or "/test_on_" in file
            return file if together else nodeid

    return Scheduling(config, log)


def _expected(item, durations):
    """The expected seconds. A test that never ran is expected to take as long
    as its time limit suggests."""
    if item.path.suffix != ".py":
        return 0
    known = durations.get(item.nodeid)
    return known or getattr(getattr(item, "obj", None), "timeout", 1)


def _left_out(item, config):
    """Whether the test needs a package that this release of Debian lacks. The
    summary says so."""
    for where in (getattr(item, "obj", None), getattr(item, "module", None)):
        needed = getattr(where, "NEEDS", None)
        if needed and unpacked.lacks(*needed):
            config.stash[_state].left_out[item.nodeid] = needed[1]
            return True
    return False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Runs the longest tests first, so that at the end no worker is left with
    a long one."""
    items[:] = [item for item in items if not _left_out(item, config)]
    durations = config.cache.get(DURATIONS, {})
    items.sort(key=lambda item: -_expected(item, durations))


# --- one test ------------------------------------------------------------------

def _processor_seconds():
    """Processor time of this process and of its children that have ended."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(
        resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    limit = getattr(getattr(item, "obj", None), "timeout", tap.LIMIT)
    before = _processor_seconds()

    def alarm(number, frame):
        raise Timeout(f"not done in {limit} s")

    signal.signal(signal.SIGALRM, alarm)
    signal.alarm(limit)
    jitter.begin(item.nodeid)
    yield
    signal.alarm(0)
    item.user_properties.append(("cpu", _processor_seconds() - before))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown():
    yield
    process.clean_up()


# --- what the run says -----------------------------------------------------------

def pytest_report_teststatus(report):
    """Prints nothing, because _Report prints a line for each test."""
    if report.when == "call":
        return report.outcome, "", report.outcome.upper()
    return ("error", "", "ERROR") if report.failed else None


class _Report:
    """Prints every report, because the hook is not told which worker they come
    from."""

    def __init__(self, config):
        self._state = config.stash[_state]
        self._terminal = config.pluginmanager.getplugin("terminalreporter")

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and not report.skipped:
            self._state.ran.add(report.nodeid)
            self._state.durations[report.nodeid] = round(report.duration, 1)
        if report.when == "call" or not report.passed:
            used = dict(report.user_properties).get("cpu", 0)
            self._terminal.write_line(
                f"{report.outcome.upper():7} {report.duration:6.1f} s, "
                f"{used:4.1f} of CPU  {report.nodeid}")


def pytest_sessionstart(session):
    if not _is_worker(session.config):
        session.config.pluginmanager.register(_Report(session.config))


def pytest_collection_finish(session):
    if not session.config.option.collectonly:
        session.config.stash[_state].collected.update(
            item.nodeid for item in session.items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node, ids):
    node.config.stash[_state].collected.update(ids)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[_state].left_out.update(
        getattr(node, "workeroutput", {}).get("xtls_left_out", {}))


def pytest_sessionfinish(session):
    if _is_worker(session.config):
        session.config.workeroutput["xtls_left_out"] = \
            session.config.stash[_state].left_out
        return
    state = session.config.stash[_state]
    cache = session.config.cache
    cache.set(DURATIONS, cache.get(DURATIONS, {}) | state.durations)
    state.missing = sorted(state.collected - state.ran)
    if state.missing and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    state = config.stash[_state]
    if state.missing:
        terminalreporter.section("collected, and not run")
        for nodeid in state.missing:
            terminalreporter.write_line(nodeid)
    if state.left_out:
        terminalreporter.section("left out: this release of Debian has not"
                                 " what they test")
        for nodeid, package in sorted(state.left_out.items()):
            terminalreporter.write_line(f"{nodeid} ({package})")
        terminalreporter.write_line(f"{len(state.left_out)} left out")
    if os.environ.get("XTLS_KEEP"):
        terminalreporter.write_line(f"kept: {state.folder}")
