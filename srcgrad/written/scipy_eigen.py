"""Eigenvalues of `scipy.linalg` by its functions' options: the whole problem is solved once more, and a part taken.

SciPy gives the values and vectors; the derivative is that of `eigh(a)`, with each vector turned to SciPy's.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_given import found_once, found_parts, given_by
from srcgrad.runtime.words_scipy_solve import meant


def adjoint(m):
    """The transposed conjugate."""
    return np.conj(np.transpose(m))


def part_of(found, i):
    """One of several results."""
    return found[i]


def turning(mine, theirs):
    """The phases by which vectors become others, which are the same but for these."""
    seen = np.sum(np.conj(mine) * theirs, axis=0)
    return seen / np.abs(seen)


def nearest(mine, theirs):
    """Which of some numbers are others."""
    return np.argmin(np.abs(np.subtract.outer(theirs, mine)), axis=1)


def as_found(values, vectors, found, only):
    """All eigenvalues and vectors, of which the part that SciPy found is taken, its vectors turned."""
    parts = (found,) if only else found
    chosen = found_once(nearest, (values, parts[0]))
    values = given_by(values[chosen], part_of, (parts, 0), {})
    if only:
        return values
    vectors = vectors[:, chosen]
    vectors = vectors * found_once(turning, (vectors, parts[1]))
    return values, given_by(vectors, part_of, (parts, 1), {})


# ----------------------------------------------------------------------------------------------------- Hermitian


def eigh_pair(a, b, lower, only, type, driver, index, value):
    """`eigh` with its options in order."""
    options = {"type": type, "driver": driver, "subset_by_index": index, "subset_by_value": value}
    return linalg.eigh(a, b, lower=lower, eigvals_only=only, **options)


def eigh(
    a, b=None, *, lower=True, eigvals_only=False, overwrite_a=False, overwrite_b=False, type=1, check_finite=True,
    subset_by_index=None, subset_by_value=None, driver=None,
):  # fmt: skip
    if type == 1 or b is None:
        values, vectors = linalg.eigh(a, b, lower=lower)
    else:  # a b v = w v, or b a v = w v: with b = l l^H, the problem of l^H a l
        factor = linalg.cholesky(meant(b, lower, "her"), lower=True)
        values, vectors = linalg.eigh(adjoint(factor) @ meant(a, lower, "her") @ factor)
        vectors = factor @ vectors if type == 3 else linalg.solve_triangular(factor, vectors, trans=2, lower=True)
    options = (eigvals_only, type, driver, subset_by_index, subset_by_value)
    found = found_parts(eigh_pair, (a, b, lower, *options))
    return as_found(values, vectors, found, eigvals_only)


def eigvalsh(
    a, b=None, *, lower=True, overwrite_a=False, overwrite_b=False, type=1, check_finite=True, subset_by_index=None,
    subset_by_value=None, driver=None,
):  # fmt: skip
    return eigh(
        a, b, lower=lower, eigvals_only=True, type=type, subset_by_index=subset_by_index,
        subset_by_value=subset_by_value, driver=driver,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ symmetric, three diagonals


def tridiagonal(d, e):
    """The symmetric matrix with these diagonals."""
    return np.diag(d) + np.diag(e, 1) + np.diag(e, -1)


def eigh_tridiagonal(
    d, e, eigvals_only=False, select="a", select_range=None, check_finite=True, tol=0.0, lapack_driver="auto"
):
    values, vectors = linalg.eigh(tridiagonal(d, e))
    options = (eigvals_only, select, select_range, check_finite, tol, lapack_driver)
    found = found_parts(linalg.eigh_tridiagonal, (d, e, *options))
    return as_found(values, vectors, found, eigvals_only)


def eigvalsh_tridiagonal(d, e, select="a", select_range=None, check_finite=True, tol=0.0, lapack_driver="auto"):
    return eigh_tridiagonal(d, e, True, select, select_range, check_finite, tol, lapack_driver)


# ------------------------------------------------------------------------------------------------------------- banded


def triangle(ab, lower):
    """The triangle of a matrix that its diagonals are kept of."""
    wide, n = len(ab) - 1, np.shape(ab)[1]
    whole = np.zeros((n, n), np.result_type(ab))
    for k in range(wide + 1):
        whole = whole + (np.diag(ab[k, : n - k], -k) if lower else np.diag(ab[wide - k, k:], k))
    return whole


def eig_banded(
    a_band, lower=False, eigvals_only=False, overwrite_a_band=False, select="a", select_range=None, max_ev=0,
    check_finite=True,
):  # fmt: skip
    values, vectors = linalg.eigh(triangle(a_band, lower), lower=bool(lower))
    options = (lower, eigvals_only, False, select, select_range, max_ev, check_finite)
    found = found_parts(linalg.eig_banded, (a_band, *options))
    return as_found(values, vectors, found, eigvals_only)


def eigvals_banded(a_band, lower=False, overwrite_a_band=False, select="a", select_range=None, check_finite=True):
    return eig_banded(a_band, lower, True, False, select, select_range, 0, check_finite)


# ------------------------------------------------------------------------------------------------------- any matrices


def eig(
    a, b=None, left=False, right=True, overwrite_a=False, overwrite_b=False, check_finite=True,
    homogeneous_eigvals=False,
):  # fmt: skip
    if homogeneous_eigvals:
        raise UnsupportedError("scipy.linalg.eig with homogeneous_eigvals=True", "use the quotients")
    pair = a if b is None else np.linalg.solve(b, a)
    values, vectors = linalg.eig(pair)
    found = found_parts(linalg.eig, (a, b, True, True))
    chosen = found_once(nearest, (values, found[0]))
    values, vectors = given_by(values[chosen], part_of, (found, 0), {}), vectors[:, chosen]
    results = (values,)
    if left:
        others = adjoint(np.linalg.inv(vectors))
        others = others if b is None else np.linalg.solve(adjoint(b), others)
        others = others / np.linalg.norm(others, axis=0)
        others = others * found_once(turning, (others, found[1]))
        results = (*results, given_by(others, part_of, (found, 1), {}))
    if right:
        vectors = vectors * found_once(turning, (vectors, found[2]))
        results = (*results, given_by(vectors, part_of, (found, 2), {}))
    return results if left or right else values


def eigvals(a, b=None, overwrite_a=False, check_finite=True, homogeneous_eigvals=False):
    return eig(a, b, False, False, homogeneous_eigvals=homogeneous_eigvals)
