"""Words for `scipy.linalg.solve` and its triangular relatives: what they read of a matrix, and solving again.

With `assume_a` some elements of the matrix are never read: those have derivative zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_product import transposed as turned
from srcgrad.runtime.words_reduce import unbroadcast
from srcgrad.runtime.words_tangent_linalg import lstsq_tangent

STRUCTURES: dict[str | None, str | None] = {
    **dict.fromkeys(("sym", "symmetric"), "sym"),
    **dict.fromkeys(("her", "hermitian", "pos", "positive definite"), "her"),
    **dict.fromkeys((None, "gen", "general", "banded"), None),
    **{name: name for name in ("diagonal", "tridiagonal", "upper triangular", "lower triangular")},
}


def need_matrix(a: Any, name: str) -> None:
    """Refuse several matrices at once."""
    if np.ndim(a) != 2:
        raise UnsupportedError(f"scipy.linalg.{name} of an array of {np.ndim(a)} axes", "loop over the matrices")


def not_(flag: Any) -> bool:
    """The opposite of a flag."""
    return not flag


def structure_of(assume_a: Any) -> Any:
    """The structure that `solve` was told, once it is one of those differentiated here."""
    if assume_a not in STRUCTURES:
        raise UnsupportedError(f"scipy.linalg.solve with assume_a={assume_a!r}", "leave assume_a out")
    return STRUCTURES[assume_a]


def inverted(assume_a: Any) -> Any:
    """The structure that `inv` was told; it leaves what is beside a diagonal as it is."""
    if assume_a == "diagonal":
        raise UnsupportedError("scipy.linalg.inv with assume_a='diagonal'", "write np.diag(1.0 / np.diagonal(a))")
    return structure_of(assume_a)


def meant(a: Any, lower: Any, structure: Any) -> Any:
    """The matrices that are meant where a part of `a` is read: of Hermitian ones a triangle and a real diagonal."""
    match structure:
        case "sym" | "her":
            half = np.tril(a, -1) if lower else np.triu(a, 1)
            other = turned(half) if structure == "her" else np.swapaxes(half, -1, -2)
            return half + other + _diagonal(a, structure)
        case "diagonal":
            return _diagonal(a, structure)
        case "tridiagonal":
            return np.triu(np.tril(a, 1), -1)
        case "upper triangular":
            return np.triu(a)
        case "lower triangular":
            return np.tril(a)
    return a


def read_of(full: Any, lower: Any, structure: Any) -> Any:
    """The cotangent of what is read of a matrix, from that of the matrix meant."""
    if structure not in ("sym", "her"):
        return meant(full, lower, structure)
    both = full + (turned(full) if structure == "her" else np.swapaxes(full, -1, -2))
    return (np.tril(both, -1) if lower else np.triu(both, 1)) + _diagonal(full, structure)


def _diagonal(a: Any, structure: Any) -> Any:
    """The diagonals of matrices alone."""
    found = np.where(np.eye(np.shape(a)[-1], dtype=bool), a, 0.0)
    return np.real(found) if structure == "her" else found


def solve_like(a: Any, rest: Any, b: Any, lower: Any, assume_a: Any, transposed: Any, conjugated: bool = False) -> Any:
    """Solve with `a` as `scipy.linalg.solve(a, b)` does, for what is like `b` (transposed and conjugated if so)."""
    if np.ndim(a) < 2:
        raise UnsupportedError("scipy.linalg.solve of what is no matrix", "make it one: np.atleast_2d(a)")
    structure = structure_of(assume_a)
    if conjugated and np.iscomplexobj(a) and structure != "her":
        a = np.conj(a)
    if np.ndim(a) > 2 or np.ndim(rest) > 2 or structure == "tridiagonal":
        a = meant(a, lower, structure)
        a = np.swapaxes(a, -1, -2) if transposed and structure != "her" else a
        if np.ndim(b) == 1:
            return np.linalg.solve(a, np.expand_dims(rest, -1))[..., 0]
        return np.linalg.solve(a, rest)
    if structure == "diagonal":
        return (rest.T / np.diagonal(a)).T
    if structure in ("upper triangular", "lower triangular"):
        return linalg.solve_triangular(a, rest, trans=1 if transposed else 0, lower=structure == "lower triangular")
    if structure in ("sym", "her"):
        return linalg.solve(a, rest, lower=bool(lower), assume_a=assume_a)
    return linalg.solve(a.T if transposed else a, rest)


def solve_parts(u: Any, a: Any, y: Any, lower: Any, assume_a: Any, transposed: Any) -> Any:
    """The cotangent of `a` in `y = solve(a, b)` where `u` is the cotangent of `b`."""
    u, y = (np.expand_dims(v, -1) if np.ndim(v) < np.ndim(a) else v for v in (u, y))
    full = -np.conj(y) @ np.swapaxes(u, -1, -2) if transposed else -u @ turned(y)
    return read_of(unbroadcast(full, a), lower, structure_of(assume_a))


def read_product(a: Any, x: Any, lower: Any, assume_a: Any, transposed: Any) -> Any:
    """The product of the matrix that `solve` reads from `a` with a vector or matrix."""
    a = meant(a, lower, structure_of(assume_a))
    a = np.swapaxes(a, -1, -2) if transposed else a
    if np.ndim(x) < np.ndim(a):
        return (a @ np.expand_dims(x, -1))[..., 0]
    return a @ x


def triangular_again(a: Any, b: Any, trans: Any, lower: Any, unit: Any) -> Any:
    """`solve_triangular(a, b, trans, lower, unit)`."""
    return linalg.solve_triangular(a, b, trans, lower, unit)


def triangular_product(a: Any, x: Any, trans: Any, lower: Any, unit: Any) -> Any:
    """The product of the triangle that `solve_triangular` reads from a tangent with a vector or matrix."""
    cut = -1 if unit and lower else 1 if unit else 0
    a = np.tril(a, cut) if lower else np.triu(a, cut)
    return (a.T if trans in (1, "T") else turned(a) if trans in (2, "C") else a) @ x


def det_tangent(a_dot: Any, a: Any) -> Any:
    """The tangent of `det(a)`: the sum of the determinants with one row replaced, also where `a` is singular."""
    from srcgrad.runtime.words_linalg import det_cotangent

    y = np.linalg.det(a)
    return np.sum(np.conj(det_cotangent(np.ones_like(y), a, y)) * a_dot, axis=(-2, -1))


def _half(x: Any) -> Any:
    """The lower triangle, with half of its diagonal."""
    return np.tril(x, -1) + 0.5 * x * np.eye(np.shape(x)[-1], dtype=x.dtype)


def factor_tangent(a_dot: Any, c: Any, lower: Any) -> Any:
    """The tangent of `c = cholesky(a, lower)`, whose other triangle is not read."""
    if not lower:
        return turned(factor_tangent(turned(a_dot), turned(np.triu(c)), True))
    c = np.tril(c)
    full = meant(a_dot, True, "her")
    inner = linalg.solve_triangular(c, full, lower=True)
    inner = turned(linalg.solve_triangular(c, turned(inner), lower=True))
    return c @ _half(inner)


def cho_factor_tangent(a_dot: Any, c: Any, lower: Any) -> Any:
    """The tangent of the factor in `cho_factor(a, lower)`; its other triangle is as SciPy's version leaves it."""
    from srcgrad.runtime.words_scipy import keeps_other_triangle

    found = factor_tangent(a_dot, c, lower)
    if keeps_other_triangle():
        found = found + (np.triu(a_dot, 1) if lower else np.tril(a_dot, -1))
    return found


