"""Words for sparse matrices: products, equations with them, and where their numbers lie.

A matrix whose numbers carry derivatives is two things here, `data` and a `pattern` (`words_scipy_patterns`).
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_patterns import Way, filled, numbered

# relative tolerance of derivatives of what is found step by step
DERIVATIVES = 1e-10

# ------------------------------------------------------------------------------------------------ constant matrices


def sparse_product(a: Any, x: Any) -> Any:
    """`a @ x` for a sparse matrix `a`."""
    return a @ x


def norm_of(values: Any, pattern: Any) -> Any:
    """The norm that SciPy computes."""
    return linalg.norm(filled(values, pattern))


def product_with_sparse(a: Any, x: Any) -> Any:
    """`x @ a` for a sparse matrix `a`."""
    return x @ a


def adjoint_product(a: Any, g: Any) -> Any:
    """The cotangent of `x` in `a @ x`."""
    return operator_adjoint(a, g) if isinstance(a, linalg.LinearOperator) else a.conj().T @ g


def operator_adjoint(a: Any, x: Any) -> Any:
    """`a.rmatvec(x)`, or `a.rmatmat(x)`, for a linear operator."""
    try:
        return a.rmatvec(x) if np.ndim(x) == 1 else a.rmatmat(x)
    except NotImplementedError:
        raise UnsupportedError("a LinearOperator that has no adjoint", "give it rmatvec= as well") from None


def adjoint_product_left(a: Any, g: Any) -> Any:
    """The cotangent of `x` in `x @ a`."""
    return g @ a.conj().T


def exponential_product(a: Any, b: Any) -> Any:
    """`expm_multiply(a, b)` for a constant matrix."""
    return linalg.expm_multiply(a, b)


def exponential_adjoint(a: Any, g: Any) -> Any:
    """The cotangent of `b` in `expm_multiply(a, b)`."""
    return linalg.expm_multiply(a.conj().T, g)


# ------------------------------------------------------------------------------------------- numbers and their places


def carried(values: Any, way: Way) -> Any:
    """The numbers of a matrix where they go."""
    if way.begin is not None:
        values = np.ravel(filled(values, way.begin.before).asformat(way.begin.after.format).data)
    return values if way.straight else np.concatenate([np.zeros(1, np.result_type(values)), values])[way.numbers]


def carried_to_table(values: Any, way: Way) -> Any:
    """The same, to an array of two axes."""
    return carried(values, way)


def carried_to_item(values: Any, way: Way) -> Any:
    """The same, to what an index gives."""
    return carried(values, way)


def carried_back(g: Any, way: Way) -> Any:
    """The cotangent of the numbers of a matrix, from those where they went."""
    if not way.straight:
        g = added(g, way.numbers, way.size + 1)[1:]
    return g if way.begin is None else g[way.begin.places]


def added(values: Any, places: Any, size: int) -> Any:
    """An array of so many numbers, each the sum of the values that go there."""
    total = np.zeros(size, np.result_type(values))
    np.add.at(total, places, values)
    return total


def at_places(u: Any, v: Any, pattern: Any) -> Any:
    """The product of `u` and the adjoint of `v`, columns or matrices of columns, at the places of a pattern."""
    where = numbered(pattern).tocoo()
    found = u[where.row] * np.conj(v[where.col])
    found = np.sum(found, axis=1) if np.ndim(found) == 2 else found
    values = np.zeros(pattern.data.size, found.dtype)
    values[where.data - 1] = found
    return values


def sparse_times(data: Any, pattern: Any, x: Any) -> Any:
    """The product of the matrix with `x`."""
    return filled(data, pattern) @ x


def adjoint_times(data: Any, pattern: Any, x: Any) -> Any:
    """The product of the adjoint matrix with `x`."""
    return filled(data, pattern).conj().T @ x


# ---------------------------------------------------------------------------------------------------------- equations


@dataclass
class Directly:
    """How an equation is solved: with `spsolve`."""

    options: dict[str, Any]

    def solve(self, matrix: Any, b: Any) -> Any:
        return linalg.spsolve(matrix, b, **self.options)

    def solve_adjoint(self, matrix: Any, b: Any) -> Any:
        # `spsolve` wants its matrix by columns
        return linalg.spsolve(matrix.conj().T.tocsc(), b, **self.options)


@dataclass
class Triangular:
    """How an equation is solved: with `spsolve_triangular`."""

    lower: bool

    def solve(self, matrix: Any, b: Any) -> Any:
        return linalg.spsolve_triangular(matrix, b, self.lower)

    def solve_adjoint(self, matrix: Any, b: Any) -> Any:
        return linalg.spsolve_triangular(matrix.conj().T.tocsr(), b, not self.lower)


@dataclass
class WithFactors:
    """How an equation is solved: with the factors that `splu` found."""

    factors: Any

    def solve(self, matrix: Any, b: Any) -> Any:
        return self.factors.solve(b)

    def solve_adjoint(self, matrix: Any, b: Any) -> Any:
        return self.factors.solve(b, "H")


@dataclass
class BySteps:
    """How an equation is solved: step by step, with one of SciPy's methods; `x` and `info` are what it gave."""

    method: Any
    options: dict[str, Any]
    x: Any = None
    info: int = 0

    def run(self, matrix: Any, b: Any) -> BySteps:
        """The same with what the method gives."""
        options = {name: _plain(given) for name, given in self.options.items()}
        return BySteps(self.method, options, *self.method(matrix, b, **options))

    def solve(self, matrix: Any, b: Any) -> Any:
        # a derivative has another scale than the solution: its tolerance is relative, and it starts at zero
        options = {name: given for name, given in self.options.items() if name not in ("x0", "atol", "callback", "tol")}
        tolerance = "rtol" if "rtol" in inspect.signature(self.method).parameters else "tol"
        options[tolerance] = min(self.options.get(tolerance) or DERIVATIVES, DERIVATIVES)
        again = BySteps(self.method, options).run(matrix, b)
        if self.info != 0 or again.info != 0:
            raise UnsupportedError(
                f"{self.method.__name__}() that has not converged", "allow more steps with maxiter=, or use spsolve"
            )
        return again.x

    def solve_adjoint(self, matrix: Any, b: Any) -> Any:
        options = dict(self.options)
        if self.options.get("M") is not None:
            options["M"] = linalg.aslinearoperator(_plain(options["M"])).H
        return BySteps(self.method, options, self.x, self.info).solve(matrix.conj().T, b)


