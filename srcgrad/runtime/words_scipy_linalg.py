"""Words for `scipy.linalg`, second part.

Packed factors: `lu_factor` keeps both triangles in one matrix and the rows that changed places in `piv`.
"""

from __future__ import annotations

import functools
import warnings
from typing import Any

import numpy as np
from scipy import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_product import transposed
from srcgrad.runtime.words_reduce import unbroadcast
from srcgrad.runtime.words_scipy_solve import meant, need_matrix
from srcgrad.runtime.words_spectral import eigh_cotangent, qr_cotangent, qr_upper_cotangent
from srcgrad.runtime.words_vectors import (
    EIGENVECTORS,
    alike,
    alone,
    beside_diagonal,
    diagonal_matrix,
    gaps,
    gaps_or_nan,
    is_given,
    refuse_phase,
)

# ------------------------------------------------------------------------------------------------------------- LU


def _triangles(lu: Any) -> tuple[Any, Any]:
    """The factors that `lu_factor` keeps in one matrix, of m rows and n columns: m by k and k by n, k the smaller."""
    rows, columns = np.shape(lu)
    k = min(rows, columns)
    return np.tril(lu[:, :k], -1) + np.eye(rows, k, dtype=lu.dtype), np.triu(lu[:k])


def _packed(lower: Any, upper: Any) -> Any:
    """Parts of both factors in one matrix: of the lower one what is below the diagonal."""
    lower, upper = np.tril(lower, -1), np.triu(upper)
    rows, columns = np.shape(lower)[0], np.shape(upper)[1]
    if rows > columns:
        return np.concatenate([lower[:columns] + upper, lower[columns:]])
    return np.concatenate([lower + upper[:, :rows], upper[:, rows:]], axis=1)


def pivot_order(piv: Any, rows: int) -> Any:
    """The order of rows that exchanges of places lead to."""
    order = np.arange(rows)
    for i, j in enumerate(piv):
        order[[i, j]] = order[[j, i]]
    return order


def _unpermuted(x: Any, order: Any) -> Any:
    """The rows of a permuted matrix at their old places."""
    return np.take(x, np.argsort(order), axis=0)


def _factors_cotangent(lower_bar: Any, upper_bar: Any, lower: Any, upper: Any) -> Any:
    """The cotangent of a matrix in its factors, `m = lower @ upper`: solved, L^-H (...) U^-H.

    The rows beyond the square of a tall matrix are those of the lower factor times U, and the columns beyond that of a
    wide one L times those of the upper factor.
    """
    rows, columns = np.shape(lower)[0], np.shape(upper)[1]
    if rows > columns:
        beyond = transposed(linalg.solve_triangular(upper, transposed(lower_bar[columns:])))
        upper_bar = upper_bar - transposed(lower[columns:]) @ beyond
        return np.concatenate([_factors_cotangent(lower_bar[:columns], upper_bar, lower[:columns], upper), beyond])
    if rows < columns:
        beyond = linalg.solve_triangular(lower, upper_bar[:, rows:], trans=2, lower=True, unit_diagonal=True)
        lower_bar = lower_bar - beyond @ transposed(upper[:, rows:])
        square = _factors_cotangent(lower_bar, upper_bar[:, :rows], lower, upper[:, :rows])
        return np.concatenate([square, beyond], axis=1)
    inner = np.tril(transposed(lower) @ lower_bar, -1) + np.triu(upper_bar @ transposed(upper))
    half = linalg.solve_triangular(lower, inner, trans=2, lower=True, unit_diagonal=True)
    return transposed(linalg.solve_triangular(upper, transposed(half)))


