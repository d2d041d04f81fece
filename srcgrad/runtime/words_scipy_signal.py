"""Words for `scipy.signal`: convolutions of several axes and recursive filters.

Every mode of a convolution is a part of the full one, so that its cotangent is that of the full one with zeros around.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from srcgrad.runtime.words_reduce import unbroadcast


def _window(n: tuple[int, ...], m: tuple[int, ...], mode: str, axes: tuple[int, ...]) -> tuple[slice, ...]:
    """Which part of the full convolution of arrays of these shapes a mode gives; other axes are broadcast."""
    if mode == "same":  # the middle along every axis
        return tuple(slice(start := (w - a) // 2, start + a) for a, w in zip(n, _wide(n, m, axes)))
    return tuple(
        slice(min(a, b) - 1, max(a, b)) if axis in axes and mode == "valid" else slice(None)
        for axis, (a, b) in enumerate(zip(n, m))
    )


def _wide(n: tuple[int, ...], m: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of the full convolution."""
    return tuple(a + b - 1 if axis in axes else max(a, b) for axis, (a, b) in enumerate(zip(n, m)))


def _in_full(g: Any, n: tuple[int, ...], m: tuple[int, ...], mode: str, axes: tuple[int, ...]) -> Any:
    """A cotangent with zeros around it, as large as the full convolution."""
    if mode == "full":
        return g
    full = np.zeros(_wide(n, m, axes), np.result_type(g))
    full[_window(n, m, mode, axes)] = g
    return full


def _correlated(full: Any, other: Any, fast: bool, axes: tuple[int, ...]) -> Any:
    """The part of a correlation where `other` lies inside `full`."""
    if fast:
        return signal.fftconvolve(full, np.conj(np.flip(other, axes)), "valid", axes)
    return signal.correlate(full, other, "valid")


def convolution_parts(g: Any, a: Any, b: Any, mode: str, fast: bool = False, axes: Any = None) -> list[Any]:
    """The cotangents of `a` and `b` in their convolution along the axes, all where none are named."""
    if np.ndim(a) == 0:
        return [g * np.conj(b), g * np.conj(a)]
    if np.size(a) == 0 or np.size(b) == 0:
        return [np.zeros_like(a), np.zeros_like(b)]
    along = tuple(k % np.ndim(a) for k in (range(np.ndim(a)) if axes is None else np.atleast_1d(axes)))
    full = _in_full(g, np.shape(a), np.shape(b), mode, along)
    # real for what is real
    return [unbroadcast(_correlated(full, x, fast, along), y) for x, y in ((b, a), (a, b))]


def correlation_parts(g: Any, a: Any, b: Any, mode: str, late: bool = False) -> list[Any]:
    """The cotangents of `a` and `b` in `correlate(a, b, mode)`: a convolution with `b` from behind, conjugated.

    `late`: the middle of an even number of weights is that of `correlate2d`, one further.
    """
    if np.size(a) == 0 or np.size(b) == 0:
        return [np.zeros_like(a), np.zeros_like(b)]
    turned = np.conj(np.flip(b))
    if mode == "valid" and late and any(n < m for n, m in zip(np.shape(a), np.shape(b))):
        g = np.conj(g)  # there `correlate2d` conjugates the first argument instead
    if mode == "same" and late:
        full = np.zeros([n + m - 1 for n, m in zip(np.shape(a), np.shape(b))], np.result_type(g))
        full[tuple(slice(m // 2, m // 2 + n) for n, m in zip(np.shape(a), np.shape(b)))] = g
        g, mode = full, "full"
    a_bar, b_bar = convolution_parts(g, a, turned, mode)
    return [a_bar, np.flip(np.conj(b_bar))]


# ------------------------------------------------------------------------------------------------- recursive filters


def _lagged(x: Any, k: int, axis: int) -> Any:
    """`x[n - k]` along an axis, zeros before its beginning."""
    n = np.shape(x)[axis]
    moved = np.moveaxis(x, axis, -1)
    result = np.zeros_like(moved)
    if k < n:
        result[..., k:] = moved[..., : n - k]
    return np.moveaxis(result, -1, axis)


def lfilter_parts(g: Any, b: Any, a: Any, x: Any, y: Any, axis: int) -> list[Any]:
    """The cotangents of `b`, `a` and `x` in `y = lfilter(b, a, x, axis)`.

    The filter says `sum a[k] y[n - k] = sum b[k] x[n - k]`; the cotangent of the right side is the recursion run from
    behind.
    """
    if np.size(g) == 0:
        return [np.zeros_like(b), np.zeros_like(a), np.zeros_like(x)]
    # numbers are filters of one coefficient
    shapes = np.shape(b), np.shape(a)
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    side = np.flip(signal.lfilter(np.ones(1, a.dtype), np.conj(a), np.flip(g, axis), axis), axis)
    x_bar = np.flip(signal.lfilter(np.conj(b), np.ones(1, b.dtype), np.flip(side, axis), axis), axis)
    b_bar = np.stack([np.sum(side * np.conj(_lagged(x, k, axis))) for k in range(len(b))])
    a_bar = np.stack([-np.sum(side * np.conj(_lagged(y, k, axis))) for k in range(len(a))])
    b_bar, a_bar = unbroadcast(b_bar, b), unbroadcast(a_bar, a)
    return [np.reshape(b_bar, shapes[0]), np.reshape(a_bar, shapes[1]), unbroadcast(x_bar, x)]


def lfilter_tangent(b_dot: Any, a_dot: Any, x_dot: Any, b: Any, a: Any, x: Any, y: Any, axis: int) -> Any:
    """The tangent of `y = lfilter(b, a, x, axis)`."""
    if np.size(y) == 0:
        return np.zeros_like(y)
    side = np.zeros(np.shape(y), np.result_type(y))
    if x_dot is not None:
        side = side + signal.lfilter(b, np.ones(1), x_dot, axis)
    if b_dot is not None:
        side = side + signal.lfilter(b_dot, np.ones(1), x, axis)
    if a_dot is not None:
        side = side - signal.lfilter(a_dot, np.ones(1), y, axis)
    return signal.lfilter(np.ones(1), a, side, axis)


def sosfilt_cotangent(g: Any, sos: Any, axis: int) -> Any:
    """The cotangent of `x` in `sosfilt(sos, x, axis)`: the filter run from behind."""
    return np.flip(signal.sosfilt(sos, np.flip(g, axis), axis), axis)


def analytic_cotangent(g: Any, x: Any, N: Any, axis: int) -> Any:
    """The cotangent of `x` in `hilbert(x, N, axis)`: the same weights of frequencies, and what was cut or padded."""
    n = np.shape(g)[axis]
    weights = np.zeros(n)
    weights[0] = 1.0
    weights[1 : (n + 1) // 2] = 2.0
    if n % 2 == 0:
        weights[n // 2] = 1.0
    shape = [1] * np.ndim(g)
    shape[axis] = n
    full = np.real(np.fft.ifft(np.fft.fft(g, axis=axis) * weights.reshape(shape), axis=axis))
    length = np.shape(x)[axis]
    moved = np.moveaxis(full, axis, -1)[..., :length]
    if n < length:
        moved = np.concatenate([moved, np.zeros((*moved.shape[:-1], length - n))], axis=-1)
    return np.moveaxis(moved, -1, axis).astype(np.result_type(x), copy=False)
