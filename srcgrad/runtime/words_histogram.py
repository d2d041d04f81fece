"""Words for histograms with weights: each bin holds the sum of the weights of the samples in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj


def _bins_of(samples: Any, edges: Any) -> tuple[Any, Any]:
    """The bin of each sample, and whether it is in one: the last bin holds its right edge as well."""
    values = np.ravel(samples)
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return places, (values >= edges[0]) & (values <= edges[-1])


def _sums(places: Any, weights: Any, count: Any) -> Any:
    """The sums of the weights by their places, `np.bincount` of complex weights too."""
    if np.iscomplexobj(weights):
        return np.bincount(places, np.real(weights), count) + 1j * np.bincount(places, np.imag(weights), count)
    return np.bincount(places, weights, count)


def _unscaled(g: Any, densities: Any, areas: Any, total: Any) -> Any:
    """The cotangent of sums of weights, from that of the densities made of them."""
    return g / areas / conj(total) - np.sum(g * conj(densities)) / conj(total)


def histogram_cotangent(g: Any, a: Any, bins: Any, range: Any, density: Any, weights: Any, y: Any) -> Any:
    """The cotangent of `weights` in `y = np.histogram(a, bins, range, density, weights)`."""
    at, inside = _bins_of(a, y[1])
    sums_bar = g[0]
    if density:
        total = np.sum(np.where(inside, np.ravel(weights), 0.0))
        sums_bar = _unscaled(g[0], y[0], np.diff(y[1]), total)
    return np.reshape(np.where(inside, sums_bar[at], 0.0), np.shape(weights))


def histogram_tangent(weights_dot: Any, a: Any, density: Any, weights: Any, y: Any) -> Any:
    """The tangent of `y = np.histogram(a, density=density, weights=weights)`; the edges have none."""
    at, inside = _bins_of(a, y[1])
    sums_dot = _sums(at, np.where(inside, np.ravel(weights_dot), 0.0), len(y[1]) - 1)
    if density:
        total = np.sum(np.where(inside, np.ravel(weights), 0.0))
        sums_dot = sums_dot / np.diff(y[1]) / total - y[0] * (np.sum(sums_dot) / total)
    return (sums_dot, None)


def _pairs(x: Any, other: Any, y: Any) -> tuple[Any, Any, Any, Any]:
    """The bins of pairs of samples along both axes, which are inside, and the areas of the bins."""
    rows, in_rows = _bins_of(x, y[1])
    columns, in_columns = _bins_of(other, y[2])
    return rows, columns, in_rows & in_columns, np.expand_dims(np.diff(y[1]), -1) * np.diff(y[2])


def histogram2d_cotangent(g: Any, x: Any, other: Any, density: Any, weights: Any, y: Any) -> Any:
    """The cotangent of `weights` in `y = np.histogram2d(x, other, density=density, weights=weights)`."""
    rows, columns, inside, areas = _pairs(x, other, y)
    sums_bar = g[0]
    if density:
        total = np.sum(np.where(inside, np.ravel(weights), 0.0))
        sums_bar = _unscaled(g[0], y[0], areas, total)
    return np.reshape(np.where(inside, sums_bar[rows, columns], 0.0), np.shape(weights))


def histogram2d_tangent(weights_dot: Any, x: Any, other: Any, density: Any, weights: Any, y: Any) -> Any:
    """The tangent of `y = np.histogram2d(x, other, density=density, weights=weights)`; the edges have none."""
    rows, columns, inside, areas = _pairs(x, other, y)
    cells = rows * (len(y[2]) - 1) + columns
    sums = _sums(cells, np.where(inside, np.ravel(weights_dot), 0.0), np.size(y[0]))
    sums_dot = np.reshape(sums, np.shape(y[0]))
    if density:
        total = np.sum(np.where(inside, np.ravel(weights), 0.0))
        sums_dot = sums_dot / areas / total - y[0] * (np.sum(sums_dot) / total)
    return (sums_dot, None, None)
