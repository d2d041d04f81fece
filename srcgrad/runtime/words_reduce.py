"""Words for broadcasting and reductions: what a rule says to undo a sum, a maximum, a product, a norm.

All take NumPy arrays, NumPy scalars and Python floats, and never write into what they are given.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Axis = Any


def conj(x: Any) -> Any:
    """The complex conjugate where `x` is complex; `x` itself, not a copy, where it is real."""
    if type(x) is float:
        return x
    if type(x) is complex:
        return x.conjugate()
    return np.conj(x) if np.iscomplexobj(x) else x


def floating(x: Any) -> Any:
    """`x` as an array of floating point numbers: small integers wrap round where they are subtracted or multiplied."""
    x = x if hasattr(x, "dtype") else np.asarray(x)
    return x if x.dtype.kind in "fc" else x.astype(float)


def unbroadcast(g: Any, x: Any) -> Any:
    """`g` with the shape of `x`: summed over the axes along which `x` was broadcast, real where `x` is real."""
    if type(x) is float and type(g) is float:
        return g
    if type(x) is np.ndarray and type(g) is np.ndarray and g.dtype is x.dtype and g.shape == x.shape:
        return g
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    shape = np.shape(x)
    if np.shape(g) == shape:
        return g
    extra = np.ndim(g) - len(shape)
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    if np.ndim(g) == len(shape):
        axes = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
        if axes:
            g = np.sum(g, axis=axes, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def restore_axes(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """`g`, the result of a reduction of `x`, with the reduced axes put back as axes of length 1.

    A scalar stays one, since it broadcasts as it is.
    """
    if keepdims or np.ndim(g) == 0:
        return g
    if axis is None:
        return np.reshape(g, (1,) * np.ndim(x))
    return np.expand_dims(g, axis)


def spread(g: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """`g`, the cotangent of a sum of `x` over `axis`, for every element of `x` (a read-only broadcast view)."""
    if np.ndim(x) == 0:
        return unbroadcast(g, x)
    return np.broadcast_to(restore_axes(g, x, axis, keepdims), np.shape(x))


def count(x: Any, axis: Axis = None) -> int:
    """How many elements of `x` a reduction over `axis` takes together."""
    shape = np.shape(x)
    if axis is None:
        return math.prod(shape)
    if not shape:
        return 1
    axes = axis if isinstance(axis, tuple) else (axis,)
    return math.prod([shape[i] for i in axes])


def ratio(a: Any, b: Any) -> Any:
    """`a / b`, and 0 where `b` is 0: a norm or a deviation of zero has the subgradient 0."""
    if type(b) is float:
        return a / b if b else 0.0
    zero = b == 0
    return np.where(zero, 0.0, a / np.where(zero, 1.0, b)) if np.any(zero) else a / b


def weighted(g: Any, v: Any) -> Any:
    """`g v`, and 0 where `g` is 0, whatever `v` is: what is not used may be infinite."""
    return np.where(np.equal(g, 0.0), 0.0, g * v)


def deviations(x: Any, axis: Axis = None) -> Any:
    """`x` less its mean over `axis`."""
    return x - np.mean(x, axis=axis, keepdims=True)


def rounded_like(x: Any, y: Any) -> Any:
    """`x` in the type of its extremum `y`: `dtype=` and `out=` may ask for another than its own."""
    wanted = getattr(y, "dtype", None)
    return x if wanted is None or getattr(x, "dtype", wanted) == wanted else x.astype(wanted)


def attains(x: Any, y: Any) -> Any:
    """Where `x` attains its extremum `y`: where it is nan, if that is."""
    return rounded_like(x, y) == y if y == y else x != x


def is_extremum(x: Any, y: Any) -> Any:
    """Where elements are an extremum `y`, element by element: an extremum is nan where an element is."""
    return (rounded_like(x, y) == y) | ((x != x) & (y != y))


def share(g: Any, x: Any, y: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The cotangent `g` of the extremum `y` of `x`, split evenly among the elements that attain it (nan included)."""
    if type(x) is np.ndarray and axis is None and np.ndim(y) == 0 == np.ndim(g):
        at = x == y
        ties: Any = np.count_nonzero(at)
        if ties:
            result = np.zeros(x.shape, np.result_type(x, g))
            result[at] = g / result.dtype.type(ties)
            return result
    y = restore_axes(y, x, axis, keepdims)
    g = restore_axes(g, x, axis, keepdims)
    at = x == y
    ties = at.sum(axis=axis, keepdims=True, dtype=np.result_type(x)) if type(x) is np.ndarray else 0
    if not np.all(ties):
        at = is_extremum(x, y)
        ties = np.sum(at, axis=axis, keepdims=True, dtype=np.result_type(x))
    return np.where(at, g / ties, 0.0)


def cumprod_before(x: Any, axis: int) -> Any:
    """The product of the elements before each one along `axis`."""
    x = np.moveaxis(x, axis, -1)
    shifted = np.concatenate([np.ones_like(x[..., :1]), x[..., :-1]], axis=-1)
    return np.moveaxis(np.cumprod(shifted, axis=-1), -1, axis)


