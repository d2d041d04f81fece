"""Words for `np.fft`: the cotangent of a transform is the transform with the opposite sign, cut or filled to length."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj

_SWAPPED: dict[Any, Any] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def fitted(x: Any, extent: int, axis: int) -> Any:
    """`x` cut, or filled with zeros, to an extent along an axis."""
    found = np.shape(x)[axis]
    place = axis % np.ndim(x)
    if found > extent:
        part = (*(slice(None),) * place, slice(0, extent))
        return x[part]
    if found < extent:
        widths = [(0, extent - found if i == place else 0) for i in range(np.ndim(x))]
        return np.pad(x, widths)
    return x


def _real_for(x: Any, like: Any) -> Any:
    return x if np.iscomplexobj(like) else np.real(x)


def fft_cotangent(g: Any, a: Any, n: Any, axis: int, norm: Any, inverse: bool = False) -> Any:
    """The cotangent of `a` in `np.fft.fft(a, n, axis, norm)`, or of `ifft`."""
    return _real_for(undone(g, np.shape(a), (axis,), (n,), norm, inverse), a)


def undone(g: Any, shape: Any, axes: Any, lengths: Any, norm: Any, inverse: bool = False) -> Any:
    """The cotangent of an array of a shape that is transformed along axes, one after the other, to given lengths.

    An axis may stand there twice: what is cut off or filled up is that of its turn.
    """
    extents = list(shape)
    before = []
    for axis, n in zip(axes, lengths):
        before.append(extents[axis])
        extents[axis] = extents[axis] if n is None else n
    for axis, extent in zip(axes[::-1], before[::-1]):
        g = np.fft.fft(g, None, axis, _SWAPPED[norm]) if inverse else np.fft.ifft(g, None, axis, _SWAPPED[norm])
        g = fitted(g, extent, axis)
    return g


def transforms(a: Any, s: Any, axes: Any) -> tuple[Any, Any]:
    """The axes that a transform over several axes takes, and the length of each (None for that which is there)."""
    if axes is None:
        axes = range(-np.ndim(a) if s is None else -len(s), 0)
    axes = tuple(axes)
    return axes, tuple([np.shape(a)[axis] if s is None or s[i] == -1 else s[i] for i, axis in enumerate(axes)])


def fftn_cotangent(g: Any, a: Any, s: Any, axes: Any, norm: Any, inverse: bool = False) -> Any:
    """The cotangent of `a` in `np.fft.fftn(a, s, axes, norm)`, or of `ifftn`: the last axis is transformed first."""
    axes, lengths = transforms(a, s, axes)
    return _real_for(undone(g, np.shape(a), axes[::-1], lengths[::-1], norm, inverse), a)


def rfft_cotangent(g: Any, a: Any, n: Any, axis: int, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.rfft(a, n, axis, norm)`: half the spectrum, the other half without weight."""
    whole = fitted(g, np.shape(a)[axis] if n is None else n, axis)
    result = np.fft.ifft(whole, None, axis, _SWAPPED[norm])
    return fitted(np.real(result), np.shape(a)[axis], axis)


def irfft_cotangent(g: Any, extent: int, axis: int, norm: Any) -> Any:
    """The cotangent of a spectrum of `np.fft.irfft`: frequencies that stand for two count twice."""
    length = np.shape(g)[axis]
    spectrum = np.fft.rfft(g, None, axis, _SWAPPED[norm])
    weights = np.full(np.shape(spectrum)[axis], 2.0, np.real(spectrum).dtype)
    weights[0] = 1.0
    if length % 2 == 0:
        weights[-1] = 1.0
    shape = [1] * np.ndim(spectrum)
    shape[axis] = -1
    return fitted(spectrum * np.reshape(weights, shape), extent, axis)


def rfftn_cotangent(g: Any, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.rfftn(a, s, axes, norm)`: the last axis is transformed first, as a real one."""
    axes, lengths = transforms(a, s, axes)
    last = axes[-1]
    n = np.shape(a)[last] if lengths[-1] is None else lengths[-1]
    half = list(np.shape(a))
    half[last] = n // 2 + 1
    return rfft_cotangent(undone(g, half, axes[-2::-1], lengths[-2::-1], norm), a, n, last, norm)


def irfftn_cotangent(g: Any, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.irfftn(a, s, axes, norm)`: the last axis is transformed last, to a real one."""
    axes, lengths = transforms(a, s, axes)
    last = axes[-1]
    half = np.shape(a)[last]
    for axis, n in zip(axes[:-1], lengths[:-1]):
        half = n if n is not None and (axis - last) % np.ndim(a) == 0 else half
    return undone(irfft_cotangent(g, half, last, norm), np.shape(a), axes[:-1], lengths[:-1], norm, True)


def hfft_cotangent(g: Any, a: Any, axis: int, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.hfft(a, n, axis, norm)`, which is `irfft` of the conjugate."""
    return _real_for(conj(irfft_cotangent(g, np.shape(a)[axis], axis, _SWAPPED[norm])), a)


def ihfft_cotangent(g: Any, a: Any, n: Any, axis: int, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.ihfft(a, n, axis, norm)`, which is the conjugate of `rfft`."""
    return rfft_cotangent(conj(g), a, n, axis, _SWAPPED[norm])


def unshift(g: Any, x: Any, axes: Any, inverse: bool = False) -> Any:
    """The cotangent of `x` in `np.fft.fftshift(x, axes)`, or of `ifftshift`."""
    return np.fft.fftshift(g, axes) if inverse else np.fft.ifftshift(g, axes)
