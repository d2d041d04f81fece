"""Equations of `scipy.linalg` whose derivative is that of the same solved otherwise: SciPy gives the value."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_given import found_once, found_parts, given_by
from srcgrad.written.scipy_eigen import triangle


def solve_toeplitz(c_or_cr, b, check_finite=True):
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, None)
    again = np.linalg.solve(linalg.toeplitz(c, r), b)
    return given_by(again, linalg.solve_toeplitz, (c if r is None else (c, r), b), {})


def solve_discrete_lyapunov(a, q, method=None):
    return given_by(linalg.solve_discrete_lyapunov(a, q), linalg.solve_discrete_lyapunov, (a, q, method), {})


# --------------------------------------------------------------------------------------------------- factorisations


def pinv(a, *, atol=None, rtol=None, return_rank=False, check_finite=True):
    inverse = linalg.pinv(a, atol=atol, rtol=rtol)
    return (inverse, found_parts(rank_of, (a, atol, rtol))) if return_rank else inverse


def rank_of(a, atol, rtol):
    """The rank that `pinv` takes a matrix for."""
    return linalg.pinv(a, atol=atol, rtol=rtol, return_rank=True)[1]


def rq(a, overwrite_a=False, lwork=None, mode="full", check_finite=True):
    if mode == "full" and np.shape(a)[0] < np.shape(a)[1]:
        raise UnsupportedError("scipy.linalg.rq of a wide matrix with mode 'full'", "use mode='economic'")
    q, r = linalg.qr(adjoint(a[::-1]), mode="economic")
    found = found_parts(linalg.rq, (a, False, None, "economic"))
    sides = np.sum(np.conj(adjoint(q)[::-1]) * found[1], axis=1)
    sides = found_once(np.divide, (sides, np.abs(sides)))
    r = given_by(adjoint(r)[::-1, ::-1] * np.conj(sides), taken, (found, 0), {})
    return r if mode == "r" else (r, given_by(adjoint(q)[::-1] * np.expand_dims(sides, 1), taken, (found, 1), {}))


def taken(found, i):
    """One of several results."""
    return found[i]


def qr_multiply(a, c, mode="right", pivoting=False, conjugate=False, overwrite_a=False, overwrite_c=False):
    q, *rest = linalg.qr(a, mode="economic", pivoting=pivoting)
    q = np.conj(q) if conjugate else q
    product = q @ c if mode == "left" else c @ q
    found = found_parts(linalg.qr_multiply, (a, c, mode, pivoting, conjugate))
    return (given_by(product, taken, (found, 0), {}), *rest)


# ------------------------------------------------------------------------------------------------ banded factors


def cholesky_banded(ab, overwrite_ab=False, lower=False, check_finite=True):
    factor = linalg.cholesky(triangle(ab, lower), lower=bool(lower))
    wide = len(ab) - 1
    rows = []
    for i in range(wide + 1):
        k = i if lower else wide - i
        diagonal, beside = np.diagonal(factor, -k if lower else k), ab[i, len(factor) - k :] if lower else ab[i, :k]
        rows.append(np.concatenate([diagonal, beside] if lower else [beside, diagonal]))
    return given_by(np.stack(rows), linalg.cholesky_banded, (ab, False, lower), {})


def cho_solve_banded(cb_and_lower, b, overwrite_b=False, check_finite=True):
    cb, lower = cb_and_lower
    wide = len(cb) - 1
    rows = []
    for k in range(wide + 1):  # the adjoint factor's diagonals
        row, beside = np.conj(cb[k, : np.shape(cb)[1] - k] if lower else cb[wide - k, k:]), np.zeros(k)
        rows.append(np.concatenate([beside, row] if lower else [row, beside]))
    other = np.stack(rows[::-1] if lower else rows)
    below, above = (cb, other) if lower else (other, cb)
    again = linalg.solve_banded((0, wide), above, linalg.solve_banded((wide, 0), below, b))
    return given_by(again, linalg.cho_solve_banded, ((cb, lower), b), {})


# ----------------------------------------------------------------------------------------------- Riccati's equations


def adjoint(m):
    """The transposed conjugate."""
    return np.conj(np.transpose(m))


def solve_continuous_are(a, b, q, r, e=None, s=None, balanced=True):
    # Newton's steps from the solution: the first finds first derivatives, and the second those up to the third
    again = found_once(linalg.solve_continuous_are, (a, b, q, r, None, s, balanced))
    for _ in range(2):
        seen = adjoint(b) @ again
        gain = np.linalg.solve(r, seen if s is None else seen + adjoint(s))
        total = q + adjoint(gain) @ r @ gain
        if s is not None:
            total = total - s @ gain - adjoint(s @ gain)
        again = linalg.solve_continuous_lyapunov(adjoint(a - b @ gain), -total)
    return given_by(again, linalg.solve_continuous_are, (a, b, q, r, None, s, balanced), {})


def solve_discrete_are(a, b, q, r, e=None, s=None, balanced=True):
    again = found_once(linalg.solve_discrete_are, (a, b, q, r, None, s, balanced))
    for _ in range(2):
        seen = adjoint(b) @ again @ a
        gain = np.linalg.solve(r + adjoint(b) @ again @ b, seen if s is None else seen + adjoint(s))
        total = q + adjoint(gain) @ r @ gain
        if s is not None:
            total = total - s @ gain - adjoint(s @ gain)
        again = linalg.solve_discrete_lyapunov(adjoint(a - b @ gain), total)
    return given_by(again, linalg.solve_discrete_are, (a, b, q, r, None, s, balanced), {})
