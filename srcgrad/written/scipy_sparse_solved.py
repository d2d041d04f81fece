"""Equations with sparse matrices whose numbers carry derivatives, or with constant ones."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_sparse import (
    Directly,
    Triangular,
    WithFactors,
    adjoint_solved,
    exponential_product,
    factors_of,
    found_by,
    run_steps,
    solved,
)
from srcgrad.written import NotKept
from srcgrad.written.scipy_sparse import SPARSE, Matrix, as_matrix
from srcgrad.written.scipy_sparse_made import tril, triu


def spsolve(A, b, permc_spec=None, use_umfpack=True):
    if isinstance(b, SPARSE):
        raise UnsupportedError("spsolve() with a sparse right side", "pass b.toarray()")
    a = as_matrix(A)
    side = np.asarray(b) if isinstance(b, (list, tuple)) else b
    if side.ndim == 2 and side.shape[1] == 1:
        side = side[:, 0]
    way = Directly({"permc_spec": permc_spec, "use_umfpack": use_umfpack})
    return solved(a.values, a.pattern, side, way)


def spsolve_triangular(A, b, lower=True, overwrite_A=False, overwrite_b=False, unit_diagonal=False):
    side = tril if lower else triu
    a = side(A, 0, "csr")
    if a.nnz != as_matrix(A).tocsr().nnz:
        raise UnsupportedError("spsolve_triangular() of a matrix that is not triangular", "pass scipy.sparse.tril(A)")
    if unit_diagonal:
        a = side(A, -1 if lower else 1, "csr") + as_matrix(sparse.identity(A.shape[0], format="csr"))
    return solved(a.values, a.pattern, b, Triangular(lower))


def expm_multiply(A, B):
    if isinstance(A, Matrix):
        raise UnsupportedError(
            "expm_multiply() with a matrix that depends on the input", "use scipy.linalg.expm(A.toarray()) @ B"
        )
    return exponential_product(A, B)


class Factors:
    """What `splu` gives."""

    def __init__(self, values, pattern, factors):
        self.values = values
        self.pattern = pattern
        self.factors = factors

    def solve(self, rhs, trans="N"):
        return solved_with(self.factors, self.values, self.pattern, rhs, trans)

    def __call__(self, rhs):
        return self.solve(rhs)

    def __getattr__(self, name):
        raise NotKept(f"'{name}' of the factors of a matrix that depends on the input", "call solve(b)")


def solved_with(factors, values, pattern, rhs, trans):
    """`factors.solve(rhs, trans)`."""
    way = WithFactors(factors)
    if trans == "N":
        return solved(values, pattern, rhs, way)
    if trans == "H":
        return adjoint_solved(values, pattern, rhs, way)
    again = np.conj(adjoint_solved(values, pattern, np.conj(rhs), way))
    return given_by(again, factors.solve, (rhs, trans), {})


def factors(factorize, A, options):
    """What a function of SciPy gives for a matrix whose numbers carry derivatives."""
    a = as_matrix(A).tocsc()
    return Factors(a.values, a.pattern, factors_of(factorize, a.values, a.pattern, options))


def splu(A, **options):
    return factors(linalg.splu, A, options)


def factorized(A):
    return factors(linalg.splu, A, {})


# ------------------------------------------------------------------------------------------------------- step by step


def by_steps(method, A, b, x0, options):
    if not isinstance(A, SPARSE):
        raise UnsupportedError(f"{method.__name__}() with anything but a sparse matrix", "use np.linalg.solve")
    a = as_matrix(A)
    side = np.ravel(b)
    given = options if x0 is None else {"x0": x0, **options}
    way = run_steps(method, a.values, a.pattern, side, given)
    return found_by(a.values, a.pattern, side, way), way.info


def cg(A, b, x0=None, **options):
    return by_steps(linalg.cg, A, b, x0, options)


def bicg(A, b, x0=None, **options):
    return by_steps(linalg.bicg, A, b, x0, options)


def bicgstab(A, b, x0=None, **options):
    return by_steps(linalg.bicgstab, A, b, x0, options)


def cgs(A, b, x0=None, **options):
    return by_steps(linalg.cgs, A, b, x0, options)


def gmres(A, b, x0=None, **options):
    return by_steps(linalg.gmres, A, b, x0, options)


def lgmres(A, b, x0=None, **options):
    return by_steps(linalg.lgmres, A, b, x0, options)


def minres(A, b, x0=None, **options):
    if options.get("shift"):
        raise UnsupportedError("minres() with 'shift='", "subtract the shift from the matrix")
    return by_steps(linalg.minres, A, b, x0, options)