def others_product(x: Any, axis: Axis = None) -> Any:
    """The product over `axis` of all elements but each one itself, exact where elements are zero."""
    shape = np.shape(x)
    if not shape:
        return np.ones_like(x)
    axes = tuple(range(len(shape))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(i % len(shape) for i in axes)
    last = tuple(range(len(shape) - len(axes), len(shape)))
    moved = np.moveaxis(x, axes, last)
    size = math.prod([shape[i] for i in axes])
    flat = np.reshape(moved, (*np.shape(moved)[: len(shape) - len(axes)], size))
    after = np.flip(cumprod_before(np.flip(flat, -1), -1), -1)
    return np.moveaxis(np.reshape(cumprod_before(flat, -1) * after, np.shape(moved)), last, axes)


def cumsum_from_end(g: Any, x: Any, axis: int | None = None) -> Any:
    """The cotangent of `x` in `np.cumsum(x, axis)`: `g` summed from each element to the end."""
    if axis is None:
        return np.reshape(np.flip(np.cumsum(np.flip(g))), np.shape(x))
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis) if np.ndim(x) else g


def cumprod_cotangent(g: Any, x: Any, axis: int | None = None) -> Any:
    """The cotangent of `x` in `np.cumprod(x, axis)`, exact where elements are zero.

    From the end, `after[i] = g[i] + conj(x[i + 1]) * after[i + 1]`; times the product of what came before.
    """
    if axis is None:
        return np.reshape(cumprod_cotangent(g, np.ravel(x), 0), np.shape(x))
    x = conj(x)
    rows, steps = np.moveaxis(x, axis, 0), np.moveaxis(g, axis, 0)
    after = []
    carried = 0.0
    for i in range(len(rows) - 1, -1, -1):
        carried = steps[i] + (rows[i + 1] * carried if i + 1 < len(rows) else 0.0)
        after.append(carried)
    if not after:
        return np.zeros_like(x)
    return np.moveaxis(np.stack(after[::-1]), 0, axis) * cumprod_before(x, axis)


def norm_cotangent(g: Any, x: Any, y: Any, ord: Any, axis: Axis, keepdims: bool) -> Any:
    """The cotangent of `x` in `np.linalg.norm(x, ord, axis, keepdims)`, 0 where the norm is 0 (minimum norm)."""
    matrix = (np.ndim(x) == 2 if axis is None else isinstance(axis, tuple) and len(axis) == 2) and ord is not None
    if matrix and ord != "fro":
        return matrix_norm_cotangent(g, x, ord, axis, keepdims)
    if np.size(x) == 0:
        return np.zeros_like(x)
    y = restore_axes(y, x, axis, keepdims)
    g = restore_axes(g, x, axis, keepdims)
    if ord is None or ord == "fro" or ord == 2:
        return x * ratio(g, y)
    size = np.abs(x)
    direction = ratio(x, size)
    if ord == np.inf or ord == -np.inf:
        return share(g, size, y, axis, True) * direction
    if ord == 0:
        return np.zeros_like(x)
    if ord == 1:
        return g * direction
    return g * direction * ratio(size, y) ** (ord - 1)


def matrix_norm_cotangent(g: Any, x: Any, ord: Any, axis: Axis, keepdims: bool) -> Any:
    """The cotangent of `x` in a matrix norm: 'nuc', 2, -2 by singular values, 1, -1, inf, -inf by sums.

    The extremum is found anew: the norm itself may have been computed with other roundings.
    """
    if np.size(x) == 0:  # which has a norm, but no extremum
        return np.zeros_like(x)
    axes = (0, 1) if axis is None else axis
    moved = np.moveaxis(x, axes, (-2, -1))
    if np.ndim(g):  # a number broadcasts as it is
        g = np.expand_dims(np.squeeze(g, axes) if keepdims else g, (-2, -1))
    extremum = np.min if ord in (-1, -2, -np.inf) else np.max
    if ord in ("nuc", 2, -2):
        u, s, vh = np.linalg.svd(moved, full_matrices=False)
        s = np.expand_dims(s, -2)
        weights = np.where(s > 0.0, g, 0.0) if ord == "nuc" else share(g, s, extremum(s, -1, keepdims=True), -1, True)
        result = (u * weights) @ vh
    else:
        size = np.abs(moved)
        sums = np.sum(size, axis=-2 if ord in (1, -1) else -1, keepdims=True)
        result = share(g, sums, extremum(sums, (-2, -1), keepdims=True), (-2, -1), True) * ratio(moved, size)
    return np.moveaxis(result, (-2, -1), axes)


def size_squared(a: Any) -> Any:
    """The square of the absolute value."""
    return np.abs(a) ** 2


def hypot_squared(a: Any, b: Any) -> Any:
    """The square of the hypotenuse."""
    return np.hypot(a, b) ** 2


def norm_squared(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The square of the Euclidean norm."""
    return np.linalg.norm(x, axis=axis, keepdims=keepdims) ** 2
