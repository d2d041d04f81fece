"""Words for spaced points: how far each point moves with the ends.

np.linspace(a, b, 5)    the point at weight w is (1 - w) * a + w * b
np.arange(a, b, h)      the point i is a + i * h; b only counts how many there are
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj, floating, unbroadcast


def _weights(num: int, endpoint: bool, like: Any) -> Any:
    """How far each of `num` points is from the first to the last one, along the first axis of `like`."""
    points = np.linspace(0.0, 1.0, num, endpoint)
    points = points.astype(np.real(like).dtype, copy=False)
    return np.reshape(points, (-1,) + (1,) * (np.ndim(like) - 1))


def linspace_cotangents(
    g: Any, start: Any, stop: Any, num: int, endpoint: bool, axis: int = 0, retstep: bool = False
) -> list[Any]:
    """The cotangents of `start` and `stop` in `np.linspace(start, stop, num, endpoint, retstep, axis=axis)`."""
    points = np.moveaxis(g[0] if retstep else g, axis, 0)
    weights = _weights(num, endpoint, points)
    first, last = np.sum((1.0 - weights) * points, axis=0), np.sum(weights * points, axis=0)
    intervals = num - 1 if endpoint else num
    if retstep and intervals > 0:
        step = g[1] / intervals
        first, last = first - step, last + step
    return [unbroadcast(first, start), unbroadcast(last, stop)]


def logspace_cotangents(
    g: Any, start: Any, stop: Any, num: int, endpoint: bool, base: Any, axis: int, y: Any
) -> list[Any]:
    """The cotangents of `start`, `stop` and `base` in `y = np.logspace(start, stop, num, endpoint, base)`."""
    ends = linspace_cotangents(g * conj(y * _log(base, y, axis)), start, stop, num, endpoint, axis)
    slopes = g * conj(y * _exponents(start, stop, num, endpoint, base, axis) / _along(base, y, axis))
    return [*ends, unbroadcast(np.sum(slopes, axis=axis), base)]


def logspace_tangent(
    start_dot: Any, stop_dot: Any, base_dot: Any, start: Any, stop: Any, num: int, endpoint: bool, base: Any, axis: int,
    y: Any,
) -> Any:  # fmt: skip
    """The tangent of `y = np.logspace(start, stop, num, endpoint, base, axis=axis)`."""
    shape = np.broadcast_shapes(np.shape(start), np.shape(stop), np.shape(base))
    first, last = (np.broadcast_to(np.asarray(end), shape) for end in (start_dot, stop_dot))
    exponents = _exponents(start, stop, num, endpoint, base, axis)
    moved = np.linspace(first, last, num, endpoint, axis=axis) * _log(base, y, axis)
    return y * (moved + exponents * _along(base_dot, y, axis) / _along(base, y, axis))


def _log(base: Any, y: Any, axis: int) -> Any:
    """The logarithm of the base; of a number a Python number, which leaves float32 as it is."""
    return np.log(floating(base)).item() if np.ndim(base) == 0 else np.log(floating(_along(base, y, axis)))


def _along(base: Any, y: Any, axis: int) -> Any:
    """The base of `np.logspace`, which may be an array, with the axis of the points."""
    if np.ndim(base) == 0:
        return base
    return np.expand_dims(np.reshape(base, (1,) * (np.ndim(y) - 1 - np.ndim(base)) + np.shape(base)), axis)


def _exponents(start: Any, stop: Any, num: int, endpoint: bool, base: Any, axis: int) -> Any:
    """The exponents of `np.logspace`, with as many axes as the ends and the base have together."""
    if np.ndim(base):
        shape = np.broadcast_shapes(np.shape(start), np.shape(stop), np.shape(base))
        start, stop = (np.broadcast_to(np.asarray(end), shape) for end in (start, stop))
    return np.linspace(start, stop, num, endpoint, axis=axis)


def geomspace_cotangents(g: Any, start: Any, stop: Any, num: int, endpoint: bool, axis: int, y: Any) -> list[Any]:
    """The cotangents of `start` and `stop` in `y = np.geomspace(start, stop, num, endpoint, axis=axis)`."""
    parts = linspace_cotangents(g * conj(y), start, stop, num, endpoint, axis)
    return [parts[0] / conj(start), parts[1] / conj(stop)]


def geomspace_tangent(
    start_dot: Any, stop_dot: Any, start: Any, stop: Any, num: int, endpoint: bool, axis: int, y: Any
) -> Any:
    """The tangent of `y = np.geomspace(start, stop, num, endpoint, axis=axis)`."""
    return y * np.linspace(start_dot / start, stop_dot / stop, num, endpoint, axis=axis)


def arange_bounds(g: Any, bounds: Any) -> list[Any]:
    """The cotangents of the arguments of `np.arange(*bounds)`: start, stop, step, or stop alone."""
    if len(bounds) == 1:
        return [0.0 * np.sum(g)]
    steps = np.sum(g * np.arange(np.size(g), dtype=np.result_type(g)))
    return [np.sum(g), 0.0 * steps, steps][: len(bounds)]


def arange_tangent(bounds: Any, tangents: Any, y: Any) -> Any:
    """The tangent of `y = np.arange(*bounds)`; a tangent of None is zero."""
    start = tangents[0] if len(bounds) > 1 else None
    step = tangents[2] if len(bounds) > 2 else None
    result = np.zeros_like(y)
    if start is not None:
        result = result + start
    if step is not None:
        result = result + step * np.arange(np.size(y), dtype=y.dtype)
    return result
