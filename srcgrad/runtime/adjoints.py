"""Adjoints of values that objects hold, by the identity of the value.

A value that is put into a list, a dict or an attribute and taken out again is the same object.  So a read adds the
adjoint of what it read under that object's identity (`add`), and the statement that made the value collects it
(`take`), whatever path the reference took in between.  The value is kept alive with its adjoint, so that no identity
is used twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis.entry import attributes_of, is_user_class


class Adjoints:
    """The adjoints that wait for the statement that made their value."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        self.waiting: dict[int, tuple[Any, Any]] = {}

    def add(self, value: Any, bar: Any) -> None:
        """Add to the adjoint of a value."""
        if not carries(value):
            return
        key = id(value)
        found = self.waiting.get(key)
        self.waiting[key] = (value, bar if found is None else found[1] + bar)

    def take(self, value: Any) -> Any:
        """What was gathered for a value, and forget it; 0.0 where nothing was."""
        found = self.waiting.pop(id(value), None)
        return 0.0 if found is None else found[1]

    def add_items(self, values: Any, bars: Any) -> None:
        """Add a structure of adjoints to a structure of values."""
        if carries(values):
            self.add(values, bars)
        elif isinstance(values, dict):
            for key, value in values.items():
                self.add_items(value, bars[key])
        elif isinstance(values, (list, tuple)):
            for value, bar in zip(values, bars):
                if bar is not None:
                    self.add_items(value, bar)
        elif bars is not None and is_user_class(type(values)):
            for name, value in attributes_of(values).items():
                bar = bars.get(name) if isinstance(bars, dict) else getattr(bars, name, None)
                if bar is not None:
                    self.add_items(value, bar)

    def take_items(self, values: Any) -> Any:
        """What was gathered for the items of a list or tuple, in the same structure, zeros where nothing was."""
        if carries(values):
            bar = self.take(values)
            return bar if np.shape(bar) == np.shape(values) else np.broadcast_to(bar, np.shape(values))
        if isinstance(values, (list, tuple)):
            return [self.take_items(value) for value in values]
        return None

    def stack(self, rows: Any, x: Any) -> Any:
        """The adjoint of an array, from what was gathered for its rows."""
        result = np.zeros(np.shape(x), dtype=np.result_type(x, float) if x.dtype.kind not in "fc" else x.dtype)
        for i, row in enumerate(rows):
            bar = self.take(row)
            if np.iscomplexobj(bar) and result.dtype.kind != "c":
                bar = np.real(bar)
            result[i] = bar
        return result


def carries(value: Any) -> bool:
    """Whether a value is a floating or complex number or array."""
    if isinstance(value, (float, complex)):
        return True
    dtype = getattr(value, "dtype", None)
    return dtype is not None and getattr(dtype, "kind", "") in "fc"
