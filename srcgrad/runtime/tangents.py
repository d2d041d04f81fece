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
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.adjoints import carries, dtype_of
from srcgrad.runtime.helpers import module_of


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
        """The tangent of a value: of its shape, zeros where none was set, which are then written with the value."""
        found = self.known.get(id(value))
        if found is not None:
            return found[1]
        zero = zero_of(value)
        if isinstance(value, np.ndarray):
            self.set(value, zero)
        return zero

    def set_items(self, values: Any, tangents: Any) -> None:
        """Say what the tangents of the values in a structure are; None for a part that has none."""
        if tangents is None:
            return
        if carries(values):
            self.set(values, tangents)
        elif isinstance(tangents, float):
            pass  # the zero of a structure without numbers
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
        if isinstance(values, (list, tuple, range)):
            return [self.parts(value) for value in values]
        found = self.known.get(id(values))
        return None if found is None else found[1]

    def like(self, values: Any) -> Any:
        """The tangents of the values in any structure, in its form; None for parts that can have none."""
        return arguments.rebuilt(values, self.get, lambda other: None, plain=True)


def alike(tangent: Any, value: Any, source_tangent: Any, source: Any) -> Any:
    """The tangent of `value`, sharing memory with that of `source` exactly where `value` shares it with `source`.

    Raises UnsupportedError where the value is a view, and the tangent lies in memory too differently for one.
    """
    arrays = (tangent, value, source_tangent, source)
    if not all(isinstance(x, np.ndarray) for x in arrays) or value.dtype.kind not in "fc":
        return tangent  # integers have none, wherever they lie
    shares = np.may_share_memory(tangent, source_tangent)
    if np.may_share_memory(value, source):
        if not shares and np.size(value):
            raise UnsupportedError(
                "a view of an array whose tangent lies otherwise in memory",
                "make the array contiguous before: x.copy()",
            )
        return tangent
    return tangent.copy() if shares else tangent


def into(dot: Any, tangent: Any, value: Any) -> Any:
    """The tangent of what `name op= ...` made: written into `dot` where `value` is an array, which was written."""
    if isinstance(value, np.ndarray):
        dot[...] = tangent
        return dot
    return tangent


def zero_of(value: Any) -> Any:
    """The tangent of a value that does not depend on the inputs."""
    dtype = dtype_of(value)
    if dtype is None:
        return 0.0
    zero = module_of(value).zeros(value.shape, dtype if dtype.kind in "fc" else float)
    return zero[()] if isinstance(value, np.generic) else zero
