"""Rules for `scipy.sparse`: matrices that are constant, times or against arrays that carry derivatives.

A sparse matrix made from values that depend on the input is refused where it is made.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from functools import partial

from scipy import sparse
from scipy.sparse import linalg

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import METHODS
from srcgrad.runtime import words, words_scipy_sparse
from srcgrad.runtime.words_scipy_sparse import adjoint_solution, factored_solution, product_with_sparse, sparse_product

words.WORDS.update(words.words_of(words_scipy_sparse))


@general(sparse_product, kind=of.with_constant)
def sparse_product_(a, x, *, g):
    a: 0
    x: unbroadcast(adjoint_product(a, g), x)
    y_dot: sparse_product(a, x_dot)


@general(product_with_sparse, kind=of.with_constant)
def product_with_sparse_(a, x, *, g):
    a: 0
    x: unbroadcast(adjoint_product_left(a, g), x)
    y_dot: product_with_sparse(a, x_dot)


@general(linalg.spsolve, kind=of.with_constant)
def spsolve(A, b, *, g):
    A: 0
    b: unbroadcast(adjoint_solution(A, g, b), b)
    y_dot: sparse_solution(A, b_dot)


@general(adjoint_solution, kind=of.with_constant)
def adjoint_solution_(a, value, b, /, *, g):
    a: 0
    value: sparse_solution(a, g)
    b: 0
    y_dot: adjoint_solution(a, value_dot, b)


@general(linalg.expm_multiply, kind=of.with_constant)
def expm_multiply(A, B, *, g):
    A: 0
    B: unbroadcast(exponential_adjoint(A, g), B)
    y_dot: exponential_again(A, B_dot)


@general(factored_solution, kind=of.with_constant)
def factored_solution_(factors, b, trans="N", *, g):
    factors: 0
    b: unbroadcast(factored_adjoint(factors, g, trans), b)
    y_dot: factored_solution(factors, b_dot, trans)


FORMATS = tuple(
    getattr(sparse, f"{name}_{what}")
    for name in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
    for what in ("matrix", "array")
)


def _times(function, matrix):
    return partial(function, matrix)


for _cls in FORMATS:
    METHODS[_cls, "__matmul__"] = METHODS[_cls, "dot"] = partial(_times, sparse_product)
    METHODS[_cls, "__rmatmul__"] = partial(_times, product_with_sparse)
    if _cls.__name__.endswith("_matrix"):
        METHODS[_cls, "__mul__"] = partial(_times, sparse_product)
        METHODS[_cls, "__rmul__"] = partial(_times, product_with_sparse)
METHODS[linalg.SuperLU, "solve"] = partial(_times, factored_solution)
