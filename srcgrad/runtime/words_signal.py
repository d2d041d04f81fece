"""Words for convolutions, finite differences, quadrature, covariances, polynomials and spaced points."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_reduce import conj, unbroadcast

# ------------------------------------------------------------------------------------------------------ convolution


def _full(g: Any, n: int, m: int, mode: Any, start: int) -> Any:
    """`g` in its place within the full convolution of `n` and `m` elements; `start` is where mode 'same' begins."""
    if mode in ("full", "f", 2):
        return g
    first = start if mode in ("same", "s", 1) else min(n, m) - 1
    return np.pad(g, (first, n + m - 1 - first - len(g)))


def convolve_left(g: Any, a: Any, v: Any, mode: Any = "full") -> Any:
    """The cotangent of `a` in `np.convolve(a, v, mode)`."""
    n, m = np.size(a), np.size(v)
    g = _full(g, n, m, mode, (min(n, m) - 1) // 2)
    # with the shorter one second NumPy conjugates as it should; full lines up the ends
    result = np.convolve(g, conj(np.flip(np.atleast_1d(v))), "full")[m - 1 : m - 1 + n]
    return np.reshape(result, np.shape(a))


def convolve_right(g: Any, a: Any, v: Any, mode: Any = "full") -> Any:
    """The cotangent of `v` in `np.convolve(a, v, mode)`."""
    return convolve_left(g, v, a, mode)


def _correlation(g: Any, a: Any, v: Any, mode: Any) -> Any:
    """`g` in its place within the full correlation."""
    n, m = np.size(a), np.size(v)
    return _full(g, n, m, mode, (min(n, m) - 1) // 2 if n >= m else min(n, m) // 2)


def correlate_left(g: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    """The cotangent of `a` in `np.correlate(a, v, mode)`."""
    return convolve_left(_correlation(g, a, v, mode), a, conj(np.flip(np.atleast_1d(v))))


def correlate_right(g: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    """The cotangent of `v` in `np.correlate(a, v, mode)`."""
    result = convolve_left(_correlation(g, a, v, mode), np.flip(np.atleast_1d(v)), a)
    return np.reshape(conj(np.flip(result)), np.shape(v))


# ------------------------------------------------------------------------------------------------- finite differences


def _shaped_along(x: Any, ndim: int) -> Any:
    """A number or a vector, to multiply the first of `ndim` axes."""
    return x if np.ndim(x) == 0 else np.reshape(x, (-1,) + (1,) * (ndim - 1))


def _slope_cotangent(g: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """The cotangent of `f` in `np.gradient(f, spacing, axis=axis, edge_order=edge_order)`."""
    g = np.moveaxis(g, axis, 0)
    n = len(g)
    steps = np.full(n - 1, spacing) if np.ndim(spacing) == 0 else np.diff(spacing)
    steps = steps.astype(np.real(g).dtype, copy=False)
    left, right = steps[:-1], steps[1:]
    before = _shaped_along(-right / (left * (left + right)), g.ndim)
    here = _shaped_along((right - left) / (left * right), g.ndim)
    after = _shaped_along(left / (right * (left + right)), g.ndim)
    inner = g[1:-1]
    none = np.zeros_like(g[:1])
    result = np.concatenate([before * inner, none, none]) + np.concatenate([none, here * inner, none])
    result = result + np.concatenate([none, none, after * inner])
    if edge_order == 1:
        low = [-g[:1] / steps[0], g[:1] / steps[0]]
        high = [-g[-1:] / steps[-1], g[-1:] / steps[-1]]
    else:
        a, b = steps[0], steps[1]
        low = [-(2.0 * a + b) / (a * (a + b)) * g[:1], (a + b) / (a * b) * g[:1], -a / (b * (a + b)) * g[:1]]
        a, b = steps[-2], steps[-1]
        high = [b / (a * (a + b)) * g[-1:], -(a + b) / (a * b) * g[-1:], (2.0 * b + a) / (b * (a + b)) * g[-1:]]
    result = result + np.concatenate([*low, *[none] * (n - len(low))])
    result = result + np.concatenate([*[none] * (n - len(high)), *high])
    return np.moveaxis(result, 0, axis)


def gradient_cotangent(g: Any, f: Any, varargs: Any, axis: Any, edge_order: int) -> Any:
    """The cotangent of `f` in `np.gradient(f, *varargs, axis=axis, edge_order=edge_order)`."""
    axes = tuple(range(np.ndim(f))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    parts = [g] if len(axes) == 1 else g
    spacings = [1.0] * len(axes) if not varargs else varargs * len(axes) if len(varargs) == 1 else varargs
    total = 0.0
    for part, spacing, along in zip(parts, spacings, axes):
        total = total + _slope_cotangent(part, spacing, along, edge_order)
    return total


def ediff1d_cotangent(g: Any, x: Any, to_end: Any, to_begin: Any) -> Any:
    """The cotangent of `x` in `np.ediff1d(x, to_end, to_begin)`."""
    first = 0 if to_begin is None else np.size(to_begin)
    inner = g[first : first + max(np.size(x) - 1, 0)]
    if not np.size(x):
        return np.zeros_like(x)
    none = np.zeros_like(np.ravel(x)[:1])
    return np.reshape(np.concatenate([none, inner]) - np.concatenate([inner, none]), np.shape(x))


# --------------------------------------------------------------------------------------------------------- quadrature


def _widths(x: Any, dx: Any, y: Any, axis: int) -> Any:
    """The widths of the intervals, broadcast against those of `y` moved to have `axis` last."""
    if x is None:
        return dx
    return np.diff(x) if np.ndim(x) == 1 else np.moveaxis(np.diff(x, 1, axis), axis, -1)


def trapezoid_values(g: Any, y: Any, x: Any, dx: Any, axis: int) -> Any:
    """The cotangent of `y` in `np.trapezoid(y, x, dx, axis)`."""
    halves = 0.5 * np.expand_dims(g, -1) * _widths(x, dx, y, axis)
    moved = np.moveaxis(y, axis, -1)
    halves = np.broadcast_to(halves, (*np.shape(moved)[:-1], np.shape(moved)[-1] - 1))
    none = np.zeros_like(moved[..., :1])
    result = np.concatenate([halves, none], axis=-1) + np.concatenate([none, halves], axis=-1)
    return np.moveaxis(result, -1, axis)


def trapezoid_points(g: Any, y: Any, x: Any, axis: int) -> Any:
    """The cotangent of `x` in `np.trapezoid(y, x, axis=axis)`."""
    moved = np.moveaxis(y, axis, -1)
    means = 0.5 * np.expand_dims(g, -1) * conj(moved[..., 1:] + moved[..., :-1])
    none = np.zeros_like(means[..., :1])
    result = np.concatenate([none, means], axis=-1) - np.concatenate([means, none], axis=-1)
    return unbroadcast(result if np.ndim(x) == 1 else np.moveaxis(result, -1, axis), x)


def trapezoid_step(g: Any, y: Any, dx: Any, axis: int) -> Any:
    """The cotangent of `dx` in `np.trapezoid(y, dx=dx, axis=axis)`."""
    moved = np.moveaxis(y, axis, -1)
    return unbroadcast(np.expand_dims(g, -1) * 0.5 * conj(moved[..., 1:] + moved[..., :-1]), dx)


# -------------------------------------------------------------------------------------------------------- covariances


def cov_cotangents(g: Any, m: Any, y: Any, rowvar: bool, bias: bool, ddof: Any) -> list[Any]:
    """The cotangents of `m` and `y` in `np.cov(m, y, rowvar, bias, ddof)`."""
    parts = [m] if y is None else [m, y]
    rows = [np.atleast_2d(p) for p in parts]
    turned = [not rowvar and np.ndim(p) > 1 and (p is m or np.shape(p)[0] != 1) for p in parts]
    rows = [r.T if t else r for r, t in zip(rows, turned)]
    both = np.concatenate(rows, axis=0)
    n = np.shape(both)[1]
    ddof = (0 if bias else 1) if ddof is None else ddof
    centred = both - np.mean(both, axis=1, keepdims=True)
    g = np.reshape(g, (len(both), len(both)))
    bars = (g + conj(g.T)) @ centred / (n - ddof) if np.iscomplexobj(both) else (g + g.T) @ centred / (n - ddof)
    result = []
    start = 0
    for part, row, turn in zip(parts, rows, turned):
        bar = bars[start : start + len(row)]
        start += len(row)
        result.append(np.reshape(bar.T if turn else bar, np.shape(part)))
    return [*result, None] if y is None else result


def corrcoef_cotangents(g: Any, x: Any, y: Any, rowvar: bool) -> list[Any]:
    """The cotangents of `x` and `y` in `np.corrcoef(x, y, rowvar)`."""
    if np.iscomplexobj(x):
        raise UnsupportedError("np.corrcoef of complex values", "compute it from np.cov")
    c = np.atleast_2d(np.cov(x, y, rowvar))
    g = np.reshape(g, np.shape(c))
    variances = np.diagonal(c)
    deviations = np.sqrt(variances)
    scaled = g / deviations / np.expand_dims(deviations, -1)
    shares = scaled * c
    ends = 0.5 * (np.sum(shares, axis=0) + np.sum(shares, axis=1)) / variances
    return cov_cotangents(scaled - np.diag(ends), x, y, rowvar, False, None)


# -------------------------------------------------------------------------------------------------------- polynomials


def polyval_coefficients(g: Any, p: Any, x: Any) -> Any:
    """The cotangent of `p` in `np.polyval(p, x)`."""
    degree = len(p) - 1
    x = conj(x)
    result = [unbroadcast(np.sum(g * x ** (degree - i)), p[i]) for i in range(len(p))]
    return result if isinstance(p, (list, tuple)) else np.stack(result)


def polyval_points(g: Any, p: Any, x: Any) -> Any:
    """The cotangent of `x` in `np.polyval(p, x)`: Horner's rule for the derivative."""
    degree = len(p) - 1
    slope = 0.0 * x
    for i in range(degree):
        slope = slope * x + (degree - i) * p[i]
    return g * conj(slope)


