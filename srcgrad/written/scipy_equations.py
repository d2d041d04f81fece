"""Equations of `scipy.linalg` whose derivative is that of the same solved otherwise: SciPy gives the value."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import linalg

from srcgrad.runtime.words_scipy_given import found_once, given_by


def solve_toeplitz(c_or_cr, b, check_finite=True):
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, None)
    again = np.linalg.solve(linalg.toeplitz(c, r), b)
    return given_by(again, linalg.solve_toeplitz, (c if r is None else (c, r), b), {})


# ------------------------------------------------------------------------------------------- symmetric, three diagonals


def tridiagonal(d, e):
    """The symmetric matrix with these diagonals."""
    return np.diag(d) + np.diag(e, 1) + np.diag(e, -1)


def eigvalsh_tridiagonal(d, e):
    return given_by(linalg.eigvalsh(tridiagonal(d, e)), linalg.eigvalsh_tridiagonal, (d, e), {})


def part_of(i, d, e):
    """The values, or the vectors, alone."""
    return linalg.eigh_tridiagonal(d, e)[i]


def eigh_tridiagonal(d, e, eigvals_only=False):
    if eigvals_only:
        return eigvalsh_tridiagonal(d, e)
    values, vectors = linalg.eigh(tridiagonal(d, e))
    sides = np.sign(np.sum(vectors * found_once(part_of, (1, d, e)), axis=0))
    return given_by(values, part_of, (0, d, e), {}), given_by(vectors * sides, part_of, (1, d, e), {})


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
