"""Colour Python source for a terminal."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def in_colour(stream: TextIO | None = None) -> bool:
    """Whether text written to `stream` (standard output by default) may carry colours.

    It may when the stream is a terminal that knows them, the environment variable NO_COLOR is not set, and Pygments is
    installed.
    """
    stream = sys.stdout if stream is None else stream
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "") == "dumb" or not stream.isatty():
        return False
    try:
        import pygments  # noqa: F401  (only whether it is there)
    except ImportError:
        return False
    return True


def highlight(text: str, stream: TextIO | None = None) -> str:
    """`text` with ANSI colours if `stream` shows them (see `in_colour`), else `text` itself."""
    return coloured(text) if in_colour(stream) else text


def coloured(text: str) -> str:
    """`text` with ANSI colours; the sixteen that every theme defines, so that any background works."""
    from pygments import highlight as paint
    from pygments.formatters import TerminalFormatter
    from pygments.lexers import PythonLexer

    # The lexer must neither strip leading nor add trailing line ends: lines are painted one at a time, too.
    painted: str = paint(text, PythonLexer(stripnl=False, ensurenl=False), TerminalFormatter())
    return painted