def _factors_tangent(m_dot: Any, lower: Any, upper: Any) -> tuple[Any, Any]:
    """The tangents of the factors in `m = lower @ upper`."""
    rows, columns = np.shape(lower)[0], np.shape(upper)[1]
    k = min(rows, columns)
    first, square = lower[:k], upper[:, :k]
    half = linalg.solve_triangular(first, m_dot[:k, :k], lower=True, unit_diagonal=True)
    inner = transposed(linalg.solve_triangular(square, transposed(half), trans=2))
    lower_dot, upper_dot = first @ np.tril(inner, -1), np.triu(inner) @ square
    if rows > columns:
        rest = m_dot[k:] - lower[k:] @ upper_dot
        beyond = transposed(linalg.solve_triangular(square, transposed(rest), trans=2))
        return np.concatenate([lower_dot, beyond]), upper_dot
    rest = m_dot[:, k:] - lower_dot @ upper[:, k:]
    beyond = linalg.solve_triangular(first, rest, lower=True, unit_diagonal=True)
    return lower_dot, np.concatenate([upper_dot, beyond], axis=1)


def lu_factor_cotangent(g: Any, y: Any) -> Any:
    """The cotangent of `a` in `y = lu_factor(a)`, for the cotangent of the packed factors."""
    lu, piv = y
    need_matrix(lu, "lu_factor")
    lower, upper = _triangles(lu)
    k = np.shape(upper)[0]
    found = _factors_cotangent(np.tril(g[:, :k], -1), np.triu(g[:k]), lower, upper)
    return _unpermuted(found, pivot_order(piv, len(lu)))


def lu_factor_tangent(y: Any, a_dot: Any) -> Any:
    """The tangent of the packed factors in `y = lu_factor(a)`."""
    lu, piv = y
    need_matrix(lu, "lu_factor")
    lower, upper = _triangles(lu)
    return _packed(*_factors_tangent(np.take(a_dot, pivot_order(piv, len(lu)), axis=0), lower, upper))


def lu_solve_right(g: Any, factors: Any, trans: int) -> Any:
    """The cotangent of `b` in `lu_solve(factors, b, trans)`."""
    lu, piv = factors
    need_matrix(lu, "lu_solve")
    if trans == 1:
        return linalg.lu_solve((np.conj(lu), piv), g)
    return linalg.lu_solve((lu, piv), g, 2 if trans == 0 else 0)


def lu_solve_factor(g: Any, factors: Any, y: Any, trans: int) -> Any:
    """The cotangent of the packed factors in `y = lu_solve(factors, b, trans)`."""
    lu, piv = factors
    u, y = (np.expand_dims(v, -1) if np.ndim(v) == 1 else v for v in (lu_solve_right(g, factors, trans), y))
    full = -u @ transposed(y) if trans == 0 else -y @ transposed(u) if trans == 2 else -np.conj(y) @ u.T
    full = np.take(full, pivot_order(piv, len(lu)), axis=0)
    lower, upper = _triangles(lu)
    return unbroadcast(np.tril(full @ transposed(upper), -1) + np.triu(transposed(lower) @ full), lu)


def lu_solve_tangent(factors_dot: Any, b_dot: Any, factors: Any, y: Any, trans: int) -> Any:
    """The tangent of `y = lu_solve(factors, b, trans)`."""
    lu, piv = factors
    need_matrix(lu, "lu_solve")
    rest = b_dot
    lu_dot = None if factors_dot is None else factors_dot[0]
    if lu_dot is not None:
        (lower, upper), (lower_dot, upper_dot) = _triangles(lu), (np.tril(lu_dot, -1), np.triu(lu_dot))
        a_dot = _unpermuted(lower_dot @ upper + lower @ upper_dot, pivot_order(piv, len(lu)))
        rest = rest - (a_dot if trans == 0 else a_dot.T if trans == 1 else transposed(a_dot)) @ y
    return linalg.lu_solve(factors, rest, trans)


def lu_order(a: Any, y: Any, permute: bool) -> Any:
    """The order of the rows of `a` in the product of its factors, of `y = lu(a, permute_l=permute)`."""
    need_matrix(a, "lu")
    places = linalg.lu(a)[0] if permute else y[0]
    if np.size(places) == 0:
        return np.arange(0)
    return np.argsort(places) if np.ndim(places) == 1 else np.argmax(places, axis=0)


