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


def _cells(columns: Any, edges: Any) -> tuple[Any, Any, Any]:
    """The cell of each sample, counted row by row, which samples are in one, and the volumes of the cells."""
    cells, inside, volumes = 0, True, np.ones(())
    for i in range(len(edges)):
        at, within = _bins_of(columns[i], edges[i])
        cells, inside = cells * (len(edges[i]) - 1) + at, inside & within
        volumes = np.expand_dims(volumes, -1) * np.diff(edges[i])
    return cells, inside, volumes


def histogramdd_cotangent(g: Any, columns: Any, edges: Any, density: Any, weights: Any, sums: Any) -> Any:
    """The cotangent of `weights` in the sums of weights in cells, or the densities, which `np.histogramdd` gives.

    columns   the samples, an array an axis
    """
    cells, inside, volumes = _cells(columns, edges)
    sums_bar = g
    if density:
        total = np.sum(np.where(inside, np.ravel(weights), 0.0))
        sums_bar = _unscaled(g, sums, volumes, total)
    return np.reshape(np.where(inside, np.ravel(sums_bar)[cells], 0.0), np.shape(weights))


def histogramdd_tangent(weights_dot: Any, columns: Any, edges: Any, density: Any, weights: Any, sums: Any) -> Any:
    """The tangent of these sums or densities."""
    cells, inside, volumes = _cells(columns, edges)
    found = _sums(cells, np.where(inside, np.ravel(weights_dot), 0.0), np.size(sums))
    sums_dot = np.reshape(found, np.shape(sums))
    if density:
        total = np.sum(np.where(inside, np.ravel(weights), 0.0))
        sums_dot = sums_dot / volumes / total - sums * (np.sum(sums_dot) / total)
    return sums_dot


def columns_of(sample: Any) -> Any:
    """The samples of `np.histogramdd`, given as points or as a list of columns, as columns."""
    return np.transpose(sample) if isinstance(sample, np.ndarray) else sample