def vander_cotangent(g: Any, x: Any, N: Any, increasing: bool) -> Any:
    """The cotangent of `x` in `np.vander(x, N, increasing)`."""
    columns = np.shape(g)[1]
    exponents = np.arange(columns) if increasing else np.arange(columns - 1, -1, -1)
    lower = np.expand_dims(conj(np.asarray(x)), -1) ** np.maximum(exponents - 1, 0)
    return np.sum(g * lower * exponents.astype(np.real(g).dtype), axis=1)


# ------------------------------------------------------------------------------------------------------ spaced points


def points_between(num: int, endpoint: bool, y: Any) -> Any:
    """How far each of `num` points is from the first to the last one, along the first axis of `y`."""
    points = np.linspace(0.0, 1.0, num, endpoint)
    return _shaped_along(points.astype(np.real(y).dtype, copy=False), np.ndim(y))


def linspace_cotangents(g: Any, start: Any, stop: Any, num: int, endpoint: bool) -> list[Any]:
    """The cotangents of `start` and `stop` in `np.linspace(start, stop, num, endpoint)`."""
    weights = points_between(num, endpoint, g)
    return [unbroadcast(np.sum(w * g, axis=0), x) for w, x in ((1.0 - weights, start), (weights, stop))]


def logspace_cotangents(g: Any, start: Any, stop: Any, num: int, endpoint: bool, base: Any, y: Any) -> list[Any]:
    """The cotangents of `start` and `stop` in `y = np.logspace(start, stop, num, endpoint, base)`."""
    factor = float(np.log(base)) if np.ndim(base) == 0 else np.log(base)
    return linspace_cotangents(g * y * factor, start, stop, num, endpoint)


