"""Words for `scipy.linalg`: tangents of factorisations."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from srcgrad.runtime.words_product import transposed as turned
from srcgrad.runtime.words_scipy_solve import need_matrix
from srcgrad.runtime.words_tangent_linalg import completed
from srcgrad.runtime.words_vectors import EIGENVECTORS, beside_diagonal, gaps_or_nan


def qr_parts_tangent(a_dot: Any, a: Any, y: Any, mode: str, pivoting: bool) -> Any:
    """The tangent of `y = qr(a, mode=mode, pivoting=pivoting)`, a tuple of the same form.

    With c = q^H da r^-1 and the skew matrix w made of its lower triangle, dr = (c - w) r and
    dq = (da - q q^H da) r^-1 + q w.
    """
    need_matrix(a, "qr")
    rows, columns = np.shape(a)
    if pivoting:
        a, a_dot = np.take(a, y[-1], axis=1), np.take(a_dot, y[-1], axis=1)
    k = min(rows, columns)
    whole, r = (linalg.qr(a, mode="economic") if mode == "r" else y[:2])[:2]
    q, square, first = whole[:, :k], r[:k, :k], a_dot[:, :k]
    moved = turned(linalg.solve_triangular(square, turned(first), trans=2))
    inner = turned(q) @ moved
    skew = np.tril(inner, -1)
    skew = skew - turned(skew)
    if np.iscomplexobj(inner):
        skew = skew + 1j * np.diag(np.imag(np.diagonal(inner)))
    q_dot = moved - q @ (inner - skew)
    r_dot = (inner - skew) @ square
    if columns > k:
        r_dot = np.concatenate([r_dot, turned(q) @ (a_dot[:, k:] - q_dot @ r[:, k:])], axis=1)
    r_dot = np.concatenate([r_dot, np.zeros((len(y[0] if mode == "r" else y[1]) - k, columns), r_dot.dtype)])
    found = (r_dot,) if mode == "r" else (completed(q_dot, whole), r_dot)
    return (*found, None) if pivoting else found


def scipy_eig_tangent(a_dot: Any, y: Any) -> Any:
    """The tangents of eigenvalues and of eigenvectors of length 1, `y = eig(a)`."""
    values, vectors = y
    need_matrix(vectors, "eig")
    inner = np.linalg.solve(vectors, a_dot @ vectors)
    moved = vectors @ (inner / gaps_or_nan(values, EIGENVECTORS) * beside_diagonal(values))
    if not np.iscomplexobj(vectors):
        moved = np.real(moved)
    return np.diagonal(inner).astype(values.dtype), moved - vectors * np.real(np.sum(np.conj(vectors) * moved, axis=0))


def scipy_eigvals_tangent(a_dot: Any, a: Any) -> Any:
    """The tangents of the eigenvalues of `a`."""
    values, vectors = linalg.eig(a)
    return np.diagonal(np.linalg.solve(vectors, a_dot @ vectors)).astype(values.dtype)
