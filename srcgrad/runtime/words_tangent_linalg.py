"""Words for forward mode in linear algebra: tangents of factorisations, inverses and least squares.

For a factorisation the tangent of the matrix is seen in the basis of the factors:

    w, V = eigh(A)      M = V^H A_dot V;  w_dot = diag(M);  V_dot = V (M / gaps), gaps[i, j] = w[j] - w[i]

Vectors of equal eigenvalues or singular values have no derivative: their tangent is nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_product import transposed
from srcgrad.runtime.words_reduce import conj
from srcgrad.runtime.words_spectral import hermitian_of
from srcgrad.runtime.words_vectors import (
    EIGENVECTORS,
    SINGULAR_VECTORS,
    beside_diagonal,
    diagonal_matrix,
    gaps_or_nan,
)

# The factorisations give the formulas of M. Giles, "Collected matrix derivative results for forward and reverse mode
# algorithmic differentiation" (2008); those of QR and of complex matrices follow in the same way.


def _diagonal(x: Any) -> Any:
    return np.array(np.diagonal(x, 0, -2, -1))


def slogdet_tangent(a_dot: Any, a: Any, y: Any) -> Any:
    """The tangent of `y = np.linalg.slogdet(a)`: the sign turns where `a` is complex."""
    relative = np.trace(np.linalg.solve(a, a_dot), axis1=-2, axis2=-1)
    if np.iscomplexobj(relative):
        return (1j * np.imag(relative) * y[0], np.real(relative))
    return (None, relative)


def cholesky_tangent(a_dot: Any, y: Any, upper: bool) -> Any:
    """The tangent of `y = np.linalg.cholesky(a, upper=upper)`, which reads one triangle of `a`."""
    if upper:
        return transposed(cholesky_tangent(transposed(a_dot), transposed(y), False))
    half = np.linalg.solve(y, hermitian_of(a_dot, "L"))
    inner = transposed(np.linalg.solve(y, transposed(half)))
    return y @ (np.tril(inner) - 0.5 * diagonal_matrix(_diagonal(inner)))


def eigh_tangent(a_dot: Any, y: Any, uplo: str) -> Any:
    """The tangents of `y = np.linalg.eigh(a, uplo)`: eigenvalues and eigenvectors."""
    values, vectors = y
    inner = transposed(vectors) @ hermitian_of(a_dot, uplo) @ vectors
    turned = vectors @ (inner / gaps_or_nan(values, EIGENVECTORS) * beside_diagonal(values))
    return (np.real(_diagonal(inner)), turned)


def eigvalsh_tangent(a_dot: Any, a: Any, uplo: Any) -> Any:
    """The tangent of `np.linalg.eigvalsh(a, uplo)`."""
    vectors = np.linalg.eigh(a, uplo)[1]
    return np.real(_diagonal(transposed(vectors) @ hermitian_of(a_dot, uplo) @ vectors))


def eig_tangent(a_dot: Any, y: Any) -> Any:
    """The tangents of `y = np.linalg.eig(a)`: eigenvalues, and eigenvectors that keep their length 1."""
    values, vectors = y
    inner = np.linalg.solve(vectors, a_dot @ vectors)
    turned = vectors @ (inner / gaps_or_nan(values, EIGENVECTORS) * beside_diagonal(values))
    longer = np.real(_diagonal(transposed(vectors) @ turned))
    return (_diagonal(inner), turned - vectors * np.expand_dims(longer, -2))


def eigvals_tangent(a_dot: Any, a: Any) -> Any:
    """The tangent of `np.linalg.eigvals(a)`."""
    vectors = np.linalg.eig(a)[1]
    return _diagonal(np.linalg.solve(vectors, a_dot @ vectors))


def svd_tangent(a_dot: Any, a: Any, y: Any, hermitian: bool = False) -> Any:
    """The tangents of `y = np.linalg.svd(a)`: u, singular values, vh."""
    s = y[1]
    a_dot = hermitian_of(a_dot, "L") if hermitian else a_dot
    u, v = y[0][..., : np.shape(s)[-1]], transposed(y[2])[..., : np.shape(s)[-1]]
    inner = transposed(u) @ a_dot @ v
    columns, rows = np.expand_dims(s, -2), np.expand_dims(s, -1)
    weights = beside_diagonal(s) / gaps_or_nan(s * s, SINGULAR_VECTORS)
    left = weights * (inner * columns + rows * transposed(inner))
    right = weights * (rows * inner + transposed(inner) * columns)
    if np.iscomplexobj(u):
        left = left + diagonal_matrix(1j * np.imag(_diagonal(inner)) / s)
    u_dot, v_dot = u @ left, v @ right
    if np.shape(u)[-2] > np.shape(s)[-1]:
        u_dot = u_dot + (a_dot @ v - u @ inner) / columns
    if np.shape(v)[-2] > np.shape(s)[-1]:
        v_dot = v_dot + (transposed(a_dot) @ u - v @ transposed(inner)) / columns
    return (completed(u_dot, y[0]), np.real(_diagonal(inner)), transposed(completed(v_dot, transposed(y[2]))))


def svdvals_tangent(a_dot: Any, a: Any, hermitian: bool = False) -> Any:
    """The tangent of the singular values of `a`."""
    u, _, vh = np.linalg.svd(a, full_matrices=False, hermitian=hermitian)
    return np.real(_diagonal(transposed(u) @ (hermitian_of(a_dot, "L") if hermitian else a_dot) @ transposed(vh)))


def completed(q_dot: Any, q: Any) -> Any:
    """The tangent of a basis `q`, whose first columns have `q_dot`: the others do not turn among themselves."""
    k = np.shape(q_dot)[-1]
    if np.shape(q)[-1] == k:
        return q_dot
    return np.concatenate([q_dot, -q[..., :k] @ (transposed(q_dot) @ q[..., k:])], axis=-1)


def qr_tangent(a_dot: Any, a: Any, y: Any) -> Any:
    """The tangents of `y = np.linalg.qr(a)`: q and r, whose diagonal stays real."""
    q, r = y
    size, columns = np.shape(r)[-2], np.shape(a)[-1]
    if size > columns:
        q_dot, r_dot = qr_tangent(a_dot, a, (q[..., :columns], r[..., :columns, :]))
        return (completed(q_dot, q), np.concatenate([r_dot, np.zeros_like(r[..., columns:, :])], axis=-2))
    if columns > size:
        q_dot, square = qr_tangent(a_dot[..., :size], a[..., :size], (q, r[..., :size]))
        rest = transposed(q_dot) @ a[..., size:] + transposed(q) @ a_dot[..., size:]
        return (q_dot, np.concatenate([square, rest], axis=-1))
    moved = transposed(np.linalg.solve(transposed(r), transposed(a_dot)))
    inner = transposed(q) @ moved
    lower = np.tril(inner, -1)
    turned = lower - transposed(lower)
    if np.iscomplexobj(inner):
        turned = turned + diagonal_matrix(1j * np.imag(_diagonal(inner)))
    return (moved + q @ (turned - inner), (inner - turned) @ r)


def qr_upper_tangent(a_dot: Any, a: Any) -> Any:
    """The tangent of `np.linalg.qr(a, mode="r")`."""
    return qr_tangent(a_dot, a, np.linalg.qr(a))[1]


def pinv_tangent(a_dot: Any, a: Any, y: Any, hermitian: bool = False) -> Any:
    """The tangent of `y = np.linalg.pinv(a)`, at constant rank."""
    if hermitian:
        a, a_dot = hermitian_of(a, "L"), hermitian_of(a_dot, "L")
    turned = transposed(a_dot)
    outside = y @ transposed(y) @ (turned - turned @ a @ y)
    inside = (turned - y @ a @ turned) @ transposed(y) @ y
    return outside + inside - y @ a_dot @ y


def lstsq_tangent(a_dot: Any, b_dot: Any, a: Any, b: Any, y: Any, rcond: Any = None) -> Any:
    """The tangents of `y = np.linalg.lstsq(a, b)`: solution, residuals, singular values."""
    vector = np.ndim(b) == 1
    b, x, b_dot = (np.expand_dims(v, -1) if vector else v for v in (b, y[0], b_dot))
    rest = b - a @ x
    moved = b_dot - a_dot @ x
    beside = transposed(a_dot) @ np.linalg.lstsq(transposed(a), x, rcond)[0]
    x_dot = np.linalg.lstsq(a, moved, rcond)[0] + beside - np.linalg.lstsq(a, a @ beside, rcond)[0]
    pulled = np.linalg.lstsq(transposed(a), transposed(a_dot) @ rest, rcond)[0]
    x_dot = x_dot + np.linalg.lstsq(a, pulled, rcond)[0]
    residuals_dot = 2.0 * np.sum(np.real(conj(rest) * moved), axis=0) if np.size(y[1]) else np.zeros_like(y[1])
    return (x_dot[..., 0] if vector else x_dot, residuals_dot, None, svdvals_tangent(a_dot, a))


def matrix_power_tangent(a_dot: Any, a: Any, n: int) -> Any:
    """The tangent of `np.linalg.matrix_power(a, n)`."""
    if n == 0:
        return np.zeros_like(a)
    if n < 0:
        inverse = np.linalg.inv(a)
        return matrix_power_tangent(-inverse @ a_dot @ inverse, inverse, -n)
    total, power = a_dot, a
    for _ in range(n - 1):
        total = total @ a + power @ a_dot
        power = power @ a
    return total


def multi_dot_tangent(arrays: Any, tangents: Any) -> Any:
    """The tangent of `np.linalg.multi_dot(arrays)`: a product an array that has a tangent, summed."""
    total = None
    for place, tangent in enumerate(tangents):
        if tangent is not None:
            term = np.linalg.multi_dot([tangent if i == place else x for i, x in enumerate(arrays)])
            total = term if total is None else total + term
    return total


def tensorsolve_tangent(a_dot: Any, b_dot: Any, a: Any, y: Any, axes: Any) -> Any:
    """The tangent of `y = np.linalg.tensorsolve(a, b, axes)`."""
    order = [i for i in range(np.ndim(a)) if i not in (axes or ())] + list(axes or ())
    moved = b_dot - np.tensordot(np.transpose(a_dot, order), y, np.ndim(y))
    return np.linalg.tensorsolve(a, moved, axes)


def tensorinv_tangent(a_dot: Any, y: Any, ind: int) -> Any:
    """The tangent of `y = np.linalg.tensorinv(a, ind)`."""
    rank = np.ndim(a_dot) - ind
    return -np.tensordot(np.tensordot(y, a_dot, ind), y, rank)
