"""Words for `np.gradient`: how slopes change with the values and with the spacing of the points.

With `s` and `t` the slopes of the intervals before and after a point, of widths `a` and `b`:

    inside         (a * t + b * s) / (a + b)
    first point    s of the first interval, or s + a / (a + b) * (s - t) of the first two for edge_order 2
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj, floating, unbroadcast


def _along_first(x: Any, ndim: int) -> Any:
    """A number or a vector, to multiply the first of `ndim` axes."""
    return x if np.ndim(x) == 0 else np.reshape(x, (-1,) + (1,) * (ndim - 1))


def _steps(spacing: Any, n: int, like: Any) -> Any:
    """The widths of the intervals between `n` points, along the first axis of `like`."""
    steps = spacing * np.ones(n - 1) if np.ndim(spacing) == 0 else np.diff(floating(spacing))
    kept = np.real(like).dtype
    if np.iscomplexobj(steps):
        kept = np.result_type(kept, np.complex64)
    return _along_first(steps.astype(kept, copy=False), np.ndim(like))


def _axes(f: Any, axis: Any) -> tuple[int, ...]:
    return tuple(range(np.ndim(f))) if axis is None else axis if isinstance(axis, tuple) else (axis,)


def _spacings(varargs: Any, count: int) -> Any:
    """A spacing for each axis: one for all, or one each."""
    return (1.0,) * count if not varargs else tuple(varargs) * count if len(varargs) == 1 else tuple(varargs)


def _placed(part: Any, start: int, n: int) -> Any:
    """A part of `n` rows, with zeros before and after it."""
    return np.pad(part, [(start, n - start - len(part))] + [(0, 0)] * (np.ndim(part) - 1))


def _values_cotangent(g: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """The cotangent of `f` in `np.gradient(f, spacing, axis=axis, edge_order=edge_order)`."""
    g = np.moveaxis(g, axis, 0)
    n = len(g)
    steps = conj(_steps(spacing, n, g))
    left, right = steps[:-1], steps[1:]
    inner = g[1:-1]
    # what each interval's slope gets; the slope is a difference of values over the width
    first = _placed(inner * right / (left + right), 0, n - 1) + _placed(inner * left / (left + right), 1, n - 1)
    if edge_order == 1:
        first = first + _placed(g[:1], 0, n - 1) + _placed(g[-1:], n - 2, n - 1)
    else:
        low, high = left[:1] / (left[:1] + right[:1]), right[-1:] / (left[-1:] + right[-1:])
        first = first + _placed((1.0 + low) * g[:1], 0, n - 1) - _placed(low * g[:1], 1, n - 1)
        first = first + _placed((1.0 + high) * g[-1:], n - 2, n - 1) - _placed(high * g[-1:], n - 3, n - 1)
    slopes = first / steps
    return np.moveaxis(_placed(slopes, 1, n) - _placed(slopes, 0, n), 0, axis)


def _step_partials(f: Any, spacing: Any, axis: int, edge_order: int) -> list[tuple[int, int, Any]]:
    """The derivatives of slopes by widths: from which point on, from which interval on, and their rows."""
    f = np.moveaxis(floating(f), axis, 0)
    n = len(f)
    steps = _steps(spacing, n, f)
    slopes = (f[1:] - f[:-1]) / steps
    a, b, s, t = steps[:-1], steps[1:], slopes[:-1], slopes[1:]
    both = a + b
    value = (a * t + b * s) / both
    found = [(1, 0, (t - b * s / a - value) / both), (1, 1, (s - a * t / b - value) / both)]
    if edge_order == 1:
        return [*found, (0, 0, -slopes[:1] / steps[:1]), (n - 1, n - 2, -slopes[-1:] / steps[-1:])]
    turn = (s - t) / (both * both)
    found += [(0, 0, -s[:1] / a[:1] + b[:1] * turn[:1] - s[:1] / both[:1])]
    found += [(0, 1, -a[:1] * turn[:1] + a[:1] * t[:1] / (b[:1] * both[:1]))]
    found += [(n - 1, n - 2, -t[-1:] / b[-1:] - a[-1:] * turn[-1:] - t[-1:] / both[-1:])]
    return [*found, (n - 1, n - 3, b[-1:] * turn[-1:] + b[-1:] * s[-1:] / (a[-1:] * both[-1:]))]


def gradient_cotangent(g: Any, f: Any, varargs: Any, axis: Any, edge_order: int) -> Any:
    """The cotangent of `f` in `np.gradient(f, *varargs, axis=axis, edge_order=edge_order)`."""
    axes = _axes(f, axis)
    parts = [g] if len(axes) == 1 else g
    total = 0.0
    for part, spacing, along in zip(parts, _spacings(varargs, len(axes)), axes):
        total = total + _values_cotangent(part, spacing, along, edge_order)
    return unbroadcast(total, f)


def gradient_spacings(g: Any, f: Any, varargs: Any, axis: Any, edge_order: int) -> list[Any]:
    """The cotangents of the spacings in `np.gradient(f, *varargs, axis=axis, edge_order=edge_order)`."""
    axes = _axes(f, axis)
    parts = [g] if len(axes) == 1 else g
    found = []
    for part, spacing, along in zip(parts, _spacings(varargs, len(axes)), axes):
        rows = np.moveaxis(part, along, 0)
        n = len(rows)
        bars = 0.0
        for point, interval, partial in _step_partials(f, spacing, along, edge_order):
            pull = rows[point : point + len(partial)] * conj(partial)
            bars = bars + _placed(np.sum(pull, axis=tuple(range(1, np.ndim(pull)))), interval, n - 1)
        found.append(np.sum(bars) if np.ndim(spacing) == 0 else _placed(bars, 1, n) - _placed(bars, 0, n))
    if len(varargs) == 1 and len(axes) > 1:
        return [unbroadcast(sum(found), varargs[0])]
    return [unbroadcast(bar, spacing) for bar, spacing in zip(found, varargs)]


def gradient_tangent(f_dot: Any, spacings_dot: Any, f: Any, varargs: Any, axis: Any, edge_order: Any) -> Any:
    """The tangent of `np.gradient(f, *varargs, axis=axis, edge_order=edge_order)`."""
    axes = _axes(f, axis)
    moved = np.gradient(f_dot, *varargs, axis=axis, edge_order=edge_order)
    found = [moved] if len(axes) == 1 else list(moved)
    tangents = _spacings(spacings_dot, len(axes)) if varargs else (None,) * len(axes)
    for i, (spacing, dot, along) in enumerate(zip(_spacings(varargs, len(axes)), tangents, axes)):
        if dot is None:
            continue
        n = np.shape(f)[along]
        steps_dot = _steps(dot, n, np.moveaxis(floating(f), along, 0))
        total = np.moveaxis(found[i], along, 0)
        for point, interval, partial in _step_partials(f, spacing, along, edge_order):
            total = total + _placed(partial * steps_dot[interval : interval + len(partial)], point, n)
        found[i] = np.moveaxis(total, 0, along)
    return found[0] if len(axes) == 1 else found
