"""The line of the user's that emitted text is at, for warnings raised on its account."""

from __future__ import annotations

import sys
import warnings
from types import FrameType

from srcgrad.emit.register import user_lines


def user_line() -> tuple[str, int] | None:
    """File and line of the user's that the innermost emitted text on the stack stands for; None outside of any."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        found = user_lines(frame.f_code.co_filename)
        if found is not None:
            filename, lines = found
            line = lines[frame.f_lineno - 1] if frame.f_lineno <= len(lines) else None
            if line is not None and filename:
                return filename, line
        frame = frame.f_back
    return None


def warn(message: str) -> None:
    """A RuntimeWarning at the user's line."""
    place = user_line()
    if place is None:
        warnings.warn(message, RuntimeWarning, stacklevel=3)
    else:
        warnings.warn_explicit(message, RuntimeWarning, *place)
