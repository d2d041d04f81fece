"""Words for order statistics: quantiles, of all elements or of those that are no nan.

A quantile is a mean of two neighbours in the sorted order. Where it stands between them depends only on how many
elements there are:

    np.quantile(a, 0.3)    of 5 elements: at position 1.2, 0.8 times the second and 0.2 times the third
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from srcgrad.runtime.words_pick import typed
from srcgrad.runtime.words_reduce import count, floating, restore_axes, share


def quantile_share(g: Any, a: Any, q: Any, axis: Any = None, keepdims: bool = False, method: Any = "linear") -> Any:
    """The cotangent of `a` in `np.quantile(a, q, axis, method=method)`: the two neighbours by their weights.

    Equal elements share what they get.
    """
    parts = _by_point(g, q)
    points = np.reshape(np.asarray(q), -1)
    total: Any = np.zeros(np.shape(a), np.result_type(g))
    for i in range(len(points)):
        total = total + _point_share(parts[i], a, points[i], axis, keepdims, method)
    return total


def _point_share(g: Any, a: Any, point: Any, axis: Any, keepdims: bool, method: Any) -> Any:
    """The cotangent of `a` in a quantile for one point."""
    size = count(a, axis)
    if not size:
        return np.zeros(np.shape(a), np.result_type(g))
    position = quantile_position(size, point, method)
    rows = np.sort(_rows(a, axis), axis=-1)
    below = math.floor(position)
    # the last term is zero: what differentiates this again sees by it that the weight depends on the point
    weight = position - below + quantile_rate(size, point, method) * (point - fixed_point(point))
    g = restore_axes(g, a, axis, keepdims)
    shape = _kept_shape(a, axis)
    last = rows[..., -1]  # nan if any is, and the quantile with it
    lower = np.where(last != last, last, rows[..., below])
    result = share((1.0 - weight) * g, a, np.reshape(lower, shape), axis, True)
    if weight:
        upper = np.where(last != last, last, rows[..., below + 1])
        result = result + share(weight * g, a, np.reshape(upper, shape), axis, True)
    # the point may be in double precision where the data are not
    return typed(result, np.result_type(g))


def quantile_points(g: Any, a: Any, q: Any, axis: Any, method: Any, weights: Any, holes: bool = False) -> Any:
    """The cotangent of `q` in `np.quantile(a, q, axis, method=method)`: the slopes between neighbours.

    holes   whether nan is left out, as by `np.nanquantile`
    """
    parts = _by_point(g, q)
    points = np.reshape(np.asarray(q), -1)
    slope = _nan_slope if holes else _slope
    sums = [
        np.sum(parts[i] * slope(np.shape(parts[i]), a, points[i], axis, method, weights)) for i in range(len(points))
    ]
    return np.reshape(np.stack(sums), np.shape(q)) if sums else np.zeros_like(q)


def quantile_points_tangent(
    q_dot: Any, a: Any, y: Any, q: Any, axis: Any, method: Any, weights: Any, holes: bool = False
) -> Any:
    """What the tangent of `q` gives to `y = np.quantile(a, q, axis, method=method)`."""
    shape = np.shape(_by_point(y, q))[1:]
    points, moved = np.reshape(np.asarray(q), -1), np.reshape(np.asarray(q_dot), -1)
    slope = _nan_slope if holes else _slope
    rows = [moved[i] * slope(shape, a, points[i], axis, method, weights) for i in range(len(points))]
    return _of_points(rows, y)


def _slope(shape: Any, a: Any, point: Any, axis: Any, method: Any, weights: Any) -> Any:
    """How fast a quantile, of this shape, grows with its point; one with weights goes in steps."""
    if weights is not None or not count(a, axis):
        return np.zeros(shape, np.result_type(a))
    rows = np.sort(_rows(floating(a), axis), axis=-1)
    size = np.shape(rows)[-1]
    below = min(math.floor(quantile_position(size, point, method)), max(size - 2, 0))
    step = rows[..., min(below + 1, size - 1)] - rows[..., below]
    return np.reshape(quantile_rate(size, point, method) * step, shape)


def _nan_slope(shape: Any, a: Any, point: Any, axis: Any, method: Any, weights: Any) -> Any:
    """The same of the elements that are no nan."""
    if weights is not None or not count(a, axis):
        return np.zeros(shape, np.result_type(a))
    a = floating(a)
    rows, counts, below, rates = _present(a, point, axis, method)
    first = np.minimum(below.astype(int), np.maximum(counts - 2, 0))
    upper = np.take_along_axis(rows, np.minimum(first + 1, np.maximum(counts - 1, 0)), -1)
    slope = rates * (upper - np.take_along_axis(rows, first, -1))
    return np.reshape(typed(slope, np.result_type(a)), shape)


# how much faster than the number of elements a point moves, by method; that of the others moves in steps
RATES = {
    "linear": -1.0, "hazen": 0.0, "weibull": 1.0, "median_unbiased": 1.0 / 3.0, "normal_unbiased": 0.25,
    "interpolated_inverted_cdf": 0.0,
}  # fmt: skip


def quantile_rate(size: int, point: Any, method: Any) -> float:
    """How fast the position of a quantile moves with its point: not at all beyond the ends."""
    inside = method == "linear" or 0.0 < quantile_position(size, point, method) < size - 1
    return size + RATES[method] if inside and method in RATES else 0.0


def fixed_point(point: Any) -> float:
    """A point of a quantile as a number that stands for itself."""
    return float(point)


def quantile_position(size: Any, q: Any, method: Any) -> float:
    """Where a quantile stands in the sorted order of `size` elements.

    It is found by asking for the same quantile of 0, 1, 2, ...: all methods of NumPy take a mean of two neighbours, so
    that it says how far the one and the other count.
    """
    return float(np.quantile(np.arange(float(size)), q, method=method)) if size else 0.0


def weighted_quantile_share(g: Any, a: Any, y: Any, q: Any, axis: Any, keepdims: bool) -> Any:
    """The cotangent of `a` in a quantile `y` with weights, which is one of the elements."""
    parts, found = _by_point(g, q), _by_point(y, q)
    total: Any = np.zeros(np.shape(a), np.result_type(g))
    for i in range(len(parts)):
        total = total + share(parts[i], a, found[i], axis, keepdims)
    return total


def nanquantile_share(g: Any, x: Any, q: Any, axis: Any, keepdims: bool, method: Any = "linear") -> Any:
    """The cotangent of `x` in `np.nanquantile(x, q, axis, method=method)`: two neighbours by their weights."""
    if np.size(x) == 0:  # for which NumPy leaves the axis of points out
        return np.zeros_like(x)
    parts = _by_point(g, q)
    points = np.reshape(np.asarray(q), -1)
    total: Any = np.zeros(np.shape(x), np.result_type(g))
    for i in range(len(points)):
        total = total + _nan_point_share(parts[i], x, points[i], axis, keepdims, method)
    return total


def _nan_point_share(g: Any, x: Any, point: Any, axis: Any, keepdims: bool, method: Any) -> Any:
    """The cotangent of `x` in a quantile for one point."""
    if not count(x, axis):
        return np.zeros(np.shape(x), np.result_type(g))
    g = restore_axes(g, x, axis, keepdims)
    shape = _kept_shape(x, axis)
    rows, counts, position, rates = _present(x, point, axis, method)
    below = np.floor(position)
    # the last term is zero: what differentiates this again sees by it that the weight depends on the point
    weight = position - below + rates * (point - fixed_point(point))
    weight = np.reshape(weight.astype(np.result_type(np.real(g))), shape)
    first = below.astype(int)
    lower = np.take_along_axis(rows, first, -1)
    upper = np.take_along_axis(rows, np.minimum(first + 1, np.maximum(counts - 1, 0)), -1)
    result = share((1.0 - weight) * g, x, np.reshape(lower, shape), axis, True)
    result = result + share(weight * g, x, np.reshape(upper, shape), axis, True)
    return np.where(np.isnan(x), 0.0, result)


def _present(x: Any, point: Any, axis: Any, method: Any) -> tuple[Any, Any, Any, Any]:
    """Rows in order, how many elements of each are no nan, where the quantile stands, and how fast that moves.

    Rows may have different numbers of such elements: what follows from a number is found once.
    """
    rows = np.sort(_rows(x, axis), axis=-1)  # nan comes last
    counts = np.count_nonzero(~np.isnan(rows), axis=-1, keepdims=True)
    present = np.unique(counts)
    which = np.searchsorted(present, counts)
    positions = np.asarray([quantile_position(n, point, method) for n in present])
    rates = np.asarray([quantile_rate(n, point, method) for n in present])
    return rows, counts, positions[which], rates[which]


def quantile_tangent(
    a_dot: Any, a: Any, y: Any, q: Any, axis: Any = None, keepdims: bool = False, method: Any = "linear"
) -> Any:
    """The tangent of `y = np.quantile(a, q, axis, method=method)`."""
    ones = np.ones(np.shape(_by_point(y, q))[1:], np.result_type(a))
    rows = []
    points = np.reshape(np.asarray(q), -1)
    for i in range(len(points)):
        shares = _point_share(ones, a, points[i], axis, keepdims, method)
        rows.append(np.sum(shares * a_dot, axis=axis, keepdims=keepdims))
    return _of_points(rows, y)


def nanquantile_tangent(
    a_dot: Any, a: Any, y: Any, q: Any, axis: Any = None, keepdims: bool = False, method: Any = "linear"
) -> Any:
    """The tangent of `y = np.nanquantile(a, q, axis, method=method)`."""
    if np.size(a) == 0:
        return np.zeros_like(y)
    ones = np.ones(np.shape(_by_point(y, q))[1:], np.result_type(a))
    rows = []
    points = np.reshape(np.asarray(q), -1)
    for i in range(len(points)):
        shares = _nan_point_share(ones, a, points[i], axis, keepdims, method)
        rows.append(np.sum(shares * a_dot, axis=axis, keepdims=keepdims))
    return _of_points(rows, y)


def weighted_quantile_tangent(a_dot: Any, a: Any, y: Any, q: Any, axis: Any, keepdims: bool) -> Any:
    """The tangent of a quantile `y` with weights, which is one of the elements."""
    found = _by_point(y, q)
    ones = np.ones(np.shape(found)[1:], np.result_type(a))
    rows = []
    for i in range(len(found)):
        rows.append(np.sum(share(ones, a, found[i], axis, keepdims) * a_dot, axis=axis, keepdims=keepdims))
    return _of_points(rows, y)


def _by_point(y: Any, q: Any) -> Any:
    """A result, or its cotangent, with all points of `q` in one first axis."""
    return np.reshape(np.asarray(y), (np.size(q), *np.shape(y)[np.ndim(q) :]))


def _of_points(rows: Any, y: Any) -> Any:
    """The results for the points of `q`, in the shape of `y`."""
    return np.reshape(np.stack(rows), np.shape(y)) if rows else np.zeros_like(y)


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
