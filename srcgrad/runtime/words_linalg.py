"""Words for linear algebra and for numbers of the `math` module that need more than one line."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_product import transposed
from srcgrad.runtime.words_reduce import conj, others_product, share, unbroadcast


def solve_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `b` in `np.linalg.solve(a, b)`."""
    vector = np.ndim(b) == 1
    result = np.linalg.solve(transposed(a), np.expand_dims(g, -1) if vector else g)
    return unbroadcast(result[..., 0] if vector else result, b)


def solve_left(g: Any, a: Any, b: Any, y: Any) -> Any:
    """The cotangent of `a` in `y = np.linalg.solve(a, b)`."""
    if np.ndim(b) == 1:
        g, y = np.expand_dims(g, -1), np.expand_dims(y, -1)
    return unbroadcast(-np.linalg.solve(transposed(a), g) @ transposed(y), a)


def det_cotangent(g: Any, a: Any, y: Any) -> Any:
    """The cotangent of `a` in `y = np.linalg.det(a)`: the cofactors, also where `a` is singular."""
    g = np.expand_dims(g, (-2, -1))
    if np.all(y != 0):
        return g * np.expand_dims(conj(y), (-2, -1)) * transposed(np.linalg.inv(a))
    u, s, vh = np.linalg.svd(a)
    turn = np.expand_dims(conj(np.linalg.det(u) * np.linalg.det(vh)), (-2, -1))
    return g * turn * ((u * np.expand_dims(others_product(s, -1), -2)) @ vh)


def slogdet_cotangent(g: Any, a: Any) -> Any:
    """The cotangent of `a` in `np.linalg.slogdet(a)` for cotangents (of the sign, of the logarithm)."""
    if np.iscomplexobj(a):
        raise UnsupportedError("np.linalg.slogdet of a complex matrix", "write np.log(np.linalg.det(a))")
    return np.expand_dims(g[1], (-2, -1)) * transposed(np.linalg.inv(a))


def cholesky_cotangent(g: Any, y: Any) -> Any:
    """The cotangent of `a` in `y = np.linalg.cholesky(a)`; like the function it concerns the lower triangle only."""
    inner = np.tril(transposed(y) @ np.tril(g))
    inner = inner - 0.5 * inner * np.eye(np.shape(y)[-1], dtype=np.result_type(y))
    inverse = np.linalg.inv(y)
    result = transposed(inverse) @ inner @ inverse
    return np.tril(result) + np.tril(transposed(result), -1)


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
        result.append(unbroadcast(g * others, values[i]))
    return np.asarray(result) if isinstance(items, np.ndarray) else result


def scalar_extremum(g: Any, values: Any, y: Any) -> list[Any]:
    """The cotangents of the arguments of Python's `max(*values)` or `min(*values)` with result `y`: ties split."""
    if len(values) == 1:
        items = values[0]
        return [share(g, items, y) if isinstance(items, np.ndarray) else scalar_extremum(g, list(items), y)]
    ties = sum([value == y for value in values])
    return [g / ties if value == y else 0.0 * g for value in values]


def digamma(x: float) -> float:
    """The logarithmic derivative of the gamma function: reflection, recurrence up to 10, asymptotic series."""
    if x <= 0.0:
        return digamma(1.0 - x) - math.pi / math.tan(math.pi * x)
    shift = 0.0
    while x < 10.0:
        shift += 1.0 / x
        x += 1.0
    z = 1.0 / (x * x)
    series = z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - z * (691 / 32760 - z / 12))))))
    return math.log(x) - 0.5 / x - series - shift
