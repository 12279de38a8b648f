# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/check-attributes finds code that reads attributes of stanzas behind the
gate."""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def check(root=ROOT):
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "tests", "check-attributes"), root],
        stdout=subprocess.PIPE, text=True)
    assert (done.returncode != 0) == bool(done.stdout), done
    return done.stdout.splitlines()


def check_with(name, text):
    """What is found when `text` is added to that file."""
    with tempfile.TemporaryDirectory(prefix="xtls-attributes-") as root:
        shutil.copytree(os.path.join(ROOT, "plugin"),
                        os.path.join(root, "plugin"))
        with open(os.path.join(root, "plugin", name), "a",
                  encoding="utf-8") as file:
            file.write(text)
        return check(root)


def test_the_project_passes():
    assert check() == []


def test_reading_an_attribute_is_found():
    for line in ('xtls_node_attrib (stanza, "from");',
                 'xmlnode_get_attrib_with_namespace (stanza, "to", NULL);',
                 "node->type == XMLNODE_TYPE_ATTRIB;"):
        for name in ("purple/router/route.c", "purple/contact/contact.c",
                     "purple/signals.c"):
            found = check_with(name, line + "\n")
            assert len(found) == 1 and f"plugin/{name}:" in found[0], found


def test_a_function_that_ignores_namespaces_is_found_everywhere():
    for name in ("purple/xmpp/envelope.c", "wire/iq.c", "session/endpoint.c",
                 "purple/router/incoming.c"):
        found = check_with(name, 'xmlnode_get_attrib (stanza, "from");\n')
        assert len(found) == 1 and f"plugin/{name}:" in found[0], found
