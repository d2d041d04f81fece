"""Words for sparse matrices that are constant: products, and equations with them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import linalg


def sparse_product(a: Any, x: Any) -> Any:
    """`a @ x` for a sparse matrix `a`."""
    return a @ x


def product_with_sparse(a: Any, x: Any) -> Any:
    """`x @ a` for a sparse matrix `a`."""
    return x @ a


def adjoint_product(a: Any, g: Any) -> Any:
    """The cotangent of `x` in `a @ x`."""
    return a.conj().T @ g


def adjoint_product_left(a: Any, g: Any) -> Any:
    """The cotangent of `x` in `x @ a`."""
    return g @ a.conj().T


def sparse_solution(a: Any, b: Any) -> Any:
    """`spsolve(a, b)`."""
    return linalg.spsolve(a, b)


def adjoint_solution(a: Any, g: Any, b: Any) -> Any:
    """The cotangent of `b` in `spsolve(a, b)`."""
    turned = a.conj().T
    # `spsolve` wants its matrix by columns
    return np.reshape(linalg.spsolve(turned.tocsc(), g), np.shape(b))


def factored_solution(factors: Any, b: Any, trans: str = "N") -> Any:
    """`factors.solve(b, trans)`, where `factors` is what `splu` gives."""
    return factors.solve(b, trans)


def factored_adjoint(factors: Any, g: Any, trans: str) -> Any:
    """The cotangent of `b` in `factors.solve(b, trans)`."""
    if trans == "T":
        return np.conj(factors.solve(np.conj(g)))
    return factors.solve(g, "H" if trans == "N" else "N")


def exponential_again(a: Any, b: Any) -> Any:
    """`expm_multiply(a, b)`."""
    return linalg.expm_multiply(a, b)


def exponential_adjoint(a: Any, g: Any) -> Any:
    """The cotangent of `b` in `expm_multiply(a, b)`."""
    return linalg.expm_multiply(a.conj().T, g)
