"""Words for `scipy.ndimage`: filters are an extension at the borders followed by a sliding sum.

    extended[j] = x[source[j]]                    which element the border's mode puts there
    y[i] = sum over k of w[k] extended[i + k]

Both are linear, so that the adjoint is the sliding sum turned round, and every element of the border added to its
source.  That is exact for each mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import ndimage

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_reduce import unbroadcast

# SciPy's names of border modes: NumPy's padding with the same sources
PADDING = {
    "reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap",
    "grid-wrap": "wrap", "constant": "constant", "grid-constant": "constant",
}  # fmt: skip


def _sources(n: int, before: int, after: int, mode: str) -> Any:
    """The source of each extended element; -1 where it is a constant."""
    if mode not in PADDING:
        raise UnsupportedError(f"scipy.ndimage with mode={mode!r}", f"use one of {', '.join(PADDING)}")
    if PADDING[mode] == "constant":
        return np.concatenate([np.full(before, -1), np.arange(n), np.full(after, -1)])
    if n == 1 or n == 0:
        return np.zeros(before + n + after, dtype=int)
    kind: Any = PADDING[mode]
    return np.pad(np.arange(n), (before, after), kind)


def _reach(size: int, origin: int) -> tuple[int, int]:
    """How far a filter reaches before and after an element."""
    before = size // 2 + origin
    return before, size - 1 - before


def _folded(extended_bar: Any, axis: int, n: int, before: int, after: int, mode: str) -> Any:
    """The cotangent of `x` from that of the extended array along one axis."""
    if n == 0:
        return np.zeros_like(np.take(extended_bar, (), axis))
    moved = np.moveaxis(extended_bar, axis, 0)
    if before < 0 or after < 0:
        raise UnsupportedError("scipy.ndimage with an origin beyond the filter", "use a smaller origin")
    result = moved[before : before + n].copy()
    sources = _sources(n, before, after, mode)
    for j in (*range(before), *range(before + n, before + n + after)):
        if sources[j] >= 0:
            result[sources[j]] += moved[j]
    return np.moveaxis(result, 0, axis)


def _per_axis(value: Any, count: int) -> list[Any]:
    """A setting for each of several axes, of one for all or one for each."""
    if isinstance(value, str) or not isinstance(value, (Sequence, np.ndarray)):
        return [value] * count
    return list(value)


def _chosen(axes: Any, ndim: int) -> list[int]:
    """The axes that a filter works on, counted from 0."""
    if axes is None:
        return list(range(ndim))
    return [int(axis) % ndim for axis in (axes if isinstance(axes, (tuple, list)) else (axes,))]


def correlate1d_input(g: Any, x: Any, weights: Any, axis: int, mode: str = "reflect", origin: int = 0) -> Any:
    """The cotangent of `x` in `correlate1d(x, weights, axis, mode=mode, origin=origin)`."""
    return correlate_input(g, x, weights, mode, origin, (axis,))


def correlate_input(g: Any, x: Any, weights: Any, mode: Any = "reflect", origin: Any = 0, axes: Any = None) -> Any:
    """The cotangent of `x` in `correlate(x, weights, mode=mode, origin=origin)`."""
    weights, origins, modes = _spread_out(x, weights, origin, mode, axes)
    reaches = [_reach(m, o) for m, o in zip(weights.shape, origins)]
    result = np.zeros([n + m - 1 for n, m in zip(np.shape(x), weights.shape)], _kept(g, weights))
    for place in np.ndindex(*weights.shape):
        if weights[place] != 0:
            result[tuple(slice(k, k + n) for k, n in zip(place, np.shape(x)))] += weights[place] * g
    for axis, (before, after) in enumerate(reaches):
        if before or after:
            result = _folded(result, axis, np.shape(x)[axis], before, after, modes[axis])
    return unbroadcast(result, x)


def _kept(g: Any, weights: Any) -> Any:
    """The dtype of a filter's result: SciPy keeps that of the image, unless the weights are complex."""
    return np.result_type(g, weights) if np.iscomplexobj(weights) else np.result_type(g)


def image_correlate(x: Any, weights: Any, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0) -> Any:
    """`correlate(x, weights, mode=mode, cval=cval, origin=origin)`; SciPy misreads numbers that were broadcast."""
    return ndimage.correlate(np.ascontiguousarray(x), weights, mode=mode, cval=cval, origin=origin)


def image_convolve(x: Any, weights: Any, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0) -> Any:
    """`convolve(x, weights, mode=mode, cval=cval, origin=origin)`, in the same way."""
    return ndimage.convolve(np.ascontiguousarray(x), weights, mode=mode, cval=cval, origin=origin)


