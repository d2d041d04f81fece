"""Rules for `scipy.sparse`: matrices whose numbers carry derivatives, or those times and against constant ones.

Matrices and the functions that make them are written out in `srcgrad.written.scipy_sparse`; the entries here are what
they consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import sparse
from scipy.sparse import linalg

from srcgrad.analysis import shapes_scipy_sparse as of
from srcgrad.rules import scipy_given, scipy_interpolate  # noqa: F401 - the entries of `given_by` and `made_by`
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import MAKERS, METHODS, WRITTEN, OfObject, refusal
from srcgrad.rules.zeros import zero
from srcgrad.runtime import words, words_scipy_patterns, words_scipy_sparse
from srcgrad.runtime.words_scipy_patterns import constants_of
from srcgrad.runtime.words_scipy_sparse import (
    Directly,
    Triangular,
    WithFactors,
    added,
    adjoint_solved,
    adjoint_times,
    at_places,
    carried,
    carried_back,
    carried_to_item,
    carried_to_table,
    exponential_product,
    factored_solution,
    factors_of,
    found_by,
    operator_adjoint,
    product_with_sparse,
    run_steps,
    solved,
    sparse_product,
    sparse_times,
)
from srcgrad.written import scipy_sparse_made as made
from srcgrad.written import scipy_sparse_solved as equations
from srcgrad.written import scipy_sparse_sums as written

words.WORDS.update(words.words_of(words_scipy_sparse))
CONSTANTS.update({*words.words_of(words_scipy_patterns).values(), Directly, Triangular, WithFactors} - {constants_of})

# ------------------------------------------------------------------------------------------------ constant matrices


@general(sparse_product, kind=of.with_constant)
def sparse_product_(a, x, *, g):
    a: 0
    x: adjoint_product(a, g)
    y_dot: sparse_product(a, x_dot)


@general(product_with_sparse, kind=of.with_constant)
def product_with_sparse_(a, x, *, g):
    a: 0
    x: adjoint_product_left(a, g)
    y_dot: product_with_sparse(a, x_dot)


@general(operator_adjoint, kind=of.with_constant)
def operator_adjoint_(a, x, *, g):
    a: 0
    x: sparse_product(a, g)
    y_dot: operator_adjoint(a, x_dot)


@general(exponential_product, kind=of.with_constant)
def exponential_product_(a, b, *, g):
    a: 0
    b: exponential_adjoint(a, g)
    y_dot: exponential_product(a, b_dot)


@general(factored_solution, kind=of.with_constant)
def factored_solution_(factors, b, trans="N", *, g):
    factors: 0
    b: factored_adjoint(factors, g, trans)
    y_dot: factored_solution(factors, b_dot, trans)


# --------------------------------------------------------------------------------------------- numbers and their places


zero(constants_of, kind=of.vector)


@general(carried, carried_to_table, carried_to_item, kind=of.carried)
def carried_(values, way, *, g):
    values: carried_back(g, way)
    way: 0
    y_dot: carried(values_dot, way)


@general(carried_back, kind=of.vector_of_first)
def carried_back_(value, way, /, *, g):
    value: carried(g, way)
    way: 0
    y_dot: carried_back(value_dot, way)


@general(added, kind=of.vector_of_first)
def added_(values, places, size, *, g):
    values: g[places]
    y_dot: added(values_dot, places, size)


# ------------------------------------------------------------------------------------------------ products, equations


@general(sparse_times, kind=of.like_side)
def sparse_times_(data, pattern, x, *, g):
    data: at_places(g, x, pattern)
    x: adjoint_times(data, pattern, g)
    y_dot: sparse_times(data_dot, pattern, x) + sparse_times(data, pattern, x_dot)


@general(adjoint_times, kind=of.like_side)
def adjoint_times_(data, pattern, x, *, g):
    data: at_places(x, g, pattern)
    x: sparse_times(data, pattern, g)
    y_dot: adjoint_times(data_dot, pattern, x) + adjoint_times(data, pattern, x_dot)


@general(at_places, kind=of.vector_of_two)
def at_places_(u, v, pattern, *, g):
    u: sparse_times(g, pattern, v)
    v: adjoint_times(g, pattern, u)
    y_dot: at_places(u_dot, v, pattern) + at_places(u, v_dot, pattern)


@general(solved, found_by, kind=of.like_side)
def solved_(data, pattern, b, way, *, y, g):
    u = adjoint_solved(data, pattern, g, way)
    data: -at_places(u, y, pattern)
    b: u
    way: 0
    y_dot: solved(data, pattern, b_dot - sparse_times(data_dot, pattern, y), way)


@general(adjoint_solved, kind=of.like_side)
def adjoint_solved_(data, pattern, b, way, *, y, g):
    u = solved(data, pattern, g, way)
    data: -at_places(y, u, pattern)
    b: u
    way: 0
    y_dot: adjoint_solved(data, pattern, b_dot - adjoint_times(data_dot, pattern, y), way)


zero(factors_of, run_steps, kind=of.anything)


# ------------------------------------------------------------------------------------------------------------- choices

FOR_ARRAYS = {written.times: sparse_product, written.times_from_right: product_with_sparse}
FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
OPERATORS = {
    "__matmul__": written.times, "dot": written.times, "__rmatmul__": written.times_from_right,
    "__mul__": written.star, "__rmul__": written.star_from_right, "multiply": written.each_times,
    "__truediv__": written.divided, "__add__": written.plus, "__radd__": written.plus, "__sub__": written.minus,
    "__rsub__": written.taken_from,
}  # fmt: skip
CLASSES = [getattr(sparse, f"{_form}_{_what}") for _form in FORMATS for _what in ("matrix", "array")]
for _cls in (*CLASSES, sparse.spmatrix):
    MAKERS[_cls] = _cls
    if hasattr(made, _cls.__name__):
        WRITTEN[_cls] = getattr(made, _cls.__name__)
    for _name, _function in OPERATORS.items():
        METHODS[_cls, _name] = OfObject(_function, FOR_ARRAYS.get(_function))
for _name in ("eye", "identity", "diags", "spdiags", "kron", "kronsum", "bmat", "block_diag", "hstack", "vstack",
              "random", "rand", "tril", "triu"):  # fmt: skip
    MAKERS[getattr(sparse, _name)] = sparse.spmatrix
for _cls in (linalg.LinearOperator, *vars(linalg._interface).values()):
    if isinstance(_cls, type) and issubclass(_cls, linalg.LinearOperator):
        for _name in ("matvec", "matmat", "dot", "__matmul__", "__call__"):
            METHODS[_cls, _name] = OfObject(sparse_product)
        for _name in ("rmatvec", "rmatmat"):
            METHODS[_cls, _name] = OfObject(operator_adjoint)
METHODS[linalg.SuperLU, "solve"] = OfObject(factored_solution)

for _name in ("diags", "diags_array", "spdiags", "hstack", "vstack", "block_diag", "bmat", "block_array", "kron",
              "tril", "triu", "issparse"):  # fmt: skip
    if hasattr(sparse, _name):  # some are newer than the oldest SciPy
        WRITTEN[getattr(sparse, _name)] = getattr(made, _name)
for _name in ("spsolve", "splu", "factorized", "cg", "bicg", "bicgstab", "cgs", "gmres", "lgmres", "minres",
              "expm_multiply", "spsolve_triangular"):  # fmt: skip
    WRITTEN[getattr(linalg, _name)] = getattr(equations, _name)

WRITTEN[linalg.norm] = written.norm

REFUSED = {
    linalg.eigsh: "use scipy.linalg.eigh on A.toarray()", linalg.eigs: "use scipy.linalg.eig on A.toarray()",
    linalg.svds: "use scipy.linalg.svd on A.toarray()", linalg.lobpcg: "use scipy.linalg.eigh on A.toarray()",
    linalg.expm: "use scipy.linalg.expm on A.toarray()", linalg.inv: "solve with scipy.sparse.linalg.spsolve",
    linalg.spilu: "use scipy.sparse.linalg.splu",
    linalg.lsqr: "solve the normal equations with spsolve", linalg.lsmr: "solve the normal equations with spsolve",
    linalg.LinearOperator: "make a sparse matrix", linalg.aslinearoperator: "call solvers with the matrix itself",
}  # fmt: skip


for _function, _advice in REFUSED.items():
    WRITTEN[_function] = refusal(f"scipy.sparse.linalg.{_function.__name__}() of what depends on the input", _advice)
