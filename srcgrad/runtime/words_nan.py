"""Words for reductions that leave elements out: those that are nan, and those that `where=` does not choose."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import (
    conj,
    cumprod_cotangent,
    others_product,
    ratio,
    restore_axes,
    share,
    spread,
)


def chosen(x: Any, where: Any) -> Any:
    """Which elements of `x` a reduction takes: those of `where`, all that are no nan where that is None."""
    return ~np.isnan(x) if where is None else np.broadcast_to(np.not_equal(where, 0), np.shape(x))


def _count(at: Any, axis: Any, like: Any) -> Any:
    return np.sum(at, axis=axis, keepdims=True, dtype=np.real(like).dtype)


def sum_chosen(g: Any, x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """The cotangent of `x` in a sum over the chosen elements."""
    return np.where(chosen(x, where), spread(g, x, axis, keepdims), 0.0)


def mean_chosen(g: Any, x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """The cotangent of `x` in a mean over the chosen elements."""
    at = chosen(x, where)
    return np.where(at, ratio(restore_axes(g, x, axis, keepdims), _count(at, axis, x)), 0.0)


def _centred(x: Any, at: Any, axis: Any) -> Any:
    filled = np.where(at, x, 0.0)
    mean = ratio(np.sum(filled, axis=axis, keepdims=True), _count(at, axis, x))
    return np.where(at, filled - mean, 0.0)


def var_chosen(g: Any, x: Any, axis: Any, ddof: Any, keepdims: bool, where: Any) -> Any:
    """The cotangent of `x` in the variance of the chosen elements."""
    at = chosen(x, where)
    return ratio(2.0 * restore_axes(g, x, axis, keepdims), _count(at, axis, x) - ddof) * _centred(x, at, axis)


def std_chosen(g: Any, x: Any, y: Any, axis: Any, ddof: Any, keepdims: bool, where: Any) -> Any:
    """The cotangent of `x` in the standard deviation `y` of the chosen elements."""
    at = chosen(x, where)
    g, y = restore_axes(g, x, axis, keepdims), restore_axes(y, x, axis, keepdims)
    return ratio(g, (_count(at, axis, x) - ddof) * y) * _centred(x, at, axis)


def prod_chosen(g: Any, x: Any, axis: Any, keepdims: bool, where: Any, initial: Any = None) -> Any:
    """The cotangent of `x` in the product of the chosen elements, times `initial`."""
    at = chosen(x, where)
    others = others_product(np.where(at, x, 1.0), axis)
    others = others if initial is None else others * initial
    return np.where(at, restore_axes(g, x, axis, keepdims) * conj(others), 0.0)


def share_chosen(g: Any, x: Any, y: Any, axis: Any, keepdims: bool, where: Any, initial: Any = None) -> Any:
    """The cotangent of `x` in an extremum `y` of the chosen elements and `initial`: equal shares for those equal."""
    y, g = restore_axes(y, x, axis, keepdims), restore_axes(g, x, axis, keepdims)
    at = (x == y) if where is None else (x == y) & chosen(x, where)
    ties = _count(at, axis, x) + (0.0 if initial is None else initial == y)
    return np.where(at, ratio(g, ties), 0.0)


def share_initial(g: Any, x: Any, y: Any, axis: Any, keepdims: bool, where: Any, initial: Any) -> Any:
    """The cotangent of `initial` in an extremum: its share of what it equals."""
    y, g = restore_axes(y, x, axis, keepdims), restore_axes(g, x, axis, keepdims)
    at = (x == y) if where is None else (x == y) & chosen(x, where)
    return np.sum(np.where(initial == y, g / (_count(at, axis, x) + 1.0), 0.0))


def product_initial(g: Any, x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """The cotangent of `initial` in a product: the product of the elements."""
    filled = x if where is None else np.where(chosen(x, where), x, 1.0)
    return np.sum(g * conj(np.prod(filled, axis=axis, keepdims=keepdims)))


def nancumprod_cotangent(g: Any, x: Any, axis: Any) -> Any:
    """The cotangent of `x` in `np.nancumprod(x, axis)`."""
    return np.where(np.isnan(x), 0.0, cumprod_cotangent(g, np.where(np.isnan(x), 1.0, x), axis))


def nanquantile_share(g: Any, x: Any, q: Any, axis: Any, keepdims: bool) -> Any:
    """The cotangent of `x` in `np.nanquantile(x, q, axis)`: the two neighbours by their weights, ties split evenly."""
    if np.ndim(q):
        parts = [nanquantile_share(g[i], x, q[i], axis, keepdims) for i in range(len(q))]
        return np.sum(np.stack(parts), axis=0)
    g = restore_axes(g, x, axis, keepdims)
    places = tuple(range(np.ndim(x))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = tuple(range(-len(places), 0))
    moved = np.moveaxis(x, places, last)
    rows = np.sort(np.reshape(moved, (*np.shape(moved)[: np.ndim(x) - len(places)], -1)), axis=-1)
    counts = np.count_nonzero(~np.isnan(rows), axis=-1, keepdims=True)
    position = q * np.maximum(counts - 1, 0)
    low = np.floor(position)
    fraction = (position - low).astype(np.real(g).dtype, copy=False)
    weight = np.reshape(fraction, np.shape(np.sum(x, axis=axis, keepdims=True)))
    first = low.astype(int)
    below = np.take_along_axis(rows, first, -1)
    above = np.take_along_axis(rows, np.minimum(first + 1, np.maximum(counts - 1, 0)), -1)
    result = 0.0
    for part, value in (((1.0 - weight) * g, below), (weight * g, above)):
        result = result + share(part, x, np.reshape(value, np.shape(weight)), axis, True)
    return np.where(np.isnan(x), 0.0, result)
