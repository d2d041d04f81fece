"""Words for convolutions, finite differences, quadrature and polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj, floating, unbroadcast

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


def ediff1d_cotangent(g: Any, x: Any, to_end: Any, to_begin: Any) -> Any:
    """The cotangent of `x` in `np.ediff1d(x, to_end, to_begin)`."""
    first = 0 if to_begin is None else np.size(to_begin)
    inner = g[first : first + max(np.size(x) - 1, 0)]
    if not np.size(x):
        return np.zeros_like(x)
    none = np.zeros_like(np.ravel(x)[:1])
    return np.reshape(np.concatenate([none, inner]) - np.concatenate([inner, none]), np.shape(x))


def ediff1d_begin(g: Any, to_begin: Any) -> Any:
    """The cotangent of `to_begin` in `np.ediff1d(x, to_begin=to_begin)`."""
    return np.reshape(g[: np.size(to_begin)], np.shape(to_begin))


def ediff1d_end(g: Any, to_end: Any) -> Any:
    """The cotangent of `to_end` in `np.ediff1d(x, to_end=to_end)`."""
    return np.reshape(g[np.size(g) - np.size(to_end) :], np.shape(to_end))


# --------------------------------------------------------------------------------------------------------- quadrature


def _widths(x: Any, dx: Any, y: Any, axis: int) -> Any:
    """The widths of the intervals, broadcast against those of `y` moved to have `axis` last."""
    if x is None:
        return dx
    return np.diff(x) if np.ndim(x) == 1 else np.moveaxis(np.diff(x, 1, axis), axis, -1)


def trapezoid_values(g: Any, y: Any, x: Any, dx: Any, axis: int) -> Any:
    """The cotangent of `y` in `np.trapezoid(y, x, dx, axis)`."""
    if not np.size(y):
        return np.zeros_like(y)
    halves = 0.5 * np.expand_dims(g, -1) * conj(_widths(x, dx, y, axis))
    moved = np.moveaxis(y, axis, -1)
    halves = np.broadcast_to(halves, (*np.shape(moved)[:-1], np.shape(moved)[-1] - 1))
    none = np.zeros_like(moved[..., :1])
    result = np.concatenate([halves, none], axis=-1) + np.concatenate([none, halves], axis=-1)
    return np.moveaxis(result, -1, axis)


def trapezoid_points(g: Any, y: Any, x: Any, axis: int) -> Any:
    """The cotangent of `x` in `np.trapezoid(y, x, axis=axis)`."""
    if not np.size(y):
        return np.zeros_like(x)
    moved = np.moveaxis(y, axis, -1)
    means = 0.5 * np.expand_dims(g, -1) * conj(moved[..., 1:] + moved[..., :-1])
    none = np.zeros_like(means[..., :1])
    result = np.concatenate([none, means], axis=-1) - np.concatenate([means, none], axis=-1)
    return unbroadcast(result if np.ndim(x) == 1 else np.moveaxis(result, -1, axis), x)


def trapezoid_step(g: Any, y: Any, dx: Any, axis: int) -> Any:
    """The cotangent of `dx` in `np.trapezoid(y, dx=dx, axis=axis)`."""
    moved = np.moveaxis(y, axis, -1)
    return unbroadcast(np.expand_dims(g, -1) * 0.5 * conj(moved[..., 1:] + moved[..., :-1]), dx)


# -------------------------------------------------------------------------------------------------------- polynomials


def polyval_coefficients(g: Any, p: Any, x: Any) -> Any:
    """The cotangent of `p` in `np.polyval(p, x)`."""
    degree = len(p) - 1
    x = floating(conj(x))
    result = [unbroadcast(np.sum(g * x ** (degree - i)), p[i]) for i in range(len(p))]
    if not result:
        return np.zeros_like(p)
    return result if isinstance(p, (list, tuple)) else np.stack(result)


def polyval_points(g: Any, p: Any, x: Any) -> Any:
    """The cotangent of `x` in `np.polyval(p, x)`: Horner's rule for the derivative."""
    degree = len(p) - 1
    slope = 0.0 * x
    for i in range(degree):
        slope = slope * x + float(degree - i) * p[i]
    return g * conj(slope)


def vander_cotangent(g: Any, x: Any, N: Any, increasing: bool) -> Any:
    """The cotangent of `x` in `np.vander(x, N, increasing)`."""
    columns = np.shape(g)[1]
    exponents = np.arange(columns) if increasing else np.arange(columns - 1, -1, -1)
    lower = np.expand_dims(conj(np.asarray(x)), -1) ** np.maximum(exponents - 1, 0)
    return np.sum(g * lower * exponents.astype(np.real(g).dtype), axis=1)


def polyval_tangent(p_dot: Any, x_dot: Any, p: Any, x: Any) -> Any:
    """The tangent of `np.polyval(p, x)`: Horner's rule with tangents; an item of `p_dot` that is None is zero."""
    value = moved = 0.0 * x
    for i in range(len(p)):
        moved = moved * x + value * x_dot
        if p_dot[i] is not None:
            moved = moved + p_dot[i]
        value = value * x + p[i]
    return moved


def vander_tangent(x_dot: Any, x: Any, N: Any, increasing: bool) -> Any:
    """The tangent of `np.vander(x, N, increasing)`."""
    columns = len(x) if N is None else N
    exponents = np.arange(columns) if increasing else np.arange(columns - 1, -1, -1)
    lower = np.expand_dims(np.asarray(x), -1) ** np.maximum(exponents - 1, 0)
    return np.expand_dims(x_dot, -1) * lower * exponents.astype(np.real(lower).dtype)
