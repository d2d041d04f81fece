"""Writes into tensors as functions of what was there and what is written, and their rules.

    y[i] = v            y = with_item(y, i, v)          y_bar = without_item(y_bar, i);  v_bar = y_bar[i]
    y[1:].T[i] = v      y = with_view(y, place, v)      the same for a view of a view

The functions are the meaning of the nodes that record such writes; the memory itself has been written by then.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import shapes, shapes_move
from srcgrad.analysis.kinds import Num
from srcgrad.rules.language import linear
from srcgrad.runtime.words import WORDS, is_basic


class Place:
    """A view of an array, as the steps that lead to it: functions of an array."""

    def __init__(self, steps: tuple[Any, ...]) -> None:
        self.steps = steps

    def __call__(self, array: Any) -> Any:
        """The view of this array."""
        for step in self.steps:
            array = step(array)
        return array


def with_item(a: Any, index: Any, v: Any) -> Any:
    """A copy of `a` (any shape, any dtype) in which `index`, of integers and slices, holds `v`.

    `v` has the shape of `a[index]`.
    """
    result = a.copy()
    result[index] = v
    return result


def with_items(a: Any, index: Any, v: Any) -> Any:
    """A copy of `a` in which `index`, of arrays of integers or bools, holds `v`, of `a[index]`'s shape."""
    result = a.copy()
    result[index] = v
    return result


def without_item(g: Any, index: Any) -> Any:
    """A copy of `g` with zeros at `index`: the cotangent of what was there before it was overwritten."""
    result = g.copy()
    result[index] = 0.0
    return result


def taken_item(g: Any, index: Any) -> Any:
    """`g[index]`: the cotangent of what was written there; where an index comes twice, the last write is the one
    that counts, and the others have none."""
    taken = g[index]
    if is_basic(index) or taken.ndim == 0:
        return taken
    last = np.full(g.shape, -1)
    order = np.arange(taken.size).reshape(taken.shape)
    last[index] = order
    return np.where(last[index] == order, taken, 0.0)


def with_view(a: Any, place: Place, v: Any) -> Any:
    """A copy of `a` in which the view `place` holds `v`."""
    result = a.copy()
    place(result)[...] = v
    return result


def without_view(g: Any, place: Place) -> Any:
    """A copy of `g` with zeros in the view `place`."""
    result = g.copy()
    place(result)[...] = 0.0
    return result


def taken_view(g: Any, place: Place) -> Any:
    """The view `place` of `g`, in memory of its own."""
    return place(g).copy()


def spread_view(g: Any, x: Any, place: Place) -> Any:
    """Zeros of `x`'s shape with `g` in the view `place`."""
    result = np.zeros(np.shape(x), dtype=g.dtype)
    place(result)[...] = g
    return result


def spread_item(g: Any, x: Any, index: Any) -> Any:
    """Zeros of `x`'s shape with `g` at `index`, the last one where an index comes twice."""
    result = np.zeros(np.shape(x), dtype=g.dtype)
    result[index] = g
    return result


def _as_written(bound: shapes.Bound, function: Any) -> Num:
    """The result is as the array that was written."""
    return shapes.num(next(iter(bound.values())))


WORDS.update(
    (word.__name__, word) for word in (without_item, taken_item, without_view, taken_view, spread_view, spread_item)
)


@linear(with_item, kind=_as_written, cases=("f(A(3), 1, S())", "f(A(3, 4), slice(1, 3), A(2, 4))"))
def with_item_(a, index, v, /, *, g):
    a: without_item(g, index)
    v: g[index]


@linear(
    with_items,
    kind=_as_written,
    cases=("f(A(4), np.array([1, 2, 1]), A(3))", "f(A(3), np.array([True, False, True]), A(2))"),
)
def with_items_(a, index, v, /, *, g):
    a: without_item(g, index)
    v: taken_item(g, index)


@linear(with_view, kind=_as_written, cases=("f(A(2, 3), np.transpose, A(3, 2))",))
def with_view_(a, place, v, /, *, g):
    a: without_view(g, place)
    v: taken_view(g, place)


@linear(without_item, kind=_as_written, cases=("f(A(3), 1)", "f(A(3, 4), np.array([1, 2, 1]))"))
def without_item_(value, index, /, *, g):
    value: without_item(g, index)


@linear(taken_item, kind=shapes.unknown_array, cases=("f(A(3), slice(0, 2))", "f(A(4), np.array([1, 2, 1]))"))
def taken_item_(value, index, /, *, g):
    value: spread_item(g, value, index)


@linear(spread_item, kind=shapes_move.as_second, cases=("f(A(2), A(3), slice(0, 2))",))
def spread_item_(value, x, index, /, *, g):
    value: taken_item(g, index)
    x: 0


@linear(without_view, kind=_as_written, cases=("f(A(2, 3), np.transpose)",))
def without_view_(value, place, /, *, g):
    value: without_view(g, place)


@linear(taken_view, kind=shapes.unknown_array, cases=("f(A(2, 3), np.transpose)",))
def taken_view_(value, place, /, *, g):
    value: spread_view(g, value, place)


@linear(spread_view, kind=shapes_move.as_second, cases=("f(A(3, 2), A(2, 3), np.transpose)",))
def spread_view_(value, x, place, /, *, g):
    value: taken_view(g, place)
    x: 0