def geomspace_cotangents(g: Any, start: Any, stop: Any, num: int, endpoint: bool, y: Any) -> list[Any]:
    """The cotangents of `start` and `stop` in `y = np.geomspace(start, stop, num, endpoint)`."""
    parts = linspace_cotangents(g * y, start, stop, num, endpoint)
    return [parts[0] / start, parts[1] / stop]


# ----------------------------------------------------------------------------------------------------------- averages


def _order(places: Any) -> tuple[int, ...]:
    """The positions of `places` from the smallest to the largest."""
    return tuple(sorted(range(len(places)), key=lambda i: places[i]))


def _weights_like(weights: Any, a: Any, axis: Any) -> Any:
    """The weights of `np.average` with the axes of `a`."""
    if np.shape(weights) == np.shape(a) or axis is None:
        return weights
    axes = axis if isinstance(axis, tuple) else (axis,)
    places = [i % np.ndim(a) for i in axes]
    order = _order(places)
    shape = [1] * np.ndim(a)
    for i, place in enumerate(places):
        shape[place] = np.shape(weights)[i]
    return np.reshape(np.transpose(weights, order), shape)


def _axis_of(g: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    if keepdims or np.ndim(g) == 0:
        return g
    return np.reshape(g, (1,) * np.ndim(a)) if axis is None else np.expand_dims(g, axis)


def average_values(g: Any, a: Any, axis: Any, weights: Any, keepdims: bool) -> Any:
    """The cotangent of `a` in `np.average(a, axis, weights)`."""
    weights = np.ones_like(a) if weights is None else np.broadcast_to(_weights_like(weights, a, axis), np.shape(a))
    return _axis_of(g, a, axis, keepdims) * conj(weights / np.sum(weights, axis=axis, keepdims=True))


def average_weights(g: Any, a: Any, axis: Any, weights: Any, keepdims: bool, y: Any) -> Any:
    """The cotangent of `weights` in `y = np.average(a, axis, weights)`."""
    shaped = np.broadcast_to(_weights_like(weights, a, axis), np.shape(a))
    bar = _axis_of(g, a, axis, keepdims) * conj(a - _axis_of(y, a, axis, keepdims))
    bar = bar / conj(np.sum(shaped, axis=axis, keepdims=True))
    if np.shape(weights) == np.shape(a):
        return bar
    axes = axis if isinstance(axis, tuple) else (axis,)
    places = [i % np.ndim(a) for i in axes]
    summed = np.sum(bar, axis=tuple(i for i in range(np.ndim(a)) if i not in places))
    return np.transpose(summed, _order(_order(places)))
