# SPDX-License-Identifier: GPL-2.0-or-later
"""The driver of one headless client."""

import json
import os
import re
import signal
import subprocess
import threading
import time

from . import jitter, leaks, process, symbols

SANITIZED = bool(os.environ.get("XTLS_SAN"))
BUILD = process.BUILD
INSTALLED = bool(os.environ.get("XTLS_INSTALLED"))


def plugin(name, package):
    """The plugin that was built, or the one that is installed where `package`
    looks."""
    folder = subprocess.check_output(
        ["pkg-config", "--variable=plugindir", package],
        text=True).strip() if INSTALLED else BUILD
    return os.path.join(folder, name)


CORE = plugin("xtls.so", "purple")
HEADLESS = os.path.join(BUILD, "tests", "headless")
POLICY = "/plugins/core/xtls/policy"
DIRECT = "/plugins/core/xtls/direct"
# libpurple starts GStreamer, which examines all its plugins when a user starts
# it for the first time. Clients share the result, although each has a home
# folder of its own.
SHARED = {"GST_REGISTRY": os.path.join(BUILD, "tests", "gstreamer-registry")}

# Seconds to wait for what should come at once, on a busy machine. Only a test
# that fails waits so long.
TIMEOUT = 120 if SANITIZED else 60


class Failed(Exception):
    """A command was answered by `fail`."""

    def __init__(self, command, answer):
        super().__init__(f"{command}: {answer.get('why')}")
        self.answer = answer


def _escape(argument):
    text = str(argument)
    for plain, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"),
                           ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return text


def _fits(wanted, value):
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and bool(wanted.search(value))
    if callable(wanted):
        return bool(wanted(value))
    return wanted == value


def matches(event, name, wanted):
    return event["event"] == name and all(
        key in event and _fits(want, event[key])
        for key, want in wanted.items())


