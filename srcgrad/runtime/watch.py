"""Where a value or an adjoint first stopped being finite: what gradients with `debug=True` look out for."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

import numpy as np

from srcgrad.errors import NotFiniteError
from srcgrad.ir import SourceText
from srcgrad.runtime.adjoints import dtype_of


class Found:
    """What one call of a gradient found: the first value that was not finite, in words."""

    def __init__(self) -> None:
        self.value = ""


_found: contextvars.ContextVar[Found | None] = contextvars.ContextVar("found", default=None)


@contextlib.contextmanager
def watching() -> Iterator[Found]:
    """Look out for values that are not finite, until the end of a call."""
    made = Found()
    token = _found.set(made)
    try:
        yield made
    finally:
        _found.reset(token)


def flaw(value: Any) -> str:
    """'nan' or 'inf' where a number or an array is not finite, else ''."""
    dtype = dtype_of(value)
    if not isinstance(value, (float, complex)) and (dtype is None or dtype.kind not in "fc"):
        return ""
    if np.all(np.isfinite(value)):
        return ""
    return "nan" if np.any(np.isnan(value)) else "inf"


class Watch:
    """Called by emitted text after each line of a function; knows the function's source."""

    def __init__(self, source: SourceText) -> None:
        self.source = source

    def place(self, line: int) -> str:
        """A line of the user's in a message."""
        return f"{self.source.filename}:{line}"

    def value(self, value: Any, name: str, line: int) -> None:
        """Note the first value that is not finite; code behind `np.where` may have some that do not matter."""
        found = _found.get()
        if found is not None and not found.value:
            what = flaw(value)
            if what:
                found.value = f"{self.place(line)}: the value of {name} became {what}\n    {self.source.line(line)}"

    def adjoint(self, bar: Any, name: str, line: int) -> None:
        """Raise NotFiniteError for an adjoint that is not finite."""
        what = flaw(bar)
        if not what:
            return
        found = _found.get()
        before = f"\nbefore that, {found.value}" if found is not None and found.value else ""
        message = f"{self.place(line)}: the adjoint of {name} became {what}\n    {self.source.line(line)}{before}"
        raise NotFiniteError(message, self.source.filename, line)
