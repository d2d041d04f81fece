"""Words for reductions that leave elements out: those that are nan, and those that `where=` does not choose."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import (
    conj,
    cumprod_cotangent,
    is_extremum,
    others_product,
    ratio,
    restore_axes,
    spread,
    unbroadcast,
)


def chosen(x: Any, where: Any) -> Any:
    """Which elements of `x` a reduction takes: those of `where`, all that are no nan where that is None."""
    return ~np.isnan(x) if where is None else np.broadcast_to(np.not_equal(where, 0), np.shape(x))


def seen(x: Any, where: Any) -> Any:
    """Which elements of `x` a reduction takes that leaves nan out: those of `where` that are no nan."""
    return ~np.isnan(x) & np.not_equal(where, 0)


def _count(at: Any, axis: Any, like: Any) -> Any:
    return np.sum(at, axis=axis, keepdims=True, dtype=np.result_type(np.real(like)))


def sum_chosen(g: Any, x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """The cotangent of `x` in a sum over the chosen elements."""
    return np.where(chosen(x, where), spread(g, x, axis, keepdims), 0.0)


def mean_chosen(g: Any, x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """The cotangent of `x` in a mean over the chosen elements."""
    at = chosen(x, where)
    return np.where(at, ratio(restore_axes(g, x, axis, keepdims), _count(at, axis, x)), 0.0)


def _centred(x: Any, at: Any, axis: Any, mean: Any = None) -> Any:
    filled = np.where(at, x, 0.0)
    if mean is None:
        mean = ratio(np.sum(filled, axis=axis, keepdims=True), _count(at, axis, x))
    return np.where(at, filled - mean, 0.0)


def _freedom(x: Any, at: Any, axis: Any, ddof: Any, correction: Any) -> Any:
    """What a variance divides by."""
    return _count(at, axis, x) - (ddof if correction is None else correction)


def var_chosen(
    g: Any, x: Any, axis: Any, ddof: Any, keepdims: bool, where: Any, mean: Any = None, correction: Any = None
) -> Any:
    """The cotangent of `x` in the variance of the chosen elements, about `mean` where it is given."""
    at = chosen(x, where)
    scale = ratio(2.0 * restore_axes(g, x, axis, keepdims), _freedom(x, at, axis, ddof, correction))
    return scale * _centred(x, at, axis, mean)


def var_mean(g: Any, x: Any, axis: Any, ddof: Any, keepdims: bool, where: Any, mean: Any, correction: Any) -> Any:
    """The cotangent of `mean` in the variance of the chosen elements about `mean`."""
    return unbroadcast(-var_chosen(g, x, axis, ddof, keepdims, where, mean, correction), mean)


def std_chosen(
    g: Any, x: Any, y: Any, axis: Any, ddof: Any, keepdims: bool, where: Any, mean: Any = None, correction: Any = None
) -> Any:
    """The cotangent of `x` in the standard deviation `y` of the chosen elements."""
    at = chosen(x, where)
    g, y = restore_axes(g, x, axis, keepdims), restore_axes(y, x, axis, keepdims)
    return np.where(at, ratio(g, _freedom(x, at, axis, ddof, correction) * y) * _centred(x, at, axis, mean), 0.0)


def prod_chosen(g: Any, x: Any, axis: Any, keepdims: bool, where: Any, initial: Any = None) -> Any:
    """The cotangent of `x` in the product of the chosen elements, times `initial`."""
    at = chosen(x, where)
    others = others_product(np.where(at, x, 1.0), axis)
    others = others if initial is None else others * initial
    return np.where(at, restore_axes(g, x, axis, keepdims) * conj(others), 0.0)


def share_chosen(g: Any, x: Any, y: Any, axis: Any, keepdims: bool, where: Any, initial: Any = None) -> Any:
    """The cotangent of `x` in an extremum `y` of the chosen elements and `initial`: equal shares for those equal."""
    y, g = restore_axes(y, x, axis, keepdims), restore_axes(g, x, axis, keepdims)
    at = is_extremum(x, y) & chosen(x, where)
    given = initial is not None and initial != math.inf  # what stands for "none" is no value
    ties = _count(at, axis, x) + (is_extremum(initial, y) if given else 0.0)
    return np.where(at, ratio(g, ties), 0.0)


def share_initial(g: Any, x: Any, y: Any, axis: Any, keepdims: bool, where: Any, initial: Any) -> Any:
    """The cotangent of `initial` in an extremum: its share of what it equals."""
    y, g = restore_axes(y, x, axis, keepdims), restore_axes(g, x, axis, keepdims)
    at = is_extremum(x, y) & chosen(x, where)
    return np.sum(np.where(is_extremum(initial, y), g / (_count(at, axis, x) + 1.0), 0.0))


def prod_of_chosen(x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """The product of the chosen elements."""
    return np.prod(np.where(chosen(x, where), x, 1.0), axis=axis, keepdims=keepdims)


def product_initial(g: Any, x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """The cotangent of `initial` in a product: the product of the elements."""
    return np.sum(g * conj(prod_of_chosen(x, axis, keepdims, where)))


def nancumprod_cotangent(g: Any, x: Any, axis: Any) -> Any:
    """The cotangent of `x` in `np.nancumprod(x, axis)`."""
    return np.where(np.isnan(x), 0.0, cumprod_cotangent(g, np.where(np.isnan(x), 1.0, x), axis))
