"""Words for `statistics.variance`, `stdev` and `harmonic_mean`; what they give a list is a list."""

from __future__ import annotations

from typing import Any

import numpy as np


def _centred(data: Any, centre: Any) -> list[Any]:
    """The data less their mean, or less what was given for it."""
    if centre is None:
        centre = sum(data) / len(data)
    return [x - centre for x in data]


def _like(found: list[Any], items: Any) -> Any:
    return np.asarray(found) if isinstance(items, np.ndarray) else found


def half_over(g: Any, y: Any) -> Any:
    """The cotangent of a variance in its root `y`, 0 where that is 0."""
    return 0.5 * g / y if y else 0.0


def variance_items(g: Any, data: Any, centre: Any, ddof: int) -> Any:
    """The cotangents of the items of `statistics.variance(data, centre)`."""
    part = 2.0 * g / (len(data) - ddof)
    return _like([part * step for step in _centred(data, centre)], data)


def variance_centre(g: Any, data: Any, centre: Any, ddof: int) -> Any:
    """The cotangent of `centre` in `statistics.variance(data, centre)`."""
    return -2.0 * g / (len(data) - ddof) * sum(_centred(data, centre))


def variance_tangent(data_dot: Any, centre_dot: Any, data: Any, centre: Any, ddof: int) -> Any:
    """The tangent of `statistics.variance(data, centre)`."""
    steps = _centred(data, centre)
    total = 0.0
    for step, tangent in zip(steps, data_dot):
        if tangent is not None:
            total = total + step * tangent
    if centre is not None:
        total = total - sum(steps) * centre_dot
    return 2.0 * total / (len(data) - ddof)


def harmonic_items(g: Any, data: Any, weights: Any, y: Any) -> Any:
    """The cotangents of the items of `y = statistics.harmonic_mean(data, weights)`."""
    if weights is None:
        return _like([g * y * y / (x * x * len(data)) for x in data], data)
    part = g * y * y / sum(weights)
    return _like([part * weight / (x * x) for x, weight in zip(data, weights)], data)


def harmonic_weights(g: Any, data: Any, weights: Any, y: Any) -> Any:
    """The cotangents of the weights of `y = statistics.harmonic_mean(data, weights)`."""
    part = g * y / sum(weights)
    return _like([part * (1.0 - y / x) for x in data], weights)


def harmonic_tangent(data_dot: Any, weights_dot: Any, data: Any, weights: Any, y: Any) -> Any:
    """The tangent of `y = statistics.harmonic_mean(data, weights)`."""
    total = 0.0
    for slope, tangent in zip(harmonic_items(1.0, data, weights, y), data_dot):
        if tangent is not None:
            total = total + slope * tangent
    if weights is not None:
        for slope, tangent in zip(harmonic_weights(1.0, data, weights, y), weights_dot):
            if tangent is not None:
                total = total + slope * tangent
    return total
