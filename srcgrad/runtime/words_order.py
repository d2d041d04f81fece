"""Words for order statistics: quantiles, of all elements or of those that are no nan.

A quantile is a mean of two neighbours in the sorted order. Where it stands between them depends only on how many
elements there are:

    np.quantile(a, 0.3)    of 5 elements: at position 1.2, 0.8 times the second and 0.2 times the third
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import count, restore_axes, share


def quantile_share(g: Any, a: Any, q: Any, axis: Any = None, keepdims: bool = False, method: Any = "linear") -> Any:
    """The cotangent of `a` in `np.quantile(a, q, axis, method=method)`: the two neighbours by their weights.

    Equal elements share what they get. The position is found by asking for the same quantile of 0, 1, 2, ...: all
    methods of NumPy take a mean of two neighbours, so that it says how far the one and the other count.
    """
    if np.ndim(q):
        return _each_point(g, q, lambda part, point: quantile_share(part, a, point, axis, keepdims, method))
    position = float(np.quantile(np.arange(float(count(a, axis))), q, method=method))
    rows = np.sort(_rows(a, axis), axis=-1)
    below = math.floor(position)
    weight = position - below
    g = restore_axes(g, a, axis, keepdims)
    shape = _kept_shape(a, axis)
    result = share((1.0 - weight) * g, a, np.reshape(rows[..., below], shape), axis, True)
    if weight:
        result = result + share(weight * g, a, np.reshape(rows[..., below + 1], shape), axis, True)
    return result


def weighted_quantile_share(g: Any, a: Any, y: Any, q: Any, axis: Any, keepdims: bool) -> Any:
    """The cotangent of `a` in a quantile `y` with weights, which is one of the elements."""
    if np.ndim(q):
        flat = np.reshape(y, (np.size(q), *np.shape(y)[np.ndim(q) :]))
        parts = np.reshape(g, np.shape(flat))
        shares = [share(parts[i], a, flat[i], axis, keepdims) for i in range(np.size(q))]
        return np.sum(np.stack(shares), axis=0)
    return share(g, a, y, axis, keepdims)


def nanquantile_share(g: Any, x: Any, q: Any, axis: Any, keepdims: bool, method: Any = "linear") -> Any:
    """The cotangent of `x` in `np.nanquantile(x, q, axis, method=method)`: two neighbours by their weights.

    Rows may have different numbers of elements that are no nan: the position is found for each such number once.
    """
    if np.ndim(q):
        return _each_point(g, q, lambda part, point: nanquantile_share(part, x, point, axis, keepdims, method))
    g = restore_axes(g, x, axis, keepdims)
    shape = _kept_shape(x, axis)
    rows = np.sort(_rows(x, axis), axis=-1)  # nan comes last
    counts = np.count_nonzero(~np.isnan(rows), axis=-1, keepdims=True)
    present = np.unique(counts)
    table = [float(np.quantile(np.arange(float(n)), q, method=method)) if n else 0.0 for n in present]
    position = np.asarray(table)[np.searchsorted(present, counts)]
    below = np.floor(position)
    weight = np.reshape((position - below).astype(np.result_type(np.real(g))), shape)
    first = below.astype(int)
    lower = np.take_along_axis(rows, first, -1)
    upper = np.take_along_axis(rows, np.minimum(first + 1, np.maximum(counts - 1, 0)), -1)
    result = share((1.0 - weight) * g, x, np.reshape(lower, shape), axis, True)
    result = result + share(weight * g, x, np.reshape(upper, shape), axis, True)
    return np.where(np.isnan(x), 0.0, result)


def quantile_tangent(
    a_dot: Any, a: Any, q: Any, axis: Any = None, keepdims: bool = False, method: Any = "linear", skip_nan: bool = False
) -> Any:
    """The tangent of `np.quantile(a, q, axis, method=method)`, or of `np.nanquantile`."""
    if np.ndim(q):
        rows = [quantile_tangent(a_dot, a, point, axis, keepdims, method, skip_nan) for point in np.ravel(q)]
        return np.reshape(np.stack(rows), (*np.shape(q), *np.shape(rows[0])))
    ones = np.ones(np.shape(np.sum(a, axis=axis, keepdims=keepdims)), np.result_type(a))
    one = nanquantile_share if skip_nan else quantile_share
    return np.sum(one(ones, a, q, axis, keepdims, method) * a_dot, axis=axis, keepdims=keepdims)


def weighted_quantile_tangent(a_dot: Any, a: Any, y: Any, q: Any, axis: Any, keepdims: bool) -> Any:
    """The tangent of a quantile `y` with weights, which is one of the elements."""
    if np.ndim(q):
        flat = np.reshape(y, (np.size(q), *np.shape(y)[np.ndim(q) :]))
        rows = [weighted_quantile_tangent(a_dot, a, flat[i], 0.0, axis, keepdims) for i in range(np.size(q))]
        return np.reshape(np.stack(rows), np.shape(y))
    return np.sum(share(np.ones_like(y), a, y, axis, keepdims) * a_dot, axis=axis, keepdims=keepdims)


def _each_point(g: Any, q: Any, one: Any) -> Any:
    """The sum over the points of `q` of what `one(cotangent, point)` gives."""
    points = np.ravel(q)
    parts = np.reshape(g, (len(points), *np.shape(g)[np.ndim(q) :]))
    return np.sum(np.stack([one(parts[i], points[i]) for i in range(len(points))]), axis=0)


def _rows(a: Any, axis: Any) -> Any:
    """`a` with the elements that a reduction over `axis` takes together in one last axis."""
    rank = np.ndim(a)
    places = tuple(range(rank)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    places = tuple(i % rank for i in places)
    moved = np.moveaxis(a, places, tuple(range(rank - len(places), rank)))
    return np.reshape(moved, (*np.shape(moved)[: rank - len(places)], count(a, axis)))


def _kept_shape(a: Any, axis: Any) -> tuple[int, ...]:
    """The shape of a reduction over `axis` with keepdims."""
    rank = np.ndim(a)
    places = tuple(range(rank)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {i % rank for i in places}
    return tuple(1 if i in gone else n for i, n in enumerate(np.shape(a)))
