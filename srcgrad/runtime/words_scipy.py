"""Words for SciPy's functions: read only when the user's program has imported SciPy itself."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from scipy import linalg, special

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_product import transposed
from srcgrad.runtime.words_reduce import conj, restore_axes, unbroadcast
from srcgrad.runtime.words_scipy_solve import need_matrix


def polygamma_slope(n: Any, x: Any) -> Any:
    """The derivative of `polygamma(n, x)` by `x`."""
    if np.iscomplexobj(x):
        raise UnsupportedError("a derivative of psi of complex numbers", "SciPy has none: pass real numbers")
    slope = special.polygamma(np.asarray(n) + 1, x)
    single = isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind == "f"
    return slope.astype(x.dtype, copy=False) if single else slope


def softmax_cotangent(g: Any, y: Any, axis: Any) -> Any:
    """The cotangent of `x` in `y = softmax(x, axis)`."""
    return conj(y) * (g - np.sum(g * conj(y), axis=axis, keepdims=True))


def log_softmax_cotangent(g: Any, y: Any, axis: Any) -> Any:
    """The cotangent of `x` in `y = log_softmax(x, axis)`."""
    return g - conj(np.exp(y)) * np.sum(g, axis=axis, keepdims=True)


def logsumexp_terms(a: Any, b: Any, y: Any, axis: Any, keepdims: bool) -> Any:
    """`exp(a - y)` for `y = logsumexp(a, axis, b)`, divided by what they come to with their weights.

    That is 1 but for rounding: where `a` is large, `y` may be no more than its largest element.
    """
    full = a if b is None else np.broadcast_to(a, np.broadcast_shapes(np.shape(a), np.shape(b)))
    y = restore_axes(y, full, axis, keepdims)
    terms = np.exp(full - np.where(np.isfinite(y), y, 0.0))
    whole = np.sum(terms if b is None else b * terms, axis=axis, keepdims=True)
    return terms / np.where(np.equal(terms, 0.0), 1.0, whole)


def logsumexp_shares(g: Any, a: Any, b: Any, y: Any, axis: Any, keepdims: bool) -> Any:
    """The cotangent of `a` in `y = logsumexp(a, axis, b)`."""
    shares = logsumexp_terms(a, b, y, axis, keepdims)
    found = restore_axes(g, shares, axis, keepdims) * conj(shares)
    return found if b is None else unbroadcast(found * conj(b), a)


def logsumexp_weights(g: Any, a: Any, b: Any, y: Any, axis: Any, keepdims: bool) -> Any:
    """The cotangent of `b` in `y = logsumexp(a, axis, b)`."""
    shares = logsumexp_terms(a, b, y, axis, keepdims)
    return unbroadcast(restore_axes(g, shares, axis, keepdims) * conj(shares), b)


def logsumexp_tangent(a_dot: Any, b_dot: Any, a: Any, b: Any, y: Any, axis: Any, keepdims: bool) -> Any:
    """The tangent of `y = logsumexp(a, axis, b)`."""
    shares = logsumexp_terms(a, b, y, axis, keepdims)
    terms = shares * a_dot if b is None else shares * (b * a_dot)
    if b is not None and b_dot is not None:
        terms = terms + shares * b_dot
    return np.sum(terms, axis=axis, keepdims=keepdims)


def betainc_slope(a: Any, b: Any, x: Any) -> Any:
    """The derivative of `betainc(a, b, x)` by `x`: the density of the beta distribution."""
    return np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))


def gammainc_slope(a: Any, x: Any) -> Any:
    """The derivative of `gammainc(a, x)` by `x`: the density of the gamma distribution."""
    return np.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))


def general_solve_right(g: Any, a: Any, lower: Any, trans: Any = 0, unit: Any = False) -> Any:
    """The cotangent of `b` in `solve_triangular(a, b, trans, lower, unit)`."""
    turned = {0: 2, "N": 2, 1: 0, "T": 0, 2: 0, "C": 0}[trans]
    if trans in (1, "T") and np.iscomplexobj(a):
        a = np.conj(a)
    return linalg.solve_triangular(a, g, turned, lower, unit)


def triangular_left(g: Any, a: Any, b: Any, y: Any, trans: Any, lower: bool, unit: bool) -> Any:
    """The cotangent of `a` in `y = solve_triangular(a, b, trans, lower, unit)`: the triangle that is read."""
    need_matrix(a, "solve_triangular")
    u = general_solve_right(g, a, lower, trans, unit)
    u, y = (np.expand_dims(v, -1) if np.ndim(v) == 1 else v for v in (u, y))
    full = -u @ transposed(y)
    if trans not in (0, "N"):
        full = full.T if trans in (1, "T") else transposed(full)
    cut = -1 if unit and lower else 1 if unit else 0
    return unbroadcast(np.tril(full, cut) if lower else np.triu(full, cut), a)


def expm_cotangent(g: Any, a: Any) -> Any:
    """The cotangent of `a` in `expm(a)`: the Frechet derivative at the transpose, in the direction `g`."""
    if np.size(a) == 0:
        return np.zeros_like(a)
    if np.ndim(a) > 2:
        return np.stack([expm_cotangent(g[i], a[i]) for i in range(len(a))])
    return linalg.expm_frechet(transposed(a), g, compute_expm=False).astype(np.result_type(a, g), copy=False)


def expm_second(g: Any, value: Any, a: Any) -> Any:
    """The cotangent of `a` in `expm_cotangent(value, a)`, which is a block of the exponential of a matrix of blocks.

    expm [[b, v], [0, b]]     has beside the diagonal what b, the adjoint matrix of `a`, and v = `value` give
    """
    if np.size(a) == 0:
        return np.zeros_like(a)
    if np.ndim(a) > 2:
        return np.stack([expm_second(g[i], value[i], a[i]) for i in range(len(a))])
    n, b, zero = np.shape(a)[0], transposed(a), np.zeros_like(a)
    found = expm_cotangent(np.block([[zero, g], [zero, zero]]), np.block([[b, value], [zero, b]]))
    return unbroadcast(transposed(found[:n, :n] + found[n:, n:]), a)


def expm_moved(a_dot: Any, value: Any, a: Any) -> Any:
    """The tangent of `expm_cotangent(value, a)` along a tangent of `a`."""
    if np.size(a) == 0:
        return np.zeros_like(a)
    if np.ndim(a) > 2:
        return np.stack([expm_moved(a_dot[i], value[i], a[i]) for i in range(len(a))])
    n, zero = np.shape(a)[0], np.zeros_like(a)
    turned = np.block([[a, zero], [transposed(value), a]])
    moved = transposed(a_dot)
    return expm_cotangent(np.block([[moved, zero], [zero, moved]]), turned)[:n, n:]


def cho_solve_right(g: Any, factor: Any) -> Any:
    """The cotangent of `b` in `cho_solve(factor, b)`: the matrix is Hermitian."""
    return linalg.cho_solve(factor, g)


def cho_solve_factor(g: Any, factor: Any, b: Any, y: Any) -> Any:
    """The cotangent of the factor `c` in `y = cho_solve((c, lower), b)`."""
    c, lower = factor
    need_matrix(c, "cho_solve")
    u = linalg.cho_solve(factor, g)
    u, y = (np.expand_dims(v, -1) if np.ndim(v) == 1 else v for v in (u, y))
    both = u @ transposed(y)
    both = both + transposed(both)
    return unbroadcast(-np.tril(both @ np.tril(c)) if lower else -np.triu(np.triu(c) @ both), c)


def cho_factor_cotangent(g: Any, c: Any, lower: bool) -> Any:
    """The cotangent of `a` in the factor `c` of `cho_factor(a, lower)`; what stands in its other triangle depends on
    SciPy's version."""
    found = factor_cotangent(g, c, lower)
    if keeps_other_triangle():
        found = found + (np.triu(g, 1) if lower else np.tril(g, -1))
    return found


