"""Words for piecewise linear interpolation: `np.interp(x, xp, fp, left, right, period)`.

Between two knots the value is `(1 - w) * fp[i] + w * fp[i + 1]` with `w = (x - xp[i]) / (xp[i + 1] - xp[i])`; at a knot
the right interval counts.  Outside of the knots it is `left`, `right`, or what the last knot has.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_move import scatter
from srcgrad.runtime.words_reduce import floating
from srcgrad.runtime.words_tangent import dense

Given = tuple[Any, Any, Any, Any]


def _unrolled(x: Any, xp: Any, fp: Any, period: Any) -> Given:
    """Points and knots without a period: knots in order, with one more at either end; and where these come from."""
    xp, fp = floating(xp), floating(fp)
    order = np.arange(len(xp))
    if period is None:
        return x, xp, fp, order
    period = abs(period)
    order = np.argsort(xp % period)
    order = np.concatenate([order[-1:], order, order[:1]])
    return x % period, xp[order] % period + period * _ends(order), fp[order], order


def _ends(order: Any) -> Any:
    """How many periods each knot was moved by: the first one back, the last one on."""
    places = np.arange(len(order))
    return np.where(places == 0, -1.0, np.where(places == len(order) - 1, 1.0, 0.0))


def _interval(x: Any, xp: Any) -> Any:
    """The number of the knot at the end of the interval that holds each `x`."""
    return np.clip(np.searchsorted(xp, x, side="right"), 1, len(xp) - 1)


def _parts(x: Any, xp: Any, fp: Any) -> tuple[Any, Any, Any, Any]:
    """The right knot of each point, the weight of its value, the slope there, and whether the point is inside."""
    if len(xp) == 1:  # the same everywhere
        zero = np.zeros(np.shape(x))
        return np.zeros(np.shape(x), int), zero + 1.0, zero, zero > 0.0
    right = _interval(x, xp)
    width = xp[right] - xp[right - 1]
    weight = (x - xp[right - 1]) / width
    slope = (fp[right] - fp[right - 1]) / width
    return right, weight, slope, (x >= xp[0]) & (x < xp[-1])


def _held(x: Any, xp: Any, weight: Any, inside: Any) -> Any:
    """The weight of the value at the right knot, which outside is that of the last knot there."""
    return np.where(inside, weight, np.where(x < xp[0], 0.0, 1.0))


def interp_points(g: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The cotangent of `x` in `np.interp(x, xp, fp, left, right, period)`: the slope of the interval, 0 outside."""
    x, xp, fp, _ = _unrolled(x, xp, fp, period)
    _, _, slope, inside = _parts(x, xp, fp)
    return np.where(inside, np.real(g * np.conj(slope)), 0.0)


def interp_values(g: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The cotangent of `fp` in `np.interp(x, xp, fp, left, right, period)`."""
    x, knots, values, order = _unrolled(x, xp, fp, period)
    end, weight, _, inside = _parts(x, knots, values)
    g = _of_knots(g, x, knots, left, right)
    weight = _held(x, knots, weight, inside)
    gathered = scatter(g * weight, values, (end,))
    gathered = gathered + scatter(g * (1.0 - weight), values, (np.maximum(end - 1, 0),))
    return gathered if period is None else scatter(gathered, np.asarray(fp), (order,))


def interp_knots(g: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The cotangent of `xp` in `np.interp(x, xp, fp, left, right, period)`: moving a knot shears its intervals."""
    x, knots, values, order = _unrolled(x, xp, fp, period)
    end, weight, slope, inside = _parts(x, knots, values)
    pull = np.where(inside, -np.real(g * np.conj(slope)), 0.0)
    weight = _held(x, knots, weight, inside)
    gathered = scatter(pull * weight, knots, (end,))
    gathered = gathered + scatter(pull * (1.0 - weight), knots, (np.maximum(end - 1, 0),))
    return gathered if period is None else scatter(gathered, np.asarray(xp), (order,))


def interp_period(g: Any, x: Any, xp: Any, fp: Any, period: Any) -> Any:
    """The cotangent of `period` in `np.interp(x, xp, fp, period=period)`."""
    return np.sum(np.real(np.conj(g) * interp_by_period(x, xp, fp, period)))


def interp_by_period(x: Any, xp: Any, fp: Any, period: Any) -> Any:
    """How much each value changes with the period: points and knots lie so many whole periods further down."""
    moved, knots, values, order = _unrolled(x, xp, fp, period)
    end, weight, slope, _ = _parts(moved, knots, values)
    turns = _ends(order) - np.floor(np.asarray(xp)[order] / abs(period))
    start = np.maximum(end - 1, 0)
    by_knots = (1.0 - weight) * turns[start] + weight * turns[end]
    return -np.sign(period) * slope * (np.floor(x / abs(period)) + by_knots)


def _of_knots(g: Any, x: Any, xp: Any, left: Any, right: Any) -> Any:
    """What of a cotangent belongs to values at knots: not what `left` and `right` were the result of."""
    if left is not None:
        g = np.where(x < xp[0], 0.0, g)
    return g if right is None else np.where(x > xp[-1], 0.0, g)


def interp_tangent(
    x_dot: Any, xp_dot: Any, fp_dot: Any, left_dot: Any, right_dot: Any,
    x: Any, xp: Any, fp: Any, left: Any, right: Any, period: Any,
) -> Any:  # fmt: skip
    """The tangent of `np.interp(x, xp, fp, left, right, period)`."""
    x, knots, values, order = _unrolled(x, xp, fp, period)
    end, weight, slope, inside = _parts(x, knots, values)
    start = np.maximum(end - 1, 0)
    knots_dot, values_dot = dense(xp_dot, xp)[order], dense(fp_dot, fp)[order]
    moved = x_dot - (1.0 - weight) * knots_dot[start] - weight * knots_dot[end]
    held = _held(x, knots, weight, inside)
    result = np.where(inside, slope * moved, 0.0) + (1.0 - held) * values_dot[start] + held * values_dot[end]
    if left is not None and period is None:
        result = np.where(x < knots[0], left_dot, result)
    return result if right is None or period is not None else np.where(x > knots[-1], right_dot, result)
