"""Exceptions that carry values: what the function that raised one leaves for the reverse of the one that caught it.

    def limited(x):                       try:
        if x > 1.0:                           y = limited(x)
            raise TooLarge(x * x)         except TooLarge as error:
        return x                              y = error.value

`error.value` was computed by a call that gave no result and no record.  So the exception takes the record along: what
the call remembered up to the raise.  The handler keeps it, and the reverse of the try statement runs it first.
"""

from __future__ import annotations

import sys
from typing import Any

from srcgrad.analysis.entry import attributes_of, is_user_class
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.records import NOTHING

MARK = "_srcgrad_raised"
# what a call left half done that may have changed objects
HALF_DONE = "_srcgrad_half_done"
HERE = -1


class Raised:
    """The record of a call that ended in an exception.

    `entry` is None where what it computed is not known: it caught the exception itself first, or it passed through.
    """

    def __init__(self, entry: Any, seen: int, residual: Any, values: Any) -> None:
        self.entry, self.seen, self.residual, self.values = entry, seen, residual, values

    def reverse(self, bars: Adjoints) -> None:
        """Run the reverse of the call; the adjoints of its arguments go by identity."""
        entry = self.entry
        results = entry.run_reverse(self.seen, self.residual, 0.0, bars)
        for name, bar in zip(entry.returned, results if len(entry.returned) != 1 else (results,)):
            bars.add(self.values[name], bar)


def carrying(error: Any, seen: int, residual: Any) -> Any:
    """The exception, with what its function remembered; `seen` is HERE where the function may catch it itself."""
    if isinstance(error, BaseException):
        setattr(error, MARK, (seen, residual))
    return error


def leave_call(error: BaseException, find_entry: Any) -> None:
    """An exception leaves a call; `find_entry()` gives the entry and the arguments by name."""
    try:
        entry, values = find_entry()
    except Exception:  # what it was called with has changed
        setattr(error, HALF_DONE, True)
        return
    if entry.inf.mutates or entry.inf.writes_arrays or entry.inf.resolves:
        setattr(error, HALF_DONE, True)
    mark = getattr(error, MARK, None)
    if mark is None:
        return
    if isinstance(mark, tuple) and mark[0] != HERE:
        seen, residual = mark
        setattr(error, MARK, Raised(entry, seen, residual, values))
    else:
        setattr(error, MARK, Raised(None, 0, None, {}))


def refuse_half_done(test: bool, construct: str, advice: str, filename: str, line: int) -> None:
    """Refuse to go on where the exception that is handled left a call in the middle of changing objects."""
    if test and getattr(sys.exc_info()[1], HALF_DONE, False):
        raise UnsupportedError(construct, advice, filename, line)


def raised(error: Any, filename: str, line: int) -> Any:
    """The record of the call that raised the exception that a handler caught."""
    mark = getattr(error, MARK, None)
    if not isinstance(mark, Raised):
        return NOTHING
    if mark.entry is None:
        if any(may_carry(value) for value in (*error.args, *attributes_of(error).values()) if value is not mark):
            raise UnsupportedError(
                "values in an exception that passed through a function, or was caught there first",
                "catch it where the function that raises it is called, or return the values",
                filename,
                line,
            )
        return NOTHING
    return mark


def may_carry(value: Any) -> bool:
    """Whether a value may hold something with a derivative."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(may_carry(item) for item in value)
    if isinstance(value, dict):
        return any(may_carry(item) for item in value.values())
    return carries(value) or (is_user_class(type(value)) and not isinstance(value, type))
