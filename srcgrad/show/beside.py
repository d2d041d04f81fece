"""Print each line of emitted text beside the user's line that it comes from.

    def layer_reverse(residual, value_bar):
        x, h, miss = residual
        miss_bar = value_bar * miss            │ 3  return np.mean((h - y) ** 2)
        z_bar = miss_bar * (1.0 - h * h)       │ 2  h = np.tanh(x @ w + b)
        w_bar = x.T @ z_bar                    │ :

`:` stands for the user's line above it.  No text is ever cut: where a line is longer than its column, its partner
goes on the next row.
"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from srcgrad.ir import SourceText
from srcgrad.show.highlight import coloured, in_colour

# The emitted text gets up to this share of the width; the user's lines need less, they stand without indentation.
_SHARE = 0.6
_MIN_RIGHT = 16
_SAME = ":"


def side_by_side(
    text: str,
    line_map: Sequence[int | None],
    source: SourceText,
    *,
    width: int | None = None,
    stream: TextIO | None = None,
) -> str:
    """The lines of `text`, each with the line of `source` that `line_map` names for it.

    line_map  for each line of `text` the user's line number, or None
    width     of the page; the terminal's when not given
    stream    where it will be written, which decides on colours (see `in_colour`)
    """
    width = shutil.get_terminal_size((120, 24)).columns if width is None else width
    paint: Callable[[str], str] = coloured if in_colour(stream) else str
    lines = text.splitlines()
    column = min(max(map(len, lines), default=0), max(int(width * _SHARE), width - 80))
    rows: list[str] = []
    for line, partner in zip(lines, _partners(lines, line_map, source)):
        first, *rest = _wrapped(partner, max(width - column - 3, _MIN_RIGHT))
        if len(line) > column and first:
            rows.append(paint(line))
            if first.strip() == _SAME:
                continue
            line = ""
        rows.append(_row(line, first, column, paint))
        rows.extend(_row("", more, column, paint) for more in rest)
    return "\n".join(rows) + "\n" if rows else ""


def _partners(lines: list[str], line_map: Sequence[int | None], source: SourceText) -> Iterator[str]:
    """What stands on the right of each line: number and text, `:` for the same line again, or nothing.

    Comments of emitted text quote the user's line themselves; they stand alone.
    """
    digits = len(str(max((number for number in line_map if number is not None), default=0)))
    above: int | None = None
    for index, line in enumerate(lines):
        number = line_map[index] if index < len(line_map) else None
        if line.lstrip().startswith("#"):
            yield ""
            continue
        if number is None:
            yield ""
        elif number == above:
            yield _SAME.rjust(digits)
        else:
            yield f"{number:>{digits}}  {source.line(number)}"
        above = number


def _wrapped(partner: str, width: int) -> list[str]:
    """The partner in rows of `width`, continued under its text."""
    number, gap, _ = partner.lstrip().partition("  ")
    indent = " " * (len(partner) - len(partner.lstrip()) + len(number) + len(gap))
    return textwrap.wrap(partner, width, subsequent_indent=indent if gap else "") or [""]


def _row(left: str, right: str, column: int, paint: Callable[[str], str]) -> str:
    gap = " " * (column - len(left))
    return f"{paint(left)}{gap} │ {paint(right)}" if right else paint(left)