def _plain(a: Any) -> Any:
    """SciPy's own matrix in place of one whose numbers carry derivatives."""
    from srcgrad.written.scipy_sparse import Matrix

    return filled(a.values, a.pattern) if isinstance(a, Matrix) else a


def solved(data: Any, pattern: Any, b: Any, way: Any) -> Any:
    """The solution of the equation of the matrix with the right side `b`."""
    return way.solve(filled(data, pattern), b)


def adjoint_solved(data: Any, pattern: Any, b: Any, way: Any) -> Any:
    """The solution of the equation of the adjoint matrix."""
    return way.solve_adjoint(filled(data, pattern), b)


def found_by(data: Any, pattern: Any, b: Any, way: Any) -> Any:
    """The solution that a method found step by step."""
    return way.x


def run_steps(method: Any, data: Any, pattern: Any, b: Any, options: Any) -> BySteps:
    """What a method finds step by step."""
    return BySteps(method, options).run(filled(data, pattern), b)


def factors_of(factorize: Any, data: Any, pattern: Any, options: Any) -> Any:
    """What `splu` finds."""
    return factorize(filled(data, pattern), **options)


def factored_solution(factors: Any, b: Any, trans: str = "N") -> Any:
    """`factors.solve(b, trans)`, where `factors` is what `splu` gives for a constant matrix."""
    return factors.solve(b, trans)


def factored_adjoint(factors: Any, g: Any, trans: str) -> Any:
    """The cotangent of `b` in `factors.solve(b, trans)`."""
    if trans == "T":
        return np.conj(factors.solve(np.conj(g)))
    return factors.solve(g, "H" if trans == "N" else "N")