@functools.lru_cache(maxsize=1)
def keeps_other_triangle() -> bool:
    """Whether `cho_factor` leaves the triangle that it does not use as it was, rather than zero."""
    factor, _ = linalg.cho_factor(np.array([[1.0, 0.25], [0.5, 1.0]]))
    return bool(factor[1, 0] == 0.5)


def factor_cotangent(g: Any, c: Any, lower: bool) -> Any:
    """The cotangent of `a` in `c = cholesky(a, lower)`: of the triangle that is read."""
    from srcgrad.runtime.words_linalg import cholesky_cotangent

    if lower:
        return cholesky_cotangent(np.tril(g), np.tril(c))
    return transposed(cholesky_cotangent(transposed(np.triu(g)), transposed(np.triu(c))))


def block_parts(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of the arguments of `block_diag(*arrays)`."""
    row = column = 0
    result = []
    for x in arrays:
        matrix = np.atleast_2d(x)
        rows, columns = np.shape(matrix)[-2:]
        part = unbroadcast(g[..., row : row + rows, column : column + columns], matrix)
        result.append(np.reshape(part, np.shape(x)))
        row, column = row + rows, column + columns
    return result


def toeplitz_parts(g: Any, c: Any, r: Any = None) -> list[Any]:
    """The cotangents of `c` and `r` in `toeplitz(c, r)`: sums along the diagonals."""
    if np.size(g) == 0:
        return [np.zeros_like(c), None if r is None else np.zeros_like(r)]
    rows, columns = np.shape(g)[-2:]
    below = np.stack([np.trace(g, -i, -2, -1) for i in range(rows)], axis=-1)
    above = np.stack([np.trace(g, i, -2, -1) for i in range(columns)], axis=-1)
    above = np.concatenate([np.zeros_like(above[..., :1]), above[..., 1:]], axis=-1)
    if r is None:
        return [below + np.conj(above) if np.iscomplexobj(c) else below + above, None]
    return [unbroadcast(below, c), unbroadcast(above, r)]
