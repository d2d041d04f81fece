"""Words for the methods of ufuncs: accumulated extrema, outer combinations, sums between indices, rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_move import scatter
from srcgrad.runtime.words_reduce import is_extremum


def check_reduced(result: Any, ufunc: Any, *args: Any, **settings: Any) -> None:
    """Refuse a reduction of which NumPy makes something else: the vectorised loops of powers and of angles leave out
    all but the first and the last element on some processors."""
    method = ufunc.reduceat if "indices" in settings else ufunc.reduce
    if not np.allclose(result, method(*args, **settings), 1e-4, 1e-6, equal_nan=True):
        what = f"np.{ufunc.__name__}.{method.__name__}, which NumPy itself computes wrongly here,"
        raise UnsupportedError(what, "write a loop over the elements")


def outer_first(g: Any, a: Any, b: Any) -> Any:
    """What an outer combination of `a` and `b` gives to `a`: the sum over the axes of `b`."""
    return np.sum(g, axis=tuple(range(np.ndim(a), np.ndim(g)))) if np.ndim(b) else g


def outer_second(g: Any, a: Any, b: Any) -> Any:
    """What an outer combination of `a` and `b` gives to `b`: the sum over the axes of `a`."""
    return np.sum(g, axis=tuple(range(np.ndim(a)))) if np.ndim(a) else g


def outer_product_second(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `b` in `np.multiply.outer(a, b)`."""
    turned = np.conj(a) if np.iscomplexobj(a) else a
    return outer_second(g * np.reshape(turned, np.shape(a) + (1,) * np.ndim(b)), a, b)


def extremum_accumulated(g: Any, x: Any, y: Any, axis: int) -> Any:
    """The cotangent of `x` in `y = np.maximum.accumulate(x, axis)`: each result goes to the latest that attained it."""
    rows, steps = np.moveaxis(x, axis, 0), np.moveaxis(g, axis, 0)
    rest = np.ix_(*(np.arange(n) for n in np.shape(rows)))[1:]
    return np.moveaxis(scatter(steps, rows, (latest(rows, np.moveaxis(y, axis, 0)), *rest)), 0, axis)


def latest(rows: Any, found: Any) -> Any:
    """For each of the extrema found so far, the latest row that attained it: one that is nan, where that is."""
    own = is_extremum(rows, found)
    numbers = np.reshape(np.arange(len(rows)), (-1,) + (1,) * (np.ndim(rows) - 1))
    return np.maximum.accumulate(np.where(own, numbers, 0), 0)


def reduceat_cotangent(g: Any, x: Any, indices: Any, axis: int = 0) -> Any:
    """The cotangent of `x` in `np.add.reduceat(x, indices, axis)`."""
    rows = np.moveaxis(x, axis, 0)
    steps = np.moveaxis(g, axis, 0)
    starts = [int(i) for i in np.asarray(indices)]
    stops = [*starts[1:], len(rows)]
    picked = [(k, i) for k, (a, b) in enumerate(zip(starts, stops)) for i in (range(a, b) if a < b else (a,))]
    which = np.array([k for k, _ in picked], dtype=int)
    where = np.array([i for _, i in picked], dtype=int)
    return np.moveaxis(scatter(steps[which], rows, (where,)), 0, axis)


def without_first(g: Any, x: Any, axis: int | None) -> Any:
    """`g` less what belongs to the initial value, where `np.cumulative_sum(x, include_initial=True)` put one first."""
    axis = 0 if axis is None else axis % np.ndim(g)
    if np.shape(g)[axis] == np.shape(x)[axis]:
        return g
    part = (*(slice(None),) * axis, slice(1, None))
    return g[part]


def reduced_axes(axis: Any, ndim: int, ufunc: Any) -> tuple[int, ...]:
    """The axes that `ufunc.reduce(x, axis)` goes through; ValueError where it would matter in which order."""
    if not ndim and axis in (0, -1):
        return ()
    axes = tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim, "axis")
    if len(axes) > 1:
        ufunc.reduce(np.ones((1,) * len(axes)), axis=None)
    return axes


def rows_shape(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of an array whose reduced axes are one, and come first."""
    count = math.prod([shape[i] for i in axes])
    return count, *[n for i, n in enumerate(shape) if i not in axes]


def kept_shape(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a reduction that keeps the reduced axes."""
    return tuple([1 if i in axes else n for i, n in enumerate(shape)])


def chosen_rows(where: Any, shape: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    """The mask of a reduction, row by row."""
    mask = np.moveaxis(np.broadcast_to(where, shape), axes, range(len(axes)))
    return np.reshape(mask, rows_shape(shape, axes))