def cho_solve_tangent(factor_dot: Any, b_dot: Any, factor: Any, y: Any) -> Any:
    """The tangent of `y = cho_solve(factor, b)`."""
    c, lower = factor
    rest = b_dot
    c_dot = None if factor_dot is None else factor_dot[0]
    if c_dot is not None:
        cut = np.tril if lower else np.triu
        c, c_dot = cut(c), cut(c_dot)
        moved = c_dot @ (turned(c) @ y) + c @ (turned(c_dot) @ y)
        if not lower:
            moved = turned(c_dot) @ (c @ y) + turned(c) @ (c_dot @ y)
        rest = rest - moved
    return linalg.cho_solve(factor, rest)


def scipy_lstsq_cotangents(g: Any, a: Any, b: Any, y: Any, cond: Any, driver: Any) -> list[Any]:
    """The cotangents of `a` and `b` in `y = lstsq(a, b, cond)`; the driver "gelsy" gives no singular values."""
    from srcgrad.runtime.words_spectral import lstsq_cotangents

    if driver == "gelsy":
        g = (g[0], g[1], None, np.zeros(min(np.shape(a))))
    return lstsq_cotangents(g, a, b, y, cond)


def scipy_lstsq_tangent(a_dot: Any, b_dot: Any, a: Any, b: Any, y: Any, cond: Any, driver: Any) -> tuple[Any, ...]:
    """The tangents of `y = scipy.linalg.lstsq(a, b, cond)`, whose squares of a vector's misses are one number."""
    x_dot, rest_dot, rank_dot, s_dot = lstsq_tangent(a_dot, b_dot, a, b, y, cond)
    return x_dot, np.reshape(rest_dot, np.shape(y[1])), rank_dot, None if driver == "gelsy" else s_dot
