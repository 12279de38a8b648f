# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws measurements as bars with a text beside each (SVG)."""

import xml.sax.saxutils

WIDTH = 760
LABEL, BAR, TEXT = 16, 170, 420  # where each begins
LONGEST = TEXT - BAR - 16        # the longest bar
LINE = 24

STYLE = ("text{font:14px sans-serif;fill:#1a1a1a}"
         ".title{font-weight:bold}"
         ".bar{fill:#3465a4}")


def _text(x, y, text, kind=None):
    style = f' class="{kind}"' if kind else ""
    return (f'<text x="{x}" y="{y}"{style}>'
            f"{xml.sax.saxutils.escape(text)}</text>")


def draw(parts):
    """parts: a list of (title, most, rows), where a row is (label, value,
    text), and a bar of the value `most`, or of the highest one if that is more,
    is the longest one. Returns the picture."""
    lines, y = [], LINE
    for title, most, rows in parts:
        lines.append(_text(LABEL, y, title, "title"))
        y += LINE
        most = max(most, *(value for _, value, _ in rows))
        for label, value, text in rows:
            width = max(round(LONGEST * value / most), 1)
            lines += [_text(LABEL, y, label),
                      f'<rect class="bar" x="{BAR}" y="{y - 13}" '
                      f'width="{width}" height="16"/>',
                      _text(TEXT, y, text)]
            y += LINE
        y += LINE // 2
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
        f'height="{y}" viewBox="0 0 {WIDTH} {y}">',
        "<!-- SPDX-License-Identifier: GPL-2.0-or-later -->",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>',
        *lines, "</svg>", ""])
