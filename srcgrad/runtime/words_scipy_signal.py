"""Words for `scipy.signal`: convolutions of several axes and recursive filters.

Every mode of a convolution is a part of the full one, so that its cotangent is that of the full one with zeros around.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_reduce import unbroadcast


def _window(n: tuple[int, ...], m: tuple[int, ...], mode: str) -> tuple[slice, ...]:
    """Which part of the full convolution of arrays of these shapes a mode gives."""
    if mode == "full":
        return tuple(slice(0, a + b - 1) for a, b in zip(n, m))
    if mode == "same":
        return tuple(slice((b - 1) // 2, (b - 1) // 2 + a) for a, b in zip(n, m))
    return tuple(slice(min(a, b) - 1, max(a, b)) for a, b in zip(n, m))


def _in_full(g: Any, n: tuple[int, ...], m: tuple[int, ...], mode: str) -> Any:
    """A cotangent with zeros around it, as large as the full convolution."""
    if mode == "full":
        return g
    full = np.zeros([a + b - 1 for a, b in zip(n, m)], np.result_type(g))
    full[_window(n, m, mode)] = g
    return full


def _correlated(full: Any, other: Any, fast: bool) -> Any:
    """The part of a correlation where `other` lies inside `full`."""
    if fast:
        return signal.fftconvolve(full, np.conj(np.flip(other)), "valid")
    return signal.correlate(full, other, "valid")


def convolution_parts(g: Any, a: Any, b: Any, mode: str, fast: bool = False) -> list[Any]:
    """The cotangents of `a` and `b` in their convolution of all axes."""
    if np.ndim(a) == 0:
        return [g * np.conj(b), g * np.conj(a)]
    if np.size(a) == 0 or np.size(b) == 0:
        return [np.zeros_like(a), np.zeros_like(b)]
    full = _in_full(g, np.shape(a), np.shape(b), mode)
    # real for what is real
    return [unbroadcast(_correlated(full, b, fast), a), unbroadcast(_correlated(full, a, fast), b)]


def correlation_parts(g: Any, a: Any, b: Any, mode: str, late: bool = False) -> list[Any]:
    """The cotangents of `a` and `b` in `correlate(a, b, mode)`: a convolution with `b` from behind, conjugated.

    `late`: the middle of an even number of weights is that of `correlate2d`, one further.
    """
    turned = np.conj(np.flip(b))
    if mode == "same" and late:
        full = np.zeros([n + m - 1 for n, m in zip(np.shape(a), np.shape(b))], np.result_type(g))
        full[tuple(slice(m // 2, m // 2 + n) for n, m in zip(np.shape(a), np.shape(b)))] = g
        g, mode = full, "full"
    a_bar, b_bar = convolution_parts(g, a, turned, mode)
    return [a_bar, np.flip(np.conj(b_bar))]


def refuse_boundary(boundary: Any, fillvalue: Any) -> None:
    """Refuse what is not a convolution with zeros around."""
    if boundary not in ("fill", "pad") or np.any(np.not_equal(fillvalue, 0)):
        raise UnsupportedError(f"scipy.signal with boundary={boundary!r}, fillvalue={fillvalue!r}",
                               "pad the array with np.pad, and use mode='valid'")  # fmt: skip


def plane_convolution_parts(g: Any, a: Any, b: Any, mode: str, boundary: Any, fillvalue: Any) -> list[Any]:
    """The cotangents of `a` and `b` in `convolve2d(a, b, mode, boundary, fillvalue)`."""
    refuse_boundary(boundary, fillvalue)
    return convolution_parts(g, a, b, mode)


def plane_correlation_parts(g: Any, a: Any, b: Any, mode: str, boundary: Any, fillvalue: Any) -> list[Any]:
    """The cotangents of `a` and `b` in `correlate2d(a, b, mode, boundary, fillvalue)`."""
    refuse_boundary(boundary, fillvalue)
    return correlation_parts(g, a, b, mode, True)


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
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    side = np.flip(signal.lfilter(np.ones(1, a.dtype), np.conj(a), np.flip(g, axis), axis), axis)
    x_bar = np.flip(signal.lfilter(np.conj(b), np.ones(1, b.dtype), np.flip(side, axis), axis), axis)
    b_bar = np.stack([np.sum(side * np.conj(_lagged(x, k, axis))) for k in range(len(b))])
    a_bar = np.stack([-np.sum(side * np.conj(_lagged(y, k, axis))) for k in range(len(a))])
    return [unbroadcast(b_bar, b), unbroadcast(a_bar, a), unbroadcast(x_bar, x)]


def lfilter_tangent(b_dot: Any, a_dot: Any, x_dot: Any, b: Any, a: Any, x: Any, y: Any, axis: int) -> Any:
    """The tangent of `y = lfilter(b, a, x, axis)`."""
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
