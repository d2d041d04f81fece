"""Words for Python's functions of several numbers: `sum`, `max`, `math.hypot`, `math.dist`, `statistics.fmean`.

A sequence of numbers has a list of cotangents, one a number; an array has an array.  A list of tangents has None for a
number whose tangent is zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj, share, unbroadcast


def hypot_cotangents(g: Any, coordinates: Any, y: Any) -> list[Any]:
    """The cotangents of the arguments of `math.hypot`, 0 at the origin."""
    return [g * x / y if y else 0.0 for x in coordinates]


def summands(g: Any, items: Any) -> Any:
    """The cotangents of the items of Python's `sum(items)`."""
    if isinstance(items, np.ndarray):
        return np.broadcast_to(g, items.shape)
    return [unbroadcast(g, item) for item in items]


def factors(g: Any, items: Any, start: Any) -> Any:
    """The cotangents of the items of `math.prod(items, start=start)`: the product of the others."""
    values = list(items)
    result = []
    for i in range(len(values)):
        others = start
        for j in range(len(values)):
            if j != i:
                others = others * values[j]
        result.append(unbroadcast(g * conj(others), values[i]))
    return np.asarray(result) if isinstance(items, np.ndarray) else result


def times_items(g: Any, items: Any, start: Any) -> Any:
    """The cotangent of `start` in `math.prod(items, start=start)`: the product of the items."""
    for item in items:
        g = g * conj(item)
    return unbroadcast(g, start)


def scalar_extremum(g: Any, values: Any, y: Any) -> list[Any]:
    """The cotangents of the arguments of Python's `max(*values)` or `min(*values)` with result `y`: ties split."""
    if len(values) == 1:
        items = values[0]
        return [share(g, items, y) if isinstance(items, np.ndarray) else shares(g, list(items), y)]
    return shares(g, values, y)


def shares(g: Any, items: Any, y: Any) -> list[Any]:
    """`g` divided among those of the items that are equal to `y`."""
    if len(items) == 2:
        a, b = items
        part = g / 2 if a == b else g
        return [part if a == y else 0.0 * g, part if b == y else 0.0 * g]
    ties = sum([item == y for item in items])
    return [g / ties if item == y else 0.0 * g for item in items]


def _like(found: list[Any], items: Any) -> Any:
    """Cotangents of the items of a sequence: an array where that is one."""
    return np.asarray(found) if isinstance(items, np.ndarray) else found


def scaled_items(g: Any, others: Any, items: Any) -> Any:
    """The cotangents of the items of one factor of `math.sumprod`."""
    return _like([g * other for other in others], items)


def distance_cotangent(g: Any, p: Any, q: Any, y: Any) -> Any:
    """The cotangents of the items of `p` in `y = math.dist(p, q)`, 0 where the points are the same."""
    return _like([g * (a - b) / y if y else 0.0 for a, b in zip(p, q)], p)


def mean_items(g: Any, data: Any, weights: Any) -> Any:
    """The cotangents of the items of `statistics.fmean(data, weights)`."""
    if weights is None:
        return _like([g / len(data) for _ in data], data)
    total = sum(weights)
    return _like([g * weight / total for weight in weights], data)


def mean_weights(g: Any, data: Any, weights: Any, y: Any) -> Any:
    """The cotangents of the weights of `y = statistics.fmean(data, weights)`."""
    total = sum(weights)
    return _like([g * (x - y) / total for x in data], weights)


# --------------------------------------------------------------------------------------------------------- tangents


def sum_tangent(tangents: Any) -> Any:
    """The sum of the tangents of the items of a sequence."""
    total = 0.0
    for tangent in tangents:
        if tangent is not None:
            total = total + tangent
    return total


def sumprod_tangent(tangents: Any, others: Any) -> Any:
    """The sum of tangents times the numbers beside them."""
    total = 0.0
    for tangent, other in zip(tangents, others):
        if tangent is not None:
            total = total + tangent * other
    return total


def product_tangent(items: Any, tangents: Any, start: Any, start_dot: Any) -> Any:
    """The tangent of `math.prod(items, start=start)`: the product rule, item by item."""
    product, moved = start, start_dot
    for x, tangent in zip(items, tangents):
        moved = moved * x
        if tangent is not None:
            moved = moved + product * tangent
        product = product * x
    return moved


def hypot_tangent(coordinates: Any, tangents: Any, y: Any) -> Any:
    """The tangent of `y = math.hypot(*coordinates)`, 0 at the origin."""
    return sumprod_tangent(tangents, coordinates) / y if y else 0.0


def distance_tangent(p_dot: Any, q_dot: Any, p: Any, q: Any, y: Any) -> Any:
    """The tangent of `y = math.dist(p, q)`, 0 where the points are the same."""
    steps = [a - b for a, b in zip(p, q)]
    return (sumprod_tangent(p_dot, steps) - sumprod_tangent(q_dot, steps)) / y if y else 0.0


def extremum_tangent(values: Any, tangents: Any, y: Any) -> Any:
    """The tangent of Python's `y = max(*values)` or `min(*values)`: the mean of those that are equal to it."""
    if len(values) == 1:
        values, tangents = values[0], tangents[0]
    ties = 0
    total = 0.0
    for value, tangent in zip(values, tangents):
        if value == y:
            ties += 1
            total = total + (0.0 if tangent is None else tangent)
    return total / ties if ties else total


def fmean_tangent(data_dot: Any, weights_dot: Any, data: Any, weights: Any, y: Any) -> Any:
    """The tangent of `y = statistics.fmean(data, weights)`."""
    if weights is None:
        return mean_tangent(data_dot, data)
    steps = [x - y for x in data]
    return (sumprod_tangent(data_dot, weights) + sumprod_tangent(weights_dot, steps)) / sum(weights)


def mean_tangent(data_dot: Any, data: Any) -> Any:
    """The tangent of `statistics.fmean(data)`."""
    return sum_tangent(data_dot) / len(data)
