"""Words for `np.fft`: the cotangent of a transform is the transform with the opposite sign, cut or filled to length."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj

_SWAPPED: dict[Any, Any] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def fitted(x: Any, like: Any, axes: Any) -> Any:
    """`x` cut, or filled with zeros, to the extents of `like` along `axes`."""
    for axis in axes:
        wanted, found = np.shape(like)[axis], np.shape(x)[axis]
        place = axis % np.ndim(x)
        if found > wanted:
            part = (*(slice(None),) * place, slice(0, wanted))
            x = x[part]
        elif found < wanted:
            widths = [(0, wanted - found if i == place else 0) for i in range(np.ndim(x))]
            x = np.pad(x, widths)
    return x


def _real_for(x: Any, like: Any) -> Any:
    return x if np.iscomplexobj(like) else np.real(x)


def fft_cotangent(g: Any, a: Any, n: Any, axis: int, norm: Any, inverse: bool = False) -> Any:
    """The cotangent of `a` in `np.fft.fft(a, n, axis, norm)`, or of `ifft`."""
    result = np.fft.fft(g, None, axis, _SWAPPED[norm]) if inverse else np.fft.ifft(g, None, axis, _SWAPPED[norm])
    return _real_for(fitted(result, a, (axis,)), a)


def fftn_cotangent(g: Any, a: Any, s: Any, axes: Any, norm: Any, inverse: bool = False) -> Any:
    """The cotangent of `a` in `np.fft.fftn(a, s, axes, norm)`, or of `ifftn`."""
    axes = transformed_axes(a, s, axes)
    result = np.fft.fftn(g, None, axes, _SWAPPED[norm]) if inverse else np.fft.ifftn(g, None, axes, _SWAPPED[norm])
    return _real_for(fitted(result, a, axes), a)


def transformed_axes(a: Any, s: Any, axes: Any) -> tuple[int, ...]:
    """The axes that a transform over several axes takes."""
    if axes is None:
        return tuple(range(-len(s), 0)) if s is not None else tuple(range(-np.ndim(a), 0))
    return tuple(axes)


def rfft_cotangent(g: Any, a: Any, n: Any, axis: int, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.rfft(a, n, axis, norm)`: half the spectrum, the other half without weight."""
    length = np.shape(a)[axis] if n is None else n
    widths = [(0, length - np.shape(g)[axis] if i == axis % np.ndim(g) else 0) for i in range(np.ndim(g))]
    result = np.fft.ifft(np.pad(g, widths), None, axis, _SWAPPED[norm])
    return fitted(np.real(result), a, (axis,))


def irfft_cotangent(g: Any, a: Any, n: Any, axis: int, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.irfft(a, n, axis, norm)`: frequencies that stand for two count twice."""
    length = np.shape(g)[axis]
    spectrum = np.fft.rfft(g, None, axis, _SWAPPED[norm])
    weights = np.full(np.shape(spectrum)[axis], 2.0, np.real(spectrum).dtype)
    weights[0] = 1.0
    if length % 2 == 0:
        weights[-1] = 1.0
    shape = [1] * np.ndim(spectrum)
    shape[axis] = -1
    return fitted(spectrum * np.reshape(weights, shape), a, (axis,))


def rfftn_cotangent(g: Any, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.rfftn(a, s, axes, norm)`."""
    axes = transformed_axes(a, s, axes)
    if len(axes) > 1:
        g = np.fft.ifftn(g, None, axes[:-1], _SWAPPED[norm])
    length = np.shape(a)[axes[-1]] if s is None or s[-1] is None or s[-1] < 0 else s[-1]
    widths = [(0, length - np.shape(g)[axes[-1]] if i == axes[-1] % np.ndim(g) else 0) for i in range(np.ndim(g))]
    result = np.real(np.fft.ifft(np.pad(g, widths), None, axes[-1], _SWAPPED[norm]))
    return fitted(result, a, axes)


def irfftn_cotangent(g: Any, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.irfftn(a, s, axes, norm)`."""
    axes = transformed_axes(a, s, axes)
    half = np.fft.rfft(g, None, axes[-1], "backward")
    result = irfft_cotangent(g, half, None, axes[-1], norm)
    if len(axes) > 1:
        result = np.fft.fftn(result, None, axes[:-1], _SWAPPED[norm])
    return fitted(result, a, axes)


def hfft_cotangent(g: Any, a: Any, n: Any, axis: int, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.hfft(a, n, axis, norm)`, which is `irfft` of the conjugate."""
    return _real_for(conj(irfft_cotangent(g, a, n, axis, _SWAPPED[norm])), a)


def ihfft_cotangent(g: Any, a: Any, n: Any, axis: int, norm: Any) -> Any:
    """The cotangent of `a` in `np.fft.ihfft(a, n, axis, norm)`, which is the conjugate of `rfft`."""
    return rfft_cotangent(conj(g), a, n, axis, _SWAPPED[norm])


def unshift(g: Any, x: Any, axes: Any, inverse: bool = False) -> Any:
    """The cotangent of `x` in `np.fft.fftshift(x, axes)`, or of `ifftshift`."""
    return np.fft.fftshift(g, axes) if inverse else np.fft.ifftshift(g, axes)