def lu_cotangent(g: Any, a: Any, y: Any, permute: bool) -> Any:
    """The cotangent of `a` in `y = lu(a, permute_l=permute)`."""
    order = lu_order(a, y, permute)
    lower, lower_bar = (y[0][order], g[0][order]) if permute else (y[1], g[1])
    return _unpermuted(_factors_cotangent(np.tril(lower_bar, -1), np.triu(g[-1]), lower, y[-1]), order)


def lu_tangent(a_dot: Any, a: Any, y: Any, permute: bool) -> Any:
    """The tangent of `y = lu(a, permute_l=permute)`, a tuple of the same form."""
    order = lu_order(a, y, permute)
    lower_dot, upper_dot = _factors_tangent(a_dot[order], y[0][order] if permute else y[1], y[-1])
    return (_unpermuted(lower_dot, order), upper_dot) if permute else (None, lower_dot, upper_dot)


# ------------------------------------------------------------------------------------------------------------- QR


def qr_parts_cotangent(g: Any, a: Any, y: Any, mode: str, pivoting: bool) -> Any:
    """The cotangent of `a` in `y = qr(a, mode=mode, pivoting=pivoting)`."""
    need_matrix(a, "qr")
    rows, columns = np.shape(a)
    order = y[-1] if pivoting else None
    taken = a if order is None else np.take(a, order, axis=1)
    k = min(rows, columns)
    if mode == "r":
        found = qr_upper_cotangent(g[0][..., :k, :], taken, y[0][..., :k, :])
    else:
        found = qr_cotangent(g[0], g[1], taken, y[0], y[1])
    if order is None:
        return found
    return np.take(found, np.argsort(order), axis=1)


# -------------------------------------------------------------------------------------------------- eigenvalues


def eigh_pair_cotangents(g: Any, a: Any, b: Any, y: Any, lower: bool, only: bool) -> list[Any]:
    """The cotangents of `a` and `b` in `y = eigh(a, b)`, for the triangle that is read.

    With a v = w b v and v^H b v = 1, the vectors' own changes are v m, m_ij = (v_i^H (da - w_j db) v_j) / (w_j - w_i)
    beside the diagonal and -v_i^H db v_i / 2 on it.
    """
    need_matrix(a, "eigh")
    uplo = "L" if lower else "U"
    if only:
        values, vectors = linalg.eigh(a, b, lower=lower)
        values_bar, vectors_bar = g, np.zeros_like(vectors)
    else:
        (values, vectors), (values_bar, vectors_bar) = y, g
    if b is None:
        return [eigh_cotangent(values_bar, vectors_bar, values, vectors, uplo), None]
    seen = transposed(vectors) @ alone(vectors_bar, alike(values), EIGENVECTORS)
    inner = np.diag(values_bar).astype(np.result_type(vectors))
    if is_given(vectors_bar):
        refuse_phase(np.imag(np.diagonal(seen)), vectors_bar, "eigenvectors")
        inner = inner + seen / gaps(values) * beside_diagonal(values)
    a_bar = vectors @ inner @ transposed(vectors)
    b_bar = -vectors @ (inner * values + 0.5 * np.diag(np.diagonal(seen))) @ transposed(vectors)
    return [_read_triangle(a_bar, lower), _read_triangle(b_bar, lower)]


def eigh_pair_tangent(a_dot: Any, b_dot: Any, a: Any, b: Any, y: Any, lower: bool, only: bool) -> Any:
    """The tangent of `y = eigh(a, b)`: of the eigenvalues, and of the vectors where those are asked for as well."""
    need_matrix(a, "eigh")
    values, vectors = linalg.eigh(a, b, lower=lower) if only else y
    turned, zero = transposed(vectors), np.zeros_like(vectors)
    inner = zero if a_dot is None else turned @ meant(a_dot, lower, "her") @ vectors
    moved = zero if b is None or b_dot is None else turned @ meant(b_dot, lower, "her") @ vectors
    inner = inner - moved * values
    values_dot = np.real(np.diagonal(inner)).copy()
    if only:
        return values_dot
    inner = inner / gaps_or_nan(values, EIGENVECTORS) * beside_diagonal(values)
    return values_dot, vectors @ (inner - 0.5 * diagonal_matrix(np.diagonal(moved)))


