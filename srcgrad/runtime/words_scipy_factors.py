"""Words for `scipy.linalg`: tangents of factorisations."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_product import transposed as turned
from srcgrad.runtime.words_scipy_solve import need_matrix


def _gaps(values: Any) -> Any:
    """1 / (values[j] - values[i]) beside the diagonal, 0 on it."""
    gaps = values[None, :] - values[:, None]
    with np.errstate(all="ignore"):
        return np.where(np.eye(len(values), dtype=bool), 0.0, 1.0 / gaps)


def qr_parts_tangent(a_dot: Any, a: Any, y: Any, mode: str, pivoting: bool) -> Any:
    """The tangent of `y = qr(a, mode=mode, pivoting=pivoting)`, a tuple of the same form.

    With c = q^H da r^-1 and the skew matrix w made of its lower triangle, dr = (c - w) r and
    dq = (da - q q^H da) r^-1 + q w.
    """
    need_matrix(a, "qr")
    rows, columns = np.shape(a)
    if pivoting:
        a, a_dot = np.take(a, y[-1], axis=1), np.take(a_dot, y[-1], axis=1)
    if rows > columns and mode == "full":
        raise UnsupportedError("columns of q beyond those of the matrix", "pass mode='economic'")
    k = min(rows, columns)
    q, r = (linalg.qr(a, mode="economic") if mode == "r" else y[:2])[:2]
    square, first = r[:k, :k], a_dot[:, :k]
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
    if mode == "r":
        r_dot = np.concatenate([r_dot, np.zeros((len(y[0]) - k, columns), r_dot.dtype)])
    found = (r_dot,) if mode == "r" else (q_dot, r_dot)
    return (*found, None) if pivoting else found


def scipy_eig_tangent(a_dot: Any, y: Any) -> Any:
    """The tangents of eigenvalues and of eigenvectors of length 1, `y = eig(a)`."""
    values, vectors = y
    need_matrix(vectors, "eig")
    inner = np.linalg.solve(vectors, a_dot @ vectors)
    moved = vectors @ (inner * _gaps(values))
    if not np.iscomplexobj(vectors):
        moved = np.real(moved)
    return np.diagonal(inner), moved - vectors * np.real(np.sum(np.conj(vectors) * moved, axis=0))


def scipy_eigvals_tangent(a_dot: Any, a: Any) -> Any:
    """The tangents of the eigenvalues of `a`."""
    _, vectors = linalg.eig(a)
    return np.diagonal(np.linalg.solve(vectors, a_dot @ vectors))


def scipy_svd_tangent(a_dot: Any, a: Any, y: Any) -> Any:
    """The tangents of u, s and vh in `y = svd(a)`."""
    u, s, vh = y
    need_matrix(a, "svd")
    k = len(s)
    if np.shape(u)[1] > k or np.shape(vh)[0] > k:
        raise UnsupportedError("singular vectors beyond the singular values", "pass full_matrices=False")
    inner = turned(u) @ a_dot @ turned(vh)
    gaps = _gaps(s * s)
    u_inner = gaps * (inner * s + s[:, None] * turned(inner))
    v_inner = gaps * (s[:, None] * inner + turned(inner) * s)
    if np.iscomplexobj(inner):
        u_inner = u_inner + np.diag(1j * np.imag(np.diagonal(inner)) / s)
    beside = a_dot @ turned(vh)
    other = turned(a_dot) @ u
    u_dot = u @ u_inner + (beside - u @ (turned(u) @ beside)) / s
    v_dot = turned(vh) @ v_inner + (other - turned(vh) @ (vh @ other)) / s
    return u_dot, np.real(np.diagonal(inner)), turned(v_dot)
