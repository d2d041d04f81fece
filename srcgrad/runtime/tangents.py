"""Tangents of values that objects hold, by the identity of the value.

A value that is put into a list, a dict, an attribute or a closure and taken out again is the same object.  So the
statement that makes such a value says what its tangent is (`set`), and a read asks for it (`get`), whatever path the
reference took in between.  A value that nobody spoke of has the tangent zero.  The value is kept alive with its
tangent, so that no identity is used twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.entry import attributes_of, is_user_class
from srcgrad.runtime.adjoints import carries


class Tangents:
    """The tangents known at this point of a call."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[int, tuple[Any, Any]] = {}

    def set(self, value: Any, tangent: Any) -> None:
        """Say what the tangent of a value is."""
        if carries(value):
            self.known[id(value)] = (value, tangent)

    def get(self, value: Any) -> Any:
        """The tangent of a value: of its shape, zeros where none was set."""
        found = self.known.get(id(value))
        return zero_of(value) if found is None else found[1]

    def set_items(self, values: Any, tangents: Any) -> None:
        """Say what the tangents of the values in a structure are; None for a part that has none."""
        if tangents is None:
            return
        if carries(values):
            self.set(values, tangents)
        elif isinstance(values, dict):
            for key, value in values.items():
                self.set_items(value, tangents[key])
        elif isinstance(values, (list, tuple)):
            for value, tangent in zip(values, tangents):
                self.set_items(value, tangent)
        elif is_user_class(type(values)):
            given = tangents if isinstance(tangents, dict) else attributes_of(tangents)
            for name, value in attributes_of(values).items():
                self.set_items(value, given.get(name))

    def set_rows(self, rows: Any, tangent: Any) -> None:
        """Say what the tangents of the rows of an array are, from the tangent of the array."""
        for row, part in zip(rows, tangent):
            self.set(row, part)

    def items(self, values: Any) -> Any:
        """The tangents of the values in lists and tuples, in the same structure; zeros for what has none."""
        if isinstance(values, (list, tuple)):
            made = [self.items(value) for value in values]
            return tuple(made) if isinstance(values, tuple) else made
        return self.get(values)

    def parts(self, values: Any) -> Any:
        """The tangents of the values in lists and tuples, in the same structure; None for what has none."""
        if isinstance(values, (list, tuple)):
            return [self.parts(value) for value in values]
        found = self.known.get(id(values))
        return None if found is None else found[1]

    def like(self, values: Any) -> Any:
        """The tangents of the values in any structure, in its form; None for parts that can have none."""
        return arguments.rebuilt(values, self.get, lambda other: None, plain=True)


def zero_of(value: Any) -> Any:
    """The tangent of a value that does not depend on the inputs."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return 0.0
    zero = np.zeros(np.shape(value), dtype if dtype.kind in "fc" else float)
    return zero if isinstance(value, np.ndarray) else zero[()]
