"""Words for `np.linalg.qr(a, mode="raw")`: the reflections whose product is q, as LAPACK keeps them.

    h.T    r in the upper triangle, below it the vectors v of the reflections 1 - tau v v^H, whose first element is 1
    tau    a factor for each

With E the first columns of the identity, E - q is a product of the vectors below their ones and of an upper triangle
that has `tau` on its diagonal: they are its LU decomposition, and change as it does.  A vector that a reflection
leaves as it was (tau is 0) has no derivative, as the sign of what it becomes is any: nan, but for the last of a square
matrix, which has no vector below.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.places import warn
from srcgrad.runtime.words_product import transposed
from srcgrad.runtime.words_spectral import qr_cotangent
from srcgrad.runtime.words_tangent_linalg import qr_tangent
from srcgrad.runtime.words_vectors import diagonal_matrix


def _factors(a: Any, y: Any) -> tuple[Any, Any, Any, Any]:
    """q and r of the matrix, the vectors, and the upper triangle beside them."""
    packed, tau = np.swapaxes(y[0], -1, -2), y[1]
    k = np.shape(tau)[-1]
    q = np.linalg.qr(a)[0]
    below = packed[..., :, :k]
    rows = np.shape(below)[-2]
    vectors = np.tril(below, -1) + np.eye(rows, k, dtype=np.result_type(q).type)
    top = np.eye(k, dtype=np.result_type(q).type) - q[..., :k, :]
    upper = np.triu(np.linalg.solve(vectors[..., :k, :], top), 1)
    return q, np.triu(packed[..., :k, :]), vectors, upper + diagonal_matrix(_pivots(tau, rows > k))


def _pivots(tau: Any, tall: bool) -> Any:
    """The factors that are divided by: nan where a reflection does nothing, 1 for one that moves no vector."""
    none = tau == 0
    if not tall:
        none = none & (np.arange(np.shape(tau)[-1]) < np.shape(tau)[-1] - 1)
    if np.any(none):
        warn("reflections of vectors that are where they shall be have no derivative: the gradient is nan")
    return np.where(none, np.nan, np.where(tau == 0, 1.0, tau))


def qr_raw_cotangent(h_bar: Any, tau_bar: Any, a: Any, y: Any) -> Any:
    """The cotangent of `a` in `y = np.linalg.qr(a, mode="raw")`."""
    q, r, vectors, upper = _factors(a, y)
    k = np.shape(tau_bar)[-1]
    packed_bar = np.swapaxes(h_bar, -1, -2)
    vectors_bar = np.tril(packed_bar[..., :, :k], -1)
    first, rest = vectors[..., :k, :], vectors[..., k:, :]
    # rest = what E - q has below, times the inverse of the upper triangle
    rest_bar = transposed(np.linalg.solve(upper, transposed(vectors_bar[..., k:, :])))
    upper_bar = np.triu(diagonal_matrix(tau_bar) - transposed(rest) @ rest_bar)
    inner = np.tril(transposed(first) @ vectors_bar[..., :k, :] - upper_bar @ transposed(upper), -1)
    top_bar = upper_bar + transposed(np.linalg.solve(upper, transposed(inner)))
    top_bar = np.linalg.solve(transposed(first), top_bar)
    q_bar = -np.concatenate([top_bar, rest_bar], axis=-2)
    return qr_cotangent(q_bar, np.triu(packed_bar[..., :k, :]), a, q, r)


def qr_raw_tangent(a_dot: Any, a: Any, y: Any) -> Any:
    """The tangents of `y = np.linalg.qr(a, mode="raw")`."""
    q, r, vectors, upper = _factors(a, y)
    k = np.shape(y[1])[-1]
    q_dot, r_dot = qr_tangent(a_dot, a, (q, r))
    first, rest = vectors[..., :k, :], vectors[..., k:, :]
    moved = -np.linalg.solve(first, q_dot[..., :k, :])
    inner = np.tril(_divided(moved, upper), -1)
    upper_dot = moved - inner @ upper
    below = np.concatenate([first @ inner, _divided(-q_dot[..., k:, :] - rest @ upper_dot, upper)], axis=-2)
    # a wide matrix has columns of r beyond those of the vectors
    wide = np.zeros((*np.shape(below)[:-1], np.shape(a)[-1] - k), np.result_type(below))
    tall = np.zeros((*np.shape(r_dot)[:-2], np.shape(a)[-2] - k, np.shape(r_dot)[-1]), np.result_type(r_dot))
    packed = np.concatenate([np.triu(r_dot), tall], axis=-2) + np.concatenate([below, wide], axis=-1)
    return (np.swapaxes(packed, -1, -2), np.diagonal(upper_dot, 0, -2, -1))


def _divided(x: Any, upper: Any) -> Any:
    """`x` times the inverse of the upper triangle."""
    return transposed(np.linalg.solve(transposed(upper), transposed(x)))