def correlate1d_weights(
    g: Any, x: Any, weights: Any, axis: int, mode: str = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    """The cotangent of `weights` in `correlate1d(x, weights, axis, mode=mode, cval=cval, origin=origin)`."""
    return correlate_weights(g, x, weights, mode, cval, origin, axis)


def correlate_weights(g: Any, x: Any, weights: Any, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0,
                      axes: Any = None) -> Any:  # fmt: skip
    """The cotangent of `weights` in `correlate(x, weights, mode=mode, cval=cval, origin=origin)`."""
    full, origins, modes = _spread_out(x, weights, origin, mode, axes)
    extended = np.asarray(x)
    if extended.dtype.kind not in "fc":
        raise UnsupportedError("weights of a filter of an integer image", "convert the image: image.astype(float)")
    if extended.size == 0:
        return np.zeros_like(weights)
    for axis, (m, o) in enumerate(zip(full.shape, origins)):
        before, after = _reach(m, o)
        sources = _sources(np.shape(x)[axis], before, after, modes[axis])
        extended = np.take(extended, np.maximum(sources, 0), axis)
        outside = np.expand_dims(sources < 0, [a for a in range(extended.ndim) if a != axis])
        extended = np.where(outside, cval, extended)
    result = np.empty(full.shape, np.result_type(g, extended))
    for place in np.ndindex(*full.shape):
        # SciPy conjugates the weights of a correlation
        result[place] = np.sum(np.conj(g) * extended[tuple(slice(k, k + n) for k, n in zip(place, np.shape(x)))])
    return unbroadcast(result.reshape(np.shape(weights)), weights)


def _spread_out(x: Any, weights: Any, origin: Any, mode: Any, axes: Any) -> tuple[Any, list[int], list[str]]:
    """Weights with as many axes as `x`, an origin and a mode for each axis."""
    ndim = np.ndim(x)
    weights = np.asarray(weights)
    chosen = _chosen(axes, ndim)
    shape, origins, modes = [1] * ndim, [0] * ndim, ["reflect"] * ndim
    taken = weights.shape if weights.ndim == len(chosen) else weights.shape[-len(chosen) :]
    for axis, m, o, name in zip(chosen, taken, _per_axis(origin, len(chosen)), _per_axis(mode, len(chosen))):
        shape[axis], origins[axis], modes[axis] = m, int(o), name
    if weights.ndim != ndim:
        weights = np.transpose(weights, np.argsort(np.argsort(chosen))).reshape(shape)
    return weights, origins, modes


def turned_round(weights: Any) -> Any:
    """The weights from behind, conjugated: a convolution is a correlation with these."""
    return np.conj(np.flip(weights))


def turned_origin(weights: Any, origin: Any) -> Any:
    """The origin of the correlation that a convolution is."""
    sizes = np.shape(weights)
    found = [-int(o) - (m % 2 == 0) for m, o in zip(sizes, _per_axis(origin, len(sizes)))]
    return found[0] if len(sizes) == 1 else found


# ------------------------------------------------------------------------------------------------ separable filters


def filtered_axes(axes: Any, ndim: int) -> int:
    """How many axes a filter works on."""
    return len(_chosen(axes, ndim))


def place_of(axis: int, axes: Any, ndim: int) -> int:
    """The place of an axis among those that a filter works on, -1 for another one."""
    chosen = _chosen(axes, ndim)
    return chosen.index(axis) if axis in chosen else -1


def order_at(order: Any, count: int, place: int) -> int:
    """The order of a derivative for one of several axes."""
    return int(_per_axis(order, count)[place])


def mode_at(mode: Any, count: int, place: int) -> str:
    """The border mode of one of several axes."""
    return str(_per_axis(mode, count)[place])


def gaussian_reach(sigma: Any, truncate: Any, radius: Any, count: int = 1, place: int = 0) -> int:
    """How far the weights of a Gaussian filter reach along one of several axes."""
    given = _per_axis(radius, count)[place]
    return int(truncate * float(sigma) + 0.5) if given is None else int(given)


def uniform_input(g: Any, x: Any, size: Any, mode: Any, origin: Any, axes: Any) -> Any:
    """The cotangent of `x` in `uniform_filter(x, size, mode=mode, origin=origin)`."""
    chosen = _chosen(axes, np.ndim(x))
    settings = [_per_axis(v, len(chosen)) for v in (size, mode, origin)]
    for axis, n, m, o in reversed(list(zip(chosen, *settings))):
        if int(n) > 1:
            g = correlate1d_input(g, x, np.full(int(n), 1.0 / int(n)), axis, m, int(o))
    return g


def laplace_input(g: Any, x: Any, mode: Any) -> Any:
    """The cotangent of `x` in `laplace(x, mode=mode)`."""
    modes = _per_axis(mode, np.ndim(x))
    return sum(correlate1d_input(g, x, np.array([1.0, -2.0, 1.0]), axis, m) for axis, m in enumerate(modes))


def slope_input(g: Any, x: Any, axis: int, mode: Any, middle: float) -> Any:
    """The cotangent of `x` in `sobel(x, axis, mode=mode)` (middle 2) and `prewitt` (middle 1)."""
    modes = _per_axis(mode, np.ndim(x))
    axis = axis % np.ndim(x)
    for other in reversed([a for a in range(np.ndim(x)) if a != axis]):
        g = correlate1d_input(g, x, np.array([1.0, middle, 1.0]), other, modes[other])
    return correlate1d_input(g, x, np.array([-1.0, 0.0, 1.0]), axis, modes[axis])
