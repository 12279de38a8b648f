# SPDX-License-Identifier: GPL-2.0-or-later
"""Real Pidgin with a configuration folder of its own."""

import os
import re
import shutil
import signal
import subprocess
from xml.sax.saxutils import escape

from xtlstest import client, jitter, process

from . import accountfile

HERE = os.path.dirname(os.path.abspath(__file__))
PIXMAPS = os.path.normpath(os.path.join(HERE, "..", "..", "..", "pixmaps"))
FACE = client.plugin("pidgin-xtls.so", "pidgin")

PREFS = """<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
 <pref name='pidgin'>
  <pref name='plugins'><pref name='loaded' type='pathlist'>{loaded}</pref></pref>
  <pref name='conversations'><pref name='toolbar'>
   <pref name='wide' type='bool' value='0'/></pref></pref>
  <pref name='docklet'>
   <pref name='show' type='string' value='never'/></pref>
  <pref name='blist'>
   <pref name='list_visible' type='bool' value='1'/>
   <pref name='x' type='int' value='{place[0]}'/>
   <pref name='y' type='int' value='{place[1]}'/>
   <pref name='width' type='int' value='250'/>
   <pref name='height' type='int' value='240'/></pref>
  <pref name='sound'><pref name='method' type='string' value='none'/></pref>
 </pref>
 <pref name='plugins'><pref name='core'><pref name='xtls'>
  <pref name='policy' type='string' value='{policy}'/>
 </pref></pref></pref>
</pref>
"""


class Pidgin:
    """
    accounts: (full JID, password, port) each
    face: whether the plugin is enabled from the start
    core: another core than the one that was built
    prepare: called with the configuration folder before it starts
    wrap: the beginning of its command line
    environment: more variables
    place: of the buddy list on the screen
    others: accounts of other protocols, from accountfile
    plugins: paths of other plugins that are enabled from the start
    policy: the preference that it starts with
    """

    def __init__(self, name, accounts, face=True, core=client.CORE,
                 prepare=None, wrap=(), environment=None, place=(1, 1),
                 others=(), plugins=(), policy="manual"):
        self.name = name
        self._wrap = list(wrap)
        self._environment = environment or {}
        self.dir = process.folder(name)
        os.mkdir(os.path.join(self.dir, "plugins"))
        ours = [core, FACE] if client.INSTALLED else self._install(core)
        loaded = ours if face else []
        for path in plugins:
            # Pidgin loads plugins only from its plugin folders.
            loaded.append(os.path.join(self.dir, "plugins",
                                       os.path.basename(path)))
            os.symlink(path, loaded[-1])
        self._write("prefs.xml", PREFS.format(
            place=place, policy=policy, loaded="".join(
                f"<item value='{escape(path)}'/>" for path in loaded)))
        self._write("accounts.xml", accountfile.text(
            *(accountfile.xmpp(*one, accountfile.PIDGIN)
              for one in accounts), *others))
        if prepare:
            prepare(self.dir)
        self.start()

    def _install(self, core):
        """What `make install-home` does. Returns where the plugins are."""
        plugins = [os.path.join(self.dir, "plugins", name)
                   for name in ("xtls.so", "pidgin-xtls.so")]
        for built, plugin in zip((core, FACE), plugins):
            os.symlink(built, plugin)
        os.mkdir(os.path.join(self.dir, "pixmaps"))
        shutil.copytree(PIXMAPS, os.path.join(self.dir, "pixmaps", "xtls"),
                        ignore=shutil.ignore_patterns("*.svg"))
        return plugins

    def _write(self, file, text):
        with open(os.path.join(self.dir, file), "w") as stream:
            stream.write(text)

    def start(self):
        """Once more, after it has ended."""
        jitter.wait()
        environment = dict(os.environ, **client.SHARED, HOME=self.dir,
                           LC_ALL="C.UTF-8", LANGUAGE="", TZ="UTC",
                           GTK_MODULES="gail:atk-bridge")
        environment.update(self._environment)
        # Pidgin and GTK log CRITICALs of their own, so they are not fatal;
        # errors() finds ours.
        environment.pop("G_DEBUG", None)
        with open(os.path.join(self.dir, "debug.log"), "wb") as log:
            self.process = process.start(
                [*self._wrap, "pidgin", "-m", "-f", "-d", "-c", self.dir],
                env=environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT)

    def dbus(self, function, *arguments, timeout=client.TIMEOUT):
        """Calls Pidgin's D-Bus interface. Returns the answer as dbus-send
        prints it."""
        jitter.wait()
        return subprocess.run(
            ["dbus-send", "--session", "--print-reply=literal",
             f"--reply-timeout={timeout * 1000}",
             "--dest=im.pidgin.purple.PurpleService",
             "/im/pidgin/purple/PurpleObject",
             f"im.pidgin.purple.PurpleInterface.{function}", *arguments],
            env=dict(os.environ, **self._environment), check=True,
            capture_output=True, text=True, timeout=timeout).stdout.strip()

    def log(self):
        with open(os.path.join(self.dir, "debug.log"),
                  errors="replace") as stream:
            return stream.read()

    def errors(self):
        """Lines in the log that only a faulty client writes."""
        return [line for line in self.log().split("\n")
                if re.search(r"CRITICAL|WARNING \*\*|\bGLib.*assert|"
                             r"AddressSanitizer|runtime error", line)]

    def records(self):
        """The content of the conversation logs."""
        texts = []
        for base, _, files in os.walk(os.path.join(self.dir, "logs")):
            for file in files:
                with open(os.path.join(base, file), errors="replace") as log:
                    texts.append(log.read())
        return "\n".join(texts)

    def is_running(self):
        return self.process.poll() is None

    def seconds(self):
        """The seconds of processor time that it has used."""
        with open(f"/proc/{self.process.pid}/stat") as stream:
            fields = stream.read().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    def wait(self, timeout=client.TIMEOUT):
        """Waits for the end that was asked for. Returns the exit code."""
        try:
            return self.process.wait(timeout)
        finally:
            process.end(self.process)

    def quit(self, timeout=client.TIMEOUT):
        """Quits as the session manager would. Returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait(timeout)
