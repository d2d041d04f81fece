"""NumPy's floating-point warnings name the user's line where an operation on tensors raises them.

    y = np.log(x)       model.py:12: RuntimeWarning: divide by zero encountered in log

NumPy warns at the innermost line of Python, which for a tensor is a line that records the operation.  The first of the
filters of `warnings` hears of each warning: one that is ours is given once more, at the user's line, to all filters
that there are, and then ignored.  Nothing is done as long as there is nothing to warn of.
"""

from __future__ import annotations

import re
import sys
import warnings
from types import FrameType
from typing import Any

FLOATING = re.compile("(divide by zero|invalid value|overflow|underflow) encountered in ")


class Moved:
    """In place of the pattern that the text of a warning matches."""

    def match(self, text: str) -> bool:
        """Whether a warning came from here, and has been given at the user's line."""
        frame: FrameType | None = sys._getframe(1)
        if not FLOATING.match(text) or frame is None or frame.f_code is GIVING or not is_ours(frame):
            return False
        while frame is not None and is_ours(frame):
            frame = frame.f_back
        if frame is None:
            return False
        scope = frame.f_globals
        registry = scope.setdefault("__warningregistry__", {})
        place = frame.f_code.co_filename, frame.f_lineno
        warnings.warn_explicit(text, RuntimeWarning, *place, scope.get("__name__"), registry)
        return True


GIVING = Moved.match.__code__
FILTER: Any = ("ignore", Moved(), RuntimeWarning, None, 0)


def is_ours(frame: FrameType) -> bool:
    """Whether running code is srcgrad's own; what it emits has the names of the user's module, or none."""
    return str(frame.f_globals.get("__name__")).startswith("srcgrad.")


def warn_at_user_lines() -> None:
    """Have the filter come first, also where the program has put others in front: they see what it gives them."""
    filters: Any = warnings.filters
    if filters and filters[0] is FILTER:
        return
    if FILTER in filters:
        filters.remove(FILTER)
    filters.insert(0, FILTER)
