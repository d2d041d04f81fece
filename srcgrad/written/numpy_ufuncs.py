"""The methods of ufuncs without an entry, written out: `np.logaddexp.reduce` is a loop, `np.divide.outer` a division.

The ones that have an entry are in `srcgrad.rules.ufunc_methods`.  NumPy goes through an axis from its first element to
the last, as these do; the sum, which it does not, has an entry.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from srcgrad.rules.stand_ins import Array, Choice
from srcgrad.runtime.words_ufunc import check_reduced, chosen_rows, kept_shape, reduced_axes, rows_shape

# NumPy's own reductions by these are checked
UNSURE = (np.power, np.arctan2)


def outer_of(ufunc: Any) -> Any:
    """`ufunc.outer`."""

    def outer(
        a: Any, b: Any, /, *, dtype: Any = None, casting: str = "same_kind", order: str = "K", subok: bool = True
    ) -> Any:
        return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, dtype=dtype, casting=casting)

    def outer_into(
        a: Any,
        b: Any,
        /,
        *,
        out: Any,
        where: Any = True,
        dtype: Any = None,
        casting: str = "same_kind",
        order: str = "K",
        subok: bool = True,
    ) -> Any:
        if isinstance(out, tuple):
            out = out[0]
        return ufunc(
            np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, out=out, where=where, dtype=dtype, casting=casting
        )

    return Choice(("a", "b"), lambda call: outer if call.get("out") is None else outer_into)


def reduce_of(ufunc: Any) -> Any:
    """`ufunc.reduce`: over one axis of an array, from the identity or `initial`, of what `where` chooses."""
    over_one, over_several, of_chosen = one_axis(ufunc), any_axes(ufunc), masked(ufunc)

    def choose(call: Mapping[str, Any]) -> Any:
        masked = call.get("where", True) is not True
        if call.get("out") is not None:
            return reduced_into(ufunc, of_chosen if masked else over_several)
        # a hypotenuse begins at its identity: that of one element is its absolute value
        one = isinstance(call.get("array"), Array) and isinstance(call.get("axis", 0), int) and ufunc is not np.hypot
        if one and set(call) <= {"array", "axis", "keepdims"}:
            return over_one
        return of_chosen if masked else over_several

    return Choice(("array", "axis", "dtype", "out", "keepdims", "initial", "where"), choose)


@functools.cache
def reduced_into(ufunc: Any, form: Any) -> Any:
    """A reduction whose result is written into an array."""

    def reduce(
        array: Any,
        axis: Any = 0,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = ufunc.identity,
        where: Any = True,
    ) -> Any:
        return into(out, form(array, axis, type_for(dtype, out), None, keepdims, initial, where))

    return reduce


def one_axis(ufunc: Any) -> Any:
    """A reduction from the first row of an array through the others."""

    def reduce(array: Any, axis: int = 0, keepdims: bool = False) -> Any:
        rows = np.moveaxis(array, axis, 0)
        if not len(rows):
            return ufunc.reduce(np.zeros(np.shape(array)), axis, keepdims=keepdims)
        result = rows[0]
        for i in range(1, len(rows)):
            result = ufunc(result, rows[i])
        if ufunc in UNSURE:
            check_reduced(result, ufunc, array, axis)
        return np.expand_dims(result, axis) if keepdims else result

    return reduce


def any_axes(ufunc: Any) -> Any:
    """A reduction over any axes from `initial`, the identity or the first row."""

    def reduce(
        array: Any,
        axis: Any = 0,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = ufunc.identity,
        where: Any = True,
    ) -> Any:
        axes = reduced_axes(axis, np.ndim(array), ufunc)
        rows = rows_of(array, axes, dtype)
        if initial is not None:
            result = np.zeros(np.shape(rows)[1:], rows.dtype) + initial
            first = 0
        elif len(rows):
            result = rows[0]
            first = 1
        else:
            raise ValueError(f"zero-size array to reduction operation {ufunc.__name__} which has no identity")
        for i in range(first, len(rows)):
            result = ufunc(result, rows[i])
        if ufunc in UNSURE:
            check_reduced(result, ufunc, array, axis, dtype, initial=initial)
        return np.reshape(result, kept_shape(np.shape(array), axes)) if keepdims else result[()]

    return reduce


def masked(ufunc: Any) -> Any:
    """A reduction of what a mask chooses."""

    def reduce(
        array: Any,
        axis: Any = 0,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = ufunc.identity,
        where: Any = True,
    ) -> Any:
        if initial is None:
            what = f"reduction operation '{ufunc.__name__}' does not have an identity"
            raise ValueError(f"{what}, so to use a where mask one has to specify 'initial'")
        axes = reduced_axes(axis, np.ndim(array), ufunc)
        rows = rows_of(array, axes, dtype)
        chosen = chosen_rows(where, np.shape(array), axes)
        result = np.zeros(np.shape(rows)[1:], rows.dtype) + initial
        for i in range(len(rows)):
            # 1 for what is not chosen: no ufunc warns of it
            result = np.where(chosen[i], ufunc(result, np.where(chosen[i], rows[i], 1.0)), result)
        if ufunc in UNSURE:
            check_reduced(result, ufunc, array, axis, dtype, initial=initial, where=where)
        return np.reshape(result, kept_shape(np.shape(array), axes)) if keepdims else result[()]

    return reduce


def rows_of(array: Any, axes: tuple[int, ...], dtype: Any) -> Any:
    """An array with these axes as one, which comes first."""
    rows = np.moveaxis(array, axes, tuple(range(len(axes))))
    rows = np.reshape(rows, rows_shape(np.shape(array), axes))
    return rows if dtype is None else rows.astype(dtype)


def type_for(dtype: Any, out: Any) -> Any:
    """The type that a method of a ufunc computes in: that of the array it writes into, unless it is told."""
    return (out[0] if isinstance(out, tuple) else out).dtype if dtype is None else dtype


def into(out: Any, result: Any) -> Any:
    """The result, written into what was given as `out`."""
    if isinstance(out, tuple):
        out = out[0]
    out[...] = result
    return out


def accumulate_of(ufunc: Any) -> Any:
    """`ufunc.accumulate`."""

    def accumulate(array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        rows = np.moveaxis(array, axis, 0)
        rows = rows if dtype is None else rows.astype(dtype)
        if not len(rows):
            return np.moveaxis(np.array(rows), 0, axis)
        results = [rows[0]]
        for i in range(1, len(rows)):
            results.append(ufunc(results[-1], rows[i]))
        return np.moveaxis(np.stack(results), 0, axis)

    def accumulate_into(array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        return into(out, accumulate(array, axis, type_for(dtype, out)))

    names = ("array", "axis", "dtype", "out")
    return Choice(names, lambda call: accumulate if call.get("out") is None else accumulate_into)


def reduceat_of(ufunc: Any) -> Any:
    """`ufunc.reduceat`: each index begins a part that ends where the next begins."""

    def reduceat(array: Any, indices: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        rows = np.moveaxis(array, axis, 0)
        rows = rows if dtype is None else rows.astype(dtype)
        starts = [int(i) for i in indices]
        stops = [*starts[1:], len(rows)]
        results = []
        for start, stop in zip(starts, stops):
            result = rows[start]
            for i in range(start + 1, stop):
                result = ufunc(result, rows[i])
            results.append(result)
        if ufunc in UNSURE:
            check_reduced(np.stack(results), ufunc, rows, indices=indices)
        return np.moveaxis(np.stack(results), 0, axis)

    def reduceat_into(array: Any, indices: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        return into(out, reduceat(array, indices, axis, type_for(dtype, out)))

    names = ("array", "indices", "axis", "dtype", "out")
    return Choice(names, lambda call: reduceat if call.get("out") is None else reduceat_into)


MAKERS: dict[str, Callable[[Any], Any]] = {
    "outer": outer_of,
    "reduce": reduce_of,
    "accumulate": accumulate_of,
    "reduceat": reduceat_of,
}
