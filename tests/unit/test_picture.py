# SPDX-License-Identifier: GPL-2.0-or-later
"""The picture that `make bench-net` draws."""

import os
import sys
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bench"))

import picture  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"


def test_picture_shows_every_row():
    parts = [("one & <two>", 100, [("a", 100, "100 ms"), ("b", 50, "50 ms")]),
             ("three", 1, [("c", 0, "nothing")])]
    root = ET.fromstring(picture.draw(parts))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts == ["one & <two>", "a", "100 ms", "b", "50 ms",
                     "three", "c", "nothing"]


def test_bars_are_as_long_as_their_values():
    root = ET.fromstring(picture.draw(
        [("x", 200, [("a", 200, ""), ("b", 50, ""), ("c", 0, "")]),
         ("y", 6, [("d", 3, "")])]))
    bars = [int(bar.get("width")) for bar in root.iter(f"{SVG}rect")
            if bar.get("class") == "bar"]
    assert bars[0] == picture.LONGEST
    assert abs(bars[1] - picture.LONGEST / 4) <= 1
    assert bars[2] == 1
    assert abs(bars[3] - picture.LONGEST / 2) <= 1