def scipy_svdvals_tangent(a_dot: Any, a: Any) -> Any:
    """The tangent of the singular values of `a`."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return np.real(np.sum(np.conj(u) * (a_dot @ transposed(vh)), axis=-2))


def scipy_pinv_tangent(a_dot: Any, a: Any, y: Any) -> Any:
    """The tangent of `y = pinv(a)`, at constant rank."""
    turned = transposed(a_dot)
    outside = (y @ transposed(y)) @ (turned - (turned @ a) @ y)
    inside = (turned - y @ (a @ turned)) @ (transposed(y) @ y)
    return outside + inside - y @ a_dot @ y


def _read_triangle(x: Any, lower: bool) -> Any:
    """The cotangent of a Hermitian matrix, gathered in the triangle that a function reads."""
    x = 0.5 * (x + transposed(x))
    return np.tril(x) + np.tril(transposed(x), -1) if lower else np.triu(x) + np.triu(transposed(x), 1)


# ------------------------------------------------------------------------------------------ functions of matrices


def sylvester(a: Any, b: Any, q: Any) -> Any:
    """The solution of `a x + x b = q`."""
    return linalg.solve_sylvester(a, b, q)


def discrete_lyapunov(a: Any, q: Any) -> Any:
    """The solution of `x - a x a^H = q`."""
    return linalg.solve_discrete_lyapunov(a, q)


def sqrtm_cotangent(g: Any, a: Any, y: Any) -> Any:
    """The cotangent of `a` in `y = sqrtm(a)`: from dy y + y dy = da."""
    if np.ndim(a) > 2:
        return np.stack([sqrtm_cotangent(*parts) for parts in zip(g, a, y)])
    turned = transposed(y)
    found = linalg.solve_sylvester(turned, turned, g)
    return found if np.iscomplexobj(a) else np.real(found)


def matrix_function_tangent(function: Any, a_dot: Any, a: Any) -> Any:
    """The tangent of a function of a matrix, by its name in `scipy.linalg`.

    f([[a, da], [0, a]]) = [[f(a), df], [0, f(a)]] (Higham, Functions of Matrices, theorem 3.6).
    """
    if isinstance(function, str):
        function = getattr(linalg, function)
    n = np.shape(a)[-1]
    # linear in the direction, which is as large as the matrix where it is evaluated
    scale = np.linalg.norm(a) / (np.linalg.norm(a_dot) or 1.0)
    with warnings.catch_warnings():
        # SciPy's test of accuracy is meant for matrices that are not defective, as this one is
        warnings.simplefilter("ignore", RuntimeWarning)
        return function(np.block([[a, scale * a_dot], [np.zeros_like(a), a]]))[:n, n:] / scale


def matrix_function_cotangent(function: Any, g: Any, a: Any) -> Any:
    """The cotangent of `a` in `function(a)`: the derivative at the transpose, in the direction `g`."""
    if np.ndim(a) > 2:
        raise UnsupportedError("a function of several matrices at once", "loop over the matrices")
    found = matrix_function_tangent(function, g, transposed(a))
    return found if np.iscomplexobj(a) else np.real(found)


def _power(t: float) -> Any:
    return functools.partial(_to_the, t)


def _to_the(t: float, a: Any) -> Any:
    return linalg.fractional_matrix_power(a, t)


def matrix_power_function_tangent(a_dot: Any, a: Any, t: float) -> Any:
    """The tangent of `fractional_matrix_power(a, t)`."""
    return matrix_function_tangent(_power(t), a_dot, a)


def matrix_power_function_cotangent(g: Any, a: Any, t: float) -> Any:
    """The cotangent of `a` in `fractional_matrix_power(a, t)`."""
    return matrix_function_cotangent(_power(t), g, a)