class Client:
    """
    A client with a configuration folder of its own. Events wait in a mailbox
    until expect() takes them out, in any order; `history` keeps all of them.

    environment: variables beyond those of every client
    program: another build of it, with plugins of another version
    policy: the preference that it starts with; `manual`, so that tests
    themselves decide when something starts; None: the plugin's default
    """

    def __init__(self, name, plugins=(), folder=None, environment=None,
                 policy="manual", program=HEADLESS):
        self.name = name
        self._program = program
        self.dir = folder or process.folder(name)
        self.history = []
        self._plugins = list(plugins)
        self._environment = environment or {}
        self.policy = policy
        self._reader = None
        self.start()

    def use(self, environment):
        """Sets variables for the next start."""
        self._environment = dict(self._environment, **environment)

    def start(self):
        """Starts it (again), with the same folder."""
        if self._reader:
            self._reader.join()
        self._mailbox = []
        self._answers = {}
        self._last_id = 0
        self._news = threading.Condition()
        self._ended = False
        jitter.wait()
        command = [self._program, "--dir", self.dir]
        for plugin in self._plugins:
            command += ["--plugin", plugin]
        environment = dict(
            os.environ, **SHARED, HOME=self.dir, LC_ALL="C.UTF-8",
            LANGUAGE="", TZ="UTC",
            # A shared message bus would connect the tests with each other.
            DBUS_SESSION_BUS_ADDRESS="disabled:")
        environment.setdefault("G_DEBUG", "fatal-criticals")
        environment.pop("DISPLAY", None)
        environment.update(self._environment)
        if SANITIZED:
            # Debian's libraries have no frame pointers, so only the slow
            # unwinder (unwind/unwind.c) finds out whose leak it is. quit()
            # checks them.
            environment["ASAN_OPTIONS"] = ":".join(filter(None, (
                environment.get("ASAN_OPTIONS"), "fast_unwind_on_malloc=0",
                "malloc_context_size=18", "symbolize=0")))
            environment["LSAN_OPTIONS"] = "exitcode=0"
        with open(os.path.join(self.dir, "stderr.log"), "ab") as errors:
            self.process = process.start(
                command, env=environment, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=errors)
        self._reader = threading.Thread(
            target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()
        self.expect("ready")
        if any(os.path.basename(plugin) == os.path.basename(CORE)
               for plugin in self._plugins):
            self._set_policy()

    def _set_policy(self):
        if self.policy:
            self.call("pref", POLICY, self.policy)

    def _read(self, stream):
        lane = jitter.Lane()
        for line in stream:
            lane.wait()
            event = json.loads(line)
            event["at"] = event.pop("at_us") / 1e6
            with self._news:
                if event["event"] in ("ok", "fail"):
                    self._answers[event["id"]] = event
                else:
                    self._mailbox.append(event)
                    self.history.append(event)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    # --- commands -----------------------------------------------------------

    def call(self, command, *arguments, timeout=TIMEOUT):
        """Returns the answer; raises Failed."""
        return self.call_at_once([(command, *arguments)], timeout)[0]

    def rest(self):
        """Waits until nothing is left for the next turn of the main loop. An
        older version defers nothing."""
        if self._program == HEADLESS:
            self.call("rest")
            self.expect("rested")
        else:
            self.call("ping")

    def call_at_once(self, commands, timeout=TIMEOUT):
        """Sends several commands without waiting for the answers between them.
        Returns the answers; raises Failed."""
        jitter.wait()
        first = self._last_id + 1
        self._last_id += len(commands)
        lines = "".join("\t".join(map(_escape, (number, *words))) + "\n"
                        for number, words in enumerate(commands, first))
        try:
            self.process.stdin.write(os.fsencode(lines))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the reader reports what happened
        answers = []
        for number, (command, *_) in enumerate(commands, first):
            answers.append(self._wait(
                lambda: self._answers.pop(number, None),
                f"the answer to {command}", timeout))
            if answers[-1]["event"] == "fail":
                raise Failed(command, answers[-1])
        return answers

    def login(self, jid, password, port, bosh=None):
        """Logs in and waits for it. Later calls need not name the account if
        the client has only one."""
        self.jid = jid
        self.account = jid.split("/")[0]
        self.call("login", jid, password, "127.0.0.1", port,
                  *([bosh] if bosh else []))
        return self.expect("connected", account=self.account)

    def logout(self):
        self.call("logout", self.account)
        return self.expect("disconnected", account=self.account)

    def open(self, who):
        return self.call("open", self.account, who)["conv"]

    def say(self, who, html):
        self.open(who)
        return self.call("say", self.account, who, html)

    def say_at_once(self, who, texts):
        """Says all of it in one moment, however slow the machine is."""
        self.open(who)
        self.call_at_once([("say", self.account, who, text)
                           for text in texts])

    def typing(self, who, state="typing"):
        return self.call("typing", self.account, who, state)

    def command(self, who, line):
        self.open(who)
        return self.call("cmd", self.account, who, line)

    def xtls(self, who, line=""):
        """`/xtls LINE` in the conversation with a contact."""
        return self.command(who, f"xtls {line}".strip())

    def status(self, who):
        return self.call("status", self.account, who)

    def api(self, function, *arguments):
        return self.call("api", function, *arguments)

    def answer(self, request, button=0, *values):
        """Presses a button of a dialog: by number or by its label."""
        if isinstance(button, str):
            labels = [re.sub("_", "", b or "") for b in request["buttons"]]
            button = labels.index(button)
        return self.call("answer", request["request"], button, *values)

    def accept_file(self, path, **wanted):
        """Answers the two dialogs of an offered file."""
        self.answer(self.expect("request", type="action", **wanted), 0)
        self.answer(self.expect("request", type="file"), 0, path)

    def load(self, path=CORE):
        if path == CORE and self.policy:
            # Set afterwards, a policy would count as chosen then.
            self.call("pref-keep", POLICY, self.policy)
        return self.call("plugin-load", path)

    def unload(self, plugin="core-xtls"):
        return self.call("plugin-unload", plugin)

    # --- events -------------------------------------------------------------

    def _wait(self, look, what, timeout):
        deadline = time.monotonic() + timeout
        with self._news:
            while True:
                found = look()
                if found is not None:
                    return found
                if self._ended:
                    raise AssertionError(
                        f"{self.name} ended while waiting for {what}"
                        f" (exit code {self.process.wait()})")
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(
                        f"{self.name}: no {what} within {timeout} s")
                self._news.wait(left)

    def _take(self, event):
        """Returns False if another thread has taken it out of the mailbox."""
        for index, one in enumerate(self._mailbox):
            if one is event:
                del self._mailbox[index]
                return True
        return False

    def expect(self, name, /, timeout=TIMEOUT, **wanted):
        """Takes the first matching event of that name out of the mailbox.
        Members match if they are equal, if a compiled pattern is found in
        them, or if a function returns true."""
        known = 0

        def look():
            # While a file moves, thousands of events wait here, so each is
            # looked at only once.
            nonlocal known
            events = self.history[known:] if known else list(self._mailbox)
            known = len(self.history)
            for event in events:
                if matches(event, name, wanted) and self._take(event):
                    return event
            return None

        described = " ".join([name, *(f"{k}={v!r}"
                                      for k, v in wanted.items())])
        return self._wait(look, described, timeout)

    def expect_message(self, text, /, timeout=TIMEOUT, **wanted):
        """Waits for a line in a conversation; `text` is without markup."""
        return self.expect("message", timeout, text=text, **wanted)

    def expect_state(self, state, /, timeout=TIMEOUT, **wanted):
        return self.expect("xtls-state-changed", timeout, state=state,
                           **wanted)

    def seen(self, name, /, **wanted):
        """All events of that kind since the start."""
        with self._news:
            return [e for e in self.history if matches(e, name, wanted)]

    def lines(self, who=None):
        """(flags, text) of everything that was written into conversations."""
        return [(e["flags"], e["text"]) for e in self.seen("message")
                if who is None or e["conv"].split("/")[0] == who]

    def forget(self):
        """Empties the mailbox."""
        with self._news:
            self._mailbox.clear()

    # --- process and files --------------------------------------------------

    def kill(self):
        """SIGKILL, then waits for its end."""
        os.kill(self.process.pid, signal.SIGKILL)
        process.end(self.process)

    def stop(self):
        """SIGSTOP; cont() lets it go on."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def cont(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def quit(self, timeout=TIMEOUT):
        """Ends it as a user would, and asserts that it ended without
        errors."""
        try:
            self.process.stdin.close()
            code = self.process.wait(timeout)
        finally:
            process.end(self.process)
        if code:
            raise AssertionError(f"{self.name}: exit code {code}")
        if found := leaks.find(self.errors()):
            raise AssertionError(f"{self.name} leaked:\n{found}")

    def read(self, *path):
        """The text of a file in its folder."""
        with open(os.path.join(self.dir, *path), errors="replace") as file:
            return file.read()

    def debug(self):
        return self.read("debug.log")

    def errors(self):
        return symbols.named(self.read("stderr.log"))

    def files(self, *path):
        """All files below a folder of its folder: (path, bytes)."""
        for base, _, names in os.walk(os.path.join(self.dir, *path)):
            for name in names:
                full = os.path.join(base, name)
                with open(full, "rb") as file:
                    yield os.path.relpath(full, self.dir), file.read()

    def memory(self):
        """The bytes of memory that are resident now."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))
