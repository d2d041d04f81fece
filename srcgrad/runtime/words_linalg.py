"""Words for linear algebra and for numbers of the `math` module that need more than one line."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from srcgrad.runtime.words_product import transposed
from srcgrad.runtime.words_reduce import conj, others_product, unbroadcast


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
    g = np.expand_dims(np.asarray(g), (-2, -1))
    if np.all(y != 0):
        return g * np.expand_dims(conj(y), (-2, -1)) * transposed(np.linalg.inv(a))
    if np.shape(a)[-1] <= 10:  # beyond that there are too many minors; singular vectors have no second derivatives
        return g * conj(_cofactors(a))
    u, s, vh = np.linalg.svd(a)
    turn = np.expand_dims(conj(np.linalg.det(u) * np.linalg.det(vh)), (-2, -1))
    return g * turn * ((u * np.expand_dims(others_product(s, -1), -2)) @ vh)


def _cofactors(a: Any) -> Any:
    """The derivatives of the determinants of `a`, each the determinant of what is left of its row and column."""
    n = np.shape(a)[-1]
    rows = []
    for i in range(n):
        below = [k for k in range(n) if k != i]
        row = []
        for j in range(n):
            beside = [k for k in range(n) if k != j]
            row.append((-1.0) ** (i + j) * np.linalg.det(a[..., below, :][..., beside]))
        rows.append(np.stack(row, -1))
    return np.stack(rows, -2)


def slogdet_cotangent(g: Any, a: Any, y: Any) -> Any:
    """The cotangent of `a` in `y = np.linalg.slogdet(a)` for cotangents (of the sign, of the logarithm).

    With t the trace of `a`'s inverse times its tangent, the logarithm moves by the real part of t, and the sign of a
    complex matrix by i times its imaginary part.
    """
    pull = np.real(g[1])
    if np.iscomplexobj(a):
        pull = pull + 1j * np.imag(conj(y[0]) * g[0])
    return np.expand_dims(pull, (-2, -1)) * transposed(np.linalg.inv(a))


def cholesky_cotangent(g: Any, y: Any, upper: bool = False) -> Any:
    """The cotangent of `a` in `y = np.linalg.cholesky(a, upper=upper)`, for the triangle that the function reads."""
    if upper:
        return transposed(cholesky_cotangent(transposed(g), transposed(y)))
    eye = np.eye(np.shape(y)[-1], dtype=np.real(y).dtype)
    inner = np.tril(transposed(y) @ np.tril(g)) * (1.0 - 0.5 * eye)
    half = np.linalg.solve(transposed(y), inner - 1j * np.imag(inner * eye) if np.iscomplexobj(inner) else inner)
    result = transposed(np.linalg.solve(transposed(y), transposed(half)))
    folded = np.tril(result) + np.tril(transposed(result), -1)
    return folded - 1j * np.imag(folded * eye) if np.iscomplexobj(folded) else folded


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
