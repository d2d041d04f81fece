"""The methods of ufuncs without an entry, written out: `np.logaddexp.reduce` is a loop, `np.divide.outer` a division.

The ones that have an entry are in `srcgrad.rules.ufunc_methods`.  NumPy goes through an axis from its first element to
the last, as these do; the sum, which it does not, has an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError


def outer_of(ufunc: Any) -> Any:
    """`ufunc.outer`."""

    def outer(a: Any, b: Any) -> Any:
        return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)

    return outer


def reduce_of(ufunc: Any) -> Any:
    """`ufunc.reduce` over one axis."""

    def reduce(
        array: Any,
        axis: Any = 0,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Any:
        given = (dtype, out, initial, None if where is True else where)
        if any(value is not None for value in given) or isinstance(axis, tuple):
            what = "a ufunc's reduce with dtype=, out=, initial=, where= or several axes"
            raise UnsupportedError(what, "write the loop")
        if axis is None:
            if np.ndim(array) > 1:
                raise UnsupportedError("a ufunc's reduce over all axes", "flatten the array first: x.ravel()")
            axis = 0
        rows = np.moveaxis(array, axis, 0)
        if not len(rows):
            raise ValueError("zero-size array to reduction operation which has no identity")
        result = rows[0]
        for i in range(1, len(rows)):
            result = ufunc(result, rows[i])
        return np.expand_dims(result, axis) if keepdims else result

    return reduce


def accumulate_of(ufunc: Any) -> Any:
    """`ufunc.accumulate`."""

    def accumulate(array: Any, axis: int = 0) -> Any:
        rows = np.moveaxis(array, axis, 0)
        if not len(rows):
            return np.array(array)
        results = [rows[0]]
        for i in range(1, len(rows)):
            results.append(ufunc(results[-1], rows[i]))
        return np.moveaxis(np.stack(results), 0, axis)

    return accumulate


def reduceat_of(ufunc: Any) -> Any:
    """`ufunc.reduceat`: each index begins a part that ends where the next begins."""

    def reduceat(array: Any, indices: Any, axis: int = 0) -> Any:
        rows = np.moveaxis(array, axis, 0)
        starts = [int(i) for i in indices]
        stops = [*starts[1:], len(rows)]
        results = []
        for start, stop in zip(starts, stops):
            result = rows[start]
            for i in range(start + 1, stop):
                result = ufunc(result, rows[i])
            results.append(result)
        return np.moveaxis(np.stack(results), 0, axis)

    return reduceat


MAKERS: dict[str, Callable[[Any], Any]] = {
    "outer": outer_of,
    "reduce": reduce_of,
    "accumulate": accumulate_of,
    "reduceat": reduceat_of,
}
