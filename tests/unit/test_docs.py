# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/check-docs finds mistakes in the headers' documentation."""

import os
import subprocess
import sys

CHECK = os.path.join(os.path.dirname(__file__), "..", "check-docs")

GOOD = """
/**
 * xtls_box_put:
 * @weight: in grams
 *
 * Puts something in.
 */
void xtls_box_put (XtlsBox *box, int weight);

/* How heavy the box is, without @packing. */
int xtls_box_weigh (XtlsBox *box, int packing);

void xtls_box_free (XtlsBox *box);
"""


def check(path, text):
    header = path / "box.h"
    header.write_text(text)
    return subprocess.run([sys.executable, CHECK, str(header)], check=False,
                          capture_output=True, text=True)


def finds(path, old, new, fault):
    assert old in GOOD
    found = check(path, GOOD.replace(old, new))
    assert found.returncode == 1, found.stdout
    assert fault in found.stdout


def test_documented_functions_pass(tmp_path):
    found = check(tmp_path, GOOD)
    assert (found.returncode, found.stdout) == (0, "")


def test_a_misspelt_parameter_is_found(tmp_path):
    finds(tmp_path, "@weight", "@wait", "has no parameter wait")
    finds(tmp_path, "@packing", "@paking", "has no parameter paking")


def test_a_missing_parameter_is_found(tmp_path):
    finds(tmp_path, " * @weight: in grams\n", "",
          "parameter weight is not documented")
    finds(tmp_path, ", without @packing", "",
          "parameter packing is not documented")


def test_a_comment_with_another_name_is_found(tmp_path):
    finds(tmp_path, "xtls_box_put:", "xtls_box_get:", "has another name")


def test_an_undocumented_function_is_found(tmp_path):
    finds(tmp_path, "/* How heavy the box is, without @packing. */\n", "",
          "xtls_box_weigh is not documented")


def test_the_project_passes():
    subprocess.run([sys.executable, CHECK], check=True)
