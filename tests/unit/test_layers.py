# SPDX-License-Identifier: GPL-2.0-or-later
"""The dependencies of the source files follow the layers, and
tests/check-layers finds violations."""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def check(root=ROOT):
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "tests", "check-layers"), root],
        stdout=subprocess.PIPE, text=True)
    assert (done.returncode != 0) == bool(done.stdout), done
    return done.stdout.splitlines()


class Copy:
    """A copy of the sources that a test may change."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="xtls-layers-")
        self.root = self._folder.name
        shutil.copytree(os.path.join(ROOT, "plugin"),
                        os.path.join(self.root, "plugin"))
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def path(self, name):
        return os.path.join(self.root, "plugin", name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def append(self, name, text):
        with open(self.path(name), "a", encoding="utf-8") as file:
            file.write(text)

    def assert_found(self, *words):
        faults = check(self.root)
        assert any(all(word in fault for word in words)
                   for fault in faults), faults


def test_the_layers_hold():
    assert check() == []


def test_an_include_upwards_is_found():
    for name, header in (("wire/jid.c", "session.h"),
                         ("session/session.c", "core.h"),
                         ("purple/xmpp/roster.c", "login.h"),
                         ("purple/core/policy.c", "logins.h"),
                         ("purple/online/login.c", "contact-list.h"),
                         ("purple/contact/contact-list.h", "router.h"),
                         ("purple/router/route.c", "actions.h"),
                         ("purple/ui/menus.c", "signals.h"),
                         ("trust/smp.c", "jid.h")):
        with Copy() as copy:
            copy.append(name, f'#include "{header}"\n')
            with open(copy.path(name), encoding="utf-8") as file:
                last = len(file.read().splitlines())
            copy.assert_found(f"plugin/{name}:{last}:", header, "above")


def test_spaces_do_not_hide_an_include():
    for line in ('  #include "session.h"\n', '# include "session.h"\n',
                 '#include"session.h"\n'):
        with Copy() as copy:
            copy.append("wire/jid.c", line)
            copy.assert_found("plugin/wire/jid.c", "session.h", "above")


def test_the_face_includes_only_the_api():
    with Copy() as copy:
        copy.append("pidgin/lock.c", '#include "contact.h"\n')
        copy.assert_found("pidgin/lock.c", "aside")
    with Copy() as copy:
        copy.append("purple/ui/menus.c", '#include "lock.h"\n')
        copy.assert_found("purple/ui/menus.c", "aside")
    with Copy() as copy:
        copy.append("api.h", '#include "trust/peers.h"\n')
        copy.assert_found("plugin/api.h", "peers.h")


def test_a_file_outside_the_layers_is_found():
    for name in ("purple/cellar/wine.c", "wine.c", "session/deep/wine.h"):
        with Copy() as copy:
            copy.write(name, "")
            copy.assert_found(f"plugin/{name}", "no layer")


def test_a_circle_is_found():
    with Copy() as copy:
        copy.append("purple/contact/transitions.h",
                    '#include "hold-reason.h"\n')
        copy.assert_found("purple/contact", "circle", "hold-reason",
                          "transitions")


def test_only_the_named_files_are_one_unit():
    with Copy() as copy:
        copy.append("session/sids.h", '#include "session.h"\n')
        copy.append("session/session.h", '#include "sids.h"\n')
        copy.assert_found("session", "circle", "sids")


def test_a_source_without_a_header_is_found():
    with Copy() as copy:
        copy.write("purple/contact/wine.c", "")
        copy.assert_found("purple/contact/wine.c", "header of its own")


def test_a_name_that_exists_twice_is_found():
    with Copy() as copy:
        copy.write("purple/ui/jid.h", "")
        copy.assert_found("jid.h", "same name")


def test_private_headers_are_not_included():
    for name, header in (
            ("purple/ui/menus.c", "contact-state-private.h"),
            ("purple/contact/contact-list.c", "contact-state-private.h"),
            ("session/endpoint.c", "session-private.h")):
        with Copy() as copy:
            copy.append(name, f'#include "{header}"\n')
            copy.assert_found(name, header, "private")


def test_a_function_with_the_wrong_prefix_is_found():
    with Copy() as copy:
        copy.append("purple/contact/transitions.h",
                    "gboolean\nxtls_contact_may (XtlsContactState from);\n")
        copy.assert_found("transitions.h:", "xtls_contact_may")
    with Copy() as copy:
        copy.append("wire/jid.c", "int\nxtls_other_thing (void)\n{\n}\n")
        copy.assert_found("jid.c:", "xtls_other_thing")


def test_a_function_in_a_private_header_is_found():
    with Copy() as copy:
        copy.append("session/session-private.h",
                    "gboolean\nxtls_session_hide (XtlsSession *session);\n")
        copy.assert_found("session-private.h:", "xtls_session_hide", "private")
