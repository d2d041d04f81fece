"""Functions that SciPy calls must not keep values where they are seen afterwards.

What SciPy's own calls compute carries no derivatives; a value that such a call put into a list would look like any
other later on, and its derivative would silently be missing.
"""

from __future__ import annotations

import contextlib
import functools
import types
from collections.abc import Iterator
from typing import Any

from srcgrad import arguments
from srcgrad.errors import UnsupportedError


def held_by(function: Any, seen: set[int] | None = None) -> Iterator[Any]:
    """The numbers and arrays in containers and objects that a function can reach: what it captured, what it is bound
    to."""
    seen = set() if seen is None else seen
    if id(function) in seen:
        return
    seen.add(id(function))
    if isinstance(function, functools.partial):
        parts: list[Any] = [function.func, *function.args, *function.keywords.values()]
    elif isinstance(function, types.MethodType):
        parts = [function.__func__, function.__self__]
    elif isinstance(function, types.FunctionType):
        parts = []
        for cell in function.__closure__ or ():
            with contextlib.suppress(ValueError):  # an empty cell
                parts.append(cell.cell_contents)
    else:
        parts = [function]
    for part in parts:
        if isinstance(part, (types.FunctionType, types.MethodType, functools.partial)):
            yield from held_by(part, seen)
        else:
            yield from arguments.leaves(part)


@contextlib.contextmanager
def keeping_nothing(*functions: Any) -> Iterator[None]:
    """Raise UnsupportedError where calls of the functions left other values behind than were there before."""
    before = [leaf for function in functions for leaf in held_by(function)]
    yield
    after = [leaf for function in functions for leaf in held_by(function)]
    if len(before) != len(after) or any(a is not b for a, b in zip(before, after)):
        raise UnsupportedError(
            "a function that keeps numbers while SciPy calls it",
            "compute them from the result, with a call of your own",
        )
