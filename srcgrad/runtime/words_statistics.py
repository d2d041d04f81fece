"""Words for weighted averages, covariances and correlations."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj
from srcgrad.runtime.words_tangent import dense

# ----------------------------------------------------------------------------------------------------------- averages


def _order(places: Any) -> tuple[int, ...]:
    """The positions of `places` from the smallest to the largest."""
    return tuple(sorted(range(len(places)), key=lambda i: places[i]))


def _weights_like(weights: Any, a: Any, axis: Any) -> Any:
    """The weights of `np.average` with the axes of `a`."""
    if np.shape(weights) == np.shape(a) or axis is None:
        return weights
    axes = axis if isinstance(axis, tuple) else (axis,)
    places = [i % np.ndim(a) for i in axes]
    order = _order(places)
    shape = [1] * np.ndim(a)
    for i, place in enumerate(places):
        shape[place] = np.shape(weights)[i]
    return np.reshape(np.transpose(weights, order), shape)


def _axis_of(g: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    if keepdims or np.ndim(g) == 0:
        return g
    return np.reshape(g, (1,) * np.ndim(a)) if axis is None else np.expand_dims(g, axis)


def average_values(g: Any, a: Any, axis: Any, weights: Any, keepdims: bool) -> Any:
    """The cotangent of `a` in `np.average(a, axis, weights)`."""
    weights = np.ones_like(a) if weights is None else np.broadcast_to(_weights_like(weights, a, axis), np.shape(a))
    return _axis_of(g, a, axis, keepdims) * conj(weights / np.sum(weights, axis=axis, keepdims=True))


def average_weights(g: Any, a: Any, axis: Any, weights: Any, keepdims: bool, y: Any) -> Any:
    """The cotangent of `weights` in `y = np.average(a, axis, weights)`."""
    shaped = np.broadcast_to(_weights_like(weights, a, axis), np.shape(a))
    bar = _axis_of(g, a, axis, keepdims) * conj(a - _axis_of(y, a, axis, keepdims))
    bar = bar / conj(np.sum(shaped, axis=axis, keepdims=True))
    if np.shape(weights) == np.shape(a):
        return bar
    axes = axis if isinstance(axis, tuple) else (axis,)
    places = [i % np.ndim(a) for i in axes]
    summed = np.sum(bar, axis=tuple(i for i in range(np.ndim(a)) if i not in places))
    return np.transpose(summed, _order(_order(places)))


def weights_sum(g: Any, a: Any, axis: Any, weights: Any, keepdims: bool) -> Any:
    """The cotangent of `weights` in their sum, which `np.average(..., returned=True)` gives as well."""
    full = np.broadcast_to(_axis_of(g, a, axis, keepdims), np.shape(a))
    if np.shape(weights) == np.shape(a):
        return full
    axes = axis if isinstance(axis, tuple) else (axis,)
    places = [i % np.ndim(a) for i in axes]
    # the sum is the same along the other axes, and is given for each
    summed = np.sum(full, axis=tuple(i for i in range(np.ndim(a)) if i not in places))
    return np.transpose(summed, _order(_order(places)))


def average_tangent(a_dot: Any, weights_dot: Any, a: Any, axis: Any, weights: Any, keepdims: bool) -> Any:
    """The tangent of `np.average(a, axis, weights)`."""
    if weights is None:
        return np.mean(a_dot, axis=axis, keepdims=keepdims)
    shaped = np.broadcast_to(_weights_like(weights, a, axis), np.shape(a))
    shaped_dot = np.broadcast_to(_weights_like(dense(weights_dot, weights), a, axis), np.shape(a))
    total = np.sum(shaped, axis=axis, keepdims=True)
    mean = np.sum(a * shaped, axis=axis, keepdims=True) / total
    moved = (a_dot * shaped + (a - mean) * shaped_dot) / total
    return np.sum(moved, axis=axis, keepdims=keepdims)


def returned_tangent(a_dot: Any, weights_dot: Any, a: Any, axis: Any, weights: Any, keepdims: bool) -> Any:
    """The tangents of `np.average(a, axis, weights, returned=True)`: the average and the sum of the weights."""
    mean = average_tangent(a_dot, weights_dot, a, axis, weights, keepdims)
    if weights is None:
        return (mean, None)
    shaped = np.broadcast_to(_weights_like(dense(weights_dot, weights), a, axis), np.shape(a))
    return (mean, np.sum(shaped, axis=axis, keepdims=keepdims))


# -------------------------------------------------------------------------------------------------------- covariances


def _as_rows(parts: Any, rowvar: bool) -> tuple[list[Any], list[bool]]:
    """Observations of variables with a row a variable, and which were turned to have them."""
    turned = [not rowvar and np.ndim(p) > 1 and (i == 0 or np.shape(p)[0] != 1) for i, p in enumerate(parts)]
    return [np.atleast_2d(p).T if t else np.atleast_2d(p) for p, t in zip(parts, turned)], turned


def _normalised(n: int, bias: bool, ddof: Any, fweights: Any, aweights: Any) -> tuple[Any, Any]:
    """The weights of the observations (None for equal ones) and what `np.cov` divides by."""
    ddof = (0 if bias else 1) if ddof is None else ddof
    if fweights is None and aweights is None:
        return None, n - ddof
    weights = np.ones(n) if fweights is None else np.asarray(fweights, float)
    weights = weights if aweights is None else weights * np.asarray(aweights, float)
    total = np.sum(weights)
    if ddof == 0 or aweights is None:
        return weights, total - ddof
    return weights, total - ddof * np.sum(weights * np.asarray(aweights, float)) / total


def _divisor_slopes(bias: bool, ddof: Any, counts: Any, aweights: Any) -> Any:
    """The derivatives of what `np.cov` divides by with respect to `aweights`; `counts` are the `fweights`, or 1."""
    ddof = (0 if bias else 1) if ddof is None else ddof
    weights = counts * aweights
    total = np.sum(weights)
    return counts - ddof * counts * (2.0 * aweights - np.sum(weights * aweights) / total) / total


def _centred(rows: Any, weights: Any) -> Any:
    """Rows less their (weighted) means."""
    if weights is None:
        return rows - np.mean(rows, axis=1, keepdims=True)
    return rows - np.sum(rows * weights, axis=1, keepdims=True) / np.sum(weights)


def cov_cotangents(
    g: Any, m: Any, y: Any, rowvar: bool, bias: bool, ddof: Any, fweights: Any = None, aweights: Any = None
) -> list[Any]:
    """The cotangents of `m`, `y` and `aweights` in `np.cov(m, y, rowvar, bias, ddof, fweights, aweights)`."""
    parts = [m] if y is None else [m, y]
    rows, turned = _as_rows(parts, rowvar)
    both = np.concatenate(rows, axis=0)
    weights, divisor = _normalised(np.shape(both)[1], bias, ddof, fweights, aweights)
    g = np.reshape(g, (len(both), len(both)))
    centred = _centred(both, weights)
    bars = (g + conj(g.T)) @ centred / divisor
    bars = bars if weights is None else bars * weights
    result: list[Any] = []
    start = 0
    for part, row, turn in zip(parts, rows, turned):
        bar = bars[start : start + len(row)]
        start += len(row)
        result.append(np.reshape(bar.T if turn else bar, np.shape(part)))
    if y is None:
        result.append(None)
    if aweights is None:
        return [*result, None]
    # what each observation has in the sum; what moves the mean changes nothing
    counts = 1.0 if fweights is None else np.asarray(fweights, float)
    shares = np.sum(np.real(conj(centred) * (conj(g.T) @ centred)), axis=0) / divisor
    slopes = _divisor_slopes(bias, ddof, counts, np.asarray(aweights, float))
    return [*result, counts * shares - np.sum(weights * shares) / divisor * slopes]


def cov_tangent(
    m_dot: Any, y_dot: Any, m: Any, y: Any, rowvar: bool, bias: bool, ddof: Any, fweights: Any = None,
    aweights: Any = None, aweights_dot: Any = 0.0,
) -> Any:  # fmt: skip
    """The tangent of `np.cov(m, y, rowvar, bias, ddof, fweights, aweights)`."""
    rows, turned = _as_rows([m] if y is None else [m, y], rowvar)
    tangents = [m_dot] if y is None else [m_dot, y_dot]
    moved = [np.atleast_2d(p).T if t else np.atleast_2d(p) for p, t in zip(tangents, turned)]
    both, both_dot = np.concatenate(rows, axis=0), np.concatenate(moved, axis=0)
    weights, divisor = _normalised(np.shape(both)[1], bias, ddof, fweights, aweights)
    centred = _centred(both, weights)
    half = both_dot @ conj((centred if weights is None else centred * weights).T) / divisor
    result = half + conj(half.T)
    if aweights is not None:
        counts = 1.0 if fweights is None else np.asarray(fweights, float)
        slopes = _divisor_slopes(bias, ddof, counts, np.asarray(aweights, float))
        moved = counts * aweights_dot - np.sum(slopes * aweights_dot) / divisor * weights
        result = result + centred * moved @ conj(centred.T) / divisor
    return result[0, 0] if len(both) == 1 else result


def corrcoef_cotangents(g: Any, x: Any, y: Any, rowvar: bool) -> list[Any]:
    """The cotangents of `x` and `y` in `np.corrcoef(x, y, rowvar)`."""
    c = np.atleast_2d(np.cov(x, y, rowvar))
    g = np.reshape(g, np.shape(c))
    variances = np.real(np.diagonal(c))
    deviations = np.sqrt(variances)
    scaled = g / deviations / np.expand_dims(deviations, -1)
    shares = np.real(conj(scaled) * c)
    ends = 0.5 * (np.sum(shares, axis=0) + np.sum(shares, axis=1)) / variances
    return cov_cotangents(scaled - np.diag(ends), x, y, rowvar, False, None)


def corrcoef_tangent(x_dot: Any, y_dot: Any, x: Any, y: Any, rowvar: bool) -> Any:
    """The tangent of `np.corrcoef(x, y, rowvar)`."""
    c = np.atleast_2d(np.cov(x, y, rowvar))
    c_dot = np.atleast_2d(cov_tangent(x_dot, y_dot, x, y, rowvar, False, None))
    variances = np.real(np.diagonal(c))
    deviations = np.sqrt(variances)
    shrink = 0.5 * np.real(np.diagonal(c_dot)) / variances
    result = (c_dot - c * (shrink + np.expand_dims(shrink, -1))) / deviations / np.expand_dims(deviations, -1)
    return result[0, 0] if len(c) == 1 else result
