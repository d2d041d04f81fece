"""Words for `scipy.fft`: the cotangents of cosine and sine transforms.

The matrices of types 1 and 4 are symmetric, those of types 2 and 3 are each other's transposes, but for weights at the
ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import fft

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_fourier import fitted

OTHER = {1: 1, 2: 3, 3: 2, 4: 4}
FORWARD = {"dct": fft.dct, "dst": fft.dst}
BACK = {"dct": fft.idct, "dst": fft.idst}


def wave_cotangent(name: str, g: Any, x: Any, type: int, n: Any, axis: int, norm: Any, inverse: bool = False) -> Any:
    """The cotangent of `x` in `dct(x, type, n, axis, norm)`, or of `dst`, or of their inverses."""
    if norm == "ortho":  # an orthogonal matrix
        result = (FORWARD if inverse else BACK)[name](g, type, None, axis, norm)
        return fitted(result, np.shape(x)[axis], axis)
    length = np.shape(g)[axis]
    result = _turned(name, g, OTHER[type] if inverse else type, axis)
    if inverse != (norm == "forward"):
        result = result / (2.0 * (length + ((-1 if name == "dct" else 1) if type == 1 else 0)))
    return fitted(result, np.shape(x)[axis], axis).astype(np.result_type(x), copy=False)


def _turned(name: str, g: Any, type: int, axis: int) -> Any:
    """The transpose of a transform without scale, applied to `g`."""
    apply = FORWARD[name]
    at_end = name == "dst"
    match type:
        case 1 if name == "dct":
            ends = _ends(g, axis, 0.5, 0.5)
            return apply(g / ends, 1, None, axis) * ends
        case 2:
            return apply(g * _ends(g, axis, *((1.0, 2.0) if at_end else (2.0, 1.0))), 3, None, axis)
        case 3:
            return apply(g, 2, None, axis) * _ends(g, axis, *((1.0, 0.5) if at_end else (0.5, 1.0)))
    return apply(g, type, None, axis)


def _ends(g: Any, axis: int, first: float, last: float) -> Any:
    """Ones along an axis, other numbers at its ends, in the shape that broadcasts against `g`."""
    weights = np.ones(np.shape(g)[axis], np.real(g).dtype)
    weights[0] *= first
    weights[-1] *= last
    return np.reshape(weights, [-1 if i == axis % np.ndim(g) else 1 for i in range(np.ndim(g))])


def waves_cotangent(name: str, g: Any, x: Any, type: int, s: Any, axes: Any, norm: Any, inverse: bool = False) -> Any:
    """The cotangent of `x` in `dctn(x, type, s, axes, norm)`, or of `dstn`, or of their inverses."""
    if s is not None:
        raise UnsupportedError(f"scipy.fft.{name}n() with s=", "pad or cut the array before the call")
    for axis in range(np.ndim(x)) if axes is None else np.atleast_1d(axes).tolist():
        g = wave_cotangent(name, g, x, type, None, axis, norm, inverse)
    return g
